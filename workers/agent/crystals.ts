// Crystals as the page, the store and a pack want them: read aloud, checked, drawn.
import { sha256 } from '../../src/adapters/hex.ts';
import { encodePng } from '../../src/adapters/png.ts';
import { cascadeText, lacksText, successOf } from '../../src/core/crystals/cascade/apply.ts';
import type { CascadeCrystal } from '../../src/core/crystals/cascade/schema.ts';
import type { Crystal } from '../../src/core/crystals/crystal.ts';
import { type Approval, approvalText } from '../../src/core/crystals/approval/schema.ts';
import { readKind } from '../../src/core/crystals/kinds.ts';
import { floor, score, whatIsMissing } from '../../src/core/crystals/lifecycle.ts';
import { rankOf, TESTS } from '../../src/core/crystals/ladder.ts';
import { type Strategy, strategyText } from '../../src/core/crystals/strategy/schema.ts';
import { type Person, personText } from '../../src/core/crystals/person/schema.ts';
import { phraseText, type Phrase } from '../../src/core/crystals/phrase/schema.ts';
import { type Place, placeText } from '../../src/core/crystals/place/schema.ts';
import { type Route, routeText } from '../../src/core/crystals/route/schema.ts';
import { GLYPH_BLOB } from '../../src/core/crystals/region/glyphs.ts';
import { type Quest, questText } from '../../src/core/crystals/quest/schema.ts';
import type { RegionCrystal } from '../../src/core/crystals/region/schema.ts';
import type { Rule } from '../../src/core/crystals/rule/schema.ts';
import { printRule } from '../../src/core/crystals/rule/text.ts';
import type { ScreenCrystal } from '../../src/core/crystals/screen/schema.ts';
import type { Skill, SkillData } from '../../src/core/crystals/skill/schema.ts';
import { ownThreshold } from '../../src/core/crystals/skill/apply.ts';
import { writeSkillDocument } from '../../src/core/crystals/skill/document.ts';
import { gateText, skillText, stepText } from '../../src/core/crystals/skill/text.ts';
import type { Exemplar, TemplateCrystal } from '../../src/core/crystals/template/schema.ts';
import { RIM } from '../../src/core/perception/glyphs.ts';
import { makePack, type PackAbout, type PackFiles, type PackTools } from '../../src/core/pack.ts';
import type { Profile } from '../../src/core/profile.ts';
import type { CrystalDetail, CrystalView, PhraseDetail, RegionDetail, RuleDetail, SkillDetail, TemplateDetail } from '../agent.protocol.ts';

/** Checks a stored crystal's own part and brings it to today's version; a text names the fault. */
export function checkCrystal(crystal: Crystal): string | undefined {
	const read = readKind(crystal.kind, crystal.schema, crystal.data, crystal.blobs);
	if (!read.ok) return read.why;
	Object.assign(crystal, { schema: read.schema, data: read.data });
	return undefined;
}

/** What was brought from elsewhere was seen on no screen yet. */
function onScreens(screens: Readonly<Record<string, unknown>>): string {
	const names = Object.keys(screens);
	return names.length === 0 ? 'on no screen yet' : `on ${names.join(', ')}`;
}

function textOf(crystal: Crystal): string {
	switch (crystal.kind) {
		case 'template': {
			const { data } = crystal as TemplateCrystal;
			const free = data.roi === undefined ? 'anywhere in the world' : `somewhere in [${data.roi.join(', ')}]`;
			const where = data.fixed ? `at ${data.places.map((p) => `[${p.join(', ')}]`).join(', ')}` : free;
			return `${data.elementKind} of ${data.size.join(' × ')} px, ${where}, threshold ${data.threshold.toFixed(2)}, ${onScreens(data.screens)}`;
		}
		case 'region': {
			const { data } = crystal as RegionCrystal;
			return `${data.reader} ${data.box === undefined ? `of ${data.element ?? ''}` : `read at [${data.box.join(', ')}]`}, ${onScreens(data.screens)}`;
		}
		case 'screen': {
			const { data } = crystal as ScreenCrystal;
			return `confirmed ${data.confirmed} times, entered in ${Object.keys(data.entries).length} ways`;
		}
		case 'rule':
			return printRule((crystal as Rule).data);
		case 'skill':
			return skillText((crystal as Skill).data);
		case 'phrase':
			return phraseText((crystal as Phrase).data);
		case 'strategy':
			return strategyText((crystal as Strategy).data);
		case 'quest':
			return questText((crystal as Quest).data);
		case 'person':
			return personText((crystal as Person).data);
		case 'cascade':
			return cascadeText(crystal as CascadeCrystal);
		case 'place':
			return placeText((crystal as Place).data);
		case 'route':
			return routeText((crystal as Route).data);
		case 'approval':
			return approvalText((crystal as Approval).data);
	}
}

