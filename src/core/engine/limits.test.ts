// What must hold whatever is put in: no address outside what was handed out, memory given back, recall of small sprites, size.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wasmBench } from '../../adapters/engine.ts';
import { compileEngine } from '../../tools/engine.mjs';
import type { Box } from '../geometry.ts';
import { canvas, noise } from '../perception/drawing.fixture.ts';
import { cutPatch, type Patch, preparePatch } from '../perception/match.ts';
import { makeFrame, type PixelFormat } from '../perception/pixels.ts';
import type { Frame } from '../ports.ts';
import { makeArena } from './arena.ts';
import { type Engine, makeEngine } from './engine.ts';
import type { BenchMaker } from './kernels.ts';
import { makeTwin, twinOf, type Views, viewsOf } from './twin.ts';

/** A twin whose every access must fall inside the memory, on a multiple of its width. */
const makeGuarded: BenchMaker = (bytes) => {
	const { buffer } = makeTwin(bytes);
	const views = viewsOf(buffer);
	const guarded = Object.fromEntries(
		Object.entries(views).map(([name, view]) => [
			name,
			new Proxy(view, {
				get(target, key) {
					const index = typeof key === 'string' ? Number(key) : Number.NaN;
					if (Number.isNaN(index)) throw new Error(`The kernels read ${name}.${String(key)}`);
					if (!Number.isInteger(index) || index < 0 || index >= target.length) throw new RangeError(`read ${name}[${index}]`);
					return target[index];
				},
				set(target, key, value) {
					const index = Number(key);
					if (!Number.isInteger(index) || index < 0 || index >= target.length) throw new RangeError(`write ${name}[${index}]`);
					target[index] = value;
					return true;
				},
			}),
		]),
	) as unknown as Views;
	return { buffer, kernels: twinOf(guarded) };
};

const at = (frame: Frame, box: Box): Patch => preparePatch(cutPatch(frame, box) as NonNullable<ReturnType<typeof cutPatch>>);

function random(seed: number): (below: number) => number {
	const next = noise(seed);
	return (below) => Math.floor(next() * below);
}

/**
 * A picture of any format with rows as long as asked, drawn so that there is something to find.
 *
 * @param around  what lies before, between and after the rows of each plane
 */
function captured(engine: Engine, format: PixelFormat, width: number, height: number, more: number, seed: number, around = 0): Frame {
	const next = random(seed);
	const four = format.startsWith('R') || format.startsWith('B');
	const [cw, ch] = [(width + 1) >> 1, (height + 1) >> 1];
	const stride = (four ? 4 * width : width) + more;
	const planes = [{ offset: 3, stride }];
	const extents = [{ wide: stride - more, rows: height }];
	let bytes = 3 + stride * height;
	for (let k = 0; !four && k < (format === 'I420' ? 2 : 1); k++) {
		const wide = (format === 'I420' ? cw : 2 * cw) + more;
		planes.push({ offset: bytes, stride: wide });
		extents.push({ wide: wide - more, rows: ch });
		bytes += wide * ch;
	}
	const buffers = engine.frameBuffers();
	const data = buffers.raw(bytes + 32).fill(around);
	let level = 90;
	planes.forEach((plane, k) => {
		const { wide, rows } = extents[k] as (typeof extents)[number];
		for (let row = 0; row < rows; row++) {
			for (let i = plane.offset + row * plane.stride, end = i + wide; i < end; i++) {
				if (i % 7 === 0) level = next(256);
				data[i] = level;
			}
		}
	});
	return makeFrame({ format, width, height, data, planes }, 'f', 0, buffers);
}

/** Everything that can be asked of a frame. */
function askAll(engine: Engine, frame: Frame, patch: Patch, box: Box): unknown[] {
	const roi: Box = [box[0] - 9, box[1] - 7, box[2] + 40, box[3] + 30];
	return [
		engine.verify(frame, patch, box),
		engine.verifyAll(frame, [
			{ patch, box: [-3, -3, patch.width, patch.height] },
			{ patch, box: [frame.width - 1, frame.height - 1, patch.width, patch.height] },
			{ patch, box: [9000, -9000, patch.width, patch.height] },
		]),
		engine.chroma(frame, patch, box),
		engine.blockMedian(frame, patch, box),
		engine.hashTiles(frame).hashes,
		engine.searchAll(frame, patch, roi, 0.5, 5),
		engine.searchLost(frame, [patch, patch]),
		engine.searchLost(frame, [patch], roi),
	];
}

