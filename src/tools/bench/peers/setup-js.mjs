// The peers that run in a browser: fixed versions from the npm registry in .cache/peers-js, a folder for each bench. Nothing of the
// project depends on them.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../files.mjs';
import { log } from '../../setup.mjs';

/** By bench: packages, and where a browser cannot load them as they are, a module to be made of them as `built/peers.js`. */
const SETS = {
	regions: { packages: { 'tesseract.js': '7.0.0' } },
	routes: {
		packages: { 'ngraph.graph': '20.1.2', 'ngraph.path': '1.6.1' },
		module: ["export { default as createGraph } from 'ngraph.graph';", "export { default as path } from 'ngraph.path';"].join('\n'),
	},
	rules: {
		packages: { 'json-logic-engine': '5.0.7', 'json-logic-js': '2.0.5', 'json-rules-engine': '7.3.1' },
		module: [
			"export { LogicEngine } from 'json-logic-engine';",
			"export { default as jsonLogic } from 'json-logic-js';",
			"export { Engine } from 'json-rules-engine';",
		].join('\n'),
	},
};

/**
 * Installs a bench's peers when they are not there yet.
 *
 * @param {keyof typeof SETS} bench
 * @returns {Promise<{ folder: string } | { why: string }>} the folder with their `node_modules`, or why there is none
 */
export async function ensureJsPeers(bench) {
	const { packages, module } = SETS[bench];
	const home = join(root, '.cache', 'peers-js', bench);
	const stamp = join(home, 'installed');
	const wanted = JSON.stringify(SETS[bench]);
	if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return { folder: home };
	const names = Object.keys(packages).join(', ');
	log(`Installing the peers (${names}) into .cache/peers-js/${bench} …`);
	// What an interrupted run left is not to be trusted.
	rmSync(home, { recursive: true, force: true });
	mkdirSync(home, { recursive: true });
	writeFileSync(join(home, 'package.json'), `${JSON.stringify({ private: true, dependencies: packages })}\n`);
	const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
	const done = spawnSync(npm, ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'], {
		cwd: home,
		encoding: 'utf8',
		shell: process.platform === 'win32',
	});
	if (done.status !== 0) {
		rmSync(home, { recursive: true, force: true });
		return {
			why: `npm could not install ${names}: ${(done.stderr ?? '').trim().split('\n').at(-1) || `exit ${done.status}`}`,
		};
	}
	if (module !== undefined) await bundle(home, module);
	writeFileSync(stamp, wanted);
	return { folder: home };
}

async function bundle(home, module) {
	const entry = join(home, 'entry.mjs');
	writeFileSync(entry, module);
	const { build } = await import('vite');
	await build({
		configFile: false,
		root: home,
		logLevel: 'warn',
		define: { 'process.env': '{}' },
		build: { lib: { entry, formats: ['es'], fileName: () => 'peers.js' }, outDir: join(home, 'built'), minify: false },
	});
}
