// Texts known by heart, found again at once among a hundred thousand: by every character first, then by the skeleton that misread
// letters leave alone, then by a few rare pairs of words. What is found is compared word by word before it counts.
import { fnv1a } from '../fnv.ts';
import { canonicalText, FUZZY_MOST, type Known, misreadBy, namesIn, skeletonOf } from './same-text.ts';

export interface Found {
	readonly id: string;
	/** Edits between the text and what was read; 0: the same but for marks and case. */
	readonly edits: number;
}
export interface KnownTexts {
	readonly size: number;
	/** Takes a text in, or in place of the one that `id` had. */
	put(id: string, text: string): void;
	remove(id: string): void;
	/** The text that this is a reading of; of several the one with the fewest edits. */
	find(text: string): Found | undefined;
}

interface Entry extends Known {
	readonly id: string;
	readonly keys: readonly number[];
	readonly words: readonly string[];
}

/** Pairs of words that a text is filed under: one wrong letter leaves most of them alone. */
const PAIRS = 3;
/** Under a key with more entries than this the text is no rare one, and its other keys have to find it. */
const CROWD = 48;

export function makeKnownTexts(): KnownTexts {
	const entries = new Map<string, Entry>();
	/** Canonical text to ids, oldest first: two crystals may say something of one text. */
	const exact = new Map<string, string | string[]>();
	const near = new Map<number, string | string[]>();
	/** In how many texts a word stands. */
	const vocabulary = new Map<string, number>();

	function remove(id: string): void {
		const entry = entries.get(id);
		if (entry === undefined) return;
		entries.delete(id);
		drop(exact, entry.canonical, id);
		for (const key of entry.keys) drop(near, key, id);
		for (const word of entry.words) {
			const left = (vocabulary.get(word) ?? 1) - 1;
			if (left === 0) vocabulary.delete(word);
			else vocabulary.set(word, left);
		}
	}

	return {
		get size() {
			return entries.size;
		},
		put(id, text) {
			remove(id);
			const canonical = canonicalText(text);
			const words = [...new Set(canonical.split(' '))];
			const entry: Entry = { id, canonical, names: namesIn(text), keys: keysOf(canonical), words };
			entries.set(id, entry);
			file(exact, canonical, id);
			for (const key of entry.keys) file(near, key, id);
			for (const word of words) vocabulary.set(word, (vocabulary.get(word) ?? 0) + 1);
		},
		remove,
		find(text) {
			const read = canonicalText(text);
			const [same] = filed(exact, read);
			if (same !== undefined) return { id: same, edits: 0 };
			const looked = new Set<string>();
			let best: Found | undefined;
			for (const key of keysOf(read)) {
				const ids = filed(near, key);
				if (ids.length > CROWD) continue;
				for (const id of ids) {
					if (looked.has(id)) continue;
					looked.add(id);
					const edits = misreadBy(entries.get(id) as Entry, read, (word) => vocabulary.has(word));
					if (edits !== undefined && edits < (best?.edits ?? Infinity)) best = { id, edits };
				}
			}
			return best;
		},
	};
}

/** The skeleton, and the pairs of neighbouring words with the lowest hashes: which those are does not depend on where an error is. */
function keysOf(canonical: string): readonly number[] {
	if (canonical.length > FUZZY_MOST) return [];
	const words = canonical.split(' ').map(skeletonOf);
	const pairs: number[] = [];
	for (let i = 1; i < words.length; i++) pairs.push(fnv1a(`${words[i - 1]} ${words[i]}`));
	pairs.sort((a, b) => a - b);
	return [...new Set([fnv1a(skeletonOf(canonical)), ...pairs.slice(0, PAIRS)])];
}

function file<K>(map: Map<K, string | string[]>, key: K, id: string): void {
	const there = map.get(key);
	if (there === undefined) map.set(key, id);
	else if (typeof there === 'string') map.set(key, [there, id]);
	else there.push(id);
}
function filed<K>(map: ReadonlyMap<K, string | string[]>, key: K): readonly string[] {
	const there = map.get(key);
	return there === undefined ? [] : typeof there === 'string' ? [there] : there;
}
function drop<K>(map: Map<K, string | string[]>, key: K, id: string): void {
	const left = filed(map, key).filter((other) => other !== id);
	if (left.length === 0) map.delete(key);
	else map.set(key, left.length === 1 ? (left[0] as string) : left);
}
