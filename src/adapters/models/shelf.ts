// All models that are known, and what is on the disk of each. Whatever is kept here can be found out anew by looking.
import type { ModelManifest } from '../../core/models/manifest.ts';
import { HUB, type Places } from '../../core/models/sources.ts';
import { type Disk, DiskError } from './disk.ts';
import { BUILT_IN, COMPANION, type Entry, hadOf, makeEntry, plansOf } from './entry.ts';
import type { Environment } from './environment.ts';
import { type FilePlan, keyOf, partialBytes } from './partial.ts';
import { makeRecords, type Records } from './records.ts';

export interface ShelfOptions {
	readonly openDisk: () => Promise<Disk>;
	readonly builtIn: readonly ModelManifest[];
	readonly base: string;
	readonly hub?: string | undefined;
	readonly environment: Pick<Environment, 'tabs'>;
	readonly onChange: () => void;
}

export interface Shelf {
	readonly entries: Map<string, Entry>;
	places: Places;
	/** Hashed since the page was opened, by SHA-256. */
	readonly sound: Set<string>;
	/** Why the disk cannot be reached; '' when it can. */
	readonly trouble: string;
	readonly room: { readonly used: number; readonly free: number | undefined; readonly persisted: boolean | undefined };
	readonly disk: Disk | undefined;
	/** @throws DiskError while there is no disk */
	need(): { readonly disk: Disk; readonly records: Records };
	/** @throws Error with a sentence */
	get(id: string): Entry;
	/** Opens the disk and reads what is remembered. @throws what keeps it from that */
	load(): Promise<void>;
	/** Every model is out of reach for this reason. */
	lose(why: string): void;
	become(entry: Entry, change: Partial<Pick<Entry, 'state' | 'why' | 'via'>>): void;
	/** Finds out what is there of a model; its state follows, unless something is being done about it. */
	look(entry: Entry): Promise<void>;
	isWhole(entry: Entry): boolean;
	save(entry: Entry, record: Entry['record']): Promise<void>;
	/** Something of it changed on the disk: whoever shares its files is looked at, other tabs are told. */
	told(entry: Entry): Promise<void>;
	measure(): Promise<void>;
	/** Files that no other model here is kept for. */
	ownFiles(entry: Entry): readonly FilePlan[];
	/** Deletes what is its own, and its record. */
	remove(entry: Entry): Promise<void>;
	/** Nothing is kept for it any more; one that only the person had is not listed either. */
	forget(entry: Entry): void;
	setCompanion(companion: string | undefined, offers: readonly ModelManifest[]): void;
	/** Whether anybody can be asked for it: the companion says what its folder holds, of others it is not known. */
	isObtainable(entry: Entry): boolean;
}

