// onnxruntime-web and transformers.js, each runtime by itself in a real browser: right answers from real weights, no network, named
// faults. WebGPU is in ort-webgpu.spec.ts.
import { ensureWeights } from '../src/tools/models/weights.mjs';
import { colourDetector } from './fixtures/onnx.ts';
import { countRequests, expect, test } from './fixtures/runtime-page.ts';
import type * as Runtimes from './pages/runtimes.ts';

/** A variable, since no bundler may look for it: the page's own module. */
const AT = '/runtimes.js';
type M = typeof Runtimes;

const MINILM = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'onnx/model_quantized.onnx'];
const PPOCR = ['det.onnx', 'rec.onnx', 'keys.txt'];
const SENTENCES = [
	'Drink a health potion.',
	'Use a healing item.',
	'The goblin attacks you.',
	'An enemy strikes.',
	'The stock market fell.',
];
/**
 * Cosines of the same weights by native onnxruntime 1.32.0 on the CPU, mean over tokens, one sentence at a time (InferenceSession of
 * onnxruntime and Tokenizer.from_file of tokenizers, both from PyPI).
 */
const NATIVE = [
	[0, 1, 0.5869],
	[2, 3, 0.3699],
	[0, 4, 0.0332],
	[2, 4, 0.0838],
] as const;

/** What a runtime may ask the server for once it was handed its files: itself. */
const ENGINE =
	/^\/(ort\/ort-wasm-simd-threaded(\.jspi)?\.(mjs|wasm)|assets\/(onnxruntime|transformers|(embed|ocr|detect)\.worker)-[\w-]{8}\.js)$/;

