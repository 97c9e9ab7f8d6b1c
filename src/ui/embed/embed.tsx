// Makes the address and the snippets for a stream or a site, beside the very element they show.
import { createEffect, createMemo, createSignal, For, Match, onCleanup, onMount, Show, Switch } from 'solid-js';
import { attributeOf, BACKGROUNDS, type EmbedOptions, OPTION_NAMES, optionText, PLACES, THEMES, USUAL } from '../../core/feed/options.ts';
import { type MeterId, meterRows } from '../../core/meters.ts';
import { Copy, Undo2 } from '../primitives/icons.ts';
import { Field, Page, Segmented } from '../primitives/parts.tsx';
import { useServices } from '../services.ts';
import { Card, Row } from '../settings/card.tsx';
import { useApp } from '../state.tsx';
import { snippet, type Way, WAY_NAMES, WAYS } from './snippets.ts';

const SIZES = [
	{ value: '400x220', label: '400 × 220', width: 400, height: 220 },
	{ value: '1920x1080', label: '1920 × 1080', width: 1920, height: 1080 },
] as const;
const GROUNDS = [
	{ value: 'none', label: 'Nothing' },
	{ value: 'dark', label: 'Dark' },
	{ value: 'light', label: 'Light' },
] as const;
type Ground = (typeof GROUNDS)[number]['value'];

