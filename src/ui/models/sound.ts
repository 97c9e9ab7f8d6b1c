// Plays what a voice said.

/** Plays mono samples once. @returns stops it; `ended` settles when it is over either way */
export function playSamples(samples: Float32Array, rate: number): { stop(): void; readonly ended: Promise<void> } {
	const context = new AudioContext();
	const buffer = context.createBuffer(1, Math.max(1, samples.length), rate);
	buffer.copyToChannel(samples as Float32Array<ArrayBuffer>, 0);
	const source = context.createBufferSource();
	source.buffer = buffer;
	source.connect(context.destination);
	const ended = new Promise<void>((resolve) => {
		source.onended = () => {
			void context.close();
			resolve();
		};
	});
	source.start();
	return { stop: () => source.stop(), ended };
}
