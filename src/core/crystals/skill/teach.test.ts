import { describe, expect, it } from 'vitest';
import { makeFactTable } from '../../facts/snapshot.ts';
import type { Act, DecisionAnswer, Facts } from '../../question.ts';
import { provenanceOf, scopeOf } from '../crystal.fixture.ts';
import { applyStep, live } from '../lifecycle.ts';
import { makeSkillLibrary } from './apply.ts';
import { importFault, settleVersions, writeSkill } from './crystallise.ts';
import { skillText, stepText } from './text.ts';
import { type Done, draftFromHands, draftFromPlan, makeHabits } from './teach.ts';

function tableOf() {
	const table = makeFactTable({
		facts: [
			{ name: 'screen', type: 'enum', values: ['town', 'shop', 'cave'] },
			{ name: 'wanted', type: 'enum', values: ['potion', 'sword', 'bread'] },
			{ name: 'night', type: 'boolean' },
			{ name: 'gold', type: 'number' },
		],
	});
	for (const [t, values] of [
		[1, { screen: 'town', wanted: 'potion', night: true, gold: 1 }],
		[2, { screen: 'shop', wanted: 'sword', night: false, gold: 50 }],
	] as const)
		for (const [id, value] of Object.entries(values)) table.observe(id, value, t);
	return table;
}
const click = (at: string): Act => ({ verb: 'click', args: { at } });
const town: Facts = { screen: 'town', wanted: 'potion', night: false, gold: 20 };
const answerOf = (more: Partial<DecisionAnswer>): DecisionAnswer => ({
	act: click('shop'),
	options: [],
	because: [{ f: 'screen', op: '==', v: 'town' }],
	unless: [],
	expects: [{ f: 'screen', op: '==', v: 'shop', withinMs: 900 }],
	until: [],
	scope: 'situation',
	confidence: 1,
	missing: [],
	plan: [click('potion'), click('buy')],
	skill: { name: 'buy-potion', description: 'Buys a potion.' },
	...more,
});
const plan = (more: Partial<DecisionAnswer> = {}) =>
	draftFromPlan(answerOf(more), town, {
		goal: 'Stay alive.',
		entry: 9,
		table: tableOf(),
		fault: (a) => (a.verb === 'fly' ? 'no such verb' : undefined),
	});

describe('a model’s plan', () => {
	it('becomes a skill whose reasons hold here', () => {
		const drafted = plan();
		if (typeof drafted === 'string') throw new Error(drafted);
		expect(drafted.name).toBe('buy-potion');
		expect(skillText(drafted.data)).toBe('when screen == town: click(at: shop), click(at: potion), click(at: buy)');
		expect(drafted.data.steps.map(stepText)[0]).toBe('click(at: shop) expect screen == shop within 900');
		expect(drafted.data).toMatchObject({ goal: 'Stay alive.', origin: 'plan', from: ['9'] });
	});
	it('is refused with what is wrong about it', () => {
		expect(plan({ plan: [] })).toContain('one act');
		expect(plan({ plan: [{ verb: 'fly', args: {} }] })).toBe('fly(): no such verb');
		expect(plan({ because: [{ f: 'screen', op: '==', v: 'cave' }] })).toBe('no condition of it stands');
	});
});

describe('a habit', () => {
	const done = (act: Act, before: Facts, outcome: Done['outcome'] = 'unknown'): Done => ({
		act,
		before,
		expects: [],
		outcome,
		goal: 'Get rich.',
		idle: act.verb === 'wait',
	});
	function trip(habits: ReturnType<typeof makeHabits>, wanted: string, good: Done['outcome'] = 'good', more: Facts = {}) {
		const before = { ...town, ...more, wanted };
		habits.did(done({ verb: 'wait', args: {} }, before, 'failed'));
		return [
			done(click('shop'), before),
			done(click(wanted), { ...before, screen: 'shop' }),
			done(click('buy'), { ...before, screen: 'shop' }, good),
		]
			.map((one) => habits.did(one))
			.at(-1);
	}
	it('is a skill the third time, with a parameter where a fact explains what differs', () => {
		const habits = makeHabits(tableOf());
		expect(trip(habits, 'potion')).toBeUndefined();
		expect(trip(habits, 'sword')).toBeUndefined();
		const skill = trip(habits, 'bread');
		expect(skill?.data.params).toEqual([{ name: 'wanted', type: 'element', fact: 'wanted', value: 'bread' }]);
		expect(skillText(skill?.data as never)).toBe(
			'when screen == town and night == false: click(at: shop), click(at: {wanted}), click(at: buy)',
		);
		expect(trip(habits, 'bread')).toBeUndefined();
	});
	it('needs success, the same place, and differences that facts explain', () => {
		const habits = makeHabits(tableOf());
		for (let i = 0; i < 4; i++) expect(trip(habits, 'potion', 'unknown')).toBeUndefined();
		const odd = makeHabits(tableOf());
		for (const at of ['a', 'b', 'c'])
			expect([done(click('shop'), town), done(click(at), town, 'good')].map((one) => odd.did(one)).at(-1)).toBeUndefined();
	});
	it('goes on from what had come about by then each time, and not without it', () => {
		const habits = makeHabits(tableOf());
		const dark = { ...town, night: true };
		for (let i = 0; i < 2; i++) for (const one of [done(click('shop'), town), done(click('bed'), dark, 'good')]) habits.did(one);
		habits.did(done(click('shop'), town));
		expect(habits.did(done(click('bed'), dark, 'good'))?.data.steps.map(({ when }) => when)).toEqual([
			undefined,
			[{ f: 'night', op: '==', v: true }],
		]);
	});
	it('keeps of the start only what was so each time', () => {
		const habits = makeHabits(tableOf());
		trip(habits, 'potion');
		trip(habits, 'potion', 'good', { night: true });
		expect(trip(habits, 'potion')?.data.when).toEqual([
			{ f: 'screen', op: '==', v: 'town' },
			{ f: 'wanted', op: '==', v: 'potion' },
		]);
	});
});

