// Reading regions with the real recogniser, for the browser specs: what is counted is what reaches it.
import '../../src/adapters/trusted.ts';
import { filesOfPage } from '../../src/adapters/models/page-files.ts';
import { makeOcrReader } from '../../src/adapters/ocr.ts';
import { makeTextMemory, type Reading, readRegion } from '../../src/core/crystals/region/apply.ts';
import type { RegionCrystal } from '../../src/core/crystals/region/schema.ts';
import type { Frame, TextReader } from '../../src/core/ports.ts';

export interface Read {
	readonly reading: Reading;
	/** Times that the recogniser had been asked by then. */
	readonly asked: number;
}

/** Reads one number of a HUD on several frames, one after another. @param texts what each frame shows there */
export async function readFrames(texts: readonly string[]): Promise<readonly Read[]> {
	const reader = makeOcrReader({
		files: () => filesOfPage('/models/', 'ppocr-v6-tiny'),
		runtime: `${location.origin}/ort/`,
		start: () => new Worker(new URL('../../workers/ocr.worker.ts', import.meta.url), { type: 'module', name: 'ocr' }),
		budgetMs: 20_000,
	});
	let asked = 0;
	const counting: TextReader = {
		readLine(...given) {
			asked++;
			return reader.readLine(...given);
		},
	};
	// Only what is read of a crystal stands here.
	const crystal = {
		id: 'hp',
		kind: 'region',
		state: 'autonomous',
		blobs: {},
		data: {
			fact: 'hp',
			factType: 'number',
			reader: 'number',
			box: [20, 14, 180, 26],
			pattern: 'HP #/#',
			language: 'en',
			numbers: { of: 2, picks: [0] },
			replace: {},
			mapping: {},
			screens: { play: { seen: 4, of: 4 } },
		},
	} as unknown as RegionCrystal;
	const memory = makeTextMemory();
	const reads: Read[] = [];
	try {
		for (const text of texts) {
			const reading = await readRegion(
				crystal,
				frameOf(text),
				memory,
				{ recognised: () => undefined },
				counting,
				new AbortController().signal,
			);
			reads.push({ reading, asked });
		}
		return reads;
	} finally {
		reader.close();
	}
}

function frameOf(text: string): Frame {
	const [width, height] = [320, 60];
	const canvas = new OffscreenCanvas(width, height);
	const ctx = canvas.getContext('2d');
	if (ctx === null) throw new Error('no canvas');
	ctx.fillStyle = '#14121c';
	ctx.fillRect(0, 0, width, height);
	ctx.font = '700 20px sans-serif';
	ctx.fillStyle = '#f4f4f4';
	ctx.textBaseline = 'middle';
	ctx.fillText(text, 26, 27);
	const { data } = ctx.getImageData(0, 0, width, height);
	const luma = Uint8Array.from({ length: width * height }, (_, i) => data[4 * i] as number);
	return { id: text, at: 0, width, height, luma, stride: width };
}
