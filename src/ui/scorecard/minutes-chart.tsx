// Calls a minute as bars, the local share as a line. The table beside it says the same in words.
import uPlot from 'uplot';
import { createPlot, token } from '../primitives/plot.ts';
import type { MinutePoint } from '../../core/meters.ts';

export function MinutesChart(props: { readonly points: readonly MinutePoint[] }) {
	let host!: HTMLDivElement;
	const data = (): uPlot.AlignedData => [
		props.points.map((p) => p.minute + 1),
		props.points.map((p) => p.calls),
		props.points.map((p) => (p.share === null ? null : p.share * 100)),
	];
	createPlot(() => host, options, data);
	return (
		<div class="flex min-h-44 flex-1 flex-col px-2 pb-2">
			<div class="flex gap-4 px-1.5 pb-1 text-2xs text-muted" aria-hidden="true">
				<span class="flex items-center gap-1.5">
					<span class="size-2 rounded-[2px] bg-outside" /> calls a minute
				</span>
				<span class="flex items-center gap-1.5">
					<span class="h-0.5 w-3 rounded bg-crystal" /> local share
				</span>
			</div>
			<div ref={host} role="img" aria-label={summary(props.points)} class="relative min-h-0 flex-1 overflow-hidden" />
		</div>
	);
}

/** Bars stay behind the line. */
function faded(colour: string): string {
	return `color-mix(in oklab, ${colour} 62%, transparent)`;
}

function summary(points: readonly MinutePoint[]): string {
	const first = points[0];
	const last = points.at(-1);
	if (!first || !last) return 'No minutes yet';
	const share = last.share === null ? 'nothing asked' : `${Math.round(last.share * 100)} % local`;
	return `${points.length} minutes: calls a minute went from ${first.calls} to ${last.calls}; in the last minute ${share}. The table holds every minute.`;
}

function options(host: HTMLElement): uPlot.Options {
	const text = token(host, '--faint');
	const grid = token(host, '--line');
	const outside = token(host, '--outside');
	const crystal = token(host, '--crystal');
	const font = `11px ${getComputedStyle(host).fontFamily}`;
	const bars = uPlot.paths.bars?.({ size: [0.6, 22], radius: 0.2 });
	const axis = { stroke: text, font, grid: { stroke: grid, width: 1 }, ticks: { show: false }, gap: 4 } as const;
	return {
		width: Math.max(host.clientWidth, 50),
		height: Math.max(host.clientHeight, 50),
		legend: { show: false },
		cursor: { show: false },
		padding: [8, 4, 0, 0],
		scales: {
			x: { time: false, range: (_, __, max) => [0.4, Math.max(Math.floor(max ?? 1) + 0.6, 5.6)] },
			calls: { range: (_, __, max) => [0, Math.max(5, Math.ceil((max ?? 0) * 1.1))] },
			share: { range: [0, 100] },
		},
		axes: [
			{ ...axis, grid: { show: false }, size: 22, incrs: [1, 2, 5, 10, 20, 60], space: 34 },
			{ ...axis, scale: 'calls', size: 30, incrs: [1, 2, 5, 10, 20, 50, 100] },
			{
				...axis,
				scale: 'share',
				side: 1,
				size: 44,
				grid: { show: false },
				incrs: [25, 50],
				values: (_, ticks) => ticks.map((t) => `${t} %`),
			},
		],
		series: [
			{},
			{ scale: 'calls', fill: faded(outside), stroke: faded(outside), width: 0, points: { show: false }, ...(bars ? { paths: bars } : {}) },
			{ scale: 'share', stroke: crystal, width: 2, spanGaps: true, points: { show: true, size: 5, fill: crystal, stroke: crystal } },
		],
	};
}
