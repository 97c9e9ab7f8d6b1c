// Which files the build is made from, and the hash that tells whether it still fits them.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const BUILT_FROM = [
	'index.html',
	'embed.html',
	'src',
	'workers',
	'public',
	'models',
	'vite.config.ts',
	'tsconfig.base.json',
	'package.json',
	'package-lock.json',
	// Tools are no part of the build, but for those that build it.
	'src/tools/engine.mjs',
	'src/tools/service-worker.mjs',
	'src/tools/shared-engines.mjs',
];
const NOT_BUILT = /\.test\.tsx?$|[/\\](tools|lint|testing)[/\\]/;

/** Every file under `path`, sorted, as paths relative to the repository. */
export function* filesUnder(path) {
	const full = join(root, path);
	if (!existsSync(full)) return;
	if (statSync(full).isFile()) {
		yield path;
		return;
	}
	for (const name of readdirSync(full).sort()) {
		if (name === 'node_modules' || name.startsWith('.')) continue;
		yield* filesUnder(join(path, name));
	}
}

/** SHA-256 over the names and contents of everything the build reads. */
export function hashOfSources() {
	const hash = createHash('sha256');
	for (const start of BUILT_FROM) {
		for (const path of filesUnder(start)) {
			if (path !== start && NOT_BUILT.test(path)) continue;
			hash
				.update(`${relative('.', path)}\0`)
				.update(readFileSync(join(root, path)))
				.update('\0');
		}
	}
	return hash.digest('hex');
}

export function hashOfFile(path) {
	return createHash('sha256').update(readFileSync(path)).digest('hex');
}
