// Every byte comes back: the renderer's memory after a model was loaded, used and let go ten times is what it was before, since the worker
// that held it is ended. Read from the kernel, which is Linux's alone. Loading needs real weights; web-llm's are not to be had.
import { readFileSync } from 'node:fs';
import { platform } from 'node:process';
import type { Browser, Page } from 'playwright/test';
import { ensureWeights } from '../src/tools/models/weights.mjs';
import { expect, test } from './fixtures/runtime-page.ts';
import { tinyVlm } from './fixtures/tiny-vlm.ts';
import type * as Runtimes from './pages/runtimes.ts';

/** A variable, since no bundler may look for it: the page's own module. */
const AT = '/runtimes.js';
type M = typeof Runtimes;
const TIMES = 10;

test.skip(platform !== 'linux', 'the memory of a process is read from /proc');

/** Resident bytes of the page's renderer, the biggest of all, with what is garbage collected first; waits for it to fall to `wanted`. */
async function resident(browser: Browser, page: Page, wanted = 0): Promise<number> {
	const own = await page.context().newCDPSession(page);
	const all = await browser.newBrowserCDPSession();
	let least = Number.POSITIVE_INFINITY;
	// Ending a worker takes its time; memory that comes back comes back within seconds.
	for (let i = 0; i === 0 || (i < 40 && least > wanted); i++) {
		await own.send('HeapProfiler.collectGarbage');
		const { processInfo } = await all.send('SystemInfo.getProcessInfo');
		const sizes = processInfo
			.filter(({ type }) => type === 'renderer')
			.map(({ id }) => Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1]) * 1024);
		least = Math.min(least, Math.max(...sizes));
		await page.waitForTimeout(250);
	}
	await own.detach();
	await all.detach();
	return least;
}

interface Case {
	readonly id: string;
	readonly runtime: 'ort' | 'transformers' | 'kokoro' | 'wllama';
	readonly purpose: 'read' | 'embed' | 'see' | 'speak' | 'think';
	readonly paths: readonly string[];
	readonly options?: Record<string, string | string[] | number>;
}
const CASES: readonly Case[] = [
	{ id: 'ppocr-v6-tiny', runtime: 'ort', purpose: 'read', paths: ['det.onnx', 'rec.onnx', 'keys.txt'] },
	{
		id: 'minilm-l6-v2-int8',
		runtime: 'transformers',
		purpose: 'embed',
		paths: ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'onnx/model_quantized.onnx'],
		options: { dtype: 'q8' },
	},
	{ id: 'tiny-vlm', runtime: 'transformers', purpose: 'see', paths: [] },
	{
		id: 'kokoro-82m-v1.0-int8',
		runtime: 'kokoro',
		purpose: 'speak',
		paths: ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'onnx/model_quantized.onnx', 'voices/af_heart.bin'],
		options: { dtype: 'q8', rate: 24_000, voices: ['af_heart'] },
	},
	{ id: 'smollm2-135m-instruct', runtime: 'wllama', purpose: 'think', paths: ['model-q4_1.gguf'], options: { context: 512 } },
];

for (const { id, runtime, purpose, paths, options = {} } of CASES) {
	test(`${id} gives all its memory back, ${TIMES} times over @full`, async ({ page, site, browser }) => {
		test.setTimeout(5 * 60_000);
		void site;
		if (paths.length > 0) await ensureWeights([id]);
		const made = Object.entries(paths.length > 0 ? {} : tinyVlm(1)).map(([path, bytes]) => [path, [...bytes]] as const);
		const round = (times: number): Promise<number> =>
			page.evaluate(
				async ([at, model, run, why, wanted, given, how, count]) => {
					const m = (await import(at)) as M;
					const cancel = new AbortController().signal;
					let used = 0;
					for (let i = 0; i < count; i++) {
						const files =
							given.length > 0
								? Object.fromEntries(given.map(([path, bytes]) => [path, new Blob([Uint8Array.from(bytes)])]))
								: await m.fetchFiles(`/weights/${model}/`, wanted);
						const manifest = m.manifestOf(model, files, { runtime: run, purpose: why, options: how });
						const running = await m.drivers[run](m.loadOptions(manifest, files));
						if (why === 'read') used += (await running.reader?.readPage(m.drawLines(['Gold 1350']), cancel))?.length ?? 0;
						if (why === 'embed') used += (await running.embedder?.embed(['gold'], cancel))?.vectors.length ?? 0;
						if (why === 'see')
							used +=
								(await running.writer?.complete({ system: '', user: 'it', image: await m.paint('#f00'), maxTokens: 2 }, cancel))
									?.completionTokens ?? 0;
						if (why === 'think')
							used += (await running.writer?.complete({ system: '', user: 'Hi', maxTokens: 1 }, cancel))?.completionTokens ?? 0;
						if (why === 'speak' && i === 0) used += (await running.speaker?.speak('Yes.', 'af_heart', cancel))?.samples.length ?? 0;
						await running.close();
					}
					return used;
				},
				[AT, id, runtime, purpose, paths, made, options, times] as const,
			);
		const fresh = await resident(browser, page, Number.POSITIVE_INFINITY);
		// The first load leaves compiled script and the allocator's arenas; a model's own memory is tens to hundreds of megabytes.
		expect(await round(1)).toBeGreaterThan(0);
		const before = await resident(browser, page);
		await round(TIMES);
		const after = await resident(browser, page, before);
		test.info().annotations.push({
			type: 'renderer memory',
			description: `${Math.round(fresh / 1e6)} MB fresh, ${Math.round(before / 1e6)} MB after one load, ${Math.round(after / 1e6)} MB after ${TIMES} more`,
		});
		expect(Math.abs(after - before) / before).toBeLessThan(0.1);
	});
}
