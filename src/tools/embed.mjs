// Builds the embedded scorecard beside the page: one script that other people's pages load, and its style sheet for fragments.
import { copyFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Vite plugin: writes `embed/scorecard.js` and `embed/scorecard.css`.
 *
 * @param {{ folder: string, modules: import('vite').Plugin }} options  `folder` holds `element.ts` and the sheet; `modules` hears which
 *   packages went in
 * @returns {import('vite').Plugin}
 */
export function embedded({ folder, modules }) {
	let out = '';
	return {
		name: 'falsework:embed',
		apply: 'build',
		configResolved(config) {
			out = resolve(config.root, config.build.outDir);
		},
		writeBundle: {
			sequential: true,
			async handler() {
				const { build } = await import('vite');
				await build({
					root: folder,
					configFile: false,
					logLevel: 'warn',
					publicDir: false,
					plugins: [modules],
					build: {
						outDir: join(out, 'embed'),
						emptyOutDir: false,
						// Streaming programs ship browsers that are years old.
						target: ['chrome103', 'firefox103', 'safari16.4'],
						rolldownOptions: {
							input: join(folder, 'element.ts'),
							output: { format: 'es', entryFileNames: 'scorecard.js', codeSplitting: false },
						},
					},
				});
				copyFileSync(join(folder, 'scorecard.css'), join(out, 'embed', 'scorecard.css'));
			},
		},
	};
}
