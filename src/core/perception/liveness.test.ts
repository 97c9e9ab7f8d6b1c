import { describe, expect, it } from 'vitest';
import { makeLivenessWatch } from './liveness.ts';

const at = (ms: number) => ({ width: 640, height: 480, at: ms });

describe('liveness', () => {
	it('is live while frames come', () => {
		const watch = makeLivenessWatch(0);
		for (let t = 0; t <= 20_000; t += 1000) watch.see(at(t), 7);
		expect(watch.judge(20_500)).toEqual({ state: 'live', reason: '' });
	});

	it('is frozen 1.7 s after the last frame, and says so within them when none ever came', () => {
		const watch = makeLivenessWatch(0);
		expect(watch.judge(1699).state).toBe('live');
		expect(watch.judge(1700)).toMatchObject({ state: 'frozen', reason: expect.stringContaining('No frame at all') });
		watch.see(at(2100), 1);
		expect(watch.judge(3799).state).toBe('live');
		expect(watch.judge(3800)).toMatchObject({ state: 'frozen', reason: expect.stringContaining('No new frame for 1.7 s') });
	});

	it('is frozen when three acts change nothing for 10 s', () => {
		const watch = makeLivenessWatch(0);
		for (let t = 0; t <= 30_000; t += 1000) watch.see(at(t), 7);
		expect(watch.judge(30_100).state).toBe('live');
		for (const t of [20_000, 24_000, 28_000]) watch.acted(t);
		expect(watch.judge(29_999).state).toBe('live');
		expect(watch.judge(30_100)).toMatchObject({ state: 'frozen', reason: expect.stringContaining('3 acts were sent in 10 s') });
		watch.see(at(30_200), 8);
		expect(watch.judge(30_300).state).toBe('live');
	});

	it('is live while a still game waits for the next act, however long that takes to decide', () => {
		const watch = makeLivenessWatch(0);
		watch.see(at(1000), 7);
		// The click's effect was in the picture before the click was told as done.
		watch.acted(1100);
		for (let t = 2000; t <= 60_000; t += 1000) watch.see(at(t), 7);
		expect(watch.judge(60_100).state).toBe('live');
	});

	it('tries a still picture again when the person says so', () => {
		const watch = makeLivenessWatch(0);
		for (let t = 0; t <= 30_000; t += 1000) watch.see(at(t), 7);
		for (const t of [1000, 2000, 3000]) watch.acted(t);
		expect(watch.judge(30_100).state).toBe('frozen');
		watch.forgive();
		expect(watch.judge(30_100).state).toBe('live');
	});

	it('is resized until the new size is accepted', () => {
		const watch = makeLivenessWatch(0);
		watch.see(at(0), 1);
		watch.see({ width: 800, height: 600, at: 100 }, 2);
		expect(watch.judge(200)).toMatchObject({ state: 'resized', reason: expect.stringContaining('640 × 480 to 800 × 600') });
		watch.accept({ width: 800, height: 600 });
		expect(watch.judge(200).state).toBe('live');
	});

	it('follows the track: muted and back, ended for good', () => {
		const watch = makeLivenessWatch(0);
		watch.see(at(0), 1);
		watch.track('mute');
		expect(watch.judge(100).state).toBe('muted');
		watch.track('unmute');
		expect(watch.judge(100).state).toBe('live');
		watch.track('ended');
		watch.see(at(200), 2);
		expect(watch.judge(210).state).toBe('ended');
	});
});
