import { describe, expect, it } from 'vitest';
import { crossed } from '../../core/models/crossing.ts';
import type { Prompt } from '../../core/models/runtime.ts';
import { type BrowserModel, type BrowserSession, BUILT_IN, makeBuiltIn } from './prompt-api.ts';

const PROMPT: Prompt = { system: 'You are terse.', user: 'Choose.', maxTokens: 20, schema: { type: 'boolean' } };

/** A stand-in for `LanguageModel`: says what it was asked, and keeps count of its sessions. */
function fakeModel(
	o: {
		readonly image?: string;
		readonly text?: string;
		readonly pieces?: readonly string[];
		readonly throws?: Error;
		readonly waits?: true;
	} = {},
) {
	const log = {
		created: [] as object[],
		asked: [] as { input: unknown; options: { responseConstraint?: object } }[],
		open: 0,
		downloads: 0,
	};
	function session(): BrowserSession {
		log.open++;
		let used = 12;
		return {
			get contextUsage() {
				return used;
			},
			contextWindow: 4096,
			async *promptStreaming(input, options) {
				log.asked.push({ input, options });
				if (o.throws !== undefined) throw o.throws;
				if (o.waits)
					await new Promise((_, reject) =>
						options.signal.addEventListener('abort', () => reject(Object.assign(new Error('aborted'), { name: 'AbortError' }))),
					);
				for (const piece of o.pieces ?? ['tr', 'ue']) {
					used += 10;
					yield piece;
				}
			},
			clone: async () => session(),
			destroy() {
				log.open--;
			},
		};
	}
	const model: BrowserModel = {
		availability: async ({ expectedInputs }) => (expectedInputs.length > 1 ? (o.image ?? 'available') : (o.text ?? o.image ?? 'available')),
		async create(options) {
			log.created.push(options);
			if (options.monitor !== undefined) {
				const monitor = new EventTarget();
				options.monitor(monitor);
				for (const loaded of [0.25, 1]) monitor.dispatchEvent(Object.assign(new Event('downloadprogress'), { loaded }));
				log.downloads++;
			}
			return session();
		},
	};
	return { model, log };
}
const reasonOf = async (work: Promise<unknown>) => crossed(await work.catch((error: unknown) => error)).reason;

