// Where code under the GPL may be in the build: in the voice's script and nowhere else. Kokoro's phonemizer holds eSpeak NG; a program
// that holds it is under the GPL as a whole. So the voice is a script of its own, started by address, that nothing imports and that the
// page works without; every other script stays under the licences of its parts.

/** The voice's worker, which is under the GPL as it is served. */
const VOICE = /^assets\/kokoro\.worker-[\w-]+\.js$/;
const COPYLEFT = /^(A?GPL|GPL-|AGPL-)/i;
/** Under the GPL whatever their package.json says. */
const BY_NAME = new Set(['phonemizer', 'espeak-ng']);

/** @param {string} name @param {string} licence  as its package.json says */
export const isCopyleft = (name, licence) => COPYLEFT.test(licence) || BY_NAME.has(name);

/**
 * What is wrong with where a package under the GPL is.
 *
 * @param {string} name
 * @param {readonly string[]} scripts  of the build that hold its code; none = it is in the companion, or nobody knows
 * @param {ReadonlyMap<string, string>} built  every script of the build, by name, as it is served
 * @returns {readonly string[]} sentences; empty when it is in the voice's script alone
 */
export function copyleftFaults(name, scripts, built) {
	const faults = [];
	if (scripts.length === 0) faults.push(`${name} is under the GPL and is not in a script of its own.`);
	for (const script of scripts) {
		if (!VOICE.test(script)) {
			faults.push(`${name} is under the GPL and in ${script}: only the voice's script (workers/kokoro.worker.ts) may hold it.`);
			continue;
		}
		const file = script.slice(script.lastIndexOf('/') + 1);
		const imports = new RegExp(`(\\bfrom|\\bimport)\\s*\\(?\\s*["'\`][^"'\`]*${file.replaceAll('.', '\\.')}`);
		for (const [other, code] of built)
			if (other !== script && imports.test(code)) faults.push(`${other} imports ${script}, which is under the GPL: start it as a worker.`);
	}
	return faults;
}
