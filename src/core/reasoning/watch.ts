// What the learner promises of its local acts, whether it keeps it, and whether the world is still the one it learnt. Audits are drawn
// with a known chance, so harm is estimated without bias (Horvitz and Thompson, 1952, as a ratio); decisions of one episode hang
// together, so an episode counts as one cluster. The running statement is a test martingale: it may be read at every moment.
import { alarm } from '../crystals/lifecycle.ts';

/** One local act of which a label is known. */
export interface Watched {
	readonly rule: string;
	readonly episode: string;
	readonly harmful: boolean;
	/** With which it came to be known: that of the audit, 1 where the outcome shows by itself. */
	readonly chance: number;
	/** Harm predicted: f(1 − s). */
	readonly predicted: number;
	/** By an answer that was asked for; false where the outcome showed by itself. */
	readonly audited: boolean;
	/** Milliseconds, monotonic. */
	readonly at: number;
}
/** For the scorecard. */
export interface Promise95 {
	/** Local acts whose label is known. */
	readonly labels: number;
	readonly episodes: number;
	readonly predicted: number;
	/** Harm among all local acts as the audits show it, with its 95 % interval; undefined without any. */
	readonly harm?: { readonly mean: number; readonly low: number; readonly high: number };
	/** Evidence that harm is above δ, valid whenever it is read: 20 and more rejects "at most δ" at 5 %. */
	readonly evidence: number;
	/** Until then twice as strict, after an alarm; 0 without one. */
	readonly strictUntil: number;
}
export interface WatchState {
	readonly labels: readonly Label[];
	/** Of the acts whose outcome shows by itself, then of those that were audited. */
	readonly running: readonly [number, number];
	readonly evidence: readonly [number, number];
}

const KEPT = 400;
/** The global alarm. */
const RINGS = 200;
const CONTRIBUTORS = 10;
export const STRICT_MS = 3_600_000;
/** A trusted rule is contradicted by so many answers at least at ordinary times, and by so many when the world has changed. */
const USUAL = 0.04;
const CHANGED = 0.5;
/** Four contradictions of sure rules in a row, or nine of twenty. A stream that goes as believed reaches it once in e¹⁰ ≈ 22,000 answers
 *  at most. */
const CHANGED_FROM = 10;
/** Suspected as much for so many answers, it is taken for so: what would speak against it has been set aside by then. */
const SUSPECTED = 0.9;
const SUSPECTED_FOR = 30;
/** A change shows in so many episodes at least. */
const EPISODES_LEAST = 3;
/** What nothing speaks for any more is forgotten, by each answer a little. */
const FADES = 0.99;
/** What one contradiction of a sure rule speaks for a change, as a logarithm. */
const SURPRISE = Math.log(CHANGED / USUAL);
/** Odds against a change before anything speaks for one, as a logarithm: after two contradictions it is likelier than not. */
const UNCHANGED = 4.5;

export interface Watch {
	/** Notes a label; the rules that harmed most when the alarm rings. */
	act(label: Watched): readonly string[] | undefined;
	/**
	 * Notes whether an answer contradicts the trusted rule that it would have taken the place of, undefined where there was none; true when
	 * too many lately do.
	 *
	 * @param expected  chance of that in the world as it was
	 * @param act       the rule's: a change that touches some acts shows in these, however well the others still do
	 * @param episode   contradictions of one episode may be of one odd situation: a change shows in several
	 */
	answer(contradicts: boolean | undefined, expected: number, act: string, episode: string): boolean;
	/** Chance that the world has changed in a way that touches this act, as the newest answers put it; 0 at ordinary times. */
	suspicion(act: string): number;
	/** δ is halved for now. */
	strict(at: number): boolean;
	promise(at: number): Promise95;
	state(): WatchState;
}

