import { describe, expect, it } from 'vitest';
import { ruleOf } from '../crystals/rule/rule.fixture.ts';
import { makePrice } from './price.ts';
import { TUNING } from './tuning.ts';

const limit = TUNING.limits.combat;
function setUp() {
	const clock = { at: 3_600_000, now: () => clock.at, monotonic: () => clock.at };
	const price = makePrice(clock);
	return {
		price,
		call(ms: number, usd: number | null) {
			price.begin();
			clock.at += ms;
			price.paid(usd);
		},
		harm(ms: number) {
			price.begin();
			clock.at += ms;
			price.lost(limit);
		},
	};
}

describe('a call', () => {
	it('is not worth it where nothing is known to be lost', () => {
		expect(setUp().price.isWorth(ruleOf('r', {}), limit, 0.2)).toBe(false);
	});

	it('is worth it where what is at stake is more than its wait and its money', () => {
		const { price, call, harm } = setUp();
		harm(60_000);
		call(2000, 0);
		expect(price.isWorth(ruleOf('r', {}), limit, 0.02)).toBe(false);
		expect(price.isWorth(ruleOf('r', {}), limit, 0.05)).toBe(true);
		for (let i = 0; i < 20; i++) call(2000, 0.001);
		expect(price.isWorth(ruleOf('r', {}), limit, 0.05)).toBe(false);
	});

	it('of no wait and no price still costs something', () => {
		const { price, call, harm } = setUp();
		harm(5000);
		for (let i = 0; i < 9; i++) call(0, 0);
		expect(price.isWorth(ruleOf('r', {}), limit, 0.1)).toBe(false);
	});

	it('is worth it instead of a try when one more label would let a rule act that is often met', () => {
		const { price } = setUp();
		const near = ruleOf('near', {}, 'shadow', 3);
		expect(price.isWorth(near, limit, 0.2, 'another')).toBe(true);
		expect(price.isWorth(near, limit, 0.2)).toBe(false);
		// Three labels of two episodes: a fourth of one of these would not let it act.
		const { stat } = near;
		expect(price.isWorth({ ...near, stat: { ...stat, episodes: stat.episodes.slice(0, 2) } }, limit, 0.2, stat.episodes[0])).toBe(false);
		expect(price.isWorth(ruleOf('far', {}, 'shadow', 1), limit, 0.2, 'another')).toBe(false);
	});
});
