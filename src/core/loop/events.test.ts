import { expect, it } from 'vitest';
import { profileOf } from './desk.fixture.ts';
import { findEvents, type Noticed } from './events.ts';

const profile = profileOf({
	facts: [
		{ name: 'level', type: 'number' },
		{ name: 'place', type: 'enum', values: ['mill', 'cave'] },
	],
	narration: { persona: 'calm', events: ['level', 'gone', 'discovery', 'weak'], on: { weak: 'hp < 20' } },
});
const at = (screen: string, facts: Noticed['facts'] = {}): Noticed => ({ screen, facts });
const weak = (_: string, now: Noticed): boolean | undefined => (typeof now.facts['hp'] === 'number' ? now.facts['hp'] < 20 : undefined);
const find = (before: Noticed | undefined, now: Noticed, seen = new Set<string>()) => findEvents(profile, before, now, seen, weak);

it('tells a fact that changed, with both of its values', () => {
	expect(find(at('play', { level: 1 }), at('play', { level: 2 }))).toEqual([{ type: 'level', level: 2, was: 1, is: 2 }]);
	expect(find(at('play', { level: 2 }), at('play', { level: 2 }))).toEqual([]);
});

it('takes a fact that was not known before for no change', () => {
	expect(find(at('play'), at('play', { level: 2 }))).toEqual([]);
	expect(find(undefined, at('play', { level: 2 }))).toEqual([]);
});

it('tells a screen of the event’s name as it appears, and not while it stays', () => {
	expect(find(at('play'), at('gone'))).toEqual([{ type: 'gone' }]);
	expect(find(at('gone'), at('gone'))).toEqual([]);
	expect(find(undefined, at('gone'))).toEqual([]);
});

it('tells a worded value met for the first time, once', () => {
	const seen = new Set<string>();
	expect(find(undefined, at('play', { place: 'mill' }), seen)).toEqual([]);
	expect(find(at('play', { place: 'mill' }), at('play', { place: 'cave' }), seen)).toEqual([
		{ type: 'discovery', place: 'cave', what: 'cave' },
	]);
	expect(find(at('play', { place: 'cave' }), at('play', { place: 'mill' }), seen)).toEqual([]);
	expect(find(at('play', { place: 'mill' }), at('play', { place: 'cave' }), seen)).toEqual([]);
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
