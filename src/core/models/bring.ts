// What to make of files that a person brought: a model that is known by its hashes, one that a manifest among them describes, or a
// GGUF or ONNX file alone, for which a manifest is written here.
import { slugged } from '../slug.ts';
import { CHUNK_BYTES, type ModelManifest, type Purpose, type RuntimeName } from './manifest.ts';

/** A file as it was taken in. */
export interface Taken {
	/** As the person's folder or zip names it. */
	readonly path: string;
	readonly bytes: number;
	readonly sha256: string;
	readonly chunks: readonly string[];
	/** The first bytes, for what it is. */
	readonly head: Uint8Array;
}

export interface Match {
	readonly manifest: ModelManifest;
	/** SHA-256 of its files that were brought. */
	readonly brought: readonly string[];
	/** Paths of files that are neither brought nor here. */
	readonly lacks: readonly string[];
}

/**
 * Models that the files belong to, by their hashes alone: names mean nothing.
 *
 * @param here  SHA-256 of what the store has
 */
export function matchFiles(
	taken: readonly Taken[],
	manifests: readonly ModelManifest[],
	here: (sha256: string) => boolean,
): readonly Match[] {
	const sums = new Set(taken.map(({ sha256 }) => sha256));
	return manifests.flatMap((manifest) => {
		const brought = manifest.files.filter(({ sha256 }) => sums.has(sha256));
		if (brought.length === 0) return [];
		// A shared tokenizer alone does not make another model of it.
		const most = manifest.files.toSorted((a, b) => b.bytes - a.bytes)[0];
		const lacks = manifest.files.filter(({ sha256 }) => !sums.has(sha256) && !here(sha256));
		if (lacks.length > 0 && most !== undefined && lacks.includes(most)) return [];
		return [{ manifest, brought: brought.map(({ sha256 }) => sha256), lacks: lacks.map(({ path }) => path) }];
	});
}

/** What a bare file is; undefined for what no runtime here could run alone. */
export function kindOf(file: Pick<Taken, 'path' | 'head'>): 'gguf' | 'onnx' | undefined {
	if (/\.gguf$/i.test(file.path) && plainText(file.head.subarray(0, 4)) === 'GGUF') return 'gguf';
	// A ModelProto begins with its ir_version: field 1, a small number.
	if (/\.onnx$/i.test(file.path) && file.head[0] === 0x08 && (file.head[1] ?? 0) > 0 && (file.head[1] ?? 0xff) < 0x40) return 'onnx';
	return undefined;
}

const MIB = 1024 * 1024;

/** @param inUse  ids of other models */
export function manifestFor(file: Taken, kind: 'gguf' | 'onnx', inUse: (id: string) => boolean): ModelManifest {
	const name = file.path.split('/').at(-1) ?? file.path;
	const told = kind === 'gguf' ? readGguf(file.head) : {};
	const title = (told.name ?? name.replace(/\.(gguf|onnx)$/i, '')).trim().slice(0, 80) || kind;
	const slug = slugged(title, 50) || kind;
	const facts: { readonly purpose: Purpose; readonly runtime: RuntimeName; readonly what: string } =
		kind === 'gguf'
			? {
					purpose: 'think',
					runtime: 'wllama',
					what: `A GGUF file that you brought${told.architecture === undefined ? '' : `, of architecture ${told.architecture}`}: it writes, on the CPU.`,
				}
			: { purpose: 'detect', runtime: 'ort', what: 'An ONNX file that you brought; a profile that names it may use it to find things.' };
	return {
		falsework: 1,
		id: inUse(slug) ? `${slug}-${file.sha256.slice(0, 8)}` : slug,
		name: title,
		...facts,
		licence: (told.license ?? 'unknown: ask whoever made it').slice(0, 80),
		terms: '',
		copyright: '',
		origin: `the file ${name}`.slice(0, 600),
		revision: file.sha256.slice(0, 12),
		sources: [],
		files: [{ path: safeName(name), bytes: file.bytes, sha256: file.sha256, chunks: [...file.chunks] }],
		bytes: file.bytes,
		needs: { memoryBytes: Math.round(file.bytes * 1.2 + 256 * MIB) },
		options: kind === 'gguf' ? { context: 2048 } : {},
		verified: false,
		embedded: false,
	};
}

/** A name that a manifest may have. */
function safeName(name: string): string {
	const safe = name.replace(/[^\w.-]+/g, '-').slice(-120);
	return safe.replace(/^\.+/, '') || 'model';
}

/** What of it is plain ASCII: names and licences are. */
function plainText(bytes: Uint8Array): string {
	return [...bytes.subarray(0, 600)].map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '')).join('');
}

/** The general facts at the front of a GGUF file, as far as the given bytes reach. */
export function readGguf(head: Uint8Array): { readonly name?: string; readonly license?: string; readonly architecture?: string } {
	const found: Record<string, string> = {};
	const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
	const SIZES: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 };
	let at = 24;
	const text = (): string => {
		const length = Number(view.getBigUint64(at, true));
		const from = at + 8;
		at = from + length;
		if (at > head.length) throw new RangeError('beyond the front');
		return plainText(head.subarray(from, at));
	};
	try {
		const count = Math.min(200, Number(view.getBigUint64(16, true)));
		for (let i = 0; i < count; i++) {
			const key = text();
			const type = view.getUint32(at, true);
			at += 4;
			if (type === 8) {
				const value = text();
				if (key.startsWith('general.')) found[key.slice('general.'.length)] = value;
			} else if (SIZES[type] !== undefined) at += SIZES[type];
			// An array is a vocabulary: long, and what is wanted stands before it.
			else break;
		}
	} catch {
		// The front was too short; what was read stands.
	}
	const { name, license, architecture } = found;
	return {
		...(name === undefined || name === '' ? {} : { name }),
		...(license === undefined ? {} : { license }),
		...(architecture === undefined ? {} : { architecture }),
	};
}

export const ZIP_LIMITS = {
	entries: 2000,
	/** Grown by more than this, and by more than a chunk, nothing is weights. */
	ratio: 100,
	slackBytes: CHUNK_BYTES,
} as const;

/** Why a zip's entry is not taken in; '' when it is. */
export function refuseName(name: string, seen: ReadonlySet<string>): string {
	if (name.length > 400 || /^[/\\]|^[a-z]:|\\|\0/i.test(name) || name.split('/').some((part) => part === '..' || part === '.'))
		return `The zip holds "${name.slice(0, 80)}", a name that leads out of it.`;
	if (seen.has(name.toLowerCase())) return `The zip holds "${name.slice(0, 80)}" twice.`;
	return '';
}

/** What operating systems leave in folders. */
export function isJunk(path: string): boolean {
	return /(^|\/)(__MACOSX\/|\.[^/]*$|Thumbs\.db$|desktop\.ini$)/i.test(path);
}
