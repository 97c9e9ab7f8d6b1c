// web-llm, the real package, on a GPU of software: what is refused beforehand, and how its own errors are sorted. No model for it is in
// any registry, so nothing is generated here (src/tools/contract/README.md says how a person with a GPU runs the contract).

import { ensureBrowser, QUIET_SWITCHES } from '../src/tools/browser.mjs';
import { HOLLOW, hollow, refusal } from './fixtures/hollow.ts';
import { expect, test } from './fixtures/runtime-page.ts';
import type * as WebLlm from './pages/web-llm.ts';

test.use({ launchOptions: { executablePath: ensureBrowser(), args: [...QUIET_SWITCHES, '--enable-unsafe-webgpu'] } });

// The site's fixture opens the page, for tests that do not look at its requests as well.
test.beforeEach(({ site }) => site.forget());

test('what the GPU lacks is said beforehand, and the real web-llm names the file it fails on', async ({ page }) => {
	const lacking = await hollow(page, 'web-llm', HOLLOW, { features: ['shader-f16'] });
	expect(await refusal(page, lacking)).toEqual({ reason: 'unsupported', message: expect.stringMatching(/16-bit floats/) });
	const small = await hollow(page, 'web-llm', HOLLOW, { limits: { maxBufferSize: 2 ** 40 } });
	expect(await refusal(page, small)).toMatchObject({ reason: 'unsupported', message: expect.stringMatching(/maxBufferSize/) });

	const table = [
		// Valid WebAssembly, and nothing of web-llm in it.
		[HOLLOW, 'load-failed', /model\.wasm/],
		[{ ...HOLLOW, 'model.wasm': 'this is no WebAssembly' }, 'load-failed', /model\.wasm.*(CompileError|magic)/s],
		[{ ...HOLLOW, 'mlc-chat-config.json': '{"cut' }, 'load-failed', /mlc-chat-config\.json.*JSON/s],
		[{ 'mlc-chat-config.json': '{}', 'tensor-cache.json': '{}' }, 'bad-input', /lacks the model library/],
		[{ 'model.wasm': HOLLOW['model.wasm'] ?? '' }, 'bad-input', /lacks mlc-chat-config\.json, tensor-cache\.json/],
	] as const;
	for (const [files, reason, message] of table) {
		await page.unrouteAll();
		expect(await refusal(page, await hollow(page, 'web-llm', files))).toEqual({ reason, message: expect.stringMatching(message) });
	}
});

test("the package's own errors are those that the adapter sorts", async ({ page }) => {
	const said = await page.evaluate(async () => {
		const at = '/web-llm.js';
		const { gpuFault, MLCEngine } = (await import(at)) as typeof WebLlm;
		const sorted: string[] = [];
		async function note(work: Promise<unknown>): Promise<void> {
			try {
				await work;
				sorted.push('nothing');
			} catch (error) {
				sorted.push(`${(error as Error).name} → ${gpuFault(error, 'crashed', 'It', '').message}`);
			}
		}
		const engine = new MLCEngine({ appConfig: { model_list: [] }, logLevel: 'SILENT' });
		await note(engine.reload('nobody'));
		await note(engine.chatCompletion({ messages: [{ role: 'user', content: 'x' }] }));
		await note(engine.reload(['one', 'one']));
		return { sorted, buffer: await engine.getMaxStorageBufferBindingSize(), vendor: await engine.getGPUVendor() };
	});
	expect(said.sorted[0]).toMatch(/^ModelNotFoundError → load-failed: /);
	expect(said.sorted[1]).toMatch(/^ModelNotLoadedError → bad-input: /);
	expect(said.sorted[2]).toMatch(/^ReloadModelIdNotUniqueError → crashed: /);
	expect(said.buffer).toBeGreaterThan(2 ** 27);
	expect(said.vendor).toBe('google');
});
