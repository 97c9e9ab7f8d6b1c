// Region + frame → the fact's value, or why not.
import { type Box, centreOf, clip, grow } from '../../geometry.ts';
import { type TileGrid, tileRange } from '../../perception/change.ts';
import { crop, hashBox } from '../../perception/pixels.ts';
import type { Cancel, Crop, Frame, TextHint, TextReader } from '../../ports.ts';
import type { FactValue } from '../../question.ts';
import { INSTANCES_MAX, type Recognition } from '../template/apply.ts';
import { GLYPH_BLOB, type GlyphData, type Glyphs, makeGlyphs } from './glyphs.ts';
import { fitsPattern, patternCharset } from './pattern.ts';
import { isTextual, type RegionCrystal, type RegionData } from './schema.ts';
import { applyReplace, doubtful, keepCharset, lookUp, narrow, numbersIn, withoutEnding } from './text.ts';

/** Below this mean certainty of its characters a line is not believed. */
export const CONFIDENCE_MIN = 0.7;
/** Room around the box, pixels: readers of text need some ground beside the letters. */
export const CROP_PAD = 3;
/** A template that scores this much without hitting is not proof of absence. */
export const UNCERTAIN = 0.6;
const CACHED_LINES = 48;
/** Every character of a line must be as sure as this before one line is enough against the glyphs: right nine times in ten is what
 *  the votes reckon with. */
const SURE = 0.9;

export type Reading =
	| { readonly hit: true; readonly value: FactValue; readonly rested: boolean }
	| { readonly hit: false; readonly reason: string; readonly rested: boolean };

export interface Line {
	readonly text: string;
	readonly confidence: number;
	/** Confidence of the least certain character, where the reader tells. */
	readonly least?: number;
}

/** How the lines of a region were come by, since it was first read. */
export interface Tally {
	rested: number;
	glyphs: number;
	recogniser: number;
}
interface Place {
	where: Box;
	/** By the hash of their pixels: pixels that come back are not read again. */
	readonly lines: Map<number, Line>;
	/** Hashes of the tiles it touched when it was read last, and what it read. */
	rest: { readonly tiles: readonly number[]; readonly line: Line } | undefined;
	/** `of`: what the crystal held when the set was made of it; another one there means that it was replaced. */
	glyphs: { of: GlyphData | undefined; readonly set: Glyphs } | undefined;
	readonly tally: Tally;
}
/** What is kept between frames to read texts, by crystal. */
export interface TextMemory {
	readonly places: Map<string, Place>;
	/** Told when the crystal's glyphs changed. Without it nothing is learnt: who only tries a region out leaves it as it was. */
	readonly save: ((crystal: RegionCrystal) => void) | undefined;
}

export function makeTextMemory(save?: (crystal: RegionCrystal) => void): TextMemory {
	return { places: new Map(), save };
}

export interface RegionSight {
	/** The screen the frame shows; the crystal answers only where it was confirmed. Undefined: not checked. */
	readonly screen?: string;
	/** What the frame shows of an element's templates, merged when there are several; undefined when it has none. */
	readonly recognised: (element: string) => Recognition | undefined;
	/** The frame's tiles, where they are hashed already: a text whose tiles rest is not looked at. */
	readonly tiles?: TileGrid;
}

/** Reads the fact. Never throws: a reader of text that fails is a miss with its message. */
export async function readRegion(
	crystal: RegionCrystal,
	frame: Frame,
	memory: TextMemory,
	sight: RegionSight,
	reader: TextReader,
	cancel: Cancel,
): Promise<Reading> {
	const { data } = crystal;
	if (sight.screen !== undefined && (data.screens[sight.screen]?.seen ?? 0) === 0) {
		return { hit: false, reason: `"${data.fact}" was never confirmed on screen "${sight.screen}"`, rested: false };
	}
	if (!isTextual(data.reader)) return readElement(data, sight.recognised(data.element ?? ''));
	const where = textBox(data.box, frame);
	if (where === undefined)
		return { hit: false, reason: `its box lies outside this frame of ${frame.width} × ${frame.height}`, rested: false };
	const place = placeOf(memory, crystal.id, where);
	const tiles = sight.tiles === undefined ? undefined : tilesUnder(sight.tiles, where);
	const before = place.rest;
	if (before !== undefined && tiles !== undefined && same(before.tiles, tiles)) {
		place.tally.rested++;
		return { ...interpret(data, before.line), rested: true };
	}
	const hash = hashBox(frame, where);
	const known = place.lines.get(hash);
	if (known !== undefined) {
		place.tally.rested++;
		place.rest = tiles === undefined ? undefined : { tiles, line: known };
		return { ...interpret(data, known), rested: true };
	}
	const read = await readLine(crystal, crop(frame, where) as Crop, place, memory, reader, cancel);
	if (!read.ok) return { hit: false, reason: read.why, rested: false };
	if (place.lines.size >= CACHED_LINES) place.lines.delete(place.lines.keys().next().value as number);
	place.lines.set(hash, read.line);
	place.rest = tiles === undefined ? undefined : { tiles, line: read.line };
	return { ...interpret(data, read.line), rested: false };
}