const formats = ['I420', 'NV12', 'RGBX', 'BGRX'] as const;

describe('random frames and patches', () => {
	const side = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 10, max: 70 }));
	const scene = fc.record({
		format: fc.constantFrom(...formats),
		width: side,
		height: side,
		more: fc.integer({ min: 0, max: 13 }),
		w: side,
		h: side,
		x: fc.nat(69),
		y: fc.nat(69),
		masked: fc.boolean(),
		seed: fc.integer({ min: 1, max: 1e6 }),
	});

	// What surrounds the planes differs between the two, so an answer that it bears on is not alike.
	it('are answered alike by both kernels, never from outside the memory and never from outside a plane', () => {
		const engines = [
			makeEngine({ kind: 'plain', make: makeGuarded, reserve: 2 ** 16 }),
			makeEngine({ kind: 'wasm-simd', make: wasmBench(), reserve: 2 ** 16 }),
		];
		fc.assert(
			fc.property(scene, ({ format, width, height, more, w, h, x, y, masked, seed }) => {
				const [pw, ph] = [Math.min(w, width), Math.min(h, height)];
				const box: Box = [x % (width - pw + 1), y % (height - ph + 1), pw, ph];
				const next = random(seed + 1);
				const mask = masked ? { mask: Uint8Array.from({ length: pw * ph }, () => (next(4) === 0 ? 0 : 255)) } : {};
				const [a, b] = engines.map((engine, k) => {
					const frame = captured(engine, format, width, height, more, seed, k * 255);
					const patch = preparePatch({ ...(cutPatch(frame, box) as NonNullable<ReturnType<typeof cutPatch>>), ...mask });
					const before = engine.stats.patches;
					const answers = askAll(engine, frame, patch, box);
					engine.forget(patch);
					expect(engine.stats.patches).toBe(before);
					return answers;
				});
				expect(a).toEqual(b);
			}),
			{ seed: 41, numRuns: 120 },
		);
		for (const engine of engines) engine.dispose();
	});

	it.each([
		[1, 1],
		[1, 2160],
		[4096, 1],
		[4095, 2159],
		[4096, 2160],
	])('of %i × %i are taken in every format', (width, height) => {
		const engine = makeEngine({ kind: 'wasm-simd', make: wasmBench(), reserve: 2 ** 16 });
		for (const format of formats) {
			const frame = captured(engine, format, width, height, 1, width);
			const box: Box = [Math.max(0, width - 40), Math.max(0, height - 30), Math.min(width, 40), Math.min(height, 30)];
			const patch = preparePatch(cutPatch(frame, box) as NonNullable<ReturnType<typeof cutPatch>>);
			const placed = engine.verify(frame, patch, box);
			if (patch.deviation > 1) expect(placed).toMatchObject({ box });
			expect(engine.hashTiles(frame).hashes).toHaveLength(Math.ceil(width / 16) * Math.ceil(height / 16));
			engine.searchLost(frame, [patch]);
		}
		engine.dispose();
		expect(engine.stats).toEqual({ usedBytes: 0, heldBytes: 0, patches: 0 });
	});
});

