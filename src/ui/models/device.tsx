// Models kept on this device: what the machine can run, how much of it should run here, and each model by its purpose.
import { createMemo, createSignal, For, type JSX, Match, Show, Switch } from 'solid-js';
import { describe } from '../../core/models/capabilities.ts';
import type { Purpose } from '../../core/models/manifest.ts';
import { formatBytes, plural } from '../primitives/format.ts';
import { ChevronRight, CircleCheck, HardDrive, Laptop, LoaderCircle, TriangleAlert } from '../primitives/icons.ts';
import { createId, Empty, Field } from '../primitives/parts.tsx';
import type { ModelsView } from '../services.ts';
import { useServices } from '../services.ts';
import { useApp } from '../state.tsx';
import { readMirror } from './mirror.ts';
import { ModelCard } from './model-card.tsx';
import { byPurpose, modelSet, PURPOSE_TEXTS, type PurposeGroup, shownFirst } from './shelf.ts';
import { Sideload } from './sideload.tsx';

export function Device() {
	const app = useApp();
	return (
		<section aria-labelledby="device-title" class="flex flex-col gap-4">
			<div>
				<h3 id="device-title" class="text-base font-semibold tracking-tight">
					On this device
				</h3>
				<p class="mt-0.5 max-w-2xl text-[0.8125rem] text-muted">
					Run in this browser, cost nothing and send nothing. A model loads when it is first needed, and play never waits for a download.
				</p>
			</div>
			<Show
				when={app.shown.models}
				fallback={
					<div class="panel flex" role="status">
						<Empty icon={<LoaderCircle size={18} class="spin" />} title="Looking at what is here">
							The store is being opened.
						</Empty>
					</div>
				}
			>
				{(view) => <Shelf view={view()} />}
			</Show>
		</section>
	);
}

function Shelf(props: { readonly view: ModelsView }) {
	const groups = createMemo(() => byPurpose(props.view.models));
	return (
		<>
			<Show when={props.view.trouble}>
				<div role="alert" class="panel flex items-start edge-warn gap-3 overflow-hidden px-4 py-3">
					<TriangleAlert size={18} class="mt-0.5 shrink-0 text-warn" aria-hidden="true" />
					<p>
						<strong class="font-semibold">Models cannot be kept here.</strong> <span class="text-muted">{props.view.trouble}</span>
					</p>
				</div>
			</Show>
			<Machine view={props.view} />
			<Show
				when={props.view.models.length > 0}
				fallback={
					<div class="panel flex">
						<Empty icon={<HardDrive size={18} />} title="No model is known">
							The list that comes with the page could not be read. Reload the page; a model of your own can be dropped below all the same.
						</Empty>
					</div>
				}
			>
				<Choices view={props.view} />
				<For each={groups().map(({ purpose }) => purpose)}>
					{(purpose) => (
						<Show when={groups().find((g) => g.purpose === purpose)}>{(group) => <PurposePanel group={group()} view={props.view} />}</Show>
					)}
				</For>
			</Show>
			<Sideload />
			<Mirror address={props.view.mirror} />
		</>
	);
}

/** The models of one purpose: the recommended one and those that are here; the others behind a button. */
function PurposePanel(props: { readonly group: PurposeGroup; readonly view: ModelsView }) {
	const heading = createId('purpose');
	const [open, setOpen] = createSignal(false);
	const find = (id: string) => props.view.models.find((m) => m.manifest.id === id);
	const first = () => shownFirst(props.group, props.view.models);
	const others = () => props.group.ids.length - first().length;
	return (
		<section aria-labelledby={heading} class="panel" data-purpose={props.group.purpose}>
			<div class="border-b border-line px-4 py-3">
				<h4 id={heading} class="font-semibold">
					{PURPOSE_TEXTS[props.group.purpose].title}
				</h4>
				<p class="mt-0.5 text-[0.8125rem] text-muted">{PURPOSE_TEXTS[props.group.purpose].about}</p>
			</div>
			<ul class="divide-y divide-line">
				<For each={open() ? props.group.ids : first()}>
					{(id) => (
						<Show when={find(id)}>
							{(model) => <ModelCard model={model()} recommended={props.group.recommended === id} keptIn={props.view.keptIn} />}
						</Show>
					)}
				</For>
			</ul>
			<Show when={others() > 0}>
				<button
					type="button"
					class="flex w-full items-center gap-1.5 border-t border-line px-4 py-2.5 text-left text-xs font-medium text-muted hover:bg-hover hover:text-text"
					aria-expanded={open()}
					onClick={() => setOpen(!open())}
				>
					<ChevronRight size={14} class={open() ? 'rotate-90' : ''} aria-hidden="true" />
					{open() ? 'Show fewer' : `Show ${plural(others(), 'other', 'others')}`}
					<span class="sr-only">: {PURPOSE_TEXTS[props.group.purpose].title.toLowerCase()}</span>
				</button>
			</Show>
		</section>
	);
}

