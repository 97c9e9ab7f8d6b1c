// The ledger is append-only. A correction is a new entry, so a scorecard can be recomputed for any past moment.
import type { Checklist } from './checklist.ts';
import type { Ask, Act, Facts, Unused } from './question.ts';

export const TIERS = ['crystal', 'device', 'local', 'cloud'] as const;
export type TierName = (typeof TIERS)[number];

export type MissReason =
	| 'no-crystal'
	| 'below-threshold'
	| 'stale'
	| 'shadow'
	| 'unexplained-change'
	| 'unverified-transition'
	| 'act-failed'
	| 'conflict'
	| 'audit'
	| 'surprise'
	| 'timed-out'
	| 'tier-failed'
	| 'bad-answer'
	| 'unknown-answer'
	| 'no-tier'
	| 'no-consent'
	| 'cap-reached'
	| 'breaker-open'
	| 'busy'
	| 'cancelled'
	/** It was learnt that this tier fails at this kind of question. */
	| 'skipped'
	/** Its answer was usable and too likely wrong to stand alone. */
	| 'doubted'
	/** The person's share of questions that may reach the cloud. */
	| 'dial-reached'
	/** The falsework checklist could not be filled, so nothing left the machine. */
	| 'no-checklist'
	/** The falsework is pulled: for now nothing outside is asked. */
	| 'pulled'
	/** The same was asked three times for nothing: until the person says what is to be done about it, no model is. */
	| 'held';

export interface Miss {
	readonly tier: TierName;
	readonly reason: MissReason;
	readonly detail: string;
}

/** One tier that a question was sent to. */
export interface Tried {
	readonly tier: Exclude<TierName, 'crystal'>;
	/** For people: the model and where it runs. */
	readonly who: string;
	/** `first` and `again`: usable, at once or after one repair. */
	readonly outcome: 'first' | 'again' | 'refused' | 'timed-out' | 'failed';
	readonly ms: number;
	readonly calls: number;
	readonly promptTokens: number;
	readonly completionTokens: number;
	/** null: the price is not known. */
	readonly usd: number | null;
}

/** One settled question. */
export interface QuestionEntry {
	readonly type: 'question';
	readonly n: number;
	/** Milliseconds since 1970. */
	readonly at: number;
	readonly session: string;
	readonly tick: number;
	readonly ask: Ask;
	/** Who answered; null when nobody could. */
	readonly tier: TierName | null;
	/** Why each tier before the answering one did not answer. */
	readonly misses: readonly Miss[];
	readonly latencyMs: number;
	readonly model: string;
	/** Requests sent to models for this question, repairs included. */
	readonly calls: number;
	/** The models that were asked, in order; absent when none was. The last is not always the one whose answer was taken. */
	readonly tries?: readonly Tried[];
	readonly promptTokens: number;
	readonly completionTokens: number;
	/** null: a call was made and its price is not known. */
	readonly usd: number | null;
	/** True when tokens or price are a simulation's (the scripted teachers). */
	readonly simulated: boolean;
	/** Crystals made by the answer. */
	readonly made: readonly string[];
	/** Crystals that answered. */
	readonly used: readonly string[];
	/** What the answer left behind, or why nothing; for people. */
	readonly why: string;
	/** What the answer named and was not learnt, each with its reason; absent when all was. */
	readonly refused?: readonly { readonly what: string; readonly why: string }[];
	/** A model was called and left neither an artefact nor a stated reason. */
	readonly violation: boolean;
	/** The screen, decision point or event type it was about; absent where it was about the ask as a whole. */
	readonly kind?: string;
	/** The six answers given before it left the machine; absent when it did not. */
	readonly checklist?: Checklist;
	readonly screen?: string;
	readonly facts?: Facts;
	/** Of a perception: how the picture looked (`lookOf`), by which near-same ones are known. */
	readonly look?: string;
	readonly act?: Act;
	/** Of a model's decision or plan: its own words, cut short. */
	readonly said?: string;
	/** The last answer that could be read and left nothing; absent where something was left. */
	readonly unused?: Unused;
	/** It ended a wait for a person. */
	readonly waited?: Waited;
}

/** A wait for a person that began with entry `of`: so many near-same questions after that were neither sent nor written. */
export interface Waited {
	readonly of: number;
	readonly times: number;
}

