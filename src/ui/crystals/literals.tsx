// Conditions held against facts: each with a sign and a word for whether it holds, so that colour alone says nothing.
import { For, Show } from 'solid-js';
import { Check, CircleDashed, X } from '../primitives/icons.ts';
import type { LiteralView } from '../services.ts';

const TRUTHS = {
	true: { word: 'holds', icon: () => <Check size={13} aria-hidden="true" /> },
	false: { word: 'does not hold', icon: () => <X size={13} aria-hidden="true" /> },
	null: { word: 'not known', icon: () => <CircleDashed size={13} aria-hidden="true" /> },
} as const;

/** `when` and `unless` of a rule, a line each. */
export function Literals(props: { readonly when: readonly LiteralView[]; readonly unless: readonly LiteralView[]; readonly then: string }) {
	return (
		<ul class="flex flex-col gap-1 font-mono text-xs" aria-label="Conditions">
			<For each={props.when}>{(literal, i) => <Line lead={i() === 0 ? 'if' : 'and'} literal={literal} wanted />}</For>
			<For each={props.unless}>{(literal, i) => <Line lead={i() === 0 ? 'unless' : 'or'} literal={literal} wanted={false} />}</For>
			<li class="flex gap-2">
				<span class="w-12 shrink-0 text-right text-faint">then</span>
				<span class="w-4 shrink-0" />
				<span class="min-w-0 font-semibold break-words">{props.then}</span>
			</li>
		</ul>
	);
}

/** `wanted`: what it must be for the rule to fire. */
function Line(props: { readonly lead: string; readonly literal: LiteralView; readonly wanted: boolean }) {
	const truth = () => TRUTHS[`${props.literal.truth}`];
	const tone = () => (props.literal.truth === null ? 'text-warn' : props.literal.truth === props.wanted ? 'text-good' : 'text-danger');
	return (
		<li class="flex gap-2" data-truth={String(props.literal.truth)}>
			<span class="w-12 shrink-0 text-right text-faint">{props.lead}</span>
			<span class={`grid w-4 shrink-0 place-items-center ${tone()}`}>{truth().icon()}</span>
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
