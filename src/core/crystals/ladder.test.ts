import { describe, expect, it } from 'vitest';
import { noise } from '../perception/drawing.fixture.ts';
import { type Crystal, freshStat, type KindName, type Stat } from './crystal.ts';
import { crystalOf } from './crystal.fixture.ts';
import {
	ALARM_HEIGHT,
	checked,
	climb,
	cusumStep,
	freshLadder,
	FULL_CHECKS,
	IDLE_MS,
	ladderOf,
	rankOf,
	recheckRate,
	type SequentialTest,
	testPassed,
	TESTS,
	testStep,
} from './ladder.ts';
import { applyStep, live } from './lifecycle.ts';

const DAY = 24 * 3_600_000;

describe('the sequential test', () => {
	it('is passed by 32, 100 and 254 clean samples, and a miss costs 24, 50 and 127', () => {
		const cleanFrom = (l: number, test: SequentialTest): number => {
			let n = 0;
			for (; !testPassed(l, test); n++) l = testStep(l, false, test);
			return n;
		};
		expect(TESTS.map((test) => cleanFrom(0, test))).toEqual([32, 100, 254]);
		const price = TESTS.map((test) => cleanFrom(testStep(0, true, test), test) - cleanFrom(0, test));
		[24, 50, 127].forEach((cost, i) => expect(Math.abs((price[i] ?? 0) - cost)).toBeLessThanOrEqual(1));
	});

	it('lets a crystal that errs as often as p0 rise no oftener than alpha, however often one looks', () => {
		const rises = (test: SequentialTest, error: number, seed: number): number => {
			const next = noise(seed);
			let wrong = 0;
			for (let run = 0; run < 3000; run++) {
				let l = 0;
				// Below this, 100 misses are owed: no rise is left to come.
				for (let n = 0; n < 3000 && l > -200; n++) {
					l = testStep(l, next() < error, test);
					if (testPassed(l, test)) {
						wrong++;
						break;
					}
				}
			}
			return wrong / 3000;
		};
		const [first, second, third] = TESTS as [SequentialTest, SequentialTest, SequentialTest];
		// Ville's bound and three standard errors of 3,000 runs.
		expect(rises(first, 0.1, 1)).toBeLessThan(0.05 + 0.012);
		expect(rises(first, 0.1, 2)).toBeGreaterThan(0.02);
		expect(rises(first, 0.2, 3)).toBeLessThan(0.006);
		expect(rises(second, 0.05, 4)).toBeLessThan(0.01 + 0.006);
		expect(rises(third, 0.02, 5)).toBeLessThan(0.01 + 0.006);
	});
});

describe('the CUSUM', () => {
	const untilAlarm = (error: number, runs: number, seed: number): number => {
		const next = noise(seed);
		let all = 0;
		for (let run = 0; run < runs; run++) {
			let s = 0;
			for (; s < ALARM_HEIGHT; all++) s = cusumStep(s, next() < error);
		}
		return all / runs;
	};
	it('rings after 2, 9, 31 and 92 re-checks on average at an error of 100, 30, 10 and 5 %', () => {
		expect(untilAlarm(1, 1, 1)).toBe(2);
		for (const [error, mean] of [
			[0.3, 9],
			[0.1, 31],
			[0.05, 92],
		] as const) {
			const measured = untilAlarm(error, 3000, 7);
			expect(measured).toBeGreaterThan(mean * 0.85);
			expect(measured).toBeLessThan(mean * 1.15);
		}
	});

	it('rings falsely once in 3,036 and 16,041 at an error of 1 and 0.5 %', () => {
		for (const [error, mean] of [
			[0.01, 3036],
			[0.005, 16_041],
		] as const) {
			const measured = untilAlarm(error, 500, 11);
			expect(measured).toBeGreaterThan(mean * 0.85);
			expect(measured).toBeLessThan(mean * 1.15);
		}
	});
});

const sampleAt = (visit: number, session = 'a'): { episode: string; at: number; session: string } => ({
	episode: String(visit),
	at: visit * 60_000,
	session,
});
function risen(samples: number, sessionOf: (n: number) => string = (n) => (n % 2 === 0 ? 'a' : 'b')): Stat {
	let stat = freshStat();
	for (let n = 1; n <= samples; n++) stat = { ...stat, ladder: climb(stat, false, sampleAt(n, sessionOf(n))) };
	return stat;
}

describe('ranks', () => {
	it('are probation, trusted after 132 samples, sovereign after 386', () => {
		expect([0, 131, 132, 385, 386].map((n) => rankOf(risen(n)))).toEqual(['probation', 'probation', 'trusted', 'trusted', 'sovereign']);
	});

	it('above probation need two sessions', () => {
		expect(rankOf(risen(400, () => 'a'))).toBe('probation');
	});

	it('do not rise by one visit looked at again and again, and rise by its next ten seconds', () => {
		let stat = freshStat();
		for (let n = 0; n < 500; n++) stat = { ...stat, ladder: climb(stat, false, { episode: 'v', at: 1000 + n, session: 'a' }) };
		const once = ladderOf(stat).l;
		expect(once).toBeCloseTo(Math.log(0.99 / 0.9));
		stat = { ...stat, ladder: climb(stat, false, { episode: 'v', at: 12_000, session: 'a' }) };
		expect(ladderOf(stat).l).toBeCloseTo(2 * once);
	});
});

