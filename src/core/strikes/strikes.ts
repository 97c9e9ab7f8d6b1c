// Three strikes. The third near-same call that left no crystal that works, and the third near-same act by hand, ask for an automation.
// Read off the ledger entry by entry; what is asked and answered is an entry as well. Repeats alone are no reason: a call that taught
// something, or bore something out, is none, or every new game would drown in drafts. What is asked about stops: until it is answered
// no such call leaves and no such act by hand is taken.
import type { Box } from '../geometry.ts';
import type { InterventionEntry, LedgerEntry, QuestionEntry, StrikeEntry } from '../ledger.ts';
import type { Act, Ask, Facts, Unused } from '../question.ts';
import { fitsPattern, patternFault } from './approvals.ts';
import { factsAlike, looksAlike } from './near.ts';

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
	/** Of the picture that was asked about; see `lookOf`. */
	readonly look?: string;
	/** What was answered or done, in order. */
	readonly acts?: readonly Act[];
	/** What it made, changed or was about. */
	readonly crystal?: string;
	/** Where a box was put. */
	readonly box?: Box;
	/** What was answered and could not be used. */
	readonly unused?: Unused;
}
/** What is known of a call before it is made. */
export type Asking = Pick<QuestionEntry, 'ask' | 'kind' | 'screen' | 'facts' | 'look'>;
export interface Strike {
	readonly key: string;
	/** Of a call: what its question has in common with all that may be near-same. */
	readonly base?: string;
	readonly sort: Sort;
	/** Of an approval: what was approved, `kind name`. */
	readonly approved?: string;
	/** What was done again, for people. */
	readonly what: string;
	readonly times: number;
	/** The newest last, at most `REPEATS_KEPT`. */
	readonly repeats: readonly Repeat[];
	/** At how many times it was answered last. */
	readonly answeredAt?: number;
	/** When it was asked, milliseconds since 1970. */
	readonly askedAt?: number;
}
/** JSON; lives from session to session. */
export interface StrikesMemory {
	/** The one that was seen longest ago first. */
	readonly strikes: readonly Strike[];
	/** Calls whose crystals may still come to nothing, the oldest first. */
	readonly made: readonly (readonly [crystal: string, strike: About, repeat: Repeat])[];
	/** Standing approvals, as patterns; absent in stores of before. */
	readonly approvals?: readonly string[];
}
type About = Omit<Strike, 'times' | 'repeats'>;

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
const APPROVALS_KEPT = 100;

export interface Strikes {
	see(entry: LedgerEntry): void;
	/** What asks for an automation, the newest last. */
	readonly open: readonly Strike[];
	/** The open one that a question like this waits for. */
	holds(asking: Asking): Strike | undefined;
	/** The same of an act by hand on a crystal of that name. */
	holdsHand(sort: 'correction' | 'approval', name: string): Strike | undefined;
	/** Is not asked again until it happened twice as often. @returns the strike; undefined when none of that key is open */
	answer(key: string): Strike | undefined;
	/** What comes to be like it is to be approved from now on; '' or why it cannot be. */
	approveLike(pattern: string): string;
	/** Whether a crystal has such an approval. */
	approves(kind: string, name: string): boolean;
	memory(): StrikesMemory;
}

/**
 * @param name  what a crystal is called
 * @param kind  and what it is
 * @param ask  hears of each strike that opens, once
 */
