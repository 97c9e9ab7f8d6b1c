// The model host: one worker that keeps models and, for as long as they are needed, runs them. It only puts parts together: the store
// (src/adapters/models/), the runtimes (src/adapters/runtimes/), and two ways to speak to them: the page's and the agent's.
import '../src/adapters/trusted.ts';
import * as Comlink from 'comlink';
import { keepEngine } from '../src/adapters/models/engines.ts';
import { browserEnvironment } from '../src/adapters/models/environment.ts';
import { fetchIndex, fetchOffers } from '../src/adapters/models/index.ts';
import { openBestDisk } from '../src/adapters/models/best-disk.ts';
import { makeModelStore, type ModelStore } from '../src/adapters/models/store.ts';
import { probeCapabilities } from '../src/adapters/models/probe.ts';
import { makeTelling } from '../src/adapters/models/telling.ts';
import { type Device, makeDevice } from '../src/adapters/runtimes/device.ts';
import { drivers } from '../src/adapters/runtimes/drivers.ts';
import { makeRuntimeHost, type RuntimeHost } from '../src/adapters/runtimes/host.ts';
import { pictures } from '../src/adapters/runtimes/pictures.ts';
import { watchPressure } from '../src/adapters/runtimes/pressure.ts';
import { runTrial } from '../src/adapters/runtimes/trial.ts';
import { chooseBackend, fitness, type Fitness } from '../src/core/models/capabilities.ts';
import type { ModelManifest } from '../src/core/models/manifest.ts';
import type { DeviceApi, ModelsApi, ModelsBoot, ModelsView, ModelView } from './models.protocol.ts';

const NOT_YET = 'The model host has not been started yet; reload the page.';
const UNSEEN: Fitness = { fit: 'good', why: 'The machine is still being looked at.' };

interface Parts {
	readonly store: ModelStore;
	readonly host: RuntimeHost;
	readonly device: Device;
}
let parts: Parts | undefined;
/** Settles once the disk has been looked at. */
let booting: Promise<string> | undefined;

const telling = makeTelling(
	view,
	() => parts?.store.view().models.some(({ state }) => state === 'downloading' || state === 'queued') === true,
);

function view(): ModelsView {
	const kept = parts?.store.view();
	return {
		models: (kept?.models ?? []).map((model): ModelView => {
			const { id } = model.manifest;
			const known = parts?.host.capabilities;
			const used = parts?.host.kept(id);
			return {
				...model,
				fitness: known === undefined ? UNSEEN : fitness(model.manifest, known),
				loaded: parts?.host.loaded(id),
				lastUsedAt: Math.max(model.lastUsedAt, used?.lastUsedAt ?? 0),
				measured: used?.measured ?? model.measured,
			};
		}),
		capabilities: parts?.host.capabilities,
		keptIn: kept?.keptIn ?? 'nowhere yet',
		usedBytes: kept?.usedBytes ?? 0,
		freeBytes: kept?.freeBytes,
		persisted: kept?.persisted,
		mirror: kept?.mirror ?? '',
		trouble: kept?.trouble ?? '',
	};
}

