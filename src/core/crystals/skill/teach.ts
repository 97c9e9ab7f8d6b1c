// The ways a skill is taught: by a model that tells its plan, by the same success seen three times, and by a person's own hands.
// What differs from one telling to the next and is the value of a fact becomes a parameter.
import { holds, known } from '../../facts/literal.ts';
import type { FactTable } from '../../facts/snapshot.ts';
import type { Act, DecisionAnswer, Effect, Facts, Literal } from '../../question.ts';
import { printAct, printLiteral } from '../rule/text.ts';
import { type Drafted, nameOf, stepsOf } from './crystallise.ts';
import type { SkillAct, SkillData, SkillParam, SkillStep } from './schema.ts';

/** So many tellings make a skill out of a habit. */
const TIMES = 3;
const ACTS_LEAST = 2;
const ACTS_MOST = 6;
const OCCURRENCES_KEPT = 12;
const HABITS_KEPT = 200;
const CONDITIONS_MOST = 6;
/** Say where play came from, not where it is. */
const PASSING: ReadonlySet<string> = new Set(['last.verb', 'last.at']);

type Table = Pick<FactTable, 'fault' | 'varies' | 'snap'>;

const plain = (data: Pick<SkillData, 'description' | 'goal' | 'steps' | 'origin' | 'from'> & Partial<SkillData>): SkillData => ({
	words: [],
	params: [],
	when: [],
	unless: [],
	expects: [],
	until: [],
	layer: 'strategy',
	version: 1,
	...data,
});

/** A model's plan: the act it chose, then those that are to follow. A text is the reason why nothing comes of it. */
export function draftFromPlan(
	answer: DecisionAnswer,
	facts: Facts,
	from: { readonly goal: string; readonly entry: number; readonly table: Table; readonly fault: (act: Act) => string | undefined },
): Drafted | string {
	const { skill, plan = [] } = answer;
	if (skill === undefined) return 'it names no skill';
	const acts = [answer.act, ...plan];
	if (acts.length < ACTS_LEAST) return 'a plan of one act is a rule';
	for (const act of acts) {
		const why = from.fault(act);
		if (why !== undefined) return `${printAct(act)}: ${why}`;
	}
	const when = answer.because.filter((l) => from.table.fault(l) === undefined && holds(l, facts)).map((l) => from.table.snap(l, facts));
	if (when.length === 0) return 'no condition of it stands';
	const unless = answer.unless.filter((l) => from.table.fault(l) === undefined && !holds(l, facts));
	const expects = sound(answer.expects, from.table);
	return {
		name: skill.name,
		data: plain({
			description: skill.description.trim() || skill.name.replaceAll('-', ' '),
			goal: from.goal.slice(0, 500),
			words: [skill.name.replaceAll('-', ' ')],
			when,
			unless,
			// What it expects is of the act it chose; of the rest a later look will say.
			steps: stepsOf(acts, [expects]),
			origin: 'plan',
			from: [String(from.entry)],
		}),
	};
}

function sound(expects: readonly Effect[], table: Table): Effect[] {
	return expects.filter(
		(e) => e.op === 'up' || e.op === 'down' || (e.v !== undefined && table.fault({ f: e.f, op: e.op, v: e.v }) === undefined),
	);
}

// ---- habits -------------------------------------------------------------------------------------------------------------

/** One act and what came of it. */
export interface Done {
	readonly act: Act;
	/** Facts in which it was begun. */
	readonly before: Facts;
	/** What it was to bring about, and whether that was seen and telling. */
	readonly expects: readonly Effect[];
	readonly outcome: 'good' | 'failed' | 'unknown';
	readonly goal: string;
	/** Doing nothing. */
	readonly idle: boolean;
}
export interface Habits {
	/** Takes in what was done; a skill when it was the third time. */
	did(done: Done): Drafted | undefined;
	/** What was going on is over: another hand, another place. */
	interrupt(): void;
}

