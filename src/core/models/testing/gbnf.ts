// Reads the part of GBNF that grammar.ts writes, so that a test can write texts by a grammar and ask whether it accepts one. Written
// from the grammar's own documentation, not from grammar.ts: two readings of one form.
type Node =
	| { readonly kind: 'chars'; readonly ranges: readonly (readonly [number, number])[] }
	| { readonly kind: 'rule'; readonly name: string }
	| { readonly kind: 'seq'; readonly parts: readonly Node[] }
	| { readonly kind: 'any'; readonly parts: readonly Node[] }
	| { readonly kind: 'repeat'; readonly what: Node; readonly least: number; readonly most: number };

export interface Grammar {
	/** A text of the grammar; the dice choose, and once they are used up the shortest way is taken. */
	write(dice: readonly number[]): string;
	accepts(text: string): boolean;
}

export function readGrammar(source: string): Grammar {
	const rules = new Map<string, Node>();
	for (const line of source.split('\n')) {
		const [, name = '', body = ''] = /^([a-z0-9-]+) ::= (.*)$/.exec(line) ?? [];
		if (name === '') throw new Error(`not a rule: ${line}`);
		if (rules.has(name)) throw new Error(`the rule ${name} stands twice`);
		rules.set(name, parse(body));
	}
	const get = (name: string): Node => {
		const node = rules.get(name);
		if (node === undefined) throw new Error(`no rule ${name}`);
		return node;
	};
	const root = get('root');

	function write(dice: readonly number[]): string {
		let at = 0;
		const roll = (sides: number): number => (at < dice.length ? (dice[at++] as number) % sides : 0);
		const walk = (node: Node): string => {
			switch (node.kind) {
				case 'chars': {
					const [low, high] = node.ranges[roll(node.ranges.length)] as readonly [number, number];
					return String.fromCodePoint(low + roll(high - low + 1));
				}
				case 'rule':
					return walk(get(node.name));
				case 'seq':
					return node.parts.map(walk).join('');
				case 'any':
					return walk(node.parts[roll(node.parts.length)] as Node);
				case 'repeat':
					return Array.from({ length: node.least + roll(Math.min(node.most - node.least, 30) + 1) }, () => walk(node.what)).join('');
			}
		};
		return walk(root);
	}

	/** Every place where `node`, begun at each of `from`, may end. */
	function reach(node: Node, text: readonly number[], from: ReadonlySet<number>): ReadonlySet<number> {
		switch (node.kind) {
			case 'chars':
				return new Set(
					[...from].filter((i) => node.ranges.some(([a, b]) => (text[i] ?? -1) >= a && (text[i] ?? -1) <= b)).map((i) => i + 1),
				);
			case 'rule':
				return reach(get(node.name), text, from);
			case 'seq':
				return node.parts.reduce<ReadonlySet<number>>((ends, part) => (ends.size === 0 ? ends : reach(part, text, ends)), from);
			case 'any':
				return new Set(node.parts.flatMap((part) => [...reach(part, text, from)]));
			case 'repeat': {
				let ends = from;
				for (let n = 0; n < node.least; n++) ends = reach(node.what, text, ends);
				const all = new Set(ends);
				for (let n = node.least; n < node.most && ends.size > 0; n++) {
					ends = new Set([...reach(node.what, text, ends)].filter((i) => !all.has(i)));
					for (const end of ends) all.add(end);
				}
				return all;
			}
		}
	}

	return {
		write,
		accepts(text) {
			const points = [...text].map((c) => c.codePointAt(0) as number);
			return reach(root, points, new Set([0])).has(points.length);
		},
	};
}

