// The same for the third time: one card at a time, over every view, until it is answered.
import { createEffect, createMemo, createSignal, For, Show } from 'solid-js';
import { formatTime, plural } from '../../core/figures.ts';
import { editableText } from '../../core/strikes/draft.ts';
import { Check, Repeat, X } from '../primitives/icons.ts';
import { createId } from '../primitives/parts.tsx';
import { type StrikeView, useServices } from '../services.ts';
import { useApp } from '../state.tsx';

const SHOWN_REPEATS = 3;

export function Strikes() {
	const app = useApp();
	/** Its place in the list may change; it does not. */
	const first = createMemo(() => app.shown.strikes[0]?.key);
	const strike = () => app.shown.strikes.find((s) => s.key === first());
	return <Show when={strike()}>{(one) => <Card strike={one()} more={app.shown.strikes.length - 1} />}</Show>;
}

function Card(props: { readonly strike: StrikeView; readonly more: number }) {
	const { agent } = useServices();
	const title = createId('strike');
	const field = createId('draft');
	const [text, setText] = createSignal('');
	const [why, setWhy] = createSignal('');
	const [busy, setBusy] = createSignal(false);
	const draft = () => props.strike.draft;
	const editable = () => editableText(draft());
	const key = createMemo(() => props.strike.key);
	createEffect(() => {
		key();
		setWhy('');
		setText(editable() ?? '');
	});
	const answer = async (accept: boolean): Promise<void> => {
		setBusy(true);
		setWhy(await agent.answerStrike(props.strike.key, accept, text()));
		setBusy(false);
	};
	const changed = () => editable() !== undefined && text() !== editable();
	return (
		<section aria-labelledby={title} class="panel edge-accent overflow-hidden px-4 py-3" data-strike={props.strike.sort}>
			<div class="flex items-start gap-3">
				<Repeat size={18} class="mt-px shrink-0 text-accent" aria-hidden="true" />
				<div class="min-w-0 flex-1">
					<div class="flex flex-wrap items-baseline gap-x-2">
						<h2 id={title} class="font-semibold">
							{props.strike.times === 3 ? 'The third time' : `${props.strike.times} times now`}
						</h2>
						<Show when={props.more > 0}>
							<span class="num text-2xs text-faint">{plural(props.more, 'more waits', 'more wait')}</span>
						</Show>
					</div>
					<p class="text-[0.8125rem] break-words text-muted">
						{props.strike.what}. <strong class="font-semibold text-text">{STOPPED[props.strike.sort]}</strong>
					</p>
				</div>
			</div>
			<div class="mt-2.5 grid grid-cols-[minmax(0,1fr)] gap-3 md:grid-cols-[minmax(0,1fr)_minmax(0,1.4fr)]">
				<ul class="flex flex-col gap-1 text-xs text-faint" aria-label="What was near-same">
					<For each={props.strike.repeats.slice(-SHOWN_REPEATS)}>
						{(repeat) => (
							<li class="flex min-w-0 gap-2">
								<span class="num shrink-0">{formatTime(repeat.at)}</span>
								<span class="min-w-0 truncate" title={repeat.text}>
									{repeat.text}
								</span>
							</li>
						)}
					</For>
				</ul>
				<div class="min-w-0">
					<Draft draft={draft()} field={field} text={text()} onText={setText} />
					<div class="mt-2.5 flex flex-wrap items-center gap-2">
						<button
							type="button"
							class="btn btn-primary"
							disabled={busy() || draft().kind === 'none' || (editable() !== undefined && text().trim() === '')}
							onClick={() => void answer(true)}
						>
							<Check size={14} aria-hidden="true" /> {changed() ? 'Accept as edited' : 'Accept'}
						</button>
						<button type="button" class="btn btn-quiet" disabled={busy()} onClick={() => void answer(false)}>
							<X size={14} aria-hidden="true" /> Decline
						</button>
						<span class="text-2xs text-faint">Declined, it is asked again at {2 * props.strike.times} times.</span>
					</div>
					<p class="mt-1 text-xs text-danger empty:hidden" role="alert">
						{why()}
					</p>
				</div>
			</div>
		</section>
	);
}

/** What the person may write otherwise: what it is called, and how many lines it has; one is a field. */
const FIELDS = {
	rule: { label: 'Drafted rule', lines: 2 },
	skill: { label: 'Drafted skill: its name', lines: 1 },
	screen: { label: 'Drafted screen: its name', lines: 1 },
	places: { label: 'Drafted places: x, y, width, height of each', lines: 3 },
	approval: { label: 'Drafted approval: a kind and a name, * stands for anything', lines: 1 },
} as const;

/** The same of what was answered and could not be used, by what was asked. */
const ANSWERED: Readonly<
	Record<Extract<StrikeView['draft'], { kind: 'answer' }>['ask'], { readonly label: string; readonly lines: number }>
> = {
	narration: { label: 'Drafted phrase', lines: 2 },
	quest: { label: 'Drafted entry of the quest log', lines: 6 },
	npc: { label: 'Drafted attitude', lines: 4 },
	route: { label: 'Drafted way: an act, “to” and a place, or both, on each line', lines: 4 },
	strategy: { label: 'Drafted plan: on each line a goal; when …; until …', lines: 4 },
};

function Draft(props: {
	readonly draft: StrikeView['draft'];
	readonly field: string;
	readonly text: string;
	readonly onText: (text: string) => void;
}) {
	const field = (): { readonly label: string; readonly lines: number } | undefined => {
		const { draft } = props;
		if (draft.kind === 'answer') return ANSWERED[draft.ask];
		return draft.kind in FIELDS ? FIELDS[draft.kind as keyof typeof FIELDS] : undefined;
	};
	return (
		<>
			<Show when={field()}>
				{(f) => (
					<>
						<label class="label" for={props.field}>
							{f().label}
						</label>
						<Show
							when={f().lines > 1}
							fallback={
								<input
									id={props.field}
									class="field w-full"
									spellcheck={false}
									value={props.text}
									onInput={(e) => props.onText(e.currentTarget.value)}
								/>
							}
						>
							<textarea
								id={props.field}
								class="field w-full font-mono text-xs!"
								rows={f().lines}
								spellcheck={false}
								value={props.text}
								onInput={(e) => props.onText(e.currentTarget.value)}
							/>
						</Show>
					</>
				)}
			</Show>
			<p class="mt-1 text-[0.8125rem] break-words text-muted empty:hidden">{wordsOf(props.draft)}</p>
		</>
	);
}

/** What accepting it comes to, where the field alone does not say so. */
function wordsOf(draft: StrikeView['draft']): string {
	switch (draft.kind) {
		case 'rule':
		case 'answer':
			return draft.note ?? '';
		case 'skill':
			return draft.steps;
		case 'screen':
			return 'The picture is learnt as this screen, by templates of its own marks. It must be the one that stands there now.';
		case 'places':
			return `"${draft.name}" is looked for at each of them, and nobody but you takes it away.`;
		case 'approval':
			return 'Whatever comes to be under such a name is approved by itself; never what was set aside for harm. Undo or retire one to end it.';
		case 'template':
			return draft.text;
		case 'none':
			return draft.why;
	}
}

/** What stands still until it is answered. */
const STOPPED: Readonly<Record<StrikeView['sort'], string>> = {
	call: 'No model is asked this again until you answer; play goes on with what is known here.',
	takeover: 'Play is paused until you answer, or press Start.',
	correction: 'This box is not corrected again until you answer.',
	approval: 'Nothing of this name is approved again until you answer.',
};
