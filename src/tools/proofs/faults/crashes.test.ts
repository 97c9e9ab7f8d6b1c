import { describe, expect, it } from 'vitest';
import { crashes } from './crashes.ts';

describe('200 pages that die in the middle of a call', () => {
	it.each([1, 2, 3])('send no more than four calls a session, wherever they die (seed %i)', async (seed) => {
		const seen = await crashes(200, seed);
		expect(seen.most).toBe(4);
		expect(seen.sessions).toBeGreaterThan(3);
		for (const [death, times] of Object.entries(seen.died)) expect(times, death).toBeGreaterThan(0);
	});

	it('send more when reservations are only said to be written', async () => {
		expect((await crashes(200, 1, true)).most).toBeGreaterThan(4);
	});
});
