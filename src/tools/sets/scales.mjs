// Labelled sets for changes of layout: one interface drawn by a real browser at 50 to 200 % pixel density and in windows of other
// shapes, learnt at 1280 × 720 and 100 %. Nothing is resampled: text, borders and icons are drawn anew at every size.
//
//   node src/tools/sets/scales.mjs [--out DIR] [--small] [--help]
//
// Then `npm run bench -- accuracy --frames .cache/sets/scales-200`, one set for each layout. `--small` draws the few frames of a small
// window that `npm test` measures, all scales in one set: e2e/scales is drawn by `--small --out e2e`.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { typedPath } from '../arguments.mjs';
import { ensureBrowser, QUIET_SWITCHES } from '../browser.mjs';
import { root } from '../files.mjs';
import { log } from '../setup.mjs';

const { values } = parseArgs({
	options: {
		out: { type: 'string', default: join(root, '.cache', 'sets') },
		small: { type: 'boolean', default: false },
		help: { type: 'boolean', short: 'h' },
	},
	strict: true,
});
if (values.help) {
	process.stdout.write('node src/tools/sets/scales.mjs [--out DIR] [--small]\n');
	process.exit(0);
}

/** Where all is learnt. */
const HOME = { width: 1280, height: 720, density: 1 };
/** Pixels of the picture, and how many of them a CSS pixel takes: the interface's factor. One set each. */
const LAYOUTS = {
	'scales-50': [{ width: 1280, height: 720, density: 0.5 }],
	'scales-75': [{ width: 1280, height: 720, density: 0.75 }],
	'scales-125': [{ width: 1280, height: 720, density: 1.25 }],
	'scales-150': [{ width: 1280, height: 720, density: 1.5 }],
	'scales-200': [{ width: 1280, height: 720, density: 2 }],
	'scales-1080p': [{ width: 1920, height: 1080, density: 1.5 }],
	'scales-1440p': [{ width: 2560, height: 1440, density: 2 }],
	'scales-16-10': [{ width: 1280, height: 800, density: 1 }],
	'scales-16-10-125': [{ width: 1440, height: 900, density: 1.25 }],
	'scales-21-9': [{ width: 1720, height: 720, density: 1 }],
	'scales-21-9-1440p': [{ width: 3440, height: 1440, density: 2 }],
};
const LEARN = [
	['play', 1],
	['shop', 2],
	['shop', 3],
	['play', 4],
];
const SCORED = [
	['play', 11],
	['shop', 12],
	['play', 13],
	['shop', 14],
];
/** The smallest window in which no element stands on another. */
const SMALL = { width: 480, height: 300, density: 1 };
const SMALL_DENSITIES = [0.5, 0.75, 1.25, 1.5, 2];
const DRAWN = values.small
	? {
			home: SMALL,
			learn: LEARN.slice(1, 3),
			scored: SCORED.slice(1, 2),
			sets: {
				scales: SMALL_DENSITIES.map((density) => ({ width: SMALL.width * density, height: SMALL.height * density, density })),
			},
		}
	: { home: HOME, learn: LEARN, scored: SCORED, sets: LAYOUTS };

const script = readFileSync(join(import.meta.dirname, 'scales-page.js'), 'utf8');
const browser = await chromium.launch({ executablePath: ensureBrowser(), args: QUIET_SWITCHES });

/** Draws scenes at one layout. */
async function shoot({ width, height, density }, scenes, prefix) {
	const context = await browser.newContext({
		viewport: { width: Math.round(width / density), height: Math.round(height / density) },
		deviceScaleFactor: density,
	});
	try {
		const page = await context.newPage();
		await page.setContent('<!doctype html><body></body>');
		await page.addScriptTag({ content: script });
		const names = await page.evaluate(() => window.names);
		const shots = [];
		for (const [screen, seed] of scenes) {
			const instances = await page.evaluate(([s, n]) => window.draw(s, n), [screen, seed]);
			const png = await page.screenshot({ scale: 'device' });
			const [w, h] = [png.readUInt32BE(16), png.readUInt32BE(20)];
			const seen = instances.map(({ kind: _, ...instance }) => instance);
			shots.push({ file: `img/${prefix}-${screen}-${seed}.png`, png, width: w, height: h, game: 'drawn', scene: screen, instances: seen });
		}
		return { names, shots };
	} finally {
		await context.close();
	}
}

try {
	const { names, shots: home } = await shoot(DRAWN.home, DRAWN.learn, 'home');
	const out = typedPath(values.out);
	for (const [set, layouts] of Object.entries(DRAWN.sets)) {
		const shots = [];
		for (const layout of layouts) {
			// A window of another shape is another layout too, though nothing in it is drawn larger.
			const drawn = await shoot(layout, DRAWN.scored, layouts.length === 1 ? set : `${set}-${layout.density * 100}`);
			shots.push(...drawn.shots.map((shot) => ({ ...shot, ui_scale: layout.density })));
		}
		const frames = [...home.map((shot) => ({ ...shot, ui_scale: 1 })), ...shots];
		const elements = Object.fromEntries(
			names.map(([name, kind]) => {
				const source = home.find((shot) => shot.instances.some((i) => i.name === name));
				const learn = home.filter((shot) => shot.instances.some((i) => i.name === name)).map((shot) => shot.file);
				return [name, { kind, source: source.file, bbox: source.instances.find((i) => i.name === name).bbox, learn }];
			}),
		);
		const folder = join(out, set);
		rmSync(join(folder, 'img'), { recursive: true, force: true });
		mkdirSync(join(folder, 'img'), { recursive: true });
		for (const { file, png } of frames) writeFileSync(join(folder, file), png);
		const labels = {
			version: 1,
			elements,
			frames: frames.map(({ png: _, ...frame }) => ({
				...frame,
				lookalikes: [],
				absent: names.map(([name]) => name).filter((name) => !frame.instances.some((i) => i.name === name)),
				texts: [],
			})),
		};
		writeFileSync(join(folder, 'labels.json'), `${JSON.stringify(labels, undefined, '\t')}\n`);
		log(`${folder}: ${shots.map((shot) => `${shot.width} × ${shot.height} at ${shot.ui_scale * 100} %`).join(', ')}.`);
	}
} finally {
	await browser.close();
}
