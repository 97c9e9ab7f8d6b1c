// Starting and the models: time until the first frame is analysed, cold and warm; the weight of the page; and each model by the
// product's own workers beside tesseract.js in the same browser and beside the same weights natively, taking turns in one run.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBrowser, QUIET_SWITCHES } from '../browser.mjs';
import { root } from '../files.mjs';
import { openModule } from '../in-page.mjs';
import { ensureWeights } from '../models/weights.mjs';
import { serveFolder } from '../serve.mjs';
import { listKept } from '../service-worker.mjs';
import { log } from '../setup.mjs';
import { isShell, SHELL_BYTES, shellOf } from './boot/shell.mjs';
import { startPeers } from './peers/client.mjs';
import { ensurePeers } from './peers/setup.mjs';

const STARTS = 3;
/** 16 MB from this machine to itself. */
const KEPT_MS = 120_000;
const LINES = 24;
const LINE_ROUNDS = 3;
const PAGE_ROUNDS = 3;
const EMBED_ROUNDS = 4;
const SPEECH_ROUNDS = 2;
const WRITE_ROUNDS = 4;
const TOKENS = 24;
const VOICE = 'af_heart';
const SENTENCE = 'Low health. Drinking a potion.';
const TEXTS = [
	'Drink a healing potion.',
	'A goblin blocks the door.',
	'Go back to the village.',
	'The chest is locked.',
	'Restore your health.',
];
const QUESTION = ['You are terse.', 'Say hello to the goblin.'];
const WEIGHTS = ['ppocr-v6-tiny', 'minilm-l6-v2-int8', 'kokoro-82m-v1.0-int8', 'smollm2-135m-instruct', 'tesseract-eng'];
const WIDE_PX = 320;

const frames = [
	['crawl', join(root, 'e2e', 'frames', 'img', 'crawl_40.png')],
	['flare', join(root, 'e2e', 'flare', 'frames', 'character.png')],
];

