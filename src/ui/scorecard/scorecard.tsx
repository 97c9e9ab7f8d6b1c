import { createEffect, createMemo, createSignal, For, Show } from 'solid-js';
import { type MeterRow, meterRows, minutePoints } from '../../core/meters.ts';
import { ChartLine, Check, Radio, Table2 } from '../primitives/icons.ts';
import { formatCount, formatShare } from '../primitives/format.ts';
import { Figure, Region } from '../primitives/parts.tsx';
import { formatSats, type SatsShown } from '../../core/sats.ts';
import { useApp } from '../state.tsx';
import { Pull } from './pull.tsx';
import { MinutesChart } from './minutes-chart.tsx';

export function Scorecard() {
	const app = useApp();
	const score = () => app.shown.score;
	const rows = createMemo(() => meterRows(score()?.metrics));
	const points = createMemo(() => minutePoints(score()?.minutes ?? []));
	const [table, setTable] = createSignal(false);
	const rate = (part: number, total: number) => (total > 0 ? formatShare(part, total) : 'none yet');
	let region: HTMLElement | undefined;
	createEffect(() => {
		if (app.wanted() !== 'scorecard') return;
		app.setWanted(null);
		region?.focus();
	});
	return (
		<Region
			ref={(own) => {
				region = own;
			}}
			name="Scorecard"
			icon={<ChartLine size={16} />}
			class="play-score overflow-y-auto"
			head={
				<>
					<div class="flex-1" />
					<Show when={score()?.simulated}>
						<span class="chip chip-warn" title="The teacher is scripted: its tokens and prices are pretended">
							simulated
						</span>
					</Show>
					<button
						type="button"
						class="btn btn-quiet btn-icon"
						aria-label="Embed on your stream"
						title="Embed on your stream"
						onClick={() => app.setView('embed')}
					>
						<Radio size={16} aria-hidden="true" />
					</button>
				</>
			}
		>
			<div class="flex flex-col gap-3 p-3.5">
				<For each={rows()}>{(row) => <Meter row={row} />}</For>
			</div>
			<dl class="grid grid-cols-4 gap-3 border-t border-line px-3.5 py-3">
				<Figure
					label="Wrong"
					value={rate(score()?.wrong.wrong ?? 0, score()?.wrong.checked ?? 0)}
					tone={(score()?.wrong.wrong ?? 0) > 0 ? 'text-danger' : ''}
					title={`${formatCount(score()?.wrong.wrong ?? 0)} wrong of ${formatCount(score()?.wrong.checked ?? 0)} answers checked by something other than the actor`}
				/>
				<Figure
					label="Idle"
					value={rate(score()?.idle.idle ?? 0, score()?.idle.acts ?? 0)}
					title={`${formatCount(score()?.idle.idle ?? 0)} of ${formatCount(score()?.idle.acts ?? 0)} acts were to do nothing`}
				/>
				<Figure
					label="Rested"
					value={formatCount(score()?.rested ?? 0)}
					title="Ticks answered by “nothing changed”; they do not count above"
				/>
				<Figure
					label="Violations"
					value={formatCount(score()?.violations ?? 0)}
					tone={(score()?.violations ?? 0) > 0 ? 'text-danger' : ''}
					title="Model calls that left neither a crystal nor a stated reason"
				/>
			</dl>
			<Show when={app.shown.sats}>{(sats) => <Sats sats={sats()} />}</Show>
			<Pull />
			<div class="flex min-h-56 flex-1 flex-col border-t border-line">
				<div class="flex items-center gap-3 px-3.5 pt-3 pb-1">
					<h3 class="text-xs font-semibold">Minute by minute</h3>
					<div class="flex-1" />
					<button type="button" class="btn btn-quiet min-h-7! px-2! text-xs!" aria-pressed={table()} onClick={() => setTable(!table())}>
						<Table2 size={14} aria-hidden="true" />
						Show as table
					</button>
				</div>
				<Show
					when={points().length > 0}
					fallback={
						<p class="grid flex-1 place-items-center px-6 pb-6 text-center text-[0.8125rem] text-faint">
							Calls a minute and the share answered without a model appear here after the first minute of play.
						</p>
					}
				>
					<Show when={!table()} fallback={<MinutesTable points={points()} />}>
						<MinutesChart points={points()} />
					</Show>
				</Show>
			</div>
		</Region>
	);
}

