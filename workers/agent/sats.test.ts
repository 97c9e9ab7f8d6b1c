import { expect, it } from 'vitest';
import type { EntryDraft } from '../../src/core/ledger.ts';
import type { Row, RowsAsked } from '../../src/core/records.ts';
import { writeSats } from './sats.ts';

function companion() {
	const rows: Row[] = [];
	const settings = new Map<string, unknown>();
	const written: EntryDraft[] = [];
	const look = () =>
		writeSats({
			store: {
				getSetting: async (key) => settings.get(key),
				async setSetting(key, value) {
					settings.set(key, value);
					return true;
				},
			},
			ledger: {
				append(draft) {
					written.push(draft);
					return { ...draft, n: 1, at: 1, session: 's' } as never;
				},
			},
			rows: rows.length,
			read: async ({ after = 0 }: RowsAsked) => {
				const newest = rows.toSorted((a, b) => Number(b['at']) - Number(a['at']) || Number(b['id']) - Number(a['id']));
				return { rows: newest.slice(after, after + 2), next: newest.length < after + 2 ? null : after + 2 };
			},
		});
	const add = (kind: string, at: number, more: Row = {}) => {
		rows.push({
			id: rows.length + 1,
			at,
			kind,
			msat: 10 * at,
			source: 'wallet',
			receipt: `r${rows.length}`,
			note: 'tip',
			rate_at: null,
			simulated: 0,
			...more,
		});
	};
	const told = () => written.splice(0).map((d) => (d.type === 'sats' ? [d.direction, d.movedAt, d.msat] : []));
	return { rows, written, look, add, told };
}

it('writes each settled row once, in the order it came, also one that moved long before', async () => {
	const c = companion();
	c.add('in', 100);
	c.add('pending', 110);
	c.add('fee', 120);
	c.add('paid', 130);
	c.add('out', 140);
	await c.look();
	expect(c.told()).toEqual([
		['in', 100, 1000],
		['fee', 120, 1200],
		['out', 140, 1400],
	]);
	await c.look();
	expect(c.told()).toEqual([]);
	c.add('in', 5);
	await c.look();
	expect(c.told()).toEqual([['in', 5, 50]]);
});

it('says what was pretended, and by which rate; and begins anew with another companion', async () => {
	const c = companion();
	c.add('out', 100, { simulated: 1, rate_at: Date.UTC(2026, 4, 1) });
	c.add('in', 101);
	await c.look();
	expect(c.written[0]).toMatchObject({ simulated: true, detail: 'tip, at the rate of 2026-05-01', receipt: 'r0' });
	c.told();
	c.rows.length = 0;
	c.add('in', 7);
	await c.look();
	expect(c.told()).toEqual([['in', 7, 70]]);
});
