// What models leave behind in the page itself, from before the first was ever loaded: two rounds of each here, ten in
// `npm run prove -- model-memory`. In a browser of its own, since the one of the other specs keeps what its pages were sent
// (src/tools/devtools.mjs). Each runtime by itself is in memory.spec.ts.
import { existsSync } from 'node:fs';
import { measureModelMemory, SMALL, TOLERANCE } from '../src/tools/model-memory.mjs';
import { expect, test } from './fixtures/test.ts';

test('each small model is loaded, asked and unloaded, and the renderer’s memory is back at its start @full', async () => {
	test.skip(!existsSync('/proc/self/smaps_rollup'), 'The memory of a process is read from /proc, which this system has not.');
	test.setTimeout(900_000);
	const measured = await measureModelMemory({
		rounds: 2,
		log: (line) => test.info().annotations.push({ type: 'memory', description: line }),
	});
	expect(measured.models.map(({ id }) => id)).toEqual(SMALL.map(({ id }) => id));
	for (const { id, ratio, peakBytes } of measured.models) {
		// It was there: a measurement that misses the worker's process would find nothing to give back.
		expect(peakBytes, `${id} was in the renderer`).toBeGreaterThan(measured.startBytes * 1.1);
		expect(Math.abs(ratio - 1), `${id}: ${ratio.toFixed(3)} of the start`).toBeLessThanOrEqual(TOLERANCE);
	}
});
