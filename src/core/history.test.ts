import { describe, expect, it } from 'vitest';
import { changesOf, hourlyCosts, projectedAt, PROJECTION, sessionsOf, weeksOf } from './history.ts';
import type { EntryDraft, LedgerEntry } from './ledger.ts';
import { trendOf } from './trend.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
let n = 0;
const entry = (session: string, at: number, draft: EntryDraft): LedgerEntry => ({ ...draft, n: n++, at, session }) as LedgerEntry;
const asked = (session: string, at: number, usd: number | null): LedgerEntry =>
	entry(session, at, {
		type: 'question',
		tick: 1,
		ask: 'decision',
		tier: 'cloud',
		misses: [],
		latencyMs: 500,
		model: 'm',
		calls: 1,
		promptTokens: 10,
		completionTokens: 10,
		usd,
		simulated: false,
		made: [],
		used: [],
		why: '',
		violation: false,
	});
function session(id: string, at: number, usd: readonly (number | null)[], hours = 1, ends = true): LedgerEntry[] {
	return [
		entry(id, at, { type: 'session', event: 'started', game: 'g', detail: '', playedMs: 0, skills: 2 }),
		...usd.map((price, i) => asked(id, at + i + 1, price)),
		ends
			? entry(id, at + hours * HOUR, { type: 'session', event: 'ended', game: 'g', detail: '', playedMs: hours * HOUR })
			: entry(id, at + hours * HOUR, { type: 'rested', ticks: 1 }),
	];
}

const trend = (lines: ReturnType<typeof sessionsOf>) => trendOf(hourlyCosts(lines));

describe('the sessions of a game', () => {
	it('are told apart though their entries stand between each other, and come by their beginning', () => {
		const one = session('one', 0, [0.1, 0.1]);
		const two = session('two', DAY, [0.02]);
		const lines = sessionsOf([...two.slice(0, 2), ...one, ...two.slice(2)]);
		expect(lines.map((l) => [l.session, l.calls, l.perHourUsd, l.decision.total])).toEqual([
			['one', 2, 0.2, 2],
			['two', 1, 0.02, 1],
		]);
	});

	it('count the play of one that never ended up to its last word', () => {
		expect(sessionsOf(session('cut', 0, [0.1], 2, false))).toMatchObject([{ ended: false, playedMs: 2 * HOUR, perHourUsd: 0.05 }]);
	});

	it('fall in cost, or are too few to say, leaving out unknown prices and moments', () => {
		const falling = [0.4, 0.22, 0.2, 0.09, 0.02].flatMap((usd, i) => session(`s${i}`, i * DAY, [usd]));
		expect(trend(sessionsOf(falling))).toMatchObject({ verdict: 'falling', n: 5 });
		const others = [...session('unpriced', 9 * DAY, [null]), ...session('moment', 10 * DAY, [9], 0.01)];
		expect(trend(sessionsOf([...falling, ...others]))).toMatchObject({ verdict: 'falling', n: 5 });
		expect(trend(sessionsOf(falling.slice(0, 9)))).toMatchObject({ verdict: 'too few' });
	});

	it('differ figure by figure, each share with what it is of', () => {
		const [before, now] = sessionsOf([...session('one', 0, [0.1, 0.1]), ...session('two', DAY, [0.05])]);
		if (before === undefined || now === undefined) throw new Error('two sessions');
		const changes = changesOf(before, now);
		expect(changes.find((c) => c.name === 'API cost an hour')).toMatchObject({ before: 0.2, now: 0.05, more: 'worse' });
		expect(changes.find((c) => c.name === 'Decision sovereignty')).toMatchObject({
			before: 0,
			now: 0,
			of: { before: { local: 0, total: 2 }, now: { local: 0, total: 1 } },
		});
		expect(changes.find((c) => c.name === 'Narration sovereignty')).toMatchObject({ before: null, now: null });
		expect(changes.find((c) => c.name === 'Skills in the library')).toMatchObject({ before: 2, now: 2 });
	});
});

describe('the weeks of a game', () => {
	it('add up the sessions that began in them, each share with what it is of, beside what was projected', () => {
		const lines = sessionsOf([
			...session('one', 0, [0.1, 0.1]),
			...session('two', 6 * DAY, [0.1], 3),
			...session('three', 15 * DAY, [null]),
		]);
		const weeks = weeksOf(lines);
		expect(weeks).toMatchObject([
			{
				week: 1,
				sessions: 2,
				playedMs: 4 * HOUR,
				calls: 3,
				decision: { local: 0, total: 3 },
				wrong: { checked: 0 },
				projected: PROJECTION[0],
			},
			{ week: 3, sessions: 1, calls: 1, usd: null, perHourUsd: null, projected: PROJECTION[1] },
		]);
		expect(weeks[0]?.perHourUsd).toBeCloseTo(0.3 / 4);
		for (const of of ['perception', 'decision', 'narration'] as const)
			expect(weeks.reduce((sum, week) => sum + week[of].total, 0)).toBe(lines.reduce((sum, line) => sum + line[of].total, 0));
		expect(weeksOf([])).toEqual([]);
	});
});

describe('the projection', () => {
	it('holds the last week that has begun, and the end after week 8', () => {
		const at = (week: number): number => projectedAt(0, (week - 1) * 7 * DAY).callsPerHour;
		expect([1, 2, 3, 4, 7, 8, 9].map(at)).toEqual([720, 400, 400, 160, 160, 40, 20]);
		expect(projectedAt(DAY, 0)).toBe(PROJECTION[0]);
	});
});
