// The stand-in's perception. A label is a picture of the real game with what a person saw on it; a frame is named only where
// every place that makes out a label looks like it and no place that would deny it does. Leans towards `unknown`: a miss costs
// one more question, a wrong name teaches the player something false.
import { readFileSync } from 'node:fs';
import { distance, hashBox } from './hash.mjs';
import { decodePng } from './png.mjs';

/** At most this many of 63 bits may differ; unrelated patches differ in 20 or more, noise and re-encoding in 8 at most. */
export const NEAR = 13;

/** @typedef {{name: string, kind: string, box: [number, number, number, number], text?: string, stable: boolean}} Element */
/**
 * @typedef {object} Label
 * @property {string} id
 * @property {string} screen
 * @property {string[]} shows  areas that must be near
 * @property {string[]} lacks  areas that must not be near
 * @property {(Element & {looks: {box: Element['box'], hash: import('./hash.mjs').Hash}})[]} elements
 * @property {Record<string, number | boolean | {value: string, element: string}>} facts  a text is told where its element is seen
 */

/**
 * Reads labels.json and every picture it names, and hashes the areas and the elements once.
 *
 * An area is cut from a labelled frame (`from`) or is a picture of its own (`patch`); an element is looked for as it stands in
 * its frame, or as the area it names (`area`), such as a button with the pointer over it.
 *
 * @param {URL} [file]
 */
export function readLabels(file = new URL('./labels.json', import.meta.url)) {
	const { size, areas, readings, frames } = JSON.parse(readFileSync(file, 'utf8'));
	const read = (path) => decodePng(readFileSync(new URL(path, file)));
	const pictures = new Map(frames.map((frame) => [frame.id, read(frame.file)]));
	const hashArea = ({ box, from, patch }) => {
		if (!patch) return hashBox(pictures.get(from), box);
		const picture = read(patch);
		return hashBox(picture, [0, 0, picture.width, picture.height]);
	};
	const places = new Map(Object.entries(areas).map(([name, area]) => [name, { box: area.box, hash: hashArea(area) }]));
	return {
		/** @type {[number, number]} */
		size,
		areas: places,
		readings: readings.map((reading) => ({ ...reading, picture: read(reading.patch) })),
		/** @type {Label[]} */
		labels: frames.map((frame) => ({
			...frame,
			elements: frame.elements.map(({ area, ...element }) => ({
				...element,
				looks: area ? places.get(area) : { box: element.box, hash: hashBox(pictures.get(frame.id), element.box) },
			})),
		})),
	};
}

/** Bits that differ between a labelled patch and the same place of a picture; 63 where the picture does not hold the place. */
const apart = (labelled, picture, box) => {
	const seen = hashBox(picture, box);
	return seen ? distance(labelled, seen) : 63;
};

/**
 * The label that a picture shows.
 *
 * @param {ReturnType<typeof readLabels>} known
 * @param {import('./png.mjs').Picture} picture
 * @returns {{label: Label | undefined, distance: number}} distance: the worst of the areas that decided, or, where nothing
 *   fits, of the label that came nearest
 */
export function findLabel({ areas, labels }, picture) {
	const far = new Map([...areas].map(([name, { box, hash }]) => [name, apart(hash, picture, box)]));
	const tried = labels.map((label) => ({
		label,
		distance: Math.max(...label.shows.map((name) => far.get(name))),
		fits: label.shows.every((name) => far.get(name) <= NEAR) && label.lacks.every((name) => far.get(name) > NEAR),
	}));
	const fits = tried.filter((t) => t.fits).sort((a, b) => a.distance - b.distance);
	if (new Set(fits.map((t) => t.label.screen)).size === 1) {
		// Of two labels with one screen, the one with more in common: what is dropped below is then least.
		const best = fits
			.map((t) => ({ ...t, seen: t.label.elements.filter(({ looks }) => apart(looks.hash, picture, looks.box) <= NEAR).length }))
			.sort((a, b) => b.seen - a.seen)[0];
		return { label: best.label, distance: best.distance };
	}
	return { label: undefined, distance: Math.min(...tried.map((t) => t.distance)) };
}

