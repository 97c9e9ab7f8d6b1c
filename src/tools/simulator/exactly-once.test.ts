import { expect, it } from 'vitest';
import { exactlyOnce } from './exactly-once.ts';

it('carries 10,000 acts out over 200 lost connections, each once or told as lost', async () => {
	const shown = await exactlyOnce({ seed: 9, acts: 10_000, disconnects: 200 });
	expect(shown).toMatchObject({ acts: 10_000, disconnects: 200, broken: '', refused: 0 });
	// Not every loss meets an act; no other act may be lost.
	expect(shown.lost).toBeGreaterThan(50);
	expect(shown.done).toBe(10_000 - shown.lost);
	expect(shown.lost).toBeLessThanOrEqual(200);
});
