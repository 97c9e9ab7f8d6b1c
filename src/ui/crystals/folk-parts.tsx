// What is shown of a quest's text or of somebody alone: as read, as understood, what moved it, and how to put it right.
import { createEffect, createSignal, For, on, Show } from 'solid-js';
import { attitudeAt } from '../../core/crystals/person/apply.ts';
import { attitudeWord, type PersonData } from '../../core/crystals/person/schema.ts';
import { doneText, type QuestData } from '../../core/crystals/quest/schema.ts';
import { formatDay, formatTime } from '../primitives/format.ts';
import { Field, Figure } from '../primitives/parts.tsx';
import { type CrystalView, useServices } from '../services.ts';
import { useApp } from '../state.tsx';
import { HAPPENED, QUEST_STATES } from './folk.ts';
import { closesOnEscape, Part } from './part.tsx';
import { Attitude } from './people.tsx';

const FIELDS = [
	['quest', 'Quest'],
	['stage', 'Stage'],
	['objective', 'Objective'],
	['giver', 'Given by'],
	['place', 'Place'],
] as const;

export function QuestParts(props: {
	readonly crystal: CrystalView;
	readonly quest: QuestData;
	readonly editing: boolean;
	readonly onEditing: (on: boolean) => void;
}) {
	const q = () => props.quest;
	return (
		<>
			<Part name="As read">
				<ul class="flex flex-col gap-1.5">
					<For each={q().texts}>
						{(text) => (
							<li class="max-h-40 overflow-y-auto border-l-2 border-line pl-2 text-xs break-words whitespace-pre-wrap">“{text}”</li>
						)}
					</For>
				</ul>
				<p class="mt-2 text-2xs text-faint">
					Read as {q().fact}
					<Show when={q().speaker}>{(who) => <>, said by {who()}</>}</Show>. It is never asked about again, small mistakes of the reader
					included.
				</p>
			</Part>
			<Part name="What it says">
				<Show when={props.editing} fallback={<Understood quest={q()} />}>
					<QuestEditor crystal={props.crystal} quest={q()} onClose={() => props.onEditing(false)} />
				</Show>
			</Part>
			<Show when={q().says !== null}>
				<Part name="How far it is">
					<dl class="grid grid-cols-3 gap-3">
						<Figure label="Now" value={QUEST_STATES[q().progress.state].word} title={q().progress.why} />
						<Figure label="Begun" value={String(q().progress.begun)} note={q().progress.begun === 1 ? 'time' : 'times'} />
						<Figure label="Done" value={String(q().progress.ended)} note={q().progress.ended === 1 ? 'time' : 'times'} />
					</dl>
					<p class="mt-2 text-xs text-muted">
						<span class="num">{formatTime(q().progress.at)}</span> {q().progress.why}
					</p>
				</Part>
			</Show>
		</>
	);
}

function Understood(props: { readonly quest: QuestData }) {
	const rows = () => FIELDS.flatMap(([field, label]) => (props.quest.says?.[field] ? [{ label, value: props.quest.says[field] }] : []));
	const done = () => (props.quest.says === null ? '' : doneText(props.quest.says.done));
	return (
		<Show when={props.quest.says !== null} fallback={<p class="text-xs">It speaks of no quest.</p>}>
			<dl class="grid grid-cols-[6rem_minmax(0,1fr)] gap-x-3 gap-y-1 text-xs">
				<For each={rows()}>
					{(row) => (
						<>
							<dt class="text-faint">{row.label}</dt>
							<dd class="break-words">{row.value}</dd>
						</>
					)}
				</For>
				<dt class="text-faint">Its end</dt>
				<dd class="break-words">{done() || 'told by a later text'}</dd>
			</dl>
		</Show>
	);
}

