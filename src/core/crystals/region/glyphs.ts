// Reading numbers by the pictures of their characters, once the text recogniser has shown which picture is which. A line is cut
// into pieces; equal pieces form a look; each reading of the recogniser votes for what its looks stand for. Leans towards
// silence: an unknown piece, a narrow lead, a new gap are all left to the recogniser, whose reading then teaches what was new.
import * as v from 'valibot';
import { CUTS, type Cut, cutLine, likeness, patchOf, type Piece, RIM, unit } from '../../perception/glyphs.ts';
import type { Crop } from '../../ports.ts';

/** Least correlation of two pictures of one glyph. A codec's or a blend's noise of sd 5 on letters of sd 60 and up leaves
 *  1 / (1 + 25 / 3600) = 0.99 between two copies. Where 3 and 8 part, at 7 px high, four of 63 pixels differ by the whole contrast:
 *  about 0.85. A glyph drawn at another fraction of a pixel falls between and becomes a look of its own. */
const ALIKE = 0.97;
/** The best look must lead those of every other character by what noise may take from a score. */
const LEAD = 1 - ALIKE;
/** Votes by which a character must lead before its look speaks. Of a recogniser that is wrong one time in ten each vote makes the
 *  leader nine times as likely (Wald's ratio), so four leave 1 : 9⁴ = 1 : 6561 for a wrong one. */
export const VOTES_LEAST = 4;
/** A text votes once for each look: its misreading is no accident the second time. */
const TEXTS_MAX = 12;
/** Readings compared with the recogniser's before any is used. None wrong of 30 means at most 10 % wrong with 95 % certainty (3/n);
 *  what the votes leave, 1 in 6561 a look, stands before that. */
export const SHADOW_READINGS = 30;
/** Every 32nd reading is compared for good: 3 % of the cost of always asking the recogniser, and after 1,000 of them at most 0.3 %
 *  are wrong with 95 % certainty. */
export const AUDIT_EVERY = 32;
/** Doubtful readings against the glyphs, with none for them between: were each right half of the time only, three leave the glyphs
 *  one chance in eight. */
const DOUBTED_MAX = 3;
/** Ten digits, signs and units at the four parts of a pixel at which browsers place letters. */
const LOOKS_MAX = 64;
/** So many lines in a row of which less than half of the pieces were seen before: their font is not fixed. */
const STRANGE_MAX = 40;
/** How far a glyph may stand above or below where it was: a box that was found again may be a pixel off, a comma is no apostrophe. */
const RISE_PX = 2;
/** Pieces of a bigger side are no glyphs. */
const SIDE_MAX = 96;
const DROPS_KEPT = 5;

const side = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(SIDE_MAX));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const votes = v.record(v.pipe(v.string(), v.minLength(1), v.maxLength(4)), count);

export const GLYPH_BLOB = 'glyphs';

export const glyphsSchema = v.strictObject({
	cut: v.strictObject({ dark: v.boolean(), level: v.picklist([0, 1]), join: v.picklist(['columns', 'parts']) }),
	/** In the order of their pictures in the blob: each its ink's size with a pixel of ground around it, one byte a pixel. */
	looks: v.pipe(
		v.array(
			v.strictObject({
				size: v.tuple([side, side]),
				/** Row of the crop at which the ink begins. */
				y: count,
				votes,
				/** Texts that voted. */
				texts: v.pipe(v.array(v.pipe(v.string(), v.maxLength(100))), v.maxLength(TEXTS_MAX)),
			}),
		),
		v.maxLength(LOOKS_MAX),
	),
	/** By its width in pixels: votes for nothing and for a blank between two pieces. */
	gaps: v.record(v.pipe(v.string(), v.regex(/^-?\d{1,3}$/)), v.tuple([count, count])),
	/** Readings in a row that the recogniser confirmed. */
	agreed: count,
	/** Readings used instead of the recogniser's. */
	used: count,
	/** Lines in a row that looked new. */
	strange: count,
	/** Disagreements, newest last: each silenced the set. */
	dropped: v.pipe(v.array(v.pipe(v.string(), v.maxLength(200))), v.maxLength(DROPS_KEPT)),
});
export type GlyphData = v.InferOutput<typeof glyphsSchema>;

