import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Capabilities, Choice } from '../../core/models/capabilities.ts';
import type { ModelManifest, Purpose } from '../../core/models/manifest.ts';
import { type Driver, type LoadOptions, type Running, RuntimeError } from '../../core/models/runtime.ts';
import { type Call, type HostOptions, type Kept, makeRuntimeHost } from './host.ts';

const MB = 1e6;
function manifest(id: string, purpose: Purpose, mb = 100, gpu?: 'optional' | 'needed'): ModelManifest {
	return {
		falsework: 1,
		id,
		name: id,
		what: 'A model of the tests.',
		purpose,
		runtime: 'wllama',
		licence: 'MIT',
		terms: '',
		copyright: '',
		origin: 'nowhere',
		revision: '1',
		sources: [],
		files: [],
		bytes: 0,
		needs: {
			memoryBytes: mb * MB,
			...(gpu === undefined ? {} : { webgpu: { features: [], limits: {}, optional: gpu === 'optional' } }),
		},
		options: {},
		verified: true,
		embedded: false,
	};
}

const FACTS: Capabilities = {
	cores: 4,
	memoryGiB: 8,
	isolated: true,
	simd: true,
	jspi: true,
	gpu: { name: 'a gpu', fallback: false, features: [], limits: {} },
	gpuWhy: '',
	gpuLost: 0,
	builtIn: 'absent',
};
const choose = (m: ModelManifest, c: Capabilities): Choice => {
	if (m.needs.webgpu === undefined) return { backend: 'wasm' };
	if (c.gpu !== undefined) return { backend: 'webgpu' };
	return m.needs.webgpu.optional ? { backend: 'wasm' } : { reason: `It needs a GPU. ${c.gpuWhy}` };
};

/** Settles when told to, so that a test says when a call ends. */
function pending<T>() {
	let resolve: (value: T) => void = () => {};
	let reject: (error: unknown) => void = () => {};
	const promise = new Promise<T>((yes, no) => {
		resolve = yes;
		reject = no;
	});
	promise.catch(() => {});
	return { promise, resolve, reject };
}

interface Fake {
	readonly id: string;
	readonly options: LoadOptions;
	readonly calls: ReturnType<typeof pending<string>>[];
	closed: number;
	die(why: RuntimeError): void;
}

function setup(models: readonly ModelManifest[], more: Partial<HostOptions> & { auto?: boolean } = {}) {
	const { auto = true, ...over } = more;
	let t = 0;
	const clock = { now: () => 1e12 + t, monotonic: () => t, pass: (ms: number) => void (t += ms) };
	const fakes: Fake[] = [];
	const loadFaults: RuntimeError[] = [];
	const callFaults: RuntimeError[] = [];
	const notices: string[] = [];
	const saved: Record<string, Kept> = {};
	let probes = 0;
	const driver: Driver = async (options) => {
		const fault = loadFaults.shift();
		if (fault !== undefined) throw fault;
		let listener: (why: RuntimeError) => void = () => {};
		const fake: Fake = {
			id: options.manifest.id,
			options,
			calls: [],
			closed: 0,
			die: (why) => {
				for (const call of fake.calls) call.reject(why);
				listener(why);
			},
		};
		fakes.push(fake);
		async function answer(ms: number): Promise<string> {
			const call = pending<string>();
			fake.calls.push(call);
			const wrong = callFaults.shift();
			if (wrong !== undefined) call.reject(wrong);
			else if (auto) call.resolve('yes');
			const text = await call.promise;
			clock.pass(ms);
			return text;
		}
		const running: Running = {
			loaded: { model: options.manifest.id, runtime: 'wllama', backend: options.backend, loadMs: 1, note: 'as told' },
			writer: {
				complete: async () => ({ text: await answer(1000), promptTokens: 3, completionTokens: 8, ms: 1000, finish: 'stop' }),
			},
			embedder: {
				embed: async (texts) => {
					await answer(10);
					return { vectors: new Float32Array(texts.length * 2), dimensions: 2, ms: 10 * texts.length };
				},
			},
			async close() {
				fake.closed++;
			},
			onDeath(heard) {
				listener = heard;
			},
		};
		return running;
	};
	const host = makeRuntimeHost({
		files: async () => ({}),
		manifest: (id) => models.find((m) => m.id === id),
		probe: async () => {
			probes++;
			return FACTS;
		},
		choose,
		drivers: { wllama: driver },
		engines: { ort: '/ort/', wllama: '/wllama/' },
		clock,
		kept: {
			load: async () => ({}),
			save: async (id, kept) => {
				saved[id] = kept;
			},
		},
		onChange: () => {},
		onNotice: ({ title }) => notices.push(title),
		...over,
	});
	return { host, clock, fakes, loadFaults, callFaults, notices, saved, probes: () => probes };
}
const call = (more: Partial<Call> = {}): Call => ({ priority: 'loop', cancel: new AbortController().signal, ...more });
const PROMPT = { system: '', user: 'hello', maxTokens: 8 };
const settled = async (): Promise<void> => {
	for (let i = 0; i < 30; i++) await Promise.resolve();
};

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

