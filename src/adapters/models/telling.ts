// Tells the page what it shows: soon after a change, a few times a second at most, and while something is fetched at each tick too, since
// a speed falls to 0 by nothing happening.
import type { ModelsEvent, ModelsView } from '../../../workers/models.protocol.ts';

const EVERY_MS = 250;

export interface Telling {
	add(port: MessagePort): void;
	/** What `view` gives has changed. */
	change(): void;
	/** A line for the person, shown once. */
	notice(notice: Omit<Extract<ModelsEvent, { type: 'notice' }>, 'type'>): void;
}

/** @param moving whether the view changes by itself */
export function makeTelling(view: () => ModelsView, moving: () => boolean): Telling {
	const ports = new Set<MessagePort>();
	let timer: ReturnType<typeof setTimeout> | undefined;
	function tell(event: ModelsEvent): void {
		for (const port of ports) port.postMessage(event);
	}
	function tick(): void {
		timer = undefined;
		tell({ type: 'models', view: view() });
		if (moving()) change();
	}
	function change(): void {
		if (ports.size > 0) timer ??= setTimeout(tick, EVERY_MS);
	}
	return {
		add(port) {
			ports.add(port);
			port.postMessage({ type: 'models', view: view() } satisfies ModelsEvent);
		},
		change,
		notice: (notice) => tell({ type: 'notice', ...notice }),
	};
}
