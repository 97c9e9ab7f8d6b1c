// Builds our contenders: the page with its worker, and one file for Node.
import { join } from 'node:path';
import { build } from 'vite';
import { engineModule } from '../../engine.mjs';
import { root } from '../../files.mjs';

const here = import.meta.dirname;

/** @returns {Promise<{ node: string }>} the module for Node; the page's is `page.js` in `out` */
export async function buildContenders(out) {
	const common = { root, configFile: false, publicDir: false, logLevel: 'warn', mode: 'production', plugins: [engineModule()] };
	await build({
		...common,
		build: {
			outDir: out,
			emptyOutDir: true,
			target: 'es2022',
			modulePreload: { polyfill: false },
			rolldownOptions: {
				input: { page: join(here, 'page.ts') },
				preserveEntrySignatures: 'strict',
				output: { entryFileNames: '[name].js' },
			},
		},
		worker: { format: 'es', plugins: () => [engineModule()] },
	});
	await build({
		...common,
		build: {
			outDir: join(out, 'node'),
			emptyOutDir: true,
			target: 'node20',
			ssr: true,
			rolldownOptions: { input: { node: join(here, 'node.ts') }, output: { format: 'es', entryFileNames: '[name].mjs' } },
		},
	});
	return { node: join(out, 'node', 'node.mjs') };
}
