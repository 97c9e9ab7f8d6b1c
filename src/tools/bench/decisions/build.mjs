// The bench's own parts and the product's reasoner as one module for Node: what decides here is the very code of the page.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { root } from '../../files.mjs';

/**
 * @param {string} input  the module that exports what is wanted
 * @returns {Promise<{ file: string, module: any, remove: () => void }>}
 */
export async function buildModule(input = join(import.meta.dirname, 'node.ts')) {
	const cache = join(root, '.cache');
	mkdirSync(cache, { recursive: true });
	const out = mkdtempSync(join(cache, 'decisions-'));
	await build({
		root,
		configFile: false,
		publicDir: false,
		logLevel: 'warn',
		mode: 'production',
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
	return { file, module: await import(pathToFileURL(file).href), remove: () => rmSync(out, { recursive: true, force: true }) };
}
