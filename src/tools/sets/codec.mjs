// Further labelled sets for perception: the frames of a set as a viewer of a stream sees them, with a codec's noise. Each picture
// is held for a moment in a stream of a real encoder at a stream's bit rate and taken from among the frames that follow the cut.
// `capture` is the same stream shown in a tab and captured by sharing that tab, as the page captures a game.
//
//   node src/tools/sets/codec.mjs [--frames DIR] [--out DIR] [--only NAME,NAME] [--help]
//
// Then `npm run bench -- accuracy --frames .cache/sets/codec-vp9-2500`.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PNG } from 'pngjs';
import { ensureBrowser, QUIET_SWITCHES } from '../browser.mjs';
import { root } from '../files.mjs';
import { serveFolder } from '../serve.mjs';
import { log } from '../setup.mjs';

/** Frames that a picture stays, a fifth of a second; the first of them is the cut itself, which nothing is learnt from. */
const HOLD = 6;
/** A key frame every two seconds, as live streams have. */
const KEY_EVERY = 60;
const SEED = 4;
/** Kilobits a second at 1280 × 720; other sizes get their share by area. */
const SETS = {
	'codec-vp8-2500': { codec: 'vp8', kbits: 2500 },
	'codec-vp9-1000': { codec: 'vp09.00.41.08', kbits: 1000 },
	'codec-vp9-2500': { codec: 'vp09.00.41.08', kbits: 2500 },
	'codec-vp9-6000': { codec: 'vp09.00.41.08', kbits: 6000 },
	'codec-h264-2500': { codec: 'avc1.64002a', kbits: 2500 },
	'codec-av1-2500': { codec: 'av01.0.08M.08', kbits: 2500 },
	'codec-capture-vp9-2500': { codec: 'vp09.00.41.08', kbits: 2500, shown: true },
};
const TITLE = 'Falsework codec set';

const usage = `node src/tools/sets/codec.mjs [--frames DIR] [--out DIR] [--only NAME,NAME]\n\nNAME is one of: ${Object.keys(SETS).join(', ')}.`;

function readArguments() {
	try {
		const { values } = parseArgs({
			options: {
				frames: { type: 'string', default: join(root, 'e2e', 'frames') },
				out: { type: 'string', default: join(root, '.cache', 'sets') },
				only: { type: 'string' },
				help: { type: 'boolean', short: 'h' },
			},
			strict: true,
		});
		if (values.help) {
			process.stdout.write(`${usage}\n`);
			process.exit(0);
		}
		const only = values.only?.split(',') ?? Object.keys(SETS);
		const strange = only.find((name) => SETS[name] === undefined);
		if (strange !== undefined) throw new Error(`There is no set "${strange}".`);
		return { frames: resolve(values.frames), out: resolve(values.out), only };
	} catch (error) {
		log(`${error.message}\n\n${usage}`);
		return process.exit(2);
	}
}

const pngName = (file) => file.replace(/\.[a-z0-9]+$/i, '.png');

/** Pictures of one size and game follow each other, as they do in a stream. */
function groupsOf(frames) {
	const groups = new Map();
	for (const frame of frames) {
		const key = `${frame.game} ${frame.width}x${frame.height}`;
		groups.set(key, [...(groups.get(key) ?? []), frame]);
	}
	return [...groups.values()];
}

