// Texts of a screen: numbers by glyphs beside the recogniser that taught them, in one run and in turn; what the two say of numbers
// never shown before; and lines in Latin, Chinese and Japanese by the recogniser. Every number is drawn by this browser, so what
// stands there is known.
import { filesOfPage } from '../../adapters/models/page-files.ts';
import { makeOcrReader, type OcrReader } from '../../adapters/ocr.ts';
import { makeTextMemory, readRegion, textCrop } from '../../core/crystals/region/apply.ts';
import { finishRegions, planRegions } from '../../core/crystals/region/crystallise.ts';
import type { RegionCrystal } from '../../core/crystals/region/schema.ts';
import { normalise } from '../../core/crystals/region/text.ts';
import type { Box } from '../../core/geometry.ts';
import type { Crop, Frame } from '../../core/ports.ts';
import { contextOf, draw } from '../../practice/draw.ts';
import { layOut } from '../../practice/layout.ts';
import { defaultOptions, logicalSize } from '../../practice/options.ts';
import { type View, viewOf } from '../../practice/view.ts';
import { makeWorld } from '../../practice/world.ts';
import { congruential } from '../statistics.ts';
import { type BenchPage, type BenchResult, rowOf } from './types.ts';

const host = globalThis as unknown as BenchPage;
const never = new AbortController().signal;

/** Readings with the recogniser at hand, from which the glyphs are learnt and compared. */
const LEARN = 320;
/** Readings of numbers never shown before. */
const HELD_OUT = 200;
/** Crops timed by both, in turn. */
const TIMED = 60;
/** The glyphs must be faster than the recogniser by this. */
const FASTER = 10;

interface Sign {
	readonly name: string;
	readonly value: (n: number) => number;
	readonly frame: (value: number, n: number) => Frame;
	readonly box: Box;
	/** Least and greatest value drawn. */
	readonly range: readonly [number, number];
}

interface Face {
	readonly name: string;
	readonly font: string;
	readonly text: (value: number) => string;
	readonly range: readonly [number, number];
	readonly ink: string;
	readonly ground: string;
	readonly align?: 'left' | 'right' | 'center';
	/** Share of the ground that a bar of this colour covers. */
	readonly bar?: string;
	/** A see-through panel over moving scenery. */
	readonly scenery?: boolean;
}

const WHITE = '#f4f4f4';
const FACES: readonly Face[] = [
	{
		name: 'DejaVu Sans bold 20',
		font: '700 20px "DejaVu Sans"',
		text: (v) => `HP ${v}/500`,
		range: [0, 500],
		ink: WHITE,
		ground: '#12101a',
	},
	{
		name: 'Liberation Serif 22, dark on light, right-aligned',
		font: '22px "Liberation Serif"',
		text: (v) => v.toLocaleString('en'),
		range: [0, 9999],
		ink: '#221811',
		ground: '#d8c9a3',
		align: 'right',
	},
	{
		name: 'DejaVu Sans Mono 16, signs',
		font: '16px "DejaVu Sans Mono"',
		text: (v) => (v > 0 ? `+${v}` : `${v}`),
		range: [-300, 300],
		ink: '#8fd0ff',
		ground: '#1c2733',
	},
	{
		name: 'Liberation Sans Narrow bold 18, percent, centred',
		font: '700 18px "Liberation Sans Narrow"',
		text: (v) => `${v}%`,
		range: [0, 999],
		ink: '#ffe296',
		ground: '#3a2030',
		align: 'center',
	},
	{
		name: 'Liberation Sans 13 on a bar that fills',
		font: '700 13px "Liberation Sans"',
		text: (v) => `${v}/400`,
		range: [0, 400],
		ink: '#ffffff',
		ground: '#2a0d12',
		bar: '#8a2026',
		align: 'center',
	},
	{
		name: 'URW Gothic 28, slanted',
		font: 'italic 600 28px "URW Gothic"',
		text: (v) => String(v),
		range: [0, 9999],
		ink: '#111111',
		ground: '#e9e9e2',
	},
	{
		name: 'Liberation Sans 18 on a see-through panel',
		font: '700 18px "Liberation Sans"',
		text: (v) => String(v),
		range: [0, 9999],
		ink: '#ffffff',
		ground: '#202028',
		scenery: true,
	},
];

