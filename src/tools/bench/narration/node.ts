// What of the bench runs in Node, as one module: the product's own phrases over the lines of NetHack.
export * from './mine.ts';
export { median, quantile } from '../../statistics.ts';
