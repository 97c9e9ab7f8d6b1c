// Conditions held against facts: each with a sign and a word for whether it holds, so that colour alone says nothing.
import { For, Show } from 'solid-js';
import { Check, CircleDashed, X } from '../primitives/icons.ts';
import type { LiteralView } from '../services.ts';

const TRUTHS = {
	true: { word: 'holds', tone: 'text-good', icon: () => <Check size={13} aria-hidden="true" /> },
	false: { word: 'does not hold', tone: 'text-danger', icon: () => <X size={13} aria-hidden="true" /> },
	null: { word: 'not known', tone: 'text-warn', icon: () => <CircleDashed size={13} aria-hidden="true" /> },
} as const;

/** `when` and `unless` of a rule, a line each. */
export function Literals(props: { readonly when: readonly LiteralView[]; readonly unless: readonly LiteralView[]; readonly then: string }) {
	return (
		<ul class="flex flex-col gap-1 font-mono text-xs" aria-label="Conditions">
			<For each={props.when}>{(literal, i) => <Line lead={i() === 0 ? 'if' : 'and'} literal={literal} />}</For>
			<For each={props.unless}>{(literal, i) => <Line lead={i() === 0 ? 'unless' : 'or'} literal={literal} />}</For>
			<li class="flex gap-2">
				<span class="w-12 shrink-0 text-right text-faint">then</span>
				<span class="w-4 shrink-0" />
				<span class="min-w-0 font-semibold break-words">{props.then}</span>
			</li>
		</ul>
	);
}

function Line(props: { readonly lead: string; readonly literal: LiteralView }) {
	const truth = () => TRUTHS[`${props.literal.truth}`];
	return (
		<li class="flex gap-2" data-truth={String(props.literal.truth)}>
			<span class="w-12 shrink-0 text-right text-faint">{props.lead}</span>
			<span class={`grid w-4 shrink-0 place-items-center ${truth().tone}`}>{truth().icon()}</span>
			<span class="min-w-0 break-words">
				{props.literal.text}
				<span class="ml-2 font-sans text-2xs text-muted">
					{truth().word}
					<Show when={props.literal.value !== ''}>, it was {props.literal.value}</Show>
				</span>
			</span>
		</li>
	);
}
