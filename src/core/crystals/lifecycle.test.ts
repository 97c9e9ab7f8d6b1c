import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Random } from '../ports.ts';
import { seeded } from '../random.fixture.ts';
import { type Crystal, freshStat, type KindName, type Stat } from './crystal.ts';
import { crystalOf } from './crystal.fixture.ts';
import {
	alarm,
	applyStep,
	betaCdf,
	canAct,
	floor,
	groupScore,
	label,
	labelled,
	lambdaOf,
	type LifeStep,
	live,
	makeAudit,
	makeHarmBudget,
	makeLoopGuard,
	scaleOf,
	score,
	tryOutChance,
	used,
	whatIsMissing,
} from './lifecycle.ts';

const never: Random = { next: () => 0.999_999 };
const always: Random = { next: () => 0 };
function crystal(kind: KindName = 'rule'): Crystal {
	return crystalOf({ id: 'c1', kind, data: {} });
}
function feed(c: Crystal, labels: string, at = 1000): LifeStep[] {
	return [...labels].map((l, i) => {
		const step = live(
			c,
			{ type: 'label', harmful: l === 'w', context: { episode: `e${(at + i) % 7}`, at: at + i }, because: 'test' },
			at + i,
		);
		applyStep(c, step);
		return step;
	});
}
const stat = (k: number, w: number): Stat => ({ ...freshStat(), k, w });

describe('confidence', () => {
	it('starts at one half, is 0.8 at three clean labels, and its floor passes 0.6 at the fourth', () => {
		expect(score(stat(0, 0))).toBe(0.5);
		expect(score(stat(3, 0))).toBe(0.8);
		expect(floor(stat(3, 0))).toBeCloseTo(0.562, 3);
		expect(floor(stat(4, 0))).toBeCloseTo(0.631, 3);
	});

	it('has a floor that is the 10 % quantile of its Beta distribution', () => {
		fc.assert(
			fc.property(fc.double({ min: 0, max: 300, noNaN: true }), fc.double({ min: 0, max: 60, noNaN: true }), (k, w) => {
				expect(betaCdf(floor(stat(k, w)), 1 + k, 1 + w)).toBeCloseTo(0.1, 5);
			}),
			{ seed: 3 },
		);
	});

	it('agrees with the binomial sum for whole counts', () => {
		// I_x(a, b) = P(Bin(a + b − 1, x) ≥ a)
		const choose = (n: number, r: number): number => (r === 0 ? 1 : (choose(n - 1, r - 1) * n) / r);
		const x = 0.37;
		let sum = 0;
		for (let j = 4; j <= 9; j++) sum += choose(9, j) * x ** j * (1 - x) ** (9 - j);
		expect(betaCdf(x, 4, 6)).toBeCloseTo(sum, 9);
	});

	it('forgets by half a percent with each label', () => {
		const after = label(label(freshStat(), false, { episode: 'a', at: 0 }), true, { episode: 'a', at: 1 });
		expect(after).toMatchObject({ k: 0.995, w: 1, labels: 2, clean: 0, episodes: ['a'], last: [false, true] });
	});

	it('leans on its group only for ranking', () => {
		expect(groupScore(stat(0, 0), stat(0, 0))).toBeCloseTo(0.8, 5);
		expect(groupScore(stat(0, 0), stat(400, 0))).toBeGreaterThan(0.95);
		expect(groupScore(stat(0, 0), stat(10, 30))).toBeLessThan(0.4);
	});
});