test.describe('sentence vectors', () => {
	test.beforeAll(async () => {
		await ensureWeights(['minilm-l6-v2-int8']);
	});

	test('are those of native onnxruntime, and nobody asks the network for more than the engine @full', async ({ page, site }) => {
		const files = await page.evaluateHandle(
			async ([at, paths]) => ((await import(at)) as M).fetchFiles('/weights/minilm-l6-v2-int8/', paths),
			[AT, MINILM] as const,
		);
		const sent = countRequests(page);
		site.forget();
		const out = await page.evaluate(
			async ([at, given, sentences]) => {
				const m = (await import(at)) as M;
				const manifest = m.manifestOf('minilm-l6-v2-int8', given, { options: { dtype: 'q8' } });
				const running = await m.embedDriver(m.loadOptions(manifest, given));
				const cancel = new AbortController().signal;
				// Thrice over: more than one batch.
				const done = await running.embedder?.embed([...sentences, ...sentences, ...sentences], cancel);
				const none = await running.embedder?.embed([], cancel);
				await running.close();
				const after = await m.fault(async () => running.embedder?.embed(['a'], cancel));
				return {
					vectors: [...(done?.vectors ?? [])],
					dimensions: done?.dimensions ?? 0,
					loaded: running.loaded,
					none: none?.vectors.length,
					after,
				};
			},
			[AT, files, SENTENCES] as const,
		);
		expect([out.dimensions, out.vectors.length, out.none]).toEqual([384, 15 * 384, 0]);
		const dot = (a: number, b: number): number => {
			let sum = 0;
			for (let i = 0; i < 384; i++) sum += (out.vectors[a * 384 + i] ?? 0) * (out.vectors[b * 384 + i] ?? 0);
			return sum;
		};
		for (const [a, b, cosine] of NATIVE) expect(Math.abs(dot(a, b) - cosine), `${SENTENCES[a]} ${SENTENCES[b]}`).toBeLessThan(0.005);
		for (let i = 0; i < 15; i++) expect(dot(i, i)).toBeCloseTo(1, 5);
		// A batch pads its texts to one length; that may not change what they mean.
		for (let i = 0; i < 5; i++) expect(dot(i, i + 10)).toBeGreaterThan(0.999);
		expect(out.loaded).toMatchObject({ backend: 'wasm', runtime: 'transformers', note: expect.stringMatching(/^Single-threaded/) });
		expect(out.after).toMatch(/^cancelled: minilm-l6-v2-int8 was let go/);
		expect(site.asked.filter((path) => !ENGINE.test(path))).toEqual([]);
		expect(sent.filter((url) => new URL(url).origin !== site.origin)).toEqual([]);
	});

	test('stop between two batches when cancelled, and the worker goes on with the next @full', async ({ page, site }) => {
		void site;
		const out = await page.evaluate(
			async ([at, paths]) => {
				const m = (await import(at)) as M;
				const files = await m.fetchFiles('/weights/minilm-l6-v2-int8/', paths);
				const api = m.startEmbed();
				const options = { model: 'm', files, dtype: 'q8', backend: 'wasm', engine: `${location.origin}/ort/`, threads: 1 } as const;
				const early = await api.embed(['a'], 1).catch((error: Error) => error.message);
				const dimensions = await api.load(options);
				const many = api
					.embed(
						Array.from({ length: 400 }, (_, i) => `sentence number ${i} of many`),
						2,
					)
					.catch((error: Error) => error.message);
				await api.cancel(2);
				const said = await many;
				const next = await api.embed(['and on it goes'], 3);
				return { early, dimensions, said, next: next.vectors.length };
			},
			[AT, MINILM] as const,
		);
		expect(out.early).toMatch(/^bad-input: .*before the model was loaded/);
		expect(out.said).toMatch(/^cancelled: Embedding was cancelled after \d+ of 400 texts/);
		expect(Number(/after (\d+)/.exec(String(out.said))?.[1])).toBeLessThan(400);
		expect([out.dimensions, out.next]).toEqual([384, 384]);
	});

	test('of files that are missing, cut or not what they are called are refused by name @full', async ({ page, site }) => {
		void site;
		const said = await page.evaluate(
			async ([at, paths]) => {
				const m = (await import(at)) as M;
				const files = await m.fetchFiles('/weights/minilm-l6-v2-int8/', paths);
				const network = files['onnx/model_quantized.onnx'] as Blob;
				const tokens = files['tokenizer.json'] as Blob;
				const { 'config.json': _, ...lacking } = files;
				const manifest = m.manifestOf('minilm', files, { options: { dtype: 'q8' } });
				const load = (given: typeof files, as = manifest) => m.fault(() => m.embedDriver(m.loadOptions(as, given)));
				const open = { ...manifest, files: [] };
				const gone = new AbortController();
				const cancelled = m.fault(() => m.embedDriver(m.loadOptions(manifest, files, 'wasm', gone.signal)));
				gone.abort();
				return {
					lacking: await load(lacking),
					short: await load({ ...files, 'tokenizer.json': tokens.slice(0, 1000) }),
					cutTokens: await load({ ...files, 'tokenizer.json': tokens.slice(0, 1000) }, open),
					cutNetwork: await load({ ...files, 'onnx/model_quantized.onnx': network.slice(0, 4_000_000) }, open),
					noNetwork: await load({ ...files, 'onnx/model_quantized.onnx': new Blob(['<!doctype html>']) }, open),
					otherType: await load(files, { ...open, options: { dtype: 'fp16' } }),
					browser: await m.fault(() => m.embedDriver(m.loadOptions(manifest, files, 'browser'))),
					noGpu: await m.fault(() => m.embedDriver(m.loadOptions(manifest, files, 'webgpu'))),
					cancelled: await cancelled,
				};
			},
			[AT, MINILM] as const,
		);
		expect(said.lacking).toMatch(/^load-failed: minilm lacks its file "config.json"/);
		expect(said.short).toMatch(/^load-failed: The file "tokenizer.json" of minilm has 1000 bytes, and 466247 were promised/);
		for (const name of ['cutTokens', 'cutNetwork', 'noNetwork', 'otherType'] as const)
			expect(said[name], name).toMatch(/^load-failed: .*minilm could not be loaded/);
		expect(said.browser).toMatch(/^unsupported: /);
		// Without the switch for it, this browser has WebGPU's name and no adapter.
		expect(said.noGpu).toMatch(/^(unsupported|load-failed): /);
		expect(said.cancelled).toMatch(/^cancelled: /);
	});
});

