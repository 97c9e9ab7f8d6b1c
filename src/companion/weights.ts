// The companion's folder of models: blobs named by their SHA-256, and one manifest a model. Only whole, verified models are in it. It
// is read by the page under /weights/, and written by `falsework models add` alone.
import { createHash } from 'node:crypto';
import {
	closeSync,
	copyFileSync,
	existsSync,
	fsyncSync,
	openSync,
	readdirSync,
	readFileSync,
	readSync,
	renameSync,
	rmSync,
	statSync,
} from 'node:fs';
import { join } from 'node:path';
import { CHUNK_BYTES, chunkCount, type ModelManifest, readManifest } from '../core/models/manifest.ts';
import { ensurePrivateDir, writePrivate } from './files.ts';

export interface Hashes {
	readonly bytes: number;
	readonly sha256: string;
	readonly chunks: readonly string[];
	readonly head: Uint8Array;
}

const HEAD_BYTES = 64 * 1024;

/** Hashes a file, whole and by chunk. @throws the file system's error */
export function hashFile(path: string): Hashes {
	const whole = createHash('sha256');
	const chunks: string[] = [];
	const { size } = statSync(path);
	const buffer = Buffer.alloc(Math.min(CHUNK_BYTES, Math.max(1, size)));
	let head = new Uint8Array();
	let bytes = 0;
	const file = openSync(path, 'r');
	try {
		for (let i = 0; i < chunkCount(size); i++) {
			const read = readSync(file, buffer, 0, Math.min(CHUNK_BYTES, size - bytes), bytes);
			const chunk = buffer.subarray(0, read);
			if (i === 0) head = new Uint8Array(chunk.subarray(0, HEAD_BYTES));
			whole.update(chunk);
			chunks.push(createHash('sha256').update(chunk).digest('hex'));
			bytes += read;
		}
	} finally {
		closeSync(file);
	}
	return { bytes, sha256: whole.digest('hex'), chunks, head };
}

export class Weights {
	readonly folder: string;
	readonly #blobs: string;
	readonly #models: string;

	constructor(dataDir: string) {
		this.folder = join(dataDir, 'weights');
		this.#blobs = join(this.folder, 'blobs');
		this.#models = join(this.folder, 'models');
	}

	/** What is there, by id. A manifest that cannot be read is told to `warn` and left out. */
	list(warn: (line: string) => void = () => undefined): readonly ModelManifest[] {
		if (!existsSync(this.#models)) return [];
		return readdirSync(this.#models)
			.filter((name) => name.endsWith('.json'))
			.sort()
			.flatMap((name) => {
				try {
					const read = readManifest(JSON.parse(readFileSync(join(this.#models, name), 'utf8')));
					if ('manifest' in read) return [read.manifest];
					warn(`${join(this.#models, name)}: ${read.fault}`);
				} catch (error) {
					warn(`${join(this.#models, name)}: ${error instanceof Error ? error.message : String(error)}`);
				}
				return [];
			});
	}

	has(sha256: string): boolean {
		return existsSync(join(this.#blobs, sha256));
	}

	/** @returns undefined when there is no such file */
	pathOf(id: string, path: string): string | undefined {
		const file = this.list()
			.find((manifest) => manifest.id === id)
			?.files.find((one) => one.path === path || one.at === path);
		if (file === undefined) return undefined;
		const blob = join(this.#blobs, file.sha256);
		return existsSync(blob) ? blob : undefined;
	}

	/**
	 * Puts a model in: its files first, its manifest last, so that what is listed is whole.
	 *
	 * @param from  where the file of a SHA-256 lies now; one that is here already needs none
	 */
	put(manifest: ModelManifest, from: (sha256: string) => string | undefined): void {
		ensurePrivateDir(this.folder);
		ensurePrivateDir(this.#blobs);
		ensurePrivateDir(this.#models);
		for (const { sha256, path } of manifest.files) {
			const to = join(this.#blobs, sha256);
			if (existsSync(to)) continue;
			const source = from(sha256);
			if (source === undefined) throw new Error(`"${path}" of ${manifest.id} is nowhere.`);
			const temp = `${to}.${process.pid}.tmp`;
			try {
				copyFileSync(source, temp);
				const file = openSync(temp, 'r+');
				try {
					fsyncSync(file);
				} finally {
					closeSync(file);
				}
				// What was hashed a moment ago may have been changed since.
				if (hashFile(temp).sha256 !== sha256) throw new Error(`${source} was changed while it was copied.`);
				renameSync(temp, to);
			} finally {
				rmSync(temp, { force: true });
			}
		}
		writePrivate(join(this.#models, `${manifest.id}.json`), `${JSON.stringify(manifest, undefined, '\t')}\n`);
	}

	/** Hashes everything again. @returns a line for each file that is not what its manifest says */
	verify(): { readonly files: number; readonly faults: readonly string[] } {
		const faults: string[] = [];
		let files = 0;
		for (const manifest of this.list((line) => faults.push(line))) {
			for (const file of manifest.files) {
				files++;
				const blob = join(this.#blobs, file.sha256);
				if (!existsSync(blob)) {
					faults.push(`${manifest.id}/${file.path}: gone; add the model again`);
					continue;
				}
				const found = hashFile(blob);
				if (found.sha256 === file.sha256) continue;
				const damaged = file.chunks.flatMap((sum, chunk) => (found.chunks[chunk] === sum ? [] : [chunk + 1]));
				faults.push(
					`${manifest.id}/${file.path}: damaged in chunk ${damaged.join(', ')} of ${file.chunks.length}${found.bytes === file.bytes ? '' : `, ${found.bytes} bytes of ${file.bytes}`}; delete ${blob} and add the model again`,
				);
			}
		}
		return { files, faults };
	}
}