describe('a rule', () => {
	it('becomes autonomous at the fourth clean label from at least three episodes', () => {
		const c = crystal();
		applyStep(c, live(c, { type: 'admitted' }, 1));
		expect(c.state).toBe('shadow');
		feed(c, 'kkk');
		expect(c.state).toBe('shadow');
		expect(whatIsMissing(c)).toBe('3 of 4 labels');
		const [last] = feed(c, 'k', 1003);
		expect(last?.change).toMatchObject({ from: 'shadow', to: 'autonomous', why: expect.stringContaining('confidence 0.8') });
		expect(whatIsMissing(c)).toBeUndefined();
	});

	it('that was read out of free text needs one clean label more', () => {
		const c = { ...crystal(), data: { origin: 'chain' } };
		applyStep(c, live(c, { type: 'admitted' }, 0));
		feed(c, 'gggg');
		expect(c.state).toBe('shadow');
		expect(whatIsMissing(c)).toBe('4 of 5 labels');
		feed(c, 'g', 2000);
		expect(c.state).toBe('autonomous');
	});

	it('waits for a third episode however often one confirms it', () => {
		const c = crystal();
		c.state = 'shadow';
		for (let i = 0; i < 9; i++)
			applyStep(c, live(c, { type: 'label', harmful: false, context: { episode: `e${i % 2}`, at: i }, because: '' }, i));
		expect(c.state).toBe('shadow');
		expect(whatIsMissing(c)).toBe('2 of 3 episodes');
	});

	it('is autonomous with nine good of ten', () => {
		const c = crystal();
		c.state = 'shadow';
		feed(c, 'kkwkkkkkkk');
		expect(c.state).toBe('autonomous');
	});

	it('is quarantined by two harmful of the last three, and returns after five clean ones', () => {
		const c = crystal();
		c.state = 'autonomous';
		c.stat = { ...stat(40, 0), labels: 40, clean: 40, episodes: ['a', 'b', 'c'] };
		const steps = feed(c, 'wkw');
		expect(c.state).toBe('quarantined');
		expect(steps.at(-1)?.change?.why).toMatch(/alarm|last 3/);
		feed(c, 'kkkk');
		expect(c.state).toBe('quarantined');
		feed(c, 'k');
		expect(c.state).toBe('shadow');
		expect(c.stat.alarm).toBe(1);
		expect(c.history.map((h) => h.to)).toEqual(['quarantined', 'shadow']);
	});

	it('retires after 200 labels or 30 days in quarantine', () => {
		const c = crystal();
		c.state = 'quarantined';
		feed(c, 'kkkw'.repeat(50));
		expect(c.state).toBe('retired');
		const old = crystal();
		applyStep(old, live({ ...old, state: 'autonomous' }, { type: 'contradicted', by: 'case 7' }, 5));
		expect(old).toMatchObject({ state: 'quarantined' });
		applyStep(old, live(old, { type: 'aged' }, 5 + 30 * 86_400_000 - 1));
		expect(old.state).toBe('quarantined');
		applyStep(old, live(old, { type: 'aged' }, 5 + 30 * 86_400_000));
		expect(old.state).toBe('retired');
	});

	it('retires from trial when contradicted, and never comes back', () => {
		const c = crystal();
		applyStep(c, live(c, { type: 'contradicted', by: 'case 3' }, 1));
		expect(c.history).toEqual([{ at: 1, from: 'trial', to: 'retired', why: 'contradicted by case 3' }]);
		feed(c, 'kkkkkkkk');
		expect(c.state).toBe('retired');
		expect(c.stat.labels).toBe(0);
	});

	it('goes back to shadow with a quarter of its evidence when a fact it tests is read anew', () => {
		const c = crystal();
		c.state = 'autonomous';
		c.stat = stat(8, 0);
		applyStep(c, live(c, { type: 'revised', what: 'me.hp' }, 1));
		expect(c).toMatchObject({ state: 'shadow', stat: { k: 2 } });
	});

	it('that came with a pack needs four clean labels here, whatever it claims', () => {
		const c = crystal();
		c.state = 'autonomous';
		c.stat = { ...stat(300, 0), clean: 300, labels: 300 };
		applyStep(c, live(c, { type: 'imported' }, 1));
		expect(c).toMatchObject({ state: 'shadow', stat: { k: 0, clean: 0 } });
		expect(canAct(c, always).act).toBe(false);
		feed(c, 'kkkk');
		expect(c.state).toBe('autonomous');
	});
});

describe('perception and phrases', () => {
	it('need four clean labels in a row, of any number of episodes', () => {
		const c = crystal('template');
		c.state = 'shadow';
		const one = (harmful: boolean): void =>
			applyStep(c, live(c, { type: 'label', harmful, context: { episode: 'same', at: 1 }, because: '' }, 1));
		one(false);
		one(false);
		one(true);
		for (let i = 0; i < 3; i++) one(false);
		expect(c.state).toBe('shadow');
		for (let i = 0; i < 6; i++) one(false);
		expect(c.state).toBe('autonomous');
	});

	it('never answer from shadow', () => {
		const c = crystal('template');
		c.state = 'shadow';
		expect(canAct(c, always)).toMatchObject({ act: false, probability: 0 });
	});
});

