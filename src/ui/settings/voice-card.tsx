// Lines said aloud: one switch, which voice, how loud. Off until a person turns it on; captions are shown either way.
import { createSignal, For, onCleanup, Show } from 'solid-js';
import { speakerOf, voiceLabel } from '../../core/models/speech.ts';
import { Volume2 } from '../primitives/icons.ts';
import { createId, Segmented, Switch } from '../primitives/parts.tsx';
import type { ModelView, VoiceState } from '../services.ts';
import { useServices } from '../services.ts';
import { useApp } from '../state.tsx';
import { Card, Row } from './card.tsx';

const SAMPLE = 'The door is open, and the goblin is asleep.';

/** American or British, by a voice's first letter. */
const landOf = (name: string): 'a' | 'b' => (name.startsWith('b') ? 'b' : 'a');

export function VoiceCard() {
	const app = useApp();
	const services = useServices();
	const voice = () => app.settings().voice;
	const change = (part: Partial<ReturnType<typeof voice>>) => app.changeSettings({ voice: { ...voice(), ...part } });
	const [state, setState] = createSignal<VoiceState>({ said: 0, late: 0, cached: 0, why: '' });
	const [busy, setBusy] = createSignal(false);
	const [fault, setFault] = createSignal('');
	onCleanup(services.voice.onState(setState));
	const chooser = createId('voice');
	const slider = createId('volume');

	/** The one that the model host lets speak as well. */
	const speaks = (): ModelView | undefined => speakerOf((app.shown.models?.models ?? []).filter((m) => m.state === 'ready'));
	const voices = (): readonly string[] => {
		const given = speaks()?.manifest.options.voices;
		return Array.isArray(given) ? given : [];
	};
	/** Of the voice that speaks: the model's first where nobody chose. */
	const land = () => landOf(voice().voice === '' ? (voices()[0] ?? '') : voice().voice);
	const about = () => {
		if (speaks() === undefined) return 'No voice is on this machine yet. Until one is fetched, lines are shown as captions only.';
		if (!voice().on) return 'Off. Lines are shown as captions.';
		const { said, late, cached, why } = state();
		if (why !== '') return why;
		const heard = `${said} ${said === 1 ? 'line' : 'lines'} said${cached === 0 ? '' : `, ${cached} of them from sounds that were kept`}`;
		if (late === 0) return said === 0 ? 'On. The next line is said.' : `On. ${heard}.`;
		return `On. ${heard}, ${late} shown only: they came too late, or gave way to what matters more.`;
	};
	async function test(): Promise<void> {
		setBusy(true);
		setFault(await services.voice.test(SAMPLE, voice().voice));
		setBusy(false);
	}
	return (
		<Card title="Voice" about="Says the narration aloud, by a model on this machine. Nothing leaves it.">
			<Row title="Say lines aloud" about={about()}>
				<div class="flex flex-wrap items-center gap-2">
					<Show when={speaks() === undefined}>
						<button type="button" class="btn" onClick={() => app.setView('models')}>
							Open the models page
						</button>
					</Show>
					<Switch label="Voice" checked={voice().on} onChange={(on) => change({ on })} />
				</div>
			</Row>
			<Row title="Language" about="English is what it can speak. Lines of a game in another language are shown only.">
				<Segmented
					label="Language"
					value={land()}
					choices={[
						{ value: 'a', label: 'American English' },
						{ value: 'b', label: 'British English' },
					]}
					onChange={(to) => change({ voice: voices().find((name) => name.startsWith(to)) ?? '' })}
				/>
			</Row>
			<Row title="Which voice" about="Each voice says a line anew, and its sounds are kept apart.">
				<div class="flex flex-wrap items-center gap-2">
					<label for={chooser} class="sr-only">
						Which voice
					</label>
					<select
						id={chooser}
						class="field w-auto!"
						disabled={voices().length === 0}
						onChange={(e) => change({ voice: e.currentTarget.value })}
					>
						<Show when={land() === landOf(voices()[0] ?? '')}>
							<option value="">The model’s first</option>
						</Show>
						{/* The voices come after the choice is known, so each says for itself whether it is the one. */}
						<For each={voices().filter((name) => landOf(name) === land())}>
							{(name) => (
								<option value={name} selected={voice().voice === name}>
									{voiceLabel(name)}
								</option>
							)}
						</For>
					</select>
					<button type="button" class="btn" disabled={busy() || speaks() === undefined} onClick={() => void test()}>
						<Volume2 size={15} aria-hidden="true" /> {busy() ? 'It is being made…' : 'Hear it'}
					</button>
				</div>
				<Show when={fault()}>
					<p role="alert" class="basis-full text-xs font-medium text-danger">
						{fault()}
					</p>
				</Show>
			</Row>
			<Row title="Volume" about="Of the voice alone. The game is heard from its own window, whose sound this page does not have.">
				<div class="flex items-center gap-2">
					<label for={slider} class="sr-only">
						Volume
					</label>
					<input
						id={slider}
						type="range"
						min="0"
						max="1"
						step="0.05"
						value={voice().volume}
						onInput={(e) => change({ volume: Number(e.currentTarget.value) })}
						class="h-5 w-40 cursor-pointer accent-[var(--accent-fill)]"
						aria-valuetext={`${Math.round(voice().volume * 100)} %`}
					/>
					<output for={slider} class="num w-12 text-right text-xs text-muted">
						{Math.round(voice().volume * 100)} %
					</output>
				</div>
			</Row>
		</Card>
	);
}