/** What this machine can run, and where models are kept on it. */
function Machine(props: { readonly view: ModelsView }) {
	return (
		<div class="panel">
			<div class="panel-head">
				<Laptop size={16} class="text-faint" aria-hidden="true" />
				<h4 class="panel-title">This machine</h4>
			</div>
			<div class="grid gap-x-6 gap-y-3 p-4 md:grid-cols-[minmax(0,1fr)_18rem]">
				<Show
					when={props.view.capabilities}
					fallback={<p class="text-[0.8125rem] text-muted">What it can run is being found out; models can be fetched meanwhile.</p>}
				>
					{(capabilities) => (
						<ul class="flex list-disc flex-col gap-1 pl-4 text-[0.8125rem] text-muted" aria-label="What this machine can run">
							<For each={describe(capabilities())}>{(sentence) => <li>{sentence}</li>}</For>
						</ul>
					)}
				</Show>
				<dl class="flex flex-col gap-1.5 text-[0.8125rem]">
					<Fact name="Kept in" value={props.view.keptIn} />
					<Fact name="Models here" value={formatBytes(props.view.usedBytes)} />
					<Fact
						name="Room left"
						value={props.view.freeBytes === undefined ? 'the browser does not say' : formatBytes(props.view.freeBytes)}
					/>
					<Fact
						name="Kept when the disk is low"
						value={props.view.persisted === undefined ? 'unknown' : props.view.persisted ? 'yes' : 'not promised: see Storage'}
					/>
				</dl>
			</div>
		</div>
	);
}

function Fact(props: { readonly name: string; readonly value: string }) {
	return (
		<div class="flex justify-between gap-3">
			<dt class="shrink-0 text-faint">{props.name}</dt>
			<dd class="num min-w-0 text-right font-medium break-words">{props.value}</dd>
		</div>
	);
}

/** The three ways to begin, from nothing to everything. */
function Choices(props: { readonly view: ModelsView }) {
	const app = useApp();
	const services = useServices();
	const [busy, setBusy] = createSignal(false);
	const small = createMemo(() => modelSet(props.view.models, 'small'));
	const all = createMemo(() => modelSet(props.view.models, 'all'));
	async function fetchAll(ids: readonly string[]): Promise<void> {
		setBusy(true);
		await app.tries(async () => {
			const faults: string[] = [];
			// In order, so that the queue is the order of the page.
			for (const id of ids) {
				const why = await services.models.download(id);
				if (why !== '' && !faults.includes(why)) faults.push(why);
			}
			return faults.join(' ');
		});
		setBusy(false);
	}
	const tooBig = (bytes: number) => props.view.freeBytes !== undefined && bytes > props.view.freeBytes;
	const names = (ids: readonly string[]) =>
		ids.map((id) => props.view.models.find((m) => m.manifest.id === id)?.manifest.name ?? id).join(', ');
	const fetching = (set: ReturnType<typeof modelSet>, label: string): JSX.Element => (
		<Switch>
			<Match when={set.done}>
				<p class="inline-flex items-center gap-1.5 text-xs font-medium text-good">
					<CircleCheck size={14} aria-hidden="true" /> All of it is here
				</p>
			</Match>
			<Match when={set.missing.length === 0 && set.ids.length > 0}>
				<p class="inline-flex items-center gap-1.5 text-xs font-medium text-muted" role="status">
					<LoaderCircle size={13} class="spin" aria-hidden="true" /> On its way
				</p>
			</Match>
			<Match when={set.ids.length === 0}>
				<p class="text-xs text-muted">None of it can run on this machine, or be had just now.</p>
			</Match>
			<Match when={true}>
				<button
					type="button"
					class={label === 'small' ? 'btn btn-primary' : 'btn'}
					disabled={busy() || tooBig(set.bytes)}
					onClick={() => void fetchAll(set.missing)}
				>
					{label === 'small' ? 'Get the small set' : 'Get everything'} ({formatBytes(set.bytes)})
				</button>
				<Show when={tooBig(set.bytes)}>
					<p class="text-xs text-warn">
						More than the {formatBytes(props.view.freeBytes ?? 0)} this browser has room for. Free some under Storage first.
					</p>
				</Show>
			</Match>
		</Switch>
	);
	const titles = (purposes: readonly Purpose[]) => purposes.map((purpose) => PURPOSE_TEXTS[purpose].title.toLowerCase()).join(', ');
	const lacks = ({ lacks: none, bound }: ReturnType<typeof modelSet>) =>
		[
			none.length > 0 ? `No model for this runs here: ${titles(none)}.` : '',
			bound.length > 0 ? `Has terms to be read first, below: ${titles(bound)}.` : '',
		]
			.filter(Boolean)
			.join(' ');
	return (
		<section aria-label="How much runs on this machine" class="grid gap-3 md:grid-cols-3">
			<Choice
				title="No model at all"
				about="Crystals, the text reader that comes with the page, and servers if you set some up. Nothing is fetched."
			>
				<p class="text-xs text-muted">Nothing to do: this is how the page comes.</p>
			</Choice>
			<Choice
				title="The small set"
				about={`Reads, compares, decides and speaks on any machine: ${names(small().ids)}.`}
				lacks={lacks(small())}
			>
				{fetching(small(), 'small')}
			</Choice>
			<Choice
				title="Everything on this machine"
				about={`One model for each purpose, so that nothing needs to leave: ${plural(all().ids.length, 'model')}, ${formatBytes(
					all().ids.reduce((sum, id) => sum + (props.view.models.find((m) => m.manifest.id === id)?.totalBytes ?? 0), 0),
				)} in all.`}
				lacks={lacks(all())}
			>
				{fetching(all(), 'all')}
			</Choice>
		</section>
	);
}

