// The line for changes of scale, on the small set that is committed: learnt at 100 %, seen at 50 to 200 %.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { expect, it } from 'vitest';
import { readLabels } from './labels.ts';
import { measure } from './node.ts';

const folder = join(import.meta.dirname, '..', '..', '..', '..', 'e2e', 'scales');
const json: unknown = JSON.parse(readFileSync(join(folder, 'labels.json'), 'utf8'));
// One frame each, where ten are allowed: it shows everything.
it('finds at least 95 % again at 50, 75, 125, 150 and 200 %, at the factor each is drawn with, and nothing in a wrong place', {
	timeout: 120_000,
}, () => {
	const { frames } = readLabels(json);
	const pictures = new Map(frames.map(({ file }) => [file, new Uint8Array(PNG.sync.read(readFileSync(join(folder, file))).data)]));
	const { score, scaled, refused } = measure(json, pictures);
	const scales = frames.filter((f) => f.ui_scale !== 1);
	expect(scales.map((f) => f.ui_scale)).toEqual([0.5, 0.75, 1.25, 1.5, 2]);
	expect(refused).toEqual([]);
	expect(scaled).toEqual(scales.map((f) => `${f.file}: what was learnt at 480x300 is drawn ${f.ui_scale.toFixed(4)}`));
	const { hits, of } = score.hits['scaled'] ?? { hits: 0, of: 0 };
	expect(of).toBe(scales.reduce((sum, f) => sum + f.instances.length, 0));
	expect(hits / of, score.misses.join('\n')).toBeGreaterThanOrEqual(0.95);
	expect(score.wrongPlace.hits).toBe(0);
	expect(score.falseAlarms.hits).toBe(0);
});
