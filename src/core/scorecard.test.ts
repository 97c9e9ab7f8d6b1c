import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EntryDraft, LedgerEntry, QuestionEntry } from './ledger.ts';
import { accumulate, emptySums, scorecard, sumUp } from './scorecard.ts';

type Q = Partial<Omit<QuestionEntry, 'type'>>;
let n = 0;
function entry(draft: EntryDraft, at = 0, session = 's1'): LedgerEntry {
	return { ...draft, n: n++, at, session } as LedgerEntry;
}
function question(more: Q = {}, at = 0): LedgerEntry {
	const { tier = 'crystal' } = more;
	const asked = tier !== 'crystal';
	return {
		type: 'question',
		n: n++,
		at,
		session: 's1',
		tick: 1,
		ask: 'perception',
		tier,
		misses: asked ? [{ tier: 'crystal', reason: 'no-crystal', detail: '' }] : [],
		latencyMs: asked ? 800 : 2,
		model: '',
		calls: asked ? 1 : 0,
		promptTokens: 0,
		completionTokens: 0,
		usd: asked ? 0.01 : 0,
		simulated: false,
		made: [],
		used: [],
		why: '',
		violation: false,
		...more,
	};
}
const session = (event: 'started' | 'paused' | 'resumed' | 'ended', at: number, playedMs: number): LedgerEntry =>
	entry({ type: 'session', event, game: 'g', detail: '', playedMs }, at);

describe('the scorecard', () => {
	it('shows no percentage while there is nothing to divide by', () => {
		const card = scorecard(emptySums());
		expect(card.metrics.perception).toEqual({
			value: null,
			local: 0,
			total: 0,
			target: [
				{ value: 0.9, afterHours: 1 },
				{ value: 0.99, afterHours: 4 },
			],
		});
		expect(card.metrics.cost).toEqual({
			perHourUsd: null,
			calls: 0,
			callsPerHour: null,
			sessions: { verdict: 'too few', n: 0 },
			trend: [],
		});
		expect(card.idle.value).toBeNull();
		expect(card.saved).toEqual({ usd: null, msat: null, ms: null });
	});

	it('counts as local only what no model was called for', () => {
		const card = scorecard(
			sumUp([
				question(),
				question({ tier: 'device' }),
				question({ tier: 'local', usd: 0 }),
				question({ tier: null }),
				question({ ask: 'decision' }),
			]),
		);
		expect(card.metrics.perception).toMatchObject({ value: 0.25, local: 1, total: 4 });
		expect(card.metrics.decision).toMatchObject({ value: 1, local: 1, total: 1 });
		expect(card).toMatchObject({ calls: 2, deviceCalls: 1, unanswered: 1, misses: { 'no-crystal': 3 } });
	});

	it('counts narration by lines spoken, not by questions', () => {
		const spoken = (tier: 'crystal' | 'cloud'): LedgerEntry => entry({ type: 'spoken', of: 1, tier, event: 'fight', line: 'x' });
		const card = scorecard(sumUp([question({ ask: 'narration', tier: 'cloud' }), spoken('crystal'), spoken('crystal'), spoken('cloud')]));
		expect(card.metrics.narration).toMatchObject({ local: 2, total: 3 });
	});

	it('leaves pauses out of minutes and hours', () => {
		const sums = sumUp([
			session('started', 0, 0),
			question({ tier: 'cloud' }, 30_000),
			session('paused', 90_000, 90_000),
			session('resumed', 1_090_000, 90_000),
			question({}, 1_100_000),
			question({}, 1_130_000),
			session('ended', 1_150_000, 150_000),
		]);
		const card = scorecard(sums);
		expect(card.playedMs).toBe(150_000);
		expect(card.minutes.map((m) => m.perception)).toEqual([
			{ local: 0, total: 1 },
			{ local: 1, total: 1 },
			{ local: 1, total: 1 },
		]);
		expect(card.metrics.cost.callsPerHour).toBeCloseTo(24, 9);
		expect(card.metrics.cost.trend.map((t) => t.calls)).toEqual([1, 0, 0]);
		expect(scorecard(sums, 9e9).playedMs).toBe(150_000);
	});

	it('runs hours up to the moment it is read', () => {
		const sums = sumUp([session('started', 0, 0), question({ tier: 'cloud', usd: 0.5 }, 10)]);
		expect(scorecard(sums, 1_800_000).metrics.cost.perHourUsd).toBe(1);
	});

	it('says nothing about cost while a price is unknown', () => {
		const card = scorecard(sumUp([session('started', 0, 0), question({ tier: 'cloud', usd: null }, 60_000), question()]));
		expect(card.metrics.cost.perHourUsd).toBeNull();
		expect(card.spentUsd).toBeNull();
		expect(card.saved.usd).toBeNull();
	});

	it('puts wrong and idle beside the saved calls', () => {
		const verdict = (wrong: boolean, acted: boolean, ask: 'perception' | 'decision' = 'perception'): LedgerEntry =>
			entry({ type: 'verdict', ask, of: 1, tier: 'crystal', by: 'truth', wrong, acted, detail: '' });
		const act = (idle: boolean): LedgerEntry =>
			entry({ type: 'act', tick: 1, act: { verb: 'wait', args: {} }, done: true, reason: '', idle });
		const card = scorecard(
			sumUp([
				verdict(false, true),
				verdict(true, false),
				verdict(true, true, 'decision'),
				act(true),
				act(false),
				act(false),
				act(false),
				entry({ type: 'rested', ticks: 40 }),
			]),
		);
		expect(card.wrong).toEqual({
			checked: 3,
			wrong: 2,
			acted: 1,
			byAsk: { perception: { checked: 2, wrong: 1, acted: 0 }, decision: { checked: 1, wrong: 1, acted: 1 } },
		});
		expect(card.idle).toEqual({ value: 0.25, idle: 1, acts: 4 });
		expect(card.rested).toBe(40);
	});

	it('reckons savings at what the models cost here', () => {
		const card = scorecard(
			sumUp([
				question({ tier: 'cloud', usd: 0.02 }),
				question({ tier: 'cloud', usd: 0.04 }),
				question(),
				question(),
				question({ ask: 'decision' }),
			]),
		);
		expect(card.saved.usd).toBeCloseTo(0.06, 12);
		expect(card.saved.ms).toBe(2 * 800 - 4);
	});

	it('says when anything in it is simulated, and counts violations', () => {
		expect(scorecard(sumUp([question({ tier: 'cloud', simulated: true, violation: true })]))).toMatchObject({
			simulated: true,
			violations: 1,
		});
	});

	it('counts a skill when it becomes autonomous', () => {
		const state = (from: string, to: string, kind = 'skill'): LedgerEntry =>
			entry({ type: 'state', crystal: 'c', kind, name: 'c', from, to, why: '' });
		expect(
			scorecard(
				sumUp([
					state('shadow', 'autonomous'),
					state('shadow', 'autonomous'),
					state('autonomous', 'retired'),
					state('shadow', 'autonomous', 'rule'),
				]),
			).metrics.skills,
		).toMatchObject({ new: 2, total: 1 });
	});

	it('counts the library from where the session found it, and what came back to it as known', () => {
		const state = (crystal: string, from: string, to: string, again?: true): LedgerEntry =>
			entry({ type: 'state', crystal, kind: 'skill', name: crystal, from, to, why: '', ...(again ? { again } : {}) });
		const started = entry({ type: 'session', event: 'started', game: 'g', detail: '', playedMs: 0, skills: 7 });
		const entries = [
			started,
			state('old', 'autonomous', 'quarantined'),
			state('old', 'shadow', 'autonomous', true),
			state('new', 'shadow', 'autonomous'),
		];
		expect(scorecard(sumUp(entries)).metrics.skills).toMatchObject({ new: 1, total: 8 });
	});

	it('holds what an hour costs against the sessions before', () => {
		const entries = [session('started', 0, 0), question({ tier: 'cloud', usd: 0.01 }, 1), session('ended', 3_600_000, 3_600_000)];
		expect(scorecard(sumUp(entries), undefined, [0.4, 0.2, 0.1, 0.05]).metrics.cost).toMatchObject({
			sessions: { verdict: 'falling', n: 5 },
		});
		expect(scorecard(sumUp(entries.slice(0, 2)), undefined, [0.4, 0.2, 0.1, 0.05]).metrics.cost.sessions).toEqual({
			verdict: 'too few',
			n: 4,
		});
	});
});

