// The crystallisation protocol, row by row: what a model's output becomes, where that is kept, and what it has replaced so far. Sums
// over the crystals and the ledger, like all figures here.
import type { KindName, State } from './crystals/crystal.ts';
import type { LedgerEntry } from './ledger.ts';

export interface ProtocolRow {
	/** What a model gives. */
	readonly output: string;
	/** What it becomes. */
	readonly becomes: string;
	readonly kinds: readonly KindName[];
	/** In a pack (contracts.md §5). */
	readonly file: string;
	/** The founding document's bound for a retrieval. */
	readonly targetMs: number;
}

/** Source: the founding document's table. */
export const PROTOCOL: readonly ProtocolRow[] = [
	{ output: 'VLM: UI element', becomes: 'template and box', kinds: ['template'], file: 'templates.json', targetMs: 3 },
	{ output: 'VLM: text', becomes: 'region for the text reader', kinds: ['region'], file: 'regions.json', targetMs: 50 },
	{ output: 'LLM: navigation plan', becomes: 'waypoints', kinds: ['place', 'route'], file: 'nav_graph.json', targetMs: 1 },
	{ output: 'LLM: decision', becomes: 'if/else rule on facts', kinds: ['rule', 'skill'], file: 'rules.json', targetMs: 1 },
	{ output: 'LLM: quest interpretation', becomes: 'structured entry', kinds: ['quest'], file: 'quests.json', targetMs: 1 },
	{ output: 'LLM: NPC disposition', becomes: 'name and attitude', kinds: ['person'], file: 'npcs.json', targetMs: 1 },
	{ output: 'LLM: narration', becomes: 'phrase with slots', kinds: ['phrase'], file: 'narration.json', targetMs: 1 },
	{ output: 'API: moderation', becomes: 'approved pattern', kinds: ['approval'], file: 'approved.json', targetMs: 1 },
	{ output: 'cloud: strategic plan', becomes: 'goals and rules', kinds: ['strategy'], file: 'strategy.json', targetMs: 1 },
];

export interface ProtocolLine extends ProtocolRow {
	/** Crystals held, retired ones left out; and those of them that answer by themselves. */
	readonly held: number;
	readonly autonomous: number;
	/** Answers that one of them gave, alone or with others, each of which had been a call. */
	readonly replaced: number;
	/** What those answers took, looking and all; null where there were none. */
	readonly p10Ms: number | null;
	readonly p50Ms: number | null;
	readonly p99Ms: number | null;
}

/** @param crystals  of one game; @param entries  of the ledger that is looked at, a session's or a life's */
export function protocolLines(
	crystals: Iterable<{ readonly id: string; readonly kind: KindName; readonly state: State }>,
	entries: Iterable<LedgerEntry>,
): readonly ProtocolLine[] {
	const all = [...crystals];
	const kinds = new Map(all.map(({ id, kind }) => [id, kind]));
	const times = new Map<KindName, number[]>();
	for (const entry of entries) {
		if (entry.type !== 'question' || entry.tier !== 'crystal') continue;
		for (const kind of new Set(entry.used.flatMap((id) => kinds.get(id) ?? []))) {
			const mine = times.get(kind);
			if (mine === undefined) times.set(kind, [entry.latencyMs]);
			else mine.push(entry.latencyMs);
		}
	}
	return PROTOCOL.map((row) => {
		const mine = all.filter(({ kind, state }) => row.kinds.includes(kind) && state !== 'retired');
		const took = row.kinds.flatMap((kind) => times.get(kind) ?? []).toSorted((a, b) => a - b);
		const at = (q: number): number | null => took[Math.floor(q * took.length)] ?? null;
		return {
			...row,
			held: mine.length,
			autonomous: mine.filter(({ state }) => state === 'autonomous').length,
			replaced: took.length,
			p10Ms: at(0.1),
			p50Ms: at(0.5),
			p99Ms: at(0.99),
		};
	});
}
