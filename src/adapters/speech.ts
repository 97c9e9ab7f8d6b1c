// Says the session's lines aloud, on the page, where sound is: sentence by sentence, each put together from sounds that were kept or are
// made now. A line that is late or over is not said; its caption has been shown in any case, whatever becomes of the voice.
import type { Clock } from '../core/ports.ts';
import { sentencesOf } from '../core/speech/pieces.ts';
import { LATE_MS, makeLineQueue, type Queued, type SpokenLine } from '../core/speech/queue.ts';
import { SENTENCE_MS, splice } from '../core/speech/splice.ts';
import { pcmOf, samplesOf, type Sound } from '../core/speech/wav.ts';
import { sha256 } from './hex.ts';

export interface Spoken {
	/** Mono, in [-1, 1]. */
	readonly samples: Float32Array;
	readonly rate: number;
}
export interface Playing {
	stop(): void;
	/** Lowers it to its end: something that matters more comes next. */
	duck(): void;
	readonly ended: Promise<void>;
}
/** Where sound goes. */
export interface Output {
	/** @returns undefined when the browser lets nothing be heard before a click */
	play(spoken: Spoken): Promise<Playing | undefined>;
	/** 0 to 1. */
	setVolume(volume: number): void;
}
export interface VoiceSettings {
	readonly on: boolean;
	/** '' = the model's first. */
	readonly voice: string;
	/** 0 to 1. */
	readonly volume: number;
}
/** What became of the lines since the voice was switched on, and why none is heard now; '' = they are. */
export interface SpeechState {
	readonly said: number;
	/** Too late, over, or given way to what matters more. */
	readonly late: number;
	/** Of the lines said: those that no synthesis was needed for. */
	readonly cached: number;
	/** Pieces of sound found, and made. */
	readonly found: number;
	readonly made: number;
	readonly why: string;
}
export interface SpeechOptions {
	/** By the model host; undefined = no voice is here. `withinMs`: later nobody wants it any more. */
	readonly say: (text: string, voice: string, withinMs: number) => Promise<Spoken | undefined>;
	/** Where sounds are kept, by their key. */
	readonly shelf: { get(key: string): Promise<Sound | undefined>; put(key: string, sound: Sound): Promise<unknown> };
	/** What speaks: another model is another sound. */
	readonly speaker: () => string;
	readonly output: Output;
	readonly clock: Pick<Clock, 'monotonic'>;
	readonly onState?: (state: SpeechState) => void;
	/** From a line's coming to its first sound, ms, and whether all of it was found. */
	readonly onFirst?: (gapMs: number, cached: boolean) => void;
}
export interface SpeechPlayer {
	set(settings: VoiceSettings): void;
	/** A line to be said, in the language of its game. */
	line(line: SpokenLine & { readonly language: string }): void;
	/** What lines of that event speak of is over: none is said, and one that is being said ends with its sentence. */
	over(of: string): void;
	/** Says a line now, on or off, whatever else waits. @returns '' or the sentence why not */
	test(text: string, voice: string): Promise<string>;
	/** The sound of a whole text, for a file. undefined: no voice is here. Throws what the voice throws. */
	render(text: string): Promise<Spoken | undefined>;
	/** Play has stopped or rests: no sound from here on, until the next line. */
	silence(): void;
}

/** It may still be made after it is late: its like comes again, and is then at hand. */
const MAKE_MS = 30_000;
/** Of a line tried by hand, or written to a file: the first one loads the voice. */
const PATIENT_MS = 120_000;
/** In memory, in front of what is stored: some three minutes. */
const MEMORY_BYTES = 16 * 1024 * 1024;
export const NO_VOICE = 'No voice is on this machine; fetch one on the Models page.';
const CLICK_FIRST = 'The browser lets nothing be heard before the page is clicked.';

