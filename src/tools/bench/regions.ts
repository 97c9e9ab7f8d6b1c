// Known lines of text on screens: how often each recogniser reads exactly what stands there, on strings never learnt from, and what
// one reading costs. Every crop goes to all in turn, so that all meet the same machine; charset, width forms and the map of proven
// confusions are applied to all alike, each with the map that its own readings of the learn half prove.
import { makeOcrReader, type OcrReader } from '../../adapters/ocr.ts';
import { CROP_PAD, hintOf, makeTextMemory, readRegion } from '../../core/crystals/region/apply.ts';
import type { RegionCrystal, RegionData } from '../../core/crystals/region/schema.ts';
import { applyReplace, keepCharset, narrow } from '../../core/crystals/region/text.ts';
import { type Recogniser, recogniserFor } from '../../core/perception/ocr.ts';
import type { Crop, Frame, TextHint, TextReader } from '../../core/ports.ts';
import { contextOf } from '../../practice/draw.ts';
import { proveReplace } from './text-set/replace.ts';
import labels from './text-set/labels.json';
import { type BenchPage, type BenchResult, rowOf } from './types.ts';

const host = globalThis as unknown as BenchPage;
const never = new AbortController().signal;

/** The least share of exact lines. */
const EXACT = 0.95;
/** CPU time of one reading at the median, and the widest line it holds for. */
const CPU_MS = 50;
const WIDE_PX = 320;
/** Regions timed, and readings of each: the system counts CPU time in hundredths of a second. */
const TIMED = 48;
const READINGS = 12;

interface Place {
	readonly game: string;
	readonly kind: string;
	readonly language: string;
	readonly charset: string;
}
interface Line {
	readonly file: string;
	readonly place: string;
	readonly text: string;
	readonly split: string;
}
const places: Readonly<Record<string, Place>> = labels.places;
const lines: readonly Line[] = labels.lines;
const pictures = import.meta.glob<string>('./text-set/img/*.png', { query: '?url', import: 'default', eager: true });

interface Sample extends Line {
	readonly crop: Crop;
	readonly picture: OffscreenCanvas;
	/** What a region crystal of this place tells the recogniser. */
	readonly hint: TextHint;
}
/** A recogniser under test. */
interface Contender {
	readonly who: string;
	read(sample: Sample): Promise<string>;
	close(): Promise<void> | void;
}

function hintAt(place: Place): TextHint {
	return hintOf({ language: place.language, ...(place.charset === '' ? {} : { charset: place.charset }) });
}

async function sampleOf(line: Line): Promise<Sample> {
	const bitmap = await createImageBitmap(await (await fetch(pictures[`./text-set/${line.file}`] as string)).blob());
	const picture = new OffscreenCanvas(bitmap.width, bitmap.height);
	const ctx = contextOf(picture);
	ctx.drawImage(bitmap, 0, 0);
	const { data } = ctx.getImageData(0, 0, bitmap.width, bitmap.height);
	const luma = new Uint8Array(bitmap.width * bitmap.height);
	for (let i = 0, at = 0; i < luma.length; i++, at += 4)
		luma[i] = (77 * (data[at] as number) + 150 * (data[at + 1] as number) + 29 * (data[at + 2] as number) + 128) >> 8;
	return { ...line, picture, crop: { width: bitmap.width, height: bitmap.height, luma }, hint: hintAt(places[line.place] as Place) };
}

function readerOf(model: Recogniser): OcrReader {
	return makeOcrReader({
		model,
		files: async () =>
			Object.fromEntries(
				await Promise.all(
					['det.onnx', 'rec.onnx', 'keys.txt'].map(
						async (path) => [path, await (await fetch(`/weights/${model}/${path}`)).blob()] as const,
					),
				),
			),
		runtime: '/ort/',
		start: () => new Worker(new URL('../../../workers/ocr.worker.ts', import.meta.url), { type: 'module', name: 'ocr' }),
		budgetMs: 20_000,
	});
}

const read = (reader: TextReader, { crop, hint }: Sample) => reader.readLine(crop, never, undefined, hint).then(({ text }) => text);

interface Tesseract {
	setParameters(parameters: Record<string, string>): Promise<unknown>;
	recognize(picture: OffscreenCanvas): Promise<{ data: { text: string } }>;
	terminate(): Promise<unknown>;
}

/** tesseract.js with its English model, as single lines, with a place's charset as its white list. `times`: how much the crop is
 *  enlarged first, with a rim of ground; its makers ask for letters of 30 px. */
