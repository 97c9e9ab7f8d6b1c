// A companion in the simulated world: the real pairing, caps, tiers and control session over the simulated desktop, and the real
// sibling in a program of its own. What `startCompanion` adds, an HTTP server, is the simulated network here.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { WebSocket } from 'ws';
import { CapsLedger } from '../../companion/caps.ts';
import { Control } from '../../companion/control.ts';
import type { Desk } from '../../companion/input/desk.ts';
import { noOwnInput } from '../../companion/input/own-input.ts';
import { makeSibling, makeTeller } from '../../companion/input/watchdog.ts';
import { Pairing } from '../../companion/pairing.ts';
import { Tiers } from '../../companion/tiers.ts';
import type { Desktop } from './desktop.ts';
import type { Kernel, Program } from './kernel.ts';
import { COMPANION, type Serve } from './network.ts';
import type { CompanionEnd } from './wire.ts';

const SIBLING_MS = 25;
const PIPE_MS = 0.1;

export interface SimCompanion {
	readonly program: Program;
	readonly serve: Serve;
	accept(end: CompanionEnd): void;
	kill(): void;
}

export interface CompanionOptions {
	readonly kernel: Kernel;
	readonly name: string;
	readonly dataDir: string;
	readonly desktop: Desktop;
	/** Planted bugs. */
	readonly deafSibling?: boolean;
	readonly forgetsCaps?: boolean;
}

export function startCompanion(o: CompanionOptions): SimCompanion {
	const { kernel, dataDir } = o;
	const program = kernel.start(o.name);
	const sibling = kernel.start(`${o.name}'s sibling`);
	return kernel.in(program, () => {
		const driver = o.desktop.driver();
		const release = kernel.in(sibling, () => {
			const own = makeSibling(o.desktop.driver(), () => kernel.now);
			setInterval(() => {
				if (own.silent && o.deafSibling !== true) setImmediate(() => own.silent && own.letGo());
			}, SIBLING_MS);
			return own;
		});
		const teller = makeTeller((text) => {
			kernel.after(PIPE_MS, () => release.hear(text), sibling);
		});
		const desk: Desk = {
			driver,
			windows: o.desktop.windows(),
			own: noOwnInput,
			watchdog: { running: true, tell: teller.tell, close: teller.close },
			notes: [],
			onOwn: () => undefined,
			onGone: () => undefined,
			close: () => undefined,
		};
		const quiet = (): void => undefined;
		const pairing = new Pairing(dataDir, quiet, () => kernel.now);
		const caps = new CapsLedger(dataDir, quiet, () => Date.now());
		const tiers = new Tiers(dataDir, caps, quiet, () => kernel.now);
		const control = new Control({
			pairing,
			desk,
			log: (line) => kernel.note(`companion: ${line}`),
			antiCheat: () => undefined,
			onScore: quiet,
			now: () => kernel.now,
		});
		return {
			program,
			async serve(path, headers, body, signal) {
				const id = /^\/tiers\/([^/]+)\/chat\/completions$/.exec(path)?.[1] ?? '';
				const answered = await tiers.ask(id, 'chat/completions', JSON.parse(body), headers['x-falsework-session'] ?? 'unnamed', signal);
				const told = { 'x-falsework-tries': String(answered.tries), 'x-falsework-usd': String(answered.usd) };
				if (answered.ok) return { status: 200, body: JSON.stringify(answered.body), headers: told };
				const { kind, message, retryAfterMs } = answered;
				return { status: 502, body: JSON.stringify({ error: { kind, message, retryAfterMs } }), headers: told };
			},
			accept: (end) => control.accept(end as unknown as WebSocket, COMPANION),
			kill() {
				kernel.kill(program);
				if (o.forgetsCaps === true) rmSync(join(dataDir, 'caps.json'), { force: true });
				// The system closes the pipe, and the sibling hears its end.
				kernel.after(
					PIPE_MS,
					() => {
						if (o.deafSibling !== true) release.letGo();
						kernel.kill(sibling);
					},
					sibling,
				);
			},
		};
	});
}
