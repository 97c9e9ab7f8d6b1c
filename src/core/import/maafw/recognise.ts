// A node's recognition as conditions over facts: the templates and readers it needs are put on the shelf, and what can be told by
// them becomes literals. What cannot is never taken as recognised: an act on a picture that nobody knows is a click on anything.
import { type Box, centreOf, type Size } from '../../geometry.ts';
import type { Literal } from '../../question.ts';
import { kindOf, roiOf, texts } from './fields.ts';
import { isObject, type JsonObject } from './jsonc.ts';
import { makeNotes, type Notes } from './notes.ts';
import { innerPart, type MaaNode, type MaaPart } from './project.ts';
import type { Shelf } from './shelf.ts';
import { isNumberForm, spelledOut } from './texts.ts';

/** Where what was recognised is, for an act. */
export type Target =
	| { readonly is: 'element'; readonly element: string; readonly size?: Size }
	| { readonly is: 'point'; readonly at: readonly [number, number] };
export interface Alternative {
	/** A conjunction. */
	readonly when: readonly Literal[];
	readonly target?: Target;
}
/** Any one of these; none ever where it is empty. */
export type Condition = readonly Alternative[];

const LITERALS_MAX = 12;
const ALTERNATIVES_MAX = 8;
const VALUES_MAX = 32;
const DEPTH_MAX = 4;
/** A box as low as this holds one line of text at 720 lines; one that the author drew for reading alone may be higher. */
const LINE_MAX = 64;
const DRAWN_LINE_MAX = 120;

export interface Recogniser {
	readonly frame: Size;
	readonly nodes: ReadonlyMap<string, MaaNode>;
	readonly shelf: Shelf;
	/** Where the parts of a combination are looked for, by the names they go by in it. */
	readonly parts?: ReadonlyMap<string, JsonObject>;
}

/** @returns undefined when nothing of it can be told here; `notes` says why */
export function recognise(node: MaaNode, o: Recogniser, notes: Notes): Condition | undefined {
	const found = recognisePart(node.recognition, node.name, o, notes, 0);
	if (found === undefined || node.common['inverse'] !== true) return found;
	const not = negated(found);
	return not ?? notes.no('an inverse of too many conditions');
}

function recognisePart(part: MaaPart, name: string, o: Recogniser, notes: Notes, depth: number): Condition | undefined {
	const { type, param } = part;
	switch (type) {
		case 'DirectHit': {
			const roi = roiOf(param, o.frame, notes, areaIn(o));
			return roi === undefined ? undefined : [{ when: [], target: pointOf(roi) }];
		}
		case 'TemplateMatch':
		case 'FeatureMatch':
			if (type === 'FeatureMatch') notes.part('FeatureMatch: found by its look at one size, not by features');
			return template(param, name, type, o, notes);
		case 'OCR':
			return ocr(param, name, o, notes);
		case 'And':
		case 'Or':
			return combined(type, param, name, o, notes, depth);
		case 'ColorMatch':
		case 'NeuralNetworkClassify':
		case 'NeuralNetworkDetect':
		case 'Custom':
			return notes.no(`recognition ${type}`, type === 'Custom' ? String(param['custom_recognition'] ?? '') : '');
		default:
			return notes.no('an unknown recognition', type);
	}
}

/** Where a part of the same combination, or another node, is looked for; undefined where that again depends on another. */
function areaIn(o: Recogniser): (name: string) => Box | undefined {
	return (name) => roiOf(o.parts?.get(name) ?? o.nodes.get(name)?.recognition.param ?? {}, o.frame, makeNotes(), () => undefined);
}

const sees = (element: string): Literal => ({ f: `sees.${element}`, op: '==', v: true });
const pointOf = (box: Box): Target => ({ is: 'point', at: [centreOf(box).x, centreOf(box).y] });

function template(param: JsonObject, name: string, type: string, o: Recogniser, notes: Notes): Condition | undefined {
	const roi = roiOf(param, o.frame, notes, areaIn(o));
	if (param['template'] === undefined) return notes.no('names no picture: one is set only while it runs');
	const files = texts(param['template']);
	if (files === undefined || files.length === 0)
		return notes.no('a field of the wrong type', `template: ${kindOf(param['template'])} instead of a path`);
	if (roi === undefined) return undefined;
	someOf(param, notes);
	const made = o.shelf.element({ name, files, roi, masked: param['green_mask'] === true, ...scoreOf(param, type, notes) }, notes);
	return made === undefined ? undefined : [{ when: [sees(made.element)], target: { is: 'element', ...made } }];
}