/** Watches for the same acts from the same place to the same success. */
export function makeHabits(table: Table): Habits {
	const habits = new Map<string, { readonly acts: readonly Done[]; readonly end: number }[]>();
	const drafted = new Set<string>();
	let recent: Done[] = [];
	let count = 0;
	return {
		did(done) {
			count++;
			if (done.outcome === 'failed') {
				recent = [];
				return undefined;
			}
			recent = [...recent, done].slice(-ACTS_MOST);
			if (done.outcome !== 'good') return undefined;
			// The longest first: a part of a habit is no habit of its own.
			for (let n = recent.length; n >= ACTS_LEAST; n--) {
				const acts = recent.slice(-n);
				if (acts.filter((a) => !a.idle).length < ACTS_LEAST || acts.some((a) => a.goal !== done.goal)) continue;
				const key = JSON.stringify([done.goal, acts[0]?.before['screen'] ?? '', acts.map((a) => a.act.verb)]);
				const before = habits.get(key) ?? [];
				// Two tellings do not share an act.
				if ((before.at(-1)?.end ?? 0) > count - n) continue;
				const all = [...before, { acts, end: count }].slice(-OCCURRENCES_KEPT);
				habits.delete(key);
				habits.set(key, all);
				if (habits.size > HABITS_KEPT) habits.delete(habits.keys().next().value as string);
				const skill =
					all.length < TIMES
						? undefined
						: unify(
								all.map((one) => one.acts),
								table,
							);
				const once = skill === undefined ? '' : JSON.stringify([skill.data.when, skill.data.steps]);
				if (skill === undefined) continue;
				if (drafted.has(once)) return undefined;
				drafted.add(once);
				recent = [];
				return skill;
			}
			return undefined;
		},
		interrupt() {
			recent = [];
		},
	};
}

/** One skill out of three tellings that agree up to the values of facts: the newest, with two others that fit it. */
function unify(tellings: readonly (readonly Done[])[], table: Table): Drafted | undefined {
	const newest = tellings.at(-1) as readonly Done[];
	const alike = [newest, ...tellings.slice(0, -1).toReversed()];
	// Those that say the very same first, then whatever comes nearest in time.
	const same = alike.filter((t) => t.every((d, i) => JSON.stringify(d.act) === JSON.stringify(newest[i]?.act)));
	const chosen = (same.length >= TIMES ? same : alike).slice(0, TIMES);
	const starts = chosen.map((t) => (t[0] as Done).before);
	const params: SkillParam[] = [];
	const acts: SkillAct[] = [];
	for (const [i, { act }] of newest.entries()) {
		const args: SkillAct['args'] = {};
		for (const name of Object.keys(act.args)) {
			const values = chosen.map((t) => t[i]?.act.args[name]);
			if (values.every((value) => JSON.stringify(value) === JSON.stringify(values[0]))) {
				args[name] = values[0] as SkillAct['args'][string];
				continue;
			}
			const fact = Object.keys(starts[0] as Facts).find(
				(id) => !PASSING.has(id) && starts.every((start, n) => known(start, id) !== undefined && known(start, id) === values[n]),
			);
			if (fact === undefined) return undefined;
			args[name] = { param: paramFor(fact, values[0] as string | number, params) };
		}
		acts.push({ verb: act.verb, args });
	}
	const when = common(starts, new Set(params.map((p) => p.fact ?? '')), table);
	if (when.length === 0) return undefined;
	const steps = stepsOf(
		acts,
		newest.map((done, i) => done.expects.filter((e) => chosen.every((t) => t[i]?.expects.some((other) => sameEffect(e, other))))),
	).map((step, i): SkillStep => {
		// What had come about by then each time is what it goes on from: where it has not, the next act was never seen to be right.
		const then = chosen.map((t) => (t[i] as Done).before);
		const came = common(then, new Set(params.map((p) => p.fact ?? '')), table).filter((l) => starts.every((start) => !holds(l, start)));
		return i === 0 || came.length === 0 ? step : { ...step, when: came };
	});
	const { goal } = newest[0] as Done;
	return {
		name: nameOf(acts),
		data: plain({
			description:
				`Does ${acts.map(printAct).join(', then ')}, when ${when.map(printLiteral).join(' and ')}; it was seen to work ${TIMES} times.`.slice(
					0,
					1024,
				),
			goal: goal.slice(0, 500),
			params,
			when,
			steps,
			origin: 'repeat',
			from: [],
		}),
	};
}

