// Draws docs/perception-growth.svg from docs/results/bench-perception.json: how the time of a look grows with the number of templates
// and with the pixels of the frame. `node src/tools/bench/perception/picture.mjs [FROM.json TO.svg]`
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root } from '../../files.mjs';
import { drawChart, timeLabel } from '../../chart.mjs';

/** Middle tones: each stands out on white and on nearly black by at least 3 : 1. */
const WHO = {
	falsework: { name: 'Falsework, Chromium worker', colour: '#1a9c4b' },
	'opencv-python': { name: 'opencv-python', colour: '#d0741c' },
	maafw: { name: 'maafw', colour: '#8a63d2' },
};

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
	const counts = [...new Set(byCount.flatMap(({ points }) => points.map(([n]) => n)))].sort((a, b) => a - b);
	const lines = (of) => of.map(({ who, mode, points }) => ({ colour: WHO[who].colour, dashed: mode === 'known', points }));
	return drawChart({
		title: 'How the time of a look grows',
		description: describe(byCount, height),
		label: timeLabel,
		panels: [
			{ title: `Templates looked for, frame of ${height}p`, ticks: counts.map((n) => [n, String(n)]), lines: lines(byCount) },
			{
				title: 'Pixels of the frame, 50 templates',
				ticks: growth.map((g) => [g.width * g.height, `${g.height}p`]),
				lines: lines(byPixels),
			},
		],
		legend: [...Object.values(WHO), { name: 'whole frame' }, { name: 'known place, ±2 px', dashed: true }],
	});
}

function describe(lines, height) {
	const said = lines
		.filter(({ points }) => points.length > 0)
		.map(({ who, mode, points }) => {
			const [n, ms] = points.at(-1);
			return `${WHO[who].name} ${mode === 'whole' ? 'searches a whole frame' : 'checks known places'} of ${height}p for ${n} templates in ${timeLabel(ms)}`;
		});
	return `${said.join('; ')}.`;
}

if (process.argv[1] === import.meta.filename) {
	const [from = join(root, 'docs', 'results', 'bench-perception.json'), to = join(root, 'docs', 'perception-growth.svg')] =
		process.argv.slice(2);
	writeFileSync(resolve(to), drawGrowth(JSON.parse(readFileSync(resolve(from), 'utf8'))));
}
