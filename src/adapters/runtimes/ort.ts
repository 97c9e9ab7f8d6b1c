// Networks on onnxruntime-web without a library around it: text readers (purpose `read`) and detectors (purpose `detect`), each model in
// a worker of its own.
import { backendNote } from '../../core/models/capabilities.ts';
import { detectorSettings } from '../../core/models/detect.ts';
import { type Driver, type LoadOptions, type Running, RuntimeError } from '../../core/models/runtime.ts';
import type { DetectApi } from '../../../workers/detect.protocol.ts';
import type { OcrApi } from '../../../workers/ocr.protocol.ts';
import { checkFiles, here, threadsFor } from './files.ts';
import { type Link, loadOrClose, startLink } from './link.ts';

/** 3 to 6 s here for the bigger text reader; a software GPU takes ten times that. */
const LOAD_MS = 180_000;
/** A full frame takes the bigger text reader 6 s of CPU here. */
const PICTURE_MS = 120_000;
/** 8K frames; more is no screen. */
const PIXELS_MAX = 7680 * 4320;

export const ortDriver: Driver = async (options) => {
	const { purpose, name } = options.manifest;
	if (purpose === 'read') return await startReader(options);
	if (purpose === 'detect') return await startDetector(options);
	throw new RuntimeError('unsupported', `${name} is for "${purpose}"; onnxruntime by itself runs models that read or detect.`);
};

/** @param bytesAPixel  of the array that is given beside width and height */
function checkPicture(name: string, width: number, height: number, bytes: number, bytesAPixel: number): void {
	if (width >= 1 && height >= 1 && width * height <= PIXELS_MAX && bytes === width * height * bytesAPixel) return;
	throw new RuntimeError('bad-input', `${name} was given a picture of ${width} × ${height} pixels in ${bytes} bytes.`);
}

async function loaded<Api>(
	{ manifest, backend, cancel }: LoadOptions,
	link: Link<Api>,
	load: Parameters<Link<Api>['call']>[3],
	parts: Pick<Running, 'reader' | 'detector'>,
): Promise<Running> {
	const begun = performance.now();
	await loadOrClose(link, manifest.name, LOAD_MS, cancel, load);
	return {
		loaded: {
			model: manifest.id,
			runtime: manifest.runtime,
			backend,
			loadMs: performance.now() - begun,
			note: backendNote(backend, here()),
		},
		...parts,
		close: () => link.close(),
		onDeath: (listener) => link.onDeath(listener),
	};
}

async function startReader(options: LoadOptions): Promise<Running> {
	const { manifest, files, backend, engines } = options;
	checkFiles(manifest, files, ['det.onnx', 'rec.onnx', 'keys.txt']);
	const link = startLink<OcrApi>(
		manifest.name,
		() => new Worker(new URL('../../../workers/ocr.worker.ts', import.meta.url), { type: 'module', name: `read ${manifest.id}` }),
	);
	/** The worker names its errors; only those of its files mean that loading failed. */
	const named = (error: unknown): never => {
		throw error instanceof Error && error.name === 'OcrModelError'
			? new RuntimeError('load-failed', error.message, { cause: error })
			: error;
	};
	return await loaded(
		options,
		link,
		async (api) => {
			await api.init({ model: manifest.id, files, backend, engine: engines.ort, threads: threadsFor(backend) });
			await api.warm(true).catch(named);
		},
		{
			reader: {
				async readPage({ width, height, luma }, cancel) {
					checkPicture(manifest.name, width, height, luma.length, 1);
					const lines = await link.call(
						`Reading a picture by ${manifest.name}`,
						PICTURE_MS,
						cancel,
						(api) => api.readPage({ width, height, luma }).catch(named),
						(api) => void api.stop().catch(() => {}),
					);
					return lines.map(({ text, confidence, box }) => ({ text, confidence, box }));
				},
			},
		},
	);
}

async function startDetector(options: LoadOptions): Promise<Running> {
	const { manifest, files, backend, engines } = options;
	const networks = Object.keys(files).filter((path) => path.endsWith('.onnx'));
	const [path] = networks;
	if (path === undefined || networks.length > 1)
		throw new RuntimeError('load-failed', `${manifest.name} has ${networks.length} .onnx files; a detector is one.`);
	checkFiles(manifest, files, [path]);
	const settings = detectorSettings(manifest.options);
	if ('fault' in settings) throw new RuntimeError('load-failed', `${manifest.name} cannot be loaded: ${settings.fault}.`);
	const link = startLink<DetectApi>(
		manifest.name,
		() => new Worker(new URL('../../../workers/detect.worker.ts', import.meta.url), { type: 'module', name: `detect ${manifest.id}` }),
	);
	const network = files[path] as NonNullable<(typeof files)[string]>;
	return await loaded(
		options,
		link,
		(api) => api.load({ model: manifest.id, network, settings, backend, engine: engines.ort, threads: threadsFor(backend) }),
		{
			detector: {
				async detect(picture, cancel) {
					checkPicture(manifest.name, picture.width, picture.height, picture.rgba.length, 4);
					return await link.call(`Looking for things by ${manifest.name}`, PICTURE_MS, cancel, (api) => api.detect(picture));
				},
			},
		},
	);
}