describe('loading', () => {
	it('loads a model at its first need, once however many ask', async () => {
		const { host, fakes } = setup([manifest('a', 'think')]);
		expect(fakes).toHaveLength(0);
		const all = await Promise.all([1, 2, 3].map(() => host.complete('a', PROMPT, call())));
		expect(all.map((c) => c.text)).toEqual(['yes', 'yes', 'yes']);
		expect(fakes).toHaveLength(1);
		expect(host.loaded('a')).toEqual({ backend: 'wasm', note: 'as told' });
	});

	it('refuses what it does not know, what nothing runs and what the machine cannot run, each with a sentence', async () => {
		const { host } = setup([{ ...manifest('odd', 'think'), runtime: 'web-llm' }, manifest('big', 'think', 100, 'needed')], {
			probe: async () => ({ ...FACTS, gpu: undefined, gpuWhy: 'There is no adapter.' }),
		});
		await expect(host.complete('none', PROMPT, call())).rejects.toMatchObject({
			reason: 'unsupported',
			message: expect.stringContaining('"none"'),
		});
		await expect(host.complete('odd', PROMPT, call())).rejects.toMatchObject({ reason: 'unsupported' });
		await expect(host.complete('big', PROMPT, call())).rejects.toThrow('big cannot run here: It needs a GPU. There is no adapter.');
	});

	it('says which files are missing, and is ready again as soon as they are there', async () => {
		let there = false;
		const { host } = setup([manifest('a', 'think')], {
			files: async () => {
				if (!there) throw new Error('3 of 9 chunks are here; download it on the Models page.');
				return {};
			},
		});
		for (let i = 0; i < 5; i++) await expect(host.complete('a', PROMPT, call())).rejects.toThrow('3 of 9 chunks');
		there = true;
		expect((await host.complete('a', PROMPT, call())).text).toBe('yes');
	});

	it('gives loading up when nobody waits for it any more, and not before', async () => {
		const begun = pending<LoadOptions>();
		const { host } = setup([manifest('a', 'embed')], {
			drivers: {
				wllama: (options) => {
					begun.resolve(options);
					return new Promise((_, reject) => {
						options.cancel.addEventListener('abort', () => reject(new RuntimeError('cancelled', 'given up')));
					});
				},
			},
		});
		const given = new AbortController();
		const asked = host.embed('a', ['x'], call({ cancel: given.signal }));
		const options = await begun.promise;
		expect(options.cancel.aborted).toBe(false);
		given.abort();
		await expect(asked).rejects.toMatchObject({ reason: 'cancelled' });
		expect(options.cancel.aborted).toBe(true);
	});
});

describe('turns', () => {
	it('gives the GPU to one at a time, a person first, then the loop, then speech', async () => {
		const models = ['first', 'speech', 'loop', 'person'].map((id) => manifest(id, 'embed', 10, 'needed'));
		const { host, fakes } = setup(models, { auto: false });
		const order: string[] = [];
		const ask = (id: string, priority: Call['priority']) => host.embed(id, ['x'], call({ priority })).then(() => order.push(id));
		const all = [ask('first', 'loop')];
		await settled();
		all.push(ask('speech', 'speech'), ask('loop', 'loop'), ask('person', 'person'));
		for (let i = 0; i < 4; i++) {
			await settled();
			expect(fakes).toHaveLength(i + 1);
			fakes[i]?.calls[0]?.resolve('done');
		}
		await Promise.all(all);
		expect(order).toEqual(['first', 'person', 'loop', 'speech']);
	});

	it('lets a short piece of work past a long one on the CPU', async () => {
		const { host, fakes } = setup([manifest('long', 'think'), manifest('short', 'embed')], { auto: false });
		const long = host.complete('long', PROMPT, call());
		await settled();
		const short = host.embed('short', ['x'], call());
		await settled();
		fakes[1]?.calls[0]?.resolve('done');
		expect((await short).dimensions).toBe(2);
		fakes[0]?.calls[0]?.resolve('done');
		await long;
	});

	it('ends a wait at its deadline, and says so', async () => {
		const { host } = setup([manifest('a', 'think')], { auto: false });
		const asked = host.complete('a', PROMPT, call({ deadlineMs: 2000 }));
		const refused = expect(asked).rejects.toMatchObject({ reason: 'timed-out', message: expect.stringContaining('2 s') });
		await vi.advanceTimersByTimeAsync(2000);
		await refused;
	});

	it('stops waiting at once when cancelled', async () => {
		const { host } = setup([manifest('a', 'think')], { auto: false });
		const given = new AbortController();
		const asked = host.complete('a', PROMPT, call({ cancel: given.signal }));
		await settled();
		given.abort();
		await expect(asked).rejects.toMatchObject({ reason: 'cancelled' });
	});
});