const pictures = new WeakMap<Uint8Array, { readonly key: string; png?: Promise<Uint8Array> }>();
let nextPicture = 1;

/** Names the pixels of a template's newest look: another look, another name. */
function pictureKey(crystal: Crystal): string | undefined {
	const luma = newestLuma(crystal);
	if (luma === undefined) return undefined;
	let known = pictures.get(luma);
	if (known === undefined) pictures.set(luma, (known = { key: `p${nextPicture++}` }));
	return known.key;
}

function newestLuma(crystal: Crystal): Uint8Array | undefined {
	const look = crystal.kind === 'template' ? (crystal as TemplateCrystal).data.exemplars.at(-1) : undefined;
	return look === undefined ? undefined : crystal.blobs[look.luma];
}

/** PNG of a template's newest look, made once. */
export async function pictureOf(crystal: Crystal | undefined): Promise<Uint8Array | undefined> {
	const luma = crystal === undefined ? undefined : newestLuma(crystal);
	if (crystal === undefined || luma === undefined) return undefined;
	pictureKey(crystal);
	const known = pictures.get(luma);
	const look = (crystal as TemplateCrystal).data.exemplars.at(-1);
	if (known === undefined || look === undefined) return undefined;
	return (known.png ??= lookPng(crystal, look));
}

function lookPng(crystal: Crystal, look: Exemplar): Promise<Uint8Array> {
	const [width, height] = look.size;
	const luma = crystal.blobs[look.luma] ?? new Uint8Array(width * height);
	const u = look.u === undefined ? undefined : crystal.blobs[look.u];
	const v = look.v === undefined ? undefined : crystal.blobs[look.v];
	const chroma = u && v ? { u, v, chromaStride: Math.ceil(width / 2) } : {};
	return encodePng({ id: crystal.id, at: 0, width, height, luma, stride: width, ...chroma });
}

/** The part of a crystal that goes to the page each time something changes: figures and words, no pictures. */
export function describeCrystal(crystal: Crystal): CrystalView {
	const { tier, model, at, usd, entry } = crystal.provenance;
	const picture = pictureKey(crystal);
	const missing = lackOf(crystal);
	return {
		id: crystal.id,
		kind: crystal.kind,
		name: crystal.name,
		state: crystal.state,
		...(crystal.kind === 'cascade'
			? successOf((crystal as CascadeCrystal).data)
			: { score: score(crystal.stat), floor: floor(crystal.stat) }),
		k: crystal.stat.k,
		w: crystal.stat.w,
		used: crystal.stat.used,
		text: textOf(crystal),
		...(picture === undefined ? {} : { picture }),
		why: waits(crystal) && missing !== undefined ? missing : (crystal.history.at(-1)?.why ?? STARTS),
		pinned: crystal.pinned ?? false,
		layer: crystal.kind === 'rule' ? (crystal as Rule).data.layer : null,
		...(crystal.kind === 'quest' ? { quest: (crystal as Quest).data } : {}),
		...(crystal.kind === 'person' ? { person: (crystal as Person).data } : {}),
		...(crystal.kind === 'approval' ? { ruling: rulingOf(crystal as Approval) } : {}),
		madeBy: { tier, model, at, usd, entry },
	};
}

const rulingOf = ({ data: { allowed, by } }: Approval): CrystalView['ruling'] & object => ({ allowed, by });

/** What only the session can show of a crystal. */
export interface Shown {
	readonly lookalike?: Uint8Array;
	/** A reader's place. */
	readonly place?: Uint8Array;
	readonly rule?: RuleDetail;
	/** Why a skill cannot be carried out now; empty: it can. */
	readonly cannotRun?: string;
}

/** Everything about one crystal, for its panel. */
export async function detailCrystal(crystal: Crystal, shown: Shown): Promise<CrystalDetail> {
	const { ask, promptTokens, completionTokens, usd } = crystal.provenance;
	const [width = 0, height = 0] = crystal.scope.layout.split('x').map(Number);
	return {
		id: crystal.id,
		frame: { width, height },
		history: crystal.history,
		missing: lacks(crystal),
		alarm: alarmOf(crystal),
		rank: rankInWords(crystal),
		cost: { ask, promptTokens, completionTokens, usd },
		...(crystal.kind === 'template' ? { template: await templateDetail(crystal as TemplateCrystal, shown) } : {}),
		...(shown.rule === undefined ? {} : { rule: shown.rule }),
		...(crystal.kind === 'region' ? { region: await regionDetail(crystal as RegionCrystal, shown) } : {}),
		...(crystal.kind === 'phrase' ? { phrase: phraseDetail(crystal as Phrase) } : {}),
		...(crystal.kind === 'skill' ? { skill: skillDetail(crystal as Skill, shown.cannotRun ?? 'nothing is being played') } : {}),
	};
}

