// The peers as a program that is asked line by line.
import { join } from 'node:path';
import { startProgram } from '../../python.mjs';

/**
 * @param {string} python  of the peers' environment
 * @param {{ program?: string, args?: readonly string[], quiet?: boolean }} options  `quiet`: what it says of itself is dropped
 */
export function startPeers(python, { program = 'peers.py', args = [], quiet = false } = {}) {
	return startProgram(python, [join(import.meta.dirname, program), ...args], { name: 'The peers', words: quiet ? 'dropped' : 'shown' });
}
