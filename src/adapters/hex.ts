// Bytes as hexadecimal digits, and the SHA-256 of what lies in memory by the browser.

export function toHex(bytes: Uint8Array): string {
	let text = '';
	for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
	return text;
}

export function fromHex(hex: string): Uint8Array<ArrayBuffer> {
	return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}

/** In hex. Throws on plain http other than loopback, where the browser has none; files of models go by models/hashes.ts. */
export async function sha256(bytes: Uint8Array): Promise<string> {
	return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)));
}
