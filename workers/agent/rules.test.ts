import { describe, expect, it } from 'vitest';
import type { Crystal } from '../../src/core/crystals/crystal.ts';
import { crystalOf } from '../../src/core/crystals/crystal.fixture.ts';
import { ruleOf } from '../../src/core/crystals/rule/rule.fixture.ts';
import type { Skill } from '../../src/core/crystals/skill/schema.ts';
import { shopping } from '../../src/core/crystals/skill/skill.fixture.ts';
import type { QuestionEntry } from '../../src/core/ledger.ts';
import { deskOf, profileOf } from '../../src/core/loop/desk.fixture.ts';
import { makeMind } from '../../src/core/loop/mind.ts';
import { makeRulesDesk } from './rules.ts';

const profile = profileOf({ facts: [{ name: 'hp', type: 'number' }] });
const drink = { verb: 'drink', args: {} };
/** A decision of the ledger. */
function decided(n: number, more: Partial<QuestionEntry>): QuestionEntry {
	const plain = { type: 'question', ask: 'decision', tier: 'crystal', misses: [], made: [], used: [], why: '', calls: 0, model: '' };
	return { ...plain, n, at: n, act: drink, facts: { hp: 10 }, ...more } as unknown as QuestionEntry;
}
function deskWith(crystals: readonly Crystal[], entries: readonly QuestionEntry[]) {
	const desk = deskOf(profile, new Map(crystals.map((c) => [c.id, c])));
	const mind = makeMind({ ...desk, random: { next: () => 0.5 } });
	return makeRulesDesk({
		profile,
		scope: () => desk.scope,
		crystals: () => desk.crystals,
		mind: () => mind,
		clock: desk.clock,
		entries: (numbers) => Promise.resolve(entries.filter(({ n }) => numbers.includes(n))),
		session: () => entries,
	});
}
const answer = decided(3, { tier: 'cloud', calls: 1, model: 'm', said: 'Too low, so I drink.' });

describe('why it did that', () => {
	it('names the rule that was followed, each condition as it was, and the words of the answer it came from', async () => {
		const rule = ruleOf('r', { from: ['3'] });
		const why = await deskWith([rule], [answer, decided(9, { used: ['r'] })]).explain(9);
		expect(why?.followed).toMatchObject([{ id: 'r', when: [{ text: 'hp <= 30', truth: true, value: '10' }] }]);
		expect(why?.facts).toEqual([{ id: 'hp', value: '10' }]);
		expect(why?.answers).toMatchObject([{ entry: 3, said: 'Too low, so I drink.' }]);
		expect(why).not.toHaveProperty('skill');
	});

	it('names the skill that was begun, how it was taught, its steps, and the words of the plan', async () => {
		const skill = crystalOf<Skill>({ id: 's', kind: 'skill', name: 'buy-potion', state: 'autonomous', data: { ...shopping, from: ['3'] } });
		const why = await deskWith([skill, ruleOf('r', {})], [answer, decided(9, { used: ['s'] })]).explain(9);
		expect(why?.skill).toMatchObject({
			id: 's',
			name: 'buy-potion',
			taught: "a model's plan",
			when: 'when screen == town unless hp <= 10',
		});
		expect(why?.skill?.steps).toHaveLength(3);
		expect(why?.answers).toMatchObject([{ entry: 3, said: 'Too low, so I drink.' }]);
		expect(why?.followed).toEqual([]);
		expect(why?.others[0]?.lacks).not.toBe('the other one comes first');
	});

	it('names the decision that was made once more where the nearest case decided', async () => {
		const entry = decided(9, { why: 'as in the case of entry 3, 0.97 alike; right 6 of 6 times, floor 0.72' });
		const why = await deskWith([], [answer, entry]).explain(9);
		expect(why?.like).toBe(3);
		expect(why?.answers).toMatchObject([{ entry: 3, act: 'drink', said: 'Too low, so I drink.' }]);
	});
});

describe('a rules file', () => {
	const line = (n: number) => `strategy: if hp <= ${n} then drink()`;

	it('comes into shadow as a whole, without what is here already', () => {
		const read = deskWith([ruleOf('r', {})], []).read([30, 31, 32].map(line).join('\n'));
		expect(typeof read === 'string' ? read : read.map(({ name, state }) => [name, state])).toEqual([
			[line(31), 'shadow'],
			[line(32), 'shadow'],
		]);
	});

	it('with faults is refused as a whole, and says how many more there are', () => {
		const desk = deskWith([], []);
		const bad = (n: number) => `${line(1)}\n${'x\n'.repeat(n)}`;
		expect(desk.read(bad(3))).toMatch(/^No rule was taken\. line 2, column 1: .*; line 4, column 1: .*idle\.$/);
		expect(desk.read(bad(5))).toMatch(/; and 2 others\.$/);
		expect(desk.read(bad(500))).toMatch(/; and 17 others or more\.$/);
	});

	it('of 100,000 rules is refused in a sentence, with the line where it went too far', () => {
		const read = deskWith([], []).read(Array.from({ length: 100_000 }, (_, n) => line(n)).join('\n'));
		expect(read).toBe('No rule was taken. line 5001, column 1: there are more than 5000 rules; split the file.');
	});
});