function QuestEditor(props: { readonly crystal: CrystalView; readonly quest: QuestData; readonly onClose: () => void }) {
	const { agent } = useServices();
	const [values, setValues] = createSignal<Readonly<Record<string, string>>>({ ...(props.quest.says as object) });
	const [refused, setRefused] = createSignal('');
	const value = (field: string) => values()[field] ?? '';
	async function save(none: boolean): Promise<void> {
		const optional = (field: 'giver' | 'place') => (value(field).trim() === '' ? {} : { [field]: value(field).trim() });
		const why = await agent.editQuest(
			props.crystal.id,
			none
				? null
				: {
						quest: value('quest').trim(),
						stage: value('stage').trim(),
						objective: value('objective').trim(),
						...optional('giver'),
						...optional('place'),
					},
		);
		if (why === '') props.onClose();
		else setRefused(why);
	}
	return (
		<form
			class="grid gap-2 sm:grid-cols-2"
			aria-label={`Correct ${props.crystal.name}`}
			onSubmit={(e) => {
				e.preventDefault();
				void save(false);
			}}
			onKeyDown={closesOnEscape(() => props.onClose())}
		>
			<For each={FIELDS}>
				{([field, label]) => (
					<Field label={label} class={field === 'objective' ? 'sm:col-span-2' : ''}>
						{(id) => (
							<input
								id={id}
								class="field"
								value={value(field)}
								maxlength={field === 'objective' ? 300 : field === 'stage' ? 64 : 80}
								onInput={(e) => {
									setRefused('');
									setValues({ ...values(), [field]: e.currentTarget.value });
								}}
							/>
						)}
					</Field>
				)}
			</For>
			<p role="status" class="text-xs text-danger sm:col-span-2">
				{refused()}
			</p>
			<div class="flex flex-wrap gap-2 sm:col-span-2">
				<button type="submit" class="btn btn-primary">
					Save
				</button>
				<button type="button" class="btn" onClick={() => void save(true)}>
					It speaks of no quest
				</button>
				<button type="button" class="btn" onClick={() => props.onClose()}>
					Cancel
				</button>
			</div>
		</form>
	);
}

export function PersonParts(props: { readonly crystal: CrystalView; readonly person: PersonData; readonly now: number }) {
	const app = useApp();
	const { agent } = useServices();
	const p = () => props.person;
	const now = () => attitudeAt(p(), props.now);
	const [chosen, setChosen] = createSignal(now());
	createEffect(on([() => props.crystal.id, () => p().at], () => setChosen(now())));
	return (
		<>
			<Part name="How they stand">
				<Attitude value={now()} word={attitudeWord(now())} name={props.crystal.name} />
				<form
					class="mt-3 flex flex-wrap items-center gap-2"
					aria-label={`Set the attitude of ${props.crystal.name}`}
					onSubmit={(e) => {
						e.preventDefault();
						void app.tries(() => agent.setAttitude(props.crystal.id, chosen()));
					}}
				>
					<input
						type="range"
						class="min-w-32 flex-1 accent-[var(--accent-fill)]"
						min={-1}
						max={1}
						step={0.05}
						aria-label="Attitude"
						aria-valuetext={`${attitudeWord(chosen())}, ${chosen().toFixed(2)}`}
						value={chosen()}
						onInput={(e) => setChosen(Number(e.currentTarget.value))}
					/>
					<span class="num w-12 text-xs">{chosen().toFixed(2)}</span>
					<button type="submit" class="btn" disabled={props.crystal.state === 'retired' || chosen() === now()}>
						Set
					</button>
				</form>
				<p class="mt-2 text-2xs text-faint">
					From −1, hostile, to 1, friendly. Blows and gifts move it and wear off; an attack on who is not below 0 counts as an act that
					cannot be undone.
				</p>
			</Part>
			<Part name="What moved it">
				<ol class="flex flex-col gap-1.5 text-xs" aria-label="What moved it">
					<For each={p().history.toReversed()} fallback={<li class="text-muted">Nothing yet.</li>}>
						{(change) => (
							<li class="grid grid-cols-[4.5rem_6.5rem_minmax(0,1fr)] gap-2">
								<span class="num text-faint" title={formatDay(change.at)}>
									{formatTime(change.at)}
								</span>
								<span class="num">
									{change.from.toFixed(2)} → {change.to.toFixed(2)}
								</span>
								<span class="min-w-0 break-words">
									<span class="text-muted">{HAPPENED[change.by]}:</span> {change.why}
								</span>
							</li>
						)}
					</For>
				</ol>
			</Part>
			<Show when={p().heard.length > 0}>
				<Part name="What they said">
					<ul class="flex flex-col gap-1.5 text-xs" aria-label="What they said">
						<For each={p().heard.toReversed()}>
							{(heard) => (
								<li class="border-l-2 border-line pl-2">
									<span class="break-words">“{heard.texts[0]?.slice(0, 400)}”</span>
									<span class="num text-muted">
										{' '}
										{heard.attitude.toFixed(2)}, entry {heard.entry}
									</span>
								</li>
							)}
						</For>
					</ul>
				</Part>
			</Show>
		</>
	);
}