const sameEffect = (a: Effect, b: Effect): boolean => a.f === b.f && a.op === b.op && JSON.stringify(a.v) === JSON.stringify(b.v);

/** The parameter that stands for this fact, new if need be. */
function paramFor(fact: string, value: string | number, params: SkillParam[]): string {
	const old = params.find((p) => p.fact === fact);
	if (old !== undefined) return old.name;
	const words = fact.split(/[^a-z0-9]+/).filter(Boolean);
	const camel = words
		.map((w, i) => (i === 0 ? w : w.charAt(0).toUpperCase() + w.slice(1)))
		.join('')
		.slice(0, 28);
	const base = /^[a-z]/.test(camel) ? camel : `a${camel}`;
	let name = base;
	for (let i = 2; params.some((p) => p.name === name); i++) name = `${base}${i}`;
	params.push({ name, type: typeof value === 'number' ? 'number' : 'element', fact, value });
	return name;
}

/** What was the same each time it began and is not always so. */
function common(starts: readonly Facts[], but: ReadonlySet<string>, table: Table): Literal[] {
	const first = starts[0] as Facts;
	const ids = ['screen', ...Object.keys(first).filter((id) => id !== 'screen')];
	return ids
		.flatMap((id): Literal[] => {
			const value = known(first, id);
			if (but.has(id) || PASSING.has(id) || (typeof value !== 'string' && typeof value !== 'boolean')) return [];
			const literal: Literal = { f: id, op: '==', v: value };
			return starts.every((start) => holds(literal, start)) && (id === 'screen' || table.varies(id)) && table.fault(literal) === undefined
				? [literal]
				: [];
		})
		.slice(0, CONDITIONS_MOST);
}

// ---- a person's hands ---------------------------------------------------------------------------------------------------

/** What a person was seen to do, as a skill without a name: it waits in trial until somebody says what it is for. */
export function draftFromHands(
	acts: readonly { readonly act: Act; readonly before: Facts }[],
	goal: string,
	table: Table,
): Drafted | undefined {
	const [first] = acts;
	if (first === undefined || acts.length < ACTS_LEAST) return undefined;
	const params: SkillParam[] = [];
	const bound = acts.map(({ act }): SkillAct => {
		const args: SkillAct['args'] = {};
		for (const [name, value] of Object.entries(act.args)) {
			const fact =
				typeof value !== 'string'
					? undefined
					: Object.keys(first.before).find((id) => !PASSING.has(id) && id !== 'screen' && known(first.before, id) === value);
			args[name] = fact === undefined ? value : { param: paramFor(fact, value as string, params) };
		}
		return { verb: act.verb, args };
	});
	// One showing cannot tell what of all that was so mattered: only where it began.
	const screen = known(first.before, 'screen');
	const when: Literal[] =
		typeof screen === 'string' ? [{ f: 'screen', op: '==', v: screen }] : common([first.before], new Set(), table).slice(0, 1);
	if (when.length === 0) return undefined;
	return {
		name: nameOf(bound),
		data: plain({
			description: `Shown by hand: ${bound.map(printAct).join(', then ')}.`.slice(0, 1024),
			goal: goal.slice(0, 500),
			params,
			when,
			steps: stepsOf(bound),
			origin: 'hand',
			from: [],
		}),
	};
}
