import { describe, expect, it } from 'vitest';
import { makeSpace } from './space.ts';

const BASE = 'https://host.example/falsework/';
function cachesWith(held: Readonly<Record<string, readonly Response[]>>) {
	const left = new Map(Object.entries(held));
	return {
		left,
		keys: async () => [...left.keys()],
		open: async (name: string) => ({
			keys: async () => (left.get(name) ?? []).map((_, i) => i),
			match: async (i: number) => left.get(name)?.[i],
		}),
		delete: async (name: string) => left.delete(name),
	};
}
const make = (part: Record<string, unknown>) =>
	makeSpace({ base: BASE, caches: undefined, storage: undefined, buckets: undefined, ...part } as Parameters<typeof makeSpace>[0]);

describe('the space of this origin', () => {
	it('counts what is kept of the app by its caches, whatever the server said of the length', async () => {
		const caches = cachesWith({
			[`falsework-shell ${BASE}`]: [
				new Response('12345', { headers: { 'content-length': '5' } }),
				new Response('1234567890', { headers: { 'content-length': '3', 'content-encoding': 'gzip' } }),
				new Response('1'),
			],
			[`falsework-parts ${BASE}`]: [new Response('123')],
			'falsework-shared': [new Response('1234')],
			'falsework-shell https://host.example/other/': [new Response('12')],
		});
		const space = make({ caches, storage: { estimate: async () => ({ usage: 90, quota: 100 }), persisted: async () => true } });
		expect(await space.look()).toEqual({
			shellBytes: 16,
			partsBytes: 3,
			handedBytes: 4,
			otherBytes: 2,
			usedBytes: 90,
			quotaBytes: 100,
			persisted: true,
		});
		await space.dropHanded();
		expect([...caches.left.keys()]).not.toContain('falsework-shared');
	});
	it('says nothing where the browser says nothing', async () => {
		expect(await make({}).look()).toMatchObject({ shellBytes: 0, usedBytes: 0, quotaBytes: 0, persisted: undefined });
		expect(await make({}).persist('learnt')).toBe(false);
	});
	it('asks for the models’ own bucket where there is one, else for all', async () => {
		const asked: string[] = [];
		const storage = { persist: async () => (asked.push('all'), true) };
		const buckets = { keys: async () => ['models'], open: async (name: string) => ({ persist: async () => (asked.push(name), false) }) };
		const space = make({ storage, buckets });
		expect([await space.persist('learnt'), await space.persist('models')]).toEqual([true, false]);
		expect(await make({ storage, buckets: { ...buckets, keys: async () => [] } }).persist('models')).toBe(true);
		expect(asked).toEqual(['all', 'models', 'all']);
	});
});
