// Draws docs/rules-growth.svg from docs/results/bench-rules.json: how the time of a match grows with the number of rules.
// `node src/tools/bench/rules/picture.mjs [FROM.json TO.svg]`
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root } from '../../files.mjs';
import { drawChart, timeLabel } from '../../chart.mjs';

const OURS = '#1a9c4b';
/** Peers of the record, each with a middle tone of its own. */
const PEERS = {
	'json-logic-engine, compiled as one': '#d0741c',
	'json-logic-js': '#8a63d2',
	'json-rules-engine': '#2f81c7',
};

/** @param record  what `npm run bench -- rules --json` wrote @returns {string} the picture */
export function drawGrowth({ growth }) {
	const last = growth.at(-1);
	const peers = Object.entries(PEERS).map(([who, colour]) => ({
		who,
		colour,
		points: growth.flatMap(({ rules, full }) => (full[who] === undefined ? [] : [[rules, full[who]]])),
	}));
	return drawChart({
		title: 'How the time of a match grows with the number of rules',
		description: `Of ${last.rules.toLocaleString('en')} rules Falsework finds the first that fires in ${timeLabel(last.first)} and all of them in ${timeLabel(last.full.falsework)}.`,
		label: timeLabel,
		panels: [
			{
				title: 'Rules, each of 2 to 6 conditions over 64 facts',
				ticks: growth.map(({ rules }) => [rules, rules.toLocaleString('en')]),
				lines: [
					{ colour: OURS, dashed: true, points: growth.map(({ rules, first }) => [rules, first]) },
					{ colour: OURS, points: growth.map(({ rules, full }) => [rules, full.falsework]) },
					...peers,
				],
			},
		],
		legend: [
			{ name: 'Falsework, the first', colour: OURS, dashed: true },
			{ name: 'Falsework, all', colour: OURS },
			...peers.map(({ who, colour }) => ({ name: who.split(',')[0], colour })),
		],
	});
}

if (process.argv[1] === import.meta.filename) {
	const [from = join(root, 'docs', 'results', 'bench-rules.json'), to = join(root, 'docs', 'rules-growth.svg')] = process.argv.slice(2);
	writeFileSync(resolve(to), drawGrowth(JSON.parse(readFileSync(resolve(from), 'utf8'))));
}
