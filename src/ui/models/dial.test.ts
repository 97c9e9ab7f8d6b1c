import { describe, expect, it } from 'vitest';
import { DIAL_STOPS, dialWords, kindWords, ownWords, stopOf, verdictTone } from './dial.ts';

describe('the dial', () => {
	it('goes from never to as needed, each stop further than the one before', () => {
		expect(DIAL_STOPS[0]).toBe(0);
		expect(DIAL_STOPS.at(-1)).toBeNull();
		const shares = DIAL_STOPS.slice(0, -1) as number[];
		expect(shares).toEqual(shares.toSorted((a, b) => a - b));
	});

	it('finds the stop of each share, and the nearest where it lies between two', () => {
		for (const [i, share] of DIAL_STOPS.entries()) expect(stopOf(share)).toBe(i);
		expect(DIAL_STOPS[stopOf(0.12)]).toBe(0.1);
		expect(DIAL_STOPS[stopOf(1)]).toBe(0.75);
	});

	it('says what a stop means', () => {
		expect(dialWords(0)).toBe('None: the cloud is never asked');
		expect(dialWords(0.05)).toBe('At most 5 % of them');
		expect(dialWords(null)).toBe('As many as are needed');
		expect(ownWords(0.125)).toBe('At most 12.5 %');
	});

	it('names a kind of question under the heading of its ask', () => {
		expect(kindWords('decision', '')).toBe('All of them');
		expect(kindWords('decision', 'play')).toBe('On play');
		expect(kindWords('perception', 'play')).toBe('After play');
		expect(kindWords('narration', 'quest')).toBe('Of quest');
	});

	it('colours only what is in force or has changed', () => {
		expect(verdictTone({ state: 'autonomous', verdict: 'good' })).toBe('chip-good');
		expect(verdictTone({ state: 'autonomous', verdict: 'skip' })).toBe('chip-warn');
		expect(verdictTone({ state: 'shadow', verdict: 'open' })).toBe('');
		expect(verdictTone({ state: 'quarantined', verdict: 'open' })).toBe('chip-bad');
	});
});
