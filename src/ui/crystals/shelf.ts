// Which crystals are shown, and how what was tried on stored frames is to be judged.
import type { Choice } from '../primitives/parts.tsx';
import type { CrystalView, ThresholdTrial } from '../services.ts';

/** Kinds that a person knows by another name. */
const OTHER_WORDS: Readonly<Record<string, string>> = { cascade: 'Models asked', strategy: 'Plans', person: 'People' };

export const STATES = {
	trial: { tone: '', about: 'learnt, not yet used' },
	shadow: { tone: 'chip-accent', about: 'answers silently and is compared' },
	autonomous: { tone: 'chip-good', about: 'answers instead of a model' },
	quarantined: { tone: 'chip-warn', about: 'was wrong; set aside' },
	retired: { tone: '', about: 'taken out of service' },
} as const;

/** What a state means for a kind: what was read once speaks for its own text at once, and is compared all the same. */
export function aboutState({ kind, state }: Pick<CrystalView, 'kind' | 'state'>): string {
	return state === 'shadow' && (kind === 'quest' || kind === 'person')
		? 'answers for its own texts, and is compared with what happens'
		: STATES[state].about;
}

export interface Filter {
	readonly kind: string;
	/** A state, or `any`. */
	readonly state: CrystalView['state'] | 'any';
	readonly search: string;
}

export function isShown(crystal: Pick<CrystalView, 'kind' | 'state' | 'name' | 'text'>, filter: Filter): boolean {
	if (filter.kind !== 'all' && crystal.kind !== filter.kind) return false;
	if (filter.state !== 'any' && crystal.state !== filter.state) return false;
	const words = filter.search.toLowerCase().split(/\s+/).filter(Boolean);
	const about = `${crystal.name} ${crystal.text}`.toLowerCase();
	return words.every((word) => about.includes(word));
}

/** One tab for all and one for each kind that is there, with how many. */
export function crystalKinds(crystals: readonly Pick<CrystalView, 'kind'>[]): readonly Choice<string>[] {
	const counts = new Map<string, number>();
	for (const { kind } of crystals) counts.set(kind, (counts.get(kind) ?? 0) + 1);
	const tabs = [...counts].sort(([a], [b]) => a.localeCompare(b));
	return [
		{ value: 'all', label: 'All', count: crystals.length },
		...tabs.map(([kind, count]) => ({
			value: kind,
			label: OTHER_WORDS[kind] ?? `${kind.charAt(0).toUpperCase()}${kind.slice(1)}s`,
			count,
		})),
	];
}

/** States that are there, with how many, in the order of a crystal's life. */
export function crystalStates(crystals: readonly Pick<CrystalView, 'state'>[]): readonly { state: CrystalView['state']; count: number }[] {
	return (Object.keys(STATES) as CrystalView['state'][]).flatMap((state) => {
		const count = crystals.filter((c) => c.state === state).length;
		return count === 0 ? [] : [{ state, count }];
	});
}

/** Retired ones last, else as they came. */
export function inOrder<C extends Pick<CrystalView, 'state'>>(crystals: readonly C[]): readonly C[] {
	return crystals.toSorted((a, b) => Number(a.state === 'retired') - Number(b.state === 'retired'));
}

export const VERDICTS = {
	false: { word: 'false hit', tone: 'text-danger', about: 'It would hit where a model did not name it' },
	missed: { word: 'missed', tone: 'text-warn', about: 'It would miss where a model named it' },
	hit: { word: 'hit', tone: 'text-good', about: 'It hits where a model named it' },
	absent: { word: 'rightly absent', tone: 'text-muted', about: 'It does not hit where a model did not name it' },
	found: { word: 'found, unchecked', tone: 'text-text', about: 'It hits, and no model was asked about this frame' },
	none: { word: 'not found, unchecked', tone: 'text-muted', about: 'It does not hit, and no model was asked about this frame' },
} as const;
export type Verdict = keyof typeof VERDICTS;

export function verdictOf({ hit, named }: Pick<ThresholdTrial, 'hit' | 'named'>): Verdict {
	if (named === null) return hit ? 'found' : 'none';
	if (hit) return named ? 'hit' : 'false';
	return named ? 'missed' : 'absent';
}

export function tally(trials: readonly Pick<ThresholdTrial, 'hit' | 'named'>[]): Readonly<Record<Verdict, number>> {
	const counts: Record<Verdict, number> = { false: 0, missed: 0, hit: 0, absent: 0, found: 0, none: 0 };
	for (const trial of trials) counts[verdictOf(trial)]++;
	return counts;
}

/** What is wrong first, then what is nearest to the threshold: that is what a person would look at. */
export function byInterest<T extends Pick<ThresholdTrial, 'hit' | 'named' | 'score'>>(
	trials: readonly T[],
	threshold: number,
): readonly T[] {
	const rank = Object.keys(VERDICTS);
	const wrong = (trial: T) => Math.min(rank.indexOf(verdictOf(trial)), 2);
	return trials.toSorted((a, b) => wrong(a) - wrong(b) || Math.abs(a.score - threshold) - Math.abs(b.score - threshold));
}
