// What eyes, mind and voice share: the crystals of one scope, and whom to tell when they change.
import type { Receipt } from '../cascade.ts';
import type { Crystal, Provenance, Scope, StateChange } from '../crystals/crystal.ts';
import type { FramePoint } from '../geometry.ts';
import type { Clock } from '../ports.ts';
import type { Profile } from '../profile.ts';

export interface Desk {
	readonly scope: Scope;
	readonly profile: Profile;
	/** Where a fixed point of the profile is in this layout; undefined while that is not known. */
	readonly fixed?: (x: number, y: number) => FramePoint | undefined;
	/** Every crystal of the scope, by id. */
	readonly crystals: Map<string, Crystal>;
	readonly clock: Clock;
	/** The session of play: samples of two are needed before a crystal is trusted for long. */
	readonly session?: string;
	readonly newId: (kind: string) => string;
	/** The crystal's data or evidence changed and is to be stored. */
	readonly save: (crystal: Crystal) => void;
	/** Its state did. */
	readonly changed: (crystal: Crystal, change: StateChange) => void;
}

export function provenanceOf(receipt: Receipt, at: number, ask: Provenance['ask'] = 'decision'): Provenance {
	return {
		at,
		ask,
		entry: receipt.entry,
		tier: receipt.tier.name,
		model: receipt.model,
		frameHash: '',
		promptTokens: receipt.promptTokens,
		completionTokens: receipt.completionTokens,
		usd: receipt.usd,
	};
}
