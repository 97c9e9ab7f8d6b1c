// From a frame to a decided act, with everything crystallised: the whole local path on the practice game, stage by stage; and
// what the worker costs while nothing moves. The game is played in simulated time until it is learnt, by the loop itself.
import * as Comlink from 'comlink';
import { readVideoFrame } from '../../adapters/capture.ts';
import { filesOfPage } from '../../adapters/models/page-files.ts';
import { makeOcrReader } from '../../adapters/ocr.ts';
import { openStore } from '../../adapters/store.ts';
import { makePracticeTier } from '../../adapters/tiers/practice.ts';
import { makeCascade } from '../../core/cascade.ts';
import type { Crystal } from '../../core/crystals/crystal.ts';
import { makeLedger } from '../../core/ledger.ts';
import { makeEyes } from '../../core/loop/eyes.ts';
import { makeLoop } from '../../core/loop/loop.ts';
import { makeMind } from '../../core/loop/mind.ts';
import type { Situation } from '../../core/loop/situation.ts';
import { makeVoice } from '../../core/loop/voice.ts';
import { makeBestEngine } from '../../adapters/engine.ts';
import type { Clock, InputDriver } from '../../core/ports.ts';
import { words } from '../../adapters/moderation/filter.ts';
import { makeGate } from '../../core/moderation/gate.ts';
import { type Profile, readProfile } from '../../core/profile.ts';
import { INSTRUCTIONS } from '../../core/wire.ts';
import { contextOf, makePainter } from '../../practice/draw.ts';
import { click } from '../../practice/input.ts';
import { worldBox } from '../../practice/layout.ts';
import { defaultOptions, logicalSize } from '../../practice/options.ts';
import { encodeState, viewOf } from '../../practice/view.ts';
import { makeWorld, press, step } from '../../practice/world.ts';
import type { AgentApi } from '../../../workers/agent.protocol.ts';
import type { PracticeApi } from '../../../workers/practice.protocol.ts';
import { type BenchPage, type BenchResult, rowOf } from './types.ts';
import practiceProfile from '../../../public/profiles/practice.json?raw';

const SEED = 20;
const TICK_MS = 66;
/** Game time learnt in before anything is measured. */
const LEARN_MS = 12 * 60_000;
const SAMPLES = 800;
const IDLE_SECONDS = 20;
/** A resting screen may cost the agent's workers this share of one core. */
const IDLE_LIMIT = 0.05;

const host = globalThis as unknown as BenchPage;

