// Bringing a pack in: read, shown to the person, stored. What is here already stays: a pack may add, never take back.
import { decodeGrey } from '../../src/adapters/png.ts';
import type { Store } from '../../src/adapters/store.ts';
import { unzip } from '../../src/adapters/zip.ts';
import { type Crystal, KINDS, scopeKey } from '../../src/core/crystals/crystal.ts';
import type { PackAbout } from '../../src/core/pack.ts';
import { readPack, type RefusedPart } from '../../src/core/unpack.ts';
import type { PackReview } from '../agent.protocol.ts';
import { sha256 } from './crystals.ts';

export type OpenedPack =
	| {
			readonly ok: true;
			readonly about: PackAbout;
			/** Not in the store yet. */
			readonly fresh: readonly Crystal[];
			/** How many are, under the same id; they are left as they are. */
			readonly known: number;
			readonly refused: readonly RefusedPart[];
	  }
	| { readonly ok: false; readonly why: string };

/** Reads a zipped pack and compares it with what the store holds; stores nothing. */
export async function openPack(bytes: Uint8Array, store: Store, now: () => number): Promise<OpenedPack> {
	const zip = unzip(bytes);
	if (!zip.ok) return { ok: false, why: `The pack cannot be opened: it ${zip.why}.` };
	const pack = await readPack(zip.files, { sha256, decodePng: decodeGrey, now });
	if (!pack.ok) return { ok: false, why: `The pack cannot be used: ${pack.why}.` };
	const here = new Set<string>();
	const scopes = new Map(pack.crystals.map(({ scope }) => [scopeKey(scope), scope]));
	for (const [key, scope] of scopes) for (const { id } of await store.loadCrystals(scope)) here.add(`${key}\n${id}`);
	const fresh = pack.crystals.filter(({ scope, id }) => !here.has(`${scopeKey(scope)}\n${id}`));
	return { ok: true, about: pack.about, fresh, known: pack.crystals.length - fresh.length, refused: pack.refused };
}

export function reviewOf(pack: OpenedPack): PackReview {
	if (!pack.ok) return pack;
	const { about, fresh, known, refused } = pack;
	const byKind = KINDS.map((kind) => ({ kind, count: fresh.filter((c) => c.kind === kind).length })).filter(({ count }) => count > 0);
	return { ok: true, about, byKind, known, refused };
}
