// One model: what it is before a byte of it is fetched, then how far it has come, then what it does here.
import { createEffect, createSignal, For, on, Show } from 'solid-js';
import { backendNote } from '../../core/models/capabilities.ts';
import { formatAgo, formatBytes, formatDay } from '../primitives/format.ts';
import { CircleCheck, LoaderCircle, TriangleAlert } from '../primitives/icons.ts';
import { createId, Figure } from '../primitives/parts.tsx';
import type { Measured, ModelView } from '../services.ts';
import { useServices } from '../services.ts';
import { useApp } from '../state.tsx';
import {
	actionLabel,
	actionsOf,
	BACKENDS,
	canBeHad,
	formatMeasured,
	formatSpeed,
	hasProgress,
	type ModelAction,
	progressParts,
	shareOf,
	STATES,
} from './shelf.ts';
import { Trial } from './trial.tsx';

const FIT = {
	good: { word: 'runs well here', tone: 'chip-good' },
	slow: { word: 'slow here', tone: 'chip-warn' },
	no: { word: 'cannot run here', tone: 'chip-bad' },
} as const;
export function ModelCard(props: { readonly model: ModelView; readonly recommended: boolean; readonly keptIn: string }) {
	const app = useApp();
	const services = useServices();
	const [agreed, setAgreed] = createSignal(false);
	const [sure, setSure] = createSignal(false);
	const [testing, setTesting] = createSignal(false);
	const [busy, setBusy] = createSignal(false);
	const heading = createId('model');
	let card: HTMLLIElement | undefined;
	const m = () => props.model;
	const about = () => m().manifest;
	const needsTick = () => about().terms !== '' && !agreed() && m().state === 'absent';
	const actions = () => actionsOf(m());
	createEffect(
		on(
			() => m().state,
			(state) => {
				if (state !== 'ready' && state !== 'checking') setTesting(false);
				setSure(false);
			},
			{ defer: true },
		),
	);

	async function run(action: ModelAction): Promise<void> {
		if (action === 'test') return void setTesting(!testing());
		if (action === 'remove' && !sure()) {
			setSure(true);
			return queueMicrotask(() => card?.querySelector<HTMLElement>('[data-keep]')?.focus());
		}
		setBusy(true);
		await app.tries(() => services.models[action](about().id));
		setBusy(false);
		keepFocus();
	}
	/** The button that was pressed is often gone with the state it belonged to; who uses the keyboard goes on from here. */
	function keepFocus(): void {
		requestAnimationFrame(() => {
			if (document.activeElement === document.body) card?.querySelector<HTMLElement>('button:not(:disabled)')?.focus();
		});
	}
	const classOf = (action: ModelAction, first: boolean) => {
		if (action === 'download' && m().state !== 'absent') return 'btn btn-primary';
		return first || action === 'pause' ? 'btn' : 'btn btn-quiet';
	};
	const disabled = (action: ModelAction) =>
		busy() || (action === 'download' && m().state === 'absent' && (needsTick() || m().fitness.fit === 'no' || !canBeHad(m())));

	return (
		<li ref={card} class="flex flex-col gap-3 p-4" aria-labelledby={heading} data-model={about().id} data-state={m().state}>
			<div class="flex flex-wrap items-start gap-x-3 gap-y-2">
				<div class="min-w-0 flex-1 basis-64">
					<div class="flex flex-wrap items-center gap-x-2 gap-y-1">
						<h5 id={heading} class="font-semibold break-words">
							{about().name}
						</h5>
						<Show when={m().state !== 'absent'}>
							<span class={`chip ${STATES[m().state].tone}`}>
								<Show when={m().state === 'ready'}>
									<CircleCheck size={12} aria-hidden="true" />
								</Show>
								{STATES[m().state].word}
							</span>
						</Show>
						<Show when={props.recommended}>
							<span class="chip chip-accent">recommended</span>
						</Show>
						<Show when={!about().verified}>
							<span class="chip chip-warn" title="The tests of this build did not run its real weights; it may work all the same.">
								not verified on this build
							</span>
						</Show>
					</div>
					<p class="mt-0.5 text-[0.8125rem] text-muted">{about().what}</p>
				</div>
				<div class="flex flex-wrap items-center gap-2">
					<Show
						when={sure()}
						fallback={
							<For each={actions()}>
								{(action, i) => (
									<button
										type="button"
										class={classOf(action, i() === 0)}
										disabled={disabled(action)}
										aria-label={`${actionLabel(action, m())}: ${about().name}`}
										aria-expanded={action === 'test' ? testing() : undefined}
										onClick={() => void run(action)}
									>
										{actionLabel(action, m())}
									</button>
								)}
							</For>
						}
					>
						<p class="text-xs text-muted">
							Frees <span class="num">{formatBytes(m().freesBytes)}</span>; crystals stay.
						</p>
						<button type="button" class="btn btn-danger" disabled={busy()} onClick={() => void run('remove')}>
							Delete it
						</button>
						<button
							type="button"
							data-keep
							class="btn btn-quiet"
							onClick={() => {
								setSure(false);
								keepFocus();
							}}
						>
							Keep
						</button>
					</Show>
				</div>
			</div>

			<Show when={hasProgress(m())}>
				<Progress model={m()} />
			</Show>
			<Show when={m().why !== ''}>
				<p
					class={`flex items-start gap-2 rounded-md bg-sunken px-2.5 py-1.5 text-xs break-words ${m().state === 'failed' || m().state === 'damaged' ? 'text-danger' : 'text-muted'}`}
				>
					<TriangleAlert size={14} class="mt-px shrink-0" aria-hidden="true" />
					{m().why}
				</p>
			</Show>

			<dl class="grid grid-cols-2 gap-x-4 gap-y-2 md:grid-cols-4">
				<Figure label="Size" value={formatBytes(m().totalBytes)} />
				<Figure label="Memory while it runs" value={formatBytes(about().needs.memoryBytes)} />
				<Show when={m().state === 'ready'} fallback={<Figure label="Licence" value={about().licence} title={about().licence} />}>
					<Figure label="Speed measured here" value={m().measured ? speed(m()) : 'not yet'} title={measuredAt(m().measured)} />
					<Figure
						label="Last used"
						value={m().lastUsedAt > 0 ? formatAgo(Date.now() - m().lastUsedAt) : 'not yet'}
						title={m().lastUsedAt > 0 ? formatDay(m().lastUsedAt) : ''}
					/>
				</Show>
			</dl>
			<Show when={m().state !== 'ready' || m().fitness.fit !== 'good'}>
				<p class="text-xs text-muted">
					<span class={`chip ${FIT[m().fitness.fit].tone} mr-1.5`}>{FIT[m().fitness.fit].word}</span>
					{m().fitness.why}
					<Show when={m().state === 'absent' && m().fitness.fit !== 'no'}> Kept in {props.keptIn}.</Show>
				</p>
			</Show>
			<Show when={m().state === 'absent' && !canBeHad(m())}>
				<p class="text-xs text-muted">
					<span class="chip mr-1.5">from the companion’s folder</span>
					That folder does not hold it now. Put it there by <code class="font-mono">npm run models -- add DIR</code>, name a mirror, or drop
					its files below.
				</p>
			</Show>
			<Show when={m().loaded}>
				{(loaded) => (
					<p class="text-xs text-muted">
						<span class="chip chip-accent mr-1.5">loaded now</span>
						On {BACKENDS[loaded().backend]}. {loaded().note || noteOf(loaded().backend)}
					</p>
				)}
			</Show>
			<Show when={about().terms !== '' && m().state === 'absent'}>
				<div class="rounded-lg border border-line bg-sunken p-3">
					<p class="text-xs">{about().terms}</p>
					<label class="mt-2 flex cursor-pointer items-start gap-2 text-xs font-medium">
						<input
							type="checkbox"
							class="mt-0.5 size-4 accent-[var(--accent-fill)]"
							checked={agreed()}
							onChange={(e) => setAgreed(e.currentTarget.checked)}
						/>
						I have read these terms and agree to them
					</label>
				</div>
			</Show>
			<Show when={testing()}>
				<Trial model={m()} />
			</Show>
			<details class="group text-xs">
				<summary class="inline-flex cursor-pointer items-center gap-1 font-medium text-muted hover:text-text">
					Where it comes from<span class="sr-only"> ({about().name})</span>
				</summary>
				<dl class="mt-2 grid gap-x-4 gap-y-1.5 sm:grid-cols-[9rem_minmax(0,1fr)]">
					<For each={facts(m(), props.keptIn)}>
						{([name, value]) => (
							<>
								<dt class="text-faint">{name}</dt>
								<dd class="break-words text-muted">{value}</dd>
							</>
						)}
					</For>
				</dl>
			</details>
		</li>
	);

	function noteOf(backend: Measured['backend']): string {
		const { capabilities } = app.shown.models ?? {};
		return capabilities ? backendNote(backend, capabilities) : '';
	}
}

