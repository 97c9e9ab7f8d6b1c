// What of the simulator runs in Node, as one module.
export { exactlyOnce } from './exactly-once.ts';
export { describeFailure } from './report.ts';
export { MUTANTS, simulate } from './simulate.ts';
