// Builds both programs, each beside its place and then swapped in, so that a build that fails leaves the last good one.
// `--force` builds although nothing changed; `--only page|companion` builds one.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashOfSources, root } from './files.mjs';

const LOCK_STALE_MS = 10 * 60_000;

/**
 * Makes `dist` fit the sources.
 *
 * @param {{ force?: boolean, only?: 'page' | 'companion', log?: (line: string) => void }} options
 * @returns true when something was built
 */
export async function ensureBuilt({ force = false, only, log = (line) => process.stderr.write(`${line}\n`) } = {}) {
	const programs = only === undefined ? ['page', 'companion'] : [only];
	const release = await lock(join(root, '.cache', 'build.lock'));
	try {
		const hash = hashOfSources();
		let built = false;
		for (const program of programs) {
			const stamp = join(root, '.cache', `built-${program}`);
			const out = join(root, 'dist', program);
			if (!force && existsSync(out) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) continue;
			log(`Building the ${program} …`);
			const begun = Date.now();
			build(program, out);
			mkdirSync(join(root, '.cache'), { recursive: true });
			writeFileSync(stamp, hash);
			log(`Built the ${program} in ${((Date.now() - begun) / 1000).toFixed(1)} s.`);
			built = true;
		}
		return built;
	} finally {
		release();
	}
}

function build(program, out) {
	const next = `${out}.next`;
	rmSync(next, { recursive: true, force: true });
	const args = [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn', '--outDir', next, '--emptyOutDir'];
	if (program === 'companion') args.push('--mode', 'companion');
	const done = spawnSync(process.execPath, args, {
		cwd: root,
		stdio: ['ignore', 2, 2],
		env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1', FORCE_COLOR: '0' },
	});
	if (done.status !== 0) throw new Error(`Building the ${program} failed (see above); the last good build is still in place.`);
	const last = `${out}.last`;
	rmSync(last, { recursive: true, force: true });
	if (existsSync(out)) renameSync(out, last);
	renameSync(next, out);
	rmSync(last, { recursive: true, force: true });
	if (existsSync(`${next}.packages.json`)) renameSync(`${next}.packages.json`, `${out}.packages.json`);
}

/** One build at a time: two would delete each other's files. */
async function lock(path) {
	mkdirSync(join(root, '.cache'), { recursive: true });
	for (let waited = 0; ; waited += 250) {
		try {
			mkdirSync(path);
			return () => rmSync(path, { recursive: true, force: true });
		} catch (error) {
			if (error.code !== 'EEXIST') throw error;
			const age = existsSync(path) ? Date.now() - statSync(path).mtimeMs : 0;
			if (age > LOCK_STALE_MS) rmSync(path, { recursive: true, force: true });
			else await new Promise((done) => setTimeout(done, 250));
		}
	}
}

if (process.argv[1] === import.meta.filename) {
	const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : undefined;
	try {
		await ensureBuilt({ force: process.argv.includes('--force') || only === undefined, only });
	} catch (error) {
		process.stderr.write(`${error.message}\n`);
		process.exit(1);
	}
}
