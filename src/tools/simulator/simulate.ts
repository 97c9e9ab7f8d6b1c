// One run of the simulated world: everything follows from the seed. Trouble for a while, then quiet, in which play must go on.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pairing } from '../../companion/pairing.ts';
import { Tiers } from '../../companion/tiers.ts';
import type { ActOutcome, ActRequest } from '../../core/ports.ts';
import type { CompanionLink } from '../../adapters/companion.ts';
import { Auditor, type Class } from './auditor.ts';
import { startCompanion, type SimCompanion } from './companion.ts';
import { makeDesktop } from './desktop.ts';
import { makeDisk } from './disk.ts';
import { makeGame } from './game.ts';
import { Kernel, type Program } from './kernel.ts';
import { CLOUD, COMPANION, goodCloud, makeFetch, PRICE } from './network.ts';
import { type SimPage, startPage } from './page.ts';
import { goodLine, Line } from './wire.ts';

/** Bugs that can be planted in the simulator's ports; the product's code has none of them. */
export const MUTANTS = {
	'lost write': 'the newest completed transactions are lost in a crash, as under relaxed durability',
	'doubled act': 'an act whose outcome is not known is sent once more over the next connection',
	'stuck key': 'the sibling never lets go',
	budget: 'the companion forgets what was reserved when it is killed',
	'old frame': 'the page says of every frame that it is new',
	damage: 'a page that crashes leaves one of its transactions half done',
} as const satisfies Partial<Record<Class, string>>;
export type Mutant = keyof typeof MUTANTS;

export interface Outcome {
	readonly seed: number;
	/** What promise was broken; undefined when all were kept. */
	readonly broken: { readonly kind: Class | 'error'; readonly detail: string; readonly atMs: number } | undefined;
	/** Of everything that happened: the same for the same seed. */
	readonly fingerprint: string;
	readonly faults: Readonly<Record<string, number>>;
	readonly counts: Auditor['counts'];
	readonly events: number;
	readonly simulatedMs: number;
}

const TROUBLE_MS = 20_000;
/** Play must have gone on within so long of the last fault: a breaker waits 30 s, a dead connection 10. */
const QUIET_MS = 180_000;
const STEP_MS = 500;
/** The page makes sure of its ledger this often. */
const FLUSH_MS = 2000;