export function makeShelf(options: ShelfOptions): Shelf {
	const { tabs } = options.environment;
	const entries = new Map<string, Entry>();
	for (const manifest of options.builtIn) entries.set(manifest.id, makeEntry(manifest, BUILT_IN));
	const sound = new Set<string>();
	let disk: Disk | undefined;
	let records: Records | undefined;
	let trouble = '';
	let room: Shelf['room'] = { used: 0, free: undefined, persisted: undefined };
	let offered = new Set<string>();

	const shelf: Shelf = {
		entries,
		sound,
		places: { base: options.base, mirror: '', hub: options.hub ?? HUB },
		get trouble() {
			return trouble;
		},
		get room() {
			return room;
		},
		get disk() {
			return disk;
		},
		need() {
			if (disk === undefined || records === undefined)
				throw new DiskError('unreachable', trouble || 'The model store has not been opened yet.');
			return { disk, records };
		},
		get(id) {
			const entry = entries.get(id);
			if (entry === undefined) throw new Error(`There is no model "${id}" here.`);
			return entry;
		},
		async load() {
			disk = await options.openDisk();
			records = makeRecords(disk);
			shelf.places = { ...shelf.places, mirror: await records.mirror() };
			for (const record of await records.all()) {
				const known = entries.get(record.id);
				if (known !== undefined) known.record = record;
				else if (record.manifest !== undefined)
					entries.set(record.id, { ...makeEntry(record.manifest, record.from ?? 'this browser'), record });
			}
			trouble = '';
		},
		lose(why) {
			trouble = why;
			for (const entry of entries.values()) shelf.become(entry, { state: 'elsewhere', why });
		},
		become(entry, change) {
			Object.assign(entry, change);
			options.onChange();
		},
		async look(entry) {
			const { disk } = shelf.need();
			const had = new Map<string, number>();
			for (const plan of plansOf(entry) ?? []) {
				const blob = plan.sha256 === undefined ? undefined : await disk.blob('blobs', plan.sha256);
				had.set(keyOf(plan), blob !== undefined && blob.size === plan.bytes ? plan.bytes : await partialBytes(disk, plan));
			}
			entry.had = had;
			if (entry.job === undefined && entry.checking === undefined) shelf.become(entry, restingState(entry));
		},
		isWhole(entry) {
			const plans = plansOf(entry);
			return plans !== undefined && plans.every((plan) => plan.sha256 !== undefined && entry.had.get(keyOf(plan)) === plan.bytes);
		},
		async save(entry, record) {
			if (record === undefined) await shelf.need().records.remove(entry.id);
			else await shelf.need().records.save(record);
			entry.record = record;
		},
		async told(entry) {
			tabs.tell(entry.id);
			await lookAtSharers(entry);
			await shelf.measure();
		},
		async measure() {
			const { disk } = shelf.need();
			let used = 0;
			for (const { bytes } of await disk.list('blobs')) used += bytes;
			for (const { name, bytes } of await disk.list('partials')) if (name.endsWith('.part')) used += bytes;
			room = { used, free: await disk.freeBytes(), persisted: await disk.persisted() };
			options.onChange();
		},
		ownFiles(entry) {
			const others = [...entries.values()].filter((other) => other !== entry && other.record !== undefined);
			const theirs = new Set(others.flatMap((other) => (plansOf(other) ?? []).map(keyOf)));
			return (plansOf(entry) ?? []).filter((plan) => !theirs.has(keyOf(plan)));
		},
		async remove(entry) {
			const { disk } = shelf.need();
			for (const plan of shelf.ownFiles(entry)) {
				if (plan.sha256 !== undefined) {
					await disk.remove('blobs', plan.sha256);
					sound.delete(plan.sha256);
				}
				await disk.remove('partials', `${keyOf(plan)}.sums`);
				await disk.remove('partials', `${keyOf(plan)}.part`);
			}
			await lookAtSharers(entry);
			// Last, so that a crash in between leaves a model that can be deleted again, and no bytes that nobody knows of.
			await shelf.save(entry, undefined);
			shelf.forget(entry);
			await shelf.look(entry);
			tabs.tell(entry.id);
			await shelf.measure();
		},
		forget(entry) {
			entry.state = 'absent';
			entry.why = '';
			if (entry.from !== BUILT_IN && !offered.has(entry.id)) entries.delete(entry.id);
		},
		setCompanion(companion, offers) {
			shelf.places = { ...shelf.places, companion };
			offered = new Set(offers.map(({ id }) => id));
			for (const manifest of offers) {
				if (entries.has(manifest.id)) continue;
				// Whoever lists it has it.
				const here = `companion:${manifest.id}/`;
				const sources = [here, ...manifest.sources.filter((source) => source !== here)].slice(0, 8);
				entries.set(manifest.id, makeEntry({ ...manifest, sources }, COMPANION));
			}
			for (const [id, entry] of entries) if (entry.from === COMPANION && !offered.has(id) && entry.record === undefined) entries.delete(id);
			for (const entry of entries.values()) if (disk !== undefined) void shelf.look(entry).catch(() => undefined);
			options.onChange();
		},
		isObtainable({ id, offered: { sources, hub } }) {
			if (shelf.places.mirror !== '' || hub !== undefined || offered.has(id)) return true;
			return sources.some((source) => !source.startsWith('companion:'));
		},
	};

	/** The state of a model about which nothing is being done. */
	function restingState(entry: Entry): Pick<Entry, 'state' | 'why' | 'via'> {
		const { want } = entry.record ?? {};
		if (shelf.isWhole(entry)) {
			const checked = plansOf(entry)?.every(({ sha256 }) => sha256 !== undefined && sound.has(sha256)) === true;
			return { state: checked ? 'ready' : 'checking', why: '', via: '' };
		}
		if (entry.record === undefined) return { state: 'absent', why: '', via: '' };
		// Why it failed stays to be read until somebody tries again.
		if (entry.state === 'failed') return { state: 'failed', why: entry.why, via: '' };
		if (want === 'keep') {
			const why = entry.state === 'damaged' ? entry.why : '';
			return { state: 'damaged', why: why || 'Parts of it are damaged or gone; they alone are fetched again.', via: '' };
		}
		if (want === 'pause') return { state: 'paused', why: '', via: '' };
		return { state: hadOf(entry) > 0 ? 'partial' : 'queued', why: '', via: '' };
	}

	async function lookAtSharers(entry: Entry): Promise<void> {
		const keys = new Set((plansOf(entry) ?? []).map(keyOf));
		for (const other of entries.values())
			if (other !== entry && other.job === undefined && (plansOf(other) ?? []).some((plan) => keys.has(keyOf(plan))))
				await shelf.look(other);
	}
	return shelf;
}
