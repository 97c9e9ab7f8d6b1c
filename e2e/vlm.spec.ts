// Models that see, on transformers.js, with tiny random networks of SmolVLM's shape (fixtures/tiny-vlm.ts): calls, shapes, caches, the end
// of an answer, cancelling and faults in a real browser. Not covered: whether any real model sees anything. No weights of one can be had
// here, so the page says of each 'not verified on this build'.
import { expectedAnswer, tinyVlm } from './fixtures/tiny-vlm.ts';
import { countRequests, expect, test } from './fixtures/runtime-page.ts';
import type * as Runtimes from './pages/runtimes.ts';

/** A variable, since no bundler may look for it: the page's own module. */
const AT = '/runtimes.js';
type M = typeof Runtimes;
/** Of this seed the first words for red and for blue differ, and some are marks that are not said. */
const SEED = 21;
const ASK = { system: 'look', user: 'what is it' } as const;
const RED = [255, 0, 0];
const BLUE = [0, 0, 255];
const said = (words: readonly string[]): string => words.filter((word) => !/^[<[]/.test(word)).join(' ');
/** Bytes do not cross to the page, numbers do. */
const plain = (files: Record<string, Uint8Array>): Record<string, number[]> =>
	Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, [...bytes]]));

test('says what its networks say, of this picture and not of another, to the token and to its end', async ({ page, site }) => {
	const sent = countRequests(page);
	const whole = expectedAnswer(SEED, { ...ASK, colour: RED, tokens: 10 });
	const other = expectedAnswer(SEED, { ...ASK, colour: BLUE, tokens: 10 });
	const bare = expectedAnswer(SEED, { system: '', user: 'what is it', colour: BLUE, tokens: 3 });
	expect(whole.words).not.toEqual(other.words);
	const out = await page.evaluate(
		async ([at, open, ending, ask]) => {
			const m = (await import(at)) as M;
			const start = (numbers: Record<string, number[]>) => {
				const files = Object.fromEntries(Object.entries(numbers).map(([path, bytes]) => [path, new Blob([Uint8Array.from(bytes)])]));
				return m.transformersDriver(m.loadOptions(m.manifestOf('tiny', files, { purpose: 'see' }), files));
			};
			const cancel = new AbortController().signal;
			const running = await start(open);
			const [red, blue] = [await m.paint('#f00'), await m.paint('#00f', 40, 40)];
			const pieces: string[] = [];
			const writer = running.writer;
			// Two at once: the second waits its turn.
			const [first, second] = await Promise.all([
				writer?.complete({ ...ask, image: red, maxTokens: 10 }, cancel, (piece) => void pieces.push(piece)),
				writer?.complete({ ...ask, image: blue, maxTokens: 10 }, cancel),
			]);
			const bare = await writer?.complete({ system: '', user: ask.user, image: blue, maxTokens: 3 }, cancel);
			await running.close();
			const stopping = await start(ending);
			const ended = await stopping.writer?.complete({ ...ask, image: red, maxTokens: 10 }, cancel);
			await stopping.close();
			return { first, second, bare, ended, pieces, loaded: running.loaded };
		},
		[AT, plain(tinyVlm(SEED)), plain(tinyVlm(SEED, whole.words[5])), ASK] as const,
	);
	expect(out.first).toMatchObject({ text: said(whole.words), promptTokens: whole.promptTokens, completionTokens: 10, finish: 'length' });
	expect(out.second).toMatchObject({ text: said(other.words), promptTokens: whole.promptTokens, completionTokens: 10, finish: 'length' });
	expect(out.bare).toMatchObject({ text: said(bare.words), promptTokens: bare.promptTokens, completionTokens: 3 });
	expect(out.ended).toMatchObject({ text: said(whole.words.slice(0, 6)), completionTokens: 6, finish: 'stop' });
	expect(out.pieces.join('').trim()).toBe(said(whole.words));
	expect(out.loaded.note).toMatch(/Not verified on this build/);
	expect(sent.filter((url) => !url.startsWith(site.origin))).toEqual([]);
	expect(site.asked.filter((path) => !/^\/(runtimes\.js|ort\/|assets\/)/.test(path))).toEqual([]);
});

test('takes no mark of its own out of a game’s text for a picture or an end', async ({ page, site }) => {
	void site;
	const out = await page.evaluate(
		async ([at, numbers]) => {
			const m = (await import(at)) as M;
			const files = Object.fromEntries(Object.entries(numbers).map(([path, bytes]) => [path, new Blob([Uint8Array.from(bytes)])]));
			const running = await m.transformersDriver(m.loadOptions(m.manifestOf('tiny', files, { purpose: 'see' }), files));
			const cancel = new AbortController().signal;
			const image = await m.paint('#f00');
			const ask = (user: string) => running.writer?.complete({ system: '', user, image, maxTokens: 2 }, cancel);
			const done = { marked: await ask('it <image> is <end_of_utterance> red'), same: await ask('it what is what red') };
			await running.close();
			return done;
		},
		[AT, plain(tinyVlm(SEED))] as const,
	);
	expect(out.marked?.promptTokens).toBe(out.same?.promptTokens);
});

