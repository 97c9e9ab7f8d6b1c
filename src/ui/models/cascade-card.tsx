// Who is asked first: how many questions may reach the cloud, what was measured, and what was learnt about each model for each
// kind of question. Everything here can be changed back.
import { createMemo, createSignal, For, Show } from 'solid-js';
import { formatLatency, formatShare, formatUsd, plural } from '../primitives/format.ts';
import { Route, Undo2 } from '../primitives/icons.ts';
import { createId, Empty } from '../primitives/parts.tsx';
import { TierIcon, tierLook } from '../primitives/tier.tsx';
import type { RoutedAskView, RoutedView } from '../services.ts';
import { useServices } from '../services.ts';
import { useApp } from '../state.tsx';
import { ASK_WORDS, DIAL_STOPS, dialWords, kindWords, ownWords, stopOf, verdictTone } from './dial.ts';

export function CascadeCard() {
	const app = useApp();
	const forgotten = () => app.shown.gallery.undo.startsWith('forgot what was learnt');
	return (
		<section aria-labelledby="cascade-title" class="flex flex-col gap-4">
			<div>
				<h3 id="cascade-title" class="text-base font-semibold tracking-tight">
					Who is asked
				</h3>
				<p class="mt-0.5 max-w-2xl text-[0.8125rem] text-muted">
					A crystal first, then this device, then your network, then the cloud. Which model is good enough for which kind of question is
					learnt from how its answers turn out, and a model that keeps failing at one is passed over.
				</p>
			</div>
			<Dial />
			<Show
				when={app.shown.cascade.known}
				fallback={
					<div class="panel flex">
						<Empty
							icon={<Route size={18} />}
							title="Nothing is learnt about models yet"
							action={
								<Show when={forgotten()}>
									<Undo />
								</Show>
							}
						>
							The first answers are taken from the cheapest model that can give one. After some ten of them it shows here how it does.
						</Empty>
					</div>
				}
			>
				<Learnt />
			</Show>
		</section>
	);
}

function Undo() {
	const app = useApp();
	const { agent } = useServices();
	return (
		<button type="button" class="btn" onClick={() => void app.tries(() => agent.undoByHand())}>
			<Undo2 size={14} aria-hidden="true" /> Undo: {app.shown.gallery.undo}
		</button>
	);
}

/** The share that may reach the cloud, for all questions and for each sort, beside what was measured. */
function Dial() {
	const app = useApp();
	const { agent } = useServices();
	const title = createId('dial');
	const cascade = () => app.shown.cascade;
	/** What the slider shows while it is dragged. */
	const [dragged, setDragged] = createSignal<number>();
	const stop = () => dragged() ?? stopOf(cascade().all);
	const keep = (to: number) => void app.tries(() => agent.setDial('all', DIAL_STOPS[to] ?? null)).finally(() => setDragged(undefined));
	return (
		<div class="panel">
			<div class="grid gap-x-8 gap-y-4 p-4 md:grid-cols-[minmax(0,1fr)_minmax(0,1.15fr)]">
				<div>
					<h4 id={title} class="font-semibold">
						How many questions may reach the cloud
					</h4>
					<p class="mt-0.5 text-[0.8125rem] text-muted">
						Of those that no crystal answers. A share is held at all times; a few in a row may go beyond it.
					</p>
					<p class="num mt-4 text-lg font-semibold tracking-tight" aria-hidden="true">
						{dialWords(DIAL_STOPS[stop()] ?? null)}
					</p>
					<input
						type="range"
						class="mt-2 w-full accent-[var(--accent-fill)]"
						min="0"
						max={DIAL_STOPS.length - 1}
						step="1"
						value={stop()}
						aria-labelledby={title}
						aria-valuetext={dialWords(DIAL_STOPS[stop()] ?? null)}
						onInput={(e) => setDragged(e.currentTarget.valueAsNumber)}
						onChange={(e) => keep(e.currentTarget.valueAsNumber)}
					/>
					<div class="flex justify-between text-2xs text-faint" aria-hidden="true">
						<span>Never</span>
						<span>As needed</span>
					</div>
				</div>
				<ul class="flex flex-col gap-3.5" aria-label="Share of questions that reached the cloud">
					<For each={cascade().asks}>{(ask) => <Share ask={ask} />}</For>
				</ul>
			</div>
		</div>
	);
}

