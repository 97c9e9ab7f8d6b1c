// A skill is a named sequence of acts with a stated before and after: when these facts hold, do these steps, and look after each
// whether it did what it should. The plain case is a list of acts; a step may name successors, so an imported flow can branch and
// loop, always within bounds.
import * as v from 'valibot';
import { argType, factId, slug, verbName } from '../../profile.ts';
import { argValue, effect, literal, type Effect, type Literal } from '../../question.ts';
import type { Crystal } from '../crystal.ts';
import { type Migrations, readStored, type Stored } from '../stored.ts';
import { LAYERS, type Layer } from '../rule/schema.ts';

/** `plan`: a model's; `repeat`: a success seen again and again; `hand`: shown by a person; `import`: another program's flow;
 *  `file`: a SKILL.md. */
export const SKILL_ORIGINS = ['plan', 'repeat', 'hand', 'import', 'file'] as const;
export type SkillOrigin = (typeof SKILL_ORIGINS)[number];

export const SKILL_SCHEMA = 1;
export const STEPS_MAX = 256;
/** Name of the blob that holds the sentence vector: little-endian Float32. */
export const EMBEDDING_BLOB = 'embedding';
const DIMENSIONS_MAX = 4096;
export const SEEN_MAX = 64;

const num = v.pipe(v.number(), v.finite());
const ms = v.pipe(num, v.minValue(0), v.maxValue(600_000));
const unit = v.pipe(num, v.minValue(0), v.maxValue(1));
const line = v.pipe(v.string(), v.maxLength(500));
const conditions = v.pipe(v.array(literal), v.maxLength(12));
const effects = v.pipe(v.array(effect), v.maxLength(6));
const ends = v.pipe(v.array(literal), v.maxLength(6));

const paramName = v.pipe(v.string(), v.maxLength(32), v.regex(/^[a-z][a-zA-Z0-9]*$/, 'a word of letters and digits'));
export const skillParam = v.pipe(
	v.object({
		name: paramName,
		/** As of the arguments of a profile's actions. */
		type: argType,
		about: v.exactOptional(v.pipe(v.string(), v.maxLength(200))),
		/** Its value is this fact's at the moment the skill starts. */
		fact: v.exactOptional(factId),
		/** Used where there is no fact, or the fact is not known. */
		value: v.exactOptional(v.union([num, v.pipe(v.string(), v.maxLength(400)), v.tuple([num, num])])),
	}),
	v.check((p) => p.fact !== undefined || p.value !== undefined, 'needs a fact or a value: a parameter that nobody fills cannot be run'),
);
export type SkillParam = v.InferOutput<typeof skillParam>;

/** An act whose arguments may also be one of the skill's parameters. */
export const skillAct = v.object({
	verb: verbName,
	args: v.optional(v.record(v.pipe(v.string(), v.maxLength(32)), v.union([argValue, v.strictObject({ param: paramName })])), {}),
});
export type SkillAct = v.InferOutput<typeof skillAct>;

/** `back`: when what follows there has come to its end, the successors that it was taken from are looked at again. */
const successor = v.union([slug, v.strictObject({ step: slug, back: v.literal(true) })]);
export type Successor = v.InferOutput<typeof successor>;

export const skillStep = v.object({
	/** By which other steps name it; unique in the skill. A step that none names needs none. */
	id: v.exactOptional(slug),
	/** What must hold before it; of several successors the first whose `when` holds is taken. Absent: always. */
	when: v.exactOptional(conditions),
	/** Waited before the act, and after it before anything is looked at. */
	delayMs: v.exactOptional(ms),
	/** Absent: the step only looks, and goes on to its successors. */
	act: v.exactOptional(skillAct),
	restMs: v.exactOptional(ms),
	expects: v.exactOptional(effects),
	/** The act is done again until these hold. */
	until: v.exactOptional(ends),
	/** How long `when`, `until` or a successor is waited for before the step has failed; 20 s unless said. */
	timeoutMs: v.exactOptional(ms),
	/** Its successors in order. Absent: the step below it. Empty: the end, reached. */
	next: v.exactOptional(v.pipe(v.array(successor), v.maxLength(32))),
	/** Where to go on when it failed. Absent or empty: the skill has failed. */
	onError: v.exactOptional(v.pipe(v.array(successor), v.maxLength(32))),
	/** How often it may be entered in one run; once unless said, and 1000 is the most. */
	times: v.exactOptional(v.pipe(num, v.integer(), v.minValue(1), v.maxValue(1000))),
});
export type SkillStep = v.InferOutput<typeof skillStep>;

