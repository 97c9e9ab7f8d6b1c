// Making skills. Near-duplicates are merged when they are written, another sequence for the same purpose is another version, and
// nothing that is trusted is changed by one new telling of it.
import type { Act, Literal } from '../../question.ts';
import { freshStat, type Provenance, type Refusal, type Scope, type StateChange, unpaid } from '../crystal.ts';
import { applyStep, live } from '../lifecycle.ts';
import { actKey } from '../rule/apply.ts';
import type { SkillLibrary } from './apply.ts';
import { slugOf } from './document.ts';
import { opposed, readSigns } from './polarity.ts';
import { type Skill, SKILL_SCHEMA, type SkillAct, type SkillData, type SkillStep } from './schema.ts';

/** The layout of skills that rest on no pixels and were learnt in none: no frame has it. */
export const NO_LAYOUT = '1x1';

/** In trial: whoever made it says what comes next. */
export function newSkill(
	name: string,
	data: SkillData,
	from: { readonly id: string; readonly scope: Scope; readonly provenance: Provenance; readonly at: number },
): Skill {
	return {
		id: from.id,
		kind: 'skill',
		scope: from.scope,
		name,
		schema: SKILL_SCHEMA,
		createdAt: from.at,
		provenance: from.provenance,
		state: 'trial',
		stat: freshStat(),
		history: [],
		data,
		blobs: {},
	};
}

/** Where a skill acts on points of a frame, it holds for that frame's size alone. */
export function namesPoints({ steps }: Pick<SkillData, 'steps'>): boolean {
	return steps.some(({ act }) => act !== undefined && Object.values(act.args).some(Array.isArray));
}

/** Why a SKILL.md may not come in here: its place and a sentence. Undefined when it may. */
export function importFault(
	name: string,
	data: SkillData,
	here: { readonly skills: readonly Skill[]; readonly verbs: ReadonlySet<string> },
): string | undefined {
	const alive = here.skills.filter((s) => s.state !== 'retired');
	if (alive.some((s) => s.name === name)) return `"name": there is a skill "${name}" already; rename or retire it first`;
	const foreign = data.steps.findIndex(({ act }) => act !== undefined && !here.verbs.has(act.verb));
	if (foreign >= 0) return `step ${foreign + 1}: verb "${data.steps[foreign]?.act?.verb}" is not an action of this game`;
	const twin = twinOf(data, alive);
	return twin === undefined ? undefined : `it does what "${twin.name}" does, which is here already`;
}

/** Out of a file: in shadow, whatever it says of itself. */
export function importedSkill(
	name: string,
	data: SkillData,
	from: { readonly id: string; readonly scope: Scope; readonly file: string; readonly at: number },
): Skill {
	const provenance = unpaid({ at: from.at, ask: 'decision', tier: 'file', model: from.file });
	const skill = newSkill(name, data, { id: from.id, scope: from.scope, provenance, at: from.at });
	applyStep(skill, live(skill, { type: 'imported' }, from.at));
	return skill;
}

// ---- writing ------------------------------------------------------------------------------------------------------------

export interface Drafted {
	readonly name: string;
	readonly data: SkillData;
}
export type Written =
	/** It is known already; `skill` gained what was new in the telling. */
	| { readonly done: 'merged'; readonly skill: Skill }
	/** New, or the next version of another. */
	| { readonly done: 'made'; readonly skill: Skill; readonly changes: readonly { readonly skill: Skill; readonly change: StateChange }[] }
	| { readonly done: 'refused'; readonly refusal: Refusal };

/**
 * Puts a drafted skill into the library.
 *
 * Same steps under the same conditions: the same skill, told in other words. Same name, other steps: its next version, beside the old
 * one while that is trusted, else in its place.
 */
