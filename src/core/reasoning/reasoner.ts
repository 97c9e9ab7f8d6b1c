// The decision learner: facts in, an act or a question out; answers and outcomes in, rules out. It knows no screen and no pixel, so
// the same code decides in the page (core/loop/mind.ts), in other people's environments (`npm run bench -- decisions`) and in the
// tuner (`npm run research`).
//
//   const table = makeFactTable({ facts: [{ name: 'front', type: 'enum', values: ['wall', 'free', 'goal'] }] });
//   const reasoner = makeReasoner({ table, actions: [{ verb: 'forward' }, { verb: 'left' }], random, clock, scope, newId });
//   table.observe('front', 'goal', clock.monotonic());                       // every fact read, each step
//   const point = { facts: table.snapshot(clock.monotonic()).values, episode: 'level 7' };
//   const decision = reasoner.decide(point);                                  // one call for each decision point
//   if (decision.outcome === 'hit' && !decision.audit) perform(decision.act);
//   else {
//     const answer = await teacher(point);                                    // a `DecisionAnswer`; `options` with ok: true are
//     reasoner.learn(point, answer, provenance, decision);                    // further acts it would accept
//     perform(answer.act);                                                    // the answer of an audit takes effect as well
//   }
//   // Where the environment itself shows what came of an act (never needed):
//   reasoner.outcome(reasoner.agreeing(act, point.facts), { label: 'harmful', why: 'died' }, point, decision);
import type { Provenance, Residue, Scope, StateChange } from '../crystals/crystal.ts';
import {
	AUDIT_LEAST,
	DELTA,
	type HarmBudget,
	type HarmBudgetState,
	makeAudit,
	makeHarmBudget,
	makeLoopGuard,
	score,
	sinceSetBack,
	used,
} from '../crystals/lifecycle.ts';
import { actKey, decideByRule, limitOf, type RuleAttempt, type RulePolicy } from '../crystals/rule/apply.ts';
import { crystalliseRule, happen, labelOutcome, type RuleChange, type RuleCrystallised } from '../crystals/rule/crystallise.ts';
import { makeRuleIndex, type RuleIndex } from '../crystals/rule/rule-index.ts';
import type { Layer, Rule } from '../crystals/rule/schema.ts';
import { makeTraces, readTraces, type Trace, type TraceMemory } from '../crystals/rule/traces.ts';
import type { EffectVerdict } from '../facts/literal.ts';
import type { FactMemory, FactTable } from '../facts/snapshot.ts';
import type { Clock, Random } from '../ports.ts';
import type { Action } from '../profile.ts';
import type { Act, DecisionAnswer, DecisionQuestion, Facts } from '../question.ts';
import { grow, type Growth } from './growth.ts';
import { type FactRequest, makeFactRequests } from './requests.ts';
import { type Limit, type Tuning, TUNING } from './tuning.ts';
import { accepts, makeTeacher, standing, type TeacherRate, type TeacherState } from './opinions.ts';
import { makePrice } from './price.ts';
import { makeRevisits, type RevisitState } from './revisits.ts';
import { makeWatch, type Promise95, type WatchState } from './watch.ts';

export interface ReasonerOptions {
	/** What is known of the facts; whoever looks at the world observes into it. */
	readonly table: FactTable;
	/** Legal verbs. */
	readonly actions: readonly Pick<Action, 'verb' | 'args' | 'irreversible'>[];
	/** True of an act that counts as one that cannot be undone though its verb does not: an attack on who is peaceful. */
	readonly grave?: (act: Act) => boolean;
	/** Learnt before. */
	readonly rules?: Iterable<Rule>;
	readonly random: Random;
	readonly clock: Clock;
	readonly scope: Scope;
	readonly newId: (kind: string) => string;
	/** A rule's data or evidence changed and is to be stored. */
	readonly save?: (rule: Rule) => void;
	/** Its state did. */
	readonly changed?: (rule: Rule, change: StateChange) => void;
	readonly tuning?: Partial<Tuning>;
	/** From the session before, in this scope. */
	readonly memory?: ReasonerMemory;
}