describe('memory', () => {
	it('comes back from ten thousand patches, and serves the next ten thousand', () => {
		const engine = makeEngine({ kind: 'wasm-simd', make: wasmBench() });
		const { frame } = canvas(640, 360).texture([0, 0, 640, 360], 3);
		const next = random(5);
		const cut = () => {
			const box: Box = [next(600), next(320), 8 + next(30), 8 + next(30)];
			return preparePatch(cutPatch(frame, box) as NonNullable<ReturnType<typeof cutPatch>>);
		};
		engine.hashTiles(frame);
		engine.verifyAll(frame, [{ patch: cut(), box: [0, 0, 8, 8] }]);
		let most = 0;
		for (let round = 0; round < 2; round++) {
			const patches = Array.from({ length: 10_000 }, cut);
			engine.verifyAll(
				frame,
				patches.map((patch) => ({ patch, box: [0, 0, patch.width, patch.height] })),
			);
			const { usedBytes, heldBytes } = engine.stats;
			most = Math.max(most, heldBytes);
			// The second ten thousand lie where the first did: memory grows by half when it is short, never for what was given back.
			expect(heldBytes).toBeLessThan(1.55 * usedBytes);
			for (const patch of patches) engine.forget(patch);
			expect(engine.stats.patches).toBeLessThanOrEqual(1);
			expect(engine.stats.usedBytes).toBeLessThan(usedBytes / 4);
		}
		expect(engine.stats.heldBytes).toBeLessThan(most);
		engine.dispose();
		expect(() => engine.hashTiles(frame)).toThrow('disposed');
	}, 60_000);

	it('finds ten thousand lost patches in one frame, those that are there', () => {
		const engine = makeEngine({ kind: 'wasm-simd', make: wasmBench() });
		const here = canvas(400, 300).texture([0, 0, 400, 300], 3).frame;
		const away = canvas(400, 300).texture([0, 0, 400, 300], 77).frame;
		const next = random(9);
		const boxes = Array.from({ length: 10_000 }, (): Box => [next(360), next(260), 24, 24]);
		const patches = boxes.map((box, k) =>
			preparePatch(cutPatch(k % 100 === 0 ? here : away, box) as NonNullable<ReturnType<typeof cutPatch>>),
		);
		const found = engine.searchLost(here, patches, undefined, 0);
		const right = found.filter(({ best }, k) => k % 100 === 0 && best !== undefined && best.score > 0.95);
		expect(right.length).toBeGreaterThan(90);
		expect(found.filter(({ best }, k) => k % 100 !== 0 && best !== undefined && best.score > 0.95)).toEqual([]);
		engine.dispose();
	}, 60_000);

	it('keeps a frame valid that lies in memory which was outgrown', () => {
		const engine = makeEngine({ kind: 'wasm-simd', make: wasmBench(), reserve: 2 ** 17 });
		const frame = captured(engine, 'I420', 120, 80, 0, 8);
		const patch = preparePatch(cutPatch(frame, [30, 20, 40, 30]) as NonNullable<ReturnType<typeof cutPatch>>);
		const held = engine.stats.heldBytes;
		const big = canvas(900, 700).texture([0, 0, 900, 700], 4).frame;
		engine.hashTiles(big);
		expect(engine.stats.heldBytes).toBeGreaterThan(held);
		expect(engine.verify(frame, patch, [30, 20, 40, 30])).toEqual({ score: expect.closeTo(1, 9), box: [30, 20, 40, 30] });
	});

	it('joins what is freed with its neighbours', () => {
		fc.assert(
			fc.property(
				fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 60 }),
				fc.integer({ min: 1, max: 1e6 }),
				(sizes, seed) => {
					const arena = makeArena();
					const next = random(seed);
					const taken = new Map<number, number>();
					for (const bytes of sizes) {
						const at = arena.take(bytes);
						for (const [other, length] of taken) expect(at >= other + length || at + bytes <= other).toBe(true);
						taken.set(at, bytes);
						if (next(3) === 0) {
							const [gone] = [...taken.keys()].slice(next(taken.size));
							arena.free(gone as number);
							taken.delete(gone as number);
						}
					}
					for (const at of taken.keys()) arena.free(at);
					expect([arena.used, arena.top]).toEqual([0, 64]);
				},
			),
			{ seed: 3 },
		);
		expect(() => makeArena().free(64)).toThrow('never taken');
	});
});

