// Region + frame → the fact's value, or why not.
import { type Box, centreOf, clip, grow } from '../../geometry.ts';
import { crop, hashBox } from '../../perception/pixels.ts';
import type { Cancel, Crop, Frame, TextReader } from '../../ports.ts';
import type { FactValue } from '../../question.ts';
import type { Recognition } from '../template/apply.ts';
import { isTextual, type RegionCrystal, type RegionData } from './schema.ts';
import { applyReplace, doubtful, keepCharset, lookUp, numbersIn, withoutEnding } from './text.ts';

/** Below this mean certainty of its characters a line is not believed. */
export const CONFIDENCE_MIN = 0.7;
/** Room around the box, pixels: readers of text need some ground beside the letters. */
export const CROP_PAD = 3;
/** A template that scores this much without hitting is not proof of absence. */
export const UNCERTAIN = 0.6;
const CACHED_LINES = 48;

export type Reading =
	| { readonly hit: true; readonly value: FactValue; readonly rested: boolean }
	| { readonly hit: false; readonly reason: string; readonly rested: boolean };

export interface Line {
	readonly text: string;
	readonly confidence: number;
}

/** Lines by the hash of their pixels, per crystal: pixels that rest, or come back, are not read again. */
export type LineCache = Map<string, Map<number, Line>>;

export interface RegionSight {
	/** The screen the frame shows; the crystal answers only where it was confirmed. Undefined: not checked. */
	readonly screen?: string;
	/** What the frame shows of an element's templates, merged when there are several; undefined when it has none. */
	readonly recognised: (element: string) => Recognition | undefined;
}

/** Reads the fact. Never throws: a reader of text that fails is a miss with its message. */
export async function readRegion(
	crystal: RegionCrystal,
	frame: Frame,
	cache: LineCache,
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
	const cut = where === undefined ? undefined : crop(frame, where);
	if (where === undefined || cut === undefined)
		return { hit: false, reason: `its box lies outside this frame of ${frame.width} × ${frame.height}`, rested: false };
	const hash = hashBox(frame, where);
	let lines = cache.get(crystal.id);
	if (lines === undefined) {
		lines = new Map();
		cache.set(crystal.id, lines);
	}
	let line = lines.get(hash);
	const rested = line !== undefined;
	if (line === undefined) {
		try {
			line = await reader.readLine(cut, cancel);
		} catch (error) {
			return { hit: false, reason: `the text could not be read: ${error instanceof Error ? error.message : String(error)}`, rested: false };
		}
		if (lines.size >= CACHED_LINES) lines.delete(lines.keys().next().value as number);
		lines.set(hash, line);
	}
	return { ...interpret(data, line), rested };
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
	const text = keepCharset(line.text, data.charset);
	if (data.reader !== 'number') {
		const value = lookUp(data.mapping, text);
		return value === undefined ? { hit: false, reason: `unknown text "${text}"` } : { hit: true, value };
	}
	const wanted = data.numbers ?? { of: 1, picks: [0] };
	const plain = applyReplace(text, data.replace);
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
	if (data.reader === 'count') return { hit: true, value: places.length, rested };
	const [only] = places;
	if (only === undefined) return { hit: false, reason: `"${element}" is not seen`, rested };
	if (places.length > 1) return { hit: false, reason: `"${element}" is seen ${places.length} times`, rested };
	const centre = centreOf(only.box);
	return { hit: true, value: [centre.x, centre.y], rested };
}
