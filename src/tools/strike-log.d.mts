export interface StrikeRow {
	/** Day, `YYYY-MM-DD`. */
	readonly at: string;
	readonly what: string;
	/** What does it from now on: a file of the repository, or `npm run NAME`. */
	readonly script?: string;
	/** Why nothing should. */
	readonly waiver?: string;
}
export const STRIKES: number;
export function isNear(a: string, b: string): boolean;
/** @throws Error that names the line */
export function readLog(text: string): StrikeRow[];
export function nearTo(rows: readonly StrikeRow[], what: string): { readonly since: StrikeRow[]; readonly linked: StrikeRow | undefined };
export function openStrikes(rows: readonly StrikeRow[]): StrikeRow[][];
