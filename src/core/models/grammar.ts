// JSON Schema → GBNF, the grammar that llama.cpp holds a model's answer to. Two things a general translator does not do: no white
// space stands between the parts, so that a small model cannot write blanks for ever, and everything is bounded, so that an answer
// ends. The grammar accepts less than the schema where it must (shorter texts, shorter lists), never anything that does not fit it.
import type { Prompt } from './runtime.ts';

type Schema = NonNullable<Prompt['schema']>;

export interface GrammarLimits {
	/** Characters of a text where the schema allows more; each one is a rule to llama.cpp, which refuses thousands. */
	readonly text: number;
	/** Items of a list, and names of a map. */
	readonly items: number;
	/** Digits before and after the decimal point. */
	readonly whole: number;
	readonly fraction: number;
	/** Whether fields that may be left out may be written at all. */
	readonly optional: boolean;
}
const LIMITS: GrammarLimits = { text: 120, items: 6, whole: 7, fraction: 3, optional: true };

export interface SchemaGrammar {
	readonly grammar: string;
	/** Characters that the longest text of the grammar has. */
	readonly longest: number;
}

/** A fault is a clause: what of the schema cannot be put into a grammar. */
export function schemaGrammar(schema: Schema, limits: Partial<GrammarLimits> = {}): SchemaGrammar | { readonly fault: string } {
	const maker = makeRules({ ...LIMITS, ...limits });
	try {
		const root = maker.value(schema, '');
		return { grammar: [`root ::= ${root.body}`, ...maker.rules].join('\n'), longest: root.longest };
	} catch (error) {
		if (error instanceof Untranslatable) return { fault: error.message };
		throw error;
	}
}

/** From roomy to tight. */
const STEPS: readonly Partial<GrammarLimits>[] = [
	{ items: 16 },
	{ items: 8 },
	{ items: 6, text: 80 },
	{ items: 4, text: 64 },
	{ items: 3, text: 48 },
	{ items: 2, text: 40 },
	{ items: 1, text: 32 },
	{ items: 2, text: 32, optional: false },
	{ items: 1, text: 16, optional: false },
];

/** The roomiest grammar none of whose texts is longer than `characters`; the tightest one when there is none, whose answers may be cut. */
export function fittingGrammar(schema: Schema, characters: number): SchemaGrammar | { readonly fault: string } {
	let made = schemaGrammar(schema);
	for (const step of STEPS) {
		made = schemaGrammar(schema, step);
		if ('fault' in made || made.longest <= characters) break;
	}
	return made;
}

class Untranslatable extends Error {
	override readonly name = 'Untranslatable';
}

/** A piece of a rule, and how long the longest text is that it makes. */
interface Part {
	readonly body: string;
	readonly longest: number;
}
const part = (body: string, longest: number): Part => ({ body, longest });
const literal = (text: string): Part => part(quote(text), text.length);

