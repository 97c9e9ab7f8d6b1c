// Texts of a real game, read again with mistakes: how many are known again, and whether any is taken for another.
import { seeded } from '../../../core/random.fixture.ts';
import { makeKnownTexts } from '../../../core/texts/known-texts.ts';
import { misread } from '../../../core/texts/misread.fixture.ts';
import { canonicalText } from '../../../core/texts/same-text.ts';

export interface Reread {
	readonly texts: number;
	readonly readings: number;
	/** Readings that differ from their text in more than marks. */
	readonly misread: number;
	readonly known: number;
	readonly misreadAndKnown: number;
	readonly takenForAnother: number;
	/** Texts that would be taken for another if they were not known themselves. */
	readonly confused: number;
}

/** @param rate  chance of a mistake for each character */
export function reread(all: readonly string[], seed: number, rate: number, times = 5): Reread {
	const texts = [...new Map(all.map((text) => [canonicalText(text), text])).entries()];
	const index = makeKnownTexts();
	for (const [canonical, text] of texts) index.put(canonical, text);
	const random = seeded(seed);
	const counts = { misread: 0, known: 0, misreadAndKnown: 0, takenForAnother: 0, confused: 0 };
	for (let i = 0; i < times; i++)
		for (const [canonical, text] of texts) {
			const read = misread(text, random, rate);
			const differs = canonicalText(read) !== canonical;
			const found = index.find(read);
			if (differs) counts.misread++;
			if (found?.id === canonical) counts.known++;
			if (found?.id === canonical && differs) counts.misreadAndKnown++;
			if (found !== undefined && found.id !== canonical) counts.takenForAnother++;
		}
	for (const [canonical, text] of texts) {
		index.remove(canonical);
		if (index.find(text) !== undefined) counts.confused++;
		index.put(canonical, text);
	}
	return { texts: texts.length, readings: times * texts.length, ...counts };
}
