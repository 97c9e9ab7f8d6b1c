// How well a template matched over time, with the threshold it has to reach.
import type uPlot from 'uplot';
import { formatTime } from '../primitives/format.ts';
import { createPlot, token } from '../primitives/plot.ts';

type Scores = readonly (readonly [at: number, score: number])[];

export function ScoresChart(props: { readonly scores: Scores; readonly threshold: number }) {
	let host!: HTMLDivElement;
	createPlot(
		() => host,
		options,
		() => [props.scores.map(([at]) => at / 1000), props.scores.map(([, score]) => score), props.scores.map(() => props.threshold)],
	);
	return <div ref={host} role="img" aria-label={summary(props.scores, props.threshold)} class="relative h-36 overflow-hidden" />;
}

/** The chart in words. */
export function summary(scores: Scores, threshold: number): string {
	const values = scores.map(([, score]) => score);
	const first = scores[0];
	const last = scores.at(-1);
	if (!first || !last) return 'No scores yet';
	const under = values.filter((score) => score < threshold).length;
	return `${scores.length} scores from ${formatTime(first[0])} to ${formatTime(last[0])}: lowest ${Math.min(...values).toFixed(2)}, newest ${last[1].toFixed(2)}; ${under === 0 ? 'none' : under} below the threshold of ${threshold.toFixed(2)}.`;
}

function options(host: HTMLElement): uPlot.Options {
	const text = token(host, '--faint');
	const grid = token(host, '--line');
	const crystal = token(host, '--crystal');
	const warn = token(host, '--warn');
	const font = `11px ${getComputedStyle(host).fontFamily}`;
	const axis = { stroke: text, font, grid: { stroke: grid, width: 1 }, ticks: { show: false }, gap: 4 } as const;
	return {
		width: Math.max(host.clientWidth, 50),
		height: Math.max(host.clientHeight, 50),
		legend: { show: false },
		cursor: { show: false },
		padding: [8, 8, 0, 0],
		scales: { y: { range: (_, least) => [Math.min(0.5, Math.floor((least ?? 1) * 10) / 10), 1] } },
		axes: [
			{ ...axis, grid: { show: false }, size: 22, space: 70, values: (_, ticks) => ticks.map((t) => formatTime(t * 1000)) },
			{ ...axis, size: 34, incrs: [0.1, 0.25, 0.5], values: (_, ticks) => ticks.map((t) => t.toFixed(1)) },
		],
		series: [
			{},
			{ stroke: crystal, width: 1.5, points: { show: true, size: 4, fill: crystal, stroke: crystal } },
			{ stroke: warn, width: 1.5, dash: [5, 4], points: { show: false } },
		],
	};
}
