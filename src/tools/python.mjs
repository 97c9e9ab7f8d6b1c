// Programs in Python that a bench or a test needs beside the project: each in a virtual environment of its own under .cache, with the
// versions of its requirements.txt. What is there already is left alone.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { hashOfFile, root } from './files.mjs';
import { log, which } from './setup.mjs';

const OLDEST = [3, 9];
const windows = process.platform === 'win32';

/** A Python that is new enough, or the reason why there is none. */
function findPython(what) {
	const tried = [];
	for (const name of windows ? ['python.exe', 'py.exe'] : ['python3', 'python']) {
		const path = which(name);
		if (path === undefined) continue;
		const asked = spawnSync(path, ['-c', 'import sys; print(*sys.version_info[:2])'], { encoding: 'utf8' });
		const [major, minor] = (asked.stdout ?? '').trim().split(' ').map(Number);
		if (asked.status === 0 && (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]))) return { path };
		tried.push(`${path} ${asked.status === 0 ? `is ${major}.${minor}` : 'does not run'}`);
	}
	return { why: `${what} need Python ${OLDEST.join('.')} or newer${tried.length === 0 ? ', none found' : `; ${tried.join(', ')}`}` };
}

/**
 * Installs an environment when it is not there yet.
 *
 * @param {{ name: string, what: string, requirements: string, alone?: boolean }} options  `name` of its folder under .cache; `what` it is,
 *   for a person, in the plural; `alone`: what the packages themselves name is not installed, since nothing here uses it
 * @returns {{ python: string } | { why: string }} the environment's Python, or why there is none: who needs it goes without, and says so
 */
export function ensurePython({ name, what, requirements, alone = false }) {
	const home = join(root, '.cache', name);
	const python = join(home, ...(windows ? ['Scripts', 'python.exe'] : ['bin', 'python']));
	const stamp = join(home, 'installed');
	const hash = hashOfFile(requirements);
	if (existsSync(python) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return { python };
	const found = findPython(what);
	if (found.why !== undefined) return found;
	log(`Installing ${what} into .cache/${name} …`);
	// What an interrupted run left is not to be trusted.
	rmSync(home, { recursive: true, force: true });
	const quiet = ['--quiet', '--no-input', '--disable-pip-version-check', ...(alone ? ['--no-deps'] : [])];
	const steps = [
		['make the virtual environment', found.path, ['-m', 'venv', home]],
		[`install ${what}`, python, ['-m', 'pip', 'install', ...quiet, '-r', requirements]],
	];
	for (const [doing, program, args] of steps) {
		const done = spawnSync(program, args, { encoding: 'utf8' });
		if (done.status === 0) continue;
		const said = `${done.stdout ?? ''}\n${done.stderr ?? ''}`
			.split('\n')
			.map((line) => line.trim())
			.filter((line) => line !== '' && !line.startsWith('WARNING'));
		rmSync(home, { recursive: true, force: true });
		return { why: `could not ${doing}: ${said.at(-1) ?? done.error?.message ?? `exit ${done.status}`}` };
	}
	writeFileSync(stamp, hash);
	return { python };
}

/**
 * Starts a program that is asked line by line.
 *
 * @param {string} python  of its environment
 * @param {readonly string[]} args  the program and its arguments
 * @param {{ name: string, words?: 'shown' | 'dropped' | 'kept' }} options  `name`: for a person, when it ends; `words`: what becomes of
 *   what it says of itself; kept words are told when it ends
 * @returns {{ ask: (order: object) => Promise<any>, close: () => Promise<void> }} one order at a time
 */
export function startProgram(python, args, { name, words = 'shown' }) {
	const child = spawn(python, args, { stdio: ['pipe', 'pipe', { shown: 'inherit', dropped: 'ignore', kept: 'pipe' }[words]] });
	const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	const ended = new Promise((resolve) => child.once('close', resolve));
	let said = '';
	child.stderr?.on('data', (data) => {
		said = `${said}${data}`.slice(-4000);
	});
	child.once('error', () => {});
	// A program that died says so by the end of its output; writing to it must not end this one.
	child.stdin.on('error', () => {});
	return {
		async ask(order) {
			child.stdin.write(`${JSON.stringify(order)}\n`);
			const { value, done } = await lines.next();
			if (!done) return JSON.parse(value);
			const what = `${name} ended with exit ${await ended} at ${JSON.stringify(order).slice(0, 200)}`;
			throw new Error(words === 'kept' ? `${what}:\n${said}` : `${what}; see above.`);
		},
		async close() {
			child.stdin.end();
			await ended;
		},
	};
}
