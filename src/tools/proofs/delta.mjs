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
/** Trials whose seeds are replayed in one program: starting it and reading its texts for the first time is most of a replay's work. */
const AT_ONCE = 10;
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
		const seeds = Array.from({ length: (2 * TRIALS + 1) * SEEDS_EACH }, (_, i) => i + 1);
		/** Measurements of a branch, each with seeds that no other has. */
		const measurements = async (folder, count) => {
			const drawn = seeds.splice(0, count * SEEDS_EACH);
			const measured = await measure(folder, recordings, drawn);
			return Array.from({ length: count }, (_, i) => {
				const own = new Set(drawn.slice(i * SEEDS_EACH, (i + 1) * SEEDS_EACH));
				return measured.filter(({ seed }) => own.has(seed));
			});
		};
		const trials = [];
		let [before] = await measurements(root, 1);
		while (trials.length < TRIALS) {
			const count = Math.min(AT_ONCE, TRIALS - trials.length);
			const raisedOnes = await measurements(worse, count);
			// Measured anew, and each the base of the next trial.
			const unchangedOnes = await measurements(root, count);
			for (const [i, again] of unchangedOnes.entries()) {
				const raised = m.compare(before, raisedOnes[i]);
				const same = m.compare(before, again);
				before = again;
				const named = (differences) => differences.filter((d) => d.worse).map(({ metric }) => metric);
				const numbers = (differences) => Object.fromEntries(differences.map(({ metric, delta, noise }) => [metric, { delta, noise }]));
				trials.push({ unchanged: named(same), raised: named(raised), deltas: { unchanged: numbers(same), raised: numbers(raised) } });
				log(
					`${trials.length} of ${TRIALS}: unchanged ${named(same).join(', ') || 'passes'}; raised ${named(raised).join(', ') || 'PASSES'}`,
				);
			}
		}
		const shown = {
			'an unchanged branch passes, 20 of 20': trials.every(({ unchanged }) => unchanged.length === 0),
			'a raised threshold fails, 20 of 20': trials.every(({ raised }) => raised.length > 0),
		};
		return {
			ok: Object.values(shown).every(Boolean),
			seeds: [1, (2 * TRIALS + 1) * SEEDS_EACH],
			results: { shown, changed: `${FROM} → ${TO}`, laps: LAPS, seedsEach: SEEDS_EACH, trials },
		};
	} finally {
		clear();
	}
}
