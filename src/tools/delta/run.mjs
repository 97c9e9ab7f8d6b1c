// Measuring code by what it makes of the recordings, wherever that code lies.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { root } from '../files.mjs';

const RECORDINGS = join(root, 'e2e', 'recordings');
/** Each is played so often in one session: what is learnt in the first lap answers in the others. */
export const LAPS = 3;

/** The code in question cannot be had, built or run. */
export class CannotMeasureError extends Error {}

/** Paths of the recordings, by name. */
export const recordingsHere = () =>
	readdirSync(RECORDINGS)
		.filter((name) => name.endsWith('.fwrec'))
		.sort()
		.map((name) => join(RECORDINGS, name));

/**
 * Measures the recordings with the code that lies in a folder, each recording in a program of its own.
 *
 * @param {object} [tuning] of the decision learner, where it is not that of play
 * @returns {Promise<object[]>} as compare.ts has them
 */
export async function measure(folder, recordings, seeds, tuning) {
	const open = [...recordings];
	const measured = [];
	const lane = async () => {
		for (let recording = open.shift(); recording !== undefined; recording = open.shift()) {
			const args = [join(folder, 'src', 'tools', 'delta', 'measure.mjs'), recording, '--seeds', seeds.join(','), '--laps', String(LAPS)];
			if (tuning !== undefined) args.push('--tuning', JSON.stringify(tuning));
			const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
			let out = '';
			child.stdout.on('data', (data) => {
				out += data;
			});
			const code = await new Promise((resolve) => child.once('exit', resolve));
			if (code !== 0)
				throw new CannotMeasureError(`The replay of ${recording} with the code in ${folder} ended with exit ${code} (see above).`);
			measured.push(
				...out
					.split('\n')
					.filter((line) => line.startsWith('{'))
					.map((line) => JSON.parse(line)),
			);
		}
	};
	await Promise.all(Array.from({ length: Math.min(recordings.length, availableParallelism()) }, lane));
	return measured;
}
