// Finding texts by their words, as search engines do: rare words count more, long texts less.

export interface WordIndex {
	/** @param words  what it is found by; words that say the same are to be one word already */
	add(id: string, words: readonly string[]): void;
	remove(id: string): void;
	/**
	 * By Okapi BM25, best first.
	 *
	 * @returns `score` as it is, and `share` of what the query would score with itself, in [0, 1]
	 */
	find(words: readonly string[]): readonly { readonly id: string; readonly score: number; readonly share: number }[];
}

/** @see Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009) */
const K1 = 1.2;
const B = 0.75;

export function makeWordIndex(): WordIndex {
	const texts = new Map<string, { readonly counts: ReadonlyMap<string, number>; readonly length: number }>();
	const holders = new Map<string, Set<string>>();
	let lengths = 0;

	function remove(id: string): void {
		const text = texts.get(id);
		if (text === undefined) return;
		texts.delete(id);
		lengths -= text.length;
		for (const word of text.counts.keys()) {
			const those = holders.get(word);
			those?.delete(id);
			if (those?.size === 0) holders.delete(word);
		}
	}

	const weight = (word: string): number => {
		const n = holders.get(word)?.size ?? 0;
		return Math.log(1 + (texts.size - n + 0.5) / (n + 0.5));
	};
	const part = (count: number, length: number): number => (count * (K1 + 1)) / (count + K1 * (1 - B + (B * length * texts.size) / lengths));

	return {
		add(id, words) {
			remove(id);
			texts.set(id, { counts: countsOf(words), length: words.length });
			lengths += words.length;
			for (const word of words) holders.set(word, (holders.get(word) ?? new Set()).add(id));
		},
		remove,
		find(words) {
			if (lengths === 0) return [];
			const scores = new Map<string, number>();
			let self = 0;
			for (const [word, times] of countsOf(words)) {
				const heavy = times * weight(word);
				self += heavy * part(times, words.length);
				for (const id of holders.get(word) ?? []) {
					const text = texts.get(id);
					if (text === undefined) continue;
					scores.set(id, (scores.get(id) ?? 0) + heavy * part(text.counts.get(word) ?? 0, text.length));
				}
			}
			return [...scores]
				.map(([id, score]) => ({ id, score, share: self === 0 ? 0 : Math.min(1, score / self) }))
				.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
		},
	};
}

function countsOf(words: readonly string[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
	return counts;
}
