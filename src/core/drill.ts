// Pulling the falsework: for some minutes no model outside is asked for anything, and what still stands is counted. Sovereignty that
// falls when the scaffold goes was none.
import { deviceCalls, type LedgerEntry, type QuestionEntry } from './ledger.ts';

/** Minutes of a drill that a person may choose. */
export const DRILL_MINUTES = [1, 5, 15, 60] as const;
/** Minutes of play from one drill of a schedule to the next. */
export const DRILL_EVERY = [15, 30, 60, 240] as const;

/** Drills by themselves. */
export interface DrillSchedule {
	readonly everyMinutes: (typeof DRILL_EVERY)[number];
	readonly minutes: (typeof DRILL_MINUTES)[number];
}

/** As it was stored or sent; anything else is no schedule. */
export function readDrillSchedule(data: unknown): DrillSchedule | undefined {
	const { everyMinutes, minutes } = (typeof data === 'object' && data !== null ? data : {}) as Partial<
		Record<keyof DrillSchedule, unknown>
	>;
	const every = DRILL_EVERY.find((known) => known === everyMinutes);
	const long = DRILL_MINUTES.find((known) => known === minutes);
	return every === undefined || long === undefined || long > every ? undefined : { everyMinutes: every, minutes: long };
}

/** What was asked in a stretch of play, and what came of it. */
export interface Standing {
	readonly ms: number;
	readonly questions: number;
	/** Answered by crystals. */
	readonly local: number;
	/** Answered by a model in the page. */
	readonly device: number;
	/** Answered by nobody. */
	readonly unanswered: number;
	/** Requests to models outside the page. */
	readonly outside: number;
	readonly acts: number;
	readonly idle: number;
	readonly checked: number;
	readonly wrong: number;
}
export interface DrillScore {
	readonly startedAt: number;
	readonly endedAt: number;
	/** How many minutes it was to last. */
	readonly minutes: number;
	/** It was put back before its time. */
	readonly early: boolean;
	readonly during: Standing;
	/** As long a stretch just before, or what there was of it. */
	readonly before: Standing;
}

/** What stood in `[from, to)`, milliseconds since 1970. Verdicts count by their own time. */
export function standing(entries: readonly LedgerEntry[], from: number, to: number): Standing {
	const here = entries.filter(({ at }) => at >= from && at < to);
	const questions = here.filter((e): e is QuestionEntry => e.type === 'question');
	const acts = here.filter((e) => e.type === 'act');
	const verdicts = here.filter((e) => e.type === 'verdict');
	return {
		ms: Math.max(0, to - from),
		questions: questions.length,
		local: questions.filter((q) => q.tier === 'crystal').length,
		device: questions.filter((q) => q.tier === 'device').length,
		unanswered: questions.filter((q) => q.tier === null).length,
		// What was sent before the stretch began may come back in it.
		outside: questions.reduce((sum, q) => sum + (q.at - q.latencyMs < from ? 0 : q.calls - deviceCalls(q)), 0),
		acts: acts.length,
		idle: acts.filter((a) => a.idle).length,
		checked: verdicts.length,
		wrong: verdicts.filter((v) => v.wrong).length,
	};
}

/** The drills of a session that are over, oldest first; one that the session's end cut short ends with its last entry. */
export function drillsOf(entries: readonly LedgerEntry[]): DrillScore[] {
	const begun = entries[0]?.at ?? 0;
	const last = entries.reduce((latest, { at }) => Math.max(latest, at), begun);
	const drills: DrillScore[] = [];
	let pulled: Extract<LedgerEntry, { type: 'drill' }> | undefined;
	const over = (endedAt: number): void => {
		if (pulled === undefined) return;
		const { at: startedAt, minutes } = pulled;
		pulled = undefined;
		drills.push({
			startedAt,
			endedAt,
			minutes,
			early: endedAt - startedAt < minutes * 60_000,
			during: standing(entries, startedAt, endedAt),
			before: standing(entries, Math.max(begun, startedAt - (endedAt - startedAt)), startedAt),
		});
	};
	for (const entry of entries) {
		if (entry.type === 'drill' && entry.event === 'pulled') pulled ??= entry;
		else if (entry.type === 'drill') over(entry.at);
		else if (entry.type === 'session' && entry.event === 'ended') over(last);
	}
	return drills;
}

/** What stood, in a sentence for a person. */
export function drillSentence({ during, before, minutes, early }: DrillScore): string {
	const share = ({ local, questions }: Standing): string =>
		questions === 0
			? 'nothing was asked'
			: `${local} of ${questions} questions answered by crystals (${Math.round((100 * local) / questions)} %)`;
	const length = early ? `${(during.ms / 60_000).toFixed(1)} of ${minutes} minutes` : `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
	return `In ${length} without a model outside: ${share(during)}, ${during.device} by models in the page, ${during.unanswered} by nobody; ${during.wrong} of ${during.checked} checked were wrong, ${during.idle} of ${during.acts} acts idle. Before: ${share(before)}, ${before.idle} of ${before.acts} acts idle.`;
}
