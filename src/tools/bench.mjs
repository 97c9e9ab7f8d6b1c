// `npm run bench -- NAME [--frames DIR] [--worlds NAME,…] [--quick] [--json FILE]`. A bench is a module of src/tools/bench: NAME.ts runs in a page of a real
// browser, NAME.mjs in Node. Either exports `run(options)` and gives back a BenchResult (types.ts).
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { endWithUsage, typedPath } from './arguments.mjs';
import { root } from './files.mjs';
import { openModule } from './in-page.mjs';
import { log } from './setup.mjs';

const folder = join(root, 'src', 'tools', 'bench');
/** What page benches want served beside themselves (in-page.mjs). */
const WANTS = {
	regions: { weights: ['ppocr-v6-tiny', 'ppocr-v6-small', 'tesseract-eng'], peers: 'regions' },
	routes: { peers: 'routes' },
	rules: { peers: 'rules' },
	skills: { weights: ['minilm-l6-v2-int8'] },
};

/** Benches that can also be run short, or in parts. */
const IN_PARTS = new Set(['decisions']);

/** Every bench there is: its name → where it runs. */
function benches() {
	const names = existsSync(folder) ? readdirSync(folder) : [];
	const of = (ending, where) =>
		names
			.filter((name) => new RegExp(`^[a-z-]+\\.${ending}$`).test(name) && name !== 'types.ts')
			.map((name) => [name.slice(0, -ending.length - 1), where]);
	return new Map([...of('ts', 'page'), ...of('mjs', 'node')].sort());
}

function usage(problem) {
	const list = [...benches()].map(([name, where]) => `  ${name} (${where === 'page' ? 'in a browser' : 'in Node'})`).join('\n');
	const text = `npm run bench -- NAME [--frames DIR] [--worlds NAME,…] [--quick] [--json FILE]\n\n--worlds: these alone; --quick: one seed and shorter runs, to try a change (decisions)\n\nNAME is one of:\n${list || '  (none yet)'}`;
	endWithUsage(text, problem);
}

function readArguments() {
	try {
		const { values, positionals } = parseArgs({
			options: {
				json: { type: 'string' },
				frames: { type: 'string' },
				worlds: { type: 'string' },
				quick: { type: 'boolean' },
				help: { type: 'boolean', short: 'h' },
			},
			allowPositionals: true,
			strict: true,
		});
		if (values.help) usage();
		if (positionals.length !== 1) usage(positionals.length === 0 ? 'Which bench?' : 'One bench at a time.');
		if (!benches().has(positionals[0])) usage(`There is no bench "${positionals[0]}".`);
		for (const part of ['quick', 'worlds'])
			if (values[part] !== undefined && !IN_PARTS.has(positionals[0])) usage(`"${positionals[0]}" knows no --${part}.`);
		return { name: positionals[0], ...values };
	} catch (error) {
		return usage(error.message);
	}
}

async function inPage(name, options) {
	const module = await openModule(name, WANTS[name]);
	try {
		return await module.call('run', { ...options, peers: module.peers });
	} finally {
		await module.close();
	}
}

function print(name, { rows, ratios, accuracy, notes = [], broken = [] }) {
	const number = (value) => (Math.abs(value) >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(2) : value.toPrecision(3));
	const table = [
		['what', 'who', 'unit', 'n', 'p10', 'median', 'p99'],
		...rows.map((r) => [r.what, r.who, r.unit, String(r.n), number(r.p10), number(r.median), number(r.p99)]),
	];
	const widths = table[0].map((_, i) => Math.max(...table.map((line) => line[i].length)));
	const lines = table.map((line) =>
		line
			.map((cell, i) => (i < 3 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
			.join('  ')
			.trimEnd(),
	);
	lines.splice(1, 0, widths.map((width) => '-'.repeat(width)).join('  '));
	for (const { what, against, value } of ratios)
		lines.push(`${what}: ${number(value)} × against ${against}${value >= 1 ? '' : ' (behind)'}`);
	for (const [what, value] of Object.entries(accuracy)) lines.push(`${what}: ${value}`);
	lines.push(...notes, ...broken.map((line) => `BROKEN: ${line}`));
	return `bench ${name}\n${lines.join('\n')}\n`;
}

/** Where and of what version a record is; what a bench tells of it itself goes before. */
function circumstances({ commit, machine, load }) {
	return {
		commit: commit ?? version,
		machine: machine ?? { cores: cpus().length, cpu: cpus()[0]?.model ?? '', platform: `${process.platform} ${process.arch}` },
		load: load ?? [begunAt, loadavg()].map(([one]) => Math.round(one * 10) / 10),
	};
}

const git = (...args) => spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout?.trim() ?? '';
const begunAt = loadavg();
// Before anything is measured: a bench may write a picture of its own into the tree.
const version = `${git('rev-parse', 'HEAD')}${git('status', '--porcelain') === '' ? '' : ', changed'}`;
const { name, json, frames, worlds, quick = false } = readArguments();
const options = {
	...(frames === undefined ? {} : { frames: typedPath(frames) }),
	...(quick ? { quick } : {}),
	...(worlds === undefined ? {} : { worlds: worlds.split(',') }),
};
try {
	let result;
	if (benches().get(name) === 'page') result = await inPage(name, options);
	else {
		const bench = await import(pathToFileURL(join(folder, `${name}.mjs`)).href);
		const fault = bench.faultIn?.(options);
		if (fault !== undefined) usage(fault);
		result = await bench.run(options);
	}
	// Notes and broken limits are for people; whatever else a bench tells stands beside the contract's fields.
	const { notes: _, broken = [], ...kept } = result;
	// With `--json -` the JSON alone goes to stdout.
	const record = `${JSON.stringify({ bench: name, ...kept, ...circumstances(kept) }, undefined, '\t')}\n`;
	(json === '-' ? process.stderr : process.stdout).write(print(name, result));
	if (json === '-') process.stdout.write(record);
	else if (json !== undefined) writeFileSync(typedPath(json), record);
	process.exit(broken.length > 0 ? 1 : 0);
} catch (error) {
	log(error instanceof Error ? (error.stack ?? error.message) : String(error));
	process.exit(1);
}