describe('acting', () => {
	it('is allowed to the autonomous above their floor', () => {
		const c = crystal();
		c.state = 'autonomous';
		c.stat = stat(6, 0);
		expect(canAct(c, never)).toMatchObject({ act: true, probability: 1 });
		expect(canAct(c, never, { lambda: 0.95 })).toMatchObject({ act: false, why: expect.stringContaining('harm budget') });
		c.stat = stat(6, 3);
		expect(canAct(c, never).act).toBe(false);
	});

	it('is tried out from shadow with probability 1 − τ', () => {
		const c = crystal();
		c.state = 'shadow';
		expect(tryOutChance(c.stat)).toBeCloseTo(0.02 / 0.9, 6);
		const random = seeded(5);
		let acts = 0;
		for (let i = 0; i < 20_000; i++) if (canAct(c, random).act) acts++;
		expect(acts / 20_000).toBeCloseTo(0.0222, 2);
		c.state = 'trial';
		expect(canAct(c, always).act).toBe(false);
	});

	it('that cannot be undone waits for 254 clean labels', () => {
		const c = crystal();
		c.state = 'autonomous';
		c.stat = { ...stat(100, 0), clean: 253 };
		expect(canAct(c, always, { irreversible: true }).act).toBe(false);
		c.stat.clean = 254;
		expect(canAct(c, always, { irreversible: true }).act).toBe(true);
	});

	it('is counted', () => {
		expect(used(freshStat(), 77)).toMatchObject({ used: 1, lastUsedAt: 77 });
	});
});

describe('the alarm', () => {
	it('catches a rule gone 20 % bad in some 12 labels and rarely rings for a good one', () => {
		const random = seeded(11);
		const untilRing = (bad: number, most: number): number => {
			let e = 1;
			for (let n = 1; n <= most; n++) {
				e = alarm(e, random.next() < bad);
				if (e >= 50) return n;
			}
			return most;
		};
		const mean = (bad: number, most: number): number =>
			Array.from({ length: 400 }, () => untilRing(bad, most)).reduce((a, b) => a + b) / 400;
		expect(mean(0.2, 1000)).toBeGreaterThan(9);
		expect(mean(0.2, 1000)).toBeLessThan(16);
		expect(mean(0.02, 5000)).toBeGreaterThan(450);
	});
});

describe('the shared harm budget', () => {
	it('takes the lowest score whose predicted harm stays within δ', () => {
		const points = [...Array<number>(90).fill(0.99), ...Array<number>(10).fill(0.9)];
		// f = 1: mean(1 − s) is 0.01 over the 90 and 0.019 over all 100.
		expect(lambdaOf({ points, taken: [] }, 0.02)).toBe(0.9);
		expect(lambdaOf({ points, taken: [] }, 0.015)).toBe(0.99);
		expect(lambdaOf({ points: [0.5, 0.6], taken: [] }, 0.02)).toBe(1);
	});

	it('rises when more harm is seen than was predicted', () => {
		const budget = makeHarmBudget();
		for (let i = 0; i < 100; i++) budget.point(i % 2 ? 0.99 : 0.9);
		expect(budget.lambda).toBe(0.8);
		budget.taken(0.9, true);
		expect(budget.lambda).toBeGreaterThan(0.9);
		const again = makeHarmBudget({ from: JSON.parse(JSON.stringify(budget.state())) as ReturnType<typeof budget.state> });
		expect(again.lambda).toBe(budget.lambda);
	});
});

describe('labels stored before', () => {
	it('count as if they had come one after the other', () => {
		fc.assert(
			fc.property(
				fc.array(
					fc.tuple(fc.boolean(), fc.constantFrom('a', 'b', 'c')).map(([harmful, episode]) => ({ harmful, episode })),
					{ maxLength: 60 },
				),
				(told) => {
					let one = freshStat();
					for (const { harmful, episode } of told) one = label(one, harmful, { episode, at: 0 });
					expect(labelled(told)).toEqual(one);
				},
			),
			{ seed: 5, numRuns: 200 },
		);
	});

	it('make a new rule autonomous at once where they bear it out, and leave it in shadow where the last ones do not', () => {
		const told = (text: string) => labelled([...text].map((l, i) => ({ harmful: l === 'w', episode: `e${i % 4}` })));
		const born = (text: string): Crystal => {
			const c = crystal();
			applyStep(c, live(c, { type: 'admitted' }, 1));
			applyStep(c, live(c, { type: 'replayed', stat: told(text) }, 1));
			return c;
		};
		expect(born('kkkk')).toMatchObject({ state: 'autonomous', stat: { labels: 4 } });
		expect(born('kkk').state).toBe('shadow');
		expect(born(`${'k'.repeat(30)}wkw`).state).toBe('shadow');
	});

	it('of another world count for a quarter, and the rule is back in shadow', () => {
		const c = crystal();
		c.state = 'autonomous';
		c.stat = stat(40, 0);
		applyStep(c, live(c, { type: 'recalled', why: 'the world seems to have changed' }, 1));
		expect(c).toMatchObject({ state: 'shadow', stat: { k: 10, labels: 0 }, history: [{ why: 'the world seems to have changed' }] });
	});
});

