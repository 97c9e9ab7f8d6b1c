// JSON with comments and trailing commas, as MaaFramework's own reader takes it. The files come from strangers: depth and length are
// bounded, keys reach no prototype, and what is wrong is said with its line.

export type Jsonc =
	| { readonly ok: true; readonly value: unknown }
	/** `why` continues "it …". */
	| { readonly ok: false; readonly why: string; readonly line: number };

/** Objects without a prototype, so that no key of theirs means more than it says. */
export type JsonObject = Readonly<Record<string, unknown>>;

const DEPTH_MAX = 64;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const BLANK = /[\s\uFEFF]+/y;
const PLAIN = /[^"\\\u0000-\u001f]+/y;
const ESCAPES: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const WORDS: readonly (readonly [string, unknown])[] = [
	['true', true],
	['false', false],
	['null', null],
];

class Fault extends Error {
	constructor(
		readonly at: number,
		why: string,
	) {
		super(why);
	}
}

/** Reads one value and nothing behind it. Of a key given twice the last one counts, as in JSON.parse. */
export function parseJsonc(text: string): Jsonc {
	let at = 0;
	try {
		const value = read(0);
		skip();
		if (at < text.length) throw new Fault(at, 'goes on behind its end');
		return { ok: true, value };
	} catch (error) {
		if (!(error instanceof Fault)) throw error;
		return { ok: false, why: error.message, line: text.slice(0, error.at).split('\n').length };
	}

	/** Past blanks and comments. */
	function skip(): void {
		for (;;) {
			BLANK.lastIndex = at;
			if (BLANK.test(text)) at = BLANK.lastIndex;
			if (text.startsWith('//', at)) {
				const end = text.indexOf('\n', at);
				at = end < 0 ? text.length : end + 1;
			} else if (text.startsWith('/*', at)) {
				const end = text.indexOf('*/', at + 2);
				if (end < 0) throw new Fault(at, 'has a comment that never ends');
				at = end + 2;
			} else return;
		}
	}

	function read(depth: number): unknown {
		skip();
		if (depth > DEPTH_MAX) throw new Fault(at, `is nested deeper than ${DEPTH_MAX}`);
		const c = text[at];
		if (c === '{') return readObject(depth);
		if (c === '[') return readArray(depth);
		if (c === '"') return readString();
		for (const [word, value] of WORDS) {
			if (text.startsWith(word, at)) {
				at += word.length;
				return value;
			}
		}
		NUMBER.lastIndex = at;
		const number = NUMBER.exec(text);
		if (number === null) throw new Fault(at, c === undefined ? 'ends too early' : `has ${JSON.stringify(c)} where a value should stand`);
		at = NUMBER.lastIndex;
		return Number(number[0]);
	}

	function readObject(depth: number): JsonObject {
		const out = Object.create(null) as Record<string, unknown>;
		at++;
		for (;;) {
			skip();
			if (text[at] === '}') {
				at++;
				return out;
			}
			if (text[at] !== '"') throw new Fault(at, 'has no name where one should stand');
			const key = readString();
			skip();
			if (text[at] !== ':') throw new Fault(at, `has no ":" behind ${JSON.stringify(key.slice(0, 40))}`);
			at++;
			out[key] = read(depth + 1);
			if (!comma('}')) throw new Fault(at, 'has no "," or "}" where one should stand');
		}
	}

	function readArray(depth: number): unknown[] {
		const out: unknown[] = [];
		at++;
		for (;;) {
			skip();
			if (text[at] === ']') {
				at++;
				return out;
			}
			out.push(read(depth + 1));
			if (!comma(']')) throw new Fault(at, 'has no "," or "]" where one should stand');
		}
	}

	/** Past a comma; true also where the end stands instead. */
	function comma(end: string): boolean {
		skip();
		if (text[at] === ',') {
			at++;
			return true;
		}
		return text[at] === end;
	}

	function readString(): string {
		const start = at++;
		let out = '';
		for (;;) {
			PLAIN.lastIndex = at;
			const plain = PLAIN.exec(text);
			if (plain !== null) {
				out += plain[0];
				at = PLAIN.lastIndex;
			}
			const c = text[at];
			if (c === '"') {
				at++;
				return out;
			}
			if (c !== '\\') throw new Fault(start, 'has a text that never ends');
			const e = text[at + 1] ?? '';
			const hex = /^[0-9a-fA-F]{4}$/.exec(e === 'u' ? text.slice(at + 2, at + 6) : '');
			if (hex !== null) out += String.fromCharCode(Number.parseInt(hex[0], 16));
			else if (Object.hasOwn(ESCAPES, e)) out += ESCAPES[e] as string;
			else throw new Fault(at, `has an unknown escape "\\${e}"`);
			at += hex === null ? 2 : 6;
		}
	}
}

export function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
