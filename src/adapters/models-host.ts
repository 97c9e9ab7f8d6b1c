// The model host's worker, started here and spoken to by comlink; its events come on a port of their own.
import * as Comlink from 'comlink';
import type { ModelsApi, ModelsEvent } from '../../workers/models.protocol.ts';

export interface ModelsClient {
	readonly api: Comlink.Remote<ModelsApi>;
	/** Hears every event until the returned function is called; the newest view is told at once. */
	subscribe(listener: (event: ModelsEvent) => void): () => void;
	/** A port for the agent, so that the loop never waits for this page. */
	agentPort(): Promise<MessagePort>;
}

export function startModels(): ModelsClient {
	const worker = new Worker(new URL('../../workers/models.worker.ts', import.meta.url), { type: 'module', name: 'models' });
	const api = Comlink.wrap<ModelsApi>(worker);
	const { port1, port2 } = new MessageChannel();
	const listeners = new Set<(event: ModelsEvent) => void>();
	let newest: ModelsEvent | undefined;
	port1.onmessage = ({ data }: MessageEvent<ModelsEvent>) => {
		if (data.type === 'models') newest = data;
		for (const listener of listeners) listener(data);
	};
	worker.addEventListener('error', (event) => {
		const why = event.message || 'its script could not be loaded';
		for (const listener of listeners)
			listener({
				type: 'notice',
				level: 'error',
				title: 'The model host has stopped',
				text: `Nothing is fetched and no model of this page answers until the page is reloaded (${why}). What was verified stays.`,
			});
	});
	void api.watch(Comlink.transfer(port2, [port2]));
	return {
		api,
		subscribe(listener) {
			listeners.add(listener);
			if (newest !== undefined) listener(newest);
			return () => void listeners.delete(listener);
		},
		agentPort: async () => await api.agentPort(),
	};
}
