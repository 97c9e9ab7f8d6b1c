import type { Plugin } from 'vite';

export const engineSources: string;
export function compileEngine(): Promise<Buffer>;
export function engineModule(): Plugin;
export function loadEngine(): Promise<typeof import('./engine-entry.ts')>;
