// What a model leaves behind in the page's renderer: each small model is loaded, asked once and unloaded (its worker ended), over and
// over, in the real page of the real companion. Memory is what Linux counts of the renderer, after garbage was collected.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLI, startCompanion } from './companion.mjs';
import { startBrowser } from './devtools.mjs';
import { root } from './files.mjs';
import { ensureWeights } from './models/weights.mjs';

/** With what each is asked; without a text it is shown a picture. The voice says little: on the CPU it takes seconds for one of speech. */
export const SMALL = [
	{ id: 'ppocr-v6-tiny' },
	{ id: 'minilm-l6-v2-int8', ask: { text: 'Drink a potion.\nHeal yourself.' } },
	{ id: 'smollm2-135m-instruct', ask: { text: 'Say yes.' } },
	{ id: 'kokoro-82m-v1.0-int8', ask: { text: 'Go.' } },
];
/** How far from its start the memory may be at the end. */
export const TOLERANCE = 0.1;
/** An ended worker's WebAssembly memory is given back after some seconds, not at once; measured with 2 to 5. */
const SETTLE_MS = 45_000;
const MiB = 2 ** 20;

/** Of one process, bytes: all that is in memory, and what is its own. */
function memoryOf(pid) {
	const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
	const of = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024;
	return { residentBytes: of('Rss'), ownBytes: of('Private_Clean') + of('Private_Dirty') };
}

/** Runs in the page before anything else: keeps hold of the model host's worker, which the page starts under this name. */
function holdHost() {
	const Plain = globalThis.Worker;
	globalThis.Worker = class extends Plain {
		constructor(address, options) {
			super(address, options);
			if (options?.name === 'models') globalThis.modelHost = this;
		}
	};
}

/** Speaks to the model host in the few words of comlink's that this needs; a picture goes in as numbers. */
async function callHost(page, method, args) {
	return await page.evaluate(
		(path, list) =>
			new Promise((resolve, reject) => {
				const id = crypto.randomUUID();
				const hear = ({ data }) => {
					if (data?.id !== id) return;
					globalThis.modelHost.removeEventListener('message', hear);
					if (data.type === 'HANDLER') reject(new Error(String(data.value?.value?.message ?? 'it failed')));
					// Sound is not needed here, and would cross as an object of a million keys.
					else resolve(data.value && typeof data.value === 'object' ? { ...data.value, audio: undefined } : data.value);
				};
				globalThis.modelHost.addEventListener('message', hear);
				const given = list.map((value) => ({ type: 'RAW', value: value?.picture ? { picture: Uint8Array.from(value.picture) } : value }));
				globalThis.modelHost.postMessage({ id, type: 'APPLY', path: [path], argumentList: given });
			}),
		method,
		args,
	);
}

/** A few words as a picture, drawn by the page: PNG bytes. */
async function drawPicture(page) {
	return await page.evaluate(async () => {
		const canvas = new OffscreenCanvas(320, 64);
		const context = canvas.getContext('2d');
		context.fillStyle = 'white';
		context.fillRect(0, 0, 320, 64);
		context.fillStyle = 'black';
		context.font = '28px sans-serif';
		context.fillText('Gold 120', 20, 42);
		return [...new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer())];
	});
}

