// Other people's environments, each in a Python environment of its own under .cache. Run by the bench that needs them, or by hand:
// `node src/tools/bench/decisions/worlds.mjs [NAME…]` sets them up and tells which can be had here.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../../files.mjs';
import { ensurePython, startProgram } from '../../python.mjs';
import { log, which } from '../../setup.mjs';

const here = import.meta.dirname;

/** name → the program that plays it, its arguments, its environment, and what that needs besides Python. */
export const WORLDS = {
	'babyai-gotolocal': { program: 'env_babyai.py', args: ['GoToLocal'], python: 'babyai' },
	'babyai-goto': { program: 'env_babyai.py', args: ['GoTo'], python: 'babyai' },
	'babyai-open': { program: 'env_babyai.py', args: ['Open'], python: 'babyai' },
	'babyai-pickuploc': { program: 'env_babyai.py', args: ['PickupLoc'], python: 'babyai' },
	'babyai-putnextlocal': { program: 'env_babyai.py', args: ['PutNextLocal'], python: 'babyai' },
	'babyai-unlocklocal': { program: 'env_babyai.py', args: ['UnlockLocal'], python: 'babyai' },
	'overcooked-cramped-room': { program: 'env_overcooked.py', args: ['cramped_room'], python: 'overcooked' },
	'overcooked-asymmetric-advantages': { program: 'env_overcooked.py', args: ['asymmetric_advantages'], python: 'overcooked' },
	textworld: { program: 'env_textworld.py', args: [join(root, '.cache', 'textworld-games')], python: 'textworld' },
	'express-coin': { program: 'env_express.py', args: ['coin'], python: 'express', needs: 'java' },
	'express-twc': { program: 'env_express.py', args: ['twc'], python: 'express', needs: 'java' },
	'express-cookingworld': { program: 'env_express.py', args: ['cookingworld'], python: 'express', needs: 'java' },
	scienceworld: { program: 'env_science.py', args: [join(root, '.cache', 'scienceworld-gold')], python: 'science', needs: 'java' },
};

/** Environments of the design that are not played, and why. */
export const NOT_PLAYED = {
	'NetHack, MiniHack (nle 1.3.0, minihack 1.0.2)':
		'neither brings a bot or a gold path; AutoAscend, inside nethackers 0.37.3, plays whole games and cannot be asked about a single point',
};

/** @returns {{ python: string } | { why: string }} what a world runs in, or why it cannot be had here */
export function ensureWorld(name) {
	const { python, needs } = WORLDS[name];
	if (needs === 'java' && (which('java') === undefined || spawnSync('java', ['-version']).status !== 0))
		return { why: 'it runs in Java, and there is none (apt-get install default-jre-headless)' };
	return ensurePython({
		name: `decisions-${python}`,
		what: `the packages of ${python} for the decisions bench`,
		requirements: join(here, 'requirements', `${python}.txt`),
	});
}

/**
 * Starts a world as a program of its own.
 *
 * @returns {{ ask: (order: object) => Promise<any>, close: () => Promise<void> }} one order at a time
 */
export function startWorld(name, python) {
	const { program, args } = WORLDS[name];
	return startProgram(python, [join(here, program), ...args], { name, words: 'kept' });
}

if (process.argv[1] === import.meta.filename) {
	const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(WORLDS);
	for (const name of names) {
		const { why } = ensureWorld(name);
		log(why === undefined ? `${name}: ready` : `${name}: not here: ${why}`);
	}
}
