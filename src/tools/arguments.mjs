// What every command does with what was typed.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { log } from './setup.mjs';

/** Ends the command: with how it is used, as `--help` asks, or with what is wrong with its arguments before that, and exit 2. */
export function endWithUsage(usage, problem) {
	if (problem === undefined) process.stdout.write(`${usage}\n`);
	else log(`${problem}\n\n${usage}`);
	process.exit(problem === undefined ? 0 : 2);
}

/** A path as it was typed, seen from where npm was called. */
export const typedPath = (path) => resolve(process.env.INIT_CWD ?? process.cwd(), path);

/**
 * Reads the arguments of `COMMAND VERB FILE [--json]`; ends the command where they are wrong, and with 1 where there is no such file.
 *
 * @param {string} what  the one thing it takes, for people
 * @returns {{ file: string, json: boolean }}
 */
export function readVerbAndFile(command, verb, what, usage) {
	const end = (problem) => endWithUsage(usage, problem);
	let values;
	let typed;
	try {
		({ values, positionals: typed } = parseArgs({
			options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
			allowPositionals: true,
			strict: true,
		}));
	} catch (error) {
		end(error.message);
	}
	if (values.help) end();
	const [said, place, ...more] = typed;
	if (said !== verb) end(said === undefined ? 'What is to be done?' : `There is no "${command} ${said}".`);
	if (place === undefined || more.length > 0) end(`${command} ${verb} takes ${what}.`);
	const file = typedPath(place);
	if (!existsSync(file)) {
		log(`There is no ${file}.`);
		process.exit(1);
	}
	return { file, json: values.json === true };
}