function Share(props: { readonly ask: RoutedAskView }) {
	const app = useApp();
	const { agent } = useServices();
	const field = createId('share');
	const a = () => props.ask;
	const reached = () => a().reached;
	const part = (n: number) => (reached().questions === 0 ? 0 : (100 * n) / reached().questions);
	const turn = (value: string) =>
		void app.tries(() => agent.setDial(a().ask, value === 'all' ? undefined : (DIAL_STOPS[Number(value)] ?? null)));
	return (
		<li data-ask={a().ask}>
			<div class="flex items-center gap-2">
				<label for={field} class="min-w-0 flex-1 truncate text-[0.8125rem] font-medium">
					{ASK_WORDS[a().ask]}
				</label>
				<select
					id={field}
					class="field w-auto! py-1! text-xs!"
					aria-label={`${ASK_WORDS[a().ask]} that may reach the cloud`}
					value={a().own ? String(stopOf(a().dial)) : 'all'}
					onChange={(e) => turn(e.currentTarget.value)}
				>
					<option value="all" selected={!a().own}>
						As for all
					</option>
					<For each={DIAL_STOPS}>
						{(share, i) => (
							<option value={String(i())} selected={a().own && i() === stopOf(a().dial)}>
								{ownWords(share)}
							</option>
						)}
					</For>
				</select>
			</div>
			<div class="meter-track mt-1.5" aria-hidden="true">
				<div class="meter-fill bg-outside" style={{ width: `${part(reached().cloud)}%` }} />
				<Show when={a().dial !== null}>
					<div class="meter-mark" style={{ left: `${100 * (a().dial ?? 0)}%` }} />
				</Show>
			</div>
			<p class="num mt-1 text-2xs text-faint">
				<Show when={reached().questions > 0} fallback="No question has reached a model yet">
					{formatShare(reached().cloud, reached().questions)} of {plural(reached().questions, 'question')} reached the cloud,{' '}
					{formatShare(reached().local, reached().questions)} your network, {formatShare(reached().device, reached().questions)} this device
				</Show>
			</p>
		</li>
	);
}

/** Every kind of question with the models in the order in which they would be asked now. */
function Learnt() {
	const app = useApp();
	const { agent } = useServices();
	const asks = createMemo(() => app.shown.cascade.asks.filter((a) => a.kinds.length > 0));
	const [sure, setSure] = createSignal(false);
	const forget = () => void app.tries(() => agent.forgetRouting()).finally(() => setSure(false));
	return (
		<div class="panel">
			<div class="panel-head flex-wrap">
				<Route size={16} class="text-faint" aria-hidden="true" />
				<h4 class="panel-title">What was learnt about each model</h4>
				<div class="ml-auto flex gap-2">
					<Show
						when={sure()}
						fallback={
							<button type="button" class="btn btn-quiet" onClick={() => setSure(true)}>
								Forget all of it
							</button>
						}
					>
						<button type="button" class="btn btn-danger" onClick={forget}>
							Forget it: ask cheapest first
						</button>
						<button type="button" class="btn btn-quiet" onClick={() => setSure(false)}>
							Keep
						</button>
					</Show>
				</div>
			</div>
			<div class="divide-y divide-line">
				<For each={asks()}>{(ask) => <AskTable ask={ask} />}</For>
			</div>
			<p class="border-t border-line px-4 py-2.5 text-2xs text-faint">
				Each line is a crystal: it can be approved, retired and taken back under Crystals. “Right” counts answers that the game itself, an
				act’s effect or a better model confirmed.
			</p>
		</div>
	);
}

