import { describe, expect, it } from 'vitest';
import type { Crystal } from '../crystals/crystal.ts';
import { ruleOf } from '../crystals/rule/rule.fixture.ts';
import type { Rule, RuleData } from '../crystals/rule/schema.ts';
import type { TemplateCrystal, TemplateData } from '../crystals/template/schema.ts';
import type { Profile } from '../profile.ts';
import { type Act, type DecisionAnswer, plainAnswer } from '../question.ts';
import { deskOf, profileOf, receiptOf, sightOf, situationOf } from './desk.fixture.ts';
import type { ReasonerMemory } from '../reasoning/reasoner.ts';
import { makeMind, profileFaults } from './mind.ts';
import type { Situation } from './situation.ts';

const none = { verb: 'none', at: 'none' };
const profile = profileOf({
	facts: [
		{ name: 'hp', type: 'number', min: 0, max: 100 },
		{ name: 'mood', type: 'enum', values: ['calm', 'angry'] },
	],
});
/** A template of which only the names matter: what a model once saw on the screen "play". */
function known(element: string): Crystal {
	const data = { element, screens: { play: { seen: 1, of: 1 } } } as unknown as TemplateData;
	return { id: `t-${element}`, kind: 'template', state: 'autonomous', data } as unknown as TemplateCrystal;
}
function setUp(more: { profile?: Profile; crystals?: Map<string, Crystal>; memory?: ReasonerMemory } = {}) {
	const desk = deskOf(more.profile ?? profile, more.crystals);
	// A rule in shadow is tried out by chance: this one never says yes.
	const mind = makeMind({ ...desk, random: { next: () => 0.999_999 }, ...(more.memory === undefined ? {} : { memory: more.memory }) });
	return { desk, mind, see: (situation: Partial<Situation>) => mind.observe(situationOf(situation), none) };
}
const drinkWhenLow: DecisionAnswer = {
	act: { verb: 'drink', args: {} },
	options: [],
	because: [{ f: 'hp', op: '<=', v: 30 }],
	unless: [],
	expects: [{ f: 'hp', op: 'up', withinMs: 1000 }],
	until: [],
	scope: 'situation',
	confidence: 0.9,
	missing: [],
};

describe('facts', () => {
	it('are known for ten seconds after they were read', () => {
		const { desk, see } = setUp();
		expect(see({ facts: { hp: 20 } })).toMatchObject({ hp: 20, screen: 'play', 'last.verb': 'none' });
		desk.clock.at += 10_000;
		expect(see({})).toMatchObject({ hp: 20 });
		desk.clock.at += 1;
		expect(see({})).not.toHaveProperty('hp');
	});

	it('of another screen are forgotten', () => {
		const { see } = setUp();
		see({ facts: { hp: 20, mood: 'calm' } });
		const facts = see({ screen: 'shop', facts: { mood: 'angry' } });
		expect(facts).toMatchObject({ mood: 'angry', screen: 'shop' });
		expect(facts).not.toHaveProperty('hp');
		expect(see({ screen: 'play' })).not.toHaveProperty('mood');
	});

	it('that the profile does not know, or of another type, are not taken', () => {
		const facts = setUp().see({ facts: { gold: 3, hp: 'many' } });
		expect(facts).not.toHaveProperty('gold');
		expect(facts).not.toHaveProperty('hp');
	});

	it('tell of each known element whether it is there, and nothing when it is half recognised', () => {
		const crystals = new Map([known('start'), known('quit')].map((c) => [c.id, c]));
		const { see } = setUp({ crystals });
		expect(see({ sights: [sightOf('start')] })).toMatchObject({ 'sees.start': true, 'sees.quit': false });
		const facts = see({ sights: [sightOf('start')], unsure: ['quit'] });
		expect(facts).toHaveProperty('sees.start', true);
		expect(Object.keys(facts)).not.toContain('sees.quit');
		expect(see({ sights: [] })).toMatchObject({ 'sees.start': false, 'sees.quit': false });
	});

	it('tell nothing of an element that was there and that no template looks for', () => {
		const { see } = setUp();
		expect(see({ sights: [sightOf('rat')] })).toHaveProperty('sees.rat', true);
		expect(see({ sights: [] })).not.toHaveProperty('sees.rat');
	});

	it('tell nothing of elements that belong to another screen', () => {
		const { see } = setUp({ crystals: new Map([['t', known('start')]]) });
		expect(Object.keys(see({ screen: 'shop' }))).not.toContain('sees.start');
	});
});

