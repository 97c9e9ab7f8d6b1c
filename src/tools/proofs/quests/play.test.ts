import { expect, it } from 'vitest';
import { play } from './play.ts';

it('decides most of the practice game by itself in the last third of ten rounds, as the teacher would @full', async () => {
	const { decisions } = await play(7, 10, 0);
	const [first, , last] = decisions;
	expect(first?.local).toBeLessThan(0.5 * (first?.total ?? 0));
	expect(last?.local).toBeGreaterThanOrEqual(0.8 * (last?.total ?? Infinity));
	const harmful = decisions.reduce((sum, third) => sum + third.harmful, 0);
	expect(harmful).toBeLessThanOrEqual(0.02 * decisions.reduce((sum, third) => sum + third.local, 0));
});
