// The page's half of `npm run prove -- speech`: the real voice behind the real queue, cache and splicer, and a loudspeaker that writes
// down when it was given what. Sounds are kept in a real IndexedDB.
import { toBase64 } from '../../adapters/base64.ts';
import { makeSpeech, type Spoken } from '../../adapters/speech.ts';
import { openStore, type Store } from '../../adapters/store.ts';
import type { Cleared } from '../../core/moderation/gate.ts';
import { sharpest, splice, trimmed } from '../../core/speech/splice.ts';
import { pcmOf, samplesOf } from '../../core/speech/wav.ts';
import { call, makeHostPage } from '../models/page-host.ts';

const MODEL = 'kokoro-82m-v1.0-int8';
const VOICE = 'af_heart';
const { host } = makeHostPage();
const say = async (text: string): Promise<Spoken> => {
	const { samples, rate } = await host.speak(MODEL, text, VOICE, call());
	return { samples, rate };
};
let store: Promise<Store> | undefined;

/** Synthesis by itself, the first call with the load. */
export async function realTime(sentences: readonly string[]): Promise<readonly { readonly ms: number; readonly seconds: number }[]> {
	const out: { ms: number; seconds: number }[] = [];
	for (const sentence of sentences) {
		const from = performance.now();
		const { samples, rate } = await say(sentence);
		out.push({ ms: performance.now() - from, seconds: samples.length / rate });
	}
	return out;
}

export interface LineIn {
	readonly parts: readonly { readonly text: string; readonly slot: boolean }[];
}
export interface LineOut {
	/** Not a number where the line came too late to be said. */
	readonly gapMs: number;
	readonly cached: boolean;
	readonly seconds: number;
	/** 16-bit samples, base64; only where asked for. */
	readonly pcm: string;
	readonly rate: number;
	readonly peak: number;
	/** Root mean square, dB of full scale. */
	readonly levelDb: number;
	/** The sharpest bend of the spliced sound over that of its pieces: a click would be far above 1. */
	readonly bend: number;
}

/** Says lines one after the other, as a new opening of the page would: nothing is in memory, all that was kept is in the store. */
export async function sayLines(lines: readonly LineIn[], withSound: boolean): Promise<readonly LineOut[]> {
	const { sounds } = await (store ??= openStore({ name: 'speech-proof', now: () => Date.now() }));
	const out: LineOut[] = [];
	let heard: Spoken[] = [];
	/** What the line is put together from; what an earlier line of the same opening had is in memory and not among it. */
	let pieces: Spoken[] = [];
	let first: { gapMs: number; cached: boolean } | undefined;
	/** It came too late on this machine: its sounds are kept, and nothing of it is heard. */
	let late = 0;
	let why = '';
	const speech = makeSpeech({
		say: async (text) => await say(text),
		shelf: {
			async get(key) {
				const sound = await sounds.get(key);
				if (sound !== undefined) pieces.push({ samples: samplesOf(sound.pcm), rate: sound.rate });
				return sound;
			},
			async put(key, sound) {
				pieces.push({ samples: samplesOf(sound.pcm), rate: sound.rate });
				await sounds.put(key, sound);
			},
		},
		speaker: () => MODEL,
		output: {
			async play(spoken) {
				heard.push(spoken);
				return { stop: () => {}, duck: () => {}, ended: Promise.resolve() };
			},
			setVolume: () => {},
		},
		clock: { monotonic: () => performance.now() },
		onState(state) {
			late = state.late;
			why = state.why;
		},
		onFirst: (gapMs, cached) => (first = { gapMs, cached }),
	});
	speech.set({ on: true, voice: VOICE, volume: 1 });
	for (const [n, { parts }] of lines.entries()) {
		heard = [];
		pieces = [];
		first = undefined;
		const text = parts.map((part) => part.text).join('');
		// What passes the gate is the gate's own proof; here it is taken as passed.
		speech.line({ n, of: 'x', text: text as Cleared, parts: parts as never, language: 'en' });
		const [from, before] = [performance.now(), late];
		while (first === undefined && late === before && why === '' && performance.now() - from < 300_000)
			await new Promise((resolve) => setTimeout(resolve, 1));
		// The rest of its sentences.
		await new Promise((resolve) => setTimeout(resolve, 50));
		if (why !== '') throw new Error(why);
		const { gapMs, cached } = first ?? { gapMs: Number.NaN, cached: false };
		const rate = heard[0]?.rate ?? 24_000;
		const samples = splice(
			heard.map((one) => one.samples),
			rate,
		);
		let peak = 0;
		let square = 0;
		for (const sample of samples) {
			peak = Math.max(peak, Math.abs(sample));
			square += sample * sample;
		}
		// As loud as what was heard, so that bends can be compared.
		const bends = pieces.map((piece) => {
			const own = trimmed(piece.samples, piece.rate);
			const most = own.reduce((m, s) => Math.max(m, Math.abs(s)), 0);
			return most === 0 ? 0 : sharpest(own) / most;
		});
		out.push({
			gapMs,
			cached,
			seconds: samples.length / rate,
			pcm: withSound ? toBase64(pcmOf(samples)) : '',
			rate,
			peak,
			levelDb: 10 * Math.log10(square / Math.max(1, samples.length)),
			bend: sharpest(samples) / Math.max(1e-6, peak) / Math.max(1e-6, ...bends),
		});
	}
	return out;
}

/** Damages every sound that is kept, and says a line: it is made anew, and what is heard is whole. */
export async function sayDamaged(line: LineIn): Promise<{ readonly damaged: number; readonly cached: boolean; readonly finite: boolean }> {
	const db = await new Promise<IDBDatabase>((resolve, reject) => {
		const open = indexedDB.open('speech-proof');
		open.onsuccess = () => resolve(open.result);
		open.onerror = () => reject(new Error('The store could not be opened.'));
	});
	let damaged = 0;
	await new Promise<void>((resolve) => {
		const change = db.transaction('sounds', 'readwrite');
		change.objectStore('sounds').openCursor().onsuccess = ({ target }) => {
			const cursor = (target as IDBRequest<IDBCursorWithValue | null>).result;
			if (cursor === null) return;
			const row = cursor.value as { pcm: Uint8Array };
			row.pcm.fill(127, 0, row.pcm.length >> 1);
			damaged++;
			cursor.update(row);
			cursor.continue();
		};
		change.oncomplete = () => resolve();
	});
	db.close();
	// Made anew it may come too late on a slow machine; the next time it is there.
	const [made] = await sayLines([line], false);
	const [said] = await sayLines([line], false);
	return { damaged, cached: made?.cached ?? true, finite: Number.isFinite(said?.levelDb) };
}
