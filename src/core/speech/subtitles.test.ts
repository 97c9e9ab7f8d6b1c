import { expect, it } from 'vitest';
import { srt, timed } from './subtitles.ts';
import { pcmOf, samplesOf, wav } from './wav.ts';

it('writes subtitles that end when they are read or the next one comes', () => {
	const lines = timed([
		{ atMs: 0, text: 'The door is open,\nand the goblin is asleep.' },
		{ atMs: 2000, text: 'Go.' },
		{ atMs: 3_723_004, text: 'Late.' },
	]);
	expect(srt(lines)).toBe(
		'1\n00:00:00,000 --> 00:00:02,000\nThe door is open, and the goblin is asleep.\n\n2\n00:00:02,000 --> 00:00:03,500\nGo.\n\n3\n01:02:03,004 --> 01:02:04,504\nLate.\n',
	);
	expect(srt([])).toBe('');
});

it('writes sound that reads back', () => {
	const samples = Float32Array.from([0, 0.5, -0.5, 1, -1, 2]);
	const back = samplesOf(pcmOf(samples));
	for (const [i, s] of back.entries()) expect(s).toBeCloseTo(Math.max(-1, Math.min(1, samples[i] as number)), 4);
	const file = wav([pcmOf(samples), pcmOf(samples)], 24_000);
	expect(file).toHaveLength(44 + 24);
	expect(new TextDecoder().decode(file.subarray(0, 4))).toBe('RIFF');
	expect(new DataView(file.buffer).getUint32(24, true)).toBe(24_000);
});
