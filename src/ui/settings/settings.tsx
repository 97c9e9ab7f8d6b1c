import { createSignal, Match, Show, Switch } from 'solid-js';
import { PlugZap, Radio, Unplug } from '../primitives/icons.ts';
import { Field, Page, Segmented } from '../primitives/parts.tsx';
import { useServices } from '../services.ts';
import { useApp } from '../state.tsx';
import { AppCard } from './app-card.tsx';
import { Card, Row } from './card.tsx';
import { LACKS } from './lacks.ts';
import { ModerationCard } from './moderation-card.tsx';
import { NarrationCard } from './narration-card.tsx';
import { SatsCard } from './sats-card.tsx';
import { CHANCES, readCode, readSeed, SPEEDS } from './values.ts';
import { VoiceCard } from './voice-card.tsx';

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
			<NarrationCard />
			<VoiceCard />
			<ModerationCard />
			<SatsCard />
			<AppCard />
			<Card title="Companion">
				<Companion />
			</Card>
			<Card title="Scorecard">
				<Row title="Embed on your stream" about="A browser source, an iframe or an element for a page: with a preview, and ready to copy.">
					<button type="button" class="btn" onClick={() => app.setView('embed')}>
						<Radio size={15} aria-hidden="true" />
						Make it
					</button>
				</Row>
			</Card>
			<Card
				title="Practice game"
				about="The switches work in play. Skin, scale and status bar are drifts: they show how crystals notice that they no longer fit."
			>
				<Row title="Land" about="Five rooms, or thirty places that are larger than the picture and look alike here and there.">
					<Segmented
						label="Land"
						value={practice().land}
						choices={[
							{ value: 'hollow', label: 'Hollow' },
							{ value: 'warren', label: 'Warren' },
						]}
						onChange={(land) => change({ land })}
					/>
				</Row>
				<Show when={practice().land === 'warren'}>
					<Row title="Shut doors" about="The share of the Warren’s doors that chance has shut.">
						<Segmented
							label="Shut doors"
							value={String(practice().doors)}
							choices={CHANCES.map((c) => ({ value: String(c), label: `${100 * c} %` }))}
							onChange={(doors) => change({ doors: Number(doors) })}
						/>
					</Row>
					<Row title="Interruptions" about="How often a pedlar stops the hero on the way.">
						<Segmented
							label="Interruptions"
							value={String(practice().popups)}
							choices={CHANCES.map((c) => ({ value: String(c), label: `${100 * c} %` }))}
							onChange={(popups) => change({ popups: Number(popups) })}
						/>
					</Row>
					<Row title="Name plate" about="Without it a place is known by its looks alone.">
						<Segmented
							label="Name plate"
							value={practice().plate ? 'on' : 'off'}
							choices={[
								{ value: 'off', label: 'Off' },
								{ value: 'on', label: 'On' },
							]}
							onChange={(plate) => change({ plate: plate === 'on' })}
						/>
					</Row>
				</Show>
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

function Companion() {
	const app = useApp();
	const services = useServices();
	const [code, setCode] = createSignal('');
	const [fault, setFault] = createSignal('');
	const [busy, setBusy] = createSignal(false);
	const lacked = () => {
		const state = app.pairing();
		return state.state === 'absent' ? state.lack : undefined;
	};
	const lack = () => {
		const which = lacked();
		return which === undefined ? undefined : LACKS[which];
	};
	async function look(): Promise<void> {
		setBusy(true);
		await services.pairing.check();
		setBusy(false);
	}
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
				<Match when={lack()}>
					{(text) => (
						<div class="flex flex-wrap items-center gap-3" data-lack={lacked()}>
							<span class="chip shrink-0">
								<Unplug size={12} aria-hidden="true" /> {text().title}
							</span>
							<div class="min-w-0 flex-1 basis-56 text-[0.8125rem] text-muted" role="status">
								<p>{text().what}</p>
								<Show when={text().command}>
									{(command) => (
										<code class="mt-1.5 inline-block rounded bg-sunken px-1.5 py-0.5 font-mono break-all">
											{command().replace('ORIGIN', location.origin)}
										</code>
									)}
								</Show>
							</div>
							<button type="button" class="btn" disabled={busy()} onClick={() => void look()}>
								{text().look}
							</button>
						</div>
					)}
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