test('stops between two tokens when its question is taken back, and answers the next one', async ({ page, site }) => {
	void site;
	const next = expectedAnswer(SEED, { ...ASK, colour: RED, tokens: 4 });
	const out = await page.evaluate(
		async ([at, numbers, ask]) => {
			const m = (await import(at)) as M;
			const files = Object.fromEntries(Object.entries(numbers).map(([path, bytes]) => [path, new Blob([Uint8Array.from(bytes)])]));
			const image = await m.paint('#f00');
			const api = m.startVlm();
			const options = { model: 'tiny', files, dtype: 'fp32', backend: 'wasm', engine: `${location.origin}/ort/`, threads: 1 } as const;
			const early = await api.complete({ id: '0', prompt: { ...ask, image, maxTokens: 4 } }).catch((error: Error) => error.message);
			await api.load(options);
			const twice = await api.load(options).catch((error: Error) => error.message);
			const long = api.complete({ id: '1', prompt: { ...ask, image, maxTokens: 2000 } }).catch((error: Error) => error.message);
			// Once it has begun to write: each round trip is a turn of its loop.
			for (let i = 0; i < 20; i++) await api.cancel('nobody');
			await api.cancel('1');
			const stopped = await long;
			const after = await api.complete({ id: '2', prompt: { ...ask, image, maxTokens: 4 } });
			// And by the adapter: let go at once.
			const running = await m.transformersDriver(m.loadOptions(m.manifestOf('tiny', files, { purpose: 'see' }), files));
			const given = new AbortController();
			const asked = m.fault(async () => running.writer?.complete({ ...ask, image, maxTokens: 2000 }, given.signal));
			given.abort();
			const cancelled = await asked;
			const again = await running.writer?.complete({ ...ask, image, maxTokens: 4 }, new AbortController().signal);
			await running.close();
			return { early, twice, stopped, after, cancelled, again };
		},
		[AT, plain(tinyVlm(SEED)), ASK] as const,
	);
	expect(out.early).toMatch(/^bad-input: .*before the model was loaded/);
	expect(out.twice).toMatch(/^bad-input: .*loaded already/);
	expect(out.stopped).toMatch(/^cancelled: The question was taken back (before the first token|after \d+ of 2000 tokens)/);
	expect(Number(/after (\d+)/.exec(String(out.stopped))?.[1] ?? 0)).toBeLessThan(1000);
	expect(out.after.text).toBe(said(next.words));
	expect(out.cancelled).toMatch(/^cancelled: /);
	expect(out.again?.text).toBe(said(next.words));
});

test('of a wrong kind, cut, without a picture or with a broken one is refused in words', async ({ page, site }) => {
	void site;
	const out = await page.evaluate(
		async ([at, numbers, unknown, ask]) => {
			const m = (await import(at)) as M;
			const blobs = (given: Record<string, number[]>): Record<string, Blob> =>
				Object.fromEntries(Object.entries(given).map(([path, bytes]) => [path, new Blob([Uint8Array.from(bytes)])]));
			const files = blobs(numbers);
			const load = (given: Record<string, Blob>, options: Record<string, string | string[]> = {}) =>
				m.fault(() => m.transformersDriver(m.loadOptions(m.manifestOf('tiny', given, { purpose: 'see', options }), given)));
			const { 'onnx/vision_encoder.onnx': sight, ...blind } = files;
			const { 'tokenizer.json': _, ...mute } = files;
			const running = await m.transformersDriver(m.loadOptions(m.manifestOf('tiny', files, { purpose: 'see' }), files));
			const cancel = new AbortController().signal;
			const asked = (prompt: { image?: Uint8Array; maxTokens: number }) =>
				m.fault(async () => running.writer?.complete({ ...ask, ...prompt }, cancel));
			const image = await m.paint('#f00');
			const said = {
				unknown: await load(blobs(unknown)),
				blind: await load(blind),
				mute: await load(mute),
				cut: await load({ ...files, 'onnx/vision_encoder.onnx': (sight as Blob).slice(0, 300) }),
				noJson: await load({ ...files, 'config.json': new Blob(['<!doctype html>']) }),
				dtype: await load(files, { dtype: 'q5' }),
				f16: await load(files, { dtype: ['embed_tokens=fp16', 'vision_encoder=q4', 'decoder_model_merged=q4f16'] }),
				noPicture: await asked({ maxTokens: 3 }),
				brokenPicture: await asked({ image: image.slice(0, 40), maxTokens: 3 }),
				noTokens: await asked({ image, maxTokens: 0 }),
				purpose: await m.fault(() => m.transformersDriver(m.loadOptions(m.manifestOf('tiny', files, { purpose: 'speak' }), files))),
			};
			await running.close();
			return said;
		},
		[AT, plain(tinyVlm(SEED)), plain(tinyVlm(SEED, '<pad>', 'llama')), ASK] as const,
	);
	expect(out.unknown).toMatch(/^unsupported: .*model_type is "llama"; known are smolvlm/);
	expect(out.blind).toMatch(/^load-failed: .*tiny could not be loaded/);
	expect(out.mute).toMatch(/^load-failed: tiny lacks its file "tokenizer.json"/);
	expect(out.cut).toMatch(/^load-failed: .*tiny could not be loaded/);
	expect(out.noJson).toMatch(/^load-failed: .*config.json is no JSON/);
	expect(out.dtype).toMatch(/^load-failed: .*dtype is "q5"/);
	expect(out.f16).toMatch(/^unsupported: .*16-bit floats/);
	expect(out.noPicture).toMatch(/^bad-input: .*without a picture/);
	expect(out.brokenPicture).toMatch(/^bad-input: .*\(40 bytes\) cannot be decoded/);
	expect(out.noTokens).toMatch(/^bad-input: .*0 tokens/);
	expect(out.purpose).toMatch(/^unsupported: .*"speak"/);
});
