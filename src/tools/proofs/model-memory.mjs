// Loads, asks and unloads each small model ten times in the real page: the renderer's memory is back where it was before the first.
import { ensureBuilt } from '../build.mjs';
import { measureModelMemory, TOLERANCE } from '../model-memory.mjs';

const ROUNDS = 10;

/** @param {{log: (line: string) => void}} options */
export async function run({ log }) {
	await ensureBuilt();
	const measured = await measureModelMemory({ rounds: ROUNDS, log });
	return {
		ok: measured.ok,
		seeds: [],
		results: {
			what: `resident memory of the page's renderer after ${ROUNDS} loads and unloads of each model, over that before any model was loaded; within ${TOLERANCE * 100} % counts`,
			...measured,
		},
	};
}
