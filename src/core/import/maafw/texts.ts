// What MaaFramework's OCR expects is a regular expression. A condition of ours names whole texts, so an expression is spelled out
// where it stands for a few of them; it is never run.

const TEXTS_MAX = 32;
const LENGTH_MAX = 64;
const DIGITS = '0123456789';

/** Every text an expression stands for; undefined where they are open or too many. Searched, as there: ends may be left open. */
export function spelledOut(expression: string): readonly string[] | undefined {
	const source = expression.replace(/^\^?(\.\*)?/, '').replace(/(\.\*)?\$?$/, '');
	const all = alternatives(source, 0);
	if (all === undefined || all.end !== source.length) return undefined;
	const texts = [...new Set(all.texts.map((t) => t.trim()))].filter((t) => t !== '' && t.length <= LENGTH_MAX);
	return texts.length === all.texts.length && texts.length > 0 ? texts : undefined;
}

/** Stands for one number and nothing else: `\d+`, `^[0-9]+$`. */
export function isNumberForm(expression: string): boolean {
	return /^\^?\(?(\\d|\[0-9\])(\+|\*|\{\d+(,\d*)?\})?\)?\$?$/.test(expression);
}

interface Spelled {
	readonly texts: readonly string[];
	readonly end: number;
}

function alternatives(source: string, from: number, depth = 0): Spelled | undefined {
	if (depth > 8) return undefined;
	const texts: string[] = [];
	for (let at = from; ; at++) {
		const one = sequence(source, at, depth);
		if (one === undefined) return undefined;
		texts.push(...one.texts);
		if (texts.length > TEXTS_MAX) return undefined;
		at = one.end;
		if (source[at] !== '|') return { texts, end: at };
	}
}

function sequence(source: string, from: number, depth: number): Spelled | undefined {
	let texts: readonly string[] = [''];
	let at = from;
	while (at < source.length && source[at] !== '|' && source[at] !== ')') {
		const piece = atom(source, at, depth);
		if (piece === undefined) return undefined;
		at = piece.end;
		const optional = source[at] === '?';
		if (optional) at++;
		const times = /^\{([1-9])\}/.exec(source.slice(at, at + 3));
		if (times !== null) at += times[0].length;
		// Other repetitions are open.
		if (/[*+{?]/.test(source[at] ?? '')) return undefined;
		const choices = optional ? ['', ...piece.texts] : piece.texts;
		for (let i = Number(times?.[1] ?? 1); i > 0; i--) {
			texts = texts.flatMap((t) => choices.map((c) => t + c));
			if (texts.length > TEXTS_MAX) return undefined;
		}
	}
	return { texts, end: at };
}

function atom(source: string, at: number, depth: number): Spelled | undefined {
	const c = source[at] as string;
	if (c === '(') {
		const open = /^\((\?:)?/.exec(source.slice(at, at + 3)) as RegExpExecArray;
		if (source[at + 1] === '?' && open[1] === undefined) return undefined;
		const inner = alternatives(source, at + open[0].length, depth + 1);
		return inner === undefined || source[inner.end] !== ')' ? undefined : { texts: inner.texts, end: inner.end + 1 };
	}
	if (c === '[') {
		const close = source.indexOf(']', at + 1);
		const inside = close < 0 ? '' : source.slice(at + 1, close);
		// Exclusions and classes stand for many.
		if (inside === '' || inside.length > 16 || /[\^\\[]/.test(inside)) return undefined;
		const texts = inside.replace(/(\d)-(\d)/g, (_, a: string, b: string) => DIGITS.slice(Number(a), Number(b) + 1));
		return texts === '' || texts.includes('-') ? undefined : { texts: [...texts], end: close + 1 };
	}
	if (c === '\\') {
		const e = source[at + 1];
		if (e === 'd') return { texts: [...DIGITS], end: at + 2 };
		return e === undefined || /[\p{L}\d]/u.test(e) ? undefined : { texts: [e], end: at + 2 };
	}
	if (/[*+?{}^$]/.test(c)) return undefined;
	// A point stands for any character; as a point it stands for fewer.
	const whole = String.fromCodePoint(source.codePointAt(at) as number);
	return { texts: [whole], end: at + whole.length };
}
