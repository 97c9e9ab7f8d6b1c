// What the loop believes about one frame, and who said so.
import { type Box, centreOf, type Size } from '../geometry.ts';
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
	/** Answers of models that named it so: where its look was found, or, without a crystal, in this place. */
	readonly answers?: number;
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

/** One sight a name: of several the one nearest the middle of the picture, where the player of most games stands. */
export function nearestSights({ frame, sights }: Pick<Situation, 'frame' | 'sights'>): Map<string, Sight> {
	const far = ({ box }: Sight): number => Math.hypot(centreOf(box).x - frame.width / 2, centreOf(box).y - frame.height / 2);
	const nearest = new Map<string, Sight>();
	for (const sight of sights) {
		const before = nearest.get(sight.name);
		if (before === undefined || far(sight) < far(before)) nearest.set(sight.name, sight);
	}
	return nearest;
}

/** What truth says about a frame, where a source knows it (the practice game). Never shown to the loop's decisions. */
export interface Truth {
	readonly screen: string;
	readonly facts: Facts;
	readonly elements: readonly { readonly name: string; readonly box: Box }[];
}
