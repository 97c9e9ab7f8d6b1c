import { IDBFactory, IDBKeyRange, IDBObjectStore } from 'fake-indexeddb';
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Crystal, freshStat, type Scope } from '../core/crystals/crystal.ts';
import type { LedgerEntry } from '../core/ledger.ts';
import { verifyCertificate } from '../core/graduation/certificate.ts';
import { makeSha256 } from './chain.ts';
import { verifies } from './device-key.ts';
import { openStore, type Store, type StoreOptions } from './store.ts';
import { declareDatabase, SCHEMAS } from './store-schema.ts';

const scope: Scope = { game: 'flare', gameVersion: 'any', language: 'en', layout: '1280x720' };

function crystal(id: string, change: Partial<Crystal> = {}): Crystal {
	return {
		id,
		kind: 'template',
		scope,
		name: 'start',
		schema: 1,
		createdAt: 1,
		provenance: {
			at: 1,
			ask: 'perception',
			entry: 1,
			tier: 'cloud',
			model: 'm',
			frameHash: 'ab',
			promptTokens: 10,
			completionTokens: 5,
			usd: 0.001,
		},
		state: 'trial',
		stat: freshStat(),
		history: [],
		data: { box: [1, 2, 3, 4], threshold: 0.9 },
		blobs: { patch: Uint8Array.of(1, 2, 3), 'vector:name': Uint8Array.of(0, 0, 128, 63) },
		...change,
	};
}
function rested(n: number, session = 's1'): LedgerEntry {
	return { type: 'rested', n, at: n, session, ticks: 1 };
}
const engine = () => ({ indexedDB: new IDBFactory(), IDBKeyRange });
const opened: Store[] = [];
async function open(options: Partial<StoreOptions>): Promise<Store> {
	const store = await openStore({ now: () => 1000, ...options });
	opened.push(store);
	return store;
}
/** A second connection, as another tab or a broken disk would have it. */
async function raw(on: ReturnType<typeof engine>) {
	const db = declareDatabase('falsework', on);
	await db.open();
	return db;
}
function failWith(name: string, method: 'put' | 'add', store: string) {
	const original = IDBObjectStore.prototype[method] as (this: IDBObjectStore, ...args: unknown[]) => IDBRequest;
	return vi.spyOn(IDBObjectStore.prototype, method).mockImplementation(function (this: IDBObjectStore, ...args: unknown[]) {
		if (this.name === store) throw new DOMException('injected', name);
		return original.apply(this, args);
	} as never);
}
afterEach(async () => {
	vi.restoreAllMocks();
	await Promise.all(opened.splice(0).map((store) => store.close()));
});

