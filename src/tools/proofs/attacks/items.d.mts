export interface Guard {
	/** The file it stands in, from the root. */
	readonly in: string;
	/** Its very text, once in the file. */
	readonly text: string;
	/** What stands in its place when it is taken out. */
	readonly instead: string;
	/** A second one that refuses the same. */
	readonly also?: Guard;
}
export interface Item {
	/** Its number in the checklist. */
	readonly item: number;
	readonly attack: string;
	/** The title as it stands in the file, or a part of it. */
	readonly tests: readonly (readonly [file: string, title: string])[];
	readonly guards: readonly Guard[];
	/** What of the checklist's line is not held. */
	readonly open?: string;
}
export const ITEMS: readonly Item[];
