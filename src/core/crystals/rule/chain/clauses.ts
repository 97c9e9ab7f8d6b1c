// Prose cut into clauses, each with its part in the thought. One pass over the text and no pattern that can back up: the text is
// a stranger's, and long.
import {
	amountAt,
	BREAKS,
	COPULAS,
	JOINTS,
	MODAL_PHRASES,
	MODALS,
	NEGATORS,
	phraseAt,
	POSSESSING,
	type Role,
	stem,
	TURNS,
} from './words.ts';

/** Of a longer text only so many characters are read: the last ones, where the conclusion stands. */
export const READ_MAX = 8000;

/** No clause is longer, whatever its writer says: what is looked for around a word stays near it, and the work stays linear. */
const CLAUSE_MAX = 60;

export interface Clause {
	/** Lower case, contractions written out. */
	readonly words: readonly string[];
	readonly stems: readonly string[];
	readonly role: Role;
	/** The turn that opened it names an act to come: "action:", "decision:". */
	readonly concludes: boolean;
	/** Joined to the clause before by "and", "or" or a comma: what is said of this one may be meant of that one too. */
	readonly joined: boolean;
	/** A denial before the joint reaches over it: "neither rats nor slimes", "no rats or slimes". */
	readonly denied: boolean;
	readonly sentence: number;
	/** Of a question nothing is claimed. */
	readonly asks: boolean;
}

