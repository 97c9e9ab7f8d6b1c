// A skill with a gate, a parameter, a check and a branch.
import type { SkillData } from './schema.ts';

export const shopping: SkillData = {
	description: 'Buys a potion at the shop.',
	goal: 'buy a potion',
	words: ['heal'],
	params: [{ name: 'thing', type: 'element', fact: 'wanted', value: 'potion' }],
	when: [{ f: 'screen', op: '==', v: 'town' }],
	unless: [{ f: 'hp', op: '<=', v: 10 }],
	steps: [
		{ act: { verb: 'click', args: { at: 'shop' } }, expects: [{ f: 'screen', op: '==', v: 'shop', withinMs: 900 }] },
		{ id: 'buy', act: { verb: 'click', args: { at: { param: 'thing' } } }, next: ['leave', { step: 'buy', back: true }], times: 3 },
		{ id: 'leave', when: [{ f: 'gold', op: '<=', v: 5 }], next: [] },
	],
	expects: [],
	until: [],
	layer: 'quest',
	origin: 'plan',
	from: ['9'],
	version: 1,
};
