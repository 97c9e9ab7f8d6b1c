// A game's sessions beside the founding projection: four small charts of one scale each, and the same as a table.
import { createMemo, createSignal, For, Show } from 'solid-js';
import type uPlot from 'uplot';
import { formatClock, formatDay } from '../primitives/format.ts';
import { Table2 } from '../primitives/icons.ts';
import { createPlot, token } from '../primitives/plot.ts';
import { readSessions, type SessionsSeries, trendSentence } from './sessions.ts';

export function Sessions(props: { readonly json: string }) {
	const view = createMemo(() => readSessions(props.json));
	const [table, setTable] = createSignal(false);
	return (
		<Show when={view()}>
			{(v) => (
				<section class="border-b border-line px-4 py-3" aria-label="From session to session">
					<div class="flex flex-wrap items-center gap-x-4 gap-y-1">
						<h4 class="text-[0.8125rem] font-semibold">From session to session</h4>
						<p class="text-xs text-muted">{trendSentence(v().cost)}</p>
						<div class="flex-1" />
						<Show when={!table()}>
							<div class="flex gap-3 text-2xs text-muted" aria-hidden="true">
								<span class="flex items-center gap-1.5">
									<span class="h-0.5 w-3 rounded bg-crystal" /> measured
								</span>
								<span class="flex items-center gap-1.5">
									<span class="w-3 border-t-2 border-dashed border-outside" /> projected
								</span>
							</div>
						</Show>
						<button type="button" class="btn btn-quiet min-h-7! px-2! text-xs!" aria-pressed={table()} onClick={() => setTable(!table())}>
							<Table2 size={14} aria-hidden="true" />
							Show as table
						</button>
					</div>
					<Show
						when={!table()}
						fallback={
							<div
								class="mt-2 max-h-72 overflow-auto rounded-lg border border-line"
								tabindex="0"
								role="group"
								aria-label="Sessions, scrollable"
							>
								<table class="table num">
									<caption class="sr-only">Each session's figures, the projection's in brackets</caption>
									<thead>
										<tr>
											<th scope="col">Session</th>
											<th scope="col" class="right">
												Played
											</th>
											<For each={v().series}>
												{(s) => (
													<th scope="col" class="right">
														{s.title}
													</th>
												)}
											</For>
										</tr>
									</thead>
									<tbody>
										<For each={v().lines}>
											{(line, i) => (
												<tr>
													<td>{formatDay(line.startedAt)}</td>
													<td class="right">{formatClock(line.playedMs)}</td>
													<For each={v().series}>
														{(s) => (
															<td class="right">
																{said(s, s.measured[i()])} <span class="text-faint">({said(s, s.projected[i()])})</span>
															</td>
														)}
													</For>
												</tr>
											)}
										</For>
									</tbody>
								</table>
							</div>
						}
					>
						<div class="mt-2 grid grid-cols-1 gap-3 sm:grid-cols-2 xl:grid-cols-4">
							<For each={v().series}>{(s) => <Series series={s} />}</For>
						</div>
					</Show>
				</section>
			)}
		</Show>
	);
}

function said(series: SessionsSeries, value: number | null | undefined): string {
	return value === null || value === undefined ? 'unknown' : series.say(value);
}

function Series(props: { readonly series: SessionsSeries }) {
	let host!: HTMLDivElement;
	const data = (): uPlot.AlignedData => [
		props.series.measured.map((_, i) => i + 1),
		[...props.series.projected],
		[...props.series.measured],
	];
	createPlot(
		() => host,
		(at) => options(at, props.series),
		data,
	);
	const last = () => said(props.series, props.series.measured.at(-1));
	return (
		<figure class="min-w-0">
			<figcaption class="flex items-baseline justify-between gap-2 text-2xs text-muted">
				<span>{props.series.title}</span>
				<span class="num text-[0.8125rem] font-semibold text-ink">{last()}</span>
			</figcaption>
			<div
				ref={host}
				role="img"
				aria-label={`${props.series.title}: ${last()} in the last session, from ${said(props.series, props.series.measured[0])} in the first; the projection holds ${said(props.series, props.series.projected.at(-1))}`}
				class="h-28 overflow-hidden"
			/>
		</figure>
	);
}

function options(host: HTMLElement, series: SessionsSeries): uPlot.Options {
	const crystal = token(host, '--crystal');
	const axis = {
		stroke: token(host, '--faint'),
		font: `11px ${getComputedStyle(host).fontFamily}`,
		grid: { stroke: token(host, '--line'), width: 1 },
		ticks: { show: false },
		gap: 4,
	} as const;
	return {
		width: Math.max(host.clientWidth, 50),
		height: Math.max(host.clientHeight, 50),
		legend: { show: false },
		cursor: { show: false },
		padding: [8, 4, 0, 0],
		scales: {
			x: { time: false, range: (_, __, max) => [0.7, Math.max(max ?? 1, 2) + 0.3] },
			y: { range: (_, __, max) => [0, (max ?? 0) > 0 ? (max ?? 0) * 1.1 : 1] },
		},
		axes: [
			{ ...axis, grid: { show: false }, size: 20, incrs: [1, 2, 5, 10, 20], space: 26 },
			{ ...axis, size: 44, space: 34, values: (_, ticks) => ticks.map(series.say) },
		],
		series: [
			{},
			{ stroke: token(host, '--outside'), width: 1.5, dash: [4, 4], points: { show: false } },
			{ stroke: crystal, width: 2, spanGaps: true, points: { show: true, size: 5, fill: crystal, stroke: crystal } },
		],
	};
}
