// The hub of models as transformers.js sees it, without a network: whatever it asks for is answered from the verified files that this
// worker was handed, and what is not among them does not exist.
import { env } from '@huggingface/transformers';
import type { ModelFiles } from '../../src/core/models/runtime.ts';

/** Never resolved: `.invalid` names nobody (RFC 2606), and no request leaves anyway. */
const HOST = 'https://models.invalid/';

/** Has transformers.js take all files of `model` from `files`. */
export function serveFiles(model: string, files: ModelFiles): void {
	env.allowLocalModels = false;
	env.allowRemoteModels = true;
	env.remoteHost = HOST;
	env.remotePathTemplate = '{model}/';
	// The store is the cache; a second one would keep every weight twice.
	env.useBrowserCache = false;
	env.useCustomCache = false;
	// It would fetch the runtime itself and start it from a blob: address, which the page's CSP refuses.
	env.useWasmCache = false;
	const folder = `${HOST}${model}/`;
	env.fetch = async (input: string | URL | Request): Promise<Response> => {
		const address = input instanceof Request ? input.url : String(input);
		const path = address.startsWith(folder) ? decodeURIComponent(address.slice(folder.length)) : undefined;
		const file = path === undefined || !Object.hasOwn(files, path) ? undefined : files[path];
		if (file === undefined) return new Response('not here', { status: 404 });
		return new Response(file as globalThis.Blob, { status: 200, headers: { 'content-length': String(file.size) } });
	};
}
