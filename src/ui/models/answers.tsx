// The models of this machine that answer the loop's questions, and which kinds of question each is let answer.
import { createResource, createSignal, For, Show } from 'solid-js';
import type { LiveAsk } from '../../core/question.ts';
import { plural } from '../primitives/format.ts';
import { createId, Switch } from '../primitives/parts.tsx';
import { TierIcon } from '../primitives/tier.tsx';
import type { TierView } from '../services.ts';
import { useServices } from '../services.ts';
import { useApp } from '../state.tsx';

const WORDS: Readonly<Record<LiveAsk, string>> = {
	perception: 'Sees',
	decision: 'Decides',
	route: 'Leads',
	strategy: 'Plans',
	narration: 'Speaks',
	quest: 'Quests',
	npc: 'People',
	moderation: 'Checks',
};

export function Answers() {
	const app = useApp();
	const title = createId('answers');
	const mine = () => app.shown.tiers.filter((tier) => tier.answers !== undefined);
	return (
		<Show when={mine().length > 0}>
			<section aria-labelledby={title} class="flex flex-col gap-3">
				<div>
					<h3 id={title} class="text-base font-semibold tracking-tight">
						What this device answers
					</h3>
					<p class="mt-0.5 max-w-2xl text-[0.8125rem] text-muted">
						Asked before every server; play goes on while it thinks. Its answers are checked like any other.
					</p>
				</div>
				<ul class="grid gap-3 md:grid-cols-2">
					<For each={mine()}>{(tier) => <Card tier={tier} />}</For>
				</ul>
			</section>
		</Show>
	);
}

/** The browser keeps this one: it is offered, never counted as ours. */
export function BrowserModel() {
	const services = useServices();
	const [state, { refetch }] = createResource(() => services.builtIn.state());
	const [words, setWords] = createSignal('');
	const [busy, setBusy] = createSignal(false);
	async function fetchIt(): Promise<void> {
		setBusy(true);
		const why = await services.builtIn.fetch((_, said) => setWords(said));
		setBusy(false);
		setWords(why === '' ? 'The browser has its model now; it answers from the next question on.' : why);
		await refetch();
	}
	return (
		<Show when={state() === 'downloadable' || state() === 'downloading' || words() !== ''}>
			<div class="panel flex flex-wrap items-center gap-3 px-4 py-3">
				<div class="min-w-0 flex-1 basis-72">
					<p class="font-semibold">The browser’s own model</p>
					<p class="text-[0.8125rem] text-muted" role="status">
						{words() ||
							(state() === 'downloading'
								? 'The browser is fetching it.'
								: 'Reads text and pictures, kept and updated by the browser and not by this page. Not verified on this build.')}
					</p>
				</div>
				<Show when={state() === 'downloadable'}>
					<button type="button" class="btn" disabled={busy()} onClick={() => void fetchIt()}>
						Have the browser fetch it
					</button>
				</Show>
			</div>
		</Show>
	);
}

function Card(props: { readonly tier: TierView }) {
	const app = useApp();
	const services = useServices();
	return (
		<li class="panel flex flex-col gap-3 p-4" data-tier-id={props.tier.id}>
			<div class="flex items-start gap-2.5">
				<span class="mt-0.5">
					<TierIcon tier={props.tier.name} size={18} />
				</span>
				<h4 class="min-w-0 flex-1 font-semibold">{props.tier.label}</h4>
				<Show when={!props.tier.simulated} fallback={<span class="chip">Simulated</span>}>
					<span class="chip num">{plural(props.tier.calls, 'call')}</span>
				</Show>
				<Show when={props.tier.breaker !== 'closed'}>
					<span class="chip chip-warn">Resting after failures</span>
				</Show>
			</div>
			<ul class="flex flex-col gap-1.5">
				<For each={props.tier.answers}>
					{(one) => (
						<li class="flex flex-wrap items-baseline gap-x-3">
							<Switch
								label={WORDS[one.ask]}
								checked={one.on}
								onChange={(on) => void app.tries(() => services.agent.useDevice(props.tier.id, one.ask, on))}
							/>
							<span class="text-xs text-muted">{one.why}</span>
						</li>
					)}
				</For>
			</ul>
			<Show when={props.tier.note}>
				<p class="text-xs text-muted">{props.tier.note}</p>
			</Show>
			<Show when={props.tier.lastError}>
				<p class="rounded-md bg-sunken px-2.5 py-1.5 text-xs break-words text-danger">{props.tier.lastError}</p>
			</Show>
		</li>
	);
}