export async function run(): Promise<BenchResult> {
	const read = readProfile(practiceProfile);
	if (!read.ok) throw new Error('The practice profile is broken.');
	const [x, y, w, h] = worldBox(defaultOptions.hud);
	const profile: Profile = { ...read.profile, world: [x, y, w, h] };
	const reader = makeOcrReader({
		files: () => filesOfPage('/models/', 'ppocr-v6-tiny'),
		runtime: '/ort/',
		start: () => new Worker(new URL('../../../workers/ocr.worker.ts', import.meta.url), { type: 'module', name: 'ocr' }),
	});
	await reader.warm();

	const options = { ...defaultOptions, seed: SEED };
	const world = makeWorld(SEED);
	const canvas = new OffscreenCanvas(logicalSize.width, logicalSize.height);
	const paint = makePainter(canvas, contextOf(canvas, { alpha: false }));
	const matcher = makeBestEngine();
	const buffers = matcher.frameBuffers(3);
	const clock: Clock = { now: () => 1_700_000_000_000 + world.now, monotonic: () => world.now };
	let dice = SEED;
	const random = { next: () => (dice = (Math.imul(dice, 1_103_515_245) + 12_345) >>> 0) / 2 ** 32 };
	const crystals = new Map<string, Crystal>();
	const ledger = makeLedger({ session: 'bench', next: 1, now: clock.now, persist: () => {} });
	const never = new AbortController().signal;
	const scope = { game: profile.id, gameVersion: profile.gameVersion ?? 'any', language: profile.language, layout: '960x540' };
	let made = 0;
	const shared = {
		scope,
		profile,
		crystals,
		clock,
		random,
		newId: (kind: string) => `${kind}-${made++}`,
		save: (c: Crystal) => void crystals.set(c.id, c),
		changed: () => {},
	};
	const driver: InputDriver = {
		kind: 'practice',
		act: async ({ steps }) => {
			for (const s of steps) {
				if (s.do === 'click') click(world, { x: s.at.x + 0.5, y: s.at.y + 0.5 }, options.hud);
				else if (s.do === 'key') for (const key of s.keys) press(world, key);
			}
			return { done: true };
		},
		releaseAll: async () => {},
	};
	const tier = makePracticeTier(0);
	const cascade = makeCascade({ ledger, clock, tiers: () => [tier], instructions: INSTRUCTIONS });
	const gate = makeGate({ ...shared, cascade, words, endpoint: () => false, tick: () => 0, cancel: never });
	const loop = makeLoop({
		profile,
		clock,
		ledger,
		cascade,
		eyes: makeEyes({ ...shared, reader, matcher }),
		mind: makeMind(shared),
		voice: makeVoice(shared),
		gate,
		driver,
		png: async () => new Uint8Array(0),
		cancel: never,
	});

	const nextFrame = async () => {
		step(world, TICK_MS);
		const view = viewOf(world);
		paint(view, options);
		const video = new VideoFrame(canvas, { timestamp: Math.round(world.now * 1000) });
		const id = encodeState(view, options);
		const begun = performance.now();
		try {
			const frame = await readVideoFrame(video, id, world.now, buffers);
			return { frame, copyMs: performance.now() - begun };
		} finally {
			video.close();
		}
	};

	let told = 0;
	while (world.now < LEARN_MS) {
		const { frame } = await nextFrame();
		await loop.tick(frame);
		// The scripted teacher answers by a timer of no length; let it.
		if (loop.asking.length > 0) await new Promise((resolve) => setTimeout(resolve, 0));
		if (world.now - told > 60_000) {
			told = world.now;
			await host.falseworkLog(`learning: ${Math.round(world.now / 60_000)} min of play, ${crystals.size} crystals`);
		}
	}

	const eyes = makeEyes({ ...shared, reader, matcher });
	const mind = makeMind(shared);
	const stages = {
		copy: [] as number[],
		recognise: [] as number[],
		perceive: [] as number[],
		facts: [] as number[],
		decide: [] as number[],
		all: [] as number[],
	};
	let seen = 0;
	for (let n = 0; stages.all.length < SAMPLES && n < SAMPLES * 8; n++) {
		const { frame, copyMs } = await nextFrame();
		const t0 = performance.now();
		const look = await eyes.look(frame, never);
		const t1 = performance.now();
		const perceived = eyes.attempt(look, undefined, undefined);
		const t2 = performance.now();
		if (perceived.outcome === 'hit') {
			seen++;
			const situation: Situation = {
				frame,
				screen: perceived.answer.screen,
				facts: Object.fromEntries(perceived.answer.facts.map((f) => [f.name, f.value])),
				sights: look.sights,
				unsure: look.unsure,
				by: 'crystal',
				entry: 0,
				visit: 1,
			};
			const t3 = performance.now();
			const facts = mind.observe(situation, { verb: 'none', at: 'none' });
			const t4 = performance.now();
			const decided = mind.attempt(facts, situation, n);
			const t5 = performance.now();
			if (decided.outcome === 'hit') {
				stages.copy.push(copyMs);
				stages.recognise.push(t1 - t0);
				stages.perceive.push(t2 - t1);
				stages.facts.push(t4 - t3);
				stages.decide.push(t5 - t4);
				stages.all.push(copyMs + t5 - t0);
			}
		}
		await loop.tick(frame);
		if (loop.asking.length > 0) await new Promise((resolve) => setTimeout(resolve, 0));
	}
	const total = stages.all.reduce((a, b) => a + b, 0);
	const share = (samples: readonly number[]) => samples.reduce((a, b) => a + b, 0) / total;
	reader.close();

	const idle = await measureIdle([...crystals.values()], profile);
	const rows = [
		rowOf('frame to decided act', 'falsework', stages.all),
		rowOf('copy out of the frame', 'falsework', stages.copy),
		rowOf('recognise and read', 'falsework', stages.recognise),
		rowOf('screen and facts', 'falsework', stages.perceive),
		rowOf('derive facts', 'falsework', stages.facts),
		rowOf('decide by rule', 'falsework', stages.decide),
		rowOf('workers on a resting screen', 'falsework', [idle.workers * 100], '% of a core'),
		rowOf('page and its workers', 'falsework', [idle.renderer * 100], '% of a core'),
		rowOf('browser and GPU processes (capture and drawing)', 'falsework', [idle.rest * 100], '% of a core'),
	];
	return {
		rows,
		ratios: [],
		accuracy: { decidedLocally: stages.all.length, perceivedLocally: seen, crystals: crystals.size },
		notes: [
			`960 × 540, seed ${SEED}, ${LEARN_MS / 60_000} simulated minutes learnt with the scripted teacher, ${stages.all.length} samples.`,
			`Share of each stage: ${Object.entries(stages)
				.filter(([name]) => name !== 'all')
				.map(([name, samples]) => `${name} ${(100 * share(samples)).toFixed(0)} %`)
				.join(', ')}.`,
			'No peer does the whole path in a browser; the pieces are held against peers by their own benches.',
		],
		broken: [
			...(stages.all.length < SAMPLES / 4 ? [`only ${stages.all.length} frames were decided locally`] : []),
			...(idle.workers > IDLE_LIMIT
				? [`workers take ${(100 * idle.workers).toFixed(1)} % of a core on a resting screen; ${100 * IDLE_LIMIT} % is the limit`]
				: []),
		],
	};
}

