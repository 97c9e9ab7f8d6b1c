// Keeps models: finds what is on the disk, fetches what is wanted, hands out what was verified. One store for every runtime; a file
// is named by what it hashes to, so two models that share one keep it once.
//
// Nothing is believed: a download is hashed chunk by chunk as it lands and whole from the disk before it has its final name, and again
// when it is first opened after the page was. What the store knows of the disk it can always find out anew by looking.
import type { ModelManifest } from '../../core/models/manifest.ts';
import { PATIENCE, type Patience } from '../../core/models/patience.ts';
import { nextOf } from '../../core/models/queue.ts';
import { lackOfRoom } from '../../core/models/room.ts';
import { addressesOf, HUB, noAddress, type Places, readMirror } from '../../core/models/sources.ts';
import { etaMs } from '../../core/models/speed.ts';
import type { Measured, ModelView } from '../../../workers/models.protocol.ts';
import { checkFile } from './check.ts';
import { type Disk, DiskError, FOLDERS } from './disk.ts';
import { BUILT_IN, type Entry, freshRecord, hadOf, makeEntry, manifestOf, plansOf, totalOf } from './entry.ts';
import type { Environment } from './environment.ts';
import { fetchFile, FetchError } from './fetch-file.ts';
import { pinModel } from './listing.ts';
import { type FilePlan, keyOf, partialBytes } from './partial.ts';
import { makeRecords, type Records } from './records.ts';
import { type BroughtFile, bringFiles } from './sideload.ts';

/** What a view of a model holds besides what its runtime knows. */
export type StoredModel = Omit<ModelView, 'fitness' | 'measured' | 'loaded'> & { readonly measured: Measured | undefined };

export interface StoreView {
	readonly models: readonly StoredModel[];
	readonly keptIn: string;
	readonly usedBytes: number;
	readonly freeBytes: number | undefined;
	readonly persisted: boolean | undefined;
	readonly mirror: string;
	readonly trouble: string;
}

export interface StoreOptions {
	/** Opens the folders; called again after it failed. @throws DiskError `unreachable` */
	readonly openDisk: () => Promise<Disk>;
	readonly builtIn: readonly ModelManifest[];
	/** The page's folder, with a slash at the end. */
	readonly base: string;
	readonly hub?: string | undefined;
	readonly patience?: Partial<Patience> | undefined;
	readonly environment: Environment;
	/** Something that `view` shows has changed. */
	readonly onChange: () => void;
}

