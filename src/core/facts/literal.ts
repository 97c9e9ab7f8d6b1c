// Conditions over known facts. What is not known makes a literal neither true nor false; whoever asks decides what that means:
// in `when` it does not hold, in `unless` it blocks what cannot be undone.
import type { Effect, Facts, FactValue, Literal } from '../question.ts';

/** A fact's value, undefined when unknown. Ids come from models, so "constructor" must not reach the prototype. */
export function known(facts: Facts, id: string): FactValue | undefined {
	return Object.hasOwn(facts, id) ? facts[id] : undefined;
}

/** Whether one value meets an operator; undefined when the two cannot be compared. */
export function meets(value: FactValue, op: Literal['op'], v: Literal['v']): boolean | undefined {
	if (typeof value === 'object') return undefined;
	switch (op) {
		case '<=':
			return typeof value === 'number' && typeof v === 'number' ? value <= v : undefined;
		case '>':
			return typeof value === 'number' && typeof v === 'number' ? value > v : undefined;
		case '==':
			return typeof value === typeof v ? value === v : undefined;
		case '!=':
			return typeof value === typeof v ? value !== v : undefined;
		case 'in':
			return Array.isArray(v) ? v.some((one) => one === value) : undefined;
	}
}

/** true, false, or undefined where the fact is unknown. */
export function truthOf(literal: Literal, facts: Facts): boolean | undefined {
	const value = known(facts, literal.f);
	return value === undefined ? undefined : meets(value, literal.op, literal.v);
}

/** Holds for certain. A literal over an unknown fact does not. */
export function holds(literal: Literal, facts: Facts): boolean {
	return truthOf(literal, facts) === true;
}

/** The first `unless` that stands in the way: one that holds, or, for an act that cannot be undone, one that is unknown. */
export function blockedBy(unless: readonly Literal[], facts: Facts, irreversible: boolean): Literal | undefined {
	return unless.find((l) => {
		const truth = truthOf(l, facts);
		return truth === true || (irreversible && truth === undefined);
	});
}

/** Whether a conjunction with its exceptions holds. */
export function fires(when: readonly Literal[], unless: readonly Literal[], facts: Facts, irreversible = false): boolean {
	return when.every((l) => holds(l, facts)) && blockedBy(unless, facts, irreversible) === undefined;
}

/** A key under which equal literals meet. */
export function literalKey(l: Literal): string {
	return `${l.f} ${l.op} ${JSON.stringify(Array.isArray(l.v) ? [...l.v].map((x) => JSON.stringify(x)).sort() : l.v)}`;
}

/** Two literals that can never hold together, e.g. `hp <= 3` and `hp > 5`; undefined where there are none. */
export function contradictionIn(literals: readonly Literal[]): readonly [Literal, Literal] | undefined {
	for (const [i, a] of literals.entries()) for (const b of literals.slice(i + 1)) if (a.f === b.f && excludes(a, b)) return [a, b];
	return undefined;
}

function excludes(a: Literal, b: Literal): boolean {
	if (a.op === '<=' && b.op === '>') return typeof a.v === 'number' && typeof b.v === 'number' && b.v >= a.v;
	if (a.op === '>' && b.op === '<=') return excludes(b, a);
	// Of one that allows a few values only, each has to be refused by the other.
	for (const [few, other] of [
		[a, b],
		[b, a],
	] as const) {
		const values = few.op === '==' ? [few.v] : few.op === 'in' ? few.v : undefined;
		if (Array.isArray(values) && values.every((one) => !Array.isArray(one) && meets(one, other.op, other.v) === false)) return true;
	}
	return false;
}

export type EffectOutcome = 'held' | 'failed' | 'pending';
export interface EffectVerdict {
	readonly outcome: EffectOutcome;
	/**
	 * What the outcome says about the crystal that acted. `good` only where an effect named a fact that changed and was not
	 * already so before; a failed effect is always harmful; motion alone, or an unreadable fact, says nothing.
	 */
	readonly label: 'good' | 'harmful' | 'none';
	readonly why: string;
}

export interface EffectWatch {
	/** Holds the effects against the facts of now; an effect once seen counts as held. */
	see(after: Facts, elapsedMs: number): EffectVerdict;
}

/** Watches what an act should bring about. */
export function watchEffects(expects: readonly Effect[], before: Facts): EffectWatch {
	const seen = expects.map(() => false);
	let verdict: EffectVerdict | undefined;
	return {
		see(after, elapsedMs) {
			if (verdict !== undefined) return verdict;
			let pending: Effect | undefined;
			let failed: Effect | undefined;
			let unread: Effect | undefined;
			expects.forEach((effect, i) => {
				if (seen[i]) return;
				const truth = effectTruth(effect, before, after);
				if (truth === true) seen[i] = true;
				else if (elapsedMs < effect.withinMs) pending ??= effect;
				else if (truth === undefined) unread ??= effect;
				else failed ??= effect;
			});
			if (failed !== undefined) return (verdict = { outcome: 'failed', label: 'harmful', why: `${effectText(failed)} did not come about` });
			if (pending !== undefined) return { outcome: 'pending', label: 'none', why: `waiting for ${effectText(pending)}` };
			if (unread !== undefined) return (verdict = { outcome: 'failed', label: 'none', why: `${unread.f} could not be read in time` });
			const telling = expects.find((e) => isTelling(e, before));
			return (verdict =
				telling === undefined
					? { outcome: 'held', label: 'none', why: expects.length === 0 ? 'nothing was expected' : 'what was expected was so before' }
					: { outcome: 'held', label: 'good', why: `${effectText(telling)} came about` });
		},
	};
}

/** One look, without memory of earlier ones. */
export function checkEffects(expects: readonly Effect[], before: Facts, after: Facts, elapsedMs: number): EffectVerdict {
	return watchEffects(expects, before).see(after, elapsedMs);
}

function effectTruth(effect: Effect, before: Facts, after: Facts): boolean | undefined {
	const value = known(after, effect.f);
	if (value === undefined) return undefined;
	if (effect.op === 'up' || effect.op === 'down') {
		const was = known(before, effect.f);
		if (typeof value !== 'number' || typeof was !== 'number') return undefined;
		return effect.op === 'up' ? value > was : value < was;
	}
	return effect.v === undefined ? undefined : meets(value, effect.op, effect.v);
}

/** True when seeing the effect afterwards proves that something changed. */
function isTelling(effect: Effect, before: Facts): boolean {
	if (effect.op === 'up' || effect.op === 'down') return true;
	const value = known(before, effect.f);
	return value !== undefined && effect.v !== undefined && meets(value, effect.op, effect.v) === false;
}

function effectText(e: Effect): string {
	return e.op === 'up' || e.op === 'down' ? `${e.f} going ${e.op}` : `${e.f} ${e.op} ${JSON.stringify(e.v)}`;
}
