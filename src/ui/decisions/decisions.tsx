import { createMemo, createSignal, For, Show } from 'solid-js';
import type { Ask } from '../../core/question.ts';
import { formatLatency, formatTime, formatUsd, plural } from '../primitives/format.ts';
import { Activity, ChevronRight, List, TriangleAlert } from '../primitives/icons.ts';
import { type Choice, Empty, Region, Segmented } from '../primitives/parts.tsx';
import { TierIcon, tierLook } from '../primitives/tier.tsx';
import type { DecisionView } from '../services.ts';
import { useApp } from '../state.tsx';
import { ChecklistCard } from './checklist.tsx';
import { Why } from './why.tsx';
import { type AskFilter, filterDecisions, type TierFilter } from './stream.ts';

const ASK_WORDS: Readonly<Record<Ask, string>> = {
	perception: 'sees',
	decision: 'decides',
	narration: 'says',
	route: 'routes',
	quest: 'quest',
	npc: 'character',
	strategy: 'plans',
	moderation: 'checks',
};
const ASKS: readonly Choice<AskFilter>[] = [
	{ value: 'all', label: 'All' },
	{ value: 'perception', label: 'Sees' },
	{ value: 'decision', label: 'Decides' },
	{ value: 'strategy', label: 'Plans' },
	{ value: 'narration', label: 'Says' },
	{ value: 'quest', label: 'Quests' },
	{ value: 'npc', label: 'People' },
];

export function Decisions() {
	const app = useApp();
	const [ask, setAsk] = createSignal<AskFilter>('all');
	const [tier, setTier] = createSignal<TierFilter>('all');
	const shown = createMemo(() => filterDecisions(app.shown.decisions, ask(), tier()));
	const tiers: readonly Choice<TierFilter>[] = [
		{ value: 'all', label: 'Anyone' },
		{ value: 'crystal', label: 'Crystal', icon: <TierIcon tier="crystal" size={13} /> },
		{ value: 'device', label: 'Device', icon: <TierIcon tier="device" size={13} /> },
		{ value: 'outside', label: 'Outside', icon: <TierIcon tier="cloud" size={13} /> },
		{ value: 'nobody', label: 'Nobody', icon: <TierIcon tier={null} size={13} /> },
	];
	return (
		<Region
			name="Decisions"
			icon={<List size={16} />}
			class="play-decisions overflow-hidden"
			head={
				<div class="ml-auto flex min-w-0 flex-wrap justify-end gap-2">
					<Segmented label="Kind of question" value={ask()} choices={ASKS} onChange={setAsk} />
					<Segmented label="Who answered" value={tier()} choices={tiers} onChange={setTier} />
				</div>
			}
		>
			<Show
				when={app.shown.decisions.length > 0}
				fallback={
					<Empty icon={<Activity size={18} />} title="No decisions yet">
						Every question is listed here as it is settled: who answered, why a model had to be asked, and what it cost.
					</Empty>
				}
			>
				<Show
					when={shown().length > 0}
					fallback={
						<Empty icon={<Activity size={18} />} title="Nothing of this kind">
							Of the last {plural(app.shown.decisions.length, 'decision')} none fits the filter.
						</Empty>
					}
				>
					<ol class="min-h-0 flex-1 overflow-y-auto" tabindex="0" aria-label="Decisions, newest first">
						<For each={shown()}>{(decision) => <Line decision={decision} />}</For>
					</ol>
				</Show>
			</Show>
		</Region>
	);
}

/** Who a line is by: a phrase, a model, or nobody. */
function spokenBy({ tier, silent }: DecisionView): string {
	if (silent) return 'silent';
	return tier === 'crystal' ? 'template' : tier === null ? 'says' : 'model';
}

