// The model host as others see it: the worker that keeps models (OPFS), fetches and checks them, loads their runtimes when first
// needed and lets them go. Types only. The page commands it by comlink; what the page shows comes out as events on the port given to
// `watch`. The agent has a port of its own (`DeviceApi`), so that the loop never waits for the page.
import type { Capabilities, Fitness } from '../src/core/models/capabilities.ts';
import type { ModelManifest } from '../src/core/models/manifest.ts';
import type { Patience } from '../src/core/models/patience.ts';
import type { DetectorSettings } from '../src/core/models/detect.ts';
import type { Backend, Completion, Detection, Prompt } from '../src/core/models/runtime.ts';

/**
 * `absent`: not here. `queued`, `downloading`, `paused`, `partial` (was begun, nobody is fetching), `checking` (hashing),
 * `ready`: every byte hashed as promised. `damaged`: some chunk does not; fetched again by `download`. `failed`: see `why`.
 * `elsewhere`: the store's folder cannot be reached now; that is not the same as empty.
 */
export type ModelState =
	| 'absent'
	| 'queued'
	| 'downloading'
	| 'paused'
	| 'partial'
	| 'checking'
	| 'ready'
	| 'damaged'
	| 'failed'
	| 'elsewhere';

export type { Fitness };

/** Speed as measured on this machine, in the unit of the purpose. */
export interface Measured {
	readonly what: 'tokens a second' | 'times real time' | 'ms a line' | 'ms a text' | 'ms a picture';
	readonly value: number;
	readonly backend: Backend;
	/** Milliseconds since 1970. */
	readonly at: number;
}

export interface ModelView {
	readonly manifest: ModelManifest;
	/** `built in`, or the file or folder that the person brought. */
	readonly from: string;
	readonly state: ModelState;
	/** Verified bytes that are here. */
	readonly haveBytes: number;
	/** Received and not verified yet: less than a chunk. */
	readonly landingBytes?: number;
	/** Of `manifest.bytes`, or of what the hub's listing says. */
	readonly totalBytes: number;
	/** What deleting it would give back: bytes that no other model here needs. */
	readonly freesBytes: number;
	/** False: nobody who is known to have it can be asked. Its companion's folder does not hold it, and no mirror is set. */
	readonly obtainable?: boolean;
	/** Bytes a second over the last five seconds; 0 when stalled. */
	readonly speed: number;
	/** Milliseconds; undefined when nobody can tell. */
	readonly etaMs: number | undefined;
	/** Of a queued one: how many are fetched before it. */
	readonly ahead?: number;
	/** A sentence: why it failed, waits or is damaged, and what to do. */
	readonly why: string;
	/** The address it is being fetched from, for a person. */
	readonly via: string;
	/** When its bytes were last hashed; 0 = never in this store. "Offline ready" is this, not a flag. */
	readonly checkedAt: number;
	readonly lastUsedAt: number;
	readonly fitness: Fitness;
	readonly measured: Measured | undefined;
	/** Set while its runtime holds it in memory. */
	readonly loaded: { readonly backend: Backend; readonly note: string } | undefined;
}

export interface ModelsView {
	readonly models: readonly ModelView[];
	readonly capabilities: Capabilities | undefined;
	/** For a person: the bucket "models" of this browser, this browser's private files, or memory only. */
	readonly keptIn: string;
	/** Of the models' own storage. */
	readonly usedBytes: number;
	readonly freeBytes: number | undefined;
	readonly persisted: boolean | undefined;
	readonly mirror: string;
	/** Why nothing can be kept, empty when all is well. */
	readonly trouble: string;
}

export type ModelsEvent =
	| { readonly type: 'models'; readonly view: ModelsView }
	/** A line for the person, shown once. */
	| { readonly type: 'notice'; readonly level: 'info' | 'warning' | 'error'; readonly title: string; readonly text: string };

