// Draws the curve of calls: hour by hour, ours and each peer, on a logarithmic axis, with the return ratio beside each name.
import { drawing, drawLevel, drawLine, INK } from '../../chart.mjs';

/** Middle tones: each stands out on white and on nearly black by at least 3 : 1. */
const COLOURS: Readonly<Record<string, string>> = {
	falsework: '#1a9c4b',
	'always ask': INK,
	'exact fact cache': '#2f81f7',
	'similarity cache 0.90': '#d0741c',
	'similarity cache 0.95': '#b8860b',
	'verified cache': '#8a63d2',
	'plain tree': '#d6336c',
};
const WIDTH = 860;
const HEIGHT = 420;
const [LEFT, RIGHT, TOP, BOTTOM] = [64, 560, 56, 360];

export interface Curve {
	readonly who: string;
	/** By hour; none is drawn on the floor of the axis. */
	readonly calls: readonly number[];
	readonly ratio: number;
}

export function drawCalls(title: string, curves: readonly Curve[], most: number): string {
	const hours = Math.max(...curves.map(({ calls }) => calls.length));
	const x = (hour: number): number => LEFT + 10 + ((hour - 1) / Math.max(1, hours - 1)) * (RIGHT - LEFT - 20);
	const y = (calls: number): number => BOTTOM - (Math.log10(Math.max(1, calls)) / Math.log10(most)) * (BOTTOM - TOP);
	const told = curves.map(
		({ who, calls, ratio }) => `${who}: ${calls[0]} calls in the first hour, ${calls.at(-1)} in the last, return ratio ${ratio.toFixed(3)}`,
	);
	const out = [`<text x="${LEFT}" y="${TOP - 24}" font-size="13" font-weight="600">${title}</text>`];
	for (let tick = 1; tick <= most; tick *= 10) out.push(...drawLevel(LEFT, RIGHT, y(tick), tick));
	for (let hour = 1; hour <= hours; hour++)
		out.push(`<text x="${x(hour).toFixed(1)}" y="${BOTTOM + 20}" text-anchor="middle">${hour}</text>`);
	out.push(`<text x="${(LEFT + RIGHT) / 2}" y="${BOTTOM + 42}" text-anchor="middle">hour of 800 decisions</text>`);
	for (const { who, calls } of curves) {
		const colour = COLOURS[who] ?? INK;
		const places = calls.map((n, i) => [x(i + 1), y(n)] as const);
		const wide = who === 'falsework' ? 3.5 : 2;
		out.push(...drawLine(places, { colour, width: wide, mark: wide }));
	}
	// Names stand at the ends of their lines, pushed apart where those meet.
	const ends = curves
		.map(({ who, calls, ratio }) => ({ who, ratio, calls: calls.at(-1) ?? 0, at: y(calls.at(-1) ?? 0) }))
		.sort((a, b) => a.at - b.at);
	ends.forEach((end, i) => {
		end.at = Math.max(end.at, (ends[i - 1]?.at ?? -Infinity) + 18);
	});
	const over = Math.max(0, (ends.at(-1)?.at ?? 0) - BOTTOM);
	for (const { who, calls, ratio, at } of ends)
		out.push(
			`<text x="${RIGHT + 12}" y="${(at - over).toFixed(1)}" dy=".35em" fill="${COLOURS[who] ?? INK}"${who === 'falsework' ? ' font-weight="700"' : ''}>${who}: ${calls} calls, ρ ${ratio.toFixed(3)}</text>`,
		);
	return drawing({ width: WIDTH, height: HEIGHT, title, description: `${told.join('; ')}.` }, out);
}
