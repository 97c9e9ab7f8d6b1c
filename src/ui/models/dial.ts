// The dial's stops and words.
import { formatPercent } from '../primitives/format.ts';
import type { RoutedAskView, RoutedView } from '../services.ts';

/** Shares that may reach the cloud; null: as needed. */
export const DIAL_STOPS: readonly (number | null)[] = [0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, null];

/** The stop that is nearest to a share: one set elsewhere may lie between two. */
export function stopOf(share: number | null): number {
	if (share === null) return DIAL_STOPS.length - 1;
	let best = 0;
	for (const [i, stop] of DIAL_STOPS.entries()) {
		if (stop !== null && Math.abs(stop - share) < Math.abs((DIAL_STOPS[best] ?? 0) - share)) best = i;
	}
	return best;
}

export function dialWords(share: number | null): string {
	return share === null
		? 'As many as are needed'
		: share === 0
			? 'None: the cloud is never asked'
			: `At most ${formatPercent(share)} of them`;
}
export function ownWords(share: number | null): string {
	return share === null ? 'As needed' : share === 0 ? 'Never' : `At most ${formatPercent(share)}`;
}

export const ASK_WORDS: Readonly<Record<RoutedAskView['ask'], string>> = {
	perception: 'What is seen',
	decision: 'What to do',
	route: 'How to get there',
	strategy: 'What to aim for',
	narration: 'What to say',
	quest: 'What a text asks for',
	npc: 'How somebody stands',
	moderation: 'What may be said',
};

export function verdictTone({ state, verdict }: Pick<RoutedView, 'state' | 'verdict'>): string {
	if (state === 'quarantined') return 'chip-bad';
	return verdict === 'good' ? 'chip-good' : verdict === 'skip' ? 'chip-warn' : '';
}

/** A kind of question under the heading of its ask. */
export function kindWords(ask: RoutedAskView['ask'], key: string): string {
	if (key === '') return 'All of them';
	return ask === 'perception' ? `After ${key}` : ask === 'decision' ? `On ${key}` : `Of ${key}`;
}
