// A copy of the tree in which guards are taken out, so that nothing of the real one is ever touched.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../../files.mjs';

/** Big, and no test of an attack reads them. */
const LEFT_OUT = /^(e2e\/|docs\/)/;

/** @returns the copy's folder, and what removes it */
export function makeCopy() {
	const at = mkdtempSync(join(tmpdir(), 'falsework-attacks-'));
	const listed = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
		cwd: root,
		encoding: 'utf8',
		maxBuffer: 2 ** 26,
	});
	if (listed.status !== 0) throw new Error(`git could not list the tree: ${listed.stderr}`);
	for (const path of listed.stdout.split('\0').filter((path) => path !== '' && !LEFT_OUT.test(path))) {
		mkdirSync(dirname(join(at, path)), { recursive: true });
		cpSync(join(root, path), join(at, path));
	}
	for (const name of ['node_modules', 'dist']) symlinkSync(join(root, name), join(at, name));
	return { at, remove: () => rmSync(at, { recursive: true, force: true }) };
}

/**
 * @param {string} source  of a file
 * @param {import('./items.mjs').Guard} guard
 * @throws Error when the guard does not stand in it exactly once
 */
export function without(source, guard) {
	const found = source.split(guard.text).length - 1;
	if (found !== 1) throw new Error(`The guard "${guard.text}" stands ${found} times in ${guard.in}, not once.`);
	return source.split(guard.text).join(guard.instead);
}

/** Runs `work` while the copy lacks the guard. */
export async function unguarded(at, guard, work) {
	const path = join(at, guard.in);
	const source = readFileSync(path, 'utf8');
	writeFileSync(path, without(source, guard));
	try {
		return guard.also === undefined ? await work() : await unguarded(at, guard.also, work);
	} finally {
		writeFileSync(path, source);
	}
}

const escaped = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * Runs tests of the copy.
 *
 * @param {[file: string, title: string][]} tests
 * @returns {Promise<{passed: number, failed: {test: string, why: string}[], missing: string[]}>} `missing`: files that did not even
 *   start, and titles of which no test ran
 */
export async function runTests(at, tests, env = {}) {
	const files = [...new Set(tests.map(([file]) => file))];
	const into = join(at, 'attacks-result.json');
	rmSync(into, { force: true });
	const titles = tests.map(([, title]) => escaped(title)).join('|');
	const args = ['node_modules/vitest/vitest.mjs', 'run', ...files, '-t', titles, '--reporter=json', `--outputFile=${into}`];
	const child = spawn(process.execPath, args, { cwd: at, stdio: 'ignore', env: { ...process.env, ...env } });
	await new Promise((resolve, reject) => child.once('exit', resolve).once('error', reject));
	const { testResults = [] } = JSON.parse(readFileSync(into, 'utf8'));
	const ran = testResults.flatMap(({ name, assertionResults }) => assertionResults.map((one) => ({ ...one, file: name })));
	const wanted = ran.filter(({ file, fullName }) => tests.some(([of, title]) => file.endsWith(of) && fullName.includes(title)));
	const done = wanted.filter(({ status }) => status === 'passed' || status === 'failed');
	return {
		passed: done.filter(({ status }) => status === 'passed').length,
		failed: done
			.filter(({ status }) => status === 'failed')
			.map(({ title, failureMessages }) => ({
				test: title,
				why: String(failureMessages[0] ?? '')
					.split('\n')[0]
					.slice(0, 200),
			})),
		missing: tests
			.filter(([of, title]) => !done.some(({ file, fullName }) => file.endsWith(of) && fullName.includes(title)))
			.map(([file, title]) => `${file}: ${title}`),
	};
}
