import { describe, expect, it } from 'vitest';
import { fakeScore } from '../ui/testing/fake-score.ts';
import { meterRows, minutePoints } from './meters.ts';

describe('the five meters', () => {
	it('have their names and nothing to say before play', () => {
		const rows = meterRows();
		expect(rows.map((r) => r.name)).toEqual([
			'Perception sovereignty',
			'Decision sovereignty',
			'Narration sovereignty',
			'API cost',
			'Skill library growth',
		]);
		for (const row of rows) expect(row).toMatchObject({ value: 'too few to say', fill: 0, said: false, reached: false });
	});
	it('show the value, what it is of, and the next milestone ahead', () => {
		const [perception, decision, narration, cost, skills] = meterRows(fakeScore().metrics);
		expect(perception).toMatchObject({
			value: '92 %',
			of: '412 of 450 questions',
			mark: 0.99,
			target: 'target 99 % at hour 4',
			reached: false,
		});
		expect(decision).toMatchObject({ value: '73 %', target: 'target 80 % at week 4' });
		expect(narration).toMatchObject({ value: 'too few to say', of: 'no lines yet', fill: 0, reached: false });
		expect(cost).toMatchObject({ value: '$0.0731 / h', of: '93 calls, 724 an hour' });
		expect(skills).toMatchObject({ value: '+3', target: 'target +5', fill: 0.6 });
	});
	it('never shows a price that is not known as nothing', () => {
		const score = fakeScore();
		const cost = { ...score.metrics.cost, perHourUsd: null };
		expect(meterRows({ ...score.metrics, cost })[3]).toMatchObject({ value: 'unknown', said: true });
	});
});

describe('minute by minute', () => {
	it('takes the three kinds together', () => {
		const [first] = minutePoints(fakeScore().minutes);
		expect(first).toEqual({ minute: 0, calls: 34, share: 28 / 62 });
	});
	it('has no share for a minute that asked nothing', () => {
		const none = { local: 0, total: 0 };
		const minute = { ...fakeScore().minutes[0]!, perception: none, decision: none, narration: none };
		expect(minutePoints([minute])[0]?.share).toBeNull();
	});
});
