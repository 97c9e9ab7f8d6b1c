import { describe, expect, it } from 'vitest';
import { askBuiltIn, probeCapabilities, SIMD_PROBE, type Surroundings } from './probe.ts';

/** As in a browser: limits are getters of a prototype, features a set. */
class Limits {
	get maxBufferSize(): number {
		return 1024;
	}
	get name(): string {
		return 'not a limit';
	}
}
for (const name of ['maxBufferSize', 'name']) Object.defineProperty(Limits.prototype, name, { enumerable: true });
const adapter = {
	info: { vendor: 'google', architecture: 'swiftshader', device: '', description: '', isFallbackAdapter: true },
	features: new Set(['timestamp-query', 'subgroups']),
	limits: new Limits(),
};
const around = (more: Partial<Surroundings> = {}): Surroundings => ({
	gpu: { requestAdapter: async () => adapter },
	cores: 2,
	memoryGiB: 8,
	isolated: true,
	secure: true,
	jspi: true,
	simd: true,
	...more,
});
const told = { builtIn: 'absent', gpuLost: 0 } as const;

describe('the probe', () => {
	it('reads an adapter whose limits are getters of its prototype', async () => {
		expect(await probeCapabilities(told, around())).toEqual({
			cores: 2,
			memoryGiB: 8,
			isolated: true,
			simd: true,
			jspi: true,
			gpu: { name: 'google swiftshader', fallback: true, features: ['subgroups', 'timestamp-query'], limits: { maxBufferSize: 1024 } },
			gpuWhy: '',
			gpuLost: 0,
			builtIn: 'absent',
		});
	});

	it('says why there is no GPU: none offered, insecure, an error, no answer', async () => {
		const why = async (more: Partial<Surroundings>) => {
			const { gpu, gpuWhy } = await probeCapabilities(told, around(more), 20);
			expect(gpu).toBeUndefined();
			return gpuWhy;
		};
		expect(await why({ gpu: { requestAdapter: async () => null } })).toMatch(/no GPU adapter/);
		expect(await why({ gpu: undefined })).toMatch(/does not have it/);
		expect(await why({ gpu: undefined, secure: false })).toMatch(/https or by 127/);
		expect(await why({ gpu: { requestAdapter: () => Promise.reject(new Error('driver gone')) } })).toMatch(/driver gone/);
		expect(await why({ gpu: { requestAdapter: () => new Promise(() => {}) } })).toMatch(/did not answer/);
	});

	it('finds the fallback flag where older browsers keep it, and a name for an adapter without one', async () => {
		const old = { features: [], limits: {}, isFallbackAdapter: true };
		const { gpu } = await probeCapabilities(told, around({ gpu: { requestAdapter: async () => old } }));
		expect(gpu).toEqual({ name: 'a GPU without a name', fallback: true, features: [], limits: {} });
	});

	it('asks for SIMD with a module that is valid where there is SIMD, as here', () => {
		expect(WebAssembly.validate(SIMD_PROBE)).toBe(true);
		expect(WebAssembly.validate(SIMD_PROBE.slice(0, -1))).toBe(false);
	});
});

describe('the browser’s own model', () => {
	it('is asked for with image input, and an unknown answer or an error is no model', async () => {
		const asked: object[] = [];
		const factory = (answer: () => Promise<string>) => ({
			availability: (options: object) => {
				asked.push(options);
				return answer();
			},
		});
		expect(await askBuiltIn(undefined)).toBe('absent');
		expect(await askBuiltIn(factory(async () => 'downloadable'))).toBe('downloadable');
		expect(await askBuiltIn(factory(async () => 'no'))).toBe('unavailable');
		expect(await askBuiltIn(factory(() => Promise.reject(new TypeError('unknown option'))))).toBe('unavailable');
		expect(JSON.stringify(asked[0])).toContain('"image"');
	});
});