export interface ModelsBoot {
	/** The page's folder, with a slash at the end. */
	readonly base: string;
	/** Origin of the companion whose folder may hold models. */
	readonly companion?: { readonly url: string };
	/** What the window knows of the browser's own model; a worker is not shown it. */
	readonly builtIn?: Capabilities['builtIn'];
	/** Overrides the hub's address; tests serve one here. */
	readonly hub?: string;
	/** Overrides how long a silent server is waited for; tests are in a hurry. */
	readonly patience?: Partial<Patience>;
}

/** What "say a sentence" and its like gave back. */
export type Trial =
	| {
			readonly ok: true;
			readonly said: string;
			readonly measured: Measured;
			readonly audio?: { readonly samples: Float32Array; readonly rate: number };
	  }
	/** A sentence. */
	| { readonly ok: false; readonly why: string };

/** Exposed by comlink. A text that comes back is a sentence why not; '' = done or begun. */
export interface ModelsApi {
	boot(options: ModelsBoot): Promise<string>;
	watch(port: MessagePort): void;
	/** Queues a model; resumes what is partial, fetches damaged chunks alone. */
	download(id: string): Promise<string>;
	pause(id: string): Promise<string>;
	/** Gives the partial bytes back. */
	cancel(id: string): Promise<string>;
	/** Unloads and deletes; crystals stay. @returns '' and the view then shows the bytes freed */
	remove(id: string): Promise<string>;
	/** Hashes every byte again. */
	check(id: string): Promise<string>;
	/** Files, folders or zips that the person dropped; their own manifest, a known model, or a bare GGUF or ONNX. */
	sideload(files: readonly { readonly path: string; readonly file: File }[]): Promise<string>;
	setMirror(address: string): Promise<string>;
	/** Runs it once: says a sentence, reads a picture, answers a question. `picture`: PNG or JPEG. */
	trial(id: string, input: { readonly text?: string; readonly picture?: Uint8Array; readonly voice?: string }): Promise<Trial>;
	unload(id: string): Promise<string>;
	/** Says a line in the voice that is ready; undefined when no voice is. `withinMs`: given up later. @throws an Error with a sentence */
	say(text: string, voice?: string, withinMs?: number): Promise<{ readonly samples: Float32Array; readonly rate: number } | undefined>;
	/** A `DeviceApi` for the agent. */
	agentPort(): MessagePort;
	/** Everything deleted: models, partials, settings of the store. */
	eraseEverything(): Promise<string>;
}

export interface ReadyModel {
	readonly id: string;
	readonly purpose: ModelManifest['purpose'];
	readonly label: string;
	readonly verified: boolean;
	/** Of its manifest: tokens that question and answer may have together, how it writes boxes. */
	readonly options?: ModelManifest['options'];
	/** As measured on this machine; absent until it has answered. */
	readonly measured?: Measured;
	/** Where it runs, while it is in memory. */
	readonly backend?: Backend;
}

/** What the agent asks of the device. Exposed on the agent's port by comlink. */
export interface DeviceApi {
	/** Verified files of a model; fetches it first when it is embedded. @throws an Error with a sentence */
	files(id: string): Promise<Readonly<Record<string, Blob>>>;
	/** Models that could answer now: here, checked, and fit to run. Cheapest first. */
	ready(): Promise<readonly ReadyModel[]>;
	/** Into memory, ahead of need and whoever goes on waiting; resolves when it is there. @throws as `complete` */
	load(id: string): Promise<void>;
	/** @throws an Error whose name is `RuntimeError` and whose message is `reason: sentence` */
	complete(id: string, prompt: Prompt, call: string): Promise<Completion>;
	/**
	 * Boxes of what a detector finds, in pixels of the picture, best first.
	 *
	 * @param png  or any picture this browser can open
	 * @param as   what the game's profile says of the network
	 * @throws as `complete`
	 */
	detect(id: string, png: Uint8Array, as: Partial<DetectorSettings>, call: string): Promise<readonly Detection[]>;
	/** Takes a `complete` or a `detect` back. */
	cancel(call: string): void;
	embed(texts: readonly string[]): Promise<{ readonly vectors: Float32Array; readonly dimensions: number }>;
	/** Tells of each change of `ready`. */
	onReady(listener: () => void): void;
}
