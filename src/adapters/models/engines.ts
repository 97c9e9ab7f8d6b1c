// The files that a runtime itself runs on (WebAssembly, engine scripts) are no part of the page's shell: who has no model does not
// fetch them. Once a model is here they are fetched through the service worker, which keeps them, so that it runs offline too.
import type { Backend } from '../../core/models/runtime.ts';
import type { RuntimeName } from '../../core/models/manifest.ts';

/**
 * Fetches what a runtime needs beside its models. Cheap when all is kept: nothing then leaves the machine.
 *
 * @param base     the page's folder, absolute, with a slash at the end
 * @param backend  the GPU's engine files are fetched only for who uses the GPU
 * @returns '' or a sentence why it would not run offline
 */
export async function keepEngine(base: string, runtime: RuntimeName, backend: Backend, cancel?: AbortSignal): Promise<string> {
	try {
		const listed = await fetch(`${base}engines.json`, cancel === undefined ? {} : { signal: cancel });
		// Development has no list, and no service worker that would keep anything.
		if (!listed.ok) return '';
		const engines = (await listed.json()) as Partial<Record<RuntimeName, readonly string[]>>;
		for (const url of engines[runtime] ?? []) {
			if (/\.jspi\./.test(url) !== (backend === 'webgpu') && url.startsWith('ort/')) continue;
			const response = await fetch(`${base}${url}`, cancel === undefined ? {} : { signal: cancel });
			if (!response.ok) return `${url} could not be kept for offline use: HTTP ${response.status}.`;
			await response.arrayBuffer();
		}
		return '';
	} catch (error) {
		return `The engine of this model could not be kept for offline use: ${error instanceof Error ? error.message : String(error)}`;
	}
}
