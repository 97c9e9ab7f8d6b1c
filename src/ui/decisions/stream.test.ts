import { describe, expect, it } from 'vitest';
import type { Cleared } from '../../core/moderation/gate.ts';
import type { DecisionView } from '../services.ts';
import { filterDecisions, inTier, takeDecisions } from './stream.ts';

function line(n: number, more: Partial<DecisionView> = {}): DecisionView {
	return {
		n,
		at: n,
		ask: 'decision',
		tier: 'crystal',
		what: 'click start' as Cleared,
		reason: 'rule' as Cleared,
		model: '',
		simulated: false,
		latencyMs: 1,
		usd: 0,
		tokens: 0,
		crystals: [],
		violation: false,
		...more,
	};
}

describe('takeDecisions', () => {
	it('puts the newest first, whatever order they come in', () => {
		expect(takeDecisions([line(3), line(1)], [line(2), line(5)], 10).map((d) => d.n)).toEqual([5, 3, 2, 1]);
	});
	it('keeps no more than the cap and drops the oldest', () => {
		expect(takeDecisions([line(2), line(1)], [line(3)], 2).map((d) => d.n)).toEqual([3, 2]);
	});
	it('keeps calls when crystals have settled more than it shows since', () => {
		const checklist = {} as NonNullable<DecisionView['checklist']>;
		const calls = [line(2, { tier: 'cloud', checklist }), line(1, { tier: 'cloud', checklist })];
		const taken = takeDecisions(calls, [line(3), line(4), line(5)], 2, 1);
		expect(taken.map((d) => d.n)).toEqual([5, 4, 2]);
		expect(filterDecisions(taken, 'all', 'outside').map((d) => d.n)).toEqual([2]);
	});
	it('replaces a line that is told again', () => {
		const taken = takeDecisions([line(1)], [line(1, { what: 'wait' as Cleared })], 10);
		expect(taken).toHaveLength(1);
		expect(taken[0]?.what).toBe('wait');
	});
});

describe('filterDecisions', () => {
	const lines = [line(4, { tier: 'cloud' }), line(3, { tier: 'local', ask: 'perception' }), line(2, { tier: null }), line(1)];
	it('counts local and cloud as outside', () => {
		expect(filterDecisions(lines, 'all', 'outside').map((d) => d.n)).toEqual([4, 3]);
	});
	it('finds what nobody could answer', () => {
		expect(filterDecisions(lines, 'all', 'nobody').map((d) => d.n)).toEqual([2]);
	});
	it('holds both filters at once', () => {
		expect(filterDecisions(lines, 'perception', 'outside').map((d) => d.n)).toEqual([3]);
		expect(filterDecisions(lines, 'narration', 'all')).toEqual([]);
	});
	it('never takes an unanswered question for a crystal', () => {
		expect(inTier(null, 'crystal')).toBe(false);
	});
});