/** Where the hit points stand inside the bar; a digit is 8 pixels wide. */
const HP_TEXT = { box: [33, 3, 56, 12], cell: 8 };
// White letters with a black shadow on a red bar.
const INK = 170;

/** True where a pixel belongs to a letter. */
function ink({ width, data }, x, y) {
	const i = (y * width + x) * 3;
	return 0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2] > INK;
}

/**
 * Whether the bar's text is the labelled one, letter by letter. There is no reader for other numbers, so a bar that says
 * something else has no known value.
 *
 * @param {import('./png.mjs').Picture} labelled  the bar alone, its corner at 0, 0 as in the frame
 * @param {import('./png.mjs').Picture} picture
 */
export function sameHitPoints(labelled, picture) {
	const [left, top, width, height] = HP_TEXT.box;
	if (picture.width < left + width || picture.height < top + height) return false;
	for (let x0 = left; x0 < left + width; x0 += HP_TEXT.cell) {
		let either = 0;
		let differ = 0;
		for (let y = top; y < top + height; y++) {
			for (let x = x0; x < x0 + HP_TEXT.cell; x++) {
				const [a, b] = [ink(labelled, x, y), ink(picture, x, y)];
				if (a || b) either += 1;
				if (a !== b) differ += 1;
			}
		}
		// An 8 and a 0 differ in five pixels of thirty; a letter that is there in neither says nothing.
		if (differ > 2 && differ > 0.1 * either) return false;
	}
	return true;
}

/** The hit points as a fact, or nothing where the bar's text is none of the known readings. */
function readHitPoints({ readings }, picture) {
	const reading = readings.find((r) => r.fact === 'hp' && sameHitPoints(r.picture, picture));
	return reading ? [{ name: 'hp', value: reading.value, element: reading.element }] : [];
}

/**
 * What a person would have said of the picture, as far as the labels go.
 *
 * @param {ReturnType<typeof readLabels>} known
 * @param {import('./png.mjs').Picture} picture
 * @param {string[]} [wanted]  names of facts; all where it is absent
 */
export function perceive(known, picture, wanted) {
	const { label, distance: bits } = findLabel(known, picture);
	if (!label) return { answer: { screen: 'unknown', elements: [], facts: [] }, label: undefined, distance: bits };
	const elements = label.elements
		.filter(({ looks }) => apart(looks.hash, picture, looks.box) <= NEAR)
		.map(({ looks, ...element }) => element);
	const facts = [];
	for (const [name, value] of Object.entries(label.facts)) {
		if (wanted && !wanted.includes(name)) continue;
		if (name === 'hp') facts.push(...readHitPoints(known, picture));
		else if (typeof value !== 'object') facts.push({ name, value });
		else if (elements.some((element) => element.name === value.element)) facts.push({ name, ...value });
	}
	// A number that cannot be read keeps its place and loses its text.
	const shown = elements.find((element) => element.name === 'hp-text');
	if (shown && readHitPoints(known, picture).length === 0) delete shown.text;
	return { answer: { screen: label.screen, elements, facts }, label: label.id, distance: bits };
}

/**
 * A part of a frame, back in its place, black around it: what is not in the picture is then not seen either.
 *
 * @param {import('./png.mjs').Picture} part
 * @param {[number, number, number, number]} roi  where the part was cut out, in pixels of the frame
 * @param {[number, number]} size  of the frame
 */
export function placePart(part, [left, top], [width, height]) {
	const data = new Uint8Array(width * height * 3);
	for (let y = 0; y < Math.min(part.height, height - top); y++) {
		const row = part.data.subarray(y * part.width * 3, (y * part.width + Math.min(part.width, width - left)) * 3);
		data.set(row, ((y + top) * width + left) * 3);
	}
	return { width, height, data };
}
