// `pack export|import`: the crystals that a browser of `play` keeps, as a file and back. Only that browser can read its storage, so it
// is started unseen, does as its order says, and ends.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as v from 'valibot';
import { PACK_MAX_BYTES } from '../core/pack.ts';
import { findChrome, startChrome } from './chrome.ts';
import { startCompanion } from './companion.ts';
import { packDone, type PackDone, type PackOrder } from './protocol.ts';
import { PlayError } from './play.ts';
import type { Route } from './server.ts';

export interface PackOptions {
	readonly do: 'export' | 'import';
	readonly file: string;
	/** Which game an export is of; absent where only one was played. */
	readonly game: string | undefined;
	/** As of `play`. */
	readonly store: string;
	readonly port: number;
	readonly pageDir: string;
	readonly entry: string | undefined;
	readonly env: NodeJS.ProcessEnv;
	readonly log: (line: string) => void;
	readonly signal: AbortSignal;
}

/** The page has this long from its start to the end. */
const LIMIT_MS = 120_000;

/** @returns whether it was done @throws PlayError when it cannot begin; a listen error when the port is taken */
export async function carryPack(options: PackOptions): Promise<boolean> {
	const { log, env } = options;
	const order = orderOf(options);
	const program = findChrome(env);
	if (program === undefined)
		throw new PlayError('No Chrome or Chromium was found. Install one, or name it in the environment variable CHROME.');
	let settle: (done: PackDone) => void = () => undefined;
	const answered = new Promise<PackDone>((resolve) => {
		settle = resolve;
	});
	const failed = (line: string): void => settle({ ok: false, lines: [line] });
	const companion = await startCompanion({
		port: options.port,
		dataDir: join(options.store, 'companion'),
		pageDir: options.pageDir,
		entry: options.entry,
		driver: 'none',
		log,
		env,
		extraRoutes: routes(order, settle),
	});
	const limit = setTimeout(() => failed(`The page was not done within ${LIMIT_MS / 1000} s.`), LIMIT_MS);
	const stop = (): void => failed('Stopped from the terminal.');
	options.signal.addEventListener('abort', stop);
	const chrome = startChrome({
		program,
		userDataDir: resolve(options.store, 'chrome'),
		url: `${companion.server.origin}/#code=${companion.pairing.makeOneTimeCode()}&pack`,
		share: undefined,
		headless: true,
		env,
	});
	void chrome.exited.then((code) => failed(`The browser ended (${code ?? 'killed'}); is another one using ${resolve(options.store)}?`));
	try {
		const done = await answered;
		for (const line of done.lines) log(line);
		if (!done.ok) return false;
		if (options.do === 'export') {
			writeFileSync(options.file, Buffer.from(done.pack ?? '', 'base64'));
			log(`Written to ${resolve(options.file)}.`);
		}
		return true;
	} finally {
		clearTimeout(limit);
		options.signal.removeEventListener('abort', stop);
		await chrome.close();
		await companion.close();
	}
}

function orderOf({ do: what, file, game }: PackOptions): PackOrder {
	if (what === 'export') return { do: 'export', game: game ?? null };
	try {
		const { size } = statSync(file);
		if (size > PACK_MAX_BYTES) throw new PlayError(`${file} holds ${size} bytes; a pack has ${PACK_MAX_BYTES} at most.`);
		return { do: 'import', pack: readFileSync(file).toString('base64') };
	} catch (error) {
		if (error instanceof PlayError) throw error;
		throw new PlayError(`The pack ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
	}
}

function routes(order: PackOrder, done: (done: PackDone) => void): readonly Route[] {
	return [
		{ method: 'GET', path: '/pack', needs: 'token', handle: () => ({ status: 200, body: order }) },
		{
			method: 'POST',
			path: '/pack/done',
			needs: 'token',
			// Base64 takes four characters for three bytes.
			limitBytes: 2 * PACK_MAX_BYTES,
			handle: ({ body }) => {
				const read = v.safeParse(packDone, body);
				if (!read.success) return { status: 400, body: { error: { kind: 'bad-request', message: read.issues[0].message } } };
				// A little later, so that the page gets its answer before the browser ends.
				setTimeout(() => done(read.output), 300);
				return { status: 200, body: {} };
			},
		},
	];
}
