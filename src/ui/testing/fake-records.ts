import type { RecordsView, Row, TableName } from '../../core/records.ts';

export const FAKE_RECORDS: RecordsView = {
	tables: [
		{ name: 'ledger', rows: 48_213 },
		{ name: 'metrics_minute', rows: 118 },
		{ name: 'metrics_session', rows: 3 },
		{ name: 'commands', rows: 2104 },
		{ name: 'crystals', rows: 231 },
		{ name: 'sats', rows: 42 },
		{ name: 'rates', rows: 1 },
		{ name: 'set_aside', rows: 2 },
	],
	bytes: 31_400_000,
	setAside: 2,
	trouble: '',
};

const AT = Date.UTC(2026, 10, 30, 20);

export function fakeRows(table: TableName): Row[] {
	if (table !== 'metrics_session') return [{ at: AT, note: `a row of ${table}` }];
	return [3, 2, 1].map((n) => ({
		session: `flare-2026-11-${27 + n}T20-00-00-000Z`,
		game: 'flare',
		started_at: AT - (3 - n) * 86_400_000,
		ended_at: AT - (3 - n) * 86_400_000 + 2_400_000,
		ended_by: 'time',
		entries: 16_071 + n,
		played_ms: 2_400_000,
		perception_local: 9100 + n,
		perception_total: 9180,
		calls: 120 - 30 * n,
		usd: 0.21 - 0.05 * n,
		simulated: 0,
	}));
}
