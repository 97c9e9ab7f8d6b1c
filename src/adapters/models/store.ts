// Keeps models: finds what is on the disk, fetches what is wanted, hands out what was verified. One store for every runtime; a file
// is named by what it hashes to, so two models that share one keep it once.
//
// Nothing is believed: a download is hashed chunk by chunk as it lands and whole from the disk before it has its final name, and again
// when it is first opened after the page was.
import type { ModelManifest } from '../../core/models/manifest.ts';
import { PATIENCE, type Patience } from '../../core/models/patience.ts';
import { lackOfRoom } from '../../core/models/room.ts';
import { addressesOf, noAddress, readMirror } from '../../core/models/sources.ts';
import { etaMs } from '../../core/models/speed.ts';
import type { Measured, ModelsView, ModelView } from '../../../workers/models.protocol.ts';
import { makeChecks } from './check.ts';
import { FOLDERS } from './disk.ts';
import { type Entry, freshRecord, hadOf, makeEntry, manifestOf, plansOf, totalOf } from './entry.ts';
import type { Environment } from './environment.ts';
import { makeDownloads, modelLock } from './downloads.ts';
import { keyOf } from './partial.ts';
import { makeShelf, type ShelfOptions } from './shelf.ts';
import { type BroughtFile, bringFiles } from './sideload.ts';

/** What a view of a model holds besides what its runtime knows. */
export type StoredModel = Omit<ModelView, 'fitness' | 'loaded'>;

export interface StoreView extends Omit<ModelsView, 'models' | 'capabilities'> {
	readonly models: readonly StoredModel[];
}

export interface StoreOptions extends ShelfOptions {
	readonly patience?: Partial<Patience> | undefined;
	readonly environment: Environment;
}

/** Sentences come back: '' = done or begun. */
export interface ModelStore {
	/** Looks at the disk and goes on with what was wanted; again when it could not be reached. */
	open(): Promise<string>;
	/** Models that the companion's folder holds; those that the page does not know are listed too. */
	setCompanion(companion: string | undefined, offers: readonly ModelManifest[]): void;
	view(): StoreView;
	manifest(id: string): ModelManifest | undefined;
	download(id: string): Promise<string>;
	pause(id: string): Promise<string>;
	cancel(id: string): Promise<string>;
	remove(id: string): Promise<string>;
	check(id: string): Promise<string>;
	sideload(files: readonly BroughtFile[]): Promise<string>;
	setMirror(address: string): Promise<string>;
	/** Verified bytes; an embedded model is fetched first. @throws an Error with a sentence */
	files(id: string): Promise<Readonly<Record<string, Blob>>>;
	/** Written down beside the bytes. */
	note(id: string, note: { readonly lastUsedAt?: number; readonly measured?: Measured }): Promise<void>;
	eraseEverything(): Promise<string>;
}

/** Whoever takes in dropped files holds it: nobody then clears what is half taken in. */
const INCOMING = 'falsework-model-incoming';
/** An embedded model is mended by itself so often. */
const MENDS = 2;

