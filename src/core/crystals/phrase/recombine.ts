// Ways to name a thing, learnt from lines. Where two templates of a type differ in one naming alone ("You see here a {foe} corpse." and
// "You see here a {kind} {thing}."), either naming may stand where the other does, and what was said of the one can be said of the other.
// What is said of "a {kind} {thing}" is so of "a {thing}" in any case.
// @see P. Adriaans, M. Vervoort, "The EMILE 4.1 Grammar Induction Toolbox" (2002): what stands in the same place is of one kind
import { split } from './induce.ts';
import type { PhraseData, PhrasePart } from './schema.ts';

/** Parts with one word or mark in each text; blanks go with what stands before them. */
type Row = readonly PhrasePart[];
type Parts = PhraseData['parts'];

/** Cells of a naming, and how many of its words may be neither article nor "of". */
const CELLS_MOST = 6;
const WORDS_MOST = 1;
const DETERMINER = /^(?:an?|the)$/i;
/** Of one call. */
const MADE_MOST = 40;

/**
 * What follows from one more template: its words with other namings in them, and its namings in other templates' words.
 *
 * @param fresh  the template that has come
 * @param known  those of its type that were learnt from lines
 * @returns parts of templates, none twice; what is known already may be among them (`formOf`)
 */
export function recombine(fresh: Parts, known: readonly Parts[]): Parts[] {
	const rows = [fresh, ...known].map(rowOf);
	const kinds = kindsOf(rows);
	const [mine] = rows as [Row];
	const own = new Set(namingsOf(mine).flatMap(({ from, to }) => shorter(mine.slice(from, to)).map(keyOf)));
	const made = new Map<string, Parts>();
	const slots = new Set(rows.flatMap((row) => row.flatMap((cell) => ('slot' in cell ? [cell.slot] : []))));
	for (const row of rows) {
		for (const { from, to, key } of namingsOf(row)) {
			for (const [other, naming] of kinds.get(key) ?? []) {
				// Of the others' words all was said before, but for the new naming.
				if (other === key || (row !== mine && !own.has(other))) continue;
				const parts = joined(numbered([row.slice(0, from), naming, row.slice(to)]));
				if (parts.every((part) => !('slot' in part) || slots.has(part.slot))) made.set(formOf(parts), parts);
			}
		}
	}
	return [...made.values()].slice(0, MADE_MOST);
}

function rowOf(parts: Parts): Row {
	return parts.flatMap((part): PhrasePart[] => ('text' in part ? split(part.text).map((text) => ({ text })) : [part]));
}

function joined(row: Row): Parts {
	const parts: PhrasePart[] = [];
	for (const cell of row) {
		const last = parts.at(-1);
		if ('text' in cell && last !== undefined && 'text' in last) parts[parts.length - 1] = { text: last.text + cell.text };
		else parts.push(cell);
	}
	return parts;
}

/** Values of one kind are numbered as they are told of: foe, foe-2. */
const kindOf = (slot: string): string => slot.replace(/-\d+$/, '');
function cellKey(cell: PhrasePart): string {
	if ('text' in cell) return /^an$/i.test(cell.text) ? 'a' : cell.text;
	return 'noun' in cell ? `{"${cell.noun}"}` : `{${[kindOf(cell.slot), ...cell.ops, cell.number ?? ''].join(':')}}`;
}
const keyOf = (row: Row): string => row.map(cellKey).join('');
/** The same for templates that differ in an article's sound or in how their values are numbered alone. */
export const formOf = (parts: Parts): string => keyOf(rowOf(parts));

interface Naming {
	readonly from: number;
	/** The cell after its last. */
	readonly to: number;
	readonly key: string;
}

