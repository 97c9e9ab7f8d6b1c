// Perception beside its peers: ours in a worker of a real browser and in Node, opencv-python and maafw in Python, all in one run
// and in turn (perception/turns.mjs), on the frames and boxes of a labelled set; and the hot path, which only a browser has.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBrowser, QUIET_SWITCHES } from '../browser.mjs';
import { root } from '../files.mjs';
import { serveFolder } from '../serve.mjs';
import { log } from '../setup.mjs';
import { run as measureAccuracy } from './accuracy.mjs';
import { startPeers } from './peers/client.mjs';
import { ensurePeers } from './peers/setup.mjs';
import { boxesOf, framesOf, sizesOf } from './perception/boxes.mjs';
import { buildContenders } from './perception/build.mjs';
import { checkGoals, goalLine } from './perception/goals.mjs';
import { readPictures } from './perception/pictures.mjs';
import { CASES, compareFound, GROWTH_CASES, MODES, median, ratioOf, takeTurns } from './perception/turns.mjs';

const TEMPLATES = 200;
/** Frames that take turns, drawn evenly from those of a size. */
const FRAMES = 6;
const HOT_TIMES = 400;
const PEERS = ['opencv-python', 'maafw'];
const OURS = { 'falsework-chromium': 'Chromium worker', 'falsework-node': 'Node' };
/** Pictures for the growth with pixels, as multiples of the set's smaller size in each direction: cut-outs and mosaics of its frames. */
const GROWTH = [0.5, 1, 1.5, 2, 3];

const out = join(root, '.cache', 'bench-perception');

