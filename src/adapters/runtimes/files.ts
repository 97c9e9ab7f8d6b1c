// A driver's first look at what it was given, before a worker is started for it.
import type { ModelManifest } from '../../core/models/manifest.ts';
import { type Backend, type ModelFiles, RuntimeError } from '../../core/models/runtime.ts';
import { spareThreads } from '../../core/models/capabilities.ts';

/**
 * The store has hashed every byte; this catches a file that is missing or was cut after that, by name, where the engine would only
 * say that something does not parse.
 *
 * @throws RuntimeError `load-failed`
 */
export function checkFiles(
	{ name, files: listed }: Pick<ModelManifest, 'name' | 'files'>,
	files: ModelFiles,
	needed: readonly string[],
): void {
	for (const path of needed)
		if (files[path] === undefined) throw new RuntimeError('load-failed', `${name} lacks its file "${path}"; check it on the models page.`);
	for (const { path, bytes } of listed) {
		const size = files[path]?.size;
		if (size !== undefined && size !== bytes)
			throw new RuntimeError(
				'load-failed',
				`The file "${path}" of ${name} has ${size} bytes, and ${bytes} were promised; check it on the models page.`,
			);
	}
}

/** For `wasm-threads`; whoever chose that gets two at least. */
export function threadsFor(backend: Backend): number {
	return backend === 'wasm-threads' ? Math.max(2, spareThreads(navigator.hardwareConcurrency)) : 1;
}

/** What this thread knows of itself, for `backendNote`. */
export const here = (): { readonly isolated: boolean; readonly cores: number } => ({
	isolated: globalThis.crossOriginIsolated === true,
	cores: navigator.hardwareConcurrency,
});
