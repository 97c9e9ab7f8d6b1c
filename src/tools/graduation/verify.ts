// What `npm run graduation` runs in Node: the page's own recount of a certificate. Reads one file and nothing else.
import { createReadStream, openSync, readSync, closeSync } from 'node:fs';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { makeSha256 } from '../../adapters/chain.ts';
import { verifies } from '../../adapters/device-key.ts';
import { type Verified, verifyCertificate } from '../../core/graduation/certificate.ts';
export { graduationMarkdown } from '../../core/graduation/markdown.ts';

const GZIP = 0x8b1f;

/** A certificate as the page saves it, or unpacked. */
export async function verify(file: string): Promise<Verified> {
	const packed = isPacked(file);
	const bytes = createReadStream(file);
	const plain: Readable = packed ? bytes.pipe(createGunzip()) : bytes;
	// What fails to be read fails what is unpacked from it, too.
	bytes.on('error', (error) => plain.destroy(error));
	// It may fail before it is first asked for its text; then the asking throws.
	plain.on('error', () => {});
	try {
		return await verifyCertificate(textOf(plain), await makeSha256(), verifies);
	} catch (error) {
		if (error instanceof TypeError) return { ok: false, why: 'The file is no text: a byte of it was changed, or it is another file.' };
		if (!packed) throw error;
		return { ok: false, why: `The file cannot be unpacked (${(error as Error).message}): a byte of it was changed, or it is cut short.` };
	} finally {
		bytes.destroy();
	}
}

function isPacked(file: string): boolean {
	const fd = openSync(file, 'r');
	const head = Buffer.alloc(2);
	readSync(fd, head);
	closeSync(fd);
	return head.readUInt16LE() === GZIP;
}

/** @throws TypeError where they are no UTF-8 */
async function* textOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
	const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
	for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
	yield decoder.decode();
}