describe("the browser's own model", () => {
	it('is among the models of this machine when the browser says it is available, with eyes where it has them', async () => {
		expect(await makeBuiltIn(fakeModel().model).ready()).toMatchObject([
			{ id: BUILT_IN, purpose: 'see', verified: false, backend: 'browser' },
		]);
		expect(await makeBuiltIn(fakeModel({ image: 'unavailable', text: 'available' }).model).ready()).toMatchObject([{ purpose: 'think' }]);
	});

	it.each(['unavailable', 'downloadable', 'downloading'])(
		'is not, while the browser says %s, and says why when asked all the same',
		async (image) => {
			const builtIn = makeBuiltIn(fakeModel({ image }).model);
			expect(await builtIn.ready()).toEqual([]);
			expect(await reasonOf(builtIn.complete(BUILT_IN, PROMPT, 'a'))).toBe('unsupported');
		},
	);

	it('is not where the browser has no such thing, or does not know the options', async () => {
		expect(await makeBuiltIn(undefined).ready()).toEqual([]);
		const odd: BrowserModel = { ...fakeModel().model, availability: () => Promise.reject(new TypeError('unknown member')) };
		expect(await makeBuiltIn(odd).ready()).toEqual([]);
		expect(await makeBuiltIn(undefined).fetch(() => {})).toContain('no model of its own');
	});

	it('asks availability with the very options that it creates with', async () => {
		const { model, log } = fakeModel();
		const asked: object[] = [];
		const builtIn = makeBuiltIn({ ...model, availability: (options) => (asked.push(options), model.availability(options)) });
		await builtIn.complete(BUILT_IN, PROMPT, 'a');
		expect(log.created[0]).toMatchObject(asked[0] as object);
	});

	it('answers under our schema, from a copy of a session that keeps the system prompt', async () => {
		const { model, log } = fakeModel();
		const builtIn = makeBuiltIn(model);
		const done = await builtIn.complete(BUILT_IN, PROMPT, 'a');
		expect(done).toMatchObject({ text: 'true', finish: 'stop' });
		expect(done.promptTokens + done.completionTokens).toBe(20);
		await builtIn.complete(BUILT_IN, PROMPT, 'b');
		expect(log.created).toHaveLength(1);
		expect(log.created[0]).toMatchObject({ initialPrompts: [{ role: 'system', content: 'You are terse.' }] });
		expect(log.asked[0]?.options.responseConstraint).toEqual({ type: 'boolean' });
		expect(log.open).toBe(1);
		for (const system of ['one', 'two', 'three', 'four']) await builtIn.complete(BUILT_IN, { ...PROMPT, system }, system);
		expect(log.open).toBe(3);
		builtIn.close();
		await Promise.resolve();
		await Promise.resolve();
		expect(log.open).toBe(0);
	});

	it('is shown the picture beside the words, and refuses one when it has no eyes', async () => {
		const { model, log } = fakeModel();
		await makeBuiltIn(model).complete(BUILT_IN, { ...PROMPT, image: new Uint8Array([1, 2]) }, 'a');
		const [message] = log.asked[0]?.input as { content: { type: string; value: unknown }[] }[];
		expect(message?.content.map((part) => part.type)).toEqual(['text', 'image']);
		expect(message?.content[1]?.value).toMatchObject({ size: 2, type: 'image/png' });
		const blind = makeBuiltIn(fakeModel({ image: 'unavailable', text: 'available' }).model);
		expect(await reasonOf(blind.complete(BUILT_IN, { ...PROMPT, image: new Uint8Array(2) }, 'a'))).toBe('bad-input');
	});

	it('cuts what goes on without end, and says so', async () => {
		const { model, log } = fakeModel({ pieces: Array.from({ length: 500 }, () => 'blah ') });
		const builtIn = makeBuiltIn(model);
		const done = await builtIn.complete(BUILT_IN, PROMPT, 'a');
		expect(done.finish).toBe('length');
		expect(done.text.length).toBeLessThan(130);
		expect(log.open).toBe(1);
	});

	it('ends at once when taken back, and its copy with it', async () => {
		const { model, log } = fakeModel({ waits: true });
		const builtIn = makeBuiltIn(model);
		const call = builtIn.complete(BUILT_IN, PROMPT, 'a');
		const ended = reasonOf(call);
		await new Promise((resolve) => setTimeout(resolve, 5));
		builtIn.cancel('a');
		expect(await ended).toBe('cancelled');
		expect(log.open).toBe(1);
		builtIn.cancel('a');
	});

	it.each([
		['QuotaExceededError', 'bad-input'],
		['NotSupportedError', 'unsupported'],
		['NotAllowedError', 'unsupported'],
		['InvalidStateError', 'crashed'],
		['NetworkError', 'load-failed'],
		['SomethingNewError', 'crashed'],
	])('sorts a %s of the browser as %s', async (name, reason) => {
		const { model } = fakeModel({ throws: Object.assign(new Error('said the browser'), { name }) });
		expect(await reasonOf(makeBuiltIn(model).complete(BUILT_IN, PROMPT, 'a'))).toBe(reason);
	});

	it('has the browser fetch it from a click, tells how far, and who listens that it is there', async () => {
		const { model } = fakeModel({ image: 'downloadable' });
		let state = 'downloadable';
		const builtIn = makeBuiltIn({ ...model, availability: async () => state });
		await builtIn.look();
		const told: string[] = [];
		let heard = 0;
		builtIn.onReady(() => heard++);
		state = 'available';
		expect(await builtIn.fetch((_, words) => told.push(words))).toBe('');
		expect(told).toEqual(['The browser looks for its model.', 'The browser fetches its model: 25 %.', 'The browser unpacks its model.']);
		expect(heard).toBe(1);
		expect(await builtIn.ready()).toHaveLength(1);
	});
});
