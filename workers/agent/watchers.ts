// Tells the page what happens, at most ten times a second and the newest of each sort only: a slow page never holds the loop up.
import { keepLines } from '../../src/core/kept-lines.ts';
import type { AgentEvent, DecisionView } from '../agent.protocol.ts';

const GAP_MS = 100;

export interface Watchers {
	add(port: MessagePort): void;
	/** Replaces an event of the same type that has not gone out yet; decisions are collected. */
	tell(event: AgentEvent): void;
}

export function makeWatchers(): Watchers {
	const ports = new Set<MessagePort>();
	const latest = new Map<AgentEvent['type'], AgentEvent>();
	const waiting = new Map<AgentEvent['type'], AgentEvent>();
	let timer: ReturnType<typeof setTimeout> | undefined;

	function flush(): void {
		timer = undefined;
		const events = [...waiting.values()];
		waiting.clear();
		for (const port of ports) for (const event of events) port.postMessage(event);
	}

	return {
		add(port) {
			ports.add(port);
			for (const event of latest.values()) port.postMessage(event);
		},
		tell(event) {
			let next = event;
			if (event.type === 'decisions') {
				const before = waiting.get('decisions');
				const earlier: readonly DecisionView[] = before?.type === 'decisions' ? before.decisions : [];
				next = { type: 'decisions', decisions: [...earlier, ...event.decisions] };
				const kept = latest.get('decisions');
				const all = [...(kept?.type === 'decisions' ? kept.decisions : []), ...event.decisions];
				latest.set('decisions', { type: 'decisions', decisions: keepLines(all) });
			} else latest.set(event.type, event);
			waiting.set(event.type, next);
			timer ??= setTimeout(flush, GAP_MS);
		},
	};
}
