import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAnswer } from '../cascade.ts';
import type { ModelRequest } from '../ports.ts';
import type { DecisionQuestion, FactValue, NarrationQuestion, PerceptionQuestion } from '../question.ts';
import { INSTRUCTIONS } from '../wire.ts';
import { smallAsk, tokensIn } from './ask-small.ts';
import { fittingGrammar, schemaGrammar } from './grammar.ts';
import { readGrammar } from './testing/gbnf.ts';

const base = { falsework: 1, game: 'flare', tick: 7, frame: { id: 'f', width: 960, height: 540 } } as const;
const decision: DecisionQuestion = {
	...base,
	ask: 'decision',
	screen: 'play',
	facts: { hp: 3, 'hp-max': 20, poisoned: true, weapon: 'sword', me: [3, 4] },
	elements: ['potion', 'goblin'],
	goal: 'Stay alive.',
	actions: [
		{ verb: 'click', args: { at: 'element' }, does: 'left-click an element' },
		{ verb: 'walk', args: { to: 'point' }, does: 'walk there' },
		{ verb: 'wait', args: { ms: 'number' }, does: 'do nothing' },
	],
	recent: [],
	cases: [],
};
const narration: NarrationQuestion = {
	...base,
	ask: 'narration',
	event: { type: 'loot', gold: 12, item: 'a "rusty" sword' },
	persona: 'dry',
	recent: [],
};
const perception: PerceptionQuestion = {
	...base,
	ask: 'perception',
	facts: [
		{ name: 'hp', type: 'number' },
		{ name: 'dialog-open', type: 'boolean' },
		{ name: 'foes', type: 'count' },
	],
	known: ['start'],
};
const ask = (question: DecisionQuestion | NarrationQuestion | PerceptionQuestion, promptTokens = 1500, fault?: string) =>
	smallAsk(
		{ ask: question.ask, instruction: INSTRUCTIONS[question.ask], question, ...(fault === undefined ? {} : { fault }) } as ModelRequest,
		{ promptTokens },
	);
const grammarOf = (question: DecisionQuestion | NarrationQuestion | PerceptionQuestion) => {
	const made = schemaGrammar(ask(question).prompt.schema ?? {});
	if ('fault' in made) throw new Error(made.fault);
	return readGrammar(made.grammar);
};

const name = fc.stringMatching(/^[a-z][a-z0-9]{0,10}(-[a-z0-9]{1,6})?$/);
const facts: fc.Arbitrary<Record<string, FactValue>> = fc.dictionary(
	name,
	fc.oneof(
		fc.integer(),
		fc.double({ noNaN: true, noDefaultInfinity: true }),
		fc.boolean(),
		fc.string(),
		fc.tuple(fc.nat(), fc.nat()).map((pair): FactValue => pair),
	),
	{ maxKeys: 12, noNullPrototype: true },
);
const questions = fc.oneof(
	fc.record({ facts, elements: fc.array(name, { maxLength: 9 }), goal: fc.string() }).map((q) => ({ ...decision, ...q })),
	facts.map((values) => ({ ...narration, event: { ...values, type: 'loot' } })),
	fc
		.array(
			fc.record({
				name,
				type: fc.constantFrom('number', 'boolean', 'text', 'enum', 'count', 'position'),
				values: fc.constant(['a', 'b']),
			}),
			{ maxLength: 9 },
		)
		.map((wanted) => ({ ...perception, facts: wanted }) as unknown as PerceptionQuestion),
);

