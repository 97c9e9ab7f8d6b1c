// Zip files, for packs. A zip from a stranger may be a bomb, may hold one file under two names, or be two files in one; so its
// directory is read and judged first, and every entry is inflated piece by piece into a room of the size it declared.
import { Inflate, zipSync } from 'fflate';
import { BACKUP_MAX_BYTES } from '../core/backup.ts';
import { MAA_MAX_BYTES, sortMaaPath } from '../core/import/maafw/paths.ts';
import { PACK_MAX_BYTES } from '../core/pack.ts';
import { RECORDING_MAX_UNPACKED } from '../core/recording/recording.ts';
import { isPlainPath } from '../core/unpack.ts';

export interface ZipLimits {
	/** Of the zip itself, and of all that comes out of it together. */
	readonly bytes: number;
	readonly entries: number;
	/** Bytes out for each byte in, of one entry. */
	readonly ratio: number;
	/** What to do with an entry by its path; one that is left is never unpacked. Plain paths alone, all of them, unless given. */
	readonly sort?: (path: string) => 'take' | 'leave' | 'odd';
}
export const ZIP_LIMITS: ZipLimits = { bytes: PACK_MAX_BYTES, entries: 2000, ratio: 100 };

/** Of a backup and the packs in it: crystals that are much alike pack well, and deflate itself knows no more than 1032 to 1. */
export const BACKUP_LIMITS: ZipLimits = { bytes: BACKUP_MAX_BYTES, entries: 5000, ratio: 1032 };

/** Of a recording, or a failure bundle: pictures of a game that stands still are much alike. */
export const RECORDING_LIMITS: ZipLimits = { bytes: RECORDING_MAX_UNPACKED, entries: 7, ratio: 1032 };

/** Of a MaaFramework project as it is released: programs and networks lie in it too, and are left. */
export const MAA_LIMITS: ZipLimits = { bytes: MAA_MAX_BYTES, entries: 20_000, ratio: 200, sort: sortMaaPath };

export type ZipFault = 'not-a-zip' | 'broken' | 'unsupported' | 'encrypted' | 'odd-name' | 'twice' | 'too-many' | 'too-big' | 'too-dense';
export type ZipRead =
	| { readonly ok: true; readonly files: Readonly<Record<string, Uint8Array>> }
	/** `why` continues "it …", for a person. */
	| { readonly ok: false; readonly reason: ZipFault; readonly why: string };

interface Entry {
	readonly name: string;
	readonly method: number;
	readonly crc: number;
	readonly packed: number;
	readonly size: number;
	readonly offset: number;
	readonly left: boolean;
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;
/** Compressed bytes handed over at once: at deflate's most, 1032 to 1, they become 4 MB before the count is looked at. */
const PIECE = 4096;

/** What stops the reading; never leaves this file. */
class Stop extends Error {
	constructor(
		readonly reason: ZipFault,
		why: string,
	) {
		super(why);
	}
}

export function zip(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
	// A pack inside is packed already.
	return zipSync(
		Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, [bytes, { level: path.endsWith('.falsework') ? 0 : 6 }]])),
	);
}

/** The files of a zip by path. Refuses the whole zip at the first thing wrong with it; zips inside are files like any other. */
export function unzip(bytes: Uint8Array, limits: ZipLimits = ZIP_LIMITS): ZipRead {
	try {
		if (bytes.length > limits.bytes) throw new Stop('too-big', `is longer than ${limits.bytes} bytes`);
		const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		const files: Record<string, Uint8Array> = {};
		for (const entry of readDirectory(bytes, view, limits)) if (!entry.left) files[entry.name] = inflate(bytes, view, entry);
		return { ok: true, files };
	} catch (error) {
		if (error instanceof Stop) return { ok: false, reason: error.reason, why: error.message };
		throw error;
	}
}

