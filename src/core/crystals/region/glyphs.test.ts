import { describe, expect, it } from 'vitest';
import { canvas, noise } from '../../perception/drawing.fixture.ts';
import type { Cancel, Crop, Frame, TextReader } from '../../ports.ts';
import { crystalOf as stored, scopeOf } from '../crystal.fixture.ts';
import { type Line, makeTextMemory, readRegion } from './apply.ts';
import { drawText, type Hand } from './digits.fixture.ts';
import { AUDIT_EVERY, GLYPH_BLOB, type GlyphData, type Glyphs, makeGlyphs, SHADOW_READINGS, VOTES_LEAST } from './glyphs.ts';
import { readData, type RegionCrystal, version } from './schema.ts';

/** Teaches every text as it stands. */
function taught(texts: readonly string[], hand: Hand | ((n: number) => Hand) = {}): Glyphs {
	const glyphs = makeGlyphs();
	texts.forEach((text, n) => glyphs.teach(drawText(text, typeof hand === 'function' ? hand(n) : hand), text));
	return glyphs;
}
const upTo = (n: number, form: (i: number) => string = String): string[] => Array.from({ length: n }, (_, i) => form(i));
const text = (glyphs: Glyphs, crop: Crop): string | undefined => {
	const read = glyphs.read(crop);
	return read.ok ? read.text : undefined;
};

describe('a glyph', () => {
	it('speaks after votes from four texts, not after four looks at one', () => {
		const glyphs = makeGlyphs();
		for (let i = 0; i < 20; i++) glyphs.teach(drawText('17', { noise: 6, seed: i + 1 }), '17');
		expect(text(glyphs, drawText('17'))).toBeUndefined();
		for (const other of ['71', '117', '177']) {
			expect(text(glyphs, drawText('17'))).toBeUndefined();
			glyphs.teach(drawText(other), other);
		}
		expect(VOTES_LEAST).toBe(4);
		expect(text(glyphs, drawText('17'))).toBe('17');
	});

	it('is not taken for a near twin that was never seen', () => {
		const twins = [
			['3', '8'],
			['8', '3'],
			['5', '6'],
			['6', '5'],
			['1', '7'],
			['0', '8'],
			['9', '8'],
			[',', '.'],
		] as const;
		for (const [known, unknown] of twins) {
			for (const scale of [1, 1.5, 2, 3, 5]) {
				const others = '0123456789'.replaceAll(known, '').replaceAll(unknown, '').slice(0, 6);
				const glyphs = taught(
					[...others].flatMap((d) => [`${d}${known}${d}`, `${known}${d}`, `${d}${known}`, `${d}${d}${known}`]),
					{ scale },
				);
				const digit = others[0] as string;
				expect(text(glyphs, drawText(`${digit}${known}${digit}`, { scale }))).toBe(`${digit}${known}${digit}`);
				expect([known, unknown, scale, text(glyphs, drawText(`${digit}${unknown}${digit}`, { scale }))]).toEqual([
					known,
					unknown,
					scale,
					undefined,
				]);
			}
		}
	});

	it('that could be two characters is neither', () => {
		const glyphs = makeGlyphs();
		for (const n of upTo(12)) glyphs.teach(drawText('8'), `${n}`.length === 1 ? n : '8');
		expect(text(glyphs, drawText('8'))).toBeUndefined();
	});

	it('is its own look at each part of a pixel', () => {
		const glyphs = taught(upTo(300), (n) => ({ scale: 1.6, phase: (n % 4) / 4 }));
		for (let n = 300; n < 420; n++) {
			const read = text(glyphs, drawText(String(n), { scale: 1.6, phase: (n % 4) / 4 }));
			expect([String(n), undefined]).toContain(read);
		}
		expect(
			upTo(100, (i) => String(300 + i)).filter((t, i) => text(glyphs, drawText(t, { scale: 1.6, phase: (i % 4) / 4 })) === t).length,
		).toBeGreaterThan(90);
	});
});

