// One of the tuner's workers: replays what it is sent, one setting over one recorded run at a time.
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

const { replay } = await import(workerData.module);
/** File → recorded run; each is read once. */
const runs = new Map();

parentPort.on('message', ({ id, file, tuning, seed }) => {
	if (!runs.has(file)) runs.set(file, JSON.parse(readFileSync(file, 'utf8')));
	const { trace, description } = runs.get(file);
	parentPort.postMessage({ id, replayed: replay(trace, description, tuning, seed) });
});