describe('a clock that is set during play', () => {
	const played = (jumps: readonly [after: number, by: number][]): LedgerEntry[] => {
		let ahead = 0;
		const entries: LedgerEntry[] = [session('started', 0, 0)];
		for (let i = 1; i <= 240; i++) {
			for (const [after, by] of jumps) if (i === after) ahead += by;
			entries.push(question({}, 1000 * i + ahead));
		}
		return [...entries, session('ended', 241_000 + ahead, 241_000)];
	};
	const YEAR = 365 * 24 * 3_600_000;
	it.each([
		['a year ahead', [[100, YEAR]]],
		['two hours back', [[100, -7_200_000]]],
		[
			'ahead and back',
			[
				[60, YEAR],
				[61, -YEAR],
				[200, 14_400_000],
			],
		],
		['out of all bounds', [[100, 8e15]]],
	] as [string, [number, number][]][])('%s: minutes go on evenly, and each time is counted', (_, jumps) => {
		const card = scorecard(sumUp(played(jumps)));
		expect(card.clockJumps).toBe(jumps.length);
		expect(card.playedMs).toBe(241_000);
		expect(card.minutes.map((m) => m.perception.total).reduce((a, b) => a + b)).toBe(240);
		expect([4, 5]).toContain(card.minutes.length);
		// A jump costs the second that it came in.
		for (const [i, m] of card.minutes.slice(0, 4).entries())
			expect(Math.abs(m.perception.total - (i === 0 ? 59 : 60))).toBeLessThanOrEqual(jumps.length);
	});
	it('is none where entries come a little late, or nothing was played', () => {
		const late = [
			session('started', 0, 0),
			question({}, 400_000),
			question({}, 5000),
			session('paused', 400_000, 400_000),
			session('resumed', 9_000_000, 400_000),
			question({}, 9_001_000),
		];
		const card = scorecard(sumUp(late));
		expect(card.clockJumps).toBe(0);
		expect(card.playedMs).toBe(401_000);
		expect(card.minutes[0]?.perception.total).toBe(1);
	});
});

