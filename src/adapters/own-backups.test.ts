import { describe, expect, it } from 'vitest';
import { makeOwnBackups } from './own-backups.ts';

function storage(start: Record<string, string> = {}) {
	const kept = new Map(Object.entries(start));
	return {
		getItem: (key: string) => kept.get(key) ?? null,
		setItem: (key: string, value: string) => void kept.set(key, value),
		removeItem: (key: string) => void kept.delete(key),
	};
}
const bytes = (...of: number[]) => Uint8Array.from(of);

describe('backups of one’s own', () => {
	it('are known byte for byte, and forgotten when told to', async () => {
		const kept = storage();
		await makeOwnBackups(() => kept).remember(bytes(1, 2, 3));
		const later = makeOwnBackups(() => kept);
		expect([await later.isOwn(bytes(1, 2, 3)), await later.isOwn(bytes(1, 2, 4)), later.count()]).toEqual([true, false, 1]);
		later.forget();
		expect([await later.isOwn(bytes(1, 2, 3)), later.count()]).toEqual([false, 0]);
	});
	it('are remembered once each, the newest hundred', async () => {
		const own = makeOwnBackups(() => kept);
		const kept = storage();
		for (let i = 0; i < 104; i++) await own.remember(bytes(i >> 1));
		expect(own.count()).toBe(52);
		for (let i = 60; i < 160; i++) await own.remember(bytes(i));
		expect([own.count(), await own.isOwn(bytes(0)), await own.isOwn(bytes(159))]).toEqual([100, false, true]);
	});
	it('are none where nothing is kept, or what is kept is no list of hashes', async () => {
		const refusing = makeOwnBackups(() => {
			throw new DOMException('no', 'SecurityError');
		});
		await refusing.remember(bytes(1));
		refusing.forget();
		expect([await refusing.isOwn(bytes(1)), refusing.count()]).toEqual([false, 0]);
		for (const odd of ['{', '{"a":1}', '[1,"x"]']) expect(makeOwnBackups(() => storage({ 'falsework-backups': odd })).count()).toBe(0);
	});
});