describe('the schema narrowed to a question', () => {
	it('gives only answers that the seam reads without a fault', () => {
		fc.assert(
			fc.property(questions, fc.array(fc.nat({ max: 1_000_000 }), { minLength: 150, maxLength: 150 }), (question, dice) => {
				const text = grammarOf(question).write(dice);
				// Without an action that can be taken there is no right answer; that one is refused, and not half-read.
				if (question.ask === 'decision' && text.includes('"verb":""')) return;
				expect(readAnswer(question.ask, text), text).toHaveProperty('answer');
			}),
			{ numRuns: 300 },
		);
	});

	it('offers the verbs of the profile with their arguments, elements in sight alone, and points inside the frame', () => {
		const grammar = grammarOf(decision);
		const act = (text: string) => grammar.accepts(`{"act":${text},"because":[{"f":"hp","op":"<=","v":5}]}`);
		expect(act('{"verb":"click","args":{"at":"potion"}}')).toBe(true);
		expect(act('{"verb":"walk","args":{"to":[959,0]}}')).toBe(true);
		expect(act('{"verb":"wait","args":{"ms":250}}')).toBe(true);
		expect(act('{"verb":"click","args":{"at":"dragon"}}')).toBe(false);
		expect(act('{"verb":"click","args":{}}')).toBe(false);
		expect(act('{"verb":"walk","args":{"to":[961,0]}}')).toBe(false);
		expect(act('{"verb":"fly","args":{}}')).toBe(false);
	});

	it('lets a reason name only what is true now, but for numbers', () => {
		const grammar = grammarOf(decision);
		const because = (text: string) => grammar.accepts(`{"act":{"verb":"wait","args":{"ms":1}},"because":[${text}]}`);
		expect(because('{"f":"poisoned","op":"==","v":true}')).toBe(true);
		expect(because('{"f":"poisoned","op":"==","v":false}')).toBe(false);
		expect(because('{"f":"weapon","op":"==","v":"sword"}')).toBe(true);
		expect(because('{"f":"me","op":"==","v":3}')).toBe(false);
		expect(because('')).toBe(false);
	});

	it('has answers that end within their tokens, at two characters a token', () => {
		for (const question of [decision, narration, perception]) {
			const { schema, maxTokens } = ask(question).prompt;
			const made = fittingGrammar(schema ?? {}, maxTokens * 2);
			expect('fault' in made ? made.fault : made.longest, question.ask).toBeLessThanOrEqual(maxTokens * 2);
		}
	});

	it('offers no act that aims at an element when none is in sight', () => {
		const grammar = grammarOf({ ...decision, elements: [] });
		expect(grammar.accepts('{"act":{"verb":"click","args":{"at":"potion"}},"because":[{"f":"hp","op":"<=","v":5}]}')).toBe(false);
		expect(grammar.accepts('{"act":{"verb":"wait","args":{"ms":1}},"because":[{"f":"hp","op":"<=","v":5}]}')).toBe(true);
	});

	it("gives a line's slots as the event has them", () => {
		const grammar = grammarOf(narration);
		expect(grammar.accepts('{"line":"12 gold!","slots":{"gold":"12"}}')).toBe(true);
		expect(grammar.accepts('{"line":"12 gold!","slots":{}}')).toBe(true);
		expect(grammar.accepts('{"line":"13 gold!","slots":{"gold":"13"}}')).toBe(false);
		expect(grammar.accepts('{"line":"","slots":{}}')).toBe(false);
	});
});

describe('a question for a small context', () => {
	const big: DecisionQuestion = {
		...decision,
		facts: Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`fact-number-${i}`, i])),
		elements: Array.from({ length: 40 }, (_, i) => `element-number-${i}`),
		recent: Array.from({ length: 8 }, () => ({ act: { verb: 'wait', args: { ms: 100 } }, outcome: 'held' as const })),
		cases: Array.from({ length: 3 }, () => ({ facts: { hp: 1 }, act: { verb: 'wait', args: {} } })),
	};

	it('goes whole when it fits', () => {
		const { prompt, left } = ask(decision);
		expect(left).toEqual([]);
		expect(prompt.user).toContain('"poisoned":true');
		expect(prompt.maxTokens).toBe(160);
	});

	it('is cut to what fits, the least telling first, and says what was left out', () => {
		const { prompt, left } = ask(big, 700);
		expect(tokensIn(prompt.system + prompt.user)).toBeLessThanOrEqual(700);
		expect(left[0]).toBe('3 earlier cases');
		expect(left.join()).toMatch(/5 older acts.*40 facts/);
		expect(ask(big, 4000).left).toEqual([]);
		expect(ask(big, 1200).left.length).toBeLessThan(left.length);
	});

	it('lets an answer name only what was not cut', () => {
		const { prompt } = ask(big, 500);
		const schema = JSON.stringify(prompt.schema);
		expect(prompt.user).not.toContain('element-number-30');
		expect(schema).not.toContain('element-number-30');
		expect(schema).toContain('element-number-3"');
	});

	it('begins alike from tick to tick, so that an engine need not read the beginning again', () => {
		const one = ask(decision).prompt;
		const two = ask({ ...decision, tick: 8, facts: { ...decision.facts, hp: 2 } }).prompt;
		expect(two.system).toBe(one.system);
		const same = [...one.user].findIndex((c, i) => c !== two.user[i]);
		expect(same / one.user.length).toBeGreaterThan(0.7);
	});

	it('names the fault of the answer before', () => {
		expect(ask(decision, 1500, 'field "act": no such verb').prompt.user).toContain('refused: field "act": no such verb');
	});

	it('gives the size of the picture that is sent, which is the part when a part is', () => {
		const part = { ...perception, frame: { ...perception.frame, roi: [10, 10, 320, 200] as const } };
		expect(ask(part).prompt.user).toContain('"frame":{"width":320,"height":200}');
		expect(grammarOf(part).accepts('{"screen":"play","elements":[],"facts":[{"name":"hp","value":3}]}')).toBe(true);
	});
});
