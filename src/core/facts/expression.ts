// The language of derived facts (contracts.md §3): small, checked before use, never evaluated as code. What is not known stays
// unknown: an answer is given only when every way of filling the gaps would give the same one.
import { type Box, centreOf } from '../geometry.ts';
import type { FactValue } from '../question.ts';

export type ValueType = 'number' | 'boolean' | 'text' | 'position';
export const BINARY = ['+', '-', '*', '/', '<', '<=', '>', '>=', '==', '!=', 'and', 'or'] as const;
export type BinaryOp = (typeof BINARY)[number];
export const FUNCTIONS = ['ratio', 'delta', 'min', 'max', 'count', 'since', 'distance', 'bearing'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

export type Expr =
	| { readonly kind: 'literal'; readonly value: number | boolean | string; readonly at: number }
	| { readonly kind: 'fact'; readonly name: string; readonly at: number }
	| { readonly kind: 'not' | 'negative'; readonly of: Expr; readonly at: number }
	| { readonly kind: 'binary'; readonly op: BinaryOp; readonly left: Expr; readonly right: Expr; readonly at: number }
	| { readonly kind: 'call'; readonly fn: FunctionName; readonly args: readonly Expr[]; readonly at: number };

export interface ExpressionFault {
	/** 0-based position in the text. */
	readonly at: number;
	readonly message: string;
}
export type Parsed = { readonly ok: true; readonly expr: Expr } | { readonly ok: false; readonly fault: ExpressionFault };

/** Profiles allow 200 characters; these hold for every caller. */
const LENGTH_MAX = 400;
const DEPTH_MAX = 32;
const NODES_MAX = 200;
/** Boxes of one element that `distance` and `bearing` compare; beyond it the value is unknown, so a tick stays bounded. */
const BOXES_MAX = 64;

interface Token {
	readonly kind: 'number' | 'text' | 'name' | 'op' | 'end';
	readonly text: string;
	readonly at: number;
}

class Fault extends Error {
	constructor(
		readonly at: number,
		message: string,
	) {
		super(message);
	}
}

// Names hold "-" and ".", as fact ids do, so a minus between two names needs a blank on its left.
const TOKEN = /\s*(?:(\d+(?:\.\d+)?(?:e[+-]?\d+)?)|"([^"\\]*)"|'([^'\\]*)'|([a-z][a-z0-9.-]*)|(<=|>=|==|!=|≤|≥|≠|[-+−*/×÷<>(),]))/y;
const ALIASES: Readonly<Record<string, string>> = { '−': '-', '×': '*', '÷': '/', '≤': '<=', '≥': '>=', '≠': '!=' };

function tokenise(text: string): Token[] {
	const tokens: Token[] = [];
	let at = 0;
	while (text.slice(at).trim() !== '') {
		TOKEN.lastIndex = at;
		const found = TOKEN.exec(text);
		const start = at + (text.slice(at).length - text.slice(at).trimStart().length);
		if (found === null) throw new Fault(start, `"${text[start]}" has no meaning here`);
		const [whole, number, double, single, name, op] = found;
		at += whole.length;
		if (number !== undefined) tokens.push({ kind: 'number', text: number, at: start });
		else if (double !== undefined || single !== undefined) tokens.push({ kind: 'text', text: double ?? single ?? '', at: start });
		else if (name !== undefined) tokens.push({ kind: 'name', text: name, at: start });
		else tokens.push({ kind: 'op', text: ALIASES[op ?? ''] ?? op ?? '', at: start });
	}
	tokens.push({ kind: 'end', text: '', at: text.length });
	return tokens;
}

/** Reads an expression's text. The fault names the place and what was expected there. */
export function parseExpression(text: string): Parsed {
	if (text.length > LENGTH_MAX) return { ok: false, fault: { at: LENGTH_MAX, message: `longer than ${LENGTH_MAX} characters` } };
	try {
		const parser = makeParser(tokenise(text));
		return { ok: true, expr: parser() };
	} catch (error) {
		if (error instanceof Fault) return { ok: false, fault: { at: error.at, message: error.message } };
		throw error;
	}
}