export const skillData = v.pipe(
	v.object({
		/** What it does and when it serves; another program chooses by it. */
		description: v.pipe(v.string(), v.maxLength(1024), v.regex(/\S/, 'is blank')),
		/** What it is for, in the words of a goal. */
		goal: line,
		/** Other words it is found by. */
		words: v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(64))), v.maxLength(32)),
		params: v.pipe(v.array(skillParam), v.maxLength(16)),
		/** A conjunction: the gate, looked at when it starts. What must hold later stands in the steps. */
		when: conditions,
		/** Any one of these blocks, before each step too. */
		unless: conditions,
		steps: v.pipe(v.array(skillStep), v.minLength(1), v.maxLength(STEPS_MAX)),
		/** What the whole of it brings about. */
		expects: effects,
		/** It is over as soon as these hold. */
		until: ends,
		/** A whole run takes no longer. Absent: two minutes. */
		timeoutMs: v.exactOptional(ms),
		layer: v.picklist(LAYERS),
		origin: v.picklist(SKILL_ORIGINS),
		/** Ledger entries, traces or files it came from. */
		from: v.pipe(v.array(v.pipe(v.string(), v.maxLength(200))), v.maxLength(64)),
		/** From 1; another sequence under the same name is the next. */
		version: v.pipe(num, v.integer(), v.minValue(1)),
		/** Of what was brought from elsewhere. */
		licence: v.exactOptional(v.pipe(v.string(), v.maxLength(200))),
		/** The encoder that made the vector in its blob; with another encoder it is made anew. */
		encoder: v.exactOptional(v.pipe(v.string(), v.minLength(1), v.maxLength(200))),
		/** How sure retrieval was of it, and whether it was the right thing to do; newest last. */
		seen: v.exactOptional(v.pipe(v.array(v.tuple([unit, v.boolean()])), v.maxLength(SEEN_MAX))),
	}),
	v.check(
		(d) => skillFault(d) === undefined,
		(issue) => skillFault(issue.input as Flow) ?? '',
	),
);

export interface SkillData {
	description: string;
	goal: string;
	words: string[];
	params: SkillParam[];
	when: Literal[];
	unless: Literal[];
	steps: SkillStep[];
	expects: Effect[];
	until: Literal[];
	timeoutMs?: number;
	layer: Layer;
	origin: SkillOrigin;
	from: string[];
	version: number;
	licence?: string;
	encoder?: string;
	seen?: [number, boolean][];
}
export type Skill = Crystal<'skill', SkillData>;

type Flow = Pick<SkillData, 'params' | 'steps'>;

/** The step a successor leads to. */
export function stepOf(successor: Successor): string {
	return typeof successor === 'string' ? successor : successor.step;
}

/** What does not add up inside a skill, by its place; undefined when all does. */
export function skillFault({ params, steps }: Flow): string | undefined {
	const names = new Set(params.map((p) => p.name));
	if (names.size !== params.length) return 'two parameters have the same name';
	const ids = new Set<string>();
	for (const [i, step] of steps.entries()) {
		if (step.id === undefined) continue;
		if (ids.has(step.id)) return `steps.${i}: another step is called "${step.id}"`;
		ids.add(step.id);
	}
	for (const [i, step] of steps.entries()) {
		for (const way of ['next', 'onError'] as const)
			for (const to of step[way] ?? []) if (!ids.has(stepOf(to))) return `steps.${i}.${way}: there is no step "${stepOf(to)}"`;
		for (const value of Object.values(step.act?.args ?? {})) {
			if (typeof value === 'object' && !Array.isArray(value) && 'param' in value && !names.has(value.param))
				return `steps.${i}.act: there is no parameter "${value.param}"`;
		}
		if (step.act === undefined && (step.until?.length ?? 0) > 0) return `steps.${i}: only an act can be repeated until something holds`;
	}
	return undefined;
}

/** Each takes data of version `index + 1` to the next. A change of shape adds one, and a test runs it. */
export const SKILL_MIGRATIONS: Migrations = [];

export function readSkill(data: unknown, version: number, blobs: Readonly<Record<string, Uint8Array>>): Stored<SkillData> {
	const read = readStored('skill', { schema: skillData, newest: SKILL_SCHEMA, migrations: SKILL_MIGRATIONS }, data, version);
	if (!read.ok) return read;
	const vector = blobs[EMBEDDING_BLOB];
	if ((read.data.encoder === undefined) !== (vector === undefined)) return { ok: false, why: 'its vector and its encoder go together' };
	if (vector !== undefined && (vector.length % 4 !== 0 || vector.length === 0 || vector.length > 4 * DIMENSIONS_MAX))
		return { ok: false, why: `its vector has ${vector.length} bytes` };
	return read;
}

/** Without its vector: what goes to others, who make their own. */
export function withoutVector(data: SkillData): SkillData {
	const { encoder: _, ...rest } = data;
	return rest;
}

/** What a stranger's skill is believed: its steps, to be tried; nothing of how sure it was elsewhere. */
export function asStranger(data: SkillData): SkillData {
	const { seen: _, ...rest } = data;
	return rest;
}
