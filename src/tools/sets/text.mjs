// The text set of `npm run bench -- regions`: single lines of games' interfaces with the text that stands there.
//
//   node src/tools/sets/text.mjs --draw           draws the lines of games that do not exist anew (text-page.js; wants the fonts named
//                                                 in text-set/ATTRIBUTION.md)
//   node src/tools/sets/text.mjs --cut FILE       cuts lines out of frames. One a line of FILE, parted by tabs:
//                                                 place, frame (PNG or JPEG, relative to FILE), x,y,w,h in its pixels, the text
//   node src/tools/sets/text.mjs --sheet FILE.png a picture of all lines with their labels, for an eye to check
//   node src/tools/sets/text.mjs --check          what is wrong with the set; exit 1 when anything is
//
// A text is learnt from or tested with, never both, wherever it stands: its hash decides (splitOf), so nobody chooses.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { endWithUsage, typedPath } from '../arguments.mjs';
import { ensureBrowser, QUIET_SWITCHES } from '../browser.mjs';
import { root } from '../files.mjs';
import { log } from '../setup.mjs';

const folder = join(root, 'src', 'tools', 'bench', 'text-set');
const labelsFile = join(folder, 'labels.json');
const LEAST_LINES = 150;
const LEAST_GAMES = 3;
const MOST_BYTES = 3_000_000;
const KINDS = ['number', 'bar', 'name', 'line', 'cjk', 'kana'];

/** @returns {'learn' | 'test'} three of eight texts are learnt from; case and blanks make no other text */
export function splitOf(text) {
	const key = text.normalize('NFKC').toLowerCase().replace(/\s+/g, '');
	return createHash('sha256').update(key).digest()[0] < 96 ? 'learn' : 'test';
}

const readLabels = () => (existsSync(labelsFile) ? JSON.parse(readFileSync(labelsFile, 'utf8')) : { version: 1, places: {}, lines: [] });

function writeLabels({ places, lines }) {
	const sorted = {
		version: 1,
		places: Object.fromEntries(Object.entries(places).sort(([a], [b]) => (a < b ? -1 : 1))),
		lines: [...lines].sort((a, b) => (a.file < b.file ? -1 : 1)),
	};
	writeFileSync(labelsFile, `${JSON.stringify(sorted, undefined, '\t')}\n`);
}

/** Replaces the lines of some places by others. */
function put(labels, made, from) {
	const ours = new Set(made.map(({ place }) => place));
	const kept = labels.lines.filter((line) => !(ours.has(line.place) && (from === undefined || from.has(line.from.split(' ')[0]))));
	for (const line of labels.lines) if (!kept.includes(line)) rmSync(join(folder, line.file), { force: true });
	const taken = new Set(kept.map(({ file }) => file));
	for (const { place, text, from: origin, png } of made) {
		let n = 1;
		const name = () => `img/${place}-${String(n).padStart(2, '0')}.png`;
		while (taken.has(name())) n++;
		taken.add(name());
		writeFileSync(join(folder, name()), png);
		kept.push({ file: name(), place, text, split: splitOf(text), from: origin });
	}
	return { ...labels, lines: kept };
}

async function withPage(work) {
	const browser = await chromium.launch({ executablePath: ensureBrowser(), args: QUIET_SWITCHES });
	try {
		const page = await browser.newPage();
		await page.setContent('<!doctype html><body></body>');
		return await work(page);
	} finally {
		await browser.close();
	}
}

function drawn() {
	return withPage(async (page) => {
		await page.addScriptTag({ content: readFileSync(join(import.meta.dirname, 'text-page.js'), 'utf8') });
		const places = await page.evaluate(() => window.places);
		const made = [];
		for (const [index, place] of places.entries()) {
			for (const [at, text] of place.texts.entries()) {
				const png = Buffer.from(await page.evaluate(([i, n]) => window.draw(i, n), [index, at]), 'base64');
				made.push({ place: place.id, text, from: `drawn ${place.font}`, png });
			}
		}
		const labels = readLabels();
		for (const { id, kind, language } of places)
			labels.places[id] = { game: 'drawn', kind, language, charset: '', replace: {}, ...labels.places[id] };
		return put(labels, made);
	});
}

function cut(sheet) {
	const rows = readFileSync(sheet, 'utf8')
		.split('\n')
		.filter((row) => row.trim() !== '' && !row.startsWith('#'))
		.map((row, i) => {
			const [place, frame, box, text, ...more] = row.split('\t');
			const numbers = (box ?? '').split(',').map(Number);
			if (text === undefined || more.length > 0 || numbers.length !== 4 || numbers.some((n) => !Number.isInteger(n)))
				throw new Error(`${sheet}: "${row}" (row ${i + 1}) is not: place, frame, x,y,w,h and text, parted by tabs.`);
			return { place, frame, box: numbers, text };
		});
	return withPage(async (page) => {
		const labels = readLabels();
		const made = [];
		for (const frame of new Set(rows.map((row) => row.frame))) {
			const type = ['.jpg', '.jpeg'].includes(extname(frame)) ? 'jpeg' : 'png';
			const url = `data:image/${type};base64,${readFileSync(resolve(dirname(sheet), frame)).toString('base64')}`;
			const own = rows.filter((row) => row.frame === frame);
			const pngs = await page.evaluate(
				async ([address, boxes]) => {
					const picture = new Image();
					picture.src = address;
					await picture.decode();
					return boxes.map(([x, y, w, h]) => {
						const canvas = document.createElement('canvas');
						[canvas.width, canvas.height] = [Math.min(w, picture.width - x), Math.min(h, picture.height - y)];
						canvas.getContext('2d', { alpha: false }).drawImage(picture, -x, -y);
						return canvas.toDataURL('image/png').slice('data:image/png;base64,'.length);
					});
				},
				[url, own.map(({ box }) => box)],
			);
			const name = frame.split('/').at(-1);
			for (const [i, { place, text, box }] of own.entries()) {
				if (labels.places[place] === undefined)
					throw new Error(`Place "${place}" is not in labels.json: write its game, kind and language there first.`);
				made.push({ place, text, from: `${name} ${box.join(' ')}`, png: Buffer.from(pngs[i], 'base64') });
			}
		}
		return put(labels, made, new Set(rows.map(({ frame }) => frame.split('/').at(-1))));
	});
}