export async function run({ frames: folder = join(root, 'e2e', 'frames') } = {}) {
	const labelled = join(folder, 'labels.json');
	if (!existsSync(labelled)) throw new Error(`${labelled} is not there; name a labelled set with --frames DIR.`);
	const labels = JSON.parse(readFileSync(labelled, 'utf8'));
	const begun = Date.now();
	const loads = [busy()];
	rmSync(out, { recursive: true, force: true });
	const built = await buildContenders(out);
	const environment = ensurePeers();
	const skipped = environment.why === undefined ? {} : Object.fromEntries(PEERS.map((peer) => [peer, environment.why]));
	const { chromium } = await import('playwright');
	// Timers finer than the default 0.1 ms need isolation, which the server's headers give; the rest keeps the page from being slowed.
	const browser = await chromium.launch({
		executablePath: ensureBrowser(),
		args: [
			...QUIET_SWITCHES,
			'--disable-renderer-backgrounding',
			'--disable-background-timer-throttling',
			'--disable-backgrounding-occluded-windows',
		],
	});
	const site = await serveFolder(out);
	const peers = environment.why === undefined ? startPeers(environment.python) : undefined;
	try {
		const page = await browser.newPage();
		page.on('pageerror', (error) => log(`page: ${error.message}`));
		await page.goto(`${site.origin}/empty.html`);
		const askPage = async (request) => {
			const answer = await page.evaluate(async ([module, what]) => (await import(module)).ask(what), ['/page.js', request]);
			if (!answer.ok) throw new Error(`Our worker failed: ${answer.why}`);
			return answer.value;
		};
		const inNode = (await import(pathToFileURL(built.node).href)).openContender();
		let versions = {};
		let threads;
		/** Hands a scene to everybody; returns who takes part. */
		const enter = async (scene) => {
			const onDisk = writeScene(scene);
			inNode.init({ ...scene, frames: scene.frames, cuts: scene.cuts });
			const address = (path) => `/${path}`;
			const served = Object.fromEntries(Object.entries(onDisk.frames).map(([name, path]) => [name, address(path)]));
			const { width, height, boxes } = scene;
			await askPage({ do: 'init', scene: { width, height, boxes, frames: served, cuts: address(onDisk.cuts) } });
			const contenders = [
				{ who: 'falsework-chromium', run: (order) => askPage({ do: 'run', order }) },
				{ who: 'falsework-node', run: async (order) => inNode.run(order) },
			];
			if (peers !== undefined) {
				const full = (path) => join(out, path);
				const paths = Object.fromEntries(Object.entries(onDisk.frames).map(([name, path]) => [name, full(path)]));
				const started = await peers.ask({ cmd: 'init', width, height, boxes, frames: paths, cuts: full(onDisk.cuts) });
				versions = started.versions;
				threads = started.threads;
				Object.assign(skipped, started.skipped);
				for (const who of PEERS) {
					if (skipped[who] === undefined) contenders.push({ who, run: (order) => peers.ask({ cmd: 'run', who, ...order }) });
				}
			}
			return contenders;
		};

		const sizes = [];
		let base;
		for (const { width, height } of sizesOf(labels)) {
			const frames = framesOf(labels, width, height);
			log(`${width} × ${height}: ${frames.length} frames …`);
			const pictures = await readPictures(
				browser,
				folder,
				frames.map((f) => f.file),
			);
			const lumas = new Map([...pictures].map(([file, rgba]) => [file, lumaOf(rgba)]));
			const boxes = boxesOf(labels, frames, (file) => lumas.get(file), TEMPLATES);
			const step = Math.max(1, Math.floor(frames.length / FRAMES));
			const chosen = frames.filter((_, i) => i % step === 0).slice(0, FRAMES);
			const scene = {
				width,
				height,
				frames: Object.fromEntries(chosen.map(({ file }) => [file, pictures.get(file)])),
				boxes: boxes.map((box) => box.bbox),
				cuts: Buffer.concat(boxes.map(({ source, bbox }) => cut(pictures.get(source), width, bbox))),
			};
			base ??= scene;
			const contenders = await enter(scene);
			const results = await takeTurns(contenders, Object.keys(scene.frames), CASES, (line) => log(`  ${line}`));
			const hot = {};
			for (const format of ['I420', 'RGBX']) hot[format] = await askPage({ do: 'hot', order: { format, n: 50, pad: 2, times: HOT_TIMES } });
			loads.push(busy());
			sizes.push({ width, height, name: `${height}p`, results, hot });
		}
		const growth = [];
		for (const scale of GROWTH) {
			const scene = mosaic(base, scale);
			log(`Growth with pixels: ${scene.width} × ${scene.height} …`);
			const contenders = await enter(scene);
			// maafw needs up to a minute for one such run; the smaller sizes tell its growth.
			const able = contenders.filter(({ who }) => who !== 'maafw' || scale < 2);
			const [{ mode, n, runs }] = await takeTurns(able, Object.keys(scene.frames), GROWTH_CASES, (line) => log(`  ${line}`));
			const medians = Object.fromEntries(
				[...runs].filter(([, { wall }]) => wall.length > 0).map(([who, { wall }]) => [who, Number(median(wall).toFixed(4))]),
			);
			growth.push({ width: scene.width, height: scene.height, mode, templates: n, medians });
		}
		const about = {
			date: new Date().toISOString(),
			commit: commitOf(),
			machine: { cores: cpus().length, cpu: cpus()[0]?.model ?? '', platform: `${process.platform} ${process.arch}` },
			versions: { node: process.versions.node, chromium: browser.version(), ...versions },
			// Processes that wanted a core over a minute, the bench's own among them: at the start and after each size.
			load: [...loads, busy()],
			seconds: Math.round((Date.now() - begun) / 1000),
			engineBytes: built.workerBytes,
			skipped,
			...(threads === undefined ? {} : { openCvThreads: threads }),
		};
		log('Accuracy …');
		return report(sizes, growth, about, await measureAccuracy({ frames: folder }));
	} finally {
		await peers?.close();
		await browser.close();
		await site.close();
	}
}

