// What every command does with what was typed.
import { resolve } from 'node:path';
import { log } from './setup.mjs';

/** Ends the command: with how it is used, as `--help` asks, or with what is wrong with its arguments before that, and exit 2. */
export function endWithUsage(usage, problem) {
	if (problem === undefined) process.stdout.write(`${usage}\n`);
	else log(`${problem}\n\n${usage}`);
	process.exit(problem === undefined ? 0 : 2);
}

/** A path as it was typed, seen from where npm was called. */
export const typedPath = (path) => resolve(process.env.INIT_CWD ?? process.cwd(), path);
