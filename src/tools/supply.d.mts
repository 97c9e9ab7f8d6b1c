/** Faults of the packages, each a sentence. */
export function supplyFaults(lockfile: string, npmrc: string): string[];
