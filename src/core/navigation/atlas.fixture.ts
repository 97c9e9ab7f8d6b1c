import { scopeOf } from '../crystals/crystal.fixture.ts';
import type { Crystal } from '../crystals/crystal.ts';
import { type Atlas, makeAtlas } from './atlas.ts';

/** An atlas of nothing yet, at a time that stands still. */
export function emptyAtlas(): Atlas {
	const crystals = new Map<string, Crystal>();
	return makeAtlas({
		scope: scopeOf(),
		crystals,
		now: () => 1_000_000,
		newId: (kind) => `${kind}-${crystals.size}`,
		save: (crystal) => void crystals.set(crystal.id, crystal),
		changed: () => {},
	});
}
