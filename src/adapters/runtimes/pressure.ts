// The machine's pressure, where the browser tells it. Asked from the worker: a hidden page is told nothing.
import type { Pressure } from '../../core/models/lifetime.ts';

/** The part of the browser's PressureObserver that is used; its types are not in every DOM library yet. */
interface Observer {
	observe(source: 'cpu', options: { readonly sampleInterval: number }): Promise<void>;
	disconnect(): void;
}
type ObserverClass = new (heard: (records: readonly { readonly state: Pressure }[]) => void) => Observer;

/** Every state is told with a reading, so a rarer one only delays the news. */
const SAMPLE_MS = 2000;

/** @returns stops it; where the browser has no such thing nothing is ever heard */
export function watchPressure(heard: (pressure: Pressure) => void, scope: object = globalThis): () => void {
	const Class = (scope as { readonly PressureObserver?: ObserverClass }).PressureObserver;
	if (Class === undefined) return () => {};
	const observer = new Class((records) => {
		const newest = records.at(-1);
		if (newest !== undefined) heard(newest.state);
	});
	// Refused by a policy or on a machine without sensors: memory alone decides then.
	void Promise.resolve()
		.then(() => observer.observe('cpu', { sampleInterval: SAMPLE_MS }))
		.catch(() => {});
	return () => observer.disconnect();
}
