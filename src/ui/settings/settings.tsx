import { createSignal, type JSX, Match, Show, Switch } from 'solid-js';
import { PlugZap, Unplug } from '../primitives/icons.ts';
import { Field, Page, Segmented } from '../primitives/parts.tsx';
import { useServices } from '../services.ts';
import { useApp } from '../state.tsx';
import { readCode, readSeed, SPEEDS } from './values.ts';

export function SettingsPage() {
	const app = useApp();
	const practice = () => app.settings().practice;
	const change = (part: Partial<ReturnType<typeof practice>>) => app.changeSettings({ practice: { ...practice(), ...part } });
	return (
		<Page name="Settings" about="Kept in this browser.">
			<Card title="Look">
				<Row title="Theme" about="System follows what your computer says.">
					<Segmented
						label="Theme"
						value={app.settings().theme}
						choices={[
							{ value: 'system', label: 'System' },
							{ value: 'light', label: 'Light' },
							{ value: 'dark', label: 'Dark' },
						]}
						onChange={(theme) => app.changeSettings({ theme })}
					/>
				</Row>
			</Card>
			<Card title="Companion">
				<Companion />
			</Card>
			<Card
				title="Practice game"
				about="The switches work in play. Skin, scale and status bar are drifts: they show how crystals notice that they no longer fit."
			>
				<Row title="Seed" about="Same seed, same inputs, same game.">
					<input
						class="field num w-32!"
						aria-label="Seed"
						inputmode="numeric"
						value={practice().seed}
						onChange={(e) => {
							const seed = readSeed(e.currentTarget.value);
							if (seed === undefined) e.currentTarget.value = String(practice().seed);
							else change({ seed });
						}}
					/>
				</Row>
				<Row title="Speed" about="Game seconds for each real second.">
					<Segmented
						label="Speed"
						value={String(practice().speed)}
						choices={SPEEDS.map((s) => ({ value: String(s), label: `${s}×` }))}
						onChange={(speed) => change({ speed: Number(speed) })}
					/>
				</Row>
				<Row title="Skin" about="The palette of the whole picture.">
					<Segmented
						label="Skin"
						value={practice().skin}
						choices={[
							{ value: 'day', label: 'Day' },
							{ value: 'dusk', label: 'Dusk' },
						]}
						onChange={(skin) => change({ skin })}
					/>
				</Row>
				<Row title="Scale" about="The size of interface and tiles; the frame grows alike.">
					<Segmented
						label="Scale"
						value={String(practice().scale) as '1' | '1.25' | '1.5'}
						choices={[
							{ value: '1', label: '100 %' },
							{ value: '1.25', label: '125 %' },
							{ value: '1.5', label: '150 %' },
						]}
						onChange={(scale) => change({ scale: scale === '1.5' ? 1.5 : scale === '1.25' ? 1.25 : 1 })}
					/>
				</Row>
				<Row title="Status bar" about="Where health and numbers stand.">
					<Segmented
						label="Status bar"
						value={practice().hud}
						choices={[
							{ value: 'top', label: 'Top' },
							{ value: 'bottom', label: 'Bottom' },
						]}
						onChange={(hud) => change({ hud })}
					/>
				</Row>
			</Card>
		</Page>
	);
}

function Card(props: { readonly title: string; readonly about?: string; readonly children: JSX.Element }) {
	return (
		<div class="panel">
			<div class="border-b border-line px-4 py-3">
				<h3 class="font-semibold">{props.title}</h3>
				<Show when={props.about}>
					<p class="mt-0.5 text-[0.8125rem] text-muted">{props.about}</p>
				</Show>
			</div>
			<div class="divide-y divide-line">{props.children}</div>
		</div>
	);
}

function Row(props: { readonly title: string; readonly about: string; readonly children: JSX.Element }) {
	return (
		<div class="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
			<div class="min-w-0 flex-1 basis-56">
				<p class="font-medium">{props.title}</p>
				<p class="text-xs text-muted">{props.about}</p>
			</div>
			{props.children}
		</div>
	);
}

function Companion() {
	const app = useApp();
	const services = useServices();
	const [code, setCode] = createSignal('');
	const [fault, setFault] = createSignal('');
	const [busy, setBusy] = createSignal(false);
	async function pair(event: SubmitEvent): Promise<void> {
		event.preventDefault();
		const digits = readCode(code());
		if (digits === undefined) return void setFault('The code has six digits; the companion shows it in its terminal.');
		setBusy(true);
		setFault(await services.pairing.pair(digits));
		setBusy(false);
	}
	return (
		<div class="flex flex-col gap-4 p-4" data-pairing={app.pairing().state}>
			<Switch>
				<Match when={app.pairing().state === 'paired'}>
					<div class="flex flex-wrap items-center gap-3">
						<span class="chip chip-good">
							<PlugZap size={12} aria-hidden="true" /> Paired
						</span>
						<p class="min-w-0 flex-1 basis-56 text-[0.8125rem] text-muted">
							The companion carries out input in the shared window, and carries calls to models outside.
						</p>
						<button type="button" class="btn" onClick={() => services.pairing.forget()}>
							Forget this pairing
						</button>
					</div>
				</Match>
				<Match when={app.pairing().state === 'absent'}>
					<div class="flex flex-wrap items-center gap-3">
						<span class="chip">
							<Unplug size={12} aria-hidden="true" /> Not running
						</span>
						<div class="min-w-0 flex-1 basis-56 text-[0.8125rem] text-muted">
							<p>
								Without it this page gives advice: it watches, decides and explains, and you play. To let it act, start it in the Falsework
								folder with <code class="rounded bg-sunken px-1 font-mono">npm start</code> and use the page it opens.
							</p>
						</div>
						<button type="button" class="btn" onClick={() => void services.pairing.check()}>
							Look again
						</button>
					</div>
				</Match>
				<Match when={app.pairing().state === 'unpaired'}>
					<form class="flex flex-wrap items-end gap-3" onSubmit={(e) => void pair(e)}>
						<Field label="Six-digit code, shown by the companion" class="min-w-0 flex-1 basis-56">
							{(id) => (
								<input
									id={id}
									class="field num tracking-[0.3em]"
									inputmode="numeric"
									autocomplete="one-time-code"
									placeholder="000000"
									maxLength={7}
									value={code()}
									aria-invalid={fault() !== ''}
									aria-describedby={fault() === '' ? undefined : `${id}-fault`}
									onInput={(e) => setCode(e.currentTarget.value)}
								/>
							)}
						</Field>
						<button type="submit" class="btn btn-primary" disabled={busy()}>
							Pair
						</button>
						<button type="button" class="btn" onClick={() => void services.pairing.showCode().then(setFault)}>
							Show a code in its terminal
						</button>
					</form>
					<Show when={fault()}>
						<p role="alert" class="text-[0.8125rem] font-medium text-danger">
							{fault()}
						</p>
					</Show>
				</Match>
			</Switch>
		</div>
	);
}
