// The life of a crystal, the same for every kind (design-crystals.md §5): evidence in, change of state out, each with its why.
// Everything here is pure: a step is computed first and applied after, so that the same labels always give the same life.
import type { Random } from '../ports.ts';
import { type Crystal, freshStat, type KindName, type Stat, type State, type StateChange } from './crystal.ts';
import { climb, FALLS_MOST, freshLadder, ladderOf, rankOf, rings } from './ladder.ts';

/** Weight kept by old evidence with each new label: half is gone after 138. */
export const DECAY = 0.995;
export const PRIOR = 4;
export const DOUBT = 0.1;
const SCORE_LEAST = 0.8;
const FLOOR_LEAST = 0.6;
const FLOOR_LOST = 0.3;
const ALARM_RINGS = 50;
const LABELS_LEAST = 4;
const EPISODES_LEAST = 3;
const CLEAN_TO_RETURN = 5;
const QUARANTINE_LABELS = 200;
const QUARANTINE_MS = 30 * 24 * 3_600_000;
/** reliability.md §6, last rank of the long ladder: irreversible acts need as many clean labels in a row. */
export const CLEAN_FOR_IRREVERSIBLE = 254;
export const DELTA = 0.02;
export const KAPPA = 0.01;
const HISTORY_MAX = 20;
const EPISODES_MAX = 16;

type Evidence = Pick<Stat, 'k' | 'w'>;
type Subject = Pick<Crystal, 'kind' | 'state' | 'stat' | 'history'> & Partial<Pick<Crystal, 'data'>> & Pick<Crystal, 'pinned'>;

/** Confidence under the flat prior, which decides changes of state: 0.5 without evidence. */
export function score({ k, w }: Evidence): number {
	return (1 + k) / (2 + k + w);
}

/** The success floor L: 10 % quantile of Beta(1 + k, 1 + w). 0.1 without evidence, 0.631 after four clean labels. */
export function floor(evidence: Evidence): number {
	const { k, w } = evidence;
	// A decision asks it of every rule that fires, an event of all its phrases; most of them were labelled alike, so few values are many's.
	const known = floors.get(k)?.get(w);
	if (known !== undefined) return known;
	const now = betaQuantile(0.1, 1 + k, 1 + w);
	if (floors.size >= FLOORS_MOST) floors.clear();
	const of = floors.get(k) ?? new Map<number, number>();
	floors.set(k, of.size >= FLOORS_MOST ? new Map([[w, now]]) : of.set(w, now));
	return now;
}
/** By `k`, then by `w`. */
const floors = new Map<number, Map<number, number>>();
const FLOORS_MOST = 2048;

/**
 * Score under the prior of its group (origin × layer), for λ and for ranking only.
 *
 * @param group     sums of k and w over the group's crystals
 * @param strength  labels that the group's mean is worth
 * @param doubt     harmful labels that are held against it at least, however clean its group
 */
export function groupScore({ k, w }: Evidence, group: Evidence, strength = PRIOR, doubt = DOUBT): number {
	const mean = (group.k + 4) / (group.k + group.w + 5);
	const a = Math.max(0.5, strength * mean);
	const b = Math.max(doubt, strength * (1 - mean));
	return (a + k) / (a + b + k + w);
}

/** What was set back is worth no more than what it has shown since: its labels are counted anew from there. */
export function sinceSetBack({ k, w, labels }: Evidence & Pick<Stat, 'labels'>): Evidence {
	return { k: Math.min(k, labels), w };
}

export interface LabelContext {
	/** The screen visit or place that gave the label. */
	readonly episode: string;
	/** Milliseconds since 1970. */
	readonly at: number;
	/** Harm allowed, for the alarm; 0.02 unless said. */
	readonly delta?: number;
	/** Weight kept by older evidence; 0.995 unless said. */
	readonly decay?: number;
	/** What this label counts for, in (0, 1]: less than 1 when a lesser model gave it. */
	readonly weight?: number;
	/** The session of play that gave it. */
	readonly session?: string;
}

