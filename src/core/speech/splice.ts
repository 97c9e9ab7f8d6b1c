// Puts sounds together so that the seam is not heard: silence cut off, made equally loud, faded at zero crossings, with the pause that a
// speaker makes between words. Samples are mono, in [-1, 1].

/** What is quieter than this below the loudest moment is silence; dB. */
const SILENT_DB = -42;
/** Kept on each side, so that no consonant is cut. */
const EDGE_MS = 12;
const FADE_MS = 8;
/** Between pieces of one sentence: a breath, as after a comma. */
const SEAM_MS = 90;
/** Between sentences. */
export const SENTENCE_MS = 180;
/** A sound is never raised or lowered by more than that; dB. */
const GAIN_DB_MOST = 9;
const WINDOW_MS = 10;

const ratio = (db: number): number => 10 ** (db / 20);

/** Root mean square of each window. */
function levels(samples: Float32Array, rate: number): number[] {
	const size = Math.max(1, Math.round((rate * WINDOW_MS) / 1000));
	const out: number[] = [];
	for (let from = 0; from < samples.length; from += size) {
		let sum = 0;
		const to = Math.min(samples.length, from + size);
		for (let i = from; i < to; i++) sum += (samples[i] as number) ** 2;
		out.push(Math.sqrt(sum / (to - from)));
	}
	return out;
}

/** The sample nearest to `at`, within 5 ms, where the wave crosses zero. */
function zeroNear(samples: Float32Array, at: number, rate: number): number {
	const reach = Math.round(rate / 200);
	for (let d = 0; d <= reach; d++)
		for (const i of [at - d, at + d])
			if (i > 0 && i < samples.length && (samples[i - 1] as number) <= 0 !== (samples[i] as number) <= 0) return i;
	return Math.max(0, Math.min(samples.length, at));
}

/** Without the silence at both ends; empty when all of it is silent. */
export function trimmed(samples: Float32Array, rate: number): Float32Array {
	const level = levels(samples, rate);
	const loudest = level.reduce((most, l) => Math.max(most, l), 0);
	if (loudest < 1e-4) return new Float32Array(0);
	const least = loudest * ratio(SILENT_DB);
	const size = Math.max(1, Math.round((rate * WINDOW_MS) / 1000));
	const edge = Math.round((rate * EDGE_MS) / 1000);
	const first = Math.max(0, level.findIndex((l) => l >= least) * size - edge);
	const last = Math.min(samples.length, (level.findLastIndex((l) => l >= least) + 1) * size + edge);
	return samples.subarray(zeroNear(samples, first, rate), zeroNear(samples, last, rate));
}

/** Of its loud half: pauses say nothing of how loud a voice is. 0 for silence. */
export function loudness(samples: Float32Array, rate: number): number {
	const level = levels(samples, rate).toSorted((a, b) => b - a);
	const half = level.slice(0, Math.max(1, Math.ceil(level.length / 2)));
	return Math.sqrt(half.reduce((sum, l) => sum + l * l, 0) / half.length);
}

/** Both ends raised and let down without an edge. In place. */
function fade(samples: Float32Array, rate: number): void {
	const length = Math.min(Math.round((rate * FADE_MS) / 1000), samples.length >> 1);
	for (let i = 0; i < length; i++) {
		const gain = 0.5 - 0.5 * Math.cos((Math.PI * i) / length);
		(samples[i] as number) *= gain;
		const back = samples.length - 1 - i;
		samples[back] = (samples[back] as number) * gain;
	}
}

/** One sound of several, all of one rate; what is silent is left out. */
export function splice(sounds: readonly Float32Array[], rate: number, seamMs = SEAM_MS): Float32Array {
	const pieces = sounds.map((samples) => trimmed(samples, rate)).filter(({ length }) => length > 0);
	if (pieces.length === 0) return new Float32Array(0);
	const loud = pieces.map((piece) => loudness(piece, rate));
	// As loud as the longest: it is the one that a listener is used to.
	const longest = pieces.reduce((best, piece, i) => (piece.length > (pieces[best] as Float32Array).length ? i : best), 0);
	const seam = Math.round((rate * seamMs) / 1000);
	const out = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0) + seam * (pieces.length - 1));
	let at = 0;
	for (const [i, piece] of pieces.entries()) {
		const wanted = (loud[longest] as number) / Math.max(1e-6, loud[i] as number);
		const peak = piece.reduce((most, s) => Math.max(most, Math.abs(s)), 0);
		const gain = Math.min(Math.max(ratio(-GAIN_DB_MOST), Math.min(ratio(GAIN_DB_MOST), wanted)), 0.99 / Math.max(1e-6, peak));
		const own = piece.map((s) => s * gain);
		fade(own, rate);
		out.set(own, at);
		at += own.length + seam;
	}
	return out;
}

/** The sharpest bend of the wave in [from, to): a click is one that speech never has. */
export function sharpest(samples: Float32Array, from = 0, to = samples.length): number {
	let most = 0;
	for (let i = Math.max(1, from); i < Math.min(samples.length - 1, to); i++)
		most = Math.max(most, Math.abs((samples[i - 1] as number) - 2 * (samples[i] as number) + (samples[i + 1] as number)));
	return most;
}
