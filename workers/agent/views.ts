// What the page shows, made from what the loop keeps. Words for a person are chosen here and nowhere else in the worker.
import type { Crystal } from '../../src/core/crystals/crystal.ts';
import { floor, score } from '../../src/core/crystals/lifecycle.ts';
import type { LedgerEntry, QuestionEntry } from '../../src/core/ledger.ts';
import type { Act } from '../../src/core/question.ts';
import type { CrystalView, DecisionView } from '../agent.protocol.ts';

export function actText(act: Act): string {
	const args = Object.values(act.args).map((value) => (typeof value === 'object' && !Array.isArray(value) && 'fact' in value ? value.fact : Array.isArray(value) ? value.join(', ') : String(value)));
	return [act.verb, ...args].join(' ');
}

/** One line of the decision stream; undefined for entries that are not questions. */
export function decisionView(entry: LedgerEntry, nameOf: (id: string) => string, line: string): DecisionView | undefined {
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
	};
}

function whatText(entry: QuestionEntry, line: string): string {
	if (entry.tier === null) return 'not answered';
	if (entry.ask === 'perception') return `screen ${entry.screen ?? 'unknown'}, ${Object.keys(entry.facts ?? {}).length} facts`;
	if (entry.ask === 'decision') return entry.act === undefined ? 'no act' : actText(entry.act);
	return line || entry.ask;
}

function reasonText(entry: QuestionEntry): string {
	const misses = entry.misses.map((miss) => `${miss.reason}: ${miss.detail}`).join('; ');
	return [misses, entry.why].filter(Boolean).join(' → ');
}

export interface CrystalText {
	text(crystal: Crystal): string;
	png(crystal: Crystal): Uint8Array | undefined;
}

export function crystalView(crystal: Crystal, describe: CrystalText): CrystalView {
	const png = describe.png(crystal);
	const { tier, model, at, usd, entry } = crystal.provenance;
	return {
		id: crystal.id,
		kind: crystal.kind,
		name: crystal.name,
		state: crystal.state,
		score: score(crystal.stat),
		floor: floor(crystal.stat),
		k: crystal.stat.k,
		w: crystal.stat.w,
		used: crystal.stat.used,
		text: describe.text(crystal),
		...(png === undefined ? {} : { png }),
		madeBy: { tier, model, at, usd, entry },
		history: crystal.history,
	};
}