/** A harmful label that counts for less than this shakes nothing that is trusted by itself. */
const SHAKES_FROM = 0.5;

/** The evidence after one more label; `stat` itself is left as it is. */
export function label(stat: Stat, harmful: boolean, { episode, delta = DELTA, decay = DECAY, weight = 1 }: LabelContext): Stat {
	return {
		...stat,
		k: stat.k * decay + (harmful ? 0 : weight),
		w: stat.w * decay + (harmful ? weight : 0),
		labels: stat.labels + 1,
		clean: harmful ? 0 : stat.clean + 1,
		episodes: [...stat.episodes.filter((e) => e !== episode), episode].slice(-EPISODES_MAX),
		last: [...stat.last, harmful && weight >= SHAKES_FROM].slice(-3),
		alarm: alarm(stat.alarm, harmful, delta, weight),
	};
}

/** A label that was given before, as evidence for something made since. */
export interface StoredLabel {
	readonly harmful: boolean;
	readonly episode: string;
	/** By an answer that nobody bore out. */
	readonly lone?: boolean;
}
export interface LabelledOptions extends Pick<LabelContext, 'delta' | 'decay'> {
	/** Chance that a lone harmful label is an error, where harm is as likely as `risk` otherwise; 0 unless said. */
	readonly doubt?: (risk: number) => number;
}
/** So often the weight of lone labels is found from what they make of the evidence. */
const WEIGHED = 3;

/** What `label` makes of many labels, one after the other, from nothing. */
export function labelled(labels: readonly StoredLabel[], { delta = DELTA, decay = DECAY, doubt }: LabelledOptions = {}): Stat {
	let stat = counted(labels, delta, decay, 1);
	if (doubt !== undefined && labels.some(({ harmful, lone }) => harmful && lone === true))
		for (let n = 0; n < WEIGHED; n++) stat = counted(labels, delta, decay, 1 - doubt(1 - score(stat)));
	const episodes: string[] = [];
	for (let i = labels.length - 1; i >= 0 && episodes.length < EPISODES_MAX; i--) {
		const { episode } = labels[i] as StoredLabel;
		if (!episodes.includes(episode)) episodes.unshift(episode);
	}
	return { ...freshStat(), ...stat, labels: labels.length, episodes };
}

/** @param lone  weight of harmful labels that nobody bore out */
function counted(
	labels: readonly StoredLabel[],
	delta: number,
	decay: number,
	lone: number,
): Pick<Stat, 'k' | 'w' | 'clean' | 'alarm' | 'last'> {
	let k = 0;
	let w = 0;
	let clean = 0;
	let e = 1;
	const weightOf = (one: StoredLabel): number => (one.lone === true ? lone : 1);
	for (const one of labels) {
		const weight = one.harmful ? weightOf(one) : 1;
		k = k * decay + (one.harmful ? 0 : 1);
		w = w * decay + (one.harmful ? weight : 0);
		clean = one.harmful ? 0 : clean + 1;
		e = alarm(e, one.harmful, delta, weight);
	}
	return { k, w, clean, alarm: e, last: labels.slice(-3).map((one) => one.harmful && weightOf(one) >= SHAKES_FROM) };
}

/** One step of the sequential alarm E, never under 1; at 50 a crystal is quarantined. A label of less weight is a smaller bet. */
export function alarm(e: number, harmful: boolean, delta = DELTA, weight = 1): number {
	const q = Math.max(0.2, 4 * delta);
	return Math.max(1, e * (1 + weight * ((harmful ? q / delta : (1 - q) / (1 - delta)) - 1)));
}

/** The evidence after the crystal answered instead of a model. */
export function used(stat: Stat, at: number): Stat {
	return { ...stat, used: stat.used + 1, lastUsedAt: at };
}