const SIGN = { width: 240, height: 64 };
const SIGN_BOX: Box = [24, 14, 192, 36];

/** Lines whose text is known; whose fonts and pictures these are stands in text/ATTRIBUTION.md. */
const LINES: Readonly<Record<string, string>> = {
	'zh-life': '生命值 45/60',
	'zh-place': '欢迎来到东门村',
	'zh-wide': '等级１２',
	'ja-place': '東村正門',
	'ja-power': '体力 38',
	'ja-item': '薬草使用',
	'la-place': 'Old Harbour Gate',
	'la-level': 'Dungeon Level 7',
	'crawl-health': 'Health: 19/19',
	'crawl-place': 'Place: Dungeon:1',
	'crawl-time': 'Time: 67.0 (1.0)',
	'flare-points': 'Available stat points: 35',
	'flare-place': 'Perdition Harbor',
	'flare-lochport': 'Lochport',
	'flare-name': 'Florin, Apothecary',
};
const pictures = import.meta.glob<string>('./text/*.png', { query: '?url', import: 'default', eager: true });

/** Luma as a captured picture has it, with the noise of a codec: even, three levels either way. */
function frameOf(ctx: OffscreenCanvasRenderingContext2D, width: number, height: number, seed: number, noise = 3): Frame {
	const { data } = ctx.getImageData(0, 0, width, height);
	const luma = new Uint8Array(width * height);
	const next = congruential(seed + 1);
	for (let i = 0, at = 0; i < luma.length; i++, at += 4) {
		const grey = (77 * (data[at] as number) + 150 * (data[at + 1] as number) + 29 * (data[at + 2] as number) + 128) >> 8;
		luma[i] = Math.max(0, Math.min(255, Math.round(grey + noise * (next() * 2 - 1))));
	}
	return { id: String(seed), at: seed, width, height, luma, stride: width };
}

function signOf(face: Face): Sign {
	const canvas = new OffscreenCanvas(SIGN.width, SIGN.height);
	const ctx = contextOf(canvas);
	const [x, y, w, h] = SIGN_BOX;
	return {
		name: face.name,
		box: SIGN_BOX,
		range: face.range,
		value: (n) => face.range[0] + (n % (face.range[1] - face.range[0] + 1)),
		frame(value, n) {
			ctx.fillStyle = face.ground;
			ctx.fillRect(0, 0, SIGN.width, SIGN.height);
			if (face.scenery === true) {
				for (let i = 0; i < 40; i++) {
					const at = congruential(n * 40 + i);
					ctx.fillStyle = `hsl(${Math.floor(at() * 360)} 50% ${15 + Math.floor(at() * 50)}%)`;
					ctx.fillRect(at() * SIGN.width, at() * SIGN.height, 30, 20);
				}
				ctx.fillStyle = 'rgb(20 20 28 / 60%)';
				ctx.fillRect(x, y, w, h);
			}
			if (face.bar !== undefined) {
				ctx.fillStyle = face.bar;
				ctx.fillRect(x - 3, y - 3, ((w + 6) * (value - face.range[0])) / (face.range[1] - face.range[0]), h + 6);
			}
			ctx.font = face.font;
			ctx.fillStyle = face.ink;
			ctx.textBaseline = 'middle';
			ctx.textAlign = face.align ?? 'left';
			const left = face.align === 'right' ? x + w - 8 : face.align === 'center' ? x + w / 2 : x + 8;
			ctx.fillText(face.text(value), left, y + h / 2);
			return frameOf(ctx, SIGN.width, SIGN.height, n);
		},
	};
}

/** Numbers of the practice game's HUD as it draws them. */
function hudSigns(): Sign[] {
	const canvas = new OffscreenCanvas(logicalSize.width, logicalSize.height);
	const ctx = contextOf(canvas, { alpha: false });
	const view: View = { ...viewOf(makeWorld(1)), screen: 'play' };
	const of = (plate: string, set: (value: number) => Partial<View>, range: readonly [number, number]): Sign => {
		const box = layOut(view, 'top').find((item) => item.name === plate)?.box as Box;
		return {
			name: `practice game, ${plate}`,
			box,
			range,
			value: (n) => range[0] + (n % (range[1] - range[0] + 1)),
			frame(value, n) {
				draw(ctx, { ...view, ...set(value) }, defaultOptions);
				return frameOf(ctx, logicalSize.width, logicalSize.height, n, 2);
			},
		};
	};
	return [of('gold-plate', (gold) => ({ gold }), [0, 999]), of('hp-plate', (hp) => ({ hp }), [0, 99])];
}

