import type { Guard } from './items.mjs';

/** The source without the guard. @throws Error when the guard does not stand in it exactly once */
export function without(source: string, guard: Guard): string;