function makeRules(limits: GrammarLimits): { readonly rules: readonly string[]; value(schema: unknown, at: string): Part } {
	const rules: string[] = [];
	/** By their text, so that what is said twice is one rule. */
	const named = new Map<string, string>();

	function rule(hint: string, { body, longest }: Part): Part {
		const known = named.get(body);
		if (known !== undefined) return part(known, longest);
		const name = `${hint}-${rules.length}`;
		named.set(body, name);
		rules.push(`${name} ::= ${body}`);
		return part(name, longest);
	}

	function value(schema: unknown, at: string): Part {
		if (typeof schema !== 'object' || schema === null) throw new Untranslatable(`${place(at)} is no schema`);
		const s = schema as Record<string, unknown>;
		if ('const' in s) return literal(JSON.stringify(s['const']));
		if (Array.isArray(s['enum'])) {
			if (s['enum'].length === 0) throw new Untranslatable(`${place(at)} is an enum without a value`);
			return rule('enum', either(s['enum'].map((one) => literal(JSON.stringify(one)))));
		}
		const choices = s['anyOf'] ?? s['oneOf'];
		if (Array.isArray(choices)) {
			if (choices.length === 0) throw new Untranslatable(`${place(at)} is a union without a member`);
			return rule('any', either(choices.map((one, i) => value(one, `${at}/anyOf/${i}`))));
		}
		switch (s['type']) {
			case 'null':
				return literal('null');
			case 'boolean':
				return rule('bool', either([literal('true'), literal('false')]));
			case 'number':
			case 'integer':
				return rule('num', number(s, at));
			case 'string':
				return rule('text', chain(literal('"'), string(s, at), literal('"')));
			case 'array':
				return rule('list', array(s, at));
			case 'object':
				return rule('obj', object(s, at));
			default:
				throw new Untranslatable(`${place(at)} has the type ${JSON.stringify(s['type'] ?? null)}`);
		}
	}

	function number(s: Record<string, unknown>, at: string): Part {
		const whole = s['type'] === 'integer';
		const min = bound(s['minimum']) ?? -Infinity;
		const max = bound(s['maximum']) ?? Infinity;
		if (min > max) throw new Untranslatable(`${place(at)} has a minimum above its maximum`);
		if (whole && max - min <= 64) {
			const all = [];
			for (let n = Math.ceil(min); n <= max; n++) all.push(literal(String(n)));
			if (all.length > 0) return either(all);
		}
		if (min > 0 || max < 0) throw new Untranslatable(`${place(at)} is a number whose range leaves out 0`);
		const longest = 2 + limits.whole + (whole ? 0 : 1 + limits.fraction);
		const body = [unsigned(max, whole), ...(min < 0 ? [`"-" ${group(unsigned(-min, whole))}`] : [])].join(' | ');
		return part(body, longest);
	}

	/** Numbers from 0 to `max`: with fewer digits than it, or itself. */
	function unsigned(max: number, whole: boolean): string {
		const fraction = whole || limits.fraction === 0 ? '' : `("." ${times(DIGIT, 1, limits.fraction)})?`;
		if (max >= 10 ** limits.whole) return seq('("0" | [1-9]', `${times(DIGIT, 0, limits.whole - 1)})`, fraction);
		const top = String(Math.floor(max));
		if (top === '0') return '"0"';
		const shorter = top.length > 1 ? [seq('[1-9]', times(DIGIT, 0, top.length - 2))] : [];
		// Of the same length: alike up to some digit, less in that one, anything after it.
		const below = [...top].flatMap((digit, i) => {
			const low = i === 0 ? 1 : 0;
			if (Number(digit) - 1 < low) return [];
			const rest = top.length - 1 - i;
			return [seq(i === 0 ? '' : quote(top.slice(0, i)), `[${low}-${Number(digit) - 1}]`, times(DIGIT, rest, rest))];
		});
		return [...['"0"', ...shorter, ...below].map((one) => seq(one, fraction)), quote(top)].join(' | ');
	}

	function string(s: Record<string, unknown>, at: string): Part {
		const most = bound(s['maxLength']) ?? Infinity;
		const least = bound(s['minLength']) ?? 0;
		if (typeof s['pattern'] === 'string') return pattern(s['pattern'], Math.min(most, NAME_MOST), least, at);
		const end = Math.min(most, Math.max(limits.text, least));
		if (least > end) throw new Untranslatable(`${place(at)} must be longer than it may be`);
		// Half of them escaped is more than anybody writes.
		return part(times(rule('char', part(CHARACTER, 2)).body, least, end), Math.ceil(end * 1.5));
	}

	function array(s: Record<string, unknown>, at: string): Part {
		const tuple = s['prefixItems'];
		if (Array.isArray(tuple)) {
			if (s['items'] !== false || tuple.length === 0) throw new Untranslatable(`${place(at)} is a tuple that may go on`);
			const items = tuple.map((one, i) => value(one, `${at}/${i}`));
			return chain(literal('['), ...items.flatMap((item, i) => (i === 0 ? [item] : [literal(','), item])), literal(']'));
		}
		const least = bound(s['minItems']) ?? 0;
		const most = Math.min(bound(s['maxItems']) ?? Infinity, Math.max(limits.items, least));
		if (least > most) throw new Untranslatable(`${place(at)} must hold more than it may`);
		if (most === 0) return literal('[]');
		const item = value(s['items'], `${at}/items`);
		const some = seq(item.body, times(`("," ${item.body})`, Math.max(0, least - 1), most - 1));
		return part(least === 0 ? `"[" (${some})? "]"` : `"[" ${some} "]"`, 2 + most * (item.longest + 1));
	}

	function object(s: Record<string, unknown>, at: string): Part {
		const properties = Object.entries((s['properties'] ?? {}) as Record<string, unknown>);
		const required = new Set((s['required'] ?? []) as string[]);
		for (const name of required)
			if (!properties.some(([one]) => one === name)) throw new Untranslatable(`${place(at)} requires "${name}" and does not describe it`);
		const more = s['additionalProperties'];
		if (properties.length === 0) return typeof more === 'object' && more !== null ? map(more, at) : literal('{}');
		// Fields stand in the order of the schema; from each one on, what may follow depends on whether a comma is due.
		const fields = properties
			.filter(([name]) => limits.optional || required.has(name))
			.map(([name, one]) => ({
				pair: chain(literal(`${JSON.stringify(name)}:`), value(one, `${at}/${name}`)),
				must: required.has(name),
			}));
		let [after, first] = ['', ''];
		for (const { pair, must } of fields.toReversed()) {
			const [due, start] = [seq('","', pair.body, after), seq(pair.body, after)];
			// Without commas nothing has been written yet: the field begins, or the next one does.
			first = must ? start : first === '' ? `(${start})?` : `(${start} | ${first})`;
			after = rule('rest', part(must ? due : after === '' ? `(${due})?` : `${due} | ${after}`, 0)).body;
		}
		return part(
			seq('"{"', first, '"}"'),
			fields.reduce((sum, { pair }) => sum + pair.longest + 1, 1),
		);
	}

	function map(schema: object, at: string): Part {
		const key = seq('[a-z]', times('[a-zA-Z0-9-]', 0, KEY_MOST - 1));
		const pair = rule('pair', chain(literal('"'), part(key, KEY_MOST), literal('":'), value(schema, `${at}/*`)));
		const more = times(`("," ${pair.body})`, 0, limits.items - 1);
		return part(`"{" (${seq(pair.body, more)})? "}"`, 1 + limits.items * (pair.longest + 1));
	}

	return { rules, value };
}

