// A companion in the test's own process, a page that talks to it, and the bundled program for what only a process can show.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { build } from 'vite';
import { type CompanionEvent, type CompanionLink, connectCompanion } from '../../adapters/companion.ts';
import { type Companion, type CompanionOptions, startCompanion } from '../companion.ts';

export const profile = {
	falsework: 1,
	id: 'test-game',
	name: 'Test game',
	language: 'en',
	window: { title: 'Test game' },
	heartbeatMs: 250,
	goal: 'Be tested.',
	actions: [
		{ verb: 'click', args: { at: 'point' }, does: 'click', input: [{ click: 'left', at: '$at' }] },
		{ verb: 'press', does: 'press keys', input: [{ key: 'a' }] },
		{ verb: 'say', does: 'type', input: [{ text: 'hello' }] },
	],
	facts: [],
	safety: {
		keys: ['a', 'b', 'Space', 'Enter', 'Shift', 'Control', 'Alt', 'Tab', 'F4', 'F12', 'Meta', 'v'],
		buttons: ['left'],
		ratePerSecond: 30,
	},
} as const;

export function tempDir(): string {
	return mkdtempSync(join(tmpdir(), 'falsework-test-'));
}

export interface TestCompanion extends Companion {
	readonly dataDir: string;
	readonly logged: string[];
	/** A token for the companion's own origin. */
	token(): string;
	headers(): Record<string, string>;
}

export async function openCompanion(options: Partial<CompanionOptions> = {}): Promise<TestCompanion> {
	const dataDir = options.dataDir ?? tempDir();
	const logged: string[] = [];
	const companion = await startCompanion({
		port: 0,
		dataDir,
		pageDir: undefined,
		entry: undefined,
		driver: 'none',
		log: (line) => logged.push(line),
		antiCheat: () => undefined,
		...options,
	});
	const token = (): string => {
		const result = companion.pairing.pair(companion.server.origin, companion.pairing.makeOneTimeCode());
		if (!result.ok) throw new Error(result.reason);
		return result.token;
	};
	let shared: string | undefined;
	return {
		...companion,
		dataDir,
		logged,
		token,
		headers() {
			shared ??= token();
			return { Origin: companion.server.origin, Authorization: `Bearer ${shared}`, 'Content-Type': 'application/json' };
		},
	};
}

/** A page on the origin given: ws in Node sends the Origin that a browser would. */
export function openPage(
	url: string,
	token: string,
	origin = url,
	onSocket: (socket: WebSocket) => void = () => undefined,
): { readonly link: CompanionLink; readonly events: CompanionEvent[]; readonly connected: Promise<void> } {
	const events: CompanionEvent[] = [];
	let ready: () => void = () => undefined;
	const connected = new Promise<void>((resolve) => {
		ready = resolve;
	});
	const link = connectCompanion({
		url,
		token,
		onEvent: (event) => {
			events.push(event);
			if (event.type === 'connected') ready();
		},
		openSocket: (address) => {
			const socket = new WebSocket(address, { origin });
			// Node ends a program for an error that nobody hears; a browser only closes the socket.
			socket.on('error', () => undefined);
			onSocket(socket);
			return socket as unknown as globalThis.WebSocket;
		},
	});
	return { link, events, connected };
}

let bundled: Promise<string> | undefined;
/** Builds the program as it is shipped, once per test file; beside node_modules, where it finds its packages. */
export function bundleProgram(): Promise<string> {
	bundled ??= (async () => {
		const outDir = join(process.cwd(), 'node_modules', '.cache', `falsework-test-${process.pid}`, 'companion');
		process.on('exit', () => rmSync(join(outDir, '..'), { recursive: true, force: true }));
		await build({
			configFile: false,
			logLevel: 'error',
			build: {
				ssr: join(process.cwd(), 'src/companion/cli.ts'),
				outDir,
				target: 'node20',
				rollupOptions: { output: { entryFileNames: 'cli.js' } },
			},
		});
		const page = join(outDir, '..', 'page');
		mkdirSync(page, { recursive: true });
		writeFileSync(join(page, 'index.html'), '<!doctype html><title>page</title>');
		return join(outDir, 'cli.js');
	})();
	return bundled;
}
