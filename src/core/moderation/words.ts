// Judging words by lists, as the core sees it. The lists are an adapter's.

export type Judged =
	| { readonly verdict: 'clean' }
	| { readonly verdict: 'abusive'; readonly why: string }
	/** The lists cannot tell: another script, letters under stars, an address. */
	| { readonly verdict: 'doubtful'; readonly why: string };

export interface Words {
	/** Of any text; looks through look-alikes, marks, spacing and letters drawn as digits. */
	judge(text: string): Judged;
}
