import { expect, it } from 'vitest';
import type { Profile } from '../profile.ts';
import { profileOf } from './desk.fixture.ts';
import { makeEvents, type Noticed } from './events.ts';
import { formFault, readsLike } from './told.ts';

const profile = profileOf({
	facts: [
		{ name: 'level', type: 'number' },
		{ name: 'place', type: 'enum', values: ['mill', 'cave'] },
		{ name: 'message', type: 'text' },
	],
	narration: { persona: 'calm', events: ['level', 'gone', 'discovery', 'weak'], on: { weak: 'hp < 20' } },
});
const at = (screen: string, facts: Noticed['facts'] = {}): Noticed => ({ screen, facts });
const weak = (_: string, now: Noticed): boolean | undefined => (typeof now.facts['hp'] === 'number' ? now.facts['hp'] < 20 : undefined);
/** The events of the last of these situations. */
const find = (...all: Noticed[]) => findIn(profile, ...all);
function findIn(of: Profile, ...all: Noticed[]) {
	const events = makeEvents(of, weak);
	return all.map((now) => events.find(now)).at(-1);
}

it('tells a fact that changed, with both of its values', () => {
	expect(find(at('play', { level: 1 }), at('play', { level: 2 }))).toEqual([{ type: 'level', level: 2, was: 1, is: 2 }]);
	expect(find(at('play', { level: 2 }), at('play', { level: 2 }))).toEqual([]);
});

it('takes a fact that was not known before for no change', () => {
	expect(find(at('play'), at('play', { level: 2 }))).toEqual([]);
	expect(find(at('play', { level: 2 }))).toEqual([]);
});

it('tells a screen of the event’s name as it appears, and not while it stays', () => {
	expect(find(at('play'), at('gone'))).toEqual([{ type: 'gone' }]);
	expect(find(at('gone'), at('gone'))).toEqual([]);
	expect(find(at('gone'))).toEqual([]);
});

it('tells a worded value met for the first time, once', () => {
	const [mill, cave] = [at('play', { place: 'mill' }), at('play', { place: 'cave' })] as const;
	expect(find(mill)).toEqual([]);
	expect(find(mill, cave)).toEqual([{ type: 'discovery', place: 'cave', what: 'cave' }]);
	expect(find(mill, cave, mill)).toEqual([]);
	expect(find(mill, cave, mill, cave)).toEqual([]);
});

it('tells what a text tells, when it is news', () => {
	const told = profileOf({
		...profile,
		narration: {
			persona: 'calm',
			events: ['kill', 'heal'],
			told: {
				kill: { fact: 'message', as: ['The {foe} falls. You find {loot:number} gold.', 'The {foe} falls.'] },
				heal: { fact: 'message', as: ['You feel better.'] },
			},
			with: { kill: ['hp', 'screen'] },
		},
	});
	const says = (message: string, screen = 'play') => at(screen, { hp: 9, level: 1, message });
	const rat = says('The cave rat falls. You find 3 gold.');
	const calm = says('All is calm.');
	expect(findIn(told, calm, rat)).toEqual([{ type: 'kill', foe: 'cave rat', loot: 3, hp: 9, screen: 'play' }]);
	expect(findIn(told, calm, says('The rat falls.'))).toEqual([{ type: 'kill', foe: 'rat', hp: 9, screen: 'play' }]);
	expect(findIn(told, calm, says('You feel better.'))).toEqual([{ type: 'heal', hp: 9, level: 1 }]);
	expect(findIn(told, calm, says('The rat falls over.'))).toEqual([]);
	// It stands there still, or comes back after a menu.
	expect(findIn(told, calm, rat, rat)).toEqual([]);
	expect(findIn(told, calm, rat, at('menu'), rat)).toEqual([]);
	// What stood there before anybody looked is no news.
	expect(findIn(told, rat)).toEqual([]);
});

it('sends what a fact was last only where the profile says that it goes on being so', () => {
	const dark = profileOf({
		...profile,
		narration: { persona: 'calm', events: ['gone'], with: { gone: ['place', 'level'] }, keeps: ['place'] },
	});
	expect(findIn(dark, at('play', { place: 'mill', level: 3 }), at('gone'))).toEqual([{ type: 'gone', place: 'mill' }]);
});

it('says what is wrong with a form', () => {
	expect(formFault('The {foe} falls')).toBeUndefined();
	expect(formFault('The {foe')).toContain('is written {name}');
	expect(formFault('{a} and {a}')).toContain('twice');
	expect(formFault('{type}')).toContain('own name');
	expect(readsLike('{who} (level {n:number})?')('Ann (level 7)?')).toEqual({ who: 'Ann', n: 7 });
	expect(readsLike('{who} waits.')('Ann  waits.')).toEqual({ who: 'Ann' });
});

it('fires a condition as it becomes true, and not when it was unknown before', () => {
	expect(find(at('play', { hp: 30 }), at('play', { hp: 10 }))).toEqual([{ type: 'weak', hp: 10 }]);
	expect(find(at('play', { hp: 10 }), at('play', { hp: 9 }))).toEqual([]);
	expect(find(at('play'), at('play', { hp: 10 }))).toEqual([]);
});

it('sends six values at most, and none that a line could not say', () => {
	const many = Object.fromEntries([...'abcdefgh'].map((name, i) => [name, i]));
	const facts = { 'sees.start': true, 'last.verb': 'click', me: [1, 2] as [number, number], ...many };
	expect(find(at('play'), at('gone', facts))).toEqual([{ type: 'gone', a: 0, b: 1, c: 2, d: 3, e: 4, f: 5 }]);
});
