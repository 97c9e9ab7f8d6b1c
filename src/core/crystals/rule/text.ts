// A rule as a sentence and back: `combat: if me.hp <= 0.35 and hostiles > 0 unless has-potion == false then use(item: potion)`.
import { LAYERS, type Layer, type RuleData } from './schema.ts';
import type { Act, Effect, Literal } from '../../question.ts';
import type { SkillAct } from '../skill/schema.ts';

/** The part of a rule that its text holds; where it came from and how it fares stand in the comment. */
export type RuleText = Omit<RuleData, 'origin' | 'from'>;
export type RuleParsed =
	| { readonly ok: true; readonly rule: RuleText; readonly places: RulePlaces }
	/** `at`: offset in the text. */
	| { readonly ok: false; readonly at: number; readonly message: string };
/** Where each part begins: offsets in the text. */
export interface RulePlaces {
	readonly when: readonly number[];
	readonly unless: readonly number[];
	readonly then: number;
	readonly expects: readonly number[];
	readonly until: readonly number[];
}
/** Longer than any rule that its schema allows. */
const TEXT_MOST = 20_000;

const BARE = /^[a-z][a-z0-9.-]*$/;
// Words of the language itself are quoted when they are values.
const RESERVED = new Set(['if', 'and', 'or', 'unless', 'then', 'expect', 'until', 'within', 'true', 'false', 'in']);

/** The sentence, with an optional comment after " # ". */
export function printRule(rule: RuleText, comment?: string): string {
	const parts = [`${rule.layer}: if ${rule.when.map(printLiteral).join(' and ')}`];
	if (rule.unless.length > 0) parts.push(`unless ${rule.unless.map(printLiteral).join(' or ')}`);
	parts.push(`then ${printAct(rule.then)}`);
	if (rule.expects.length > 0) parts.push(`expect ${rule.expects.map(printEffect).join(' and ')}`);
	if (rule.until.length > 0) parts.push(`until ${rule.until.map(printLiteral).join(' and ')}`);
	return parts.join(' ') + (comment === undefined ? '' : `   # ${comment.replaceAll('\n', ' ')}`);
}

/** What a rule is called: the sentence without what it brings about and what ends it. */
export function ruleName(rule: RuleText): string {
	return printRule({ ...rule, expects: [], until: [] });
}

/** Of a skill's act, a parameter stands in braces. */
export function printAct(act: Act | SkillAct): string {
	const args = Object.entries(act.args).map(([name, value]) => `${printValue(name)}: ${printArg(value)}`);
	return `${act.verb}(${args.join(', ')})`;
}

export function printLiteral(l: Literal): string {
	return `${l.f} ${l.op} ${Array.isArray(l.v) ? `[${l.v.map(printValue).join(', ')}]` : printValue(l.v)}`;
}

export function printEffect(e: Effect): string {
	const wanted =
		e.v === undefined
			? ''
			: ` ${e.op === 'up' || e.op === 'down' ? 'to ' : ''}${Array.isArray(e.v) ? `[${e.v.map(printValue).join(', ')}]` : printValue(e.v)}`;
	return `${e.f} ${e.op}${wanted} within ${printValue(e.withinMs)}`;
}

function printArg(value: SkillAct['args'][string]): string {
	if (Array.isArray(value)) return `[${value.map(printValue).join(', ')}]`;
	if (typeof value !== 'object') return printValue(value);
	return 'fact' in value ? `$${value.fact}` : `{${value.param}}`;
}

function printValue(value: number | string | boolean): string {
	if (typeof value !== 'string') return Object.is(value, -0) ? '-0' : String(value);
	return BARE.test(value) && !RESERVED.has(value) ? value : JSON.stringify(value);
}

interface Token {
	readonly text: string;
	readonly kind: 'word' | 'text' | 'number' | 'op' | 'fact' | 'end';
	readonly value: string | number;
	readonly at: number;
}
const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)|\$([a-z][a-z0-9.-]*)|([a-z][a-z0-9.-]*)|(<=|==|!=|[>:(),[\]]))/y;

class Fault extends Error {
	constructor(
		readonly at: number,
		message: string,
	) {
		super(message);
	}
}

/** Reads one rule's sentence; a fault names its place. */
export function parseRule(text: string): RuleParsed {
	if (text.length > TEXT_MOST) return { ok: false, at: TEXT_MOST, message: `a rule has at most ${TEXT_MOST} characters` };
	try {
		return { ok: true, ...parse(tokenise(text)) };
	} catch (error) {
		if (error instanceof Fault) return { ok: false, at: error.at, message: error.message };
		throw error;
	}
}