export function makeSpeech(o: SpeechOptions): SpeechPlayer {
	const { clock } = o;
	const queue = makeLineQueue();
	let settings: VoiceSettings = { on: false, voice: '', volume: 1 };
	let playing: Playing | undefined;
	let current: Queued | undefined;
	let busy = false;
	/** Rises with each silence: what was begun before is not heard after. */
	let age = 0;
	let ended: string | undefined;
	const fresh = { said: 0, late: 0, cached: 0, found: 0, made: 0, why: '' };
	let state: SpeechState = fresh;
	const memory = new Map<string, Spoken>();
	let bytes = 0;

	function tell(change: Partial<SpeechState>): void {
		state = { ...state, ...change };
		o.onState?.(state);
	}
	const lost = (count: number): void => {
		if (count > 0) tell({ late: state.late + count });
	};

	function remember(key: string, spoken: Spoken): void {
		const old = memory.get(key);
		memory.delete(key);
		memory.set(key, spoken);
		bytes += spoken.samples.byteLength - (old?.samples.byteLength ?? 0);
		for (const [oldest, { samples }] of memory) {
			if (bytes <= MEMORY_BYTES || memory.size === 1) break;
			memory.delete(oldest);
			bytes -= samples.byteLength;
		}
	}

	/** The sound of one piece: from memory, from the shelf, or made now and kept. */
	async function pieceOf(
		text: string,
		voice: string,
		withinMs: number,
	): Promise<{ readonly spoken: Spoken; readonly found: boolean } | undefined> {
		const key = await keyOf(o.speaker(), voice, text);
		const known = memory.get(key) ?? (await stored(key));
		if (known !== undefined) {
			remember(key, known);
			return { spoken: known, found: true };
		}
		const spoken = await o.say(text, voice, withinMs);
		if (spoken === undefined) return undefined;
		remember(key, spoken);
		void o.shelf.put(key, { pcm: pcmOf(spoken.samples), rate: spoken.rate });
		return { spoken, found: false };
	}
	async function stored(key: string): Promise<Spoken | undefined> {
		const sound = await o.shelf.get(key).catch(() => undefined);
		return sound && { samples: samplesOf(sound.pcm), rate: sound.rate };
	}

	/** The sound of a sentence: its pieces one after the other, without a seam that is heard. */
	async function sentence(pieces: readonly string[], voice: string, withinMs: number) {
		const sounds: Spoken[] = [];
		let made = 0;
		for (const piece of pieces) {
			const one = await pieceOf(piece, voice, withinMs);
			if (one === undefined) return undefined;
			if (!one.found) made++;
			sounds.push(one.spoken);
		}
		return { spoken: joined(sounds), made, found: sounds.length - made };
	}

	async function run(): Promise<void> {
		if (busy) return;
		busy = true;
		try {
			for (;;) {
				const { line, late } = queue.next(clock.monotonic());
				lost(late);
				if (line === undefined) return;
				current = line;
				ended = undefined;
				await sayLine(line);
				current = undefined;
			}
		} finally {
			busy = false;
			current = undefined;
		}
	}

	async function sayLine(line: Queued): Promise<void> {
		const begun = age;
		const { voice } = settings;
		const { sentences } = sentencesOf(line.parts);
		let cached = true;
		let coming = sentences[0] === undefined ? undefined : sentence(sentences[0], voice, MAKE_MS);
		for (const i of sentences.keys()) {
			const ready = await (coming as NonNullable<typeof coming>).catch((error: unknown) => {
				// The rest of the line stands in its caption; that the voice failed is said once, until it speaks again.
				tell({ why: error instanceof Error ? error.message : String(error) });
				return null;
			});
			// The next is made while this one is heard.
			const next = sentences[i + 1];
			coming = next === undefined || ready === null ? undefined : sentence(next, voice, MAKE_MS);
			coming?.catch(() => {});
			if (begun !== age || ready === null) return;
			if (ready === undefined) return tell({ why: state.why === '' ? NO_VOICE : state.why });
			tell({ found: state.found + ready.found, made: state.made + ready.made });
			cached &&= ready.made === 0;
			// Before the first sound as at every edge: what came meanwhile may matter more, or end this.
			if (i > 0 && (ended === line.of || queue.presses(line.priority, clock.monotonic()))) return lost(1);
			if (i === 0 && (ended === line.of || clock.monotonic() - line.at > LATE_MS)) return lost(1);
			if (!(await play(ready.spoken, begun, i === 0 ? { line, cached } : undefined))) return;
		}
		if (sentences.length > 0 && cached) tell({ cached: state.cached + 1 });
	}

	/** @returns false when nothing was heard to its end */
	async function play(
		spoken: Spoken,
		begun: number,
		first: { readonly line: Queued; readonly cached: boolean } | undefined,
	): Promise<boolean> {
		let sound: Playing | undefined;
		try {
			sound = await o.output.play(spoken);
		} catch (error) {
			tell({ why: `Nothing can be played: ${error instanceof Error ? error.message : String(error)}` });
			return false;
		}
		if (sound === undefined) {
			tell({ why: CLICK_FIRST });
			return false;
		}
		if (begun !== age) {
			sound.stop();
			return false;
		}
		playing = sound;
		if (first !== undefined) {
			o.onFirst?.(clock.monotonic() - first.line.at, first.cached);
			tell({ said: state.said + 1, why: '' });
		}
		await sound.ended;
		playing = undefined;
		return begun === age;
	}

	function silence(): void {
		age++;
		queue.clear();
		playing?.stop();
	}

	return {
		set(next) {
			const { on, voice } = settings;
			settings = next;
			o.output.setVolume(next.volume);
			if (on && !next.on) silence();
			if (next.on && (!on || voice !== next.voice)) tell(fresh);
		},
		line({ language, ...line }) {
			if (!settings.on) return;
			if (!/^en\b/i.test(language))
				return tell({ why: `The voice speaks English, and the lines of this game are in "${language}": they are shown only.` });
			const now = clock.monotonic();
			lost(queue.add(line, now));
			if (current !== undefined && queue.presses(current.priority, now)) playing?.duck();
			void run();
		},
		over(of) {
			lost(queue.over(of));
			if (current?.of === of) ended = of;
		},
		async test(text, voice) {
			try {
				const { sentences } = sentencesOf([{ text, slot: false }]);
				for (const pieces of sentences) {
					const ready = await sentence(pieces, voice, PATIENT_MS);
					if (ready === undefined) return NO_VOICE;
					playing?.stop();
					const sound = await o.output.play(ready.spoken);
					if (sound === undefined) return CLICK_FIRST;
					if (pieces !== sentences.at(-1)) await sound.ended;
				}
				return '';
			} catch (error) {
				return error instanceof Error ? error.message : String(error);
			}
		},
		async render(text) {
			const sounds: Spoken[] = [];
			for (const pieces of sentencesOf([{ text, slot: false }]).sentences) {
				const ready = await sentence(pieces, settings.voice, PATIENT_MS);
				if (ready === undefined) return undefined;
				sounds.push(ready.spoken);
			}
			return joined(sounds, SENTENCE_MS);
		},
		silence,
	};
}

