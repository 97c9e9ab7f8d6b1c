// The falsework checklist: six questions that are answered before any call leaves the machine, by code, from the question's own kind
// and from what the ledger knows of questions like it. What cannot answer them does not leave. The last answer is a forecast, and is
// held against what came of it.
import type { LedgerEntry, MissReason, QuestionEntry } from './ledger.ts';
import type { Ask } from './question.ts';

export interface Checklist {
	/** Which durable artefact the answer is to become. */
	readonly artefact: string;
	/** Where that is kept. */
	readonly stored: string;
	/** Which local rule or cache it fills. */
	readonly fills: string;
	/** How often such a question comes, answered by whomever: times in an hour, from what was seen. */
	readonly again: number;
	/** What would end its coming to a model. */
	readonly ends: string;
	/** Calls an hour that this call is to remove. */
	readonly delta: number;
}

/** What an ask's answers become, their file in a pack (contracts.md §5), and what ends the asking of what was never seen. */
const ARTEFACTS: Readonly<Record<Ask, { readonly artefact: string; readonly file: string; readonly unknown: string }>> = {
	perception: {
		artefact: 'templates of what is shown, regions of what is read, the look of the screen',
		file: 'templates.json, regions.json',
		unknown: 'more visits to what is shown there: each answer leaves templates and regions',
	},
	decision: {
		artefact: 'a rule of its reasons, or a skill of its plan',
		file: 'rules.json, skills',
		unknown: 'more play of this situation, or a fact in the profile that names it: the answers leave rules',
	},
	route: {
		artefact: 'waypoints, walked into routes',
		file: 'nav_graph.json',
		unknown: 'none: a way costs its call once, and is walked from then on',
	},
	quest: { artefact: 'an entry of the quest log', file: 'quests.json', unknown: 'none: each text costs its call once' },
	npc: { artefact: 'what a person is like', file: 'npcs.json', unknown: 'none: each text costs its call once' },
	strategy: {
		artefact: 'goals and rules of a plan',
		file: 'strategy.json',
		unknown: 'none: the first plan costs a call, and holds until its own conditions fail',
	},
	narration: {
		artefact: 'phrases with slots',
		file: 'narration.json',
		unknown: 'none: the first of a kind may cost a call, and its phrases speak from then on',
	},
	moderation: {
		artefact: 'an approval or a denial of the text',
		file: 'approved.json',
		unknown: 'none: each text costs its call once',
	},
};
const HOUR_MS = 3_600_000;
/** Before so much was seen, it is taken to have been seen: one question in the first second is not 3,600 an hour. */
const SEEN_LEAST_MS = HOUR_MS / 4;
/** A forecast is held against what came no sooner. */
const HELD_LEAST_MS = 5 * 60_000;

export interface ChecklistAsk {
	readonly ask: Ask;
	/** The screen, decision point or event type it is about. */
	readonly kind: string;
	/** Why no crystal answered. */
	readonly reason: MissReason;
	readonly detail: string;
}

/**
 * Answers the six for a question that is about to leave.
 *
 * @param entries  of the session so far
 * @param at       milliseconds since 1970
 * @returns the answers, or a sentence naming the one that cannot be given
 */
export function fillChecklist(about: ChecklistAsk, entries: readonly LedgerEntry[], at: number): Checklist | string {
	const known = ARTEFACTS[about.ask] as (typeof ARTEFACTS)[Ask] | undefined;
	if (known === undefined) return `No artefact is known that an answer to "${about.ask}" could become.`;
	if (about.detail === '') return 'Nobody said which crystal was missing, so it cannot be told what the answer would fill.';
	const alike = entries.filter((e): e is QuestionEntry => e.type === 'question' && e.ask === about.ask && (e.kind ?? '') === about.kind);
	const seenMs = Math.max(SEEN_LEAST_MS, at - (entries[0]?.at ?? at));
	const again = ((alike.length + 1) * HOUR_MS) / seenMs;
	return {
		artefact: known.artefact,
		stored: `among this game's crystals on this machine; ${known.file} of its pack`,
		fills: `${about.kind === '' ? about.ask : `${about.ask} of "${about.kind}"`}: ${about.detail}`,
		again,
		ends: remedyFor(about.reason, about.ask),
		delta: again * chanceOfUse(about.ask, entries),
	};
}

