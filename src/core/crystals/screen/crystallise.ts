// A model named a screen: remember how it was entered, and which tiles moved although the model found nothing new in them.
import { freshStat, type Provenance, type Scope } from '../crystal.ts';
import { SCREEN_SCHEMA, type ScreenCrystal } from './schema.ts';

export interface ScreenSeen {
	readonly slug: string;
	readonly columns: number;
	readonly rows: number;
	/** A fingerprint a tile of the frame that the model saw. */
	readonly tiles: Uint32Array;
	/** A byte a tile, 1 where a crystal or the world explains what stands there. */
	readonly explained: Uint8Array;
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
				usualChange: 0,
			},
			blobs: { reference: bytesOf(seen.tiles), varies: new Uint8Array(tiles) },
		};
	}
	const before = tilesOf(known.blobs['reference'] ?? new Uint8Array(tiles * 4));
	const varies = Uint8Array.from(known.blobs['varies'] ?? new Uint8Array(tiles));
	for (let i = 0; i < tiles; i++) if (before[i] !== seen.tiles[i] && seen.explained[i] === 0) varies[i] = 1;
	known.blobs = { reference: bytesOf(seen.tiles), varies };
	const entries = { ...known.data.entries };
	if (seen.entry !== undefined) entries[seen.entry] = (entries[seen.entry] ?? 0) + 1;
	known.data = { ...known.data, confirmed: known.data.confirmed + 1, entries };
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