function AskTable(props: { readonly ask: RoutedAskView }) {
	const title = createId('ask');
	const a = () => props.ask;
	const calibrated = () => {
		const { n, error } = a().calibration;
		if (a().ask === 'narration') return 'Nothing checks a line beyond its form: usable is all that can be said of it.';
		if (error === null)
			return n === 0
				? 'No answer was checked yet.'
				: `${plural(n, 'answer')} checked; from twenty on it shows how well rightness is foretold.`;
		return `Rightness is foretold to within ${(100 * error).toFixed(0)} points on average, over the last ${plural(n, 'checked answer')}.`;
	};
	return (
		<section aria-labelledby={title} class="px-4 py-3">
			<h5 id={title} class="text-[0.8125rem] font-semibold">
				{ASK_WORDS[a().ask]}
			</h5>
			<p class="mt-0.5 text-xs text-muted">
				{calibrated()}
				<Show when={a().threshold}>
					{(threshold) => <> Answers less likely right than {(100 * threshold()).toFixed(0)} % go on to the cloud, as the share allows.</>}
				</Show>{' '}
				An answer is waited for {plural(a().patienceMs / 1000, 'second')} in all.
			</p>
			<table class="table num mt-2 table-fixed max-sm:block">
				<thead class="max-sm:sr-only">
					<tr>
						<th scope="col" class="w-[18%] pl-0!">
							Kind of question
						</th>
						<th scope="col">Model</th>
						<th scope="col" class="right w-[12%]">
							Usable
						</th>
						<th scope="col" class="right w-[12%]">
							Right
						</th>
						<th scope="col" class="right w-[9%]">
							Takes
						</th>
						<th scope="col" class="right w-[22%] pr-0!">
							Verdict
						</th>
					</tr>
				</thead>
				<tbody class="max-sm:block">
					<For each={a().kinds}>
						{(kind) => (
							<For each={kind.models}>
								{(model, i) => <ModelRow first={i() === 0} title={kindWords(a().ask, kind.key)} model={model} />}
							</For>
						)}
					</For>
				</tbody>
			</table>
		</section>
	);
}

function ModelRow(props: { readonly first: boolean; readonly title: string; readonly model: RoutedView }) {
	const m = () => props.model;
	const counted = (part: number, of: number) => (of === 0 ? '–' : `${part} of ${of}`);
	return (
		<tr
			data-routed={m().crystal}
			class="max-sm:grid max-sm:grid-cols-[1fr_auto] max-sm:border-b max-sm:border-line max-sm:py-2 max-sm:last:border-b-0"
		>
			<td class={`pl-0! font-medium break-words max-sm:col-span-2 max-sm:border-b-0! max-sm:p-0! ${props.first ? '' : 'max-sm:sr-only'}`}>
				<span class={props.first ? '' : 'sr-only'}>{props.title}</span>
			</td>
			<td class="max-sm:border-b-0! max-sm:p-0!">
				<span class="flex min-w-0 flex-wrap items-center gap-x-1.5 gap-y-0.5">
					<TierIcon tier={m().tier} size={14} />
					<span class="min-w-0 [overflow-wrap:anywhere]" title={tierLook(m().tier).word}>
						{m().model}
					</span>
					<Show when={m().simulated}>
						<span class="chip chip-warn" title="A scripted stand-in: this says nothing about a model">
							simulated
						</span>
					</Show>
				</span>
				<span class="text-2xs text-faint sm:hidden">
					{m().asked === 0 ? 'not asked here yet' : `${counted(m().usable, m().asked)} usable`}
					<Show when={m().checked > 0}>, {counted(m().right, m().checked)} right</Show>
					<Show when={m().medianMs !== null}>, {formatLatency(m().medianMs ?? 0)}</Show>
				</span>
				<Show when={m().claimed}>
					<span class="block text-2xs text-faint">from a pack: {m().claimed}</span>
				</Show>
			</td>
			<td class="right whitespace-nowrap max-sm:hidden!">{counted(m().usable, m().asked)}</td>
			<td class="right whitespace-nowrap max-sm:hidden!" title={m().checked === 0 ? 'No answer of it was checked' : undefined}>
				{counted(m().right, m().checked)}
			</td>
			<td
				class="right whitespace-nowrap max-sm:hidden!"
				title={
					m().waitMs === null
						? undefined
						: `Waited for ${formatLatency(m().waitMs ?? 0)} while another can be asked${m().usd > 0 ? `; ${formatUsd(m().usd)} so far` : ''}`
				}
			>
				{m().medianMs === null ? '–' : formatLatency(m().medianMs ?? 0)}
			</td>
			<td class="right pr-0! max-sm:border-b-0! max-sm:p-0! max-sm:text-right">
				<span
					class={`chip ${verdictTone(m())}`}
					title={`Usable and right with a chance of ${m().score.toFixed(2)}, at least ${m().floor.toFixed(2)}`}
				>
					{m().words}
				</span>
			</td>
		</tr>
	);
}
