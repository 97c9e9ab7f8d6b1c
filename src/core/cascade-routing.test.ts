// The seam over a router: what is asked, what stands in the ledger, what is learnt.
import { describe, expect, it } from 'vitest';
import { type Infer, makeCascade, sealModel, type Settlement, type Tier, TierError } from './cascade.ts';
import type { CascadeCrystal } from './crystals/cascade/schema.ts';
import type { Crystal } from './crystals/crystal.ts';
import { scopeOf } from './crystals/crystal.fixture.ts';
import { makeLedger, type QuestionEntry } from './ledger.ts';
import { handClock, tierOf } from './loop/desk.fixture.ts';
import type { DecisionQuestion } from './question.ts';
import { type Dial, OPEN_DIAL } from './routing/dial.ts';
import { makeRouter } from './routing/router.ts';
import { seeded } from './random.fixture.ts';
import { scorecard, sumUp } from './scorecard.ts';
import { INSTRUCTIONS } from './wire.ts';

const never = new AbortController().signal;
const question: DecisionQuestion = {
	falsework: 1,
	ask: 'decision',
	game: 'g',
	tick: 1,
	frame: { id: 'f', width: 10, height: 10 },
	screen: 'play',
	facts: {},
	elements: [],
	goal: '',
	actions: [],
	recent: [],
	cases: [],
};
const answerOf = (verb: string, confidence = 0.5) => JSON.stringify({ act: { verb }, because: [], confidence });

function setUp(tiers: readonly { readonly name: Tier['name']; readonly infer: Infer }[], dial: Dial = OPEN_DIAL) {
	const clock = handClock();
	const ledger = makeLedger({ session: 's', next: 1, now: () => clock.now(), persist: () => {} });
	const crystals = new Map<string, Crystal>();
	let made = 0;
	const router = makeRouter({
		crystals,
		scope: scopeOf(),
		clock,
		random: seeded(4),
		newId: (kind) => `${kind}-${made++}`,
		save: (c) => void crystals.set(c.id, c),
		changed: () => {},
		dial: () => dial,
		entry: () => ledger.next,
	});
	const sealed = tiers.map(({ name, infer }) =>
		tierOf(sealModel(infer), { id: name, label: name, modelName: name, name, price: { inPerM: 1, outPerM: 1 } }),
	);
	const cascade = makeCascade({ ledger, clock, tiers: () => sealed, instructions: INSTRUCTIONS, routing: router });
	const crystallised: string[] = [];
	async function ask(more: Partial<Settlement<'decision'>> = {}) {
		clock.at += 10_000;
		const settling = cascade.settle<'decision'>(
			{
				question,
				kind: 'play',
				check: () => ({ outcome: 'miss', reason: 'no-crystal', detail: 'nothing is known of it' }),
				crystallise: (answer, receipt) => {
					crystallised.push(`${answer.act.verb} of ${receipt.tier.name}`);
					return { made: [], refused: [], labelled: ['rule-1'] };
				},
				signs: (answer) => ({ confidence: answer.confidence }),
				tick: 1,
				...more,
			},
			never,
		);
		if (settling.how !== 'asking') throw new Error('a crystal answered');
		const settled = await settling.settled;
		return { settled, entry: ledger.entries().at(-1) as QuestionEntry };
	}
	const known = (key: string, model: string) =>
		router.crystals().find((c) => c.data.key === key && c.data.tier.model === model) as CascadeCrystal;
	return { ask, cascade, ledger, clock, router, crystals, crystallised, known };
}
const says = (verb: string | (() => string), confidence?: () => number): Infer => {
	return async () => ({
		text: answerOf(typeof verb === 'string' ? verb : verb(), confidence?.()),
		model: 'm',
		promptTokens: 1000,
		completionTokens: 100,
	});
};
const fails: Infer = async () => {
	throw new TierError('timed-out', 'too slow');
};

