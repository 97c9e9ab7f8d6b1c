// Models that write: llama.cpp on real weights in a real browser, web-llm as far as it goes without a GPU and a compiled model, and the
// browser's own model, which this Chromium does not have. The real web-llm on a GPU of software is in llm-webgpu.spec.ts. Generation by web-llm is run nowhere here: no registry has a model for it, and
// these machines have no GPU. What stands in for its engine object is called scripted wherever it shows.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright/test';
import type { DecisionQuestion, NarrationQuestion } from '../src/core/question.ts';
import type { Answered, Fact, Settings } from '../src/tools/contract/llm.ts';
import { ensureWeights } from '../src/tools/models/weights.mjs';
import { hollow, refusal } from './fixtures/hollow.ts';
import { expect, test } from './fixtures/runtime-page.ts';
import type * as Llm from './pages/llm.ts';

/** A variable, since no bundler may look for it: the page's own module. */
const AT = '/llm.js';
type M = typeof Llm;

const SMOLLM2: Settings = {
	runtime: 'wllama',
	backend: 'wasm',
	manifest: JSON.parse(readFileSync(join(import.meta.dirname, '..', 'models', 'smollm2-135m-instruct.json'), 'utf8')) as unknown,
	weights: '/weights/smollm2-135m-instruct/',
};
const frame = { id: 'f', width: 960, height: 540 };

function decision(more: Partial<DecisionQuestion>): DecisionQuestion {
	return {
		falsework: 1,
		ask: 'decision',
		game: 'g',
		tick: 1,
		frame,
		screen: 'play',
		facts: { hp: 3 },
		elements: ['potion', 'door'],
		goal: 'Stay alive.',
		actions: [
			{ verb: 'click', args: { at: 'element' }, does: 'click it' },
			{ verb: 'wait', does: 'wait' },
		],
		recent: [],
		cases: [],
		...more,
	};
}
function narration(event: NarrationQuestion['event']): NarrationQuestion {
	return { falsework: 1, ask: 'narration', game: 'g', tick: 1, frame, event, persona: 'dry', recent: [] };
}
const TEN: readonly (DecisionQuestion | NarrationQuestion)[] = [
	decision({}),
	decision({ facts: { hp: 19, 'has-key': true } }),
	decision({ elements: [] }),
	decision({ facts: {}, goal: 'Open the door.' }),
	decision({ facts: { weapon: 'a "rusty" sword\\' }, elements: ['élan'] }),
	narration({ type: 'loot', gold: 12 }),
	narration({ type: 'death' }),
	narration({ type: 'quest', name: '体力の試練' }),
	narration({ type: 'level-up', level: 7, class: 'thief' }),
	narration({ type: 'fight', foe: 'goblin', won: true }),
];

// The site's fixture opens the page, for tests that do not look at its requests as well.
test.beforeEach(({ site }) => site.forget());

const print = (facts: readonly Fact[]) => facts.filter(({ ok }) => !ok).map(({ what, detail }) => `${what}: ${detail}`);

async function contractOf(page: Page, settings: Settings): Promise<readonly Fact[]> {
	return page.evaluate(async ([at, given]) => ((await import(at)) as M).contract(given), [AT, settings] as const);
}

