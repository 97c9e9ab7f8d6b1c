import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { answerSchemas, type LiveAsk, type PerceptionQuestion } from './question.ts';
import { answerJsonSchema, chatBody, INSTRUCTIONS, readChat } from './wire.ts';

const question: PerceptionQuestion = {
	falsework: 1,
	ask: 'perception',
	game: 'g',
	tick: 3,
	frame: { id: 'f', width: 100, height: 80 },
	facts: [{ name: 'hp', type: 'number' }],
	known: ['start'],
};
const request = { ask: 'perception' as const, instruction: INSTRUCTIONS.perception, question };

/** Enough of JSON Schema to check an example: what our schemas use. */
function fits(schema: unknown, value: unknown): boolean {
	const s = schema as Record<string, unknown>;
	if (Array.isArray(s.enum)) return s.enum.includes(value);
	if (Array.isArray(s.anyOf)) return s.anyOf.some((one) => fits(one, value));
	if (s.type === 'number') return typeof value === 'number';
	if (s.type === 'integer') return Number.isInteger(value);
	if (s.type === 'boolean') return typeof value === 'boolean';
	if (s.type === 'string') return typeof value === 'string' && (typeof s.pattern !== 'string' || new RegExp(s.pattern).test(value));
	if (s.type === 'array') {
		if (!Array.isArray(value)) return false;
		if (typeof s.minItems === 'number' && value.length < s.minItems) return false;
		return (typeof s.maxItems !== 'number' || value.length <= s.maxItems) && value.every((one) => fits(s.items, one));
	}
	if (s.type !== 'object' || typeof value !== 'object' || value === null) return false;
	const properties = (s.properties ?? {}) as Record<string, unknown>;
	if (((s.required ?? []) as string[]).some((name) => !(name in value))) return false;
	return Object.entries(value).every(([name, one]) =>
		name in properties ? fits(properties[name], one) : s.additionalProperties !== false && fits(s.additionalProperties, one),
	);
}

const EXAMPLES: Readonly<Record<LiveAsk, unknown>> = {
	moderation: { results: [{ flagged: true, categories: ['harassment'] }] },
	perception: {
		screen: 'play',
		elements: [{ name: 'hp-bar', kind: 'bar', box: [1, 2, 30, 9], stable: true, text: '12' }],
		facts: [
			{ name: 'hp', value: 12, element: 'hp-bar' },
			{ name: 'player', value: [3, 4] },
		],
	},
	strategy: {
		goals: [
			{
				name: 'Clear the crypt',
				priority: 3,
				when: [{ f: 'quest', op: '==', v: 'crypt' }],
				until: [{ f: 'rats', op: '<=', v: 0 }],
			},
		],
		rules: [{ when: [{ f: 'hp', op: '<=', v: 10 }], action: { verb: 'drink', args: {} } }],
	},
	decision: {
		act: { verb: 'click', args: { at: 'start' } },
		options: [{ act: { verb: 'wait', args: { ms: 100 } }, value: 0, ok: false }],
		because: [
			{ f: 'screen', op: '==', v: 'title' },
			{ f: 'hp', op: '>', v: 3 },
		],
		unless: [],
		expects: [{ f: 'hp', op: 'up', withinMs: 500 }],
		until: [],
		scope: 'situation',
		confidence: 0.9,
		missing: [],
	},
	route: {
		waypoints: [
			{ place: 'Meadow', terrain: 'grass' },
			{ x: 300, y: 120, terrain: '' },
			{ action: { verb: 'click', args: { at: 'gate' } }, terrain: 'gate' },
		],
	},
	narration: { line: 'Ten gold!', slots: { gold: 'Ten' } },
	quest: {
		quest: 'The relic',
		stage: 2,
		objective: 'Bring the relic to Mira',
		giver: 'Mira',
		done: [{ f: 'quest', op: '==', v: 'Return to Mira' }],
	},
	npc: { name: 'Mira', attitude: 0.6, because: 'she calls you a friend' },
};

describe('the body of a question', () => {
	it('has its parts in the order of the contract, the question alone in the second', () => {
		const body = chatBody('m', request, 'data:image/png;base64,AA==') as {
			messages: { role: string; content: { type: string; text?: string }[] }[];
		};
		expect(body.messages.map((m) => m.role)).toEqual(['system', 'user']);
		const parts = body.messages[1]?.content ?? [];
		expect(parts.map((p) => p.type)).toEqual(['text', 'text', 'image_url']);
		expect(JSON.parse(parts[1]?.text ?? '')).toEqual(question);
		expect(body).toMatchObject({
			temperature: 0,
			response_format: { type: 'json_schema', json_schema: { name: 'falsework_perception_v1', strict: true } },
		});
	});

	it('names the fault of the answer before, and sends no picture where there is none', () => {
		const body = chatBody('m', { ...request, fault: 'field "screen": a slug' }) as {
			messages: { content: { type: string; text?: string }[] }[];
		};
		const parts = body.messages[1]?.content ?? [];
		expect(parts[0]?.text).toContain('field "screen": a slug');
		expect(parts).toHaveLength(2);
	});
});

describe('the two schemas of an answer', () => {
	it.each(Object.keys(EXAMPLES) as LiveAsk[])('take and refuse the same: %s', (ask) => {
		const example = EXAMPLES[ask];
		expect(v.safeParse(answerSchemas[ask], example).success).toBe(true);
		expect(fits(answerJsonSchema(ask), example)).toBe(true);
		for (const field of (answerJsonSchema(ask) as { required: string[] }).required) {
			const without = { ...(example as Record<string, unknown>) };
			delete without[field];
			expect(fits(answerJsonSchema(ask), without), field).toBe(false);
		}
		expect(fits(answerJsonSchema(ask), { ...(example as object), run: 'rm' })).toBe(false);
	});

	it('refuse a box of three numbers and a kind nobody knows', () => {
		const element = { name: 'x', kind: 'button', box: [1, 2, 3], stable: true };
		for (const wrong of [element, { ...element, box: [1, 2, 3, 4], kind: 'gadget' }]) {
			const answer = { screen: 'a', elements: [wrong], facts: [] };
			expect(v.safeParse(answerSchemas.perception, answer).success).toBe(false);
			expect(fits(answerJsonSchema('perception'), answer)).toBe(false);
		}
	});
});

describe('readChat', () => {
	it('reads text, model and usage', () => {
		expect(readChat({ model: 'm', choices: [{ message: { content: '{}' } }], usage: { prompt_tokens: 5, completion_tokens: 2 } })).toEqual({
			text: '{}',
			model: 'm',
			promptTokens: 5,
			completionTokens: 2,
		});
	});

	it.each([[null], ['text'], [{}], [{ choices: [] }], [{ choices: [{ message: { content: 5 } }] }]])(
		'says what is wrong with %j',
		(body) => {
			expect(typeof readChat(body)).toBe('string');
		},
	);

	it('counts no negative, missing or endless tokens', () => {
		const read = readChat({
			choices: [{ message: { content: 'x' } }],
			usage: { prompt_tokens: -5, completion_tokens: Number.POSITIVE_INFINITY },
		});
		expect(read).toMatchObject({ promptTokens: 0, completionTokens: 0 });
	});
});