function tokenise(text: string): Token[] {
	const tokens: Token[] = [];
	let at = 0;
	while (true) {
		const blank = /^\s*/.exec(text.slice(at))?.[0].length ?? 0;
		if (at + blank >= text.length || text[at + blank] === '#') break;
		TOKEN.lastIndex = at;
		const found = TOKEN.exec(text);
		const start = at + blank;
		if (found === null) throw new Fault(start, `"${text[start]}" has no meaning here`);
		const [whole, quoted, number, fact, word, op] = found;
		at += whole.length;
		if (quoted !== undefined) {
			let value: string;
			try {
				value = JSON.parse(quoted) as string;
			} catch {
				throw new Fault(start, 'the quoted text has a wrong escape');
			}
			tokens.push({ kind: 'text', text: quoted, value, at: start });
		} else if (number !== undefined) tokens.push({ kind: 'number', text: number, value: Number(number), at: start });
		else if (fact !== undefined) tokens.push({ kind: 'fact', text: `$${fact}`, value: fact, at: start });
		else if (word !== undefined) tokens.push({ kind: 'word', text: word, value: word, at: start });
		else tokens.push({ kind: 'op', text: op ?? '', value: op ?? '', at: start });
	}
	tokens.push({ kind: 'end', text: '', value: '', at: text.length });
	return tokens;
}

function parse(tokens: readonly Token[]): { readonly rule: RuleText; readonly places: RulePlaces } {
	let next = 0;
	const peek = (): Token => tokens[Math.min(next, tokens.length - 1)] as Token;
	const fail = (wanted: string): never => {
		const t = peek();
		throw new Fault(t.at, `${wanted} is expected, not ${t.kind === 'end' ? 'the end' : `"${t.text}"`}`);
	};
	const is = (text: string): boolean => peek().kind !== 'text' && peek().text === text;
	const eat = (text: string): boolean => (is(text) ? (next++, true) : false);
	const expect = (text: string): void => void (eat(text) || fail(`"${text}"`));
	const word = (what: string): string => (peek().kind === 'word' ? String((tokens[next++] as Token).value) : fail(what));
	const number = (): number => (peek().kind === 'number' ? Number((tokens[next++] as Token).value) : fail('a number'));

	function scalar(): number | string | boolean {
		const t = peek();
		if (t.kind === 'word' && (t.text === 'true' || t.text === 'false')) return (next++, t.text === 'true');
		if (t.kind === 'number' || t.kind === 'text' || (t.kind === 'word' && !RESERVED.has(t.text))) return (next++, t.value);
		return fail('a value');
	}
	function list(): (number | string)[] {
		const values: (number | string)[] = [];
		expect('[');
		while (!is(']')) {
			if (values.length > 0) expect(',');
			const value = scalar();
			if (typeof value === 'boolean') return fail('a number or a text');
			values.push(value);
		}
		expect(']');
		return values;
	}
	const value = (): Literal['v'] => (is('[') ? list() : scalar());
	function literal(): Literal {
		const f = word('a fact');
		const op = (['<=', '>', '==', '!=', 'in'] as const).find((o) => eat(o)) ?? fail('one of <= > == != in');
		return { f, op, v: value() };
	}
	function effect(): Effect {
		const f = word('a fact');
		const op = (['<=', '>', '==', '!=', 'in', 'up', 'down'] as const).find((o) => eat(o)) ?? fail('one of <= > == != in up down');
		const wanted = op === 'up' || op === 'down' ? (eat('to') ? value() : undefined) : is('within') ? undefined : value();
		expect('within');
		return { f, op, ...(wanted === undefined ? {} : { v: wanted }), withinMs: number() };
	}
	function act(): Act {
		const verb = word('a verb');
		const args: Act['args'] = {};
		expect('(');
		while (!is(')')) {
			if (Object.keys(args).length > 0) expect(',');
			const name = String(scalar());
			expect(':');
			if (peek().kind === 'fact') args[name] = { fact: String((tokens[next++] as Token).value) };
			else if (is('[')) {
				const { at } = peek();
				const [x, y, ...more] = list();
				if (typeof x !== 'number' || typeof y !== 'number' || more.length > 0) throw new Fault(at, 'a point is [x, y]');
				args[name] = [x, y];
			} else {
				const given = scalar();
				if (typeof given === 'boolean') fail('a number, a text, a point or $fact');
				else args[name] = given;
			}
		}
		expect(')');
		return { verb, args };
	}
	function several<T>(one: () => T, by: string): { readonly all: T[]; readonly at: number[] } {
		const at = [peek().at];
		const all = [one()];
		while (eat(by)) {
			at.push(peek().at);
			all.push(one());
		}
		return { all, at };
	}
	const none = <T>(): { readonly all: T[]; readonly at: number[] } => ({ all: [], at: [] });

	const { at: layerAt } = peek();
	const layer = word('a layer') as Layer;
	if (!LAYERS.includes(layer)) throw new Fault(layerAt, `"${layer}" is no layer; known are ${LAYERS.join(', ')}`);
	expect(':');
	expect('if');
	const when = several(literal, 'and');
	const unless = eat('unless') ? several(literal, 'or') : none<Literal>();
	expect('then');
	const thenAt = peek().at;
	const then = act();
	const expects = eat('expect') ? several(effect, 'and') : none<Effect>();
	const until = eat('until') ? several(literal, 'and') : none<Literal>();
	if (peek().kind !== 'end') fail('the end');
	return {
		rule: { layer, when: when.all, unless: unless.all, then, expects: expects.all, until: until.all },
		places: { when: when.at, unless: unless.at, then: thenAt, expects: expects.at, until: until.at },
	};
}
