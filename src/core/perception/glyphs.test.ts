import { describe, expect, it } from 'vitest';
import type { Crop } from '../ports.ts';
import { type Cut, cutLine, likeness, patchOf, unit } from './glyphs.ts';

const LIGHT: Cut = { dark: false, level: 0, join: 'columns' };

/** A crop from rows of characters: `#` ink, `+` half of it, `=` a second ground, blank ground; a rim of ground around. */
function drawn(rows: readonly string[], { ink = 230, ground = 30, second = 110, rim = 3 } = {}): Crop {
	const width = Math.max(...rows.map((r) => r.length)) + 2 * rim;
	const height = rows.length + 2 * rim;
	const luma = new Uint8Array(width * height).fill(ground);
	for (const [y, row] of rows.entries()) {
		for (const [x, c] of [...row].entries()) {
			if (c !== ' ') luma[(y + rim) * width + x + rim] = c === '#' ? ink : c === '=' ? second : Math.round((ink + ground) / 2);
		}
	}
	return { width, height, luma };
}
const boxes = (crop: Crop, cut: Cut): number[][] | string => {
	const line = cutLine(crop, cut);
	return line.ok ? line.pieces.map((p) => [p.x, p.y, p.width, p.height]) : line.why;
};

const ONE_TWO = [' #  ### ', '##    # ', ' #   #  ', ' #  ### '];

describe('cutting a line', () => {
	it('finds light letters on dark ground and dark ones on light, with the same bounds', () => {
		const light = boxes(drawn(ONE_TWO), LIGHT);
		expect(light).toEqual([
			[3, 3, 2, 4],
			[7, 3, 3, 4],
		]);
		expect(boxes(drawn(ONE_TWO, { ink: 20, ground: 200 }), { ...LIGHT, dark: true })).toEqual(light);
		expect(boxes(drawn(ONE_TWO, { ink: 90, ground: 40 }), LIGHT)).toEqual(light);
	});

	it('keeps a letter of several strokes together', () => {
		expect(boxes(drawn(['#', ' ', '#', '#']), LIGHT)).toEqual([[3, 3, 1, 4]]);
		expect(boxes(drawn(['## #', '##  ', '  # ', ' # ##', '#  ##']), LIGHT)).toHaveLength(1);
	});

	it('parts slanted letters that share a column when told to', () => {
		const slanted = ['  #   ###', ' ##  #  #', ' # ##  # ', '#  #  #  ', '# ### ## '];
		expect(boxes(drawn(['  #  #', ' #  # ', '#  #  ']), LIGHT)).toHaveLength(2);
		expect(boxes(drawn(['   #    #', '  #    # ', ' #    #  ', '#   #    ']), { ...LIGHT, join: 'parts' })).not.toHaveLength(1);
		expect(boxes(drawn(slanted), LIGHT)).not.toBe('');
	});

	it('finds letters that stand on two grounds, as on a bar half full, at the second level', () => {
		const onBar = ['==========        ', '==#==###==  # #   ', '==#====#==  ###   ', '==#==###==    #   ', '==========        '];
		const crop = drawn(onBar, { ink: 240, second: 130, ground: 20 });
		expect(boxes(crop, { ...LIGHT, level: 1 })).toEqual([
			[5, 4, 1, 3],
			[8, 4, 3, 3],
			[15, 4, 3, 3],
		]);
	});

	it('leaves out the frame around a plate', () => {
		const plate = [
			'#'.repeat(24),
			...['', '', '', ' #  # ###', '##  # # #', ' #  # ###', '', '', ''].map((r) => `#     ${r.padEnd(16)} #`),
			'#'.repeat(24),
		];
		expect(boxes(drawn(plate), LIGHT)).toHaveLength(3);
	});

	it('says so when a letter is cut off, and when there is none', () => {
		const crop = drawn(ONE_TWO);
		const cutOff: Crop = {
			width: 6,
			height: crop.height,
			luma: Uint8Array.from({ length: 6 * crop.height }, (_, i) => crop.luma[Math.floor(i / 6) * crop.width + 3 + (i % 6)] as number),
		};
		expect(boxes(cutOff, LIGHT)).toBe('something is cut off at the edge');
		expect(boxes(drawn(['   ']), LIGHT)).toBe('nothing stands out from its ground');
		expect(boxes(drawn(['#'], { ink: 40, ground: 30 }), LIGHT)).toBe('nothing stands out from its ground');
	});

	it('gives up on ground that falls into a hundred pieces', () => {
		const dots = Array.from({ length: 30 }, (_, y) => (y % 2 === 0 ? '# '.repeat(30) : ''));
		expect(boxes(drawn(dots), LIGHT)).toBe('its ground is too busy');
	});

	it('never throws, on any crop', () => {
		for (let seed = 1; seed < 400; seed++) {
			let s = seed;
			const next = (): number => (s = (Math.imul(s, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
			const width = 1 + Math.floor(next() * 40);
			const height = 1 + Math.floor(next() * 20);
			const crop = {
				width,
				height,
				luma: Uint8Array.from({ length: width * height }, () => (next() < 0.8 ? 20 : Math.floor(next() * 256))),
			};
			for (const level of [0, 1] as const)
				for (const join of ['columns', 'parts'] as const)
					for (const dark of [true, false]) {
						const line = cutLine(crop, { dark, level, join });
						if (!line.ok) continue;
						for (const p of line.pieces) {
							expect(p.x).toBeGreaterThan(0);
							expect(p.x + p.width).toBeLessThan(width);
							expect(patchOf(crop, p)).toHaveLength((p.width + 2) * (p.height + 2));
						}
					}
		}
	});
});

describe('likeness', () => {
	const three = ['### ', '   #', ' ## ', '   #', '### '];
	const eight = [' ## ', '#  #', ' ## ', '#  #', ' ## '];
	const only = (crop: Crop) => {
		const line = cutLine(crop, LIGHT);
		if (!line.ok || line.pieces[0] === undefined) throw new Error('no piece');
		return line.pieces[0];
	};
	const crop = drawn(three);
	const piece = only(crop);
	const picture = unit(patchOf(crop, piece));

	it('is 1 for the same picture, dimmed or a pixel aside, and clearly less for a near twin', () => {
		expect(likeness(crop, piece, piece, picture)).toBeCloseTo(1, 5);
		const dim = drawn(three, { ink: 120, ground: 15 });
		expect(likeness(dim, only(dim), piece, picture)).toBeCloseTo(1, 3);
		expect(likeness(crop, { ...piece, x: piece.x + 1 }, piece, picture)).toBeCloseTo(1, 5);
		const other = drawn(eight);
		expect(likeness(other, only(other), piece, picture)).toBeLessThan(0.9);
	});

	it('is -1 for another size, and low for the opposite of light and dark, and where it does not fit', () => {
		expect(likeness(crop, { ...piece, width: piece.width + 2 }, piece, picture)).toBe(-1);
		expect(likeness(drawn(three, { ink: 30, ground: 230 }), piece, piece, picture)).toBeLessThan(0.5);
		expect(likeness(crop, { ...piece, x: 0 }, piece, picture)).toBeLessThan(0.9);
	});
});
