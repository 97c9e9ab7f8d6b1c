// The skills bench without its encoder: what is served, what must never be, and whether a probability means what it says, beside a
// cache that goes by likeness alone. Every gate stands open, so that nothing but the sentences can keep two skills apart.
import { freshStat } from '../../../core/crystals/crystal.ts';
import { bytesOf, decideBySkill, type FoundSkill, makeSkillLibrary, SURE, type SkillLibrary } from '../../../core/crystals/skill/apply.ts';
import { type Confidence, makeConfidence } from '../../../core/crystals/skill/confidence.ts';
import { EMBEDDING_BLOB, type Skill, SKILL_SCHEMA } from '../../../core/crystals/skill/schema.ts';
import { fnv1a } from '../../../core/fnv.ts';
import type { Random } from '../../../core/ports.ts';
import { calibrationError, randomOf } from '../../statistics.ts';

export interface Goal {
	readonly goal: string;
	readonly same: readonly string[];
	readonly opposite: readonly string[];
}
export interface Goals {
	readonly grown: readonly Goal[];
	readonly fresh: readonly Goal[];
	readonly none: readonly string[];
}
export type Vectors = ReadonlyMap<string, Float32Array>;

const ENCODER = 'bench';
const NOW = 1_700_000_000_000;
/** The share of a cache that goes by likeness: the default of those it stands for. */
const CACHE_AT = 0.8;
const BINS = 10;

interface Asked {
	readonly text: string;
	/** Goals it says in other words. */
	readonly means: ReadonlySet<string>;
	/** Goals it must never be taken for. */
	readonly opposes: ReadonlySet<string>;
}
interface Tally {
	/** Paraphrases answered by their own skill, and those that there are. */
	hits: number;
	paraphrases: number;
	/** Opposites answered by the very skill that they oppose, and those that there are. */
	falseHits: number;
	opposites: number;
	/** Answered by a skill of another meaning altogether. */
	wrongHits: number;
	readonly bad: string[];
	/** How sure it was of the best it found, and whether that was right. */
	readonly said: [p: number, right: boolean][];
}
const tally = (): Tally => ({ hits: 0, paraphrases: 0, falseHits: 0, opposites: 0, wrongHits: 0, bad: [], said: [] });

export interface Measured {
	readonly ours: Tally;
	readonly fresh: Tally;
	readonly words: Tally;
	readonly cache: Tally;
	/** Milliseconds of each find by ours and of each search through the cache. */
	readonly ms: { readonly ours: readonly number[]; readonly cache: readonly number[] };
	readonly eceOurs: number;
	readonly eceWords: number;
	/** Of likeness taken for a probability. */
	readonly eceCache: number;
}

export function measure(goals: Goals, vectors: Vectors, now: () => number, seed = 1): Measured {
	const all = [...goals.grown, ...goals.fresh];
	const random = { next: randomOf(seed) };
	const skills = all.map((g, i) => skillOf(g.goal, i, vectors, random));
	const asked = shuffled(askedOf(goals), random);
	// Which half a text belongs to, the same for ever.
	const half = (text: string): number => (fnv1a(text) >>> 3) % 2;
	const ours = tally();
	const fresh = tally();
	const words = tally();
	const cache = tally();
	const ms = { ours: [] as number[], cache: [] as number[] };
	const freshTexts = new Set(goals.fresh.flatMap((g) => [...g.same, ...g.opposite]));
	for (const held of [0, 1]) {
		for (const [mode, into] of [
			['both', ours],
			['words', words],
		] as const) {
			const library = makeSkillLibrary(skills);
			const confidence = makeConfidence();
			const vector = (text: string) => (mode === 'both' ? vectors.get(text) : undefined);
			// Every text of one half twice, as play would bring them: what follows is judged on the other half.
			for (const one of asked.filter((a) => half(a.text) !== held)) learn(library, confidence, one, vector(one.text));
			for (const one of asked.filter((a) => half(a.text) === held)) {
				const began = now();
				const served = serve(library, confidence, one, vector(one.text));
				if (mode === 'both') ms.ours.push(now() - began);
				count(into, one, served);
				if (mode === 'both' && freshTexts.has(one.text)) count(fresh, one, served);
			}
		}
		for (const one of asked.filter((a) => half(a.text) === held)) {
			const began = now();
			const near = nearest(all, one.text, vectors);
			ms.cache.push(now() - began);
			count(cache, one, { best: { goal: near.goal, p: near.cosine }, goal: near.cosine >= CACHE_AT ? near.goal : undefined });
		}
	}
	const ece = ({ said }: Tally): number => calibrationError(said, BINS);
	return { ours, fresh, words, cache, ms, eceOurs: ece(ours), eceWords: ece(words), eceCache: ece(cache) };
}

