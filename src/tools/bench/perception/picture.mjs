// Draws docs/perception-growth.svg from docs/results/bench-perception.json: how the time of a look grows with the number of templates
// and with the pixels of the frame. `node src/tools/bench/perception/picture.mjs [FROM.json TO.svg]`
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root } from '../../files.mjs';

/** Middle tones: each stands out on white and on nearly black by at least 3 : 1. */
const INK = '#7d8590';
const WHO = {
	falsework: { name: 'Falsework, Chromium worker', colour: '#1a9c4b' },
	'opencv-python': { name: 'opencv-python', colour: '#d0741c' },
	maafw: { name: 'maafw', colour: '#8a63d2' },
};
const WIDTH = 860;
const HEIGHT = 400;
const TOP = 56;
const BOTTOM = 340;
const PANELS = [
	{ left: 64, right: 404 },
	{ left: 504, right: 844 },
];

/** @param record  what `npm run bench -- perception --json` wrote @returns {string} the picture */
export function drawGrowth({ rows, growth }) {
	const heights = rows.filter((row) => row.mode !== undefined).map((row) => row.height);
	const height = Math.max(...heights);
	const byCount = [];
	for (const mode of ['whole', 'known']) {
		for (const who of Object.keys(WHO)) {
			const mine = rows.filter(
				(row) =>
					row.mode === mode &&
					row.height === height &&
					row.unit === 'ms' &&
					row.who === who &&
					(who !== 'falsework' || row.where !== 'Node'),
			);
			byCount.push({ who, mode, points: mine.map((row) => [row.templates, row.median]).sort((a, b) => a[0] - b[0]) });
		}
	}
	const byPixels = Object.keys(WHO).map((who) => ({
		who,
		mode: 'whole',
		points: growth
			.map((g) => [g.width * g.height, g.medians[who === 'falsework' ? 'falsework-chromium' : who]])
			.filter(([, ms]) => Number.isFinite(ms)),
	}));
	const all = [...byCount, ...byPixels].flatMap(({ points }) => points.map(([, ms]) => ms));
	const y = scale(10 ** Math.floor(Math.log10(Math.min(...all))), 10 ** Math.ceil(Math.log10(Math.max(...all))), BOTTOM, TOP);
	const counts = [...new Set(byCount.flatMap(({ points }) => points.map(([n]) => n)))].sort((a, b) => a - b);
	const names = growth.map((g) => [g.width * g.height, `${g.height}p`]);
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="t d" font-family="system-ui, sans-serif" font-size="12" fill="${INK}">`,
		'<title id="t">How the time of a look grows</title>',
		`<desc id="d">${describe(byCount, height)}</desc>`,
		panel(
			PANELS[0],
			`Templates looked for, frame of ${height}p`,
			counts.map((n) => [n, String(n)]),
			y,
			byCount,
		),
		panel(PANELS[1], 'Pixels of the frame, 50 templates', names, y, byPixels),
		legend(),
		'</svg>\n',
	].join('\n');
}

function describe(lines, height) {
	const said = lines
		.filter(({ points }) => points.length > 0)
		.map(({ who, mode, points }) => {
			const [n, ms] = points.at(-1);
			return `${WHO[who].name} ${mode === 'whole' ? 'searches a whole frame' : 'checks known places'} of ${height}p for ${n} templates in ${label(ms)}`;
		});
	return `${said.join('; ')}.`;
}

/** A logarithmic axis. */
function scale(from, to, start, end) {
	const at = (value) => start + ((Math.log10(value) - Math.log10(from)) / (Math.log10(to) - Math.log10(from))) * (end - start);
	return { at, from, to };
}

function panel({ left, right }, title, ticks, y, lines) {
	const x = scale(ticks[0][0], ticks.at(-1)[0], left + 10, right - 10);
	const out = [`<text x="${left}" y="${TOP - 16}" font-size="13" font-weight="600">${title}</text>`];
	for (let ms = y.from; ms <= y.to * 1.001; ms *= 10) {
		const at = y.at(ms).toFixed(1);
		out.push(`<path d="M${left} ${at}H${right}" stroke="${INK}" stroke-opacity=".3"/>`);
		out.push(`<text x="${left - 8}" y="${at}" dy=".35em" text-anchor="end">${label(ms)}</text>`);
	}
	for (const [value, name] of ticks) out.push(`<text x="${x.at(value).toFixed(1)}" y="${BOTTOM + 18}" text-anchor="middle">${name}</text>`);
	for (const { who, mode, points } of lines) {
		const { colour } = WHO[who];
		const places = points.map(([value, ms]) => [x.at(value).toFixed(1), y.at(ms).toFixed(1)]);
		if (places.length === 0) continue;
		const dash = mode === 'known' ? ' stroke-dasharray="5 4"' : '';
		out.push(`<path d="M${places.map((p) => p.join(' ')).join('L')}" fill="none" stroke="${colour}" stroke-width="2.5"${dash}/>`);
		places.forEach(([px, py]) => out.push(`<circle cx="${px}" cy="${py}" r="3.5" fill="${colour}"/>`));
	}
	return out.join('\n');
}

function legend() {
	const out = [];
	let x = PANELS[0].left;
	const y = HEIGHT - 14;
	for (const { name, colour } of Object.values(WHO)) {
		out.push(`<path d="M${x} ${y - 4}h22" stroke="${colour}" stroke-width="2.5"/><text x="${x + 28}" y="${y}">${name}</text>`);
		x += 28 + 7 * name.length + 22;
	}
	for (const [name, dash] of [
		['whole frame', ''],
		['known place, ±2 px', ' stroke-dasharray="5 4"'],
	]) {
		out.push(`<path d="M${x} ${y - 4}h22" stroke="${INK}" stroke-width="2.5"${dash}/><text x="${x + 28}" y="${y}">${name}</text>`);
		x += 28 + 7 * name.length + 16;
	}
	return out.join('\n');
}

function label(ms) {
	if (ms >= 1000) return `${Number((ms / 1000).toPrecision(2))} s`;
	return ms >= 1 ? `${Number(ms.toPrecision(2))} ms` : `${Number((ms * 1000).toPrecision(2))} µs`;
}

if (process.argv[1] === import.meta.filename) {
	const [from = join(root, 'docs', 'results', 'bench-perception.json'), to = join(root, 'docs', 'perception-growth.svg')] =
		process.argv.slice(2);
	writeFileSync(resolve(to), drawGrowth(JSON.parse(readFileSync(resolve(from), 'utf8'))));
}
