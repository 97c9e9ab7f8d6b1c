// Ten thousand acts over two hundred lost connections, on simulated time: the real link, control session, injector and sibling, and
// the auditor that counts what reached the desktop.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CompanionLink, connectCompanion } from '../../adapters/companion.ts';
import { Pairing } from '../../companion/pairing.ts';
import type { ResolvedStep } from '../../core/ports.ts';
import type { FramePoint } from '../../core/geometry.ts';
import { Auditor } from './auditor.ts';
import { startCompanion } from './companion.ts';
import { makeDesktop, WINDOW } from './desktop.ts';
import { makeDisk } from './disk.ts';
import { PROFILE } from './game.ts';
import { Kernel } from './kernel.ts';
import { COMPANION } from './network.ts';
import { goodLine, Line } from './wire.ts';

export interface ExactlyOnce {
	readonly acts: number;
	readonly disconnects: number;
	/** Told as done, as lost with the connection, and as refused. */
	readonly done: number;
	readonly lost: number;
	readonly refused: number;
	/** What promise was broken; '' = none. */
	readonly broken: string;
	readonly simulatedMs: number;
}

export async function exactlyOnce(o: { readonly seed: number; readonly acts: number; readonly disconnects: number }): Promise<ExactlyOnce> {
	const kernel = new Kernel(o.seed);
	const random = kernel.random(o.seed);
	const restore = kernel.install();
	const disk = makeDisk();
	const dataDir = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'falsework-sim-'));
	try {
		const desktop = makeDesktop(kernel);
		const audit = new Auditor(kernel, desktop, disk, { callsPerSession: 0, callsPerDay: 0, usdPerSession: 0, usdPerDay: 0 });
		const pairing = new Pairing(
			dataDir,
			() => undefined,
			() => kernel.now,
		);
		const paired = pairing.pair(COMPANION, pairing.makeOneTimeCode());
		if (!paired.ok) throw new Error(paired.reason);
		const companion = startCompanion({ kernel, name: 'companion', dataDir, desktop });
		const page = kernel.start('page');
		const faults = goodLine();
		let latest: Line | undefined;
		let lines = 0;
		let grip = false;
		let link: CompanionLink | undefined;
		const frame = { width: desktop.placement.width, height: desktop.placement.height };
		const result = { done: 0, lost: 0, refused: 0 };
		let disconnects = 0;
		let over = false;
		/** Where the connection is lost next, in acts. */
		const every = o.acts / o.disconnects;

		async function play(): Promise<void> {
			link = connectCompanion({
				url: COMPANION,
				token: paired.ok ? paired.token : '',
				onEvent(event) {
					if (event.type === 'disconnected') grip = false;
					else if (event.type === 'rebound') grip = event.calibrated?.ok === true;
				},
				openSocket: () => {
					const number = ++lines;
					latest = new Line({
						kernel,
						random,
						faults,
						page,
						companion: companion.program,
						accept: companion.accept,
						onDelivered: (text) => audit.delivered(number, 'page', text),
						onAnswer: (text) => audit.answered(number, text),
					});
					return latest.pageEnd as unknown as WebSocket;
				},
			});
			while (!link.connected) await sleep(10);
			if (
				!(
					await link.bind({
						label: `window:${WINDOW.id}:0`,
						frame,
						profile: { ...PROFILE, safety: { ...PROFILE.safety, ratePerSecond: 30 } },
					})
				).ok
			)
				throw new Error('not bound');
			grip = (await link.calibrate()).ok;
			const driver = audit.watchDriver(link, 'page');
			for (let id = 1; id <= o.acts; id++) {
				while (!grip) await sleep(10);
				const at = { x: id % frame.width, y: Math.floor(id / frame.width) % frame.height } as FramePoint;
				const step: ResolvedStep =
					id % 7 === 0
						? { do: 'key', keys: ['w'], holdMs: 200 * random.next() }
						: { do: 'click', button: 'left', at, holdMs: 60 * random.next() };
				if (disconnects < o.disconnects && id >= (disconnects + 0.5) * every) {
					disconnects++;
					setTimeout(() => latest?.close('fault'), 120 * random.next());
				}
				const outcome = await driver.act({
					id,
					verb: id % 7 === 0 ? 'lean' : 'click',
					steps: [step],
					frame: { ...frame, ageMs: 50 * random.next() },
				});
				if (outcome.done) result.done++;
				else if (outcome.reason === 'disconnected') result.lost++;
				else result.refused++;
				await sleep(20);
			}
			over = true;
		}
		kernel.onEvent(() => {
			audit.fault('the connection is gone', latest === undefined || !latest.open);
			audit.check(true);
			if (audit.broken !== undefined) throw audit.broken;
		});
		kernel.after(0, () => void play(), page);
		let broken = '';
		try {
			while (!over && kernel.now < 200 * o.acts + 60_000) await kernel.runUntil(kernel.now + 1000);
			if (!over) broken = 'the acts did not come to an end';
		} catch (error) {
			broken = error instanceof Error ? error.message : String(error);
		}
		return { acts: audit.counts.acts, disconnects, ...result, broken, simulatedMs: Math.round(kernel.now) };
	} finally {
		disk.close();
		restore();
		rmSync(dataDir, { recursive: true, force: true });
	}
}

function sleep(ms: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, ms));
}
