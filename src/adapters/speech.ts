// Says the session's lines aloud, on the page, where sound is. A line that is late is not said: it would speak of something that is over;
// the caption has shown it. The newest line waits, older ones give way. Lines recur (phrases are crystals), so what was said once is kept.
import type { Clock } from '../core/ports.ts';

export interface Spoken {
	/** Mono, in [-1, 1]. */
	readonly samples: Float32Array;
	readonly rate: number;
}
/** Where sound goes. */
export interface Output {
	/** @returns undefined when the browser lets nothing be heard before a click */
	play(spoken: Spoken): Promise<{ stop(): void; readonly ended: Promise<void> } | undefined>;
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
	readonly late: number;
	readonly why: string;
}
export interface SpeechOptions {
	/** By the model host; undefined = no voice is here. `withinMs`: later nobody wants it any more. */
	readonly say: (text: string, voice: string, withinMs: number) => Promise<Spoken | undefined>;
	readonly output: Output;
	readonly clock: Pick<Clock, 'monotonic'>;
	readonly onState?: (state: SpeechState) => void;
}
export interface SpeechPlayer {
	set(settings: VoiceSettings): void;
	/** The caption as it stands; said when it is another than before. '' = nothing is said now. */
	caption(text: string): void;
	/** Says a line now, on or off, whatever else waits. @returns '' or the sentence why not */
	test(text: string, voice: string): Promise<string>;
	/** Play has stopped or rests: no sound from here on, until the next line. */
	silence(): void;
}

/** A line about something ten seconds ago speaks of something that is over. */
export const LATE_MS = 10_000;
/** It may still be made after that: its like comes again, and is then at hand. */
const MAKE_MS = 30_000;
/** Of a line tried by hand: the first one loads the voice. */
const TEST_MS = 120_000;
/** Some 80 lines of three seconds. */
const CACHE_BYTES = 24 * 1024 * 1024;

export function makeSpeech(o: SpeechOptions): SpeechPlayer {
	let settings: VoiceSettings = { on: false, voice: '', volume: 1 };
	let shown = '';
	interface Line {
		readonly text: string;
		readonly at: number;
	}
	let waiting: Line | undefined;
	let ready: (Line & { readonly spoken: Spoken }) | undefined;
	let making = false;
	let playing: { stop(): void } | undefined;
	let starting = false;
	/** Rises with each silence: what was begun before is not heard after. */
	let age = 0;
	let state: SpeechState = { said: 0, late: 0, why: '' };
	const cache = new Map<string, Spoken>();
	let cached = 0;

	function tell(change: Partial<SpeechState>): void {
		state = { ...state, ...change };
		o.onState?.(state);
	}
	const late = (line: Line): boolean => o.clock.monotonic() - line.at > LATE_MS;

	async function spokenOf(text: string, voice: string, withinMs: number): Promise<Spoken | undefined> {
		const key = `${voice}\n${text}`;
		const known = cache.get(key);
		if (known !== undefined) {
			// Again the newest, so that what recurs stays.
			cache.delete(key);
			cache.set(key, known);
			return known;
		}
		const spoken = await o.say(text, voice, withinMs);
		if (spoken === undefined) return undefined;
		if (!cache.has(key)) cached += spoken.samples.byteLength;
		cache.set(key, spoken);
		for (const [oldest, { samples }] of cache) {
			if (cached <= CACHE_BYTES || cache.size === 1) break;
			cache.delete(oldest);
			cached -= samples.byteLength;
		}
		return spoken;
	}

	async function make(): Promise<void> {
		if (making) return;
		making = true;
		try {
			while (waiting !== undefined) {
				const line: Line = waiting;
				waiting = undefined;
				if (late(line)) {
					tell({ late: state.late + 1 });
					continue;
				}
				const begun = age;
				const spoken = await spokenOf(line.text, settings.voice, MAKE_MS).catch((error: unknown) => {
					tell({ why: error instanceof Error ? error.message : String(error) });
					return undefined;
				});
				if (begun !== age) continue;
				if (spoken === undefined) {
					if (state.why === '') tell({ why: 'No voice is on this machine; fetch one on the Models page.' });
					continue;
				}
				ready = { ...line, spoken };
				void play();
			}
		} finally {
			making = false;
		}
	}

	async function play(): Promise<void> {
		if (playing !== undefined || starting) return;
		while (ready !== undefined) {
			const line = ready;
			ready = undefined;
			if (late(line)) {
				tell({ late: state.late + 1, why: '' });
				continue;
			}
			const begun = age;
			starting = true;
			let sound: Awaited<ReturnType<Output['play']>>;
			try {
				sound = await o.output.play(line.spoken);
			} catch (error) {
				tell({ why: `Nothing can be played: ${error instanceof Error ? error.message : String(error)}` });
				continue;
			} finally {
				starting = false;
			}
			if (sound === undefined) {
				tell({ why: 'The browser lets nothing be heard before the page is clicked.' });
				continue;
			}
			if (begun !== age) {
				sound.stop();
				continue;
			}
			playing = sound;
			tell({ said: state.said + 1, why: '' });
			await sound.ended;
			playing = undefined;
		}
	}

	function silence(): void {
		age++;
		waiting = undefined;
		ready = undefined;
		playing?.stop();
	}

	return {
		set(next) {
			const { on, voice } = settings;
			settings = next;
			o.output.setVolume(next.volume);
			if (on && !next.on) silence();
			if (next.on && (!on || voice !== next.voice)) tell({ said: 0, late: 0, why: '' });
		},
		caption(text) {
			if (text === shown) return;
			shown = text;
			if (!settings.on || text === '') return;
			if (waiting !== undefined) tell({ late: state.late + 1 });
			waiting = { text, at: o.clock.monotonic() };
			void make();
		},
		async test(text, voice) {
			try {
				const spoken = await spokenOf(text, voice, TEST_MS);
				if (spoken === undefined) return 'No voice is on this machine; fetch one on the Models page.';
				playing?.stop();
				const sound = await o.output.play(spoken);
				if (sound === undefined) return 'The browser lets nothing be heard before the page is clicked.';
				return '';
			} catch (error) {
				return error instanceof Error ? error.message : String(error);
			}
		},
		silence,
	};
}

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
			source.buffer = buffer;
			source.connect(gain);
			const ended = new Promise<void>((resolve) => {
				source.onended = () => {
					source.disconnect();
					resolve();
				};
			});
			source.start();
			return { stop: () => source.stop(), ended };
		},
		setVolume(next) {
			volume = next;
			if (gain !== undefined) gain.gain.value = next;
		},
	};
}
