// The device's own key: ECDSA over P-256, which every browser has. It is made here, cannot be taken out, and goes with "Erase
// everything". What it signs says that this browser said so, and no more.
import type { DeviceKey } from '../core/graduation/certificate.ts';
import { fromHex, toHex } from './hex.ts';
import type { Database } from './store-schema.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const;

export interface Signer {
	readonly key: DeviceKey;
	/** In hex. */
	sign(text: string): Promise<string>;
}

/** The key that is kept; a new one where there is none. */
export async function deviceSigner(db: Pick<Database, 'keys'>): Promise<Signer> {
	const kept = await db.keys.get('device');
	if (kept !== undefined) return signerOf(kept.pair);
	const fresh = await crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
	try {
		await db.keys.add({ name: 'device', pair: fresh });
	} catch (error) {
		// Another tab was first: there is one key.
		const first = await db.keys.get('device');
		if (first === undefined) throw error;
		return signerOf(first.pair);
	}
	return signerOf(fresh);
}

async function signerOf({ privateKey, publicKey }: CryptoKeyPair): Promise<Signer> {
	const { x = '', y = '' } = await crypto.subtle.exportKey('jwk', publicKey);
	return {
		key: { kty: 'EC', crv: 'P-256', x, y },
		sign: async (text) => toHex(new Uint8Array(await crypto.subtle.sign(SIGNING, privateKey, new TextEncoder().encode(text)))),
	};
}

/** Whether a signature, in hex, is that of the text by the key; a key that is none signs nothing. */
export async function verifies(key: DeviceKey, signature: string, text: string): Promise<boolean> {
	try {
		const { kty, crv, x, y } = key;
		const by = await crypto.subtle.importKey('jwk', { kty, crv, x, y }, ALGORITHM, false, ['verify']);
		return await crypto.subtle.verify(SIGNING, by, fromHex(signature), new TextEncoder().encode(text));
	} catch (error) {
		if (error instanceof DOMException) return false;
		throw error;
	}
}
