// `npm run supply`: whether what is installed is what was looked at. Every package comes from the lockfile with a hash over its bytes,
// none from an address of its own, none runs a program as it is installed, and there are not ever more of them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './files.mjs';

/** Packages of the lockfile. One more is a decision, and this line its place. */
const MOST_PACKAGES = 430;
/** Have an install script, which is not run: their programs come prebuilt in the package. */
const SCRIPTED = ['protobufjs', 'robotjs', 'uiohook-napi'];

/**
 * @param {string} lockfile  package-lock.json
 * @param {string} npmrc  .npmrc
 * @returns {string[]} the faults, each a sentence
 */
export function supplyFaults(lockfile, npmrc) {
	const faults = [];
	if (!/^ignore-scripts\s*=\s*true$/m.test(npmrc))
		faults.push('.npmrc lacks "ignore-scripts=true": a package may run a program as it is installed.');
	const lock = JSON.parse(lockfile);
	if (lock.lockfileVersion !== 3) faults.push(`package-lock.json is of version ${lock.lockfileVersion}, not 3.`);
	// What lies inside another package's bytes has no hash of its own, and stubs of our own that stand in for a package have a folder in the place of a version.
	const packages = Object.entries(lock.packages ?? {}).filter(
		([path, { link, inBundle }]) =>
			path.startsWith('node_modules/') && !path.includes('/src/tools/stubs/') && link !== true && inBundle !== true,
	);
	for (const [path, { integrity, resolved, hasInstallScript }] of packages) {
		const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
		if (!/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? '')) faults.push(`"${name}" has no SHA-512 in package-lock.json.`);
		if (resolved !== undefined) faults.push(`"${name}" comes from an address of its own, ${resolved}.`);
		if (hasInstallScript === true && !SCRIPTED.includes(name)) faults.push(`"${name}" wants to run a program as it is installed.`);
	}
	const { dependencies = {}, devDependencies = {} } = JSON.parse(JSON.stringify(lock.packages?.[''] ?? {}));
	for (const [name, range] of Object.entries({ ...dependencies, ...devDependencies })) {
		if (/^(https?:|git|github:|file:\/)|^\*$|^latest$/.test(range))
			faults.push(`"${name}" is asked for as "${range}", which may be anything tomorrow.`);
		if (!Object.hasOwn(lock.packages, `node_modules/${name}`)) faults.push(`"${name}" is not locked.`);
	}
	if (packages.length > MOST_PACKAGES) faults.push(`There are ${packages.length} packages; ${MOST_PACKAGES} are the most.`);
	return faults;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
	const faults = supplyFaults(readFileSync(join(root, 'package-lock.json'), 'utf8'), readFileSync(join(root, '.npmrc'), 'utf8'));
	for (const fault of faults) process.stderr.write(`${fault}\n`);
	process.exit(faults.length > 0 ? 1 : 0);
}
