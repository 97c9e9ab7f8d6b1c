import { PROTOCOL, type ProtocolLine } from '../../core/protocol.ts';
import type { RecordsView, Row, TableName } from '../../core/records.ts';
import type { SatsShown } from '../../core/sats.ts';

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

export function fakeSats(): SatsShown {
	const row = { kind: 'in', source: 'wallet', usd: null, rateAt: null, until: null, simulated: false } as const;
	return {
		wallet: { connected: true, alias: 'Tip jar', network: 'mainnet', relays: ['relay.example.org'], readAt: AT, trouble: '' },
		totals: {
			in: 412_000_000,
			out: 96_512_400,
			paid: 0,
			fee: 21_000,
			pending: 0,
			simulated: { in: 0, out: 1_200_000, paid: 0, fee: 0, pending: 0 },
		},
		rates: [{ at: AT - 86_400_000, usdPerBtc: 96_400, from: 'typed in' }],
		unconverted: { calls: 0, usd: 0 },
		unpriced: 0,
		setAside: 2,
		rows: 42,
		newest: [
			{ ...row, at: AT, msat: 21_000_000, receipt: 'a3'.repeat(32), note: 'Great run!' },
			{
				...row,
				at: AT - 60_000,
				kind: 'out',
				source: 'ledger',
				msat: 38_250,
				receipt: 'flare-2026-11-30T20-00-00-000Z 5120',
				note: 'perception: a-vlm',
				usd: 0.0369,
				rateAt: AT - 86_400_000,
			},
			{ ...row, at: AT - 120_000, msat: 5_000_000, receipt: '9c'.repeat(32), note: '' },
		],
	};
}

export function fakeProtocol(): ProtocolLine[] {
	return PROTOCOL.map((row, i) => {
		const took = i === 8 ? null : row.targetMs * (0.2 + 0.1 * i);
		return {
			...row,
			held: 120 - 14 * i,
			autonomous: 90 - 11 * i,
			replaced: i === 8 ? 0 : 9000 >> i,
			p10Ms: took,
			p50Ms: took,
			p99Ms: took && took * 1.6,
		};
	});
}
