export interface PlayedTick {
	readonly at: number;
	readonly ask: string;
	readonly tier: string | null;
	readonly screen?: string;
	readonly facts?: Readonly<Record<string, unknown>>;
	readonly act?: { readonly verb: string; readonly args: Readonly<Record<string, unknown>> };
	readonly outcome?: string;
}
export interface Played {
	readonly code: number;
	/** report.json of contracts.md §4; undefined when the session failed. */
	readonly report: any;
	readonly markdown: string;
	readonly ticks: readonly PlayedTick[];
	readonly packBytes: number;
	/** What the program said on both its outputs. */
	readonly said: string;
}
export function playSession(options: {
	readonly args: readonly string[];
	readonly port: number;
	readonly env?: NodeJS.ProcessEnv;
	readonly log?: (line: string) => void;
	readonly limitMs: number;
}): Promise<Played>;
export function playPractice(session: {
	readonly minutes: number;
	readonly store: string;
	readonly port: number;
	readonly options: Readonly<Record<string, string | number>>;
	readonly more?: readonly string[];
	readonly log?: (line: string) => void;
}): Promise<Played>;
export function countShare(
	ticks: readonly PlayedTick[],
	ask: string,
	from: number,
	to: number,
): { readonly local: number; readonly total: number; readonly share: number | null };