const draft: fc.Arbitrary<LedgerEntry> = fc.oneof(
	fc
		.record({
			ask: fc.constantFrom('perception' as const, 'decision' as const, 'narration' as const),
			tier: fc.constantFrom('crystal' as const, 'device' as const, 'local' as const, 'cloud' as const, null),
			usd: fc.constantFrom(0, 0.01, 0.5),
			calls: fc.nat(3),
			violation: fc.boolean(),
		})
		.map((q) => question(q)),
	fc.constantFrom('crystal' as const, 'cloud' as const).map((tier) => entry({ type: 'spoken', of: 1, tier, event: 'e', line: 'l' })),
	fc
		.tuple(fc.boolean(), fc.boolean())
		.map(([wrong, acted]) =>
			entry({ type: 'verdict', ask: 'perception', of: 1, tier: 'crystal', by: 'postcondition', wrong, acted, detail: '' }),
		),
	fc.boolean().map((idle) => entry({ type: 'act', tick: 1, act: { verb: 'wait', args: {} }, done: true, reason: '', idle })),
	fc.nat(9).map((ticks) => entry({ type: 'rested', ticks })),
);

describe('sums kept up entry by entry', () => {
	it('equal a recount of the whole ledger by other means', () => {
		fc.assert(
			fc.property(fc.array(fc.tuple(draft, fc.nat(20_000)), { maxLength: 80 }), fc.nat(80), (drafts, cut) => {
				let at = 0;
				const entries: LedgerEntry[] = [session('started', 0, 0), ...drafts.map(([e, gap]) => ({ ...e, at: (at += gap) }) as LedgerEntry)];
				// Some are added, the sums stored and read back, then the rest.
				let sums = emptySums();
				for (const e of entries.slice(0, cut)) sums = accumulate(sums, e);
				sums = JSON.parse(JSON.stringify(sums)) as typeof sums;
				for (const e of entries.slice(cut)) sums = accumulate(sums, e);
				const card = scorecard(sums);
				expect(sums).toEqual(sumUp(entries));

				const questions = entries.filter((e) => e.type === 'question');
				for (const ask of ['perception', 'decision'] as const) {
					const mine = questions.filter((q) => q.ask === ask);
					const local = mine.filter((q) => q.tier === 'crystal').length;
					expect(card.metrics[ask]).toMatchObject({ local, total: mine.length, value: mine.length === 0 ? null : local / mine.length });
				}
				const spoken = entries.filter((e) => e.type === 'spoken');
				expect(card.metrics.narration).toMatchObject({ local: spoken.filter((e) => e.tier === 'crystal').length, total: spoken.length });
				expect(card.calls).toBe(questions.filter((q) => q.tier !== 'device').reduce((sum, q) => sum + q.calls, 0));
				expect(card.spentUsd).toBeCloseTo(
					questions.reduce((sum, q) => sum + (q.usd ?? 0), 0),
					9,
				);
				expect(card.violations).toBe(questions.filter((q) => q.violation).length);
				expect(card.rested).toBe(entries.reduce((sum, e) => sum + (e.type === 'rested' ? e.ticks : 0), 0));
				const acts = entries.filter((e) => e.type === 'act');
				expect(card.idle).toMatchObject({ idle: acts.filter((e) => e.idle).length, acts: acts.length });
				expect(card.wrong.wrong).toBe(entries.filter((e) => e.type === 'verdict' && e.wrong).length);
				// Minutes add up to the session, and no share stands without what it is of.
				const added = (of: (m: (typeof card.minutes)[number]) => number): number => card.minutes.reduce((sum, m) => sum + of(m), 0);
				for (const what of ['perception', 'decision', 'narration'] as const) {
					const { value, local, total } = card.metrics[what];
					expect([added((m) => m[what].local), added((m) => m[what].total)]).toEqual([local, total]);
					expect(value === null).toBe(total === 0);
				}
				expect([added((m) => m.calls), added((m) => m.acts), added((m) => m.idle)]).toEqual([card.calls, card.idle.acts, card.idle.idle]);
				// Every counted question stands in the minute it was asked in.
				for (const m of card.minutes) {
					const here = questions.filter((q) => q.ask === 'perception' && Math.floor(q.at / 60_000) === m.minute);
					expect(m.perception).toEqual({ local: here.filter((q) => q.tier === 'crystal').length, total: here.length });
				}
			}),
			{ seed: 3, numRuns: 200 },
		);
	});
});
