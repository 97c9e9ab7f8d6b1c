import { describe, expect, it } from 'vitest';
import { zip, unzip, RECORDING_LIMITS } from '../../adapters/zip.ts';
import type { LedgerEntry } from '../ledger.ts';
import { deskOf, profileOf } from '../loop/desk.fixture.ts';
import type { Frame } from '../ports.ts';
import { textOfUtf8 } from '../utf8.ts';
import { type BundleContent, bundleFiles, makeLastFrames } from './bundle.ts';
import { readFrames } from './frames.ts';
import { readRecording } from './recording.ts';

const frame = (at: number, width = 32, height = 16, level = 200): Frame => ({
	id: `f${at}`,
	at,
	width,
	height,
	luma: new Uint8Array(width * height).fill(level),
	stride: width,
	u: new Uint8Array((width / 2) * (height / 2)).fill(90),
	v: new Uint8Array((width / 2) * (height / 2)).fill(90),
	chromaStride: width / 2,
});
const CANARY = 'canary-7f3a';
const entries = [
	{
		type: 'act',
		n: 1,
		at: 9_000,
		session: 's1',
		tick: 1,
		act: { verb: 'click', args: { at: [3, 4], text: CANARY } },
		done: true,
		reason: CANARY,
		idle: false,
	},
	{
		type: 'question',
		n: 2,
		at: 9_500,
		session: 's1',
		tick: 2,
		ask: 'decision',
		tier: 'cloud',
		misses: [{ tier: 'crystal', reason: 'no-crystal', detail: CANARY }],
		latencyMs: 5,
		model: CANARY,
		calls: 1,
		promptTokens: 1,
		completionTokens: 1,
		usd: 0,
		simulated: false,
		made: [CANARY],
		refused: [{ what: CANARY, why: CANARY }],
		violation: false,
	},
	{ type: 'spoken', n: 3, at: 9_600, session: 's1', of: 2, tier: 'cloud', event: 'chat', line: `${CANARY} says hello` },
	{
		type: 'verdict',
		n: 4,
		at: 10_000,
		session: 's1',
		ask: 'decision',
		of: 2,
		tier: 'cloud',
		by: 'truth',
		wrong: true,
		acted: true,
		detail: CANARY,
	},
] as unknown as LedgerEntry[];
function content(more: Partial<BundleContent> = {}): BundleContent {
	const kept = makeLastFrames();
	for (let at = 0; at <= 3000; at += 100) kept.add(frame(at));
	return {
		profile: profileOf(),
		frames: kept.frames,
		masks: [[3, 2, 9, 5]],
		entries,
		lastFrameAt: 10_000,
		crystals: deskOf(profileOf()).crystals.values(),
		settings: {
			tiers: [{ id: 'cloud', base: `https://${CANARY}@x/v1`, key: CANARY, apiKey: CANARY, note: CANARY, cap: 3 }],
			[CANARY]: 1,
			consent: [{ choice: 'always', masks: [[1, 2, 3, 4]] }],
		},
		madeAt: 11_000,
		session: 's1',
		...more,
	};
}

describe('the last frames', () => {
	it('are a dozen, half a second apart, of the size of now', () => {
		const kept = makeLastFrames();
		for (let at = 0; at < 20_000; at += 100) kept.add(frame(at));
		expect(kept.frames.map(({ at }) => at)).toEqual(Array.from({ length: 12 }, (_, i) => 14_000 + 500 * i));
		kept.add(frame(20_000, 64));
		expect(kept.frames).toHaveLength(1);
	});

	it('of a large window are fewer, so that they never take more than 24 MB', () => {
		const kept = makeLastFrames();
		for (let at = 0; at < 20_000; at += 1000) kept.add(frame(at, 1920, 1080));
		expect(kept.frames).toHaveLength(7);
	});

	it('are copies: what comes after does not change them', () => {
		const kept = makeLastFrames();
		const one = frame(0);
		kept.add(one);
		one.luma.fill(0);
		expect(kept.frames[0]?.picture.luma[0]).toBe(200);
	});
});

describe('a failure bundle', () => {
	it('is a recording that replay opens, with what was pressed in its time', () => {
		const files = unzip(zip(bundleFiles(content())), RECORDING_LIMITS);
		if (!files.ok) throw new Error(files.why);
		const read = readRecording(files.files);
		if (!read.ok) throw new Error(read.why);
		const { about, frames, events } = read.recording;
		expect(about).toMatchObject({ game: profileOf().id, lengthMs: 3000, size: { width: 32, height: 16 } });
		expect([...readFrames(frames, about.size)].map(({ at }) => at)).toEqual([0, 500, 1000, 1500, 2000, 2500, 3000]);
		expect(events).toEqual([{ type: 'input', at: 2000, act: { verb: 'click', args: { at: [3, 4] } } }]);
	});

	it('holds no key and nothing that was read, said or typed', () => {
		const files = bundleFiles(content());
		for (const [path, bytes] of Object.entries(files)) expect([path, Buffer.from(bytes).includes(CANARY)]).toEqual([path, false]);
		const log = textOfUtf8(files['log.jsonl'] as Uint8Array);
		expect(log).toContain('"misses":[{"tier":"crystal","reason":"no-crystal"}]');
		expect(JSON.parse(textOfUtf8(files['settings.json'] as Uint8Array))).toMatchObject({
			tiers: [{ id: 'cloud', base: '(left out)', cap: 3 }],
			consent: [{ choice: 'always', masks: [[1, 2, 3, 4]] }],
		});
	});

	it('is black under its masks, and the kept pictures stay as they are', () => {
		const made = content();
		const files = bundleFiles(made);
		const [one] = [...readFrames(files['frames.bin'] as Uint8Array, { width: 32, height: 16 })];
		const luma = one?.picture.luma as Uint8Array;
		expect([luma[2 * 32 + 3], luma[6 * 32 + 11], luma[7 * 32 + 3], luma[2 * 32 + 12], luma[0]]).toEqual([16, 16, 200, 200, 200]);
		expect(one?.picture.u[16 + 1]).toBe(128);
		expect(made.frames[0]?.picture.luma[2 * 32 + 3]).toBe(200);
	});

	it('cannot be made before there is a picture', () => {
		expect(() => bundleFiles(content({ frames: [] }))).toThrow('no picture yet');
	});
});