/** A settled question's answer held against something other than the actor: the game's truth, a postcondition. */
export interface VerdictEntry {
	readonly type: 'verdict';
	readonly n: number;
	readonly at: number;
	readonly session: string;
	readonly ask: Ask;
	/** Entry judged. */
	readonly of: number;
	readonly tier: TierName;
	/** `person`: what was done was put back by their own hands. */
	readonly by: 'truth' | 'postcondition' | 'person';
	readonly wrong: boolean;
	/** True when an act was decided on it. */
	readonly acted: boolean;
	readonly detail: string;
}

export interface ActEntry {
	readonly type: 'act';
	readonly n: number;
	readonly at: number;
	readonly session: string;
	readonly tick: number;
	/** Id of the frame it was decided on; absent in ledgers of before. */
	readonly frame?: string;
	/** Entry of the decision, or of the person's word, that it carries out; absent in ledgers of before. */
	readonly of?: number;
	readonly act: Act;
	readonly done: boolean;
	/** Why it was not carried out; '' = it was. */
	readonly reason: string;
	/** Doing nothing is an act, shown as idle. */
	readonly idle: boolean;
}

/** What an act by hand changed: a state, a threshold, a box. */
export type HandValue = string | number | readonly [x: number, y: number, w: number, h: number];

/** What the person did while the agent was playing, or to a crystal at any time. */
export interface InterventionEntry {
	readonly type: 'intervention';
	readonly n: number;
	readonly at: number;
	readonly session: string;
	readonly what:
		| 'takeover'
		| 'panic'
		| 'stop'
		| 'pause'
		| 'retire'
		| 'approve'
		/** A skill was named, or named anew. */
		| 'rename'
		/** A takeover is over: what they did in it. */
		| 'shown'
		/** A skill was carried out at their word. */
		| 'run'
		/** They said what is to be seen. */
		| 'explain'
		| 'threshold'
		| 'correct'
		/** A rule's text. */
		| 'edit'
		/** Nothing but a person retires it; and back. */
		| 'pin'
		/** Back from retirement. */
		| 'revive'
		| 'undo'
		| 'erase'
		/** All that was learnt about tiers. */
		| 'forget'
		/** How many questions may reach the cloud. */
		| 'dial'
		/** Lines an hour that a model may speak. */
		| 'lines';
	readonly detail: string;
	/** The crystal that was changed by hand; the same change to the same crystal again and again is what should be learnt. */
	readonly crystal?: string;
	readonly before?: HandValue;
	readonly after?: HandValue;
	/** Of what was shown: where, when, and in the profile's words as far as it has any. */
	readonly screen?: string;
	readonly facts?: Facts;
	readonly acts?: readonly Act[];
}

/** Ticks that asked nothing because nothing watched had changed, per flush (at most one a second). */
export interface RestedEntry {
	readonly type: 'rested';
	readonly n: number;
	readonly at: number;
	readonly session: string;
	readonly ticks: number;
}

/** A line spoken on the stream. */
export interface SpokenEntry {
	readonly type: 'spoken';
	readonly n: number;
	readonly at: number;
	readonly session: string;
	readonly of: number;
	readonly tier: TierName;
	readonly event: string;
	readonly line: string;
}

/** An event of which nothing was said. */
export interface SilentEntry {
	readonly type: 'silent';
	readonly n: number;
	readonly at: number;
	readonly session: string;
	readonly tick: number;
	readonly event: string;
	/** How surprising it was, and why no phrase spoke. */
	readonly why: string;
}

/** A picture that left the machine, or was about to and was not. */
export interface SentEntry {
	readonly type: 'sent';
	readonly n: number;
	readonly at: number;
	readonly session: string;
	readonly to: string;
	readonly tier: TierName;
	readonly width: number;
	readonly height: number;
	readonly bytes: number;
	readonly sha256: string;
}

/** A crystal changed its state. */
export interface StateEntry {
	readonly type: 'state';
	readonly n: number;
	readonly at: number;
	readonly session: string;
	readonly crystal: string;
	readonly kind: string;
	readonly name: string;
	readonly from: string;
	readonly to: string;
	readonly why: string;
	/** A person's own act, or their taking one back; absent where play or a standing approval changed it, and in ledgers of before. */
	readonly hand?: 'act' | 'undo';
	/** It answered by itself once before. */
	readonly again?: true;
}

export interface SessionEntry {
	readonly type: 'session';
	readonly n: number;
	readonly at: number;
	readonly session: string;
	readonly event: 'started' | 'paused' | 'resumed' | 'ended';
	readonly game: string;
	readonly detail: string;
	/** Milliseconds of play before this entry, pauses left out. */
	readonly playedMs: number;
	/** Of a start: skills in the library that answer by themselves. */
	readonly skills?: number;
	/** Of an end: what waited for a person and was not written otherwise; absent in ledgers of before. */
	readonly waited?: readonly Waited[];
}

