// What the bench needs of the engine: how pixels are compared, and frames that lie where the comparing is done.
import { type Matcher, plainMatcher } from '../../../core/perception/matcher.ts';
import { type FrameBuffers, makeFrame, makeFrameBuffers, type PictureFrame, type RawPicture } from '../../../core/perception/pixels.ts';

export interface Engine {
	readonly matcher: Matcher;
	readonly buffers: FrameBuffers;
	makeFrame(raw: RawPicture, id: string, at: number, buffers: FrameBuffers): PictureFrame;
}

export async function openEngine(): Promise<Engine> {
	return { matcher: plainMatcher, buffers: makeFrameBuffers(2), makeFrame };
}

/** The same picture in the engine's memory and new to it. Valid until two more were loaded. */
export function loadFrame(engine: Engine, frame: PictureFrame): PictureFrame {
	const { width, height, luma, stride, u, v, chromaStride } = frame;
	if (u === undefined || v === undefined || chromaStride === undefined) throw new Error(`${frame.id} has no colour.`);
	const data = engine.buffers.raw(luma.length + u.length + v.length);
	data.set(luma);
	data.set(u, luma.length);
	data.set(v, luma.length + u.length);
	const planes = [
		{ offset: 0, stride },
		{ offset: luma.length, stride: chromaStride },
		{ offset: luma.length + u.length, stride: chromaStride },
	];
	return engine.makeFrame({ format: 'I420', width, height, data, planes, colour: frame.colour }, frame.id, frame.at, engine.buffers);
}