function rowOf(what, who, samples, unit = 'ms') {
	const sorted = [...samples].sort((a, b) => a - b);
	const at = (q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
	return { what, who, unit, n: sorted.length, p10: at(0.1), median: at(0.5), p99: at(0.99) };
}

/** One start of the page in a profile; ends once a frame was analysed, with `keep` once those parts are kept for the next. */
async function start(chromium, profile, origin, keep) {
	const context = await chromium.launchPersistentContext(profile, {
		executablePath: ensureBrowser(),
		args: QUIET_SWITCHES,
		headless: true,
		viewport: { width: 1280, height: 800 },
		serviceWorkers: 'allow',
	});
	try {
		const page = context.pages()[0] ?? (await context.newPage());
		await page.goto(`${origin}/`);
		const play = page.getByRole('button', { name: 'Play the practice game' });
		await play.click();
		// The first question that the loop settled is the first frame it understood; the ledger tells when.
		const firstAt = await page.evaluate(async () => {
			const read = () =>
				new Promise((resolve, reject) => {
					const opening = indexedDB.open('falsework');
					opening.onerror = () => reject(opening.error);
					opening.onsuccess = () => {
						const db = opening.result;
						if (!db.objectStoreNames.contains('ledger')) {
							db.close();
							resolve([]);
							return;
						}
						const reading = db.transaction('ledger').objectStore('ledger').getAll();
						reading.onerror = () => reject(reading.error);
						reading.onsuccess = () => {
							db.close();
							resolve(reading.result);
						};
					};
				});
			for (;;) {
				// Opening a database that does not exist would make it.
				const there = (await indexedDB.databases()).some(({ name }) => name === 'falsework');
				const entries = there ? (await read()).map(({ entry }) => entry) : [];
				const ours = entries.filter((entry) => entry.type === 'question' && entry.at >= performance.timeOrigin);
				if (ours.length > 0) return Math.min(...ours.map(({ at }) => at)) - performance.timeOrigin;
				await new Promise((resolve) => setTimeout(resolve, 50));
			}
		});
		if (keep === undefined) return firstAt;
		// What play needs is kept for the next start once a session is over.
		await page.getByRole('button', { name: 'Stop everything' }).click();
		await page.waitForFunction(
			async (wanted) => {
				const paths = [];
				for (const name of await caches.keys())
					if (name.startsWith('falsework-parts'))
						for (const { url } of await (await caches.open(name)).keys()) paths.push(new URL(url).pathname);
				return wanted.every((part) => paths.includes(`/${part}`));
			},
			keep,
			{ polling: 200, timeout: KEPT_MS },
		);
		return firstAt;
	} finally {
		await context.close();
	}
}

async function measureStarts() {
	const built = spawnSync(process.execPath, [join(root, 'src', 'tools', 'build.mjs'), '--only', 'page'], {
		cwd: root,
		stdio: ['ignore', 2, 2],
	});
	if (built.status !== 0) throw new Error('The page could not be built (see above).');
	const folder = join(root, 'dist', 'page');
	// A host on the web: 127.0.0.1 would be taken for the companion's, from which everything is kept at once.
	const address = (origin) => origin.replace('127.0.0.1', 'localhost');
	const { chromium } = await import('playwright');
	const cold = [];
	const warm = [];
	let visit = 0;
	let warmBytes = 0;
	for (let i = 0; i < STARTS; i++) {
		const profile = mkdtempSync(join(tmpdir(), 'falsework-boot-'));
		const asked = new Map();
		let second = 0;
		let again = false;
		const site = await serveFolder(folder, {
			sent(path, bytes) {
				if (again) second += bytes;
				else if (isShell(path)) asked.set(path, bytes);
			},
		});
		try {
			cold.push(
				await start(
					chromium,
					profile,
					address(site.origin),
					listKept(folder).parts.map(({ url }) => url),
				),
			);
			again = true;
			warm.push(await start(chromium, profile, address(site.origin)));
			visit = Math.max(
				visit,
				[...asked.values()].reduce((sum, bytes) => sum + bytes, 0),
			);
			warmBytes = Math.max(warmBytes, second);
		} finally {
			await site.close();
			rmSync(profile, { recursive: true, force: true });
		}
		log(`start ${i + 1} of ${STARTS}: ${Math.round(cold.at(-1))} ms cold, ${Math.round(warm.at(-1))} ms warm`);
	}
	return { cold, warm, visit, warmBytes, shell: shellOf(folder) };
}

/** Lines of the text set that a HUD could show: never learnt from, in English, narrow. */
function chosenLines() {
	const set = join(root, 'src', 'tools', 'bench', 'text-set');
	const { lines, places } = JSON.parse(readFileSync(join(set, 'labels.json'), 'utf8'));
	const fit = lines.filter(({ file, place, split }) => {
		const png = readFileSync(join(set, file));
		return split === 'test' && places[place].language === 'en' && png.readUInt32BE(16) <= WIDE_PX;
	});
	const step = Math.floor(fit.length / LINES);
	return fit
		.filter((_, n) => n % step === 0)
		.slice(0, LINES)
		.map(({ file, text }) => ({ name: file, text, file: join(set, file) }));
}

/** The sounds of the sentence as Kokoro's tokenizer numbers them; natively nothing else stands between text and network. */
async function soundsOf(folder) {
	const { phonemize } = await import('phonemizer');
	const sounds = (await phonemize(SENTENCE, 'en-us')).join(' ');
	const { model } = JSON.parse(readFileSync(join(folder, 'kokoro-82m-v1.0-int8', 'tokenizer.json'), 'utf8'));
	return [...sounds].map((sound) => model.vocab[sound]).filter((id) => id !== undefined);
}

/** Takes turns: in every round each contender does each thing once, another one first each time. */
async function turns(rounds, things, contenders) {
	const samples = new Map(Object.keys(contenders).map((who) => [who, []]));
	const entries = Object.entries(contenders);
	for (let round = 0; round < rounds; round++) {
		for (const [n, thing] of things.entries()) {
			for (let k = 0; k < entries.length; k++) {
				const [who, work] = entries[(n + round + k) % entries.length];
				samples.get(who).push(await work(thing));
			}
		}
	}
	return samples;
}

export async function run() {
	const starts = await measureStarts();
	const folder = await ensureWeights(WEIGHTS, { log });
	const environment = ensurePeers();
	if (environment.why !== undefined) log(`Without native peers: ${environment.why}.`);
	const native =
		environment.python === undefined ? undefined : startPeers(environment.python, { program: 'models.py', args: [folder], quiet: true });
	const page = await openModule('models', { mode: 'boot', weights: WEIGHTS, peers: 'regions' });
	const rows = [
		rowOf('start to first frame analysed, cold', 'falsework', starts.cold),
		rowOf('start to first frame analysed, warm', 'falsework', starts.warm),
	];
	const ratios = [];
	const accuracy = {
		shellFiles: starts.shell.files,
		shellBytes: starts.shell.bytes,
		firstVisitBytes: starts.visit,
		warmStartBytes: starts.warmBytes,
	};
	const broken = [];
	for (const [what, bytes] of [
		['The files kept at install', starts.shell.bytes],
		['A first visit', starts.visit],
	])
		if (bytes > SHELL_BYTES) broken.push(`${what} takes ${bytes} bytes compressed, more than ${SHELL_BYTES}`);

	/** One row for each contender and a ratio for each peer. */
	const tell = (what, samples, of = (one) => one.ms) => {
		const made = [...samples].map(([who, all]) => rowOf(what, who, all.map(of)));
		rows.push(...made);
		const own = made.find(({ who }) => who === 'falsework');
		for (const peer of made) if (peer !== own && peer.n > 0) ratios.push({ what, against: peer.who, value: peer.median / own.median });
		return own;
	};
	try {
		const versions = { chromium: page.version, node: process.versions.node, ...(await native?.ask({ what: 'versions' })) };
		const natively = (order) => (native === undefined ? {} : { 'native onnxruntime': order });
		const tesseract = (single) => (page.peers ? { 'tesseract.js 7': ({ name }) => page.call('tesseract', name, single) } : {});

		const lines = chosenLines();
		for (const { name, file } of [...lines, ...frames.map(([name, file]) => ({ name, file }))]) {
			await page.call('show', name, readFileSync(file).toString('base64'), 'image/png');
			await native?.ask({ what: 'show', name, file });
		}
		log('Lines …');
		const loads = {};
		// Everybody's first is not timed.
		await turns(1, lines.slice(0, 1), {
			a: ({ name }) => page.call('line', name),
			...tesseract(true),
			...natively(({ name }) => native.ask({ what: 'line', name })),
		});
		const read = await turns(LINE_ROUNDS, lines, {
			falsework: ({ name }) => page.call('line', name),
			...tesseract(true),
			...natively(({ name }) => native.ask({ what: 'line', name })),
		});
		accuracy.lineMs = tell('read a line', read).median;

		log('Full frames …');
		loads['ppocr-v6-tiny'] = await page.call('load', 'ppocr-v6-tiny');
		const pages = frames.map(([name]) => ({ name }));
		const pageBy = {
			falsework: ({ name }) => page.call('page', name),
			...tesseract(false),
			...natively(({ name }) => native.ask({ what: 'page', name })),
		};
		await turns(1, pages.slice(0, 1), pageBy);
		accuracy.frameMs = tell('read a full frame of 1280 × 720', await turns(PAGE_ROUNDS, pages, pageBy)).median;
		await page.call('unload', 'ppocr-v6-tiny');

		log('Sentences …');
		loads['minilm-l6-v2-int8'] = await page.call('load', 'minilm-l6-v2-int8');
		const embedBy = { falsework: (text) => page.call('embed', text), ...natively((text) => native.ask({ what: 'embed', text })) };
		await turns(1, TEXTS.slice(0, 1), embedBy);
		const embedded = await turns(EMBED_ROUNDS, TEXTS, embedBy);
		accuracy.embedMs = tell('turn a sentence into numbers', embedded).median;
		const others = embedded.get('native onnxruntime');
		if (others !== undefined) {
			const cosines = embedded.get('falsework').map(({ head }, i) => head.reduce((sum, v, at) => sum + v * others[i].head[at], 0));
			accuracy.embedLeastCosineToNative = Math.round(Math.min(...cosines) * 1e6) / 1e6;
			if (accuracy.embedLeastCosineToNative < 0.999)
				broken.push(`sentence vectors differ from the native ones: a cosine of ${accuracy.embedLeastCosineToNative}`);
		}
		await page.call('unload', 'minilm-l6-v2-int8');

		log('Speech …');
		loads['kokoro-82m-v1.0-int8'] = await page.call('load', 'kokoro-82m-v1.0-int8');
		const ids = native === undefined ? [] : await soundsOf(folder);
		const speakBy = {
			falsework: () => page.call('speak', SENTENCE, VOICE),
			...natively(() => native.ask({ what: 'speak', ids, voice: VOICE })),
		};
		await turns(1, [0], speakBy);
		const spoken = tell('one second of speech', await turns(SPEECH_ROUNDS, [0], speakBy), ({ ms, seconds }) => ms / seconds);
		accuracy.speechRealTimeFactor = Math.round(spoken.median) / 1000;
		await page.call('unload', 'kokoro-82m-v1.0-int8');

		log('Writing …');
		loads['smollm2-135m-instruct'] = await page.call('load', 'smollm2-135m-instruct');
		const writeBy = {
			falsework: () => page.call('write', ...QUESTION, TOKENS),
			...(native === undefined
				? {}
				: { 'native llama.cpp': () => native.ask({ what: 'write', system: QUESTION[0], user: QUESTION[1], tokens: TOKENS }) }),
		};
		// The prompt is kept by both after this: what is timed is writing.
		await turns(1, [0], writeBy);
		const written = tell('one token', await turns(WRITE_ROUNDS, [0], writeBy), ({ ms, tokens }) => ms / tokens);
		accuracy.tokensPerSecond = Math.round(10_000 / written.median) / 10;
		await page.call('unload', 'smollm2-135m-instruct');

		return {
			rows,
			ratios,
			accuracy,
			loadMs: Object.fromEntries(Object.entries(loads).map(([id, ms]) => [id, Math.round(ms)])),
			versions,
			notes: [
				`The shell is ${starts.shell.files} files of ${starts.shell.bytes} bytes compressed; a first visit fetched ${starts.visit} of them before any engine or model, a second start ${starts.warmBytes} bytes of anything.`,
				'Ours runs in WebAssembly on one thread of a browser, the natives on one thread with the processor’s own widest instructions.',
			],
			broken,
		};
	} finally {
		await page.close();
		await native?.close();
	}
}