export function makeStrikes(o: {
	readonly memory?: StrikesMemory;
	readonly name: (crystal: string) => string | undefined;
	readonly kind: (crystal: string) => string | undefined;
	readonly ask: (strike: Strike) => void;
}): Strikes {
	const strikes = new Map<string, Strike>();
	/** Of `strikes` those of calls, by their base, in the same order: each settled question looks here. */
	const byBase = new Map<string, Map<string, Strike>>();
	for (const strike of o.memory?.strikes ?? []) put(strike);
	let approvals = o.memory?.approvals ?? [];
	const made = new Map((o.memory?.made ?? []).map(([crystal, ...call]) => [crystal, call] as const));

	/** As the newest, or in the place of what it was. */
	function put(strike: Strike): void {
		strikes.set(strike.key, strike);
		if (strike.base === undefined) return;
		const alike = byBase.get(strike.base) ?? new Map<string, Strike>();
		byBase.set(strike.base, alike.set(strike.key, strike));
	}

	function drop(key: string): void {
		const base = strikes.get(key)?.base;
		strikes.delete(key);
		if (base === undefined) return;
		const alike = byBase.get(base);
		alike?.delete(key);
		if (alike?.size === 0) byBase.delete(base);
	}

	function repeat(about: About, one: Repeat): void {
		const before = strikes.get(about.key);
		let next: Strike = {
			...(before ?? about),
			what: about.what,
			times: (before?.times ?? 0) + 1,
			repeats: [...(before?.repeats ?? []), one].slice(-REPEATS_KEPT),
		};
		const opens = isOpen(next) && next.askedAt === undefined;
		if (opens) next = { ...next, askedAt: one.at };
		drop(next.key);
		put(next);
		for (const [key, old] of strikes) {
			if (strikes.size <= KEYS_KEPT) break;
			if (!isOpen(old)) drop(key);
		}
		if (opens) o.ask(next);
	}

	/** The near-same, the newest of which the question is held against. */
	function nearest(base: string | undefined, to: Pick<Asking, 'look' | 'facts'>): Strike | undefined {
		const alike = base === undefined ? undefined : byBase.get(base);
		return alike && [...alike.values()].findLast(({ repeats }) => isNear(to, repeats.at(-1)));
	}

	function call(entry: QuestionEntry): void {
		const base = baseOf(entry);
		const near = nearest(base, entry);
		if (entry.tier === 'crystal') {
			// It is settled without a model by now: whatever comes after starts anew.
			if (near !== undefined && !isOpen(near)) drop(near.key);
			return;
		}
		if (entry.calls === 0 || entry.misses[0]?.reason === 'audit') return;
		const where = entry.screen === undefined ? '' : ` on ${entry.screen}`;
		const what = `A model was asked ${WANTED[entry.ask]}${where}`;
		const about = near ?? { key: `${base} ${entry.session} ${entry.n}`, base, sort: 'call' as const, what };
		const one: Repeat = {
			n: entry.n,
			at: entry.at,
			text: entry.why,
			...(entry.screen === undefined ? {} : { screen: entry.screen }),
			...(entry.facts === undefined ? {} : { facts: entry.facts }),
			...(entry.look === undefined ? {} : { look: entry.look }),
			...(entry.act === undefined ? {} : { acts: [entry.act] }),
			...(entry.unused === undefined ? {} : { unused: entry.unused }),
		};
		const [first] = entry.made;
		if (first !== undefined) {
			const { key, sort } = about;
			made.set(first, [
				{ key, base, sort, what },
				{ ...one, crystal: first },
			]);
			for (const id of made.keys()) {
				if (made.size <= MADE_KEPT) break;
				made.delete(id);
			}
		} else if (leftNothing(entry)) repeat({ ...about, what }, one);
	}

	/** What was taken back was not done. */
	function takeBack(crystal: string): void {
		for (const strike of strikes.values()) {
			const { sort, times, repeats } = strike;
			if ((sort !== 'correction' && sort !== 'approval') || repeats.at(-1)?.crystal !== crystal) continue;
			const next: Strike = { ...strike, times: times - 1, repeats: repeats.slice(0, -1) };
			const { askedAt: _, ...unasked } = next;
			put(isOpen(next) ? next : unasked);
		}
	}

	function hand(entry: InterventionEntry): void {
		const { n, at, detail, crystal } = entry;
		if (entry.what === 'undo' && crystal !== undefined) takeBack(crystal);
		const name = crystal === undefined ? undefined : o.name(crystal);
		// Who takes it back or retires it does not approve of it any more.
		if ((entry.what === 'undo' || entry.what === 'retire') && crystal !== undefined && name !== undefined) {
			const approved = `${o.kind(crystal) ?? ''} ${name}`;
			approvals = approvals.filter((pattern) => !fitsPattern(pattern, approved));
			return;
		}
		const box = typeof entry.after === 'object' ? { box: entry.after } : {};
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
			const about = { key: handKey('correction', name), sort: 'correction' as const, what: `You corrected where "${name}" is` };
			repeat(about, { n, at, text: detail, crystal, ...box });
		} else if (entry.what === 'approve' && crystal !== undefined && name !== undefined) {
			const approved = `${o.kind(crystal) ?? ''} ${name}`;
			const about = { key: handKey('approval', name), sort: 'approval' as const, approved, what: `You approved "${name}"` };
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
				// Near-same ones that were made at the same time have become one meanwhile.
				const near = strikes.get(about.key) ?? nearest(about.base, one);
				repeat(near ?? about, { ...one, text: `${one.text}; its ${entry.kind} "${entry.name}" was ${entry.to}: ${entry.why}` });
			}
		},
		get open() {
			return [...strikes.values()].filter(isOpen);
		},
		holds(asking) {
			const near = nearest(baseOf(asking), asking);
			return near !== undefined && isOpen(near) ? near : undefined;
		},
		holdsHand(sort, name) {
			const strike = strikes.get(handKey(sort, name));
			return strike !== undefined && isOpen(strike) ? strike : undefined;
		},
		answer(key) {
			const strike = strikes.get(key);
			if (strike === undefined || !isOpen(strike)) return undefined;
			const { askedAt: _, ...rest } = strike;
			put({ ...rest, answeredAt: strike.times });
			return strike;
		},
		approveLike(pattern) {
			const why = patternFault(pattern);
			if (why === '' && !approvals.includes(pattern)) approvals = [...approvals, pattern].slice(-APPROVALS_KEPT);
			return why;
		},
		approves: (kind, name) => approvals.some((pattern) => fitsPattern(pattern, `${kind} ${name}`)),
		memory: () => ({
			approvals,
			strikes: [...strikes.values()],
			made: [...made].map(([crystal, [about, one]]) => [crystal, about, one] as const),
		}),
	};
}

