// The models of this machine as the agent asks them, on a port of its own. Errors cross with their reason in front.
import { fitness } from '../../core/models/capabilities.ts';
import { crossing } from '../../core/models/crossing.ts';
import { speakerOf, voicesOf } from '../../core/models/speech.ts';
import type { ModelManifest } from '../../core/models/manifest.ts';
import { type ModelFiles, RuntimeError } from '../../core/models/runtime.ts';
import type { DeviceApi } from '../../../workers/models.protocol.ts';
import type { Call, RuntimeHost } from './host.ts';
import type { Pictures } from './trial.ts';

export interface DeviceOptions {
	readonly host: RuntimeHost;
	/** @throws an Error with a sentence */
	readonly files: (id: string) => Promise<ModelFiles>;
	readonly pictures: Pick<Pictures, 'pixels'>;
	/** Models whose every byte is here and was hashed. */
	readonly here: () => readonly ModelManifest[];
}

export interface Device {
	readonly api: DeviceApi;
	/** The list of what is here may be another. */
	changed(): void;
	/**
	 * Says a line by the model that speaks here; undefined when there is none.
	 *
	 * @param voice  '' or one that it has not = its first
	 * @throws RuntimeError
	 */
	say(
		text: string,
		voice: string,
		withinMs: number | undefined,
	): Promise<{ readonly samples: Float32Array; readonly rate: number } | undefined>;
}

export function makeDevice(o: DeviceOptions): Device {
	const calls = new Map<string, AbortController>();
	const listeners = new Set<() => void>();

	/** Cheapest first: what takes less memory answers sooner. */
	async function fit(): Promise<readonly ModelManifest[]> {
		const capabilities = await o.host.ready();
		return o
			.here()
			.filter((manifest) => fitness(manifest, capabilities).fit !== 'no')
			.sort((a, b) => a.needs.memoryBytes - b.needs.memoryBytes);
	}
	async function over<T>(work: () => Promise<T>): Promise<T> {
		try {
			return await work();
		} catch (error) {
			throw crossing(error);
		}
	}

	/** A call that can be taken back by its name. */
	const named = <T>(call: string, work: (how: Call) => Promise<T>): Promise<T> =>
		over(async () => {
			// The same name twice would leave the first one without a way to be taken back.
			if (calls.has(call)) throw new RuntimeError('bad-input', `A call named "${call}" is being answered already.`);
			const given = new AbortController();
			calls.set(call, given);
			try {
				return await work({ priority: 'loop', cancel: given.signal });
			} finally {
				calls.delete(call);
			}
		});

	return {
		async say(text, voice, withinMs) {
			const capabilities = await o.host.ready();
			const speaker = speakerOf(o.here().map((manifest) => ({ manifest, fitness: fitness(manifest, capabilities) })));
			if (speaker === undefined) return undefined;
			const { id, files } = speaker.manifest;
			const has = voicesOf(files.map(({ path }) => path)).includes(voice);
			const { samples, rate } = await o.host.speak(id, text, has ? voice : '', {
				priority: 'speech',
				cancel: new AbortController().signal,
				...(withinMs === undefined ? {} : { deadlineMs: withinMs }),
			});
			return { samples, rate };
		},
		changed() {
			for (const listener of listeners) listener();
		},
		api: {
			files: (id) => o.files(id) as Promise<Readonly<Record<string, Blob>>>,
			ready: () =>
				over(async () =>
					(await fit()).map(({ id, purpose, name, verified, options }) => {
						const { measured } = o.host.kept(id);
						const backend = o.host.loaded(id)?.backend;
						return {
							id,
							purpose,
							label: name,
							verified,
							options,
							...(measured === undefined ? {} : { measured }),
							...(backend === undefined ? {} : { backend }),
						};
					}),
				),
			load: (id) => over(() => o.host.load(id, { priority: 'loop', cancel: new AbortController().signal })),
			complete: (id, prompt, call) => named(call, (how) => o.host.complete(id, prompt, how)),
			detect: (id, png, as, call) => named(call, async (how) => o.host.detect(id, { ...(await o.pictures.pixels(png)), as }, how)),
			cancel: (call) => calls.get(call)?.abort(),
			embed: (texts) =>
				over(async () => {
					const model = (await fit()).find(({ purpose }) => purpose === 'embed');
					if (model === undefined) throw new RuntimeError('unsupported', 'No model that compares texts is here; the Models page has one.');
					return await o.host.embed(model.id, texts, { priority: 'background', cancel: new AbortController().signal });
				}),
			onReady: (listener) => void listeners.add(listener),
		},
	};
}
