import { describe, expect, it } from 'vitest';
import { fakeReport } from '../testing/fake-agent.ts';
import { readSessions, trendSentence } from './sessions.ts';

describe('the sessions of a report', () => {
	it('stand beside what the projection holds for their week', () => {
		const view = readSessions(fakeReport('s', 'time').json);
		const calls = view?.series[0];
		expect(calls?.measured).toEqual([612, 388, 402, 171, 93, 38]);
		expect(calls?.projected).toEqual([720, 720, 400, 400, 400, 400]);
		expect(view?.series.map((s) => s.say(s.measured[0] ?? Number.NaN))).toEqual(['612', '$0.31', '135', '38 %']);
	});

	it('are left out of a report that was made before they were told', () => {
		expect(readSessions('{"falsework":1,"metrics":{"cost":{}}}')).toBeUndefined();
	});

	it('say in a sentence whether an hour costs less', () => {
		expect(trendSentence({ verdict: 'too few', n: 3 })).toBe('Too few sessions to say whether an hour costs less (3 of 5).');
		expect(trendSentence({ verdict: 'flat', n: 6, s: 1, p: 0.5 })).toBe(
			'The cost of an hour is flat over 6 sessions (Mann–Kendall, p = 0.50).',
		);
	});
});
