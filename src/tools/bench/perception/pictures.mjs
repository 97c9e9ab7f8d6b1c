// Pictures of a labelled set as raw RGBA. The browser decodes them, so that JPEG, PNG and WebP need no library and every
// contender, with Python or without, is given the very same bytes.
import { serveFolder } from '../../serve.mjs';

/**
 * @param browser  a Playwright browser
 * @param {string} folder  the set's
 * @param {string[]} files
 * @returns {Promise<Map<string, Buffer>>} file → width × height × 4 bytes
 */
export async function readPictures(browser, folder, files) {
	const site = await serveFolder(folder);
	const page = await browser.newPage();
	try {
		await page.goto(`${site.origin}/empty.html`);
		const pictures = new Map();
		for (const file of files) pictures.set(file, Buffer.from(await page.evaluate(decode, `/${file}`), 'base64'));
		return pictures;
	} finally {
		await page.close();
		await site.close();
	}
}

/** Runs in the page. */
async function decode(address) {
	const response = await fetch(address);
	if (!response.ok) throw new Error(`${address} is not there.`);
	const picture = await createImageBitmap(await response.blob(), { colorSpaceConversion: 'none', premultiplyAlpha: 'none' });
	const canvas = new OffscreenCanvas(picture.width, picture.height);
	const context = canvas.getContext('2d', { willReadFrequently: true });
	context.drawImage(picture, 0, 0);
	const { data } = context.getImageData(0, 0, picture.width, picture.height);
	const reader = new FileReader();
	reader.readAsDataURL(new Blob([data]));
	await new Promise((resolve) => reader.addEventListener('load', resolve));
	return reader.result.slice(reader.result.indexOf(',') + 1);
}