function phraseDetail({ data }: Phrase): PhraseDetail {
	return {
		event: data.event,
		parts: data.parts.map((part) => {
			if ('text' in part) return { text: part.text, slot: false, how: '' };
			if ('noun' in part) return { text: part.noun, slot: true, how: `follows ${part.by}` };
			const number = part.number === undefined ? [] : [part.number === 'one' ? 'only 1' : 'never 1'];
			return {
				text: part.slot,
				slot: true,
				how: [...part.ops, ...number, ...(part.by === undefined ? [] : [`follows ${part.by}`])].join(', '),
			};
		}),
		text: phraseText(data),
		open: data.open,
		only: Object.entries(data.only ?? {}).map(([slot, values]) => `${slot}: ${values.join(', ')}`),
		examples: data.examples.map(({ line }) => line),
		said: (data.said ?? []).toReversed(),
		earlier: (data.earlier ?? []).toReversed(),
	};
}

/** How a skill was taught, in words. */
export const TAUGHT: Readonly<Record<SkillData['origin'], string>> = {
	plan: "a model's plan",
	repeat: 'the same success, three times',
	hand: 'your own hands',
	import: 'a project of another program',
	file: 'a SKILL.md',
};

function skillDetail(skill: Skill, cannotRun: string): SkillDetail {
	const { data, scope } = skill;
	return {
		goal: data.goal,
		description: data.description,
		version: data.version,
		taught: TAUGHT[data.origin],
		when: gateText(data),
		steps: data.steps.map(stepText),
		params: data.params.map(({ name, fact, value }) => ({
			name,
			value: [...(fact === undefined ? [] : [`the fact ${fact}`]), ...(value === undefined ? [] : [String(value)])].join(', else '),
		})),
		seen: data.seen ?? [],
		needs: ownThreshold(data),
		encoder: data.encoder ?? '',
		document: writeSkillDocument(skill, scope.game),
		cannotRun,
	};
}

/** Its last change says less than what it lacks. */
const waits = ({ kind, state }: Crystal): boolean => state === 'shadow' || (kind === 'cascade' && state === 'trial');

function lackOf(crystal: Crystal): string | undefined {
	return crystal.kind === 'cascade' ? lacksText(crystal as CascadeCrystal) : whatIsMissing(crystal);
}

function alarmOf(crystal: Crystal): number {
	if (crystal.kind === 'cascade') {
		const { usable, right } = (crystal as CascadeCrystal).data;
		return Math.max(usable.alarm, right.alarm);
	}
	return crystal.kind === 'template' || crystal.kind === 'region' ? (crystal.stat.ladder?.s ?? 0) : crystal.stat.alarm;
}

/** Its place on the long ladder; only what is seen in pictures climbs it, and only while it answers. */
function rankInWords({ state, stat }: Crystal): string {
	const { ladder } = stat;
	if (state !== 'autonomous' || ladder === undefined) return '';
	const test = TESTS[ladder.tested];
	const way =
		test === undefined ? '' : `, ${Math.round((100 * Math.max(0, ladder.l)) / Math.log(1 / test.alpha))} % of the way to the next test`;
	return `${rankOf(stat)}: ${ladder.tested} of ${TESTS.length} tests passed${way}`;
}

const STARTS = 'learnt, and not yet found again on three later frames';

function lacks(crystal: Crystal): string {
	switch (crystal.state) {
		case 'autonomous':
			return '';
		case 'trial':
			if (crystal.kind === 'cascade') return lackOf(crystal) ?? '';
			return crystal.kind === 'template' || crystal.kind === 'region' ? 'to be found again on three later frames' : 'to be admitted';
		case 'retired':
			return 'nothing: it was taken out of service';
		default:
			return lackOf(crystal) ?? '';
	}
}

