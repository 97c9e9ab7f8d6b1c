import { createMemo, createSignal, For, onCleanup, Show } from 'solid-js';
import { formatDay, formatTime, formatUsd, plural } from '../primitives/format.ts';
import { Boxes, ChevronRight, Gem, Image, MessageSquareText, Route, ScanEye, Undo2 } from '../primitives/icons.ts';
import { Empty, Page, Png, Segmented } from '../primitives/parts.tsx';
import type { CrystalView } from '../services.ts';
import { useApp } from '../state.tsx';
import { useServices } from '../services.ts';
import { Dynamic } from 'solid-js/web';
import { crystalKinds, inKind } from './kinds.ts';

const STATES = {
	trial: { tone: '', about: 'learnt, not yet used' },
	shadow: { tone: 'chip-accent', about: 'answers silently and is compared' },
	autonomous: { tone: 'chip-good', about: 'answers instead of a model' },
	quarantined: { tone: 'chip-warn', about: 'was wrong; set aside' },
	retired: { tone: '', about: 'taken out of service' },
} as const;
const KIND_ICONS: Readonly<Record<string, typeof Gem>> = { template: Image, region: ScanEye, rule: Route, phrase: MessageSquareText };
/** A retirement can be taken back for this long. */
const UNDO_MS = 6000;

export function Crystals() {
	const app = useApp();
	const [kind, setKind] = createSignal('all');
	const kinds = createMemo(() => crystalKinds(app.shown.crystals));
	const shown = createMemo(() => app.shown.crystals.filter((c) => inKind(c, kind())));
	const autonomous = () => app.shown.crystals.filter((c) => c.state === 'autonomous').length;
	return (
		<Page
			name="Crystals"
			about="What model answers have been turned into. Each can be read, traced to the call that paid for it, and retired."
		>
			<Show
				when={app.shown.crystals.length > 0}
				fallback={
					<div class="panel flex">
						<Empty
							icon={<Gem size={18} />}
							title="No crystals yet"
							action={
								<button type="button" class="btn" onClick={() => app.setView('play')}>
									Go to play
								</button>
							}
						>
							The first ones appear seconds after play starts: each answer of a model leaves one.
						</Empty>
					</div>
				}
			>
				<div class="flex flex-wrap items-center gap-3">
					<Segmented label="Kind of crystal" value={kind()} choices={kinds()} onChange={setKind} />
					<span class="num text-xs text-muted">
						{autonomous()} of {plural(app.shown.crystals.length, 'crystal')} answer on their own
					</span>
				</div>
				<ul class="panel divide-y divide-line overflow-hidden">
					<For each={shown()}>{(crystal) => <Card crystal={crystal} />}</For>
				</ul>
			</Show>
		</Page>
	);
}

function Card(props: { readonly crystal: CrystalView }) {
	const app = useApp();
	const services = useServices();
	const [open, setOpen] = createSignal(false);
	const [retiring, setRetiring] = createSignal(false);
	let timer: ReturnType<typeof setTimeout> | undefined;
	const c = () => props.crystal;
	function carryOut(): void {
		clearTimeout(timer);
		setRetiring(false);
		const { id } = c();
		void app.tries(() => services.agent.retireCrystal(id));
	}
	// Leaving the view is no change of mind.
	onCleanup(() => {
		if (retiring()) carryOut();
	});
	function retire(): void {
		setRetiring(true);
		timer = setTimeout(carryOut, UNDO_MS);
	}
	function undo(): void {
		clearTimeout(timer);
		setRetiring(false);
	}
	return (
		<li data-crystal={c().id} data-state={c().state}>
			<div class="flex flex-wrap items-center gap-x-3 gap-y-2 px-3.5 py-3">
				<div class="grid size-14 shrink-0 place-items-center overflow-hidden rounded-lg border border-line bg-sunken text-faint">
					<Show
						when={c().png}
						fallback={<Dynamic component={KIND_ICONS[c().kind] ?? Boxes} size={20} stroke-width={1.7} aria-hidden="true" />}
					>
						{(png) => <Png png={png()} label={`Template of ${c().name}`} class="max-h-12 max-w-12 [image-rendering:pixelated]" />}
					</Show>
				</div>
				<div class="min-w-0 flex-1 basis-52">
					<div class="flex flex-wrap items-center gap-2">
						<h3 class="truncate text-[0.8125rem] font-semibold">{c().name}</h3>
						<span class={`chip ${STATES[c().state].tone}`} title={STATES[c().state].about}>
							{c().state}
						</span>
						<span class="text-2xs text-faint">{c().kind}</span>
					</div>
					<p class="num mt-0.5 text-xs text-muted">
						{c().k.toFixed(1)} good, {c().w.toFixed(1)} harmful · confidence {c().score.toFixed(2)}, floor {c().floor.toFixed(2)} · used{' '}
						{plural(c().used, 'time')}
					</p>
				</div>
				<button
					type="button"
					class="btn btn-quiet max-sm:ml-auto"
					aria-expanded={open()}
					aria-label={`Details of ${c().name}`}
					onClick={() => setOpen(!open())}
				>
					Details
					<ChevronRight size={14} class={`transition-transform ${open() ? 'rotate-90' : ''}`} aria-hidden="true" />
				</button>
				<Show when={c().state !== 'retired'}>
					<Show
						when={!retiring()}
						fallback={
							<button type="button" class="btn" onClick={undo} aria-label={`Undo retiring ${c().name}`}>
								<Undo2 size={14} aria-hidden="true" /> Undo
							</button>
						}
					>
						<button type="button" class="btn" aria-label={`Retire ${c().name}`} onClick={retire}>
							Retire
						</button>
					</Show>
				</Show>
			</div>
			<Show when={retiring()}>
				<p role="status" class="bg-sunken px-3.5 py-2 text-xs text-muted">
					Retires in a few seconds; its question will be asked of a model again.
				</p>
			</Show>
			<Show when={open()}>
				<div class="grid gap-4 bg-sunken px-3.5 py-3 text-xs md:grid-cols-[3fr_2fr] md:pl-[5.25rem]">
					<div class="min-w-0">
						<p class="eyebrow mb-1">What it holds</p>
						<pre class="font-mono text-xs leading-relaxed whitespace-pre-wrap">{c().text}</pre>
					</div>
					<div>
						<p class="eyebrow mb-1">Where it comes from</p>
						<p>
							{c().madeBy.model || c().madeBy.tier}, entry {c().madeBy.entry}, {formatUsd(c().madeBy.usd)}
						</p>
						<p class="num text-faint">{formatDay(c().madeBy.at)}</p>
						<p class="eyebrow mt-3 mb-1">History</p>
						<ol class="flex flex-col gap-1">
							<For each={c().history.toReversed()} fallback={<li class="text-faint">No change of state yet</li>}>
								{(change) => (
									<li>
										<span class="num text-faint">{formatTime(change.at)}</span> {change.from} → {change.to}: {change.why}
									</li>
								)}
							</For>
						</ol>
					</div>
				</div>
			</Show>
		</li>
	);
}
