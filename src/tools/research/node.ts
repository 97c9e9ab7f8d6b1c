// The tuner's parts and the bench's, as one module for Node and its workers.
export * from '../bench/decisions/node.ts';
export { compare } from '../delta/compare.ts';
export * from './tune.ts';
