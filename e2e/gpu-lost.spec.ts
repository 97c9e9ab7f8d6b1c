// The GPU process crashes under a model, once and once more: a real session of onnxruntime-web on WebGPU, by SwiftShader, since the test
// machines have no GPU. The network is tiny so that software keeps up; the driver, the host and the loss are the real ones.
import { chromium } from 'playwright/test';
import { ensureBrowser, QUIET_SWITCHES } from '../src/tools/browser.mjs';
import { colourDetector } from './fixtures/onnx.ts';
import { expect, startRuntimeSite, test } from './fixtures/runtime-page.ts';

test('a lost GPU is found anew once, left alone from the second time on, and both are said', async () => {
	test.setTimeout(240_000);
	const site = await startRuntimeSite({ '/tiny/model.onnx': colourDetector('boxes') });
	const browser = await chromium.launch({
		executablePath: ensureBrowser(),
		args: [...QUIET_SWITCHES, '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
	});
	try {
		const page = await browser.newPage();
		await page.goto(site.origin);
		const cdp = await browser.newBrowserCDPSession();
		await page.evaluate(async (origin) => {
			const lib = (await import(`${origin}/host.js`)) as typeof import('./pages/host.ts');
			const runtimes = (await import(`${origin}/runtimes.js`)) as typeof import('./pages/runtimes.ts');
			const model = await (await fetch('/tiny/model.onnx')).blob();
			const manifest = {
				...runtimes.manifestOf(
					'tiny',
					{ 'model.onnx': model },
					{
						purpose: 'detect',
						runtime: 'ort',
						options: { layout: 'boxes', labels: ['red'], width: 32, height: 32 },
					},
				),
				needs: { memoryBytes: 1_000_000, webgpu: { features: [], limits: {}, optional: true } },
			};
			let loads = 0;
			const shown = lib.makeHostPage({
				files: async () => {
					loads++;
					return { 'model.onnx': model };
				},
				manifest: () => manifest,
				// The host's own choice leaves software GPUs alone where there is a CPU; here that one stands for a real one.
				choose: (_, capabilities) => ({ backend: capabilities.gpu === undefined ? 'wasm' : 'webgpu' }),
			});
			const rgba = new Uint8Array(32 * 32 * 4);
			for (let i = 0; i < 64; i++) rgba.set([255, 0, 0, 255], ((i >> 3) * 32 + (i & 7)) * 4);
			Object.assign(globalThis, {
				async detect() {
					const found = await shown.host.detect('tiny', { width: 32, height: 32, rgba }, lib.call());
					return { found: found.map((d) => ({ label: d.label, box: d.box })), loaded: shown.host.loaded('tiny'), loads };
				},
				told: () => ({ notices: shown.notices, loaded: shown.host.loaded('tiny'), capabilities: shown.host.capabilities }),
			});
		}, site.origin);
		type Shown = {
			detect(): Promise<{ found: unknown; loaded: { backend: string; note: string } | undefined; loads: number }>;
			told(): { notices: string[]; loaded: unknown; capabilities: { gpuLost: number; gpu?: unknown; gpuWhy: string } | undefined };
		};
		const detect = () => page.evaluate(() => (globalThis as unknown as Shown).detect());
		const told = () => page.evaluate(() => (globalThis as unknown as Shown).told());
		const red = [{ label: 'red', box: [0, 0, 8, 8] }];

		expect(await detect()).toMatchObject({ found: red, loaded: { backend: 'webgpu' }, loads: 1 });

		await cdp.send('Browser.crashGpuProcess');
		await expect.poll(async () => (await told()).notices.length, { timeout: 30_000 }).toBe(1);
		expect((await told()).loaded, 'what was on the GPU is gone with it').toBeUndefined();
		expect(await detect(), 'loaded again from what is kept, on a new device').toMatchObject({
			found: red,
			loaded: { backend: 'webgpu' },
			loads: 2,
		});

		await cdp.send('Browser.crashGpuProcess');
		await expect.poll(async () => (await told()).notices.length, { timeout: 30_000 }).toBe(2);
		const after = await detect();
		expect(after, 'on the CPU from here on').toMatchObject({ found: red, loaded: { backend: 'wasm' }, loads: 3 });
		expect(after.loaded?.note).toContain('the GPU was lost 2 times');
		const { notices, capabilities } = await told();
		expect(notices).toEqual([expect.stringContaining('The GPU was lost once'), expect.stringContaining('The GPU was lost 2 times')]);
		expect(capabilities).toMatchObject({ gpuLost: 2, gpuWhy: expect.stringContaining('restart the browser') });
	} finally {
		await browser.close();
		await site.close();
	}
});
