// Speaking without a model: which line for this event, and whether the event deserves a model at all.
import type { MissReason } from '../../ledger.ts';
import type { Random } from '../../ports.ts';
import type { FactValue, NarrationEvent } from '../../question.ts';
import { canAct } from '../lifecycle.ts';
import { FORMS, type Form, type Phrase, type PhraseData } from './schema.ts';

const SMALL = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'] as const;
export const SPELLED: readonly string[] = SMALL;

/** A value as a form writes it; undefined where the form does not fit the value. */
export function render(value: FactValue, form: Form): string | undefined {
	if (typeof value === 'number') {
		const word = SMALL[value];
		if (form === 'spelled') return word;
		if (form === 'spelled-capital') return word && capital(word);
		return form === 'plain' ? String(value) : undefined;
	}
	if (typeof value !== 'string' || value.trim() === '') return undefined;
	switch (form) {
		case 'plain':
			return value;
		case 'lower':
			return value.toLowerCase();
		case 'capital':
			return capital(value);
		case 'upper':
			return value.toUpperCase();
		case 'words':
			return value.replaceAll(/[-_]/g, ' ');
		case 'words-capital':
			return capital(value.replaceAll(/[-_]/g, ' '));
		case 'words-title':
			return value.split(/[-_ ]/).map(capital).join(' ');
		default:
			return undefined;
	}
}

/** Every way a value can stand in a line, each text once. */
export function renderings(value: FactValue): readonly { readonly text: string; readonly form: Form }[] {
	const seen = new Map<string, Form>();
	for (const form of FORMS) {
		const text = render(value, form);
		if (text !== undefined && !seen.has(text)) seen.set(text, form);
	}
	return [...seen].map(([text, form]) => ({ text, form }));
}

