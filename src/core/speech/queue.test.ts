import { expect, it } from 'vitest';
import type { Cleared } from '../moderation/gate.ts';
import { LATE_MS, makeLineQueue, type SpokenLine } from './queue.ts';

let n = 0;
const line = (of: string): SpokenLine => ({ n: n++, of, text: of as Cleared, parts: [] });

it('gives what matters most first, then what came first', () => {
	const queue = makeLineQueue();
	for (const [i, of] of ['discovery', 'death', 'fight'].entries()) queue.add(line(of), i);
	expect([1, 2, 3, 4].map(() => queue.next(5).line?.of)).toEqual(['death', 'fight', 'discovery', undefined]);
});

it('throws away what came too late, what is over and what gives way', () => {
	const queue = makeLineQueue();
	queue.add(line('fight'), 0);
	expect(queue.add(line('fight'), 1)).toBe(1);
	expect(queue.over('fight')).toBe(1);
	queue.add(line('a'), 0);
	expect(queue.next(LATE_MS + 1)).toEqual({ line: undefined, late: 1 });
	for (const of of ['a', 'b', 'c']) queue.add(line(of), 0);
	expect(queue.add(line('death'), 1)).toBe(1);
	expect(queue.presses(1, 2)).toBe(true);
	expect(queue.presses(4, 2)).toBe(false);
	expect(queue.presses(1, LATE_MS + 2)).toBe(false);
});
