import { describe, expect, it } from 'vitest';
import { canvas } from './drawing.fixture.ts';
import { type KeptFrame, makeFrameMemory } from './memory.ts';

const seen = (seed: number, screen = 'menu', names: string[] = []): KeptFrame => ({
	frame: canvas(64, 32).texture([0, 0, 64, 32], seed).frame,
	screen,
	names: new Set(names),
	places: new Map(),
});
const BYTES = 64 * 32 * 1.5;

describe('the frame memory', () => {
	it('keeps copies that no buffer reuse can touch', () => {
		const memory = makeFrameMemory();
		const one = seen(1);
		memory.add(one);
		one.frame.luma.fill(0);
		expect(memory.frames()[0]?.frame.luma.some((value) => value > 0)).toBe(true);
	});

	it('takes the newer answer about the same picture', () => {
		const memory = makeFrameMemory();
		memory.add(seen(1, 'menu', ['play']));
		memory.add(seen(1, 'menu', ['play', 'quit']));
		expect(memory.frames()).toHaveLength(1);
		expect([...(memory.frames()[0]?.names ?? [])]).toEqual(['play', 'quit']);
		expect(memory.bytes).toBe(BYTES);
	});

	it('holds no more frames and bytes than it may, whatever comes', () => {
		const few = makeFrameMemory({ frames: 3 });
		const small = makeFrameMemory({ bytes: 2.5 * BYTES });
		for (let seed = 0; seed < 10; seed++) {
			few.add(seen(seed));
			small.add(seen(seed));
			expect(few.frames().length).toBeLessThanOrEqual(3);
			expect(small.bytes).toBeLessThanOrEqual(2.5 * BYTES);
		}
		expect(few.bytes).toBe(3 * BYTES);
		const none = makeFrameMemory({ bytes: 10 });
		none.add(seen(1));
		expect(none.frames()).toEqual([]);
	});

	it('drops the oldest of the screen that has most, so a rare screen stays', () => {
		const memory = makeFrameMemory({ frames: 3 });
		memory.add(seen(0, 'rare'));
		for (let seed = 1; seed < 6; seed++) memory.add(seen(seed, 'usual'));
		expect(memory.frames().map((k) => k.screen)).toEqual(['rare', 'usual', 'usual']);
		memory.clear();
		expect([memory.frames(), memory.bytes]).toEqual([[], 0]);
	});
});