export type LifeEvent =
	/** Passed its kind's admission. */
	| { readonly type: 'admitted' }
	/** Held against labels stored before it was made, none of which it was fitted to: they count as its first. */
	| { readonly type: 'replayed'; readonly stat: Stat }
	/** Stored evidence speaks against it. */
	| { readonly type: 'contradicted'; readonly by: string }
	| { readonly type: 'label'; readonly harmful: boolean; readonly context: LabelContext; readonly because: string }
	/** A fact or picture it rests on is read in another way than when it was learnt. */
	| { readonly type: 'revised'; readonly what: string }
	/** Too much harm lately, or another world: it has to prove itself anew. */
	| { readonly type: 'recalled'; readonly why: string }
	/** A better one says the same. */
	| { readonly type: 'implied'; readonly by: string }
	/** Came with a pack. */
	| { readonly type: 'imported' }
	/** The game was updated since it was learnt. */
	| { readonly type: 'outdated'; readonly why: string }
	/** Time alone; ends long quarantines. */
	| { readonly type: 'aged' }
	| { readonly type: 'taken-back'; readonly why: string };

export interface LifeStep {
	readonly stat: Stat;
	readonly change?: StateChange;
}

/** What an event does to a crystal. Nothing is changed until `applyStep`. A pinned one is set aside like any other, and never retired. */
export function live(crystal: Subject, event: LifeEvent, at: number): LifeStep {
	const step = lived(crystal, event, at);
	return crystal.pinned === true && step.change?.to === 'retired' ? { stat: step.stat } : step;
}

function lived(crystal: Subject, event: LifeEvent, at: number): LifeStep {
	const { state, stat } = crystal;
	const to = (next: State, why: string, changed: Stat = stat): LifeStep =>
		next === state ? { stat: changed } : { stat: changed, change: { at, from: state, to: next, why } };
	if (state === 'retired') return { stat };
	switch (event.type) {
		case 'admitted':
			return state === 'trial' ? to('shadow', 'admitted') : { stat };
		case 'replayed': {
			const replayed = { ...event.stat, used: stat.used, lastUsedAt: stat.lastUsedAt };
			if (state !== 'shadow') return { stat };
			return notYet(crystal, replayed, score(replayed), floor(replayed)) === undefined && !doubtful(replayed)
				? to('autonomous', `confidence ${score(replayed).toFixed(2)} after ${replayed.labels} labels stored before`, replayed)
				: { stat: replayed };
		}
		case 'contradicted':
			return state === 'trial' || state === 'quarantined'
				? to('retired', `contradicted by ${event.by}`)
				: fall(crystal, stat, `contradicted by ${event.by}`, at);
		case 'implied':
			return to('retired', `${event.by} says the same and more`);
		case 'taken-back':
			return to('retired', event.why);
		case 'imported':
			return to('shadow', 'came with a pack: four clean labels of its own here are needed first', unproven(stat));
		case 'outdated':
			return state === 'trial' ? { stat } : to('shadow', event.why, unproven(stat));
		case 'revised':
		case 'recalled':
			return to(
				state === 'autonomous' ? 'shadow' : state,
				event.type === 'recalled' ? event.why : `${event.what} is now read in another way`,
				{
					...stat,
					k: stat.k / 4,
					w: stat.w / 4,
					labels: 0,
					episodes: [],
				},
			);
		case 'aged':
			return state === 'quarantined' && at - sinceChange(crystal) >= QUARANTINE_MS ? to('retired', '30 days in quarantine') : { stat };
		case 'label': {
			const labelled = label(stat, event.harmful, event.context);
			// Nothing is proved by what a crystal in trial seems to see.
			if (!isPerception(crystal.kind) || state === 'trial') return afterLabel(crystal, labelled, at, event.because);
			const ladder = climb(stat, event.harmful, event.context);
			// The alarm is for what is in service: its count begins there.
			return afterLabel(crystal, { ...labelled, ladder: state === 'autonomous' ? ladder : { ...ladder, s: 0 } }, at, event.because);
		}
	}
}