/** What is wrong between the glyphs' data and their pictures. */
export function glyphFault({ looks }: GlyphData, blob: Uint8Array | undefined): string | undefined {
	const bytes = looks.reduce((sum, { size }) => sum + area(size), 0);
	return blob !== undefined && blob.length === padded(bytes)
		? undefined
		: `blob "${GLYPH_BLOB}" should hold ${padded(bytes)} bytes and holds ${blob?.length ?? 'none'}`;
}

const area = ([w, h]: readonly [number, number]): number => (w + 2 * RIM) * (h + 2 * RIM);
/** A pack makes a picture of it, of a width that divides its length. */
const padded = (bytes: number): number => Math.max(1, Math.ceil(bytes / 256)) * 256;

interface Look {
	readonly width: number;
	readonly height: number;
	readonly y: number;
	readonly patch: Uint8Array;
	readonly unit: Float32Array;
	votes: Record<string, number>;
	texts: string[];
}
interface Stands {
	/** Undefined: no character leads by enough yet. */
	readonly character: string | undefined;
	readonly leader: string;
}

function standsFor({ votes: cast }: Look): Stands {
	let [leader, most, next] = ['', 0, 0];
	for (const [character, n] of Object.entries(cast)) {
		if (n > most) [leader, most, next] = [character, n, most];
		else if (n > next) next = n;
	}
	return { character: most - next >= VOTES_LEAST ? leader : undefined, leader };
}

export type GlyphReading =
	| { readonly ok: true; readonly text: string; readonly score: number; readonly looks: readonly number[] }
	| { readonly ok: false; readonly why: string };

/** The glyphs of one region while they are in use. */
export interface Glyphs {
	/** Reads a crop; says why not where anything is in doubt. */
	read(crop: Crop): GlyphReading;
	/** Whether a reading may be used without asking the recogniser. */
	readonly speaks: boolean;
	/** Whether the next reading is one to be compared. */
	readonly auditDue: boolean;
	/** A reading was used. */
	use(): void;
	/** The recogniser read the same. */
	agree(): void;
	/**
	 * It read something else: the set is silenced, and what it disagreed on forgets its votes.
	 *
	 * @param sure  whether the recogniser is sure of every character; of doubtful readings it takes some in a row
	 * @returns whether that was enough to silence the set
	 */
	disagree(reading: Extract<GlyphReading, { ok: true }>, text: string, sure: boolean): boolean;
	/** Learns from what the recogniser read of a crop. False: the text did not fit the pieces, or nothing was new. */
	teach(crop: Crop, text: string): boolean;
	/** For people. */
	readonly looks: { readonly all: number; readonly speaking: number };
	store(): { readonly data: GlyphData; readonly blob: Uint8Array };
}

