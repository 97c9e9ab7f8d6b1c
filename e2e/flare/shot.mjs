// What a display shows, as a PNG: for a person who has to understand a run that went wrong and cannot be repeated.
import { writeFileSync } from 'node:fs';
import x11 from 'x11';
import { encodePng } from './png.mjs';

const ANSWER_MS = 5000;
const Z_PIXMAP = 2;
const ALL_PLANES = 0xffffffff;

/**
 * The pixels of the whole screen.
 *
 * @param {string} display  such as ":7"
 * @returns {Promise<import('./png.mjs').Picture>}
 * @throws when the display does not answer, or has another depth than 24 bits
 */
export function takePicture(display) {
	return new Promise((resolve, reject) => {
		const late = setTimeout(() => reject(new Error(`Display ${display} gave no picture within ${ANSWER_MS} ms`)), ANSWER_MS);
		const end = (error, picture) => {
			clearTimeout(late);
			client.terminate();
			if (error) reject(error);
			else resolve(picture);
		};
		const client = x11.createClient({ display }, (error, info) => {
			if (error) return end(error);
			const { root, pixel_width: width, pixel_height: height } = info.screen[0];
			client.GetImage(Z_PIXMAP, root, 0, 0, width, height, ALL_PLANES, (fault, image) => {
				if (fault) return end(fault);
				if (image.depth !== 24 || image.data.length < width * height * 4)
					return end(new Error(`Display ${display} has a depth of ${image.depth}, not 24`));
				// Four bytes a pixel, blue first.
				const data = new Uint8Array(width * height * 3);
				for (let from = 0, to = 0; to < data.length; from += 4, to += 3) {
					data[to] = image.data[from + 2];
					data[to + 1] = image.data[from + 1];
					data[to + 2] = image.data[from];
				}
				end(undefined, { width, height, data });
			});
		});
		client.on('error', (error) => end(error));
	});
}

/** Writes what the display shows, or nothing where it shows nothing: evidence must not end the run it is of. */
export async function keepPicture(display, file) {
	try {
		writeFileSync(file, encodePng(await takePicture(display)));
	} catch {
		// the display is gone, and with it the picture
	}
}