async function start({ base, hub, patience, companion, builtIn = 'absent' }: ModelsBoot): Promise<string> {
	const index = await fetchIndex(base);
	/** Whole and hashed, by id; undefined until the disk was looked at. */
	let ready: ReadonlySet<string> | undefined;
	const store = makeModelStore({
		openDisk: openBestDisk,
		builtIn: index.manifests,
		base,
		hub,
		patience,
		environment: browserEnvironment(),
		onChange() {
			telling.change();
			if (ready === undefined) return;
			const before = ready;
			ready = new Set(here(store).map(({ id }) => id));
			if (before.size === ready.size && [...ready].every((id) => before.has(id))) return;
			device.changed();
			for (const id of ready) if (!before.has(id)) void prepare(id);
		},
	});
	const host = makeRuntimeHost({
		files: (id) => store.files(id),
		manifest: (id) => store.manifest(id),
		probe: () => probeCapabilities({ builtIn, gpuLost: 0 }),
		choose: chooseBackend,
		drivers,
		engines: { ort: `${base}ort/`, wllama: `${base}wllama/` },
		clock: { now: () => Date.now(), monotonic: () => performance.now() },
		kept: {
			load: async () =>
				Object.fromEntries(
					store
						.view()
						.models.map(({ manifest: { id }, lastUsedAt, measured }) => [
							id,
							{ lastUsedAt, ...(measured === undefined ? {} : { measured }) },
						]),
				),
			save: (id, kept) => store.note(id, kept),
		},
		onChange: telling.change,
		onNotice: telling.notice,
	});
	const device = makeDevice({ host, pictures, files: (id) => store.files(id), here: () => here(store) });
	watchPressure((pressure) => host.pressed(pressure));

	/** What has just come is to run without a network as well: its engine is kept with it. */
	async function prepare(id: string): Promise<void> {
		const manifest = store.manifest(id);
		const choice = manifest === undefined ? undefined : chooseBackend(manifest, await host.ready());
		if (manifest === undefined || choice === undefined || 'reason' in choice) return;
		const why = await keepEngine(base, manifest.runtime, choice.backend);
		if (why !== '') telling.notice({ level: 'warning', title: `${manifest.name} needs the network once more`, text: why });
	}

	parts = { store, host, device };
	// What is under way goes on at once, and may come from there.
	store.setCompanion(companion?.url, []);
	const why = await store.open();
	ready = new Set(here(store).map(({ id }) => id));
	if (ready.size > 0) device.changed();
	void host.ready().catch(() => {});
	return why || index.why;
}

function here(store: ModelStore): readonly ModelManifest[] {
	return store.view().models.flatMap(({ manifest, state }) => (state === 'ready' ? [manifest] : []));
}

async function need(): Promise<Parts> {
	await booting;
	if (parts === undefined) throw new Error(NOT_YET);
	return parts;
}

const api: ModelsApi = {
	async boot(options) {
		booting ??= start(options);
		const why = await booting;
		const offers = options.companion === undefined ? [] : await fetchOffers(options.companion.url);
		parts?.store.setCompanion(options.companion?.url, offers);
		return why;
	},
	watch: (port) => telling.add(port),
	download: async (id) => await (await need()).store.download(id),
	pause: async (id) => await (await need()).store.pause(id),
	cancel: async (id) => await (await need()).store.cancel(id),
	async remove(id) {
		const { store, host } = await need();
		await host.unload(id);
		return await store.remove(id);
	},
	check: async (id) => await (await need()).store.check(id),
	sideload: async (files) => await (await need()).store.sideload(files),
	setMirror: async (address) => await (await need()).store.setMirror(address),
	async trial(id, input) {
		const { store, host } = await need();
		const manifest = store.manifest(id);
		if (manifest === undefined) return { ok: false, why: `No model is called "${id}" here.` };
		const trial = await runTrial(host, manifest, input, pictures, { priority: 'person', cancel: new AbortController().signal });
		return trial.ok && trial.audio !== undefined ? Comlink.transfer(trial, [trial.audio.samples.buffer]) : trial;
	},
	async unload(id) {
		await (await need()).host.unload(id);
		return '';
	},
	async say(text, voice = '', withinMs) {
		const said = await (await need()).device.say(text, voice, withinMs);
		return said === undefined ? undefined : Comlink.transfer(said, [said.samples.buffer]);
	},
	agentPort() {
		const { port1, port2 } = new MessageChannel();
		Comlink.expose(agent, port1);
		return Comlink.transfer(port2, [port2]);
	},
	async eraseEverything() {
		const { store, host } = await need();
		for (const { manifest } of store.view().models) await host.unload(manifest.id);
		return await store.eraseEverything();
	},
};

/** The port is handed over before the disk has been looked at: each call waits for that. */
const agent: DeviceApi = {
	files: async (id) => await (await need()).device.api.files(id),
	ready: async () => await (await need()).device.api.ready(),
	load: async (id) => await (await need()).device.api.load(id),
	complete: async (id, prompt, call) => await (await need()).device.api.complete(id, prompt, call),
	detect: async (id, png, as, call) => await (await need()).device.api.detect(id, png, as, call),
	cancel: (call) => parts?.device.api.cancel(call),
	embed: async (texts) => await (await need()).device.api.embed(texts),
	onReady: (listener) => void need().then(({ device }) => device.api.onReady(listener)),
};

Comlink.expose(api);
