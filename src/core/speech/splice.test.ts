import { describe, expect, it } from 'vitest';
import { loudness, sharpest, splice, trimmed } from './splice.ts';

const RATE = 24_000;
/** A hum with silence around it, cut at any phase. */
const hum = (seconds: number, gain: number, { hertz = 180, silent = 0.3, phase = 1 } = {}): Float32Array => {
	const quiet = Math.round(silent * RATE);
	const out = new Float32Array(2 * quiet + Math.round(seconds * RATE));
	for (let i = quiet; i < out.length - quiet; i++) out[i] = gain * Math.sin(phase + (2 * Math.PI * hertz * i) / RATE);
	return out;
};

describe('sounds put together', () => {
	it('have no click at the seam, where simply put behind each other they have', () => {
		// Cut in the middle of a wave, as a slot's sound may be.
		const pieces = [
			hum(0.4, 0.3, { silent: 0 }),
			hum(0.25, 0.25, { silent: 0, hertz: 210, phase: 2 }),
			hum(0.3, 0.3, { silent: 0, phase: 0.5 }),
		];
		const own = Math.max(...pieces.map((p) => sharpest(p)));
		expect(sharpest(Float32Array.from(pieces.flatMap((p) => [...p])))).toBeGreaterThan(5 * own);
		expect(sharpest(splice(pieces, RATE))).toBeLessThan(1.5 * own);
	});

	it('are equally loud, within bounds, and never clip', () => {
		const joined = splice([hum(1, 0.4), hum(0.3, 0.2)], RATE);
		expect(loudness(joined.subarray(RATE * 1.1), RATE) / loudness(joined.subarray(0, RATE), RATE)).toBeCloseTo(1, 1);
		const whisper = splice([hum(1, 0.4), hum(0.3, 0.001)], RATE);
		expect(loudness(whisper.subarray(RATE * 1.1), RATE)).toBeLessThan(0.01);
		expect(Math.max(...splice([hum(1, 0.99), hum(0.5, 0.9)], RATE))).toBeLessThanOrEqual(1);
	});

	it('lose their silence and keep their sound', () => {
		expect(trimmed(hum(0.5, 0.2), RATE).length / RATE).toBeCloseTo(0.52, 1);
		expect(splice([hum(0.5, 0.2), hum(0.5, 0.2)], RATE).length / RATE).toBeLessThan(1.15);
		expect(splice([new Float32Array(RATE), hum(0.5, 0.2)], RATE).length / RATE).toBeCloseTo(0.52, 1);
		expect(splice([new Float32Array(RATE)], RATE)).toHaveLength(0);
		expect(splice([], RATE)).toHaveLength(0);
	});
});