function makeParser(tokens: readonly Token[]): () => Expr {
	let next = 0;
	let nodes = 0;
	const peek = (): Token => tokens[Math.min(next, tokens.length - 1)] as Token;
	const isOp = (...ops: string[]): boolean => (peek().kind === 'op' || peek().kind === 'name') && ops.includes(peek().text);
	const node = <E extends Expr>(e: E): E => {
		if (++nodes > NODES_MAX) throw new Fault(e.at, `more than ${NODES_MAX} parts`);
		return e;
	};
	const shown = (t: Token): string => (t.kind === 'end' ? 'the end' : `"${t.text}"`);

	/** A chain of binary operators of one rank, left to right. */
	function chain(ops: readonly BinaryOp[], below: (depth: number) => Expr): (depth: number) => Expr {
		return (depth) => {
			let left = below(depth);
			while (isOp(...ops)) {
				const op = peek();
				next++;
				left = node({ kind: 'binary', op: op.text as BinaryOp, left, right: below(depth), at: op.at });
			}
			return left;
		};
	}
	function primary(depth: number): Expr {
		const token = peek();
		if (depth > DEPTH_MAX) throw new Fault(token.at, `nested deeper than ${DEPTH_MAX}`);
		next++;
		if (token.kind === 'number') return node({ kind: 'literal', value: Number(token.text), at: token.at });
		if (token.kind === 'text') return node({ kind: 'literal', value: token.text, at: token.at });
		if (token.kind === 'op' && token.text === '-') return node({ kind: 'negative', of: primary(depth + 1), at: token.at });
		if (token.kind === 'op' && token.text === '(') {
			const inner = expression(depth + 1);
			expect(')');
			return inner;
		}
		if (token.kind === 'name') {
			if (token.text === 'true' || token.text === 'false') return node({ kind: 'literal', value: token.text === 'true', at: token.at });
			if (token.text === 'and' || token.text === 'or' || token.text === 'not')
				throw new Fault(token.at, `"${token.text}" stands where a value is expected`);
			if (!(peek().kind === 'op' && peek().text === '(')) return node({ kind: 'fact', name: token.text, at: token.at });
			const fn = FUNCTIONS.find((f) => f === token.text);
			if (fn === undefined) throw new Fault(token.at, `there is no function "${token.text}"; known are ${FUNCTIONS.join(', ')}`);
			next++;
			const args: Expr[] = [];
			while (!isOp(')')) {
				if (args.length > 0) expect(',');
				args.push(expression(depth + 1));
			}
			expect(')');
			return node({ kind: 'call', fn, args, at: token.at });
		}
		throw new Fault(token.at, `${shown(token)} stands where a value is expected`);
	}
	function expect(op: string): void {
		if (!isOp(op)) throw new Fault(peek().at, `"${op}" is expected before ${shown(peek())}`);
		next++;
	}
	const product = chain(['*', '/'], primary);
	const sum = chain(['+', '-'], product);
	function comparison(depth: number): Expr {
		const left = sum(depth);
		if (!isOp('<', '<=', '>', '>=', '==', '!=')) return left;
		const op = peek();
		next++;
		const e = node({ kind: 'binary', op: op.text as BinaryOp, left, right: sum(depth), at: op.at });
		if (isOp('<', '<=', '>', '>=', '==', '!=')) throw new Fault(peek().at, 'comparisons do not chain; join two with "and"');
		return e;
	}
	function negation(depth: number): Expr {
		if (!isOp('not')) return comparison(depth);
		const { at } = peek();
		if (depth > DEPTH_MAX) throw new Fault(at, `nested deeper than ${DEPTH_MAX}`);
		next++;
		return node({ kind: 'not', of: negation(depth + 1), at });
	}
	const conjunction = chain(['and'], negation);
	const disjunction = chain(['or'], conjunction);
	function expression(depth: number): Expr {
		if (depth > DEPTH_MAX) throw new Fault(peek().at, `nested deeper than ${DEPTH_MAX}`);
		return disjunction(depth);
	}
	return () => {
		const e = expression(0);
		if (peek().kind !== 'end') throw new Fault(peek().at, `${shown(peek())} follows where the expression should end`);
		return e;
	};
}