describe('the seam over a router', () => {
	it('keeps in the ledger each model that was asked, what it cost and how long it took', async () => {
		const { ask } = setUp([
			{ name: 'device', infer: fails },
			{ name: 'cloud', infer: says('go') },
		]);
		const { entry } = await ask();
		expect(entry).toMatchObject({ tier: 'cloud', calls: 2, promptTokens: 1000, violation: false });
		expect(entry.tries).toMatchObject([
			{ tier: 'device', who: 'device', outcome: 'timed-out', calls: 1, usd: 0 },
			{ tier: 'cloud', who: 'cloud', outcome: 'first', calls: 1, usd: 0.0011 },
		]);
		// What a model in the page was asked on the way is no call outside.
		const { calls, deviceCalls } = scorecard(sumUp([entry]), entry.at);
		expect([calls, deviceCalls]).toEqual([1, 1]);
	});

	it('says why a tier was passed over, with the counts that it was learnt from', async () => {
		const { ask } = setUp([
			{ name: 'device', infer: fails },
			{ name: 'cloud', infer: says('go') },
		]);
		for (let i = 0; i < 7; i++) await ask();
		const entries = [];
		for (let i = 0; i < 6; i++) entries.push((await ask()).entry);
		const skipped = entries.filter((e) => e.misses.some((m) => m.reason === 'skipped'));
		expect(skipped.length).toBeGreaterThan(2);
		expect(skipped[0]?.misses).toContainEqual({ tier: 'device', reason: 'skipped', detail: 'device: learnt: 0 of 7 usable, 0.0 s' });
		expect(skipped[0]?.tries?.map((t) => t.tier)).toEqual(['cloud']);
	});

	it('asks a better tier when an answer is too likely wrong, and crystallises the answer that is taken', async () => {
		let n = 0;
		const { ask, cascade, crystallised, known } = setUp([
			{
				name: 'device',
				infer: says(
					() => (n++ % 2 === 0 ? 'go' : 'stay'),
					() => (n % 2 === 0 ? 0.2 : 0.9),
				),
			},
			{ name: 'cloud', infer: says('go') },
		]);
		// "stay" is wrong, and the device says so of itself.
		for (let i = 0; i < 30; i++) {
			const { settled } = await ask();
			if (settled !== undefined) cascade.verified(settled.entry.n, settled.answer.act.verb === 'go', 'postcondition');
		}
		n = 1;
		const { settled, entry } = await ask();
		expect(entry.tries?.map((t) => t.tier)).toEqual(['device', 'cloud']);
		expect(entry.misses.map((m) => m.reason)).toEqual(['no-crystal', 'doubted']);
		expect(settled?.answer.act.verb).toBe('go');
		expect(crystallised.at(-1)).toBe('go of cloud');
		expect(known('', 'device').data.verified.tier[1]).toBeGreaterThan(0);
		n = 0;
		expect((await ask()).entry.tries?.map((t) => t.tier)).toEqual(['device']);
	});

	it('keeps the doubted answer when nobody else can give one', async () => {
		let cloud: Infer = says('go');
		const { ask, cascade, crystallised } = setUp([
			{ name: 'device', infer: says('stay') },
			{ name: 'cloud', infer: (r, c) => cloud(r, c) },
		]);
		for (let i = 0; i < 12; i++) {
			const { settled } = await ask();
			if (settled !== undefined) cascade.verified(settled.entry.n, i % 2 === 0, 'truth');
		}
		cloud = async () => {
			throw new TierError('no-consent', 'undecided');
		};
		const { entry } = await ask();
		expect(entry).toMatchObject({ tier: 'device', violation: false });
		expect(entry.misses.map((m) => m.reason)).toEqual(['no-crystal', 'doubted', 'no-consent']);
		expect(crystallised.at(-1)).toBe('stay of device');
	});

	it('asks one that it passed over after all when those after it could not be asked', async () => {
		let cloud: Infer = says('go');
		const { ask } = setUp([
			{ name: 'device', infer: fails },
			{ name: 'cloud', infer: (r, c) => cloud(r, c) },
		]);
		for (let i = 0; i < 8; i++) await ask();
		cloud = async () => {
			throw new TierError('cap-reached', 'the day is spent');
		};
		for (let i = 0; i < 5; i++) {
			const { entry } = await ask();
			expect(entry.tries?.map((t) => t.tier)).toEqual(['device']);
			expect(entry.tier).toBeNull();
		}
	});

	it('learns nothing about a model from what never left', async () => {
		const { ask, crystals } = setUp([
			{
				name: 'cloud',
				infer: async () => {
					throw new TierError('no-consent', 'undecided');
				},
			},
		]);
		await ask();
		expect(crystals.size).toBe(0);
	});

	it('does not take what it learnt about tiers for the artefact of a call', async () => {
		const { ask, crystals } = setUp([{ name: 'cloud', infer: says('go') }]);
		const { entry } = await ask({ crystallise: () => ({ made: [], refused: [], labelled: [] }) });
		expect([...crystals.values()].map((c) => c.kind)).toEqual(['cascade']);
		expect(entry).toMatchObject({ violation: true, made: [] });
	});

	it('counts an answer that the schema refuses as one that was of no use, and its repair as one that was', async () => {
		let text = '{';
		const { ask, known } = setUp([{ name: 'cloud', infer: async () => ({ text, model: 'm', promptTokens: 1, completionTokens: 1 }) }]);
		await ask();
		expect(known('', 'cloud').data.outcomes).toMatchObject({ refused: 1, first: 0 });
		text = answerOf('go');
		await ask();
		let n = 0;
		await ask({ verify: () => (n++ === 0 ? 'no such verb' : undefined) });
		expect(known('', 'cloud').data).toMatchObject({ outcomes: { refused: 1, first: 1, again: 1 }, calls: 5 });
	});

	it('labels the tier once for each answer that is verified', async () => {
		const { ask, cascade, known } = setUp([{ name: 'cloud', infer: says('go') }]);
		const { entry } = await ask();
		cascade.verified(entry.n, true, 'truth');
		cascade.verified(entry.n, false, 'postcondition');
		cascade.verified(999, false, 'truth');
		expect(known('', 'cloud').data.verified).toEqual({ postcondition: [0, 0], truth: [1, 0], tier: [0, 0] });
	});

	it('gives both tries of a tier the time of one', async () => {
		const within: number[] = [];
		const { ask, clock } = setUp([
			{
				name: 'cloud',
				infer: async (request) => {
					within.push(request.withinMs ?? 0);
					clock.at += 400;
					return { text: '{', model: 'm', promptTokens: 1, completionTokens: 1 };
				},
			},
		]);
		await ask();
		expect(within).toEqual([1000, 600]);
	});

	it('asks nobody in the cloud when the dial says never, and says so', async () => {
		const { ask } = setUp([{ name: 'cloud', infer: says('go') }], { all: 0, asks: {} });
		const { entry } = await ask();
		expect(entry).toMatchObject({ tier: null, calls: 0 });
		expect(entry.misses.at(-1)).toEqual({ tier: 'cloud', reason: 'dial-reached', detail: 'cloud: the dial says never' });
	});
});