function Line(props: { readonly decision: DecisionView }) {
	const [open, setOpen] = createSignal(false);
	const d = () => props.decision;
	return (
		<li
			class="border-b border-line last:border-b-0 [content-visibility:auto] [contain-intrinsic-size:auto_2.5rem]"
			data-decision={d().n}
			data-tier={d().tier ?? 'nobody'}
		>
			{/* The whole line opens by pointer; the button at its end does the same for everybody else. */}
			<div
				class="grid w-full cursor-pointer grid-cols-[1.25rem_minmax(0,1fr)_auto_1.25rem] items-center gap-x-2.5 px-3.5 py-2 text-left hover:bg-hover md:grid-cols-[1.25rem_4.25rem_minmax(8rem,2fr)_minmax(0,3fr)_5.5rem_4rem_1.25rem]"
				onClick={() => setOpen(!open())}
			>
				<TierIcon tier={d().tier} />
				<span class="text-xs text-faint max-md:hidden">{d().ask === 'narration' ? spokenBy(d()) : ASK_WORDS[d().ask]}</span>
				<span class="truncate text-[0.8125rem] font-medium">
					<Show when={d().violation}>
						<TriangleAlert size={13} class="mr-1 inline text-danger" aria-label="violation" />
					</Show>
					<span class={d().silent ? 'font-normal text-muted' : ''}>{d().what || 'no answer'}</span>
				</span>
				<span class="truncate text-xs text-muted max-md:order-4 max-md:col-span-3 max-md:col-start-2">{d().reason}</span>
				<span
					class={`num text-right text-xs ${d().usd === null ? 'text-warn' : d().usd === 0 ? 'text-faint' : 'font-semibold text-outside'}`}
				>
					{formatUsd(d().usd)}
					<Show when={d().simulated && d().usd !== 0}>
						<span title="simulated price">*</span>
					</Show>
				</span>
				<span class="num text-right text-xs text-faint max-md:hidden">{formatLatency(d().latencyMs)}</span>
				<button
					type="button"
					class="grid size-6 place-items-center rounded text-faint hover:text-text max-md:order-3"
					aria-expanded={open()}
					aria-label={`Details of entry ${d().n}`}
					onClick={(e) => {
						e.stopPropagation();
						setOpen(!open());
					}}
				>
					<ChevronRight size={14} class={`transition-transform ${open() ? 'rotate-90' : ''}`} aria-hidden="true" />
				</button>
			</div>
			<Show when={open()}>
				<dl class="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 bg-sunken px-3.5 py-3 text-xs md:pl-11">
					<dt class="text-faint">Settled</dt>
					<dd class="num">
						{formatTime(d().at)}, entry {d().n}, {ASK_WORDS[d().ask]}
					</dd>
					<dt class="text-faint">Answered by</dt>
					<dd>
						{d().silent ? 'nobody: nothing was asked' : tierLook(d().tier).word}
						{d().model ? `, ${d().model}` : ''}
						{d().simulated ? ' (simulated price)' : ''}
					</dd>
					<dt class="text-faint">Why</dt>
					<dd>{d().reason}</dd>
					<dt class="text-faint">Cost</dt>
					<dd class="num">
						{formatUsd(d().usd)}, {plural(d().tokens, 'token')}, {formatLatency(d().latencyMs)}
					</dd>
					<Show when={d().crystals.length > 0}>
						<dt class="text-faint">{d().tier === 'crystal' ? 'Crystals used' : 'Crystals made'}</dt>
						<dd class="flex flex-wrap gap-1">
							<For each={d().crystals}>{(name) => <span class="chip">{name}</span>}</For>
						</dd>
					</Show>
					<Show when={d().violation}>
						<dt class="font-semibold text-danger">Violation</dt>
						<dd>A model was called and left neither a crystal nor a stated reason.</dd>
					</Show>
				</dl>
				<Show when={d().checklist}>{(checklist) => <ChecklistCard checklist={checklist()} />}</Show>
				<Show when={d().ask === 'decision'}>
					<div class="bg-sunken px-3.5 pb-3 md:pl-11">
						<Why entry={d().n} what={d().what} answered={d().tier !== null} />
					</div>
				</Show>
			</Show>
		</li>
	);
}