export function writeSkill(
	drafted: Drafted,
	library: SkillLibrary,
	from: { readonly id: () => string; readonly scope: Scope; readonly provenance: Provenance; readonly at: number },
): Written {
	const { data } = drafted;
	const alive = library.all().filter((s) => s.state !== 'retired');
	const twin = twinOf(data, alive);
	if (twin !== undefined) {
		const against = opposed(readSigns(twin.data.goal), readSigns(data.goal));
		// The same steps for two goals is one skill told twice; for a goal and its opposite somebody is mistaken.
		if (against?.turned)
			return {
				done: 'refused',
				refusal: { what: drafted.name, why: `its steps are those of "${twin.name}", which is for something else: ${against.why}` },
			};
		twin.data = { ...twin.data, from: [...twin.data.from, ...data.from].slice(-64) };
		alsoCalled(twin, [data.goal, drafted.name.replaceAll('-', ' ')]);
		library.add(twin);
		return { done: 'merged', skill: twin };
	}
	const before = alive.filter((s) => baseOf(s.name) === baseOf(drafted.name)).toSorted((a, b) => b.data.version - a.data.version)[0];
	const version = (before?.data.version ?? 0) + 1;
	const name = before === undefined ? drafted.name : `${baseOf(drafted.name).slice(0, 58)}-v${version}`;
	const provenance: Provenance = before === undefined ? from.provenance : { ...from.provenance, replaces: before.id };
	const skill = newSkill(name, { ...data, version }, { id: from.id(), scope: from.scope, provenance, at: from.at });
	const changes: { skill: Skill; change: StateChange }[] = [];
	if (before !== undefined && before.state !== 'autonomous') changes.push(...retire(before, skill.name, from.at, library));
	const step = live(skill, { type: 'admitted' }, from.at);
	applyStep(skill, step);
	if (step.change !== undefined) changes.push({ skill, change: step.change });
	library.add(skill);
	return { done: 'made', skill, changes };
}

/** Adds other words that it is found by. @returns whether there are any that it had not, and room for them */
export function alsoCalled(skill: Skill, ways: readonly string[]): boolean {
	const { goal, words } = skill.data;
	const more = ways.filter((way) => way !== '' && way.length <= WAY_MAX && way !== goal && !words.includes(way));
	skill.data = { ...skill.data, words: [...words, ...more].slice(0, WAYS_MOST) };
	return skill.data.words.length > words.length;
}
const WAY_MAX = 64;
const WAYS_MOST = 32;

/** A version that has come to be trusted takes the place of the one before it. */
export function settleVersions(
	skill: Skill,
	library: SkillLibrary,
	at: number,
): readonly { readonly skill: Skill; readonly change: StateChange }[] {
	if (skill.state !== 'autonomous' || skill.provenance.replaces === undefined) return [];
	const before = library.get(skill.provenance.replaces);
	return before === undefined || before.state === 'retired' ? [] : retire(before, skill.name, at, library);
}

function retire(skill: Skill, by: string, at: number, library: SkillLibrary): { skill: Skill; change: StateChange }[] {
	const step = live(skill, { type: 'implied', by: `"${by}"` }, at);
	applyStep(skill, step);
	library.add(skill);
	return step.change === undefined ? [] : [{ skill, change: step.change }];
}

function baseOf(name: string): string {
	return name.replace(/-v\d+$/, '');
}

/** Of several skills the one that does the same under the same conditions. */
function twinOf(data: SkillData, among: readonly Skill[]): Skill | undefined {
	const key = flowKey(data);
	return among.find((s) => flowKey(s.data) === key);
}

/** One text for what a skill does and when: equal skills have equal ones, whatever they are called. */
function flowKey({ when, unless, steps }: Pick<SkillData, 'when' | 'unless' | 'steps'>): string {
	const side = (all: readonly Literal[]): string[] => all.map((l) => JSON.stringify([l.f, l.op, l.v])).sort();
	const flow = steps.map(({ act, when: own = [], next, onError }) => [
		act === undefined ? '' : actKey(act as Act),
		side(own),
		next ?? null,
		onError ?? null,
	]);
	return JSON.stringify([side(when), side(unless), flow]);
}

/** A plain sequence as steps. */
export function stepsOf(acts: readonly SkillAct[], expects: readonly (SkillStep['expects'] | undefined)[] = []): SkillStep[] {
	return acts.map((act, i) => {
		const wanted = expects[i] ?? [];
		return { act, ...(wanted.length === 0 ? {} : { expects: [...wanted] }) };
	});
}

/** A name for what nobody has named: `click-shop-click-potion`. */
export function nameOf(acts: readonly SkillAct[]): string {
	const words = acts.flatMap(({ verb, args }) => [
		verb,
		...Object.values(args).flatMap((value) => (typeof value === 'string' ? [value] : [])),
	]);
	return slugOf(words.join(' '));
}
