// The twin is the oracle: on random memory both kinds of kernels must leave the same bytes behind and give the same numbers.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wasmBench } from '../../adapters/engine.ts';
import { PAIRS } from './anchors.ts';
import type { Bench } from './kernels.ts';
import { coarseOf, writeCoarse, writeHue, writeLevel, writeProbes } from './records.ts';
import { makeTwin } from './twin.ts';

const BYTES = 2 ** 19;
const makeWasm = wasmBench();
const runs = { seed: 20261122, numRuns: 150 };

/** Pictures of blots under noise; `contrast` 0 gives flat ground. */
function picture(seed: number, bytes: number, blot: number, contrast: number): Uint8Array {
	let state = seed | 1;
	const next = (): number => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
		return state >>> 24;
	};
	const out = new Uint8Array(bytes);
	let level = 128;
	for (let i = 0; i < bytes; i++) {
		if (i % blot === 0) level = 128 + (((next() - 128) * contrast) >> 7);
		out[i] = Math.max(0, Math.min(255, level + (next() % 7) - 3));
	}
	return out;
}

/** Runs the same on both and compares everything that is left; `ignore` names bytes that are scratch. */
function same<T>(prepare: (bench: Bench) => void, run: (bench: Bench) => T, ignore: readonly [from: number, to: number][] = []): T {
	const [a, b] = [makeWasm(BYTES), makeTwin(BYTES)];
	prepare(a);
	prepare(b);
	const [fromWasm, fromTwin] = [run(a), run(b)];
	expect(fromWasm).toEqual(fromTwin);
	const [left, right] = [new Uint8Array(a.buffer, 0, BYTES), new Uint8Array(b.buffer, 0, BYTES)];
	for (const [from, to] of ignore) {
		left.fill(0, from, to);
		right.fill(0, from, to);
	}
	expect(Buffer.compare(left, right)).toBe(0);
	return fromWasm;
}
const put = (bench: Bench, at: number, bytes: Uint8Array): void => new Uint8Array(bench.buffer).set(bytes, at);

const size = fc.integer({ min: 1, max: 90 });
const pad = fc.integer({ min: 0, max: 21 });
const seed = fc.integer({ min: 1, max: 1e9 });
const blot = fc.constantFrom(1, 3, 5, 9);
const contrast = fc.constantFrom(0, 4, 30, 127);
const PLANE = 4096;
const PATCH = 200_000;
const OUT = 300_000;

const patchOf = (width: number, height: number, from: number, masked: boolean, blotted: number, strong: number) => {
	const luma = picture(from, width * height, blotted, strong);
	const mask = masked ? picture(from + 1, width * height, 4, 127).map((v) => (v > 120 ? 255 : 0)) : undefined;
	const chroma = ((width + 1) >> 1) * ((height + 1) >> 1);
	return {
		width,
		height,
		luma,
		...(mask ? { mask } : {}),
		u: picture(from + 2, chroma, 6, strong),
		v: picture(from + 3, chroma, 6, strong),
	};
};

