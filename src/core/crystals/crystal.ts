// What every kind of crystal shares. A crystal is data: it can be read aloud, traced to the answer that made it, and taken back.
import type { Ask } from '../question.ts';

export const STATES = ['trial', 'shadow', 'autonomous', 'quarantined', 'retired'] as const;
export type State = (typeof STATES)[number];

export const KINDS = [
	'template',
	'region',
	'screen',
	'rule',
	'skill',
	'phrase',
	'strategy',
	'cascade',
	'place',
	'route',
	'quest',
	'person',
	'approval',
] as const;
export type KindName = (typeof KINDS)[number];

/** What a crystal is valid for. Two profiles on one store never see each other's crystals. */
export interface Scope {
	readonly game: string;
	/** The profile's `gameVersion`, or `any`. */
	readonly gameVersion: string;
	readonly language: string;
	/** The frame's size, e.g. `1280x720`, and how large the interface is drawn where that is not the first known: `1280x720@1.25`.
	 *  Boxes and patches hold for one layout; rules and phrases rest on no pixels and hold in all of them. */
	readonly layout: string;
}

/** One text for a scope, for index keys; the parts cannot contain the separator. */
export function scopeKey(scope: Scope): string {
	return [scope.game, scope.gameVersion, scope.language, scope.layout].map(encodeURIComponent).join('|');
}

/** In place of a tier: it was translated from another program's project, and no model was asked. */
export const BROUGHT = 'import';

/** The answer a crystal came from. */
export interface Provenance {
	/** Milliseconds since 1970. */
	readonly at: number;
	readonly ask: Ask;
	/** Sequence number of the ledger entry that paid for it. */
	readonly entry: number;
	readonly tier: string;
	readonly model: string;
	/** SHA-256 of the frame's luminance, hex; empty when no frame was involved. */
	readonly frameHash: string;
	readonly promptTokens: number;
	readonly completionTokens: number;
	/** null when the price was unknown. */
	readonly usd: number | null;
	/** The crystal that it was learnt beside because that one no longer held. */
	readonly replaces?: string;
}

/** Of what no question paid for, or what paid for nothing. */
export function unpaid(from: Pick<Provenance, 'at' | 'ask' | 'tier'> & Partial<Provenance>): Provenance {
	return { entry: 0, model: '', frameHash: '', promptTokens: 0, completionTokens: 0, usd: 0, ...from };
}

/** Evidence about one crystal. `k` and `w` are decayed counts (design-crystals.md §5). */
export interface Stat {
	/** Good labels, × 0.995 with each new label. */
	k: number;
	/** Harmful labels, likewise. */
	w: number;
	labels: number;
	/** Clean labels in a row. */
	clean: number;
	/** Distinct episodes (screen visits) that gave labels, most recent 16. */
	episodes: string[];
	/** The last three labels, true = harmful. */
	last: boolean[];
	/** Times it answered instead of a model. */
	used: number;
	/** The sequential alarm (§5), at least 1. */
	alarm: number;
	/** Milliseconds since 1970; 0 when never. */
	lastUsedAt: number;
	/** The long ladder of perception crystals (ladder.ts); absent until their first label, and for other kinds. */
	ladder?: Ladder;
}

/** Where a perception crystal stands on the long ladder (reliability.md §6). */
export interface Ladder {
	/** Sequential tests passed, of three. */
	readonly tested: number;
	/** Log likelihood ratio towards the next one. */
	readonly l: number;
	/** The CUSUM of its re-checks. */
	readonly s: number;
	/** Differing screen visits and sessions that gave samples. */
	readonly visits: number;
	readonly sessions: number;
	/** The last sample that counted. */
	readonly at: number;
	readonly episode: string;
	readonly session: string;
	/** Answers still to be re-checked, all of them. */
	readonly full: number;
	/** Times quarantined. */
	readonly falls: number;
	/** It was aimed at by an act that cannot be undone: one miss is enough. */
	readonly serves: boolean;
}

/** It answers nothing by itself yet. */
export function isYoung({ state }: Pick<Crystal, 'state'>): boolean {
	return state === 'trial' || state === 'shadow';
}

export function freshStat(): Stat {
	return { k: 0, w: 0, labels: 0, clean: 0, episodes: [], last: [], used: 0, alarm: 1, lastUsedAt: 0 };
}

export interface StateChange {
	readonly at: number;
	readonly from: State;
	readonly to: State;
	readonly why: string;
}

export interface Crystal<K extends KindName = KindName, D = unknown> {
	readonly id: string;
	readonly kind: K;
	readonly scope: Scope;
	/** For people: the element, the fact, the rule's text, the event type. A skill may be named anew. */
	name: string;
	/** Version of the kind's schema that `data` has. */
	readonly schema: number;
	readonly createdAt: number;
	readonly provenance: Provenance;
	state: State;
	stat: Stat;
	/** Newest last, at most 20. */
	history: StateChange[];
	/** A person wants it kept: nothing but a person retires it, and they are told when it is set aside. */
	pinned?: boolean;
	/** The kind's own part, JSON only. */
	data: D;
	/** Pixels and other bytes by name; `data` refers to them by these names. */
	blobs: Record<string, Uint8Array>;
}

/** What a call left behind. A model call with neither is a violation of the law. */
export type Residue =
	| { readonly made: readonly Crystal[]; readonly refused: readonly Refusal[]; readonly labelled: readonly string[] }
	| { readonly none: NoArtefact; readonly detail: string };
export interface Refusal {
	readonly what: string;
	readonly why: string;
}
/** The reasons for which a call may leave no artefact. */
export type NoArtefact = 'confirmed-existing' | 'answer-unknown' | 'all-refused' | 'situation-gone' | 'audit' | 'tier-failed';
