// `node src/tools/contract.mjs wllama|web-llm --model FILE.json --weights DIR [--show]`: runs the contract of a runtime that writes in a
// real browser against its real adapter, and prints each fact. This is how a person with a GPU checks web-llm, which no test here can.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBrowser, QUIET_SWITCHES } from './browser.mjs';
import { root } from './files.mjs';
import { serveFolder } from './serve.mjs';

const USAGE = `node src/tools/contract.mjs wllama|web-llm|web-llm-scripted --model MANIFEST.json --weights DIR [--show]

Runs the contract of a writing model: load, progress, answer, stream, cut, schema, take back, unload, errors.
--model    a manifest of models/ with its files pinned, or one that "npm run models -- add" wrote
--weights  the folder that holds its files under the names the manifest gives
--show     in a window of the browser instead of without one`;

/** Builds the page modules of src/tools/contract; seconds. */
export function buildContract() {
	const built = spawnSync(
		process.execPath,
		[join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--mode', 'contract', '--logLevel', 'warn'],
		{ cwd: root, stdio: ['ignore', 2, 2], env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1' } },
	);
	if (built.status !== 0) throw new Error('The contract could not be built (see above).');
}

/** Serves what was built; the folders of `also` under their addresses. */
export function serveContract(also = {}) {
	return serveFolder(join(root, '.cache', 'contract'), { also });
}

async function main() {
	let given;
	try {
		given = parseArgs({
			options: {
				model: { type: 'string' },
				weights: { type: 'string' },
				show: { type: 'boolean' },
				help: { type: 'boolean', short: 'h' },
			},
			allowPositionals: true,
			strict: true,
		});
	} catch (error) {
		return usage(error.message);
	}
	const { values, positionals } = given;
	if (values.help) return usage();
	const [runtime, ...rest] = positionals;
	if (!['wllama', 'web-llm', 'web-llm-scripted'].includes(runtime) || rest.length > 0) return usage('Which runtime?');
	if (values.model === undefined || values.weights === undefined) return usage('--model and --weights say what to run.');
	const manifest = JSON.parse(readFileSync(values.model, 'utf8'));
	buildContract();
	const { chromium } = await import('playwright');
	const site = await serveContract({ '/weights/': resolve(values.weights) });
	const browser = await chromium.launch({
		executablePath: ensureBrowser(),
		headless: !values.show,
		args: [...QUIET_SWITCHES, ...(runtime === 'web-llm' ? ['--enable-unsafe-webgpu'] : [])],
	});
	try {
		const page = await browser.newPage();
		await page.exposeFunction('falseworkFact', ({ ok, what, detail, ms }) =>
			process.stdout.write(`${ok ? 'holds ' : 'FAILS '} ${what} (${ms} ms): ${detail}\n`),
		);
		await page.goto(`${site.origin}/empty.html`);
		const facts = await page.evaluate(async (settings) => (await import(settings.module)).contract(settings, globalThis.falseworkFact), {
			runtime,
			backend: runtime === 'wllama' ? 'wasm' : 'webgpu',
			manifest,
			weights: `${site.origin}/weights/`,
		});
		const failed = facts.filter((fact) => !fact.ok).length;
		process.stdout.write(`${facts.length - failed} of ${facts.length} hold: ${runtime}, "${manifest.name}", ${browser.version()}\n`);
		return failed === 0 ? 0 : 1;
	} finally {
		await browser.close();
		await site.close();
	}
}

function usage(problem) {
	(problem === undefined ? process.stdout : process.stderr).write(`${problem === undefined ? '' : `${problem}\n\n`}${USAGE}\n`);
	return problem === undefined ? 0 : 2;
}

if (process.argv[1] === import.meta.filename) process.exit(await main());
