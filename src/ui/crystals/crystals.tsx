// The gallery: every crystal with its picture, what was refused, and the way back from what a person changed.
import { createEffect, createMemo, createSignal, For, Match, Show, Switch } from 'solid-js';
import { formatTime, plural } from '../primitives/format.ts';
import { Gem, Search, Undo2 } from '../primitives/icons.ts';
import { createId, Empty, Segmented } from '../primitives/parts.tsx';
import { type CrystalView, useServices } from '../services.ts';
import { useApp } from '../state.tsx';
import { Detail } from './detail.tsx';
import { CrystalPicture } from './pictures.tsx';
import { NineRows } from './nine-rows.tsx';
import { People } from './people.tsx';
import { QuestLog } from './quest-log.tsx';
import { Rules } from './rules.tsx';
import { SkillInput } from './skill-input.tsx';
import { crystalKinds, crystalStates, type Filter, inOrder, isShown, STATES } from './shelf.ts';

/** The tab beside the kinds that lists what was not learnt. */
const REFUSED = 'refused';
/** And the one that has all kinds in one table. */
const NINE_ROWS = 'nine rows';

export function Crystals() {
	const app = useApp();
	const { agent } = useServices();
	const title = createId('page');
	const [filter, setFilter] = createSignal<Filter>({ kind: 'all', state: 'any', search: '' });
	const [openId, setOpenId] = createSignal('');
	const gallery = () => app.shown.gallery;
	const tabs = createMemo(() => {
		const [all, ...kinds] = crystalKinds(app.shown.crystals);
		return [
			...(all === undefined ? [] : [all]),
			{ value: NINE_ROWS, label: 'In one table' },
			...kinds,
			{ value: REFUSED, label: 'Refused', count: gallery().refused.length },
		];
	});
	const states = createMemo(() => crystalStates(app.shown.crystals));
	const shown = createMemo(() => inOrder(app.shown.crystals.filter((c) => isShown(c, filter()))));
	const open = createMemo(() => app.shown.crystals.find((c) => c.id === openId()));
	const autonomous = () => app.shown.crystals.filter((c) => c.state === 'autonomous').length;
	/** Kinds that are shown as what they are together. */
	const whole = () => ['rule', 'quest', 'person'].includes(filter().kind);
	/** Milliseconds since 1970, of the moment shown: moods wear off while nobody touches anything. */
	const now = createMemo(() => (void Math.floor(app.shown.live.playedMs / 5000), Date.now()));
	const openOne = (id: string, from: HTMLElement) => {
		last = from;
		setOpenId(id === openId() ? '' : id);
	};
	/** A tab beside the kinds. */
	const beside = () => [REFUSED, NINE_ROWS].includes(filter().kind);
	const change = (part: Partial<Filter>) => setFilter((old) => ({ ...old, ...part }));
	const undo = () => void app.tries(() => agent.undoByHand());
	let last: HTMLElement | undefined;
	function close(): void {
		setOpenId('');
		last?.focus();
	}
	createEffect(() => beside() && setOpenId(''));
	return (
		<section
			aria-labelledby={title}
			class="mx-auto flex w-full max-w-[88rem] flex-col gap-4 p-3 md:p-6"
			onKeyDown={(e) => {
				const typing = e.target instanceof HTMLTextAreaElement || (e.target instanceof HTMLInputElement && e.target.type !== 'range');
				if (e.key.toLowerCase() !== 'z' || !(e.ctrlKey || e.metaKey) || e.shiftKey || typing || gallery().undo === '') return;
				e.preventDefault();
				undo();
			}}
		>
			<div class="flex flex-wrap items-end gap-x-4 gap-y-3">
				<div class="min-w-0 flex-1 basis-72">
					<h2 id={title} class="text-xl font-semibold tracking-tight">
						Crystals
					</h2>
					<p class="mt-1 max-w-2xl text-muted">
						What model answers have been turned into. Each can be read, tried, corrected, approved, pinned and retired; every change can be
						undone.
					</p>
				</div>
				<Show when={app.active()}>
					<SkillInput />
				</Show>
				<Show when={gallery().undo !== ''}>
					<button
						type="button"
						class="btn max-w-full"
						onClick={undo}
						title={`${plural(gallery().undoable, 'change')} can be taken back, Ctrl+Z`}
					>
						<Undo2 size={14} class="shrink-0" aria-hidden="true" />
						<span class="truncate">Undo: {gallery().undo}</span>
					</button>
				</Show>
			</div>
			<Show when={app.shown.crystals.length > 0 || gallery().refused.length > 0} fallback={<None />}>
				<div class={`flex flex-wrap items-center gap-x-3 gap-y-2 ${open() ? 'max-lg:hidden' : ''}`}>
					<Segmented label="Kind of crystal" value={filter().kind} choices={tabs()} onChange={(kind) => change({ kind })} />
					<Show when={!beside()}>
						<select
							class="field w-auto!"
							aria-label="State"
							value={filter().state}
							onChange={(e) => change({ state: e.currentTarget.value as Filter['state'] })}
						>
							<option value="any">Any state</option>
							<For each={states()}>
								{({ state, count }) => (
									<option value={state}>
										{state} ({count})
									</option>
								)}
							</For>
						</select>
						<div class="relative min-w-40 flex-1 basis-40 sm:max-w-64">
							<Search size={14} class="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-faint" aria-hidden="true" />
							<input
								type="search"
								class="field pl-8!"
								placeholder="Search by name"
								aria-label="Search crystals"
								value={filter().search}
								onInput={(e) => change({ search: e.currentTarget.value })}
							/>
						</div>
						<span class="num text-xs text-muted">
							{autonomous()} of {plural(app.shown.crystals.length, 'crystal')} answer on their own
						</span>
					</Show>
				</div>
				<Show when={filter().kind === 'skill' && app.active()}>
					<p class="max-w-4xl text-xs text-muted">
						Skills come from models' plans, from what went well three times, from a SKILL.md, and from your own hands: take the controls and
						I watch. That last way needs the companion, for a page is shown the picture of another window, never what is pressed in it.
					</p>
				</Show>
				<Show when={!beside()} fallback={filter().kind === REFUSED ? <Refused /> : <NineRows />}>
					<div class={open() ? `grid items-start gap-4 ${whole() ? 'lg:grid-cols-2' : 'lg:grid-cols-[19rem_minmax(0,1fr)]'}` : ''}>
						<Show
							when={!whole()}
							fallback={
								<div
									class={
										open() ? 'min-w-0 max-lg:hidden lg:sticky lg:top-3 lg:max-h-[calc(100dvh-6rem)] lg:overflow-y-auto lg:p-0.5' : 'min-w-0'
									}
								>
									<Switch>
										<Match when={filter().kind === 'rule'}>
											<Rules rules={shown()} openId={openId()} onOpen={openOne} />
										</Match>
										<Match when={filter().kind === 'quest'}>
											<QuestLog crystals={shown()} openId={openId()} onOpen={openOne} />
										</Match>
										<Match when={filter().kind === 'person'}>
											<People crystals={shown()} now={now()} openId={openId()} onOpen={openOne} />
										</Match>
									</Switch>
								</div>
							}
						>
							<ul
								aria-label="Crystals shown"
								class={
									open()
										? 'grid grid-cols-1 gap-2 max-lg:hidden lg:sticky lg:top-3 lg:max-h-[calc(100dvh-6rem)] lg:overflow-y-auto lg:p-0.5'
										: 'grid grid-cols-[repeat(auto-fill,minmax(17rem,1fr))] gap-2'
								}
							>
								<For each={shown()} fallback={<li class="px-1 py-4 text-muted">No crystal is like that.</li>}>
									{(crystal) => <Card crystal={crystal} open={crystal.id === openId()} onOpen={(from) => openOne(crystal.id, from)} />}
								</For>
							</ul>
						</Show>
						<Show when={open()}>{(crystal) => <Detail crystal={crystal()} onClose={close} />}</Show>
					</div>
				</Show>
			</Show>
		</section>
	);
}

