// Sound as a file: RIFF/WAVE, 16-bit PCM, mono.

/** As it is kept. */
export interface Sound {
	/** 16-bit samples, little-endian, mono. */
	readonly pcm: Uint8Array;
	/** Samples a second. */
	readonly rate: number;
}

/** 16-bit samples, little-endian. */
export function pcmOf(samples: Float32Array): Uint8Array {
	const view = new DataView(new ArrayBuffer(samples.length * 2));
	for (let i = 0; i < samples.length; i++) {
		const s = Math.max(-1, Math.min(1, samples[i] as number));
		view.setInt16(2 * i, Math.round(s * 0x7fff), true);
	}
	return new Uint8Array(view.buffer);
}
export function samplesOf(pcm: Uint8Array): Float32Array {
	const view = new DataView(pcm.buffer, pcm.byteOffset, pcm.byteLength);
	return Float32Array.from({ length: pcm.byteLength >> 1 }, (_, i) => view.getInt16(2 * i, true) / 0x7fff);
}

/** @param pcm  16-bit samples in pieces, one after the other */
export function wav(pcm: readonly Uint8Array[], rate: number): Uint8Array {
	const bytes = pcm.reduce((sum, { length }) => sum + length, 0);
	const out = new Uint8Array(44 + bytes);
	const view = new DataView(out.buffer);
	const name = (at: number, text: string): void =>
		out.set(
			[...text].map((c) => c.charCodeAt(0)),
			at,
		);
	name(0, 'RIFF');
	view.setUint32(4, 36 + bytes, true);
	name(8, 'WAVEfmt ');
	view.setUint32(16, 16, true);
	view.setUint16(20, 1, true);
	view.setUint16(22, 1, true);
	view.setUint32(24, rate, true);
	view.setUint32(28, rate * 2, true);
	view.setUint16(32, 2, true);
	view.setUint16(34, 16, true);
	name(36, 'data');
	view.setUint32(40, bytes, true);
	let at = 44;
	for (const piece of pcm) {
		out.set(piece, at);
		at += piece.length;
	}
	return out;
}
