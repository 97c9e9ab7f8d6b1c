import { describe, expect, it } from 'vitest';
import { byInterest, crystalKinds, crystalStates, inOrder, isShown, tally, verdictOf } from './shelf.ts';

const crystal = (name: string, kind: string, state: 'trial' | 'shadow' | 'autonomous' | 'retired', text = '') => ({
	name,
	kind,
	state,
	text,
});
const all = [
	crystal('hp-bar', 'template', 'retired', 'bar on town'),
	crystal('yes', 'template', 'shadow', 'button on dialogue'),
	crystal('go east', 'rule', 'autonomous', 'if screen is town'),
];
const any = { kind: 'all', state: 'any', search: '' } as const;
const names = (filter: Parameters<typeof isShown>[1]) => all.filter((c) => isShown(c, filter)).map((c) => c.name);

describe('what is shown', () => {
	it('is what kind, state and every word of the search allow, in the name or in what it holds', () => {
		expect(names(any)).toEqual(['hp-bar', 'yes', 'go east']);
		expect(names({ ...any, kind: 'template' })).toEqual(['hp-bar', 'yes']);
		expect(names({ ...any, state: 'shadow' })).toEqual(['yes']);
		expect(names({ ...any, search: 'TOWN' })).toEqual(['hp-bar', 'go east']);
		expect(names({ ...any, search: ' town  east ' })).toEqual(['go east']);
		expect(names({ kind: 'rule', state: 'shadow', search: '' })).toEqual([]);
	});

	it('is counted by kind and by state, and retired ones come last', () => {
		expect(crystalKinds(all).map((c) => [c.label, c.count])).toEqual([
			['All', 3],
			['Rules', 1],
			['Templates', 2],
		]);
		expect(crystalStates(all)).toEqual([
			{ state: 'shadow', count: 1 },
			{ state: 'autonomous', count: 1 },
			{ state: 'retired', count: 1 },
		]);
		expect(inOrder(all).map((c) => c.name)).toEqual(['yes', 'go east', 'hp-bar']);
	});
});

describe('a threshold that is tried', () => {
	const trial = (hit: boolean, named: boolean | null, score = 0.5) => ({ hit, named, score });
	it('is held against what a model named, and says so where none was asked', () => {
		expect(
			[trial(true, true), trial(true, false), trial(false, true), trial(false, false), trial(true, null), trial(false, null)].map(
				verdictOf,
			),
		).toEqual(['hit', 'false', 'missed', 'absent', 'found', 'none']);
		expect(tally([trial(true, true), trial(true, true), trial(true, false)])).toMatchObject({ hit: 2, false: 1, missed: 0 });
	});

	it('shows what is wrong first, then what is nearest to it', () => {
		const trials = [
			trial(true, true, 0.99),
			trial(false, false, 0.8),
			trial(false, true, 0.7),
			trial(true, false, 0.95),
			trial(true, null, 0.86),
		];
		expect(byInterest(trials, 0.85).map((t) => t.score)).toEqual([0.95, 0.7, 0.86, 0.8, 0.99]);
	});
});