async function makeSet(name, { codec, kbits, shown = false }, { labels, folder, out }) {
	const { chromium } = await import('playwright');
	const browser = await chromium.launch({
		executablePath: ensureBrowser(),
		args: [...QUIET_SWITCHES, `--auto-select-tab-capture-source-by-title=${TITLE}`],
	});
	const site = await serveFolder(folder);
	const target = join(out, name);
	rmSync(target, { recursive: true, force: true });
	const psnrs = [];
	let bytes = 0;
	let format;
	let dice = SEED;
	const draw = (below) => {
		dice = (Math.imul(dice, 1_103_515_245) + 12_345) & 0x7fff_ffff;
		return (dice >> 8) % below;
	};
	const save = (file, png, psnr) => {
		const path = join(target, pngName(file));
		mkdirSync(dirname(path), { recursive: true });
		const data = Buffer.from(png, 'base64');
		writeFileSync(path, data);
		bytes += data.length;
		psnrs.push(psnr);
	};
	const open = async (title, viewport) => {
		const page = await browser.newPage({ viewport });
		page.on('pageerror', (error) => log(`page: ${error.message}`));
		await page.addInitScript({ path: join(import.meta.dirname, 'codec-page.js') });
		await page.goto(`${site.origin}/empty.html`);
		await page.evaluate((text) => (document.title = text), title);
		return page;
	};
	try {
		for (const group of groupsOf(labels.frames)) {
			const [{ width, height }] = group;
			const page = await open(TITLE, { width, height });
			await page.exposeFunction('savePicture', save);
			let capturer;
			if (shown) {
				capturer = await open('Captures the other tab', { width: 640, height: 360 });
				await capturer.evaluate((size) => globalThis.codecSet.capture(...size), [width, height]);
				await page.exposeFunction('takeCapture', async (file, w, h) => {
					const got = await capturer.evaluate((what) => globalThis.codecSet.take(...what), [file, w, h]);
					format = got.format;
					save(file, got.png, got.psnr);
				});
			}
			const order = {
				files: group.map((frame) => frame.file),
				picks: group.map(() => 1 + draw(HOLD - 1)),
				hold: HOLD,
				width,
				height,
				codec,
				bitrate: Math.round((kbits * 1000 * width * height) / (1280 * 720)),
				keyEvery: KEY_EVERY,
				shown,
			};
			const why = await page.evaluate((what) => globalThis.codecSet.stream(what), order);
			await capturer?.evaluate(() => globalThis.codecSet.stop());
			await capturer?.close();
			await page.close();
			if (why !== undefined) {
				rmSync(target, { recursive: true, force: true });
				return `${name}: skipped, ${why}`;
			}
		}
	} finally {
		await browser.close();
		await site.close();
	}
	writeLabels(labels, target);
	psnrs.sort((a, b) => a - b);
	const middle = psnrs[psnrs.length >> 1];
	const captured = format === undefined ? '' : `, captured as ${format}`;
	return `${name}: ${psnrs.length} frames, ${(bytes / 1e6).toFixed(0)} MB, luma PSNR ${psnrs[0].toFixed(1)} to ${psnrs.at(-1).toFixed(1)} dB, median ${middle.toFixed(1)}${captured}`;
}

/** The same labels over the new files; the templates are cut anew, from what the viewer of the stream saw. */
function writeLabels(labels, target) {
	const elements = {};
	for (const [name, element] of Object.entries(labels.elements)) {
		const source = pngName(element.source);
		const picture = PNG.sync.read(readFileSync(join(target, source)));
		const [x, y, w, h] = element.bbox;
		const template = new PNG({ width: w, height: h });
		PNG.bitblt(picture, template, x, y, w, h, 0, 0);
		const path = join(target, element.template);
		mkdirSync(dirname(path), { recursive: true });
		writeFileSync(path, PNG.sync.write(template));
		elements[name] = { ...element, source, ...(element.learn ? { learn: element.learn.map(pngName) } : {}) };
	}
	const frames = labels.frames.map((frame) => ({ ...frame, file: pngName(frame.file) }));
	writeFileSync(join(target, 'labels.json'), JSON.stringify({ ...labels, elements, frames }, undefined, '\t'));
}

const { frames: folder, out, only } = readArguments();
const labels = JSON.parse(readFileSync(join(folder, 'labels.json'), 'utf8'));
for (const name of only) {
	const begun = Date.now();
	const line = await makeSet(name, SETS[name], { labels, folder, out });
	process.stdout.write(`${line} (${((Date.now() - begun) / 1000).toFixed(0)} s)\n`);
}
