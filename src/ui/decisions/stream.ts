// The decision stream: newest first, capped, filtered by ask and by who answered. Calls stay for longer than the rest.
import { CALLS_KEPT, keepLines, LINES_KEPT } from '../../core/kept-lines.ts';
import type { TierName } from '../../core/ledger.ts';
import type { Ask } from '../../core/question.ts';
import type { DecisionView } from '../services.ts';

/** @returns the lines that are kept, newest first; a line told again replaces its former self */
export function takeDecisions(
	old: readonly DecisionView[],
	fresh: readonly DecisionView[],
	lines = LINES_KEPT,
	calls = CALLS_KEPT,
): DecisionView[] {
	const again = new Set(fresh.map((d) => d.n));
	const kept = old.filter((d) => !again.has(d.n));
	return keepLines(
		[...fresh, ...kept].sort((a, b) => b.n - a.n),
		lines,
		calls,
	);
}

/** `outside` stands for local and cloud together; `nobody` for questions that no tier could answer. */
export type TierFilter = 'all' | 'crystal' | 'device' | 'outside' | 'nobody';
export type AskFilter = 'all' | Ask;

export function inTier(tier: TierName | null, filter: TierFilter): boolean {
	if (filter === 'all') return true;
	if (filter === 'nobody') return tier === null;
	if (filter === 'outside') return tier === 'local' || tier === 'cloud';
	return tier === filter;
}

export function filterDecisions(decisions: readonly DecisionView[], ask: AskFilter, tier: TierFilter): readonly DecisionView[] {
	if (ask === 'all' && tier === 'all') return decisions.slice(0, LINES_KEPT);
	return decisions.filter((d) => (ask === 'all' || d.ask === ask) && inTier(d.tier, tier));
}
