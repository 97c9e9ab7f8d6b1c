// What is being fetched: who waits, who runs, and how one model comes about from its files. A download is one at a time among all tabs.
import type { ModelManifest } from '../../core/models/manifest.ts';
import type { Pin } from '../../core/models/hub.ts';
import type { Patience } from '../../core/models/patience.ts';
import { nextOf, orderOf, type Waiting } from '../../core/models/queue.ts';
import { lackOfRoom } from '../../core/models/room.ts';
import { addressesOf, noAddress } from '../../core/models/sources.ts';
import { checkFile } from './check.ts';
import { type Entry, freshRecord, hadOf, type Job, manifestOf, plansOf, totalOf } from './entry.ts';
import type { Environment } from './environment.ts';
import { fetchFile, FetchError } from './fetch-file.ts';
import { pinModel } from './listing.ts';
import { type FilePlan, keyOf } from './partial.ts';
import type { Shelf } from './shelf.ts';

const STOPPED = 'It was stopped.';

export interface Downloads {
	/** Puts it in the queue, or finds it there. @returns settles with '' when it is here, else the sentence why not */
	enqueue(entry: Entry): Promise<string>;
	/** Ends a download, whether it runs or waits; what was verified stays. */
	stop(entry: Entry): Promise<void>;
	/** Downloads that begin before this one does; undefined for one that does not wait. */
	ahead(entry: Entry): number | undefined;
}

export const modelLock = (id: string): string => `falsework-model ${id}`;