/** Writes an expression with every bracket, so that parsing gives it back. */
export function printExpression(e: Expr): string {
	switch (e.kind) {
		case 'literal':
			return typeof e.value === 'string' ? (e.value.includes('"') ? `'${e.value}'` : `"${e.value}"`) : String(e.value);
		case 'fact':
			return e.name;
		case 'not':
			return `(not ${printExpression(e.of)})`;
		case 'negative':
			return `-(${printExpression(e.of)})`;
		case 'binary':
			return `(${printExpression(e.left)} ${e.op} ${printExpression(e.right)})`;
		case 'call':
			return `${e.fn}(${e.args.map(printExpression).join(', ')})`;
	}
}

/** What the names in an expression stand for. */
export interface Names {
	/** Type of a fact; undefined when there is none of that name. */
	readonly fact: (name: string) => ValueType | undefined;
	/** Whether such an element can be told apart in this game. A profile alone cannot know, so callers may say yes to every slug. */
	readonly element: (name: string) => boolean;
}
export type Checked = { readonly ok: true; readonly type: ValueType } | { readonly ok: false; readonly fault: ExpressionFault };

/** Checks names and types; the result's type is the derived fact's. */
export function checkExpression(expr: Expr, names: Names): Checked {
	try {
		return { ok: true, type: typeOf(expr, names) };
	} catch (error) {
		if (error instanceof Fault) return { ok: false, fault: { at: error.at, message: error.message } };
		throw error;
	}
}

function typeOf(e: Expr, names: Names): ValueType {
	const want = (of: Expr, type: ValueType, who: string): void => {
		const is = typeOf(of, names);
		if (is !== type) throw new Fault(of.at, `${who} needs a ${type}, and this is a ${is}`);
	};
	switch (e.kind) {
		case 'literal':
			return typeof e.value === 'number' ? 'number' : typeof e.value === 'boolean' ? 'boolean' : 'text';
		case 'fact': {
			const type = names.fact(e.name);
			if (type === undefined)
				throw new Fault(e.at, `there is no fact "${e.name}"${e.name.includes('-') ? '; a minus needs a blank on its left' : ''}`);
			return type;
		}
		case 'not':
			want(e.of, 'boolean', '"not"');
			return 'boolean';
		case 'negative':
			want(e.of, 'number', '"-"');
			return 'number';
		case 'binary': {
			if (e.op === 'and' || e.op === 'or') {
				want(e.left, 'boolean', `"${e.op}"`);
				want(e.right, 'boolean', `"${e.op}"`);
				return 'boolean';
			}
			if (e.op === '==' || e.op === '!=') {
				const left = typeOf(e.left, names);
				const right = typeOf(e.right, names);
				if (left !== right) throw new Fault(e.at, `"${e.op}" compares a ${left} with a ${right}`);
				if (left === 'position') throw new Fault(e.at, 'positions are compared by distance');
				return 'boolean';
			}
			want(e.left, 'number', `"${e.op}"`);
			want(e.right, 'number', `"${e.op}"`);
			return '+-*/'.includes(e.op) ? 'number' : 'boolean';
		}
		case 'call':
			return typeOfCall(e, names, want);
	}
}

