// What play looks up while it goes on: ways over ten thousand places; quests, people, phrases and approvals among a hundred thousand.
import { lookups } from './routes/lookups.ts';
import { ways } from './routes/ways.ts';
import type { BenchPage, BenchResult } from './types.ts';

const host = globalThis as unknown as BenchPage;

export async function run({ peers }: { readonly peers?: boolean } = {}): Promise<BenchResult> {
	const way = await ways(peers === true ? `${location.origin}/peers-js/built/peers.js` : undefined);
	const look = await lookups((line) => host.falseworkLog(line));
	return {
		rows: [...way.rows, ...look.rows],
		ratios: way.ratios,
		accuracy: { ...way.accuracy, ...look.accuracy },
		notes: [...way.notes, ...look.notes],
		broken: [...way.broken, ...look.broken],
	};
}
