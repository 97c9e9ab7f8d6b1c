// What programs in Node get of the engine, see loadEngine in engine.mjs.
export { makeBestEngine } from '../adapters/engine.ts';
export { makeEngine } from '../core/engine/engine.ts';
export { makeTwin } from '../core/engine/twin.ts';
export { cutPatch, preparePatch } from '../core/perception/match.ts';
export { makeFrame } from '../core/perception/pixels.ts';
