import { describe, expect, it } from 'vitest';
import type { Answers, Unused, UnusedAbout, UnusedAsk } from '../question.ts';
import { draftOfAnswers, readAnswered, readingsOf, type Standing } from './answered.ts';

const standing: Standing = {
	literal: ({ f }) => (f === 'gold' ? 'no such fact' : undefined),
	act: ({ verb }) => (verb === 'fly' ? 'no such act' : undefined),
	isPlace: (name) => name !== 'Moon',
};
const unused = <A extends UnusedAsk>(ask: A, answer: Answers[A], about: UnusedAbout[A]): Unused =>
	({ ask, answer, about }) as unknown as Unused;
const draft = (...all: readonly Unused[]) => draftOfAnswers(all, 'x', standing);
const line = (text: string, event: Record<string, string | number> = {}) =>
	unused('narration', { line: text, slots: {}, variants: [] }, { event: { type: 'fight', ...event } });

describe('a draft of answers', () => {
	it('of lines that differ by their values is a phrase with slots; of one alone it says that it has none', () => {
		expect(draft(line('The wolf falls.', { foe: 'wolf' }), line('The boar falls.', { foe: 'boar' }))).toEqual({
			kind: 'answer',
			ask: 'narration',
			text: 'The {foe} falls.',
			note: 'As it came it was no good: x.',
		});
		expect(draft(line('Once more {into} the <b>breach</b>.'))).toMatchObject({
			text: 'Once more into the bbreach/b.',
			note: expect.stringContaining('It has no slot'),
		});
		expect(readAnswered('narration', 'The {foe:shout} falls.')).toMatchObject({ ok: false, why: expect.stringContaining('shout') });
	});

	it('of a way leaves out what is not there, and reads back', () => {
		const way = unused(
			'route',
			{
				waypoints: [
					{ action: { verb: 'click', args: { at: 'door' } }, place: 'Crypt', terrain: '' },
					{ place: 'Moon', terrain: '' },
					{ x: 3, y: 4, terrain: '' },
					{ action: { verb: 'fly', args: {} }, terrain: '' },
					{ place: 'Shrine', terrain: '' },
				],
			},
			{ from: 'Village', to: 'Shrine' },
		);
		const made = draft(way);
		expect(made).toMatchObject({ text: 'click(at: door) to Crypt\nto Shrine', note: expect.stringContaining('3 steps were left out') });
		expect(readAnswered('route', made?.text ?? '')).toEqual({
			ok: true,
			answer: {
				waypoints: [
					{ action: { verb: 'click', args: { at: 'door' } }, place: 'Crypt', terrain: '' },
					{ place: 'Shrine', terrain: '' },
				],
			},
		});
		expect(readAnswered('route', 'somewhere')).toMatchObject({ ok: false, why: expect.stringContaining('"somewhere" is no step') });
		expect(draft(unused('route', { waypoints: [{ place: 'Moon', terrain: '' }] }, { from: 'a', to: 'b' }))).toBeUndefined();
	});

	it('of a text is an entry for all its readings', () => {
		const told = { quest: 'The relic', stage: '1', objective: 'Bring it', giver: 'Mira', done: [{ f: 'relics', op: '>' as const, v: 0 }] };
		const both = [unused('quest', told, { text: 'Bring me the re1ic' }), unused('quest', told, { text: 'Bring me the relic' })];
		const made = draft(...both);
		expect(made).toMatchObject({
			text: 'quest: The relic\nstage: 1\nobjective: Bring it\ngiver: Mira\ndone: relics > 0',
			note: expect.stringContaining('2 readings'),
		});
		expect(readAnswered('quest', made?.text ?? '')).toEqual({ ok: true, answer: told });
		expect(readingsOf(both)).toEqual(['Bring me the re1ic', 'Bring me the relic']);
		expect(readAnswered('quest', 'quest: A\ndone: soon')).toMatchObject({ ok: false, why: expect.stringMatching(/^done: /) });
		expect(readAnswered('quest', 'who: A')).toMatchObject({ ok: false, why: expect.stringContaining('begins with none of') });
		expect(draft(unused('quest', { ...told, quest: '' }, { text: 'Hm' }))).toBeUndefined();
		const mood = draft(unused('npc', { name: 'Mira', attitude: 0.5, because: 'she smiles' }, { name: 'Mira', text: 'Hello' }));
		expect(readAnswered('npc', mood?.text ?? '')).toEqual({ ok: true, answer: { name: 'Mira', attitude: 0.5, because: 'she smiles' } });
		expect(readAnswered('npc', 'name: Mira\nattitude: fine')).toMatchObject({ ok: false, why: expect.stringMatching(/^attitude: /) });
	});

	it('of a plan keeps the goals whose ends can be seen, and the rules that can be followed', () => {
		const plan = unused(
			'strategy',
			{
				goals: [
					{ name: 'Get rich', priority: 3, when: [], until: [{ f: 'gold', op: '>', v: 99 }] },
					{ name: 'Heal; rest', priority: 1, when: [{ f: 'hp', op: '<=', v: 10 }], until: [{ f: 'hp', op: '>', v: 90 }] },
					{ name: 'Look', priority: 2, when: [{ f: 'gold', op: '==', v: 1 }], until: [] },
				],
				rules: [
					{ when: [{ f: 'hp', op: '<=', v: 5 }], action: { verb: 'drink', args: {} } },
					{ when: [{ f: 'hp', op: '<=', v: 5 }], action: { verb: 'fly', args: {} } },
				],
			},
			{},
		);
		const made = draft(plan);
		expect(made).toMatchObject({
			text: 'Look\nHeal, rest; when hp <= 10; until hp > 90\nstrategy: if hp <= 5 then drink()',
			note: expect.stringContaining('2 conditions were left out'),
		});
		expect(readAnswered('strategy', made?.text ?? '')).toMatchObject({
			ok: true,
			answer: {
				goals: [
					{ name: 'Look', when: [], until: [] },
					{ name: 'Heal, rest', when: [{ f: 'hp', op: '<=', v: 10 }], until: [{ f: 'hp', op: '>', v: 90 }] },
				],
				rules: [{ when: [{ f: 'hp', op: '<=', v: 5 }], action: { verb: 'drink', args: {} } }],
			},
		});
		expect(readAnswered('strategy', 'Heal; whenever')).toMatchObject({ ok: false });
		expect(draft()).toBeUndefined();
	});
});
