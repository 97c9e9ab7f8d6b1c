// What each crystal cost to learn and what it has saved since: the two sides of one ledger, joined. An answer saved what a model's
// answer to the same kind of question costs here on average, shared evenly among the crystals that gave it; what an answer cost is
// shared evenly among the crystals it made. So the rows add up to the scorecard's own sums, and none is estimated apart from them.
import type { LedgerEntry, QuestionEntry } from './ledger.ts';
import type { Ask } from './question.ts';

export interface Payback {
	readonly crystal: string;
	/** Ask whose answer made it; null where no entry here did (brought, made by hand). */
	readonly ask: Ask | null;
	readonly cost: { readonly usd: number | null; readonly tokens: number; readonly ms: number };
	/** Times it answered, alone or with others. */
	readonly used: number;
	/** null: no model answered such a question here, or at an unknown price. */
	readonly saved: { readonly usd: number | null; readonly ms: number | null };
	/** Saved less cost; null where either is not known. */
	readonly net: { readonly usd: number | null; readonly ms: number | null };
}

interface Mean {
	n: number;
	usd: number;
	ms: number;
	unpriced: boolean;
}
interface Row {
	ask: Ask | null;
	usd: number | null;
	tokens: number;
	ms: number;
	used: number;
	/** Parts of answers by ask. */
	readonly parts: Map<Ask, { share: number; ms: number }>;
}

/**
 * @param entries  as far back as the payback is wanted for
 * @returns one row for each crystal that was made or used, those that lost most first
 */
export function paybackOf(entries: Iterable<LedgerEntry>): Payback[] {
	const means = new Map<Ask, Mean>();
	const rows = new Map<string, Row>();
	const rowOf = (id: string): Row => {
		const known = rows.get(id);
		if (known !== undefined) return known;
		const fresh: Row = { ask: null, usd: 0, tokens: 0, ms: 0, used: 0, parts: new Map() };
		rows.set(id, fresh);
		return fresh;
	};
	for (const entry of entries) {
		if (entry.type !== 'question') continue;
		if (entry.calls > 0) addCost(entry, rowOf);
		if (entry.tier === 'crystal') addUse(entry, rowOf);
		else if (entry.tier !== null) addMean(means, entry);
	}
	return [...rows]
		.map(([crystal, row]) => paybackRow(crystal, row, means))
		.toSorted((a, b) => (a.net.usd ?? 0) - (b.net.usd ?? 0) || a.used - b.used);
}

function addMean(means: Map<Ask, Mean>, entry: QuestionEntry): void {
	const mean = means.get(entry.ask) ?? { n: 0, usd: 0, ms: 0, unpriced: false };
	mean.n++;
	mean.ms += entry.latencyMs;
	if (entry.usd === null) mean.unpriced = true;
	else mean.usd += entry.usd;
	means.set(entry.ask, mean);
}

function addCost(entry: QuestionEntry, rowOf: (id: string) => Row): void {
	const made = [...new Set(entry.made)];
	for (const id of made) {
		const row = rowOf(id);
		row.ask ??= entry.ask;
		row.usd = row.usd === null || entry.usd === null ? null : row.usd + entry.usd / made.length;
		row.tokens += (entry.promptTokens + entry.completionTokens) / made.length;
		row.ms += entry.latencyMs / made.length;
	}
}

function addUse(entry: QuestionEntry, rowOf: (id: string) => Row): void {
	const used = [...new Set(entry.used)];
	for (const id of used) {
		const row = rowOf(id);
		row.used++;
		const part = row.parts.get(entry.ask) ?? { share: 0, ms: 0 };
		row.parts.set(entry.ask, { share: part.share + 1 / used.length, ms: part.ms + entry.latencyMs / used.length });
	}
}

function paybackRow(crystal: string, row: Row, means: ReadonlyMap<Ask, Mean>): Payback {
	let usd: number | null = 0;
	let ms: number | null = 0;
	for (const [ask, part] of row.parts) {
		const mean = means.get(ask);
		usd = usd === null || mean === undefined || mean.unpriced ? null : usd + (part.share * mean.usd) / mean.n;
		ms = ms === null || mean === undefined ? null : ms + (part.share * mean.ms) / mean.n - part.ms;
	}
	const less = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a - b);
	return {
		crystal,
		ask: row.ask,
		cost: { usd: row.usd, tokens: row.tokens, ms: row.ms },
		used: row.used,
		saved: { usd, ms },
		net: { usd: less(usd, row.usd), ms: less(ms, row.ms) },
	};
}
