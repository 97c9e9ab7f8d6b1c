// A face of 5 × 7 dots for tests, drawn at any size and any part of a pixel, with the antialiasing that gives.
import { noise } from '../../perception/drawing.fixture.ts';
import type { Crop } from '../../ports.ts';

const FACE: Readonly<Record<string, string>> = {
	'0': '.###. #...# #...# #...# #...# #...# .###.',
	'1': '.#. ##. .#. .#. .#. .#. ###',
	'2': '.###. #...# ....# ...#. ..#.. .#... #####',
	'3': '.###. #...# ....# ..##. ....# #...# .###.',
	'4': '...#. ..##. .#.#. #..#. ##### ...#. ...#.',
	'5': '##### #.... ####. ....# ....# #...# .###.',
	'6': '.###. #.... #.... ####. #...# #...# .###.',
	'7': '##### ....# ...#. ..#.. ..#.. ..#.. ..#..',
	'8': '.###. #...# #...# .###. #...# #...# .###.',
	'9': '.###. #...# #...# .#### ....# ....# .###.',
	'/': '....# ....# ...#. ..#.. .#... #.... #....',
	':': '. . # . . # .',
	',': '. . . . . # #',
	'.': '. . . . . . #',
	'-': '... ... ... ### ... ... ...',
	'+': '..... ..#.. ..#.. ##### ..#.. ..#.. .....',
	'%': '##..# ##.#. ...#. ..#.. .#... .#.## #..##',
	H: '#...# #...# #...# ##### #...# #...# #...#',
	P: '####. #...# #...# ####. #.... #.... #....',
	s: '..... ..... .#### #.... .###. ....# ####.',
};
const BLANK = 4;

export interface Hand {
	/** Pixels a dot. */
	readonly scale?: number;
	/** Where the first dot begins, in parts of a pixel. */
	readonly phase?: number;
	readonly ink?: number;
	readonly ground?: number;
	/** Grey levels of even noise, from a seed. */
	readonly noise?: number;
	readonly seed?: number;
	/** Least width of the crop, so that it stays the same for numbers of several lengths. */
	readonly width?: number;
	/** The ground is a texture of so many grey levels. */
	readonly texture?: number;
}

/** The text in a crop of its height and 3 pixels around, as a region of a HUD is cut. */
export function drawText(text: string, hand: Hand = {}): Crop {
	const { scale = 2, phase = 0, ink = 230, ground = 25, seed = 1 } = hand;
	const dots: [x: number, y: number][] = [];
	let pen = 0;
	for (const c of text) {
		const rows = FACE[c]?.split(' ');
		if (rows === undefined) {
			pen += BLANK;
			continue;
		}
		for (const [y, row] of rows.entries()) for (const [x, dot] of [...row].entries()) if (dot === '#') dots.push([pen + x, y]);
		pen += (rows[0] as string).length + 1;
	}
	const pad = 4;
	const width = Math.max(hand.width ?? 0, Math.ceil(pen * scale + 2 * pad));
	const height = Math.ceil(7 * scale + 2 * pad);
	const cover = new Float32Array(width * height);
	for (const [dx, dy] of dots) {
		const [x0, y0] = [pad + phase + dx * scale, pad + dy * scale];
		for (let y = Math.floor(y0); y < y0 + scale; y++) {
			for (let x = Math.floor(x0); x < x0 + scale && x < width; x++) {
				const across = Math.min(x + 1, x0 + scale) - Math.max(x, x0);
				const down = Math.min(y + 1, y0 + scale) - Math.max(y, y0);
				cover[y * width + x] = Math.min(1, (cover[y * width + x] as number) + across * down);
			}
		}
	}
	const dice = noise(seed);
	const luma = Uint8Array.from(cover, (c, i) => {
		const blot =
			hand.texture === undefined
				? 0
				: hand.texture * ((Math.floor((i % width) / 5 + seed * 3.7) * 7 + Math.floor(i / width / 4) * 5) % 3 === 0 ? 1 : 0);
		const grey = (ground + blot) * (1 - c) + ink * c + (hand.noise ?? 0) * (dice() * 2 - 1);
		return Math.max(0, Math.min(255, Math.round(grey)));
	});
	return { width, height, luma };
}
