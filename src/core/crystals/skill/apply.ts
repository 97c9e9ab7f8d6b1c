// Which skill serves here. Its conditions are the gate; words and sentence vectors only propose among those that are let through;
// what would turn the meaning round is refused outright; and what is left serves by a probability learnt from earlier outcomes.
import { known, truthOf } from '../../facts/literal.ts';
import type { MissReason } from '../../ledger.ts';
import type { Random } from '../../ports.ts';
import type { Facts } from '../../question.ts';
import { canAct, floor, type MayAct, score } from '../lifecycle.ts';
import { makeConditionIndex } from '../rule/rule-index.ts';
import type { Confidence, Features } from './confidence.ts';
import { ideasOf, type Objection, opposed, readSigns, type Signs } from './polarity.ts';
import { EMBEDDING_BLOB, type Skill, type SkillData } from './schema.ts';
import { makeWordIndex } from './words.ts';

/** @see Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet" (2009) */
const FUSION = 60;
const KEPT = 8;
/** design-crystals.md §6: sure of it, and proven. */
export const SURE = 0.8;
const FLOOR_LEAST = 0.6;
/** From so many observations on a skill has a threshold of its own. */
const OWN_FROM = 6;
const YEAR_HOURS = 8760;

export interface SkillQuery {
	/** The goal of the moment, in words. */
	readonly text: string;
	/** Its unit vector, and the encoder that made it; without, words alone decide. */
	readonly vector?: { readonly encoder: string; readonly numbers: Float32Array };
	readonly facts: Facts;
	/** Milliseconds since 1970. */
	readonly at: number;
	/** Names of things in this game, as slugs: what asks for one is not served by a skill about another. */
	readonly names?: ReadonlySet<string>;
}
export interface FoundSkill {
	readonly skill: Skill;
	/** How likely it is the right thing to do here. */
	readonly p: number;
	readonly features: Features;
}
export interface Finds {
	/** Best first, at most eight. */
	readonly found: readonly FoundSkill[];
	/** Found, and refused for what they mean; `unknown`: only because no word is known to say the same. */
	readonly refused: readonly { readonly skill: Skill; readonly why: string; readonly unknown: boolean }[];
	/** How many conditions let through. */
	readonly open: number;
	/** `words`: the query or the skills have no vector. */
	readonly by: 'words and vectors' | 'words';
}
export interface SkillLibrary {
	/** Adds a skill, or takes in that it changed; also after a label. */
	add(skill: Skill): void;
	remove(id: string): void;
	get(id: string): Skill | undefined;
	all(): readonly Skill[];
	find(query: SkillQuery, confidence: Pick<Confidence, 'of'>): Finds;
}

/** An act, or a step's with its parameters unfilled. */
export interface Doing {
	readonly verb: string;
	readonly args: Readonly<Record<string, unknown>>;
}

