// Facts told by a model → readers that find the same values by themselves. A reader is kept only when, on the very frame the
// model saw, it reads exactly the value the model told. In two steps, because reading text takes time and a frame's pixels do
// not wait: `planRegions` cuts the crops, `finishRegions` gets what was read.
import { type Box, centreOf, iou } from '../../geometry.ts';
import { type BoxFormat, readBox } from '../../perception/boxes.ts';
import type { Crop, Frame, TextHint } from '../../ports.ts';
import type { FactWanted } from '../../profile.ts';
import type { FactValue, PerceptionAnswer } from '../../question.ts';
import { freshStat, isYoung, type Provenance, type Refusal, type Scope } from '../crystal.ts';
import { hintOf, interpret, type Line, textCrop } from './apply.ts';
import { CASES_MAX, isTextual, type Reader, type RegionCrystal, type RegionData, version } from './schema.ts';
import { applyReplace, CONFUSIONS, doubtful, endingOf, keepCharset, narrow, normalise, numbersIn, withoutEnding } from './text.ts';

/** How far a told position may lie from the element's centre, pixels. */
const POSITION_SLACK = 4;
const MAPPING_MAX = 200;

export interface RegionEvidence {
	readonly scope: Scope;
	readonly provenance: Provenance;
	readonly boxFormat: BoxFormat;
	readonly roi?: Box;
	/** The profile's facts. */
	readonly facts: readonly FactWanted[];
	readonly charset?: string;
	/** The picture had not come to rest: nothing is learnt from it. */
	readonly transition?: boolean;
	readonly newId: (name: string) => string;
}

export interface RegionLabel {
	readonly id: string;
	readonly harmful: boolean;
	readonly detail: string;
}
export interface RegionHarvest {
	readonly made: readonly RegionCrystal[];
	readonly changed: readonly RegionCrystal[];
	readonly refused: readonly Refusal[];
	readonly labelled: readonly RegionLabel[];
}

interface Told {
	readonly wanted: FactWanted;
	readonly value: FactValue;
	readonly reader: Reader;
	readonly element?: string;
	readonly box?: Box;
	/** Key of the crop that shows the value. */
	readonly read?: string;
}
export interface RegionPlan {
	/** Crops to be read, by key; `finishRegions` wants the lines under the same keys. */
	readonly crops: ReadonlyMap<string, Crop>;
	/** What can stand in each crop, under the same keys: the reader that is made will be read with the same. */
	readonly hints: ReadonlyMap<string, TextHint>;
	readonly told: readonly Told[];
	readonly refused: readonly Refusal[];
	readonly screen: string;
}

