// In which order the tiers are asked about one question, which are passed over, and how long each is worth waiting for. Pure: the
// same knowledge and the same throws give the same route.
import { chanceAgain, countsText, doubtedText, type Known, medianOf, verdictOf, waitOf } from '../crystals/cascade/apply.ts';
import type { Tier } from '../cascade.ts';
import type { CascadeCrystal } from '../crystals/cascade/schema.ts';
import type { LiveAsk } from '../question.ts';

/** What is asked, as coarse as little data needs: the ask, and the screen, decision point or event type. */
export interface QuestionKind {
	readonly ask: LiveAsk;
	/** Empty: only the ask is known. */
	readonly key: string;
}

/** So long an answer is of use: what was seen goes stale, a remark even sooner. The tiers of a question share it; one that is alone
 *  has its own budget, since even a late answer leaves crystals. */
export const PATIENCE_MS: Readonly<Record<LiveAsk, number>> = {
	perception: 60_000,
	decision: 45_000,
	route: 60_000,
	strategy: 120_000,
	narration: 20_000,
	quest: 60_000,
	npc: 60_000,
	moderation: 5000,
};
/** A plan is one question a session, and the strongest is asked first; everything else goes to the cheapest. @param tiers  cheapest first */
export function askedInOrder(ask: LiveAsk, tiers: readonly Tier[]): readonly Tier[] {
	const may = tiers.filter((tier) => tier.asks.has(ask));
	return ask === 'strategy' ? may.toReversed() : may;
}
/** With less time left a tier is not asked any more. */
export const LEAST_MS = 300;
/** What a tier of unknown speed is thought to need. */
const UNKNOWN_MS = 3000;

export interface Step {
	readonly tier: Tier;
	readonly known: Known;
	readonly act: 'ask' | 'skip';
	/** Why it is skipped, or is asked although it would be; empty when there is nothing to say. */
	readonly why: string;
	/** The crystal whose verdict is followed, or was set aside to try again. */
	readonly by?: CascadeCrystal;
	/** A skipped tier gets its turn. */
	readonly again: boolean;
	/** By its own times; undefined while they are few. */
	readonly waitMs: number | undefined;
	readonly medianMs: number | undefined;
}

export interface RouteOptions {
	/** Whether the dial lets this question reach the cloud. */
	readonly cloud: boolean;
	/** Whether it limits how many may. */
	readonly rationed: boolean;
	/** Whether skipped tiers may be given a chance now; they share a cap. */
	readonly mayTry: boolean;
	/** Uniform in [0, 1), one for each tier. */
	readonly throws: readonly number[];
}

/** Within one tier name those shown good come first, those that changed last; the tiers themselves stay in the order of cost. */
export function inOrder(tiers: readonly { readonly tier: Tier; readonly known: Known }[]): readonly { tier: Tier; known: Known }[] {
	const rank = ({ known }: { readonly known: Known }): number => {
		if (known.own?.state === 'quarantined') return 2;
		return verdictOf(known).is === 'good' ? 0 : 1;
	};
	const names = tiers.map(({ tier }) => tier.name);
	return tiers.toSorted((a, b) => names.indexOf(a.tier.name) - names.indexOf(b.tier.name) || rank(a) - rank(b));
}

/** Why a tier may be skipped; undefined when it may not. `tested`: it was shown to fail. */
function skipOf(known: Known): { readonly text: string; readonly from: CascadeCrystal; readonly tested: boolean } | undefined {
	const { is, from } = verdictOf(known);
	if (is === 'skip' && from !== undefined) return { text: countsText(from.data), from, tested: true };
	const doubted = is === 'open' ? doubtedText(known) : undefined;
	return doubted === undefined ? undefined : { ...doubted, tested: false };
}

/** @param tiers  cheapest first, each with what is known of it for this kind */
export function route(tiers: readonly { readonly tier: Tier; readonly known: Known }[], o: RouteOptions): readonly Step[] {
	const ordered = inOrder(tiers);
	const steps: Step[] = [];
	for (const [i, { tier, known }] of ordered.entries()) {
		const base = { tier, known, waitMs: waitOf(known), medianMs: medianOf(known) };
		const why = skipOf(known);
		if (why === undefined) {
			steps.push({ ...base, act: 'ask', why: '', again: false });
			continue;
		}
		// It is passed over only in favour of somebody: a poor answer is better than none.
		const rest = ordered.slice(i + 1).filter((other) => verdictOf(other.known).is !== 'skip');
		// Where the cloud is rationed, doubted answers are what the rest of the questions gets.
		const next = rest.find((other) => other.tier.name !== 'cloud' || (why.tested ? o.cloud : !o.rationed));
		const chance = chanceAgain(why.from.data.skips);
		const said = `learnt: ${why.text}`;
		if (next === undefined)
			steps.push({ ...base, act: 'ask', why: why.tested ? `${said}, but nobody else may be asked` : '', again: false });
		else if (o.mayTry && (o.throws[i] ?? 1) < chance)
			steps.push({ ...base, act: 'ask', by: why.from, why: `${said}; tried again (chance ${Math.round(100 * chance)} %)`, again: true });
		else steps.push({ ...base, act: 'skip', by: why.from, why: said, again: false });
	}
	return steps;
}

/**
 * How long the tier of a step is waited for, ms.
 *
 * @param leftMs  of the patience; Infinity for a tier that nobody shares it with
 * @param later   steps after it that will be asked if it fails
 */
export function withinOf(step: Step, leftMs: number, later: readonly Step[]): number {
	const own = Math.min(step.tier.budgetMs, leftMs);
	if (later.length === 0) return own;
	// Who comes after needs time too, but never takes more than half of it away.
	const needed = later.reduce((sum, s) => sum + (s.medianMs ?? UNKNOWN_MS), 0);
	return Math.round(Math.min(own, leftMs - Math.min(leftMs / 2, needed), step.waitMs ?? Infinity));
}