function Choice(props: { readonly title: string; readonly about: string; readonly lacks?: string; readonly children: JSX.Element }) {
	return (
		<div class="panel flex flex-col gap-2 p-4">
			<h4 class="font-semibold">{props.title}</h4>
			<p class="text-[0.8125rem] text-muted">{props.about}</p>
			<Show when={props.lacks}>
				<p class="text-xs text-warn">{props.lacks}</p>
			</Show>
			<div class="mt-auto flex flex-col items-start gap-1.5 pt-1">{props.children}</div>
		</div>
	);
}

function Mirror(props: { readonly address: string }) {
	const app = useApp();
	const services = useServices();
	const [typed, setTyped] = createSignal<string>();
	const [fault, setFault] = createSignal('');
	const [saved, setSaved] = createSignal('');
	const [busy, setBusy] = createSignal(false);
	const text = () => typed() ?? props.address;
	async function save(event: SubmitEvent): Promise<void> {
		event.preventDefault();
		const read = readMirror(text());
		setSaved('');
		setFault(read.ok ? '' : read.fault);
		if (!read.ok) return;
		setBusy(true);
		if (await app.tries(() => services.models.setMirror(read.address))) {
			setTyped(undefined);
			setSaved(read.address === '' ? 'No mirror: each model’s own addresses are asked.' : 'Saved. It is asked first from now on.');
		}
		setBusy(false);
	}
	return (
		<form class="panel flex flex-wrap items-end gap-3 p-4" aria-label="Mirror" onSubmit={(e) => void save(e)}>
			<Field
				label="Mirror: an address that is asked for models first"
				hint="For a network of your own, or a nearer copy. Whatever it sends is held against the same hashes."
				class="min-w-0 flex-1 basis-72"
			>
				{(id) => (
					<input
						id={id}
						class="field"
						inputmode="url"
						autocomplete="off"
						spellcheck={false}
						placeholder="none"
						value={text()}
						aria-invalid={fault() !== ''}
						aria-describedby={fault() === '' ? undefined : `${id}-fault`}
						onInput={(e) => setTyped(e.currentTarget.value)}
					/>
				)}
			</Field>
			<button type="submit" class="btn mb-5" disabled={busy() || text().trim() === props.address}>
				Save the mirror
			</button>
			<Show when={fault()}>
				<p role="alert" class="w-full text-xs font-medium text-danger">
					{fault()}
				</p>
			</Show>
			<p role="status" class="w-full text-xs text-muted empty:hidden">
				{saved()}
			</p>
		</form>
	);
}