function report(sizes, growth, about, found) {
	const rows = [];
	const ratios = [];
	const agreement = [];
	for (const { name, height, results, hot } of sizes) {
		for (const { mode, n, runs } of results) {
			const what = `${name} ${MODES[mode]}${n === 0 ? '' : `, N = ${n}`}`;
			const facts = { height, mode, templates: n };
			for (const [who, { wall, cpu }] of runs) {
				const where = OURS[who];
				const as = where === undefined ? { what, who } : { what: `${what}, ${where}`, who: 'falsework', where };
				if (wall.length > 0) rows.push(rowOf(as, 'ms', wall, facts));
				if (cpu.length > 0) rows.push(rowOf(as, 'ms CPU', cpu, facts));
				if (where === undefined) continue;
				for (const peer of PEERS) {
					const value = ratioOf(runs, peer, who);
					if (value === undefined) continue;
					ratios.push({ what: `${what}, ${where}`, against: peer, value: Number(value.toPrecision(4)) });
					agreement.push({ what, where, against: peer, ...compareFound(runs, who, peer) });
				}
			}
		}
		for (const [format, stages] of Object.entries(hot)) {
			const names = {
				all: 'frame of the capture to 50 answers',
				copy: 'of it copyTo',
				frame: 'of it luminance',
				change: 'of it change map',
				verify: 'of it 50 known places',
			};
			for (const [stage, text] of Object.entries(names)) {
				const what = `${name} ${format} ${text}, Chromium worker`;
				rows.push(rowOf({ what, who: 'falsework', where: 'Chromium worker' }, 'ms', stages[stage], { height, format, stage }));
			}
		}
	}
	const goals = checkGoals(sizes, about.engineBytes);
	return {
		rows,
		ratios,
		accuracy: found.accuracy,
		goals,
		agreement,
		growth,
		about,
		notes: [
			...goals.map(goalLine),
			...agreement.map(
				({ what, where, against, looked, both, elsewhere, onlyOurs, onlyPeer }) =>
					`found, ${what}, ${where} and ${against}: of ${looked} both ${both}, only ours ${onlyOurs}, only ${against} ${onlyPeer}, at another place ${elsewhere}`,
			),
			...growth.map(
				({ width, height, medians }) =>
					`${width} × ${height}, whole frame, N = 50: ${Object.entries(medians)
						.map(([who, ms]) => `${who} ${ms.toFixed(1)} ms`)
						.join(', ')}`,
			),
			...Object.entries(about.skipped).map(([peer, why]) => `${peer} was skipped: ${why}.`),
			`Searches of the whole frame are one run a turn for a peer and three for ours; ratios are over the turns that both took.`,
		],
		broken: [...goals.filter((goal) => !goal.met && goal.reason === undefined).map(goalLine), ...found.broken],
	};
}

function rowOf(as, unit, samples, facts) {
	const sorted = [...samples].sort((a, b) => a - b);
	// A tenth of a microsecond is finer than any clock here.
	const at = (q) => Number(sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))].toFixed(4));
	return { ...as, unit, n: sorted.length, p10: at(0.1), median: at(0.5), p99: at(0.99), ...facts };
}

/** Raw bytes for those who read files or fetch; paths are relative to `out`. */
function writeScene({ frames, cuts }) {
	const folder = join(out, 'scene');
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	const paths = {};
	for (const [i, [name, rgba]] of Object.entries(frames).entries()) {
		paths[name] = `scene/${i}.rgba`;
		writeFileSync(join(out, paths[name]), rgba);
	}
	writeFileSync(join(folder, 'cuts.rgba'), cuts);
	return { frames: paths, cuts: 'scene/cuts.rgba' };
}

function lumaOf(rgba) {
	const luma = new Uint8Array(rgba.length / 4);
	for (let i = 0, at = 0; i < luma.length; i++, at += 4) luma[i] = (77 * rgba[at] + 150 * rgba[at + 1] + 29 * rgba[at + 2] + 128) >> 8;
	return luma;
}

function cut(rgba, width, [x, y, w, h]) {
	const bytes = Buffer.alloc(w * h * 4);
	for (let row = 0; row < h; row++) rgba.copy(bytes, row * w * 4, ((y + row) * width + x) * 4, ((y + row) * width + x + w) * 4);
	return bytes;
}

/** Pictures of another size made of a scene's own pixels: a corner of them, or several side by side. */
function mosaic({ width, height, frames, boxes, cuts }, scale) {
	const [w, h] = [Math.round((width * scale) / 2) * 2, Math.round((height * scale) / 2) * 2];
	const all = Object.values(frames);
	const made = {};
	for (let k = 0; k < Math.min(2, all.length); k++) {
		const picture = Buffer.alloc(w * h * 4);
		for (let y = 0; y < h; y++) {
			for (let x = 0; x < w; x += width) {
				const from = all[(k + Math.floor(x / width) + Math.floor(y / height) * Math.ceil(scale)) % all.length];
				const row = (y % height) * width * 4;
				from.copy(picture, (y * w + x) * 4, row, row + Math.min(width, w - x) * 4);
			}
		}
		made[`mosaic ${k}`] = picture;
	}
	return { width: w, height: h, frames: made, boxes, cuts };
}

const busy = () => Number((loadavg()[0] ?? 0).toFixed(1));

function commitOf() {
	try {
		return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
	} catch {
		return 'unknown';
	}
}