function chain(...parts: readonly Part[]): Part {
	return part(
		seq(...parts.map(({ body }) => body)),
		parts.reduce((sum, { longest }) => sum + longest, 0),
	);
}

function either(parts: readonly Part[]): Part {
	return part(parts.map(({ body }) => body).join(' | '), Math.max(...parts.map(({ longest }) => longest)));
}

/** What may stand in a JSON text as it is, without what JavaScript counts as two characters; and the short escapes. */
const CHARACTER = '[ !#-\\[\\]-~\\u00A0-\\uD7FF\\uE000-\\uFFFD] | "\\\\" ["\\\\/bfnrt]';
const DIGIT = '[0-9]';
/** What a pattern matches is a name, and no name of ours is longer. */
const NAME_MOST = 64;
const KEY_MOST = 24;

const seq = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' ');
const group = (body: string): string => (body.includes(' | ') ? `(${body})` : body);

function times(what: string, least: number, most: number): string {
	if (most <= 0) return '';
	if (least === 1 && most === 1) return what;
	if (least === 0 && most === 1) return `${what}?`;
	return least === most ? `${what}{${least}}` : `${what}{${least},${most}}`;
}

function quote(text: string): string {
	return `"${text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')}"`;
}

function bound(n: unknown): number | undefined {
	return typeof n === 'number' && Number.isFinite(n) ? n : undefined;
}

function place(at: string): string {
	return at === '' ? 'the schema' : `"${at.slice(1)}"`;
}

// Patterns: the small part of regular expressions that describes names. What repeats without end is given an end, and the ends are
// drawn in until the longest text fits.
type Node =
	| { readonly kind: 'set'; readonly text: string }
	| { readonly kind: 'seq'; readonly parts: readonly Node[] }
	| { readonly kind: 'any'; readonly parts: readonly Node[] }
	| { readonly kind: 'repeat'; readonly what: Node; readonly least: number; readonly most: number };

function pattern(source: string, most: number, least: number, at: string): Part {
	if (!source.startsWith('^') || !source.endsWith('$'))
		throw new Untranslatable(`${place(at)} has a pattern that is not anchored at both ends`);
	const node = parsePattern(source.slice(1, -1), at);
	if (shortest(node) < least) throw new Untranslatable(`${place(at)} has a pattern that allows shorter texts than minLength`);
	for (let inner = 24; inner > 0; inner--) {
		// A repeat of a repeat grows as a product: the outer one gets less.
		const outer = Math.min(3, inner);
		const length = longestOf(node, inner, outer);
		if (length <= most) return part(render(node, inner, outer), length);
	}
	throw new Untranslatable(`${place(at)} has a pattern whose texts are longer than ${most}`);
}

