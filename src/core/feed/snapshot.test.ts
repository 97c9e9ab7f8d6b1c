import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONDITIONS } from '../graduation/conditions.ts';
import { type LedgerEntry } from '../ledger.ts';
import { emptySums, scorecard, sumUp } from '../scorecard.ts';
import { type FeedSnapshot, readSnapshot, readTold, SNAPSHOT_LIMIT_BYTES, snapshotOf, TREND_MINUTES } from './snapshot.ts';

const EMPTY = snapshotOf(scorecard(emptySums()));

describe('a snapshot', () => {
	it('of any scorecard is one, also of an empty one, and says what the scorecard says', () => {
		expect(readSnapshot(EMPTY)).toEqual({ ok: true, value: EMPTY });
		const entries = Array.from({ length: 300 }, (_, n) => ({
			type: 'question',
			n,
			at: 1_760_000_000_000 + n * 20_000,
			session: 's',
			tick: n,
			ask: n % 3 === 0 ? 'decision' : 'perception',
			tier: n % 4 === 0 ? 'cloud' : 'crystal',
			misses: [],
			latencyMs: 100 / 3,
			model: 'm',
			calls: n % 4 === 0 ? 1 : 0,
			promptTokens: 0,
			completionTokens: 0,
			usd: n % 4 === 0 ? 0.1 / 3 : 0,
			simulated: n > 200,
			made: [],
			used: [],
			why: '',
			violation: false,
		})) as unknown as LedgerEntry[];
		const started = { type: 'session', event: 'started', n: 0, at: 1_760_000_000_000, session: 's', playedMs: 0 } as unknown as LedgerEntry;
		const card = scorecard(sumUp([started, ...entries]));
		const snapshot = snapshotOf(card);
		expect(readSnapshot(JSON.parse(JSON.stringify(snapshot)))).toEqual({ ok: true, value: snapshot });
		expect(snapshot.metrics.decision).toEqual(card.metrics.decision);
		expect(snapshot.metrics.cost.trend).toHaveLength(TREND_MINUTES);
		expect(snapshot.metrics.cost.trend.at(-1)?.minute).toBe(card.minutes.length - 1);
		expect(snapshot).toMatchObject({ calls: card.calls, simulated: true, spentUsd: card.spentUsd });
	});
	it('fits into a message however large its numbers are', () => {
		const big = 999_999_999_999;
		const share = { value: 123_456_789_012 / big, local: 123_456_789_012, total: big, target: EMPTY.metrics.perception.target };
		const largest: FeedSnapshot = {
			...EMPTY,
			session: 'x'.repeat(120),
			metrics: {
				perception: share,
				decision: share,
				narration: share,
				cost: {
					perHourUsd: big / 7,
					calls: big,
					callsPerHour: big / 7,
					sessions: { verdict: 'falling', n: big, s: -big, p: 1 / 7 },
					trend: Array.from({ length: TREND_MINUTES }, (_, i) => ({ minute: 100_000 + i, calls: big, usd: 123_456.123_456 })),
				},
				skills: { new: big, total: big, target: EMPTY.metrics.skills.target },
			},
			spentUsd: big / 7,
			playedMs: big / 7,
			updatedAt: 8.64e15,
			graduation: {
				graduated: false,
				simulated: true,
				from: 8.64e15,
				to: 8.64e15,
				conditions: CONDITIONS.map((name) => ({ name, met: false, have: -big / 7, need: big / 7 })),
				head: { link: big, hash: 'f'.repeat(64), at: 8.64e15, signature: 'f'.repeat(128) },
				key: { x: 'x'.repeat(43), y: 'y'.repeat(43) },
			},
		};
		expect(readSnapshot(largest).ok).toBe(true);
		expect(JSON.stringify(largest).length).toBeLessThan(SNAPSHOT_LIMIT_BYTES);
	});
	it('drops what it does not know', () => {
		const more = { ...EMPTY, chat: 'hello', metrics: { ...EMPTY.metrics, key: 'k', skills: { ...EMPTY.metrics.skills, names: ['x'] } } };
		expect(readSnapshot(more)).toEqual({ ok: true, value: EMPTY });
	});
	it.each<[string, unknown]>([
		['nothing', null],
		['a list', []],
		['another version', { ...EMPTY, falsework: 2 }],
		['a session with markup', { ...EMPTY, session: '<b>' }],
		['more local than asked', { ...EMPTY, metrics: { ...EMPTY.metrics, decision: { value: 1, local: 3, total: 2, target: [] } } }],
		[
			'a share that is not the quotient',
			{ ...EMPTY, metrics: { ...EMPTY.metrics, decision: { value: 0.9, local: 1, total: 2, target: [] } } },
		],
		['a share without a denominator', { ...EMPTY, metrics: { ...EMPTY.metrics, decision: { value: 1, local: 0, total: 0, target: [] } } }],
		['more wrong than checked', { ...EMPTY, wrong: { checked: 1, wrong: 2, acted: 0 } }],
		['idle without acts', { ...EMPTY, idle: { value: 0.5, idle: 0, acts: 0 } }],
		['half a call', { ...EMPTY, calls: 0.5 }],
		['a negative time', { ...EMPTY, playedMs: -1 }],
		['money without end', { ...EMPTY, spentUsd: Number.POSITIVE_INFINITY }],
		['a time that is none', { ...EMPTY, updatedAt: Number.NaN }],
		[
			'too long a course',
			{
				...EMPTY,
				metrics: {
					...EMPTY.metrics,
					cost: { ...EMPTY.metrics.cost, trend: Array.from({ length: 61 }, () => ({ minute: 0, calls: 0, usd: 0 })) },
				},
			},
		],
	])('is not %s', (_, data) => {
		expect(readSnapshot(data)).toMatchObject({ ok: false, why: expect.any(String) as string });
	});
	it('is never made of noise', () => {
		fc.assert(
			fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
				expect(readTold(text).ok).toBe(false);
			}),
			{ seed: 1, numRuns: 500 },
		);
	});
});