test.describe('the text reader', () => {
	for (const model of ['ppocr-v6-tiny', 'ppocr-v6-small']) {
		const small = model === 'ppocr-v6-small';
		test(`reads lines and pages by ${model} from the files it is handed${small ? ' @full' : ''}`, async ({ page, site }) => {
			const folder = small ? `${await ensureWeights([model])}` && `/weights/${model}/` : `/models/${model}/`;
			const files = await page.evaluateHandle(async ([at, at2, paths]) => ((await import(at)) as M).fetchFiles(at2, paths), [
				AT,
				folder,
				PPOCR,
			] as const);
			const sent = countRequests(page);
			site.forget();
			const out = await page.evaluate(
				async ([at, given, id]) => {
					const m = (await import(at)) as M;
					const cancel = new AbortController().signal;
					const reader = m.makeOcrReader({ model: id, files: async () => given, runtime: `${location.origin}/ort/`, start: m.startOcr });
					const line = await reader.readLine(m.drawLines(['HP 128/240']), cancel);
					reader.close();
					const running = await m.ortDriver(m.loadOptions(m.manifestOf(id, given, { purpose: 'read', runtime: 'ort' }), given));
					const lines = await running.reader?.readPage(m.drawLines(['Gold 1350', 'Quest log']), cancel);
					const bad = await m.fault(async () => running.reader?.readPage({ width: 10, height: 10, luma: new Uint8Array(5) }, cancel));
					await running.close();
					return { line, lines, bad, loaded: running.loaded };
				},
				[AT, files, model] as const,
			);
			// Both drop a blank here and there, which is why regions have a replace map.
			expect(out.line.text.replaceAll(' ', '')).toBe('HP128/240');
			expect(out.line.confidence).toBeGreaterThan(0.8);
			expect(out.lines?.map(({ text }) => text.replaceAll(' ', ''))).toEqual(['Gold1350', 'Questlog']);
			expect(out.lines?.[1]?.box[1]).toBeGreaterThan(out.lines?.[0]?.box[1] ?? 0);
			expect(out.bad).toMatch(/^bad-input: .*10 × 10 pixels in 5 bytes/);
			expect(out.loaded).toMatchObject({ model, runtime: 'ort', backend: 'wasm' });
			expect(site.asked.filter((path) => !ENGINE.test(path))).toEqual([]);
			expect(sent.filter((url) => new URL(url).origin !== site.origin)).toEqual([]);
		});
	}

	test('names the file that is missing, cut, or of another model', async ({ page, site }) => {
		void site;
		const said = await page.evaluate(
			async ([at, paths]) => {
				const m = (await import(at)) as M;
				const files = await m.fetchFiles('/models/ppocr-v6-tiny/', paths);
				const manifest = { ...m.manifestOf('ppocr', files, { purpose: 'read', runtime: 'ort' }), files: [] };
				const network = files['rec.onnx'] as Blob;
				const keys = files['keys.txt'] as Blob;
				const { 'det.onnx': _, ...lacking } = files;
				const { 'rec.onnx': __, ...lineless } = files;
				const load = (given: typeof files) => m.fault(() => m.ortDriver(m.loadOptions(manifest, given)));
				const read = async (given: typeof files) => {
					const reader = m.makeOcrReader({ files: async () => given, runtime: `${location.origin}/ort/`, start: m.startOcr });
					const error = await reader
						.readLine(m.drawLines(['HP 1']), new AbortController().signal)
						.catch((e: Error) => `${e.name}: ${e.message}`);
					reader.close();
					return error;
				};
				return {
					lacking: await load(lacking),
					cut: await load({ ...files, 'rec.onnx': network.slice(0, 100_000) }),
					lineless: await read(lineless),
					cutLine: await read({ ...files, 'rec.onnx': network.slice(0, 100_000) }),
					otherKeys: await read({ ...files, 'keys.txt': keys.slice(0, 3000) }),
				};
			},
			[AT, PPOCR] as const,
		);
		expect(said.lacking).toMatch(/^load-failed: ppocr lacks its file "det.onnx"/);
		expect(said.cut).toMatch(/^load-failed: .*"ppocr\/rec.onnx" \(100000 bytes\) could not be started/);
		expect(said.lineless).toMatch(/^OcrModelError: .*lacks its file rec.onnx/);
		expect(said.cutLine).toMatch(/^OcrModelError: .*rec.onnx" \(100000 bytes\)/);
		expect(said.otherKeys).toMatch(/^OcrModelError: .*6904 characters and keys.txt lists \d+/);
	});
});

test.describe('a detector', () => {
	test('of either layout finds what its picture shows, on one thread and on two', async ({ page, site }) => {
		void site;
		const networks = { 'yolo-v8': [...colourDetector('yolo-v8')], boxes: [...colourDetector('boxes')] };
		const out = await page.evaluate(
			async ([at, given]) => {
				const m = (await import(at)) as M;
				const cancel = new AbortController().signal;
				// Twice the network's size: a red cell of 16 px at (16, 32), a blue one at (48, 0).
				const rgba = new Uint8Array(64 * 64 * 4);
				for (const [x0, y0, channel] of [
					[16, 32, 0],
					[48, 0, 2],
				] as const)
					for (let y = y0; y < y0 + 16; y++) for (let x = x0; x < x0 + 16; x++) rgba[(y * 64 + x) * 4 + channel] = 255;
				const picture = { width: 64, height: 64, rgba };
				const files = (network: readonly number[]) => ({ 'model.onnx': new Blob([Uint8Array.from(network)]) });
				const start = (
					network: readonly number[],
					options: Record<string, string | string[] | number>,
					backend: 'wasm' | 'wasm-threads',
				) => {
					const handed = files(network);
					return m.ortDriver(m.loadOptions(m.manifestOf('d', handed, { purpose: 'detect', runtime: 'ort', options }), handed, backend));
				};
				const yolo = await start(given['yolo-v8'], { labels: ['goblin', 'potion'] }, 'wasm');
				const found = await yolo.detector?.detect(picture, cancel);
				const renamed = await yolo.detector?.detect({ ...picture, as: { labels: ['ork', 'mana'] } }, cancel);
				const wrong = await m.fault(async () => yolo.detector?.detect({ ...picture, as: { layout: 'boxes' } }, cancel));
				const bad = await m.fault(async () => yolo.detector?.detect({ ...picture, width: 63 }, cancel));
				await yolo.close();
				const boxes = await start(given.boxes, { labels: ['goblin'], layout: 'boxes' }, 'wasm-threads');
				const corners = await boxes.detector?.detect(picture, cancel);
				await boxes.close();
				const faults = [
					await m.fault(() => start([1, 2, 3], {}, 'wasm')),
					await m.fault(() => start(given.boxes, { layout: 'ssd' }, 'wasm')),
				];
				return { found, renamed, wrong, bad, corners, faults, note: boxes.loaded.note };
			},
			[AT, networks] as const,
		);
		const cell = (label: string, x: number, y: number) => ({ label, score: expect.closeTo(1, 1) as unknown, box: [x, y, 16, 16] });
		const byLabel = (all: typeof out.found) => [...(all ?? [])].sort((a, b) => a.label.localeCompare(b.label));
		expect(byLabel(out.found)).toEqual([cell('goblin', 16, 32), cell('potion', 48, 0)]);
		expect(byLabel(out.renamed).map(({ label }) => label)).toEqual(['mana', 'ork']);
		expect(out.wrong).toMatch(/^bad-input: .*1 × 6 × 16, and "boxes" has 6 columns/);
		expect(out.bad).toMatch(/^bad-input: .*63 × 64/);
		expect(out.corners).toEqual([cell('goblin', 16, 32)]);
		expect(out.note).toBe('On 2 threads of the CPU.');
		expect(out.faults[0]).toMatch(/^load-failed: .*could not be started/);
		expect(out.faults[1]).toMatch(/^load-failed: .*layout is "ssd"/);
	});
});

test('the probe tells this browser as it is: isolated, with SIMD and promise integration, and why it has no GPU', async ({
	page,
	site,
}) => {
	void site;
	const found = await page.evaluate(async (at) => {
		const m = (await import(at)) as M;
		return m.probeCapabilities({ builtIn: await m.askBuiltIn(), gpuLost: 0 });
	}, AT);
	expect(found).toMatchObject({ isolated: true, simd: true, jspi: true, gpu: undefined, gpuLost: 0 });
	expect(found.gpuWhy).toMatch(/no GPU adapter/);
	expect(['absent', 'unavailable']).toContain(found.builtIn);
	expect(found.cores).toBeGreaterThan(0);
});
