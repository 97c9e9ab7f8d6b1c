// Models that run elsewhere: on this machine's network or with a provider. And what was sent to them.
import { createSignal, For, Show } from 'solid-js';
import { formatBytes, formatTime, plural } from '../primitives/format.ts';
import { Brain, Plus, ShieldCheck } from '../primitives/icons.ts';
import { Empty } from '../primitives/parts.tsx';
import { TierIcon, tierLook } from '../primitives/tier.tsx';
import type { TierView } from '../services.ts';
import { useServices } from '../services.ts';
import { useApp } from '../state.tsx';
import { TierForm } from './tier-form.tsx';

const CONSENT = {
	'not-needed': { word: 'No consent needed', tone: '' },
	undecided: { word: 'Consent not decided', tone: 'chip-warn' },
	never: { word: 'Never', tone: 'chip-bad' },
	session: { word: 'This session', tone: 'chip-good' },
	always: { word: 'Always', tone: 'chip-good' },
} as const;
const BREAKER = {
	closed: { word: 'Reachable', tone: 'chip-good' },
	'half-open': { word: 'Trying again', tone: 'chip-warn' },
	open: { word: 'Resting after failures', tone: 'chip-bad' },
} as const;

/** The servers, and the form for one of them while it is edited. */
export function Servers() {
	const app = useApp();
	const [editing, setEditing] = createSignal<TierView | 'new' | null>(null);
	/** Models of this machine have a place of their own (answers.tsx). */
	const servers = () => app.shown.tiers.filter((tier) => tier.answers === undefined);
	return (
		<section aria-labelledby="servers-title" class="flex flex-col gap-4">
			<div class="flex flex-wrap items-end gap-x-4 gap-y-3">
				<div class="min-w-0 flex-1 basis-72">
					<h3 id="servers-title" class="text-base font-semibold tracking-tight">
						Model servers
					</h3>
					<p class="mt-0.5 max-w-2xl text-[0.8125rem] text-muted">
						Asked when neither a crystal nor this device knows: a server on this machine or its network, or a provider outside. A picture
						leaves only after you have seen it and said yes.
					</p>
				</div>
				<button type="button" class="btn" disabled={editing() !== null} onClick={() => setEditing('new')}>
					<Plus size={15} aria-hidden="true" />
					Add a model server
				</button>
			</div>
			<Show when={app.consent()}>
				{(ask) => (
					<div class="panel flex flex-wrap items-center edge-outside gap-3 overflow-hidden px-4 py-3">
						<p class="min-w-0 flex-1">
							<strong class="font-semibold">{ask().provider} waits for your answer.</strong>{' '}
							<span class="text-muted">Until then nothing leaves, and play goes on without it.</span>
						</p>
						<button type="button" class="btn btn-primary" onClick={() => app.setConsentOpen(true)}>
							Decide now
						</button>
					</div>
				)}
			</Show>
			<Show when={editing()} keyed>
				{(tier) => <TierForm tier={tier === 'new' ? undefined : tier} onDone={() => setEditing(null)} />}
			</Show>
			<Show
				when={servers().length > 0}
				fallback={
					<div class="panel flex">
						<Empty icon={<Brain size={18} />} title="No server is set up">
							The practice game brings its own scripted teacher. For another game, add a server such as Ollama or LM Studio, or keep models
							on this device; without either it plays on crystals alone.
						</Empty>
					</div>
				}
			>
				<ul class="grid gap-3 md:grid-cols-2">
					<For each={servers()}>{(tier) => <TierCard tier={tier} onEdit={() => setEditing(tier)} />}</For>
				</ul>
			</Show>
			<SentPictures />
		</section>
	);
}

function SentPictures() {
	const app = useApp();
	return (
		<section aria-labelledby="sent-title" class="panel">
			<div class="panel-head">
				<ShieldCheck size={16} class="text-faint" aria-hidden="true" />
				<h4 id="sent-title" class="panel-title">
					Pictures that left this page
				</h4>
				<span class="chip num ml-auto">{app.shown.sent.length}</span>
			</div>
			<Show
				when={app.shown.sent.length > 0}
				fallback={
					<p class="px-4 py-5 text-[0.8125rem] text-muted">
						None. Every picture sent to a model is listed here, with where it went and how big it was.
					</p>
				}
			>
				<div class="max-h-80 overflow-auto" tabindex="0" role="group" aria-label="Pictures sent, scrollable">
					<table class="table num">
						<thead>
							<tr>
								<th scope="col">When</th>
								<th scope="col">To</th>
								<th scope="col" class="right">
									Size
								</th>
								<th scope="col" class="right">
									Bytes
								</th>
							</tr>
						</thead>
						<tbody>
							<For each={app.shown.sent.toReversed()}>
								{(sent) => (
									<tr>
										<td>{formatTime(sent.at)}</td>
										<td class="break-all">{sent.to}</td>
										<td class="right whitespace-nowrap">
											{sent.width} × {sent.height}
										</td>
										<td class="right whitespace-nowrap">{formatBytes(sent.bytes)}</td>
									</tr>
								)}
							</For>
						</tbody>
					</table>
				</div>
			</Show>
		</section>
	);
}

function TierCard(props: { readonly tier: TierView; readonly onEdit: () => void }) {
	const app = useApp();
	const services = useServices();
	const [sure, setSure] = createSignal(false);
	const t = () => props.tier;
	return (
		<li class="panel flex flex-col gap-3 p-4" data-tier-id={t().id}>
			<div class="flex items-start gap-2.5">
				<span class="mt-0.5">
					<TierIcon tier={t().name} size={18} />
				</span>
				<div class="min-w-0 flex-1">
					<h4 class="truncate font-semibold">{t().label}</h4>
					<p class="truncate text-xs text-muted" title={t().host}>
						{tierLook(t().name).word} · {t().host}
					</p>
				</div>
				<Show when={t().simulated}>
					<span class="chip chip-warn" title="A scripted teacher: tokens and prices are pretended">
						simulated
					</span>
				</Show>
			</div>
			<div class="flex flex-wrap gap-1.5">
				<span class={`chip ${BREAKER[t().breaker].tone}`}>{BREAKER[t().breaker].word}</span>
				<span class={`chip ${CONSENT[t().consent].tone}`}>{CONSENT[t().consent].word}</span>
				<span class="chip num">{plural(t().calls, 'call')}</span>
			</div>
			<p class="num text-xs text-muted">{t().price || 'price unknown: refused until typed in'}</p>
			<Show when={t().lastError}>
				<p class="rounded-md bg-sunken px-2.5 py-1.5 text-xs break-words text-danger">{t().lastError}</p>
			</Show>
			<Show when={!t().simulated}>
				<div class="mt-auto flex gap-2">
					<button type="button" class="btn" aria-label={`Edit ${t().label}`} onClick={() => props.onEdit()}>
						Edit
					</button>
					<Show
						when={sure()}
						fallback={
							<button type="button" class="btn btn-quiet" aria-label={`Remove ${t().label}`} onClick={() => setSure(true)}>
								Remove
							</button>
						}
					>
						<button type="button" class="btn btn-danger" onClick={() => void app.tries(() => services.agent.removeTier(t().id))}>
							Remove it and its key
						</button>
						<button type="button" class="btn btn-quiet" onClick={() => setSure(false)}>
							Keep
						</button>
					</Show>
				</div>
			</Show>
		</li>
	);
}
