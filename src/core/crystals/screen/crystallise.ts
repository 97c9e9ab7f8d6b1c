// A model named a screen: remember how it was entered, and which tiles moved although the model found nothing new in them.
import { freshStat, type Provenance, type Scope } from '../crystal.ts';
import { type Usual, USUAL_KEPT } from '../../perception/novelty.ts';
import { SCREEN_SCHEMA, type ScreenCrystal } from './schema.ts';

/** A tile that changed is let change for so many answers in which it rests. */
const VARIES_FOR = 8;
/** Fingerprints of the world's ground that are kept: more than two pictures of 1280 × 720. */
const GROUND_KEPT = 8192;

export interface ScreenSeen {
	readonly slug: string;
	readonly columns: number;
	readonly rows: number;
	/** A fingerprint a tile of the frame that the model saw. */
	readonly tiles: Uint32Array;
	/** A byte a tile, 1 where a crystal or the world explains what stands there. */
	readonly explained: Uint8Array;
	/** What of the world the model saw: a byte a tile, 1 where the whole tile lies in it and no crystal explains it. */
	readonly world?: Uint8Array;
	/** Unexplained change when the model said that all is known; absent when its answer held something new. */
	readonly usual?: { readonly outside: Usual; readonly inside: Usual };
	/** `from>verb:target` of the last act, when there was one. */
	readonly entry?: string;
}

/** The screen's crystal after this answer: new, or the known one brought up to date in place. */
export function crystalliseScreen(
	known: ScreenCrystal | undefined,
	seen: ScreenSeen,
	make: { id: string; scope: Scope; provenance: Provenance },
): ScreenCrystal {
	const tiles = seen.columns * seen.rows;
	if (known === undefined) {
		return {
			id: make.id,
			kind: 'screen',
			scope: make.scope,
			name: seen.slug,
			schema: SCREEN_SCHEMA,
			createdAt: make.provenance.at,
			provenance: make.provenance,
			state: 'autonomous',
			stat: freshStat(),
			history: [],
			data: {
				slug: seen.slug,
				confirmed: 1,
				columns: seen.columns,
				rows: seen.rows,
				entries: seen.entry === undefined ? {} : { [seen.entry]: 1 },
				usual: { outside: [], inside: [] },
			},
			blobs: { reference: bytesOf(seen.tiles), varies: new Uint8Array(tiles), ...groundAfter(undefined, seen) },
		};
	}
	// One that came from another layout has no picture yet: nothing of this one differs from it.
	const before = known.data.confirmed === 0 ? seen.tiles : tilesOf(known.blobs['reference'] ?? new Uint8Array(tiles * 4));
	const varies = Uint8Array.from(known.blobs['varies'] ?? new Uint8Array(tiles));
	for (let i = 0; i < tiles; i++) {
		if (before[i] === seen.tiles[i]) varies[i] = Math.max(0, (varies[i] as number) - 1);
		else if (seen.explained[i] === 0) varies[i] = VARIES_FOR;
	}
	known.blobs = { reference: bytesOf(seen.tiles), varies, ...groundAfter(known.blobs['ground'], seen) };
	const entries = { ...known.data.entries };
	if (seen.entry !== undefined) entries[seen.entry] = (entries[seen.entry] ?? 0) + 1;
	const { usual } = known.data;
	const after =
		seen.usual === undefined
			? usual
			: {
					outside: [...usual.outside, [...seen.usual.outside] as [number, number]].slice(-USUAL_KEPT),
					inside: [...usual.inside, [...seen.usual.inside] as [number, number]].slice(-USUAL_KEPT),
				};
	known.data = { ...known.data, confirmed: known.data.confirmed + 1, entries, usual: after };
	return known;
}

/** Tiles that differ from the reference, are not explained, and were never seen to vary. */
export function unexplainedTiles(known: ScreenCrystal, tiles: Uint32Array, explained: Uint8Array): Uint8Array {
	const before = tilesOf(known.blobs['reference'] ?? new Uint8Array(0));
	const varies = known.blobs['varies'] ?? new Uint8Array(0);
	const out = new Uint8Array(tiles.length);
	for (let i = 0; i < tiles.length; i++) if (before[i] !== tiles[i] && explained[i] === 0 && varies[i] === 0) out[i] = 1;
	return out;
}

/** Fingerprints of what stood in the world when a model said that all is known. */
export function groundOf(known: ScreenCrystal): ReadonlySet<number> {
	return new Set(tilesOf(known.blobs['ground'] ?? new Uint8Array(0)));
}

function groundAfter(before: Uint8Array | undefined, seen: ScreenSeen): { ground?: Uint8Array } {
	const { world } = seen;
	if (world === undefined) return before === undefined ? {} : { ground: before };
	const now = seen.tiles.filter((_, i) => world[i] === 1);
	const fresh = new Set(now);
	const all = [...tilesOf(before ?? new Uint8Array(0)).filter((hash) => !fresh.has(hash)), ...fresh].slice(-GROUND_KEPT);
	return { ground: bytesOf(Uint32Array.from(all)) };
}

function bytesOf(tiles: Uint32Array): Uint8Array {
	const bytes = new Uint8Array(tiles.length * 4);
	const view = new DataView(bytes.buffer);
	tiles.forEach((tile, i) => view.setUint32(i * 4, tile, true));
	return bytes;
}
function tilesOf(bytes: Uint8Array): Uint32Array {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	return Uint32Array.from({ length: bytes.byteLength >> 2 }, (_, i) => view.getUint32(i * 4, true));
}