function parsePattern(source: string, at: string): Node {
	let i = 0;
	const fail = (what: string): never => {
		throw new Untranslatable(`${place(at)} has a pattern with ${what}`);
	};
	function alternatives(): Node {
		const parts = [sequence()];
		while (source[i] === '|') {
			i++;
			parts.push(sequence());
		}
		return parts.length === 1 ? (parts[0] as Node) : { kind: 'any', parts };
	}
	function sequence(): Node {
		const parts: Node[] = [];
		while (i < source.length && source[i] !== '|' && source[i] !== ')') parts.push(repeated(atom()));
		return { kind: 'seq', parts };
	}
	function repeated(what: Node): Node {
		const c = source[i];
		const counted = c === '{' ? /^\{(\d+)(,(\d*))?\}/.exec(source.slice(i)) : null;
		if (counted !== null) {
			i += counted[0].length;
			const low = Number(counted[1]);
			return { kind: 'repeat', what, least: low, most: counted[2] === undefined ? low : counted[3] === '' ? Infinity : Number(counted[3]) };
		}
		if (c !== '*' && c !== '+' && c !== '?') return what;
		i++;
		return { kind: 'repeat', what, least: c === '+' ? 1 : 0, most: c === '?' ? 1 : Infinity };
	}
	function atom(): Node {
		const c = source[i] as string;
		if (c === '(') {
			i += source.startsWith('(?:', i) ? 3 : 1;
			if (source[i] === '?') fail('a look-around');
			const inside = alternatives();
			if (source[i] !== ')') fail('an open group');
			i++;
			return inside;
		}
		if (c === '[') {
			const end = source.indexOf(']', i + 2);
			const body = source.slice(i + 1, end);
			if (end < 0 || !/^[A-Za-z0-9 .,_:-]+$/.test(body)) fail('a set of other than letters, digits and plain marks');
			i = end + 1;
			return { kind: 'set', text: `[${body}]` };
		}
		if (c === '\\') {
			const next = source[i + 1] ?? '';
			if (next === 'd') {
				i += 2;
				return { kind: 'set', text: DIGIT };
			}
			if (!/^[.\-/()[\]+*?|]$/.test(next)) fail(`the escape \\${next}`);
			i += 2;
			return { kind: 'set', text: quote(next) };
		}
		if (!/^[A-Za-z0-9 ,_:/-]$/.test(c)) fail(`"${c}"`);
		i++;
		return { kind: 'set', text: quote(c) };
	}
	const node = alternatives();
	if (i < source.length) fail(`"${source[i]}"`);
	return node;
}

const nests = (node: Node): boolean => (node.kind === 'repeat' ? true : node.kind !== 'set' && node.parts.some(nests));

function ends(node: Extract<Node, { kind: 'repeat' }>, inner: number, outer: number): number {
	return node.most === Infinity ? Math.max(node.least, nests(node.what) ? outer : inner) : node.most;
}

function longestOf(node: Node, inner: number, outer: number): number {
	if (node.kind === 'set') return 1;
	if (node.kind === 'repeat') return ends(node, inner, outer) * longestOf(node.what, inner, outer);
	const parts = node.parts.map((one) => longestOf(one, inner, outer));
	return node.kind === 'any' ? Math.max(...parts) : parts.reduce((sum, n) => sum + n, 0);
}

function shortest(node: Node): number {
	if (node.kind === 'set') return 1;
	if (node.kind === 'repeat') return node.least * shortest(node.what);
	const parts = node.parts.map(shortest);
	return node.kind === 'any' ? Math.min(...parts) : parts.reduce((sum, n) => sum + n, 0);
}

function render(node: Node, inner: number, outer: number): string {
	if (node.kind === 'set') return node.text;
	if (node.kind === 'repeat') {
		const body = render(node.what, inner, outer);
		return times(node.what.kind === 'set' ? body : `(${body})`, node.least, ends(node, inner, outer));
	}
	const parts = node.parts.map((one) => render(one, inner, outer));
	return node.kind === 'any' ? `(${parts.join(' | ')})` : parts.join(' ');
}
