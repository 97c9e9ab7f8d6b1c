import { createSignal, For, type JSX, Show } from 'solid-js';
import { Field, Segmented } from '../primitives/parts.tsx';
import type { TierSetting, TierView } from '../services.ts';
import { useServices } from '../services.ts';
import { useApp } from '../state.tsx';
import { type DraftField, draftOf, PRESETS, readDraft, type TierDraft } from './presets.ts';

const FORMATS: readonly { readonly value: TierSetting['boxFormat']; readonly label: string }[] = [
	{ value: 'pixels', label: 'Pixels of the picture' },
	{ value: 'norm1000', label: '0 to 1000, x first (Qwen and others)' },
	{ value: 'norm1000-yxyx', label: '0 to 1000, y first (Gemini)' },
];

function startOf(tier: TierView | undefined): TierDraft {
	const preset = PRESETS.find((p) => tier && p.base !== '' && p.base.includes(tier.host)) ?? PRESETS[tier ? 4 : 0]!;
	return tier ? { ...draftOf(preset), name: tier.name === 'cloud' ? 'cloud' : 'local', moderation: tier.moderates ?? '' } : draftOf(preset);
}

export function TierForm(props: { readonly tier: TierView | undefined; readonly onDone: () => void }) {
	const app = useApp();
	const services = useServices();
	const [draft, setDraft] = createSignal(startOf(props.tier));
	const [faults, setFaults] = createSignal<Readonly<Partial<Record<DraftField, string>>>>({});
	const [busy, setBusy] = createSignal(false);
	const change = (part: Partial<TierDraft>) => setDraft((old) => ({ ...old, ...part }));
	async function submit(event: SubmitEvent): Promise<void> {
		event.preventDefault();
		const read = readDraft(draft(), props.tier !== undefined);
		setFaults(read.ok ? {} : read.faults);
		if (!read.ok) return;
		setBusy(true);
		const done = await app.tries(() => services.agent.setTier(read.setting));
		setBusy(false);
		if (done) props.onDone();
	}
	const text = (
		label: string,
		field: DraftField,
		more: { hint?: string; type?: string; placeholder?: string; class?: string } = {},
	): JSX.Element => (
		<Field label={label} {...(more.hint ? { hint: more.hint } : {})} {...(more.class ? { class: more.class } : {})}>
			{(id) => (
				<>
					<input
						id={id}
						class="field"
						type={more.type ?? 'text'}
						autocomplete="off"
						spellcheck={false}
						placeholder={more.placeholder ?? ''}
						value={draft()[field]}
						aria-invalid={faults()[field] !== undefined}
						aria-describedby={faults()[field] === undefined ? undefined : `${id}-fault`}
						onInput={(e) => change({ [field]: e.currentTarget.value })}
					/>
					<Show when={faults()[field]}>
						<p id={`${id}-fault`} class="mt-1 text-2xs font-medium text-danger">
							{faults()[field]}
						</p>
					</Show>
				</>
			)}
		</Field>
	);
	return (
		<form
			class="panel flex flex-col gap-4 p-4"
			aria-label={props.tier ? `Edit ${props.tier.label}` : 'Add a model server'}
			onSubmit={(e) => void submit(e)}
		>
			<Segmented
				label="Kind of server"
				value={draft().preset}
				choices={PRESETS.map((p) => ({ value: p.id, label: p.label }))}
				onChange={(id) => setDraft(draftOf(PRESETS.find((p) => p.id === id) ?? PRESETS[0]!))}
			/>
			<div class="grid gap-4 md:grid-cols-2">
				{text('Base URL', 'base', {
					placeholder: 'http://127.0.0.1:11434/v1',
					hint: 'Where /chat/completions is served. Calls go to this host and nowhere else.',
				})}
				{text('Model', 'model', {
					hint: 'A model that sees pictures answers every question; one that does not can still decide and narrate.',
				})}
				{text('Key', 'key', {
					type: 'password',
					placeholder: props.tier ? 'stored; type to replace' : 'none',
					hint: 'Kept by the companion in a file of its own, never shown again.',
				})}
				<Field label="Where it runs" hint="Decides how its calls are counted.">
					{(id) => (
						<select
							id={id}
							class="field"
							value={draft().name}
							onChange={(e) => change({ name: e.currentTarget.value === 'local' ? 'local' : 'cloud' })}
						>
							<option value="local" selected={draft().name === 'local'}>
								On this machine or its network
							</option>
							<option value="cloud" selected={draft().name === 'cloud'}>
								Outside
							</option>
						</select>
					)}
				</Field>
				{text('Moderation model', 'moderation', {
					placeholder: 'none',
					hint: 'Where the server also judges texts at /moderations. New texts go there before they are said or shown.',
				})}
				{text('Price in, US dollars a million tokens', 'inPerM', { placeholder: draft().name === 'local' ? '0' : 'unknown' })}
				{text('Price out, US dollars a million tokens', 'outPerM', { placeholder: draft().name === 'local' ? '0' : 'unknown' })}
				<Field label="How it gives boxes">
					{(id) => (
						<select
							id={id}
							class="field"
							value={draft().boxFormat}
							onChange={(e) => change({ boxFormat: e.currentTarget.value as TierSetting['boxFormat'] })}
						>
							<For each={FORMATS}>
								{(format) => (
									<option value={format.value} selected={format.value === draft().boxFormat}>
										{format.label}
									</option>
								)}
							</For>
						</select>
					)}
				</Field>
			</div>
			<Show when={draft().name === 'cloud' && draft().inPerM.trim() === ''}>
				<p class="text-xs text-warn">With an unknown price its calls are refused: a cap cannot be kept on a figure nobody knows.</p>
			</Show>
			<div class="flex gap-2">
				<button type="submit" class="btn btn-primary" disabled={busy()}>
					Save
				</button>
				<button type="button" class="btn btn-quiet" onClick={() => props.onDone()}>
					Cancel
				</button>
			</div>
		</form>
	);
}