function capital(text: string): string {
	return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** The line for an event; undefined when a slot cannot be filled, or the words speak of one where there are several. */
export function fill(data: Pick<PhraseData, 'parts'>, event: NarrationEvent): string | undefined {
	let line = '';
	for (const part of data.parts) {
		if ('text' in part) {
			line += part.text;
			continue;
		}
		const value = Object.hasOwn(event, part.slot) ? event[part.slot] : undefined;
		const text = value === undefined ? undefined : render(value, part.form);
		if (text === undefined) return undefined;
		if (part.number !== undefined && typeof value === 'number' && (value === 1) !== (part.number === 'one')) return undefined;
		line = articleBefore(line, text) + text;
	}
	return line;
}

/** Puts a or an before what the slot now holds. */
function articleBefore(line: string, next: string): string {
	return line.replace(/(^|[^\p{L}])(an?)( )$/iu, (_, before: string, article: string, blank: string) => {
		const wanted = soundsLikeVowel(next) ? 'an' : 'a';
		return `${before}${article.startsWith('A') ? capital(wanted) : wanted}${blank}`;
	});
}

/** By spelling, with the usual exceptions ("an hour", "a unicorn", "an 8"). */
export function soundsLikeVowel(text: string): boolean {
	const word = text.toLowerCase();
	if (/^(?:8|11(?!\d)|18(?!\d))/.test(word)) return true;
	if (/^(?:hour|honest|honou?r|heir)/.test(word)) return true;
	return /^[aeiou]/.test(word) && !/^(?:uni(?!n|m)|use|usu|eu|ewe|one\b|once)/.test(word);
}

export interface SpokenLine {
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
	/** Lines between two of the same phrase; 20. */
	readonly apartLines?: number;
	/** Milliseconds between two of the same phrase; 10 minutes. */
	readonly apartMs?: number;
}
export type PhraseAttempt =
	| { readonly outcome: 'hit'; readonly phrase: Phrase; readonly line: string; readonly why: string }
	| {
			readonly outcome: 'miss';
			readonly reason: Extract<MissReason, 'no-crystal' | 'shadow' | 'below-threshold' | 'stale'>;
			readonly detail: string;
	  };

const APART_LINES = 20;
const APART_MS = 10 * 60_000;
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
	const mine = phrases.filter((p) => p.data.event === event.type && p.state !== 'retired');
	if (mine.length === 0) return miss('no-crystal', `no phrase for "${event.type}" yet`);
	const fitting = mine.flatMap((phrase) => {
		const line = fill(phrase.data, event);
		return line === undefined ? [] : [{ phrase, line }];
	});
	if (fitting.length === 0) return miss('no-crystal', `${mine.length} phrases for "${event.type}", none that these values fill`);
	const trusted = fitting.filter(({ phrase }) => canAct(phrase, policy.random).act);
	if (trusted.length === 0) return miss('shadow', `${fitting.length} phrases fit, none trusted yet`);
	const lately = policy.recent.slice(-(policy.apartLines ?? APART_LINES));
	const since = policy.at - (policy.apartMs ?? APART_MS);
	const fresh = trusted.filter(
		({ phrase, line }) =>
			!lately.some((s) => s.phrase === phrase.id || s.line === line) &&
			!policy.recent.some((s) => s.at > since && (s.phrase === phrase.id || s.line === line)),
	);
	if (fresh.length === 0) return miss('stale', `all ${trusted.length} phrases for "${event.type}" were said lately`);
	const unused = fresh.map(({ phrase }) =>
		Math.min(NEVER_MS, phrase.stat.lastUsedAt === 0 ? NEVER_MS : policy.at - phrase.stat.lastUsedAt),
	);
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

// ---- surprise -----------------------------------------------------------------------------------------------------------

export interface SurpriseState {
	/** Times each event followed each, by `last>next`; and each alone, by `>next`. */
	readonly counts: Readonly<Record<string, number>>;
	/** Bits of the last 500 events. */
	readonly bits: readonly number[];
	readonly last: string;
	/** When a model spoke in the last hour. */
	readonly asked: readonly number[];
}
export interface Surprise {
	/** Notes an event and says how surprising it was. */
	note(event: NarrationEvent): { readonly bits: number; readonly firstOfKind: boolean; readonly surprising: boolean; readonly why: string };
	/** Takes one of the hour's asks; false when they are spent. */
	take(at: number): boolean;
	/** Asks left at this time. */
	left(at: number): number;
	state(): SurpriseState;
}

const BITS_KEPT = 500;
/** The share of events a model may speak on. */
const TOP_SHARE = 0.02;
/** Before so many events a "top 2 %" means nothing. */
const BITS_LEAST = 50;

/** Bits are −log₂ P(event | last event), Dirichlet ½, backed off to the event alone. */
export function makeSurprise(options: { readonly perHour?: number; readonly from?: SurpriseState } = {}): Surprise {
	const perHour = options.perHour ?? 6;
	const counts = new Map(Object.entries(options.from?.counts ?? {}));
	let bits = [...(options.from?.bits ?? [])];
	let last = options.from?.last ?? '';
	let asked = [...(options.from?.asked ?? [])];
	const sum = (prefix: string): number => [...counts].reduce((n, [k, c]) => (k.startsWith(prefix) ? n + c : n), 0);
	return {
		note(event) {
			const { type } = event;
			const alone = counts.get(`>${type}`) ?? 0;
			const kinds = [...counts.keys()].filter((k) => k.startsWith('>')).length + (alone === 0 ? 1 : 0);
			const p1 = (alone + 0.5) / (sum('>') + 0.5 * kinds);
			const pair = counts.get(`${last}>${type}`) ?? 0;
			const p2 = last === '' ? p1 : (pair + p1) / (sum(`${last}>`) + 1);
			const now = -Math.log2(p2);
			const firstOfKind = alone === 0;
			const rank = bits.filter((b) => b >= now).length;
			const top = bits.length >= BITS_LEAST && rank < bits.length * TOP_SHARE;
			bits = [...bits, now].slice(-BITS_KEPT);
			counts.set(`>${type}`, alone + 1);
			if (last !== '') counts.set(`${last}>${type}`, pair + 1);
			last = type;
			const why = firstOfKind ? `first "${type}"` : `${now.toFixed(1)} bits${top ? `, in the top ${100 * TOP_SHARE} %` : ''}`;
			return { bits: now, firstOfKind, surprising: firstOfKind || top, why };
		},
		take(at) {
			asked = asked.filter((t) => at - t < 3_600_000);
			if (asked.length >= perHour) return false;
			asked.push(at);
			return true;
		},
		left: (at) => Math.max(0, perHour - asked.filter((t) => at - t < 3_600_000).length),
		state: () => ({ counts: Object.fromEntries(counts), bits, last, asked }),
	};
}

export type Voicing =
	| { readonly how: 'phrase'; readonly phrase: Phrase; readonly line: string; readonly why: string }
	| { readonly how: 'ask'; readonly reason: Extract<MissReason, 'surprise' | 'no-crystal'>; readonly why: string }
	| { readonly how: 'silence'; readonly why: string };

/** What to do about an event: a model for the surprising while the hour's asks last, else a phrase, else silence with its reason. */
export function voice(event: NarrationEvent, phrases: readonly Phrase[], surprise: Surprise, policy: PhrasePolicy): Voicing {
	const noted = surprise.note(event);
	if (noted.surprising && surprise.take(policy.at)) return { how: 'ask', reason: 'surprise', why: noted.why };
	const attempt = speakPhrase(phrases, event, policy);
	if (attempt.outcome === 'hit') return { how: 'phrase', phrase: attempt.phrase, line: attempt.line, why: attempt.why };
	// An event that nothing can be said about costs one call now and none later; one whose phrases are worn waits.
	if (attempt.reason === 'no-crystal' && surprise.take(policy.at)) return { how: 'ask', reason: 'no-crystal', why: attempt.detail };
	return { how: 'silence', why: attempt.reason === 'no-crystal' ? `${attempt.detail}; this hour's questions are spent` : attempt.detail };
}