/** The region that a model's answer about this sign makes, trusted at once: its life is another bench's matter. */
async function regionOf(sign: Sign, reader: OcrReader): Promise<RegionCrystal | string> {
	const facts = [{ name: 'number', type: 'number' as const }];
	const evidence = {
		scope: { game: 'bench', gameVersion: 'any', language: 'en', layout: 'any' },
		provenance: {
			at: 0,
			ask: 'perception' as const,
			entry: 1,
			tier: 'bench',
			model: '',
			frameHash: '',
			promptTokens: 0,
			completionTokens: 0,
			usd: 0,
		},
		boxFormat: 'pixels' as const,
		facts,
		newId: (name: string) => name,
	};
	let known: RegionCrystal[] = [];
	let why = '';
	// Two answers: from the first alone "250/500" leaves nothing open, from "500/500" which of the two is meant.
	const [low, high] = sign.range;
	for (const [n, part] of [0.31, 0.62, 0.47, 0.83].entries()) {
		const value = Math.round(low + part * (high - low));
		const frame = sign.frame(value, 900_000 + n);
		const answer = {
			screen: 'play',
			elements: [{ name: 'sign', kind: 'text' as const, box: [...sign.box] as [number, number, number, number], stable: true }],
			facts: [{ name: 'number', value, element: 'sign' }],
		};
		const plan = planRegions(answer, frame, known, evidence);
		const read = new Map<string, { text: string; confidence: number }>();
		for (const [key, crop] of plan.crops) read.set(key, await reader.readLine(crop, never));
		const harvest = finishRegions(plan, read, known, evidence);
		known = [...known, ...harvest.made];
		if (harvest.made.length === 0) why = harvest.refused[0]?.why ?? why;
	}
	const [region] = known;
	if (region !== undefined) region.state = 'autonomous';
	return region ?? why;
}

const isSmall = ({ range: [low, high] }: Sign): boolean => high - low < 200;

interface Outcome {
	readonly glyphMs: number[];
	readonly ocrMs: number[];
	byGlyphs: number;
	wrongByGlyphs: number;
	byOcr: number;
	wrongByOcr: number;
	missed: number;
	asked: number;
	learntAfter: number;
	readonly faults: string[];
}

async function study(sign: Sign, reader: OcrReader): Promise<Outcome | string> {
	const region = await regionOf(sign, reader);
	if (typeof region === 'string') return region;
	const out: Outcome = {
		glyphMs: [],
		ocrMs: [],
		byGlyphs: 0,
		wrongByGlyphs: 0,
		byOcr: 0,
		wrongByOcr: 0,
		missed: 0,
		asked: 0,
		learntAfter: -1,
		faults: [],
	};
	const memory = makeTextMemory(() => {});
	const next = congruential(7);
	const pick = (learning: boolean): number => {
		for (;;) {
			const value = sign.value(Math.floor(next() * 1e6));
			// A value is either learnt from or held out, never both; the few of a small range come again with other noise.
			if (isSmall(sign) || (value % 3 !== 0) === learning) return value;
		}
	};
	for (let n = 0; n < LEARN + HELD_OUT; n++) {
		const value = pick(n < LEARN);
		const frame = sign.frame(value, n);
		const before = { ...memory.places.get(region.id)?.tally };
		const begun = performance.now();
		const reading = await readRegion(region, frame, memory, { recognised: () => undefined }, reader, never);
		const tookMs = performance.now() - begun;
		const after = memory.places.get(region.id)?.tally;
		const byGlyphs = (after?.glyphs ?? 0) > (before.glyphs ?? 0);
		const wrong = reading.hit && reading.value !== value;
		if (!byGlyphs && n >= LEARN) out.asked++;
		if (!reading.hit) out.missed++;
		else if (byGlyphs) {
			if (out.learntAfter < 0) out.learntAfter = n;
			out.byGlyphs++;
			if (wrong) {
				out.wrongByGlyphs++;
				out.faults.push(`${sign.name}: ${value} was read as ${String(reading.value)} by glyphs`);
			}
		} else {
			out.byOcr++;
			if (wrong) out.wrongByOcr++;
		}
		// The same crop to the recogniser right after, so that both meet the same machine.
		if (byGlyphs && out.glyphMs.length < TIMED) {
			out.glyphMs.push(tookMs);
			const crop = textCrop(sign.box, frame) as Crop;
			const started = performance.now();
			await reader.readLine(crop, never);
			out.ocrMs.push(performance.now() - started);
		}
	}
	return out;
}

