import { describe, expect, it } from 'vitest';
import type { Capabilities } from './capabilities.ts';
import { afterLosses, cpuLanes, type Held, idle, laneOf, memoryBudget, toMakeRoom, underPressure } from './lifetime.ts';

const MB = 1e6;
const held = (id: string, mb: number, lastUsedAt: number, busy = false): Held => ({ id, bytes: mb * MB, lastUsedAt, busy });

describe('making room', () => {
	const three = [held('new', 400, 30), held('old', 400, 10), held('middle', 400, 20)];

	it('lets nothing go while all fits', () => {
		expect(toMakeRoom(three, 300 * MB, 1500 * MB)).toEqual([]);
	});
	it('lets the least recently used go first, and no more than needed', () => {
		expect(toMakeRoom(three, 301 * MB, 1500 * MB)).toEqual(['old']);
		expect(toMakeRoom(three, 800 * MB, 1500 * MB)).toEqual(['old', 'middle']);
	});
	it('never lets go what is answering, and lets the rest go though it will not be enough', () => {
		expect(toMakeRoom([held('old', 900, 1, true), held('new', 400, 2)], 900 * MB, 1000 * MB)).toEqual(['new']);
	});
});

describe('resting', () => {
	it('lets go what rested five minutes and says when the next has', () => {
		const some = [held('a', 1, 0), held('b', 1, 60_000), held('busy', 1, 0, true)];
		expect(idle(some, 5 * 60_000)).toEqual({ going: ['a'], nextMs: 60_000 });
		expect(idle(some, 4 * 60_000)).toEqual({ going: [], nextMs: 60_000 });
		expect(idle([held('busy', 1, 0, true)], 9e9)).toEqual({ going: [] });
	});
});

describe('pressure', () => {
	const some = [held('asked', 1, 95_000), held('rested', 1, 0), held('busy', 1, 0, true)];
	it('changes nothing below serious', () => {
		expect(underPressure(some, 'nominal', 100_000)).toEqual([]);
		expect(underPressure(some, 'fair', 100_000)).toEqual([]);
	});
	it('ends what rests when serious, and all but what answers when critical', () => {
		expect(underPressure(some, 'serious', 100_000)).toEqual(['rested']);
		expect(underPressure(some, 'critical', 100_000)).toEqual(['rested', 'asked']);
	});
});

describe('the machine', () => {
	it('gives models half of its memory, a guess where it keeps that to itself, and never less than a gigabyte', () => {
		expect(memoryBudget({ memoryGiB: 8 })).toBe(4 * 1024 ** 3);
		expect(memoryBudget({ memoryGiB: undefined })).toBe(2 * 1024 ** 3);
		expect(memoryBudget({ memoryGiB: 0.5 })).toBe(1024 ** 3);
	});
	it('runs one heavy model at a time on few cores, two on many', () => {
		expect([1, 2, 4, 6, 8, 64].map((cores) => cpuLanes({ cores }))).toEqual([1, 1, 1, 2, 2, 2]);
	});
	it('keeps short work out of the queue of heavy work', () => {
		expect(laneOf('embed', 'wasm')).toBe('own');
		expect(laneOf('speak', 'wasm')).toBe('cpu');
		expect(laneOf('embed', 'webgpu')).toBe('gpu');
	});
	it('has no GPU any more once it was lost twice, and says so', () => {
		const facts: Capabilities = {
			cores: 8,
			memoryGiB: 8,
			isolated: true,
			simd: true,
			jspi: true,
			gpu: { name: 'some gpu', fallback: false, features: [], limits: {} },
			gpuWhy: '',
			gpuLost: 0,
			builtIn: 'absent',
		};
		expect(afterLosses(facts, 1)).toEqual({ ...facts, gpuLost: 1 });
		const twice = afterLosses(facts, 2);
		expect(twice.gpu).toBeUndefined();
		expect(twice.gpuWhy).toContain('lost 2 times');
	});
});
