// What may be said and shown: the rulings, to be searched, revoked, allowed, and taken back.
import { createMemo, createSignal, For, Show } from 'solid-js';
import { Search, ShieldCheck, Undo2 } from '../primitives/icons.ts';
import { createId } from '../primitives/parts.tsx';
import { type CrystalView, useServices } from '../services.ts';
import { useApp } from '../state.tsx';
import { Card, Row } from './card.tsx';

const SHOWN_MOST = 50;
const BY: Readonly<Record<string, string>> = { list: 'the word lists', endpoint: 'the moderation endpoint', person: 'you' };

export function ModerationCard() {
	const app = useApp();
	const { agent } = useServices();
	const [search, setSearch] = createSignal('');
	const box = createId('approvals');
	const rulings = createMemo(() => app.shown.crystals.filter((c) => c.ruling !== undefined && c.state !== 'retired'));
	const found = createMemo(() => {
		const wanted = search().trim().toLowerCase();
		return rulings()
			.filter(({ name, ruling }) => wanted === '' || `${name} ${ruling?.allowed ? 'allowed' : 'refused'}`.toLowerCase().includes(wanted))
			.toSorted((a, b) => Number(a.ruling?.allowed) - Number(b.ruling?.allowed) || b.madeBy.at - a.madeBy.at);
	});
	const endpoint = () => app.shown.tiers.find(({ moderates }) => moderates !== undefined);
	const refused = () => rulings().filter(({ ruling }) => ruling?.allowed === false).length;
	return (
		<Card
			title="What may be said"
			about="Every line passes one gate before it is spoken or shown, and so do the goal, the decisions and the texts read off the screen. What it does not know is judged first; in doubt something harmless goes out instead."
		>
			<Row
				title="Who judges what is new"
				about={
					endpoint() === undefined
						? 'Lists of words on this machine, in English. They know words, not what is meant: set up a server with a moderation endpoint to have meaning judged.'
						: `${endpoint()?.moderates ?? ''} at ${endpoint()?.host ?? ''}, once for each text; what the word lists refuse is not sent.`
				}
			>
				<button type="button" class="btn" onClick={() => app.setView('models')}>
					Open the models page
				</button>
			</Row>
			<div class="flex flex-col gap-3 px-4 py-3">
				<div class="flex flex-wrap items-center gap-2">
					<p class="min-w-0 flex-1 basis-56 font-medium">
						Rulings <span class="num font-normal text-muted">{`${rulings().length - refused()} allowed, ${refused()} refused`}</span>
					</p>
					<Show when={app.shown.gallery.undo !== ''}>
						<button
							type="button"
							class="btn btn-quiet min-w-0"
							title={app.shown.gallery.undo}
							onClick={() => void app.tries(() => agent.undoByHand())}
						>
							<Undo2 size={14} class="shrink-0" aria-hidden="true" /> Undo
						</button>
					</Show>
					<label for={box} class="sr-only">
						Search the rulings
					</label>
					<span class="relative">
						<Search size={14} class="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-faint" aria-hidden="true" />
						<input
							id={box}
							type="search"
							class="field w-56! pl-8!"
							placeholder="Search"
							value={search()}
							onInput={(e) => setSearch(e.currentTarget.value)}
						/>
					</span>
				</div>
				<Show
					when={found().length > 0}
					fallback={
						<p class="flex items-center gap-2 text-[0.8125rem] text-muted">
							<ShieldCheck size={15} aria-hidden="true" />
							{rulings().length === 0 ? 'Nothing was judged in this game yet.' : 'Nothing like that was judged.'}
						</p>
					}
				>
					<ul class="divide-y divide-line rounded-lg border border-line" aria-label="Rulings">
						<For each={found().slice(0, SHOWN_MOST)}>{(one) => <Ruling crystal={one} />}</For>
					</ul>
					<Show when={found().length > SHOWN_MOST}>
						<p class="text-xs text-muted">{`${found().length - SHOWN_MOST} more: search for what you want to see.`}</p>
					</Show>
				</Show>
			</div>
		</Card>
	);
}

function Ruling(props: { readonly crystal: CrystalView }) {
	const app = useApp();
	const { agent } = useServices();
	const allowed = () => props.crystal.ruling?.allowed === true;
	return (
		<li class="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
			<span class={`chip shrink-0 ${allowed() ? 'chip-good' : 'chip-bad'}`}>{allowed() ? 'allowed' : 'refused'}</span>
			<span class="min-w-0 flex-1 basis-48 truncate text-[0.8125rem]" title={props.crystal.text}>
				{/* What is refused is not to be read over a person's shoulder on a stream. */}
				<Show when={allowed()} fallback={<Hidden text={props.crystal.name} />}>
					{props.crystal.name}
				</Show>
			</span>
			<span class="text-2xs text-muted">
				{props.crystal.state === 'autonomous' ? `by ${BY[props.crystal.ruling?.by ?? ''] ?? ''}` : 'from a pack, not confirmed here yet'}
			</span>
			<button
				type="button"
				class="btn btn-quiet"
				aria-label={allowed() ? `Revoke ${props.crystal.name}` : 'Allow this text'}
				onClick={() => void app.tries(() => agent.ruleText(props.crystal.id, !allowed()))}
			>
				{allowed() ? 'Revoke' : 'Allow'}
			</button>
		</li>
	);
}

function Hidden(props: { readonly text: string }) {
	const [open, setOpen] = createSignal(false);
	return (
		<button type="button" class="btn btn-quiet -ml-2 max-w-full truncate" aria-expanded={open()} onClick={() => setOpen(!open())}>
			{open() ? props.text : `${props.text.length} characters, hidden: show`}
		</button>
	);
}
