// A model tried by hand: it says a sentence, reads a picture, answers, compares. The figure it gives is this machine's.
import { createSignal, For, Match, onCleanup, Show, Switch } from 'solid-js';
import type { Purpose } from '../../core/models/manifest.ts';
import { formatBytes } from '../primitives/format.ts';
import { LoaderCircle, Square, Volume2 } from '../primitives/icons.ts';
import { FileButton } from '../primitives/file-button.tsx';
import { Field } from '../primitives/parts.tsx';
import type { ModelView, Trial as TrialResult } from '../services.ts';
import { useServices } from '../services.ts';
import { formatMeasured } from './shelf.ts';
import { playSamples } from './sound.ts';

/** More is no screenshot. */
const PICTURE_MAX_BYTES = 20_000_000;
const TRIES: Readonly<Record<Purpose, { readonly label: string; readonly go: string; readonly text: string }>> = {
	speak: { label: 'Say a sentence', go: 'Say it', text: 'Low health. Drinking a potion.' },
	think: { label: 'Ask it something', go: 'Ask', text: 'What does a potion do in a game? One sentence.' },
	embed: { label: 'Compare two sentences', go: 'Compare', text: 'Drink a potion.' },
	read: { label: 'Read this picture', go: 'Read it', text: '' },
	see: { label: 'Look at this picture', go: 'Look', text: 'What is on this picture?' },
	detect: { label: 'Find things on this picture', go: 'Find', text: '' },
};

