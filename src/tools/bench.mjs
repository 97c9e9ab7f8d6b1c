// `npm run bench -- NAME [--frames DIR] [--json FILE]`. A bench is a module of src/tools/bench: NAME.ts runs in a page of a real
// browser, NAME.mjs in Node. Either exports `run(options)` and gives back a BenchResult (types.ts).
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureBrowser, QUIET_SWITCHES } from './browser.mjs';
import { root } from './files.mjs';
import { serveFolder } from './serve.mjs';
import { log } from './setup.mjs';

const folder = join(root, 'src', 'tools', 'bench');
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
	if (problem !== undefined) log(problem);
	const list = [...benches()].map(([name, where]) => `  ${name} (${where === 'page' ? 'in a browser' : 'in Node'})`).join('\n');
	const text = `npm run bench -- NAME [--frames DIR] [--json FILE]\n\nNAME is one of:\n${list || '  (none yet)'}`;
	if (problem === undefined) process.stdout.write(`${text}\n`);
	else log(text);
	process.exit(problem === undefined ? 0 : 2);
}

function readArguments() {
	try {
		const { values, positionals } = parseArgs({
			options: { json: { type: 'string' }, frames: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
			allowPositionals: true,
			strict: true,
		});
		if (values.help) usage();
		if (positionals.length !== 1) usage(positionals.length === 0 ? 'Which bench?' : 'One bench at a time.');
		if (!benches().has(positionals[0])) usage(`There is no bench "${positionals[0]}".`);
		return { name: positionals[0], ...values };
	} catch (error) {
		return usage(error.message);
	}
}

async function inPage(name, options) {
	const built = spawnSync(
		process.execPath,
		[join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--mode', 'bench', '--logLevel', 'warn'],
		{
			cwd: root,
			stdio: ['ignore', 2, 2],
			env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1' },
		},
	);
	if (built.status !== 0) throw new Error(`The bench "${name}" could not be built (see above).`);
	const { chromium } = await import('playwright');
	const site = await serveFolder(join(root, '.cache', 'bench'));
	// Timers finer than the default 0.1 ms, and a page that is never slowed down for standing in the background.
	const browser = await chromium.launch({
		executablePath: ensureBrowser(),
		args: [
			...QUIET_SWITCHES,
			'--disable-renderer-backgrounding',
			'--disable-background-timer-throttling',
			'--disable-backgrounding-occluded-windows',
		],
	});
	try {
		log(`Browser ${browser.version()}.`);
		const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
		page.on('console', (message) => message.type() === 'error' && log(`page: ${message.text()}`));
		page.on('pageerror', (error) => log(`page: ${error.message}`));
		const session = await browser.newBrowserCDPSession();
		await page.exposeFunction('falseworkProcesses', () => processTimes(session));
		await page.exposeFunction('falseworkLog', (line) => log(String(line)));
		await page.goto(`${site.origin}/empty.html`);
		return await page.evaluate(async ([module, settings]) => (await import(module)).run(settings), [`/${name}.js`, options]);
	} finally {
		await browser.close();
		await site.close();
	}
}

async function processTimes(session) {
	const { processInfo } = await session.send('SystemInfo.getProcessInfo');
	return processInfo.map(({ id, type, cpuTime }) => ({ pid: id, type, cpuSeconds: cpuTime, threads: threadsOf(id) }));
}

/** CPU time by thread from /proc, in seconds; empty on systems without it. */
function threadsOf(pid) {
	const tasks = `/proc/${pid}/task`;
	if (!existsSync(tasks)) return [];
	const sums = new Map();
	for (const task of readdirSync(tasks)) {
		try {
			const stat = readFileSync(join(tasks, task, 'stat'), 'utf8');
			const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
			const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
			// utime and stime, in clock ticks: 100 a second on every Linux that runs this.
			sums.set(name, (sums.get(name) ?? 0) + (Number(fields[11]) + Number(fields[12])) / 100);
		} catch {
			// The thread ended while we looked.
		}
	}
	return [...sums].map(([name, cpuSeconds]) => ({ name, cpuSeconds }));
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

const { name, json, frames } = readArguments();
const base = process.env.INIT_CWD ?? process.cwd();
const options = frames === undefined ? {} : { frames: resolve(base, frames) };
try {
	const result =
		benches().get(name) === 'page'
			? await inPage(name, options)
			: await (await import(pathToFileURL(join(folder, `${name}.mjs`)).href)).run(options);
	// Notes and broken limits are for people; whatever else a bench tells stands beside the contract's fields.
	const { notes: _, broken = [], ...kept } = result;
	// With `--json -` the JSON alone goes to stdout.
	const record = `${JSON.stringify({ bench: name, ...kept }, undefined, '\t')}\n`;
	(json === '-' ? process.stderr : process.stdout).write(print(name, result));
	if (json === '-') process.stdout.write(record);
	else if (json !== undefined) writeFileSync(resolve(base, json), record);
	process.exit(broken.length > 0 ? 1 : 0);
} catch (error) {
	log(error instanceof Error ? (error.stack ?? error.message) : String(error));
	process.exit(1);
}