function afterLabel(crystal: Subject, stat: Stat, at: number, because: string): LifeStep {
	const change = (to: State, why: string, changed: Stat = stat): LifeStep => ({
		stat: changed,
		change: { at, from: crystal.state, to, why },
	});
	const s = score(stat);
	const l = floor(stat);
	const harmed = stat.last.filter(Boolean).length;
	switch (crystal.state) {
		case 'shadow': {
			const fault = notYet(crystal, stat, s, l);
			return fault === undefined
				? change('autonomous', `confidence ${s.toFixed(2)}, floor ${l.toFixed(2)} after ${stat.labels} labels: ${because}`)
				: { stat };
		}
		case 'autonomous': {
			if (isPerception(crystal.kind)) {
				// The CUSUM alone: two wrong of three may be one teacher who lies, and a lie costs a good crystal its place.
				const ladder = ladderOf(stat);
				if (rings(ladder, stat.last.at(-1) === true)) {
					return fall(
						crystal,
						stat,
						ladder.serves ? `served irreversible acts: ${because}` : `alarm ${ladder.s.toFixed(1)}: ${because}`,
						at,
					);
				}
				const before = rankOf(crystal.stat);
				const rank = rankOf(stat);
				// A rise changes no state, and is written down all the same.
				return rank === before ? { stat } : change('autonomous', `${before} → ${rank} after ${stat.clean} clean: ${because}`);
			}
			if (stat.alarm >= ALARM_RINGS) return fall(crystal, stat, `alarm ${stat.alarm.toFixed(0)}: ${because}`, at);
			if (harmed >= 2) return fall(crystal, stat, `${harmed} of the last 3 were harmful: ${because}`, at);
			if (l < FLOOR_LOST) return fall(crystal, stat, `floor fell to ${l.toFixed(2)}: ${because}`, at);
			return { stat };
		}
		case 'quarantined':
			// Labels count anew from the fall on, so the same counter ends a hopeless quarantine.
			if (stat.clean >= CLEAN_TO_RETURN) {
				const { ladder: _, ...rest } = stat;
				const anew = isPerception(crystal.kind) ? { ...rest, ladder: freshLadder(ladderOf(stat).falls) } : stat;
				return change('shadow', `${stat.clean} clean in a row`, { ...anew, alarm: 1 });
			}
			if (stat.labels >= QUARANTINE_LABELS) return change('retired', `${QUARANTINE_LABELS} labels in quarantine`);
			return { stat };
		default:
			return { stat };
	}
}

/** What would quarantine it at once. */
function doubtful(stat: Stat): boolean {
	return stat.alarm >= ALARM_RINGS || stat.last.filter(Boolean).length >= 2;
}

/** Perception is checked against pixels, and phrases against their event, so only what decides must prove itself in several episodes. */
function notYet({ kind, data }: Pick<Subject, 'kind' | 'data'>, stat: Stat, s: number, l: number): string | undefined {
	const least = LABELS_LEAST + (kind === 'rule' && isFromProse(data) ? 1 : 0);
	if (stat.labels < least) return `${stat.labels} of ${least} labels`;
	if (decides(kind) && stat.episodes.length < EPISODES_LEAST) return `${stat.episodes.length} of ${EPISODES_LEAST} episodes`;
	if (!decides(kind) && stat.clean < LABELS_LEAST) return `${stat.clean} of ${LABELS_LEAST} clean in a row`;
	if (s < SCORE_LEAST) return `confidence ${s.toFixed(2)} below ${SCORE_LEAST}`;
	return l < FLOOR_LEAST ? `floor ${l.toFixed(2)} below ${FLOOR_LEAST}` : undefined;
}

/** What was read out of free text starts one confirmation behind what a model gave as its reasons (design-crystals.md §4). */
function isFromProse(data: unknown): boolean {
	return typeof data === 'object' && data !== null && 'origin' in data && data.origin === 'chain';
}

