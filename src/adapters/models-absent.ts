// Stands in for the model host until its worker is there: the page says that nothing can be kept, and why.
import type { ModelsEvent, ModelsView } from '../../workers/models.protocol.ts';

const NOWHERE = 'This build has no model host.';
const view: ModelsView = {
	models: [],
	capabilities: undefined,
	keptIn: 'nowhere',
	usedBytes: 0,
	freeBytes: undefined,
	persisted: undefined,
	mirror: '',
	trouble: NOWHERE,
};

// TODO when workers/models.worker.ts is there: goes away, its client takes this place.
export function noModels() {
	const no = () => Promise.resolve(NOWHERE);
	return {
		subscribe(listener: (event: ModelsEvent) => void) {
			listener({ type: 'models', view });
			return () => undefined;
		},
		download: no,
		pause: no,
		cancel: no,
		remove: no,
		check: no,
		sideload: no,
		setMirror: no,
		unload: no,
		trial: () => Promise.resolve({ ok: false as const, why: NOWHERE }),
		eraseEverything: () => Promise.resolve(''),
	};
}