describe('a number', () => {
	it('that was never shown is read right, of 4,000 at eight sizes and two noises, dark and light', () => {
		let [right, silent] = [0, 0];
		for (const [i, scale] of [1, 1.4, 1.75, 2, 2.5, 3, 4.2, 6].entries()) {
			const dark = i % 2 === 1;
			const hand = (n: number): Hand => ({ scale, noise: 3, seed: n + 1, ...(dark ? { ink: 20, ground: 215 } : {}) });
			const glyphs = taught(upTo(60), hand);
			for (let n = 0; n < 500; n++) {
				const value = 60 + n * 19;
				const read = text(glyphs, drawText(String(value), { ...hand(value), noise: n % 2 === 0 ? 3 : 12 }));
				if (read === undefined) {
					silent++;
					glyphs.teach(drawText(String(value), hand(value)), String(value));
				} else {
					expect(read).toBe(String(value));
					right++;
				}
			}
		}
		expect(right + silent).toBe(4000);
		expect(right).toBeGreaterThan(3600);
	});

	it.each([
		['parts of a whole', (i: number) => `HP ${(i * 7) % 100}/100`, 'HP 84/100'],
		['thousands', (i: number) => `${1 + (i % 9)},${String((i * 37) % 1000).padStart(3, '0')}`, '7,351'],
		['percent', (i: number) => `${i}%`, '81%'],
		['time', (i: number) => `${String(i % 24).padStart(2, '0')}:${String((i * 7) % 60).padStart(2, '0')}`, '17:46'],
		['a sign', (i: number) => `${i % 2 === 0 ? '-' : '+'}${i}`, '-63'],
		['a decimal', (i: number) => `${i}.${i % 10}`, '42.8'],
		['a unit', (i: number) => `${i}s`, '75s'],
	])('is read with %s', (_, form, sample) => {
		expect(text(taught(upTo(70, form)), drawText(sample))).toBe(sample);
	});

	it('keeps and loses a blank as it was taught, and doubts a gap it never saw', () => {
		const glyphs = taught(upTo(40, (i) => `${i} ${90 - i}`));
		expect(text(glyphs, drawText('61 23'))).toBe('61 23');
		expect(text(glyphs, drawText('6123'))).toBe('6123');
		expect(glyphs.read(drawText('6  123'))).toMatchObject({ ok: true, text: '6 123' });
		expect(taught(upTo(40)).read(drawText('61 23'))).toMatchObject({ ok: false, why: expect.stringContaining('gap') });
	});

	it('grows by a digit, and is not read when it grows out of its box', () => {
		const glyphs = taught(upTo(60), { width: 44 });
		const long = drawText('100', { width: 44 });
		expect(text(glyphs, long)).toBe('100');
		for (let width = 12; width < long.width; width++) {
			const cut = Uint8Array.from(
				{ length: width * long.height },
				(_, i) => long.luma[Math.floor(i / width) * long.width + (i % width)] as number,
			);
			const read = text(glyphs, { width, height: long.height, luma: cut });
			// Wide enough for whole digits, it can only be judged by what is there: a gap of ground may follow a number or part it.
			if (read !== undefined) expect('100'.startsWith(read)).toBe(true);
		}
		const middle = Uint8Array.from(
			{ length: 30 * long.height },
			(_, i) => long.luma[Math.floor(i / 30) * long.width + (i % 30) + 6] as number,
		);
		expect(glyphs.read({ width: 30, height: long.height, luma: middle }).ok).toBe(false);
	});

	it('is read when a dialog dims it', () => {
		const glyphs = taught(upTo(60));
		expect(text(glyphs, drawText('37', { ink: 110, ground: 12 }))).toBe('37');
		expect(text(glyphs, drawText('37', { ink: 60, ground: 8 }))).toBe('37');
	});

	it('on textured ground is right or not read', () => {
		const glyphs = taught(upTo(80), (n) => ({ texture: 60, seed: n + 1 }));
		for (let n = 0; n < 300; n++) {
			const read = text(glyphs, drawText(String(n), { texture: 60, seed: n + 500 }));
			expect([String(n), undefined]).toContain(read);
		}
	});

	it('of a face that changes all the time ends the attempt', () => {
		const glyphs = makeGlyphs();
		for (let n = 0; n < 200; n++) glyphs.teach(drawText(String(n), { noise: 200, seed: n + 1, scale: 2 + (n % 7) / 3 }), String(n));
		expect(glyphs.store().data.looks.length).toBeLessThanOrEqual(64);
		expect(text(glyphs, drawText('12'))).toBeUndefined();
	});
});

