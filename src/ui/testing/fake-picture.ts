// What the scripted session shows.

/** A scene in the manner of the practice game, enough to lay boxes over. */
export function fakeCanvas(): HTMLCanvasElement {
	const canvas = document.createElement('canvas');
	canvas.width = 960;
	canvas.height = 540;
	canvas.setAttribute('role', 'img');
	canvas.setAttribute('aria-label', 'Live picture of the practice game');
	const c = canvas.getContext('2d');
	if (!c) return canvas;
	const fill = (colour: string, x: number, y: number, w: number, h: number) => {
		c.fillStyle = colour;
		c.fillRect(x, y, w, h);
	};
	for (let y = 0; y < 17; y++) for (let x = 0; x < 30; x++) fill((x * 7 + y * 13) % 5 < 2 ? '#3d5b3a' : '#456642', x * 32, y * 32, 32, 32);
	for (let x = 0; x < 30; x++) fill('#8a7450', x * 32, 288 + Math.round(Math.sin(x / 4) * 24), 32, 56);
	fill('#2b6c86', 640, 60, 250, 130);
	fill('#3581a0', 656, 76, 218, 98);
	for (const [x, y] of [
		[90, 120],
		[170, 400],
		[520, 110],
		[300, 430],
		[820, 400],
	] as const) {
		fill('#243a24', x, y, 54, 48);
		fill('#2f4f2f', x + 6, y - 18, 42, 36);
		fill('#5a4028', x + 22, y + 44, 10, 16);
	}
	fill('#8c4a32', 388, 168, 110, 84);
	fill('#a65a3c', 376, 146, 134, 30);
	fill('#3a2417', 430, 212, 26, 40);
	fill('#e8c39a', 452, 300, 18, 16);
	fill('#3460c4', 448, 316, 26, 30);
	fill('#e8c39a', 610, 282, 18, 16);
	fill('#8a3fae', 606, 298, 26, 32);
	fill('#b53a3a', 742, 318, 30, 26);
	fill('#101418', 0, 0, 960, 34);
	fill('#3a1a1c', 16, 9, 180, 16);
	fill('#d2414a', 16, 9, 126, 16);
	c.fillStyle = '#f0e6d0';
	c.font = '600 14px monospace';
	c.fillText('HP 42/60', 206, 22);
	c.fillText('Gold 118', 320, 22);
	c.fillText('Key 1', 430, 22);
	fill('#101418', 180, 420, 600, 96);
	c.strokeStyle = '#c9a860';
	c.lineWidth = 2;
	c.strokeRect(184, 424, 592, 88);
	c.fillStyle = '#f0e6d0';
	c.font = '15px monospace';
	c.fillText('Mira: The relic lies below the mill.', 204, 456);
	c.fillText('Will you bring it back?', 204, 480);
	fill('#2d3a52', 676, 482, 84, 22);
	c.fillStyle = '#f0e6d0';
	c.fillText('Yes', 704, 498);
	return canvas;
}

/** A small PNG of the same scene, as the crop of a template or the picture that would leave. */
export async function fakePng(x: number, y: number, w: number, h: number): Promise<Uint8Array> {
	const cut = document.createElement('canvas');
	cut.width = w;
	cut.height = h;
	cut.getContext('2d')?.drawImage(fakeCanvas(), x, y, w, h, 0, 0, w, h);
	const blob = await new Promise<Blob | null>((resolve) => cut.toBlob(resolve));
	return new Uint8Array(blob ? await blob.arrayBuffer() : new ArrayBuffer(0));
}
