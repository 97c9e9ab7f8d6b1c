export { play } from './play.ts';
export { reread } from './rereads.ts';
