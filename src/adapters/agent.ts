// The agent's worker, started here and spoken to by comlink; its events come on a port of their own, so a slow page never holds
// the loop up.
import * as Comlink from 'comlink';
import type { AgentApi, AgentEvent } from '../../workers/agent.protocol.ts';

export interface AgentClient {
	readonly api: Comlink.Remote<AgentApi>;
	/** Hears every event until the returned function is called; the newest of each type is told at once. */
	subscribe(listener: (event: AgentEvent) => void): () => void;
	/** The worker ended by itself; nothing plays any more, and the companion's watchdog lets the keys go. */
	onDeath(listener: (why: string) => void): void;
}

export function startAgent(): AgentClient {
	const worker = new Worker(new URL('../../workers/agent.worker.ts', import.meta.url), { type: 'module', name: 'agent' });
	const api = Comlink.wrap<AgentApi>(worker);
	const { port1, port2 } = new MessageChannel();
	const listeners = new Set<(event: AgentEvent) => void>();
	const newest = new Map<AgentEvent['type'], AgentEvent>();
	const deaths = new Set<(why: string) => void>();
	port1.onmessage = ({ data }: MessageEvent<AgentEvent>) => {
		// Lines, said or of decisions, are told once; of everything else only the newest matters to whoever comes late.
		if (!['decisions', 'report', 'line', 'line-over'].includes(data.type)) newest.set(data.type, data);
		for (const listener of listeners) listener(data);
	};
	worker.addEventListener('error', (event) => {
		for (const listener of deaths) listener(event.message || 'The agent’s script could not be loaded.');
	});
	void api.watch(Comlink.transfer(port2, [port2]));
	return {
		api,
		subscribe(listener) {
			listeners.add(listener);
			for (const event of newest.values()) listener(event);
			return () => void listeners.delete(listener);
		},
		onDeath: (listener) => void deaths.add(listener),
	};
}