function None() {
	const app = useApp();
	return (
		<div class="panel flex">
			<Empty
				icon={<Gem size={18} />}
				title="No crystals yet"
				action={
					<button type="button" class="btn" onClick={() => app.setView('play')}>
						Go to play
					</button>
				}
			>
				The first ones appear seconds after play starts: each answer of a model leaves one.
			</Empty>
		</div>
	);
}

function Card(props: { readonly crystal: CrystalView; readonly open: boolean; readonly onOpen: (from: HTMLElement) => void }) {
	const c = () => props.crystal;
	return (
		<li
			data-crystal={c().id}
			data-state={c().state}
			class={`panel relative flex items-center gap-3 p-2.5 transition-colors hover:bg-hover ${props.open ? 'edge-accent' : ''}`}
		>
			<CrystalPicture crystal={c()} class={`size-14 ${c().state === 'retired' ? 'opacity-50 grayscale' : ''}`} />
			<div class="min-w-0 flex-1">
				<div class="flex items-center gap-2">
					<h3 class="min-w-0 truncate text-[0.8125rem] font-semibold">
						<button
							type="button"
							class="block max-w-full truncate text-left after:absolute after:inset-0 after:rounded-xl"
							aria-expanded={props.open}
							aria-label={`Details of ${c().name}`}
							title={c().name}
							onClick={(e) => props.onOpen(e.currentTarget)}
						>
							{c().name}
						</button>
					</h3>
					<span class={`chip shrink-0 ${STATES[c().state].tone}`} title={STATES[c().state].about}>
						{c().state}
					</span>
				</div>
				<p class="num mt-0.5 truncate text-xs text-muted">
					{c().kind} · {c().score.toFixed(2)} sure · used {c().used}
				</p>
				<p class="truncate text-2xs text-faint" title={c().why}>
					{c().why}
				</p>
			</div>
		</li>
	);
}

function Refused() {
	const app = useApp();
	return (
		<ul class="panel divide-y divide-line" aria-label="Refused">
			<For
				each={app.shown.gallery.refused}
				fallback={<li class="px-3.5 py-4 text-muted">Nothing that a model named was refused in this session.</li>}
			>
				{(refusal) => (
					<li class="grid gap-x-4 gap-y-0.5 px-3.5 py-2.5 text-xs sm:grid-cols-[14rem_1fr_auto]" data-refused={refusal.what}>
						<p class="font-semibold break-words">{refusal.what}</p>
						<p class="text-muted">{refusal.why}</p>
						<p class="num text-2xs text-faint sm:text-right">
							{refusal.times > 1 ? `${refusal.times} times, last ` : ''}
							{formatTime(refusal.at)}, entry {refusal.entry}
							<br />
							{refusal.model}
						</p>
					</li>
				)}
			</For>
		</ul>
	);
}
