// The set-up that nobody does by hand: dependencies from the lockfile, then whatever programs a command needs.
// Runs before anything is installed, so it uses Node alone.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashOfFile, root } from './files.mjs';

/** Every line of set-up goes to stderr: stdout belongs to the command. */
export const log = (line) => process.stderr.write(`${line}\n`);

/** Installs what the lockfile says when node_modules is missing or belongs to another lockfile. */
export function ensureDependencies() {
	const [major, minor] = process.versions.node.split('.').map(Number);
	if (major < 20 || (major === 20 && minor < 19))
		throw new Error(`Node ${process.versions.node} is too old: Falsework needs 20.19 or later (https://nodejs.org).`);
	const modules = join(root, 'node_modules');
	const lockfile = join(root, 'package-lock.json');
	const stamp = join(modules, '.falsework-lock');
	const installed = join(modules, '.package-lock.json');
	const hash = hashOfFile(lockfile);
	if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
	// `npm install` by hand leaves its own record, newer than the lockfile it wrote.
	if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lockfile).mtimeMs - 1000) {
		writeFileSync(stamp, hash);
		return;
	}
	log('Installing dependencies (npm ci) …');
	const windows = process.platform === 'win32';
	const done = spawnSync(windows ? 'npm.cmd' : 'npm', ['ci', '--include=dev', '--no-audit', '--no-fund'], {
		cwd: root,
		stdio: ['ignore', 2, 2],
		shell: windows,
	});
	if (done.error) throw new Error(`npm could not be started (${done.error.message}); install npm and run the command again.`);
	if (done.status !== 0) throw new Error('npm ci failed (see above); with the network back, run the command again.');
	writeFileSync(stamp, hash);
}

/** Where a program is, looking also where Debian puts games; undefined when it is nowhere. */
export function which(name) {
	const folders = [...(process.env.PATH ?? '').split(process.platform === 'win32' ? ';' : ':'), '/usr/games'];
	return folders.map((folder) => join(folder, name)).find((path) => existsSync(path) && statSync(path).isFile());
}

/**
 * Installs system packages where that can be done without asking: as root, with apt.
 *
 * @param {Record<string, string>} wanted  program → the Debian package it comes in
 * @returns the packages still missing, empty when all is there
 */
export function ensurePrograms(wanted) {
	const missing = () => [
		...new Set(
			Object.entries(wanted)
				.filter(([program]) => which(program) === undefined)
				.map(([, name]) => name),
		),
	];
	const first = missing();
	if (first.length === 0) return [];
	if (process.getuid?.() !== 0 || which('apt-get') === undefined) return first;
	log(`Installing ${first.join(', ')} (apt-get) …`);
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
	const apt = (...args) => spawnSync('apt-get', args, { stdio: ['ignore', 2, 2], env });
	apt('update', '-q');
	apt('install', '-q', '-y', '--no-install-recommends', ...first);
	return missing();
}

/** What the tests on a real desktop and a real game need. */
export const DESKTOP = { Xvfb: 'xvfb', openbox: 'openbox', xdotool: 'xdotool', xwininfo: 'x11-utils', flare: 'flare-game' };
