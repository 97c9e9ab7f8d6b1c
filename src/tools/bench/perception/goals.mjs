// What the bench promises, line by line, for the two usual sizes. Times and ratios must hold in Node and in the browser's worker.
import { median, ratioOf } from './turns.mjs';

const LINES = [
	{ what: 'I420 frame of the capture to 50 answers, Chromium worker', unit: 'ms', most: { 720: 0.4, 1080: 0.6 }, hot: 'I420' },
	{ what: 'the same from RGBX', unit: 'ms', most: { 720: 1, 1080: 2 }, hot: 'RGBX' },
	{ what: 'known place, N = 200', unit: 'ms', most: { 720: 0.5, 1080: 1 }, mode: 'known', n: 200 },
	{ what: 'whole frame, N = 50', unit: 'ms', most: { 720: 4, 1080: 10 }, mode: 'whole', n: 50 },
	{ what: 'whole frame, N = 200', unit: 'ms', most: { 720: 12, 1080: 30 }, mode: 'whole', n: 200 },
	{ what: 'whole frame, N = 50', unit: '×', least: { 720: 150, 1080: 250 }, mode: 'whole', n: 50, against: 'opencv-python' },
	{ what: 'known place, N = 50', unit: '×', least: { 720: 15, 1080: 10 }, mode: 'known', n: 50, against: 'opencv-python' },
	{ what: 'whole frame, N = 50', unit: '×', least: { 720: 1000, 1080: 1000 }, mode: 'whole', n: 50, against: 'maafw' },
	{ what: 'known place, N = 50', unit: '×', least: { 720: 250, 1080: 250 }, mode: 'known', n: 50, against: 'maafw' },
];
/** The worker of the bench holds the whole engine, kernels included, and a little more. */
const BYTES = 30_000;
const OURS = [
	['Chromium worker', 'falsework-chromium'],
	['Node', 'falsework-node'],
];

/**
 * @param {{ height: number, results: { mode: string, n: number, runs: Map<string, any> }[], hot: Record<string, { all: number[] }> }[]} sizes
 * @returns {{ what: string, height: number, unit: string, goal: number, measured: Record<string, number>, met: boolean, reason?: string }[]}
 *   lines that could not be measured (a peer is missing) are left out
 */
export function checkGoals(sizes, engineBytes) {
	const checked = [
		{
			what: 'engine with its worker, gzipped',
			unit: 'KB',
			goal: BYTES / 1000,
			measured: { bytes: Number((engineBytes / 1000).toFixed(1)) },
			met: engineBytes <= BYTES,
		},
	];
	for (const { height, results, hot } of sizes) {
		for (const { what, unit, most, least, mode, n, against, hot: format } of LINES) {
			const goal = (most ?? least)[height];
			if (goal === undefined) continue;
			const holds = (value) => (most !== undefined ? value <= goal : value >= goal);
			const measured = {};
			/** What the same work takes when nobody else has the processor. */
			const undisturbed = {};
			if (format !== undefined) {
				measured['Chromium worker'] = median(hot[format].all);
				undisturbed['Chromium worker'] = lowTenth(hot[format].all);
			} else {
				const { runs } = results.find((r) => r.mode === mode && r.n === n);
				for (const [where, who] of OURS) {
					const value = against === undefined ? median(runs.get(who).wall) : ratioOf(runs, against, who);
					if (value === undefined) continue;
					measured[where] = value;
					if (against !== undefined) continue;
					undisturbed[where] = where === 'Node' ? median(runs.get(who).cpu) : lowTenth(runs.get(who).wall);
				}
			}
			const values = Object.values(measured);
			if (values.length === 0) continue;
			const met = values.every(holds);
			const alone = Object.values(undisturbed);
			const shared = !met && alone.length > 0 && alone.every(holds);
			const line = { what, height, ...(against === undefined ? {} : { against }), unit, goal, measured: rounded(measured), met };
			const parts = met ? [] : format === undefined ? partsOf(results, { mode, n, against }) : stagesOf(hot[format]);
			checked.push(met ? line : { ...line, reason: shared ? sharedReason(undisturbed) : `measured: ${parts.join(', ')}` });
		}
	}
	return checked;
}

/** Times of a run that was hardly interrupted. */
function lowTenth(values) {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 10)];
}

const rounded = (values) => Object.fromEntries(Object.entries(values).map(([where, value]) => [where, Number(value.toPrecision(4))]));

function sharedReason(undisturbed) {
	const values = Object.entries(undisturbed).map(
		([where, ms]) => `${ms.toPrecision(3)} ms ${where === 'Node' ? 'CPU in Node' : 'at the tenth percentile in Chromium'}`,
	);
	return `the processor was shared with other work; without it ${values.join(' and ')}`;
}

const ms = (values) => `${median(values).toPrecision(3)} ms`;

/** Where the time of a captured frame goes, at the median. */
function stagesOf({ all, copy, frame, change, verify }) {
	return [
		`${ms(all)} in all`,
		`copying out of the capture ${ms(copy)}`,
		`brightness ${ms(frame)}`,
		`change map ${ms(change)}`,
		`places ${ms(verify)}`,
	];
}

/** Where our time goes in Node, in processor time, and what the peer takes: what there would be to gain. */
function partsOf(results, { mode, n, against }) {
	const cpuOf = (of, templates, who) =>
		results.find((r) => r.mode === of && (templates === undefined || r.n === templates))?.runs.get(who)?.cpu ?? [];
	const part =
		mode === 'known'
			? ['the change map', cpuOf('change', undefined, 'falsework-node')]
			: ['its anchors', cpuOf('anchors', n, 'falsework-node')];
	const all = cpuOf(mode, n, 'falsework-node');
	const peer = against === undefined ? [] : cpuOf(mode, n, against);
	const said = [`${ms(all)} CPU in Node`];
	if (part[1].length > 0) said.push(`${part[0]} ${ms(part[1])} of it`);
	if (peer.length > 0) said.push(`${against} ${ms(peer)} CPU, ${(median(peer) / median(all)).toPrecision(3)} × ours`);
	return said;
}

/** One line of the table for people. */
export function goalLine({ what, height, against, unit, goal, measured, met, reason }) {
	const number = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
	const values = Object.entries(measured).map(([where, value]) => `${number(value)} ${unit}${where === 'Node' ? ' (Node)' : ''}`);
	const bound = `${against === undefined ? '≤' : '≥'} ${goal} ${unit}`;
	return `${met ? 'met    ' : 'NOT MET'}  ${height === undefined ? '' : `${height}p `}${what}${against === undefined ? '' : ` against ${against}`}: ${bound}, measured ${values.join(', ')}${reason === undefined ? '' : `; ${reason}`}`;
}
