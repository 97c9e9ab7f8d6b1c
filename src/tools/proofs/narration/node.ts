// What of the proof runs in Node, as one module: the product's own sources with the game and the checks.
export { readProfile } from '../../../core/profile.ts';
export { seeded } from '../../../core/random.fixture.ts';
export * from './check.ts';
export * from './play.ts';