/** From `pulled` to `restored` no model outside is asked for anything. */
export interface DrillEntry {
	readonly type: 'drill';
	readonly n: number;
	readonly at: number;
	readonly session: string;
	readonly event: 'pulled' | 'restored';
	/** How long it is to last. */
	readonly minutes: number;
	/** By whom: a person, the schedule, its time. */
	readonly detail: string;
}

/** Money that moved and is settled, as the companion's table of sats has it; what is pending is no entry yet. */
export interface SatsEntry {
	readonly type: 'sats';
	readonly n: number;
	readonly at: number;
	readonly session: string;
	/** When it moved; the entry may be written days later. */
	readonly movedAt: number;
	/** `in`: earned. `out` and `fee`: spent. */
	readonly direction: 'in' | 'out' | 'fee';
	/** Thousandths of a sat, a whole number. */
	readonly msat: number;
	/** What proves it: a payment hash, a line of an import, the ledger entry that a conversion was made of. */
	readonly receipt: string;
	/** For people; a conversion names its rate and the rate's date. */
	readonly detail: string;
	/** A pretended wallet or price. */
	readonly simulated?: true;
}

/** The same for the third time: an automation is asked for, and what became of that. */
export interface StrikeEntry {
	readonly type: 'strike';
	readonly n: number;
	readonly at: number;
	readonly session: string;
	/** `lapsed`: play was unattended, and nobody answered for ten minutes. */
	readonly event: 'asked' | 'accepted' | 'declined' | 'lapsed';
	readonly sort: 'call' | 'takeover' | 'correction' | 'approval';
	/** What is near-same about them, as one text. */
	readonly key: string;
	/** For people. */
	readonly what: string;
	readonly times: number;
	/** Entries that were near-same, the newest last, at most twelve. */
	readonly evidence: readonly number[];
	/** What was proposed, or what was made of it by the person. */
	readonly draft: string;
}

export type LedgerEntry =
	| QuestionEntry
	| VerdictEntry
	| ActEntry
	| InterventionEntry
	| RestedEntry
	| SpokenEntry
	| SilentEntry
	| SentEntry
	| StateEntry
	| SessionEntry
	| DrillEntry
	| SatsEntry
	| StrikeEntry;

type Draft<E> = E extends LedgerEntry ? Omit<E, 'n' | 'at' | 'session'> : never;
export type EntryDraft = Draft<LedgerEntry>;

export interface Ledger {
	/** Sequence number the next entry will get. */
	readonly next: number;
	/** Takes the next number for an entry that is written later: what is made on the way can name it already. */
	reserve(): number;
	/** @param n  a number that was reserved; the next one unless given */
	append(draft: EntryDraft, n?: number): LedgerEntry;
	/** Entries of this session, oldest first by the time of writing; one with a reserved number stands behind others with higher ones. */
	entries(): readonly LedgerEntry[];
}

/**
 * An append-only list in memory that hands each entry to `persist` as it is written.
 *
 * @param next  first sequence number; one more than the last stored entry's
 */
export function makeLedger(options: {
	readonly session: string;
	readonly next: number;
	readonly now: () => number;
	readonly persist: (entry: LedgerEntry) => void;
}): Ledger {
	const entries: LedgerEntry[] = [];
	let next = options.next;
	return {
		get next() {
			return next;
		},
		reserve: () => next++,
		append(draft, n = next++) {
			const entry = Object.freeze({ ...draft, n, at: options.now(), session: options.session }) as LedgerEntry;
			entries.push(entry);
			options.persist(entry);
			return entry;
		},
		entries: () => entries,
	};
}

/**
 * Of a question's calls, those to a model in the page. It may go through several hands: what a model in the page was asked on the way
 * to one outside is no call outside.
 */
export function deviceCalls({ tier, calls, tries }: QuestionEntry): number {
	if (tries === undefined) return tier === 'device' ? calls : 0;
	return tries.reduce((sum, t) => sum + (t.tier === 'device' ? t.calls : 0), 0);
}

/** Of a question's calls, those to the cloud: what is outside where money, consent and graduation are counted. */
export function cloudCalls({ tier, misses, calls, tries }: QuestionEntry): number {
	if (tries === undefined) return (tier ?? misses.findLast((m) => m.tier !== 'crystal')?.tier) === 'cloud' ? calls : 0;
	return tries.reduce((sum, t) => sum + (t.tier === 'cloud' ? t.calls : 0), 0);
}
