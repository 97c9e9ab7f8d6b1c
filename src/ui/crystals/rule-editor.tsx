// A rule's text, rewritten. While it is typed it is read as the agent would read it, and a fault is shown at its place.
import { createEffect, createResource, createSignal, on, onCleanup, onMount, Show } from 'solid-js';
import { TriangleAlert } from '../primitives/icons.ts';
import { createId } from '../primitives/parts.tsx';
import { type RuleTrial, useServices } from '../services.ts';
import { Literals } from './literals.tsx';
import { closesOnEscape } from './part.tsx';
import { placeIn } from './rule-list.ts';

/** After the last key. */
const TRY_MS = 200;

export function RuleEditor(props: { readonly id: string; readonly name: string; readonly text: string; readonly onClose: () => void }) {
	const { agent } = useServices();
	const told = createId('fault');
	const hint = createId('hint');
	const [text, setText] = createSignal(props.text);
	const [settled, setSettled] = createSignal(props.text);
	const [refused, setRefused] = createSignal('');
	let field!: HTMLTextAreaElement;
	let timer: ReturnType<typeof setTimeout> | undefined;
	onMount(() => field.focus());
	onCleanup(() => clearTimeout(timer));
	createEffect(
		on(text, (now) => {
			clearTimeout(timer);
			timer = setTimeout(() => setSettled(now), TRY_MS);
		}),
	);
	const [trial] = createResource(settled, (now) => agent.tryRule(now));
	const fault = (): Extract<RuleTrial, { ok: false }> | undefined => {
		const now = trial.latest;
		return now !== undefined && !now.ok && settled() === text() ? now : undefined;
	};
	const good = () => {
		const now = trial.latest;
		return now?.ok === true ? now : undefined;
	};
	const place = () => placeIn(text(), fault()?.at ?? 0);
	async function save(): Promise<void> {
		const done = await agent.editRule(props.id, text());
		if (done.ok) props.onClose();
		else {
			setRefused(done.why);
			if (done.at !== undefined) goTo(done.at);
		}
	}
	function goTo(at: number): void {
		field.focus();
		field.setSelectionRange(at, Math.min(text().length, at + 1));
	}
	return (
		<form
			class="flex flex-col gap-2"
			aria-label={`Rewrite ${props.name}`}
			onSubmit={(e) => {
				e.preventDefault();
				void save();
			}}
			onKeyDown={closesOnEscape(() => props.onClose())}
		>
			<textarea
				ref={field}
				class="field min-h-28! py-2! font-mono text-xs leading-relaxed"
				aria-label="Text of the rule"
				aria-invalid={fault() !== undefined}
				aria-describedby={`${told} ${hint}`}
				spellcheck={false}
				rows={4}
				value={text()}
				onInput={(e) => {
					setRefused('');
					setText(e.currentTarget.value);
				}}
				onKeyDown={(e) => {
					if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
						e.preventDefault();
						void save();
					}
				}}
			/>
			<div id={told} role="status" data-fault={fault() === undefined ? undefined : ''}>
				<Show when={fault()}>
					{(found) => (
						<div class="rounded-lg border border-line bg-sunken p-2.5 text-xs">
							<p class="flex items-start gap-1.5 text-danger">
								<TriangleAlert size={14} class="mt-0.5 shrink-0" aria-hidden="true" />
								<span>
									Line {place().line}, column {place().column}: {found().why}.
								</span>
							</p>
							<pre class="mt-1.5 font-mono leading-relaxed break-words whitespace-pre-wrap">
								{place().before}
								<mark class="rounded-sm bg-danger px-0.5 text-surface">{place().at || '…'}</mark>
								{place().after}
							</pre>
							<button type="button" class="btn btn-quiet mt-1" onClick={() => goTo(found().at)}>
								Go there
							</button>
						</div>
					)}
				</Show>
				<Show when={refused()}>
					<p class="text-xs text-danger">{refused()}</p>
				</Show>
			</div>
			<Show when={fault() === undefined ? good() : undefined}>
				{(now) => (
					<div class="rounded-lg border border-line bg-sunken p-2.5">
						<p class={`mb-1.5 text-xs font-medium ${now().fires ? 'text-good' : 'text-muted'}`}>
							{now().fires ? 'Its condition holds now.' : 'Its condition does not hold now.'}
						</p>
						<Literals when={now().when} unless={now().unless} then={now().then} />
					</div>
				)}
			</Show>
			<p id={hint} class="text-2xs text-faint">
				It goes back to shadow and has to prove itself anew with four clean labels. What it said before is kept and can be brought back.
				Ctrl+Enter saves, Escape leaves it as it was.
			</p>
			<div class="flex flex-wrap gap-2">
				<button type="submit" class="btn btn-primary" disabled={fault() !== undefined || text() === props.text}>
					Save the rule
				</button>
				<button type="button" class="btn" onClick={() => props.onClose()}>
					Cancel
				</button>
			</div>
		</form>
	);
}
