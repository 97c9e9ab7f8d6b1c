// Learning with OpenCV.js, off the hot path. Emscripten's bindings build functions from text, so this worker's script needs
// 'unsafe-eval' in its own policy; nothing else of the product does.
import opencv from '@techstark/opencv-js';
import * as Comlink from 'comlink';
import type { MaskRequest, OpencvApi } from './opencv.protocol.ts';

type Cv = typeof opencv;
type Mat = InstanceType<Cv['Mat']>;

function fail(name: string, message: string, cause?: unknown): Error {
	const error = new Error(message, { cause });
	error.name = name;
	return error;
}

let loading: Promise<{ readonly cv: Cv }> | undefined;

// The module is a promise in version 5 and was an object with a callback in version 4; wrapped, because an object with a `then`
// would be awaited for ever.
function load(): Promise<{ readonly cv: Cv }> {
	loading ??= (async () => {
		try {
			const cv = (await (opencv as unknown as Promise<Cv>)) as Cv;
			if (typeof cv.Mat !== 'function') throw new Error('it has no Mat');
			return { cv };
		} catch (cause) {
			throw fail('OpencvLoadError', `OpenCV.js could not start: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
		}
	})();
	return loading;
}

let alive = 0;

/** Mats live on the wasm heap, which nothing collects: every way out of `work`, throwing included, deletes them. */
async function withMats<T>(work: (cv: Cv, own: <M extends { delete(): void }>(made: M) => M) => T): Promise<T> {
	const { cv } = await load();
	const mats: { delete(): void }[] = [];
	try {
		return work(cv, (made) => {
			mats.push(made);
			alive++;
			return made;
		});
	} finally {
		for (const mat of mats) {
			mat.delete();
			alive--;
		}
	}
}

function learnMask({ width, height, lumas, restBelow = 4 }: MaskRequest): Promise<Uint8Array> {
	return withMats((cv, own) => {
		const bytes = width * height;
		if (lumas.length < 4) throw fail('OpencvInputError', `A mask needs 4 sightings, ${lumas.length} were given.`);
		if (lumas.some((luma) => luma.length !== bytes)) throw fail('OpencvInputError', `Each sighting must hold ${width} × ${height} bytes.`);
		const sum: Mat = own(cv.Mat.zeros(height, width, cv.CV_32F));
		const squares: Mat = own(cv.Mat.zeros(height, width, cv.CV_32F));
		for (const luma of lumas) {
			const grey: Mat = own(cv.matFromArray(height, width, cv.CV_8U, luma as unknown as number[]));
			const value: Mat = own(new cv.Mat());
			grey.convertTo(value, cv.CV_32F);
			cv.add(sum, value, sum);
			const square: Mat = own(new cv.Mat());
			cv.multiply(value, value, square);
			cv.add(squares, square, squares);
		}
		// variance = mean of squares − square of mean
		const mean: Mat = own(new cv.Mat());
		const variance: Mat = own(new cv.Mat());
		const meanSquared: Mat = own(new cv.Mat());
		sum.convertTo(mean, cv.CV_32F, 1 / lumas.length);
		squares.convertTo(variance, cv.CV_32F, 1 / lumas.length);
		cv.multiply(mean, mean, meanSquared);
		cv.subtract(variance, meanSquared, variance);
		const moving: Mat = own(new cv.Mat());
		cv.threshold(variance, moving, restBelow * restBelow, 255, cv.THRESH_BINARY);
		const changes: Mat = own(new cv.Mat());
		moving.convertTo(changes, cv.CV_8U);
		// A changing digit leaves gaps where two digits happen to share a stroke: closing fills them, growing by one takes the
		// soft edge of the letters along. Closing is dilate, then erode.
		const kernel: Mat = own(cv.getStructuringElement(cv.MORPH_RECT, new cv.Size(3, 3)));
		const closed: Mat = own(new cv.Mat());
		cv.morphologyEx(changes, closed, cv.MORPH_CLOSE, kernel);
		const grown: Mat = own(new cv.Mat());
		cv.dilate(closed, grown, kernel);
		const mask: Mat = own(new cv.Mat());
		cv.bitwise_not(grown, mask);
		return Uint8Array.from(mask.data);
	});
}

const api: OpencvApi = {
	async warm() {
		await load();
	},
	learnMask,
	liveMats: () => alive,
};

Comlink.expose(api);
