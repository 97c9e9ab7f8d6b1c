// What an import makes besides skills: templates of the project's pictures, readers of its texts, and the facts that a profile must
// ask for so that a model's answers can prove them here. Each is made once, however many nodes name it.
import { freshStat, type Provenance, type Scope } from '../../crystals/crystal.ts';
import { EXEMPLARS_MAX, THRESHOLD_LEAST, THRESHOLD_MAX, THRESHOLD_NEW } from '../../crystals/template/fit.ts';
import { type RegionCrystal, version as REGION_SCHEMA } from '../../crystals/region/schema.ts';
import { normalise } from '../../crystals/region/text.ts';
import { type TemplateCrystal, type TemplateData, version as TEMPLATE_SCHEMA } from '../../crystals/template/schema.ts';
import type { Box, Size } from '../../geometry.ts';
import type { FactWanted } from '../../profile.ts';
import type { Look, LookRead } from './looks.ts';
import { makeNames, type Names } from './names.ts';
import type { Notes } from './notes.ts';

/** As many facts as a profile may ask for. */
const FACTS_MAX = 100;
const LANGUAGE_SHARE = 0.3;

export interface ElementWanted {
	/** The node's. */
	readonly name: string;
	/** Paths under the image folder: of files, or of folders whose files are meant. */
	readonly files: readonly string[];
	readonly roi: Box;
	/** Green pixels do not count. */
	readonly masked: boolean;
	/** The author's; absent: the one that new templates have. */
	readonly threshold?: number;
}

export interface Shelf {
	/** The template's element; undefined where no picture of it can be used. */
	element(wanted: ElementWanted, notes: Notes): { readonly element: string; readonly size: Size } | undefined;
	/** The fact that reads which of some texts stands in a box. */
	text(
		wanted: {
			readonly name: string;
			readonly roi: Box;
			readonly values: readonly string[];
			readonly replace: readonly (readonly [string, string])[];
		},
		notes: Notes,
	): string;
	/** The fact that reads the number in a box. */
	number(wanted: { readonly name: string; readonly roi: Box }, notes: Notes): string;
	/** The element that a text stands on whose place is not known: a model is asked for it, and shows its look. */
	shown(wanted: { readonly name: string; readonly roi: Box; readonly values: readonly string[] }, notes: Notes): string;
	readonly templates: readonly TemplateCrystal[];
	readonly regions: readonly RegionCrystal[];
	readonly facts: readonly FactWanted[];
}

export interface ShelfOptions {
	readonly scope: Scope;
	readonly provenance: Provenance;
	readonly idOf: (kind: string, name: string) => string;
	/** Paths of pictures by the name that nodes use. */
	readonly images: ReadonlyMap<string, string>;
	/** By path. */
	readonly looks: ReadonlyMap<string, LookRead>;
}