async function tesseract(times: number): Promise<Contender> {
	const base = `${location.origin}/peers-js/node_modules/`;
	const { createWorker } = (
		(await import(/* @vite-ignore */ `${base}tesseract.js/dist/tesseract.esm.min.js`)) as {
			default: { createWorker(languages: string, engine: number, options: object): Promise<Tesseract> };
		}
	).default;
	const worker = await createWorker('eng', 1, {
		workerPath: `${base}tesseract.js/dist/worker.min.js`,
		corePath: `${base}tesseract.js-core`,
		langPath: `${location.origin}/weights/tesseract-eng`,
		gzip: true,
		cacheMethod: 'none',
		workerBlobURL: false,
	});
	let listed: string | undefined;
	return {
		who: `tesseract.js 7, ${times === 1 ? 'as it stands' : `enlarged ${times} times`}`,
		async read({ picture, hint }) {
			const charset = hint.charset ?? '';
			if (charset !== listed) await worker.setParameters({ tessedit_pageseg_mode: '7', tessedit_char_whitelist: charset });
			listed = charset;
			let given = picture;
			if (times > 1) {
				given = new OffscreenCanvas(picture.width * times, picture.height * times);
				const ctx = contextOf(given);
				ctx.imageSmoothingQuality = 'high';
				ctx.drawImage(picture, 0, 0, given.width, given.height);
			}
			return (await worker.recognize(given)).data.text.trim();
		},
		close: async () => void (await worker.terminate()),
	};
}

/** Spaces are no part of what is compared: readers of regions drop them. */
const bare = (text: string): string => narrow(text).normalize('NFC').replace(/\s+/g, '');
const spaced = (text: string): string => narrow(text).normalize('NFC').trim().replace(/\s+/g, ' ');

interface Judged {
	readonly sample: Sample;
	readonly exact: boolean;
	readonly spacesToo: boolean;
	readonly text: string;
}

function judge(samples: readonly Sample[], raw: ReadonlyMap<Sample, string>, proven?: Record<string, Record<string, string>>): Judged[] {
	const seen = (sample: Sample): string => keepCharset(narrow(raw.get(sample) ?? ''), sample.hint.charset);
	const learnt = new Map<string, [string, string][]>();
	for (const sample of samples)
		if (sample.split === 'learn') learnt.set(sample.place, [...(learnt.get(sample.place) ?? []), [seen(sample), sample.text]]);
	const maps = new Map([...learnt].map(([place, pairs]) => [place, proveReplace(pairs)]));
	if (proven !== undefined) for (const [place, map] of maps) if (Object.keys(map).length > 0) proven[place] = map;
	return samples.map((sample) => {
		const text = applyReplace(seen(sample), maps.get(sample.place) ?? {});
		return { sample, text, exact: bare(text) === bare(sample.text), spacesToo: spaced(text) === spaced(sample.text) };
	});
}

const share = (judged: readonly Judged[], has: (one: Judged) => boolean = (one) => one.exact): number =>
	judged.length === 0 ? Number.NaN : Math.round((judged.filter(has).length / judged.length) * 1000) / 1000;

/** A region crystal as it would be of this place, and a frame that shows the sample where it stands. */
function regionOf(sample: Sample): { crystal: RegionCrystal; frame: Frame } {
	const { width, height, luma } = sample.crop;
	const box: [number, number, number, number] = [CROP_PAD, CROP_PAD, width - 2 * CROP_PAD, height - 2 * CROP_PAD];
	const data: RegionData = {
		fact: 'fact',
		factType: 'text',
		reader: 'text',
		box,
		...sample.hint,
		replace: {},
		mapping: {},
		screens: { play: { seen: 4, of: 4 } },
	};
	return {
		frame: { id: sample.file, at: 0, width, height, luma, stride: width },
		// Only its data is read here.
		crystal: { id: sample.file, kind: 'region', state: 'autonomous', data, blobs: {} } as unknown as RegionCrystal,
	};
}

async function rendererSeconds(): Promise<number> {
	const processes = await host.falseworkProcesses();
	return processes.filter(({ type }) => type === 'renderer').reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
}

