import { describe, expect, it } from 'vitest';
import { SHARED_NAME } from '../../../workers/service-worker.protocol.ts';
import { type Launch, type LaunchOptions, type LaunchQueue, makeLaunches } from './launch.ts';

const base = 'https://host.example/falsework/';

/** A cache that holds at most one pack. */
function cacheWith(pack?: Response): { caches: NonNullable<LaunchOptions['caches']>; left: () => boolean } {
	let held = pack;
	const cache = {
		match: (key: string) => Promise.resolve(key === `${base}shared-pack` ? held : undefined),
		delete: () => Promise.resolve(((held = undefined), true)),
	};
	return { caches: { open: () => Promise.resolve(cache as unknown as Cache) }, left: () => held !== undefined };
}

async function launches(options: Partial<LaunchOptions>): Promise<Launch[]> {
	const heard: Launch[] = [];
	makeLaunches({ base, href: base, ...options }).onLaunch((launch) => heard.push(launch));
	await new Promise((done) => setTimeout(done, 0));
	return heard;
}

describe('what the page was opened for', () => {
	it.each(['share', 'scorecard', 'stop'])('a shortcut asks for: %s', async (word) => {
		expect(await launches({ href: `${base}?do=${word}` })).toEqual([{ do: word }]);
	});
	it.each(['', '?do=', '?do=import', '?do=erase', '#do=stop'])('an address with %j asks for nothing', async (more) => {
		expect(await launches({ href: base + more })).toEqual([]);
	});
	it('a shared pack is taken out of its cache once, with its name', async () => {
		const { caches, left } = cacheWith(new Response('zip', { headers: { [SHARED_NAME]: encodeURIComponent('höhle.falsework') } }));
		const [launch] = await launches({ href: `${base}?do=review`, caches });
		expect(launch?.do).toBe('review');
		if (launch?.do !== 'review') return;
		expect([launch.file.name, await launch.file.text()]).toEqual(['höhle.falsework', 'zip']);
		expect(left()).toBe(false);
		expect(await launches({ href: `${base}?do=review`, caches })).toEqual([]);
	});
	it('a pack opened from the desktop comes with the launch', async () => {
		const file = new File(['zip'], 'a.falsework');
		const queue: LaunchQueue = {
			setConsumer: (consumer) => consumer({ targetURL: `${base}?do=review`, files: [{ getFile: () => Promise.resolve(file) }] }),
		};
		expect(await launches({ href: `${base}?do=review`, queue, caches: cacheWith().caches })).toEqual([{ do: 'review', file }]);
	});
	it('several packs at once, or one that cannot be read, are refused in words', async () => {
		const bad = { getFile: () => Promise.reject(new DOMException('gone', 'NotFoundError')) };
		for (const files of [[bad, bad], [bad]]) {
			const [launch] = await launches({ queue: { setConsumer: (consumer) => consumer({ files }) } });
			expect(launch?.do).toBe('refuse');
		}
	});
	it('a second launch of a running app is heard, and the first is not heard twice', async () => {
		let consumer: Parameters<LaunchQueue['setConsumer']>[0] = () => undefined;
		const heard: Launch[] = [];
		const href = `${base}?do=share`;
		makeLaunches({ base, href, queue: { setConsumer: (next) => (consumer = next) } }).onLaunch((launch) => heard.push(launch));
		consumer({ targetURL: href });
		expect(heard).toEqual([{ do: 'share' }]);
		consumer({ targetURL: href });
		consumer({ targetURL: `${base}?do=stop` });
		expect(heard.map((launch) => launch.do)).toEqual(['share', 'share', 'stop']);
	});
	it('stop is told to every other tab', async () => {
		const sent: unknown[] = [];
		const channel: NonNullable<LaunchOptions['channel']> = { postMessage: (word) => void sent.push(word), onmessage: null };
		await launches({ href: `${base}?do=stop`, channel });
		expect(sent).toEqual(['stop']);
		const heard = launches({ channel });
		channel.onmessage?.call(undefined as never, { data: 'stop' } as MessageEvent);
		expect(await heard).toEqual([{ do: 'stop' }]);
		expect(sent, 'and not told on').toEqual(['stop']);
	});
});