/** The author's threshold, where its scale is ours. */
function scoreOf(param: JsonObject, type: string, notes: Notes): { readonly threshold?: number } {
	if (type === 'FeatureMatch') return {};
	const { method = 5, threshold = 0.7 } = param as { method?: unknown; threshold?: unknown };
	if (method !== 5) {
		notes.part('a score of another scale: the usual threshold is taken', `method ${String(method)}`);
		return {};
	}
	const all: readonly unknown[] = Array.isArray(threshold) ? threshold : [threshold];
	if (all.length === 0 || !all.every((t): t is number => typeof t === 'number' && t >= -1 && t <= 1)) {
		notes.part('a field of the wrong type', `threshold: ${kindOf(threshold)} instead of a score`);
		return {};
	}
	if (new Set(all).size > 1) notes.part('one threshold for all looks', 'the strictest is taken');
	return { threshold: Math.max(...all) };
}

/** Several may be found; which of them is meant is another question than whether there is one. */
function someOf(param: JsonObject, notes: Notes): void {
	const { index = 0, order_by: order } = param as { index?: unknown; order_by?: unknown };
	if (index !== 0) notes.part('which one of several: ours takes the nearest to the middle', `index ${String(index)}`);
	else if (order !== undefined && order !== 'Horizontal' && order !== 'Score')
		notes.part('which one of several: ours takes the nearest to the middle', `order_by ${String(order)}`);
}

function ocr(param: JsonObject, name: string, o: Recogniser, notes: Notes): Condition | undefined {
	const roi = roiOf(param, o.frame, notes, areaIn(o));
	const expected = texts(param['expected'] ?? []);
	if (expected === undefined) return notes.no('a field of the wrong type', `expected: ${kindOf(param['expected'])} instead of texts`);
	if (roi === undefined) return undefined;
	someOf(param, notes);
	if (param['color_filter'] !== undefined) notes.part('a colour filter before reading', String(param['color_filter']));
	if (typeof param['model'] === 'string' && param['model'] !== '') notes.part('a text model of its own', param['model']);
	if (expected.length === 0 || expected.every((e) => e === '' || e === '.*')) return notes.no('OCR without a text to wait for');
	const oneLine = typeof param['roi'] !== 'string' && roi[3] <= (param['only_rec'] === true ? DRAWN_LINE_MAX : LINE_MAX);
	if (expected.every(isNumberForm)) {
		if (!oneLine) return notes.no('a text of an open form in a wide area', expected.join(' '));
		const fact = o.shelf.number({ name, roi }, notes);
		return [{ when: [{ f: fact, op: '>', v: -1 }], target: pointOf(roi) }];
	}
	const spelled = expected.flatMap((e) => spelledOut(e) ?? []);
	const open = expected.filter((e) => spelledOut(e) === undefined);
	if (spelled.length === 0) return notes.no('OCR of texts that cannot be spelled out', open.join(' '));
	if (open.length > 0) notes.part('OCR of texts that cannot be spelled out', open.join(' '));
	const values = [...new Set(spelled)].slice(0, VALUES_MAX);
	if (values.length < new Set(spelled).size) notes.part(`more than ${VALUES_MAX} texts`);
	if (oneLine) {
		const fact = o.shelf.text({ name, roi, values, replace: replacements(param, notes) }, notes);
		const literal: Literal = values.length === 1 ? { f: fact, op: '==', v: values[0] as string } : { f: fact, op: 'in', v: values };
		return [{ when: [literal], target: pointOf(roi) }];
	}
	notes.part('a text in a wide area: a model must show once where it stands');
	const element = o.shelf.shown({ name, roi, values }, notes);
	return [{ when: [sees(element)], target: { is: 'element', element } }];
}