describe('letting go', () => {
	it('lets the least recently used go when memory would be passed', async () => {
		const { host, clock, fakes } = setup([manifest('a', 'think', 400), manifest('b', 'embed', 400), manifest('c', 'speak', 400)], {
			budgetBytes: 1000 * MB,
		});
		await host.load('a', call());
		clock.pass(10);
		await host.load('b', call());
		clock.pass(10);
		await host.embed('a', ['x'], call());
		clock.pass(10);
		await host.load('c', call());
		expect(fakes.map((f) => [f.id, f.closed])).toEqual([
			['a', 0],
			['b', 1],
			['c', 0],
		]);
	});

	it('lets go what nobody asked for in five minutes, and loads it again at the next need', async () => {
		const { host, clock, fakes } = setup([manifest('a', 'embed')]);
		await host.embed('a', ['x'], call());
		clock.pass(5 * 60_000);
		await vi.advanceTimersByTimeAsync(5 * 60_000);
		expect(fakes[0]?.closed).toBe(1);
		expect(host.loaded('a')).toBeUndefined();
		await host.embed('a', ['x'], call());
		expect(fakes).toHaveLength(2);
		await host.close();
	});

	it('lets what rests go under pressure, and never what answers', async () => {
		const { host, fakes } = setup([manifest('rests', 'embed'), manifest('answers', 'think')], { auto: false });
		const loaded = host.load('rests', call());
		await loaded;
		const asked = host.complete('answers', PROMPT, call());
		await settled();
		host.pressed('critical');
		await settled();
		expect(fakes.map((f) => [f.id, f.closed])).toEqual([
			['rests', 1],
			['answers', 0],
		]);
		fakes[1]?.calls[0]?.resolve('done');
		await asked;
	});

	it('unloads by hand at once: an answer in progress is taken back, loading too', async () => {
		const { host, fakes } = setup([manifest('a', 'think')], { auto: false });
		const asked = host.complete('a', PROMPT, call());
		await settled();
		const refused = expect(asked).rejects.toMatchObject({ reason: 'cancelled', message: 'a was let go.' });
		await host.unload('a');
		await refused;
		expect(fakes[0]?.closed).toBe(1);
		expect(host.loaded('a')).toBeUndefined();
		const again = host.load('a', call());
		await again;
		expect(fakes).toHaveLength(2);
	});

	it('ends everything when closed, calls in progress included', async () => {
		const { host, fakes } = setup([manifest('a', 'think')], { auto: false });
		const asked = host.complete('a', PROMPT, call());
		await settled();
		const refused = expect(asked).rejects.toMatchObject({ reason: 'cancelled' });
		await host.close();
		await refused;
		expect(fakes[0]?.closed).toBe(1);
		await expect(host.complete('a', PROMPT, call())).rejects.toMatchObject({ reason: 'cancelled' });
	});
});