/** Chooses acts. */
export function decides(kind: KindName): boolean {
	return kind === 'rule' || kind === 'skill';
}

export function isPerception(kind: KindName): boolean {
	return kind === 'template' || kind === 'region' || kind === 'screen';
}

/** Into quarantine; a perception crystal that falls for the third time is retired. */
function fall(crystal: Subject, stat: Stat, why: string, at: number): LifeStep {
	const fallen = { ...stat, labels: 0, clean: 0 };
	if (!isPerception(crystal.kind)) return { stat: fallen, change: { at, from: crystal.state, to: 'quarantined', why } };
	const falls = ladderOf(stat).falls + 1;
	const to = falls >= FALLS_MOST ? 'retired' : 'quarantined';
	return {
		stat: { ...fallen, ladder: freshLadder(falls) },
		change: { at, from: crystal.state, to, why: to === 'retired' ? `quarantined ${falls} times: ${why}` : why },
	};
}

/** Evidence from elsewhere counts for nothing here. */
function unproven({ ladder, ...stat }: Stat): Stat {
	return {
		...stat,
		k: 0,
		w: 0,
		labels: 0,
		clean: 0,
		episodes: [],
		last: [],
		alarm: 1,
		...(ladder === undefined ? {} : { ladder: freshLadder(ladder.falls) }),
	};
}

function sinceChange(crystal: Subject): number {
	return crystal.history.at(-1)?.at ?? 0;
}

/** Writes a step into its crystal, keeping the newest 20 changes. */
export function applyStep(crystal: Crystal, step: LifeStep): void {
	crystal.stat = step.stat;
	if (step.change === undefined) return;
	crystal.state = step.change.to;
	crystal.history = [...crystal.history, step.change].slice(-HISTORY_MAX);
}

/** What still keeps a crystal from autonomy, in words; undefined when nothing does. */
export function whatIsMissing(crystal: Omit<Subject, 'history'>): string | undefined {
	if (crystal.state === 'autonomous') return undefined;
	if (crystal.state === 'quarantined') return `${crystal.stat.clean} of ${CLEAN_TO_RETURN} clean labels in quarantine`;
	if (crystal.state !== 'shadow') return crystal.state;
	return notYet(crystal, crystal.stat, score(crystal.stat), floor(crystal.stat));
}

export interface ActPolicy {
	/** Threshold from the shared harm budget; 0.8 when it has none yet. */
	readonly lambda?: number;
	/** Score under the group's prior, which λ is compared with; the flat one unless given. */
	readonly calibrated?: number;
	readonly delta?: number;
	readonly kappa?: number;
	/** Confidence and floor under which it does not act; 0.8 and 0.6 unless said. */
	readonly scoreLeast?: number;
	readonly floorLeast?: number;
	/** The act cannot be undone: no trying out, and the long ladder. */
	readonly irreversible?: boolean;
}
export interface MayAct {
	readonly act: boolean;
	/** Probability with which it was let act; 1 or 0 where nothing was drawn. */
	readonly probability: number;
	readonly why: string;
}

/** The chance 1 − τ with which a shadow rule is tried out: 2.2 % without evidence, 5.4 % at a floor of 0.63. */
export function tryOutChance(stat: Stat, { delta = DELTA, kappa = KAPPA }: ActPolicy = {}): number {
	return 1 - Math.min(1, Math.max(kappa, 1 - delta / (1 - floor(sinceSetBack(stat)))));
}

