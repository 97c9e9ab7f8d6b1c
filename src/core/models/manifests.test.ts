// The manifests that come with the build, and what reading one refuses.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHUNK_BYTES, readManifest } from './manifest.ts';

const folder = resolve(import.meta.dirname, '..', '..', '..', 'models');
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
const json = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, unknown>;

describe('the manifests of models/', () => {
	it.each(names)('%s reads, and is called what it is', (name) => {
		const read = readManifest(json(name));
		expect(read).toHaveProperty('manifest');
		if ('fault' in read) return;
		const { id, licence, origin, what, files, hub, sources, verified, embedded } = read.manifest;
		expect(`${id}.json`).toBe(name);
		expect([licence, origin, what].every((text) => text.length > 2)).toBe(true);
		// It can be had from somewhere, and what was never run here does not say that it was.
		expect(files.length > 0 ? sources.length : hub === undefined ? 0 : 1).toBeGreaterThan(0);
		if (files.length === 0) expect(verified).toBe(false);
		if (embedded) for (const file of files) expect(existsSync(join(folder, id, file.path))).toBe(true);
	});

	it('promise the bytes that are committed', () => {
		for (const name of names) {
			const { id, embedded, files } = json(name) as {
				id: string;
				embedded?: boolean;
				files: { path: string; sha256: string; chunks: string[] }[];
			};
			if (embedded !== true) continue;
			for (const { path, sha256, chunks } of files) {
				const bytes = readFileSync(join(folder, id, path));
				const hash = (part: Uint8Array): string => createHash('sha256').update(part).digest('hex');
				expect([hash(bytes), ...chunks.map((_, i) => hash(bytes.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES)))]).toEqual([
					sha256,
					...chunks,
				]);
			}
		}
	});
});

describe('a manifest', () => {
	const good = json('ppocr-v6-tiny.json');
	const file = (good.files as Record<string, unknown>[])[0];
	it.each([
		['of another version', { falsework: 2 }, 'falsework'],
		['with a path that leads out', { files: [{ ...file, path: '../det.onnx' }] }, 'relative path'],
		['with a hidden path', { files: [{ ...file, path: 'a/.b' }] }, 'relative path'],
		['with a hash too short', { files: [{ ...file, sha256: 'abc' }] }, 'SHA-256'],
		['with too few chunks', { files: [{ ...file, bytes: 9 * 1024 * 1024 }] }, 'chunks'],
		['that lists a file twice', { files: [file, file] }, 'twice'],
		['whose sum is wrong', { bytes: 1 }, 'add up'],
		['with no file and no hub', { files: [] }, 'lists no file'],
		['with an address without a slash', { sources: ['https://x.example/a'] }, 'slash'],
		['with an id in capitals', { id: 'Tiny' }, 'id'],
		['for a runtime nobody has', { runtime: 'torch' }, 'runtime'],
	])('%s is refused with the fault named', (_, part, why) => {
		const read = readManifest({ ...good, ...part });
		expect('fault' in read && read.fault).toContain(why);
	});
});
