// To be in the same situation again, with nobody but rules deciding since, may be a circle or honest work: a door was opened, a thing taken
// up, and the place is the same. Which it is in this game, the answers to such moments tell; before there are any, a third of the second
// visits and two thirds of the third are asked about. At the fourth the loop guard rings (crystals/lifecycle.ts).

/** By visits: harmful acts among the labelled ones, older ones counting for less. */
export type RevisitState = readonly (readonly [visits: number, harmful: number, all: number])[];
export interface Revisits {
	/**
	 * The chance with which a model is asked, so that no more of such acts is harmful than is allowed.
	 *
	 * @param visits   of this situation under local control, this one included
	 * @param allowed  share, in (0, 1]
	 */
	doubt(visits: number, allowed: number): number;
	/** What an answer said of the act at such a visit. */
	label(visits: number, harmful: boolean): void;
	state(): RevisitState;
}

/** At the visit after these the guard rings. */
const VISITS = 3;
/** Labels that the belief of the start is worth. */
const PRIOR = 16;
const DECAY = 0.995;

export function makeRevisits(from: RevisitState = []): Revisits {
	const seen = new Map(from.map(([visits, harmful, all]) => [visits, { harmful, all }]));
	const of = (visits: number): { readonly harmful: number; readonly all: number } => seen.get(visits) ?? { harmful: 0, all: 0 };
	return {
		doubt(visits, allowed) {
			if (visits > VISITS) return 1;
			const first = Math.max(0, visits - 1) / VISITS;
			const { harmful, all } = of(visits);
			return first === 0 ? 0 : Math.max(0, 1 - (allowed * (PRIOR + all)) / ((PRIOR * allowed) / (1 - first) + harmful));
		},
		label(visits, harmful) {
			if (visits < 2) return;
			const before = of(visits);
			seen.set(visits, { harmful: before.harmful * DECAY + (harmful ? 1 : 0), all: before.all * DECAY + 1 });
		},
		state: () => [...seen].map(([visits, { harmful, all }]) => [visits, harmful, all]),
	};
}
