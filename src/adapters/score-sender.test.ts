import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { FeedSnapshot } from '../core/feed/snapshot.ts';
import { emptySums, scorecard } from '../core/scorecard.ts';
import { makeScoreSender, REPEAT_MS } from './score-sender.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('says the newest again while nothing changes, and nothing before the first', () => {
	const sent: FeedSnapshot[] = [];
	const sender = makeScoreSender((snapshot) => sent.push(snapshot));
	sender.again();
	vi.advanceTimersByTime(3 * REPEAT_MS);
	expect(sent).toEqual([]);
	sender.tell(scorecard(emptySums(), 1));
	sender.tell(scorecard(emptySums(), 2));
	expect(sent.map((s) => s.updatedAt)).toEqual([1, 2]);
	vi.advanceTimersByTime(2 * REPEAT_MS);
	expect(sent.map((s) => s.updatedAt)).toEqual([1, 2, 2, 2]);
	sender.forget();
	vi.advanceTimersByTime(2 * REPEAT_MS);
	expect(sent).toHaveLength(4);
});

it('says at once how graduation stands, and with every scorecard after', () => {
	const sent: FeedSnapshot[] = [];
	const sender = makeScoreSender((snapshot) => sent.push(snapshot));
	const graduation = { graduated: false, simulated: false, from: 0, to: 1, conditions: [], head: null, key: null };
	sender.tellGraduation(graduation);
	expect(sent).toEqual([]);
	sender.tell(scorecard(emptySums(), 1));
	sender.tellGraduation({ ...graduation, graduated: true });
	sender.tell(scorecard(emptySums(), 2));
	expect(sent.map((s) => s.graduation?.graduated)).toEqual([false, true, true]);
	sender.forget();
});
