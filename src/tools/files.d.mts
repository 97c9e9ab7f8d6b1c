export const root: string;
export function filesUnder(path: string): Generator<string>;
export function hashOfSources(): string;
export function hashOfFile(path: string): string;
