// The scripted teacher's plan for a session of the practice game: the quest in its four steps. Like policy.ts it speaks of nothing
// that the question does not offer.
import type { Literal, StrategyAnswer, StrategyQuestion } from '../core/question.ts';

const is = (f: string, v: string | boolean): Literal => ({ f, op: '==', v });
const oneOf = (f: string, ...v: string[]): Literal => ({ f, op: 'in', v });
const QUEST = ['Talk to Mira', 'Clear the Crypt', 'Open the chest', 'Return to Mira'] as const;

/** Later steps of the quest show that an earlier one is done. */
const GOALS: StrategyAnswer['goals'] = [
	{ name: 'Drink before it is too late', priority: 5, when: [is('thirsty', true)], until: [is('thirsty', false)] },
	{ name: 'Take the quest', priority: 4, when: [is('quest', QUEST[0])], until: [oneOf('quest', ...QUEST.slice(1))] },
	{ name: 'Clear the crypt', priority: 3, when: [is('quest', QUEST[1])], until: [oneOf('quest', ...QUEST.slice(2))] },
	{ name: 'Open the chest', priority: 2, when: [is('quest', QUEST[2])], until: [is('quest', QUEST[3])] },
	{ name: 'Bring the relic home', priority: 1, when: [is('quest', QUEST[3])], until: [is('screen', 'victory')] },
	{
		name: 'Get into the game',
		priority: 0,
		when: [oneOf('screen', 'title', 'options', 'menu', 'dead', 'victory')],
		until: [is('screen', 'play')],
	},
];
const RULES: StrategyAnswer['rules'] = [
	{ when: [is('screen', 'play'), is('thirsty', true)], action: { verb: 'drink', args: {} } },
	{ when: [is('screen', 'dead')], action: { verb: 'click', args: { at: 'try-again' } } },
];

export function plan(question: StrategyQuestion): StrategyAnswer {
	const offered = new Set(question.conditions.map(({ f }) => f));
	const verbs = new Set(question.actions.map(({ verb }) => verb));
	const known = (literals: readonly Literal[]): boolean => literals.every(({ f }) => offered.has(f));
	return {
		goals: GOALS.filter(({ when, until }) => known(when) && known(until)),
		rules: RULES.filter(({ when, action }) => known(when) && verbs.has(action.verb)),
	};
}
