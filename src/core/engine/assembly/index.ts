// The kernels in WebAssembly SIMD. ../kernels.ts says what each is given; ../twin.ts is the same in plain TypeScript.
export { half, integral, split, tiles } from './planes';
export { blocks, chroma, verify } from './places';
export { coarse, resolve, scan } from './search';
