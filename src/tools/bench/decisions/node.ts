// What of the bench runs in Node, as one module: built from the sources of the product itself, so that ours is the very code of the page.
export * from '../../statistics.ts';
export * from './contender.ts';
export * from './measure.ts';
export * from './ours.ts';
export * from './peers.ts';
export * from './picture.ts';
export * from './play.ts';
export * from './report.ts';
export * from './stream.ts';
export * from './world.ts';
