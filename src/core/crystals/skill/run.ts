// A skill being carried out, step by step: a small machine that is asked what comes next and told what came of it. It holds no clock
// and does nothing itself. Its bounds are its own: every step may be entered only so often, every wait ends, and so does the whole.
import { blockedBy, type EffectWatch, holds, known, watchEffects } from '../../facts/literal.ts';
import type { Act, Effect, Facts } from '../../question.ts';
import { type Skill, type SkillAct, type SkillParam, type SkillStep, stepOf, type Successor } from './schema.ts';

const STEP_MS = 20_000;
const RUN_MS = 120_000;
/** Returns kept at once; a flow that nests deeper goes round in circles. */
const BACK_MOST = 16;

export type RunNext =
	| { readonly do: 'act'; readonly act: Act; readonly expects: readonly Effect[]; readonly place: string }
	/** Nothing can be done before the facts change, or before `until`. */
	| {
			readonly do: 'wait';
			readonly until: number;
			/** Only time is waited for: nothing has to be seen. */
			readonly pause?: true;
			readonly why: string;
	  }
	| RunEnd;
export type RunEnd =
	/** `proved`: what the skill promises was seen to come about. */
	{ readonly do: 'done'; readonly proved: boolean; readonly why: string } | { readonly do: 'failed'; readonly why: string };

export interface SkillRun {
	readonly skill: Skill;
	/** @param now  monotonic milliseconds */
	next(facts: Facts, now: number): RunNext;
	/** The facts that say where it can go on next: to be looked for first. */
	awaits(): readonly string[];
	/** What came of the act that `next` gave. */
	outcome(outcome: 'held' | 'failed' | 'unknown', why: string, now: number): void;
}

/** Fills the parameters in; a text is the reason why it cannot begin. */
export function startRun(skill: Skill, facts: Facts, now: number): SkillRun | string {
	const { data } = skill;
	const values = new Map<string, Exclude<Act['args'][string], { fact: string }>>();
	for (const param of data.params) {
		const value = valueOf(param, facts);
		if (value === undefined) return `nothing says what "${param.name}" is`;
		values.set(param.name, value);
	}
	const ids = new Map(data.steps.flatMap((step, i) => (step.id === undefined ? [] : [[step.id, i] as const])));
	const entered = data.steps.map(() => 0);
	const endsAt = now + (data.timeoutMs ?? RUN_MS);
	const back: (readonly Successor[])[] = [];
	const promise: EffectWatch = watchEffects(data.expects, facts);
	/** Steps held by effects of their own. */
	let proved = false;
	let state: State = { in: 'choosing', of: [0], since: now, ms: timeoutOf(data.steps[0]), onError: [] };

	return { skill, next, awaits, outcome };

	function next(facts: Facts, now: number): RunNext {
		// Each turn enters a step or leaves one, and both are bounded.
		for (let turns = 0; turns < 2 * data.steps.length + 8; turns++) {
			if (data.until.length > 0 && data.until.every((l) => holds(l, facts)) && state.in !== 'acting')
				return end(facts, now, 'what it goes on until is so');
			if (state.in !== 'ending' && now >= endsAt) return { do: 'failed', why: 'it took too long' };
			const blocked = blockedBy(data.unless, facts, false);
			if (blocked !== undefined) return { do: 'failed', why: `${blocked.f} forbids it now` };
			switch (state.in) {
				case 'choosing': {
					const { of, since, ms, onError } = state;
					if (of.length === 0) {
						const again = back.pop();
						if (again === undefined) state = { in: 'ending', since: now };
						else state = { in: 'choosing', of: again, since: now, ms: STEP_MS, onError: [] };
						break;
					}
					const to = of.find((one) => mayEnter(indexOf(one), facts));
					if (to !== undefined) {
						const step = indexOf(to);
						if (typeof to === 'object' && back.length < BACK_MOST) back.push(of as readonly Successor[]);
						entered[step] = (entered[step] ?? 0) + 1;
						state = { in: 'before', step, since: now };
						break;
					}
					if (now - since < ms) return { do: 'wait', until: since + ms, why: `waiting for ${of.map(placeOf).join(' or ')}` };
					const failed = fail(`none of ${of.map(placeOf).join(', ')} could be gone on with`, onError, now);
					if (failed !== undefined) return failed;
					break;
				}
				case 'before': {
					const { step, since } = state;
					const { act, delayMs = 0, expects = [] } = data.steps[step] as SkillStep;
					if (now - since < delayMs) return { do: 'wait', until: since + delayMs, pause: true, why: 'a pause before it' };
					if (act === undefined) {
						state = { in: 'after', step, since: now };
						break;
					}
					state = { ...state, in: 'acting' };
					return { do: 'act', act: bind(act), expects, place: placeOf(step) };
				}
				case 'acting':
					return { do: 'wait', until: endsAt, why: 'an act is being carried out' };
				case 'after': {
					const { step, since } = state;
					const { restMs = 0, until = [], timeoutMs = STEP_MS, onError = [], act } = data.steps[step] as SkillStep;
					if (now - since < restMs) return { do: 'wait', until: since + restMs, pause: true, why: 'a pause after it' };
					if (act !== undefined && until.length > 0 && !until.every((l) => holds(l, facts))) {
						if (now - (state.began ?? since) < timeoutMs) {
							state = { in: 'before', step, since: now, ...(state.began === undefined ? { began: since } : { began: state.began }) };
							break;
						}
						const failed = fail(`${placeOf(step)} did not come to its end in time`, onError, now);
						if (failed !== undefined) return failed;
						break;
					}
					state = { in: 'choosing', of: successorsOf(step), since: now, ms: timeoutMs, onError };
					break;
				}
				case 'ending':
					return end(facts, now, 'all steps are done');
			}
		}
		return { do: 'failed', why: 'it goes round in circles without doing anything' };
	}

	function outcome(outcome: 'held' | 'failed' | 'unknown', why: string, now: number): void {
		if (state.in !== 'acting') return;
		const { step } = state;
		const { expects = [], onError = [] } = data.steps[step] as SkillStep;
		if (outcome === 'failed' && expects.length > 0) {
			if (onError.length > 0) state = { in: 'choosing', of: onError, since: now, ms: STEP_MS, onError: [] };
			else state = { in: 'choosing', of: [NOWHERE], since: -Infinity, ms: 0, onError: [], why };
			return;
		}
		proved ||= outcome === 'held' && expects.length > 0;
		state = { in: 'after', step, since: now, ...(state.began === undefined ? {} : { began: state.began }) };
	}

	function awaits(): readonly string[] {
		if (state.in === 'ending') return data.expects.map((e) => e.f);
		const next = state.in === 'choosing' ? state.of : successorsOf(state.step);
		return next.flatMap((to) => (data.steps[indexOf(to)]?.when ?? []).map((l) => l.f));
	}

	function end(facts: Facts, now: number, why: string): RunNext {
		if (data.expects.length === 0) return { do: 'done', proved, why };
		const since = state.in === 'ending' ? state.since : now;
		if (state.in !== 'ending') state = { in: 'ending', since };
		const verdict = promise.see(facts, now - since);
		if (verdict.outcome === 'pending')
			return { do: 'wait', until: since + Math.max(...data.expects.map((e) => e.withinMs)), why: verdict.why };
		return verdict.outcome === 'held'
			? { do: 'done', proved: verdict.label === 'good' || proved, why: verdict.why }
			: { do: 'failed', why: verdict.why };
	}

	/** Goes on where the step says for this case; a failed run when it says nothing. */
	function fail(why: string, onError: readonly Successor[], now: number): RunEnd | undefined {
		if (state.in === 'choosing' && state.why !== undefined) return { do: 'failed', why: state.why };
		if (onError.length === 0) return { do: 'failed', why };
		state = { in: 'choosing', of: onError, since: now, ms: STEP_MS, onError: [] };
		return undefined;
	}

	function mayEnter(step: number, facts: Facts): boolean {
		const one = data.steps[step];
		return one !== undefined && (entered[step] ?? 0) < (one.times ?? 1) && (one.when ?? []).every((l) => holds(l, facts));
	}

	function successorsOf(step: number): readonly (Successor | number)[] {
		const named = data.steps[step]?.next;
		if (named !== undefined) return named;
		return step + 1 < data.steps.length ? [step + 1] : [];
	}

	function indexOf(to: Successor | number): number {
		return typeof to === 'number' ? to : (ids.get(stepOf(to)) ?? NOWHERE);
	}

	function placeOf(to: Successor | number): string {
		const step = indexOf(to);
		return `step ${step + 1}${data.steps[step]?.id === undefined ? '' : ` (${data.steps[step]?.id})`}`;
	}

	function bind({ verb, args }: SkillAct): Act {
		const bound: Act['args'] = {};
		for (const [name, value] of Object.entries(args))
			bound[name] = typeof value === 'object' && 'param' in value ? (values.get(value.param) as Act['args'][string]) : value;
		return { verb, args: bound };
	}
}

