import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './files.mjs';
import { supplyFaults } from './supply.mjs';

const npmrc = readFileSync(join(root, '.npmrc'), 'utf8');
const lockfile = readFileSync(join(root, 'package-lock.json'), 'utf8');
type Locked = Record<string, unknown>;
/** The lockfile with one package changed or put in. */
function locked(name: string, more: Locked): string {
	const lock = JSON.parse(lockfile) as { packages: Record<string, Locked> };
	lock.packages[`node_modules/${name}`] = { ...lock.packages[`node_modules/${name}`], ...more };
	return JSON.stringify(lock);
}

describe('the packages', () => {
	it('are locked by hash, run nothing as they are installed, and are not ever more', () => {
		expect(supplyFaults(lockfile, npmrc)).toEqual([]);
	});

	it.each([
		['without a hash', locked('ws', { integrity: undefined }), npmrc, '"ws" has no SHA-512'],
		['with a weak hash', locked('ws', { integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }), npmrc, '"ws" has no SHA-512'],
		['from an address of its own', locked('ws', { resolved: 'https://evil.example/ws.tgz' }), npmrc, 'an address of its own'],
		['with a script', locked('ws', { hasInstallScript: true }), npmrc, '"ws" wants to run a program'],
		['with scripts allowed', lockfile, npmrc.replace('ignore-scripts=true', ''), 'ignore-scripts=true'],
		['asked for by address', lockfile.replace('"ws": "8.23.0"', '"ws": "github:evil/ws"'), npmrc, '"ws" is asked for as'],
		['asked for and not locked', lockfile.replace('"ws": "8.23.0"', '"wss": "8.23.0"'), npmrc, '"wss" is not locked'],
	])('%s are refused', (_, lock, rc, fault) => {
		expect(supplyFaults(lock, rc).join('\n')).toContain(fault);
	});
});
