import { describe, expect, it } from 'vitest';
import type { Literal } from '../question.ts';
import { contradictionIn, holds } from './literal.ts';
import fc from 'fast-check';

describe('a contradiction', () => {
	const lit = (f: string, op: Literal['op'], v: Literal['v']): Literal => ({ f, op, v });

	it.each([
		[[lit('hp', '<=', 3), lit('hp', '>', 5)], true],
		[[lit('hp', '<=', 3), lit('hp', '>', 3)], true],
		[[lit('hp', '<=', 5), lit('hp', '>', 3)], false],
		[[lit('hp', '<=', 3), lit('mp', '>', 5)], false],
		[[lit('room', '==', 'a'), lit('room', '==', 'b')], true],
		[[lit('room', '==', 'a'), lit('room', '!=', 'a')], true],
		[[lit('room', 'in', ['a', 'b']), lit('room', 'in', ['c'])], true],
		[[lit('room', 'in', ['a', 'b']), lit('room', '==', 'b')], false],
		[[lit('hp', '==', 4), lit('hp', '<=', 3)], true],
	] as const)('%j: %s', (literals, never) => {
		expect(contradictionIn(literals) !== undefined).toBe(never);
	});

	it('is never found between literals that some value meets', () => {
		const value = fc.constantFrom<Literal['v']>(0, 1, 2, 3, true, false, 'a', 'b', ['a', 'b'], [1, 2]);
		const one = fc.record({ f: fc.constant('x'), op: fc.constantFrom<Literal['op']>('<=', '>', '==', '!=', 'in'), v: value });
		fc.assert(
			fc.property(fc.array(one, { maxLength: 4 }), fc.constantFrom(0, 1, 1.5, 2, 3, true, false, 'a', 'b'), (literals, x) => {
				if (literals.every((l) => holds(l, { x }))) expect(contradictionIn(literals)).toBeUndefined();
			}),
			{ seed: 6 },
		);
	});
});
