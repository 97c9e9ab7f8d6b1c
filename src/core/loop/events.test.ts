import { describe, expect, it } from 'vitest';
import labelled from '../../../e2e/frames/labels.json' with { type: 'json' };
import flare from '../../../public/profiles/flare.json?raw';
import { type Profile, readProfile } from '../profile.ts';
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

describe('the profile of Flare', () => {
	const read = readProfile(flare);
	if (!read.ok) throw new Error(read.faults[0]?.message);
	const flareProfile = read.profile;
	const playing = (facts: Noticed['facts']): Noticed => at('play', { hp: 280, area: 'Arrival', ...facts });
	/** What the engine says, as its own message catalogue has it. */
	it.each<readonly [string, object | undefined]>([
		['You are defeated.', { type: 'death', area: 'Arrival' }],
		['Congratulations, you have reached level 2!', { type: 'level-up', level: 2, area: 'Arrival' }],
		[
			'Congratulations, you have reached level 3! You may unlock one or more abilities through the Powers Menu.',
			{ type: 'level-up', level: 3, area: 'Arrival' },
		],
		['You receive 30 XP.', { type: 'reward', amount: 30, what: 'XP' }],
		['You receive 12 Gold.', { type: 'reward', amount: 12, what: 'Gold' }],
		['You receive Health Potion x5.', { type: 'loot', amount: 5, what: 'Health Potion' }],
		['You receive Leather Hood.', { type: 'loot', what: 'Leather Hood' }],
		['Your health is low!', { type: 'low', hp: 280 }],
		['Inventory is full.', undefined],
	])('reads "%s"', (message, event) => {
		expect(findIn(flareProfile, playing({}), playing({ message }))).toEqual(event === undefined ? [] : [event]);
	});

	it('tells of the places and speakers whose names stand in frames of the game, and of a quest’s turn, also after its log was shut', () => {
		const texts = labelled.frames.flatMap((frame) => (frame.game === 'flare' ? frame.texts : []));
		const areas = [...new Set(texts.filter(({ role }) => role === 'location').map(({ text }) => text))];
		expect(areas.length).toBeGreaterThan(2);
		for (const area of areas.slice(1)) expect(findIn(flareProfile, playing({}), playing({ area }))).toEqual([{ type: 'enter', area }]);
		const speakers = [...new Set(texts.filter(({ role }) => role === 'dialog').map(({ text }) => text.split('\n')[0] as string))];
		expect(speakers).toContain('Udana, Metalworker');
		for (const speaker of speakers)
			expect(findIn(flareProfile, playing({}), playing({ speaker }))).toEqual([{ type: 'talk', speaker, area: 'Arrival' }]);
		const quest = (line: string): Noticed => at('log', { hp: 280, area: 'Arrival', quest: line });
		const begun = [playing({}), quest('Find the harbor.'), playing({})] as const;
		expect(findIn(flareProfile, ...begun, quest('Find the harbor.'))).toEqual([]);
		expect(findIn(flareProfile, ...begun, quest('Speak with Malia.'))).toEqual([{ type: 'quest', objective: 'Speak with Malia' }]);
	});
});
