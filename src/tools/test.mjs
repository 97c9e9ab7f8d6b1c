// `npm test`: everything that must hold, in the order in which a failure is cheapest to find. The last line counts it.
//   --only static|unit|e2e   one part, for developers (and the set-up and build that it needs)
//   --full                   also the long tests, whose titles say @full
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBrowser, findBrowser } from './browser.mjs';
import { ensureBuilt } from './build.mjs';
import { openDisplay } from './display.mjs';
import { root } from './files.mjs';
import { DESKTOP, ensureDependencies, ensurePrograms } from './setup.mjs';

const PARTS = ['static', 'unit', 'e2e'];
const print = (line) => process.stdout.write(`${line}\n`);
const total = { passed: 0, failed: 0, skipped: 0 };
const skips = [];
const failures = [];
const cache = join(root, '.cache');

/** Runs a stage and says how long it took. */
async function stage(name, work) {
	const begun = Date.now();
	const before = { ...total };
	print(`── ${name}`);
	try {
		await work();
	} catch (error) {
		total.failed++;
		failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
	}
	const counts = Object.keys(total).map((key) => `${total[key] - before[key]} ${key}`);
	print(`── ${name}: ${counts.join(', ')} in ${((Date.now() - begun) / 1000).toFixed(1)} s`);
}

const bin = (pack, path) => join(root, 'node_modules', pack, path);

/** Runs a Node program with its output going through; resolves to its exit code. */
function node(script, args, env = {}) {
	return new Promise((resolve, reject) => {
		const child = spawn(process.execPath, [script, ...args], {
			cwd: root,
			stdio: ['ignore', 'inherit', 'inherit'],
			env: { ...process.env, ...env },
		});
		child.once('error', reject);
		child.once('exit', (code) => resolve(code ?? 1));
	});
}

/** A program that either finds nothing wrong or fails: one test. */
const check = (name, script, args) =>
	stage(name, async () => {
		if ((await node(script, args)) === 0) total.passed++;
		else throw new Error('found faults, listed above');
	});

function countUnit(file) {
	if (!existsSync(file)) throw new Error('the unit tests ended without a result');
	const { passed, failed, skipped } = JSON.parse(readFileSync(file, 'utf8'));
	total.passed += passed;
	total.failed += failed.length;
	total.skipped += skipped.length;
	failures.push(...failed);
	skips.push(...skipped);
}

function countE2e(file) {
	if (!existsSync(file)) throw new Error('the browser tests ended without a result');
	const report = JSON.parse(readFileSync(file, 'utf8'));
	const visit = (suite, path) => {
		for (const inner of suite.suites ?? []) visit(inner, [...path, inner.title]);
		for (const spec of suite.specs ?? []) {
			for (const test of spec.tests) {
				const name = [...path, spec.title].join(' › ');
				if (test.status === 'expected' || test.status === 'flaky') total.passed++;
				else if (test.status === 'skipped') {
					total.skipped++;
					skips.push({
						name,
						reason:
							test.annotations.find(({ type }) => type === 'skip' || type === 'fixme')?.description ??
							'an earlier failure, or no reason given',
					});
				} else {
					total.failed++;
					failures.push(name);
				}
			}
		}
	};
	for (const suite of report.suites) visit(suite, [suite.title]);
	for (const error of report.errors ?? []) {
		total.failed++;
		failures.push(`browser tests: ${error.message?.split('\n')[0]}`);
	}
}

const usage = `npm test [-- [--only ${PARTS.join('|')}] [--full]]`;
const { values } = parseArgs({ options: { only: { type: 'string' }, full: { type: 'boolean' }, help: { type: 'boolean' } }, strict: true });
if (values.help) {
	print(usage);
	process.exit(0);
}
if (values.only !== undefined && !PARTS.includes(values.only)) {
	process.stderr.write(`--only ${values.only}: it is one of ${PARTS.join(', ')}.\n`);
	process.exit(2);
}
const wanted = (part) => values.only === undefined || values.only === part;
const begun = Date.now();
mkdirSync(cache, { recursive: true });

let ready = false;
await stage('set-up', async () => {
	ensureDependencies();
	if (wanted('unit') || wanted('e2e')) {
		ensureBrowser();
		const missing = ensurePrograms(DESKTOP);
		if (missing.length > 0)
			print(
				`Missing here, so tests on a real desktop will be skipped: ${missing.join(', ')} (Debian, Ubuntu: "sudo apt install ${missing.join(' ')}").`,
			);
	}
	ready = true;
});

if (ready && wanted('static')) {
	await check('types', bin('typescript', 'bin/tsc'), ['--build']);
	await check('format', bin('@biomejs/biome', 'bin/biome'), ['format', '--max-diagnostics=20', '.']);
	await check('lint', bin('eslint', 'bin/eslint.js'), ['--max-warnings=0', '.']);
	await check('strikes', join(root, 'src', 'tools', 'strike.mjs'), ['--check']);
	await check('rooms', bin('dependency-cruiser', 'bin/dependency-cruise.mjs'), ['--config', '.dependency-cruiser.cjs', 'src', 'workers']);
}
if (ready) {
	await stage('build', async () => {
		await ensureBuilt({ log: print });
		total.passed++;
	});
	if (wanted('static')) await check('notices', join(root, 'src', 'tools', 'notices.mjs'), ['--check']);
}
// Tests with a window run on a display of their own: nobody's desktop is clicked on.
const display = ready && (wanted('unit') || wanted('e2e')) ? await openDisplay({ fresh: true }) : undefined;
/** What tests write goes with them. */
const scratch = mkdtempSync(join(tmpdir(), 'falsework-'));
const env = {
	CHROME: findBrowser() ?? '',
	...(display && { DISPLAY: display.display }),
	TMPDIR: scratch,
	FALSEWORK_TEST: '1',
	NO_COLOR: '1',
	FALSEWORK_FULL: values.full ? '1' : '',
};
if (ready && wanted('unit')) {
	await stage('unit tests', async () => {
		const file = join(cache, 'unit.json');
		rmSync(file, { force: true });
		const chosen = values.full ? [] : ['--testNamePattern=^(?!.*@full)'];
		await node(bin('vitest', 'vitest.mjs'), ['run', '--reporter=default', '--reporter=./src/tools/vitest-reporter.mjs', ...chosen], env);
		countUnit(file);
	});
}
if (ready && wanted('e2e')) {
	await stage('browser tests', async () => {
		const file = join(cache, 'e2e.json');
		rmSync(file, { force: true });
		const chosen = values.full ? [] : ['--grep-invert=@full'];
		await node(bin('playwright', 'cli.js'), ['test', '--config', 'e2e/playwright.config.ts', ...chosen], {
			...env,
			PLAYWRIGHT_JSON_OUTPUT_NAME: file,
		});
		countE2e(file);
	});
}
display?.close();
rmSync(scratch, { recursive: true, force: true });
if (ready && values.full && values.only === undefined)
	await check('sovereignty delta against what was last accepted', join(root, 'src', 'tools', 'delta.mjs'), ['--accepted']);

print('');
print(`Everything took ${((Date.now() - begun) / 1000).toFixed(0)} s.`);
if (!values.full && values.only !== 'static') print('The tests whose titles say @full were left out: `npm test -- --full` runs them too.');
for (const failure of failures) print(`failed: ${failure}`);
for (const { name, reason } of skips) print(`skipped: ${name}: ${reason}`);
print(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed > 0 ? 1 : 0);
