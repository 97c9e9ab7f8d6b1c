// Frames that lie where the comparing is done.
import type { Engine } from '../../../core/engine/engine.ts';
import { type FrameBuffers, makeFrame, type PictureFrame } from '../../../core/perception/pixels.ts';

export interface Stand {
	readonly engine: Engine;
	/** In the engine's memory. */
	readonly buffers: FrameBuffers;
}

/** The same picture in the engine's memory and new to it. Valid until the buffers' ring comes round. */
export function loadFrame({ buffers }: Stand, frame: PictureFrame): PictureFrame {
	const { width, height, luma, stride, u, v, chromaStride } = frame;
	if (u === undefined || v === undefined || chromaStride === undefined) throw new Error(`${frame.id} has no colour.`);
	const data = buffers.raw(luma.length + u.length + v.length);
	data.set(luma);
	data.set(u, luma.length);
	data.set(v, luma.length + u.length);
	const planes = [
		{ offset: 0, stride },
		{ offset: luma.length, stride: chromaStride },
		{ offset: luma.length + u.length, stride: chromaStride },
	];
	return makeFrame({ format: 'I420', width, height, data, planes, colour: frame.colour }, frame.id, frame.at, buffers);
}