/** @param tell  hears what happens, line by line */
export async function simulate(seed: number, mutant?: Mutant, tell?: (line: string) => void): Promise<Outcome> {
	// Loaded ahead: what is fetched in a run would come at a moment that no seed decides.
	await import('../../adapters/moderation/filter.ts');
	const kernel = new Kernel(seed, tell);
	const chance = kernel.random(seed);
	const fork = (): ReturnType<Kernel['random']> => kernel.random(Math.floor(chance.next() * 2 ** 32));
	const restore = kernel.install();
	const disk = makeDisk({
		...(mutant === 'lost write' ? { losesNewest: 2 } : {}),
		...(mutant === 'damage' ? { tears: true } : {}),
	});
	const dataDir = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'falsework-sim-'));
	const faults: Record<string, number> = {};
	let auditor: Auditor | undefined;
	const realFetch = globalThis.fetch;
	try {
		const desktop = makeDesktop(kernel);
		const game = makeGame(desktop);
		const tight = chance.next() < 0.4;
		const direct = chance.next() < 0.3;
		// Straight from the page its default caps hold, in dollars.
		const caps = direct
			? { callsPerSession: 2000, callsPerDay: 10_000, usdPerSession: 0.25, usdPerDay: 1 }
			: { callsPerSession: tight ? 4 : 40, callsPerDay: tight ? 12 : 150, usdPerSession: 100, usdPerDay: 100 };
		const audit = new Auditor(kernel, desktop, disk, caps);
		auditor = audit;
		const { press } = { press: desktop.onPress };
		desktop.onPress = (pressed) => {
			press(pressed);
			game.pressed(pressed.what, pressed.at.x - desktop.placement.x, pressed.at.y - desktop.placement.y);
		};
		const quiet = (): void => undefined;
		const pairing = new Pairing(dataDir, quiet, () => kernel.now);
		const paired = pairing.pair(COMPANION, pairing.makeOneTimeCode());
		if (!paired.ok) throw new Error(paired.reason);
		const { token } = paired;
		const set = new Tiers(dataDir, undefined as never, quiet).set({
			id: 'far',
			base: CLOUD,
			model: 'sim',
			price: PRICE,
			caps: { ...caps, callsPerMinute: 120 },
		});
		if (!set.ok) throw new Error(set.message);

		const line = goodLine();
		const cloud = goodCloud();
		let lines = 0;
		let latest: Line | undefined;
		let companion: SimCompanion | undefined;
		let companions = 0;
		let page: SimPage | undefined;
		let lives = 0;
		let capturing = true;
		let crashWhenWriting = false;
		globalThis.fetch = makeFetch({
			kernel,
			random: fork(),
			game,
			faults: cloud,
			companion: () => companion,
			from: () => kernel.current,
			onCall: (call) => audit.call(call),
		});

		const openCompanion = (): void => {
			companion = startCompanion({
				kernel,
				name: `companion-${++companions}`,
				dataDir,
				desktop,
				...(mutant === 'stuck key' ? { deafSibling: true } : {}),
				...(mutant === 'budget' ? { forgetsCaps: true } : {}),
			});
		};
		const openPage = (): void => {
			const life = `page-${++lives}`;
			kernel.note(`${life} opens`);
			const random = fork();
			page = startPage({
				kernel,
				life,
				random,
				token,
				disk,
				game,
				capturing: () => capturing,
				direct,
				onSession: (id) => audit.session(life, id),
				openSocket: (program: Program) => {
					const number = ++lines;
					const made = new Line({
						kernel,
						random,
						faults: line,
						page: program,
						companion: companion?.program,
						accept: (end) => companion?.accept(end),
						onDelivered: (text) => audit.delivered(number, life, text),
						onAnswer: (text) => audit.answered(number, text),
					});
					latest = made;
					return made.pageEnd;
				},
				watchDriver: (driver) => audit.watchDriver(driver, life),
				watchStore: (store) => audit.watchStore(store),
				...(mutant === 'doubled act' ? { bug: sendsAgain } : mutant === 'old frame' ? { bug: saysNew } : {}),
			});
		};

		/** What has to let go, seen from outside. */
		const watchFaults = (): void => {
			audit.fault('the page is gone', page === undefined || page.program.state === 'dead');
			audit.fault('the page stands still', page?.program.state === 'stopped');
			audit.fault('the companion is gone', companion === undefined || companion.program.state === 'dead');
			audit.fault('the companion stands still', companion?.program.state === 'stopped');
			audit.fault('the connection is gone', latest === undefined || !latest.open);
			audit.fault('nothing comes through', line.cut || line.heldUntil > kernel.now);
			audit.fault('another window is in front', !desktop.inFront);
		};
		const crashPage = (): void => {
			kernel.note(`${page?.life} crashes`);
			if (page === undefined || page.program.state === 'dead') return;
			kernel.kill(page.program);
			latest?.close('page');
			disk.crash();
			audit.pageGone();
			audit.afterCrash();
		};
		const killCompanion = (): void => {
			if (companion === undefined || companion.program.state === 'dead') return;
			companion.kill();
			latest?.close('companion');
		};
		const within = (least: number, most: number): number => least + (most - least) * chance.next();
		/** The trouble is over: nobody opens what has been opened. */
		let over = false;
		const later = (ms: number, run: () => void): void => void kernel.after(ms, () => over || run(), kernel.world);
		kernel.onEvent(() => {
			if (crashWhenWriting && disk.writing && page?.program.state === 'running') {
				crashWhenWriting = false;
				crashPage();
				later(within(200, 3000), openPage);
			}
			watchFaults();
			audit.check(page?.program.state === 'running');
			if (audit.broken !== undefined) throw audit.broken;
		});

		/** For a while, then as before. */
		const KINDS: Readonly<Record<string, () => void>> = {
			'page crashes': () => {
				if (page?.program.state === 'dead') return;
				crashPage();
				later(within(200, 3000), openPage);
			},
			'page crashes as it writes': () => {
				crashWhenWriting = true;
			},
			'page stands still': () => {
				const of = page?.program;
				if (of?.state !== 'running') return;
				const ms = within(100, 4000);
				kernel.stop(of);
				later(ms, () => {
					audit.pageStood(ms);
					kernel.resume(of);
				});
			},
			'companion killed': () => {
				if (companion?.program.state === 'dead') return;
				killCompanion();
				later(within(200, 4000), openCompanion);
			},
			'companion stopped': () => {
				const of = companion?.program;
				if (of?.state !== 'running') return;
				kernel.stop(of);
				later(within(100, 6000), () => kernel.resume(of));
			},
			'connection lost': () => latest?.close('fault'),
			'line cut': () => {
				line.cut = true;
				later(within(50, 5000), () => {
					line.cut = false;
				});
			},
			'line held up': () => {
				line.heldUntil = kernel.now + within(50, 1500);
			},
			'messages lost': () => {
				line.lose = within(0, 0.3);
				later(within(500, 4000), () => {
					line.lose = 0;
				});
			},
			'messages doubled': () => {
				line.double = within(0, 0.1);
				later(within(500, 4000), () => {
					line.double = 0;
				});
			},
			'messages swapped': () => {
				line.swap = within(0, 0.1);
				later(within(500, 4000), () => {
					line.swap = 0;
				});
			},
			'disk full': () => {
				disk.full = true;
				later(within(500, 8000), () => {
					disk.full = false;
				});
			},
			'model fails': () => {
				Object.assign(cloud, { errors: within(0, 0.5), malformed: within(0, 0.5), silent: within(0, 0.2), away: chance.next() < 0.2 });
				later(within(1000, 10_000), () => Object.assign(cloud, goodCloud()));
			},
			'model lies': () => {
				cloud.lies = within(0, 0.8);
				later(within(1000, 10_000), () => {
					cloud.lies = 0;
				});
			},
			'capture frozen': () => {
				capturing = false;
				later(within(300, 5000), () => {
					capturing = true;
				});
			},
			'window resized': () => {
				if (desktop.placement.width === 192) desktop.resize(288, 192);
				else desktop.resize(192, 128);
			},
			'another window in front': () => {
				desktop.inFront = false;
				later(within(100, 4000), () => {
					desktop.inFront = true;
				});
			},
			'clock jumps': () => {
				kernel.wallOffset += (chance.next() < 0.5 ? -1 : 1) * (chance.next() < 0.5 ? 3_600_000 : 31_536_000_000);
			},
			asleep: () => {
				for (const of of [page?.program, companion?.program]) if (of?.state === 'running') kernel.stop(of);
				const [a, b] = [page?.program, companion?.program];
				const ms = within(1000, 15_000);
				later(ms, () => {
					audit.pageStood(ms);
					for (const of of [b, a]) if (of !== undefined) kernel.resume(of);
				});
			},
		};
		const names = Object.keys(KINDS);
		// Not every run has every fault: some meet only where few others are.
		const some = names.filter(() => chance.next() < 0.6);
		const often = within(300, 3000);

		openCompanion();
		openPage();
		await kernel.runUntil(4000);
		const flush = (): void => {
			const of = page;
			if (of !== undefined) kernel.after(0, () => void of.store?.flush(), of.program);
			kernel.after(FLUSH_MS, flush, kernel.world);
		};
		flush();
		const trouble = (): void => {
			const name = some[Math.floor(chance.next() * some.length)];
			if (name !== undefined) {
				faults[name] = (faults[name] ?? 0) + 1;
				kernel.note(`fault: ${name}`);
				KINDS[name]?.();
			}
			const wait = -often * Math.log(1 - chance.next());
			if (kernel.now + wait < 4000 + TROUBLE_MS) later(wait, trouble);
		};
		later(500, trouble);
		await kernel.runUntil(4000 + TROUBLE_MS + 500);
		// Whoever is still away comes back.
		Object.assign(line, goodLine());
		Object.assign(cloud, goodCloud());
		capturing = true;
		disk.full = false;
		desktop.inFront = true;
		if (companion?.program.state === 'dead') openCompanion();
		else if (companion !== undefined) kernel.resume(companion.program);
		if (page?.program.state === 'dead') openPage();
		else if (page !== undefined) kernel.resume(page.program);
		over = true;
		crashWhenWriting = false;
		const calm = kernel.now;
		const { done } = audit.counts;
		const goesOn = (): boolean => {
			if (page?.ready !== true || page.session?.phase !== 'playing') return false;
			if (audit.counts.done > done) return true;
			// No act, and the ledger says why nobody may be asked.
			const unanswered = page.session.ledger.entries().findLast((e) => e.type === 'question' && e.tier === null);
			return unanswered?.type === 'question' && unanswered.misses.some(({ reason }) => reason === 'cap-reached' || reason === 'held');
		};
		while (!goesOn()) {
			if (kernel.now > calm + QUIET_MS) {
				const { shown } = page ?? {};
				const unanswered = page?.session?.ledger.entries().findLast((e) => e.type === 'question' && e.tier === null);
				const state = [
					unanswered?.type === 'question'
						? `unanswered: ${unanswered.misses.map((m) => `${m.reason} (${m.detail})`).join(', ')}`
						: 'all answered',
					`link ${page?.link?.connected}, grip ${page?.ready}, ${page?.session?.phase}, picture ${shown?.source.state}`,
					`screen "${shown?.screen}", asking ${shown?.asking.join(' ') || 'nothing'}, ${shown?.notices.map(({ text }) => text).join(' ')}`,
				].join(', ');
				return outcome({ kind: 'standstill', detail: `no act ${QUIET_MS / 1000} s after the last fault (${state})` });
			}
			await kernel.runUntil(kernel.now + STEP_MS);
		}
		// The last crash: all that was said to be written must be there.
		crashPage();
		if (audit.broken !== undefined) throw audit.broken;
		return outcome(undefined);
	} catch (error) {
		const broken = auditor?.broken;
		const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
		return outcome(broken === undefined ? { kind: 'error', detail: text } : { kind: broken.kind, detail: broken.message });
	} finally {
		globalThis.fetch = realFetch;
		disk.close();
		restore();
		rmSync(dataDir, { recursive: true, force: true });
	}

	function outcome(broken: { kind: Class | 'error'; detail: string } | undefined): Outcome {
		return {
			seed,
			broken: broken === undefined ? undefined : { ...broken, atMs: Math.round(kernel.now) },
			fingerprint: kernel.fingerprint,
			faults,
			counts: (auditor as Auditor).counts,
			events: kernel.events,
			simulatedMs: Math.round(kernel.now),
		};
	}
}

/** Planted: what is not known to be done is done again, under another number. */
function sendsAgain(link: CompanionLink): (request: ActRequest) => Promise<ActOutcome> {
	return async (request) => {
		const first = await link.act(request);
		if (first.done || first.reason !== 'disconnected') return first;
		for (let i = 0; i < 100; i++) {
			await new Promise((resolve) => setTimeout(resolve, 100));
			if (!link.connected) continue;
			const again = await link.act({ ...request, id: request.id + 1_000_000 + i, frame: { ...request.frame, ageMs: 0 } });
			if (again.done) return again;
		}
		return first;
	};
}

/** Planted. */
function saysNew(link: CompanionLink): (request: ActRequest) => Promise<ActOutcome> {
	return async (request) => {
		await new Promise((resolve) => setTimeout(resolve, 600));
		return link.act({ ...request, frame: { ...request.frame, ageMs: 0 } });
	};
}
