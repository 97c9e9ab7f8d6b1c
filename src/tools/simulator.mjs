// One seed of the simulated world, told line by line; or a stretch of seeds, a line for each that fails.
//   node src/tools/simulator.mjs --seed 17 [--mutant "stuck key"]
//   node src/tools/simulator.mjs --seed 1 --to 200 --json
import { parseArgs } from 'node:util';
import { endWithUsage } from './arguments.mjs';
import { engineModule } from './engine.mjs';
import { buildModule } from './node-module.mjs';

const usage = 'node src/tools/simulator.mjs --seed N [--to N] [--mutant NAME] [--json]';
let from;
let to;
let options;
try {
	({ values: options } = parseArgs({
		options: {
			seed: { type: 'string' },
			to: { type: 'string' },
			mutant: { type: 'string' },
			json: { type: 'boolean' },
			help: { type: 'boolean', short: 'h' },
		},
		strict: true,
	}));
	if (options.help) endWithUsage(usage);
	from = Number(options.seed);
	to = Number(options.to ?? options.seed);
	if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to < from) throw new Error('--seed, and --to, are whole numbers.');
} catch (error) {
	endWithUsage(usage, error.message);
}

const { module, remove } = await buildModule('src/tools/simulator/node.ts', { plugins: [engineModule()] });
let failed = 0;
try {
	if (options.mutant !== undefined && !(options.mutant in module.MUTANTS)) throw new Error(`No bug "${options.mutant}" can be planted.`);
	for (let seed = from; seed <= to; seed++) {
		const tell = from === to && !options.json ? (line) => process.stdout.write(`${line}\n`) : undefined;
		const outcome = await module.simulate(seed, options.mutant, tell);
		if (options.json) process.stdout.write(`${JSON.stringify(outcome)}\n`);
		if (outcome.broken === undefined) continue;
		failed++;
		process.stderr.write(`${module.describeFailure(outcome)}\n`);
	}
	if (!options.json) process.stdout.write(`${to - from + 1} seeds, ${failed} failed\n`);
} finally {
	remove();
}
// Workers of the database's own may still be open.
process.exit(failed > 0 ? 1 : 0);
