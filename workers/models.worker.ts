// The model host: one worker that keeps models and, for as long as they are needed, runs them. It only puts parts together: the store
// (src/adapters/models/), the runtimes (src/adapters/runtimes/), and two ways to speak to them: the page's and the agent's.
import '../src/adapters/trusted.ts';
import * as Comlink from 'comlink';
import { browserEnvironment } from '../src/adapters/models/environment.ts';
import { fetchIndex, fetchOffers } from '../src/adapters/models/index.ts';
import { openBestDisk } from '../src/adapters/models/best-disk.ts';
import { makeModelStore, type ModelStore } from '../src/adapters/models/store.ts';
import { makeTelling } from '../src/adapters/models/telling.ts';
import type { DeviceApi, ModelsApi, ModelsBoot, ModelsView } from './models.protocol.ts';

const NOT_YET = 'The model host has not been started yet; reload the page.';
const NO_RUNTIME = 'No runtime is built in yet.';

let store: ModelStore | undefined;
/** Settles once the disk has been looked at. */
let booting: Promise<string> | undefined;
const readyListeners = new Set<() => void>();

const telling = makeTelling(view, () => store?.view().models.some(({ state }) => state === 'downloading' || state === 'queued') === true);

function view(): ModelsView {
	const kept = store?.view();
	return {
		models: (kept?.models ?? []).map((model) => ({ ...model, fitness: { fit: 'good', why: '' }, loaded: undefined })),
		capabilities: undefined,
		keptIn: kept?.keptIn ?? 'nowhere yet',
		usedBytes: kept?.usedBytes ?? 0,
		freeBytes: kept?.freeBytes,
		persisted: kept?.persisted,
		mirror: kept?.mirror ?? '',
		trouble: kept?.trouble ?? '',
	};
}

async function start({ base, hub, patience }: ModelsBoot): Promise<string> {
	const index = await fetchIndex(base);
	let ready = '';
	store = makeModelStore({
		openDisk: openBestDisk,
		builtIn: index.manifests,
		base,
		hub,
		patience,
		environment: browserEnvironment(),
		onChange() {
			telling.change();
			const now = store === undefined ? '' : readyIds(store).join(' ');
			if (now === ready) return;
			ready = now;
			for (const listener of readyListeners) listener();
		},
	});
	return (await store.open()) || index.why;
}

function readyIds(from: ModelStore): readonly string[] {
	return from.view().models.flatMap(({ manifest, state }) => (state === 'ready' ? [manifest.id] : []));
}

async function need(): Promise<ModelStore> {
	await booting;
	if (store === undefined) throw new Error(NOT_YET);
	return store;
}

const api: ModelsApi = {
	async boot(options) {
		booting ??= start(options);
		const why = await booting;
		const offers = options.companion === undefined ? [] : await fetchOffers(options.companion.url);
		store?.setCompanion(options.companion?.url, offers);
		return why;
	},
	watch: (port) => telling.add(port),
	download: async (id) => await (await need()).download(id),
	pause: async (id) => await (await need()).pause(id),
	cancel: async (id) => await (await need()).cancel(id),
	remove: async (id) => await (await need()).remove(id),
	check: async (id) => await (await need()).check(id),
	sideload: async (files) => await (await need()).sideload(files),
	setMirror: async (address) => await (await need()).setMirror(address),
	trial: async () => ({ ok: false, why: NO_RUNTIME }),
	unload: async () => NO_RUNTIME,
	say: async () => undefined,
	agentPort() {
		const { port1, port2 } = new MessageChannel();
		Comlink.expose(device, port1);
		return Comlink.transfer(port2, [port2]);
	},
	eraseEverything: async () => await (await need()).eraseEverything(),
};

const device: DeviceApi = {
	files: async (id) => await (await need()).files(id),
	async ready() {
		const from = await need();
		return from
			.view()
			.models.filter(({ state }) => state === 'ready')
			.map(({ manifest: { id, purpose, name, verified } }) => ({ id, purpose, label: name, verified }));
	},
	complete: async () => {
		throw new Error(NO_RUNTIME);
	},
	cancel: () => undefined,
	embed: async () => {
		throw new Error(NO_RUNTIME);
	},
	onReady: (listener) => void readyListeners.add(listener),
};

Comlink.expose(api);