const NOWHERE = -1;

type State =
	| {
			readonly in: 'choosing';
			readonly of: readonly (Successor | number)[];
			readonly since: number;
			readonly ms: number;
			readonly onError: readonly Successor[];
			/** A step failed and said why. */
			readonly why?: string;
	  }
	/** `began`: when a step that is repeated was first carried out. */
	| { readonly in: 'before' | 'acting' | 'after'; readonly step: number; readonly since: number; readonly began?: number }
	| { readonly in: 'ending'; readonly since: number };

function timeoutOf(step: SkillStep | undefined): number {
	return step?.timeoutMs ?? STEP_MS;
}

function valueOf({ fact, value, type }: SkillParam, facts: Facts): Exclude<Act['args'][string], { fact: string }> | undefined {
	const now = fact === undefined ? undefined : known(facts, fact);
	const given = now ?? value;
	const fits = type === 'number' ? typeof given === 'number' : type === 'point' ? Array.isArray(given) : typeof given === 'string';
	return fits ? (given as Exclude<Act['args'][string], { fact: string }>) : undefined;
}

/** Pauses that a skill may begin with. */
const PAUSES_MOST = 16;

/** What a run begins with. Its first pauses are passed over: where a decision is due the picture rests. */
export function beginning(run: SkillRun, facts: Facts, now: number): RunNext {
	let next = run.next(facts, now);
	for (let i = 0; i < PAUSES_MOST && next.do === 'wait' && next.pause === true; i++) next = run.next(facts, next.until);
	return next;
}

/** The act a skill begins with here, for comparing it with what a model would do; undefined where it would have to wait for something. */
export function firstAct(skill: Skill, facts: Facts): Act | undefined {
	const run = startRun(skill, facts, 0);
	const next = typeof run === 'string' ? undefined : beginning(run, facts, 0);
	return next?.do === 'act' ? next.act : undefined;
}