export function makeModelStore(options: StoreOptions): ModelStore {
	const { environment } = options;
	const { clock, locks, tabs } = environment;
	const shelf = makeShelf(options);
	const downloads = makeDownloads(shelf, environment, { ...PATIENCE, ...options.patience });
	const checks = makeChecks(shelf, environment);

	async function open(): Promise<string> {
		try {
			await shelf.load();
			await locks.tryHold(INCOMING, () => clearIncoming());
			for (const entry of shelf.entries.values()) await shelf.look(entry);
			await shelf.measure();
		} catch (error) {
			shelf.lose(sentence(error));
			return shelf.trouble;
		}
		for (const entry of shelf.entries.values()) if (entry.record?.want === 'fetch') void downloads.enqueue(entry);
		void checks.checkAll();
		return '';
	}

	/** Left by a tab that was closed while it took in a file; nobody knows what they were to be. */
	async function clearIncoming(): Promise<void> {
		const { disk } = shelf.need();
		for (const folder of ['partials', 'records'] as const)
			for (const { name } of await disk.list(folder))
				if (/^incoming-|\.tmp$/.test(name)) await disk.remove(folder, name).catch(() => undefined);
	}

	/** Another tab has changed something of a model. */
	async function hear(id: string): Promise<void> {
		if (shelf.disk === undefined) return;
		const record = (await shelf.need().records.all()).find((one) => one.id === id);
		let entry = shelf.entries.get(id);
		if (entry === undefined && record?.manifest !== undefined) {
			entry = makeEntry(record.manifest, record.from ?? 'this browser');
			shelf.entries.set(id, entry);
		}
		if (entry === undefined || entry.job?.step === 'running') return;
		entry.record = record;
		if (record === undefined) {
			for (const { sha256 } of shelf.ownFiles(entry)) if (sha256 !== undefined) shelf.sound.delete(sha256);
			shelf.forget(entry);
		}
		await shelf.look(entry);
		await shelf.measure();
		void checks.checkAll();
	}
	tabs.onTold((id) => void hear(id).catch(() => undefined));

	async function files(id: string): Promise<Readonly<Record<string, Blob>>> {
		const entry = shelf.get(id);
		const { name, embedded } = entry.offered;
		if (shelf.disk === undefined) await open();
		for (let mends = 0; ; mends++) {
			if (!shelf.isWhole(entry) && embedded && mends <= MENDS) {
				const why = await downloads.enqueue(entry);
				if (why !== '') throw new Error(why);
			}
			if (!shelf.isWhole(entry)) throw new Error(entry.why || `"${name}" is not here whole: get it on the Models page.`);
			const why = await checks.check(entry);
			if (why === '') break;
			if (!embedded || mends >= MENDS) throw new Error(why);
		}
		const found: Record<string, Blob> = {};
		for (const plan of plansOf(entry) ?? []) {
			const blob = plan.sha256 === undefined ? undefined : await shelf.need().disk.blob('blobs', plan.sha256);
			if (blob === undefined) throw new Error(`"${plan.path}" of "${name}" is gone from this browser's storage.`);
			found[plan.path] = blob;
		}
		return found;
	}

	async function letGo(id: string): Promise<string> {
		const entry = shelf.get(id);
		await downloads.stop(entry);
		await entry.checking;
		const done = await locks.tryHold(modelLock(id), async () => {
			await shelf.remove(entry);
			return true;
		});
		return done === undefined ? 'Another tab of Falsework is fetching it; pause it there first.' : '';
	}

	/** Turns whatever went wrong into the sentence that the caller shows. */
	async function attempt(work: () => Promise<string>): Promise<string> {
		try {
			return await work();
		} catch (error) {
			return sentence(error);
		}
	}

	function viewOf(entry: Entry): StoredModel {
		const totalBytes = totalOf(entry);
		const haveBytes = hadOf(entry);
		const speed = entry.job === undefined ? 0 : entry.meter.speed(clock.monotonic());
		const own = entry.record === undefined ? [] : shelf.ownFiles(entry);
		const ahead = downloads.ahead(entry);
		return {
			manifest: manifestOf(entry),
			from: entry.from,
			state: entry.state,
			haveBytes,
			landingBytes: Math.min(entry.landing, Math.max(0, totalBytes - haveBytes)),
			totalBytes,
			obtainable: shelf.isObtainable(entry),
			freesBytes: own.reduce((sum, plan) => sum + (entry.had.get(keyOf(plan)) ?? 0), 0),
			speed,
			etaMs: entry.job === undefined ? undefined : etaMs(totalBytes - haveBytes, speed),
			...(ahead === undefined ? {} : { ahead }),
			why: entry.why,
			via: entry.via,
			checkedAt: entry.record?.checkedAt ?? 0,
			lastUsedAt: entry.record?.lastUsedAt ?? 0,
			measured: entry.record?.measured,
		};
	}

	return {
		open,
		setCompanion(companion, offers) {
			shelf.setCompanion(companion, offers);
			if (companion === undefined) return;
			// What failed for want of it is tried again.
			for (const entry of shelf.entries.values())
				if (
					entry.state === 'failed' &&
					entry.record?.want === 'fetch' &&
					entry.offered.sources.some((source) => source.startsWith('companion:'))
				)
					void downloads.enqueue(entry);
		},
		view: () => ({
			models: [...shelf.entries.values()].map(viewOf),
			keptIn: shelf.disk?.keptIn ?? 'nowhere yet',
			usedBytes: shelf.room.used,
			freeBytes: shelf.room.free,
			persisted: shelf.room.persisted,
			mirror: shelf.places.mirror,
			trouble:
				shelf.trouble ||
				(shelf.disk?.lasting === false ? 'This browser keeps no files for this page: models are gone when it is closed.' : ''),
		}),
		manifest(id) {
			const entry = shelf.entries.get(id);
			return entry === undefined ? undefined : manifestOf(entry);
		},
		download: (id) =>
			attempt(async () => {
				const entry = shelf.get(id);
				if (shelf.disk === undefined) await open();
				const { disk } = shelf.need();
				if (entry.job !== undefined) return '';
				if (shelf.isWhole(entry)) {
					void checks.check(entry);
					return '';
				}
				const lack = lackOfRoom(totalOf(entry) - hadOf(entry), await disk.freeBytes());
				if (lack !== '') return lack;
				const nowhere = plansOf(entry) !== undefined && addressesOf(entry.offered, { path: 'any' }, shelf.places).length === 0;
				if (nowhere) return noAddress(entry.offered);
				await shelf.save(entry, freshRecord(entry, 'fetch'));
				void downloads.enqueue(entry);
				return '';
			}),
		pause: (id) =>
			attempt(async () => {
				const entry = shelf.get(id);
				if (entry.job === undefined) return `"${entry.offered.name}" is not being fetched.`;
				await shelf.save(entry, freshRecord(entry, 'pause'));
				await downloads.stop(entry);
				return '';
			}),
		cancel: (id) => attempt(() => letGo(id)),
		remove: (id) => attempt(() => letGo(id)),
		check: (id) =>
			attempt(async () => {
				const entry = shelf.get(id);
				if (shelf.disk === undefined) return await open();
				if (entry.job !== undefined) return `"${entry.offered.name}" is being fetched; each chunk is checked as it lands.`;
				for (const { sha256 } of plansOf(entry) ?? []) if (sha256 !== undefined) shelf.sound.delete(sha256);
				await shelf.look(entry);
				if (!shelf.isWhole(entry)) return entry.why || `"${entry.offered.name}" is not here whole.`;
				return await checks.check(entry);
			}),
		sideload: (given) =>
			attempt(async () => {
				const { disk } = shelf.need();
				const take = () =>
					bringFiles(given, {
						disk,
						known: () => [...shelf.entries.values()].map(manifestOf),
						async adopt(manifest, from, whole) {
							const entry = shelf.entries.get(manifest.id) ?? makeEntry(manifest, from);
							shelf.entries.set(manifest.id, entry);
							await shelf.save(entry, freshRecord(entry, whole ? 'keep' : 'pause'));
							await shelf.look(entry);
							await shelf.told(entry);
							if (whole) await checks.check(entry);
						},
					});
				return await locks.hold(INCOMING, new AbortController().signal, () => undefined, take);
			}).finally(() => void shelf.measure().catch(() => undefined)),
		setMirror: (address) =>
			attempt(async () => {
				const read = readMirror(address);
				if ('why' in read) return read.why;
				await shelf.need().records.saveMirror(read.address);
				shelf.places = { ...shelf.places, mirror: read.address };
				options.onChange();
				return '';
			}),
		files,
		async note(id, note) {
			const entry = shelf.entries.get(id);
			if (entry?.record === undefined) return;
			await shelf.save(entry, { ...entry.record, ...note });
			options.onChange();
		},
		eraseEverything: () =>
			attempt(async () => {
				const { disk } = shelf.need();
				await Promise.all([...shelf.entries.values()].map(downloads.stop));
				for (const folder of FOLDERS) for (const { name } of await disk.list(folder)) await disk.remove(folder, name);
				shelf.sound.clear();
				shelf.places = { ...shelf.places, mirror: '' };
				for (const entry of [...shelf.entries.values()]) {
					entry.record = undefined;
					shelf.forget(entry);
					await shelf.look(entry);
					tabs.tell(entry.id);
				}
				await shelf.measure();
				return '';
			}),
	};
}

function sentence(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
