// What is shown of a rule alone: its conditions against this moment, its evidence, what it came from, what it said before.
import { createSignal, For, Show } from 'solid-js';
import { formatDay, formatTime, plural } from '../primitives/format.ts';
import { Figure } from '../primitives/parts.tsx';
import { type AnswerView, type CrystalView, type RuleDetail, useServices } from '../services.ts';
import { useApp } from '../state.tsx';
import { Literals } from './literals.tsx';
import { Part } from './part.tsx';
import { RuleEditor } from './rule-editor.tsx';

const ORIGINS: Readonly<Record<string, string>> = {
	because: "a model's stated reasons",
	chain: "a model's free text",
	induced: 'many decisions, by induction',
	merged: 'several rules that were merged',
	hand: 'a person’s own words',
};

export function RuleParts(props: {
	readonly crystal: CrystalView;
	readonly rule: RuleDetail;
	readonly editing: boolean;
	readonly onEditing: (on: boolean) => void;
}) {
	const app = useApp();
	const { agent } = useServices();
	const r = () => props.rule;
	const fires = () => app.shown.live.firing.includes(props.crystal.id);
	const bringBack = (text: string) =>
		app.tries(async () => {
			const done = await agent.editRule(props.crystal.id, text);
			return done.ok ? '' : done.why;
		});
	return (
		<>
			<Part name="What it says">
				<Show
					when={props.editing}
					fallback={
						<>
							<p class={`mb-2 text-xs font-medium ${fires() ? 'text-good' : 'text-muted'}`}>
								{fires() ? 'Would fire now.' : 'Would not fire now.'}
							</p>
							<Literals when={r().when} unless={r().unless} then={r().then} />
						</>
					}
				>
					<RuleEditor id={props.crystal.id} name={props.crystal.name} text={r().text} onClose={() => props.onEditing(false)} />
				</Show>
			</Part>
			<Part name="Evidence">
				<dl class="grid grid-cols-3 gap-3 sm:grid-cols-4">
					<Figure label="Labels" value={String(r().labels)} />
					<Figure
						label="Episodes"
						value={String(r().episodes)}
						note={r().episodes >= 16 ? 'or more' : ''}
						title="Visits that gave labels"
					/>
					<Figure
						label="Last three"
						value={
							r()
								.last.map((harmful) => (harmful ? '✗' : '✓'))
								.join(' ') || '–'
						}
						title="✗ harmful, ✓ clean; newest last"
					/>
					<Figure label="Layer" value={r().layer} />
				</dl>
				<Show when={r().irreversible}>{(lack) => <p class="mt-2 text-xs text-warn">Never acts by itself yet: {lack()}.</p>}</Show>
			</Part>
			<Part name="Answers it came from">
				<p class="mb-2 text-xs text-muted">Made from {ORIGINS[r().origin] ?? r().origin}.</p>
				<Answers answers={r().from} />
			</Part>
			<Show when={r().earlier.length > 0}>
				<Part name="What it said before">
					<ul class="flex flex-col gap-2 text-xs" aria-label="Earlier versions">
						<For each={r().earlier.toReversed()}>
							{(version) => (
								<li class="flex flex-wrap items-start gap-2">
									<span class="num shrink-0 text-faint">{formatTime(version.at)}</span>
									<code class="min-w-0 flex-1 basis-48 font-mono break-words">{version.text}</code>
									<button type="button" class="btn btn-quiet" onClick={() => void bringBack(version.text)}>
										Bring back
									</button>
								</li>
							)}
						</For>
					</ul>
				</Part>
			</Show>
		</>
	);
}

/** Models' answers with their own words. */
export function Answers(props: { readonly answers: readonly AnswerView[] }) {
	const [all, setAll] = createSignal(false);
	const shown = () => (all() ? props.answers : props.answers.slice(0, 3));
	return (
		<>
			<ul class="flex flex-col gap-2 text-xs" aria-label="Answers">
				<For each={shown()} fallback={<li class="text-muted">No answer of a model is kept of it.</li>}>
					{(answer) => (
						<li class="border-l-2 border-line pl-2.5" data-answer={answer.entry}>
							<p class="num text-2xs text-faint">
								{formatDay(answer.at)}, entry {answer.entry}, {answer.who}
							</p>
							<p class="font-medium">{answer.act}</p>
							<Show when={answer.said} fallback={<p class="text-muted">It gave no words.</p>}>
								<blockquote class="break-words whitespace-pre-wrap text-muted">{answer.said}</blockquote>
							</Show>
						</li>
					)}
				</For>
			</ul>
			<Show when={!all() && props.answers.length > 3}>
				<button type="button" class="btn btn-quiet mt-2" onClick={() => setAll(true)}>
					Show {plural(props.answers.length - 3, 'more answer')}
				</button>
			</Show>
		</>
	);
}
