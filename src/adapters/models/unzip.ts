// Unpacks a zip of weights piece by piece, straight to the disk: nothing of it is ever whole in memory. Bounds are those of
// core/models/bring.ts; a zip inside the zip stays a file.
import { Unzip, UnzipInflate } from 'fflate';
import { isJunk, refuseName, ZIP_LIMITS } from '../../core/models/bring.ts';
import type { Disk } from './disk.ts';
import { beginIntake, type Intake, read, type Taking } from './intake.ts';

/** What is wrong with the zip, in a sentence. */
export class ZipError extends Error {
	override readonly name = 'ZipError';
}

/** Unpacking is synchronous and the disk is not: what a piece of the zip gave is written after it. */
type Step = { readonly begin: string } | { readonly data: Uint8Array } | { readonly end: true };
/** Times the ratio that an entry may grow by, this is what waits in memory at most: 25 MB. */
const PIECE_BYTES = 256 * 1024;

/** @throws ZipError, DiskError; nothing of the zip is then left on the disk */
export async function takeZip(disk: Disk, name: string, file: Blob, roomBytes: number): Promise<readonly Intake[]> {
	const done: Intake[] = [];
	let taking: { readonly path: string; readonly into: Taking } | undefined;
	const steps: Step[] = [];
	const unzip = makeUnzip(name, roomBytes, steps);
	try {
		for (let at = 0; at < file.size; at += PIECE_BYTES) {
			unzip.push(await read(file, at, name, PIECE_BYTES), at + PIECE_BYTES >= file.size);
			for (const step of steps.splice(0)) {
				if ('begin' in step) taking = { path: step.begin, into: await beginIntake(disk, step.begin) };
				else if ('data' in step) taking?.into.write(step.data);
				else if (taking !== undefined) {
					done.push(taking.into.end());
					taking = undefined;
				}
			}
		}
		if (taking !== undefined) throw new ZipError(`"${name}" was cut short: it ends in the middle of "${taking.path}".`);
		return done;
	} catch (error) {
		await taking?.into.drop().catch(() => undefined);
		for (const { temp } of done) await disk.remove('partials', temp).catch(() => undefined);
		if (error instanceof Error && (error.name === 'ZipError' || error.name === 'DiskError')) throw error;
		if (error instanceof Error && /invalid zip data/.test(error.message))
			throw new ZipError(`"${name}" was cut short or is damaged: it cannot be unpacked.`, { cause: error });
		throw new ZipError(`"${name}" cannot be unpacked: ${error instanceof Error ? error.message : String(error)}.`, { cause: error });
	}
}

function makeUnzip(name: string, roomBytes: number, steps: Step[]): { push(piece: Uint8Array, last: boolean): void } {
	const seen = new Set<string>();
	let count = 0;
	let produced = 0;
	let consumed = 0;
	const unzip = new Unzip((entry) => {
		if (++count > ZIP_LIMITS.entries) throw new ZipError(`"${name}" holds more than ${ZIP_LIMITS.entries} files.`);
		const refused = refuseName(entry.name, seen);
		if (refused !== '') throw new ZipError(refused);
		seen.add(entry.name.toLowerCase());
		if (entry.name.endsWith('/') || isJunk(entry.name)) return;
		const before = consumed;
		let mine = 0;
		steps.push({ begin: entry.name });
		entry.ondata = (error, data, final) => {
			if (error !== null) throw new ZipError(`"${entry.name}" in "${name}" cannot be unpacked: ${error.message}.`);
			produced += data.length;
			mine += data.length;
			if (produced > roomBytes) throw new ZipError(`"${name}" grows beyond the room that is left when it is unpacked.`);
			if (mine > (consumed - before) * ZIP_LIMITS.ratio + ZIP_LIMITS.slackBytes)
				throw new ZipError(`"${entry.name}" in "${name}" grows more than ${ZIP_LIMITS.ratio} times when it is unpacked.`);
			// What was stored is a view into the piece; the next one overwrites nothing of it.
			steps.push({ data });
			if (final) steps.push({ end: true });
		};
		try {
			entry.start();
		} catch (cause) {
			throw cause instanceof ZipError
				? cause
				: new ZipError(`"${entry.name}" in "${name}" is packed in a way that is not known here.`, { cause });
		}
	});
	unzip.register(UnzipInflate);
	return {
		push(piece, last) {
			consumed += piece.length;
			unzip.push(piece, last);
		},
	};
}
