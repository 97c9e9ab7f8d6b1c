// What this origin keeps beside the two stores: the app's own files, and what the browser promises about all of it. Bytes are those
// of the files, as they came; the browser's own figure counts what it wraps around them too.
import type { Space } from '../core/page.ts';
import { SHARED_CACHE } from '../../workers/service-worker.protocol.ts';

/** The bucket of src/adapters/models/. */
const MODELS_BUCKET = 'models';

// TypeScript's library does not know buckets; only what is used here is described.
interface Buckets {
	keys(): Promise<readonly string[]>;
	open(name: string): Promise<{ persist(): Promise<boolean> }>;
}

export interface SpaceOptions {
	/** The page's folder: caches are named by it. */
	readonly base: string;
	readonly caches: CacheStorage | undefined;
	readonly storage: Partial<Pick<StorageManager, 'estimate' | 'persisted' | 'persist'>> | undefined;
	readonly buckets: unknown;
}

export function makeSpace({ base, caches, storage, buckets }: SpaceOptions): Space {
	return {
		async look() {
			const bytes = { shell: 0, parts: 0, handed: 0, other: 0 };
			for (const name of (await caches?.keys().catch(() => [])) ?? []) {
				const kind =
					name === `falsework-shell ${base}`
						? 'shell'
						: name === `falsework-parts ${base}`
							? 'parts'
							: name === SHARED_CACHE
								? 'handed'
								: 'other';
				bytes[kind] += await bytesIn(await (caches as CacheStorage).open(name));
			}
			const estimate = await storage?.estimate?.().catch(() => undefined);
			return {
				shellBytes: bytes.shell,
				partsBytes: bytes.parts,
				handedBytes: bytes.handed,
				otherBytes: bytes.other,
				usedBytes: estimate?.usage ?? 0,
				quotaBytes: estimate?.quota ?? 0,
				persisted: await storage?.persisted?.().catch(() => undefined),
			};
		},
		async persist(bucket) {
			const has = buckets as Partial<Buckets> | undefined;
			// Opened only where it is there: asking must not make one.
			if (bucket === 'models' && has?.open !== undefined && (await has.keys?.())?.includes(MODELS_BUCKET))
				return await (await has.open(MODELS_BUCKET)).persist();
			return (await storage?.persist?.()) ?? false;
		},
		async dropHanded() {
			await caches?.delete(SHARED_CACHE);
		},
	};
}

async function bytesIn(cache: Cache): Promise<number> {
	let sum = 0;
	for (const request of await cache.keys()) {
		const response = await cache.match(request);
		const told = Number(response?.headers.get('content-length') ?? Number.NaN);
		// What came compressed says so with another length; the copy that is kept is not compressed.
		const plain = response?.headers.get('content-encoding') === null;
		sum += plain && Number.isFinite(told) ? told : ((await response?.blob())?.size ?? 0);
	}
	return sum;
}