const never: Cancel = { aborted: false, addEventListener: () => {}, removeEventListener: () => {} };
const box: [number, number, number, number] = [20, 10, 60, 20];
function crystalOf(more: Partial<RegionCrystal> = {}): RegionCrystal {
	const read = readData(
		{ fact: 'hp', factType: 'number', reader: 'number', box, numbers: { of: 1, picks: [0] }, screens: { play: { seen: 9, of: 9 } } },
		1,
		{},
	);
	if (!read.ok) throw new Error(read.why);
	return stored<RegionCrystal>({
		id: 'r',
		kind: 'region',
		scope: scopeOf('120x60'),
		name: 'hp',
		schema: version,
		state: 'autonomous',
		data: read.data,
		...more,
	});
}
/** A frame that shows the number in the box. */
function shown(value: number, hand: Hand = {}): Frame {
	const { frame } = canvas(120, 60, 25);
	const cut = drawText(String(value), hand);
	for (let y = 0; y < Math.min(cut.height, 22); y++)
		frame.luma.set(cut.luma.subarray(y * cut.width, (y + 1) * cut.width), (y + 9) * frame.stride + 19);
	return frame;
}
/** Knows what each crop shows; `lie` may say otherwise. */
function recogniser(lie: (truth: string) => string = (t) => t): TextReader & { showing: number; asked: number } {
	const self = {
		showing: 0,
		asked: 0,
		async readLine(): Promise<Line> {
			self.asked++;
			return { text: lie(String(self.showing)), confidence: 0.95 };
		},
	};
	return self;
}
async function play(
	crystal: RegionCrystal,
	reader: ReturnType<typeof recogniser>,
	values: readonly number[],
	memory = makeTextMemory(() => {}),
	hand: (n: number) => Hand = () => ({}),
) {
	const out: (number | undefined)[] = [];
	for (const [i, value] of values.entries()) {
		reader.showing = value;
		const reading = await readRegion(crystal, shown(value, hand(i)), memory, { recognised: () => undefined }, reader, never);
		out.push(reading.hit ? (reading.value as number) : undefined);
	}
	return { out, tally: memory.places.get('r')?.tally };
}
const series = (n: number, from = 0, step = 1): number[] => Array.from({ length: n }, (_, i) => from + i * step);

