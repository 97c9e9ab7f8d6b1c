// Sources of the project as one module for Node, so that what a command runs there is the very code of the page.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { root } from './files.mjs';

/**
 * @param {string} input  the module that exports what is wanted
 * @param {{ plugins?: readonly object[] }} [options]
 * @returns {Promise<{ file: string, module: any, remove: () => void }>}
 */
export async function buildModule(input, { plugins = [] } = {}) {
	const cache = join(root, '.cache');
	mkdirSync(cache, { recursive: true });
	const out = mkdtempSync(join(cache, 'node-'));
	const remove = () => rmSync(out, { recursive: true, force: true });
	try {
		await build({
			root,
			configFile: false,
			publicDir: false,
			logLevel: 'warn',
			mode: 'production',
			plugins: [...plugins],
			build: {
				outDir: out,
				emptyOutDir: true,
				target: 'node20',
				ssr: true,
				rolldownOptions: {
					input: { node: input },
					output: { format: 'es', entryFileNames: '[name].mjs' },
				},
			},
		});
		const file = join(out, 'node.mjs');
		return { file, module: await import(pathToFileURL(file).href), remove };
	} catch (error) {
		remove();
		throw error;
	}
}
