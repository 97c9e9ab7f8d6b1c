// `npm run prove [-- NAME…]`: what the project promises, shown in full length. A proof is src/tools/proofs/NAME.mjs, exporting
// `run({ log }) → { ok, seeds, results }`; its record goes to docs/results/NAME.json with commit, machine, seeds and duration.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { endWithUsage } from './arguments.mjs';
import { findBrowser } from './browser.mjs';
import { root } from './files.mjs';
import { DESKTOP, ensurePrograms, log } from './setup.mjs';

const folder = join(root, 'src', 'tools', 'proofs');
const known = existsSync(folder)
	? readdirSync(folder)
			.filter((name) => /^[a-z-]+\.mjs$/.test(name))
			.map((name) => name.slice(0, -4))
	: [];
const usage = `npm run prove [-- NAME…]\n\nNAME is one of: ${known.join(', ') || '(none yet)'}. Without a name all are run; it may take hours.`;

function line(command, ...args) {
	const done = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
	return done.status === 0 ? done.stdout.trim() : '';
}

let names;
try {
	const { values, positionals } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } }, allowPositionals: true, strict: true });
	if (values.help) endWithUsage(usage);
	names = positionals.length > 0 ? positionals : known;
	const strange = names.find((name) => !known.includes(name));
	if (strange !== undefined) throw new Error(`There is no proof "${strange}".`);
} catch (error) {
	endWithUsage(usage, error.message);
}

// A proof that needs what is still missing says so by itself.
if (names.some((name) => name.includes('flare'))) ensurePrograms(DESKTOP);
const browser = findBrowser();
const machine = {
	cores: cpus().length,
	memoryGiB: Math.round(totalmem() / 2 ** 30),
	platform: `${process.platform} ${process.arch}`,
	node: process.versions.node,
	browser: browser === undefined ? 'none' : line(browser, '--version', '--no-sandbox'),
};
let failed = 0;
mkdirSync(join(root, 'docs', 'results'), { recursive: true });
for (const name of names) {
	log(`Proof "${name}" …`);
	// Of the tree that runs: hours later it may be another.
	const tree = {
		commit: line('git', 'rev-parse', 'HEAD'),
		// A proof of changes that no commit holds proves nothing to anybody else.
		changed: line('git', 'status', '--porcelain', '--untracked-files=no') !== '',
	};
	const begun = Date.now();
	let outcome;
	try {
		const { run } = await import(pathToFileURL(join(folder, `${name}.mjs`)).href);
		outcome = await run({ log: (text) => log(`  ${text}`) });
	} catch (error) {
		outcome = { ok: false, seeds: [], results: { error: error instanceof Error ? error.message : String(error) } };
		log(error instanceof Error ? (error.stack ?? '') : '');
	}
	const record = {
		proof: name,
		ok: outcome.ok,
		...tree,
		at: new Date(begun).toISOString(),
		seconds: Math.round((Date.now() - begun) / 1000),
		machine,
		seeds: outcome.seeds,
		results: outcome.results,
	};
	writeFileSync(join(root, 'docs', 'results', `${name}.json`), `${JSON.stringify(record, undefined, '\t')}\n`);
	process.stdout.write(`${name}: ${outcome.ok ? 'shown' : 'NOT shown'} in ${record.seconds} s (docs/results/${name}.json)\n`);
	if (!outcome.ok) failed++;
}
process.exit(failed > 0 ? 1 : 0);
