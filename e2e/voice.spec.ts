// The voice with its real weights in real Chromium, through the runtime host: what comes out is speech, and a recogniser that knows
// nothing of it writes the sentence down again. On the CPU; with a GPU nobody has heard it here.
import { ensureWeights } from '../src/tools/models/weights.mjs';
import { ensureRecogniser, recognise, wordErrors } from '../src/tools/recogniser/recogniser.mjs';
import { countRequests, expect, test } from './fixtures/runtime-page.ts';

const MODEL = 'kokoro-82m-v1.0-int8';
/** Plain words in an order that nobody expects, so that a recogniser cannot guess them. */
const SENTENCE = 'The dungeon door is open, and the goblin is asleep.';

test('a sentence said by Kokoro is speech, and is read back by a recogniser @full', async ({ page, site }) => {
	test.setTimeout(600_000);
	await ensureWeights([MODEL]);
	const sent = countRequests(page);
	const said = await page.evaluate(
		async ({ model, sentence, origin }) => {
			const { makeHostPage, call, soundOf } = (await import(`${origin}/host.js`)) as typeof import('./pages/host.ts');
			const { fault } = (await import(`${origin}/runtimes.js`)) as typeof import('./pages/runtimes.ts');
			const { host } = makeHostPage();
			const { samples, rate, voice } = await host.speak(model, sentence, '', call());
			const given = new AbortController();
			const cancelled = fault(() => host.speak(model, 'One. Two. Three. Four. Five.', '', { priority: 'person', cancel: given.signal }));
			setTimeout(() => given.abort(), 50);
			const faults = [
				await cancelled,
				await fault(() => host.speak(model, '', '', call())),
				await fault(() => host.speak(model, 'ドアが開いている', '', call())),
				await fault(() => host.speak(model, 'Hello.', 'af_nobody', call())),
			];
			// After all of that the same worker still speaks.
			const again = await host.speak(model, 'Go.', 'bm_george', call());
			const out = {
				pcm: soundOf(samples),
				rate,
				voice,
				finite: samples.every(Number.isFinite),
				faults,
				again: again.samples.length / again.rate,
				kept: host.kept(model),
				loaded: host.loaded(model),
			};
			await host.close();
			return out;
		},
		{ model: MODEL, sentence: SENTENCE, origin: site.origin },
	);
	const pcm = Buffer.from(said.pcm, 'base64');
	const samples = new Int16Array(pcm.buffer, pcm.byteOffset, pcm.length / 2);
	const seconds = samples.length / said.rate;
	let peak = 0;
	let square = 0;
	for (const sample of samples) {
		peak = Math.max(peak, Math.abs(sample) / 0x8000);
		square += (sample / 0x8000) ** 2;
	}
	const level = 10 * Math.log10(square / samples.length);
	expect(said.finite, 'every sample is a number').toBe(true);
	expect(said.voice).toBe('af_heart');
	expect(peak, 'neither silence nor clipping').toBeGreaterThan(0.1);
	expect(peak).toBeLessThanOrEqual(1);
	expect(level, 'as loud as speech, dB of full scale').toBeGreaterThan(-35);
	expect(level).toBeLessThan(-12);
	// Ten words at two to four a second, and the pauses.
	expect(seconds).toBeGreaterThan(2);
	expect(seconds).toBeLessThan(7);
	expect(said.again).toBeGreaterThan(0.3);
	expect(said.loaded?.backend).toMatch(/^wasm/);
	expect(said.kept.measured).toMatchObject({ what: 'times real time', value: expect.any(Number) });
	expect(said.faults).toEqual([
		'cancelled: Speaking was cancelled.',
		'bad-input: The text is empty; there is nothing to say.',
		'bad-input: "ドアが開いている" is not written in Latin letters; this voice speaks English only.',
		expect.stringMatching(/^bad-input: .* has no voice "af_nobody"; it has af_heart, af_bella, am_michael, bf_emma, bm_george\.$/),
	]);
	expect(
		sent.filter((url) => !url.startsWith(site.origin) && !url.startsWith('blob:')),
		'nobody else was asked for anything',
	).toEqual([]);

	const recogniser = ensureRecogniser();
	if ('why' in recogniser) {
		test.skip(true, `The sentence was not read back: ${recogniser.why}.`);
		return;
	}
	const heard = recognise(recogniser.python, pcm, said.rate);
	test.info().annotations.push({
		type: 'heard',
		description: `${heard} (${seconds.toFixed(2)} s, peak ${peak.toFixed(2)}, ${level.toFixed(1)} dB)`,
	});
	expect(wordErrors(SENTENCE, heard).rate, `read back as "${heard}"`).toBeLessThanOrEqual(0.2);
	// The check can fail: the same sounds backwards are no sentence.
	const backwards = recognise(recogniser.python, Buffer.from(samples.toReversed().buffer), said.rate);
	expect(wordErrors(SENTENCE, backwards).rate, `backwards as "${backwards}"`).toBeGreaterThan(0.5);
});
