import { describe, expect, it } from 'vitest';
import { makeFactTable } from '../../facts/snapshot.ts';
import type { DecisionAnswer, Facts } from '../../question.ts';
import { makeReasoner } from '../../reasoning/reasoner.ts';
import { provenanceOf, scopeOf } from '../crystal.fixture.ts';
import { reasonsOf } from './reasons.ts';
import { printLiteral } from './text.ts';

const actions = [{ verb: 'drink' }, { verb: 'flee' }];
const answerOf = (more: Partial<DecisionAnswer>): DecisionAnswer => ({
	act: { verb: 'drink', args: {} },
	options: [],
	because: [],
	unless: [],
	expects: [],
	until: [],
	scope: 'situation',
	confidence: 0.9,
	missing: [],
	...more,
});
function tableOf(...met: Facts[]) {
	const table = makeFactTable({
		facts: [
			{ name: 'hp', type: 'number', min: 0, max: 40 },
			{ name: 'foes', type: 'count', min: 0 },
			{ name: 'potions', type: 'count', min: 0 },
		],
	});
	for (const facts of met) for (const [id, value] of Object.entries(facts)) table.observe(id, value, 0);
	return table;
}
const hurt: Facts = { hp: 8, foes: 1, potions: 2 };
const scene = { facts: hurt, table: tableOf({ hp: 40, foes: 0, potions: 0 }, hurt), actions };
const texts = ({ because, unless, origin, spare }: ReturnType<typeof reasonsOf>): unknown => ({
	because: because.map(printLiteral),
	unless: unless.map(printLiteral),
	origin,
	spare: spare.map(printLiteral),
});

describe('reasons', () => {
	it('that are given stand alone, and the text adds nothing to a fact they name', () => {
		const answer = answerOf({ because: [{ f: 'hp', op: '<=', v: 10 }], reasoning: 'My hp is below 30 and I have 2 potions.' });
		expect(texts(reasonsOf(answer, scene))).toEqual({ because: ['hp <= 10'], unless: [], origin: 'because', spare: ['potions > 1'] });
	});

	it('are read from the text where none is given', () => {
		const answer = answerOf({ reasoning: 'My hp is below 10, so I drink unless there are more than 3 foes.' });
		expect(texts(reasonsOf(answer, scene))).toEqual({ because: ['hp <= 9'], unless: ['foes > 3'], origin: 'chain', spare: [] });
	});

	it('are read from the text where none that is given is so', () => {
		const answer = answerOf({ because: [{ f: 'hp', op: '>', v: 30 }], reasoning: 'Because my hp is low I drink.' });
		expect(texts(reasonsOf(answer, scene))).toMatchObject({ because: ['hp > 30', 'hp <= 13'], origin: 'chain' });
	});

	it('that the text gives and that are not so are no reasons', () => {
		const answer = answerOf({ reasoning: 'My hp is high and there are no foes, so I drink.' });
		expect(texts(reasonsOf(answer, scene))).toEqual({ because: [], unless: [], origin: 'because', spare: [] });
	});

	it('of an answer without a text are what it says', () => {
		expect(reasonsOf(answerOf({ because: [{ f: 'hp', op: '<=', v: 10 }] }), scene).because).toHaveLength(1);
	});
});

describe('a rule from a text', () => {
	function learner() {
		const table = tableOf({ hp: 40, foes: 0, potions: 0 }, hurt);
		let ids = 0;
		let at = 0;
		const clock = { now: () => 1e12 + at++, monotonic: () => at++ };
		const reasoner = makeReasoner({
			table,
			actions,
			random: { next: () => 0.999_999 },
			clock,
			scope: scopeOf('320x240'),
			newId: (kind) => `${kind}-${ids++}`,
		});
		const learn = (entry: number, facts: Facts, answer: DecisionAnswer) =>
			reasoner.learn({ facts, episode: `e${entry}` }, answer, provenanceOf({ ask: 'decision', entry }));
		return { reasoner, learn };
	}

	it('says so, and needs five clean labels where given reasons need four', () => {
		for (const [answer, needed] of [
			[answerOf({ reasoning: 'My hp is below 10, so I drink.' }), 5],
			[answerOf({ because: [{ f: 'hp', op: '<=', v: 9 }], reasoning: 'My hp is below 10, so I drink.' }), 4],
		] as const) {
			const { learn } = learner();
			const { made } = learn(1, hurt, answer);
			expect(made?.data).toMatchObject({ when: [{ f: 'hp', op: '<=', v: 9 }], origin: needed === 5 ? 'chain' : 'because' });
			for (let n = 1; n < needed; n++) learn(1 + n, hurt, answer);
			expect(made?.state).toBe('shadow');
			learn(1 + needed, hurt, answer);
			expect(made?.state).toBe('autonomous');
		}
	});

	it('takes a further condition that the model said before one that merely fits', () => {
		const { learn } = learner();
		learn(1, { hp: 9, foes: 0, potions: 0 }, answerOf({ act: { verb: 'flee', args: {} }, because: [{ f: 'foes', op: '<=', v: 0 }] }));
		const { made } = learn(2, hurt, answerOf({ because: [{ f: 'hp', op: '<=', v: 10 }], reasoning: 'My hp is low and I have potions.' }));
		expect(made?.data.when).toEqual([
			{ f: 'hp', op: '<=', v: 10 },
			{ f: 'potions', op: '>', v: 0 },
		]);
		expect(made?.data.origin).toBe('because');
	});
});
