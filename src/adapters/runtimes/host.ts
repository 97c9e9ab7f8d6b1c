// Keeps models in memory for whoever asks, and lets them go again. Each is loaded when first needed, once however many ask; heavy ones
// take turns; a crash, a full memory and a lost GPU are met here, so that a caller sees an answer or one `RuntimeError`. What to let
// go is decided in src/core/models/lifetime.ts. Nothing here belongs to a game: the loop gets promises with deadlines, and waits for none.
import { makeBreaker, type Breaker } from '../../core/budget.ts';
import { type Capabilities, type Choice, GPU_LOSSES_MAX } from '../../core/models/capabilities.ts';
import { type Lane, makeLane, type Priority } from '../../core/models/lane.ts';
import {
	afterLosses,
	cpuLanes,
	type Held,
	IDLE_MS,
	idle,
	laneOf,
	memoryBudget,
	type Pressure,
	toMakeRoom,
	underPressure,
} from '../../core/models/lifetime.ts';
import type { ModelManifest, RuntimeName } from '../../core/models/manifest.ts';
import {
	type Backend,
	type Completion,
	type Detection,
	type DetectorPicture,
	type Driver,
	type LoadOptions,
	type ModelFiles,
	type Prompt,
	type Running,
	RuntimeError,
	type TextLine,
} from '../../core/models/runtime.ts';
import type { Cancel, Clock } from '../../core/ports.ts';
import type { Measured } from '../../../workers/models.protocol.ts';

/** What is kept of a model across sessions. */
export interface Kept {
	readonly measured?: Measured;
	/** Milliseconds since 1970. */
	readonly lastUsedAt: number;
}
export interface KeptStore {
	load(): Promise<Readonly<Record<string, Kept>>>;
	save(id: string, kept: Kept): Promise<void>;
}

export interface Call {
	readonly priority: Priority;
	readonly cancel: Cancel;
	/** From now on, waiting for its turn and loading included; absent = the host's own `callMs`. */
	readonly deadlineMs?: number;
}

export interface HostOptions {
	/** Verified files of a model. @throws an Error with a sentence */
	readonly files: (id: string) => Promise<ModelFiles>;
	readonly manifest: (id: string) => ModelManifest | undefined;
	/** Asks the machine; again after the GPU was lost. */
	readonly probe: () => Promise<Capabilities>;
	readonly choose: (manifest: ModelManifest, capabilities: Capabilities) => Choice;
	readonly drivers: Readonly<Partial<Record<RuntimeName, Driver>>>;
	readonly engines: LoadOptions['engines'];
	readonly clock: Clock;
	readonly kept: KeptStore;
	/** What is loaded, measured or lost has changed. */
	readonly onChange: () => void;
	/** A line for the person. */
	readonly onNotice: (notice: { readonly level: 'info' | 'warning' | 'error'; readonly title: string; readonly text: string }) => void;
	/** Overrides what half of the machine's memory is. */
	readonly budgetBytes?: number;
	readonly idleMs?: number;
	/** What nobody answers in this time is given up; a runtime's own limits are shorter. */
	readonly callMs?: number;
}

export interface RuntimeHost {
	/** Probed once; undefined until then. */
	readonly capabilities: Capabilities | undefined;
	/** Probes when that was not done yet. */
	ready(): Promise<Capabilities>;
	loaded(id: string): { readonly backend: Backend; readonly note: string } | undefined;
	kept(id: string): Kept;
	/** Loads it ahead of need. @throws RuntimeError */
	load(id: string, call: Call): Promise<void>;
	/** @throws RuntimeError, as all of these */
	complete(id: string, prompt: Prompt, call: Call): Promise<Completion>;
	embed(id: string, texts: readonly string[], call: Call): Promise<{ readonly vectors: Float32Array; readonly dimensions: number }>;
	speak(id: string, text: string, voice: string, call: Call): Promise<Speech>;
	readPage(
		id: string,
		picture: { readonly width: number; readonly height: number; readonly luma: Uint8Array },
		call: Call,
	): Promise<readonly TextLine[]>;
	detect(id: string, picture: DetectorPicture, call: Call): Promise<readonly Detection[]>;
	/** Ends its worker now; calls in progress, loading included, fail as cancelled. Not loaded = nothing to do. */
	unload(id: string): Promise<void>;
	/** Tells of the machine's pressure. */
	pressed(pressure: Pressure): void;
	/** Ends everything; calls in progress fail as cancelled. */
	close(): Promise<void>;
}
export interface Speech {
	readonly samples: Float32Array;
	readonly rate: number;
	readonly ms: number;
	readonly voice: string;
}

