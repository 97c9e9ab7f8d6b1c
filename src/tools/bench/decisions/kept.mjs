// What was played stays played: a run of hours is kept under .cache by everything it depends on (the code that decides, the program of
// the world, the task), so that a bench cut short goes on where it was, and a change to the learner plays only the learner again.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { root } from '../../files.mjs';
import { buildModule } from '../../node-module.mjs';
import { WORLDS } from './worlds.mjs';

const here = import.meta.dirname;
/** Where results are kept; remove it to play everything anew. */
export const PLAYED = join('.cache', 'decisions-played');
const folder = join(root, PLAYED);

/**
 * Hash of all code that a module of this bench runs.
 *
 * @param {string} name  file beside this one
 */
export async function codeOf(name) {
	const { file, remove } = await buildModule(join(here, name));
	try {
		return createHash('sha256').update(readFileSync(file)).digest('hex');
	} finally {
		remove();
	}
}

/**
 * @param {readonly string[]} codes  hashes of the code that plays the task
 * @param {{ world: string }} task  plain data
 * @returns the key under which its result is kept
 */
export function keyOf(codes, task) {
	const { program, python } = WORLDS[task.world];
	const hash = createHash('sha256');
	for (const file of [program, 'world.py', join('requirements', `${python}.txt`)]) hash.update(readFileSync(join(here, file))).update('\0');
	return hash.update(JSON.stringify([codes, task])).digest('hex');
}

/** The result kept under a key; undefined where there is none, or a damaged one. */
export function keptOf(key) {
	try {
		return deserialize(readFileSync(join(folder, key)));
	} catch {
		return undefined;
	}
}

/** @param result  what structured clones can hold */
export function keep(key, result) {
	mkdirSync(folder, { recursive: true });
	const half = join(folder, `${key}.${process.pid}`);
	writeFileSync(half, serialize(result));
	renameSync(half, join(folder, key));
}