/** What outlives a session besides the rules. JSON. */
export interface ReasonerMemory {
	readonly facts: readonly FactMemory[];
	/** Absent in stores of before, which kept cases without their episode. */
	readonly traces?: TraceMemory;
	readonly watch?: WatchState;
	readonly requests?: readonly FactRequest[];
	/** How often the teacher errs. */
	readonly teacher?: TeacherState;
	/** What came of acts where nobody but rules had decided since the last visit. */
	readonly revisits?: RevisitState;
	/** By δ: layers that allow the same share of harm share one. */
	readonly budgets?: Readonly<Record<string, HarmBudgetState>>;
	/** Stores of before had one alone, of δ = 0.02. */
	readonly budget?: HarmBudgetState;
}

/** A moment at which something must be decided. */
export interface Point {
	/** What is known; what is not known is left out. */
	readonly facts: Facts;
	/** Of this point: asked again under the same number, chance falls as it did before, and the point counts once. Absent: a new one. */
	readonly n?: number;
	/** Place, facing and goal in one text: met for the fourth time under local control it is a loop. All the facts unless given. */
	readonly place?: string;
	/** Where the same lesson counts anew: a level, a visit of a screen. */
	readonly episode: string;
	/** The episode is a part of one long game, and speaks of that game's cases alone: where nobody spoke of a case, a model is asked. */
	readonly partial?: boolean;
	/** Of rules learnt here; `strategy` unless said. */
	readonly layer?: Layer;
	/** Elements that an act may name; absent: any. */
	readonly elements?: ReadonlySet<string>;
	/** Whether an act can be carried out now; absent: any can. */
	readonly possible?: (act: Act) => boolean;
}

export type Hit = Extract<RuleAttempt, { outcome: 'hit' }> & {
	/** A model is to be asked as well, and its answer followed. */
	readonly audit: boolean;
	/** The chance with which that was drawn: harm among audits is weighed by it. */
	readonly auditChance: number;
};
export type Decision = Hit | Extract<RuleAttempt, { outcome: 'miss' }>;

export interface Learnt extends Pick<RuleCrystallised, 'labels'> {
	readonly residue: Residue;
	/** The answer contradicts what is well borne out: why the model is to be asked once more on the same facts before anything is learnt. */
	readonly again?: string;
	/** Out of the answer's reasons. */
	readonly made?: Rule;
	/** Out of all that was learnt so far. */
	readonly grown: readonly Rule[];
}

export interface Reasoner {
	/** Follows a rule, or says why a model must be asked. */
	decide(point: Point): Decision;
	/**
	 * Learns from a model's answer: every rule that matches is labelled, and a rule made where the answer's reasons stand. Where another
	 * opinion is wanted (`again`), the next call at the same point brings it; if the next decision comes first, the answer stands alone.
	 *
	 * @param decision  what was decided here; needed when it was audited
	 * @param trust     what the answer counts for, in (0, 1]: how often who gave it agrees with the best model
	 */
	learn(point: Point, answer: DecisionAnswer, provenance: Provenance, decision?: Decision, trust?: number): Learnt;
	/**
	 * What came of an act, as evidence for the rules that speak for it.
	 *
	 * @param ids       those of `agreeing`
	 * @param decision  the hit when the act was decided locally
	 */
	outcome(ids: readonly string[], verdict: Pick<EffectVerdict, 'label' | 'why'>, point: Point, decision?: Decision): void;
	/** Rules, trusted or not, that would do this here. */
	agreeing(act: Act, facts: Facts): readonly string[];
	/** Whether rules that fire here, trusted or not, would do the same; undefined when none fires. */
	agrees(act: Act, facts: Facts): boolean | undefined;
	/** Labelled decisions most like this one. */
	nearest(facts: Facts, limit: number): readonly Trace[];
	readonly rules: RuleIndex;
	/** Where a fact is missing, for the page. */
	requests(): readonly FactRequest[];
	/** What of that a question in this situation names. */
	unclear(facts: Facts): DecisionQuestion['unclear'];
	/** What is promised of local acts, and what the audits say of it; for the scorecard. */
	promise(): Promise95;
	/** How often whoever answers takes an answer back, as far as is known. */
	teacher(): TeacherRate;
	memory(): ReasonerMemory;
}

/** Traces kept for the next session: some 400 KB with sixty facts. */
const TRACES_REMEMBERED = 4000;
/** Of the answers that told of a change so many belong to the new world. */
const KEPT_ON_CHANGE = 8;