export function makeDownloads(shelf: Shelf, environment: Environment, patience: Patience): Downloads {
	const { clock, locks } = environment;
	const ends = new Map<Entry, (why: string) => void>();
	let turns = 0;

	function waiting(): readonly Waiting[] {
		return [...shelf.entries.values()].flatMap(({ id, offered, job }) =>
			job?.step === 'waiting' ? [{ id, embedded: offered.embedded, turn: job.turn }] : [],
		);
	}

	/** Begins whatever may begin now. */
	function pump(): void {
		const running = [...shelf.entries.values()].filter(({ job }) => job?.step === 'running').length;
		for (const id of nextOf(waiting(), running)) {
			const entry = shelf.entries.get(id);
			if (entry?.job !== undefined) void run(entry, entry.job);
		}
	}

	function end(entry: Entry, why: string): void {
		entry.meter.reset();
		entry.landing = 0;
		entry.job = undefined;
		const tell = ends.get(entry);
		ends.delete(entry);
		void shelf
			.look(entry)
			.then(() => shelf.told(entry))
			.catch(() => undefined)
			.then(() => {
				tell?.(why);
				pump();
			});
	}

	async function run(entry: Entry, job: Job): Promise<void> {
		job.step = 'running';
		let why = '';
		try {
			await locks.hold(
				modelLock(entry.id),
				job.stop.signal,
				() => {
					job.step = 'elsewhere';
					shelf.become(entry, { state: 'queued', why: 'Another tab of Falsework is fetching it.' });
					pump();
				},
				async () => {
					job.step = 'running';
					await shelf.look(entry);
					await fetchAll(entry, job.stop.signal);
				},
			);
		} catch (error) {
			const stopped = job.stop.signal.aborted;
			why = stopped ? STOPPED : error instanceof Error ? error.message : String(error);
			if (!stopped) shelf.become(entry, { state: 'failed', why, via: '' });
		}
		end(entry, why);
	}

	async function fetchAll(entry: Entry, signal: AbortSignal): Promise<void> {
		const { disk } = shelf.need();
		if (entry.record === undefined) await shelf.save(entry, freshRecord(entry, 'fetch'));
		shelf.become(entry, { state: 'downloading', why: '' });
		const say = (via: string, why: string): void => shelf.become(entry, { via, why });
		if (plansOf(entry) === undefined) {
			const pin = await pinModel(entry.offered, { ...environment, disk, places: shelf.places, patience, onSay: say }, signal);
			await shelf.save(entry, { ...freshRecord(entry, 'fetch'), pin });
			await shelf.look(entry);
		}
		const lack = lackOfRoom(totalOf(entry) - hadOf(entry), await disk.freeBytes());
		if (lack !== '') throw new FetchError(lack);
		for (const plan of plansOf(entry) ?? []) {
			await locks.hold(
				`falsework-model-file ${keyOf(plan)}`,
				signal,
				() => say('', 'Another download is fetching the same file.'),
				() => fetchOne(entry, plan, signal),
			);
		}
		const manifest = manifestOf(entry);
		const { pin } = entry.record ?? {};
		const now = { ...freshRecord(entry, 'keep'), checkedAt: clock.now() };
		await shelf.save(entry, pin === undefined || manifest.files.length > 0 ? now : { ...now, manifest: pinned(manifest, pin) });
	}

	async function fetchOne(entry: Entry, plan: FilePlan, signal: AbortSignal): Promise<void> {
		const { disk } = shelf.need();
		const had = (bytes: number): void => {
			entry.had.set(keyOf(plan), bytes);
			entry.landing = 0;
			shelf.become(entry, {});
		};
		if (await isHere(entry, plan, signal)) return had(plan.bytes);
		shelf.become(entry, { state: 'downloading' });
		const { pin } = entry.record ?? {};
		const addresses = addressesOf(entry.offered, plan, shelf.places, pin?.revision);
		if (addresses.length === 0) throw new FetchError(noAddress(entry.offered));
		const { sha256, chunks } = await fetchFile({
			...environment,
			disk,
			plan,
			addresses,
			patience,
			signal,
			pinned: pin !== undefined,
			onBytes: (bytes) => {
				entry.meter.add(bytes, clock.monotonic());
				entry.landing += bytes;
			},
			onHad: had,
			onSay: (via, why) => {
				// Another address, or another try: what was half there comes once more.
				entry.landing = 0;
				shelf.become(entry, { via, why, state: 'downloading' });
			},
			onChecking: () => shelf.become(entry, { state: 'checking', why: '' }),
		});
		shelf.sound.add(sha256);
		entry.had.set(sha256, plan.bytes);
		// A hub's file is known by its SHA-256 from now on.
		if (pin !== undefined) {
			const files = pin.files.map((file) => (file.path === plan.path ? { path: file.path, bytes: file.bytes, sha256, chunks } : file));
			await shelf.save(entry, { ...freshRecord(entry, 'fetch'), pin: { ...pin, files } });
		}
	}

	/** Whether another model, or an earlier download, has brought the file; it is hashed if that was not done yet. */
	async function isHere(entry: Entry, plan: FilePlan, signal: AbortSignal): Promise<boolean> {
		const { sha256 } = plan;
		const { disk } = shelf.need();
		const blob = sha256 === undefined ? undefined : await disk.blob('blobs', sha256);
		if (sha256 === undefined || blob?.size !== plan.bytes) return false;
		if (!shelf.sound.has(sha256)) {
			shelf.become(entry, { state: 'checking', via: '' });
			if ((await checkFile(disk, { ...plan, sha256 }, signal)) === '') shelf.sound.add(sha256);
		}
		return shelf.sound.has(sha256);
	}

	return {
		enqueue(entry) {
			if (entry.job !== undefined) return entry.job.done;
			const done = new Promise<string>((resolve) => ends.set(entry, resolve));
			entry.job = { stop: new AbortController(), turn: turns++, step: 'waiting', done };
			shelf.become(entry, { state: 'queued', why: '', via: '' });
			pump();
			return done;
		},
		async stop(entry) {
			const { job } = entry;
			if (job === undefined) return;
			job.stop.abort();
			if (job.step === 'waiting') end(entry, STOPPED);
			await job.done;
		},
		ahead(entry) {
			const at = orderOf(waiting()).indexOf(entry.id);
			return at < 0 ? undefined : at;
		},
	};
}

/** The manifest of a hub's model with what its files turned out to be. */
function pinned(manifest: ModelManifest, pin: Pin): ModelManifest {
	const files = pin.files.flatMap(({ path, bytes, sha256, chunks }) =>
		sha256 === undefined || chunks === undefined ? [] : [{ path, bytes, sha256, chunks: [...chunks] }],
	);
	return { ...manifest, revision: pin.revision, files, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}
