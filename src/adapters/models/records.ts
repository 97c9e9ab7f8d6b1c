// What the store remembers of a model besides its bytes: that it is wanted, what a hub listed, when it was last checked and used. One
// small text a model; a text that cannot be read is set aside by being ignored, since everything in it can be found out again.
import * as v from 'valibot';
import type { Pin } from '../../core/models/hub.ts';
import { modelManifest, readManifest } from '../../core/models/manifest.ts';
import { type Disk, readText, writeText } from './disk.ts';

const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const record = v.object({
	falsework: v.literal(1),
	id: v.string(),
	/** `fetch`: goes on whenever the page is open. `keep`: was whole. */
	want: v.picklist(['fetch', 'pause', 'keep']),
	/** For models that do not come with the page, and for those of a hub once they are here. */
	manifest: v.optional(modelManifest),
	from: v.optional(v.string()),
	pin: v.optional(
		v.object({
			revision: v.string(),
			files: v.array(
				v.object({
					path: v.string(),
					bytes: v.number(),
					sha256: v.optional(sha256),
					git: v.optional(v.string()),
					chunks: v.optional(v.array(sha256)),
				}),
			),
		}),
	),
	checkedAt: v.optional(v.number(), 0),
	lastUsedAt: v.optional(v.number(), 0),
	measured: v.optional(
		v.object({
			what: v.picklist(['tokens a second', 'times real time', 'ms a line', 'ms a text', 'ms a picture']),
			value: v.number(),
			backend: v.picklist(['webgpu', 'wasm-threads', 'wasm', 'browser']),
			at: v.number(),
		}),
	),
});
export type StoredRecord = Omit<v.InferOutput<typeof record>, 'pin'> & { readonly pin?: Pin | undefined };

export interface Records {
	all(): Promise<readonly StoredRecord[]>;
	save(record: StoredRecord): Promise<void>;
	remove(id: string): Promise<void>;
	mirror(): Promise<string>;
	saveMirror(address: string): Promise<void>;
}

const MIRROR = 'mirror.txt';

export function makeRecords(disk: Disk): Records {
	return {
		async all() {
			const found: StoredRecord[] = [];
			for (const { name } of await disk.list('records')) {
				if (!name.endsWith('.json')) continue;
				try {
					const read = v.safeParse(record, JSON.parse((await readText(disk, 'records', name)) ?? ''));
					if (read.success && (read.output.manifest === undefined || 'manifest' in readManifest(read.output.manifest)))
						found.push(read.output);
				} catch {
					// A text cut short: its bytes are still there and are found by their hashes.
				}
			}
			return found;
		},
		save: (one) => writeText(disk, 'records', `${one.id}.json`, JSON.stringify(one)),
		remove: (id) => disk.remove('records', `${id}.json`),
		mirror: async () => (await readText(disk, 'records', MIRROR)) ?? '',
		saveMirror: (address) => (address === '' ? disk.remove('records', MIRROR) : writeText(disk, 'records', MIRROR, address)),
	};
}