export function planRegions(
	answer: PerceptionAnswer,
	frame: Frame,
	existing: readonly RegionCrystal[],
	evidence: RegionEvidence,
): RegionPlan {
	const crops = new Map<string, Crop>();
	const hints = new Map<string, TextHint>();
	const told: Told[] = [];
	const refused: Refusal[] = [];
	const refuse = (name: string, why: string): void => void refused.push({ what: `region "${name}"`, why });
	const boxes = new Map<string, Box[]>();
	for (const element of answer.elements) {
		const read = readBox(element.box, evidence.boxFormat, frame, evidence.roi);
		if (read.ok) boxes.set(element.name, [...(boxes.get(element.name) ?? []), read.box]);
	}
	for (const { name, value, element: named } of answer.facts) {
		const wanted = evidence.facts.find((f) => f.name === name);
		if (wanted === undefined) refuse(name, 'the profile does not ask for it');
		else if (wanted.from !== undefined || wanted.type === undefined) refuse(name, 'it is derived from other facts');
		else if (evidence.transition === true) refuse(name, 'the picture was still changing');
		else if (answer.screen === 'unknown') refuse(name, 'the screen is unknown');
		else {
			const wrong = valueFault(wanted, value);
			if (wrong !== undefined) {
				refuse(name, wrong);
				continue;
			}
			const element = named ?? wanted.element;
			const places = element === undefined ? [] : (boxes.get(element) ?? []);
			const fact = { wanted, value };
			if (wanted.type === 'boolean') {
				if (element === undefined) refuse(name, 'no element shows it');
				else if (value !== places.length > 0)
					refuse(name, `${String(value)} was told, but "${element}" is ${places.length > 0 ? 'there' : 'not there'}`);
				else told.push({ ...fact, reader: 'present', element });
			} else if (wanted.type === 'count') {
				if (element === undefined) refuse(name, 'no element is counted');
				else if (value !== places.length) refuse(name, `${String(value)} was told, but "${element}" is placed ${places.length} times`);
				else told.push({ ...fact, reader: 'count', element });
			} else if (wanted.type === 'position') {
				const [only] = places;
				const centre = only === undefined ? undefined : centreOf(only);
				const at = value as readonly [number, number];
				if (element === undefined || centre === undefined) refuse(name, 'no element stands at it');
				else if (places.length > 1) refuse(name, `"${element}" is placed ${places.length} times`);
				else if (Math.hypot(centre.x - at[0], centre.y - at[1]) > POSITION_SLACK)
					refuse(name, `[${at.join(', ')}] was told, but "${element}" stands at [${centre.x}, ${centre.y}]`);
				else told.push({ ...fact, reader: 'position', element });
			} else {
				// The text of a known reader is looked for where it was; a model's box of it differs a little every time.
				const known =
					existing.find((c) => c.data.fact === name && c.data.box !== undefined && places.some((p) => iou(p, c.data.box as Box) > 0.4)) ??
					// A person said once that it does not stand there.
					existing.find((c) => c.data.fact === name && isInService(c) && places.some((p) => wasPutRight(c, p)));
				const box = known?.data.box ?? (places.length === 1 ? places[0] : undefined);
				if (element === undefined) refuse(name, 'no element shows it');
				else if (box === undefined)
					refuse(name, places.length === 0 ? `element "${element}" has no usable box` : `"${element}" is placed ${places.length} times`);
				else {
					const cut = textCrop(box, frame);
					if (cut === undefined) refuse(name, 'its box lies outside the frame');
					else {
						const textual = { ...fact, reader: wanted.type, element, box, read: name };
						crops.set(name, cut);
						hints.set(name, hintOf(known?.data ?? blank(textual, evidence)));
						told.push(textual);
					}
				}
			}
		}
	}
	return { crops, hints, told, refused, screen: answer.screen };
}

const isInService = ({ state }: RegionCrystal): boolean => state !== 'quarantined' && state !== 'retired';

function wasPutRight({ data }: RegionCrystal, place: Box): boolean {
	return data.cases?.some(({ was }) => iou(was, place) > 0.4) === true;
}

/** A reader's data with what a person put right. */
export interface PutRight {
	/** Where the box was. */
	readonly was: Box;
	/** Where it is. */
	readonly box: Box;
	/** What was read there and what they said it is; absent where they said nothing. */
	readonly told?: { readonly line: Line; readonly value: number | string };
	readonly at: number;
}
export function withCase(data: RegionData, { was, box, told, at }: PutRight): Learnt {
	const learnt = told === undefined ? { ok: true as const, data } : learn(data, told.line, told.value);
	if (!learnt.ok) return learnt;
	const reads = told === undefined ? {} : { reads: { text: told.line.text, value: told.value } };
	const cases = [...(data.cases ?? []), { at, was: [...was] as [number, number, number, number], ...reads }].slice(-CASES_MAX);
	return { ok: true, data: { ...learnt.data, box: [...box] as [number, number, number, number], cases } };
}

/** Why a value cannot be one of a fact; undefined when it can. */
export function valueFault(wanted: FactWanted, value: FactValue): string | undefined {
	const is = Array.isArray(value) ? 'position' : typeof value;
	const should = { number: 'number', count: 'number', boolean: 'boolean', text: 'string', enum: 'string', position: 'position' }[
		wanted.type ?? 'text'
	];
	if (is !== should) return `a ${wanted.type} is wanted, ${JSON.stringify(value)} was told`;
	if (wanted.type === 'enum' && !(wanted.values ?? []).includes(value as string)) return `"${String(value)}" is none of its values`;
	if (typeof value === 'number' && ((wanted.min !== undefined && value < wanted.min) || (wanted.max !== undefined && value > wanted.max)))
		return `${value} is out of its range`;
	return undefined;
}

