// What the loop believes about one frame, and who said so.
import type { Box, Size } from '../geometry.ts';
import type { TierName } from '../ledger.ts';
import type { Facts } from '../question.ts';

/** One element in sight. */
export interface Sight {
	readonly name: string;
	readonly kind: string;
	readonly box: Box;
	readonly score: number;
	readonly by: TierName;
	/** The crystal that found it; absent when only a model said so. */
	readonly crystal?: string;
	/** That crystal is autonomous. */
	readonly trusted?: boolean;
	/** It has a place of its own. */
	readonly fixed?: boolean;
	/** A model named it here in the picture that settled this. */
	readonly told?: boolean;
}

export interface Situation {
	/** The frame this is true of. */
	readonly frame: Size & { readonly id: string; readonly at: number };
	readonly screen: string;
	readonly facts: Facts;
	readonly sights: readonly Sight[];
	/** Elements that are neither there nor clearly absent. */
	readonly unsure: readonly string[];
	readonly by: TierName;
	/** Ledger entry of the perception question that settled it. */
	readonly entry: number;
	/** Rises each time another screen appears: the evidence of one visit counts once. */
	readonly visit: number;
}

/** What truth says about a frame, where a source knows it (the practice game). Never shown to the loop's decisions. */
export interface Truth {
	readonly screen: string;
	readonly facts: Facts;
	readonly elements: readonly { readonly name: string; readonly box: Box }[];
}
