import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { MAA_LIMITS, unzip, zip, ZIP_LIMITS } from './zip.ts';

const files = { 'pack.json': strToU8('{"falsework":1}'), 'templates/a.png': Uint8Array.from({ length: 5000 }, (_, i) => (i * i) & 255) };

function reason(bytes: Uint8Array, limits = ZIP_LIMITS): string {
	const read = unzip(bytes, limits);
	return read.ok ? 'read' : read.reason;
}
/** Changes the first place where `mark` stands in the zip, `at` bytes behind its beginning. */
function patched(bytes: Uint8Array, mark: number, at: number, write: (view: DataView, where: number) => void): Uint8Array {
	const copy = bytes.slice();
	const view = new DataView(copy.buffer);
	for (let i = 0; i + 4 <= copy.length; i++) {
		if (view.getUint32(i, true) !== mark) continue;
		write(view, i + at);
		return copy;
	}
	throw new Error('mark not found');
}
/** Every `from` in it as a `to` of the same length. */
function renamed(bytes: Uint8Array, from: string, to: string): Uint8Array {
	return new Uint8Array(Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll(from, to), 'latin1'));
}
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END = 0x06054b50;

describe('unzip', () => {
	it('gives back what was zipped, whether deflated or stored', () => {
		expect(unzip(zip(files))).toEqual({ ok: true, files });
		expect(unzip(zipSync(files, { level: 0 }))).toEqual({ ok: true, files });
		expect(unzip(zip({}))).toEqual({ ok: true, files: {} });
	});

	it('reads a zip that lies inside a larger buffer', () => {
		const bytes = zip(files);
		const room = new Uint8Array(bytes.length + 20);
		room.set(bytes, 7);
		expect(unzip(room.subarray(7, 7 + bytes.length))).toEqual({ ok: true, files });
	});

	it('refuses what is no zip, is cut short, or is damaged anywhere', () => {
		expect(reason(strToU8('no zip at all, but long enough to be one'))).toBe('not-a-zip');
		const bytes = zip(files);
		for (let length = 0; length < bytes.length; length += 7) expect(reason(bytes.subarray(0, length)), `${length} bytes`).toBe('not-a-zip');
		for (let at = 0; at < bytes.length; at++) {
			const copy = bytes.slice();
			copy[at] = (copy[at] as number) ^ 0x10;
			const read = unzip(copy);
			// Dates, versions and attributes may change; what is in it may not.
			if (read.ok) expect(read.files, `byte ${at}`).toEqual(files);
		}
	});

	it('refuses two files in one: something before it or behind it', () => {
		const bytes = zip(files);
		expect(reason(Uint8Array.of(...strToU8('GIF89a'), ...bytes))).toBe('broken');
		expect(reason(Uint8Array.of(...bytes, ...strToU8('tail')))).toBe('not-a-zip');
	});

	it('refuses names that lead out of it or that another file system reads otherwise', () => {
		for (const name of ['../x', '/x', 'a/../../x', 'C:/x', 'a\\b', 'Pack.json', 'a b', 'ä', 'a/b/c/d/e', '.', 'x'.repeat(201)])
			expect(reason(zipSync({ [name]: strToU8('1') })), name).toBe('odd-name');
		expect(reason(renamed(zip({ proto____: strToU8('1') }), 'proto____', '__proto__'))).toBe('odd-name');
	});

	it('refuses too many entries, by its count alone', () => {
		const many = Object.fromEntries(Array.from({ length: 2001 }, (_, i) => [`f${i}`, new Uint8Array(0)]));
		expect(reason(zipSync(many))).toBe('too-many');
		delete (many as Record<string, unknown>)['f0'];
		expect(reason(zipSync(many))).toBe('read');
	});

	it('refuses a bomb by what it declares', () => {
		expect(reason(zipSync({ zeros: new Uint8Array(1_000_000) }))).toBe('too-dense');
		expect(reason(zipSync(files), { ...ZIP_LIMITS, bytes: 5014 })).toBe('too-big');
		expect(reason(zipSync(files, { level: 0 }), { ...ZIP_LIMITS, bytes: 200 })).toBe('too-big');
	});

	it('refuses a bomb that lies about its size, before it has grown', () => {
		const bomb = zipSync({ zeros: new Uint8Array(40_000_000) });
		const size = (n: number) => patched(bomb, CENTRAL, 24, (view, at) => view.setUint32(at, n, true));
		const before = process.memoryUsage().arrayBuffers;
		expect(reason(size(0))).toBe('broken');
		expect(reason(size(1000))).toBe('broken');
		expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(30_000_000);
	});

	it('refuses entries that share their bytes', () => {
		// The second entry is pointed at the first one's bytes.
		const two = zipSync({ aa: strToU8('same'), ab: strToU8('same') }, { level: 0 });
		const view = new DataView(two.buffer);
		const second = two.length - 22 - 48;
		expect(view.getUint32(second, true)).toBe(CENTRAL);
		view.setUint32(second + 42, 0, true);
		expect(reason(two)).toBe('broken');
	});

	it('refuses one name twice, and a folder of a file’s name', () => {
		const twins = zipSync({ ab: strToU8('1'), ac: strToU8('2') }, { level: 0 });
		expect(reason(renamed(twins, 'ac', 'ab'))).toBe('twice');
		expect(reason(zipSync({ a: strToU8('1'), 'a/': new Uint8Array(0) }))).toBe('twice');
	});

	it('refuses what is encrypted, linked, in parts, or packed in another way', () => {
		const bytes = zip(files);
		expect(reason(patched(bytes, CENTRAL, 8, (view, at) => view.setUint16(at, 1, true)))).toBe('encrypted');
		expect(reason(patched(bytes, LOCAL, 6, (view, at) => view.setUint16(at, 1, true)))).toBe('encrypted');
		expect(reason(patched(bytes, CENTRAL, 38, (view, at) => view.setUint32(at, 0xa1ff0000, true)))).toBe('unsupported');
		expect(reason(patched(bytes, CENTRAL, 10, (view, at) => view.setUint16(at, 12, true)))).toBe('unsupported');
		expect(reason(patched(bytes, END, 4, (view, at) => view.setUint16(at, 1, true)))).toBe('unsupported');
	});
});

describe('unzip of a MaaFramework project', () => {
	const project = {
		'游戏-main/assets/resource/pipeline/开始.json': strToU8('{}'),
		'游戏-main/assets/resource/image/按钮/OK 1.png': strToU8('png'),
		'游戏-main/bin/run.exe': new Uint8Array(100_000),
	};

	it('takes JSON and pictures under names of any script, and leaves the rest packed', () => {
		const { '游戏-main/bin/run.exe': _, ...taken } = project;
		expect(unzip(zipSync(project), MAA_LIMITS)).toEqual({ ok: true, files: taken });
		expect(reason(zipSync(project))).toBe('odd-name');
	});

	it('refuses names that lead out of it', () => {
		for (const name of [
			'../pipeline/a.json',
			'a/../../b.json',
			'/pipeline/a.json',
			'c:/pipeline/a.json',
			'pipeline\\..\\a.json',
			'a//b.json',
		])
			expect(reason(zipSync({ [name]: strToU8('{}') }), MAA_LIMITS), name).toBe('odd-name');
	});

	it('refuses a bomb among what it takes', () => {
		expect(reason(zipSync({ 'pipeline/a.json': new Uint8Array(1_000_000) }), MAA_LIMITS)).toBe('too-dense');
	});
});