/** The entries of a zip whose directory holds together. */
function readDirectory(bytes: Uint8Array, view: DataView, limits: ZipLimits): readonly Entry[] {
	const end = findEnd(view);
	const total = view.getUint16(end + 10, true);
	const size = view.getUint32(end + 12, true);
	const start = view.getUint32(end + 16, true);
	if (total === 0xffff || start === 0xffffffff || view.getUint32(end + 4, true) !== 0 || view.getUint16(end + 8, true) !== total)
		throw new Stop('unsupported', 'is a zip in parts or of the 64-bit kind');
	if (total > limits.entries) throw new Stop('too-many', `holds ${total} files; ${limits.entries} are the most`);
	// Nothing before the first entry and nothing behind the last: what is two files at once is read in two ways.
	if (start + size !== end) throw new Stop('broken', 'has a directory that does not end where it should');
	const sort = limits.sort ?? ((path) => (isPlainPath(path) ? 'take' : 'odd'));
	const entries: Entry[] = [];
	const names = new Set<string>();
	let produced = 0;
	let at = start;
	for (let i = 0; i < total; i++) {
		if (at + CENTRAL_BYTES > end || view.getUint32(at, true) !== CENTRAL) throw new Stop('broken', 'has a directory cut short');
		const flags = view.getUint16(at + 8, true);
		const method = view.getUint16(at + 10, true);
		const packed = view.getUint32(at + 20, true);
		const out = view.getUint32(at + 24, true);
		const nameBytes = view.getUint16(at + 28, true);
		const next = at + CENTRAL_BYTES + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
		if (next > end) throw new Stop('broken', 'has a directory cut short');
		const name = textOf(bytes.subarray(at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes));
		// The upper half holds Unix's file type where Unix wrote it; a link is no file.
		const unixType = (view.getUint32(at + 38, true) >>> 16) & 0xf000;
		const folder = name.endsWith('/');
		const sorted = sort(folder ? name.slice(0, -1) : name);
		if (sorted === 'odd') throw new Stop('odd-name', `holds a file with an odd name, ${JSON.stringify(name.slice(0, 80))}`);
		if (unixType !== 0 && unixType !== 0x8000 && unixType !== 0x4000) throw new Stop('unsupported', `holds "${name}", which is a link`);
		if (names.has(name) || names.has(folder ? name.slice(0, -1) : `${name}/`)) throw new Stop('twice', `holds "${name}" twice`);
		names.add(name);
		const left = sorted === 'leave';
		if (!left) {
			// Bits 0, 6 and 13 are the three ways to encrypt.
			if ((flags & 0x2041) !== 0) throw new Stop('encrypted', `holds "${name}" encrypted`);
			if (method !== STORED && method !== DEFLATED) throw new Stop('unsupported', `holds "${name}" packed in a way that is not known here`);
			if (method === STORED && packed !== out) throw new Stop('broken', `holds "${name}" in two lengths`);
			if (out > packed * limits.ratio)
				throw new Stop('too-dense', `holds "${name}", which grows more than ${limits.ratio} times when it is unpacked`);
			produced += out;
			if (produced > limits.bytes) throw new Stop('too-big', `would grow beyond ${limits.bytes} bytes when it is unpacked`);
			if (folder && out > 0) throw new Stop('broken', `holds a folder "${name}" with contents`);
		}
		entries.push({
			name,
			method,
			crc: view.getUint32(at + 16, true),
			packed,
			size: out,
			offset: view.getUint32(at + 42, true),
			left,
		});
		at = next;
	}
	if (at !== end) throw new Stop('broken', 'has more in its directory than it counts');
	let free = 0;
	for (const entry of entries.toSorted((a, b) => a.offset - b.offset)) {
		if (entry.offset < free || (free === 0 && entry.offset !== 0))
			throw new Stop('broken', `has "${entry.name}" where something else lies`);
		free = dataOf(bytes, view, entry) + entry.packed;
		if (free > start) throw new Stop('broken', `has "${entry.name}" cut short`);
	}
	return entries.filter(({ name }) => !name.endsWith('/'));
}

/** Where the end record begins. Its comment ends the file, so nothing can follow it. */
function findEnd(view: DataView): number {
	for (let at = view.byteLength - END_BYTES; at >= 0 && at >= view.byteLength - END_BYTES - 0xffff; at--) {
		if (view.getUint32(at, true) === END && at + END_BYTES + view.getUint16(at + 20, true) === view.byteLength) return at;
	}
	throw new Stop('not-a-zip', 'is no zip, or was cut short');
}

/** Where an entry's bytes begin, once its own header agrees with the directory. */
function dataOf(bytes: Uint8Array, view: DataView, { name, method, offset }: Entry): number {
	if (offset + LOCAL_BYTES > view.byteLength || view.getUint32(offset, true) !== LOCAL)
		throw new Stop('broken', `has no "${name}" where it should be`);
	const nameEnd = offset + LOCAL_BYTES + view.getUint16(offset + 26, true);
	const own = textOf(bytes.subarray(offset + LOCAL_BYTES, nameEnd));
	if (own !== name || view.getUint16(offset + 8, true) !== method) throw new Stop('broken', `names "${name}" in two ways`);
	if ((view.getUint16(offset + 6, true) & 0x2041) !== 0) throw new Stop('encrypted', `holds "${name}" encrypted`);
	return nameEnd + view.getUint16(offset + 28, true);
}

function inflate(bytes: Uint8Array, view: DataView, entry: Entry): Uint8Array {
	const from = dataOf(bytes, view, entry);
	const packed = bytes.subarray(from, from + entry.packed);
	const out = entry.method === STORED ? packed.slice() : inflated(packed, entry);
	if (crc32(out) !== entry.crc) throw new Stop('broken', `holds "${entry.name}" damaged`);
	return out;
}

function inflated(packed: Uint8Array, { name, size }: Entry): Uint8Array {
	const out = new Uint8Array(size);
	let at = 0;
	const stream = new Inflate((piece) => {
		if (at + piece.length > size) throw new Stop('broken', `holds "${name}", which is longer than it says`);
		out.set(piece, at);
		at += piece.length;
	});
	try {
		for (let from = 0; from < packed.length; from += PIECE) stream.push(packed.subarray(from, from + PIECE), from + PIECE >= packed.length);
	} catch (error) {
		if (error instanceof Stop) throw error;
		throw new Stop('broken', `holds "${name}" damaged`);
	}
	if (at !== size) throw new Stop('broken', `holds "${name}" cut short`);
	return out;
}

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
	let c = n;
	for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
	return c;
});

function crc32(bytes: Uint8Array): number {
	let crc = -1;
	for (const byte of bytes) crc = (CRC[(crc ^ byte) & 255] as number) ^ (crc >>> 8);
	return ~crc >>> 0;
}

/** UTF-8 where it is, else byte for byte, which is no name that is taken. */
function textOf(bytes: Uint8Array): string {
	try {
		return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
	} catch {
		return String.fromCharCode(...bytes);
	}
}
