// What of the replay runs in Node, as one module: built from the sources of the product itself.
import { readFileSync } from 'node:fs';
import { PNG } from 'pngjs';
import { words } from '../../adapters/moderation/filter.ts';
import { frameToRgba } from '../../adapters/png.ts';
import { RECORDING_LIMITS, unzip } from '../../adapters/zip.ts';
import type { Crystal } from '../../core/crystals/crystal.ts';
import type { Frame, TextReader } from '../../core/ports.ts';
import type { Tuning } from '../../core/reasoning/tuning.ts';
import { type Recording, RECORDING_MAX_BYTES, readRecording } from '../../core/recording/recording.ts';
import { reportMarkdown } from '../../core/report.ts';
import { readPack } from '../../core/unpack.ts';
import { PACK_TOOLS } from '../pack/check.ts';
import { randomOf } from '../statistics.ts';
import { makeNodeReader } from './reader.ts';
import { type Replayed, replay } from './replay.ts';
import { recordedTier, serverTier } from './tiers.ts';

export { reportMarkdown };

/** @throws Error with a sentence, where the file is no recording */
export function openRecording(path: string): Recording {
	const bytes = new Uint8Array(readFileSync(path));
	if (bytes.length > RECORDING_MAX_BYTES)
		throw new Error(`${path} is longer than the ${RECORDING_MAX_BYTES / 1e6} MB that a recording may have.`);
	const files = unzip(bytes, RECORDING_LIMITS);
	if (!files.ok) throw new Error(`${path} ${files.why}.`);
	const read = readRecording(files.files);
	if (!read.ok) throw new Error(`${path}: ${read.why}`);
	return read.recording;
}

/** Crystals of a pack, in shadow as the page imports them. @throws Error with a sentence, where the file is no pack */
export async function openPack(path: string): Promise<readonly Crystal[]> {
	const files = unzip(new Uint8Array(readFileSync(path)));
	if (!files.ok) throw new Error(`${path} ${files.why}.`);
	const read = await readPack(files.files, PACK_TOOLS);
	if (!read.ok) throw new Error(`${path}: ${read.why}`);
	return read.crystals;
}

/** The reader of the page's own small network, from `models/`. */
export function openReader(folder: string): Promise<TextReader> {
	return makeNodeReader(new Uint8Array(readFileSync(`${folder}/rec.onnx`)), readFileSync(`${folder}/keys.txt`, 'utf8'));
}

const NO_PICTURE = new Uint8Array(0);

export type Teacher = 'recorded' | 'none' | { readonly url: string; readonly model: string };

/** @param seed  of the chance that draws what is checked again */
export async function play(
	recording: Recording,
	o: {
		readonly teacher: Teacher;
		readonly seed: number;
		readonly reader: TextReader;
		readonly laps?: number;
		readonly crystals?: readonly Crystal[];
		readonly tuning?: Partial<Tuning>;
	},
): Promise<Replayed & { readonly ledgerText: string }> {
	const { teacher } = o;
	const played = await replay({
		recording,
		tiers: (frameMs) =>
			teacher === 'none' ? [] : [teacher === 'recorded' ? recordedTier(recording, frameMs) : serverTier(teacher.url, teacher.model)],
		reader: o.reader,
		words,
		// Recorded answers are found by what is asked: drawing the picture would be most of a replay's work, and nobody would look at it.
		png: (frame) => Promise.resolve(teacher === 'recorded' ? NO_PICTURE : pngOf(frame)),
		random: { next: randomOf(o.seed) },
		...(o.laps === undefined ? {} : { laps: o.laps }),
		...(o.crystals === undefined ? {} : { crystals: o.crystals }),
		...(o.tuning === undefined ? {} : { tuning: o.tuning }),
	});
	return { ...played, ledgerText: played.ledger.map((entry) => `${JSON.stringify(entry)}\n`).join('') };
}

function pngOf(frame: Frame): Uint8Array {
	const { width, height, data } = frameToRgba(frame);
	const png = new PNG({ width, height });
	png.data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
	return PNG.sync.write(png);
}
