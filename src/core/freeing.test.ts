import { describe, expect, it } from 'vitest';
import { type Freeable, planFreeing } from './freeing.ts';

const of = (kind: Freeable['kind'], id: string, bytes: number, lastUsedAt = 0): Freeable => ({ kind, id, name: id, bytes, lastUsedAt });
const all = [
	of('reports', 'reports', 4),
	of('model', 'used yesterday', 100, 20),
	of('model', 'used long ago', 100, 10),
	of('model', 'never used', 30),
	of('partial', 'begun', 50),
	of('set-aside', 'broken', 1),
	of('handed', 'nothing', 0),
];
const ids = (wanted: number) => planFreeing(wanted, all).proposed.map(({ id }) => id);

describe('freeing room', () => {
	it('begins with what was begun, then what is broken, then models by their last use, and reports last', () => {
		expect(ids(Number.POSITIVE_INFINITY)).toEqual(['begun', 'broken', 'never used', 'used long ago', 'used yesterday', 'reports']);
	});
	it('proposes no more than is wanted', () => {
		expect([ids(50), ids(51), ids(60)]).toEqual([['begun'], ['begun', 'broken'], ['begun', 'broken', 'never used']]);
		expect(planFreeing(60, all)).toMatchObject({ bytes: 81, enough: true });
	});
	it('says when all of it is not enough', () => {
		expect(planFreeing(1000, all)).toMatchObject({ bytes: 285, enough: false });
		expect(planFreeing(1, [])).toEqual({ proposed: [], bytes: 0, enough: false });
	});
});
