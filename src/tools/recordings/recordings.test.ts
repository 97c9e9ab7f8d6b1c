import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RECORDING_LIMITS, unzip } from '../../adapters/zip.ts';
import { profileFaults } from '../../core/loop/mind.ts';
import { type Profile, readProfile } from '../../core/profile.ts';
import { readFrames } from '../../core/recording/frames.ts';
import { readRecording, RECORDING_MAX_BYTES } from '../../core/recording/recording.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'e2e', 'recordings');
const files = readdirSync(folder)
	.filter((name) => name.endsWith('.fwrec'))
	.map((name) => ({ name, bytes: new Uint8Array(readFileSync(join(folder, name))) }));
/** Of all recordings of the repository; contracts.md §5. */
const TOGETHER_MAX_BYTES = 80_000_000;
/** A look at the game goes on at least this often, and at most this far beyond the last picture. */
const APART_MS = 3000;

describe('the recordings in e2e/recordings', () => {
	it('are there, and together of a size that a repository bears', () => {
		expect(files.length).toBeGreaterThan(0);
		expect(files.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThanOrEqual(TOGETHER_MAX_BYTES);
	});

	it.each(files)('$name reads to its last frame, and holds what a replay asks for', ({ name, bytes }) => {
		expect(bytes.length).toBeLessThanOrEqual(RECORDING_MAX_BYTES);
		const zip = unzip(bytes, RECORDING_LIMITS);
		if (!zip.ok) throw new Error(`${name} ${zip.why}`);
		const read = readRecording(zip.files);
		if (!read.ok) throw new Error(`${name}: ${read.why}`);
		const { about, frames, events } = read.recording;
		expect(profileFaults(about.profile as Profile)).toEqual([]);
		const times = [...readFrames(frames, about.size)].map(({ at }) => at);
		expect(times[0]).toBe(0);
		expect(times.length).toBeGreaterThan(60);
		expect(Math.max(...times.map((at, i) => at - (times[i - 1] ?? 0)))).toBeLessThanOrEqual(APART_MS);
		expect(about.lengthMs - (times.at(-1) as number)).toBeLessThanOrEqual(APART_MS);

		const answered = (ask: string) => events.filter((event) => event.type === 'answer' && event.ask === ask);
		// From the first frame on there is an answer to what is asked at any time.
		for (const ask of ['perception', 'decision', 'strategy']) expect(answered(ask)[0]?.at, ask).toBe(0);
		for (const ask of ['perception', 'decision']) expect(answered(ask).length, ask).toBeGreaterThan(15);
		const { on, told } = about.profile.narration ?? {};
		if (on !== undefined || told !== undefined) expect(answered('narration').length).toBeGreaterThan(0);

		const truths = events.flatMap((event) => (event.type === 'truth' ? [event] : []));
		expect(truths[0]?.at).toBe(0);
		for (const { at, truth } of truths)
			for (const { name: element, box } of truth.elements) {
				const inside = box[0] >= 0 && box[1] >= 0 && box[0] + box[2] <= about.size.width && box[1] + box[3] <= about.size.height;
				expect(inside, `${element} at ${at} ms lies in the picture`).toBe(true);
			}
		const verbs = new Set(about.profile.actions.map(({ verb }) => verb));
		const pressed = events.flatMap((event) => (event.type === 'input' ? [event.act.verb] : []));
		expect(pressed.length).toBeGreaterThan(10);
		expect(pressed.filter((verb) => !verbs.has(verb))).toEqual([]);
	});

	it('hold the profile of NetHack that lies beside them', () => {
		const profile = readProfile(readFileSync(join(folder, 'nethack.profile.json'), 'utf8'));
		if (!profile.ok) throw new Error(`${profile.faults[0]?.path}: ${profile.faults[0]?.message}`);
		const zip = unzip(files.find(({ name }) => name === 'nethack.fwrec')?.bytes ?? new Uint8Array(), RECORDING_LIMITS);
		if (!zip.ok) throw new Error(zip.why);
		const read = readRecording(zip.files);
		expect(read.ok && read.recording.about.profile).toEqual(profile.profile);
	});
});
