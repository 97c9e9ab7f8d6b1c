// The simulated world in ten thousand seeds, the planted bugs, and ten thousand acts over two hundred lost connections.
// FALSEWORK_SEEDS sets another number of seeds; the record says how many there were.
import { spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { engineModule } from '../engine.mjs';
import { root } from '../files.mjs';
import { buildModule } from '../node-module.mjs';

const SEEDS = Number(process.env.FALSEWORK_SEEDS ?? 10_000);
/** Seeds of one program: a new one now and then keeps memory small. */
const BATCH = 100;
const MUTANT_SEEDS = 200;

/** Runs a stretch of seeds in a program of its own; calls `see` with each outcome. */
function stretch(from, to, see) {
	return new Promise((resolve, reject) => {
		const child = spawn(process.execPath, [join(root, 'src/tools/simulator.mjs'), '--seed', from, '--to', to, '--json'].map(String), {
			cwd: root,
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		createInterface({ input: child.stdout }).on('line', (line) => see(JSON.parse(line)));
		child.once('error', reject);
		child.once('close', resolve);
	});
}

/** @param {{log: (line: string) => void}} options */
export async function run({ log }) {
	const sums = { acts: 0, done: 0, presses: 0, writes: 0, crashes: 0, calls: 0 };
	const faults = {};
	const failures = [];
	let seen = 0;
	let simulatedMs = 0;
	let next = 1;
	const see = (outcome) => {
		seen++;
		simulatedMs += outcome.simulatedMs;
		for (const key of Object.keys(sums)) sums[key] += outcome.counts[key];
		for (const [name, times] of Object.entries(outcome.faults)) faults[name] = (faults[name] ?? 0) + times;
		if (outcome.broken !== undefined) failures.push({ seed: outcome.seed, ...outcome.broken });
		if (seen % 500 === 0) log(`${seen} of ${SEEDS} seeds, ${failures.length} failed`);
	};
	const work = async () => {
		while (next <= SEEDS) {
			const from = next;
			next += BATCH;
			await stretch(from, Math.min(SEEDS, from + BATCH - 1), see);
		}
	};
	await Promise.all(Array.from({ length: Math.max(1, cpus().length) }, work));
	const { module, remove } = await buildModule('src/tools/simulator/node.ts', { plugins: [engineModule()] });
	try {
		const planted = {};
		for (const [mutant, about] of Object.entries(module.MUTANTS)) {
			let foundBySeed;
			for (let seed = 1; foundBySeed === undefined && seed <= MUTANT_SEEDS; seed++)
				if ((await module.simulate(seed, mutant)).broken?.kind === mutant) foundBySeed = seed;
			planted[mutant] = { about, foundBySeed: foundBySeed ?? null };
			log(`planted "${mutant}": ${foundBySeed === undefined ? 'NOT found' : `found by seed ${foundBySeed}`}`);
		}
		const exactlyOnce = await module.exactlyOnce({ seed: 9, acts: 10_000, disconnects: 200 });
		log(
			`${exactlyOnce.acts} acts over ${exactlyOnce.disconnects} lost connections: ${exactlyOnce.done} done, ${exactlyOnce.lost} told as lost`,
		);
		const shown = {
			'every seed was run': seen === SEEDS,
			'no promise is broken': failures.length === 0,
			'every planted bug is found within 200 seeds': Object.values(planted).every(({ foundBySeed }) => foundBySeed !== null),
			'10,000 acts over 200 lost connections, each once or told as lost': exactlyOnce.broken === '' && exactlyOnce.acts === 10_000,
		};
		return {
			ok: Object.values(shown).every(Boolean),
			seeds: [`1 to ${SEEDS}`],
			results: {
				simulated: 'time, disk, network, desktop, game and model server; see docs/reliability.md for what is real',
				shown,
				seeds: seen,
				simulatedHours: Math.round(simulatedMs / 36_000) / 100,
				sums,
				faults,
				failures,
				planted,
				exactlyOnce,
			},
		};
	} finally {
		remove();
	}
}
