// onnxruntime on WebGPU, by SwiftShader: right answers, and a GPU that is lost. What needs a real GPU is not covered by any test here:
// SwiftShader is software and has no 16-bit floats (shader-f16), so no f16 network and no speed is shown.
import { ensureBrowser, QUIET_SWITCHES } from '../src/tools/browser.mjs';
import { ensureWeights } from '../src/tools/models/weights.mjs';
import { colourDetector } from './fixtures/onnx.ts';
import { expectedAnswer, tinyVlm } from './fixtures/tiny-vlm.ts';
import { expect, test } from './fixtures/runtime-page.ts';
import type * as Runtimes from './pages/runtimes.ts';

/** A variable, since no bundler may look for it: the page's own module. */
const AT = '/runtimes.js';
type M = typeof Runtimes;
const MINILM = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'onnx/model_quantized.onnx'];

test.use({ launchOptions: { executablePath: ensureBrowser(), args: [...QUIET_SWITCHES, '--enable-unsafe-webgpu'] } });

test('a detector finds the same, and tells when its GPU is lost', async ({ page, site, browser }) => {
	const out = await page.evaluate(
		async ([at, network]) => {
			const m = (await import(at)) as M;
			const capabilities = await m.probeCapabilities({ builtIn: 'absent', gpuLost: 0 });
			const files = { 'model.onnx': new Blob([Uint8Array.from(network)]) };
			const manifest = m.manifestOf('d', files, {
				purpose: 'detect',
				runtime: 'ort',
				options: { labels: ['goblin', 'potion'] },
				needs: { memoryBytes: 0, webgpu: { features: [], limits: {}, optional: false } },
			});
			const running = await m.ortDriver(m.loadOptions(manifest, files, 'webgpu'));
			const rgba = new Uint8Array(32 * 32 * 4);
			for (let y = 8; y < 16; y++) for (let x = 16; x < 24; x++) rgba[(y * 32 + x) * 4] = 255;
			const found = await running.detector?.detect({ width: 32, height: 32, rgba }, new AbortController().signal);
			Object.assign(globalThis, { death: new Promise((resolve) => running.onDeath((why) => resolve(`${why.reason}: ${why.message}`))) });
			return {
				found,
				capabilities,
				loaded: running.loaded,
				choice: m.chooseBackend(manifest, capabilities),
				fit: m.fitness(manifest, capabilities),
			};
		},
		[AT, [...colourDetector('yolo-v8')]] as const,
	);
	expect(out.found).toEqual([{ label: 'goblin', score: expect.closeTo(1, 2) as unknown, box: [16, 8, 8, 8] }]);
	expect(out.capabilities.gpu).toMatchObject({ fallback: true, name: expect.stringMatching(/swiftshader/i) });
	expect(out.capabilities.gpu?.limits.maxBufferSize).toBeGreaterThan(2 ** 28);
	expect(out.capabilities.gpu?.features).not.toContain('shader-f16');
	expect([out.choice, out.fit.fit]).toEqual([{ backend: 'webgpu' }, 'slow']);
	expect(out.loaded).toMatchObject({ backend: 'webgpu', note: '' });
	expect(site.asked.filter((path) => path.endsWith('.wasm'))).toEqual(['/ort/ort-wasm-simd-threaded.jspi.wasm']);
	const cdp = await browser.newBrowserCDPSession();
	// The command's own answer never comes: the process that would give it is gone.
	void cdp.send('Browser.crashGpuProcess' as never).catch(() => {});
	expect(await page.evaluate(() => (globalThis as unknown as { death: Promise<string> }).death)).toMatch(/^gpu-lost: /);
});

test('one sentence has the cosines of the CPU @full', async ({ page, site }) => {
	void site;
	await ensureWeights(['minilm-l6-v2-int8']);
	const cosine = await page.evaluate(
		async ([at, paths, texts]) => {
			const m = (await import(at)) as M;
			const files = await m.fetchFiles('/weights/minilm-l6-v2-int8/', paths);
			const manifest = m.manifestOf('minilm', files, { options: { dtype: 'q8' } });
			const cancel = new AbortController().signal;
			const of = async (backend: 'wasm' | 'webgpu') => {
				const running = await m.embedDriver(m.loadOptions(manifest, files, backend));
				const done = await running.embedder?.embed(texts, cancel);
				await running.close();
				return done?.vectors ?? new Float32Array(0);
			};
			const [cpu, gpu] = [await of('wasm'), await of('webgpu')];
			return cpu.reduce((sum, value, i) => sum + value * (gpu[i] ?? 0), 0);
		},
		[AT, MINILM, ['Drink a health potion.']] as const,
	);
	expect(cosine).toBeGreaterThan(0.9999);
});

test('a tiny model that sees keeps its cache on the GPU and says the same words', async ({ page, site }) => {
	void site;
	const ask = { system: 'look', user: 'what is it' };
	const files = Object.fromEntries(Object.entries(tinyVlm(21)).map(([path, bytes]) => [path, [...bytes]]));
	const out = await page.evaluate(
		async ([at, numbers, asked]) => {
			const m = (await import(at)) as M;
			const given = Object.fromEntries(Object.entries(numbers).map(([path, bytes]) => [path, new Blob([Uint8Array.from(bytes)])]));
			const load = (options: Record<string, string>) =>
				m.transformersDriver(m.loadOptions(m.manifestOf('tiny', given, { purpose: 'see', options }), given, 'webgpu'));
			const running = await load({});
			const done = await running.writer?.complete({ ...asked, image: await m.paint('#f00'), maxTokens: 6 }, new AbortController().signal);
			await running.close();
			return { done, backend: running.loaded.backend, f16: await m.fault(() => load({ dtype: 'fp16' })) };
		},
		[AT, files, ask] as const,
	);
	const { words, promptTokens } = expectedAnswer(21, { ...ask, colour: [255, 0, 0], tokens: 6 });
	expect(out.done).toMatchObject({ text: words.filter((word) => !/^[<[]/.test(word)).join(' '), promptTokens, completionTokens: 6 });
	expect(out.backend).toBe('webgpu');
	expect(out.f16).toMatch(/^load-failed: .*does not support fp16/);
});
