import { expect, it } from 'vitest';
import { type Crystal, freshStat } from '../../src/core/crystals/crystal.ts';
import { version } from '../../src/core/crystals/region/schema.ts';
import { checkCrystal } from './crystals.ts';

it('brings a stored crystal to the version of its kind, or names its fault and leaves it', () => {
	const data = { fact: 'coins', factType: 'count', reader: 'count', element: 'coin', screens: { play: { seen: 2, of: 2 } } };
	const stored = (own: unknown): Crystal => ({
		id: 'r',
		kind: 'region',
		scope: { game: 'test', gameVersion: 'any', language: 'en', layout: '960x540' },
		name: 'coins',
		schema: 1,
		createdAt: 1,
		provenance: {
			at: 1,
			ask: 'perception',
			entry: 1,
			tier: 'cloud',
			model: 'm',
			frameHash: '',
			promptTokens: 0,
			completionTokens: 0,
			usd: null,
		},
		state: 'autonomous',
		stat: freshStat(),
		history: [],
		data: own,
		blobs: {},
	});
	const old = stored(data);
	expect(checkCrystal(old)).toBeUndefined();
	expect(old).toMatchObject({ schema: version, data: { ...data, replace: {}, mapping: {} } });
	const broken = stored({ ...data, reader: 'guess' });
	expect(checkCrystal(broken)).toContain('reader');
	expect(broken.schema).toBe(1);
});