describe('crystals', () => {
	it('come back as they were, pixels and vectors too', async () => {
		const on = engine();
		const one = crystal('a');
		const store = await open(on);
		expect(await store.putCrystal(one)).toBe(true);
		expect(await (await open(on)).loadCrystals(scope)).toEqual([one]);
	});

	it('are stored as they were at the call, though the caller goes on changing them', async () => {
		const store = await open(engine());
		const one = crystal('a');
		const written = store.putCrystal(one);
		one.state = 'retired';
		one.blobs['patch']?.fill(9);
		await written;
		const [read] = await store.loadCrystals(scope);
		expect(read?.state).toBe('trial');
		expect(read?.blobs['patch']).toEqual(Uint8Array.of(1, 2, 3));
	});

	it('change their state and lose a blob without leaving the old one behind', async () => {
		const on = engine();
		const store = await open(on);
		await store.putCrystal(crystal('a'));
		await store.putCrystal(crystal('a', { state: 'autonomous', blobs: { patch: Uint8Array.of(7) } }));
		const [read] = await store.loadCrystals(scope);
		expect(read?.state).toBe('autonomous');
		expect(read?.blobs).toEqual({ patch: Uint8Array.of(7) });
		const db = await raw(on);
		expect(await db.vectors.count()).toBe(0);
		db.close();
	});

	it.each([
		['game', { ...scope, game: 'other' }],
		['game version', { ...scope, gameVersion: '2' }],
		['language', { ...scope, language: 'de' }],
		['layout', { ...scope, layout: '800x600' }],
	])('of one profile are never seen by a profile of another %s, even under the same id', async (_what, elsewhere) => {
		const store = await open(engine());
		await store.putCrystals([crystal('a'), crystal('a', { scope: elsewhere, name: 'theirs' })]);
		expect((await store.loadCrystals(scope)).map((c) => c.name)).toEqual(['start']);
		expect((await store.loadCrystals(elsewhere)).map((c) => c.name)).toEqual(['theirs']);
	});

	it.each(['crystals', 'blobs', 'vectors'])('leave nothing when the write to %s fails midway', async (table) => {
		const on = engine();
		const store = await open(on);
		failWith('DataError', 'put', table);
		await expect(store.putCrystals([crystal('a'), crystal('b')])).rejects.toThrow();
		vi.restoreAllMocks();
		await store.flush();
		const db = await raw(on);
		expect([await db.crystals.count(), await db.blobs.count(), await db.vectors.count()]).toEqual([0, 0, 0]);
		db.close();
		expect(await store.putCrystal(crystal('c'))).toBe(true);
	});

	it('with a damaged blob, text or key are set aside and counted, and the others load', async () => {
		const on = engine();
		const store = await open(on);
		await store.putCrystals(['good', 'blob', 'text', 'gone', 'moved'].map((id) => crystal(id)));
		const db = await raw(on);
		await db.blobs
			.toCollection()
			.filter((row) => row.crystal === 'blob')
			.modify({ bytes: Uint8Array.of(1, 2, 4) });
		await db.blobs
			.toCollection()
			.filter((row) => row.crystal === 'gone')
			.delete();
		await db.crystals
			.toCollection()
			.filter((row) => row.id === 'text')
			.modify((row) => {
				row.json = row.json.replace('"trial"', '"autonomous"');
			});
		const moved = await db.crystals
			.toCollection()
			.filter((row) => row.id === 'moved')
			.first();
		await db.crystals.add({ ...(moved as NonNullable<typeof moved>), id: 'stranger' });
		const again = await open(on);
		expect((await again.loadCrystals(scope)).map((c) => c.id).sort()).toEqual(['good', 'moved']);
		expect((await again.usage()).setAside).toBe(4);
		expect((await db.setAside.toArray()).map((row) => `${row.key}: ${row.why}`).sort()).toEqual([
			'blob: blob "patch" does not fit its sha256',
			'gone: blob "patch" is missing',
			'stranger: the record stands under a key that is not its own',
			'text: the text does not fit its sha256',
		]);
		expect(await db.crystals.count()).toBe(2);
		db.close();
	});

	it("whose shape is not a crystal's are set aside, though their hash fits", async () => {
		const on = engine();
		const store = await open(on);
		await store.putCrystal(crystal('a', { state: 'enlightened' as never }));
		expect(await store.loadCrystals(scope)).toEqual([]);
		expect((await store.usage()).setAside).toBe(1);
	});

	it('whose kind refuses their data are set aside', async () => {
		const store = await open({ ...engine(), checkData: (c) => (c.id === 'bad' ? 'field "box": too small' : undefined) });
		await store.putCrystals([crystal('bad'), crystal('fine')]);
		expect((await store.loadCrystals(scope)).map((c) => c.id)).toEqual(['fine']);
	});
});