async function readLines(reader: OcrReader): Promise<{ right: number; wrong: string[] }> {
	let right = 0;
	const wrong: string[] = [];
	for (const [name, text] of Object.entries(LINES)) {
		const bitmap = await createImageBitmap(await (await fetch(pictures[`./text/${name}.png`] as string)).blob());
		const ctx = contextOf(new OffscreenCanvas(bitmap.width, bitmap.height));
		ctx.drawImage(bitmap, 0, 0);
		const { luma } = frameOf(ctx, bitmap.width, bitmap.height, 0, 0);
		const read = await reader.readLine({ width: bitmap.width, height: bitmap.height, luma }, never);
		if (normalise(read.text) === normalise(text)) right++;
		else wrong.push(`${name}: "${text}" was read as "${read.text}"`);
	}
	return { right, wrong };
}

export async function run(): Promise<BenchResult> {
	const reader = makeOcrReader({
		files: () => filesOfPage('/models/', 'ppocr-v6-tiny'),
		runtime: '/ort/',
		start: () => new Worker(new URL('../../../workers/ocr.worker.ts', import.meta.url), { type: 'module', name: 'ocr' }),
	});
	await reader.warm();
	const signs = [...hudSigns(), ...FACES.map(signOf)];
	const rows = [];
	const ratios = [];
	const notes: string[] = [];
	const broken: string[] = [];
	const all = { byGlyphs: 0, wrongByGlyphs: 0, byOcr: 0, wrongByOcr: 0, missed: 0 };
	for (const sign of signs) {
		const out = await study(sign, reader);
		if (typeof out === 'string') {
			notes.push(`${sign.name}: no region was made: ${out}`);
			continue;
		}
		await host.falseworkLog(`${sign.name}: ${out.byGlyphs} by glyphs, ${out.byOcr} by the recogniser, ${out.missed} missed`);
		for (const key of Object.keys(all) as (keyof typeof all)[]) all[key] += out[key];
		broken.push(...out.faults);
		notes.push(
			`${sign.name}: ${out.learntAfter < 0 ? 'never read by glyphs' : `by glyphs from reading ${out.learntAfter} on`}, ${out.byGlyphs} by glyphs (${out.wrongByGlyphs} wrong), ${out.byOcr} by the recogniser (${out.wrongByOcr} wrong), ${out.missed} missed; of the last ${HELD_OUT}${isSmall(sign) ? '' : ', none shown before'}, ${out.asked} were asked.`,
		);
		if (out.glyphMs.length === 0) continue;
		const glyphs = rowOf(sign.name, 'falsework, glyphs', out.glyphMs);
		const ocr = rowOf(sign.name, 'PP-OCRv6 tiny in its worker', out.ocrMs);
		rows.push(glyphs, ocr);
		ratios.push({ what: sign.name, against: 'the recogniser', value: ocr.median / glyphs.median });
		if (ocr.median / glyphs.median < FASTER) broken.push(`${sign.name}: glyphs are not ${FASTER} times as fast as the recogniser`);
	}
	if (all.byGlyphs < 1000) broken.push(`only ${all.byGlyphs} numbers were read by glyphs; 1,000 are needed to say anything`);
	const read = await readLines(reader);
	broken.push(...read.wrong);
	reader.close();
	return {
		rows,
		ratios,
		accuracy: {
			numbersByGlyphs: all.byGlyphs,
			wrongByGlyphs: all.wrongByGlyphs,
			numbersByRecogniser: all.byOcr,
			wrongByRecogniser: all.wrongByOcr,
			missed: all.missed,
			linesRight: read.right,
			lines: Object.keys(LINES).length,
		},
		notes,
		broken,
	};
}
