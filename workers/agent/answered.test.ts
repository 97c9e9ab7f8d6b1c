import { describe, expect, it } from 'vitest';
import type { Crystal } from '../../src/core/crystals/crystal.ts';
import type { Phrase } from '../../src/core/crystals/phrase/schema.ts';
import type { Quest } from '../../src/core/crystals/quest/schema.ts';
import type { Strategy } from '../../src/core/crystals/strategy/schema.ts';
import { makeFactTable } from '../../src/core/facts/snapshot.ts';
import { makeRuleIndex } from '../../src/core/crystals/rule/rule-index.ts';
import { makeLedger } from '../../src/core/ledger.ts';
import { deskOf, profileOf } from '../../src/core/loop/desk.fixture.ts';
import { makeFolk } from '../../src/core/loop/folk.ts';
import { makePlanner } from '../../src/core/loop/planner.ts';
import { makeVoice } from '../../src/core/loop/voice.ts';
import type { RouteAnswer, Unused, UnusedAsk } from '../../src/core/question.ts';
import { learnAnswered } from './answered.ts';

const profile = profileOf({
	facts: [
		{ name: 'board', type: 'text', tells: 'quest' },
		{ name: 'hp', type: 'number', min: 0, max: 100 },
	],
	narration: { persona: 'dry', events: ['fight'] },
});

function setUp() {
	const desk = deskOf(profile);
	const table = makeFactTable(profile);
	const ledger = makeLedger({ session: 's', next: 7, now: () => 5, persist: () => {} });
	const folk = makeFolk({ ...desk, table });
	const planner = makePlanner({ ...desk, table, rules: makeRuleIndex() });
	const planned: unknown[] = [];
	const navigator = {
		plan(from: string, to: string, answer: RouteAnswer) {
			planned.push([from, to, answer.waypoints.length]);
			return from === 'Moon' ? 'no place is called "Moon" any more' : { made: [], refused: [], labelled: ['r1'] };
		},
	};
	const check = { literal: ({ f }: { readonly f: string }) => (f === 'gold' ? '"gold" is no fact' : undefined) };
	const all = { ...desk, ledger, folk, planner, navigator, check, facts: {} };
	return {
		desk,
		folk,
		planner,
		planned,
		ledger,
		of: <C extends Crystal>(kind: string) => [...desk.crystals.values()].filter((c): c is C => c.kind === kind),
		learn: (ask: UnusedAsk, text: string, kind = '', unused: readonly object[] = []) =>
			learnAnswered({ kind: 'answer', ask, text, note: '' }, text, JSON.stringify([ask, kind, '']), unused as readonly Unused[], all),
	};
}

describe('what a person put right', () => {
	it('of lines is a phrase, which speaks of the next such event once it was tried in silence', () => {
		const t = setUp();
		expect(t.learn('narration', 'The {foe:shout} falls.', 'fight')).toContain('shout');
		expect(t.ledger.entries()).toEqual([]);
		expect(t.learn('narration', 'The {foe} falls.', 'fight')).toBe('');
		const [phrase] = t.of<Phrase>('phrase');
		expect(phrase).toMatchObject({ state: 'shadow', provenance: { tier: 'hand', entry: 7, ask: 'narration' }, data: { event: 'fight' } });
		expect(t.ledger.entries()).toMatchObject([{ type: 'intervention', what: 'explain', n: 7 }]);
		const voice = makeVoice({ ...t.desk, random: { next: () => 0.5 } });
		const moment = { screen: 'play', used: [], failed: false, asking: false };
		const lines = Array.from({ length: 30 }, (_, i) => {
			t.desk.clock.at += 60_000;
			const said = voice.attempt({ type: 'fight', foe: `wolf ${i}` }, moment);
			return said.outcome === 'hit' ? said.answer.line : '';
		});
		expect(lines).toContainEqual(expect.stringMatching(/^The wolf \d+ falls\.$/));
	});

	it('of a text is one entry that knows all its readings', () => {
		const t = setUp();
		const about = ['Bring me the re1ic of the Crypt', 'Bring me the relic of the Grypt'].map((text) => ({ ask: 'quest', about: { text } }));
		expect(t.learn('quest', 'quest: The relic\nstage: 1\nobjective: Bring it to Mira\ndone: hp > 3', 'board', about)).toBe('');
		const [quest, ...more] = t.of<Quest>('quest');
		expect(more).toEqual([]);
		expect(quest?.data).toMatchObject({ fact: 'board', says: { quest: 'The relic', done: [{ f: 'hp', op: '>', v: 3 }] } });
		expect(quest?.data.texts).toHaveLength(2);
		for (const { about: one } of about)
			expect(t.folk.interpreters.quest.attempt({ ask: 'quest', fact: 'board', text: one.text, visit: 1 })).toMatchObject({
				outcome: 'hit',
			});
		expect(t.learn('quest', 'quest: The relic\ndone: gold > 3', 'board', about)).toBe('Done: "gold" is no fact.');
		expect(t.learn('quest', 'quest: The relic', 'board')).toBe('No text is kept that it could be said of.');
	});

	it('of a plan is followed from then on, and refused where it speaks of what is not there', () => {
		const t = setUp();
		expect(t.learn('strategy', 'Heal; until gold > 5')).toContain('gold');
		expect(t.of('strategy')).toEqual([]);
		expect(t.learn('strategy', 'Heal; when hp <= 10; until hp > 90\nstrategy: if hp <= 5 then drink()')).toBe('');
		expect(t.of<Strategy>('strategy')).toMatchObject([{ state: 'shadow', data: { goals: [{ name: 'Heal' }] } }]);
		t.planner.see({ hp: 5 });
		expect(t.planner.goal).toBe('Heal');
		expect(t.of('rule')).toHaveLength(1);
	});

	it('of a way goes from where it was asked to where, or says what is gone', () => {
		const t = setUp();
		const about = (from: string) => [{ ask: 'route', about: { from, to: 'Shrine' } }];
		expect(t.learn('route', 'click(at: door) to Crypt\nto Shrine', '', about('Village'))).toBe('');
		expect(t.learn('route', 'to Shrine', '', about('Moon'))).toBe('No place is called "Moon" any more.');
		expect(t.planned).toEqual([
			['Village', 'Shrine', 2],
			['Moon', 'Shrine', 1],
		]);
	});
});
