// Three strikes. The third near-same call that left no crystal that works, and the third near-same act by hand, ask for an automation.
// Read off the ledger entry by entry; what is asked and answered is an entry as well. Repeats alone are no reason: a call that taught
// something, or bore something out, is none, or every new game would drown in drafts.
import type { InterventionEntry, LedgerEntry, QuestionEntry, StrikeEntry } from '../ledger.ts';
import type { Act, Ask, Facts } from '../question.ts';

export type Sort = StrikeEntry['sort'];

/** One of the near-same. */
export interface Repeat {
	/** Ledger entry. */
	readonly n: number;
	readonly at: number;
	/** For people. */
	readonly text: string;
	readonly screen?: string;
	readonly facts?: Facts;
	/** What was answered or done, in order. */
	readonly acts?: readonly Act[];
	/** What it made, changed or was about. */
	readonly crystal?: string;
}
export interface Strike {
	readonly key: string;
	readonly sort: Sort;
	/** What was done again, for people. */
	readonly what: string;
	readonly times: number;
	/** The newest last, at most `REPEATS_KEPT`. */
	readonly repeats: readonly Repeat[];
	/** At how many times it was answered last. */
	readonly answeredAt?: number;
	readonly asked?: true;
}
/** JSON; lives from session to session. */
export interface StrikesMemory {
	/** The one that was seen longest ago first. */
	readonly strikes: readonly Strike[];
	/** Calls whose crystals may still come to nothing, the oldest first. */
	readonly made: readonly (readonly [crystal: string, strike: Omit<Strike, 'times' | 'repeats'>, repeat: Repeat])[];
}

/** What each ask wants to know. */
const WANTED: Readonly<Record<Ask, string>> = {
	perception: 'what is to be seen',
	decision: 'what to do',
	route: 'for the way',
	quest: 'what a quest says',
	npc: 'what somebody is like',
	strategy: 'for a plan',
	narration: 'what to say',
	moderation: 'what may be said',
};
export const STRIKES = 3;
const REPEATS_KEPT = 12;
const KEYS_KEPT = 400;
const MADE_KEPT = 1000;

export interface Strikes {
	see(entry: LedgerEntry): void;
	/** What asks for an automation, the newest last. */
	readonly open: readonly Strike[];
	/** Is not asked again until it happened twice as often. @returns the strike; undefined when none of that key is open */
	answer(key: string): Strike | undefined;
	memory(): StrikesMemory;
}

/**
 * @param name  what a crystal is called
 * @param ask  hears of each strike that opens, once
 */