/** Whether a crystal that matches may act now. Draws from `random` only for a rule or a skill in shadow. */
export function canAct(crystal: Pick<Crystal, 'kind' | 'state' | 'stat' | 'history'>, random: Random, policy: ActPolicy = {}): MayAct {
	const no = (why: string): MayAct => ({ act: false, probability: 0, why });
	const { stat, state } = crystal;
	if (policy.irreversible && (state !== 'autonomous' || stat.clean < CLEAN_FOR_IRREVERSIBLE)) {
		return no(`irreversible: ${stat.clean} of ${CLEAN_FOR_IRREVERSIBLE} clean labels`);
	}
	if (state === 'autonomous') {
		const s = score(stat);
		const l = floor(stat);
		const { scoreLeast = SCORE_LEAST, floorLeast = FLOOR_LEAST } = policy;
		if (s < scoreLeast || l < floorLeast)
			return no(`confidence ${s.toFixed(2)}, floor ${l.toFixed(2)}: below ${scoreLeast} and ${floorLeast}`);
		const lambda = policy.lambda ?? scoreLeast;
		const calibrated = policy.calibrated ?? s;
		return calibrated < lambda
			? no(`score ${calibrated.toFixed(3)} below ${lambda.toFixed(3)}, the harm budget's threshold`)
			: { act: true, probability: 1, why: `confidence ${s.toFixed(2)}` };
	}
	if (state !== 'shadow') return no(state);
	// Perception answers silently until it has proved itself, and so does what came with a pack.
	if (!decides(crystal.kind)) return no('in shadow');
	if (crystal.history.at(-1)?.why.startsWith('came with a pack')) return no('came with a pack, still in shadow');
	const probability = tryOutChance(stat, policy);
	return random.next() < probability
		? { act: true, probability, why: `tried out from shadow (chance ${(100 * probability).toFixed(1)} %)` }
		: { act: false, probability, why: 'in shadow' };
}

// ---- the shared harm budget ---------------------------------------------------------------------------------------------

const WINDOW = 400;
const RECOMPUTE = 20;

export interface HarmBudgetState {
	/** Best firing score at each of the last 400 decision points. */
	readonly points: readonly number[];
	/** Labels of the last 400 acts taken locally: harm predicted, harm seen. */
	readonly taken: readonly (readonly [predicted: number, harmful: boolean])[];
}
export interface HarmBudget {
	/** Notes a decision point; 0 where no rule fired. */
	point(score: number): void;
	/** Notes the label of an act that was taken locally at this score. */
	taken(score: number, harmful: boolean): void;
	/** The score at which a rule may act now: 0.8 at least. */
	readonly lambda: number;
	/**
	 * The chance with which a rule of this score acts unasked where nothing but a model shows what its act was worth. The shared
	 * budget once more, without a threshold: what is doubtful is let act now and then, and checked the other times, so that labels
	 * keep coming in proportion to the doubt.
	 *
	 * @param strict  half of δ is allowed
	 */
	chance(score: number, strict?: boolean): number;
	/**
	 * The share of harm that acts of one kind may promise now: δ, and more where others promise less.
	 *
	 * @param strict  half of δ is allowed
	 */
	allowance(strict?: boolean): number;
	/** f: harm seen ÷ harm predicted. */
	readonly factor: number;
	state(): HarmBudgetState;
}

/** f: harm seen ÷ harm predicted, over labels of acts taken locally; 0.3 at least. */
export function harmFactor(taken: HarmBudgetState['taken']): number {
	const observed = taken.filter(([, harmful]) => harmful).length;
	const predicted = taken.reduce((sum, [p]) => sum + p, 0);
	return Math.max(0.3, (observed + 1) / (predicted + 1));
}

/** The most that sure rules may lend to doubtful ones. */
const LENT_MOST = 5;

/** Largest c at which letting each point act with chance `min(1, c · δ / f(1 − s))` promises a share δ of harm among what acts. */
export function scaleOf({ points, taken }: HarmBudgetState, delta = DELTA): number {
	const f = harmFactor(taken);
	const risks = points.filter((s) => s > 0).map((s) => f * (1 - s));
	const over = (c: number): boolean => {
		let acts = 0;
		let harm = 0;
		for (const risk of risks) {
			const p = risk <= 0 ? 1 : Math.min(1, (c * delta) / risk);
			acts += p;
			harm += p * risk;
		}
		return harm > delta * acts;
	};
	if (!over(LENT_MOST)) return LENT_MOST;
	let low = 1;
	let high = LENT_MOST;
	for (let i = 0; i < 12; i++) {
		const mid = (low + high) / 2;
		if (over(mid)) high = mid;
		else low = mid;
	}
	return low;
}

