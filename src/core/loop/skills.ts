// The skills of a session: found where no rule decides, carried out step by step, labelled by answers and outcomes, and taught.
import {
	bytesOf,
	decideBySkill,
	type Doing,
	type Finds,
	type FoundSkill,
	makeSkillLibrary,
	sentenceOf,
	type SkillLibrary,
	usesIrreversible,
} from '../crystals/skill/apply.ts';
import { type Confidence, makeConfidence, type Outcome } from '../crystals/skill/confidence.ts';
import { alsoCalled, type Drafted, newSkill, settleVersions, writeSkill } from '../crystals/skill/crystallise.ts';
import { beginning, firstAct, type RunEnd, type SkillRun, startRun } from '../crystals/skill/run.ts';
import { EMBEDDING_BLOB, SEEN_MAX, type Skill } from '../crystals/skill/schema.ts';
import { type Done, draftFromHands, draftFromPlan, makeHabits } from '../crystals/skill/teach.ts';
import { type Provenance, type Refusal, type StateChange, unpaid } from '../crystals/crystal.ts';
import { applyStep, live, used } from '../crystals/lifecycle.ts';
import { actKey } from '../crystals/rule/apply.ts';
import { printLiteral } from '../crystals/rule/text.ts';
import { blockedBy, holds } from '../facts/literal.ts';
import type { FactTable } from '../facts/snapshot.ts';
import { actFault } from '../facts/resolve.ts';
import type { MissReason } from '../ledger.ts';
import type { Random } from '../ports.ts';
import type { Act, DecisionAnswer, Effect, Facts } from '../question.ts';
import { accepts } from '../reasoning/opinions.ts';
import type { Desk } from './desk.ts';

/** Sentences to unit vectors, on this device. */
export interface Encoder {
	/** Vectors of two encoders are never compared. */
	readonly id: string;
	embed(texts: readonly string[]): Promise<readonly Float32Array[]>;
}

export interface SkillsOptions extends Desk {
	readonly random: Random;
	readonly table: FactTable;
	/** True of an act that counts as one that cannot be undone though its verb does not. */
	readonly grave?: (act: Doing) => boolean;
	/** The encoder of now; undefined while there is none: words alone decide then. */
	readonly encoder?: () => Encoder | undefined;
	readonly memory?: SkillsMemory;
}
/** What outlives a session besides the skills. JSON. */
export interface SkillsMemory {
	/** By encoder; '' for words alone. */
	readonly outcomes: Readonly<Record<string, readonly Outcome[]>>;
}

export interface SkillHit {
	readonly run: SkillRun;
	readonly act: Act;
	readonly expects: readonly Effect[];
	readonly p: number;
	readonly why: string;
}
export interface Skills {
	/**
	 * Called at every decision point, also where a rule decides: what is found here is labelled by the answer.
	 *
	 * @param point  its number: asked again under the same one, chance falls as it did before
	 * @param episode  what happens in one is one piece of evidence
	 */
	look(facts: Facts, goal: string, point: number, episode: string): void;
	/** Takes the surest skill of the last look, or says why none may act. */
	decide(
		facts: Facts,
		possible: (act: Act) => boolean,
	): SkillHit | { readonly reason: Extract<MissReason, 'no-crystal' | 'shadow' | 'below-threshold'>; readonly detail: string };
	/** Begins a skill at a person's word, or says why it cannot begin now. */
	start(id: string, facts: Facts, possible: (act: Act) => boolean): SkillRun | string;
	/** It was followed: from now on it is carried out. */
	began(run: SkillRun): void;
	/** How a run ended; `dropped` when that says nothing about the skill. */
	ended(run: SkillRun, end: RunEnd | { readonly do: 'dropped'; readonly why: string }, episode: string): void;
	/** A model's answer labels what was found here, and its plan may be a skill. */
	learn(
		answer: DecisionAnswer,
		facts: Facts,
		goal: string,
		provenance: Provenance,
		episode: string,
	): { readonly made: readonly Skill[]; readonly labelled: readonly string[]; readonly refused: readonly Refusal[] };
	/** What was done and what came of it: the third time makes a skill, and one that was found labels itself when play goes as it would. */
	did(done: Done): void;
	/** Something else has the controls: what was going on is over. */
	interrupt(): void;
	/** What a person did, in order; it becomes a skill in trial that waits for its name. */
	shown(acts: readonly { readonly act: Act; readonly before: Facts }[], goal: string): Skill | undefined;
	readonly library: SkillLibrary;
	memory(): SkillsMemory;
}

