// What a manifest says of the files in a folder: bytes, SHA-256 of the whole and of each 8 MiB. For whoever writes a manifest:
//   node src/tools/models/files-of.mjs FOLDER
import { createHash } from 'node:crypto';
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';

const CHUNK_BYTES = 8 * 1024 * 1024;

/** @returns {{ path: string, bytes: number, sha256: string, chunks: string[] }[]} sorted by path */
export function filesOf(folder, below = '') {
	return readdirSync(join(folder, below))
		.sort()
		.flatMap((name) => {
			const path = `${below}${name}`;
			return statSync(join(folder, path)).isDirectory() ? filesOf(folder, `${path}/`) : [{ path, ...hashesOf(join(folder, path)) }];
		});
}

function hashesOf(file) {
	const whole = createHash('sha256');
	const chunks = [];
	const buffer = Buffer.alloc(CHUNK_BYTES);
	const open = openSync(file, 'r');
	let bytes = 0;
	try {
		for (;;) {
			const read = readSync(open, buffer, 0, CHUNK_BYTES, bytes);
			if (read === 0 && bytes > 0) break;
			const chunk = buffer.subarray(0, read);
			whole.update(chunk);
			chunks.push(createHash('sha256').update(chunk).digest('hex'));
			bytes += read;
			if (read < CHUNK_BYTES) break;
		}
	} finally {
		closeSync(open);
	}
	return { bytes, sha256: whole.digest('hex'), chunks };
}

if (process.argv[1] === import.meta.filename) {
	const [folder] = process.argv.slice(2);
	if (folder === undefined) {
		process.stderr.write('node src/tools/models/files-of.mjs FOLDER\n');
		process.exit(2);
	}
	process.stdout.write(`${JSON.stringify(filesOf(folder), undefined, '\t')}\n`);
}
