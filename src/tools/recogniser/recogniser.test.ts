import { describe, expect, it } from 'vitest';
import { wordErrors } from './recogniser.mjs';

describe('word errors', () => {
	it('counts words put in, left out and exchanged', () => {
		expect(wordErrors('The door is open.', 'the door open')).toMatchObject({ errors: 1, words: 4 });
		expect(wordErrors('The door is open.', 'the old door is closed')).toMatchObject({ errors: 2, words: 4 });
		expect(wordErrors('Go.', '')).toMatchObject({ errors: 1, rate: 1 });
	});

	it('takes a contraction for the words it stands for, and for no others', () => {
		expect(wordErrors('We are back; I will not go.', "we're back i won't go")).toMatchObject({ errors: 0, words: 7 });
		expect(wordErrors('We were back.', "we're back")).toMatchObject({ errors: 1 });
		expect(wordErrors('Look at that.', "look at that's")).toMatchObject({ errors: 1 });
	});
});
