export const assembleScript: string;
export function weightsFolder(env?: NodeJS.ProcessEnv): string;
/** Folders of the models → the folder that holds them, every file hashed. @throws an Error that says what a person has to do */
export function ensureWeights(ids: readonly string[], options?: { folder?: string; log?: (line: string) => void }): Promise<string>;
