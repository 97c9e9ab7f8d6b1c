import { describe, expect, it } from 'vitest';
import { makeCascade, type Settlement, sealModel, type Tier } from './cascade.ts';
import { drillSentence, drillsOf, readDrillSchedule } from './drill.ts';
import { type EntryDraft, type LedgerEntry, makeLedger, type QuestionEntry } from './ledger.ts';
import { INSTRUCTIONS } from './wire.ts';

const answer = JSON.stringify({ screen: 'title', elements: [], facts: [] });
const cancel = new AbortController().signal;
let n = 0;
const entry = (at: number, draft: EntryDraft): LedgerEntry => ({ ...draft, n: n++, at, session: 's' }) as LedgerEntry;
const question = (at: number, tier: QuestionEntry['tier'], more: Partial<QuestionEntry> = {}): LedgerEntry =>
	entry(at, {
		type: 'question',
		tick: 1,
		ask: 'decision',
		tier,
		misses: [],
		latencyMs: 10,
		model: '',
		calls: tier === 'crystal' || tier === null ? 0 : 1,
		promptTokens: 0,
		completionTokens: 0,
		usd: 0,
		simulated: false,
		made: [],
		used: [],
		why: '',
		violation: false,
		...more,
	});
const pulled = (at: number): LedgerEntry => entry(at, { type: 'drill', event: 'pulled', minutes: 1, detail: 'by hand' });
const restored = (at: number): LedgerEntry => entry(at, { type: 'drill', event: 'restored', minutes: 1, detail: 'its time is over' });

describe('the falsework pulled', () => {
	it('sends nothing to a model outside, not even the second try of a question that is under way', async () => {
		let down = false;
		const asked: string[] = [];
		const tier = (name: Tier['name'], reply: () => string): Tier => ({
			id: name,
			name,
			label: name,
			asks: new Set(['perception']),
			budgetMs: 1000,
			model: sealModel(async () => {
				asked.push(name);
				return { text: reply(), model: name, promptTokens: 1, completionTokens: 1 };
			}),
			simulated: false,
			price: { inPerM: 1, outPerM: 1 },
			boxFormat: 'pixels',
		});
		const clock = { now: () => 0, monotonic: () => 0 };
		const ledger = makeLedger({ session: 's', next: 1, now: clock.now, persist: () => {} });
		// The cord is pulled while the first answer, a bad one, is on its way.
		const local = tier('local', () => {
			down = true;
			return 'no JSON';
		});
		const tiers = [local, tier('cloud', () => answer), tier('device', () => answer)];
		const settle = async (of: readonly Tier[]): Promise<void> => {
			const cascade = makeCascade({ ledger, clock, tiers: () => of, instructions: INSTRUCTIONS, pulled: () => down });
			const settlement: Settlement<'perception'> = {
				question: { falsework: 1, ask: 'perception', game: 'g', tick: 1, frame: { id: 'f', width: 9, height: 9 }, facts: [], known: [] },
				check: () => ({ outcome: 'miss', reason: 'no-crystal', detail: 'never seen' }),
				crystallise: () => ({ made: [], refused: [], labelled: ['c'] }),
				tick: 1,
			};
			const settling = cascade.settle<'perception'>(settlement, cancel);
			if (settling.how === 'asking') await settling.settled;
		};
		await settle(tiers);
		expect(asked).toEqual(['local', 'device']);
		await settle(tiers.slice(0, 2));
		expect(asked).toEqual(['local', 'device']);
		const [first, second] = ledger.entries() as QuestionEntry[];
		expect(first).toMatchObject({ tier: 'device', calls: 2 });
		expect(second).toMatchObject({ tier: null, calls: 0, misses: [{ tier: 'crystal' }, { reason: 'pulled' }, { reason: 'pulled' }] });
	});

	it('is scored by what was answered meanwhile, beside as long a stretch before', () => {
		const entries = [
			question(0, 'cloud'),
			question(50_000, 'cloud'),
			question(55_000, 'crystal'),
			pulled(100_000),
			// Sent before, answered after: not a call of the drill.
			question(100_005, 'cloud'),
			question(110_000, 'crystal'),
			question(120_000, null),
			entry(130_000, { type: 'act', tick: 1, act: { verb: 'wait', args: {} }, done: true, reason: '', idle: true }),
			restored(160_000),
			question(170_000, 'cloud'),
		];
		expect(drillsOf(entries)).toEqual([
			{
				startedAt: 100_000,
				endedAt: 160_000,
				minutes: 1,
				early: false,
				during: { ms: 60_000, questions: 3, local: 1, device: 0, unanswered: 1, outside: 0, acts: 1, idle: 1, checked: 0, wrong: 0 },
				before: { ms: 60_000, questions: 2, local: 1, device: 0, unanswered: 0, outside: 1, acts: 0, idle: 0, checked: 0, wrong: 0 },
			},
		]);
	});

	it('counts a request that went out all the same', () => {
		expect(drillsOf([pulled(0), question(30_000, 'cloud'), restored(60_000)])[0]?.during.outside).toBe(1);
	});

	it('ends with the session that it outlasts', () => {
		const end = entry(30_000, { type: 'session', event: 'ended', game: 'g', detail: 'time', playedMs: 30_000 });
		const [drill] = drillsOf([pulled(0), question(1000, 'crystal'), end]);
		expect(drill).toMatchObject({ endedAt: 30_000, early: true });
		expect(drill && drillSentence(drill)).toContain(
			'In 0.5 of 1 minutes without a model outside: 1 of 1 questions answered by crystals (100 %)',
		);
	});

	it('comes by itself only on a schedule that stands among the choices', () => {
		expect(readDrillSchedule({ everyMinutes: 30, minutes: 5 })).toEqual({ everyMinutes: 30, minutes: 5 });
		for (const bad of [
			null,
			'often',
			{},
			{ everyMinutes: 7, minutes: 5 },
			{ everyMinutes: 15, minutes: 60 },
			{ everyMinutes: 30, minutes: Number.NaN },
		])
			expect(readDrillSchedule(bad)).toBeUndefined();
	});
});