test.describe('llama.cpp on SmolLM2 135M', () => {
	test.beforeAll(async () => {
		await ensureWeights(['smollm2-135m-instruct']);
	});

	test('holds the contract of a model that writes, under the page’s own policy, and fetches nothing but itself @full', async ({
		page,
		site,
	}, info) => {
		test.setTimeout(600_000);
		const facts = await contractOf(page, SMOLLM2);
		expect(print(facts)).toEqual([]);
		expect(facts).toHaveLength(13);
		for (const { what, detail, ms } of facts) info.annotations.push({ type: 'measured', description: `${what}: ${ms} ms (${detail})` });
		const asked = new Set(site.asked.filter((path) => !path.startsWith('/weights/')));
		expect([...asked].filter((path) => !/^\/(llm\.js|wllama\/wllama\.wasm|assets\/[\w.-]+\.js)$/.test(path))).toEqual([]);
		expect(asked).toContain('/wllama/wllama.wasm');
	});

	test('answers a decision under the schema of the wire, and ten questions under narrowed ones, each usable or refused @full', async ({
		page,
	}, info) => {
		test.setTimeout(900_000);
		const answers = await page.evaluate(
			async ([at, settings, wire, questions]) => {
				const m = (await import(at)) as M;
				const small = (question: (typeof questions)[number]) =>
					m.smallAsk({ ask: question.ask, instruction: m.INSTRUCTIONS[question.ask], question } as Parameters<M['smallAsk']>[0], {
						promptTokens: 400,
					}).prompt;
				await m.load(settings);
				const out: Answered[] = [];
				const schema = m.answerJsonSchema('decision') as NonNullable<Parameters<M['ask']>[1]['schema']>;
				out.push(await m.ask('decision', { ...small(wire), schema, maxTokens: 450 }));
				for (const question of questions) out.push(await m.ask(question.ask, small(question)));
				await m.unload();
				return out;
			},
			[AT, SMOLLM2, decision({}), TEN] as const,
		);
		for (const { completion, how } of answers)
			info.annotations.push({
				type: 'measured',
				description: `${how}, ${completion.promptTokens} + ${completion.completionTokens} tokens in ${Math.round(completion.ms)} ms: ${completion.text}`,
			});
		const [wire, ...ten] = answers;
		expect(wire).toMatchObject({ how: 'usable' });
		expect(ten).toHaveLength(TEN.length);
		for (const answer of ten) {
			// What was called usable was read whole; what was refused says why.
			if (answer.how === 'usable') expect(() => JSON.parse(answer.completion.text) as unknown).not.toThrow();
			else expect(answer.why).not.toBe('');
		}
		// The grammar is made to end within the tokens, so a refusal is the exception.
		expect(ten.filter(({ how }) => how === 'usable').length).toBeGreaterThanOrEqual(8);
	});
});

test("web-llm's adapter, worker and files hold the contract with the engine object alone replaced; generation was not run", async ({
	page,
	site,
}) => {
	const facts = await contractOf(page, await hollow(page, 'web-llm-scripted'));
	expect(print(facts)).toEqual([]);
	expect(facts).toHaveLength(13);
	expect(facts.find(({ detail }) => detail.includes('scripted'))?.what).toContain('loads');
	expect(site.asked.filter((path) => !/^\/(llm\.js|hollow\/|assets\/)/.test(path))).toEqual([]);
});

test('without a GPU web-llm is refused in words before anything of it starts', async ({ page, site }) => {
	const settings = await hollow(page, 'web-llm');
	site.forget();
	expect(await refusal(page, settings)).toEqual({
		reason: 'unsupported',
		message: expect.stringMatching(/cannot run here.*no GPU adapter/),
	});
	expect(site.asked.filter((path) => path.includes('llm-gpu'))).toEqual([]);
	expect(await refusal(page, { ...settings, backend: 'wasm' })).toMatchObject({ reason: 'unsupported' });
});

test("the browser's own model is refused in words where the browser says unavailable", async ({ page }) => {
	const said = await page.evaluate(async (at) => {
		const m = (await import(at)) as M;
		const builtIn = m.makeBuiltIn();
		const { reason, message } = m.crossed(
			await builtIn.complete(m.BUILT_IN, { system: '', user: 'Hello', maxTokens: 8 }, 'one').catch((error: unknown) => error),
		);
		return {
			there: typeof (globalThis as { LanguageModel?: unknown }).LanguageModel,
			ready: await builtIn.ready(),
			reason,
			message,
			fetched: await builtIn.fetch(() => {}),
		};
	}, AT);
	// The real thing, not a stand-in: should a later browser have a model, this test is to be written anew.
	expect(said.there).toBe('function');
	expect(said.ready).toEqual([]);
	expect(said.reason).toBe('unsupported');
	expect(said.message).toContain('no model of its own on this machine');
	expect(said.fetched).toContain('no model of its own');
});
