import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { describe, expect, it } from 'vitest';
import { makeSounds } from './sounds.ts';
import { declareDatabase } from './store-schema.ts';

async function setUp(most = 1000) {
	const db = declareDatabase('sounds', { indexedDB: new IDBFactory(), IDBKeyRange });
	await db.open();
	let at = 0;
	return {
		db,
		sounds: makeSounds(
			() => db,
			() => ++at,
			most,
		),
	};
}
const sound = (bytes: number, fill = 1) => ({ pcm: new Uint8Array(bytes).fill(fill), rate: 24_000 });
const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

describe('sounds', () => {
	it('come back as they were kept', async () => {
		const { sounds } = await setUp();
		await sounds.put('a', sound(10, 7));
		expect(await sounds.get('a')).toEqual(sound(10, 7));
		expect(await sounds.get('b')).toBeUndefined();
	});

	it('never come back damaged: they are dropped', async () => {
		const { sounds, db } = await setUp();
		await sounds.put('a', sound(10));
		await db.sounds.update('a', { pcm: new Uint8Array(10).fill(2) });
		expect(await sounds.get('a')).toBeUndefined();
		expect(await db.sounds.count()).toBe(0);
		await db.sounds.put({ key: 'b', rate: 24_000, pcm: 'no bytes' as never, sha256: '', bytes: 1, uses: 0, lastAt: 0 });
		expect(await sounds.get('b')).toBeUndefined();
	});

	it('stay within bounds, and those used least go first', async () => {
		const { sounds, db } = await setUp(1000);
		for (const key of ['a', 'b', 'c']) await sounds.put(key, sound(300));
		await sounds.get('a');
		await sounds.get('c');
		await settled();
		await sounds.put('d', sound(300));
		expect((await db.sounds.toCollection().primaryKeys()).toSorted()).toEqual(['a', 'c', 'd']);
		await sounds.put('huge', sound(2000));
		expect(await db.sounds.count()).toBe(3);
	});

	it('are none where there is no storage', async () => {
		const sounds = makeSounds(
			() => undefined,
			() => 0,
		);
		await sounds.put('a', sound(1));
		expect(await sounds.get('a')).toBeUndefined();
		const { sounds: closed, db } = await setUp();
		db.close();
		await closed.put('a', sound(1));
		expect(await closed.get('a')).toBeUndefined();
	});
});
