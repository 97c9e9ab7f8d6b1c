// Speaking without a model: which line for this event.
import type { MissReason } from '../../ledger.ts';
import type { Random } from '../../ports.ts';
import type { NarrationEvent } from '../../question.ts';
import { canAct } from '../lifecycle.ts';
import { articleBefore } from './articles.ts';
import { inNumber, type Names, render } from './forms.ts';
import type { Phrase, PhraseData } from './schema.ts';

/** The line for an event; undefined when a slot cannot be filled, or the words do not fit its values. */
export function fill(data: Pick<PhraseData, 'parts' | 'only'>, event: NarrationEvent, names?: Names): string | undefined {
	const valueOf = (slot: string) => (Object.hasOwn(event, slot) ? event[slot] : undefined);
	for (const [slot, fits] of Object.entries(data.only ?? {})) {
		const value = valueOf(slot);
		if ((typeof value !== 'string' && typeof value !== 'number') || !fits.includes(value)) return undefined;
	}
	let line = '';
	for (const part of data.parts) {
		if ('text' in part) {
			line += part.text;
			continue;
		}
		const count = part.by === undefined ? undefined : valueOf(part.by);
		if (part.by !== undefined && typeof count !== 'number') return undefined;
		let text: string | undefined;
		if ('noun' in part) text = part.noun;
		else {
			const value = valueOf(part.slot);
			text = value === undefined ? undefined : render(value, part.ops, names);
			if (part.number !== undefined && typeof value === 'number' && (value === 1) !== (part.number === 'one')) return undefined;
		}
		if (text === undefined) return undefined;
		if (part.by !== undefined) text = inNumber(text, count === 1 ? 'one' : 'many');
		line = articleBefore(line, text) + text;
	}
	return line;
}

export interface SpokenLine {
	/** Event type. */
	readonly event: string;
	/** Crystal that spoke; empty for a model. */
	readonly phrase: string;
	readonly line: string;
	/** Milliseconds since 1970. */
	readonly at: number;
}
export interface PhrasePolicy {
	readonly at: number;
	/** Oldest first; what counts as said lately. */
	readonly recent: readonly SpokenLine[];
	readonly random: Random;
	readonly names?: Names;
	/** Milliseconds between two lines about this type of event; 8 seconds. */
	readonly cooldownMs?: number;
}
export type PhraseAttempt =
	| { readonly outcome: 'hit'; readonly phrase: Phrase; readonly line: string; readonly why: string }
	| {
			readonly outcome: 'miss';
			readonly reason: Extract<MissReason, 'no-crystal' | 'shadow' | 'below-threshold' | 'stale'>;
			readonly detail: string;
	  };

/** Between two of the same phrase, and between two of the same words about the same type. */
export const APART_LINES = 20;
const APART_MS = 10 * 60_000;
/** Lines that a new one must not sound like. */
const ALIKE_LINES = 30;
const ALIKE_MOST = 0.5;
const COOLDOWN_MS = 8000;
/** How many lines have to be kept for it all. */
export const RECENT_LINES = 400;
/** Softmax temperature, and what "never used" counts as. */
const WARMTH_MS = 10 * 60_000;
const NEVER_MS = 60 * 60_000;

/** Picks a line for the event among those that fit and were not said lately, the longest unused most likely. */
export function speakPhrase(phrases: readonly Phrase[], event: NarrationEvent, policy: PhrasePolicy): PhraseAttempt {
	const miss = (reason: Extract<PhraseAttempt, { outcome: 'miss' }>['reason'], detail: string): PhraseAttempt => ({
		outcome: 'miss',
		reason,
		detail,
	});
	const { recent, at } = policy;
	const mine = phrases.filter((p) => p.data.event === event.type && p.state !== 'retired' && p.state !== 'trial');
	if (mine.length === 0) return miss('no-crystal', `no phrase for "${event.type}" yet`);
	const fitting = mine.flatMap((phrase) => {
		const line = fill(phrase.data, event, policy.names);
		return line === undefined ? [] : [{ phrase, line }];
	});
	if (fitting.length === 0) return miss('no-crystal', `${mine.length} phrases for "${event.type}", none that these values fill`);
	const trusted = fitting.filter(({ phrase }) => canAct(phrase, policy.random).act);
	if (trusted.length === 0) return miss('shadow', `${fitting.length} phrases fit, none trusted yet`);
	const same = recent.filter((s) => s.event === event.type);
	const rest = (policy.cooldownMs ?? COOLDOWN_MS) - (at - (same.at(-1)?.at ?? -Infinity));
	if (rest > 0) return miss('stale', `"${event.type}" was spoken of a moment ago, and rests ${Math.ceil(rest / 1000)} s more`);
	const lately = new Set(recent.slice(-APART_LINES).map((s) => s.phrase));
	for (const s of recent) if (s.at > at - APART_MS) lately.add(s.phrase);
	const words = new Set([...same.slice(-APART_LINES), ...recent.slice(-APART_LINES)].map((s) => s.line));
	const heard = new Set(recent.slice(-ALIKE_LINES).flatMap((s) => grams(s.line)));
	const fresh = trusted.filter(({ phrase, line }) => !lately.has(phrase.id) && !words.has(line) && overlap(line, heard) < ALIKE_MOST);
	if (fresh.length === 0) return miss('stale', `all ${trusted.length} phrases for "${event.type}" were said lately`);
	const unused = fresh.map(({ phrase }) => Math.min(NEVER_MS, phrase.stat.lastUsedAt === 0 ? NEVER_MS : at - phrase.stat.lastUsedAt));
	const longest = Math.max(...unused);
	const weights = unused.map((ms) => Math.exp((ms - longest) / WARMTH_MS));
	let left = policy.random.next() * weights.reduce((a, b) => a + b, 0);
	const chosen = fresh[
		Math.max(
			0,
			weights.findIndex((w) => (left -= w) < 0),
		)
	] as (typeof fresh)[number];
	return { outcome: 'hit', ...chosen, why: `one of ${fresh.length} phrases for "${event.type}"` };
}

/** Four words each; of a shorter line, the line. */
function grams(line: string): string[] {
	const words = line.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
	if (words.length < 4) return [words.join(' ')];
	return words.slice(3).map((_, i) => words.slice(i, i + 4).join(' '));
}
function overlap(line: string, heard: ReadonlySet<string>): number {
	const mine = grams(line);
	return mine.filter((g) => heard.has(g)).length / mine.length;
}
