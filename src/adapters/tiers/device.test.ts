import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeCascade } from '../../core/cascade.ts';
import { makeLedger, type QuestionEntry } from '../../core/ledger.ts';
import type { Completion, Prompt } from '../../core/models/runtime.ts';
import { joinDetections } from '../../core/perception/beside.ts';
import type { DecisionAnswer, DecisionQuestion, LiveAsk, PerceptionAnswer } from '../../core/question.ts';
import { INSTRUCTIONS } from '../../core/wire.ts';
import type { NamedDetector } from '../../core/profile.ts';
import type { ReadyModel } from '../../../workers/models.protocol.ts';
import { type DeviceSource, makeDeviceTiers } from './device.ts';

const SMOL: ReadyModel = {
	id: 'smol',
	purpose: 'think',
	label: 'Smol',
	verified: true,
	options: { context: 2048 },
	measured: { what: 'tokens a second', value: 8, backend: 'wasm', at: 1 },
	backend: 'wasm',
};
const EYES: ReadyModel = { id: 'eyes', purpose: 'see', label: 'Eyes', verified: false };
const EMBED: ReadyModel = { id: 'embed', purpose: 'embed', label: 'Embed', verified: true };
const GOOD = '{"act":{"verb":"wait","args":{"ms":100}},"because":[{"f":"hp","op":">","v":1}]}';
const question: DecisionQuestion = {
	falsework: 1,
	ask: 'decision',
	game: 'g',
	tick: 1,
	frame: { id: 'f', width: 100, height: 80 },
	screen: 'play',
	facts: { hp: 3 },
	elements: [],
	goal: 'Live.',
	actions: [{ verb: 'wait', args: { ms: 'number' }, does: 'do nothing' }],
	recent: [],
	cases: [],
};
const answered = (text: string, more: Partial<Completion> = {}): Completion => ({
	text,
	promptTokens: 90,
	completionTokens: 20,
	ms: 5,
	finish: 'stop',
	...more,
});

function scripted(models: readonly ReadyModel[], complete: (prompt: Prompt, call: string) => Promise<Completion>) {
	const asked: Prompt[] = [];
	const cancelled: string[] = [];
	const loaded: string[] = [];
	let tell = (): void => {};
	const source: DeviceSource = {
		ready: async () => models,
		load: async (id) => void loaded.push(id),
		complete: (_id, prompt, call) => {
			asked.push(prompt);
			return complete(prompt, call);
		},
		cancel: (call) => cancelled.push(call),
		onReady: (listener) => {
			tell = listener;
		},
	};
	return { source, asked, cancelled, loaded, tell: () => tell() };
}

async function setUp(
	source: DeviceSource,
	use: (model: string, ask: LiveAsk) => boolean = () => true,
	detector: () => NamedDetector | undefined = () => undefined,
) {
	const clock = { now: () => 0, monotonic: () => Date.now() };
	const devices = makeDeviceTiers({
		sources: [source],
		clock,
		use: (model, ask) => ({ on: use(model, ask), why: 'test' }),
		detector,
		onChange: () => {},
		newId: () => 'call-1',
	});
	await devices.refresh();
	const ledger = makeLedger({ session: 's', next: 1, now: clock.now, persist: () => {} });
	const cascade = makeCascade({ ledger, clock, tiers: devices.tiers, instructions: INSTRUCTIONS });
	const stop = new AbortController();
	const made: DecisionAnswer[] = [];
	async function settle(): Promise<QuestionEntry> {
		const settling = cascade.settle<'decision'>(
			{
				question,
				check: () => ({ outcome: 'miss', reason: 'no-crystal', detail: 'none' }),
				crystallise: (answer) => {
					made.push(answer);
					return { none: 'confirmed-existing', detail: 'test' };
				},
				tick: 1,
			},
			stop.signal,
		);
		if (settling.how === 'asking') await settling.settled;
		return ledger.entries().at(-1) as QuestionEntry;
	}
	return { devices, settle, stop, made };
}

