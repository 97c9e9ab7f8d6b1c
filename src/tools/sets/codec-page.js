// Runs in the page, as a plain script: encodes pictures as a stream, decodes it, and hands over what a viewer of it sees.

/** Frames a second of the stream. */
const RATE = 30;

globalThis.codecSet = {
	/**
	 * Plays the pictures one after the other through an encoder and a decoder, each held for `hold` frames.
	 *
	 * @param {{ files: string[], picks: number[], hold: number, width: number, height: number, codec: string, bitrate: number, keyEvery: number, shown: boolean }} order
	 *   `picks`: which frame of its hold is taken, one for each file; `shown`: taken as a capture of this tab sees it
	 * @returns what is missing: an encoder that this browser does not have
	 */
	async stream({ files, picks, hold, width, height, codec, bitrate, keyEvery, shown }) {
		const config = { codec, width, height, bitrate, framerate: RATE, latencyMode: 'quality', bitrateMode: 'constant' };
		const { supported } = await VideoEncoder.isConfigSupported(config);
		if (!supported) return `this browser does not encode ${codec}`;
		const wanted = new Map(picks.map((pick, i) => [i * hold + pick, i]));
		const taken = [];
		let fault;
		const decoder = new VideoDecoder({
			output: (frame) => {
				const i = wanted.get(Math.round((frame.timestamp * RATE) / 1e6));
				if (i === undefined) frame.close();
				else taken.push({ i, frame });
			},
			error: (error) => (fault = error),
		});
		const encoder = new VideoEncoder({
			output: (chunk, { decoderConfig } = {}) => {
				if (decoderConfig !== undefined) decoder.configure(decoderConfig);
				decoder.decode(chunk);
			},
			error: (error) => (fault = error),
		});
		encoder.configure(config);
		const show = shown ? await makeScreen(width, height) : undefined;
		let done = 0;
		const settle = async () => {
			for (const { i, frame } of taken.splice(0)) {
				if (show !== undefined) {
					await show(frame);
					await globalThis.takeCapture(files[i], width, height);
				} else {
					const { png, luma } = await pictureOf(frame);
					const [before, room] = [lumaOf(await pixelsOf(files[i])), width * height];
					await globalThis.savePicture(files[i], png, psnrOf(before, luma, room));
				}
				frame.close();
				done++;
			}
			if (fault !== undefined) throw fault;
		};
		for (const [i, file] of files.entries()) {
			const picture = await bitmapOf(file);
			for (let k = 0; k < hold; k++) {
				const at = i * hold + k;
				const frame = new VideoFrame(picture, { timestamp: Math.round((at * 1e6) / RATE) });
				encoder.encode(frame, { keyFrame: at % keyEvery === 0 });
				frame.close();
				while (encoder.encodeQueueSize > 4 || decoder.decodeQueueSize > 4) await new Promise((resolve) => setTimeout(resolve, 2));
				await settle();
			}
			picture.close();
		}
		await encoder.flush();
		await decoder.flush();
		await settle();
		encoder.close();
		decoder.close();
		return done === files.length
			? undefined
			: `the encoder dropped ${files.length - done} of the ${files.length} pictures that were wanted`;
	},

	/** In another tab: begins to capture the tab that the browser was told to choose. */
	async capture(width, height) {
		// Without a size a tab's capture is scaled to that of the tab that asks.
		const video = { displaySurface: 'browser', frameRate: RATE, width, height, resizeMode: 'none' };
		const media = await navigator.mediaDevices.getDisplayMedia({ video, audio: false });
		const [track] = media.getVideoTracks();
		const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
		let newest;
		void (async () => {
			for (;;) {
				const { done, value } = await reader.read();
				if (done) return;
				newest?.close();
				newest = value;
			}
		})();
		this.take = async (file, width, height) => {
			const before = lumaOf(await pixelsOf(file));
			// A capture sends a frame when the picture changed, and its first after a cut may still be the old one.
			for (let tries = 0; tries < 40; tries++) {
				await new Promise((resolve) => setTimeout(resolve, 100));
				if (newest === undefined || newest.displayWidth !== width || newest.displayHeight !== height) continue;
				const { png, luma } = await pictureOf(newest);
				const psnr = psnrOf(before, luma, width * height);
				// Two different screens of a game are below 20 dB apart; the coarsest stream is well above.
				if (psnr > 20) return { png, psnr, format: newest.format };
			}
			const size = newest === undefined ? 'nothing' : `${newest.displayWidth} × ${newest.displayHeight}`;
			throw new Error(`The capture never showed ${file} (${width} × ${height}); its last frame is ${size}.`);
		};
		this.stop = () => {
			track.stop();
			newest?.close();
		};
	},
};

/** A video that fills the tab and shows one frame after the other when told. */
async function makeScreen(width, height) {
	const generator = new MediaStreamTrackGenerator({ kind: 'video' });
	const video = document.createElement('video');
	video.muted = true;
	video.autoplay = true;
	video.srcObject = new MediaStream([generator]);
	video.style.cssText = `position:fixed;left:0;top:0;width:${width}px;height:${height}px`;
	document.body.replaceChildren(video);
	document.body.style.margin = '0';
	const writer = generator.writable.getWriter();
	return async (frame) => {
		const presented = new Promise((resolve) => video.requestVideoFrameCallback(resolve));
		await writer.write(frame.clone());
		await Promise.race([presented, new Promise((resolve) => setTimeout(resolve, 1000))]);
	};
}

async function bitmapOf(file) {
	const response = await fetch(`/${file}`);
	if (!response.ok) throw new Error(`${file} is not there.`);
	return createImageBitmap(await response.blob(), { colorSpaceConversion: 'none', premultiplyAlpha: 'none' });
}

async function pixelsOf(file) {
	const picture = await bitmapOf(file);
	const context = new OffscreenCanvas(picture.width, picture.height).getContext('2d', { willReadFrequently: true });
	context.drawImage(picture, 0, 0);
	return context.getImageData(0, 0, picture.width, picture.height).data;
}

/** The decoded picture as a PNG in base64, and its luminance. */
async function pictureOf(frame) {
	const { width, height } = frame.visibleRect;
	const data = new Uint8ClampedArray(width * height * 4);
	await frame.copyTo(data, { format: 'RGBA', layout: [{ offset: 0, stride: width * 4 }] });
	for (let i = 3; i < data.length; i += 4) data[i] = 255;
	const canvas = new OffscreenCanvas(width, height);
	canvas.getContext('2d', { willReadFrequently: true }).putImageData(new ImageData(data, width, height), 0, 0);
	const reader = new FileReader();
	reader.readAsDataURL(await canvas.convertToBlob({ type: 'image/png' }));
	await new Promise((resolve) => reader.addEventListener('load', resolve));
	return { png: reader.result.slice(reader.result.indexOf(',') + 1), luma: lumaOf(data) };
}

function lumaOf(rgba) {
	const luma = new Uint8Array(rgba.length / 4);
	for (let i = 0, at = 0; i < luma.length; i++, at += 4) luma[i] = (77 * rgba[at] + 150 * rgba[at + 1] + 29 * rgba[at + 2] + 128) >> 8;
	return luma;
}

/** Peak signal to noise of the luminance, decibels. */
function psnrOf(before, after, n) {
	let squares = 0;
	for (let i = 0; i < n; i++) squares += (before[i] - after[i]) ** 2;
	return squares === 0 ? 99 : 10 * Math.log10((255 ** 2 * n) / squares);
}