describe('kernels in WebAssembly and in plain TypeScript give the same bits', () => {
	it('split', () => {
		fc.assert(
			fc.property(size, size, pad, seed, fc.constantFrom(0, 2), (width, height, more, from, red) => {
				const stride = 4 * width + more;
				same(
					(bench) => put(bench, PLANE, picture(from, stride * height, 4, 127)),
					({ kernels }) => kernels.split(PLANE, stride, width, height, red, OUT, OUT + 10_000, OUT + 20_000),
				);
			}),
			runs,
		);
	});

	it('half', () => {
		fc.assert(
			fc.property(size, size, pad, pad, seed, (width, height, more, extra, from) => {
				const stride = 2 * width + more;
				same(
					(bench) => put(bench, PLANE, picture(from, stride * 2 * height, 3, 127)),
					({ kernels }) => kernels.half(PLANE, stride, OUT, width + extra, width, height),
				);
			}),
			runs,
		);
	});

	it('tiles, with and without colour', () => {
		fc.assert(
			fc.property(size, size, pad, seed, fc.boolean(), (width, height, more, from, coloured) => {
				const [stride, half] = [width + more, (width + 1) >> 1];
				const [luma, u, v] = [PLANE + (from % 5), PLANE + 20_000, PLANE + 30_000];
				const sums = OUT - 1024;
				same(
					(bench) => {
						put(bench, luma, picture(from, stride * height, 3, 127));
						put(bench, u, picture(from + 1, (half + more) * height, 3, 127));
						put(bench, v, picture(from + 2, (half + 1) * height, 3, 127));
					},
					({ kernels }) => kernels.tiles(luma, stride, coloured ? u : 0, half + more, coloured ? v : 0, half + 1, width, height, sums, OUT),
					[[sums, OUT]],
				);
			}),
			runs,
		);
	});

	it('integral', () => {
		fc.assert(
			fc.property(size, size, pad, seed, (width, height, more, from) => {
				same(
					(bench) => put(bench, PLANE, picture(from, (width + more) * height, 3, 127)),
					({ kernels }) => kernels.integral(PLANE, width + more, width, height, OUT, OUT + 80_000, width + 1),
				);
			}),
			runs,
		);
	});

	const frames = fc.record({ width: size, height: size, more: pad, from: seed, blotted: blot, strong: contrast });
	const patches = fc.record({ width: size, height: size, from: seed, masked: fc.boolean(), blotted: blot, strong: contrast });

	it('verify, with and without a mask, inside and over the edge', () => {
		fc.assert(
			fc.property(frames, patches, fc.integer({ min: -9, max: 90 }), fc.integer({ min: -9, max: 90 }), (frame, patch, x, y) => {
				const stride = frame.width + frame.more;
				same(
					(bench) => {
						put(bench, PLANE, picture(frame.from, stride * frame.height, frame.blotted, frame.strong));
						writeLevel(bench.buffer, PATCH, patchOf(patch.width, patch.height, patch.from, patch.masked, patch.blotted, patch.strong));
						new Int32Array(bench.buffer).set([PATCH, x, y], OUT >> 2);
					},
					({ kernels, buffer }) => {
						kernels.verify(PLANE, stride, frame.width, frame.height, OUT, 1, 2, 0.2, 0.97);
						return new Float64Array(buffer)[(OUT >> 3) + 2];
					},
				);
			}),
			runs,
		);
	});

	it('chroma and blocks', () => {
		fc.assert(
			fc.property(frames, patches, (frame, patch) => {
				const stride = 90 + frame.more;
				const pixels = patchOf(patch.width, patch.height, patch.from, patch.masked, patch.blotted, patch.strong);
				same(
					(bench) => {
						put(bench, PLANE, picture(frame.from, stride * 90, frame.blotted, frame.strong));
						put(bench, PLANE + 60_000, picture(frame.from + 9, stride * 90, frame.blotted, frame.strong));
						writeLevel(bench.buffer, PATCH, pixels);
						writeHue(bench.buffer, PATCH + 40_000, pixels);
					},
					({ kernels }) => [kernels.chroma(PLANE, PLANE + 60_000, stride, PATCH + 40_000), kernels.blocks(PLANE, stride, PATCH, OUT)],
				);
			}),
			runs,
		);
	});

	it('coarse, with integral images and with a mask', () => {
		fc.assert(
			fc.property(frames, patches, fc.boolean(), (frame, patch, masked) => {
				const stride = frame.width + frame.more;
				const coarse = coarseOf(patchOf(patch.width, patch.height, patch.from, masked, patch.blotted, patch.strong));
				const [cols, rows] = [frame.width - coarse.width + 1, frame.height - coarse.height + 1];
				if (cols < 1 || rows < 1) return;
				const line = frame.width + 1;
				const [sums, squares] = [OUT, OUT + 4 * line * (frame.height + 1) + 64];
				const scratch = OUT + 120_000;
				same(
					(bench) => {
						put(bench, PLANE, picture(frame.from, stride * frame.height, frame.blotted, frame.strong));
						writeCoarse(bench.buffer, PATCH, coarse);
						bench.kernels.integral(PLANE, stride, frame.width, frame.height, sums, squares & ~3, line);
					},
					({ kernels }) =>
						kernels.coarse(
							...([PLANE, stride, 0, 0, cols, rows, PATCH] as const),
							...(masked ? ([0, 0] as const) : ([sums, squares & ~3] as const)),
							...([line, 0.05, scratch, OUT - 20_000, 24] as const),
						),
					[[scratch, scratch + 12 * (cols + 16) + 64]],
				);
			}),
			runs,
		);
	});

	it('scan and resolve', () => {
		let placed = 0;
		fc.assert(
			fc.property(seed, blot, fc.integer({ min: 60, max: 200 }), fc.integer({ min: 40, max: 120 }), (from, blotted, width, height) => {
				const stride = width + 3;
				const plane = picture(from, stride * height, blotted, 127);
				const [hw, hh] = [width >> 1, height >> 1];
				const [halfAt, halfStride] = [PLANE + 100_000, (hw + 15) & ~15];
				const [w, h] = [24, 20];
				const luma = new Uint8Array(w * h);
				for (let y = 0; y < h; y++) luma.set(plane.subarray((11 + y) * stride + 13, (11 + y) * stride + 13 + w), y * w);
				const at = { pairs: OUT, known: OUT + 1024, line: OUT + 16_384, target: OUT + 17_408, probes: OUT + 18_432, places: OUT + 20_480 };
				const [heads, entries, list] = [PLANE + 130_000 - 4096, OUT + 180_000, OUT + 24_576];
				const [, , places] = same(
					(bench) => {
						put(bench, PLANE, plane);
						bench.kernels.half(PLANE, stride, halfAt, halfStride, hw, hh);
						writeLevel(bench.buffer, 460_000 & ~63, { width: w, height: h, luma });
						const n = writeProbes(bench.buffer, at.probes, { width: w, height: h, luma });
						const i32 = new Int32Array(bench.buffer);
						PAIRS.forEach(({ ax, ay, bx, by }, k) => i32.set([ay * halfStride + ax, by * halfStride + bx], (at.pairs >> 2) + 2 * k));
						new Uint8Array(bench.buffer).fill(255, at.known, at.known + 8192);
						new Uint8Array(bench.buffer)[at.known] = 254;
						i32.set([460_000 & ~63, at.probes, n, at.places, 4], at.target >> 2);
						new Float64Array(bench.buffer).fill(-2, at.places >> 3, (at.places >> 3) + 8);
					},
					({ kernels, buffer }) => {
						const count = kernels.scan(
							...([halfAt, halfStride, 0, 0, hw - 6, hh - 6, at.pairs, 8, at.known, at.line, list, 10_000] as const),
						);
						// One entry for all signatures, for each place of an anchor that the positions can have.
						const table = new Int32Array(buffer);
						const seen = new Set<number>();
						for (let k = 0; k < count; k++) seen.add(table[(list >> 2) + 2 * k + 1] as number);
						table.set([at.target, 5, 3, 2, at.target, 6, 4, 0], entries >> 2);
						const kept = [...seen].filter((s) => s < 16_384);
						for (const s of kept) table[(heads >> 2) + s] = 1;
						let n = 0;
						for (let k = 0; k < count; k++) {
							const s = table[(list >> 2) + 2 * k + 1] as number;
							if (s >= 16_384) continue;
							table.set([table[(list >> 2) + 2 * k] as number, s], (list >> 2) + 2 * n++);
						}
						kernels.resolve(list, n, heads, entries, PLANE, stride, 0, 0, width, height, 0.25);
						return [count, n, Array.from(new Float64Array(buffer, at.places, 8))] as const;
					},
					[[at.line, at.line + 32]],
				);
				if ((places[0] as number) > -2) placed++;
			}),
			runs,
		);
		expect(placed).toBeGreaterThan(20);
	});
});
