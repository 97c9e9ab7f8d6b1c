// A game of three screens for tests of an import, drawn at any scale, and the project that plays it, its pictures cut from the screens.
import type { Box } from '../../geometry.ts';
import { canvas, type Canvas } from '../../perception/drawing.fixture.ts';
import { fakePng, project } from './maafw.fixture.ts';
import type { Rgba } from '../../unpack.ts';
import type { MaaTools } from './maafw.ts';

/** Of the project: its short side is said in its interface. */
const SHORT = 128;
const WIDE = 228;
const BLOT = 6;

type Thing = 'shop' | 'buy' | 'sold' | 'ad';
const THINGS: Readonly<Record<Thing, { readonly box: Box; readonly seed: number }>> = {
	shop: { box: [24, 30, 36, 24], seed: 11 },
	buy: { box: [150, 84, 36, 24], seed: 12 },
	sold: { box: [96, 12, 48, 24], seed: 13 },
	ad: { box: [60, 60, 48, 36], seed: 14 },
};
export type Screen = 'menu' | 'counter' | 'done' | 'advert';
const SCREENS: Readonly<Record<Screen, readonly Thing[]>> = {
	menu: ['shop'],
	counter: ['shop', 'buy'],
	done: ['shop', 'sold'],
	advert: ['shop', 'ad'],
};

/** @param scale  a whole number: the textures then keep their pattern */
export function screen(which: Screen, scale = 1): Canvas {
	const on = canvas(WIDE * scale, SHORT * scale);
	for (const thing of SCREENS[which]) on.texture(placeOf(thing, scale), THINGS[thing].seed, undefined, BLOT * scale);
	return on;
}
export function placeOf(thing: Thing, scale = 1): Box {
	const [x, y, w, h] = THINGS[thing].box;
	return [x * scale, y * scale, w * scale, h * scale];
}
/** What stands at a point of a screen. */
export function thingAt(which: Screen, x: number, y: number, scale = 1): Thing | undefined {
	return SCREENS[which].find((thing) => {
		const [left, top, w, h] = placeOf(thing, scale);
		return x >= left && y >= top && x < left + w && y < top + h;
	});
}

/** Decodes the project's pictures: each is known by the seed in its header. */
export const screenTools: MaaTools = {
	now: () => 1_700_000_000_000,
	decodePng(png): Rgba {
		const thing = Object.values(THINGS).find(({ seed }) => seed === png[33]);
		if (thing === undefined) throw new Error('no such picture');
		const [, , width, height] = thing.box;
		const { luma } = canvas(width, height).texture([0, 0, width, height], thing.seed, undefined, BLOT).frame;
		const data = new Uint8Array(4 * width * height).fill(255);
		for (let i = 0; i < luma.length; i++) data.fill(luma[i] as number, 4 * i, 4 * i + 3);
		// A corner of the advertisement is painted green: what lies there changes.
		if (png[34] === 1) for (let y = 0; y < 12; y++) for (let x = 0; x < 12; x++) data.set([0, 255, 0], 4 * (y * width + x));
		return { width, height, data };
	},
};

const look = (thing: Thing) => ({ recognition: 'TemplateMatch', template: `${thing}.png` });
export function screenProject(): Record<string, Uint8Array> {
	const pictures = Object.entries(THINGS).map(([name, { box, seed }]) => [
		`resource/image/${name}.png`,
		fakePng(box[2], box[3], seed, { green: name === 'ad' }),
	]);
	return project(
		{
			Start: { next: ['Buy', '[JumpBack]CloseAd', 'EnterShop'], timeout: 3000, on_error: ['GiveUp'], pre_delay: 0, post_delay: 0 },
			EnterShop: {
				...look('shop'),
				action: 'Click',
				roi: [0, 0, 114, 128],
				next: ['Buy', '[JumpBack]CloseAd'],
				timeout: 3000,
				on_error: ['GiveUp'],
			},
			Buy: { ...look('buy'), action: 'Click', next: ['Sold', '[JumpBack]CloseAd'], timeout: 3000, on_error: ['GiveUp'] },
			CloseAd: { ...look('ad'), green_mask: true, action: { type: 'ClickKey', param: { key: 27 } } },
			Sold: look('sold'),
			GiveUp: { action: 'Click', target: [-20, 10, 10, 10] },
		},
		Object.fromEntries(pictures) as Record<string, Uint8Array>,
		{ display_short_side: SHORT },
	);
}
