// The delta tells a change for the worse from chance: twenty times with a raised threshold, twenty times with the same code; no two
// measurements share a seed.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LAPS, measure, recordingsHere } from '../delta/run.mjs';
import { root } from '../files.mjs';
import { buildModule } from '../node-module.mjs';

const TRIALS = 20;
const SEEDS_EACH = 3;
/** What makes the other branch worse: a rule must be surer before it acts. */
const FILE = join('src', 'core', 'crystals', 'lifecycle.ts');
const FROM = 'const SCORE_LEAST = 0.8;';
const TO = 'const SCORE_LEAST = 0.92;';

/** @param {{log: (line: string) => void}} options */
export async function run({ log }) {
	const worse = join(root, '.cache', 'delta', 'worse');
	const git = (...args) => spawnSync('git', ['-C', root, ...args], { encoding: 'utf8' });
	const clear = () => {
		rmSync(worse, { recursive: true, force: true });
		git('worktree', 'prune');
	};
	clear();
	const { module: m, remove } = await buildModule('src/tools/delta/node.ts');
	remove();
	try {
		const made = git('worktree', 'add', '--detach', worse, 'HEAD');
		if (made.status !== 0) throw new Error(made.stderr);
		const text = readFileSync(join(worse, FILE), 'utf8');
		if (!text.includes(FROM)) throw new Error(`${FILE} has no line "${FROM}" to make worse.`);
		writeFileSync(join(worse, FILE), text.replace(FROM, TO));
		if (!existsSync(join(worse, 'node_modules'))) symlinkSync(join(root, 'node_modules'), join(worse, 'node_modules'));
		const recordings = recordingsHere();
		const trials = [];
		let drawn = 0;
		const fresh = () => Array.from({ length: SEEDS_EACH }, () => ++drawn);
		let before = await measure(root, recordings, fresh());
		for (let trial = 0; trial < TRIALS; trial++) {
			const raised = m.compare(before, await measure(worse, recordings, fresh()));
			// Measured anew, and the base of the next trial.
			const again = await measure(root, recordings, fresh());
			const same = m.compare(before, again);
			before = again;
			const named = (differences) => differences.filter((d) => d.worse).map(({ metric }) => metric);
			trials.push({ unchanged: named(same), raised: named(raised), decision: raised.find(({ metric }) => metric === 'decision') });
			log(`${trial + 1} of ${TRIALS}: unchanged ${named(same).join(', ') || 'passes'}; raised ${named(raised).join(', ') || 'PASSES'}`);
		}
		const shown = {
			'an unchanged branch passes, 20 of 20': trials.every(({ unchanged }) => unchanged.length === 0),
			'a raised threshold fails, 20 of 20': trials.every(({ raised }) => raised.length > 0),
		};
		return {
			ok: Object.values(shown).every(Boolean),
			seeds: [1, drawn],
			results: { shown, changed: `${FROM} → ${TO}`, laps: LAPS, seedsEach: SEEDS_EACH, trials },
		};
	} finally {
		clear();
	}
}
