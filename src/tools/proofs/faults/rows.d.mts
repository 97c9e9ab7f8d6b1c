/** One fault that was put in, and what came of it. */
export interface Row {
	/** What was done, for people; with its number in the fault matrix where it has one. */
	readonly fault: string;
	readonly seed?: number;
	readonly expected: string;
	readonly seen: string;
	readonly ok: boolean;
	/** From the fault to play as before; absent where nothing had to recover. */
	readonly recoveredMs?: number;
}
export type Rows = (options: { readonly log: (line: string) => void }) => Promise<readonly Row[]>;