async function templateDetail(crystal: TemplateCrystal, { lookalike }: Shown): Promise<TemplateDetail> {
	const { data, blobs } = crystal;
	const looks = await Promise.all(
		data.exemplars.map(async (look) => {
			const mask = look.mask === undefined ? undefined : blobs[look.mask];
			const [width, height] = look.size;
			return { state: look.state, width, height, png: await lookPng(crystal, look), ...(mask ? { mask } : {}), deviation: look.deviation };
		}),
	);
	return {
		element: data.element,
		elementKind: data.elementKind,
		fixed: data.fixed,
		places: data.places,
		looks,
		threshold: data.threshold,
		thresholdByHand: data.thresholdBy === 'hand',
		margin: data.margin,
		scores: data.scores,
		positives: data.positives,
		negatives: data.negatives,
		...(data.lookalike === undefined ? {} : { lookalike: { ...data.lookalike, ...(lookalike ? { png: lookalike } : {}) } }),
		screens: screensOf(data.screens),
		refusedWhy: data.refusedWhy ?? '',
	};
}

function screensOf(screens: Readonly<Record<string, { readonly seen: number; readonly of: number }>>): TemplateDetail['screens'] {
	return Object.entries(screens).map(([name, { seen, of }]) => ({ name, seen, of }));
}

async function regionDetail({ data, blobs }: RegionCrystal, { place }: Shown): Promise<RegionDetail> {
	const ways = [
		{ name: 'Type', value: data.factType },
		{ name: 'Element', value: data.element ?? '' },
		{ name: 'Characters', value: data.charset ?? '' },
		{
			name: 'Which number',
			value: data.numbers === undefined ? '' : `${data.numbers.picks.map((p) => p + 1).join(' or ')} of ${data.numbers.of}`,
		},
		{ name: 'Form', value: data.pattern ?? '' },
		{ name: 'Language', value: data.language ?? '' },
		{ name: 'Always ends in', value: data.ending ?? '' },
		{
			name: 'Reads',
			value: Object.entries(data.replace)
				.map(([from, to]) => `${from} as ${to.trim() === '' ? 'a blank' : to}`)
				.join(', '),
		},
		{
			name: 'Knows',
			value: Object.entries(data.mapping)
				.map(([from, to]) => (from === to ? from : `${from} = ${to}`))
				.join(', '),
		},
		{ name: 'Range', value: data.min === undefined && data.max === undefined ? '' : `${data.min ?? '…'} to ${data.max ?? '…'}` },
	];
	return {
		fact: data.fact,
		reader: data.reader,
		...(data.box === undefined ? {} : { box: data.box }),
		...(place === undefined ? {} : { png: place }),
		ways: ways.filter((way) => way.value !== ''),
		screens: screensOf(data.screens),
		glyphs: await glyphsOf(data.glyphs, blobs[GLYPH_BLOB]),
	};
}

/** The pictures of a reader's characters, each with what it most likely stands for. */
async function glyphsOf(glyphs: RegionCrystal['data']['glyphs'], blob: Uint8Array | undefined): Promise<RegionDetail['glyphs']> {
	if (glyphs === undefined || blob === undefined) return [];
	const out: { text: string; png: Uint8Array }[] = [];
	let at = 0;
	for (const { size, votes } of glyphs.looks) {
		const [width, height] = [size[0] + 2 * RIM, size[1] + 2 * RIM];
		const luma = blob.subarray(at, at + width * height);
		at += width * height;
		const [text = ''] = Object.entries(votes).toSorted(([, a], [, b]) => b - a)[0] ?? [];
		out.push({ text, png: await encodePng({ id: 'glyph', at: 0, width, height, luma, stride: width }) });
	}
	return out;
}

/** What a pack says of itself. */
export function packAbout(profile: Pick<Profile, 'id' | 'name' | 'gameVersion' | 'language'>, madeAt: number): PackAbout {
	const drawn = profile.id === 'practice' || profile.id === 'warren';
	return {
		name: profile.name,
		game: profile.id,
		gameVersion: profile.gameVersion ?? 'any',
		language: profile.language,
		encoder: null,
		// Templates are pieces of the game's own pictures; whoever passes a pack on answers for them.
		art: drawn
			? { holder: 'Falsework contributors', licence: 'MIT', source: 'drawn by the practice game' }
			: {
					holder: `the makers of ${profile.name}`,
					licence: 'unknown: ask before passing it on',
					source: 'captured from the game window',
				},
		madeAt,
	};
}

export const PACK_TOOLS: PackTools = {
	sha256,
	encodePng: (grey, { width, height }) => encodePng({ id: 'pack', at: 0, width, height, luma: grey, stride: width }),
};

/** The files of a pack (contracts.md §5); zipping them is the caller's. */
export async function packFiles(profile: Profile, crystals: readonly Crystal[], madeAt: number): Promise<PackFiles> {
	return await makePack(crystals, packAbout(profile, madeAt), PACK_TOOLS);
}
