import { describe, expect, it } from 'vitest';
import { LOOK_BYTES, type Place } from '../crystals/place/schema.ts';
import { seeded } from '../random.fixture.ts';
import type { Act } from '../question.ts';
import { emptyAtlas } from './atlas.fixture.ts';
import type { Pose } from './pose.ts';
import { startJourney } from './travel.ts';

/** Somebody who stands at the first of two places 100 pixels apart, and is moved by the test. */
function standing(o: { readonly way: boolean; readonly untried: readonly Act[] }) {
	const atlas = emptyAtlas();
	const [from, to] = [0, 300].map(
		(x) => atlas.lay({ area: 'a', screen: 'play', xy: [x, 0], view: [x, 0], look: new Uint8Array(LOOK_BYTES).fill(9), marks: {} }) as Place,
	) as [Place, Place];
	if (o.way)
		atlas.walked(
			{ graph: 'world', from: from.id, to: to.id, moves: [], origin: 'walk' },
			{ ms: 1000, interrupts: [], episode: 'a', at: 1 },
		);
	const at = { x: 0, stillSince: 0 };
	const pose = {
		state: 'fixed',
		place: from,
		last: from,
		area: 'a',
		get xy() {
			return [at.x, 0] as const;
		},
		view: [0, 0],
		avatar: { x: 400, y: 200 },
		get stillSince() {
			return at.stillSince;
		},
		reach: 100,
		maybe: [],
	} as unknown as Pose;
	const journey = startJourney(
		to.id,
		{
			atlas,
			pose,
			screen: () => 'play',
			world: () => [0, 0, 800, 400],
			walks: [{ verb: 'walk', arg: 'to' }],
			untried: () => (Object.keys(from.data.tried).length === 0 ? o.untried : []),
			random: seeded(1),
			episode: 'j',
		},
		0,
	);
	const lose = (why: string) => Object.assign(pose, { state: 'lost', why, place: undefined });
	return { journey, at, from, to, atlas, be: (place: Place) => Object.assign(pose, { place, last: place }), lose };
}

describe('a journey', () => {
	it('clicks on towards a place that one click does not reach, as long as it comes nearer', () => {
		const { journey, at } = standing({ way: true, untried: [] });
		const aims: number[] = [];
		// Each click walks 20 pixels and no more.
		for (let now = 0; now < 30_000 && at.x < 240; now += 150) {
			const next = journey.next({}, now);
			if (next.do === 'failed') throw new Error(next.why);
			if (next.do !== 'act') continue;
			aims.push((next.act.args['to'] as readonly [number, number])[1]);
			journey.outcome('unknown', '', now);
			at.x += 20;
			at.stillSince = now + 100;
		}
		expect(at.x).toBe(240);
		// Straight there each time: nothing was in the way that would have to be gone round.
		expect(new Set(aims)).toEqual(new Set([200]));
	});

	it('ends soon, and says so, where a step leads to another place than the map has it, and back', () => {
		const { journey, atlas, from, to, be } = standing({ way: false, untried: [] });
		const other = atlas.lay({
			area: 'b',
			screen: 'play',
			xy: [0, 0],
			view: [0, 0],
			look: new Uint8Array(LOOK_BYTES).fill(9),
			marks: {},
		}) as Place;
		const door = (at: string): Act => ({ verb: 'click', args: { at } });
		const walked = (one: Place, two: Place, act: Act) =>
			atlas.walked(
				{ graph: 'world', from: one.id, to: two.id, moves: [act], origin: 'walk' },
				{ ms: 1000, interrupts: [], episode: one.id, at: 1 },
			);
		walked(from, to, door('on'));
		walked(other, from, door('back'));
		let here = from;
		const acts: unknown[] = [];
		let now = 0;
		let next = journey.next({}, now);
		for (; next.do !== 'failed' && acts.length < 20; next = journey.next({}, (now += 2000))) {
			if (next.do !== 'act') continue;
			acts.push(next.act.args['at']);
			journey.outcome('unknown', '', now);
			be((here = here === from ? other : from));
		}
		expect(acts).toEqual(['on', 'back', 'on', 'back']);
		expect(next).toMatchObject({ do: 'failed', why: expect.stringMatching(/round in a ring.* Place 3 instead/) });
	});

	it('ends after a minute in which nothing was known again, and says why', () => {
		const { journey, lose } = standing({ way: true, untried: [] });
		lose('nothing known looks like this');
		let now = 0;
		let next = journey.next({}, now);
		for (; next.do !== 'failed' && now < 300_000; next = journey.next({}, (now += 150)))
			if (next.do === 'act') journey.outcome('unknown', '', now);
		expect(next).toMatchObject({ do: 'failed', why: 'lost for 60 s: nothing known looks like this' });
		expect(now).toBeLessThan(62_000);
		expect(journey.stuck).toBe(false);
	});

	it('tries what was never used where it is shut in, before a model is asked', () => {
		const lever: Act = { verb: 'click', args: { at: 'lever' } };
		const { journey, from } = standing({ way: false, untried: [lever] });
		expect(journey.next({}, 0)).toMatchObject({ do: 'act', act: lever });
		journey.outcome('unknown', '', 300);
		expect(Object.keys(from.data.tried).length).toBe(1);
		expect(journey.next({}, 400)).toMatchObject({ do: 'failed' });
		expect(journey.stuck).toBe(true);
	});
});