interface Entry {
	readonly manifest: ModelManifest;
	readonly running: Running;
	/** How often the GPU had been lost when it was loaded: one loss takes all of an age with it, and counts once. */
	readonly age: number;
	/** Rejects when it ends by itself, or is ended under a call. */
	readonly died: Promise<never>;
	readonly fail: (why: RuntimeError) => void;
	dead: boolean;
	calls: number;
	lastUsedAt: number;
	/** Of the call that just ended. */
	speed?: Pick<Measured, 'what' | 'value'>;
}

const CALL_MS = 5 * 60_000;
/** The newest call weighs this much in the speed shown. */
const NEWEST = 0.3;
/** Of fewer tokens the speed is mostly the prompt's. */
const LEAST_TOKENS = 4;
/** Speeds and last uses are written down at most this often for each model. */
const SAVE_EVERY_MS = 5000;

export function makeRuntimeHost(o: HostOptions): RuntimeHost {
	const { clock } = o;
	const entries = new Map<string, Entry>();
	const loading = new Map<string, Promise<Entry>>();
	const breakers = new Map<string, Breaker>();
	const lanes = new Map<string, Lane>();
	const gpu = makeLane();
	let cpu: Lane | undefined;
	let probed: Promise<Capabilities> | undefined;
	let capabilities: Capabilities | undefined;
	let gpuLost = 0;
	let keptAll: Record<string, Kept> = {};
	const blameless = new WeakSet<RuntimeError>();
	const savedAt = new Map<string, number>();
	let keptRead: Promise<void> | undefined;
	let sweep: ReturnType<typeof setTimeout> | undefined;
	const closing = new AbortController();

	function ready(): Promise<Capabilities> {
		keptRead ??= o.kept.load().then(
			(all) => {
				keptAll = { ...all, ...keptAll };
			},
			// Speeds of another day are a comfort, not a need.
			() => {},
		);
		probed ??= Promise.all([o.probe(), keptRead]).then(([found]) => {
			capabilities = afterLosses(found, gpuLost);
			o.onChange();
			return capabilities;
		});
		probed.catch(() => {
			probed = undefined;
		});
		return probed;
	}

	function manifestOf(id: string): ModelManifest {
		const manifest = o.manifest(id);
		if (manifest === undefined) throw new RuntimeError('unsupported', `No model is called "${id}" here.`);
		return manifest;
	}
	function choice(manifest: ModelManifest, known: Capabilities): { readonly backend: Backend } {
		const chosen = o.choose(manifest, known);
		if ('reason' in chosen) throw new RuntimeError('unsupported', `${manifest.name} cannot run here: ${chosen.reason}`);
		return chosen;
	}
	function own(id: string): Lane {
		let lane = lanes.get(id);
		if (lane === undefined) lanes.set(id, (lane = makeLane()));
		return lane;
	}
	function breakerOf(id: string): Breaker {
		let breaker = breakers.get(id);
		if (breaker === undefined) breakers.set(id, (breaker = makeBreaker({ clock })));
		return breaker;
	}

	const held = (): Held[] =>
		[...entries].map(([id, e]) => ({ id, bytes: e.manifest.needs.memoryBytes, lastUsedAt: e.lastUsedAt, busy: e.calls > 0 }));

	async function drop(id: string, why = new RuntimeError('cancelled', 'The model was let go.')): Promise<void> {
		const entry = entries.get(id);
		if (entry === undefined) return;
		entries.delete(id);
		entry.dead = true;
		entry.fail(why);
		o.onChange();
		await entry.running.close().catch(() => {});
	}
	async function dropAll(ids: readonly string[], why?: RuntimeError): Promise<void> {
		await Promise.all(ids.map((id) => drop(id, why)));
	}

	function plan(): void {
		clearTimeout(sweep);
		sweep = undefined;
		const { going, nextMs } = idle(held(), clock.monotonic(), o.idleMs ?? IDLE_MS);
		void dropAll(going);
		if (nextMs !== undefined) sweep = setTimeout(plan, Math.max(nextMs, 100));
	}

	/** One loss of the GPU ends every model of that age; the first to tell counts it. */
	async function lost(age: number): Promise<void> {
		if (age !== gpuLost) return;
		gpuLost++;
		probed = undefined;
		const gone = [...entries].filter(([, e]) => e.running.loaded.backend === 'webgpu').map(([id]) => id);
		o.onNotice(
			gpuLost < GPU_LOSSES_MAX
				? {
						level: 'info',
						title: 'The GPU was lost once',
						text: 'The models on it are loaded again from this machine when next needed, on a new device. A second loss moves them to the CPU.',
					}
				: {
						level: 'warning',
						title: `The GPU was lost ${gpuLost} times`,
						text: 'Models run on the CPU from here on, slower; those that need a GPU rest. Restart the browser to use the GPU again.',
					},
		);
		await dropAll(gone, new RuntimeError('gpu-lost', 'The GPU was lost.'));
		await ready().catch(() => {});
	}

	async function start(manifest: ModelManifest, cancel: Cancel): Promise<Entry> {
		const driver = o.drivers[manifest.runtime];
		if (driver === undefined) throw new RuntimeError('unsupported', `Nothing here runs models of "${manifest.runtime}".`);
		let { backend } = choice(manifest, await ready());
		let files: ModelFiles;
		try {
			files = await o.files(manifest.id);
		} catch (cause) {
			const absent = new RuntimeError('load-failed', `${manifest.name} cannot be loaded: ${sentence(cause)}`, { cause });
			blameless.add(absent);
			throw absent;
		}
		const budget = o.budgetBytes ?? memoryBudget(await ready());
		await dropAll(toMakeRoom(held(), manifest.needs.memoryBytes, budget));
		const age = gpuLost;
		const load = (): Promise<Running> => driver({ manifest, files, backend, engines: o.engines, cancel });
		const met = async (error: unknown): Promise<never> => {
			const known = asRuntimeError(error, `${manifest.name} could not be loaded`);
			if (known.reason === 'gpu-lost') await lost(age);
			throw known;
		};
		const running = await load().catch(async (error: unknown) => {
			if (backend !== 'webgpu' || !(error instanceof RuntimeError) || error.reason !== 'unsupported') return await met(error);
			// The GPU that the probe saw may be gone since; ask again, and take what is left.
			probed = undefined;
			const now = choice(manifest, await ready());
			if (now.backend === backend) throw error;
			backend = now.backend;
			return await load().catch(met);
		});
		let fail: (why: RuntimeError) => void = () => {};
		const entry: Entry = {
			manifest,
			running,
			age,
			died: new Promise<never>((_, reject) => {
				fail = reject;
			}),
			fail: (why) => fail(why),
			dead: false,
			calls: 0,
			lastUsedAt: clock.monotonic(),
		};
		entry.died.catch(() => {});
		running.onDeath((why) => {
			if (entry.dead) return;
			entry.dead = true;
			fail(why);
			if (entries.get(manifest.id) === entry) {
				entries.delete(manifest.id);
				o.onChange();
			}
			if (why.reason === 'gpu-lost') void lost(age);
			void running.close().catch(() => {});
		});
		let late: RuntimeError | undefined;
		if (cancel.aborted || closing.signal.aborted) late = new RuntimeError('cancelled', `Loading ${manifest.name} was cancelled.`);
		else if (entry.dead) late = await entry.died.catch((why: RuntimeError) => why);
		else if (running.loaded.backend === 'webgpu' && age !== gpuLost)
			late = new RuntimeError('gpu-lost', `The GPU was lost while ${manifest.name} was loaded.`);
		if (late !== undefined) {
			entry.dead = true;
			await running.close().catch(() => {});
			throw late;
		}
		entries.set(manifest.id, entry);
		o.onChange();
		plan();
		return entry;
	}

	/** The model in memory; loads it, once however many ask. The loading is given up when nobody waits for it any more. */
	const wanted = new Map<string, { waiting: number; readonly given: AbortController }>();
	async function inMemory(manifest: ModelManifest, cancel: Cancel): Promise<Entry> {
		const { id } = manifest;
		const known = entries.get(id);
		if (known !== undefined) return known;
		let want = wanted.get(id);
		if (want === undefined || want.given.signal.aborted) {
			const mine = { waiting: 0, given: new AbortController() };
			want = mine;
			wanted.set(id, mine);
			const load = start(manifest, mine.given.signal).finally(() => {
				if (wanted.get(id) === mine) {
					wanted.delete(id);
					loading.delete(id);
				}
			});
			load.catch(() => {});
			loading.set(id, load);
		}
		const mine = want;
		mine.waiting++;
		const leave = (): void => {
			if (--mine.waiting === 0) mine.given.abort();
		};
		cancel.addEventListener('abort', leave);
		try {
			return await unlessCancelled(loading.get(id) as Promise<Entry>, cancel, `Loading ${manifest.name}`);
		} finally {
			cancel.removeEventListener('abort', leave);
		}
	}

	/** Runs one call on a model, with all that may go wrong once on the way. */
	async function withModel<T>(id: string, what: string, call: Call, work: (entry: Entry, cancel: Cancel) => Promise<T>): Promise<T> {
		const manifest = manifestOf(id);
		const limitMs = call.deadlineMs ?? o.callMs ?? CALL_MS;
		const given = new AbortController();
		let timedOut = false;
		const stop = (): void => given.abort();
		const timer = setTimeout(() => {
			timedOut = true;
			given.abort();
		}, limitMs);
		call.cancel.addEventListener('abort', stop);
		closing.signal.addEventListener('abort', stop);
		if (call.cancel.aborted || closing.signal.aborted) given.abort();
		const breaker = breakerOf(id);
		try {
			const refused = breaker.refuses();
			if (refused !== undefined)
				throw new RuntimeError(
					'crashed',
					`${manifest.name} is left alone for a while: ${refused}. Run it from the models page to see why.`,
				);
			const answer = await attempts(manifest, what, call.priority, given.signal, work);
			breaker.succeeded();
			return answer;
		} catch (error) {
			const known = asRuntimeError(error, `${what} with ${manifest.name} failed`);
			if (timedOut && known.reason === 'cancelled')
				throw new RuntimeError(
					'timed-out',
					`${what} with ${manifest.name} took longer than ${Math.round(limitMs / 1000)} s and was given up.`,
					{
						cause: error,
					},
				);
			if (known.reason === 'crashed' || known.reason === 'out-of-memory' || known.reason === 'load-failed') {
				// Neither what the open breaker refuses nor a file that is not here is a failure of the runtime.
				if (breaker.state !== 'open' && !blameless.has(known)) breaker.failed();
			}
			throw known;
		} finally {
			clearTimeout(timer);
			call.cancel.removeEventListener('abort', stop);
			closing.signal.removeEventListener('abort', stop);
			plan();
		}
	}

	async function attempts<T>(
		manifest: ModelManifest,
		what: string,
		priority: Priority,
		cancel: Cancel,
		work: (entry: Entry, cancel: Cancel) => Promise<T>,
	): Promise<T> {
		let spared = false;
		for (let tries = 0; ; tries++) {
			try {
				return await inTurn(manifest, what, priority, cancel, () => once(manifest, what, cancel, work));
			} catch (error) {
				const known = asRuntimeError(error, `${what} with ${manifest.name} failed`);
				if (cancel.aborted) throw known;
				if (known.reason === 'gpu-lost' && tries < GPU_LOSSES_MAX) continue;
				if (known.reason === 'out-of-memory') {
					const others = held().filter((h) => h.id !== manifest.id && !h.busy);
					await drop(manifest.id);
					if (!spared && others.length > 0) {
						spared = true;
						await dropAll(others.map((h) => h.id));
						continue;
					}
					throw new RuntimeError(
						'out-of-memory',
						`${manifest.name} needs about ${Math.ceil(manifest.needs.memoryBytes / 1e6)} MB of memory and did not get it${
							spared ? ', even after the other models were let go' : ''
						}. Close other tabs or programs, or use a smaller model.`,
						{ cause: known },
					);
				}
				throw known;
			}
		}
	}

	/** The model's own worker first, then what it shares with the others. */
	async function inTurn<T>(manifest: ModelManifest, what: string, priority: Priority, cancel: Cancel, work: () => Promise<T>): Promise<T> {
		const known = await unlessCancelled(ready(), cancel, what);
		return await own(manifest.id).run(what, priority, cancel, () => {
			const backend = entries.get(manifest.id)?.running.loaded.backend ?? choice(manifest, capabilities ?? known).backend;
			const lane = laneOf(manifest.purpose, backend);
			if (lane === 'own') return work();
			cpu ??= makeLane(cpuLanes(known));
			return (lane === 'gpu' ? gpu : cpu).run(what, priority, cancel, work);
		});
	}

	async function once<T>(
		manifest: ModelManifest,
		what: string,
		cancel: Cancel,
		work: (entry: Entry, cancel: Cancel) => Promise<T>,
	): Promise<T> {
		const entry = await inMemory(manifest, cancel);
		entry.calls++;
		try {
			return await Promise.race([unlessCancelled(work(entry, cancel), cancel, what), entry.died]);
		} catch (error) {
			if (error instanceof RuntimeError && error.reason === 'gpu-lost') await lost(entry.age);
			// What crashed starts anew at the next need, whether or not its adapter said so.
			if (
				error instanceof RuntimeError &&
				(error.reason === 'crashed' || error.reason === 'gpu-lost') &&
				entries.get(manifest.id) === entry
			)
				await drop(manifest.id);
			throw error;
		} finally {
			entry.calls--;
			entry.lastUsedAt = clock.monotonic();
			remember(entry);
		}
	}

	const keptOf = (id: string): Kept => keptAll[id] ?? { lastUsedAt: 0 };
	/** Notes the use and the speed. A speed of one backend is smoothed over calls; of another it starts anew. */
	function remember(entry: Entry): void {
		const { id } = entry.manifest;
		const { backend } = entry.running.loaded;
		const before = keptOf(id).measured;
		const { speed } = entry;
		delete entry.speed;
		const at = clock.now();
		let measured = before;
		if (speed !== undefined) {
			const same = before !== undefined && before.backend === backend && before.what === speed.what;
			measured = { ...speed, value: same ? before.value * (1 - NEWEST) + speed.value * NEWEST : speed.value, backend, at };
		}
		const kept: Kept = { ...(measured === undefined ? {} : { measured }), lastUsedAt: at };
		keptAll[id] = kept;
		o.onChange();
		if (Math.abs(at - (savedAt.get(id) ?? Number.NEGATIVE_INFINITY)) < SAVE_EVERY_MS) return;
		savedAt.set(id, at);
		void o.kept.save(id, kept).catch(() => {});
	}
	function measure(entry: Entry, what: Measured['what'], value: number): void {
		if (Number.isFinite(value) && value > 0) entry.speed = { what, value };
	}
	function able<T>(entry: Entry, part: T | undefined, does: string): T {
		if (part === undefined) throw new RuntimeError('unsupported', `${entry.manifest.name} does not ${does}.`);
		return part;
	}

	return {
		get capabilities() {
			return capabilities;
		},
		ready,
		loaded(id) {
			const loaded = entries.get(id)?.running.loaded;
			if (loaded === undefined) return undefined;
			const manifest = entries.get(id)?.manifest;
			const moved =
				gpuLost >= GPU_LOSSES_MAX && manifest?.needs.webgpu !== undefined ? `on the CPU: the GPU was lost ${gpuLost} times` : '';
			return { backend: loaded.backend, note: [moved, loaded.note].filter(Boolean).join('; ') };
		},
		kept: keptOf,
		async load(id, call) {
			await withModel(id, 'Loading', call, async () => {});
		},
		complete: (id, prompt, call) =>
			withModel(id, 'Answering', call, async (entry, cancel) => {
				const done = await able(entry, entry.running.writer, 'write').complete(prompt, cancel);
				if (done.completionTokens >= LEAST_TOKENS) measure(entry, 'tokens a second', done.completionTokens / (done.ms / 1000));
				return done;
			}),
		embed: (id, texts, call) =>
			withModel(id, 'Comparing texts', call, async (entry, cancel) => {
				const done = await able(entry, entry.running.embedder, 'compare texts').embed(texts, cancel);
				if (texts.length > 0) measure(entry, 'ms a text', done.ms / texts.length);
				return done;
			}),
		speak: (id, text, voice, call) =>
			withModel(id, 'Speaking', call, async (entry, cancel) => {
				const speaker = able(entry, entry.running.speaker, 'speak');
				const chosen = voice === '' ? (speaker.voices[0] ?? '') : voice;
				const said = await speaker.speak(text, chosen, cancel);
				measure(entry, 'times real time', said.samples.length / said.rate / (said.ms / 1000));
				return { ...said, voice: chosen };
			}),
		readPage: (id, picture, call) =>
			withModel(id, 'Reading', call, async (entry, cancel) => {
				const from = clock.monotonic();
				const lines = await able(entry, entry.running.reader, 'read').readPage(picture, cancel);
				measure(entry, 'ms a picture', clock.monotonic() - from);
				return lines;
			}),
		detect: (id, picture, call) =>
			withModel(id, 'Detecting', call, async (entry, cancel) => {
				const from = clock.monotonic();
				const found = await able(entry, entry.running.detector, 'detect').detect(picture, cancel);
				measure(entry, 'ms a picture', clock.monotonic() - from);
				return found;
			}),
		async unload(id) {
			wanted.get(id)?.given.abort();
			await drop(id, new RuntimeError('cancelled', `${o.manifest(id)?.name ?? id} was let go.`));
		},
		pressed(pressure) {
			void dropAll(underPressure(held(), pressure, clock.monotonic()));
		},
		async close() {
			closing.abort();
			clearTimeout(sweep);
			await dropAll([...entries.keys()]);
			clearTimeout(sweep);
		},
	};
}

function sentence(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
function asRuntimeError(error: unknown, what: string): RuntimeError {
	return error instanceof RuntimeError ? error : new RuntimeError('crashed', `${what}: ${sentence(error)}`, { cause: error });
}

/** Stops waiting when cancelled; what it waited for goes on for the others. */
function unlessCancelled<T>(work: Promise<T>, cancel: Cancel, what: string): Promise<T> {
	return new Promise((resolve, reject) => {
		const stop = (): void => reject(new RuntimeError('cancelled', `${what} was cancelled.`));
		if (cancel.aborted) {
			work.catch(() => {});
			stop();
			return;
		}
		cancel.addEventListener('abort', stop);
		work.then(resolve, reject).finally(() => cancel.removeEventListener('abort', stop));
	});
}