const TOKEN = /-?\d+(?:\.\d+)?|\p{L}[\p{L}\p{N}]*|[<>=!]=|[<>=≤≥%+/,;:.!?()[\]"“”\n–—-]/gu;
const CONTRACTED: Readonly<Record<string, readonly string[]>> = {
	t: ['not'],
	m: ['am'],
	re: ['are'],
	ll: ['will'],
	ve: ['have'],
	d: ['would'],
};
const IS_AFTER = new Set('it that there here what he she who where everything nothing'.split(' '));

/** The words of a text, contractions written out; punctuation and signs are words of their own. */
export function tokens(text: string): string[] {
	const found: string[] = [];
	const ends: number[] = [];
	const plain = text.toLowerCase();
	for (const match of plain.matchAll(TOKEN)) {
		const [token] = match;
		const at = match.index;
		const before = plain[at - 1] ?? ' ';
		const touches = ends.at(-1) === at;
		// What hangs together is one word to its writer: "me.hp.ratio", "door-open". Its pieces stand side by side.
		if (/^[.-]$/.test(token) && touches && /[\p{L}\p{N}]/u.test(plain[at + 1] ?? ' ')) {
			ends.push(at + 1);
			found.push('');
			continue;
		}
		ends.push(at + token.length);
		if (/^-\d/.test(token) && /[\p{L}\p{N}]/u.test(before)) {
			found.push(token.slice(1));
			continue;
		}
		if ((before === "'" || before === '’') && /\p{L}/u.test(token)) {
			const last = found.at(-1) ?? '';
			const full = token === 's' ? (IS_AFTER.has(last) ? ['is'] : []) : CONTRACTED[token];
			if (token === 't' && last.endsWith('n')) {
				// "isn't" came as "isn" and "t"; "can't" and "won't" are words of their own.
				found.pop();
				found.push(last === 'can' ? 'can' : last === 'won' ? 'will' : last === 'shan' ? 'shall' : last.slice(0, -1), 'not');
			} else if (full !== undefined) found.push(...full);
			else found.push(token);
			while (ends.length < found.length) ends.push(at + token.length);
			continue;
		}
		found.push(token === 'cannot' ? 'can' : token);
		if (token === 'cannot') found.push('not');
	}
	return found.filter((w) => w !== '');
}

const ENDS = new Set(['.', '!', '?', ';', '\n']);
const SOFT = new Set([',', '–', '—', '-', '"', '“', '”']);
/** Only with a colon do these open a conclusion; "the action" alone is a noun. */
const COLONED = new Set(['action', 'decision', 'answer', 'conclusion', 'reason', 'reasons']);
/** "so low", "so far": no turn. */
const SO_MUCH = new Set('low far many much high close few little near that full weak long'.split(' '));
/** "Turns since prayer" is a name. */
const COUNTED = new Set('turn turns step steps time tick ticks second seconds minutes days long ms'.split(' '));
const AS_PAIR = new Set('such same soon well far known long low high good bad just'.split(' '));

export function clausesOf(text: string): Clause[] {
	const words = tokens(text.length > READ_MAX ? text.slice(-READ_MAX) : text);
	const clauses: Clause[] = [];
	let open: { words: string[]; role: Role; concludes: boolean; joined: boolean; denied: boolean } = fresh('plain', false);
	let sentence = 0;
	/** First clause of the sentence that is still open. */
	let first = 0;

	function fresh(role: Role, joined: boolean, concludes = false): typeof open {
		return { words: [], role, concludes, joined, denied: false };
	}
	function close(): void {
		// "Because it is near, running is the best option": what is chosen is not among the reasons.
		if (open.role === 'reason' && open.joined && open.words.some((_, at) => isModal(open.words, at))) open.role = 'plain';
		if (open.words.some((w) => /[\p{L}\p{N}]/u.test(w))) clauses.push({ ...open, stems: open.words.map(stem), sentence, asks: false });
	}
	/** Whether what is denied before this joint is denied of what comes next too. */
	function denies(joint: string, at: number): boolean {
		const said = open.denied || open.words.some((w) => NEGATORS.has(w));
		if (joint === 'nor') return true;
		if (joint !== 'or' || !said) return false;
		// "No rats or slimes" is one list; "I have no food or my health is low" is two thoughts.
		const ends = words.slice(at + 1, at + 4).findIndex((w) => !/^[\p{L}\p{N}]/u.test(w) || JOINTS.has(w));
		return ends >= 0 || at + 3 >= words.length || !open.words.some((w) => COPULAS.has(w) || POSSESSING.has(w));
	}
	function endSentence(asks: boolean): void {
		close();
		if (asks) for (let i = first; i < clauses.length; i++) clauses[i] = { ...(clauses[i] as Clause), asks };
		first = clauses.length;
		sentence++;
		open = fresh('plain', false);
	}
	function turn(at: number): { readonly role: Role; readonly length: number; readonly concludes: boolean } | undefined {
		const found = phraseAt(TURNS, words, at);
		if (found === undefined) return undefined;
		const word = words[at] as string;
		if (word === 'without' && words[at - 1] === 'not') return undefined;
		const next = words[at + found.length] ?? '';
		if (found.length === 1 && COLONED.has(word))
			return next === ':' ? { role: found.means, length: 2, concludes: found.means === 'therefore' } : undefined;
		if (word === 'since' && COUNTED.has(words[at - 1] ?? '')) return undefined;
		if (word === 'so' && found.length === 1 && SO_MUCH.has(next)) return undefined;
		if (
			word === 'as' &&
			found.length === 1 &&
			(AS_PAIR.has(words[at - 1] ?? '') ||
				words.slice(at + 1, at + 5).includes('as') ||
				words.slice(Math.max(0, at - 4), at).includes('as'))
		)
			return undefined;
		// "If so, drink": the turn before holds.
		return { role: found.means, length: found.length, concludes: false };
	}

	for (let at = 0; at < words.length; at++) {
		const word = words[at] as string;
		if (ENDS.has(word)) {
			endSentence(word === '?');
			continue;
		}
		const opened = turn(at);
		if (opened !== undefined) {
			close();
			// "X, so Y": whatever was only said before in this sentence is the reason.
			if (opened.role === 'therefore')
				for (let i = first; i < clauses.length; i++)
					if (clauses[i]?.role === 'plain') clauses[i] = { ...(clauses[i] as Clause), role: 'reason' };
			open = fresh(opened.role, false, opened.concludes);
			// A denial that opens a reason is still one: "without a key".
			if (word === 'without') open.words.push(word);
			at += opened.length - 1;
			continue;
		}
		// "HP: 8" is one clause, "nothing to fear: no rat is here" two.
		if (word === ':' && open.words.length >= 3 && amountAt(words, at + 1) === undefined) {
			const { role } = open;
			close();
			open = fresh(role, true);
			continue;
		}
		if (SOFT.has(word) || BREAKS.has(word) || JOINTS.has(word)) {
			// "[120, 44]" is one point.
			if (word === ',' && /^-?\d/.test(words[at - 1] ?? '') && /^-?\d/.test(words[at + 1] ?? '')) {
				open.words.push(word);
				continue;
			}
			if (word === 'and' && open.words.includes('between') && amountAt(words, at + 1) !== undefined) {
				open.words.push(word);
				continue;
			}
			if (
				word === 'or' &&
				/^(?:more|less|fewer|higher|lower|greater|above|below|over|under|better|worse|closer|equal)$/.test(words[at + 1] ?? '')
			) {
				open.words.push(word);
				continue;
			}
			if (open.words.length === 0) {
				if (BREAKS.has(word)) open = fresh('plain', false);
				else {
					open.joined ||= JOINTS.has(word);
					open.denied ||= word === 'nor';
				}
				continue;
			}
			const { role } = open;
			close();
			// A comma goes on with reasons ("since hp is low, gold is low, …"), and ends everything else: "although it is late, we go".
			const denied = denies(word, at);
			const goesOn = role === 'reason' || (JOINTS.has(word) && role !== 'therefore');
			open = { ...fresh(BREAKS.has(word) || !goesOn ? 'plain' : role, !BREAKS.has(word)), denied };
			continue;
		}
		// What was chosen is not the reason for it: "because it is near, I should run".
		if (open.role !== 'plain' && open.role !== 'therefore' && open.joined && open.words.length <= 2 && isModal(words, at))
			open.role = 'plain';
		if (open.words.length >= CLAUSE_MAX) {
			const { role } = open;
			close();
			open = fresh(role, true);
		}
		open.words.push(word);
	}
	endSentence(false);
	return clauses;
}

export function isModal(words: readonly string[], at: number): boolean {
	return MODALS.has(words[at] ?? '') || phraseAt(MODAL_PHRASES, words, at) !== undefined;
}