describe('the shared budget without a threshold', () => {
	it('promises no more than δ among what acts, and lets nobody go who could act', () => {
		fc.assert(
			fc.property(fc.array(fc.double({ min: 0.5, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 80 }), (points) => {
				const state = { points, taken: [] };
				const c = scaleOf(state, 0.02);
				let acts = 0;
				let harm = 0;
				for (const s of points) {
					const p = Math.min(1, (c * 0.02) / (1 - s));
					acts += p;
					harm += p * (1 - s);
				}
				if (c > 1) expect(harm / acts).toBeLessThanOrEqual(0.0201);
				expect(c).toBeGreaterThanOrEqual(1);
				expect(c).toBeLessThanOrEqual(5);
			}),
			{ seed: 6, numRuns: 200 },
		);
	});

	it('lets a doubtful rule act now and then, and more seldom after harm', () => {
		const budget = makeHarmBudget();
		for (let i = 0; i < 100; i++) budget.point(0.9);
		const before = budget.chance(0.9);
		expect(before).toBeCloseTo(0.2, 1);
		expect(budget.chance(0.999)).toBe(1);
		for (let i = 0; i < 3; i++) budget.taken(0.9, true);
		expect(budget.chance(0.9)).toBeLessThan(before / 2);
	});
});

describe('an audit', () => {
	it('draws about one act in a hundred and prefers the doubtful', () => {
		const audit = makeAudit({ perHour: 1e9 });
		const random = seeded(2);
		let sure = 0;
		let doubtful = 0;
		for (let i = 0; i < 40_000; i++) if (audit.draw(i % 2 ? 0.99 : 0.9, i, random).audit) i % 2 ? sure++ : doubtful++;
		expect((sure + doubtful) / 40_000).toBeCloseTo(0.01, 2);
		expect(doubtful).toBeGreaterThan(5 * sure);
	});

	it('never draws more than eight in an hour', () => {
		const audit = makeAudit({ kappa: 1 });
		const draws = Array.from({ length: 100 }, (_, i) => audit.draw(0.9, i * 1000, always).audit);
		expect(draws.filter(Boolean)).toHaveLength(8);
		expect(audit.draw(0.9, 3_600_000, always).audit).toBe(true);
	});
});

describe('the loop guard', () => {
	it('charges every rule on the loop at the fourth same situation', () => {
		const guard = makeLoopGuard();
		const path = ['a', 'b', 'a', 'b', 'a', 'b', 'a'];
		const results = path.map((place) => guard.visit(place, [`rule-${place}`]));
		expect(results.slice(0, 6)).toEqual([1, 1, 2, 2, 3, 3].map((times) => ({ times })));
		expect(results[6]).toEqual({ times: 4, charged: ['rule-a', 'rule-b'] });
		expect(guard.visit('a', ['rule-a'])).toEqual({ times: 1 });
	});

	it('sees a loop through places where a model decided', () => {
		const guard = makeLoopGuard();
		const times = Array.from({ length: 4 }, () => {
			const { times: met, charged } = guard.visit('a', ['r']);
			guard.visit('b', []);
			return charged ?? met;
		});
		expect(times).toEqual([1, 2, 3, ['r']]);
	});

	it('starts anew when a model decided', () => {
		const guard = makeLoopGuard();
		for (let i = 0; i < 3; i++) guard.visit('a', ['r']);
		guard.visit('a', []);
		for (let i = 0; i < 3; i++) expect(guard.visit('a', ['r']).charged).toBeUndefined();
		expect(guard.visit('a', ['r']).charged).toEqual(['r']);
	});
});
