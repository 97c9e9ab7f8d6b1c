export interface ModelMemory {
	readonly id: string;
	readonly rounds: number;
	readonly ok: boolean;
	/** Resident bytes at the end over those at the start. */
	readonly ratio: number;
	readonly endBytes: number;
	readonly endOwnBytes: number;
	readonly peakBytes: number;
	/** After each round, as soon as garbage was collected. */
	readonly afterBytes: readonly number[];
}
export const TOLERANCE: number;
export const SMALL: readonly { readonly id: string; readonly ask?: { readonly text: string } }[];
export function measureModelMemory(options: {
	readonly rounds: number;
	readonly log?: (line: string) => void;
	readonly models?: typeof SMALL;
}): Promise<{ readonly ok: boolean; readonly startBytes: number; readonly startOwnBytes: number; readonly models: readonly ModelMemory[] }>;
