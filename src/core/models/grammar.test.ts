import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAnswer } from '../cascade.ts';
import type { LiveAsk } from '../question.ts';
import { answerJsonSchema } from '../wire.ts';
import { fittingGrammar, schemaGrammar } from './grammar.ts';
import { fitsSchema, readGrammar } from './testing/gbnf.ts';

type Schema = Readonly<Record<string, unknown>>;

function grammarOf(schema: Schema, limits = {}): ReturnType<typeof readGrammar> {
	const made = schemaGrammar(schema, limits);
	if ('fault' in made) throw new Error(made.fault);
	return readGrammar(made.grammar);
}

/** Schemas of the kinds that our answers are made of. */
const schemas: fc.Arbitrary<Schema> = fc.letrec<{ any: Schema; leaf: Schema; deep: Schema }>((tie) => ({
	leaf: fc.oneof(
		fc.constant({ type: 'boolean' }),
		fc.constant({ type: 'null' }),
		fc
			.record({ type: fc.constantFrom('number', 'integer'), minimum: fc.integer({ min: -500, max: 0 }), maximum: fc.nat({ max: 70_000 }) })
			.map((s) => s as Schema),
		fc.constant({ type: 'number' }),
		fc
			.record({ minLength: fc.nat({ max: 3 }), more: fc.nat({ max: 9 }) })
			.map(({ minLength, more }) => ({ type: 'string', minLength, maxLength: minLength + more })),
		fc.constant({ type: 'string', pattern: '^[a-z0-9]+(-[a-z0-9]+)*$', maxLength: 20 }),
		fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 4 }).map((values) => ({ enum: values })),
		fc.jsonValue().map((value) => ({ const: value })),
	),
	deep: fc.oneof(
		fc
			.record({ items: tie('any'), minItems: fc.nat({ max: 2 }), more: fc.nat({ max: 3 }) })
			.map(({ items, minItems, more }) => ({ type: 'array', items, minItems, maxItems: minItems + more })),
		fc
			.dictionary(fc.string({ minLength: 1, maxLength: 6 }), fc.tuple(tie('any'), fc.boolean()), { maxKeys: 5, noNullPrototype: true })
			.map((fields) => ({
				type: 'object',
				properties: Object.fromEntries(Object.entries(fields).map(([name, [schema]]) => [name, schema])),
				required: Object.entries(fields).flatMap(([name, [, must]]) => (must ? [name] : [])),
				additionalProperties: false,
			})),
		tie('any').map((additionalProperties) => ({ type: 'object', additionalProperties })),
		fc.array(tie('any'), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
	),
	any: fc.oneof({ depthSize: 'small', withCrossShrink: true }, tie('leaf'), tie('deep')),
})).any;