/**
 * @param lines  what was read of the plan's crops, by key; a missing one could not be read
 */
export function finishRegions(
	plan: RegionPlan,
	lines: ReadonlyMap<string, Line>,
	existing: readonly RegionCrystal[],
	evidence: RegionEvidence,
): RegionHarvest {
	const made: RegionCrystal[] = [];
	const changed = new Set<RegionCrystal>();
	const refused: Refusal[] = [...plan.refused];
	const labelled: RegionLabel[] = [];
	for (const fact of plan.told) {
		const { name } = fact.wanted;
		const own = existing.filter((c) => c.state !== 'retired' && c.data.fact === name && c.data.reader === fact.reader);
		const host = own.find((c) =>
			fact.box === undefined ? c.data.element === fact.element : c.data.box !== undefined && iou(c.data.box, fact.box) > 0.4,
		);
		for (const other of own) {
			if (other === host || other.data.box === undefined || fact.box === undefined || !isYoung(other)) continue;
			if ((other.data.screens[plan.screen]?.seen ?? 0) === 0) continue;
			const at = `[${other.data.box.join(', ')}]`;
			labelled.push({ id: other.id, harmful: true, detail: `"${name}" is read at ${at}, and shown at [${fact.box.join(', ')}]` });
		}
		const line = fact.read === undefined ? undefined : lines.get(fact.read);
		if (isTextual(fact.reader) && line === undefined) {
			refused.push({ what: `region "${name}"`, why: 'its text could not be read' });
			continue;
		}
		const before = host?.data ?? blank(fact, evidence);
		const learnt = isTextual(fact.reader) ? learn(before, line as Line, fact.value) : { ok: true as const, data: before };
		if (host !== undefined && isTextual(fact.reader)) {
			const said = interpret(host.data, line as Line);
			if (said.hit) {
				const agrees = said.value === fact.value;
				labelled.push({
					id: host.id,
					harmful: !agrees,
					detail: `"${name}" reads ${JSON.stringify(said.value)}, ${JSON.stringify(fact.value)} was told`,
				});
				if (!agrees) {
					refused.push({
						what: `region "${name}"`,
						why: `it reads ${JSON.stringify(said.value)} where ${JSON.stringify(fact.value)} was told`,
					});
					count(host, plan.screen, false, changed);
					continue;
				}
			}
		}
		if (!learnt.ok) {
			refused.push({ what: `region "${name}"`, why: learnt.why });
			continue;
		}
		if (host !== undefined) {
			host.data = learnt.data;
			count(host, plan.screen, true, changed);
			continue;
		}
		made.push({
			id: evidence.newId(name),
			kind: 'region',
			scope: evidence.scope,
			name,
			schema: version,
			createdAt: evidence.provenance.at,
			provenance: evidence.provenance,
			state: 'trial',
			stat: freshStat(),
			history: [],
			data: { ...learnt.data, screens: { [plan.screen]: { seen: 1, of: 1 } } },
			blobs: {},
		});
	}
	return { made, changed: [...changed], refused, labelled };
}

function blank(fact: Told, evidence: RegionEvidence): RegionData {
	const { wanted, reader, element, box } = fact;
	return {
		fact: wanted.name,
		factType: wanted.type ?? 'text',
		reader,
		...(box === undefined ? {} : { box: [box[0], box[1], box[2], box[3]] as [number, number, number, number] }),
		...(element === undefined ? {} : { element }),
		...(evidence.charset === undefined || reader === 'number' ? {} : { charset: evidence.charset }),
		...(wanted.pattern === undefined || !isTextual(reader) ? {} : { pattern: wanted.pattern }),
		...(isTextual(reader) ? { language: evidence.scope.language } : {}),
		replace: {},
		mapping: {},
		...(wanted.min === undefined ? {} : { min: wanted.min }),
		...(wanted.max === undefined ? {} : { max: wanted.max }),
		screens: {},
	};
}

