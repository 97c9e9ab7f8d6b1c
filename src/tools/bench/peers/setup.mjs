// The peers' environment: a Python virtual environment in .cache/peers with the versions of requirements.txt. Run by the bench
// that needs it, or by hand: `node src/tools/bench/peers/setup.mjs`. Does nothing when it is there already.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashOfFile, root } from '../../files.mjs';
import { log, which } from '../../setup.mjs';

const OLDEST = [3, 9];
const requirements = join(import.meta.dirname, 'requirements.txt');
const home = join(root, '.cache', 'peers');
const windows = process.platform === 'win32';
const python = join(home, ...(windows ? ['Scripts', 'python.exe'] : ['bin', 'python']));

/** A Python that is new enough, or the reason why there is none. */
function findPython() {
	const tried = [];
	for (const name of windows ? ['python.exe', 'py.exe'] : ['python3', 'python']) {
		const path = which(name);
		if (path === undefined) continue;
		const asked = spawnSync(path, ['-c', 'import sys; print(*sys.version_info[:2])'], { encoding: 'utf8' });
		const [major, minor] = (asked.stdout ?? '').trim().split(' ').map(Number);
		if (asked.status === 0 && (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]))) return { path };
		tried.push(`${path} ${asked.status === 0 ? `is ${major}.${minor}` : 'does not run'}`);
	}
	return { why: `the peers need Python ${OLDEST.join('.')} or newer${tried.length === 0 ? ', none found' : `; ${tried.join(', ')}`}` };
}

/**
 * Installs the peers when they are not there yet.
 *
 * @returns {{ python: string } | { why: string }} the environment's Python, or why there is none: the bench then runs without peers
 */
export function ensurePeers() {
	const stamp = join(home, 'installed');
	const hash = hashOfFile(requirements);
	if (existsSync(python) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return { python };
	const found = findPython();
	if (found.why !== undefined) return found;
	log('Installing the peers (opencv-python, maafw) into .cache/peers …');
	// What an interrupted run left is not to be trusted.
	rmSync(home, { recursive: true, force: true });
	const steps = [
		['make the virtual environment', found.path, ['-m', 'venv', home]],
		['install the peers', python, ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', '-r', requirements]],
	];
	for (const [what, program, args] of steps) {
		const done = spawnSync(program, args, { encoding: 'utf8' });
		if (done.status === 0) continue;
		const said = `${done.stdout ?? ''}\n${done.stderr ?? ''}`
			.split('\n')
			.map((line) => line.trim())
			.filter((line) => line !== '' && !line.startsWith('WARNING'));
		rmSync(home, { recursive: true, force: true });
		return { why: `could not ${what}: ${said.at(-1) ?? done.error?.message ?? `exit ${done.status}`}` };
	}
	writeFileSync(stamp, hash);
	return { python };
}

if (process.argv[1] === import.meta.filename) {
	const { python: made, why } = ensurePeers();
	if (why === undefined) process.stdout.write(`${made}\n`);
	else {
		log(`No peers: ${why}.`);
		process.exit(1);
	}
}
