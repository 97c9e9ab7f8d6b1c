import { expect, it } from 'vitest';
import { NOWHERE, type PlaceView, type RouteView } from '../../core/navigation/view.ts';
import { mapWords, placeWords, poseWords, routeWords, travelWords } from './words.ts';

const nameOf = (id: string): string => id.toUpperCase();
const place: PlaceView = {
	id: 'a',
	name: 'A',
	graph: 'world',
	screen: 'play',
	area: 'x',
	xy: [0, 0],
	view: null,
	picture: '',
	seen: 3,
	deadEnd: true,
	frontiers: 1,
	merged: ['b'],
};
const route: RouteView = {
	id: 'r',
	graph: 'world',
	from: 'a',
	to: 'b',
	state: 'autonomous',
	ms: 4200,
	walks: 2,
	failures: 1,
	blockedMs: 61_000,
	lastFail: 'the picture did not move',
	terrain: 'corridor',
	danger: 0.25,
	interrupts: ['dialogue'],
	moves: [],
	planned: false,
};

it('says plainly when one is lost, and where one may be', () => {
	expect(poseWords({ ...NOWHERE, state: 'lost', why: 'two places look like this', maybe: ['a', 'b'] }, nameOf)).toEqual({
		title: 'Lost',
		text: 'two places look like this. It may be A or B.',
	});
	expect(poseWords({ ...NOWHERE, state: 'reckoned', place: 'a', why: 'walked on', sigmaPx: 31.7 }, nameOf)).toEqual({
		title: 'Near A',
		text: 'walked on, give or take 32 pixels',
	});
	expect(poseWords({ ...NOWHERE, state: 'fixed', place: 'a', why: 'it looks like it' }, nameOf).title).toBe('At A');
});

it('tells a way by its walks, failures and how long it is shut', () => {
	expect(routeWords(route)).toBe(
		'walked twice, failed once, 4.2 s, blocked, tried again in 61 s, interrupted 25 % of the time by dialogue, corridor',
	);
	expect(routeWords({ ...route, planned: true, walks: 0, failures: 0, ms: 3600, blockedMs: 0, danger: 0, terrain: 'swamp' })).toBe(
		'told by a model, not walked yet, about 3.6 s, swamp',
	);
	expect(placeWords(place)).toBe('visited 3 times, dead end, one way untried, one place taken for it');
});

it('says how far a journey is', () => {
	expect(travelWords({ to: 'b', name: 'B', route: ['c', 'b'], state: 'travelling', why: '' })).toBe('On the way to B, 2 stretches to go');
	expect(travelWords({ to: 'b', name: 'B', route: ['b'], state: 'recovering', why: 'the door is shut' })).toBe(
		'Finding the way back to B, the last stretch (the door is shut)',
	);
});

it('puts the picture in a sentence', () => {
	expect(mapWords({ places: [place], routes: [route] }, 'world', { ...NOWHERE, state: 'lost', why: 'a cut' }, nameOf)).toBe(
		'Map of 1 places and 1 ways, 1 of them blocked. Lost. The list beside it holds the same.',
	);
});
