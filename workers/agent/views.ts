// What the page shows, made from what the loop keeps. Words for a person are chosen here and nowhere else in the worker.
import { plural } from '../../src/core/figures.ts';
import type { Cleared, Gate } from '../../src/core/moderation/gate.ts';
import type { Checklist } from '../../src/core/checklist.ts';
import type { LedgerEntry, QuestionEntry } from '../../src/core/ledger.ts';
import type { Act } from '../../src/core/question.ts';
import type { DecisionView } from '../agent.protocol.ts';

export function actText(act: Act): string {
	const args = Object.values(act.args).map((value) =>
		typeof value === 'object' && !Array.isArray(value) && 'fact' in value
			? value.fact
			: Array.isArray(value)
				? value.join(', ')
				: String(value),
	);
	return [act.verb, ...args].join(' ');
}

/** A line of the decision stream before it went through the gate. */
export type DecisionTold = {
	readonly [K in keyof DecisionView]: K extends 'what' | 'reason' ? string : K extends 'crystals' ? readonly string[] : DecisionView[K];
};

/** As it may be seen; without a gate its words are left out. */
export function cleared({ checklist, ...told }: DecisionTold, gate: Pick<Gate, 'glance'> | undefined): DecisionView {
	if (gate === undefined) return { ...told, what: '', reason: '', crystals: [] };
	return {
		...told,
		what: gate.glance(told.what, 'something'),
		reason: gate.glance(told.reason, 'empty'),
		...(checklist === undefined ? {} : { checklist: clearedChecklist(checklist, gate) }),
		crystals: told.crystals.map((name): Cleared => gate.glance(name, 'something')),
	};
}

/** What it fills, and what ends the asking, speak of screens and crystals by name. */
function clearedChecklist(checklist: Checklist, gate: Pick<Gate, 'glance'>): Checklist {
	return { ...checklist, fills: gate.glance(checklist.fills, 'something'), ends: gate.glance(checklist.ends, 'something') };
}

/** One line of the decision stream; undefined for entries that are not questions. */
export function decisionTold(entry: LedgerEntry, nameOf: (id: string) => string, line: string): DecisionTold | undefined {
	if (entry.type === 'silent')
		return {
			n: entry.n,
			at: entry.at,
			ask: 'narration',
			tier: null,
			silent: true,
			what: entry.event,
			reason: entry.why,
			model: '',
			simulated: false,
			latencyMs: 0,
			usd: 0,
			tokens: 0,
			crystals: [],
			violation: false,
		};
	if (entry.type !== 'question') return undefined;
	return {
		n: entry.n,
		at: entry.at,
		ask: entry.ask,
		tier: entry.tier,
		what: whatText(entry, line),
		reason: reasonText(entry),
		model: entry.model,
		simulated: entry.simulated,
		latencyMs: entry.latencyMs,
		usd: entry.usd,
		tokens: entry.promptTokens + entry.completionTokens,
		crystals: (entry.tier === 'crystal' ? entry.used : entry.made).map(nameOf),
		violation: entry.violation,
		...(entry.checklist === undefined ? {} : { checklist: entry.checklist }),
	};
}

function whatText(entry: QuestionEntry, line: string): string {
	if (entry.tier === null) return 'not answered';
	if (entry.ask === 'perception') return `screen ${entry.screen ?? 'unknown'}, ${Object.keys(entry.facts ?? {}).length} facts`;
	if (entry.ask === 'decision') return entry.act === undefined ? 'no act' : actText(entry.act);
	if (entry.ask === 'strategy') return 'a plan';
	if (entry.ask === 'quest' || entry.ask === 'npc') return entry.said ?? entry.ask;
	return line || entry.ask;
}

function reasonText(entry: QuestionEntry): string {
	const misses = entry.misses.map((miss) => `${miss.reason}: ${miss.detail}`).join('; ');
	const { waited } = entry;
	const wait = waited === undefined ? '' : `${plural(waited.times, 'question', 'questions')} like #${waited.of} waited for you until now`;
	return [wait, misses, entry.why].filter(Boolean).join(' → ');
}

/** A reason as a sentence of its own. */
export function sentenceOf(why: string): string {
	return `${why.charAt(0).toUpperCase()}${why.slice(1)}${/[.!?]$/.test(why) ? '' : '.'}`;
}
