// What was said in a session as one sound and its subtitles. Between two lines stands at most a second of silence, so that an hour of play
// is as long as what was said in it.
import { srt, type TimedLine } from '../core/speech/subtitles.ts';
import { pcmOf, wav } from '../core/speech/wav.ts';
import type { Spoken } from './speech.ts';

const PAUSE_MS = 1000;

/**
 * @param render  the sound of a line, kept or made anew
 * @param told    lines done, of all
 * @returns the file's parts, or the sentence why there is none
 */
export async function spokenFile(
	lines: readonly { readonly text: string }[],
	render: (text: string) => Promise<Spoken | undefined>,
	told: (done: number, of: number) => void,
): Promise<{ readonly wav: Uint8Array; readonly srt: string } | string> {
	if (lines.length === 0) return 'Nothing was said in this session.';
	const pcm: Uint8Array[] = [];
	const times: TimedLine[] = [];
	let rate = 0;
	let samples = 0;
	for (const [i, { text }] of lines.entries()) {
		const spoken = await render(text);
		if (spoken === undefined) return 'No voice is on this machine; fetch one on the Models page.';
		told(i + 1, lines.length);
		if (spoken.samples.length === 0) continue;
		if (rate === 0) rate = spoken.rate;
		// Two voices may have two rates; a file has one.
		if (spoken.rate !== rate) return 'The lines were made by voices of different kinds; choose one voice and try again.';
		const fromMs = (samples / rate) * 1000;
		const pause = new Float32Array(Math.round((rate * PAUSE_MS) / 1000));
		pcm.push(pcmOf(spoken.samples), pcmOf(pause));
		times.push({ fromMs, toMs: fromMs + (spoken.samples.length / rate) * 1000, text });
		samples += spoken.samples.length + pause.length;
	}
	return rate === 0 ? 'Nothing of what was said can be heard.' : { wav: wav(pcm, rate), srt: srt(times) };
}
