// The recogniser that comes with the page on lines of real games, in Node: a part of what `npm run bench -- regions` measures whole,
// beside other recognisers, in a browser.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web';
import { PNG } from 'pngjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { keepCharset, narrow } from '../../src/core/crystals/region/text.ts';
import { allowedClasses, readCtc, readTwice, recogniserFor } from '../../src/core/perception/ocr.ts';
import type { Crop } from '../../src/core/ports.ts';
import labels from '../../src/tools/bench/text-set/labels.json' with { type: 'json' };
import { alphabetOf } from './alphabet.ts';

const set = join(import.meta.dirname, '../../src/tools/bench/text-set');
const model = join(import.meta.dirname, '../../models/ppocr-v6-tiny');
/** Every fifth line that was never learnt from and whose language this recogniser knows. */
const chosen = labels.lines
	.filter(({ split, place }) => split === 'test' && recogniserFor(placeOf(place).language) === 'ppocr-v6-tiny')
	.filter((_, n) => n % 5 === 0);

function placeOf(name: string): { readonly language: string; readonly charset: string } {
	return (labels.places as Readonly<Record<string, { language: string; charset: string }>>)[name] as { language: string; charset: string };
}

function cropOf(file: string): Crop {
	const { width, height, data } = PNG.sync.read(readFileSync(join(set, file)));
	const luma = Uint8Array.from(
		{ length: width * height },
		(_, i) => (77 * (data[4 * i] as number) + 150 * (data[4 * i + 1] as number) + 29 * (data[4 * i + 2] as number) + 128) >> 8,
	);
	return { width, height, luma };
}

const bare = (text: string): string => narrow(text).normalize('NFC').replace(/\s+/g, '');

describe('the recogniser that comes with the page', () => {
	let network: ort.InferenceSession;
	let keys: readonly string[] = [];
	beforeAll(async () => {
		ort.env.wasm.numThreads = 1;
		keys = readFileSync(join(model, 'keys.txt'), 'utf8').replace(/\n$/, '').split('\n');
		network = await ort.InferenceSession.create(readFileSync(join(model, 'rec.onnx')), { executionProviders: ['wasm'] });
	});

	async function read(file: string, place: string): Promise<string> {
		const hint = placeOf(place);
		const has = alphabetOf(hint);
		const allowed = has === undefined ? undefined : allowedClasses(keys, has);
		const { text } = await readTwice(cropOf(file), async ({ data, dims }) => {
			const outputs = await network.run({ [network.inputNames[0] as string]: new ort.Tensor('float32', data, [...dims]) });
			const output = outputs[network.outputNames[0] as string] as ort.Tensor;
			return readCtc(output.data as Float32Array, output.dims[1] as number, output.dims[2] as number, keys, allowed);
		});
		return keepCharset(narrow(text), hint.charset);
	}

	it('reads 95 of 100 lines of three games and more exactly, none of them learnt from', async () => {
		expect(chosen.length).toBeGreaterThan(45);
		const wrong: string[] = [];
		for (const { file, place, text } of chosen) {
			const said = await read(file, place);
			if (bare(said) !== bare(text)) wrong.push(`${file}: "${text}" was read as "${said}"`);
		}
		expect(wrong.length / chosen.length, wrong.join('\n')).toBeLessThanOrEqual(0.05);
	});
});
