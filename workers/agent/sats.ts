// What the companion's table of sats says goes into the ledger, row by row, so that its chain covers it and graduation can be recomputed
// without the companion. Each row once, whichever session runs when it comes.
import type { Store } from '../../src/adapters/store.ts';
import type { Ledger, SatsEntry } from '../../src/core/ledger.ts';
import type { RowsAsked, RowsTold } from '../../src/core/records.ts';

const TOLD = 'sats told';
const DIRECTIONS: ReadonlySet<unknown> = new Set<SatsEntry['direction']>(['in', 'out', 'fee']);

interface Told {
	/** Rows there were. */
	readonly rows: number;
	/** The highest number among them. */
	readonly id: number;
}

/**
 * Writes down the rows that are new.
 *
 * @param rows  that the table has now
 * @param read  a page of it; undefined where the companion cannot say
 */
export async function writeSats(o: {
	readonly store: Pick<Store, 'getSetting' | 'setSetting'>;
	readonly ledger: Pick<Ledger, 'append'>;
	readonly rows: number;
	readonly read: (asked: RowsAsked) => Promise<RowsTold | undefined>;
}): Promise<void> {
	const before = (await o.store.getSetting(TOLD)) as Told | undefined;
	// Another companion, or one that was emptied, begins anew.
	const told: Told = before === undefined || before.rows > o.rows ? { rows: 0, id: 0 } : before;
	const fresh: RowsTold['rows'][number][] = [];
	let after: number | null = 0;
	// The newest stand first, by the time they moved: an old payment may come late, so it is looked for until all that are new are found.
	while (fresh.length < o.rows - told.rows && after !== null) {
		const page: RowsTold | undefined = await o.read({ table: 'sats', newest: true, after });
		if (page === undefined) return;
		fresh.push(...page.rows.filter(({ id }) => Number(id) > told.id));
		after = page.next;
	}
	if (fresh.length === 0) return;
	for (const row of fresh.toSorted((a, b) => Number(a['id']) - Number(b['id']))) {
		if (!DIRECTIONS.has(row['kind'])) continue;
		o.ledger.append({
			type: 'sats',
			movedAt: Number(row['at']),
			direction: row['kind'] as SatsEntry['direction'],
			msat: Number(row['msat']),
			receipt: String(row['receipt']),
			detail: [row['note'], row['rate_at'] === null ? '' : `at the rate of ${new Date(Number(row['rate_at'])).toISOString().slice(0, 10)}`]
				.filter(Boolean)
				.join(', '),
			...(row['simulated'] === 1 ? { simulated: true } : {}),
		});
	}
	const id = Math.max(told.id, ...fresh.map((row) => Number(row['id'])));
	await o.store.setSetting(TOLD, { rows: told.rows + fresh.length, id } satisfies Told);
}