/** Share of the calls of an ask whose artefacts have answered since, one in two before there is any. */
function chanceOfUse(ask: Ask, entries: readonly LedgerEntry[]): number {
	const calls = entries.filter((e): e is QuestionEntry => e.type === 'question' && e.ask === ask && e.calls > 0);
	const used = new Set<string>();
	for (const e of entries) if (e.type === 'question' && e.tier === 'crystal') for (const id of e.used) used.add(id);
	return (calls.filter((call) => call.made.some((id) => used.has(id))).length + 1) / (calls.length + 2);
}

/** Times of the answers that each crystal gave, and its part in each. */
function usesOf(entries: readonly LedgerEntry[]): ReadonlyMap<string, readonly { readonly at: number; readonly part: number }[]> {
	const uses = new Map<string, { at: number; part: number }[]>();
	for (const e of entries) {
		if (e.type !== 'question' || e.tier !== 'crystal') continue;
		const use = { at: e.at, part: 1 / e.used.length };
		for (const id of e.used) {
			const known = uses.get(id);
			if (known === undefined) uses.set(id, [use]);
			else known.push(use);
		}
	}
	return uses;
}

/** How the forecasts of a session came true. Calls an hour, on average over `calls`. */
export interface Foresight {
	/** Calls whose forecast could be held against at least five minutes of what came after. */
	readonly calls: number;
	readonly predicted: number;
	readonly realised: number;
	/** Mean of how far each was off. */
	readonly error: number;
}

/** @param endedAt  up to when the entries tell, milliseconds since 1970 */
export function checkForesight(entries: readonly LedgerEntry[], endedAt: number): Foresight {
	const uses = usesOf(entries);
	const held = entries.flatMap((e) => {
		if (e.type !== 'question' || e.checklist === undefined || endedAt - e.at < HELD_LEAST_MS) return [];
		const until = Math.min(endedAt, e.at + HOUR_MS);
		const answers = e.made.flatMap((id) => uses.get(id) ?? []).filter((use) => use.at > e.at && use.at <= until);
		const realised = (answers.reduce((sum, use) => sum + use.part, 0) * HOUR_MS) / (until - e.at);
		return [{ predicted: e.checklist.delta, realised }];
	});
	const mean = (of: (one: (typeof held)[number]) => number): number =>
		held.length === 0 ? 0 : held.reduce((sum, one) => sum + of(one), 0) / held.length;
	return {
		calls: held.length,
		predicted: mean((one) => one.predicted),
		realised: mean((one) => one.realised),
		error: mean((one) => Math.abs(one.predicted - one.realised)),
	};
}

/** What would keep a question of this sort from coming to a model again. */
export function remedyFor(reason: MissReason | 'unknown', ask: Ask): string {
	switch (reason) {
		case 'no-crystal':
			return ARTEFACTS[ask].unknown;
		case 'shadow':
			return ask === 'strategy'
				? 'a few more goals reached: a plan answers in the next session once four were'
				: 'a few more agreeing answers: what was learnt is waiting for its fourth clean label';
		case 'below-threshold':
			return 'agreement: its crystals were wrong too lately to be trusted';
		case 'conflict':
			return 'a fact in the profile that tells the two situations apart';
		case 'stale':
			return ask === 'strategy'
				? 'goals that cover more of the game: the plan had nothing left to pursue'
				: ask === 'narration'
					? 'more variants from one call'
					: 'nothing to do: what changed in the game is being learnt anew';
		case 'unexplained-change':
		case 'unverified-transition':
			return 'seeing this way into the screen a few more times';
		case 'act-failed':
			return 'a better act here: what was done did not bring about what was expected';
		case 'audit':
			return 'none: one act in a hundred is checked on purpose';
		case 'surprise':
			return 'none: a model speaks on real surprises, six times an hour at most';
		default:
			return 'see why the tier before it could not answer';
	}
}