interface Served {
	readonly best: { readonly goal: string; readonly p: number } | undefined;
	/** What answered; undefined when a model was to be asked. */
	readonly goal: string | undefined;
}

function find(library: SkillLibrary, confidence: Confidence, { text }: Asked, vector: Float32Array | undefined) {
	return library.find(
		{ text, facts: {}, at: NOW, ...(vector === undefined ? {} : { vector: { encoder: ENCODER, numbers: vector } }) },
		confidence,
	);
}

/** As in play: a model answers, and what was found is right or not. */
function learn(library: SkillLibrary, confidence: Confidence, one: Asked, vector: Float32Array | undefined): void {
	const best: FoundSkill | undefined = find(library, confidence, one, vector).found[0];
	if (best !== undefined) confidence.learn(best.features, one.means.has(best.skill.data.goal));
}

function serve(library: SkillLibrary, confidence: Confidence, one: Asked, vector: Float32Array | undefined): Served {
	const finds = find(library, confidence, one, vector);
	const [best] = finds.found;
	const attempt = decideBySkill(finds, { random: { next: () => 1 } });
	return {
		best: best === undefined ? undefined : { goal: best.skill.data.goal, p: best.p },
		goal: attempt.outcome === 'hit' && attempt.found.p >= SURE ? attempt.found.skill.data.goal : undefined,
	};
}

function count(into: Tally, one: Asked, { best, goal }: Served): void {
	if (one.means.size > 0) into.paraphrases++;
	if (one.opposes.size > 0) into.opposites++;
	if (best !== undefined) into.said.push([Math.min(1, Math.max(0, best.p)), one.means.has(best.goal)]);
	if (goal === undefined) return;
	if (one.means.has(goal)) into.hits++;
	else if (one.opposes.has(goal)) {
		into.falseHits++;
		into.bad.push(`${goal} ← ${one.text}`);
	} else {
		into.wrongHits++;
		into.bad.push(`${goal} ⇠ ${one.text}`);
	}
}

function askedOf({ grown, fresh, none }: Goals): Asked[] {
	const asked = new Map<string, { means: Set<string>; opposes: Set<string> }>();
	const of = (text: string) => {
		const one = asked.get(text) ?? { means: new Set<string>(), opposes: new Set<string>() };
		asked.set(text, one);
		return one;
	};
	for (const { goal, same, opposite } of [...grown, ...fresh]) {
		for (const text of same) of(text).means.add(goal);
		for (const text of opposite) of(text).opposes.add(goal);
	}
	for (const text of none) of(text);
	return [...asked].map(([text, one]) => ({ text, ...one }));
}

function skillOf(goal: string, i: number, vectors: Vectors, random: Random): Skill {
	const vector = vectors.get(goal);
	if (vector === undefined) throw new Error(`There is no vector of "${goal}".`);
	const k = 4 + Math.floor(random.next() * 30);
	return {
		id: `skill-${i}`,
		kind: 'skill',
		scope: { game: 'bench', gameVersion: 'any', language: 'en', layout: '1x1' },
		name: `skill-${i}`,
		schema: SKILL_SCHEMA,
		createdAt: 0,
		provenance: {
			at: 0,
			ask: 'decision',
			entry: 0,
			tier: 'cloud',
			model: '',
			frameHash: '',
			promptTokens: 0,
			completionTokens: 0,
			usd: null,
		},
		state: 'autonomous',
		stat: { ...freshStat(), k, labels: k, clean: k, lastUsedAt: NOW - Math.floor(random.next() * 200) * 3_600_000 },
		history: [],
		data: {
			description: goal,
			goal,
			words: [],
			params: [],
			when: [],
			unless: [],
			steps: [{ act: { verb: 'wait', args: {} } }],
			expects: [],
			until: [],
			layer: 'strategy',
			origin: 'plan',
			from: [],
			version: 1,
			encoder: ENCODER,
		},
		blobs: { [EMBEDDING_BLOB]: bytesOf(vector) },
	};
}

function nearest(all: readonly Goal[], text: string, vectors: Vectors): { readonly goal: string; readonly cosine: number } {
	const asked = vectors.get(text) as Float32Array;
	let best = { goal: '', cosine: -1 };
	for (const { goal } of all) {
		const own = vectors.get(goal) as Float32Array;
		let cosine = 0;
		for (let i = 0; i < own.length; i++) cosine += (own[i] as number) * (asked[i] as number);
		if (cosine > best.cosine) best = { goal, cosine };
	}
	return best;
}

function shuffled<T>(all: readonly T[], random: Random): T[] {
	const out = [...all];
	for (let i = out.length - 1; i > 0; i--) {
		const j = Math.floor(random.next() * (i + 1));
		[out[i], out[j]] = [out[j] as T, out[i] as T];
	}
	return out;
}
