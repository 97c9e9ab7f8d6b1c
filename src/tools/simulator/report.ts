// What is said of a run that broke a promise: enough to have it again.
import { spawnSync } from 'node:child_process';
import type { Outcome } from './simulate.ts';

export function describeFailure({ seed, broken, fingerprint, faults }: Outcome): string {
	const head = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' });
	const commit = head.status === 0 ? head.stdout.trim() : 'unknown';
	return [
		`Simulator, seed ${seed}, commit ${commit}: ${broken?.detail ?? 'nothing broken'}, at ${broken?.atMs ?? 0} ms (fingerprint ${fingerprint}).`,
		`Faults: ${Object.entries(faults)
			.map(([name, times]) => `${name} ×${times}`)
			.join(', ')}.`,
		`Again, with all that happens: node src/tools/simulator.mjs --seed ${seed}`,
	].join('\n');
}
