// What `npm run graduation` runs in Node: the page's own recount of a certificate. Reads one file and nothing else.
import { makeSha256 } from '../../adapters/chain.ts';
import { verifies } from '../../adapters/device-key.ts';
import { type Verified, verifyCertificate } from '../../core/graduation/certificate.ts';
export { graduationMarkdown } from '../../core/graduation/markdown.ts';

export async function verify(bytes: Uint8Array): Promise<Verified> {
	let text: string;
	try {
		text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
	} catch {
		return { ok: false, why: 'The file is no text: a byte of it was changed, or it is another file.' };
	}
	return await verifyCertificate(text, await makeSha256(), verifies);
}