/** Pairs of what is misread and what it is, where both stand for themselves. */
function replacements(param: JsonObject, notes: Notes): readonly (readonly [string, string])[] {
	const given = param['replace'];
	if (given === undefined) return [];
	const list: readonly unknown[] =
		Array.isArray(given) && given.every((g) => typeof g === 'string') ? [given] : Array.isArray(given) ? given : [given];
	return list.flatMap((pair) => {
		const [from, to] = Array.isArray(pair) ? (pair as unknown[]) : [];
		const spelled = typeof from === 'string' ? spelledOut(from) : undefined;
		if (spelled !== undefined && typeof to === 'string') return spelled.map((s) => [s, to] as const);
		notes.part('a replacement that cannot be spelled out', JSON.stringify(pair));
		return [];
	});
}

function combined(type: 'And' | 'Or', param: JsonObject, name: string, o: Recogniser, notes: Notes, depth: number): Condition | undefined {
	const field = type === 'And' ? 'all_of' : 'any_of';
	const list = param[field];
	if (!Array.isArray(list) || list.length === 0)
		return notes.no('a field of the wrong type', `${field}: ${kindOf(list)} instead of recognitions`);
	if (depth >= DEPTH_MAX) return notes.no('recognitions nested too deep');
	const parts: Condition[] = [];
	const named = list.flatMap((item): [string, JsonObject][] =>
		isObject(item) && typeof item['sub_name'] === 'string' ? [[item['sub_name'], innerPart(item).param]] : [],
	);
	const within = { ...o, parts: new Map([...(o.parts ?? []), ...named]) };
	for (const [i, item] of list.entries()) {
		const one = inner(item, `${name} ${i + 1}`, within, notes, depth);
		if (one !== undefined) parts.push(one);
		// One that cannot be told leaves the whole of an "and" unknown; an "or" has the others.
		else if (type === 'And') return undefined;
		else notes.part('one of several alternatives is left');
	}
	if (parts.length === 0) return undefined;
	if (type === 'Or') return capped(parts.flat(), notes);
	const { box_index: chosen = 0 } = param as { box_index?: unknown };
	const target = typeof chosen === 'number' ? chosen : 0;
	let all: Condition = [{ when: [] }];
	for (const [i, one] of parts.entries()) {
		all = all.flatMap((a) =>
			one.map((b) => {
				const at = i === target ? b.target : a.target;
				return { when: [...a.when, ...b.when], ...(at === undefined ? {} : { target: at }) };
			}),
		);
		if (all.length > ALTERNATIVES_MAX * ALTERNATIVES_MAX) return notes.no('too many alternatives');
	}
	return capped(all, notes);
}

/** One recognition of several: written out, or another node's by its name. */
function inner(item: unknown, name: string, o: Recogniser, notes: Notes, depth: number): Condition | undefined {
	if (typeof item === 'string') {
		const other = o.nodes.get(item);
		if (other === undefined) return notes.no('names a node that there is not', item);
		const found = recognisePart(other.recognition, other.name, o, notes, depth + 1);
		return found !== undefined && other.common['inverse'] === true ? negated(found) : found;
	}
	if (!isObject(item)) return notes.no('a field of the wrong type', `${kindOf(item)} instead of a recognition`);
	const found = recognisePart(innerPart(item), name, o, notes, depth + 1);
	return found !== undefined && item['inverse'] === true ? negated(found) : found;
}

function capped(all: Condition, notes: Notes): Condition | undefined {
	const short = all.filter((a) => a.when.length <= LITERALS_MAX);
	if (short.length === 0) return notes.no(`more than ${LITERALS_MAX} conditions at once`);
	if (short.length > ALTERNATIVES_MAX || short.length < all.length) notes.part('too many alternatives');
	return short.slice(0, ALTERNATIVES_MAX);
}

/** Not any of these: of each one literal at least does not hold. Undefined when that becomes too much to write. */
function negated(condition: Condition): Condition | undefined {
	let out: Condition = [{ when: [] }];
	for (const { when } of condition) {
		out = out.flatMap((a) => when.map((l) => ({ when: [...a.when, ...opposite(l)] })));
		if (out.length > ALTERNATIVES_MAX) return undefined;
	}
	return out.every((a) => a.when.length <= LITERALS_MAX) ? out : undefined;
}

function opposite({ f, op, v }: Literal): readonly Literal[] {
	if (op === 'in') return (v as (string | number)[]).map((one) => ({ f, op: '!=', v: one }));
	if (op === '>') return [{ f, op: '<=', v }];
	return typeof v === 'boolean' ? [{ f, op: '==', v: !v }] : [{ f, op: '!=', v }];
}