describe('the ledger', () => {
	it('is written in batches within 250 ms and read back in order', async () => {
		const on = engine();
		const store = await open(on);
		for (let n = 1; n <= 50; n++) store.appendLedger(rested(n));
		await new Promise((done) => setTimeout(done, 400));
		const db = await raw(on);
		expect(await db.ledger.count()).toBe(50);
		db.close();
		expect((await store.ledgerOf('s1')).map(({ n }) => n)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
		expect(await store.lastEntry()).toBe(50);
	});

	it('loses nothing that is appended while it is being written, and reads all of it all the time', async () => {
		const on = engine();
		const store = await open(on);
		let n = 0;
		for (let i = 0; i < 40; i++) {
			store.appendLedger(rested(++n));
			const writing = store.flush();
			// Somewhere in the middle of the write.
			for (let turns = 0; turns < i; turns++) await new Promise((resolve) => setImmediate(resolve));
			store.appendLedger(rested(++n));
			expect(await store.ledgerOf('s1')).toHaveLength(n);
			await writing;
		}
		await store.close();
		const again = await open(on);
		expect((await again.ledgerOf('s1')).map((entry) => entry.n)).toEqual(Array.from({ length: n }, (_, i) => i + 1));
	});

	it('shows what was appended and not yet written', async () => {
		const store = await open(engine());
		store.appendLedger(rested(7));
		expect(await store.lastEntry()).toBe(7);
		expect(await store.ledgerOf('s1')).toEqual([rested(7)]);
	});

	it('never writes over a number that another tab used', async () => {
		const on = engine();
		const [one, two] = [await open(on), await open(on)];
		one.appendLedger(rested(1, 'first'));
		await one.flush();
		two.appendLedger(rested(1, 'second'));
		await two.flush();
		expect(await one.ledgerOf('first')).toHaveLength(1);
		expect(await one.ledgerOf('second')).toHaveLength(0);
		expect((await two.usage()).setAside).toBe(1);
	});

	it('sets an entry that was damaged aside, counts it once, and reads the others', async () => {
		const on = engine();
		const store = await open(on);
		for (const n of [1, 2, 3, 4]) store.appendLedger(rested(n));
		await store.flush();
		const db = await raw(on);
		await db.ledger.put({ n: 2, session: 's1', entry: { ...rested(2), ticks: -7 } });
		await db.ledger.put({ n: 3, session: 's1', entry: rested(9) });
		for (const read of [() => store.ledgerOf('s1'), () => store.wholeLedger(), () => store.entries([1, 2, 3, 4])])
			expect((await read()).map(({ n }) => n)).toEqual([1, 4]);
		expect((await store.usage()).setAside).toBe(2);
		const aside = await db.setAside.toArray();
		expect(aside.map(({ key, why }) => `${key}: ${why}`)).toEqual([expect.stringMatching(/^2: ticks: /), '3: another entry’s place']);
		expect(aside[0]?.record).toMatchObject({ n: 2, ticks: -7 });
	});

	it('keeps the sessions of each game', async () => {
		const store = await open(engine());
		const entry = { type: 'session', session: 's1', detail: '', playedMs: 0 } as const;
		store.appendLedger({ ...entry, n: 1, at: 5, event: 'started', game: 'flare' });
		await store.flush();
		store.appendLedger({ ...entry, n: 2, at: 9, event: 'ended', game: 'flare', playedMs: 4 });
		store.appendLedger({ ...entry, n: 3, at: 10, event: 'started', game: 'other', session: 's2' });
		expect(await store.sessionsOf('flare')).toMatchObject([{ session: 's1', startedAt: 5, endedAt: 9, playedMs: 4 }]);
		expect((await store.ledgerOfGame('flare')).map(({ n }) => n)).toEqual([1, 2]);
		await store.flush();
		expect(await store.sessionsOf('flare')).toMatchObject([{ session: 's1', startedAt: 5, endedAt: 9, playedMs: 4 }]);
		expect((await store.ledgerOfGame('flare')).map(({ n }) => n)).toEqual([1, 2]);
	});
});

it('lists the layouts of one game, version and language, whether on disk or waiting', async () => {
	const store = await open(engine());
	for (const layout of ['1280x720', '1280x720@1.25', '800x600']) await store.putCrystal({ ...crystal('a'), scope: { ...scope, layout } });
	await store.putCrystal({ ...crystal('a'), scope: { ...scope, game: 'flare-two', layout: '640x480' } });
	expect(await store.layoutsOf(scope)).toEqual(['1280x720', '1280x720@1.25', '800x600']);
	failWith('QuotaExceededError', 'put', 'blobs');
	await store.putCrystal({ ...crystal('a'), scope: { ...scope, layout: '1920x1080' } });
	expect(await store.layoutsOf(scope)).toContain('1920x1080');
	vi.restoreAllMocks();
});

describe('reports, settings and size', () => {
	it('are kept', async () => {
		const on = engine();
		const store = await open(on);
		const report = { session: 's1', game: 'flare', startedAt: 1, endedAt: 2, endedBy: 'time', json: '{}', markdown: '' };
		await store.putReport(report);
		await store.setSetting('theme', { dark: true });
		await store.putCrystal(crystal('a'));
		const again = await open(on);
		expect(await again.reports()).toEqual([report]);
		expect(await again.getSetting('theme')).toEqual({ dark: true });
		expect(await again.getSetting('none')).toBeUndefined();
		const { byKind, trouble } = await again.usage();
		expect(byKind.map(({ kind, count }) => [kind, count])).toEqual([
			['template', 1],
			['reports', 1],
			['settings', 1],
		]);
		expect(trouble).toBe('');
	});

	it('are gone after everything was erased, on disk and in memory', async () => {
		const on = engine();
		const store = await open(on);
		await store.putCrystal(crystal('a'));
		await store.setSetting('k', 1);
		store.appendLedger(rested(1));
		expect(await store.eraseEverything()).toBe('');
		for (const reader of [store, await open(on)]) {
			expect(await reader.loadCrystals(scope)).toEqual([]);
			expect(await reader.getSetting('k')).toBeUndefined();
			expect(await reader.lastEntry()).toBe(0);
			expect((await reader.usage()).byKind).toEqual([]);
		}
	});
});

describe('a backup', () => {
	it('finds every scope, on disk and in memory', async () => {
		const on = engine();
		const store = await open(on);
		const other: Scope = { game: 'a|b', gameVersion: '1.2', language: 'de', layout: '1280x720@1.25' };
		await store.putCrystals([crystal('a'), crystal('b', { scope: other })]);
		expect(await (await open(on)).scopes()).toEqual([other, scope]);
	});
	it('puts back sessions that are gone, leaves those that are here, and never gives a number twice', async () => {
		const store = await open(engine());
		store.appendLedger(rested(1, 'here'));
		const backup = [rested(1, 'here'), rested(2, 'gone'), rested(3, 'gone'), rested(9, 'later')];
		expect(await store.restoreLedger(backup, true)).toEqual({ added: 3, known: 1, taken: 0 });
		expect((await store.wholeLedger()).length).toBe(1);
		expect(await store.restoreLedger(backup)).toEqual({ added: 3, known: 1, taken: 0 });
		expect((await store.wholeLedger()).map(({ n }) => n)).toEqual([1, 2, 3, 9]);
		expect(await store.lastEntry()).toBe(9);
		// Played after an erasure: the numbers began anew.
		expect(await store.restoreLedger([rested(2, 'elsewhere'), rested(20, 'elsewhere')])).toEqual({ added: 0, known: 0, taken: 2 });
		expect((await store.usage()).setAside).toBe(0);
	});
	it('keeps what it puts back in memory while storage fails', async () => {
		const on = engine();
		const store = await open(on);
		const failing = failWith('QuotaExceededError', 'add', 'ledger');
		expect(await store.restoreLedger([rested(1)])).toEqual({ added: 1, known: 0, taken: 0 });
		expect((await store.wholeLedger()).map(({ n }) => n)).toEqual([1]);
		expect(store.trouble()).toContain('no room left');
		failing.mockRestore();
	});
	it('gives all settings, written or not', async () => {
		const on = engine();
		const store = await open(on);
		await store.setSetting('a', 1);
		await store.setSetting('b', 2);
		await store.setSetting('a', undefined);
		expect(await store.allSettings()).toEqual({ b: 2 });
		expect(await (await open(on)).allSettings()).toEqual({ b: 2 });
	});
});

describe('freeing room', () => {
	it('deletes the reports of the sessions named, and what was set aside', async () => {
		const on = engine();
		const store = await open(on);
		const report = { game: 'flare', startedAt: 1, endedAt: 2, endedBy: '', json: '{}', markdown: '' };
		for (const session of ['s1', 's2', 's3']) await store.putReport({ ...report, session });
		expect(await store.removeReports(['s1', 's3'])).toBe('');
		expect((await store.reports()).map(({ session }) => session)).toEqual(['s2']);

		const db = await raw(on);
		await db.setAside.add({ table: 'crystals', key: 'x', why: 'damaged', at: 1, record: { blobs: [Uint8Array.of(1, 2, 3)] } });
		db.close();
		const again = await open(on);
		expect((await again.usage()).byKind.find(({ kind }) => kind === 'set aside')).toMatchObject({ count: 1 });
		expect(await again.dropSetAside()).toBe('');
		expect(await again.usage()).toMatchObject({ setAside: 0 });
		expect((await again.usage()).byKind.map(({ kind }) => kind)).not.toContain('set aside');
	});
});

describe('when storage fails', () => {
	it('a full disk becomes one sentence, play goes on in memory, and all is saved when there is room', async () => {
		vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
		try {
			const on = engine();
			const store = await open(on);
			const told: string[] = [];
			store.onTrouble((sentence) => told.push(sentence));
			failWith('QuotaExceededError', 'put', 'blobs');
			expect(await store.putCrystal(crystal('a'))).toBe(false);
			store.appendLedger(rested(1));
			expect(store.trouble()).toMatch(/no room left.*this tab only/);
			expect(told).toEqual([store.trouble()]);
			expect((await store.loadCrystals(scope)).map((c) => c.id)).toEqual(['a']);
			expect(await store.lastEntry()).toBe(1);
			vi.restoreAllMocks();
			await vi.advanceTimersByTimeAsync(6000);
			await vi.waitFor(() => expect(store.trouble()).toBe(''));
			expect(told.at(-1)).toBe('');
			const again = await open(on);
			expect((await again.loadCrystals(scope)).map((c) => c.id)).toEqual(['a']);
			expect(await again.lastEntry()).toBe(1);
		} finally {
			vi.useRealTimers();
		}
	});

	it('a tab with an older version that keeps the store is named, and the open goes on when it lets go', async () => {
		const on = engine();
		const older = await raw(on);
		older.on('versionchange', () => false);
		const next = [...SCHEMAS, { version: 99, tables: { later: 'id' } }];
		const store = await open({ ...on, schemas: next });
		expect(store.trouble()).toMatch(/Another tab with an older Falsework/);
		expect(await store.putCrystal(crystal('a'))).toBe(false);
		older.close();
		await vi.waitFor(() => expect(store.trouble()).toBe(''), { timeout: 10_000, interval: 50 });
		expect((await store.loadCrystals(scope)).map((c) => c.id)).toEqual(['a']);
		const { byKind } = await store.usage();
		expect(byKind).toMatchObject([{ kind: 'template', count: 1 }]);
	});

	it('a newer version in another tab gets the store, and this one asks for a reload', async () => {
		const on = engine();
		const store = await open(on);
		const newer = await open({ ...on, schemas: [...SCHEMAS, { version: 99, tables: { later: 'id' } }] });
		expect(newer.trouble()).toBe('');
		expect(store.trouble()).toMatch(/newer Falsework.*reload/);
		expect(await store.putCrystal(crystal('a'))).toBe(false);
		expect(await store.loadCrystals(scope)).toHaveLength(1);
		expect(await newer.loadCrystals(scope)).toHaveLength(0);
		expect((await open(on)).trouble()).toMatch(/newer Falsework/);
	});

	it('a browser without storage gets a working store and a sentence', async () => {
		const refusing = {
			open: () => {
				throw new DOMException('no', 'SecurityError');
			},
		} as unknown as IDBFactory;
		const store = await open({ indexedDB: refusing, IDBKeyRange });
		expect(store.trouble()).toMatch(/refuses storage/);
		await store.putCrystal(crystal('a'));
		expect(await store.loadCrystals(scope)).toHaveLength(1);
		expect(await store.eraseEverything()).toMatch(/may still be there/);
		expect(await store.loadCrystals(scope)).toHaveLength(0);
	});

	it('a mistake of ours is thrown, not mistaken for the disk', async () => {
		const store = await open(engine());
		await expect(store.putCrystal(crystal('a', { data: { big: 1n } }))).rejects.toThrow(/BigInt/);
		expect(store.trouble()).toBe('');
	});
});

describe('versions', () => {
	const folder = new URL('./store.fixtures/', import.meta.url);
	const fixtures = readdirSync(folder).sort();

	it('each have a fixture of a store as that version left it', () => {
		expect(fixtures).toEqual(SCHEMAS.map(({ version }) => `v${version}.json`));
	});

	it.each(SCHEMAS.map(({ version }) => version))('a store of version %i opens today with everything in it', async (version) => {
		const on = engine();
		const dump = JSON.parse(readFileSync(new URL(`v${version}.json`, folder), 'utf8'), (_key, value) =>
			typeof value === 'object' && value !== null && typeof value.$hex === 'string'
				? Uint8Array.from(Buffer.from(value.$hex, 'hex'))
				: value,
		) as Record<string, unknown[]>;
		const db = declareDatabase(
			'falsework',
			on,
			SCHEMAS.filter((schema) => schema.version <= version),
		);
		await db.open();
		for (const [table, rows] of Object.entries(dump)) await db.table(table).bulkAdd(rows);
		db.close();
		const store = await open(on);
		expect((await store.loadCrystals(scope)).map((c) => [c.id, c.blobs['patch']?.length])).toEqual([['a', 3]]);
		expect(await store.lastEntry()).toBe(2);
		expect(await store.sessionsOf('flare')).toHaveLength(1);
		expect(await store.reports()).toHaveLength(1);
		expect(await store.getSetting('theme')).toBe('dark');
		expect((await store.usage()).setAside).toBe(0);
	});

	it('an upgrade is run once, on the records of the version before', async () => {
		const on = engine();
		await (await open(on)).setSetting('count', 1);
		await opened.pop()?.close();
		const upgrade = vi.fn((transaction: import('dexie').Transaction) =>
			transaction
				.table('settings')
				.toCollection()
				.modify((row: { value: number }) => {
					row.value += 1;
				}),
		);
		const schemas = [...SCHEMAS, { version: 98, tables: {}, upgrade }];
		expect(await (await open({ ...on, schemas })).getSetting('count')).toBe(2);
		expect(await (await open({ ...on, schemas })).getSetting('count')).toBe(2);
		expect(upgrade).toHaveBeenCalledTimes(1);
	});
});

describe('the chain of the ledger', () => {
	const MINUTE = 60_000;
	const start = (n: number, session: string, at: number): LedgerEntry => ({
		type: 'session',
		n,
		at,
		session,
		event: 'started',
		game: 'flare',
		detail: '',
		playedMs: 0,
	});

	it('loses no entry that comes while others are being written', async () => {
		const store = await open(engine());
		let n = 0;
		for (let round = 0; round < 5; round++) {
			store.appendLedger(rested(++n));
			let written = false;
			const writing = store.flush().then(() => {
				written = true;
			});
			while (!written) {
				store.appendLedger(rested(++n));
				await new Promise((resolve) => setImmediate(resolve));
			}
			await writing;
		}
		await store.flush();
		expect((await store.wholeLedger()).map((entry) => entry.n)).toEqual(Array.from({ length: n }, (_, i) => i + 1));
	});

	it('covers each entry in the order of writing, over flushes and openings, and makes a certificate that holds', async () => {
		const on = engine();
		const now = 30 * 60 * MINUTE;
		const first = await open({ ...on, now: () => now });
		first.appendLedger(start(1, 's1', 60 * MINUTE));
		first.appendLedger({ ...rested(3, 's1'), at: 61 * MINUTE });
		await first.flush();
		first.appendLedger({ ...rested(2, 's1'), at: 62 * MINUTE });
		await first.close();
		const again = await open({ ...on, now: () => now });
		again.appendLedger({ ...start(4, 's1', 63 * MINUTE), event: 'ended' } as LedgerEntry);
		const told = await again.tellHead();
		expect(told?.head).toMatchObject({ link: 4, at: now });
		const window = { from: 0, to: 1440 * MINUTE };
		const file = await again.certificate(window);
		if (typeof file === 'string') throw new Error(file);
		expect(file.slice(1).map((line) => (JSON.parse(line) as { entry: LedgerEntry }).entry.n)).toEqual([1, 3, 2, 4]);
		const sha256 = await makeSha256();
		expect(await verifyCertificate(file, sha256, verifies)).toMatchObject({
			ok: true,
			links: 4,
			graduation: { graduated: false },
		});
		const other = await open({ ...engine(), now: () => now });
		other.appendLedger(start(1, 's1', 60 * MINUTE));
		const foreign = await other.certificate(window);
		const swapped = [foreign[0] as string, ...file.slice(1)].join('');
		expect(await verifyCertificate([swapped], sha256, verifies)).toMatchObject({ ok: false });
	});

	it('keeps a key that cannot be taken out, and forgets it with everything', async () => {
		const on = engine();
		const store = await open(on);
		store.appendLedger(rested(1));
		const key = (await store.tellHead())?.key;
		expect((await store.tellHead())?.key).toEqual(key);
		const db = await raw(on);
		const kept = await db.keys.get('device');
		await expect(crypto.subtle.exportKey('jwk', kept?.pair.privateKey as CryptoKey)).rejects.toThrow();
		db.close();
		expect(await store.eraseEverything()).toBe('');
		expect(await store.tellHead()).toBeUndefined();
		store.appendLedger(rested(1));
		const next = await store.tellHead();
		expect(next?.head.link).toBe(1);
		expect(next?.key).not.toEqual(key);
	});

	it('shows a row that was changed on the disk', async () => {
		const on = engine();
		const store = await open({ ...on, now: () => 30 * 60 * MINUTE });
		store.appendLedger(start(1, 's1', 60 * MINUTE));
		store.appendLedger({ ...rested(2, 's1'), at: 61 * MINUTE });
		await store.flush();
		const db = await raw(on);
		await db.ledger.put({ n: 2, session: 's1', entry: { ...rested(2, 's1'), at: 61 * MINUTE, ticks: 2 } });
		db.close();
		const file = await store.certificate({ from: 0, to: 1440 * MINUTE });
		if (typeof file === 'string') throw new Error(file);
		expect(await verifyCertificate(file, await makeSha256(), verifies)).toMatchObject({
			ok: false,
			why: expect.stringContaining('Line 3 does not fit its hash'),
		});
	});
});