function placeOf(memory: TextMemory, id: string, where: Box): Place {
	let place = memory.places.get(id);
	if (place === undefined) {
		place = { where, lines: new Map(), rest: undefined, glyphs: undefined, tally: { rested: 0, glyphs: 0, recogniser: 0 } };
		memory.places.set(id, place);
	} else if (!same(place.where, where)) {
		// A hash says nothing of the box it was made of: pixels of another one are other pixels.
		place.where = where;
		place.lines.clear();
		place.rest = undefined;
	}
	return place;
}

function tilesUnder(grid: TileGrid, where: Box): number[] {
	const [c0, r0, c1, r1] = tileRange(grid, where);
	const tiles: number[] = [];
	for (let r = r0; r < r1; r++) for (let c = c0; c < c1; c++) tiles.push(grid.hashes[r * grid.cols + c] as number);
	return tiles;
}

const same = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((value, i) => value === b[i]);

type LineRead = { readonly ok: true; readonly line: Line } | { readonly ok: false; readonly why: string };

/** By glyphs where they have earned it, else by the recogniser, which then teaches and checks them. */
async function readLine(
	crystal: RegionCrystal,
	cut: Crop,
	place: Place,
	memory: TextMemory,
	reader: TextReader,
	cancel: Cancel,
): Promise<LineRead> {
	const { data } = crystal;
	const glyphs = data.reader === 'number' ? glyphsOf(crystal, place) : undefined;
	const own = glyphs?.read(cut);
	const ownLine = own?.ok ? { text: own.text, confidence: own.score } : undefined;
	const trusted =
		glyphs !== undefined && ownLine !== undefined && glyphs.speaks && crystal.state === 'autonomous' && interpret(data, ownLine).hit;
	if (trusted && !glyphs.auditDue) {
		glyphs.use();
		place.tally.glyphs++;
		return { ok: true, line: ownLine };
	}
	let line: Line;
	try {
		line = await reader.readLine(cut, cancel, undefined, hintOf(data));
	} catch (error) {
		if (trusted) return { ok: true, line: ownLine };
		return { ok: false, why: `the text could not be read: ${error instanceof Error ? error.message : String(error)}` };
	}
	place.tally.recogniser++;
	const said = interpret(data, line);
	// What is no value teaches nothing and settles nothing.
	if (glyphs === undefined || !said.hit) {
		if (trusted) glyphs.use();
		return { ok: true, line: trusted ? ownLine : line };
	}
	if (memory.save === undefined) return { ok: true, line };
	let changed = false;
	let split: string | undefined;
	if (own?.ok) {
		const mine = interpret(data, ownLine as Line);
		if (mine.hit && mine.value === said.value) glyphs.agree();
		else {
			const sure = (line.least ?? line.confidence) >= SURE;
			if (!glyphs.disagree(own, line.text, sure)) {
				if (trusted) glyphs.use();
				return { ok: true, line: trusted ? (ownLine as Line) : line };
			}
			if (trusted) split = `"${own.text}" by its glyphs, "${line.text}" by the recogniser`;
		}
		changed = true;
	}
	changed = glyphs.teach(cut, line.text) || changed;
	if (changed) {
		const { data: kept, blob } = glyphs.store();
		crystal.data = { ...crystal.data, glyphs: kept };
		crystal.blobs = { ...crystal.blobs, [GLYPH_BLOB]: blob };
		(place.glyphs as NonNullable<Place['glyphs']>).of = kept;
		memory.save(crystal);
	}
	return split === undefined ? { ok: true, line } : { ok: false, why: split };
}

/** What is known of the text before it is read. */
export function hintOf(data: Pick<RegionData, 'charset' | 'pattern' | 'language' | 'ending'>): TextHint {
	// Where a separator is read as a digit, the form says nothing of what will be read.
	const formed = data.pattern === undefined || data.ending !== undefined ? undefined : patternCharset(data.pattern);
	const charset = data.charset ?? formed;
	return { ...(charset === undefined ? {} : { charset }), ...(data.language === undefined ? {} : { language: data.language }) };
}

