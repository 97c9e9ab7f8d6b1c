import { describe, expect, it } from 'vitest';
import type { Capabilities } from '../../core/models/capabilities.ts';
import { crossed } from '../../core/models/crossing.ts';
import type { ModelManifest, Purpose, RuntimeName } from '../../core/models/manifest.ts';
import { RuntimeError } from '../../core/models/runtime.ts';
import { makeDevice } from './device.ts';
import type { RuntimeHost } from './host.ts';

const FACTS: Capabilities = {
	cores: 4,
	memoryGiB: 8,
	isolated: true,
	simd: true,
	jspi: true,
	gpu: undefined,
	gpuWhy: 'There is no adapter.',
	gpuLost: 0,
	builtIn: 'absent',
};
const model = (id: string, purpose: Purpose, mb: number, runtime: RuntimeName = 'wllama') =>
	({ id, name: id.toUpperCase(), purpose, runtime, verified: true, needs: { memoryBytes: mb * 1e6 } }) as ModelManifest;
const prompt = { system: '', user: 'x', maxTokens: 4 };

function setup(here: readonly ModelManifest[], parts: Partial<RuntimeHost> = {}) {
	return makeDevice({
		host: { ready: async () => FACTS, kept: () => ({ lastUsedAt: 0 }), loaded: () => undefined, ...parts } as unknown as RuntimeHost,
		files: async () => ({}),
		pictures: {
			pixels: async (bytes) => {
				if (bytes.length === 0) throw new RuntimeError('bad-input', 'That file is no picture.');
				return { width: 2, height: 1, rgba: new Uint8Array(8).fill(bytes[0] as number) };
			},
		},
		here: () => here,
	});
}

describe('the models of this machine, as the agent asks them', () => {
	it('are those that are here and run here, the cheapest first', async () => {
		const { api } = setup([model('big', 'think', 900), model('gpu-only', 'think', 10, 'web-llm'), model('small', 'embed', 90)]);
		expect(await api.ready()).toMatchObject([
			{ id: 'small', purpose: 'embed', label: 'SMALL', verified: true },
			{ id: 'big', purpose: 'think', label: 'BIG', verified: true },
		]);
	});

	it('say how fast they were and where they run, once that is known', async () => {
		const measured = { what: 'tokens a second', value: 7, backend: 'wasm', at: 1 } as const;
		const { api } = setup([model('small', 'think', 90)], {
			kept: () => ({ lastUsedAt: 0, measured }),
			loaded: () => ({ backend: 'wasm', note: '' }),
		});
		expect(await api.ready()).toMatchObject([{ id: 'small', measured, backend: 'wasm' }]);
	});

	it('are loaded for good when that is asked, whoever has given up meanwhile', async () => {
		const asked: unknown[] = [];
		const { api } = setup([], { load: async (id, { cancel }) => void asked.push([id, cancel.aborted]) });
		await api.load('small');
		expect(asked).toEqual([['small', false]]);
	});

	it('look at a picture with what the profile says of the network, and refuse what is no picture', async () => {
		const seen: unknown[] = [];
		const { api } = setup([], {
			detect: async (id, picture, { priority }) => {
				seen.push([id, picture, priority]);
				return [{ label: 'rat', score: 0.9, box: [0, 0, 1, 1] }];
			},
		});
		expect(await api.detect('finder', Uint8Array.of(7), { threshold: 0.3 }, 'one')).toEqual([
			{ label: 'rat', score: 0.9, box: [0, 0, 1, 1] },
		]);
		expect(seen).toEqual([['finder', { width: 2, height: 1, rgba: new Uint8Array(8).fill(7), as: { threshold: 0.3 } }, 'loop']]);
		await expect(api.detect('finder', new Uint8Array(), {}, 'two')).rejects.toThrow('bad-input: That file is no picture.');
	});

	it('can be taken back by the name of the call, once and for that call alone', async () => {
		const cancels: AbortSignal[] = [];
		const { api } = setup([], {
			complete: (_id, _prompt, call) =>
				new Promise((_, reject) => {
					const cancel = call.cancel as AbortSignal;
					cancels.push(cancel);
					cancel.addEventListener('abort', () => reject(new RuntimeError('cancelled', 'Taken back.')));
				}),
		});
		const one = api.complete('big', prompt, 'one');
		const two = api.complete('big', prompt, 'two');
		const caught = expect(one).rejects.toMatchObject({ name: 'RuntimeError', message: 'cancelled: Taken back.' });
		await expect(api.complete('big', prompt, 'one')).rejects.toThrow('bad-input: A call named "one"');
		api.cancel('one');
		api.cancel('never asked');
		await caught;
		expect(cancels.map((c) => c.aborted)).toEqual([true, false]);
		api.cancel('two');
		await expect(two).rejects.toThrow('cancelled');
	});

	it('say with a reason that nothing here compares texts', async () => {
		const { api } = setup([model('big', 'think', 900)]);
		const error = await api.embed(['x']).catch((e: unknown) => crossed(e));
		expect(error).toMatchObject({ reason: 'unsupported', message: expect.stringContaining('Models page') });
	});

	it('speak by the voice that is here, in the one asked for where it has that', async () => {
		const asked: unknown[] = [];
		const speak: RuntimeHost['speak'] = async (id, text, voice, call) => {
			asked.push([id, text, voice, call.priority, call.deadlineMs]);
			return { samples: Float32Array.of(1), rate: 24_000, ms: 1, voice };
		};
		const kokoro = { ...model('kokoro', 'speak', 600, 'kokoro'), files: [{ path: 'voices/af_heart.bin' }] } as unknown as ModelManifest;
		const { say } = setup([kokoro], { speak });
		expect(await say('Hello.', 'af_heart', 900)).toEqual({ samples: Float32Array.of(1), rate: 24_000 });
		await say('Hello.', 'af_gone', undefined);
		expect(asked).toEqual([
			['kokoro', 'Hello.', 'af_heart', 'speech', 900],
			['kokoro', 'Hello.', '', 'speech', undefined],
		]);
		expect(await setup([]).say('Hello.', '', 900)).toBeUndefined();
	});

	it('tell of each change', () => {
		const { api, changed } = setup([]);
		let told = 0;
		api.onReady(() => told++);
		changed();
		expect(told).toBe(1);
	});
});