describe('a schema as a grammar', () => {
	it('accepts only texts that parse and fit the schema', () => {
		fc.assert(
			fc.property(schemas, fc.array(fc.nat({ max: 1_000_000 }), { minLength: 40, maxLength: 40 }), (schema, dice) => {
				const text = grammarOf(schema).write(dice);
				const value: unknown = JSON.parse(text);
				expect(fitsSchema(schema, value), `${text} against ${JSON.stringify(schema)}`).toBe(true);
			}),
			{ numRuns: 400 },
		);
	});

	it('accepts what it writes, and nothing with a blank or a cut in it', () => {
		fc.assert(
			fc.property(schemas, fc.array(fc.nat({ max: 1_000_000 }), { minLength: 40, maxLength: 40 }), (schema, dice) => {
				const grammar = grammarOf(schema);
				const text = grammar.write(dice);
				expect(grammar.accepts(text)).toBe(true);
				expect(grammar.accepts(` ${text}`)).toBe(false);
				expect(grammar.accepts(`${text}\n`)).toBe(false);
				if (/^[[{"]/.test(text)) expect(grammar.accepts(text.slice(0, -1))).toBe(false);
			}),
			{ numRuns: 150 },
		);
	});

	it('lets fields be left out only where the schema does, in the order of the schema', () => {
		const grammar = grammarOf({
			type: 'object',
			properties: { a: { type: 'boolean' }, b: { type: 'boolean' }, c: { type: 'boolean' } },
			required: ['b'],
			additionalProperties: false,
		});
		const accepted = ['{"b":true}', '{"a":true,"b":true}', '{"b":true,"c":false}', '{"a":false,"b":true,"c":true}'];
		const refused = ['{}', '{"a":true}', '{"c":true,"b":true}', '{,"b":true}', '{"b":true,}', '{"a":true"b":true}', '{"b":true,"b":true}'];
		expect(accepted.filter((text) => !grammar.accepts(text))).toEqual([]);
		expect(refused.filter((text) => grammar.accepts(text))).toEqual([]);
	});

	it('keeps a confidence between 0 and 1', () => {
		const grammar = grammarOf({ type: 'number', minimum: 0, maximum: 1 });
		expect(['0', '1', '0.5', '0.125'].filter((text) => !grammar.accepts(text))).toEqual([]);
		expect(['-0.5', '1.5', '2', '00', '.5', '0.', '1e9', '+1'].filter((text) => grammar.accepts(text))).toEqual([]);
	});

	it('holds a whole number to its range exactly', () => {
		fc.assert(
			fc.property(
				fc.nat({ max: 30_000 }),
				fc.integer({ min: -30_000, max: 60_000 }),
				fc.integer({ min: -30_000, max: 0 }),
				(maximum, n, minimum) => {
					const grammar = grammarOf({ type: 'integer', minimum, maximum });
					expect(grammar.accepts(String(n))).toBe(n >= minimum && n <= maximum);
				},
			),
		);
	});

	it('lets nothing into a text that ends it or that JavaScript counts as two characters', () => {
		const grammar = grammarOf({ type: 'string', maxLength: 3 });
		expect(['""', '"abc"', '"\\""', '"\\n"', '"é"', '"体力"'].filter((text) => !grammar.accepts(text))).toEqual([]);
		expect(['"abcd"', '"a"b"', '"\n"', '"\\"', '"\\x"', '"😀"', '"\ud800"'].filter((text) => grammar.accepts(text))).toEqual([]);
	});

	it('says what it cannot translate instead of being looser than the schema', () => {
		const fault = (schema: Schema) => {
			const made = schemaGrammar(schema);
			return 'fault' in made ? made.fault : '';
		};
		expect(fault({ type: 'object', properties: { a: { type: 'string', pattern: '(?=x)' } } })).toContain('"a"');
		expect(fault({ type: 'string', pattern: '^(?=x)$' })).toContain('look-around');
		expect(fault({ type: 'string', pattern: '^[a-z]{30}$', maxLength: 20 })).toContain('longer than 20');
		expect(fault({ type: 'number', minimum: 5 })).toContain('leaves out 0');
		expect(fault({ $ref: '#/x' })).toContain('type');
		expect(fault({ enum: [] })).toContain('without a value');
		expect(fault({ type: 'array', items: { type: 'boolean' }, minItems: 3, maxItems: 2 })).toContain('more than it may');
		expect(fault({ type: 'object', properties: {}, required: ['x'] })).toContain('"x"');
	});
});

describe('the answers to our questions', () => {
	const asks: readonly LiveAsk[] = ['perception', 'decision', 'narration'];

	it.each(asks)('every %s answer that the grammar writes is read without a fault', (ask) => {
		const grammar = grammarOf(answerJsonSchema(ask) as Schema);
		fc.assert(
			fc.property(fc.array(fc.nat({ max: 1_000_000 }), { minLength: 400, maxLength: 400 }), (dice) => {
				const text = grammar.write(dice);
				expect(readAnswer(ask, text), text).toHaveProperty('answer');
			}),
			{ numRuns: 60 },
		);
	});

	it.each(asks)('a %s grammar that has to fit is no longer than it says, and still read without a fault', (ask) => {
		for (const characters of [4000, 1500, 900]) {
			const made = fittingGrammar(answerJsonSchema(ask) as Schema, characters);
			if ('fault' in made) throw new Error(made.fault);
			expect(made.longest).toBeLessThanOrEqual(characters);
			const grammar = readGrammar(made.grammar);
			fc.assert(
				fc.property(fc.array(fc.nat({ max: 1_000_000 }), { minLength: 400, maxLength: 400 }), (dice) => {
					const text = grammar.write(dice);
					expect(text.length).toBeLessThanOrEqual(made.longest);
					expect(readAnswer(ask, text), text).toHaveProperty('answer');
				}),
				{ numRuns: 25 },
			);
		}
	});

	it.each(asks)('the %s grammar stays within what llama.cpp takes: no repetition above 2000', (ask) => {
		const made = schemaGrammar(answerJsonSchema(ask) as Schema);
		const grammar = 'grammar' in made ? made.grammar : '';
		const counts = [...grammar.matchAll(/\{(?:\d+,)?(\d+)\}/g)].map(([, n]) => Number(n));
		expect(Math.max(...counts)).toBeLessThanOrEqual(2000);
	});
});