describe('a person’s hands', () => {
	it('show a skill with its slots, which waits for a name', () => {
		const drafted = draftFromHands(
			[
				{ act: click('shop'), before: town },
				{ act: click('potion'), before: { ...town, screen: 'shop' } },
			],
			'Stay alive.',
			tableOf(),
		);
		expect(drafted?.data.origin).toBe('hand');
		expect(skillText(drafted?.data as never)).toBe('when screen == town: click(at: shop), click(at: {wanted})');
		expect(draftFromHands([{ act: click('shop'), before: town }], '', tableOf())).toBeUndefined();
	});
});

describe('writing skills down', () => {
	let n = 0;
	const from = { id: () => `skill-${n++}`, scope: scopeOf(), provenance: provenanceOf(), at: 5 };
	const drafted = (more: Partial<DecisionAnswer> = {}) => {
		const one = plan(more);
		if (typeof one === 'string') throw new Error(one);
		return one;
	};
	it('merges what is told again in other words', () => {
		const library = makeSkillLibrary();
		const first = writeSkill(drafted(), library, from);
		expect(first.done === 'made' && first.skill.state).toBe('shadow');
		const again = writeSkill({ ...drafted(), name: 'get-healing' }, library, from);
		expect(again.done).toBe('merged');
		expect(library.all()).toHaveLength(1);
		expect(library.all()[0]?.data.words).toContain('get healing');
	});
	it('takes no file of a name or steps that are here, nor of verbs that this game has not', () => {
		const library = makeSkillLibrary();
		const { data } = drafted();
		const here = { skills: library.all(), verbs: new Set(['click']) };
		expect(importFault('buy-potion', data, here)).toBeUndefined();
		const verbs = new Set(['wait']);
		expect(importFault('buy-potion', data, { ...here, verbs })).toBe('step 1: verb "click" is not an action of this game');
		writeSkill(drafted(), library, from);
		const skills = library.all();
		expect(importFault('buy-potion', data, { ...here, skills })).toContain('"name": there is a skill "buy-potion" already');
		expect(importFault('other', { ...data, goal: 'x' }, { ...here, skills })).toBe('it does what "buy-potion" does, which is here already');
	});
	it('refuses the same steps for the opposite', () => {
		const library = makeSkillLibrary();
		const open = drafted();
		writeSkill({ name: 'open', data: { ...open.data, goal: 'Open the gate.' } }, library, from);
		expect(writeSkill({ name: 'close', data: { ...open.data, goal: 'Close the gate.' } }, library, from)).toMatchObject({
			done: 'refused',
			refusal: { why: expect.stringContaining('"open"') as string },
		});
	});
	it('lets another sequence of that name be its next version: in its place, or beside it while it is trusted', () => {
		const library = makeSkillLibrary();
		const first = writeSkill(drafted(), library, from);
		const second = writeSkill(drafted({ plan: [click('bread'), click('buy')] }), library, from);
		if (first.done !== 'made' || second.done !== 'made') throw new Error('not made');
		expect(second.skill).toMatchObject({ name: 'buy-potion-v2', data: { version: 2 }, provenance: { replaces: first.skill.id } });
		expect(first.skill.state).toBe('retired');
		const prove = (skill: typeof first.skill) => {
			for (const episode of ['a', 'b', 'c', 'd', 'e'])
				applyStep(skill, live(skill, { type: 'label', harmful: false, because: '', context: { episode, at: 6 } }, 6));
		};
		prove(second.skill);
		expect(second.skill.state).toBe('autonomous');
		const third = writeSkill(drafted({ plan: [click('sword'), click('buy')] }), library, from);
		if (third.done !== 'made') throw new Error('not made');
		expect(second.skill.state).toBe('autonomous');
		prove(third.skill);
		expect(settleVersions(third.skill, library, 7)).toHaveLength(1);
		expect(second.skill.state).toBe('retired');
	});
});