/** @param isIrreversible  of an act: for a skill that does one, an unknown `unless` blocks */
export function makeSkillLibrary(skills: Iterable<Skill> = [], isIrreversible: (act: Doing) => boolean = () => false): SkillLibrary {
	const gate = makeConditionIndex<Skill>([], (skill) => usesIrreversible(skill.data, isIrreversible));
	const words = makeWordIndex();
	const read = makeReader();
	for (const skill of skills) add(skill);

	function add(skill: Skill): void {
		gate.add(skill);
		const { goal, words: more } = skill.data;
		words.add(
			skill.id,
			[goal, skill.name.replaceAll('-', ' '), ...more].flatMap((text) => ideasOf(readSigns(text))),
		);
	}

	return {
		add,
		remove(id) {
			gate.remove(id);
			words.remove(id);
		},
		get: gate.get,
		all: gate.all,
		find(query, confidence) {
			const open = gate.matching(query.facts);
			const asked = read(query.text, query.names);
			const byWords = words.find(ideasOf(asked));
			const wordRank = new Map(byWords.map(({ id }, i) => [id, i + 1]));
			const share = new Map(byWords.map((w) => [w.id, w.share]));
			const refused: Finds['refused'][number][] = [];
			const candidates = open.flatMap((skill) => {
				const cosine = cosineOf(skill, query.vector);
				const rank = wordRank.get(skill.id) ?? 0;
				if (rank === 0 && cosine === undefined) return [];
				return [{ skill, cosine, rank }];
			});
			const near = candidates.filter(({ cosine }) => cosine !== undefined).toSorted((a, b) => (b.cosine as number) - (a.cosine as number));
			const vectorRank = new Map(near.map(({ skill }, i) => [skill.id, i + 1]));
			const part = (rank: number | undefined): number => (rank === undefined || rank === 0 ? 0 : 1 / (FUSION + rank));
			const by = near.length > 0 ? 'words and vectors' : 'words';
			const likeness = ({ skill, cosine }: (typeof candidates)[number]): number =>
				by === 'words' ? (share.get(skill.id) ?? 0) : Math.max(0, cosine ?? 0);
			const best = candidates
				.toSorted(
					(a, b) =>
						part(b.rank) + part(vectorRank.get(b.skill.id)) - part(a.rank) - part(vectorRank.get(a.skill.id)) ||
						(a.skill.id < b.skill.id ? -1 : 1),
				)
				.slice(0, KEPT)
				.filter(({ skill }) => {
					const refusal = refusalOf(skill, asked, query, read);
					if (refusal !== undefined) refused.push({ skill, ...refusal });
					return refusal === undefined;
				})
				.toSorted((a, b) => likeness(b) - likeness(a));
			const found = best.map((one, i): FoundSkill => {
				const features: Features = {
					likeness: likeness(one),
					wordRank: one.rank,
					margin: likeness(one) - (best.length === 1 ? 0 : likeness(best[i === 0 ? 1 : 0] as (typeof best)[number])),
					met: shareMet(one.skill.data, query.facts),
					floor: floor(one.skill.stat),
					hours: one.skill.stat.lastUsedAt === 0 ? YEAR_HOURS : (query.at - one.skill.stat.lastUsedAt) / 3_600_000,
				};
				return { skill: one.skill, p: confidence.of(features), features };
			});
			return { found: found.toSorted((a, b) => b.p - a.p), refused, open: open.length, by };
		},
	};
}

const READ_MOST = 2000;

/** The same few texts are asked for again and again. */
function makeReader(): typeof readSigns {
	const known = new Map<string, Signs>();
	let about: ReadonlySet<string> | undefined;
	return (text, names) => {
		if (!sameNames(names, about) || known.size >= READ_MOST) known.clear();
		about = names;
		let signs = known.get(text);
		if (signs === undefined) known.set(text, (signs = readSigns(text, names)));
		return signs;
	};
}

/** Whoever asks may gather them anew each time. */
function sameNames(a: ReadonlySet<string> | undefined, b: ReadonlySet<string> | undefined): boolean {
	return a === b || (a?.size === b?.size && [...(a ?? [])].every((name) => b?.has(name)));
}

/** Why a skill must not answer this text: none of the ways to say its goal may be taken for it. */
function refusalOf(
	skill: Skill,
	asked: Signs,
	{ facts, names }: SkillQuery,
	read: typeof readSigns,
): Pick<Objection, 'why' | 'unknown'> | undefined {
	const ways = [skill.data.goal, ...skill.data.words];
	const against: Objection[] = [];
	for (const way of ways) {
		const objection = opposed(read(fillGoal(way, skill.data, facts), names), asked);
		if (objection === undefined) return undefined;
		against.push(objection);
	}
	return { why: (against[0] as Objection).why, unknown: against.every((one) => one.unknown) };
}

/** A goal with its parameters filled in from what is known: "buy a {thing}" → "buy a red potion". */
function fillGoal(text: string, { params }: Pick<SkillData, 'params'>, facts: Facts): string {
	return text.replaceAll(/\{([a-z][a-zA-Z0-9]*)\}/g, (whole, name: string) => {
		const param = params.find((p) => p.name === name);
		const value = (param?.fact === undefined ? undefined : known(facts, param.fact)) ?? param?.value;
		return value === undefined ? whole : String(value).replaceAll('-', ' ');
	});
}

/** What its vector is made of: the goal with its parameters by name, since their values change. */
export function sentenceOf({ goal, description }: Pick<SkillData, 'goal' | 'description'>): string {
	return (goal || description).replaceAll(/[{}]/g, '');
}

function cosineOf(skill: Skill, vector: SkillQuery['vector']): number | undefined {
	const bytes = skill.blobs[EMBEDDING_BLOB];
	if (vector === undefined || bytes === undefined || skill.data.encoder !== vector.encoder) return undefined;
	const own = vectorOf(bytes);
	if (own.length !== vector.numbers.length) return undefined;
	let sum = 0;
	for (let i = 0; i < own.length; i++) sum += (own[i] as number) * (vector.numbers[i] as number);
	return sum;
}

