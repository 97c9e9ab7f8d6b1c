import { describe, expect, it } from 'vitest';
import type { ModelManifest, Purpose } from '../../core/models/manifest.ts';
import type { Prompt } from '../../core/models/runtime.ts';
import { RuntimeError } from '../../core/models/runtime.ts';
import type { Call, Kept, RuntimeHost } from './host.ts';
import { type Pictures, runTrial } from './trial.ts';

const call: Call = { priority: 'person', cancel: new AbortController().signal };
const model = (purpose: Purpose) => ({ id: 'm', name: 'Model', purpose }) as ModelManifest;
const pictures: Pictures = {
	pixels: async () => ({ width: 2, height: 1, rgba: Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 255) }),
	png: async () => Uint8Array.of(0x89, 0x50),
};
const kept: Kept = { measured: { what: 'ms a picture', value: 12, backend: 'wasm', at: 1 }, lastUsedAt: 1 };

function host(parts: Partial<RuntimeHost>): RuntimeHost {
	return { kept: () => kept, ...parts } as RuntimeHost;
}

describe('trying a model', () => {
	it('says a sentence in the voice that was chosen', async () => {
		const asked: string[] = [];
		const trial = await runTrial(
			host({
				speak: async (_id, text, voice) => {
					asked.push(text, voice);
					return { samples: Float32Array.of(0.5), rate: 24_000, ms: 1, voice };
				},
			}),
			model('speak'),
			{ text: 'Hello.', voice: 'af_bella' },
			pictures,
			call,
		);
		expect(asked).toEqual(['Hello.', 'af_bella']);
		expect(trial).toEqual({ ok: true, said: 'Hello.', measured: kept.measured, audio: { samples: Float32Array.of(0.5), rate: 24_000 } });
	});

	it('reads a picture in grey and shows its lines', async () => {
		let luma: Uint8Array | undefined;
		const trial = await runTrial(
			host({
				readPage: async (_id, picture) => {
					luma = picture.luma;
					return [
						{ text: 'HP 12', confidence: 1, box: [0, 0, 1, 1] },
						{ text: 'Gold', confidence: 1, box: [0, 1, 1, 1] },
					];
				},
			}),
			model('read'),
			{ picture: Uint8Array.of(1) },
			pictures,
			call,
		);
		expect([...(luma ?? [])]).toEqual([255, 0]);
		expect(trial).toMatchObject({ ok: true, said: 'HP 12\nGold' });
	});

	it('compares two sentences by the angle of their vectors', async () => {
		const trial = await runTrial(
			host({ embed: async () => ({ vectors: Float32Array.of(1, 0, 0.6, 0.8), dimensions: 2 }) }),
			model('embed'),
			{ text: 'one\n\n two ' },
			pictures,
			call,
		);
		expect(trial).toMatchObject({ ok: true, said: expect.stringContaining('“one” and “two” are alike by 0.600') });
	});

	it('asks a writer, and says when its answer was cut short', async () => {
		const prompts: Prompt[] = [];
		const complete: RuntimeHost['complete'] = async (_id, prompt) => {
			prompts.push(prompt);
			return { text: ' Red. ', promptTokens: 1, completionTokens: 96, ms: 1, finish: 'length' };
		};
		expect(await runTrial(host({ complete }), model('think'), { text: 'Colour?' }, pictures, call)).toMatchObject({
			ok: true,
			said: 'Red. …',
		});
		expect(await runTrial(host({ complete }), model('see'), { picture: Uint8Array.of(1) }, pictures, call)).toMatchObject({ ok: true });
		expect(prompts[0]).toMatchObject({ user: 'Colour?' });
		expect(prompts[1]?.image).toEqual(Uint8Array.of(0x89, 0x50));
	});

	it('says in a sentence what is missing or went wrong', async () => {
		expect(await runTrial(host({}), model('read'), {}, pictures, call)).toEqual({
			ok: false,
			why: 'Model looks at pictures; choose one first.',
		});
		expect(await runTrial(host({}), model('embed'), { text: 'only one' }, pictures, call)).toMatchObject({ ok: false });
		const broken = host({ speak: () => Promise.reject(new RuntimeError('crashed', 'Its worker ended.')) });
		expect(await runTrial(broken, model('speak'), {}, pictures, call)).toEqual({ ok: false, why: 'Its worker ended.' });
	});
});
