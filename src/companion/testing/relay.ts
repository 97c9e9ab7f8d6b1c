// A Nostr relay in the test's own process (NIP-01): keeps events, matches filters, forgets all when it is closed.
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

interface Event {
	readonly id: string;
	readonly kind: number;
	readonly pubkey: string;
	readonly tags: readonly (readonly string[])[];
}
type Filter = Readonly<Record<string, readonly (string | number)[] | undefined>>;

export interface TestRelay {
	readonly url: string;
	close(): Promise<void>;
}

export async function startRelay(): Promise<TestRelay> {
	const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
	await new Promise((resolve) => server.once('listening', resolve));
	const events: Event[] = [];
	const open = new Map<WebSocket, Map<string, readonly Filter[]>>();
	server.on('connection', (socket) => {
		const asked = new Map<string, readonly Filter[]>();
		open.set(socket, asked);
		socket.on('close', () => open.delete(socket));
		socket.on('message', (data: Buffer) => {
			const [type, ...rest] = JSON.parse(data.toString()) as [string, ...unknown[]];
			if (type === 'CLOSE') asked.delete(String(rest[0]));
			else if (type === 'REQ') {
				const [id, ...filters] = rest as [string, ...Filter[]];
				asked.set(id, filters);
				for (const event of events.filter((one) => filters.some((filter) => fits(one, filter))))
					socket.send(JSON.stringify(['EVENT', id, event]));
				socket.send(JSON.stringify(['EOSE', id]));
			} else if (type === 'EVENT') {
				const event = rest[0] as Event;
				events.push(event);
				socket.send(JSON.stringify(['OK', event.id, true, '']));
				for (const [other, subscriptions] of open)
					for (const [id, filters] of subscriptions)
						if (filters.some((filter) => fits(event, filter))) other.send(JSON.stringify(['EVENT', id, event]));
			}
		});
	});
	return {
		url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
		close: () =>
			new Promise((resolve) => {
				for (const socket of open.keys()) socket.terminate();
				server.close(() => resolve());
			}),
	};
}

function fits(event: Event, filter: Filter): boolean {
	return Object.entries(filter).every(([name, values]) => {
		if (!Array.isArray(values)) return true;
		if (name === 'kinds') return values.includes(event.kind);
		if (name === 'authors') return values.includes(event.pubkey);
		if (name === 'ids') return values.includes(event.id);
		if (name.startsWith('#')) return event.tags.some(([tag, value]) => tag === name.slice(1) && values.includes(value ?? ''));
		return true;
	});
}