/** Sentences come back: '' = done or begun. */
export interface ModelStore {
	/** Looks at the disk and goes on with what was wanted. */
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

export function makeModelStore(options: StoreOptions): ModelStore {
	const { environment } = options;
	const { clock, locks, tabs } = environment;
	const patience: Patience = { ...PATIENCE, ...options.patience };
	const entries = new Map<string, Entry>();
	for (const manifest of options.builtIn) entries.set(manifest.id, makeEntry(manifest, BUILT_IN));
	let disk: Disk | undefined;
	let records: Records | undefined;
	let places: Places = { base: options.base, mirror: '', hub: options.hub ?? HUB };
	let trouble = '';
	let room: { used: number; free: number | undefined; persisted: boolean | undefined } = { used: 0, free: undefined, persisted: undefined };
	/** Hashed since the page was opened. */
	const sound = new Set<string>();
	let turns = 0;

	const changed = options.onChange;
	function become(entry: Entry, change: Partial<Pick<Entry, 'state' | 'why' | 'via'>>): void {
		Object.assign(entry, change);
		changed();
	}

	// ── The disk ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

	async function open(): Promise<string> {
		try {
			disk = await options.openDisk();
			records = makeRecords(disk);
			places = { ...places, mirror: await records.mirror() };
			for (const record of await records.all()) {
				const known = entries.get(record.id);
				if (known !== undefined) known.record = record;
				else if (record.manifest !== undefined)
					entries.set(record.id, { ...makeEntry(record.manifest, record.from ?? 'this browser'), record });
			}
			trouble = '';
			await locks.tryHold('falsework-model-incoming', () => clearIncoming());
			for (const entry of entries.values()) await look(entry);
			await measure();
		} catch (error) {
			trouble = sentence(error);
			for (const entry of entries.values()) become(entry, { state: 'elsewhere', why: trouble });
			return trouble;
		}
		for (const entry of entries.values()) if (entry.record?.want === 'fetch') void enqueue(entry);
		void checkAll();
		return '';
	}

	/** Left by a tab that was closed while it took in a file; nobody knows what they were to be. */
	async function clearIncoming(): Promise<void> {
		for (const folder of ['partials', 'records'] as const)
			for (const { name } of (await disk?.list(folder)) ?? [])
				if (/^incoming-|\.tmp$/.test(name)) await disk?.remove(folder, name).catch(() => undefined);
	}

	function need(): { readonly disk: Disk; readonly records: Records } {
		if (disk === undefined || records === undefined)
			throw new DiskError('unreachable', trouble || 'The model store has not been opened yet.');
		return { disk, records };
	}

	/** Finds out what is there of a model; its state follows, unless something is being done about it. */
	async function look(entry: Entry): Promise<void> {
		const { disk } = need();
		const had = new Map<string, number>();
		for (const plan of plansOf(entry) ?? []) {
			const blob = plan.sha256 === undefined ? undefined : await disk.blob('blobs', plan.sha256);
			had.set(keyOf(plan), blob !== undefined && blob.size === plan.bytes ? plan.bytes : await partialBytes(disk, plan));
		}
		entry.had = had;
		if (entry.job === undefined && entry.checking === undefined) settle(entry);
	}

	/** The state of a model about which nothing is being done. */
	function settle(entry: Entry): void {
		const { want } = entry.record ?? {};
		if (isWhole(entry)) {
			const checked = plansOf(entry)?.every(({ sha256 }) => sha256 !== undefined && sound.has(sha256)) === true;
			return become(entry, { state: checked ? 'ready' : 'checking', why: '', via: '' });
		}
		if (entry.record === undefined) return become(entry, { state: 'absent', why: '', via: '' });
		if (want === 'keep')
			return become(entry, {
				state: 'damaged',
				why: entry.state === 'damaged' && entry.why !== '' ? entry.why : 'Parts of it are damaged or gone; they alone are fetched again.',
				via: '',
			});
		// Why it failed stays to be read until somebody tries again.
		if (entry.state !== 'failed') become(entry, { state: want === 'pause' ? 'paused' : 'partial', why: '', via: '' });
	}

	function isWhole(entry: Entry): boolean {
		const plans = plansOf(entry);
		return plans !== undefined && plans.every((plan) => plan.sha256 !== undefined && entry.had.get(keyOf(plan)) === plan.bytes);
	}

	async function measure(): Promise<void> {
		const { disk } = need();
		let used = 0;
		for (const { bytes } of await disk.list('blobs')) used += bytes;
		for (const { name, bytes } of await disk.list('partials')) if (name.endsWith('.part')) used += bytes;
		room = { used, free: await disk.freeBytes(), persisted: await disk.persisted() };
		changed();
	}

	async function save(entry: Entry, record: Entry['record']): Promise<void> {
		if (record === undefined) await need().records.remove(entry.id);
		else await need().records.save(record);
		entry.record = record;
	}

	/** After something changed on the disk: this tab looks again at whoever shares the files, the other tabs at the model. */
	async function told(entry: Entry): Promise<void> {
		tabs.tell(entry.id);
		const keys = new Set((plansOf(entry) ?? []).map(keyOf));
		for (const other of entries.values())
			if (other !== entry && other.job === undefined && (plansOf(other) ?? []).some((plan) => keys.has(keyOf(plan)))) await look(other);
		await measure();
	}
	tabs.onTold((id) => {
		void (async () => {
			if (disk === undefined) return;
			const stored = (await records?.all())?.find((record) => record.id === id);
			let entry = entries.get(id);
			if (entry === undefined && stored?.manifest !== undefined)
				entries.set(id, (entry = makeEntry(stored.manifest, stored.from ?? 'this browser')));
			if (entry === undefined || entry.job?.step === 'running') return;
			entry.record = stored;
			await look(entry);
			await measure();
			void checkAll();
		})().catch(() => undefined);
	});

	// ── Fetching ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

	function enqueue(entry: Entry): Promise<string> {
		if (entry.job !== undefined) return entry.job.done;
		const stop = new AbortController();
		let settled: (why: string) => void = () => undefined;
		const done = new Promise<string>((resolve) => {
			settled = resolve;
		});
		entry.job = { stop, turn: turns++, step: 'waiting', done };
		starts.set(entry, settled);
		become(entry, { state: 'queued', why: '', via: '' });
		pump();
		return done;
	}
	const starts = new Map<Entry, (why: string) => void>();

	/** Begins whatever may begin now. */
	function pump(): void {
		const jobs = [...entries.values()].flatMap((entry) => (entry.job === undefined ? [] : [{ entry, job: entry.job }]));
		const waiting = jobs.filter(({ job }) => job.step === 'waiting');
		const running = jobs.filter(({ job }) => job.step === 'running').length;
		for (const id of nextOf(
			waiting.map(({ entry, job }) => ({ id: entry.id, embedded: entry.offered.embedded, turn: job.turn })),
			running,
		)) {
			const entry = entries.get(id);
			if (entry?.job !== undefined) void run(entry, entry.job);
		}
	}

	async function run(entry: Entry, job: NonNullable<Entry['job']>): Promise<void> {
		job.step = 'running';
		let why = '';
		try {
			await locks.hold(
				`falsework-model ${entry.id}`,
				job.stop.signal,
				() => {
					job.step = 'elsewhere';
					become(entry, { state: 'queued', why: 'Another tab of Falsework is fetching it.' });
					pump();
				},
				async () => {
					job.step = 'running';
					await look(entry);
					await fetchAll(entry, job.stop.signal);
				},
			);
		} catch (error) {
			why = job.stop.signal.aborted ? 'It was stopped.' : sentence(error);
			if (!job.stop.signal.aborted) become(entry, { state: 'failed', why, via: '' });
		}
		entry.meter.reset();
		entry.job = undefined;
		await look(entry).catch(() => undefined);
		await told(entry).catch(() => undefined);
		starts.get(entry)?.(why);
		starts.delete(entry);
		pump();
	}

	async function fetchAll(entry: Entry, signal: AbortSignal): Promise<void> {
		const { disk } = need();
		entry.meter.reset();
		if (entry.record === undefined) await save(entry, freshRecord(entry, 'fetch'));
		become(entry, { state: 'downloading', why: '' });
		const say = (via: string, why: string): void => become(entry, { via, why });
		if (plansOf(entry) === undefined) {
			const pin = await pinModel(entry.offered, { ...environment, disk, places, patience, onSay: say }, signal);
			await save(entry, { ...freshRecord(entry, 'fetch'), pin });
			await look(entry);
		}
		const lack = lackOfRoom(totalOf(entry) - hadOf(entry), await disk.freeBytes());
		if (lack !== '') throw new FetchError(lack);
		const { pin } = entry.record ?? {};
		for (const plan of plansOf(entry) ?? []) {
			await locks.hold(
				`falsework-model-file ${keyOf(plan)}`,
				signal,
				() => say('', 'Another download is fetching the same file.'),
				() => fetchOne(entry, plan, signal),
			);
		}
		const manifest = manifestOf(entry);
		const now = { ...freshRecord(entry, 'keep'), checkedAt: clock.now() };
		await save(entry, pin === undefined || manifest.files.length > 0 ? now : { ...now, manifest: pinned(manifest, pin) });
	}

	async function fetchOne(entry: Entry, plan: FilePlan, signal: AbortSignal): Promise<void> {
		const { disk } = need();
		const had = (bytes: number): void => {
			entry.had.set(keyOf(plan), bytes);
			changed();
		};
		if (plan.sha256 !== undefined) {
			const here = await disk.blob('blobs', plan.sha256);
			if (here?.size === plan.bytes) {
				if (!sound.has(plan.sha256)) {
					become(entry, { state: 'checking', via: '' });
					const why = await checkFile(disk, { ...plan, sha256: plan.sha256 }, signal);
					if (why === '') sound.add(plan.sha256);
				}
				if (sound.has(plan.sha256)) return had(plan.bytes);
			}
		}
		become(entry, { state: 'downloading' });
		const { pin } = entry.record ?? {};
		const addresses = addressesOf(entry.offered, plan, places, pin?.revision);
		if (addresses.length === 0) throw new FetchError(noAddress(entry.offered));
		const done = await fetchFile({
			...environment,
			disk,
			plan,
			addresses,
			patience,
			signal,
			pinned: pin !== undefined,
			onBytes: (bytes) => entry.meter.add(bytes, clock.monotonic()),
			onHad: had,
			onSay: (via, why) => become(entry, { via, why, state: 'downloading' }),
			onChecking: () => become(entry, { state: 'checking', why: '' }),
		});
		sound.add(done.sha256);
		// A hub's file is known by its SHA-256 from now on.
		if (pin !== undefined)
			await save(entry, {
				...freshRecord(entry, 'fetch'),
				pin: {
					...pin,
					files: (entry.record?.pin ?? pin).files.map((file) =>
						file.path === plan.path ? { path: file.path, bytes: file.bytes, ...done } : file,
					),
				},
			});
		entry.had.set(done.sha256, plan.bytes);
		changed();
	}

	// ── Checking ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

	/** Hashes whatever of the model was not hashed since the page was opened. @returns '' or the sentence what is damaged */
	function checkEntry(entry: Entry): Promise<string> {
		entry.checking ??= (async () => {
			const whys: string[] = [];
			try {
				const { disk } = need();
				become(entry, { state: 'checking', why: '' });
				for (const plan of plansOf(entry) ?? []) {
					const { sha256 } = plan;
					if (sha256 === undefined || sound.has(sha256)) continue;
					const why = await checkFile(disk, { ...plan, sha256 });
					if (why === '') sound.add(sha256);
					else whys.push(why);
				}
				if (whys.length === 0) await save(entry, { ...freshRecord(entry, 'keep'), checkedAt: clock.now() }).catch(() => undefined);
			} catch (error) {
				whys.push(sentence(error));
			}
			entry.checking = undefined;
			if (whys.length > 0) {
				entry.record = freshRecord(entry, 'keep');
				become(entry, { state: 'damaged', why: whys.join(' ') });
			}
			await look(entry).catch(() => undefined);
			if (whys.length > 0) await told(entry).catch(() => undefined);
			return whys.join(' ');
		})();
		return entry.checking;
	}

	let sweeping = false;
	/** In the background and one after the other, the smallest first. */
	async function checkAll(): Promise<void> {
		if (sweeping) return;
		sweeping = true;
		const bySize = [...entries.values()].toSorted((a, b) => totalOf(a) - totalOf(b));
		for (const entry of bySize) if (entry.state === 'checking' && entry.job === undefined) await checkEntry(entry);
		sweeping = false;
	}

	async function files(id: string): Promise<Readonly<Record<string, Blob>>> {
		const entry = get(id);
		if (disk === undefined && trouble !== '') await open();
		for (let tries = 0; ; tries++) {
			if (!isWhole(entry) && entry.offered.embedded && tries < 2) {
				const why = await enqueue(entry);
				if (why !== '') throw new Error(why);
			}
			if (!isWhole(entry))
				throw new Error(
					entry.why ||
						`"${entry.offered.name}" is not here: get it on the Models page${entry.state === 'absent' ? '' : ' (it is not whole yet)'}.`,
				);
			const why = await checkEntry(entry);
			if (why === '') break;
			if (!entry.offered.embedded || tries >= 2) throw new Error(why);
		}
		const { disk: here } = need();
		const found: Record<string, Blob> = {};
		for (const plan of plansOf(entry) ?? []) {
			const blob = plan.sha256 === undefined ? undefined : await here.blob('blobs', plan.sha256);
			if (blob === undefined) throw new Error(`"${plan.path}" of "${entry.offered.name}" is gone from this browser's storage.`);
			found[plan.path] = blob;
		}
		return found;
	}

	// ── Letting go ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

	/** Files of a model that no other model here is kept for. */
	function ownFiles(entry: Entry): readonly FilePlan[] {
		const others = new Set(
			[...entries.values()]
				.filter((other) => other !== entry && other.record !== undefined)
				.flatMap((other) => (plansOf(other) ?? []).map(keyOf)),
		);
		return (plansOf(entry) ?? []).filter((plan) => !others.has(keyOf(plan)));
	}

	async function letGo(entry: Entry): Promise<string> {
		entry.job?.stop.abort();
		await entry.job?.done;
		await entry.checking;
		const { disk } = need();
		const done = await locks.tryHold(`falsework-model ${entry.id}`, async () => {
			for (const plan of ownFiles(entry)) {
				if (plan.sha256 !== undefined) {
					await disk.remove('blobs', plan.sha256);
					sound.delete(plan.sha256);
				}
				await disk.remove('partials', `${keyOf(plan)}.sums`);
				await disk.remove('partials', `${keyOf(plan)}.part`);
			}
			await told(entry);
			await save(entry, undefined);
			return true;
		});
		if (done === undefined) return 'Another tab of Falsework is fetching it; pause it there first.';
		entry.state = 'absent';
		if (entry.from !== BUILT_IN && !companionOffers.has(entry.id)) entries.delete(entry.id);
		else await look(entry);
		tabs.tell(entry.id);
		await measure();
		return '';
	}

	// ── What others call ────────────────────────────────────────────────────────────────────────────────────────────────────────

	let companionOffers = new Map<string, ModelManifest>();
	function get(id: string): Entry {
		const entry = entries.get(id);
		if (entry === undefined) throw new Error(`There is no model "${id}" here.`);
		return entry;
	}
	/** Turns whatever went wrong into the sentence that the caller shows. */
	async function attempt(work: () => Promise<string>): Promise<string> {
		try {
			return await work();
		} catch (error) {
			return sentence(error);
		}
	}

	const store: ModelStore = {
		open,
		setCompanion(companion, offers) {
			places = { ...places, companion };
			companionOffers = new Map(offers.map((manifest) => [manifest.id, manifest]));
			for (const manifest of offers) if (!entries.has(manifest.id)) entries.set(manifest.id, makeEntry(manifest, 'the companion’s folder'));
			for (const [id, entry] of entries)
				if (entry.from === 'the companion’s folder' && !companionOffers.has(id) && entry.record === undefined) entries.delete(id);
			for (const entry of entries.values()) if (disk !== undefined) void look(entry).catch(() => undefined);
			changed();
		},
		view: () => ({
			models: [...entries.values()].map(viewOf),
			keptIn: disk?.keptIn ?? 'nowhere yet',
			usedBytes: room.used,
			freeBytes: room.free,
			persisted: room.persisted,
			mirror: places.mirror,
			trouble: trouble || (disk?.lasting === false ? 'This browser keeps no files for this page: models are gone when it is closed.' : ''),
		}),
		manifest: (id) => {
			const entry = entries.get(id);
			return entry === undefined ? undefined : manifestOf(entry);
		},
		download: (id) =>
			attempt(async () => {
				const entry = get(id);
				if (disk === undefined) await open();
				const here = need().disk;
				if (entry.job !== undefined) return '';
				if (isWhole(entry)) {
					void checkEntry(entry);
					return '';
				}
				const lack = lackOfRoom(totalOf(entry) - hadOf(entry), await here.freeBytes());
				if (lack !== '') return lack;
				if (plansOf(entry) !== undefined && addressesOf(entry.offered, { path: 'any' }, places).length === 0)
					return noAddress(entry.offered);
				await save(entry, freshRecord(entry, 'fetch'));
				void enqueue(entry);
				return '';
			}),
		pause: (id) =>
			attempt(async () => {
				const entry = get(id);
				if (entry.job === undefined) return `"${entry.offered.name}" is not being fetched.`;
				await save(entry, freshRecord(entry, 'pause'));
				entry.job.stop.abort();
				await entry.job?.done;
				settle(entry);
				return '';
			}),
		cancel: (id) => attempt(() => letGo(get(id))),
		remove: (id) => attempt(() => letGo(get(id))),
		check: (id) =>
			attempt(async () => {
				const entry = get(id);
				if (disk === undefined) return await open();
				if (entry.job !== undefined) return `"${entry.offered.name}" is being fetched; each chunk is checked as it lands.`;
				for (const { sha256 } of plansOf(entry) ?? []) if (sha256 !== undefined) sound.delete(sha256);
				await look(entry);
				if (!isWhole(entry)) return entry.why || `"${entry.offered.name}" is not here whole.`;
				return await checkEntry(entry);
			}),
		sideload: (given) =>
			attempt(async () => {
				const { disk } = need();
				return await locks.hold(
					'falsework-model-incoming',
					new AbortController().signal,
					() => undefined,
					() =>
						bringFiles(given, {
							disk,
							known: () => [...entries.values()].map((entry) => ({ manifest: manifestOf(entry), kept: entry.record !== undefined })),
							async adopt(manifest, from, whole) {
								const entry = entries.get(manifest.id) ?? makeEntry(manifest, from);
								entries.set(manifest.id, entry);
								await save(entry, freshRecord(entry, whole ? 'keep' : 'pause'));
								await look(entry);
								await told(entry);
								if (whole) await checkEntry(entry);
							},
						}),
				);
			}).finally(() => void measure().catch(() => undefined)),
		setMirror: (address) =>
			attempt(async () => {
				const read = readMirror(address);
				if ('why' in read) return read.why;
				await need().records.saveMirror(read.address);
				places = { ...places, mirror: read.address };
				changed();
				return '';
			}),
		files,
		async note(id, note) {
			const entry = entries.get(id);
			if (entry?.record === undefined) return;
			await save(entry, { ...entry.record, ...note });
			changed();
		},
		eraseEverything: () =>
			attempt(async () => {
				const { disk } = need();
				for (const entry of entries.values()) entry.job?.stop.abort();
				for (const entry of entries.values()) await entry.job?.done;
				for (const folder of FOLDERS) for (const { name } of await disk.list(folder)) await disk.remove(folder, name);
				sound.clear();
				places = { ...places, mirror: '' };
				for (const entry of [...entries.values()]) {
					entry.record = undefined;
					entry.state = 'absent';
					if (entry.from !== BUILT_IN && !companionOffers.has(entry.id)) entries.delete(entry.id);
					else await look(entry);
					tabs.tell(entry.id);
				}
				await measure();
				return '';
			}),
	};
	return store;

	function viewOf(entry: Entry): StoredModel {
		const totalBytes = totalOf(entry);
		const haveBytes = hadOf(entry);
		const speed = entry.job === undefined ? 0 : entry.meter.speed(clock.monotonic());
		const freesBytes = entry.record === undefined ? 0 : ownFiles(entry).reduce((sum, plan) => sum + (entry.had.get(keyOf(plan)) ?? 0), 0);
		return {
			manifest: manifestOf(entry),
			from: entry.from,
			state: entry.state,
			haveBytes,
			totalBytes,
			freesBytes,
			speed,
			etaMs: entry.job === undefined ? undefined : etaMs(totalBytes - haveBytes, speed),
			why: entry.why,
			via: entry.via,
			checkedAt: entry.record?.checkedAt ?? 0,
			lastUsedAt: entry.record?.lastUsedAt ?? 0,
			measured: entry.record?.measured,
		};
	}
}

/** The manifest of a hub's model with what its files turned out to be. */
function pinned(manifest: ModelManifest, pin: NonNullable<NonNullable<Entry['record']>['pin']>): ModelManifest {
	const files = pin.files.flatMap(({ path, bytes, sha256, chunks }) =>
		sha256 === undefined || chunks === undefined ? [] : [{ path, bytes, sha256, chunks: [...chunks] }],
	);
	return { ...manifest, revision: pin.revision, files, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

function sentence(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
