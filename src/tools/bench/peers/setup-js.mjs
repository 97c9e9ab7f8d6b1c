// The peers that run in a browser: fixed versions from the npm registry in .cache/peers-js, for benches alone. Nothing of the
// project depends on them.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../files.mjs';
import { log } from '../../setup.mjs';

const PEERS = { 'tesseract.js': '7.0.0' };
const home = join(root, '.cache', 'peers-js');

/**
 * Installs the peers when they are not there yet.
 *
 * @returns {{ folder: string } | { why: string }} the folder with their `node_modules`, or why there is none
 */
export function ensureJsPeers() {
	const stamp = join(home, 'installed');
	const wanted = JSON.stringify(PEERS);
	if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return { folder: home };
	log(`Installing the peers (${Object.keys(PEERS).join(', ')}) into .cache/peers-js …`);
	// What an interrupted run left is not to be trusted.
	rmSync(home, { recursive: true, force: true });
	mkdirSync(home, { recursive: true });
	writeFileSync(join(home, 'package.json'), `${JSON.stringify({ private: true, dependencies: PEERS })}\n`);
	const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
	const done = spawnSync(npm, ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'], {
		cwd: home,
		encoding: 'utf8',
		shell: process.platform === 'win32',
	});
	if (done.status !== 0) {
		rmSync(home, { recursive: true, force: true });
		return {
			why: `npm could not install ${Object.keys(PEERS).join(', ')}: ${(done.stderr ?? '').trim().split('\n').at(-1) || `exit ${done.status}`}`,
		};
	}
	writeFileSync(stamp, wanted);
	return { folder: home };
}
