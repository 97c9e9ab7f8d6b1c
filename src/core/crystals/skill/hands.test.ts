import { describe, expect, it } from 'vitest';
import type { Action } from '../../profile.ts';
import { actOfHand } from './hands.ts';

const actions: Action[] = [
	{ verb: 'open-bag', does: 'opens the bag', input: [{ key: 'i' }] },
	{ verb: 'combo', does: 'does two things', input: [{ key: 'a' }, { key: 'b' }] },
	{ verb: 'click', args: { at: 'element' }, does: 'clicks', input: [{ click: 'left', at: '$at' }] },
	{ verb: 'dodge', does: 'rolls aside', input: [{ click: 'right', at: [100, 80] }] },
	{ verb: 'walk', args: { to: 'point' }, does: 'walks', input: [{ click: 'left', at: '$to', holdMs: 400 }] },
];
const sights = [
	{ name: 'panel', box: [0, 0, 200, 200] as const },
	{ name: 'buy', box: [10, 10, 40, 20] as const },
].map(({ name, box }) => ({ name, box: [...box] as [number, number, number, number] }));
const of = (input: Parameters<typeof actOfHand>[0], seen = sights) => actOfHand(input, { actions }, seen);

describe('a person’s input', () => {
	it('is the act of the profile that is done by just that', () => {
		expect(of({ key: 'i' })).toEqual({ verb: 'open-bag', args: {} });
		expect(of({ button: 'left', at: { x: 20, y: 15 } })).toEqual({ verb: 'click', args: { at: 'buy' } });
		expect(of({ button: 'left', at: { x: 150, y: 150 } })).toEqual({ verb: 'click', args: { at: 'panel' } });
		expect(of({ button: 'left', at: { x: 300.4, y: 9 } })).toEqual({ verb: 'walk', args: { to: [300, 9] } });
		expect(of({ button: 'right', at: { x: 104, y: 78 } })).toEqual({ verb: 'dodge', args: {} });
	});
	it('is nothing where no act is, or one that takes more than this input', () => {
		expect(of({ key: 'a' })).toBeUndefined();
		expect(of({ key: 'other' })).toBeUndefined();
		expect(of({ button: 'right', at: { x: 10, y: 10 } })).toBeUndefined();
		expect(of({ button: 'left' })).toBeUndefined();
	});
});