function typeOfCall(e: Extract<Expr, { kind: 'call' }>, names: Names, want: (of: Expr, type: ValueType, who: string) => void): ValueType {
	const takes = (least: number, most: number): void => {
		if (e.args.length < least || e.args.length > most) {
			throw new Fault(e.at, `${e.fn} takes ${least === most ? least : `${least} to ${most}`} values, not ${e.args.length}`);
		}
	};
	const aFact = (arg: Expr | undefined): void => {
		if (arg?.kind !== 'fact') throw new Fault(arg?.at ?? e.at, `${e.fn} needs a fact's name here`);
		typeOf(arg, names);
	};
	const aPlace = (arg: Expr | undefined): void => {
		if (arg?.kind !== 'fact') throw new Fault(arg?.at ?? e.at, `${e.fn} needs an element's name here`);
		if (names.fact(arg.name) !== 'position' && !names.element(arg.name)) throw new Fault(arg.at, `there is no element "${arg.name}"`);
	};
	switch (e.fn) {
		case 'ratio':
			takes(2, 2);
			for (const arg of e.args) want(arg, 'number', e.fn);
			return 'number';
		case 'min':
		case 'max':
			takes(2, 8);
			for (const arg of e.args) want(arg, 'number', e.fn);
			return 'number';
		case 'delta': {
			takes(2, 2);
			aFact(e.args[0]);
			want(e.args[0] as Expr, 'number', e.fn);
			const over = e.args[1] as Expr;
			if (over.kind !== 'literal' || typeof over.value !== 'number' || over.value <= 0)
				throw new Fault(over.at, 'delta needs a time in milliseconds, written out');
			return 'number';
		}
		case 'since':
			takes(1, 1);
			aFact(e.args[0]);
			return 'number';
		case 'count':
			takes(1, 1);
			if (e.args[0]?.kind !== 'fact' || !names.element(e.args[0].name))
				throw new Fault(e.args[0]?.at ?? e.at, "count needs an element's name");
			return 'number';
		case 'distance':
		case 'bearing':
			takes(2, 2);
			aPlace(e.args[0]);
			aPlace(e.args[1]);
			return 'number';
	}
}

/** Facts an expression reads; element names among the arguments of count, distance and bearing are left out unless `isFact`. */
export function factsIn(e: Expr, isFact: (name: string) => boolean): readonly string[] {
	switch (e.kind) {
		case 'literal':
			return [];
		case 'fact':
			return isFact(e.name) ? [e.name] : [];
		case 'not':
		case 'negative':
			return factsIn(e.of, isFact);
		case 'binary':
			return [...factsIn(e.left, isFact), ...factsIn(e.right, isFact)];
		case 'call':
			return e.fn === 'count' ? [] : e.args.flatMap((a) => factsIn(a, isFact));
	}
}

export interface Scene {
	/** Known facts; a name that is absent is unknown. */
	readonly facts: ReadonlyMap<string, FactValue>;
	/** Boxes by element name. A name that is absent was not looked for; an empty list was, and is nowhere. */
	readonly instances: ReadonlyMap<string, readonly Box[]>;
	readonly history: History;
	/** Clock.monotonic() of this tick. */
	readonly now: number;
}
export interface History {
	/** The fact's value at that time; undefined when it was not known then. */
	valueAt(fact: string, at: number): FactValue | undefined;
	/** When the fact last took another value; undefined when that was never seen. */
	changedAt(fact: string): number | undefined;
}

/** The expression's value, or undefined when what is known does not settle it. Work is bounded by the checked size of `expr`. */
export function evaluate(expr: Expr, scene: Scene): FactValue | undefined {
	switch (expr.kind) {
		case 'literal':
			return expr.value;
		case 'fact':
			return scene.facts.get(expr.name);
		case 'not': {
			const of = evaluate(expr.of, scene);
			return typeof of === 'boolean' ? !of : undefined;
		}
		case 'negative': {
			const of = evaluate(expr.of, scene);
			return typeof of === 'number' ? -of : undefined;
		}
		case 'binary':
			return binary(expr.op, evaluate(expr.left, scene), evaluate(expr.right, scene));
		case 'call':
			return call(expr, scene);
	}
}

