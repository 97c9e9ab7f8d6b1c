import { describe, expect, it } from 'vitest';
import { makeCascade } from '../../src/core/cascade.ts';
import { makeLedger } from '../../src/core/ledger.ts';
import { deskOf, profileOf } from '../../src/core/loop/desk.fixture.ts';
import { makeGate } from '../../src/core/moderation/gate.ts';
import { INSTRUCTIONS } from '../../src/core/wire.ts';
import { words } from '../../src/adapters/moderation/filter.ts';
import { cleared, type DecisionTold } from './views.ts';

function gateOf() {
	const desk = deskOf(profileOf());
	const ledger = makeLedger({ session: 's', next: 1, now: () => 1, persist: () => {} });
	const cascade = makeCascade({ ledger, clock: desk.clock, tiers: () => [], instructions: INSTRUCTIONS });
	return makeGate({ ...desk, cascade, words, endpoint: () => false, tick: () => 1, cancel: new AbortController().signal });
}
const told: DecisionTold = {
	n: 1,
	at: 1,
	ask: 'quest',
	tier: 'cloud',
	what: 'quest "Find Fuckface"',
	reason: 'no-crystal: Fuckface was never met',
	model: 'm',
	simulated: false,
	latencyMs: 1,
	usd: 0,
	tokens: 1,
	crystals: ['Fuckface', 'Find the relic'],
	violation: false,
	checklist: { artefact: 'a quest', stored: 'quests.json', fills: 'what Fuckface says', again: 1, ends: 'the text is known', delta: 1 },
};

describe('a line of the decision stream', () => {
	it('shows no name that the gate refuses, of a quest, of somebody or of a crystal', () => {
		const shown = cleared(told, gateOf());
		expect(JSON.stringify(shown)).not.toMatch(/fuck/i);
		expect(shown).toMatchObject({
			what: 'something',
			reason: '',
			crystals: ['something', 'Find the relic'],
			checklist: { artefact: 'a quest', stored: 'quests.json', fills: 'something', ends: 'the text is known' },
		});
	});

	it('shows no words before there is a gate', () => {
		expect(JSON.stringify(cleared(told, undefined))).not.toMatch(/find|fuck|quest\.|known/i);
	});
});
