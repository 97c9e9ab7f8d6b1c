// Lines of one event type, clustered while they come: Drain's tree of fixed depth. A line goes down by its length and its first
// word, and joins the leaf's most similar template; whether the two are one template is for the inducer to say.
// @see P. He et al., "Drain: An Online Log Parsing Approach with Fixed Depth Tree" (2017)

/** Share of tokens that must be alike. */
const SIMILAR = 0.4;
/** Where a template has a slot. */
export const HOLE = '{}';

export interface PhraseTree<T> {
	add(tokens: readonly string[], what: T): void;
	/** Those of the leaf that are alike enough, the most alike first. */
	near(tokens: readonly string[]): readonly T[];
}

export function makePhraseTree<T>(): PhraseTree<T> {
	const leaves = new Map<string, { readonly tokens: readonly string[]; readonly what: T }[]>();
	// A word that is a number or a slot tells nothing of the kind of line.
	const step = (token: string | undefined): string => (token === undefined || token === HOLE || /\d/.test(token) ? HOLE : token);
	const leaf = (tokens: readonly string[], first: string): string => `${tokens.length} ${first}`;
	return {
		add(tokens, what) {
			const key = leaf(tokens, step(tokens[0]));
			const there = leaves.get(key);
			if (there === undefined) leaves.set(key, [{ tokens, what }]);
			else there.push({ tokens, what });
		},
		near(tokens) {
			const first = step(tokens[0]);
			// A template that begins with a slot may be meant by any first word.
			const keys =
				first === HOLE ? [...leaves.keys()].filter((k) => k.startsWith(`${tokens.length} `)) : [leaf(tokens, first), leaf(tokens, HOLE)];
			return keys
				.flatMap((key) => leaves.get(key) ?? [])
				.map(({ tokens: theirs, what }) => ({ what, like: similarity(theirs, tokens) }))
				.filter(({ like }) => like >= SIMILAR)
				.sort((a, b) => b.like - a.like)
				.map(({ what }) => what);
		},
	};
}

function similarity(a: readonly string[], b: readonly string[]): number {
	let same = 0;
	for (let i = 0; i < a.length; i++) if (a[i] === b[i] && a[i] !== HOLE) same++;
	return a.length === 0 ? 0 : same / a.length;
}