const words = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1).replace('-', ' ')}`;

export function Embed() {
	const app = useApp();
	const { feedUrl } = useServices();
	const [options, setOptions] = createSignal<EmbedOptions>(USUAL);
	const change = (part: Partial<EmbedOptions>) => setOptions({ ...options(), ...part });
	const [size, setSize] = createSignal<(typeof SIZES)[number]['value']>('400x220');
	const dimensions = createMemo(() => SIZES.find((s) => s.value === size()) ?? SIZES[0]);
	const [ground, setGround] = createSignal<Ground>('none');
	const [way, setWay] = createSignal<Way>('obs');
	const text = createMemo(() => snippet(way(), feedUrl, options(), dimensions()));
	/** Its order is the page's own. */
	const toggle = (id: MeterId) => {
		const chosen = options().metrics.includes(id) ? options().metrics.filter((m) => m !== id) : [...options().metrics, id];
		if (chosen.length > 0) change({ metrics: USUAL.metrics.filter((m) => chosen.includes(m)) });
	};
	const paired = () => app.pairing().state === 'paired';
	return (
		<Page
			name="Embed on your stream"
			about="The live scorecard as a browser source or on a page of your own: numbers only, over nothing, and it stays up when this page does not."
			head={
				<button type="button" class="btn" onClick={() => app.setView('play')}>
					<Undo2 size={14} aria-hidden="true" />
					Back to play
				</button>
			}
		>
			<Show when={!paired()}>
				<p class="panel edge-warn px-4 py-3 text-[0.8125rem] text-muted" role="status">
					The companion hands the numbers on, and this page is not paired with one: start it with <code class="font-mono">npm start</code>{' '}
					and pair it in the settings. Until then there are none to show.
				</p>
			</Show>
			<div class="panel overflow-hidden">
				<div class="flex flex-wrap items-center gap-3 border-b border-line px-4 py-3">
					<h3 class="flex-1 font-semibold">Live preview</h3>
					<Segmented label="Size" value={size()} choices={SIZES} onChange={setSize} />
					<Segmented label="Ground" value={ground()} choices={GROUNDS} onChange={setGround} />
				</div>
				<Preview
					options={options()}
					width={dimensions().width}
					height={dimensions().height}
					ground={ground()}
					source={paired() ? feedUrl : undefined}
				/>
			</div>
			<Card title="How it looks" about="All of it stands in the address, so a second source may look otherwise.">
				<Row title="Metrics" about="Wrong and idle are always beside them.">
					<div class="flex flex-wrap gap-x-4 gap-y-2" role="group" aria-label="Metrics">
						<For each={meterRows()}>
							{(row) => (
								<label class="inline-flex cursor-pointer items-center gap-2 text-[0.8125rem]">
									<input
										type="checkbox"
										class="size-3.5 accent-[var(--accent-fill)]"
										checked={options().metrics.includes(row.id)}
										onChange={(e) => {
											toggle(row.id);
											// The last one stays: a card without any would show nothing.
											e.currentTarget.checked = options().metrics.includes(row.id);
										}}
									/>
									{row.short}
								</label>
							)}
						</For>
					</div>
				</Row>
				<Row title="Theme" about="For the ground that it will stand on.">
					<Segmented label="Theme" value={options().theme} choices={choices(THEMES)} onChange={(theme) => change({ theme })} />
				</Row>
				<Row title="Background" about="A panel dims what lies under it; without one the letters have a halo.">
					<Segmented label="Background" value={options().bg} choices={choices(BACKGROUNDS)} onChange={(bg) => change({ bg })} />
				</Row>
				<Row title="Place" about="Where a card stands that is smaller than its source.">
					<Segmented label="Place" value={options().place} choices={choices(PLACES)} onChange={(place) => change({ place })} />
				</Row>
				<Row title="Scale" about="Part of the room that it fills.">
					<label class="flex items-center gap-3">
						<input
							type="range"
							aria-label="Scale"
							class="w-40 accent-[var(--accent-fill)]"
							min="0.1"
							max="1"
							step="0.05"
							value={options().scale}
							onInput={(e) => change({ scale: e.currentTarget.valueAsNumber })}
						/>
						<span class="num w-12 text-right text-[0.8125rem] text-muted">{Math.round(options().scale * 100)} %</span>
					</label>
				</Row>
				<Row title="Title" about="Stands at the top; empty for none.">
					<input
						class="field w-56!"
						aria-label="Title"
						maxLength={60}
						value={options().title}
						onInput={(e) => change({ title: e.currentTarget.value })}
					/>
				</Row>
				<Row title="Colour of the bars" about="Six hexadecimal digits; empty for the theme's.">
					<input
						class="field num w-32!"
						aria-label="Colour of the bars"
						maxLength={7}
						placeholder="3ed3b8"
						value={options().accent}
						onChange={(e) => {
							const given = e.currentTarget.value.replace('#', '').toLowerCase();
							if (given === '' || /^[0-9a-f]{6}$/.test(given)) change({ accent: given });
							e.currentTarget.value = options().accent;
						}}
					/>
				</Row>
				<Row title="Movement" about="Bars glide unless a computer asks for less motion.">
					<Segmented
						label="Movement"
						value={options().animate ? 'on' : 'off'}
						choices={[
							{ value: 'on', label: 'Glide' },
							{ value: 'off', label: 'Still' },
						]}
						onChange={(on) => change({ animate: on === 'on' })}
					/>
				</Row>
			</Card>
			<Card title="Take it away">
				<div class="flex flex-col gap-3 p-4">
					<Segmented label="Where to" value={way()} choices={WAYS.map((w) => ({ value: w, label: WAY_NAMES[w] }))} onChange={setWay} />
					<Taken text={text()} multiline={way() !== 'obs'} />
					<Switch>
						<Match when={way() === 'obs'}>
							<ol class="list-decimal space-y-1 pl-5 text-[0.8125rem] text-muted">
								<li>In OBS: Sources, +, Browser.</li>
								<li>
									Paste the address; width {dimensions().width}, height {dimensions().height}.
								</li>
								<li>Leave the custom CSS as it is, and tick “Refresh browser when scene becomes active”.</li>
								<li>The source must run on this computer: nobody else reaches this address.</li>
							</ol>
						</Match>
						<Match when={way() === 'iframe' || way() === 'html'}>
							<p class="text-[0.8125rem] text-muted">
								For a page that is looked at on this computer. Visitors of a public site cannot reach it: run{' '}
								<code class="font-mono">npm run relay</code> and put its address in the place of this one.
							</p>
						</Match>
						<Match when={way() === 'htmx'}>
							<p class="text-[0.8125rem] text-muted">
								Needs htmx 2 and its sse extension, and <code class="font-mono">selfRequestsOnly</code> off. Each metric is an event of its
								own as well: perception, decision, narration, cost, skills, foot.
							</p>
						</Match>
					</Switch>
				</div>
			</Card>
		</Page>
	);
}

function choices<T extends string>(values: readonly T[]) {
	return values.map((value) => ({ value, label: words(value) }));
}

function Taken(props: { readonly text: string; readonly multiline: boolean }) {
	const [said, setSaid] = createSignal('');
	createEffect(() => {
		props.text;
		setSaid('');
	});
	async function copy(): Promise<void> {
		try {
			await navigator.clipboard.writeText(props.text);
			setSaid('Copied.');
		} catch {
			setSaid('The browser does not let the page copy: mark the text and copy it by hand.');
		}
	}
	return (
		<div>
			<Field label={props.multiline ? 'Snippet' : 'Address'}>
				{(id) => (
					<textarea
						id={id}
						class="field min-h-10! resize-y py-2! font-mono text-xs! break-all"
						rows={Math.max(props.multiline ? 4 : 2, props.text.split('\n').length)}
						readonly
						spellcheck={false}
						value={props.text}
						onFocus={(e) => e.currentTarget.select()}
					/>
				)}
			</Field>
			<div class="mt-2 flex items-center gap-3">
				<button type="button" class="btn btn-primary" onClick={() => void copy()}>
					<Copy size={14} aria-hidden="true" />
					Copy
				</button>
				<span role="status" class="text-[0.8125rem] text-muted">
					{said()}
				</span>
			</div>
		</div>
	);
}

/** The element as a source of that size would show it, made smaller where the page is narrower. */
function Preview(props: {
	readonly options: EmbedOptions;
	readonly width: number;
	readonly height: number;
	readonly ground: Ground;
	readonly source: string | undefined;
}) {
	const [room, setRoom] = createSignal(0);
	const factor = () => Math.min(1, room() / props.width);
	let frame: HTMLDivElement | undefined;
	let stage: HTMLDivElement | undefined;
	onMount(() => {
		const observer = new ResizeObserver(([entry]) => setRoom(entry?.contentRect.width ?? 0));
		if (frame) observer.observe(frame);
		onCleanup(() => observer.disconnect());
		// Most people never come here: its code is no part of the first load.
		void import('../../embed/element.ts');
	});
	const card = document.createElement('falsework-scorecard');
	card.setAttribute('fit', '');
	createEffect(() => {
		if (props.source === undefined) card.removeAttribute('src');
		else card.setAttribute('src', props.source);
	});
	createEffect(() => {
		for (const name of OPTION_NAMES) card.setAttribute(attributeOf(name), optionText(props.options, name));
	});
	onMount(() => stage?.append(card));
	return (
		<div class="embed-ground p-4" data-ground={props.ground}>
			<div
				ref={(own) => {
					frame = own;
				}}
				class="mx-auto overflow-hidden"
				style={{ 'max-width': `${props.width}px`, height: `${props.height * factor()}px` }}
			>
				{/* What is transformed holds what is fixed in it: the element fills this in the place of a window. */}
				<div
					ref={(own) => {
						stage = own;
					}}
					class="embed-stage"
					style={{ width: `${props.width}px`, height: `${props.height}px`, transform: `scale(${factor()})` }}
				/>
			</div>
		</div>
	);
}
