// What tests need to make crystals of: where an answer was given, what it cost, and a crystal as the store holds it.
import { type Crystal, freshStat, type Provenance, type Scope } from './crystal.ts';

/** A cloud model's first answer about what is seen. */
export function provenanceOf(more: Partial<Provenance> = {}): Provenance {
	return {
		at: 1,
		ask: 'perception',
		entry: 1,
		tier: 'cloud',
		model: 'm',
		frameHash: '',
		promptTokens: 0,
		completionTokens: 0,
		usd: null,
		...more,
	};
}

export function scopeOf(layout = '320x200', game = 'test'): Scope {
	return { game, gameVersion: 'any', language: 'en', layout };
}

/** What a crystalliser is told besides the answer and its frame; names of new crystals are counted from 0. */
export function evidenceOf(scope = scopeOf()) {
	let made = 0;
	return { scope, provenance: provenanceOf(), boxFormat: 'pixels' as const, newId: (name: string) => `${name}-${made++}` };
}

/** A crystal without a history. */
export function crystalOf<C extends Crystal>(own: Pick<C, 'id' | 'kind' | 'data'> & Partial<C>): C {
	const fresh: Omit<Crystal, 'id' | 'kind' | 'data'> = {
		scope: scopeOf(),
		name: own.id,
		schema: 1,
		createdAt: 1,
		provenance: provenanceOf(),
		state: 'trial',
		stat: freshStat(),
		history: [],
		blobs: {},
	};
	return { ...fresh, ...own } as C;
}