function speed({ measured }: ModelView): string {
	return measured ? formatSpeed(measured) : '';
}

function measuredAt(measured: Measured | undefined): string {
	return measured ? `${formatMeasured(measured)}, measured ${formatDay(measured.at)}` : 'Test it, or play with it';
}

/** What a person may want to know and need not. */
function facts(model: ModelView, keptIn: string): readonly (readonly [string, string])[] {
	const { manifest } = model;
	const all: readonly (readonly [string, string])[] = [
		['Made by', manifest.origin],
		['Licence', [manifest.licence, manifest.copyright].filter(Boolean).join(' · ')],
		['Terms', model.state === 'absent' ? '' : manifest.terms],
		['Version', manifest.revision],
		['Known from', model.from],
		['Fetched from', manifest.sources.join(', ')],
		['Kept in', keptIn],
		[
			'Files',
			manifest.files.length > 0 ? `${manifest.files.length}, each with its SHA-256` : 'listed by the hub; pinned when first fetched',
		],
		['Every byte checked', model.checkedAt > 0 ? formatDay(model.checkedAt) : 'never in this store'],
		['Speed', model.measured ? measuredAt(model.measured) : ''],
	];
	return all.filter(([, value]) => value !== '');
}

function Progress(props: { readonly model: ModelView }) {
	const m = () => props.model;
	const percent = () => Math.floor(100 * shareOf(m()));
	return (
		<div class="flex flex-col gap-1.5">
			<div
				role="progressbar"
				aria-label={`${m().manifest.name}: bytes that are here`}
				aria-valuemin="0"
				aria-valuemax="100"
				aria-valuenow={percent()}
				aria-valuetext={progressParts(m()).join(', ')}
				class="meter-track"
			>
				<div class={`meter-fill ${m().state === 'downloading' ? '' : 'opacity-50'}`} style={{ width: `${100 * shareOf(m())}%` }} />
			</div>
			<p
				class={`num flex flex-wrap items-center gap-x-2 text-xs ${m().state === 'downloading' && m().speed === 0 ? 'text-warn' : 'text-muted'}`}
			>
				<Show when={m().state === 'checking'}>
					<LoaderCircle size={13} class="spin" aria-hidden="true" />
					<span>every byte is being hashed</span>
				</Show>
				<span class="font-medium text-text">{percent()} %</span>
				<For each={progressParts(m())}>{(part) => <span>{part}</span>}</For>
			</p>
		</div>
	);
}
