export { crashes } from './crashes.ts';