/** So many moments like the present one speak of it, out of the newest so many in which the rule matched. */
const ALIKE = 8;
const ALIKE_AMONG = 4000;
/** Share of answers that contradict a trusted rule where it was not let act. */
const WHERE_ASKED = 0.14;
/** What a rule is worth on the whole counts for as many of them. */
const WORTH_OF_ALL = 40;

export function makeReasoner(o: ReasonerOptions): Reasoner {
	const { table, clock } = o;
	const tuning: Tuning = { ...TUNING, ...o.tuning };
	const irreversible = new Set(o.actions.filter((a) => a.irreversible).map((a) => a.verb));
	const isIrreversible = (act: Act): boolean => irreversible.has(act.verb) || o.grave?.(act) === true;
	const index = makeRuleIndex(o.rules, (verb) => irreversible.has(verb));
	// The thresholds of rules learnt before are the cuts of today.
	for (const rule of index.all()) for (const literal of rule.data.when) table.snap(literal, {});
	table.restore(o.memory?.facts ?? []);
	const traces = makeTraces(table, tuning.traces);
	if (o.memory?.traces !== undefined) for (const trace of readTraces(o.memory.traces)) traces.add(trace);
	const budgets = new Map<string, HarmBudget>();
	for (const { delta, score } of Object.values(tuning.limits)) {
		const from = o.memory?.budgets?.[String(delta)] ?? (delta === DELTA ? o.memory?.budget : undefined);
		if (budgets.has(String(delta))) continue;
		budgets.set(String(delta), makeHarmBudget({ delta, scoreLeast: score, ...(from === undefined ? {} : { from }) }));
	}
	const budgetOf = ({ delta }: Limit): HarmBudget => budgets.get(String(delta)) as HarmBudget;
	const guard = makeLoopGuard();
	const revisits = makeRevisits(o.memory?.revisits);
	/** The dice of the newest point. */
	let drawn: { n: number; tryOut: number; times: number; audit?: { readonly drawn: boolean; readonly chance: number }; stuck?: boolean } = {
		n: -1,
		tryOut: 0,
		times: 0,
	};
	const watch = makeWatch({
		delta: tuning.limits.strategy.delta,
		chanceLeast: tuning.kappa * AUDIT_LEAST,
		...(o.memory?.watch === undefined ? {} : { from: o.memory.watch }),
	});
	const requests = makeFactRequests(o.memory?.requests);
	const price = makePrice(clock);
	const teacher = makeTeacher(o.memory?.teacher);
	/** Answers at one point that contradict what is well borne out, until one stands. */
	let contest: Contest | undefined;
	const audits = makeAudit({ kappa: tuning.kappa, perHour: tuning.auditsPerHour });

	/** Labels before this world. */
	let before = 0;
	/** Labels at which trees are grown next. */
	let growAt = nextGrowth();
	function nextGrowth(): number {
		let next = tuning.induceFrom;
		while (next <= traces.labelled - before) next = Math.ceil(next * tuning.induceEach);
		return before + next;
	}

	/** Cuts that no rule needs any more go in time. */
	function tend(): void {
		const needed = new Set<string>();
		for (const { state, data } of index.all())
			if (state !== 'retired') for (const { f, v } of [...data.when, ...data.unless, ...data.until]) needed.add(`${f} ${String(v)}`);
		table.tend((fact, cut) => needed.has(`${fact} ${cut}`), clock.now());
	}
	tend();
	function growNow(provenance: Provenance): Growth {
		if (traces.labelled < growAt) return { made: [], changes: [], changed: [], mixed: [] };
		growAt = nextGrowth();
		const id = (): string => o.newId('rule');
		const grown = grow({
			traces,
			table,
			index,
			tuning,
			id,
			scope: o.scope,
			provenance,
			at: provenance.at,
			delta: deltaOf,
			noise: teacher.rate().rate,
			doubt: teacher.doubt,
		});
		requests.file(grown.mixed, provenance.at);
		tend();
		return grown;
	}
	const deltaOf = (rule: Pick<Rule, 'data'>): number => limitOf(rule, policy).delta;
	function evidence(
		ids: readonly string[],
		{ label, why }: Pick<EffectVerdict, 'label' | 'why'>,
		{ episode }: Point,
		decision?: Decision,
	): void {
		if (label === 'none') return;
		if (decision?.outcome === 'hit') known(decision, episode, label === 'harmful');
		const at = clock.now();
		for (const id of ids) {
			const rule = index.get(id);
			if (rule === undefined) continue;
			const change = labelOutcome(rule, label, why, { episode, at, delta: deltaOf(rule), decay: tuning.decay });
			index.add(rule);
			o.save?.(rule);
			if (change !== undefined) tell([change], at);
		}
	}
	/** The label of an act that was decided locally; `audit`: the chance with which an answer was drawn that gave it, absent where it showed. */
	function known({ rule, limit, score: s }: Hit, episode: string, harmful: boolean, audit?: number): void {
		const budget = budgetOf(limit);
		const predicted = budget.factor * (1 - s);
		budget.taken(s, harmful);
		if (harmful && audit === undefined) price.lost(limit);
		const most = watch.act({
			rule: rule.id,
			episode,
			harmful,
			chance: audit ?? 1,
			audited: audit !== undefined,
			predicted,
			at: clock.monotonic(),
		});
		if (most !== undefined)
			recall(
				most.flatMap((id) => index.get(id) ?? []),
				'more harm lately than is allowed: among those that did most',
			);
	}
	function recall(rules: readonly Rule[], why: string): void {
		const at = clock.now();
		for (const rule of rules) {
			if (rule.state !== 'autonomous') continue;
			const change = happen(rule, { type: 'recalled', why }, at);
			index.add(rule);
			o.save?.(rule);
			if (change !== undefined) tell([change], at);
		}
	}
	/** Too many answers contradict what was sure: what was learnt is of another world. */
	function beginAnew(): void {
		traces.begin(KEPT_ON_CHANGE);
		before = traces.labelled - KEPT_ON_CHANGE;
		growAt = nextGrowth();
		recall(index.all(), 'the world seems to have changed: answers contradict what was sure');
	}
	const riskOf = (rule: Rule): number => 1 - score(sinceSetBack(rule.stat));
	/** A rule's score in this very situation: what it is worth on the whole, and what answers said in the moments most like this one. */
	function here(rule: Rule, s: number, facts: Facts): number {
		const key = actKey(rule.data.then);
		const near = traces.alike(rule.data, facts, ALIKE, ALIKE_AMONG);
		let weight = WORTH_OF_ALL;
		let right = WORTH_OF_ALL * s;
		for (const i of near) {
			const accepted = traces.accepts(i, key) === true;
			const counts = accepted || !traces.isLone(i) ? 1 : 1 - teacher.doubt(1 - s);
			weight += counts;
			if (accepted) right += counts;
		}
		return right / weight;
	}
	/** A fact that speaks of a case nobody ever spoke of: what a rule is worth elsewhere says nothing here. */
	function unheard(attempt: RuleAttempt, { facts, partial = false }: Point): string | undefined {
		if (!partial || attempt.outcome === 'miss' || attempt.probability < 1 || showsItself(attempt.rule)) return undefined;
		return traces.beyond(actKey(attempt.act), facts, ALIKE_AMONG);
	}
	/** The surest of the rules here, in service or on its way there. */
	function surest(facts: Facts): Rule | undefined {
		let best: Rule | undefined;
		for (const rule of index.matching(facts))
			if ((rule.state === 'autonomous' || rule.state === 'shadow') && (best === undefined || riskOf(rule) < riskOf(best))) best = rule;
		return best;
	}
	/** Nobody was asked again where another opinion was wanted. */
	function lapse(): void {
		if (contest === undefined) return;
		const { opinions, point, decision } = contest;
		contest = undefined;
		const { answer, provenance, trust } = opinions.at(-1) as Opinion;
		take(point, answer, provenance, decision, trust, false);
	}
	const placeOf = ({ place, facts }: Point): string => place ?? JSON.stringify(facts);
	function tell(changes: readonly RuleChange[], at: number): void {
		for (const { rule, from, to, why } of changes) o.changed?.(rule, { at, from, to, why });
	}
	/** After an alarm half of the harm is allowed. */
	const isStrict = (): boolean => watch.strict(clock.monotonic());
	const allowed = (limit: Limit, s: number): number => budgetOf(limit).chance(s, isStrict());
	const policy: Omit<RulePolicy, 'random'> = {
		isIrreversible,
		lambda(limit, rule) {
			if (!showsItself(rule)) return limit.score;
			const { lambda } = budgetOf(limit);
			return isStrict() ? 1 - (1 - lambda) / 2 : lambda;
		},
		versus: (a, b) => traces.versus(a, b),
		tuning,
	};

	/** Chance that an answer contradicts a trusted rule in the world as it is: one is asked where there is doubt, more or less of it. */
	function contradictionAt(rule: Rule, decision: Decision | undefined): number {
		if (decision?.outcome !== 'hit' || decision.rule !== rule) return Math.max(WHERE_ASKED, 1 - score(rule.stat));
		return Math.max(budgetOf(decision.limit).factor * (1 - decision.score), WHERE_ASKED * decision.auditChance);
	}

	/** Learns from the answer that stands. */
	function take(
		point: Point,
		answer: DecisionAnswer,
		provenance: Provenance,
		decision: Decision | undefined,
		trust: number,
		confirmed: boolean,
	): Learnt {
		const { facts, episode, elements, layer } = point;
		const audited = decision?.outcome === 'hit' && decision.audit ? decision : undefined;
		const trusted = index.first(facts, (rule) => rule.state === 'autonomous');
		const expected = trusted === undefined ? 1 : contradictionAt(trusted, decision);
		const done = crystalliseRule({
			answer,
			facts,
			table,
			actions: o.actions,
			traces,
			index,
			provenance,
			scope: o.scope,
			episode,
			at: provenance.at,
			id: () => o.newId('rule'),
			delta: deltaOf,
			decay: tuning.decay,
			weight: trust,
			errs: teacher.doubt,
			...(confirmed ? {} : { doubt: (rule: Rule) => teacher.doubt(riskOf(rule)) }),
			...(elements === undefined ? {} : { elements }),
			...(layer === undefined ? {} : { layer }),
		});
		if (audited !== undefined) {
			const mine = done.labels.find(({ rule }) => rule === audited.rule);
			if (mine !== undefined) {
				revisits.label(drawn.times, mine.harmful);
				known(audited, episode, mine.harmful, audited.auditChance);
			}
		}
		const judged = done.labels.find(({ rule }) => rule === trusted);
		if (watch.answer(judged?.harmful, expected, trusted === undefined ? '' : actKey(trusted.data.then), episode)) beginAnew();
		const grown = growNow(provenance);
		for (const rule of new Set([...done.changed, ...grown.changed])) o.save?.(rule);
		tell([...done.changes, ...grown.changes], provenance.at);
		return {
			residue: withGrown(done.residue, grown.made),
			labels: done.labels,
			grown: grown.made,
			...(done.made === undefined ? {} : { made: done.made }),
		};
	}

	return {
		decide(point) {
			lapse();
			const { facts, possible, n } = point;
			const again = n !== undefined && n === drawn.n;
			if (!again) drawn = { n: n ?? -1, tryOut: o.random.next(), times: 0 };
			const random = { next: () => drawn.tryOut };
			const draw = diceFrom(drawn.tryOut);
			const attempt = decideByRule(index, facts, { ...policy, random, draw, ...(possible === undefined ? {} : { possible }) });
			const s = attempt.outcome === 'hit' && attempt.probability === 1 ? here(attempt.rule, attempt.score, facts) : attempt.score;
			const beyond = unheard(attempt, point);
			if (!again) budgetOf(attempt.limit).point(beyond === undefined ? s : 0);
			price.begin();
			if (attempt.outcome === 'miss') return attempt;
			const { rule, limit, probability } = attempt;
			if (beyond !== undefined) {
				const detail = `"${rule.name}" would act; no answer has said so with ${beyond} as it is here`;
				return { outcome: 'miss', reason: 'no-crystal', detail, score: 0, limit };
			}
			if (drawn.audit === undefined) {
				const { times, charged } = guard.visit(placeOf(point), [rule.id]);
				if (charged !== undefined) {
					evidence(charged, { label: 'harmful', why: 'part of a loop' }, point);
					drawn.stuck = true;
				}
				// What was let act by chance alone is not taken back by chance.
				const doubt = probability < 1 || showsItself(rule) ? 0 : 1 - allowed(limit, s);
				// Here again, and nobody but rules decided since: the oftener, the more like a loop.
				const check = Math.max(
					doubt,
					revisits.doubt(times, budgetOf(limit).allowance(isStrict())),
					watch.suspicion(actKey(rule.data.then)),
				);
				drawn.times = times;
				const audit = audits.draw(s, clock.monotonic(), o.random);
				const worth = price.isWorth(
					rule,
					limit,
					budgetOf(limit).factor * (1 - s),
					probability < 1 && !showsItself(rule) ? point.episode : undefined,
				);
				drawn.audit = {
					drawn: worth || o.random.next() < check || audit.audit,
					chance: worth ? 1 : check + (1 - check) * audit.probability,
				};
				if (!drawn.audit.drawn && charged === undefined) {
					rule.stat = used(rule.stat, clock.now());
					o.save?.(rule);
				}
			}
			if (drawn.stuck === true)
				return { ...attempt, outcome: 'miss', reason: 'act-failed', detail: 'stuck: the same act in the same situation again and again' };
			return { ...attempt, score: s, audit: drawn.audit.drawn, auditChance: drawn.audit.chance };
		},
		learn(point, answer, provenance, decision, trust = 1) {
			guard.visit(placeOf(point), []);
			requests.hear(point.facts, answer.missing);
			price.paid(provenance.usd);
			const opinion: Opinion = { answer, provenance, trust };
			if (contest === undefined) {
				const rule = surest(point.facts);
				// Drawn before it is seen what the answer says: else errors would be sought among contradictions alone.
				if (rule === undefined || !teacher.doubts(riskOf(rule), o.random)) return take(point, answer, provenance, decision, trust, false);
				if (accepts(answer, rule.data.then)) {
					teacher.heard(1, 0);
					return take(point, answer, provenance, decision, trust, true);
				}
				contest = { point, opinions: [opinion], decision, rule };
			} else contest = { ...contest, opinions: [...contest.opinions, opinion] };
			const { opinions, rule } = contest;
			const stands = opinions.length === 1 ? undefined : standing(opinions, rule.data.then);
			if (stands === undefined) {
				const again = `answer ${provenance.entry} contradicts "${rule.name}", which ${rule.stat.labels} labels speak for`;
				return {
					residue: { made: [], refused: [{ what: 'answer', why: `${again}: asked once more` }], labelled: [rule.id] },
					labels: [],
					grown: [],
					again,
				};
			}
			const { point: at, decision: decided } = contest;
			contest = undefined;
			const errors = opinions.filter(({ answer: one }) => !accepts(one, stands.answer.act) && !accepts(stands.answer, one.act)).length;
			teacher.heard(opinions.length, errors);
			return take(at, stands.answer, stands.provenance, decided, stands.trust, true);
		},
		outcome: evidence,
		agreeing: (act, facts) => index.matching(facts).flatMap((rule) => (actKey(rule.data.then) === actKey(act) ? [rule.id] : [])),
		agrees(act, facts) {
			const firing = index.matching(facts);
			return firing.length === 0 ? undefined : firing.some((rule) => actKey(rule.data.then) === actKey(act));
		},
		nearest: (facts, limit) => traces.nearest(facts, limit),
		rules: index,
		requests: () => requests.all(),
		unclear: (facts) => requests.unclear(facts),
		promise: () => watch.promise(clock.monotonic()),
		teacher: () => teacher.rate(),
		memory: () => ({
			facts: table.memory(),
			traces: traces.memory(TRACES_REMEMBERED),
			watch: watch.state(),
			requests: requests.all(),
			teacher: teacher.state(),
			revisits: revisits.state(),
			budgets: Object.fromEntries([...budgets].map(([delta, budget]) => [delta, budget.state()])),
		}),
	};
}

interface Opinion {
	readonly answer: DecisionAnswer;
	readonly provenance: Provenance;
	readonly trust: number;
}
interface Contest {
	readonly point: Point;
	readonly opinions: readonly Opinion[];
	readonly decision: Decision | undefined;
	/** Contradicted. */
	readonly rule: Rule;
}

/** Dice that fall the same each time a point is asked about. */
function diceFrom(start: number): Random {
	let state = Math.floor(start * 0xffffffff) >>> 0;
	return {
		next() {
			state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
			return state / 2 ** 32;
		},
	};
}

/** What comes of its acts is seen without a model. */
function showsItself({ data }: Rule): boolean {
	return data.expects.length > 0;
}

/** What an answer left behind, with the rules that all answers together gave. */
function withGrown(residue: Residue, grown: readonly Rule[]): Residue {
	if (grown.length === 0) return residue;
	if ('none' in residue) return { made: grown, refused: [{ what: 'rule', why: residue.detail }], labelled: [] };
	return { ...residue, made: [...residue.made, ...grown] };
}
