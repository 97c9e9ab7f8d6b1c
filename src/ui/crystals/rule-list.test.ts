import { describe, expect, it } from 'vitest';
import { byLayer, placeIn } from './rule-list.ts';

describe('byLayer', () => {
	it('puts layers in the order they are followed, better rules first, retired ones last, equal ones by id', () => {
		const rule = (id: string, layer: 'reflex' | 'idle', score: number, state: 'autonomous' | 'retired' = 'autonomous') => ({
			id,
			layer,
			score,
			state,
		});
		const rules = [
			rule('a', 'idle', 0.9),
			rule('b', 'reflex', 0.99, 'retired'),
			rule('c', 'reflex', 0.5),
			rule('d', 'reflex', 0.8),
			rule('0', 'reflex', 0.5),
		];
		expect(byLayer(rules).map(({ layer, rules: of }) => [layer, of.map((r) => r.id)])).toEqual([
			['reflex', ['d', '0', 'c', 'b']],
			['idle', ['a']],
		]);
	});
});

describe('placeIn', () => {
	it('names line and column and takes the word that stands there', () => {
		expect(placeIn('strategy: if hp <= 3\nand hpp > 2', 25)).toEqual({
			line: 2,
			column: 5,
			before: 'strategy: if hp <= 3\nand ',
			at: 'hpp',
			after: ' > 2',
		});
	});
	it('takes nothing at the end', () => {
		expect(placeIn('if', 2)).toMatchObject({ column: 3, at: '', after: '' });
	});
});
