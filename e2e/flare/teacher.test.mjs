import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerSchemas } from '../../src/core/question.ts';
import { decodePng, encodePng } from './png.mjs';
import { MODEL, startTeacher } from './teacher.mjs';
import { cropped } from './testing.mjs';

const file = (id) => readFileSync(new URL(`frames/${id}.png`, import.meta.url));
const seen = [];
let teacher;
beforeAll(async () => {
	teacher = await startTeacher({ onRequest: (line) => seen.push(line) });
});
afterAll(() => teacher.close());

const post = (body, path = '/chat/completions') =>
	fetch(teacher.url + path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });

/** A question as the wire has it: the instruction, the question alone, the picture. */
function ask(question, png) {
	const content = [
		{ type: 'text', text: 'What do you see?' },
		{ type: 'text', text: JSON.stringify({ falsework: 1, game: 'flare', tick: 4, ...question }) },
	];
	if (png) content.push({ type: 'image_url', image_url: { url: `data:image/png;base64,${png.toString('base64')}` } });
	return post({
		model: 'any',
		temperature: 0,
		messages: [
			{ role: 'system', content: 'Answer in JSON.' },
			{ role: 'user', content },
		],
	});
}

async function answerOf(response) {
	expect(response.status).toBe(200);
	const reply = await response.json();
	return { reply, answer: JSON.parse(reply.choices[0].message.content) };
}

describe('the stand-in', () => {
	it('says what it is in every answer, and that its token counts are estimates', async () => {
		const { reply } = await answerOf(await ask({ ask: 'perception', facts: [] }, file('title')));
		expect(reply.model).toBe(MODEL);
		expect(MODEL).toContain('stand-in');
		expect(reply.usage).toMatchObject({ estimated: true });
		expect(reply.usage.prompt_tokens).toBeGreaterThan(1200);
		expect(reply.usage.total_tokens).toBe(reply.usage.prompt_tokens + reply.usage.completion_tokens);
	});

	it('answers perception from the picture and logs which label it was', async () => {
		const facts = [{ name: 'inventory-open', type: 'boolean' }];
		const { answer } = await answerOf(await ask({ ask: 'perception', facts }, file('inventory')));
		expect(answer.screen).toBe('inventory');
		expect(answer.facts).toEqual([{ name: 'inventory-open', value: true }]);
		expect(answer.elements).toContainEqual({ name: 'right-close', kind: 'button', box: [1255, 155, 22, 23], stable: true });
		expect(seen.at(-1)).toMatchObject({ ask: 'perception', tick: 4, matched: 'inventory' });
	});

	it('answers unknown, and not an error, for a picture that fits nothing', async () => {
		const { answer } = await answerOf(await ask({ ask: 'perception' }, file('unseen-new-hero')));
		expect(answer).toEqual({ screen: 'unknown', elements: [], facts: [] });
		expect(seen.at(-1)).toMatchObject({ matched: null });
	});

	it('gives boxes in pixels of the part that was sent', async () => {
		const roi = [500, 300, 300, 420];
		const part = encodePng(cropped(decodePng(file('title')), roi));
		const { answer } = await answerOf(await ask({ ask: 'perception', frame: { roi } }, part));
		expect(answer.elements.find((e) => e.name === 'play-game').box).toEqual([70, 309, 140, 26]);
	});

	it('answers a decision and a narration', async () => {
		const decision = await answerOf(await ask({ ask: 'decision', screen: 'title', facts: { screen: 'title' }, actions: [], recent: [] }));
		expect(decision.answer).toMatchObject({ act: { verb: 'click', args: { at: 'play-game' } }, unless: [], until: [] });
		const narration = await answerOf(await ask({ ask: 'narration', event: { type: 'discovery', place: 'Arrival' }, recent: [] }));
		expect(narration.answer).toEqual({ line: 'So this is Arrival.', slots: { place: 'Arrival' } });
	});

	it('answers in the shape that the program checks', async () => {
		const facts = { screen: 'play', 'last.verb': 'close-log', hp: 280 };
		const questions = [
			[{ ask: 'perception', facts: [] }, file('dialogue')],
			[{ ask: 'perception', facts: [] }, file('unseen-new-hero')],
			[{ ask: 'decision', screen: 'play', facts, actions: [{ verb: 'walk-north' }], elements: [], recent: [] }],
			[{ ask: 'decision', screen: 'unknown', facts: {}, actions: [{ verb: 'wait' }], elements: [], recent: [] }],
			[{ ask: 'strategy', conditions: [], actions: [] }],
			[{ ask: 'narration', event: { type: 'death' }, recent: [] }],
		];
		for (const [question, png] of questions) {
			const { answer } = await answerOf(await ask(question, png));
			expect(v.safeParse(answerSchemas[question.ask], answer).issues).toBeUndefined();
		}
	});

	it('refuses what it cannot answer, with the reason', async () => {
		const refused = async (response, status, reason) => {
			expect(response.status).toBe(status);
			expect((await response.json()).error.message).toContain(reason);
		};
		await refused(await ask({ ask: 'quest', text: 'Find the key' }), 422, 'quest');
		await refused(await ask({ ask: 'perception' }), 400, 'PNG data URL');
		await refused(await ask({ ask: 'perception' }, file('title').subarray(0, 5000)), 400, 'cannot be read');
		await refused(await post('{'), 400, 'not JSON');
		await refused(await post({ messages: [{ role: 'user', content: 'hello' }] }), 400, 'second part');
		await refused(await post({}, '/moderations'), 404, '/moderations');
	});
});
