export interface TextSet {
	readonly version?: number;
	readonly places: Readonly<
		Record<
			string,
			{
				readonly game: string;
				readonly kind: string;
				readonly language: string;
				/** What can stand there, besides blanks; empty: any character of the language. */
				readonly charset: string;
				/** Confusions that the tiny recogniser's readings of the learn half prove. */
				readonly replace: Readonly<Record<string, string>>;
			}
		>
	>;
	readonly lines: readonly {
		readonly file: string;
		readonly place: string;
		readonly text: string;
		readonly split: 'learn' | 'test';
		/** Frame and box, or the font it was drawn with. */
		readonly from: string;
	}[];
}
/** Three of eight texts are learnt from; case, width and blanks make no other text. */
export function splitOf(text: string): 'learn' | 'test';
/** What is wrong with a set, a sentence each. */
export function faultsOf(set: TextSet, folder?: string): string[];
