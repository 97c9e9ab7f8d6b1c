// Who was met, and how they stand: a bar from hostile to friendly, and what moved it last.
import { createMemo, For, Show } from 'solid-js';
import { formatTime } from '../primitives/format.ts';
import type { CrystalView } from '../services.ts';
import { HAPPENED, peopleIn, type PersonShown } from './folk.ts';
import { aboutState, STATES } from './shelf.ts';

export function People(props: {
	readonly crystals: readonly CrystalView[];
	/** Milliseconds since 1970. */
	readonly now: number;
	readonly openId: string;
	readonly onOpen: (id: string, from: HTMLElement) => void;
}) {
	const people = createMemo(() => peopleIn(props.crystals, props.now));
	return (
		<ul class="flex min-w-0 flex-col gap-2" aria-label="People">
			<For each={people()} fallback={<li class="panel px-3.5 py-4 text-muted">Nobody of whom anything is known.</li>}>
				{(person) => <Person person={person} open={person.crystal.id === props.openId} onOpen={props.onOpen} />}
			</For>
		</ul>
	);
}

function Person(props: { readonly person: PersonShown; readonly open: boolean; readonly onOpen: (id: string, from: HTMLElement) => void }) {
	const c = () => props.person.crystal;
	const last = () => c().person?.history.at(-1);
	return (
		<li
			class={`panel relative grid gap-x-4 gap-y-1 px-3.5 py-2.5 hover:bg-hover sm:grid-cols-[minmax(0,1fr)_14rem_auto] sm:items-center ${props.open ? 'edge-accent' : ''}`}
			data-crystal={c().id}
			data-state={c().state}
		>
			<div class="min-w-0">
				<h3 class="truncate text-[0.8125rem] font-semibold">
					<button
						type="button"
						class="block max-w-full truncate text-left after:absolute after:inset-0 after:rounded-xl"
						aria-expanded={props.open}
						aria-label={`Details of ${c().name}`}
						onClick={(e) => props.onOpen(c().id, e.currentTarget)}
					>
						{c().name}
						<Show when={c().person?.faction}>{(faction) => <span class="font-normal text-muted"> of {faction()}</span>}</Show>
					</button>
				</h3>
				<p class="truncate text-xs text-muted">
					<Show when={last()} fallback="nothing happened yet">
						{(change) => (
							<>
								<span class="num">{formatTime(change().at)}</span> {HAPPENED[change().by]}: {change().why}
							</>
						)}
					</Show>
				</p>
			</div>
			<Attitude value={props.person.attitude} word={props.person.word} name={c().name} />
			<span class={`chip justify-self-start ${STATES[c().state].tone}`} title={aboutState(c())}>
				{c().state}
			</span>
		</li>
	);
}

/** From hostile at the left to friendly at the right, with nothing in the middle. */
export function Attitude(props: { readonly value: number; readonly word: string; readonly name: string }) {
	const part = () => 50 * Math.abs(props.value);
	return (
		<div class="flex items-center gap-2">
			<div
				class="relative h-2 min-w-24 flex-1 rounded-full bg-sunken"
				role="meter"
				aria-label={`Attitude of ${props.name}`}
				aria-valuemin={-1}
				aria-valuemax={1}
				aria-valuenow={props.value}
				aria-valuetext={`${props.word}, ${props.value.toFixed(2)}`}
			>
				<span
					class={`absolute inset-y-0 rounded-full ${props.value < 0 ? 'bg-danger' : 'bg-good'}`}
					style={props.value < 0 ? { right: '50%', width: `${part()}%` } : { left: '50%', width: `${part()}%` }}
				/>
				<span class="absolute inset-y-[-2px] left-1/2 w-px bg-line-strong" />
			</div>
			<span class="num w-24 shrink-0 text-xs">
				{props.word} <span class="text-faint">{props.value.toFixed(2)}</span>
			</span>
		</div>
	);
}
