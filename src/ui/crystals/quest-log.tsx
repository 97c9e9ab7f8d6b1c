// The quest log: what is open with its stages, what is done, and the texts it all was read in.
import { createMemo, For, type JSX, Show } from 'solid-js';
import { formatTime, plural } from '../primitives/format.ts';
import { Check } from '../primitives/icons.ts';
import type { CrystalView } from '../services.ts';
import { otherTexts, QUEST_STATES, type QuestShown, questsIn } from './folk.ts';
import { aboutState, STATES } from './shelf.ts';

interface Props {
	readonly crystals: readonly CrystalView[];
	readonly openId: string;
	readonly onOpen: (id: string, from: HTMLElement) => void;
}

export function QuestLog(props: Props) {
	const log = createMemo(() => questsIn(props.crystals));
	const others = createMemo(() => otherTexts(props.crystals));
	const open = () => log().filter(({ state }) => state === 'open').length;
	return (
		<div class="flex min-w-0 flex-col gap-3">
			<p class="num text-xs text-muted" role="status">
				{plural(open(), 'quest')} open, {log().length - open()} done or known
			</p>
			<ul class="flex flex-col gap-3" aria-label="Quest log">
				<For each={log()} fallback={<li class="panel px-3.5 py-4 text-muted">No text that was read so far speaks of a quest.</li>}>
					{(quest) => <Quest quest={quest} openId={props.openId} onOpen={props.onOpen} />}
				</For>
			</ul>
			<Show when={others().length > 0}>
				<details class="panel">
					<summary class="cursor-pointer px-3.5 py-2.5 text-xs font-medium">{plural(others().length, 'text')} without a quest</summary>
					<ul class="divide-y divide-line border-t border-line" aria-label="Texts that tell of no quest">
						<For each={others()}>
							{(crystal) => (
								<li class="relative px-3.5 py-2 text-xs hover:bg-hover" data-crystal={crystal.id} data-state={crystal.state}>
									<Opens crystal={crystal} openId={props.openId} onOpen={props.onOpen}>
										“{crystal.quest?.texts[0]}”
									</Opens>
								</li>
							)}
						</For>
					</ul>
				</details>
			</Show>
		</div>
	);
}

function Quest(props: { readonly quest: QuestShown; readonly openId: string; readonly onOpen: Props['onOpen'] }) {
	const state = () => QUEST_STATES[props.quest.state];
	const giver = () => props.quest.stages.map(({ quest }) => quest?.says?.giver).find(Boolean);
	return (
		<li class="panel" data-quest={props.quest.quest} data-progress={props.quest.state}>
			<div class="panel-head">
				<h3 class="panel-title min-w-0 truncate" title={props.quest.quest}>
					{props.quest.quest}
				</h3>
				<Show when={giver()}>{(who) => <span class="min-w-0 truncate text-xs text-muted">given by {who()}</span>}</Show>
				<span class={`chip ml-auto shrink-0 ${state().tone}`} title={state().about}>
					{state().word}
				</span>
			</div>
			<ol class="flex flex-col" aria-label={`Stages of ${props.quest.quest}`}>
				<For each={props.quest.stages}>
					{(crystal) => {
						const q = () => crystal.quest;
						return (
							<li
								class={`relative grid grid-cols-[1.5rem_minmax(0,1fr)_auto] gap-x-2 border-t border-line px-3.5 py-2.5 hover:bg-hover ${crystal.id === props.openId ? 'bg-sunken' : ''}`}
								data-crystal={crystal.id}
								data-state={crystal.state}
								data-progress={q()?.progress.state}
							>
								<span
									class={`mt-0.5 grid size-5 place-items-center rounded-full border text-2xs font-semibold ${
										q()?.progress.state === 'open'
											? 'border-accent text-accent'
											: q()?.progress.state === 'done'
												? 'border-good text-good'
												: 'border-line text-muted'
									}`}
									aria-hidden="true"
								>
									<Show when={q()?.progress.state === 'done'} fallback={q()?.says?.stage.slice(0, 2) || '·'}>
										<Check size={12} />
									</Show>
								</span>
								<div class="min-w-0">
									<Opens crystal={crystal} openId={props.openId} onOpen={props.onOpen}>
										{q()?.says?.objective || q()?.texts[0]}
									</Opens>
									<p class="mt-0.5 text-xs text-muted">
										<Show when={q()?.says?.place}>{(place) => <>at {place()} · </>}</Show>
										{QUEST_STATES[q()?.progress.state ?? 'told'].word}
										<Show when={(q()?.progress.begun ?? 0) > 0}>
											{' '}
											since <span class="num">{formatTime(q()?.progress.at ?? 0)}</span>: {q()?.progress.why}
										</Show>
									</p>
									<blockquote class="mt-1 border-l-2 border-line pl-2 text-xs break-words text-muted">
										“{q()?.texts[0]}”<Show when={q()?.speaker}>{(who) => <cite class="text-faint not-italic"> {who()}</cite>}</Show>
									</blockquote>
								</div>
								<span class={`chip shrink-0 self-start ${STATES[crystal.state].tone}`} title={aboutState(crystal)}>
									{crystal.state}
								</span>
							</li>
						);
					}}
				</For>
			</ol>
		</li>
	);
}

/** A line that opens its crystal. */
function Opens(props: {
	readonly crystal: CrystalView;
	readonly openId: string;
	readonly onOpen: Props['onOpen'];
	readonly children: JSX.Element;
}) {
	return (
		<button
			type="button"
			class="block max-w-full text-left text-[0.8125rem] font-medium break-words after:absolute after:inset-0"
			aria-expanded={props.crystal.id === props.openId}
			aria-label={`Details of ${props.crystal.name}`}
			onClick={(e) => props.onOpen(props.crystal.id, e.currentTarget)}
		>
			{props.children}
		</button>
	);
}