export function makeGlyphs(from?: { readonly data: GlyphData; readonly blob: Uint8Array }): Glyphs {
	let cut: Cut | undefined = from?.data.cut;
	let gaps = new Map<number, [none: number, blank: number]>(
		Object.entries(from?.data.gaps ?? {}).map(([g, n]) => [Number(g), [n[0], n[1]]]),
	);
	let { agreed, used, strange } = from?.data ?? { agreed: 0, used: 0, strange: 0 };
	let dropped = [...(from?.data.dropped ?? [])];
	let looks: Look[] = [];
	/** Of late: lines whose pieces were as many as their characters, less those where they were not. */
	let fits = 0;
	/** Doubtful disagreements since the last agreement. */
	let doubted = 0;
	let at = 0;
	for (const { size, y, votes: cast, texts } of from?.data.looks ?? []) {
		const patch = (from?.blob as Uint8Array).slice(at, at + area(size));
		at += area(size);
		looks.push({ width: size[0], height: size[1], y, patch, unit: unit(patch), votes: { ...cast }, texts: [...texts] });
	}

	/** Each look's likeness to a piece; -1 where it stands elsewhere. */
	function compare(crop: Crop, piece: Piece): number[] {
		return looks.map((look) => (Math.abs(look.y - piece.y) > RISE_PX ? -1 : likeness(crop, piece, look, look.unit)));
	}

	/** True: a blank. Undefined: never seen often enough, or seen both ways. A gap is judged by wider and narrower ones as well. */
	function isBlank(gap: number): boolean | undefined {
		let none = false;
		let blank = false;
		for (const [width, [n, b]] of gaps) {
			if (width >= gap && n - b >= VOTES_LEAST) none = true;
			if (width <= gap && b - n >= VOTES_LEAST) blank = true;
		}
		return none === blank ? undefined : blank;
	}

	function read(crop: Crop): GlyphReading {
		if (cut === undefined) return { ok: false, why: 'no glyphs are known yet' };
		const line = cutLine(crop, cut);
		if (!line.ok) return line;
		let text = '';
		let least = 1;
		const found: number[] = [];
		for (const [i, piece] of line.pieces.entries()) {
			const before = line.pieces[i - 1];
			if (before !== undefined) {
				const blank = isBlank(gapOf(before, piece));
				if (blank === undefined) return { ok: false, why: `a gap of ${gapOf(before, piece)} px is new` };
				if (blank) text += ' ';
			}
			const scores = compare(crop, piece);
			const best = indexOfMost(scores);
			const score = scores[best] ?? -1;
			if (score < ALIKE) return { ok: false, why: `piece ${i + 1} is unknown (${score.toFixed(2)})` };
			const { character } = standsFor(looks[best] as Look);
			if (character === undefined) return { ok: false, why: `piece ${i + 1} was not seen often enough` };
			const rival = looks.findIndex((look, n) => score - (scores[n] as number) < LEAD && standsFor(look).leader !== character);
			if (rival >= 0) return { ok: false, why: `piece ${i + 1} may be "${character}" or "${standsFor(looks[rival] as Look).leader}"` };
			text += character;
			least = Math.min(least, score);
			found.push(best);
		}
		return { ok: true, text, score: least, looks: found };
	}

	/** The pieces, when they are as many as the characters. Of several ways of cutting the one with the largest: the ground inside
	 *  of a 0 is a piece as well, where letters are taken for ground. */
	function choose(crop: Crop, characters: number): readonly Piece[] | undefined {
		let best: { readonly way: Cut; readonly pieces: readonly Piece[]; readonly size: number } | undefined;
		for (const way of cut === undefined ? CUTS : [cut]) {
			const line = cutLine(crop, way);
			if (!line.ok || line.pieces.length !== characters) continue;
			const size = line.pieces.reduce((sum, p) => sum + p.width * p.height, 0);
			if (best === undefined || size > best.size) best = { way, pieces: line.pieces, size };
		}
		cut ??= best?.way;
		return best?.pieces;
	}

	function teach(crop: Crop, text: string): boolean {
		if (strange >= STRANGE_MAX) return false;
		const { characters, blanks } = spell(text);
		if (characters.length === 0) return false;
		const pieces = choose(crop, characters.length);
		if (pieces === undefined) {
			// Another way of cutting may do better than one that fits too seldom; what was learnt by this one is of no use then.
			if (cut !== undefined && --fits < -VOTES_LEAST) reset();
			return false;
		}
		fits = Math.min(fits + 1, 2 * VOTES_LEAST);
		if (pieces.some((p) => p.width > SIDE_MAX || p.height > SIDE_MAX)) return false;
		const key = characters.join('').slice(0, 100);
		let changed = false;
		let known = 0;
		for (const [i, piece] of pieces.entries()) {
			const scores = compare(crop, piece);
			const best = indexOfMost(scores);
			let look = looks[best];
			if (look === undefined || (scores[best] as number) < ALIKE) {
				look = add(crop, piece);
				changed = true;
			} else known++;
			const character = characters[i] as string;
			// Once it speaks, the comparisons of its readings are what may silence it.
			if (standsFor(look).character === undefined && !look.texts.includes(key)) {
				look.votes[character] = (look.votes[character] ?? 0) + 1;
				look.texts = [...look.texts, key].slice(-TEXTS_MAX);
				changed = true;
			}
			const before = pieces[i - 1];
			if (before !== undefined) changed = seeGap(gapOf(before, piece), blanks.has(i)) || changed;
		}
		strange = 2 * known < pieces.length ? strange + 1 : 0;
		return changed;
	}

	function seeGap(gap: number, blank: boolean): boolean {
		if (isBlank(gap) === blank) return false;
		const [n, b] = gaps.get(gap) ?? [0, 0];
		gaps.set(gap, blank ? [n, b + 1] : [n + 1, b]);
		return true;
	}

	function add(crop: Crop, piece: Piece): Look {
		// The oldest that never came to speak makes room.
		if (looks.length >= LOOKS_MAX) {
			const idle = looks.findIndex((look) => standsFor(look).character === undefined);
			looks.splice(Math.max(0, idle), 1);
		}
		const patch = patchOf(crop, piece);
		const look: Look = { width: piece.width, height: piece.height, y: piece.y, patch, unit: unit(patch), votes: {}, texts: [] };
		looks.push(look);
		return look;
	}

	function reset(): void {
		cut = undefined;
		looks = [];
		gaps = new Map();
		fits = 0;
		agreed = 0;
	}

	return {
		read,
		teach,
		get speaks() {
			return agreed >= SHADOW_READINGS;
		},
		get auditDue() {
			return (used + 1) % AUDIT_EVERY === 0;
		},
		use() {
			used++;
		},
		agree() {
			doubted = 0;
			if (agreed < SHADOW_READINGS) agreed++;
			else used++;
		},
		disagree(reading, text, sure) {
			if (!sure && ++doubted < DOUBTED_MAX) return false;
			doubted = 0;
			agreed = 0;
			const { characters } = spell(text);
			const own = spell(reading.text).characters;
			for (const [i, n] of reading.looks.entries()) {
				const look = looks[n];
				if (look === undefined || (characters.length === own.length && characters[i] === own[i])) continue;
				look.votes = {};
				look.texts = [];
			}
			dropped = [...dropped, `read "${reading.text}" where the recogniser read "${text}"`.slice(0, 200)].slice(-DROPS_KEPT);
			return true;
		},
		get looks() {
			return { all: looks.length, speaking: looks.filter((look) => standsFor(look).character !== undefined).length };
		},
		store() {
			const bytes = looks.reduce((sum, look) => sum + look.patch.length, 0);
			const blob = new Uint8Array(padded(bytes));
			let to = 0;
			for (const { patch } of looks) {
				blob.set(patch, to);
				to += patch.length;
			}
			return {
				data: {
					cut: cut ?? (CUTS[0] as Cut),
					looks: looks.map((l) => ({ size: [l.width, l.height], y: l.y, votes: { ...l.votes }, texts: [...l.texts] })),
					gaps: Object.fromEntries([...gaps].map(([gap, [n, b]]) => [String(gap), [n, b] as [number, number]])),
					agreed,
					used,
					strange,
					dropped,
				},
				blob,
			};
		},
	};
}

/** The characters of a text without blanks, and before which of them blanks stand. */
function spell(text: string): { readonly characters: readonly string[]; readonly blanks: ReadonlySet<number> } {
	const characters: string[] = [];
	const blanks = new Set<number>();
	for (const c of text.trim()) {
		if (/\s/.test(c)) blanks.add(characters.length);
		else characters.push(c);
	}
	return { characters, blanks };
}

const gapOf = (before: Piece, next: Piece): number => next.x - before.x - before.width;

function indexOfMost(values: readonly number[]): number {
	let best = 0;
	for (let i = 1; i < values.length; i++) if ((values[i] as number) > (values[best] as number)) best = i;
	return best;
}
