// The runtime host with its real parts, for the browser specs and the proofs that run a model in a page: no store, no loop. Files come
// from the test's server under /weights as blobs, as the store would hand them over.
import '../../adapters/trusted.ts';
import { probeCapabilities } from '../../adapters/models/probe.ts';
import { drivers } from '../../adapters/runtimes/drivers.ts';
import { type HostOptions, makeRuntimeHost, type RuntimeHost } from '../../adapters/runtimes/host.ts';
import { chooseBackend } from '../../core/models/capabilities.ts';
import { type ModelManifest, readManifest } from '../../core/models/manifest.ts';
import type { ModelFiles } from '../../core/models/runtime.ts';

const known = import.meta.glob('../../../models/*.json', { eager: true, import: 'default' });
const manifests = Object.values(known).flatMap((data): readonly ModelManifest[] => {
	const read = readManifest(data);
	return 'manifest' in read ? [read.manifest] : [];
});

export function manifestOf(id: string): ModelManifest {
	const manifest = manifests.find((m) => m.id === id);
	if (manifest === undefined) throw new Error(`models/${id}.json is not there or not a manifest.`);
	return manifest;
}

async function filesOf(id: string): Promise<ModelFiles> {
	const files: Record<string, Blob> = {};
	for (const { path } of manifestOf(id).files) {
		const response = await fetch(`/weights/${id}/${path}`);
		if (!response.ok) throw new Error(`/weights/${id}/${path}: HTTP ${response.status}`);
		files[path] = await response.blob();
	}
	return files;
}

export interface HostPage {
	readonly host: RuntimeHost;
	readonly notices: string[];
}

/** Blobs are fetched once and kept by the browser, so that a reload of a model reads no network. */
export function makeHostPage(over: Partial<HostOptions> = {}): HostPage {
	const files = new Map<string, Promise<ModelFiles>>();
	const notices: string[] = [];
	const host = makeRuntimeHost({
		files(id) {
			const mine = files.get(id) ?? filesOf(id);
			files.set(id, mine);
			return mine;
		},
		manifest: (id) => manifests.find((m) => m.id === id),
		probe: () => probeCapabilities({ builtIn: 'absent', gpuLost: 0 }),
		choose: chooseBackend,
		drivers,
		engines: { ort: `${location.origin}/ort/`, wllama: `${location.origin}/wllama/` },
		clock: { now: () => Date.now(), monotonic: () => performance.now() },
		kept: { load: async () => ({}), save: async () => {} },
		onChange: () => {},
		onNotice: ({ title, text }) => notices.push(`${title}. ${text}`),
		...over,
	});
	return { host, notices };
}

export const call = (): { readonly priority: 'person'; readonly cancel: AbortSignal } => ({
	priority: 'person',
	cancel: new AbortController().signal,
});