describe('a question', () => {
	it('carries 60 facts at most, the screen among them', () => {
		const names = Array.from({ length: 90 }, (_, i) => `n${i}`);
		const { mind, see } = setUp({ profile: profileOf({ facts: names.map((name) => ({ name, type: 'number' as const })) }) });
		const facts = see({ facts: Object.fromEntries(names.map((name, i) => [name, i])) });
		expect(Object.keys(facts).length).toBeGreaterThan(90);
		const sent = mind.question(facts, situationOf(), 1, []).facts;
		expect(Object.keys(sent)).toHaveLength(60);
		expect(sent).toHaveProperty('screen', 'play');
	});

	it('names each element once, and the actions without their keys', () => {
		const { mind } = setUp();
		const sights = [sightOf('coin'), sightOf('coin', [80, 16, 32, 24]), sightOf('start')];
		const question = mind.question({}, situationOf({ sights }), 4, []);
		expect(question.elements).toEqual(['coin', 'start']);
		expect(question.actions[1]).toEqual({ verb: 'drink', does: 'drinks a potion' });
		expect(question).toMatchObject({ goal: 'win', screen: 'play', tick: 4 });
	});

	it('shows the cases most like this one', () => {
		const { mind, see } = setUp();
		const low = see({ facts: { hp: 20 } });
		mind.crystallise(low, situationOf({ facts: { hp: 20 } }), drinkWhenLow, receiptOf(3));
		expect(mind.question(low, situationOf(), 1, []).cases).toEqual([{ facts: low, act: drinkWhenLow.act }]);
	});
});

describe('a rule', () => {
	function learnt() {
		const set = setUp();
		let n = 0;
		const situation = situationOf({ facts: { hp: 20 } });
		const facts = set.see(situation);
		expect(set.mind.attempt(facts, situation, n++)).toMatchObject({ outcome: 'miss', reason: 'no-crystal' });
		const residue = set.mind.crystallise(facts, situation, drinkWhenLow, receiptOf(3));
		const rule = [...set.desk.crystals.values()].find((c) => c.kind === 'rule') as Rule;
		const agree = (visit: number) =>
			set.mind.outcome([rule.id], { outcome: 'held', label: 'good', why: 'hp went up' }, { ...situation, visit }, false);
		return { ...set, situation, facts, residue, rule, agree, decide: () => set.mind.attempt(facts, situation, n++) };
	}

	it('is made by an answer, and waits in shadow', () => {
		const { residue, rule, decide, desk } = learnt();
		expect(residue).toMatchObject({ made: [{ kind: 'rule', id: rule.id }], refused: [] });
		expect(rule).toMatchObject({ state: 'shadow', name: expect.stringContaining('if hp <= 30 then drink()') });
		expect(decide()).toMatchObject({ outcome: 'miss', reason: 'shadow' });
		expect(desk.changes).toMatchObject([{ change: { from: 'trial', to: 'shadow' } }]);
	});

	it('acts by itself after four clean labels from three visits', () => {
		const { rule, agree, decide, desk } = learnt();
		for (const visit of [1, 2, 3]) agree(visit);
		expect(decide()).toMatchObject({ outcome: 'miss', reason: 'shadow' });
		agree(3);
		expect(decide()).toMatchObject({ outcome: 'hit', used: [rule.id], answer: { act: drinkWhenLow.act, expects: drinkWhenLow.expects } });
		expect(desk.changes.at(-1)).toMatchObject({ crystal: { id: rule.id }, change: { to: 'autonomous' } });
		expect(rule.stat.used).toBe(1);
	});

	it('does not, after many labels from two visits', () => {
		const { agree, decide } = learnt();
		for (let i = 0; i < 10; i++) agree(i % 2);
		expect(decide()).toMatchObject({ outcome: 'miss', reason: 'shadow' });
	});

	it('is labelled by later answers: clean when they agree, harmful when they do not', () => {
		const { mind, rule, facts, situation } = learnt();
		expect(mind.crystallise(facts, { ...situation, visit: 2 }, drinkWhenLow, receiptOf(4))).toMatchObject({
			made: [],
			labelled: [rule.id],
		});
		expect(rule.stat).toMatchObject({ labels: 1, clean: 1 });
		mind.crystallise(facts, { ...situation, visit: 3 }, { ...drinkWhenLow, act: { verb: 'wait', args: {} } }, receiptOf(5));
		expect(rule.stat).toMatchObject({ labels: 2, clean: 0, last: [false, true] });
	});

	it('stays silent when its facts are unknown, and once it was retired', () => {
		const { mind, rule, situation, agree, decide } = learnt();
		for (const visit of [1, 2, 3, 4]) agree(visit);
		expect(decide().outcome).toBe('hit');
		expect(mind.attempt({ screen: 'play' }, situation, 100)).toMatchObject({ outcome: 'miss', reason: 'no-crystal' });
		mind.retire(rule.id);
		expect(decide()).toMatchObject({ outcome: 'miss', reason: 'no-crystal' });
		mind.revive(rule.id);
		expect(decide().outcome).toBe('hit');
	});

	it('speaks for an act that it would have chosen, and for no other', () => {
		const { mind, rule, facts } = learnt();
		expect(mind.agreeing(drinkWhenLow.act, facts)).toEqual([rule.id]);
		expect(mind.agreeing({ verb: 'wait', args: {} }, facts)).toEqual([]);
		expect(mind.agreeing(drinkWhenLow.act, { hp: 80 })).toEqual([]);
	});
});

