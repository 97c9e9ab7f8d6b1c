// What the companion remembers lives in a few small files in one folder, readable by this person alone. Every write is
// write-temp, fsync, rename, fsync of the folder: after a crash a file is the old one or the new one, never half of either.
import { chmodSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';

/** Where the companion keeps its files when `--data` does not say. */
export function defaultDataDir(platform: NodeJS.Platform = process.platform, env: NodeJS.ProcessEnv = process.env): string {
	if (platform === 'win32') return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Falsework');
	if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Falsework');
	return join(env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'falsework');
}

export function ensurePrivateDir(dir: string): void {
	mkdirSync(dir, { recursive: true, mode: 0o700 });
	// The folder may be older than this rule.
	if (process.platform !== 'win32') chmodSync(dir, 0o700);
}

/** Writes text that only this person may read; returns when it is on the disk. */
export function writePrivate(path: string, text: string): void {
	const temp = `${path}.${process.pid}.tmp`;
	const file = openSync(temp, 'w', 0o600);
	try {
		writeSync(file, text);
		fsyncSync(file);
	} finally {
		closeSync(file);
	}
	renameSync(temp, path);
	if (process.platform === 'win32') return; // folders cannot be opened for fsync there
	const folder = openSync(join(path, '..'), 'r');
	try {
		fsyncSync(folder);
	} finally {
		closeSync(folder);
	}
}

/**
 * Reads a stored JSON file. A file that fails its check is set aside as `NAME.damaged`, never overwritten in silence.
 *
 * @returns `fallback` when the file is not there or was set aside
 */
export function readStored<S extends v.GenericSchema>(
	path: string,
	schema: S,
	fallback: v.InferOutput<S>,
	warn: (line: string) => void,
): v.InferOutput<S> {
	if (!existsSync(path)) return fallback;
	try {
		return v.parse(schema, JSON.parse(readFileSync(path, 'utf8')));
	} catch (error) {
		renameSync(path, `${path}.damaged`);
		warn(
			`${path} could not be read (${error instanceof Error ? error.message : String(error)}); it is kept as ${path}.damaged and a new one begun`,
		);
		return fallback;
	}
}

export function removeStored(path: string): void {
	rmSync(path, { force: true });
	rmSync(`${path}.damaged`, { force: true });
}
