// `npm run delta -- --base REF [--markdown FILE] [--json FILE] [--seeds N]`, and what `.ci/run` does with it: `--accepted`.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { endWithUsage, typedPath } from './arguments.mjs';
import { CannotMeasureError, LAPS, measure, recordingsHere } from './delta/run.mjs';
import { hashOfFile, root } from './files.mjs';
import { buildModule } from './node-module.mjs';
import { log } from './setup.mjs';

const USAGE = `npm run delta -- --base REF [--seeds N] [--markdown FILE] [--json FILE]
npm run delta -- --accepted [--accept] [--seeds N] …

Replays the recordings of e2e/recordings with the code at REF and with the code as it is here, and prints the five metrics, what was
wrong, and the differences; exit 1 when one got worse beyond its noise, 2 when REF cannot be built or cannot replay. REF is built in a
worktree of its own under .cache with its own lockfile. Noise is how far runs differ that only the seed tells apart; N seeds, 3 unless
given.

--accepted: against what was last accepted (e2e/recordings/accepted.json) instead of a commit, as .ci/run does; --accept writes what is
measured now there, to be committed with the reason why it may be.`;

const ACCEPTED = join(root, 'e2e', 'recordings', 'accepted.json');
/** Exit code where there is nothing to compare with, as for wrong arguments. */
const CANNOT = 2;

function readArguments() {
	const usage = (problem) => endWithUsage(USAGE, problem);
	try {
		const { values } = parseArgs({
			options: {
				base: { type: 'string' },
				accepted: { type: 'boolean' },
				accept: { type: 'boolean' },
				seeds: { type: 'string', default: '3' },
				'first-seed': { type: 'string', default: '1' },
				markdown: { type: 'string' },
				json: { type: 'string' },
				help: { type: 'boolean', short: 'h' },
			},
			strict: true,
		});
		if (values.help) usage();
		if ((values.base === undefined) === (values.accepted === undefined)) usage('Against what? --base REF or --accepted.');
		if (values.accept && !values.accepted) usage('--accept goes with --accepted.');
		if (!/^[1-9]\d?$/.test(values.seeds)) usage('--seeds takes a number from 1 to 99.');
		const from = Number(values['first-seed']);
		return { ...values, seeds: Array.from({ length: Number(values.seeds) }, (_, i) => from + i) };
	} catch (error) {
		return usage(error.message);
	}
}

const git = (...args) => spawnSync('git', ['-C', root, ...args], { encoding: 'utf8' });

/** The code at a commit, built by its own lockfile. */
function checkOut(ref) {
	const found = git('rev-parse', '--verify', '--quiet', `${ref}^{commit}`);
	if (found.status !== 0) throw new CannotMeasureError(`There is no commit "${ref}" here; fetch it first.`);
	const commit = found.stdout.trim();
	const folder = join(root, '.cache', 'delta', commit);
	if (!existsSync(join(folder, 'package.json'))) {
		git('worktree', 'prune');
		const made = git('worktree', 'add', '--detach', '--force', folder, commit);
		if (made.status !== 0) throw new CannotMeasureError(`${ref} could not be checked out: ${made.stderr.trim()}`);
	}
	if (!existsSync(join(folder, 'src', 'tools', 'delta', 'measure.mjs')))
		throw new CannotMeasureError(`${ref} cannot replay recordings: it is older than \`npm run delta\`. Choose a later commit as the base.`);
	if (!existsSync(join(folder, 'node_modules'))) {
		const lock = 'package-lock.json';
		if (hashOfFile(join(folder, lock)) === hashOfFile(join(root, lock)) && existsSync(join(root, 'node_modules')))
			cpSync(join(root, 'node_modules'), join(folder, 'node_modules'), { recursive: true, verbatimSymlinks: true });
		else {
			log(`Installing the dependencies of ${ref} …`);
			const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: ['ignore', 2, 2] });
			if (status !== 0) throw new CannotMeasureError(`${ref} cannot be built: its dependencies could not be installed (see above).`);
		}
	}
	return { commit, folder };
}

/** What was measured of a commit stays measured. */
async function measureAt(ref, recordings, seeds) {
	const { commit, folder } = checkOut(ref);
	const key = createHash('sha256')
		.update(JSON.stringify([commit, seeds, LAPS, recordings.map(hashOfFile)]))
		.digest('hex');
	const kept = join(root, '.cache', 'delta', `${key}.json`);
	if (existsSync(kept)) return JSON.parse(readFileSync(kept, 'utf8'));
	const measured = await measure(folder, recordings, seeds);
	writeFileSync(kept, JSON.stringify(measured));
	return measured;
}

async function main() {
	const o = readArguments();
	mkdirSync(join(root, '.cache', 'delta'), { recursive: true });
	const recordings = recordingsHere();
	const accepted = () => (existsSync(ACCEPTED) ? JSON.parse(readFileSync(ACCEPTED, 'utf8')).measured : undefined);
	const known = o.base === undefined ? accepted() : await measureAt(o.base, recordings, o.seeds);
	if (known === undefined && !o.accept) throw new Error(`Nothing was accepted yet: there is no ${ACCEPTED}. --accept writes it.`);
	const after = await measure(root, recordings, o.seeds);
	const before = known ?? after;
	if (o.accept) {
		writeFileSync(ACCEPTED, `${JSON.stringify({ laps: LAPS, measured: after }, null, '\t')}\n`);
		log(`Accepted: ${ACCEPTED}.`);
	}
	const { module: m, remove } = await buildModule(join(import.meta.dirname, 'delta', 'node.ts'));
	remove();
	const differences = m.compare(before, after);
	const table = m.deltaTable(differences);
	const against = o.base ?? 'what was last accepted';
	const text = `## Sovereignty delta against ${against}\n\n${table}\n\nOver ${recordings.length} recordings, ${o.seeds.length} seeds and ${LAPS} laps each; the answers are those of the recordings.\n`;
	process.stdout.write(text);
	if (o.markdown !== undefined) writeFileSync(typedPath(o.markdown), text);
	if (o.json !== undefined) writeFileSync(typedPath(o.json), `${JSON.stringify({ against, differences, before, after }, null, '\t')}\n`);
	const worse = differences.filter((d) => d.worse).map(({ name }) => name);
	if (worse.length > 0 && !o.accept) {
		log(`Worse than ${against} beyond noise: ${worse.join(', ')}.`);
		return 1;
	}
	return 0;
}

process.exit(
	await main().catch((error) => {
		log(error instanceof Error ? error.message : String(error));
		return error instanceof CannotMeasureError ? CANNOT : 1;
	}),
);
