// Rules as they are followed: by layer, each as if/else, with those marked whose condition holds at this moment.
import { createMemo, createSignal, For, Show } from 'solid-js';
import { plural } from '../primitives/format.ts';
import { Download, Lock, Upload } from '../primitives/icons.ts';
import { Switch } from '../primitives/parts.tsx';
import { type CrystalView, useServices } from '../services.ts';
import { useApp } from '../state.tsx';
import { Learning } from './learning.tsx';
import { byLayer, LAYER_WORDS } from './rule-list.ts';
import { STATES } from './shelf.ts';

const FILE_MAX_BYTES = 4_000_000;

export function Rules(props: {
	readonly rules: readonly CrystalView[];
	readonly openId: string;
	readonly onOpen: (id: string, from: HTMLElement) => void;
}) {
	const app = useApp();
	const { agent, save } = useServices();
	const [firingOnly, setFiringOnly] = createSignal(false);
	const firing = createMemo(() => new Set(app.shown.live.firing));
	const layers = createMemo(() => byLayer(firingOnly() ? props.rules.filter((rule) => firing().has(rule.id)) : props.rules));
	let file!: HTMLInputElement;
	const exportRules = () =>
		app.tries(async () => {
			save('rules.txt', 'text/plain', await agent.exportRules());
			return '';
		});
	const importRules = (chosen: File | undefined) =>
		app.tries(async () => {
			if (chosen === undefined) return '';
			if (chosen.size > FILE_MAX_BYTES) return `${chosen.name} is too long: a rules file has at most 4 MB.`;
			return await agent.importRules(await chosen.text());
		});
	return (
		<div class="flex min-w-0 flex-col gap-4">
			<div class="flex flex-wrap items-center gap-x-4 gap-y-2">
				<Switch label="Only those that would fire now" checked={firingOnly()} onChange={setFiringOnly} />
				<span class="num text-xs text-muted" role="status">
					{plural(app.shown.live.firing.length, 'rule')} would fire now
				</span>
				<span class="ml-auto flex gap-2">
					<button type="button" class="btn" onClick={() => void exportRules()}>
						<Download size={14} aria-hidden="true" /> Export rules.txt
					</button>
					<button type="button" class="btn" onClick={() => file.click()}>
						<Upload size={14} aria-hidden="true" /> Import rules.txt
					</button>
					<input
						ref={file}
						type="file"
						accept=".txt,text/plain"
						hidden
						aria-label="Rules file"
						onChange={(e) => {
							void importRules(e.currentTarget.files?.[0]);
							e.currentTarget.value = '';
						}}
					/>
				</span>
			</div>
			<Learning rules={props.rules.length} />
			<For each={layers()} fallback={<p class="px-1 py-4 text-muted">No rule is like that.</p>}>
				{({ layer, rules }) => (
					<section aria-label={`Layer ${layer}`}>
						<h3 class="mb-1.5 flex items-baseline gap-2 text-sm font-semibold">
							{layer} <span class="text-2xs font-normal text-faint">{LAYER_WORDS[layer]}</span>
						</h3>
						<ol class="panel divide-y divide-line overflow-hidden" aria-label={`Rules of layer ${layer}, in the order they are followed`}>
							<For each={rules}>
								{(rule) => (
									<Row
										rule={rule}
										fires={firing().has(rule.id)}
										open={rule.id === props.openId}
										onOpen={(from) => props.onOpen(rule.id, from)}
									/>
								)}
							</For>
						</ol>
					</section>
				)}
			</For>
		</div>
	);
}

function Row(props: {
	readonly rule: CrystalView;
	readonly fires: boolean;
	readonly open: boolean;
	readonly onOpen: (from: HTMLElement) => void;
}) {
	const r = () => props.rule;
	return (
		<li
			data-crystal={r().id}
			data-state={r().state}
			data-fires={props.fires}
			class={`relative grid grid-cols-[0.75rem_minmax(0,1fr)] gap-x-2.5 gap-y-1 px-3 py-2.5 transition-colors hover:bg-hover ${props.open ? 'edge-accent' : ''} [content-visibility:auto] [contain-intrinsic-size:auto_4rem]`}
		>
			<span class={`mt-1.5 size-2 rounded-full ${props.fires ? 'bg-good' : 'border border-line-strong'}`} aria-hidden="true" />
			<button
				type="button"
				class={`min-w-0 text-left font-mono text-xs leading-relaxed break-words after:absolute after:inset-0 ${r().state === 'retired' ? 'text-faint line-through' : ''}`}
				aria-expanded={props.open}
				aria-label={`Details of ${r().name}${props.fires ? ', would fire now' : ''}`}
				onClick={(e) => props.onOpen(e.currentTarget)}
			>
				{r().text}
			</button>
			<p class="num col-start-2 flex flex-wrap items-center gap-x-2 gap-y-1 text-2xs text-muted">
				<span class={`chip ${STATES[r().state].tone}`} title={STATES[r().state].about}>
					{r().state}
				</span>
				<Show when={r().pinned}>
					<span class="chip">
						<Lock size={11} aria-hidden="true" /> pinned
					</span>
				</Show>
				<Show when={props.fires}>
					<span class="font-medium text-good">would fire now</span>
				</Show>
				<span>
					{r().score.toFixed(2)} sure, floor {r().floor.toFixed(2)}
				</span>
				<span>
					{r().k.toFixed(0)} good, {r().w.toFixed(0)} harmful
				</span>
				<span>used {plural(r().used, 'time')}</span>
				<span class="text-faint">{r().why}</span>
			</p>
		</li>
	);
}
