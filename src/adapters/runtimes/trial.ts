// "Say a sentence", "read this picture", "ask it something", "compare two sentences": a person tries a model, once, for real. What it
// measures is what the host measures of every call.
import type { ModelManifest } from '../../core/models/manifest.ts';
import { RuntimeError } from '../../core/models/runtime.ts';
import type { Trial } from '../../../workers/models.protocol.ts';
import type { Call, RuntimeHost } from './host.ts';

/** Row-major, height × width × 4 bytes. */
export interface Pixels {
	readonly width: number;
	readonly height: number;
	readonly rgba: Uint8Array;
}
export interface TrialInput {
	readonly text?: string;
	readonly picture?: Uint8Array;
	readonly voice?: string;
}
export interface Pictures {
	/** @throws RuntimeError `bad-input` when it is no picture */
	pixels(bytes: Uint8Array): Promise<Pixels>;
	/** The same picture as PNG. */
	png(bytes: Uint8Array): Promise<Uint8Array>;
}

const ASK = 'What does a potion do in a game? Answer in one sentence.';
const LOOK = 'What is on this picture? Answer in one sentence.';
const SAY = 'Low health. Drinking a potion.';
const COMPARE = ['Drink a potion.', 'Heal yourself.'];
const TOKENS = 96;

export async function runTrial(
	host: RuntimeHost,
	manifest: ModelManifest,
	input: TrialInput,
	pictures: Pictures,
	call: Call,
): Promise<Trial> {
	try {
		const { said, audio } = await tried(host, manifest, input, pictures, call);
		const { measured } = host.kept(manifest.id);
		if (measured === undefined) return { ok: false, why: `${manifest.name} answered "${said}", too short to measure its speed by.` };
		return { ok: true, said, measured, ...(audio === undefined ? {} : { audio }) };
	} catch (error) {
		return { ok: false, why: error instanceof Error ? error.message : String(error) };
	}
}

async function tried(
	host: RuntimeHost,
	{ id, name, purpose }: ModelManifest,
	input: TrialInput,
	pictures: Pictures,
	call: Call,
): Promise<{ readonly said: string; readonly audio?: { readonly samples: Float32Array; readonly rate: number } }> {
	const picture = (): Uint8Array => {
		if (input.picture === undefined) throw new RuntimeError('bad-input', `${name} looks at pictures; choose one first.`);
		return input.picture;
	};
	switch (purpose) {
		case 'speak': {
			const text = input.text ?? SAY;
			const { samples, rate } = await host.speak(id, text, input.voice ?? '', call);
			return { said: text, audio: { samples, rate } };
		}
		case 'think': {
			const done = await host.complete(id, { system: 'Answer briefly.', user: input.text ?? ASK, maxTokens: TOKENS }, call);
			return { said: `${done.text.trim()}${done.finish === 'length' ? ' …' : ''}` };
		}
		case 'see': {
			const image = await pictures.png(picture());
			const done = await host.complete(id, { system: '', user: input.text ?? LOOK, image, maxTokens: TOKENS }, call);
			return { said: `${done.text.trim()}${done.finish === 'length' ? ' …' : ''}` };
		}
		case 'embed': {
			const texts = input.text === undefined ? COMPARE : input.text.split('\n').map((line) => line.trim());
			const [one, other] = texts.filter((line) => line !== '');
			if (one === undefined || other === undefined)
				throw new RuntimeError('bad-input', `${name} compares two sentences; write one on each line.`);
			const { vectors, dimensions } = await host.embed(id, [one, other], call);
			let likeness = 0;
			for (let i = 0; i < dimensions; i++) likeness += (vectors[i] as number) * (vectors[dimensions + i] as number);
			return { said: `“${one}” and “${other}” are alike by ${likeness.toFixed(3)}; 1 means the same, 0 nothing in common.` };
		}
		case 'read': {
			const pixels = await pictures.pixels(picture());
			const lines = await host.readPage(id, { width: pixels.width, height: pixels.height, luma: lumaOf(pixels) }, call);
			return { said: lines.length === 0 ? 'No text was found on this picture.' : lines.map((line) => line.text).join('\n') };
		}
		case 'detect': {
			const found = await host.detect(id, await pictures.pixels(picture()), call);
			if (found.length === 0) return { said: 'Nothing was found on this picture.' };
			return { said: found.map((d) => `${d.label} ${Math.round(d.score * 100)} % at ${d.box.map(Math.round).join(', ')}`).join('\n') };
		}
	}
}

/** Rec. 601, as everywhere else in the project. */
function lumaOf({ width, height, rgba }: Pixels): Uint8Array {
	const luma = new Uint8Array(width * height);
	for (let i = 0, at = 0; i < luma.length; i++, at += 4)
		luma[i] = ((rgba[at] as number) * 77 + (rgba[at + 1] as number) * 150 + (rgba[at + 2] as number) * 29) >> 8;
	return luma;
}