describe('a region', () => {
	it('asks the recogniser less and less: while it learns, while it is compared, then once in 32', async () => {
		const crystal = crystalOf();
		const reader = recogniser();
		const first = await play(crystal, reader, series(400));
		expect(first.out).toEqual(series(400));
		const asked = reader.asked;
		expect(asked).toBeGreaterThan(SHADOW_READINGS);
		expect(asked).toBeLessThan(200);
		const later = await play(crystal, reader, series(320, 1000));
		expect(later.out).toEqual(series(320, 1000));
		expect(reader.asked - asked).toBe(320 / AUDIT_EVERY);
		expect(later.tally).toEqual({ rested: 0, glyphs: 310, recogniser: 10 });
	});

	it('waits until told values have made it autonomous', async () => {
		const crystal = crystalOf({ state: 'shadow' });
		const reader = recogniser();
		await play(crystal, reader, series(200));
		expect(reader.asked).toBe(200);
		crystal.state = 'autonomous';
		await play(crystal, reader, series(64, 500));
		expect(reader.asked).toBeLessThan(205);
	});

	it('silences its glyphs when the recogniser reads something else, and reads neither', async () => {
		const crystal = crystalOf();
		let lie = false;
		const reader = recogniser((t) => (lie ? t.replace('8', '3') : t));
		await play(crystal, reader, series(300));
		lie = true;
		const { out } = await play(crystal, reader, series(AUDIT_EVERY, 800));
		const at = out.indexOf(undefined);
		expect(at).toBeGreaterThanOrEqual(0);
		expect(out.slice(0, at)).toEqual(series(at, 800));
		expect(crystal.data.glyphs).toMatchObject({
			agreed: 0,
			dropped: [expect.stringMatching(/^read "8\d+" where the recogniser read "3\d+"$/)],
		});
	});

	it('is not poisoned by a recogniser that lies one time in ten, at random or always alike', async () => {
		for (const kind of ['random', 'alike'] as const) {
			for (let seed = 1; seed <= 3; seed++) {
				const dice = noise(seed);
				const twin: Record<string, string> = {
					'3': '8',
					'8': '3',
					'5': '6',
					'6': '5',
					'1': '7',
					'7': '1',
					'0': '8',
					'9': '0',
					'2': '7',
					'4': '9',
				};
				const reader = recogniser((t) => {
					if (dice() >= 0.1) return t;
					const at = Math.floor(dice() * t.length);
					const wrong = kind === 'alike' ? twin[t[at] as string] : String(Math.floor(dice() * 10));
					return t.slice(0, at) + wrong + t.slice(at + 1);
				});
				const crystal = crystalOf();
				const memory = makeTextMemory(() => {});
				const values = Array.from({ length: 1000 }, () => Math.floor(dice() * 1000));
				let wrong = 0;
				for (const value of values) {
					reader.showing = value;
					const before = memory.places.get('r')?.tally.glyphs ?? 0;
					const reading = await readRegion(crystal, shown(value), memory, { recognised: () => undefined }, reader, never);
					// Only what the glyphs said themselves; what the recogniser misreads is its own error.
					const byGlyphs = (memory.places.get('r')?.tally.glyphs ?? 0) > before;
					if (byGlyphs && (!reading.hit || reading.value !== value)) wrong++;
				}
				expect([kind, seed, wrong]).toEqual([kind, seed, 0]);
				// And what they would say if they were asked, compared or not.
				const glyphs = makeGlyphs({ data: crystal.data.glyphs as GlyphData, blob: crystal.blobs[GLYPH_BLOB] as Uint8Array });
				const said = series(1000).map((value) => [String(value), text(glyphs, drawText(String(value)))]);
				expect(said.filter(([truth, read]) => read !== undefined && read !== truth)).toEqual([]);
				expect(said.filter(([, read]) => read !== undefined).length).toBeGreaterThan(300);
			}
		}
	});

	it('keeps its glyphs with the crystal, and believes nothing they say of themselves while it is in shadow', async () => {
		const crystal = crystalOf();
		const reader = recogniser();
		let saved = 0;
		await play(
			crystal,
			reader,
			series(300),
			makeTextMemory(() => saved++),
		);
		expect(saved).toBeGreaterThan(0);
		expect(readData(JSON.parse(JSON.stringify(crystal.data)), version, crystal.blobs)).toEqual({ ok: true, data: crystal.data });
		expect(readData(crystal.data, version, { [GLYPH_BLOB]: new Uint8Array(256) })).toMatchObject({
			ok: false,
			why: expect.stringContaining('blob "glyphs"'),
		});
		const asked = reader.asked;
		await play({ ...crystal }, reader, series(64, 2000));
		expect(reader.asked - asked).toBeLessThan(6);
		const packed = crystalOf({ state: 'shadow', data: crystal.data, blobs: crystal.blobs });
		await play(packed, reader, [12]);
		packed.state = 'autonomous';
		const before = reader.asked;
		await play(packed, reader, series(SHADOW_READINGS - 2, 3000));
		expect(reader.asked - before).toBe(SHADOW_READINGS - 2);
	});

	it('is not silenced by one line that the recogniser itself doubts, but by three in a row', async () => {
		const crystal = crystalOf();
		const memory = makeTextMemory(() => {});
		const reader = recogniser();
		await play(crystal, reader, series(300), memory);
		let lies = 1;
		const lying = Object.assign(recogniser(), {
			readLine: async () => ({ text: String(lying.showing + (lies-- > 0 ? 1 : 0)), confidence: 0.96, least: 0.6 }),
		});
		expect((await play(crystal, lying, series(2 * AUDIT_EVERY, 500), memory)).out).toEqual(series(2 * AUDIT_EVERY, 500));
		expect(crystal.data.glyphs?.dropped).toEqual([]);
		lies = 3;
		const { out } = await play(crystal, lying, series(3 * AUDIT_EVERY, 700), memory);
		expect(out.filter((value) => value === undefined)).toHaveLength(1);
		expect(crystal.data.glyphs?.dropped).toHaveLength(1);
	});

	it('teaches nothing when it is only tried out', async () => {
		const crystal = crystalOf();
		await play(crystal, recogniser(), series(50), makeTextMemory());
		expect(crystal.data.glyphs).toBeUndefined();
	});

	it('is read by its glyphs while the recogniser is out of order', async () => {
		const crystal = crystalOf();
		const memory = makeTextMemory(() => {});
		await play(crystal, recogniser(), series(300), memory);
		const broken = Object.assign(recogniser(), { readLine: () => Promise.reject(new Error('it died')) });
		expect((await play(crystal, broken, series(64, 400), memory)).out).toEqual(series(64, 400));
	});

	it('is not looked at while its tiles rest, and is when another tile of it changed', async () => {
		const crystal = crystalOf();
		const memory = makeTextMemory(() => {});
		const reader = recogniser();
		const { hashTiles } = (await import('../../perception/matcher.ts')).plainMatcher;
		const see = (frame: Frame) =>
			readRegion(crystal, frame, memory, { recognised: () => undefined, tiles: hashTiles(frame) }, reader, never);
		reader.showing = 45;
		expect(await see(shown(45))).toEqual({ hit: true, value: 45, rested: false });
		const elsewhere = shown(45);
		elsewhere.luma.fill(200, 50 * elsewhere.stride);
		expect(await see(elsewhere)).toEqual({ hit: true, value: 45, rested: true });
		// A tile that it touches changed, outside of it: its own pixels are the same.
		const beside = shown(45);
		beside.luma[3 * beside.stride + 20] = 255;
		expect(await see(beside)).toEqual({ hit: true, value: 45, rested: true });
		reader.showing = 46;
		expect(await see(shown(46))).toEqual({ hit: true, value: 46, rested: false });
		// The same crystal with another box is another picture, whatever its hash.
		crystal.data = { ...crystal.data, box: [21, 10, 60, 20] };
		expect(await see(shown(46))).toMatchObject({ rested: false });
		expect(reader.asked).toBe(3);
	});
});
