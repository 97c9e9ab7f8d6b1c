// What may be deleted when room is wanted: what costs nothing to lose first. Crystals are never proposed: they are what all this is for.

export type FreeableKind = 'partial' | 'set-aside' | 'handed' | 'model' | 'reports';
export interface Freeable {
	readonly kind: FreeableKind;
	/** Of the model; of the others their kind says all. */
	readonly id: string;
	readonly name: string;
	readonly bytes: number;
	/** Milliseconds since 1970; 0 = never. */
	readonly lastUsedAt: number;
}
export interface FreeingPlan {
	/** In the order in which they would be missed the least. */
	readonly proposed: readonly Freeable[];
	readonly bytes: number;
	/** False: all that may be deleted is proposed, and it is less than was wanted. */
	readonly enough: boolean;
}

const ORDER: Readonly<Record<FreeableKind, number>> = { partial: 0, 'set-aside': 1, handed: 2, model: 3, reports: 4 };

/** Proposes as little as reaches `wantedBytes`. */
export function planFreeing(wantedBytes: number, freeable: readonly Freeable[]): FreeingPlan {
	const sorted = freeable
		.filter(({ bytes }) => bytes > 0)
		.toSorted((a, b) => ORDER[a.kind] - ORDER[b.kind] || a.lastUsedAt - b.lastUsedAt || b.bytes - a.bytes || (a.id < b.id ? -1 : 1));
	const proposed: Freeable[] = [];
	let bytes = 0;
	for (const item of sorted) {
		if (bytes >= wantedBytes) break;
		proposed.push(item);
		bytes += item.bytes;
	}
	return { proposed, bytes, enough: bytes >= wantedBytes };
}