describe('an act', () => {
	const click = { verb: 'click', args: { at: 'start' } };
	it('on an element out of sight is refused', () => {
		const { mind } = setUp();
		expect(mind.resolve(click, situationOf(), {})).toEqual({ ok: false, reason: 'element "start" is not in sight' });
		expect(mind.verify({ ...drinkWhenLow, act: click }, situationOf())).toContain('not in sight');
		expect(mind.verify({ ...drinkWhenLow, act: click }, situationOf({ sights: [sightOf('start')] }))).toBeUndefined();
	});

	it('goes to that instance which is nearest to the middle', () => {
		const sights = [sightOf('start', [0, 0, 20, 20]), sightOf('start', [90, 50, 20, 20]), sightOf('start', [170, 100, 20, 20])];
		expect(setUp().mind.resolve(click, situationOf({ sights }), {})).toMatchObject({
			ok: true,
			steps: [{ do: 'click', at: { x: 100, y: 60 } }],
		});
	});

	it('with a verb that the profile lacks is refused by name', () => {
		expect(setUp().mind.verify({ ...drinkWhenLow, act: { verb: 'fly', args: {} } }, situationOf())).toContain('"fly"');
	});
});

it('still holds an answer while its reasons do', () => {
	const { mind } = setUp();
	expect(mind.stillHolds(drinkWhenLow, { hp: 30 })).toBe(true);
	expect(mind.stillHolds(drinkWhenLow, { hp: 31 })).toBe(false);
	expect(mind.stillHolds(drinkWhenLow, {})).toBe(false);
});

it('takes its traces and cuts into the next session', () => {
	const first = setUp();
	const situation = situationOf({ facts: { hp: 20 } });
	first.mind.crystallise(first.see(situation), situation, drinkWhenLow, receiptOf(3));
	const memory = JSON.parse(JSON.stringify(first.mind.memory())) as ReasonerMemory;
	expect(memory.facts.find((f) => f.id === 'hp')?.cuts).toEqual([30]);
	// Without the crystals, so that nothing but the memory can know.
	const { mind } = setUp({ memory });
	expect(mind.memory()).toMatchObject(memory);
	expect(mind.question({ hp: 20 }, situation, 1, []).cases).toMatchObject([{ act: { verb: 'drink' }, facts: { hp: 20 } }]);
});