describe('recall of small sprites', () => {
	const engine = makeEngine({ kind: 'wasm-simd', make: wasmBench() });
	const side = 240;
	/** Textured ground with a sprite on it, drawn through its mask, dimmed, with an error of ±3 on every pixel. */
	function drawn(sprite: { size: number; luma: Uint8Array; mask: Uint8Array }, x: number, y: number, gain: number, seed: number): Frame {
		const a = canvas(side, side).texture([0, 0, side, side], 500 + seed, undefined, 9);
		const next = random(seed);
		for (let row = 0; row < sprite.size; row++) {
			for (let col = 0; col < sprite.size; col++) {
				if (sprite.mask[row * sprite.size + col] === 0) continue;
				a.frame.luma[(y + row) * side + x + col] = sprite.luma[row * sprite.size + col] as number;
			}
		}
		for (let i = 0; i < a.frame.luma.length; i++)
			a.frame.luma[i] = Math.max(0, Math.min(255, Math.round((a.frame.luma[i] as number) * gain) + next(7) - 3));
		return a.frame;
	}

	it.each([
		[16, 1],
		[16, 0.4],
		[24, 1],
		[24, 0.4],
	])('%i px, light × %d: found at every phase of the coarse scale', (size, gain) => {
		const luma = canvas(size, size).texture([0, 0, size, size], 21, undefined, 4).frame.luma;
		const mask = new Uint8Array(size * size);
		for (let y = 0; y < size; y++)
			for (let x = 0; x < size; x++) if (Math.hypot(x + 0.5 - size / 2, y + 0.5 - size / 2) < size / 2) mask[y * size + x] = 255;
		const patch = preparePatch({ width: size, height: size, luma, mask });
		let found = 0;
		for (let phase = 0; phase < 64; phase++) {
			const [x, y] = [100 + (phase & 7), 90 + (phase >> 3)];
			const places = engine.searchAll(drawn({ size, luma, mask }, x, y, gain, phase + 1), patch, [0, 0, side, side], 0.6, 8);
			if (places[0]?.box[0] === x && places[0].box[1] === y) found++;
			expect(places.length).toBeLessThanOrEqual(2);
		}
		expect(found).toBe(64);
	});
});

describe('a darkened frame', () => {
	const engine = makeEngine({ kind: 'wasm-simd', make: wasmBench() });
	const [width, height] = [640, 360];
	const boxes = Array.from({ length: 40 }, (_, k): Box => [17 + 78 * (k % 8) - (k % 3), 11 + 70 * Math.floor(k / 8), 32, 28]);
	/** Blots of grey behind elements of middling contrast, under a codec's error of ±3. */
	function shown(light: number, present: (k: number) => boolean, lit: (k: number) => boolean = () => false): Frame {
		const a = canvas(width, height).texture([0, 0, width, height], 9, undefined, 11);
		boxes.forEach((box, k) => present(k) && a.texture(box, 700 + k, undefined, 5).dim(box, 0.35, 60));
		const next = random(3);
		const luma = a.frame.luma.map((v) => Math.max(0, Math.min(255, Math.round(v * light) + next(7) - 3)));
		a.frame.luma.set(luma);
		boxes.forEach((box, k) => present(k) && lit(k) && a.texture(box, 700 + k, undefined, 5).dim(box, 0.35, 60));
		return a.frame;
	}
	const patches = boxes.map((box, k) =>
		at(
			shown(1, (i) => i === k),
			box,
		),
	);
	const rightIn = (frame: Frame): number =>
		engine
			.searchLost(frame, patches, undefined, 0)
			.filter(({ best }, k) => best !== undefined && best.score >= 0.8 && `${best.box}` === `${boxes[k]}`).length;

	it.each([1, 0.6, 0.5, 0.4])('at light × %d shows nearly all by their anchors', (light) => {
		expect(rightIn(shown(light, () => true))).toBeGreaterThanOrEqual(38);
	});

	it('shows them also beside a dialog that keeps its light', () => {
		expect(
			rightIn(
				shown(
					0.45,
					() => true,
					(k) => k < 8,
				),
			),
		).toBeGreaterThanOrEqual(38);
	});

	it.each([1, 0.5])('at light × %d shows none that is not there', (light) => {
		const found = engine.searchLost(
			shown(light, (k) => k % 2 === 0),
			patches,
			undefined,
			0,
		);
		expect(found.filter(({ best }, k) => k % 2 === 1 && (best?.score ?? 0) >= 0.8)).toEqual([]);
	});
});

it('weighs at most 30 KB gzipped, kernels and glue together', async () => {
	const wasm = await compileEngine();
	const glue = ['anchors', 'arena', 'engine', 'records', 'twin'].map((name) => readFileSync(join(import.meta.dirname, `${name}.ts`)));
	// As sources, with their comments and types: what is served is smaller.
	expect(gzipSync(wasm).length + gzipSync(Buffer.concat(glue)).length).toBeLessThan(30 * 1024);
});