function binary(op: BinaryOp, left: FactValue | undefined, right: FactValue | undefined): FactValue | undefined {
	// One known side can settle these two whatever the other is.
	if (op === 'and') return left === false || right === false ? false : left === true && right === true ? true : undefined;
	if (op === 'or') return left === true || right === true ? true : left === false && right === false ? false : undefined;
	if (left === undefined || right === undefined) return undefined;
	if (op === '==') return typeof left === typeof right ? left === right : undefined;
	if (op === '!=') return typeof left === typeof right ? left !== right : undefined;
	if (typeof left !== 'number' || typeof right !== 'number') return undefined;
	switch (op) {
		case '+':
			return finite(left + right);
		case '-':
			return finite(left - right);
		case '*':
			return finite(left * right);
		case '/':
			return finite(left / right);
		case '<':
			return left < right;
		case '<=':
			return left <= right;
		case '>':
			return left > right;
		case '>=':
			return left >= right;
	}
}

function finite(n: number): number | undefined {
	return Number.isFinite(n) ? n : undefined;
}

function call(e: Extract<Expr, { kind: 'call' }>, scene: Scene): number | undefined {
	const [first, second] = e.args;
	const name = first?.kind === 'fact' ? first.name : '';
	switch (e.fn) {
		case 'count':
			return scene.instances.get(name)?.length;
		case 'since': {
			const at = scene.history.changedAt(name);
			return at === undefined || !scene.facts.has(name) ? undefined : Math.max(0, scene.now - at);
		}
		case 'delta': {
			const over = second?.kind === 'literal' ? second.value : undefined;
			if (typeof over !== 'number') return undefined;
			return number(binary('-', scene.facts.get(name), scene.history.valueAt(name, scene.now - over)));
		}
		case 'ratio':
			return number(binary('/', first && evaluate(first, scene), second && evaluate(second, scene)));
		case 'min':
		case 'max': {
			const values = e.args.map((arg) => evaluate(arg, scene));
			if (!values.every((value): value is number => typeof value === 'number')) return undefined;
			return e.fn === 'min' ? Math.min(...values) : Math.max(...values);
		}
		case 'distance': {
			const pair = nearest(first, second, scene);
			return pair && Math.hypot(pair.dx, pair.dy);
		}
		case 'bearing': {
			const pair = nearest(first, second, scene);
			if (pair === undefined || (pair.dx === 0 && pair.dy === 0)) return undefined;
			// Clockwise from up, and y grows downwards.
			return ((Math.atan2(pair.dx, -pair.dy) * 180) / Math.PI + 360) % 360;
		}
	}
}

function number(value: FactValue | undefined): number | undefined {
	return typeof value === 'number' ? value : undefined;
}

function nearest(from: Expr | undefined, to: Expr | undefined, scene: Scene): { readonly dx: number; readonly dy: number } | undefined {
	const a = placesOf(from, scene);
	// With one name twice, the nearest other one of its kind is meant: a thing is not compared with itself.
	const b = from?.kind === 'fact' && to?.kind === 'fact' && from.name === to.name ? a : placesOf(to, scene);
	if (a.length > BOXES_MAX || b.length > BOXES_MAX) return undefined;
	let best: { dx: number; dy: number } | undefined;
	let least = Infinity;
	for (const p of a) {
		for (const q of b) {
			const dx = q[0] - p[0];
			const dy = q[1] - p[1];
			if (p === q) continue;
			const far = dx * dx + dy * dy;
			if (far < least) {
				least = far;
				best = { dx, dy };
			}
		}
	}
	return best;
}

function placesOf(e: Expr | undefined, scene: Scene): readonly (readonly [number, number])[] {
	if (e?.kind !== 'fact') return [];
	const fact = scene.facts.get(e.name);
	if (Array.isArray(fact)) return [fact as unknown as readonly [number, number]];
	return (scene.instances.get(e.name) ?? []).map((box) => {
		const { x, y } = centreOf(box);
		return [x, y] as const;
	});
}
