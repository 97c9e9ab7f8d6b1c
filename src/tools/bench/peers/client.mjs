// The peers as a program that is asked line by line.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * @param {string} python  of the peers' environment
 * @param {{ program?: string, args?: readonly string[], quiet?: boolean }} options  `quiet`: what it says of itself is dropped
 * @returns {{ ask: (order: object) => Promise<any>, close: () => Promise<void> }} one order at a time
 */
export function startPeers(python, { program = 'peers.py', args = [], quiet = false } = {}) {
	const child = spawn(python, [join(import.meta.dirname, program), ...args], { stdio: ['pipe', 'pipe', quiet ? 'ignore' : 'inherit'] });
	const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	const ended = new Promise((resolve) => child.once('close', resolve));
	child.once('error', () => {});
	// A program that died says so by the end of its output; writing to it must not end this one.
	child.stdin.on('error', () => {});
	return {
		async ask(order) {
			child.stdin.write(`${JSON.stringify(order)}\n`);
			const { value, done } = await lines.next();
			if (done) throw new Error(`The peers ended with exit ${await ended} at ${JSON.stringify(order).slice(0, 200)}; see above.`);
			return JSON.parse(value);
		},
		async close() {
			child.stdin.end();
			await ended;
		},
	};
}