describe('the conditions of events', () => {
	const narrated = (on: Record<string, string>): Profile =>
		profileOf({ facts: profile.facts, narration: { persona: '', events: Object.keys(on), on } });
	it('are true, false, or unknown where a fact is', () => {
		const { mind } = setUp({ profile: narrated({ weak: 'hp < 20' }) });
		expect([mind.happens('weak', { hp: 3 }), mind.happens('weak', { hp: 30 }), mind.happens('weak', {})]).toEqual([true, false, undefined]);
		expect(mind.happens('night', { hp: 3 })).toBeUndefined();
	});

	it('that are broken are named with their fault', () => {
		expect(profileFaults(narrated({ weak: 'hp < 20' }))).toEqual([]);
		expect(profileFaults(narrated({ cut: 'hp <' }))).toEqual([expect.stringMatching(/^event "cut": position \d+: /)]);
		expect(profileFaults(narrated({ lost: 'luck < 20' }))).toEqual([expect.stringMatching(/^event "lost": .*luck/)]);
		expect(profileFaults(narrated({ sum: 'hp + 1' }))).toEqual(['event "sum": gives a number, not true or false']);
	});

	it('stand beside the faults of derived facts', () => {
		const broken = profileOf({ facts: [{ name: 'rich', from: 'gold > 3' }] });
		expect(profileFaults(broken)).toEqual([expect.stringMatching(/^fact "rich": .*gold/)]);
	});
});

describe('an act that cannot be undone and is aimed at nothing', () => {
	const sell: Act = { verb: 'sell', args: {} };
	const selling = profileOf({
		actions: [...profileOf().actions, { verb: 'sell', does: 'sells all', input: [{ key: 'q' }], irreversible: true }],
		facts: [{ name: 'hp', type: 'number' }],
	});
	/** Clean so often that it may act alone as far as its own ladder goes. */
	function proven(origin: RuleData['origin'] = 'because'): Rule {
		const rule = ruleOf('r', { then: sell, origin }, 'autonomous', 300);
		return { ...rule, stat: { ...rule.stat, clean: 300 } };
	}
	const situation = situationOf({ facts: { hp: 20 } });

	it('is not done on one answer; the next one has it as its second witness', () => {
		const { mind, see } = setUp({ profile: selling });
		const facts = see(situation);
		expect(mind.commits(sell, facts, 3)).toMatchObject({ ok: false, why: expect.stringContaining('"sell" by model alone') });
		mind.crystallise(facts, situation, plainAnswer(sell, { confidence: 0.9 }), receiptOf(3));
		expect(mind.commits(sell, facts, 3).ok).toBe(false);
		expect(mind.commits(sell, facts, 4)).toEqual({ ok: true, note: '"sell" by model and case' });
		expect(mind.commits({ verb: 'drink', args: {} }, facts, 3).ok).toBe(true);
	});

	it('is not done by a rule alone, however proven: a labelled case or a person has to want it as well', () => {
		const alone = setUp({ profile: selling, crystals: new Map([['r', proven()]]) });
		const facts = alone.see(situation);
		expect(alone.mind.attempt(facts, situation, 0)).toMatchObject({ outcome: 'miss', detail: expect.stringContaining('second witness') });
		// The answer to that question has the rule beside it.
		expect(alone.mind.commits(sell, facts, 3).ok).toBe(true);
		alone.mind.crystallise(facts, situation, plainAnswer(sell, { confidence: 0.9 }), receiptOf(3));
		expect(alone.mind.attempt(facts, situation, 1)).toMatchObject({ outcome: 'hit', used: ['r'] });
		const written = setUp({ profile: selling, crystals: new Map([['r', proven('hand')]]) });
		expect(written.mind.attempt(written.see(situation), situation, 0)).toMatchObject({ outcome: 'hit', used: ['r'] });
	});
});

it('does what the nearest case did where no rule and no skill decides, but not what cannot be undone', () => {
	const { mind, see } = setUp();
	const situation = situationOf({ facts: { hp: 20 } });
	const facts = see(situation);
	// No reasons, so no rule is made of them.
	for (let n = 0; n < 7; n++)
		mind.crystallise(facts, situation, plainAnswer({ verb: 'wait', args: {} }, { confidence: 0.9 }), receiptOf(n));
	expect(mind.attempt(facts, situation, 0)).toMatchObject({ outcome: 'hit', used: [], answer: { act: { verb: 'wait' } } });
});