/** The pictures a node's `template` means: itself, or all in the folder of that name. */
export function imagesOf(file: string, images: ReadonlyMap<string, string>): readonly string[] {
	const name = file.replaceAll('\\', '/').replace(/^\.?\//, '');
	const own = images.get(name);
	if (own !== undefined) return [own];
	return [...images].flatMap(([key, path]) => (key.startsWith(`${name.replace(/\/$/, '')}/`) ? [path] : []));
}

export function makeShelf(o: ShelfOptions): Shelf {
	const names: Names = makeNames();
	const made = new Map<string, { readonly element: string; readonly size: Size } | undefined>();
	const whys = new Map<string, readonly (readonly [string, string])[]>();
	const byFact = new Map<string, string>();
	const templates: TemplateCrystal[] = [];
	const regions: RegionCrystal[] = [];
	const facts: FactWanted[] = [];

	return {
		element(wanted, notes) {
			const key = JSON.stringify([wanted.files, wanted.roi, wanted.masked, wanted.threshold]);
			if (!made.has(key)) {
				const why: [string, string][] = [];
				made.set(
					key,
					makeElement(wanted, (what, detail) => why.push([what, detail])),
				);
				whys.set(key, why);
			}
			for (const [what, detail] of whys.get(key) ?? []) notes.part(what, detail);
			return made.get(key);
		},
		text({ name, roi, values, replace }, notes) {
			return once(JSON.stringify(['text', roi, values, replace]), () => {
				const slug = names.fresh(name, 'text');
				const fact = `read.${slug}`;
				const language = languageOf(values);
				const mapping: Record<string, string> = {};
				for (const value of values) {
					mapping[normalise(value, language)] = value;
					for (const [from, to] of replace)
						if (to !== '' && value.includes(to)) mapping[normalise(value.replace(to, from), language)] = value;
				}
				const data = {
					fact,
					factType: 'enum' as const,
					reader: 'enum' as const,
					box: four(roi),
					language,
					replace: {},
					mapping,
					screens: {},
				};
				regions.push(crystal('region', slug, REGION_SCHEMA, data));
				ask(
					{ name: fact, type: 'enum', values: [...values], element: `${slug}-text`, about: about(`which of these stands in ${at(roi)}`) },
					notes,
				);
				return fact;
			});
		},
		number({ name, roi }, notes) {
			return once(JSON.stringify(['number', roi]), () => {
				const slug = names.fresh(name, 'number');
				const fact = `read.${slug}`;
				const numbers = { of: 1, picks: [0] };
				const data = {
					fact,
					factType: 'number' as const,
					reader: 'number' as const,
					box: four(roi),
					numbers,
					pattern: '#',
					replace: {},
					mapping: {},
					screens: {},
				};
				regions.push(crystal('region', slug, REGION_SCHEMA, data));
				ask({ name: fact, type: 'number', pattern: '#', element: `${slug}-text`, min: 0, about: about(`the number in ${at(roi)}`) }, notes);
				return fact;
			});
		},
		shown({ name, roi, values }, notes) {
			return once(JSON.stringify(['shown', roi, values]), () => {
				const element = names.fresh(name, 'text');
				const said = values
					.slice(0, 3)
					.map((v) => JSON.stringify(v))
					.join(' or ');
				ask({ name: `shows.${element}`, type: 'boolean', element, about: about(`the text ${said} stands in ${at(roi)}`) }, notes);
				return element;
			});
		},
		templates,
		regions,
		facts,
	};

	function once(key: string, make: () => string): string {
		const known = byFact.get(key) ?? make();
		byFact.set(key, known);
		return known;
	}

	function ask(fact: FactWanted, notes: Notes): void {
		if (facts.length < FACTS_MAX) facts.push(fact);
		else notes.part(`more facts than the ${FACTS_MAX} a profile can ask for`, fact.name);
	}

	function makeElement(
		wanted: ElementWanted,
		left: (what: string, detail: string) => void,
	): { readonly element: string; readonly size: Size } | undefined {
		const looks: Look[] = [];
		for (const file of wanted.files) {
			const paths = file.split(/[/\\]/).includes('..') ? [] : imagesOf(file, o.images);
			if (paths.length === 0) left('a picture that is not there', file);
			for (const path of paths) {
				const read = o.looks.get(path);
				if (read?.ok !== true) left('a picture that cannot be a template', `${file} ${read?.why ?? 'was not read'}`);
				else if (!wanted.masked) looks.push(read.look);
				else if (typeof read.masked !== 'string') looks.push(read.masked);
				else left('a green mask that leaves too little', `${file}: ${read.masked}`);
			}
		}
		const [first] = looks;
		if (first === undefined) return undefined;
		if (looks.length > EXEMPLARS_MAX) left(`more than ${EXEMPLARS_MAX} looks`, `${looks.length} pictures`);
		const { width, height } = first.pixels;
		if (width > wanted.roi[2] || height > wanted.roi[3])
			left('a picture larger than where it is looked for', `${width} × ${height} in ${at(wanted.roi)}`);
		const file =
			(wanted.files[0] ?? '')
				.replace(/\.[^./]*$/, '')
				.split('/')
				.at(-1) ?? '';
		const element = names.fresh(file, 'look', wanted.name);
		const blobs: Record<string, Uint8Array> = {};
		const threshold = Math.min(THRESHOLD_MAX, Math.max(THRESHOLD_LEAST, wanted.threshold ?? THRESHOLD_NEW));
		const data: TemplateData = {
			element,
			elementKind: 'other',
			fixed: false,
			places: [],
			roi: four(wanted.roi),
			size: [width, height],
			exemplars: looks.slice(0, EXEMPLARS_MAX).map((look, i) => put(blobs, i, look)),
			threshold,
			...(wanted.threshold === undefined ? {} : { thresholdBy: 'hand' as const }),
			margin: threshold,
			screens: {},
			negatives: { frames: 0, best: -1 },
			positives: { frames: 0, worst: 1 },
			hoverFloor: null,
			scores: [],
		};
		templates.push({ ...crystal('template', element, TEMPLATE_SCHEMA, data), blobs });
		return { element, size: { width, height } };
	}

	function crystal<K extends 'template' | 'region', D>(kind: K, name: string, schema: number, data: D) {
		const { scope, provenance } = o;
		const id = o.idOf(kind, name);
		return {
			id,
			kind,
			scope,
			name,
			schema,
			createdAt: provenance.at,
			provenance,
			state: 'trial' as const,
			stat: freshStat(),
			history: [],
			data,
			blobs: {},
		};
	}
}

function put(blobs: Record<string, Uint8Array>, index: number, { pixels, deviation }: Look): TemplateData['exemplars'][number] {
	const { width, height, luma, mask, u, v } = pixels;
	const name = <B extends Uint8Array | undefined>(part: string, bytes: B): string => {
		if (bytes !== undefined) blobs[`e${index}.${part}`] = bytes;
		return `e${index}.${part}`;
	};
	return {
		state: index === 0 ? 'first' : `look-${index + 1}`,
		size: [width, height],
		luma: name('luma', luma),
		...(mask === undefined ? {} : { mask: name('mask', mask) }),
		...(u === undefined || v === undefined ? {} : { u: name('u', u), v: name('v', v) }),
		deviation,
	};
}

/** Of its texts: the language whose rules of case they follow. */
export function languageOf(texts: readonly string[]): string {
	const all = texts.join('');
	const share = (pattern: RegExp): number => (all.match(pattern) ?? []).length / Math.max(1, all.length);
	if (share(/[\p{Script=Hiragana}\p{Script=Katakana}]/gu) > 0) return 'ja';
	if (share(/\p{Script=Hangul}/gu) > 0) return 'ko';
	return share(/\p{Script=Han}/gu) > LANGUAGE_SHARE ? 'zh' : 'en';
}

const four = (box: Box): [number, number, number, number] => [
	Math.round(box[0]),
	Math.round(box[1]),
	Math.round(box[2]),
	Math.round(box[3]),
];
const at = (box: Box): string => `[${four(box).join(', ')}]`;
const about = (text: string): string => text.slice(0, 300);
