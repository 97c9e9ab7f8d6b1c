// What is said of flags ("the door is open", "I have a key") and of worded facts ("in the crypt", "I am hungry").
import type { Literal } from '../../../question.ts';
import type { Clause } from './clauses.ts';
import type { Flag, Lexicon, Worded } from './lexicon.ts';
import { ABSENT, COPULAS, deniedBefore, EXISTING, HAVING, NEARING, NEGATORS, OTHERS, phraseAt, POSSESSING, SEEING } from './words.ts';

const LOCATING = new Set(
	'is are am in at on inside within holding hold facing carrying carry entered reached into equals = == : ahead front says reads shows has'.split(
		' ',
	),
);
/** How far from a name its verb may stand. */
const REACH = 6;
const NO_WORDS: ReadonlySet<string> = new Set();

/** @param used  tokens that told of an amount: "two rats" is not said of seeing one besides */
export function flagsIn(clause: Clause, end: number, used: ReadonlySet<number>, lexicon: Lexicon): Literal[] {
	return lexicon.flags.flatMap((flag): Literal[] => {
		const truth = flagIn(flag, clause, end, used);
		return truth === undefined ? [] : [{ f: flag.id, op: '==', v: truth }];
	});
}

/** Whether a clause says that a flag is up or down; undefined when it says nothing of it. */
function flagIn(flag: Flag, { words, stems, denied }: Clause, end: number, used: ReadonlySet<number>): boolean | undefined {
	for (const [i, name] of flag.names.entries()) {
		for (let at = 0; at < end; at++) {
			if (used.has(at) && flag.how === 'sees') continue;
			const spot = spotOf(name, stems, words, at, end, flag.how === 'state' || name.length > 1 ? flag.contrary : NO_WORDS);
			if (spot === undefined) continue;
			const near = words.slice(Math.max(0, spot.from - REACH), spot.from);
			const behind = words.slice(spot.to, Math.min(end, spot.to + REACH));
			const whole = words.slice(Math.max(0, spot.from - REACH), Math.min(end, spot.to + REACH));
			if (!isBound(flag, i < flag.own, name.length, spot.from, near, behind, whole)) continue;
			const turns =
				Number(spot.contrary) +
				Number(deniedBefore(words, spot.to) !== denied) +
				Number(flag.how !== 'state' && behind.some((w) => ABSENT.has(w))) +
				Number(words.slice(spot.to, Math.min(end, spot.to + 3)).includes('not'));
			return turns % 2 === 0;
		}
	}
	return undefined;
}

/** Whether the words around a name say what the flag is about: that a thing is had, is seen, is near, or is so. */
function isBound(
	{ how }: Flag,
	own: boolean,
	length: number,
	from: number,
	near: readonly string[],
	behind: readonly string[],
	whole: readonly string[],
): boolean {
	switch (how) {
		case 'has':
			return (
				!near.some((w) => OTHERS.has(w)) &&
				(near.some((w) => HAVING.has(w)) || behind.some((w) => w === 'available' || w === 'inventory' || ABSENT.has(w)))
			);
		case 'sees':
			return !whole.some((w) => POSSESSING.has(w)) && whole.some((w) => SEEING.has(w) || ABSENT.has(w));
		case 'near':
			return whole.some((w) => NEARING.has(w));
		case 'state':
			return (
				(own && length > 1) ||
				whole.some((w) => COPULAS.has(w) || EXISTING.has(w)) ||
				(from === 0 && own) ||
				NEGATORS.has(near.at(-1) ?? '')
			);
	}
}

/** Where a name begins at a token: its words within a few of each other, the last of them perhaps by its contrary. */
function spotOf(
	name: readonly (readonly string[])[],
	stems: readonly string[],
	words: readonly string[],
	at: number,
	end: number,
	contrary: ReadonlySet<string>,
): { readonly from: number; readonly to: number; readonly contrary: boolean } | undefined {
	const window = Math.min(end, at + name.length + 5);
	const taken = new Set<number>();
	let opposite = false;
	for (const [i, ways] of name.entries()) {
		let spot = -1;
		for (let j = at; j < window && spot < 0; j++) {
			if (taken.has(j)) continue;
			if (ways.includes(stems[j] as string)) spot = j;
			else if (i === name.length - 1 && contrary.has(words[j] as string)) {
				spot = j;
				opposite = true;
			}
		}
		if (spot < 0) return undefined;
		taken.add(spot);
	}
	return taken.has(at) ? { from: at, to: Math.max(...taken) + 1, contrary: opposite } : undefined;
}

export function valuesIn({ words, stems, denied }: Clause, end: number, lexicon: Lexicon): Literal[] {
	const literals: Literal[] = [];
	for (let at = 0; at < end; at++) {
		const found = phraseAt(lexicon.values, stems, at);
		if (found === undefined || at + found.length > end) continue;
		const before = stems.slice(Math.max(0, at - REACH), at);
		const behind = stems.slice(at + found.length, Math.min(end, at + found.length + 4));
		const named = found.means
			.map((one) => ({ one, needs: needsOf(one, [...before, ...behind]) }))
			.filter(({ needs }) => needs > 0)
			.toSorted((a, b) => b.needs - a.needs);
		const lead = words.slice(Math.max(0, at - 4), at);
		const placed = lead.some((w) => LOCATING.has(w));
		const open = found.means.filter((one) => !one.common && placed && (one.place || COPULAS.has(lastTelling(lead))));
		const told = named[0] !== undefined && named[0].needs > (named[1]?.needs ?? 0) ? named[0].one : undefined;
		const one = told ?? (named.length === 0 && open.length === 1 ? open[0] : undefined);
		if (one !== undefined) literals.push({ f: one.id, op: deniedBefore(words, at) !== denied ? '!=' : '==', v: one.value });
		at += found.length - 1;
	}
	return literals;
}

/** How many words of the fact's name are said near its value; 0 when not all of any of its names are. */
function needsOf({ fact }: Worded, around: readonly string[]): number {
	return Math.max(0, ...fact.map((name) => (name.every((ways) => ways.some((w) => around.includes(w))) ? name.length : 0)));
}

const TELLS_NOTHING = new Set('a an the in very not currently now still weak from'.split(' '));
function lastTelling(words: readonly string[]): string {
	return words.findLast((w) => !TELLS_NOTHING.has(w)) ?? '';
}