/** The page's renderer among the browser's processes: the one that works when the page does. */
async function rendererOf(browser, page) {
	const times = async () => new Map((await browser.send('SystemInfo.getProcessInfo')).processInfo.map((p) => [p.id, p]));
	const before = await times();
	await page.evaluate(() => {
		for (const end = performance.now() + 600; performance.now() < end; );
	});
	const used = [...(await times()).values()]
		.filter((p) => p.type === 'renderer')
		.map((p) => [p.cpuTime - (before.get(p.id)?.cpuTime ?? 0), p.id]);
	const [most] = used.sort((x, y) => y[0] - x[0]);
	if (most === undefined) throw new Error('The browser names no renderer.');
	return most[1];
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * @param {{ rounds: number, log?: (line: string) => void, models?: typeof SMALL }} options
 * @returns {Promise<{ ok: boolean, startBytes: number, startOwnBytes: number, models: object[] }>} a model is ok when the renderer's resident
 *   memory after its last round is within TOLERANCE of the start, which was before any model was ever loaded
 */
export async function measureModelMemory({ rounds, log = () => {}, models = SMALL }) {
	if (!existsSync('/proc/self/smaps_rollup'))
		throw new Error('Memory of a process is read from /proc, which this system has not: run it on Linux.');
	// The one that comes with the page is there already.
	const fetched = models.map(({ id }) => id).filter((id) => !existsSync(join(root, 'models', id)));
	const weights = await ensureWeights(fetched);
	const dataDir = mkdtempSync(join(tmpdir(), 'falsework-memory-'));
	const profile = mkdtempSync(join(tmpdir(), 'falsework-memory-browser-'));
	let companion;
	let browser;
	/** A browser of its own for the fetching: what that leaves in memory must not raise the start. */
	const open = async () => {
		browser = await startBrowser({ profile, switches: ['--js-flags=--expose-gc'] });
		const page = await browser.open(`${companion.origin}/`, `(${holdHost})()`);
		for (
			const end = Date.now() + 60_000;
			!(await page.evaluate(() => globalThis.modelHost !== undefined && document.querySelector('button') !== null));
		) {
			if (Date.now() > end) throw new Error('The page did not open within a minute.');
			await pause(200);
		}
		// Commands wait for the disk only once the page has told the host where it is.
		for (const end = Date.now() + 60_000; ; await pause(200)) {
			const why = await callHost(page, 'unload', ['none']).catch((error) => error.message);
			if (why === '') return page;
			if (Date.now() > end) throw new Error(`The model host did not start within a minute: ${why}`);
		}
	};
	try {
		for (const id of fetched) {
			const added = spawnSync(process.execPath, [CLI, 'models', 'add', join(weights, id), '--data', dataDir], { encoding: 'utf8' });
			if (added.status !== 0) throw new Error(`${id} could not be put into the companion's folder: ${added.stderr.trim()}`);
		}
		companion = await startCompanion({ dataDir });
		let page = await open();
		for (const { id } of models) {
			// The companion's folder is looked at after the page has begun; then the model comes, is hashed, and is there.
			for (const end = Date.now() + 120_000; ; await pause(500)) {
				const why = (await callHost(page, 'download', [id])) || (await callHost(page, 'check', [id]));
				if (why === '') break;
				if (Date.now() > end) throw new Error(`${id} was not fetched within two minutes: ${why}`);
			}
		}
		await browser.close();
		browser = undefined;

		page = await open();
		const pid = await rendererOf(browser, page);
		const picture = await drawPicture(page);
		const collect = async () => {
			// Each worker has a heap of its own, which the page's garbage collection does not touch.
			await page.evaluate(() => globalThis.gc());
			await page.inWorkers('gc()');
			await pause(1000);
			return memoryOf(pid);
		};
		/** Until the memory is back, or nothing more happens. */
		const settle = async (goal) => {
			let now = await collect();
			for (const end = Date.now() + SETTLE_MS; Date.now() < end && !goal(now); ) now = await collect();
			return now;
		};
		let before = await collect();
		// The page's own beginnings are over when two seconds change nothing.
		const start = await settle((now) => {
			const still = Math.abs(now.residentBytes - before.residentBytes) < MiB;
			before = now;
			return still;
		});
		log(`start: ${Math.round(start.residentBytes / MiB)} MiB, ${Math.round(start.ownBytes / MiB)} of its own`);
		const done = [];
		for (const { id, ask } of models) {
			const afterBytes = [];
			let peakBytes = 0;
			let measured;
			for (let round = 0; round < rounds; round++) {
				const trial = await callHost(page, 'trial', [id, ask ?? { picture }]);
				if (trial.ok !== true) throw new Error(`${id} did not answer: ${trial.why}`);
				measured = trial.measured;
				peakBytes = Math.max(peakBytes, memoryOf(pid).residentBytes);
				await callHost(page, 'unload', [id]);
				afterBytes.push((await collect()).residentBytes);
			}
			const end = await settle((now) => Math.abs(now.residentBytes / start.residentBytes - 1) <= TOLERANCE / 2);
			const ratio = end.residentBytes / start.residentBytes;
			done.push({
				id,
				rounds,
				ok: Math.abs(ratio - 1) <= TOLERANCE,
				ratio,
				endBytes: end.residentBytes,
				endOwnBytes: end.ownBytes,
				peakBytes,
				afterBytes,
				measured,
			});
			log(
				`${id}: ${rounds} times, up to ${Math.round(peakBytes / MiB)} MiB, ${Math.round(end.residentBytes / MiB)} in the end (${ratio.toFixed(3)} of the start), ${Math.round(end.ownBytes / MiB)} of its own`,
			);
		}
		return { ok: done.every(({ ok }) => ok), startBytes: start.residentBytes, startOwnBytes: start.ownBytes, models: done };
	} finally {
		await browser?.close();
		await companion?.close();
		rmSync(dataDir, { recursive: true, force: true });
		// The browser's helpers end a moment after it.
		rmSync(profile, { recursive: true, force: true, maxRetries: 40, retryDelay: 250 });
	}
}
