// What graduation needs of a session, minute by minute of the wall clock: a session of a day comes to 1,440 short rows, so weeks of
// play can be looked through without their ledger. Sums over the ledger like the scorecard, and nothing else.
import { canonicalJson } from '../canonical.ts';
import { cloudCalls, deviceCalls, type LedgerEntry } from '../ledger.ts';

/** One minute in which something was written. */
export interface MinuteTally {
	/** Minutes since 1970. */
	readonly minute: number;
	/** The game's state changed, or an act was seen to do what it said. */
	readonly progress: boolean;
	/** A person did something. */
	readonly attended: boolean;
	/** Perception questions that crystals answered. */
	readonly seen: number;
	/** Requests to models for perception, wherever they run. */
	readonly vlm: number;
	/** Requests to the cloud; all asks. */
	readonly cloud: number;
	/** Of those, for narration or the judging of its lines. */
	readonly cloudSpeech: number;
	/** Requests to servers of this machine or its network. */
	readonly local: number;
	readonly decided: number;
	readonly spoken: number;
	/** Of those, by a model in the cloud. */
	readonly spokenOutside: number;
}
/** Money that moved in a minute, whenever it was told. */
export interface SatsTally {
	/** Minutes since 1970. */
	readonly minute: number;
	readonly earnedMsat: number;
	readonly spentMsat: number;
}
export interface SessionTally {
	readonly session: string;
	/** Milliseconds since 1970; null where its start is not among the entries. */
	readonly startedAt: number | null;
	/** null while it runs, or where nobody wrote its end. */
	readonly endedAt: number | null;
	/** By a clock that nobody sets; null with `endedAt`. */
	readonly playedMs: number | null;
	readonly simulated: boolean;
	/** By time. */
	readonly minutes: readonly MinuteTally[];
	readonly sats: readonly SatsTally[];
}
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export const MINUTE_MS = 60_000;
/** Asks whose answers are heard on the stream. */
const SPEECH: ReadonlySet<string> = new Set(['narration', 'moderation']);

/** @param entries  of any sessions, in the ledger's order; sessions come out by their first entry */
export function talliesOf(entries: Iterable<LedgerEntry>): SessionTally[] {
	const by = new Map<string, LedgerEntry[]>();
	for (const entry of entries) {
		const mine = by.get(entry.session);
		if (mine === undefined) by.set(entry.session, [entry]);
		else mine.push(entry);
	}
	return [...by].map(([session, mine]) => tallyOf(session, mine));
}

function tallyOf(session: string, entries: readonly LedgerEntry[]): SessionTally {
	const minutes = new Map<number, Mutable<MinuteTally>>();
	const sats = new Map<number, SatsTally>();
	let state = '';
	let startedAt: number | null = null;
	let simulated = false;
	let end: { readonly at: number; readonly playedMs: number } | undefined;
	for (const entry of entries) {
		const minute = Math.floor(entry.at / MINUTE_MS);
		let now = minutes.get(minute);
		if (now === undefined) {
			now = emptyMinute(minute);
			minutes.set(minute, now);
		}
		switch (entry.type) {
			case 'question': {
				const cloud = cloudCalls(entry);
				now.cloud += cloud;
				now.local += entry.calls - cloud - deviceCalls(entry);
				if (SPEECH.has(entry.ask)) now.cloudSpeech += cloud;
				if (entry.ask === 'perception') {
					now.vlm += entry.calls;
					if (entry.tier === 'crystal') now.seen++;
				}
				if (entry.ask === 'decision' && entry.tier !== null) now.decided++;
				simulated ||= entry.simulated;
				if (entry.screen === undefined && entry.facts === undefined) break;
				const next = canonicalJson([entry.screen ?? '', entry.facts ?? {}]);
				if (state !== '' && next !== state) now.progress = true;
				state = next;
				break;
			}
			case 'verdict':
				if (entry.by === 'postcondition' && entry.acted && !entry.wrong) now.progress = true;
				break;
			// Who answers a strike is at hand; that it was asked, or that nobody answered, is nobody's doing.
			case 'strike':
				now.attended ||= entry.event === 'accepted' || entry.event === 'declined';
				break;
			case 'intervention':
				now.attended = true;
				break;
			case 'spoken':
				now.spoken++;
				if (entry.tier === 'cloud') now.spokenOutside++;
				break;
			case 'sats': {
				const moved = Math.floor(entry.movedAt / MINUTE_MS);
				const { earnedMsat, spentMsat } = sats.get(moved) ?? { earnedMsat: 0, spentMsat: 0 };
				sats.set(
					moved,
					entry.direction === 'in'
						? { minute: moved, earnedMsat: earnedMsat + entry.msat, spentMsat }
						: { minute: moved, earnedMsat, spentMsat: spentMsat + entry.msat },
				);
				simulated ||= entry.simulated === true;
				break;
			}
			case 'session':
				if (entry.event === 'started') startedAt ??= entry.at;
				if (entry.event === 'ended') end = { at: entry.at, playedMs: entry.playedMs };
				break;
			case 'act':
			case 'drill':
			case 'rested':
			case 'sent':
			case 'silent':
			case 'state':
				break; // say nothing of any condition
		}
	}
	return {
		session,
		startedAt,
		endedAt: end?.at ?? null,
		playedMs: end?.playedMs ?? null,
		simulated,
		minutes: [...minutes.values()].toSorted((a, b) => a.minute - b.minute),
		sats: [...sats.values()].toSorted((a, b) => a.minute - b.minute),
	};
}

function emptyMinute(minute: number): Mutable<MinuteTally> {
	return {
		minute,
		progress: false,
		attended: false,
		seen: 0,
		vlm: 0,
		cloud: 0,
		cloudSpeech: 0,
		local: 0,
		decided: 0,
		spoken: 0,
		spokenOutside: 0,
	};
}