/** Whether a stretch of a row can name something: an article or a number, values, and hardly a word besides, up to a mark or the end. */
function names(row: Row, from: number, to: number): boolean {
	const cells = row.slice(from, to).filter((cell) => !('text' in cell) || cell.text.trim() !== '');
	const [first] = cells;
	if (
		first === undefined ||
		first !== row[from] ||
		cells.at(-1) !== row[to - 1] ||
		cells.length > CELLS_MOST ||
		!cells.some((cell) => 'slot' in cell)
	)
		return false;
	const counted = 'slot' in first && first.number !== undefined;
	if (!counted && !('text' in first && DETERMINER.test(first.text)) && !('slot' in first && cells.some((c) => 'noun' in c))) return false;
	const words = cells.slice(counted ? 0 : 1).flatMap((cell) => ('text' in cell ? [cell.text] : []));
	const next = row[to];
	return (
		words.every((word) => /^\p{Ll}+$/u.test(word) && !DETERMINER.test(word)) &&
		words.filter((word) => word !== 'of').length <= WORDS_MOST &&
		(next === undefined || ('text' in next && /^[.,;!?]$/.test(next.text)))
	);
}

function namingsOf(row: Row): Naming[] {
	const found: Naming[] = [];
	for (let to = row.length; to > 0; to--)
		for (let from = to - 1; from >= 0; from--) if (names(row, from, to)) found.push({ from, to, key: keyOf(row.slice(from, to)) });
	return found;
}

/** A naming and what is left of it without some of the values before its last, if it ends in one: "a {kind} {thing}" and "a {thing}". */
function shorter(naming: Row): Row[] {
	const [first, blank] = naming;
	const last = naming.at(-1);
	const between = naming.slice(2, -1);
	const plain = (cell: PhrasePart | undefined): boolean =>
		cell !== undefined && 'slot' in cell && cell.number === undefined && cell.by === undefined;
	const values = between.filter((_, i) => i % 2 === 0);
	if (first === undefined || blank === undefined || !('text' in first) || !plain(last) || !values.every(plain)) return [naming];
	return Array.from({ length: 2 ** values.length }, (_, some) => [
		first,
		blank,
		...between.filter((_, i) => (some & (1 << (i >> 1))) === 0),
		last as PhrasePart,
	]);
}

/** Namings that stood in one place, also through a third: each of a kind with all of that kind. */
function kindsOf(rows: readonly Row[]): ReadonlyMap<string, ReadonlyMap<string, Row>> {
	const kinds = new Map<string, Map<string, Row>>();
	/** The words around a naming → the first that stood there. */
	const places = new Map<string, string>();
	const alike = (known: string, key: string, naming: Row): void => {
		const mine = kinds.get(key) ?? new Map([[key, naming]]);
		const theirs = kinds.get(known) ?? mine;
		for (const [other, row] of mine) {
			theirs.set(other, row);
			kinds.set(other, theirs);
		}
	};
	for (const row of rows) {
		for (const { from, to, key } of namingsOf(row)) {
			for (const one of shorter(row.slice(from, to))) alike(key, keyOf(one), one);
			const around = row.slice(0, from);
			// Around a naming that is all of the line is nothing that tells what it is.
			if (!around.some((cell) => 'text' in cell && /\p{L}/u.test(cell.text))) continue;
			const place = `${keyOf(around)}|${keyOf(row.slice(to))}`;
			const there = places.get(place);
			if (there === undefined) places.set(place, key);
			else alike(there, key, row.slice(from, to));
		}
	}
	return kinds;
}

/** Numbers the values of each kind anew: what stands before, between and behind speaks of different ones. */
function numbered(pieces: readonly [Row, Row, Row]): Row {
	const [before, naming, after] = pieces;
	const slots = new Set([...before, ...naming, ...after].flatMap((cell) => ('slot' in cell ? [cell.slot] : [])));
	const name = new Map<string, string>();
	const times = new Map<string, number>();
	const call = (where: string, slot: string): string => {
		const kind = kindOf(slot);
		const there = name.get(`${where} ${slot}`);
		if (there !== undefined) return there;
		const n = (times.get(kind) ?? 0) + 1;
		times.set(kind, n);
		const called = n === 1 && !slots.has(`${kind}-1`) ? kind : `${kind}-${n}`;
		name.set(`${where} ${slot}`, called);
		return called;
	};
	const renamed = (where: string, row: Row): Row =>
		row.map((cell) => {
			if ('text' in cell) return cell;
			const by = cell.by === undefined ? {} : { by: call(where, cell.by) };
			return 'noun' in cell ? { ...cell, by: call(where, cell.by) } : { ...cell, slot: call(where, cell.slot), ...by };
		});
	return [...renamed('around', before), ...renamed('naming', naming), ...renamed('around', after)];
}
