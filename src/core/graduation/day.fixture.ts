// A day of play for tests of graduation. Nothing in it was played.
import type { EntryDraft, LedgerEntry, QuestionEntry } from '../ledger.ts';
import { MINUTE_MS } from './tally.ts';

/** Of the first minute; a whole quarter of an hour. */
export const DAY = Date.UTC(2026, 4, 1);

export function asked(more: Partial<QuestionEntry> = {}): EntryDraft {
	return {
		type: 'question',
		tick: 1,
		ask: 'perception',
		tier: 'crystal',
		misses: [],
		latencyMs: 2,
		model: '',
		calls: 0,
		promptTokens: 0,
		completionTokens: 0,
		usd: 0,
		simulated: false,
		made: [],
		used: [],
		why: '',
		violation: false,
		...more,
	};
}
/** Answered by a model. */
export const call = (ask: QuestionEntry['ask'], tier: 'device' | 'local' | 'cloud'): EntryDraft =>
	asked({ ask, tier, calls: 1, misses: [{ tier: 'crystal', reason: 'no-crystal', detail: '' }] });

/** Entries as they are written, minute by minute. */
export function scribe(session: string, n = 1) {
	const entries: LedgerEntry[] = [];
	return {
		entries,
		write(minute: number, draft: EntryDraft): void {
			entries.push({ ...draft, n: n++, at: DAY + minute * MINUTE_MS, session } as LedgerEntry);
		},
	};
}

export interface DayOptions {
	readonly minutes?: number;
	/** What happens besides in a minute. */
	readonly also?: (minute: number) => readonly EntryDraft[];
	/** Whether the game's state changes in it. */
	readonly moves?: (minute: number) => boolean;
	readonly speaks?: boolean;
	readonly sats?: { readonly earnedMsat: number; readonly spentMsat: number } | null;
}

/** A session of a day that meets all five, unless changed; a short one of eleven hours begins and ends inside it. */
export function dayOf(o: DayOptions = {}): LedgerEntry[] {
	const minutes = o.minutes ?? 1440;
	const halves = [
		{ session: 'first', from: 0, to: 660 },
		{ session: 'second', from: 660, to: minutes },
	];
	const all: LedgerEntry[] = [];
	for (const { session, from, to } of halves) {
		const day = scribe(session, all.length + 1);
		day.write(from, { type: 'session', event: 'started', game: 'g', detail: '', playedMs: 0 });
		for (let minute = from; minute < Math.min(to, minutes); minute++) {
			const x = (o.moves?.(minute) ?? true) ? minute + 1 : 0;
			day.write(minute, asked({ screen: 'play', facts: { x: 0 } }));
			day.write(minute, asked({ screen: 'play', facts: { x } }));
			day.write(minute, asked({ ask: 'decision', screen: 'play', facts: { x } }));
			if ((o.speaks ?? true) && minute % 10 === 0)
				day.write(minute, { type: 'spoken', of: 1, tier: 'crystal', event: 'fight', line: 'A wolf.' });
			for (const draft of o.also?.(minute) ?? []) day.write(minute, draft);
		}
		const sats = o.sats === undefined ? { earnedMsat: 5000, spentMsat: 1000 } : o.sats;
		if (sats !== null && session === 'first') {
			day.write(to - 1, { type: 'sats', movedAt: DAY + 3 * MINUTE_MS, direction: 'in', msat: sats.earnedMsat, receipt: 'r1', detail: '' });
			day.write(to - 1, { type: 'sats', movedAt: DAY + 4 * MINUTE_MS, direction: 'out', msat: sats.spentMsat, receipt: 'r2', detail: '' });
		}
		const playedMs = (Math.min(to, minutes) - from) * MINUTE_MS;
		day.write(Math.min(to, minutes) - 0.01, { type: 'session', event: 'ended', game: 'g', detail: '', playedMs });
		all.push(...day.entries);
	}
	return all;
}
