// Faults put in on purpose: for each, what is expected and what was seen. A group of rows is a file in faults/ that exports
// `(options) → rows` (faults/rows.d.mts), and its line in GROUPS.
import { budgets } from './faults/budgets.mjs';

const GROUPS = { budgets };

/** @param {{log: (line: string) => void}} options */
export async function run({ log }) {
	const rows = [];
	for (const [group, find] of Object.entries(GROUPS)) {
		for (const row of await find({ log })) {
			log(`${row.ok ? 'as expected' : 'NOT as expected'}: ${row.fault}${row.seed === undefined ? '' : ` (seed ${row.seed})`}: ${row.seen}`);
			rows.push({ group, ...row });
		}
	}
	const waits = rows.flatMap(({ recoveredMs }) => recoveredMs ?? []).sort((a, b) => a - b);
	const at = (share) => waits[Math.min(waits.length - 1, Math.floor(share * waits.length))] ?? null;
	return {
		ok: rows.every(({ ok }) => ok),
		seeds: [...new Set(rows.flatMap(({ seed }) => seed ?? []))],
		results: { rows, recoveryMs: { of: waits.length, p50: at(0.5), p95: at(0.95) } },
	};
}