/** The real agent and the real game in their workers, resting on the title screen: what is learnt is known, nothing may act. */
async function measureIdle(crystals: readonly Crystal[], profile: Profile): Promise<{ workers: number; renderer: number; rest: number }> {
	const store = await openStore({ now: () => Date.now() });
	await store.putCrystals(crystals);
	await store.close();
	const agent = Comlink.wrap<AgentApi>(
		new Worker(new URL('../../../workers/agent.worker.ts', import.meta.url), { type: 'module', name: 'agent' }),
	);
	const game = Comlink.wrap<PracticeApi>(
		new Worker(new URL('../../../workers/practice.worker.ts', import.meta.url), { type: 'module', name: 'practice' }),
	);
	await agent.boot({ ocr: { models: '/models/', runtime: '/ort/' } });
	await game.start(defaultOptions);
	const { port1, port2 } = new MessageChannel();
	await game.frames(Comlink.transfer(port1, [port1]));
	const endpoint = await game[Comlink.createEndpoint]();
	const resting: Profile = { ...profile, actions: profile.actions.filter((a) => a.verb === 'wait') };
	// Naming a tier that does not exist leaves nobody to ask.
	const why = await agent.playPractice(Comlink.transfer(endpoint, [endpoint]), Comlink.transfer(port2, [port2]), defaultOptions, {
		profile: resting,
		consented: ['nobody'],
	});
	if (why !== '') throw new Error(why);
	await new Promise((resolve) => setTimeout(resolve, 4000));
	const before = await host.falseworkProcesses();
	const begun = performance.now();
	await host.falseworkLog(`resting for ${IDLE_SECONDS} s …`);
	await new Promise((resolve) => setTimeout(resolve, IDLE_SECONDS * 1000));
	const seconds = (performance.now() - begun) / 1000;
	const after = await host.falseworkProcesses();
	const spent = (pick: (p: (typeof after)[number]) => number): number => {
		const sum = (list: typeof after): number => list.reduce((a, p) => a + pick(p), 0);
		return (sum(after) - sum(before)) / seconds;
	};
	const threads = (p: (typeof after)[number]): number =>
		p.threads.filter((t) => t.name.startsWith('DedicatedWork')).reduce((a, t) => a + t.cpuSeconds, 0);
	const isRenderer = (p: (typeof after)[number]): boolean => p.type === 'renderer';
	await agent.stopEverything('bench');
	return {
		workers: spent((p) => (isRenderer(p) ? threads(p) : 0)),
		renderer: spent((p) => (isRenderer(p) ? p.cpuSeconds : 0)),
		rest: spent((p) => (isRenderer(p) ? 0 : p.cpuSeconds)),
	};
}