export function makeStrikes(o: {
	readonly memory?: StrikesMemory;
	readonly name: (crystal: string) => string | undefined;
	readonly ask: (strike: Strike) => void;
}): Strikes {
	const strikes = new Map((o.memory?.strikes ?? []).map((s) => [s.key, s]));
	const made = new Map((o.memory?.made ?? []).map(([crystal, ...call]) => [crystal, call] as const));

	function repeat(about: Omit<Strike, 'times' | 'repeats'>, one: Repeat): void {
		const before = strikes.get(about.key);
		let next: Strike = {
			...(before ?? about),
			what: about.what,
			times: (before?.times ?? 0) + 1,
			repeats: [...(before?.repeats ?? []), one].slice(-REPEATS_KEPT),
		};
		const opens = isOpen(next) && next.asked === undefined;
		if (opens) next = { ...next, asked: true };
		strikes.delete(next.key);
		strikes.set(next.key, next);
		for (const [key, old] of strikes) {
			if (strikes.size <= KEYS_KEPT) break;
			if (!isOpen(old)) strikes.delete(key);
		}
		if (opens) o.ask(next);
	}

	function call(entry: QuestionEntry): void {
		if (entry.calls === 0 || entry.misses[0]?.reason === 'audit') return;
		const key = JSON.stringify(['call', entry.ask, entry.kind ?? '', entry.screen ?? '']);
		const where = entry.screen === undefined ? '' : ` on ${entry.screen}`;
		const about = { key, sort: 'call' as const, what: `A model was asked ${WANTED[entry.ask]}${where}` };
		const one: Repeat = {
			n: entry.n,
			at: entry.at,
			text: entry.why,
			...(entry.screen === undefined ? {} : { screen: entry.screen }),
			...(entry.facts === undefined ? {} : { facts: entry.facts }),
			...(entry.act === undefined ? {} : { acts: [entry.act] }),
		};
		const [first] = entry.made;
		if (first !== undefined) {
			made.set(first, [about, { ...one, crystal: first }]);
			for (const id of made.keys()) {
				if (made.size <= MADE_KEPT) break;
				made.delete(id);
			}
		} else if (leftNothing(entry)) repeat(about, one);
	}

	/** What was taken back was not done. */
	function takeBack(crystal: string): void {
		for (const strike of strikes.values()) {
			const { sort, times, repeats } = strike;
			if ((sort !== 'correction' && sort !== 'approval') || repeats.at(-1)?.crystal !== crystal) continue;
			const next: Strike = { ...strike, times: times - 1, repeats: repeats.slice(0, -1) };
			const { asked: _, ...unasked } = next;
			strikes.set(strike.key, isOpen(next) ? next : unasked);
		}
	}

	function hand(entry: InterventionEntry): void {
		const { n, at, detail, crystal } = entry;
		if (entry.what === 'undo' && crystal !== undefined) return takeBack(crystal);
		const name = crystal === undefined ? undefined : o.name(crystal);
		if (entry.what === 'shown') {
			const { screen = '', facts, acts = [] } = entry;
			const about = {
				key: JSON.stringify(['takeover', screen, detail]),
				sort: 'takeover' as const,
				what: `You took over${screen === '' ? '' : ` on ${screen}`} and did: ${detail}`,
			};
			repeat(about, {
				n,
				at,
				text: detail,
				screen,
				acts,
				...(facts === undefined ? {} : { facts }),
				...(crystal === undefined ? {} : { crystal }),
			});
		} else if (entry.what === 'correct' && crystal !== undefined && name !== undefined) {
			const about = { key: JSON.stringify(['correction', name]), sort: 'correction' as const, what: `You corrected where "${name}" is` };
			repeat(about, { n, at, text: detail, crystal });
		} else if (entry.what === 'approve' && crystal !== undefined && name !== undefined) {
			const about = { key: JSON.stringify(['approval', name]), sort: 'approval' as const, what: `You approved "${name}"` };
			repeat(about, { n, at, text: detail, crystal });
		}
	}

	return {
		see(entry) {
			if (entry.type === 'question') call(entry);
			else if (entry.type === 'intervention') hand(entry);
			else if (entry.type === 'state' && (entry.to === 'quarantined' || entry.to === 'retired')) {
				const [about, one] = made.get(entry.crystal) ?? [];
				if (about === undefined || one === undefined) return;
				made.delete(entry.crystal);
				repeat(about, { ...one, text: `${one.text}; its ${entry.kind} "${entry.name}" was ${entry.to}: ${entry.why}` });
			}
		},
		get open() {
			return [...strikes.values()].filter(isOpen);
		},
		answer(key) {
			const strike = strikes.get(key);
			if (strike === undefined || !isOpen(strike)) return undefined;
			const { asked: _, ...rest } = strike;
			strikes.set(key, { ...rest, answeredAt: strike.times });
			return strike;
		},
		memory: () => ({
			strikes: [...strikes.values()],
			made: [...made].map(([crystal, [about, one]]) => [crystal, about, one] as const),
		}),
	};
}

function isOpen({ times, answeredAt }: Strike): boolean {
	return answeredAt === undefined ? times >= STRIKES : times >= 2 * answeredAt;
}

/** Not what bore out or labelled something; nor what failed at the provider's end, which no automation removes. */
function leftNothing({ why, violation, tier, misses }: QuestionEntry): boolean {
	if (tier === null) return misses.at(-1)?.reason === 'bad-answer';
	return violation || /^(answer-unknown|all-refused)\b/.test(why) || why.startsWith('refused ');
}