function parse(source: string): Node {
	let i = 0;
	const blanks = (): void => {
		while (source[i] === ' ') i++;
	};
	function escaped(): number {
		if (source[i] !== '\\') {
			const point = source.codePointAt(i) as number;
			i += point > 0xffff ? 2 : 1;
			return point;
		}
		const kind = source[i + 1] as string;
		const digits = { x: 2, u: 4, U: 8 }[kind];
		if (digits !== undefined) {
			const point = Number.parseInt(source.slice(i + 2, i + 2 + digits), 16);
			i += 2 + digits;
			return point;
		}
		i += 2;
		const plain = { n: 10, r: 13, t: 9 }[kind];
		if (plain !== undefined) return plain;
		if (!'\\"[]'.includes(kind)) throw new Error(`no such escape: \\${kind}`);
		return kind.charCodeAt(0);
	}
	function any(): Node {
		const parts = [seq()];
		while (source[i] === '|') {
			i++;
			parts.push(seq());
		}
		return { kind: 'any', parts };
	}
	function seq(): Node {
		const parts: Node[] = [];
		for (blanks(); i < source.length && source[i] !== '|' && source[i] !== ')'; blanks()) parts.push(repeated(atom()));
		return { kind: 'seq', parts };
	}
	function repeated(what: Node): Node {
		if (source[i] === '?') {
			i++;
			return { kind: 'repeat', what, least: 0, most: 1 };
		}
		const counted = /^\{(\d+)(?:,(\d+))?\}/.exec(source.slice(i));
		if (counted === null) return what;
		i += counted[0].length;
		return { kind: 'repeat', what, least: Number(counted[1]), most: Number(counted[2] ?? counted[1]) };
	}
	function atom(): Node {
		if (source[i] === '(') {
			i++;
			const inside = any();
			if (source[i++] !== ')') throw new Error(`an open group in ${source}`);
			return inside;
		}
		if (source[i] === '"') {
			const parts: Node[] = [];
			for (i++; source[i] !== '"'; ) {
				if (i >= source.length) throw new Error(`an open text in ${source}`);
				const c = escaped();
				parts.push({ kind: 'chars', ranges: [[c, c]] });
			}
			i++;
			return { kind: 'seq', parts };
		}
		if (source[i] === '[') {
			const ranges: [number, number][] = [];
			for (i++; source[i] !== ']'; ) {
				const low = escaped();
				if (source[i] === '-' && source[i + 1] !== ']') {
					i++;
					ranges.push([low, escaped()]);
				} else ranges.push([low, low]);
			}
			i++;
			return { kind: 'chars', ranges };
		}
		const name = /^[a-z0-9-]+/.exec(source.slice(i))?.[0];
		if (name === undefined) throw new Error(`not understood: ${source.slice(i)}`);
		i += name.length;
		return { kind: 'rule', name };
	}
	const node = any();
	if (i < source.length) throw new Error(`left over: ${source.slice(i)}`);
	return node;
}

/** JSON Schema as far as our schemas use it, with every bound. */
export function fitsSchema(schema: unknown, value: unknown): boolean {
	const s = schema as Record<string, unknown>;
	if ('const' in s) return same(s['const'], value);
	if (Array.isArray(s['enum'])) return s['enum'].some((one) => same(one, value));
	if (Array.isArray(s['anyOf'])) return s['anyOf'].some((one) => fitsSchema(one, value));
	const least = (name: string, n: number): boolean => typeof s[name] !== 'number' || n >= s[name];
	const most = (name: string, n: number): boolean => typeof s[name] !== 'number' || n <= s[name];
	switch (s['type']) {
		case 'null':
			return value === null;
		case 'boolean':
			return typeof value === 'boolean';
		case 'integer':
		case 'number':
			return (
				typeof value === 'number' &&
				(s['type'] === 'number' || Number.isInteger(value)) &&
				least('minimum', value) &&
				most('maximum', value)
			);
		case 'string':
			return (
				typeof value === 'string' &&
				least('minLength', value.length) &&
				most('maxLength', value.length) &&
				(typeof s['pattern'] !== 'string' || new RegExp(s['pattern']).test(value))
			);
		case 'array':
			if (Array.isArray(s['prefixItems'])) {
				const tuple = s['prefixItems'];
				return Array.isArray(value) && value.length === tuple.length && tuple.every((one, i) => fitsSchema(one, value[i]));
			}
			return (
				Array.isArray(value) &&
				least('minItems', value.length) &&
				most('maxItems', value.length) &&
				value.every((one) => fitsSchema(s['items'], one))
			);
		case 'object': {
			if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
			const properties = (s['properties'] ?? {}) as Record<string, unknown>;
			if (((s['required'] ?? []) as string[]).some((name) => !Object.hasOwn(value, name))) return false;
			return Object.entries(value).every(([name, one]) =>
				Object.hasOwn(properties, name)
					? fitsSchema(properties[name], one)
					: s['additionalProperties'] !== false && fitsSchema(s['additionalProperties'], one),
			);
		}
		default:
			return false;
	}
}

function same(a: unknown, b: unknown): boolean {
	return JSON.stringify(a) === JSON.stringify(b);
}