function crystal(kind: KindName, stat: Stat = freshStat()): Crystal {
	return crystalOf({ id: 'c', kind, state: 'autonomous', stat, data: {} });
}
let now = 0;
function feed(c: Crystal, labels: string): void {
	for (const l of labels) {
		now += 60_000;
		applyStep(
			c,
			live(c, { type: 'label', harmful: l === 'w', context: { episode: `e${now}`, at: now, session: `s${now % 7}` }, because: l }, now),
		);
	}
}

describe('a perception crystal', () => {
	it('is quarantined by two misses in a row, not by one teacher who lies once in ten', () => {
		const c = crystal('template');
		feed(c, 'kkkkkwkkkkkkkkk');
		expect(c.state).toBe('autonomous');
		feed(c, 'ww');
		expect(c.state).toBe('quarantined');
		expect(c.history.at(-1)?.why).toMatch(/alarm 4\.6|alarm [5-9]/);
	});

	it('that serves irreversible acts is quarantined by one miss', () => {
		const c = crystal('template');
		c.stat = { ...c.stat, ladder: { ...freshLadder(), serves: true } };
		feed(c, 'w');
		expect(c.state).toBe('quarantined');
		expect(c.history.at(-1)?.why).toContain('irreversible');
	});

	it('comes back after five clean labels, starts its ladder anew, and is retired by its third quarantine', () => {
		const c = crystal('region', { ...freshStat(), k: 40, labels: 40 });
		for (const falls of [1, 2]) {
			feed(c, 'ww');
			expect(c.state).toBe('quarantined');
			expect(ladderOf(c.stat)).toMatchObject({ falls, s: 0, tested: 0 });
			feed(c, 'kkkkk');
			expect(c.state).toBe('shadow');
			feed(c, 'kkkkkkkk');
			expect(c.state).toBe('autonomous');
		}
		feed(c, 'ww');
		expect(c.state).toBe('retired');
		expect(c.history.at(-1)?.why).toContain('quarantined 3 times');
	});

	it('writes each rise down with its evidence', () => {
		const c = crystal('template');
		feed(c, 'k'.repeat(140));
		expect(c.history.map((h) => h.why)).toEqual([expect.stringContaining('probation → trusted after 132 clean')]);
		expect(rankOf(c.stat)).toBe('trusted');
	});

	it('of a record written before the ladder was there goes on from probation', () => {
		const old = crystal('template');
		expect(old.stat.ladder).toBeUndefined();
		expect(rankOf(old.stat)).toBe('probation');
		feed(old, 'k');
		expect(ladderOf(old.stat)).toMatchObject({ tested: 0, visits: 1 });
	});

	it('leaves rules and phrases to their own statistics', () => {
		for (const kind of ['rule', 'phrase'] as const) {
			const c = crystal(kind);
			feed(c, 'kk');
			expect(c.stat.ladder).toBeUndefined();
			feed(c, 'ww');
			expect(c.state).toBe('quarantined');
		}
	});

	it('learnt before a game update has no rank and no evidence after it', () => {
		const c = crystal('template', risen(140));
		applyStep(c, live(c, { type: 'outdated', why: 'the game was updated' }, 1));
		expect(c).toMatchObject({ state: 'shadow', stat: { k: 0, labels: 0 } });
		expect(ladderOf(c.stat)).toMatchObject({ tested: 0, full: FULL_CHECKS });
	});
});

describe('re-checks', () => {
	it('are of every answer for the first 32, then of 1/√uses, then of 5 %', () => {
		let stat = { ...freshStat(), lastUsedAt: 1 };
		const rates: number[] = [];
		for (let use = 1; use <= 1000; use++) {
			rates.push(recheckRate(stat, 2));
			stat = { ...checked(stat, 2), used: use };
		}
		expect(rates.slice(0, 32).every((r) => r === 1)).toBe(true);
		expect(rates[64]).toBeCloseTo(1 / 8);
		expect(rates.at(-1)).toBe(0.05);
	});

	it('are of every answer again after a week without use', () => {
		const stat: Stat = { ...freshStat(), used: 1000, lastUsedAt: DAY, ladder: { ...freshLadder(), full: 0 } };
		expect(recheckRate(stat, 2 * DAY)).toBe(0.05);
		expect(recheckRate(stat, DAY + IDLE_MS)).toBe(1);
		expect(ladderOf(checked(stat, DAY + IDLE_MS)).full).toBe(FULL_CHECKS - 1);
	});
});