function handKey(sort: Sort, name: string): string {
	return JSON.stringify([sort, name]);
}

/** What is shown is known only after a perception, so its screen is not part of what it is known by. */
function baseOf({ ask, kind = '', screen = '' }: Asking): string {
	return JSON.stringify(ask === 'perception' ? [ask, kind] : [ask, kind, screen]);
}

/** What a call's base says of it. */
export function askedOf(base: string): { readonly ask: Ask; readonly kind: string } {
	const [ask, kind] = JSON.parse(base) as [Ask, string];
	return { ask, kind };
}

export function isNear({ look, facts }: Pick<Asking, 'look' | 'facts'>, to: Pick<Asking, 'look' | 'facts'> | undefined): boolean {
	if (to === undefined) return false;
	// A picture tells more than what was read from it.
	if (look !== undefined || to.look !== undefined) return look !== undefined && to.look !== undefined && looksAlike(look, to.look);
	return facts === undefined || to.facts === undefined || factsAlike(facts, to.facts);
}

function isOpen({ times, answeredAt }: Strike): boolean {
	return answeredAt === undefined ? times >= STRIKES : times >= 2 * answeredAt;
}

/** Not what bore out or labelled something; nor what failed at the provider's end, which no automation removes. */
export function leftNothing({ why, violation, tier, misses }: Pick<QuestionEntry, 'why' | 'violation' | 'tier' | 'misses'>): boolean {
	if (tier === null) return misses.at(-1)?.reason === 'bad-answer';
	return violation || /^(answer-unknown|all-refused)\b/.test(why) || why.startsWith('refused ');
}