/** Lowest threshold at which `f · mean(1 − s | s ≥ λ) ≤ δ`; 1 when even the best scores promise more harm than δ. */
export function lambdaOf({ points, taken }: HarmBudgetState, delta = DELTA): number {
	const f = harmFactor(taken);
	const sorted = points.filter((s) => s > 0).toSorted((a, b) => b - a);
	let lambda = 1;
	let harm = 0;
	for (let i = 0; i < sorted.length; i++) {
		const s = sorted[i] as number;
		harm += 1 - s;
		if (s === sorted[i + 1]) continue;
		if ((f * harm) / (i + 1) <= delta) lambda = s;
	}
	return lambda;
}

export function makeHarmBudget(
	options: { readonly delta?: number; readonly scoreLeast?: number; readonly from?: HarmBudgetState } = {},
): HarmBudget {
	const { delta = DELTA, scoreLeast = SCORE_LEAST } = options;
	let points = [...(options.from?.points ?? [])];
	let taken = [...(options.from?.taken ?? [])];
	let since = 0;
	let lambda = now();
	let f = harmFactor(taken);
	let scale = scalesOf();
	function allowance(strict = false): number {
		return strict ? (scale[1] * delta) / 2 : scale[0] * delta;
	}
	function scalesOf(): readonly [usual: number, strict: number] {
		return [scaleOf({ points, taken }, delta), scaleOf({ points, taken }, delta / 2)];
	}
	// Young rules of a young group cannot promise 2 % yet, so the budget rules from the first harm it sees; until then the floors
	// of §5 are the gate. It never shuts the door for good: a rule that models keep agreeing with passes 0.99.
	function now(): number {
		const seen = taken.some(([, harmful]) => harmful);
		return seen ? Math.min(0.99, Math.max(scoreLeast, lambdaOf({ points, taken }, delta))) : scoreLeast;
	}
	return {
		point(s) {
			points = [...points, s].slice(-WINDOW);
			if (++since % RECOMPUTE !== 0) return;
			lambda = now();
			scale = scalesOf();
		},
		taken(s, harmful) {
			taken = [...taken, [1 - s, harmful] as const].slice(-WINDOW);
			if (harmful) lambda = now();
			f = harmFactor(taken);
			if (harmful) scale = scalesOf();
		},
		get factor() {
			return f;
		},
		chance: (s, strict) => (s >= 1 ? 1 : Math.min(1, allowance(strict) / (f * (1 - s)))),
		allowance,
		get lambda() {
			return lambda;
		},
		state: () => ({ points, taken }),
	};
}

// ---- audit --------------------------------------------------------------------------------------------------------------

export interface Audit {
	/** Whether this local act is also asked; its known probability lets harm be estimated without bias. */
	draw(score: number, at: number, random: Random): { readonly audit: boolean; readonly probability: number };
}

const HOUR_MS = 3_600_000;
/** Even the surest act has so much of κ's chance: what is never looked at can promise nothing. */
export const AUDIT_LEAST = 0.25;

/** κ of local acts, more of the doubtful than of the sure, never more than `perHour` in an hour. */
export function makeAudit(options: { readonly kappa?: number; readonly perHour?: number } = {}): Audit {
	const kappa = options.kappa ?? KAPPA;
	const perHour = options.perHour ?? 8;
	let drawn: number[] = [];
	/** Of the last hour's local acts. */
	let lately: number[] = [];
	let risk = 0;
	let acts = 0;
	return {
		draw(s, at, random) {
			risk += 1 - s;
			acts++;
			drawn = drawn.filter((t) => at - t < HOUR_MS);
			if (lately.length > 0 && at - (lately[0] as number) >= HOUR_MS) lately = lately.filter((t) => at - t < HOUR_MS);
			lately.push(at);
			// So many acts an hour share what may be audited in it: who was first must not be audited more.
			const rate = Math.min(kappa, perHour / lately.length);
			const share = risk === 0 ? 1 : (1 - s) / (risk / acts);
			const probability = drawn.length >= perHour ? 0 : Math.min(1, rate * Math.max(AUDIT_LEAST, share));
			const audit = random.next() < probability;
			if (audit) drawn.push(at);
			return { audit, probability };
		},
	};
}

