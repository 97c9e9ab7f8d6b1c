import { expect, it } from 'vitest';
import { sightOf, situationOf } from './desk.fixture.ts';
import { nearestSights, type Truth } from './situation.ts';
import { findError } from './verdict.ts';

const truth: Truth = { screen: 'play', facts: { hp: 40, me: [50, 50] }, elements: [{ name: 'start', box: [16, 16, 32, 24] }] };

it('finds nothing wrong in what is right, nor in what truth does not tell', () => {
	const situation = situationOf({ facts: { hp: 40, gold: 7 } });
	expect(findError(situation, truth, sightOf('start', [17, 15, 32, 24]))).toBeUndefined();
});

it('names the wrong screen before anything else', () => {
	expect(findError(situationOf({ screen: 'title', facts: { hp: 1 } }), truth)).toBe('screen is "play", not "title"');
});

it('names a wrong fact', () => {
	expect(findError(situationOf({ facts: { hp: 41 } }), truth)).toBe('hp is 40, not 41');
});

it('allows a position half a sprite, and no more', () => {
	expect(findError(situationOf({ facts: { me: [50, 66] } }), truth)).toBeUndefined();
	expect(findError(situationOf({ facts: { me: [50, 67] } }), truth)).toContain('me is 50,50');
});

it('names a target that stands elsewhere, and leaves other elements alone', () => {
	const stray = sightOf('start', [100, 80, 32, 24]);
	expect(findError(situationOf({ sights: [stray] }), truth, stray)).toBe('"start" is not at 100, 80, 32, 24');
	expect(findError(situationOf({ sights: [stray] }), truth)).toBeUndefined();
	expect(findError(situationOf({}), truth, sightOf('quit', [16, 16, 32, 24]))).toBe('"quit" is not at 16, 16, 32, 24');
});

it('takes of several of one name the one nearest the middle', () => {
	const frame = { id: 'f', at: 0, width: 200, height: 100 };
	const near = sightOf('rat', [90, 40, 16, 16]);
	expect(nearestSights({ frame, sights: [sightOf('rat', [10, 10, 16, 16]), near, sightOf('rat', [150, 40, 16, 16])] }).get('rat')).toBe(
		near,
	);
});
