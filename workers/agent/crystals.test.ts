import { expect, it } from 'vitest';
import type { Crystal } from '../../src/core/crystals/crystal.ts';
import { crystalOf } from '../../src/core/crystals/crystal.fixture.ts';
import { version } from '../../src/core/crystals/region/schema.ts';
import { checkCrystal } from './crystals.ts';

it('brings a stored crystal to the version of its kind, or names its fault and leaves it', () => {
	const data = { fact: 'coins', factType: 'count', reader: 'count', element: 'coin', screens: { play: { seen: 2, of: 2 } } };
	const stored = (own: unknown): Crystal => crystalOf({ id: 'r', kind: 'region', data: own });
	const old = stored(data);
	expect(checkCrystal(old)).toBeUndefined();
	expect(old).toMatchObject({ schema: version, data: { ...data, replace: {}, mapping: {} } });
	const broken = stored({ ...data, reader: 'guess' });
	expect(checkCrystal(broken)).toContain('reader');
	expect(broken.schema).toBe(1);
});