function glyphsOf(crystal: RegionCrystal, place: Place): Glyphs {
	if (place.glyphs === undefined || place.glyphs.of !== crystal.data.glyphs) {
		const { glyphs } = crystal.data;
		// Until it is trusted here, what a region says of its glyphs' success is a claim: it may have come in a pack.
		if (glyphs !== undefined && crystal.state !== 'autonomous') crystal.data = { ...crystal.data, glyphs: { ...glyphs, agreed: 0 } };
		const { glyphs: data } = crystal.data;
		const blob = crystal.blobs[GLYPH_BLOB];
		place.glyphs = { of: data, set: makeGlyphs(data === undefined || blob === undefined ? undefined : { data, blob }) };
	}
	return place.glyphs.set;
}

/** The part of the frame that is read for a box; undefined when it is outside. */
export function textBox(box: Box | undefined, frame: Frame): Box | undefined {
	return box === undefined ? undefined : clip(grow(box, CROP_PAD), frame);
}

export function textCrop(box: Box, frame: Frame): Crop | undefined {
	const where = textBox(box, frame);
	return where === undefined ? undefined : crop(frame, where);
}

type Outcome = { readonly hit: true; readonly value: FactValue } | { readonly hit: false; readonly reason: string };

/** From a line of text to the value. */
export function interpret(data: RegionData, line: Line): Outcome {
	if (line.text.trim() === '') return { hit: false, reason: 'no text stands there' };
	if (line.confidence < CONFIDENCE_MIN)
		return {
			hit: false,
			reason: `"${line.text}" was read with ${Math.round(line.confidence * 100)} % certainty, ${CONFIDENCE_MIN * 100} % are needed`,
		};
	const text = keepCharset(narrow(line.text), data.charset);
	const plain = data.reader === 'number' ? applyReplace(text, data.replace) : text;
	// An ending is digits in which a separator is hidden: the text as read cannot have the form.
	if (data.pattern !== undefined && data.ending === undefined && !fitsPattern(plain, data.pattern))
		return { hit: false, reason: `"${text}" has not the form "${data.pattern}"` };
	if (data.reader !== 'number') {
		const value = lookUp(data.mapping, text, data.language);
		return value === undefined ? { hit: false, reason: `unknown text "${text}"` } : { hit: true, value };
	}
	const wanted = data.numbers ?? { of: 1, picks: [0] };
	const [doubt] = doubtful(plain);
	if (doubt !== undefined) return { hit: false, reason: `"${text}": "${doubt}" beside a digit may be one itself` };
	const before = withoutEnding(plain, data.ending);
	if (before === undefined) return { hit: false, reason: `"${text}" does not end in "${data.ending ?? ''}", as it always did` };
	const found = numbersIn(before);
	if (found.length !== wanted.of) return { hit: false, reason: `"${text}" holds ${found.length} numbers, ${wanted.of} are expected` };
	const values = new Set(wanted.picks.map((pick) => found[pick]));
	const [value] = values;
	if (values.size !== 1 || value === undefined)
		return { hit: false, reason: `"${text}": which of its numbers is meant was never told apart` };
	if (data.min !== undefined && value < data.min) return { hit: false, reason: `${value} is below the least possible ${data.min}` };
	if (data.max !== undefined && value > data.max) return { hit: false, reason: `${value} is above the greatest possible ${data.max}` };
	return { hit: true, value };
}

function readElement(data: RegionData, seen: Recognition | undefined): Reading {
	const element = data.element ?? '';
	if (seen === undefined) return { hit: false, reason: `element "${element}" has no template that answers`, rested: false };
	const { rested } = seen;
	// Neither there nor clearly absent: a new look of it, most likely.
	if (!seen.hit && seen.best >= UNCERTAIN)
		return { hit: false, reason: `"${element}" is half recognised (${seen.best.toFixed(2)})`, rested };
	if (data.reader === 'present') return { hit: true, value: seen.hit, rested };
	const places = seen.hit ? seen.places : [];
	if (places.length >= INSTANCES_MAX) return { hit: false, reason: `"${element}" is seen ${INSTANCES_MAX} times or more`, rested };
	if (data.reader === 'count') return { hit: true, value: places.length, rested };
	const [only] = places;
	if (only === undefined) return { hit: false, reason: `"${element}" is not seen`, rested };
	if (places.length > 1) return { hit: false, reason: `"${element}" is seen ${places.length} times`, rested };
	const centre = centreOf(only.box);
	return { hit: true, value: [centre.x, centre.y], rested };
}