/** `replace`: by place, the confusions of the tiny recogniser that the learn half proves. */
export async function run({
	peers,
}: {
	readonly peers?: boolean;
} = {}): Promise<BenchResult & { readonly replace: Readonly<Record<string, Readonly<Record<string, string>>>> }> {
	const samples = await Promise.all(lines.map(sampleOf));
	const tiny = readerOf('ppocr-v6-tiny');
	const small = readerOf('ppocr-v6-small');
	await Promise.all([tiny.warm(), small.warm()]);
	const contenders: Contender[] = [
		{ who: 'PP-OCRv6 tiny', read: (sample) => read(tiny, sample), close: () => tiny.close() },
		{ who: 'PP-OCRv6 small', read: (sample) => read(small, sample), close: () => small.close() },
		...(peers === true ? [await tesseract(1), await tesseract(3)] : []),
	];
	const readings = contenders.map(() => new Map<Sample, string>());
	const tookMs = contenders.map((): number[] => []);
	for (const [n, sample] of samples.entries()) {
		for (let k = 0; k < contenders.length; k++) {
			// Another one goes first each time.
			const i = (n + k) % contenders.length;
			const begun = performance.now();
			readings[i]?.set(sample, await (contenders[i] as Contender).read(sample));
			tookMs[i]?.push(performance.now() - begun);
		}
		if (n % 100 === 99) await host.falseworkLog(`${n + 1} of ${samples.length} lines read by ${contenders.length} recognisers`);
	}

	const notes: string[] = [];
	const broken: string[] = [];
	const accuracy: Record<string, number> = {
		lines: samples.length,
		learnt: samples.filter(({ split }) => split === 'learn').length,
		games: new Set(Object.values(places).map(({ game }) => game)).size - 1,
	};
	const replace: Record<string, Record<string, string>> = {};
	const judgedOf = contenders.map((_, i) => judge(samples, readings[i] as Map<Sample, string>, i === 0 ? replace : undefined));
	// Each line by the recogniser that the page gives its language.
	const chosen = samples.map((sample, n) => {
		const model = recogniserFor((places[sample.place] as Place).language);
		return judgedOf[model === 'ppocr-v6-tiny' ? 0 : 1]?.[n] as Judged;
	});
	const tested = (judged: readonly Judged[]): Judged[] => judged.filter(({ sample }) => sample.split === 'test');
	const ours = tested(chosen);
	accuracy.tested = ours.length;
	accuracy.exact = share(ours);
	accuracy.exactSpacesToo = share(ours, (one) => one.spacesToo);
	for (const kind of new Set(Object.values(places).map((place) => place.kind))) {
		const of = ours.filter(({ sample }) => (places[sample.place] as Place).kind === kind);
		accuracy[`exact.${kind}`] = share(of);
		accuracy[`tested.${kind}`] = of.length;
	}
	for (const game of new Set(Object.values(places).map((place) => place.game)))
		accuracy[`exact.${game}`] = share(ours.filter(({ sample }) => (places[sample.place] as Place).game === game));
	if (accuracy.exact < EXACT)
		broken.push(`${accuracy.exact * 100} % of the lines never learnt from are exact, ${EXACT * 100} % are wanted`);
	const latin = ({ sample }: Judged): boolean => !['cjk', 'kana'].includes((places[sample.place] as Place).kind);
	const names = ['tiny', 'small', 'tesseract', 'tesseract3'];
	for (const [i, contender] of contenders.entries()) {
		const judged = tested(judgedOf[i] as Judged[]);
		accuracy[`exact.by.${names[i]}`] = share(judged);
		accuracy[`exactLatin.by.${names[i]}`] = share(judged.filter(latin));
		notes.push(
			`${contender.who}: ${(share(judged) * 100).toFixed(1)} % of ${judged.length} lines exact, ${(share(judged.filter(latin)) * 100).toFixed(1)} % of those in Latin letters and digits.`,
		);
	}
	for (const { sample, text, exact } of ours)
		if (!exact) notes.push(`"${sample.text}" was read as "${text}" (${sample.file.slice(4, -4)})`);

	// What one reading takes, in CPU time of everything the page's process does.
	const wide = samples.filter(({ crop, hint }) => crop.width <= WIDE_PX && recogniserFor(hint.language ?? 'en') === 'ppocr-v6-tiny');
	const step = Math.max(1, Math.floor(wide.length / TIMED));
	const cpu: number[] = [];
	for (const sample of wide.filter((_, n) => n % step === 0).slice(0, TIMED)) {
		const before = await rendererSeconds();
		for (let i = 0; i < READINGS; i++) await read(tiny, sample);
		cpu.push(((await rendererSeconds()) - before) * (1000 / READINGS));
	}
	const cpuRow = rowOf(`CPU time of one line, at most ${WIDE_PX} px wide`, 'falsework', cpu);
	if (cpuRow.median > CPU_MS) broken.push(`a line takes ${cpuRow.median.toFixed(0)} ms of CPU time at the median, more than ${CPU_MS}`);

	// Pixels that rest are not read again.
	let asked = 0;
	const counting: TextReader = {
		readLine(...given) {
			asked++;
			return tiny.readLine(...given);
		},
	};
	const memory = makeTextMemory();
	const rests: number[] = [];
	const resting = wide.slice(0, TIMED).map(regionOf);
	for (const { crystal, frame } of resting) await readRegion(crystal, frame, memory, { recognised: () => undefined }, counting, never);
	const first = asked;
	for (const { crystal, frame } of resting) {
		const begun = performance.now();
		await readRegion(crystal, frame, memory, { recognised: () => undefined }, counting, never);
		rests.push(performance.now() - begun);
	}
	accuracy.readingsOfNewPixels = first;
	accuracy.readingsOfRestingPixels = asked - first;
	if (asked !== first) broken.push(`${asked - first} of ${resting.length} regions were read again although their pixels rested`);

	const rows = contenders.map(({ who }, i) => rowOf('one line', i === 0 ? 'falsework, PP-OCRv6 tiny' : who, tookMs[i] as number[]));
	const [own, ...others] = rows;
	for (const contender of contenders) await contender.close();
	return {
		rows: [...rows, cpuRow, rowOf('a line whose pixels rest', 'falsework', rests)],
		ratios: own === undefined ? [] : others.map((row) => ({ what: 'one line', against: row.who, value: row.median / own.median })),
		accuracy,
		replace,
		notes,
		broken,
	};
}
