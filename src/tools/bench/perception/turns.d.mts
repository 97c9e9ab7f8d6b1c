export interface Case {
	readonly mode: string;
	readonly n: number;
	readonly turns: number;
	/** Contenders that take fewer turns. */
	readonly turnsOf: Readonly<Record<string, number>>;
}
export type Found = readonly [score: number, x: number, y: number] | null;
export interface Runs {
	readonly wall: number[];
	readonly cpu: number[];
	/** Median of each turn. */
	readonly turns: number[];
	/** By frame. */
	readonly found: Map<string, readonly Found[]>;
}
export interface Contending {
	readonly who: string;
	run(order: {
		readonly mode: string;
		readonly frame: string;
		readonly n: number;
		readonly times: number;
	}): Promise<{ readonly wall: readonly number[]; readonly cpu: readonly number[]; readonly found: readonly Found[] }>;
}
export function takeTurns(
	contenders: readonly Contending[],
	frames: readonly string[],
	cases: readonly Case[],
	log: (line: string) => void,
): Promise<{ readonly mode: string; readonly n: number; readonly runs: Map<string, Runs> }[]>;
export function ratioOf(runs: ReadonlyMap<string, Runs>, peer: string, ours: string): number | undefined;
export function compareFound(
	runs: ReadonlyMap<string, Runs>,
	ours: string,
	peer: string,
): { readonly looked: number; readonly both: number; readonly elsewhere: number; readonly onlyOurs: number; readonly onlyPeer: number };
