// The peers' environment: a Python virtual environment in .cache/peers with the versions of requirements.txt. Run by the bench
// that needs it, or by hand: `node src/tools/bench/peers/setup.mjs`. Does nothing when it is there already.
import { join } from 'node:path';
import { ensurePython } from '../../python.mjs';
import { log } from '../../setup.mjs';

/**
 * Installs the peers when they are not there yet.
 *
 * @returns {{ python: string } | { why: string }} the environment's Python, or why there is none: the bench then runs without peers
 */
export function ensurePeers() {
	return ensurePython({
		name: 'peers',
		what: 'the peers (opencv-python, maafw)',
		requirements: join(import.meta.dirname, 'requirements.txt'),
	});
}

if (process.argv[1] === import.meta.filename) {
	const { python: made, why } = ensurePeers();
	if (why === undefined) process.stdout.write(`${made}\n`);
	else {
		log(`No peers: ${why}.`);
		process.exit(1);
	}
}