describe('a model on this machine as a tier', () => {
	it('answers a decision in short, free of charge, under its own name', async () => {
		const { source, asked } = scripted([SMOL], async () => answered(GOOD));
		const { settle, made, devices } = await setUp(source);
		const entry = await settle();
		expect(entry).toMatchObject({ tier: 'device', model: 'smol', usd: 0, calls: 1, promptTokens: 90, simulated: false });
		expect(made[0]?.act).toEqual({ verb: 'wait', args: { ms: 100 } });
		expect(asked[0]?.schema).toBeDefined();
		expect(asked[0]?.image).toBeUndefined();
		expect(devices.tiers()[0]?.label).toBe('Smol on the CPU of this machine');
	});

	it('thinks and speaks when it writes, sees as well when it has eyes, and does neither when it only compares texts', async () => {
		const { source } = scripted([SMOL, EYES, EMBED], async () => answered(GOOD));
		const { devices } = await setUp(source);
		expect(devices.tiers().map((t) => [t.id, [...t.asks]])).toEqual([
			['device:smol', ['decision', 'narration']],
			['device:eyes', ['perception', 'decision', 'narration']],
		]);
		expect(devices.tiers()[1]?.label).toBe('Eyes on this machine, not verified on this build');
	});

	it('is asked only what it is let answer, and the list says why', async () => {
		const { source, asked } = scripted([SMOL], async () => answered(GOOD));
		const { devices, settle } = await setUp(source, (_, ask) => ask === 'narration');
		expect(devices.tiers().map((t) => [...t.asks])).toEqual([['narration']]);
		expect((await settle()).misses.at(-1)?.reason).toBe('no-tier');
		expect(asked).toEqual([]);
		expect(devices.models()[0]?.asks[0]).toEqual({ ask: 'decision', on: false, why: 'test' });
	});

	it('never passes a cut answer on: it is a miss that says so', async () => {
		const { source } = scripted([SMOL], async () => answered(GOOD, { finish: 'length', completionTokens: 160 }));
		const { settle, made } = await setUp(source);
		const entry = await settle();
		expect(entry.misses.at(-1)).toMatchObject({ tier: 'device', reason: 'tier-failed' });
		expect(entry.misses.at(-1)?.detail).toContain('cut at 160 tokens');
		expect(made).toEqual([]);
	});

	it('is asked once more with the fault named, then it is a miss', async () => {
		const { source, asked } = scripted([SMOL], async () => answered('{"act":'));
		const { settle, made } = await setUp(source);
		const entry = await settle();
		expect(entry.misses.at(-1)).toMatchObject({ tier: 'device', reason: 'bad-answer' });
		expect(asked.map((prompt) => prompt.user.includes('was refused'))).toEqual([false, true]);
		expect(made).toEqual([]);
	});

	it('carries the reason of a runtime over the wall, and rests after three failures', async () => {
		const broken = Object.assign(new Error('out-of-memory: Smol needs more than there is.'), { name: 'RuntimeError' });
		const { source, asked } = scripted([SMOL], () => Promise.reject(broken));
		const { settle, devices } = await setUp(source);
		expect((await settle()).misses.at(-1)?.detail).toContain('Smol needs more than there is.');
		await settle();
		await settle();
		expect((await settle()).misses.at(-1)?.reason).toBe('breaker-open');
		expect(asked.length).toBe(3);
		expect(devices.models()[0]).toMatchObject({ breaker: 'open', calls: 3, lastError: expect.stringContaining('more than there is') });
	});

	it('asks again what is ready when it is told so', async () => {
		const models: ReadyModel[] = [SMOL];
		const { source, tell } = scripted(models, async () => answered(GOOD));
		const { devices } = await setUp(source);
		models.length = 0;
		tell();
		await vi.waitFor(() => expect(devices.tiers()).toEqual([]));
		models.push(SMOL);
		tell();
		await vi.waitFor(() => expect(devices.tiers()).toHaveLength(1));
	});

	it('has no model when its source cannot be asked', async () => {
		const { source } = scripted([SMOL], async () => answered(GOOD));
		const { devices } = await setUp({ ...source, ready: () => Promise.reject(new Error('the host died')) });
		expect(devices.tiers()).toEqual([]);
	});
});

describe('the time of a model on this machine', () => {
	beforeEach(() => void vi.useFakeTimers());
	afterEach(() => void vi.useRealTimers());

	it('ends with its budget: the call is taken back and the question missed', async () => {
		const { source, cancelled } = scripted([SMOL], () => new Promise(() => {}));
		const { settle, devices } = await setUp(source);
		const entry = settle();
		await vi.advanceTimersByTimeAsync(devices.tiers()[0]?.budgetMs ?? 0);
		expect((await entry).misses.at(-1)).toMatchObject({ tier: 'device', reason: 'timed-out' });
		expect(cancelled).toEqual(['call-1']);
	});

	it('may end before the weights are in memory: loading goes on for the next question', async () => {
		const { backend: _, ...cold } = SMOL;
		const { source, loaded } = scripted([cold], () => new Promise(() => {}));
		const { settle, devices } = await setUp(source);
		const entry = settle();
		await vi.advanceTimersByTimeAsync(devices.tiers()[0]?.budgetMs ?? 0);
		expect((await entry).misses.at(-1)?.reason).toBe('timed-out');
		expect(loaded).toEqual(['smol']);
	});

	it('ends when the question is taken back', async () => {
		const { source, cancelled } = scripted([SMOL], () => new Promise(() => {}));
		const { settle, stop } = await setUp(source);
		const entry = settle();
		await vi.advanceTimersByTimeAsync(10);
		stop.abort();
		expect((await entry).misses.at(-1)).toMatchObject({ tier: 'device', reason: 'cancelled' });
		expect(cancelled).toEqual(['call-1']);
	});

	it('is shorter for a faster model, and never without end', async () => {
		const fast: ReadyModel = { ...SMOL, id: 'fast', measured: { what: 'tokens a second', value: 80, backend: 'webgpu', at: 1 } };
		const { source } = scripted([SMOL, fast, { ...EYES, options: {} }], async () => answered(GOOD));
		const { devices } = await setUp(source);
		const [smol = 0, quick = 0, eyes = 0] = devices.tiers().map((t) => t.budgetMs);
		expect(quick).toBeLessThan(smol);
		expect(eyes).toBeLessThanOrEqual(180_000);
	});
});