describe('trouble', () => {
	it('lets the others go when memory runs out, tries once more, and then says so', async () => {
		const { host, fakes, loadFaults } = setup([manifest('other', 'embed'), manifest('big', 'think', 900)]);
		const full = new RuntimeError('out-of-memory', 'RangeError: Array buffer allocation failed');
		await host.load('other', call());
		loadFaults.push(full);
		expect((await host.complete('big', PROMPT, call())).text).toBe('yes');
		expect(fakes.map((f) => [f.id, f.closed])).toEqual([
			['other', 1],
			['big', 0],
		]);
		await host.unload('big');
		await host.load('other', call());
		loadFaults.push(full, full);
		await expect(host.complete('big', PROMPT, call())).rejects.toMatchObject({
			reason: 'out-of-memory',
			message: expect.stringMatching(/900 MB .* even after the other models were let go.*smaller model/),
		});
	});

	it('fails a crashed worker’s calls with a reason and starts it anew by the next need', async () => {
		const { host, fakes } = setup([manifest('a', 'think')], { auto: false });
		const asked = host.complete('a', PROMPT, call());
		await settled();
		fakes[0]?.die(new RuntimeError('crashed', 'Its worker ended.'));
		await expect(asked).rejects.toMatchObject({ reason: 'crashed' });
		expect(host.loaded('a')).toBeUndefined();
		const again = host.complete('a', PROMPT, call());
		await settled();
		fakes[1]?.calls[0]?.resolve('well');
		expect((await again).text).toBe('well');
	});

	it('leaves a model alone that crashed three times in a row, and tries it again later', async () => {
		const { host, clock, fakes, callFaults } = setup([manifest('a', 'think')]);
		for (let i = 0; i < 3; i++) {
			callFaults.push(new RuntimeError('crashed', 'Its worker ended.'));
			await expect(host.complete('a', PROMPT, call())).rejects.toMatchObject({ reason: 'crashed', message: 'Its worker ended.' });
		}
		await expect(host.complete('a', PROMPT, call())).rejects.toThrow('3 failures in a row');
		expect(fakes).toHaveLength(3);
		clock.pass(30_000);
		expect((await host.complete('a', PROMPT, call())).text).toBe('yes');
	});

	it('reloads on a new device when the GPU is lost once, on the CPU when it is lost twice, and says both', async () => {
		const { host, fakes, notices, probes } = setup([manifest('a', 'embed', 10, 'optional'), manifest('only', 'think', 10, 'needed')], {
			auto: false,
		});
		const gone = new RuntimeError('gpu-lost', 'A valid external Instance reference no longer exists.');
		await host.load('only', call());
		const asked = host.embed('a', ['x'], call());
		await settled();
		expect(fakes[1]?.options.backend).toBe('webgpu');
		// One crash of the GPU ends both; it is one loss.
		fakes[1]?.die(gone);
		fakes[0]?.die(gone);
		await settled();
		expect(host.capabilities?.gpuLost).toBe(1);
		expect(fakes[2]?.options.backend).toBe('webgpu');
		expect(notices).toEqual(['The GPU was lost once']);
		fakes[2]?.die(gone);
		await settled();
		expect(fakes[3]?.options.backend).toBe('wasm');
		fakes[3]?.calls[0]?.resolve('done');
		expect((await asked).dimensions).toBe(2);
		expect(notices).toEqual(['The GPU was lost once', 'The GPU was lost 2 times']);
		expect(host.capabilities).toMatchObject({ gpuLost: 2, gpu: undefined });
		expect(host.loaded('a')?.note).toContain('the GPU was lost 2 times');
		expect(probes()).toBe(3);
		await expect(host.complete('only', PROMPT, call())).rejects.toMatchObject({
			reason: 'unsupported',
			message: expect.stringContaining('lost 2 times'),
		});
	});

	it('takes the CPU when the GPU that was probed is gone by the time of loading', async () => {
		let gone = false;
		const { host, fakes, loadFaults } = setup([manifest('a', 'embed', 10, 'optional')], {
			probe: async () => (gone ? { ...FACTS, gpu: undefined, gpuWhy: 'There is no adapter.' } : FACTS),
		});
		await host.ready();
		gone = true;
		loadFaults.push(new RuntimeError('unsupported', 'No adapter.'));
		await host.embed('a', ['x'], call());
		expect(fakes[0]?.options.backend).toBe('wasm');
	});

	it('passes on what the model refuses, without holding it against its worker', async () => {
		const { host, callFaults, fakes } = setup([manifest('a', 'embed')]);
		for (let i = 0; i < 5; i++) {
			callFaults.push(new RuntimeError('bad-input', 'The text is empty.'));
			await expect(host.embed('a', [''], call())).rejects.toMatchObject({ reason: 'bad-input' });
		}
		expect(fakes).toHaveLength(1);
		await expect(host.speak('a', 'hello', '', call())).rejects.toThrow('a does not speak.');
	});
});

describe('what is remembered', () => {
	it('measures from real calls, smooths over them, and keeps the last use', async () => {
		const { host, clock, saved } = setup([manifest('a', 'think')]);
		await host.complete('a', PROMPT, call());
		expect(host.kept('a')).toEqual({
			measured: { what: 'tokens a second', value: 8, backend: 'wasm', at: 1e12 + 1000 },
			lastUsedAt: 1e12 + 1000,
		});
		expect(saved['a']).toEqual(host.kept('a'));
		await host.embed('a', ['x', 'y'], call());
		expect(host.kept('a').measured).toMatchObject({ what: 'ms a text', value: 10 });
		expect(saved['a']?.measured?.what).toBe('tokens a second');
		clock.pass(5000);
		await host.embed('a', ['x'], call());
		expect(saved['a']?.measured?.what).toBe('ms a text');
	});

	it('starts with what earlier sessions measured', async () => {
		const before: Kept = { measured: { what: 'ms a text', value: 20, backend: 'wasm', at: 1 }, lastUsedAt: 1 };
		const { host } = setup([manifest('a', 'embed')], { kept: { load: async () => ({ a: before }), save: async () => {} } });
		await host.ready();
		expect(host.kept('a')).toEqual(before);
		await host.embed('a', ['x'], call());
		expect(host.kept('a').measured?.value).toBeCloseTo(17);
	});
});