/**
 * A skill carried out in thought, beside play that somebody else decides. It is evidence of the skill, and none of how sure retrieval
 * may be: that is asked where no rule decides, so it is learnt from the answers given there, and from runs.
 */
interface Shadow {
	readonly run: SkillRun;
	/** Absent: its words do not say that it is for this, and play may show it. */
	readonly found?: FoundSkill;
	readonly goal: string;
	readonly episode: string;
	/** What it would do next; undefined while it waits for something to be seen. */
	due: Act | undefined;
	/** What came of the last of them. */
	last: Done['outcome'];
}

const BATCH = 16;
const TEXTS_KEPT = 200;

export function makeSkills(o: SkillsOptions): Skills {
	const { profile, clock, table } = o;
	const irreversible = new Set(profile.actions.filter((a) => a.irreversible).map((a) => a.verb));
	const isIrreversible = (act: Doing): boolean => irreversible.has(act.verb) || o.grave?.(act) === true;
	const library = makeSkillLibrary(
		[...o.crystals.values()].filter((c): c is Skill => c.kind === 'skill'),
		isIrreversible,
	);
	const habits = makeHabits(table);
	const confidences = new Map<string, Confidence>(
		Object.entries(o.memory?.outcomes ?? {}).map(([id, outcomes]) => [id, makeConfidence(outcomes)]),
	);
	const vectors = new Map<string, Float32Array>();
	let embedding = false;
	/** The newest decision point, and the dice of the newest that needed any. */
	let at = 0;
	let drawn = { point: -1, dice: 1 };
	let last: { readonly finds: Finds; readonly by: string } | undefined;
	/** By skill. */
	const shadows = new Map<string, Shadow>();

	function confidenceOf(encoder: string): Confidence {
		let one = confidences.get(encoder);
		if (one === undefined) confidences.set(encoder, (one = makeConfidence()));
		return one;
	}

	/** Vectors that are missing, a few at a time; play goes on with words until they are there. */
	function warm(encoder: Encoder, goal: string): void {
		if (embedding) return;
		const stale = library
			.all()
			.filter((s) => s.state !== 'retired' && s.data.encoder !== encoder.id)
			.slice(0, BATCH);
		const texts = [...(vectors.has(`${encoder.id}\n${goal}`) ? [] : [goal]), ...stale.map((s) => sentenceOf(s.data))];
		if (texts.length === 0) return;
		embedding = true;
		void encoder
			.embed(texts)
			.then((made) => {
				const own = made.length > stale.length ? made[0] : undefined;
				if (own !== undefined) {
					if (vectors.size >= TEXTS_KEPT) vectors.clear();
					vectors.set(`${encoder.id}\n${goal}`, own);
				}
				for (const [i, skill] of stale.entries()) {
					const vector = made[made.length - stale.length + i];
					if (vector === undefined || o.crystals.get(skill.id) !== skill) continue;
					skill.data = { ...skill.data, encoder: encoder.id };
					skill.blobs = { ...skill.blobs, [EMBEDDING_BLOB]: bytesOf(vector) };
					library.add(skill);
					o.save(skill);
				}
			})
			// An encoder that fails leaves words, which the next look says.
			.catch(() => undefined)
			.finally(() => {
				embedding = false;
			});
	}

	/** What the library has taken in already. */
	function tell(skill: Skill, change?: StateChange): void {
		o.save(skill);
		if (change !== undefined) o.changed(skill, change);
	}

	function labelled(skill: Skill, harmful: boolean, because: string, episode: string, seenAt?: number): void {
		const at = clock.now();
		const step = live(skill, { type: 'label', harmful, because, context: { episode, at } }, at);
		applyStep(skill, step);
		if (seenAt !== undefined)
			skill.data = { ...skill.data, seen: [...(skill.data.seen ?? []), [seenAt, !harmful] as [number, boolean]].slice(-SEEN_MAX) };
		library.add(skill);
		tell(skill, step.change);
		for (const before of settleVersions(skill, library, at)) tell(before.skill, before.change);
	}

	function write(drafted: Drafted, provenance: Provenance): ReturnType<typeof writeSkill> {
		const written = writeSkill(drafted, library, { id: () => o.newId('skill'), scope: o.scope, provenance, at: provenance.at });
		if (written.done === 'refused') return written;
		if (written.done === 'merged') tell(written.skill);
		else for (const one of written.changes) tell(one.skill, one.change);
		return written;
	}

	/** Goes on in thought with what is known now; what comes to its end as it should is a clean label. */
	function follow(facts: Facts): void {
		for (const [id, shadow] of shadows) {
			if (shadow.due !== undefined) continue;
			const next = shadow.run.next(facts, clock.monotonic());
			if (next.do === 'act') shadow.due = next.act;
			else if (next.do !== 'wait') {
				shadows.delete(id);
				const { skill } = shadow.run;
				if (next.do !== 'done' || o.crystals.get(id) !== skill || !(next.proved || shadow.last === 'good')) continue;
				if (shadow.found !== undefined) labelled(skill, false, `play went as it would: ${next.why}`, shadow.episode, shadow.found.p);
				else if (alsoCalled(skill, [shadow.goal])) {
					library.add(skill);
					tell(skill);
				}
			}
		}
	}

	/** Only what was promised and failed counts against a skill: where another act was chosen, this one may have been as good. */
	function compare(done: Done): void {
		for (const [id, shadow] of shadows) {
			if (shadow.due === undefined) continue;
			const { run, found, episode } = shadow;
			if (actKey(shadow.due) !== actKey(done.act)) {
				if (!done.idle) shadows.delete(id);
				continue;
			}
			if (done.outcome === 'failed') {
				shadows.delete(id);
				if (found !== undefined && o.crystals.get(id) === run.skill)
					labelled(run.skill, true, 'play went as it would and failed', episode, found.p);
				continue;
			}
			run.outcome(done.outcome === 'good' ? 'held' : 'unknown', 'done in play', clock.monotonic());
			shadow.due = undefined;
			shadow.last = done.outcome;
		}
	}

	const fault = (act: Act): string | undefined => actFault(act, profile, table);

	return {
		library,
		look(facts, goal, point, episode) {
			at = point;
			follow(facts);
			const encoder = o.encoder?.();
			if (encoder !== undefined) warm(encoder, goal);
			const numbers = encoder === undefined ? undefined : vectors.get(`${encoder.id}\n${goal}`);
			const names = new Set([...o.crystals.values()].flatMap((c) => (c.kind === 'template' ? [c.name] : [])));
			const vector = encoder === undefined || numbers === undefined ? {} : { vector: { encoder: encoder.id, numbers } };
			const by = numbers === undefined ? '' : (encoder?.id ?? '');
			last = { finds: library.find({ text: goal, facts, at: clock.now(), names, ...vector }, confidenceOf(by)), by };
			const { found, refused } = last.finds;
			for (const one of [...found, ...refused.filter(({ unknown }) => unknown)]) {
				const { id } = one.skill;
				if (shadows.has(id)) continue;
				const run = startRun(one.skill, facts, clock.monotonic());
				if (typeof run !== 'string')
					shadows.set(id, { run, ...('p' in one ? { found: one } : {}), goal, episode, due: undefined, last: 'unknown' });
			}
			follow(facts);
		},
		decide(facts, possible) {
			const finds = last?.finds ?? { found: [], refused: [], open: 0, by: 'words' as const };
			const attempt = decideBySkill(finds, {
				random: {
					next() {
						if (drawn.point !== at) drawn = { point: at, dice: o.random.next() };
						return drawn.dice;
					},
				},
				isIrreversible,
				possible(skill) {
					const act = firstAct(skill, facts);
					return act !== undefined && possible(act);
				},
			});
			if (attempt.outcome === 'miss') return { reason: attempt.reason, detail: attempt.detail };
			const { skill, p } = attempt.found;
			const now = clock.monotonic();
			const run = startRun(skill, facts, now);
			const next = typeof run === 'string' ? undefined : beginning(run, facts, now);
			if (typeof run === 'string' || next?.do !== 'act')
				return { reason: 'no-crystal', detail: `"${skill.name}" cannot begin: ${typeof run === 'string' ? run : 'it waits'}` };
			return { run, act: next.act, expects: next.expects, p, why: attempt.why };
		},
		start(id, facts, possible) {
			const skill = library.get(id);
			if (skill === undefined || skill.state === 'retired') return 'it is retired: put it back in service first';
			const { when, unless } = skill.data;
			const lacks = when.find((l) => !holds(l, facts));
			if (lacks !== undefined) return `it needs ${printLiteral(lacks)}`;
			const blocked = blockedBy(unless, facts, usesIrreversible(skill.data, isIrreversible));
			if (blocked !== undefined) return `${printLiteral(blocked)} forbids it`;
			const act = firstAct(skill, facts);
			if (act !== undefined && !possible(act)) return 'what it acts on first is not in sight';
			return startRun(skill, facts, clock.monotonic());
		},
		began({ skill }) {
			habits.interrupt();
			shadows.clear();
			skill.stat = used(skill.stat, clock.now());
			library.add(skill);
			tell(skill);
		},
		ended({ skill }, end, episode) {
			habits.interrupt();
			const found = last?.finds.found.find((f) => f.skill.id === skill.id);
			if (end.do === 'dropped' || o.crystals.get(skill.id) !== skill) return;
			// That nothing failed proves nothing; that something promised came about does.
			if (end.do === 'failed') labelled(skill, true, end.why, episode, found?.p);
			else if (end.proved) labelled(skill, false, end.why, episode, found?.p);
			else return;
			if (found !== undefined && last !== undefined) confidenceOf(last.by).learn(found.features, end.do === 'done');
		},
		learn(answer, facts, goal, provenance, episode) {
			const ids: string[] = [];
			for (const { skill, p, features } of last?.finds.found ?? []) {
				const act = firstAct(skill, facts);
				if (act === undefined || skill.state === 'retired') continue;
				const right = accepts(answer, act);
				// One moment is one label.
				shadows.delete(skill.id);
				confidenceOf(last?.by ?? '').learn(features, right);
				labelled(skill, !right, `answer ${provenance.entry} ${right ? 'begins so too' : 'would not begin so'}`, episode, p);
				ids.push(skill.id);
			}
			if (answer.skill === undefined) return { made: [], labelled: ids, refused: [] };
			const drafted = draftFromPlan(answer, facts, { goal, entry: provenance.entry, table, fault });
			if (typeof drafted === 'string')
				return { made: [], labelled: ids, refused: [{ what: `skill "${answer.skill.name}"`, why: drafted }] };
			const written = write(drafted, provenance);
			if (written.done === 'refused') return { made: [], labelled: ids, refused: [written.refusal] };
			return written.done === 'made'
				? { made: [written.skill], labelled: ids, refused: [] }
				: { made: [], labelled: [...ids, written.skill.id], refused: [] };
		},
		did(done) {
			follow(done.before);
			compare(done);
			const drafted = habits.did(done);
			if (drafted !== undefined) write(drafted, unpaid({ at: clock.now(), ask: 'decision', tier: 'crystal' }));
		},
		interrupt() {
			habits.interrupt();
			shadows.clear();
		},
		shown(acts, goal) {
			const drafted = draftFromHands(
				acts.filter(({ act }) => fault(act) === undefined),
				goal,
				table,
			);
			if (drafted === undefined) return undefined;
			const provenance = unpaid({ at: clock.now(), ask: 'decision', tier: 'hand' });
			const id = o.newId('skill');
			const skill = newSkill(drafted.name, drafted.data, { id, scope: o.scope, provenance, at: provenance.at });
			o.crystals.set(id, skill);
			library.add(skill);
			tell(skill);
			return skill;
		},
		memory: () => ({ outcomes: Object.fromEntries([...confidences].map(([id, one]) => [id, one.memory()])) }),
	};
}