export function makeWatch(options: { readonly delta: number; readonly chanceLeast: number; readonly from?: WatchState }): Watch {
	const { delta, chanceLeast } = options;
	let labels: Label[] = [...(options.from?.labels ?? [])];
	/** With the floor at 1, for the alarm. */
	let running = options.from?.running ?? [1, 1];
	/** Without, for the statement. */
	let evidence = options.from?.evidence ?? [1, 1];
	let strictFrom = -Infinity;
	/** By act: a CUSUM of what speaks for a change. */
	let drifts = new Map<string, number>();
	/** Those of contradictions, since nothing spoke for a change. */
	let episodes = new Set<string>();
	/** Answers in a row at which a change was more than suspected. */
	let suspected = 0;
	const drift = (): number => [...drifts.values()].reduce((sum, one) => sum + one, 0);
	const chanceAt = (now: number): number => (now <= 0 ? 0 : 1 / (1 + Math.exp(UNCHANGED - now)));

	return {
		act({ at, audited, ...label }) {
			labels = [...labels, label].slice(-KEPT);
			const stream = audited ? 1 : 0;
			// An audit that was likelier than the others counts for as much less: then all acts weigh the same, and the bet is fair.
			const weight = stream === 0 ? 1 : Math.min(1, chanceLeast / label.chance);
			const factor = 1 + weight * (alarm(1e9, label.harmful, delta) / 1e9 - 1);
			evidence = stream === 0 ? [evidence[0] * factor, evidence[1]] : [evidence[0], evidence[1] * factor];
			running = stream === 0 ? [Math.max(1, running[0] * factor), running[1]] : [running[0], Math.max(1, running[1] * factor)];
			if (Math.max(...running) < RINGS) return undefined;
			running = [1, 1];
			strictFrom = at;
			const harmed = new Map<string, number>();
			for (const { rule, harmful } of labels) if (harmful) harmed.set(rule, (harmed.get(rule) ?? 0) + 1);
			return [...harmed]
				.toSorted((a, b) => b[1] - a[1])
				.slice(0, CONTRIBUTORS)
				.map(([rule]) => rule);
		},
		answer(contradicts, expected, act, episode) {
			for (const [of, one] of drifts) if (of !== act || contradicts === undefined) drifts.set(of, one * FADES);
			if (contradicts !== undefined) {
				const usual = Math.min(CHANGED, Math.max(USUAL, expected));
				const step = Math.log(contradicts ? CHANGED / usual : (1 - CHANGED) / (1 - usual));
				drifts.set(act, Math.max(0, (drifts.get(act) ?? 0) + step));
				if (contradicts) episodes.add(episode);
			}
			const now = drift();
			if (now < 1) episodes.clear();
			suspected = chanceAt(now) >= SUSPECTED ? suspected + 1 : 0;
			if ((now < CHANGED_FROM || episodes.size < EPISODES_LEAST) && suspected < SUSPECTED_FOR) return false;
			drifts = new Map();
			episodes = new Set();
			suspected = 0;
			return true;
		},
		suspicion(act) {
			// That it touches acts which did well so far is as likely as one surprise less.
			return chanceAt(Math.max(drifts.get(act) ?? 0, drift() - SURPRISE));
		},
		strict: (at) => at - strictFrom < STRICT_MS,
		promise: (at) => ({
			labels: labels.length,
			episodes: new Set(labels.map((l) => l.episode)).size,
			predicted: labels.length === 0 ? 0 : weighted(labels, (l) => l.predicted),
			...(labels.length === 0 ? {} : { harm: interval(labels) }),
			// The mean of two such bets is one again.
			evidence: (evidence[0] + evidence[1]) / 2,
			strictUntil: at - strictFrom < STRICT_MS ? strictFrom + STRICT_MS : 0,
		}),
		state: () => ({ labels, running, evidence }),
	};
}

type Label = Omit<Watched, 'at' | 'audited'>;
function weighted(labels: readonly Label[], of: (label: Label) => number): number {
	let sum = 0;
	let weight = 0;
	for (const label of labels) {
		sum += of(label) / label.chance;
		weight += 1 / label.chance;
	}
	return sum / weight;
}

/** Mean harm with a Wilson interval at as many labels as the weighted, clustered ones are worth. */
function interval(labels: readonly Label[]): { readonly mean: number; readonly low: number; readonly high: number } {
	const mean = weighted(labels, (l) => (l.harmful ? 1 : 0));
	const clusters = new Map<string, { off: number; weight: number }>();
	let weight = 0;
	for (const { episode, harmful, chance } of labels) {
		const cluster = clusters.get(episode) ?? { off: 0, weight: 0 };
		clusters.set(episode, { off: cluster.off + ((harmful ? 1 : 0) - mean) / chance, weight: cluster.weight + 1 / chance });
		weight += 1 / chance;
	}
	let off = 0;
	let squares = 0;
	for (const cluster of clusters.values()) {
		off += cluster.off ** 2;
		squares += cluster.weight ** 2;
	}
	const byWeight = weight ** 2 / squares;
	const bySpread = off > 0 && mean > 0 && mean < 1 ? (mean * (1 - mean) * weight ** 2) / off : Infinity;
	const n = Math.max(1, Math.min(byWeight, bySpread));
	const z = 1.96;
	const centre = (mean + (z * z) / (2 * n)) / (1 + (z * z) / n);
	const half = (z / (1 + (z * z) / n)) * Math.sqrt((mean * (1 - mean)) / n + (z * z) / (4 * n * n));
	return { mean, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
