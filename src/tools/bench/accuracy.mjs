// How well elements are found again that were learnt by the product's own crystalliser: a labelled set, each element learnt from
// its `learn` frames alone and looked for in all the others. The core runs in Node with its engine; a browser decodes the pictures.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBrowser, QUIET_SWITCHES } from '../browser.mjs';
import { engineModule } from '../engine.mjs';
import { root } from '../files.mjs';
import { buildModule } from '../node-module.mjs';
import { readPictures } from './perception/pictures.mjs';

const out = join(root, '.cache', 'bench-accuracy');
/** The lines to hold: of all states at native scale, of scaled frames, and false alarms on frames without the element. */
const FOUND_LEAST = 0.99;
const SCALED_LEAST = 0.95;
const FALSE_MOST = 1 / 800;

export async function run({ frames: folder = join(root, 'e2e', 'frames') } = {}) {
	const labelled = join(folder, 'labels.json');
	if (!existsSync(labelled)) throw new Error(`${labelled} is not there; name a labelled set with --frames DIR.`);
	const labels = JSON.parse(readFileSync(labelled, 'utf8'));
	const begun = performance.now();
	mkdirSync(out, { recursive: true });
	const { module, remove } = await buildModule(join(import.meta.dirname, 'accuracy', 'node.ts'), { plugins: [engineModule()] });
	remove();
	const { chromium } = await import('playwright');
	const browser = await chromium.launch({ executablePath: ensureBrowser(), args: QUIET_SWITCHES });
	let pictures;
	try {
		pictures = await readPictures(
			browser,
			folder,
			labels.frames.map((f) => f.file),
		);
	} finally {
		await browser.close();
	}
	const { score, detections, crystals, refused, scaled } = module.measure(labels, pictures);
	const detected = join(out, 'detections.json');
	writeFileSync(detected, JSON.stringify(detections));
	const share = ({ hits, of }) => (of === 0 ? 1 : hits / of);
	const line = ([state, { hits, of }]) => `${state} ${hits} of ${of}`;
	const { scaled: scaledCount, ...states } = score.hits;
	const broken = [
		...(share(score.native) >= FOUND_LEAST ? [] : [`${score.native.hits} of ${score.native.of} found; ${FOUND_LEAST} is the goal`]),
		...(score.wrongPlace.hits === 0 ? [] : [`${score.wrongPlace.hits} found at a wrong place`]),
		...(score.falseAlarms.hits <= FALSE_MOST * score.falseAlarms.of
			? []
			: [`${score.falseAlarms.hits} false alarms of ${score.falseAlarms.of}; 1 in 800 is the limit`]),
		...(scaledCount === undefined || share(scaledCount) >= SCALED_LEAST
			? []
			: [`${scaledCount.hits} of ${scaledCount.of} found in another scale; ${SCALED_LEAST} is the goal`]),
	];
	return {
		rows: [],
		ratios: [],
		accuracy: {
			templates: crystals.length,
			frames: labels.frames.length,
			visible: score.native.of,
			found: score.native.hits,
			recall: share(score.native),
			falseHits: score.falseAlarms.hits,
			absent: score.falseAlarms.of,
			wrongBox: score.wrongPlace.hits,
			refused: refused.length,
			...(scaledCount === undefined ? {} : { scaledVisible: scaledCount.of, scaledFound: scaledCount.hits }),
		},
		notes: [
			`By state: ${Object.entries(states).map(line).join(', ')}.`,
			...(Object.keys(score.special).length > 0
				? [`Apart (animated figures, bare panels): ${Object.entries(score.special).map(line).join(', ')}.`]
				: []),
			...scaled,
			...score.misses,
			...refused.map((why) => `refused: ${why}`),
			`${((performance.now() - begun) / 1000).toFixed(0)} s. Detections: ${detected}`,
		],
		broken,
	};
}
