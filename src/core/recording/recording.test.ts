import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { profileOf } from '../loop/desk.fixture.ts';
import { seeded } from '../random.fixture.ts';
import { frameOf, makeFrameWriter, pictureOf, readFrames, type RecordedFrame } from './frames.ts';
import { readRecording, type Recording, recordedModel, type RecordingEvent, recordingFiles } from './recording.ts';

/** Pictures that change here and there. */
function picturesOf(seed: number, width: number, height: number, count: number): RecordedFrame[] {
	const random = seeded(seed);
	const half = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
	const luma = new Uint8Array(width * height);
	const u = new Uint8Array(half.width * half.height);
	const v = new Uint8Array(half.width * half.height);
	return Array.from({ length: count }, (_, n) => {
		for (let i = 0; i < 5; i++)
			for (const plane of [luma, u, v]) plane[Math.floor(random.next() * plane.length)] = Math.floor(random.next() * 256);
		return { at: n * 700, picture: { width, height, luma: luma.slice(), u: u.slice(), v: v.slice() } };
	});
}
function bytesOf(frames: readonly RecordedFrame[]): Uint8Array {
	const writer = makeFrameWriter((frames[0] as RecordedFrame).picture);
	const parts = frames.map((frame) => writer.add(frame).slice());
	const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
	return all;
}

describe('frames of a recording', () => {
	it('come back to the last bit, whatever the size', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 70 }), fc.integer(), (width, height, seed) => {
				const frames = picturesOf(seed, width, height, 12);
				const back = [...readFrames(bytesOf(frames), { width, height })].map(({ at, picture }) => ({
					at,
					picture: structuredClone(picture),
				}));
				// The reader gives one set of planes again and again, so that only the last is compared here; the next test holds each.
				expect(back.map(({ at }) => at)).toEqual(frames.map(({ at }) => at));
				expect(back.at(-1)?.picture).toEqual(frames.at(-1)?.picture);
			}),
			{ numRuns: 40 },
		);
	});

	it('are each what they were while they are looked at', () => {
		const frames = picturesOf(3, 70, 50, 20);
		let n = 0;
		for (const { picture } of readFrames(bytesOf(frames), { width: 70, height: 50 })) expect(picture).toEqual(frames[n++]?.picture);
		expect(n).toBe(20);
	});

	it('take little room where little changes', () => {
		const frames = picturesOf(1, 640, 360, 7);
		expect(bytesOf(frames).length).toBeLessThan(640 * 360 * 1.5 * 2);
	});

	it('lose the padding of a captured frame', () => {
		const [one] = picturesOf(1, 33, 17, 1) as [RecordedFrame];
		const frame = frameOf(one.picture, 'f', 5);
		const padded = new Uint8Array(48 * 17);
		for (let y = 0; y < 17; y++) padded.set(frame.luma.subarray(y * 33, y * 33 + 33), y * 48);
		expect(pictureOf({ ...frame, luma: padded, stride: 48 })).toEqual(one.picture);
	});

	it.each([
		['cut short', (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 3), /ends before its time/],
		['not beginning with a whole one', (bytes: Uint8Array) => bytes.with(4, 0) as Uint8Array, /frame 0 is not whole/],
		['of another size', (bytes: Uint8Array) => bytes.subarray(7), /frame/],
	])('are refused by name when they are %s', (_, harm, why) => {
		const bytes = bytesOf(picturesOf(1, 64, 48, 3));
		expect(() => [...readFrames(harm(bytes), { width: 64, height: 48 })]).toThrow(why);
	});
});

describe('a recording', () => {
	const events: readonly RecordingEvent[] = [
		{ type: 'truth', at: 0, truth: { screen: 'title', elements: [{ name: 'start', box: [1, 2, 3, 4] }], facts: { hp: 3 } } },
		{
			type: 'answer',
			at: 0,
			ask: 'perception',
			answer: { screen: 'title', elements: [], facts: [] },
			promptTokens: 9,
			completionTokens: 2,
		},
		{ type: 'input', at: 40, act: { verb: 'click', args: { at: 'start' } } },
		{
			type: 'answer',
			at: 700,
			ask: 'perception',
			answer: { screen: 'play', elements: [], facts: [] },
			promptTokens: 9,
			completionTokens: 2,
		},
		{ type: 'answer', at: 800, ask: 'narration', key: 'win', answer: { line: 'A', slots: {} }, promptTokens: 9, completionTokens: 2 },
		{ type: 'answer', at: 900, ask: 'narration', key: 'win', answer: { line: 'B', slots: {} }, promptTokens: 9, completionTokens: 2 },
	];
	const recording: Recording = {
		about: {
			falsework: 1,
			schema: 1,
			game: 'g',
			profile: profileOf() as Recording['about']['profile'],
			size: { width: 64, height: 48 },
			pixelFormat: 'i420',
			lengthMs: 1400,
			art: { holder: 'somebody', licence: 'CC0-1.0', source: 'drawn here' },
			teacher: 'nobody',
			simulated: true,
			how: 'by hand',
		},
		frames: bytesOf(picturesOf(1, 64, 48, 3)),
		events,
	};
	const text = (value: string) => new TextEncoder().encode(value);

	it('comes back as it was', () => {
		const read = readRecording(recordingFiles(recording));
		expect(read).toEqual({ ok: true, recording: { ...recording, about: expect.objectContaining({ game: 'g', lengthMs: 1400 }) } });
	});

	it.each([
		['lacks a file', { 'frames.bin': undefined }, 'The recording lacks its file frames.bin.'],
		['is of a later schema', { 'recording.json': text('{"falsework":1,"schema":2}') }, /^recording\.json: schema: /],
		['is not UTF-8', { 'events.jsonl': new Uint8Array([0xff, 0xfe]) }, 'events.jsonl is not UTF-8.'],
		['holds no JSON', { 'events.jsonl': text('{') }, 'events.jsonl, line 1: it is not JSON.'],
		[
			'goes back in time',
			{ 'events.jsonl': text(`${JSON.stringify(events[2])}\n${JSON.stringify(events[0])}\n`) },
			/line 2: it is earlier/,
		],
		[
			'has an answer that is none',
			{ 'events.jsonl': text(JSON.stringify({ ...events[1], answer: { screen: 7 } })) },
			/line 1: its answer to perception is none/,
		],
		['reaches for the prototype', { 'events.jsonl': text('{"type":"input","at":0,"__proto__":{}}') }, /line 1: it has the key/],
	])('that %s is refused with the place named', (_, harm, why) => {
		const files = Object.fromEntries(Object.entries({ ...recordingFiles(recording), ...harm }).filter(([, bytes]) => bytes !== undefined));
		const read = readRecording(files as Record<string, Uint8Array>);
		expect(read).toEqual({ ok: false, why: typeof why === 'string' ? why : expect.stringMatching(why) });
	});

	it('answers what was answered then, and lines in their turn', () => {
		const model = recordedModel(events);
		expect(model.answer('perception', 699)?.answer).toMatchObject({ screen: 'title' });
		expect(model.answer('perception', 700)?.answer).toMatchObject({ screen: 'play' });
		expect(model.answer('decision', 700)).toBeUndefined();
		expect(['win', 'win', 'win'].map((key) => (model.answer('narration', 0, key)?.answer as { line: string }).line)).toEqual([
			'A',
			'B',
			'A',
		]);
		expect(model.answer('narration', 0, 'loss')).toBeUndefined();
	});
});