describe('the detector that a profile names', () => {
	const FINDER: ReadyModel = { id: 'finder', purpose: 'detect', label: 'Finder', verified: true, backend: 'wasm' };
	const SEES = JSON.stringify({ screen: 'cave', elements: [{ name: 'exit', kind: 'button', box: [0, 0, 20, 20] }], facts: [] });

	async function look(source: DeviceSource, detector?: NamedDetector) {
		const { devices } = await setUp(
			source,
			() => true,
			() => detector,
		);
		const clock = { now: () => 0, monotonic: () => 0 };
		const ledger = makeLedger({ session: 's', next: 1, now: clock.now, persist: () => {} });
		const cascade = makeCascade({ ledger, clock, tiers: devices.tiers, instructions: INSTRUCTIONS });
		let answer: PerceptionAnswer | undefined;
		const settling = cascade.settle<'perception'>(
			{
				question: { falsework: 1, ask: 'perception', game: 'g', tick: 1, frame: { id: 'f', width: 100, height: 80 }, facts: [], known: [] },
				check: () => ({ outcome: 'miss', reason: 'no-crystal', detail: 'none' }),
				crystallise: (given) => {
					answer = given;
					return { none: 'confirmed-existing', detail: 'test' };
				},
				join: (given, tier, seen) => joinDetections(given, tier.boxFormat, seen, { width: 100, height: 80 }),
				png: async () => Uint8Array.of(1, 2, 3),
				tick: 1,
			},
			new AbortController().signal,
		);
		if (settling.how === 'asking') await settling.settled;
		return { devices, answer, entry: ledger.entries().at(-1) as QuestionEntry };
	}

	it('adds what it sees to the answer of the model that names the screen, is counted, and is nobody else’s business', async () => {
		const { source } = scripted([FINDER, EYES], async () => answered(SEES));
		const asked: unknown[] = [];
		const finds: DeviceSource = {
			...source,
			detect: async (...call) => {
				asked.push(call);
				return [
					{ label: 'Giant rat!', score: 0.9, box: [50, 40, 20, 20] },
					{ label: 'door', score: 0.8, box: [1, 1, 19, 19] },
					{ label: '???', score: 0.7, box: [70, 10, 20, 20] },
				];
			},
		};
		const { answer, entry } = await look(finds, { model: 'finder', as: { threshold: 0.3 } });
		expect(asked).toEqual([['finder', Uint8Array.of(1, 2, 3), { threshold: 0.3 }, 'call-1']]);
		expect(answer?.screen).toBe('cave');
		expect(answer?.elements).toEqual([
			{ name: 'exit', kind: 'button', box: [0, 0, 20, 20], stable: true },
			{ name: 'giant-rat', kind: 'other', box: [50, 40, 20, 20], stable: false },
		]);
		expect(entry).toMatchObject({ tier: 'device', model: 'eyes', calls: 2 });
		expect(entry.tries?.map(({ who, outcome }) => [who, outcome])).toEqual([
			['Eyes on this machine, not verified on this build', 'first'],
			['Finder on the CPU of this machine', 'first'],
		]);
		const other = await look(finds);
		expect(other.devices.models().map(({ id }) => id)).toEqual(['eyes']);
		expect(other.entry.calls).toBe(1);
	});

	it('never is the answer: alone it is not even asked', async () => {
		const { source } = scripted([FINDER], async () => answered(SEES));
		let asked = 0;
		const { entry } = await look({ ...source, detect: async () => (asked++, []) }, { model: 'finder', as: {} });
		expect(entry).toMatchObject({ tier: null, calls: 0 });
		expect(entry.misses.at(-1)?.reason).toBe('no-tier');
		expect(asked).toBe(0);
	});

	it('spoils nothing when it fails, and says so when it is not here', async () => {
		const { source } = scripted([FINDER, EYES], async () => answered(SEES));
		const broken = await look(
			{ ...source, detect: async () => Promise.reject(new Error('crashed: out of memory')) },
			{ model: 'finder', as: {} },
		);
		expect(broken.answer?.elements).toHaveLength(1);
		expect(broken.entry.misses.at(-1)).toMatchObject({ tier: 'device', reason: 'tier-failed' });
		expect(broken.entry.misses.at(-1)?.detail).toContain('out of memory');
		const absent = await look(source, { model: 'elsewhere', as: {} });
		expect(absent.entry).toMatchObject({ calls: 1, model: 'eyes' });
		expect(absent.entry.misses.at(-1)).toMatchObject({ reason: 'no-tier' });
		expect(absent.entry.misses.at(-1)?.detail).toContain('"elsewhere"');
	});
});