/** One sound of several of the same voice. */
function joined(sounds: readonly Spoken[], seamMs?: number): Spoken {
	const rate = sounds[0]?.rate ?? 24_000;
	return {
		samples: splice(
			sounds.map(({ samples }) => samples),
			rate,
			seamMs,
		),
		rate,
	};
}

function keyOf(speaker: string, voice: string, text: string): Promise<string> {
	return sha256(new TextEncoder().encode(`${speaker}\n${voice}\n${text}`));
}

/** Under what matters more, until its own end: 12 dB. */
const DUCKED = 0.25;
const DUCK_SECONDS = 0.08;

/** The page's loudspeaker. Its context is made by the first sound: one that nobody needs keeps the audio device awake. */
export function makeOutput(): Output {
	let context: AudioContext | undefined;
	let gain: GainNode | undefined;
	let volume = 1;
	return {
		async play({ samples, rate }) {
			if (context === undefined || gain === undefined) {
				context = new AudioContext();
				gain = context.createGain();
				gain.connect(context.destination);
			}
			gain.gain.value = volume;
			if (context.state === 'suspended') {
				// Without a click `resume` waits for one, however long that takes.
				await Promise.race([context.resume().catch(() => {}), new Promise((resolve) => setTimeout(resolve, 500))]);
			}
			if (context.state !== 'running') return undefined;
			const buffer = context.createBuffer(1, Math.max(1, samples.length), rate);
			buffer.copyToChannel(samples as Float32Array<ArrayBuffer>, 0);
			const source = context.createBufferSource();
			const own = context.createGain();
			source.buffer = buffer;
			source.connect(own).connect(gain);
			const ended = new Promise<void>((resolve) => {
				source.onended = () => {
					source.disconnect();
					own.disconnect();
					resolve();
				};
			});
			source.start();
			const { gain: level } = own;
			const here = context;
			return {
				stop: () => source.stop(),
				duck: () => void level.setTargetAtTime(DUCKED, here.currentTime, DUCK_SECONDS),
				ended,
			};
		},
		setVolume(next) {
			volume = next;
			if (gain !== undefined) gain.gain.value = next;
		},
	};
}