/** A copy where the bytes do not lie where numbers may. */
function vectorOf(bytes: Uint8Array): Float32Array {
	const { buffer, byteOffset, length } = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
	return new Float32Array(buffer, byteOffset, length / 4);
}
export function bytesOf(vector: Float32Array): Uint8Array {
	return new Uint8Array(vector.slice().buffer);
}

/** Of all its conditions and those of its first step, the share known to be as it wants them. */
function shareMet({ when, unless, steps }: SkillData, facts: Facts): number {
	const wanted = [...when, ...(steps[0]?.when ?? [])].map((l) => truthOf(l, facts) === true);
	const unwanted = unless.map((l) => truthOf(l, facts) === false);
	const all = [...wanted, ...unwanted];
	return all.length === 0 ? 1 : all.filter(Boolean).length / all.length;
}

export function usesIrreversible({ steps }: Pick<SkillData, 'steps'>, isIrreversible: (act: Doing) => boolean): boolean {
	return steps.some(({ act }) => act !== undefined && isIrreversible(act));
}

/** The lowest certainty from which on it was right so often that it may act; undefined while it has not been at any. */
export function sureFrom(seen: readonly (readonly [certainty: number, right: boolean])[]): number | undefined {
	const sorted = seen.toSorted(([a], [b]) => b - a);
	let [k, w] = [0, 0];
	let threshold: number | undefined;
	for (const [i, [p, right]] of sorted.entries()) {
		if (right) k++;
		else w++;
		if (sorted[i + 1]?.[0] === p) continue;
		if (score({ k, w }) >= SURE && floor({ k, w }) >= FLOOR_LEAST) threshold = p;
	}
	return threshold;
}

/** From six observations on a skill answers for itself. Never below what all must reach; 1 while it has not been right enough at any. */
export function ownThreshold({ seen = [] }: Pick<SkillData, 'seen'>): number {
	return seen.length < OWN_FROM ? SURE : Math.max(SURE, sureFrom(seen) ?? 1);
}

export type SkillAttempt =
	| {
			readonly outcome: 'hit';
			readonly found: FoundSkill;
			/** Below 1 when it was tried out from shadow. */
			readonly probability: number;
			readonly why: string;
	  }
	| {
			readonly outcome: 'miss';
			readonly reason: Extract<MissReason, 'no-crystal' | 'shadow' | 'below-threshold'>;
			readonly detail: string;
	  };

export interface SkillPolicy {
	readonly random: Random;
	readonly isIrreversible?: (act: Doing) => boolean;
	/** Whether its first step can be carried out now. */
	readonly possible?: (skill: Skill) => boolean;
}

/** Takes the surest skill that may act, or says why none may. */
export function decideBySkill(finds: Finds, policy: SkillPolicy): SkillAttempt {
	const all = finds.found;
	const miss = (reason: Extract<SkillAttempt, { outcome: 'miss' }>['reason'], detail: string): SkillAttempt => ({
		outcome: 'miss',
		reason,
		detail,
	});
	const first = finds.refused[0];
	if (all.length === 0)
		return miss(
			'no-crystal',
			first === undefined ? `none of the skills serves here (${finds.open} could start)` : `"${first.skill.name}": ${first.why}`,
		);
	let doubt: string | undefined;
	let young: string | undefined;
	for (const found of all) {
		const { skill, p } = found;
		if (policy.possible?.(skill) === false) continue;
		const need = ownThreshold(skill.data);
		if (p < need) {
			doubt ??= `"${skill.name}": ${p.toFixed(2)} sure, ${need.toFixed(2)} needed`;
			continue;
		}
		const irreversible = usesIrreversible(skill.data, policy.isIrreversible ?? (() => false));
		const may: MayAct = canAct(skill, policy.random, { irreversible });
		if (may.act)
			return {
				outcome: 'hit',
				found,
				probability: may.probability,
				why: `"${skill.name}", ${p.toFixed(2)} sure by ${finds.by}; ${may.why}, floor ${floor(skill.stat).toFixed(2)}`,
			};
		young ??= `"${skill.name}": ${may.why}`;
	}
	if (young !== undefined) return miss('shadow', young);
	return doubt === undefined
		? miss('no-crystal', 'what the skills that were found act on is not in sight')
		: miss('below-threshold', doubt);
}
