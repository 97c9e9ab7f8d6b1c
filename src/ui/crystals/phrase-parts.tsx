// What only phrases have: the line with its slots, what it was learnt from, what it said last, and a text to rewrite.
import { createSignal, For, Show } from 'solid-js';
import { formatTime } from '../primitives/format.ts';
import { Check, X } from '../primitives/icons.ts';
import { createId } from '../primitives/parts.tsx';
import { type CrystalView, type PhraseDetail, useServices } from '../services.ts';
import { closesOnEscape, Part } from './part.tsx';

export function PhraseParts(props: {
	readonly crystal: CrystalView;
	readonly phrase: PhraseDetail;
	readonly editing: boolean;
	readonly onEditing: (on: boolean) => void;
}) {
	return (
		<>
			<Part name={`What it says of “${props.phrase.event}”`}>
				<Show
					when={props.editing}
					fallback={
						<p class="text-base leading-relaxed">
							<For each={props.phrase.parts}>
								{(part) => (
									<Show when={part.slot} fallback={part.text}>
										<span class="rounded bg-sunken px-1.5 py-0.5 text-[0.875rem] font-medium text-accent" title={part.how || 'as it is'}>
											{part.text}
										</span>
									</Show>
								)}
							</For>
						</p>
					}
				>
					<PhraseEditor crystal={props.crystal} text={props.phrase.text} onClose={() => props.onEditing(false)} />
				</Show>
				<Show when={props.phrase.parts.some((part) => part.slot)}>
					<dl class="mt-3 grid grid-cols-[7rem_1fr] gap-x-2 gap-y-1 text-xs" aria-label="Slots">
						<For each={props.phrase.parts.filter((part) => part.slot)}>
							{(part) => (
								<>
									<dt class="truncate font-medium">{part.text}</dt>
									<dd class="text-muted">{part.how || 'as it is'}</dd>
								</>
							)}
						</For>
					</dl>
				</Show>
				<For each={props.phrase.open}>{(why) => <p class="mt-2 text-xs text-warn">It waits for a second line: {why}.</p>}</For>
				<For each={props.phrase.only}>{(only) => <p class="mt-2 text-xs text-muted">Its words fit alone {only}.</p>}</For>
			</Part>
			<div class="grid md:grid-cols-2 md:divide-x md:divide-line">
				<Part name="Its last lines">
					<ol class="flex flex-col gap-1 text-xs" aria-label="Last lines">
						<For each={props.phrase.said} fallback={<li class="text-muted">It has not spoken yet.</li>}>
							{(said) => (
								<li class="grid grid-cols-[4.5rem_1fr] gap-2">
									<span class="num text-faint">{formatTime(said.at)}</span>
									<span>{said.line}</span>
								</li>
							)}
						</For>
					</ol>
				</Part>
				<Part name="Learnt from">
					<ul class="flex flex-col gap-1 text-xs" aria-label="Examples">
						<For
							each={props.phrase.examples}
							fallback={<li class="text-muted">No line is kept: it was written by hand, or came from elsewhere.</li>}
						>
							{(line) => <li>{line}</li>}
						</For>
					</ul>
					<Show when={props.phrase.earlier.length > 0}>
						<p class="mt-2 text-2xs text-faint">It said before</p>
						<ol class="mt-1 flex flex-col gap-1 text-xs text-muted">
							<For each={props.phrase.earlier}>
								{(before) => (
									<li class="grid grid-cols-[4.5rem_1fr] gap-2">
										<span class="num text-faint">{formatTime(before.at)}</span>
										<span>{before.text}</span>
									</li>
								)}
							</For>
						</ol>
					</Show>
				</Part>
			</div>
		</>
	);
}

function PhraseEditor(props: { readonly crystal: CrystalView; readonly text: string; readonly onClose: () => void }) {
	const { agent } = useServices();
	const hint = createId('hint');
	const [text, setText] = createSignal(props.text);
	const [fault, setFault] = createSignal('');
	async function save(event: SubmitEvent): Promise<void> {
		event.preventDefault();
		const why = await agent.editPhrase(props.crystal.id, text());
		setFault(why);
		if (why === '') props.onClose();
	}
	return (
		<form
			class="flex flex-col gap-2"
			aria-label={`Rewrite ${props.crystal.name}`}
			onSubmit={(e) => void save(e)}
			onKeyDown={closesOnEscape(() => props.onClose())}
		>
			<textarea
				ref={(field) => queueMicrotask(() => field.focus())}
				class="field min-h-20! py-2! text-sm leading-relaxed"
				aria-label="Text of the phrase"
				aria-invalid={fault() !== ''}
				aria-describedby={hint}
				rows={2}
				maxLength={300}
				value={text()}
				onInput={(e) => {
					setFault('');
					setText(e.currentTarget.value);
				}}
			/>
			<Show when={fault()}>
				<p role="alert" class="text-xs font-medium text-danger">
					{fault()}
				</p>
			</Show>
			<p id={hint} class="text-2xs text-muted">
				A slot is written {'{name}'}, and {'{name:words:capital}'} says how its value stands there; {'{"potion"~count}'} follows a number.
				It is tried in silence before it speaks again.
			</p>
			<div class="flex gap-2">
				<button type="submit" class="btn btn-primary">
					<Check size={14} aria-hidden="true" /> Save
				</button>
				<button type="button" class="btn" onClick={() => props.onClose()}>
					<X size={14} aria-hidden="true" /> Cancel
				</button>
			</div>
		</form>
	);
}
