// "Why did it do that?": from a decision to its rule, the facts of that moment literal by literal, like cases, and a model's words.
import * as Dialog from '@kobalte/core/dialog';
import { createResource, For, type JSX, Show } from 'solid-js';
import { Answers } from '../crystals/rule-parts.tsx';
import { Literals } from '../crystals/literals.tsx';
import { STATES } from '../crystals/shelf.ts';
import { Lightbulb, X } from '../primitives/icons.ts';
import { type RuleSeen, useServices } from '../services.ts';

/** Opens by its button, over the page: the stream goes on behind it. */
export function Why(props: { readonly entry: number; readonly what: string; readonly answered: boolean }) {
	const title = () => (props.answered ? 'Why did it do that?' : 'Why did nothing answer?');
	return (
		<Dialog.Root modal>
			<Dialog.Trigger class="btn">
				<Lightbulb size={14} aria-hidden="true" /> {title()}
			</Dialog.Trigger>
			<Dialog.Portal>
				<Dialog.Overlay class="backdrop" />
				<div class="fixed inset-0 z-50 grid place-items-center p-3 md:p-4">
					<Dialog.Content class="dialog max-w-3xl">
						<div class="flex flex-col gap-4 p-4 md:p-6">
							<div class="flex items-start gap-3">
								<div class="min-w-0 flex-1">
									<Dialog.Title class="text-lg font-semibold tracking-tight">{title()}</Dialog.Title>
									<Dialog.Description class="mt-1 break-words text-muted">
										{props.what || 'No answer'}, entry {props.entry} of the ledger
									</Dialog.Description>
								</div>
								<Dialog.CloseButton class="btn btn-quiet btn-icon" aria-label="Close">
									<X size={16} aria-hidden="true" />
								</Dialog.CloseButton>
							</div>
							<Explained entry={props.entry} />
						</div>
					</Dialog.Content>
				</div>
			</Dialog.Portal>
		</Dialog.Root>
	);
}

function Explained(props: { readonly entry: number }) {
	const { agent } = useServices();
	const [why] = createResource(
		() => props.entry,
		(entry) => agent.explainDecision(entry),
	);
	return (
		<div class="flex flex-col gap-4">
			<Show
				when={why.latest}
				fallback={<p class="text-xs text-muted">{why.loading ? 'Looking it up…' : 'The ledger does not hold this decision any more.'}</p>}
			>
				{(known) => (
					<>
						<Show when={known().followed.length > 0}>
							<Block title="The rule that was followed">
								<RulesSeen rules={known().followed} />
							</Block>
						</Show>
						<Show when={known().skill}>
							{(skill) => (
								<Block title="The skill that was begun">
									<div data-skill={skill().id} class="min-w-0 text-xs">
										<p class="mb-1 flex flex-wrap items-center gap-2">
											<span class={`chip ${STATES[skill().state].tone}`}>{skill().state}</span>
											<span class="font-semibold break-words">{skill().name}</span>
											<span class="text-muted">taught by {skill().taught}</span>
										</p>
										<p class="mb-1.5 break-words text-muted">{skill().description}</p>
										<p class="mb-1 font-mono break-words text-muted">{skill().when}</p>
										<ol class="flex list-inside list-decimal flex-col gap-1 font-mono marker:text-faint">
											<For each={skill().steps}>{(step) => <li class="break-words">{step}</li>}</For>
										</ol>
									</div>
								</Block>
							)}
						</Show>
						<Show when={known().like}>
							{(entry) => (
								<Block title="The decision that was made once more">
									<p class="text-xs">
										No rule and no skill decided. What was answered at entry {entry()}, in the moment most like this one, was done again.
									</p>
								</Block>
							)}
						</Show>
						<Show when={known().verdicts.length > 0}>
							<Block title="What came of it">
								<ul class="text-xs">
									<For each={known().verdicts}>{(verdict) => <li>{verdict}</li>}</For>
								</ul>
							</Block>
						</Show>
						<Block
							title={
								known().followed.length > 0 || known().skill !== undefined || known().like !== undefined
									? 'The answers it came from'
									: 'The answer'
							}
						>
							<Answers answers={known().answers} />
						</Block>
						<Show when={known().others.length > 0}>
							<Block title="Other rules whose condition held">
								<RulesSeen rules={known().others} />
							</Block>
						</Show>
						<Block title="Rules that nearly fired, and what they lacked">
							<RulesSeen rules={known().nearly} none="No rule was one condition away." />
						</Block>
						<Block title="The most similar decisions so far">
							<ul class="flex flex-col gap-1.5 text-xs" aria-label="Similar decisions">
								<For each={known().cases} fallback={<li class="text-muted">There is none yet.</li>}>
									{(one) => (
										<li>
											<span class="font-medium">{one.act}</span> <span class="num text-faint">entry {one.entry}</span>
											<p class="text-muted">
												<Show when={one.differs.length > 0} fallback="The same facts.">
													It differed in{' '}
													{one.differs.map((d) => `${d.id}: ${d.then || 'not known'} there, ${d.here || 'not known'} here`).join('; ')}
												</Show>
											</p>
										</li>
									)}
								</For>
							</ul>
						</Block>
						<Block title="What was known at that moment">
							<dl class="num grid grid-cols-[repeat(auto-fill,minmax(12rem,1fr))] gap-x-4 gap-y-0.5 font-mono text-2xs" aria-label="Facts">
								<For each={known().facts}>
									{(fact) => (
										<div class="flex min-w-0 gap-1.5">
											<dt class="min-w-0 truncate text-faint" title={fact.id}>
												{fact.id}
											</dt>
											<dd class="min-w-0 flex-1 truncate" title={fact.value}>
												{fact.value}
											</dd>
										</div>
									)}
								</For>
							</dl>
						</Block>
						<p class="text-2xs text-faint">Rules are shown as they are now; facts and answers are those of the ledger.</p>
					</>
				)}
			</Show>
		</div>
	);
}

function Block(props: { readonly title: string; readonly children: JSX.Element }) {
	return (
		<div class="min-w-0">
			<h3 class="eyebrow mb-1.5">{props.title}</h3>
			{props.children}
		</div>
	);
}

function RulesSeen(props: { readonly rules: readonly RuleSeen[]; readonly none?: string }) {
	return (
		<ul class="flex flex-col gap-3">
			<For each={props.rules} fallback={<li class="text-xs text-muted">{props.none}</li>}>
				{(rule) => (
					<li data-rule={rule.id} class="min-w-0">
						<p class="mb-1 flex flex-wrap items-center gap-2 text-xs">
							<span class={`chip ${STATES[rule.state].tone}`}>{rule.state}</span>
							<Show when={rule.lacks}>
								<span class="text-muted">{rule.lacks}</span>
							</Show>
						</p>
						<Literals when={rule.when} unless={rule.unless} then={rule.then} />
					</li>
				)}
			</For>
		</ul>
	);
}