export function Trial(props: { readonly model: ModelView }) {
	const services = useServices();
	const purpose = () => props.model.manifest.purpose;
	const way = () => TRIES[purpose()];
	const [text, setText] = createSignal(TRIES[props.model.manifest.purpose].text);
	const [other, setOther] = createSignal('Heal yourself.');
	const [voice, setVoice] = createSignal(voicesOf(props.model)[0] ?? '');
	const [picture, setPicture] = createSignal<{ readonly name: string; read(): Promise<ArrayBuffer> | ArrayBuffer }>();
	const [running, setRunning] = createSignal(false);
	const [result, setResult] = createSignal<TrialResult>();
	const [fault, setFault] = createSignal('');
	const [playing, setPlaying] = createSignal(false);
	let sound: ReturnType<typeof playSamples> | undefined;
	let gone = false;
	onCleanup(() => {
		gone = true;
		sound?.stop();
	});
	const seesPictures = () => ['read', 'see', 'detect'].includes(purpose());
	const voices = () => voicesOf(props.model);
	const missing = () => {
		if (seesPictures()) return picture() ? '' : 'Choose a picture first.';
		if (text().trim() === '' || (purpose() === 'embed' && other().trim() === '')) return 'Type something first.';
		return '';
	};

	function play(samples: Float32Array, rate: number): void {
		sound?.stop();
		const mine = playSamples(samples, rate);
		sound = mine;
		setPlaying(true);
		void mine.ended.then(() => sound === mine && setPlaying(false));
	}
	async function go(event: SubmitEvent): Promise<void> {
		event.preventDefault();
		setFault(missing());
		if (missing() !== '' || running()) return;
		setRunning(true);
		setResult(undefined);
		const words = purpose() === 'embed' ? `${text().trim()}\n${other().trim()}` : text().trim();
		const given = picture();
		try {
			const answer = await services.models.trial(props.model.manifest.id, {
				...(words === '' ? {} : { text: words }),
				...(given && seesPictures() ? { picture: new Uint8Array(await given.read()) } : {}),
				...(voice() === '' ? {} : { voice: voice() }),
			});
			setResult(answer);
			if (answer.ok && answer.audio && !gone) play(answer.audio.samples, answer.audio.rate);
		} catch (error) {
			setResult({ ok: false, why: error instanceof Error ? error.message : String(error) });
		}
		setRunning(false);
	}
	function choose(chosen: File): void {
		if (chosen.size > PICTURE_MAX_BYTES)
			return void setFault(`${chosen.name} has ${formatBytes(chosen.size)}; ${formatBytes(PICTURE_MAX_BYTES)} are the most.`);
		setFault('');
		setPicture({ name: chosen.name, read: () => chosen.arrayBuffer() });
	}
	async function takeFrame(): Promise<void> {
		setFault('');
		const [newest] = await services.agent.storedFrames().catch(() => []);
		const png = newest ? await services.agent.framePicture(newest.id).catch(() => undefined) : undefined;
		if (png) setPicture({ name: 'the current frame', read: () => png.slice().buffer });
		else setFault('There is no frame yet. Share a game window or open the practice game, or choose a picture.');
	}
	const answered = () => {
		const now = result();
		return now?.ok ? now : undefined;
	};

	return (
		<form
			class="flex flex-col gap-3 rounded-lg border border-line bg-sunken p-3"
			aria-label={`${way().label}: ${props.model.manifest.name}`}
			onSubmit={(e) => void go(e)}
		>
			<Switch>
				<Match when={seesPictures()}>
					<div class="flex flex-wrap items-center gap-2">
						<FileButton accept="image/png,image/jpeg" onFiles={([chosen]) => choose(chosen)}>
							Choose a picture
						</FileButton>
						<button type="button" class="btn" onClick={() => void takeFrame()}>
							Use the current frame
						</button>
						<span class="min-w-0 truncate text-xs text-muted">{picture()?.name ?? 'PNG or JPEG'}</span>
					</div>
				</Match>
				<Match when={purpose() === 'embed'}>
					<div class="grid gap-3 sm:grid-cols-2">
						<Field label="One sentence">
							{(id) => <input id={id} class="field" value={text()} maxLength={500} onInput={(e) => setText(e.currentTarget.value)} />}
						</Field>
						<Field label="Another one">
							{(id) => <input id={id} class="field" value={other()} maxLength={500} onInput={(e) => setOther(e.currentTarget.value)} />}
						</Field>
					</div>
				</Match>
				<Match when={true}>
					<div class="flex flex-wrap gap-3">
						<Field label={way().label} class="min-w-0 flex-1 basis-64">
							{(id) => <input id={id} class="field" value={text()} maxLength={500} onInput={(e) => setText(e.currentTarget.value)} />}
						</Field>
						<Show when={voices().length > 0}>
							<Field label="Voice">
								{(id) => (
									<select id={id} class="field" value={voice()} onChange={(e) => setVoice(e.currentTarget.value)}>
										<For each={voices()}>{(name) => <option value={name}>{name}</option>}</For>
									</select>
								)}
							</Field>
						</Show>
					</div>
				</Match>
			</Switch>
			<div class="flex flex-wrap items-center gap-2">
				<button type="submit" class="btn" disabled={running()}>
					{seesPictures() ? way().label : way().go}
				</button>
				<Show when={running()}>
					<span class="inline-flex items-center gap-1.5 text-xs text-muted" role="status">
						<LoaderCircle size={13} class="spin" aria-hidden="true" />
						{props.model.loaded ? 'It works on it…' : 'It is being loaded, then it works on it…'}
					</span>
					<button type="button" class="btn btn-quiet" onClick={() => void services.models.unload(props.model.manifest.id)}>
						Stop it
					</button>
				</Show>
				<Show when={answered()?.audio}>
					{(audio) => (
						<Show
							when={playing()}
							fallback={
								<button type="button" class="btn btn-quiet" onClick={() => play(audio().samples, audio().rate)}>
									<Volume2 size={15} aria-hidden="true" /> Once more
								</button>
							}
						>
							<button type="button" class="btn btn-quiet" onClick={() => sound?.stop()}>
								<Square size={13} aria-hidden="true" /> Silence
							</button>
						</Show>
					)}
				</Show>
			</div>
			<Show when={fault()}>
				<p role="alert" class="text-xs font-medium text-danger">
					{fault()}
				</p>
			</Show>
			<div role="status" class="empty:hidden">
				<Switch>
					<Match when={answered()}>
						{(answer) => (
							<div class="flex flex-col gap-1" data-trial="said">
								<p class="max-h-60 overflow-auto text-[0.8125rem] break-words whitespace-pre-wrap">{answer().said}</p>
								<p class="num text-2xs text-faint">{formatMeasured(answer().measured)}</p>
							</div>
						)}
					</Match>
					<Match when={result()}>
						{(answer) => (
							<p class="text-xs font-medium text-danger" data-trial="failed">
								{(answer() as { readonly why: string }).why}
							</p>
						)}
					</Match>
				</Switch>
			</div>
		</form>
	);
}

function voicesOf({ manifest }: ModelView): readonly string[] {
	const given = manifest.options.voices;
	return Array.isArray(given) ? given : [];
}