function contactSheet(to) {
	return withPage(async (page) => {
		await page.setViewportSize({ width: 1600, height: 900 });
		const cells = readLabels().lines.map(({ file, text, split }) => {
			const picture = readFileSync(join(folder, file)).toString('base64');
			const label = `${file.slice(4, -4)} <b>${text.replace(/&/g, '&amp;').replace(/</g, '&lt;')}</b> ${split === 'learn' ? '·' : ''}`;
			return `<div><img src="data:image/png;base64,${picture}"><br>${label}</div>`;
		});
		await page.setContent(
			`<!doctype html><style>body{columns:5;font:12px sans-serif;background:#888}div{break-inside:avoid;margin:3px}img{max-width:300px}</style>${cells.join('')}`,
		);
		await page.screenshot({ path: to, fullPage: true });
	});
}

/** @returns {string[]} what is wrong, a sentence each */
export function faultsOf({ places, lines }, at = folder) {
	const faults = [];
	const splits = new Map();
	for (const { file, place, text, split } of lines) {
		if (!existsSync(join(at, file))) faults.push(`${file} is not there.`);
		if (places[place] === undefined) faults.push(`${file}: its place "${place}" is not described.`);
		if (text.trim() === '' || text !== text.trim()) faults.push(`${file}: its text is empty or has blanks around it.`);
		const key = text.normalize('NFKC').toLowerCase().replace(/\s+/g, '');
		if (splits.has(key) && splits.get(key) !== split) faults.push(`"${text}" is learnt from and tested with.`);
		splits.set(key, split);
		if (split !== splitOf(text)) faults.push(`${file}: "${text}" belongs to the half "${splitOf(text)}".`);
	}
	for (const [id, { kind, language, game }] of Object.entries(places)) {
		if (!KINDS.includes(kind) || !language || !game)
			faults.push(`Place "${id}" needs a game, a language and a kind out of ${KINDS.join(', ')}.`);
		if (!lines.some((line) => line.place === id)) faults.push(`Place "${id}" has no line.`);
	}
	const games = new Set(Object.values(places).map(({ game }) => game));
	games.delete('drawn');
	if (games.size < LEAST_GAMES) faults.push(`${games.size} games are shown, ${LEAST_GAMES} are needed.`);
	const tested = lines.filter(({ split }) => split === 'test').length;
	if (tested < LEAST_LINES) faults.push(`${tested} lines are tested with, ${LEAST_LINES} are needed.`);
	const files = existsSync(join(at, 'img')) ? readdirSync(join(at, 'img')) : [];
	const bytes = files.reduce((sum, name) => sum + statSync(join(at, 'img', name)).size, 0);
	if (bytes > MOST_BYTES) faults.push(`The pictures take ${bytes} bytes, more than ${MOST_BYTES}.`);
	const listed = new Set(lines.map(({ file }) => file));
	for (const name of files) if (!listed.has(`img/${name}`)) faults.push(`img/${name} has no label.`);
	return faults;
}

const USAGE = 'node src/tools/sets/text.mjs --draw | --cut FILE | --sheet FILE.png | --check';

if (process.argv[1] === import.meta.filename) {
	let values;
	try {
		({ values } = parseArgs({
			options: {
				draw: { type: 'boolean' },
				cut: { type: 'string' },
				sheet: { type: 'string' },
				check: { type: 'boolean' },
				help: { type: 'boolean', short: 'h' },
			},
			strict: true,
		}));
	} catch (error) {
		endWithUsage(USAGE, error.message);
	}
	if (values.help) endWithUsage(USAGE);
	if (Object.keys(values).length !== 1) {
		log(USAGE);
		process.exit(2);
	}
	mkdirSync(join(folder, 'img'), { recursive: true });
	if (values.draw) writeLabels(await drawn());
	if (values.cut !== undefined) writeLabels(await cut(typedPath(values.cut)));
	if (values.sheet !== undefined) await contactSheet(typedPath(values.sheet));
	const labels = readLabels();
	const faults = faultsOf(labels);
	const tested = labels.lines.filter(({ split }) => split === 'test').length;
	log(`${labels.lines.length} lines of ${Object.keys(labels.places).length} places, ${tested} of them never learnt from.`);
	for (const fault of faults) log(fault);
	process.exit(values.check && faults.length > 0 ? 1 : 0);
}