// ---- loop guard ---------------------------------------------------------------------------------------------------------

export interface LoopGuard {
	/**
	 * Notes a decision point.
	 *
	 * @param situation  place, facing and goal, in one text
	 * @param used  the crystals that decided; empty when a model did, which starts the count of this situation anew
	 * @returns how many times it was met under local control, this time included; at the fourth the crystals to charge as well
	 */
	visit(situation: string, used: readonly string[]): { readonly times: number; readonly charged?: readonly string[] };
}

export function makeLoopGuard(options: { readonly times?: number; readonly window?: number } = {}): LoopGuard {
	const times = options.times ?? 4;
	const window = options.window ?? 16;
	let path: { situation: string; used: readonly string[] }[] = [];
	return {
		visit(situation, by) {
			if (by.length === 0) {
				path = path.filter((step) => step.situation !== situation);
				return { times: 0 };
			}
			path = [...path, { situation, used: by }].slice(-window);
			const first = path.findIndex((step) => step.situation === situation);
			const met = path.filter((step) => step.situation === situation).length;
			if (met < times) return { times: met };
			const charged = [...new Set(path.slice(first).flatMap((step) => step.used))];
			path = [];
			return { times: met, charged };
		},
	};
}

// ---- the beta distribution ----------------------------------------------------------------------------------------------

/** Quantile by bisection on the regularised incomplete beta function; exact to 1e-9, for a, b ≥ 1. */
export function betaQuantile(p: number, a: number, b: number): number {
	if (b === 1) return p ** (1 / a);
	if (a === 1) return 1 - (1 - p) ** (1 / b);
	let low = 0;
	let high = 1;
	for (let i = 0; i < 32; i++) {
		const mid = (low + high) / 2;
		if (betaCdf(mid, a, b) < p) low = mid;
		else high = mid;
	}
	return (low + high) / 2;
}

/** I_x(a, b) by Lentz's continued fraction. @see Numerical Recipes §6.4 */
export function betaCdf(x: number, a: number, b: number): number {
	if (x <= 0) return 0;
	if (x >= 1) return 1;
	const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
	// The fraction converges fast on this side of the mean; the other side is its mirror.
	return x < (a + 1) / (a + b + 2) ? (front * fraction(x, a, b)) / a : 1 - (front * fraction(1 - x, b, a)) / b;
}

function fraction(x: number, a: number, b: number): number {
	const tiny = 1e-300;
	let c = 1;
	let d = 1 - ((a + b) * x) / (a + 1);
	d = 1 / (Math.abs(d) < tiny ? tiny : d);
	let h = d;
	for (let m = 1; m < 300; m++) {
		for (const t of [(m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)), (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))]) {
			d = 1 + t * d;
			d = 1 / (Math.abs(d) < tiny ? tiny : d);
			c = 1 + t / c;
			if (Math.abs(c) < tiny) c = tiny;
			h *= d * c;
		}
		if (Math.abs(d * c - 1) < 1e-12) break;
	}
	return h;
}

const LANCZOS = [76.18009172947146, -86.50532032941677, 24.01409824083091, -1.231739572450155, 0.1208650973866179e-2, -0.5395239384953e-5];
export function logGamma(x: number): number {
	const t = x + 5.5 - (x + 0.5) * Math.log(x + 5.5);
	return -t + Math.log((2.5066282746310005 * LANCZOS.reduce((sum, c, i) => sum + c / (x + 1 + i), 1.000000000190015)) / x);
}
