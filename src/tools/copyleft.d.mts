export function isCopyleft(name: string, licence: string): boolean;
export function copyleftFaults(name: string, scripts: readonly string[], built: ReadonlyMap<string, string>): readonly string[];
