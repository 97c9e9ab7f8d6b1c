// Text and bytes, which the core has to turn into each other by itself: the classes for it are the browser's and Node's.

/** UTF-8 without the encoder of browsers and Node, which the core does not know. Half a pair of surrogates becomes U+FFFD. */
export function utf8(text: string): Uint8Array {
	const bytes = new Uint8Array(text.length * 3);
	let at = 0;
	for (let i = 0; i < text.length; i++) {
		let code = text.charCodeAt(i);
		if (code >= 0xd800 && code <= 0xdfff) {
			const low = code < 0xdc00 ? text.charCodeAt(i + 1) : Number.NaN;
			if (low >= 0xdc00 && low <= 0xdfff) {
				code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
				i++;
			} else code = 0xfffd;
		}
		if (code < 0x80) bytes[at++] = code;
		else if (code < 0x800) {
			bytes[at++] = 0xc0 | (code >> 6);
			bytes[at++] = 0x80 | (code & 63);
		} else if (code < 0x10000) {
			bytes[at++] = 0xe0 | (code >> 12);
			bytes[at++] = 0x80 | ((code >> 6) & 63);
			bytes[at++] = 0x80 | (code & 63);
		} else {
			bytes[at++] = 0xf0 | (code >> 18);
			bytes[at++] = 0x80 | ((code >> 12) & 63);
			bytes[at++] = 0x80 | ((code >> 6) & 63);
			bytes[at++] = 0x80 | (code & 63);
		}
	}
	return bytes.slice(0, at);
}

/** UTF-8 without the decoder of browsers and Node, which the core does not know. Throws at bytes that are none. */
export function textOfUtf8(bytes: Uint8Array): string {
	const parts: string[] = [];
	for (let at = 0; at < bytes.length; at += 0x4000) parts.push(String.fromCharCode(...bytes.subarray(at, at + 0x4000)));
	// Most of what is read is ASCII, and long.
	if (bytes.every((byte) => byte < 0x80)) return parts.join('');
	return decodeURIComponent(parts.join('').replaceAll(/[%\u0080-\u00ff]/g, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, '0')}`));
}