type Learnt = { readonly ok: true; readonly data: RegionData } | { readonly ok: false; readonly why: string };

/** Fits the reader's data so that this line reads as the value told, and every value told before still does. */
function learn(data: RegionData, line: Line, value: FactValue): Learnt {
	const text = keepCharset(narrow(line.text), data.charset);
	if (text.trim() === '') return { ok: false, why: `nothing could be read where ${JSON.stringify(value)} was told` };
	if (data.reader !== 'number') {
		const key = normalise(text, data.language);
		const other = Object.hasOwn(data.mapping, key) ? data.mapping[key] : undefined;
		if (other !== undefined && other !== value)
			return { ok: false, why: `"${text}" stood for "${other}" before and now for ${JSON.stringify(value)}` };
		if (data.reader === 'text' && normalise(String(value), data.language) !== key && key.length < 2)
			return { ok: false, why: `read "${text}" where ${JSON.stringify(value)} was told` };
		const mapping = { ...data.mapping, [key]: String(value) };
		if (Object.keys(mapping).length > MAPPING_MAX) return { ok: false, why: `more than ${MAPPING_MAX} different texts stand there` };
		return checked({ ...data, mapping }, line, value);
	}
	// As it stands; then letters as the digits they resemble; then letters beside digits as units ("10s"), which become blanks.
	const units = Object.fromEntries(doubtful(applyReplace(text, data.replace)).map((c) => [c, ' ']));
	for (const replace of [data.replace, { ...CONFUSIONS, ...data.replace }, { ...units, ...data.replace }]) {
		const plain = applyReplace(text, replace);
		if (doubtful(plain).length > 0) continue;
		// A thin stroke is taken for a digit: "280/280" comes as 2807280. Tried only while nothing else is known of the text.
		const ending = data.ending ?? (data.numbers === undefined ? endingOf(plain, value as number) : undefined);
		for (const end of new Set([data.ending, ending])) {
			const read = withoutEnding(plain, end);
			const found = read === undefined ? [] : numbersIn(read);
			const fits = found.flatMap((n, i) => (n === value ? [i] : []));
			const picks =
				data.numbers === undefined ? fits : data.numbers.of === found.length ? data.numbers.picks.filter((p) => fits.includes(p)) : [];
			if (picks.length === 0) continue;
			const used = Object.fromEntries(Object.entries(replace).filter(([c]) => text.includes(c) || Object.hasOwn(data.replace, c)));
			const numbers = { of: found.length, picks };
			return checked({ ...data, replace: used, numbers, ...(end === undefined ? {} : { ending: end }) }, line, value);
		}
	}
	return { ok: false, why: `read "${text}" where ${String(value)} was told` };
}

function checked(data: RegionData, line: Line, value: FactValue): Learnt {
	const said = interpret(data, line);
	if (!said.hit) return { ok: false, why: said.reason };
	const other = data.cases?.find(({ reads }) => reads !== undefined && !stillReads(data, reads));
	if (other?.reads !== undefined)
		return {
			ok: false,
			why: `a person said that "${other.reads.text}" is ${JSON.stringify(other.reads.value)}, which would no longer be read`,
		};
	return said.value === value
		? { ok: true, data }
		: { ok: false, why: `it reads ${JSON.stringify(said.value)} where ${JSON.stringify(value)} was told` };
}

function stillReads(data: RegionData, { text, value }: { readonly text: string; readonly value: number | string }): boolean {
	const said = interpret(data, { text, confidence: 1 });
	return said.hit && said.value === value;
}

function count(crystal: RegionCrystal, screen: string, agreed: boolean, changed: Set<RegionCrystal>): void {
	const { seen, of } = crystal.data.screens[screen] ?? { seen: 0, of: 0 };
	crystal.data = { ...crystal.data, screens: { ...crystal.data.screens, [screen]: { seen: seen + (agreed ? 1 : 0), of: of + 1 } } };
	changed.add(crystal);
}