/** What came in against what thinking cost. */
function Sats(props: { readonly sats: SatsShown }) {
	const totals = () => props.sats.totals;
	const net = () => totals().in - totals().out - totals().fee;
	const lacks = () => props.sats.unconverted.calls > 0 || props.sats.unpriced > 0;
	return (
		<dl class="grid grid-cols-3 gap-3 border-t border-line px-3.5 py-3">
			<Figure label="Sats in" value={formatSats(totals().in)} title="What came in, each row with its receipt; Settings shows them" />
			<Figure
				label="Spent on inference"
				value={`${lacks() ? 'over ' : ''}${formatSats(totals().out)}`}
				title={
					lacks()
						? `${formatCount(props.sats.unconverted.calls)} paid calls have no rate yet, and the price of ${formatCount(props.sats.unpriced)} is not known`
						: 'Converted by the rate of its day'
				}
			/>
			<Figure
				label="Left"
				value={lacks() ? 'not known' : formatSats(net())}
				tone={!lacks() && net() < 0 ? 'text-danger' : ''}
				title="In, less inference and fees; what is pretended is in none of these"
			/>
		</dl>
	);
}

const FILLS = { crystal: 'bg-crystal!', outside: 'bg-outside!', accent: '' } as const;

function Meter(props: { readonly row: MeterRow }) {
	const percent = (share: number) => `${Math.max(0, Math.min(100, share * 100))}%`;
	return (
		<div>
			<div class="flex items-baseline gap-2">
				<span class="text-[0.8125rem] font-medium">{props.row.name}</span>
				<Show when={props.row.reached}>
					<Check size={13} class="self-center text-good" aria-label="target reached" />
				</Show>
				<span class="flex-1" />
				<span class={`num ${props.row.said ? 'text-base font-semibold tracking-tight' : 'text-xs text-faint'}`}>{props.row.value}</span>
			</div>
			<div
				role="meter"
				aria-label={props.row.name}
				aria-valuemin="0"
				aria-valuemax="100"
				aria-valuenow={Math.round(props.row.fill * 1000) / 10}
				aria-valuetext={[props.row.value, props.row.of, props.row.target].filter((t) => t !== '').join(', ')}
				class="meter-track my-1"
			>
				<div class={`meter-fill ${FILLS[props.row.tone]}`} style={{ width: percent(props.row.fill) }} />
				<Show when={props.row.mark}>{(mark) => <div class="meter-mark" style={{ left: percent(mark()) }} />}</Show>
			</div>
			<div class="num flex justify-between gap-2 text-2xs text-faint">
				<span>{props.row.of}</span>
				<span>{props.row.target}</span>
			</div>
		</div>
	);
}

function MinutesTable(props: { readonly points: ReturnType<typeof minutePoints> }) {
	return (
		<div class="min-h-0 flex-1 overflow-y-auto" tabindex="0" role="group" aria-label="Minutes, scrollable">
			<table class="table num">
				<caption class="sr-only">Calls and local share for each minute of play</caption>
				<thead>
					<tr>
						<th scope="col">Minute</th>
						<th scope="col" class="right">
							Calls
						</th>
						<th scope="col" class="right">
							Local share
						</th>
					</tr>
				</thead>
				<tbody>
					<For each={props.points}>
						{(point) => (
							<tr>
								<td>{point.minute + 1}</td>
								<td class="right">{point.calls}</td>
								<td class="right">{point.share === null ? 'none asked' : `${Math.round(point.share * 100)} %`}</td>
							</tr>
						)}
					</For>
				</tbody>
			</table>
		</div>
	);
}
