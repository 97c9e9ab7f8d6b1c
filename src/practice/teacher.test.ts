import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it, vi } from 'vitest';
import { readAnswer } from '../core/cascade.ts';
import { openGoal } from '../core/crystals/strategy/apply.ts';
import { readProfile } from '../core/profile.ts';
import { answerSchemas, type DecisionQuestion, type NarrationQuestion, type PerceptionQuestion, type Question } from '../core/question.ts';
import { FAULTS, makeFaulty } from './faulty.ts';
import { defaultOptions } from './options.ts';
import { ACTIONS, offeredFacts, playThrough } from './playthrough.ts';
import { decide, holds } from './policy.ts';
import { ROOMS } from './rooms.ts';
import { answerChat, perceive, TEACHER_MODEL, type TeacherReply } from './teacher.ts';
import { derivedOf, FACT_ELEMENTS, truthOf } from './truth.ts';
import { encodeState, viewOf } from './view.ts';
import { makeWorld, QUESTS, SCREENS, type World } from './world.ts';

const profileText = readFileSync(new URL('../../public/profiles/practice.json', import.meta.url), 'utf8');
const read = readProfile(profileText);
if (!read.ok) throw new Error(JSON.stringify(read.faults));
const profile = read.profile;

function chat(question: object): object {
	return {
		model: 'any',
		messages: [
			{ role: 'system', content: 'You see a game.' },
			{
				role: 'user',
				content: [
					{ type: 'text', text: 'Answer.' },
					{ type: 'text', text: JSON.stringify(question) },
				],
			},
		],
	};
}

function contentOf(reply: TeacherReply): string {
	return (reply.body as { choices: { message: { content: string } }[] }).choices[0]?.message.content ?? '';
}

/** A world on `screen`, as if played that far. */
function worldOn(screen: World['screen'], more: Partial<World> = {}): World {
	return Object.assign(makeWorld(3), { screen, ...more });
}

function perceptionOf(world: World, roi?: readonly [number, number, number, number]): PerceptionQuestion {
	const id = encodeState(viewOf(world), defaultOptions);
	return {
		falsework: 1,
		ask: 'perception',
		game: 'practice',
		tick: 1,
		frame: { id, width: 960, height: 540, ...(roi ? { roi } : {}) },
		facts: profile.facts,
		known: [],
	};
}

function decisionOf(world: World, more: Partial<DecisionQuestion> = {}): DecisionQuestion {
	const truth = truthOf(viewOf(world), defaultOptions);
	const names = truth.elements.map((e) => e.name);
	return {
		falsework: 1,
		ask: 'decision',
		game: 'practice',
		tick: 1,
		frame: { id: 'x', width: 960, height: 540 },
		screen: truth.screen,
		facts: offeredFacts(truth, [...names, 'rat', 'slime', 'potion', 'accept', 'next', 'door-cellar']),
		elements: names,
		goal: profile.goal,
		actions: ACTIONS,
		recent: [],
		cases: [],
		...more,
	};
}

function narrationOf(event: NarrationQuestion['event'], tick = 1, recent: string[] = []): NarrationQuestion {
	return {
		falsework: 1,
		ask: 'narration',
		game: 'practice',
		tick,
		frame: { id: 'x', width: 960, height: 540 },
		event,
		persona: 'dry',
		recent,
	};
}

describe('the profile', () => {
	it('offers the verbs, facts and enum values that the game has', () => {
		expect(profile.actions.map((a) => a.verb)).toEqual(ACTIONS.map((a) => a.verb));
		const valuesOf = (name: string) => profile.facts.find((f) => f.name === name)?.values;
		expect(valuesOf('room')).toEqual([...ROOMS]);
		expect(valuesOf('quest')).toEqual([...QUESTS]);
		const derived = Object.keys(derivedOf(truthOf(viewOf(worldOn('play')), defaultOptions)));
		expect(profile.facts.filter((f) => f.from !== undefined).map((f) => f.name)).toEqual(derived);
		expect(Object.fromEntries(profile.facts.filter((f) => f.from === undefined).map((f) => [f.name, f.element]))).toEqual(FACT_ELEMENTS);
	});
});

describe('the scripted teacher', () => {
	it('answers perception by the schema on every screen, with the true boxes', () => {
		for (const screen of SCREENS) {
			for (const room of ROOMS) {
				const world = worldOn(screen, { room });
				const reply = answerChat(chat(perceptionOf(world)));
				expect(reply.status).toBe(200);
				const answer = v.parse(answerSchemas.perception, JSON.parse(contentOf(reply)));
				const truth = truthOf(viewOf(world), defaultOptions);
				expect(answer.screen).toBe(screen);
				expect(answer.elements.map((e) => [e.name, e.box])).toEqual(truth.elements.map((e) => [e.name, e.box]));
				expect(Object.fromEntries(answer.facts.map((f) => [f.name, f.value]))).toEqual(truth.facts);
			}
		}
	});

	it('tells boxes relative to the part that was sent, and nothing of what lies outside it', () => {
		const answer = perceive(perceptionOf(worldOn('play'), [200, 0, 500, 48]));
		expect(answer.elements.map((e) => e.name)).toEqual(['hp-plate', 'coin-icon', 'gold-plate', 'flask-icon', 'potions-plate']);
		expect(answer.elements[0]?.box).toEqual([12, 8, 56, 32]);
		expect(answer.facts.map((f) => f.name)).toEqual(['hp', 'gold', 'potions']);
	});

	it('lies in about the share of its perception answers that the options ask for, by boxes or by names, and alike for one frame and tick', () => {
		const world = worldOn('play');
		const told = (gold: number, lies: number) => {
			const id = encodeState(viewOf({ ...world, gold }), { ...defaultOptions, lies });
			const answer = () => contentOf(answerChat(chat({ ...perceptionOf(world), frame: { id, width: 960, height: 540 } })));
			expect(answer()).toBe(answer());
			return JSON.parse(answer()) as { elements: { name: string; box: number[] }[] };
		};
		let shifted = 0;
		let swapped = 0;
		for (let gold = 0; gold < 500; gold++) {
			const [honest, lying] = [told(gold, 0), told(gold, 0.1)];
			const [a, b] = [honest.elements[0], lying.elements[0]];
			if (a?.name !== b?.name) swapped++;
			else if (a?.box[0] !== b?.box[0]) {
				shifted++;
				expect(b?.box).toEqual([(a?.box[0] ?? 0) + 20, (a?.box[1] ?? 0) + 20, a?.box[2], a?.box[3]]);
			}
		}
		// 500 draws at 10 %: 50, give or take three times 6.7.
		expect(shifted + swapped).toBeGreaterThan(29);
		const id = encodeState(viewOf(world), { ...defaultOptions, lies: 0.5 });
		const atTick = (tick: number) => contentOf(answerChat(chat({ ...perceptionOf(world), tick, frame: { id, width: 960, height: 540 } })));
		// Asked again about the same frame it may tell the truth.
		expect(new Set([...Array(20).keys()].map(atTick)).size).toBe(3);
		expect(shifted + swapped).toBeLessThan(71);
		expect(Math.min(shifted, swapped)).toBeGreaterThan(8);
	});

	it("says unknown for a frame that is not the practice game's", () => {
		const question = { ...perceptionOf(worldOn('play')), frame: { id: 'flare-7', width: 800, height: 600 } };
		expect(perceive(question)).toEqual({ screen: 'unknown', elements: [], facts: [] });
	});

	it('answers decisions by the schema on every screen, room and quest, with reasons that are true and acts that are offered', () => {
		for (const screen of SCREENS) {
			for (const room of ROOMS) {
				for (const quest of QUESTS) {
					for (const [hp, potions] of [
						[40, 2],
						[9, 1],
						[9, 0],
					] as const) {
						const question = decisionOf(worldOn(screen, { room, quest, hp, potions }));
						const answer = v.parse(answerSchemas.decision, JSON.parse(contentOf(answerChat(chat(question)))));
						expect(answer.because.length).toBeGreaterThan(0);
						for (const literal of answer.because) expect(holds(literal, question.facts), JSON.stringify(literal)).toBe(true);
						expect(ACTIONS.map((a) => a.verb)).toContain(answer.act.verb);
						if (answer.act.verb === 'click') expect(question.elements, `${screen} ${room} ${quest}`).toContain(answer.act.args.at);
						expect(answer.options.filter((o) => o.ok).map((o) => o.act)).toContainEqual(answer.act);
					}
				}
			}
		}
	});

	it('looks at nothing but the question: two frames with the same facts get the same answer', () => {
		const question = decisionOf(worldOn('play'));
		expect(decide({ ...question, frame: { id: encodeState(viewOf(worldOn('dead')), defaultOptions), width: 960, height: 540 } })).toEqual(
			decide(question),
		);
	});

	it('gives only reasons that were offered when derived facts were not', () => {
		const world = worldOn('play', { room: 'Meadow', quest: 'Clear the Crypt' });
		world.things.Meadow = [];
		const full = decisionOf(world);
		const { calm: _calm, thirsty: _thirsty, enemies: _enemies, ...facts } = full.facts;
		const answer = decide({ ...full, facts });
		expect(answer.act).toEqual(decide(full).act);
		for (const literal of answer.because) expect(literal.f in facts && holds(literal, facts)).toBe(true);
		expect(answer.because.length).toBeLessThanOrEqual(6);
	});

	it('tries something else when the same act failed twice running', () => {
		const question = decisionOf(worldOn('play'));
		const act = decide(question).act;
		const failed = { act, outcome: 'failed' as const };
		const other = decide({ ...question, recent: [failed, failed] });
		expect(other.act).not.toEqual(act);
		expect(decide({ ...question, recent: [failed, { act: other.act, outcome: 'held' }] }).act).toEqual(act);
	});

	it('says one thing by one rule: no two reasons given in play hold at once for different acts', () => {
		const rules = new Map<
			string,
			{ act: string; because: readonly v.InferOutput<typeof answerSchemas.decision>['because'][number][]; ok: string[] }
		>();
		const moments: DecisionQuestion[] = [];
		for (const seed of [1, 2, 3]) {
			playThrough(seed, 200_000, (question, answer) => {
				rules.set(JSON.stringify([answer.act, answer.because]), { act: JSON.stringify(answer.act), because: answer.because, ok: [] });
				moments.push(question);
			});
		}
		const clashes: string[] = [];
		for (const question of moments) {
			const acceptable = new Set(
				decide(question)
					.options.filter((o) => o.ok)
					.map((o) => JSON.stringify(o.act)),
			);
			for (const rule of rules.values()) {
				if (rule.because.every((l) => holds(l, question.facts)) && !acceptable.has(rule.act))
					clashes.push(`${rule.act} because ${JSON.stringify(rule.because)} in ${JSON.stringify(question.facts)}`);
			}
		}
		expect(clashes).toEqual([]);
	});

	it("narrates with the event's values in the line and in each of four variants", () => {
		const events = [
			{ type: 'fight', enemy: 'rat', room: 'Crypt' },
			{ type: 'fight', hp: 23 },
			{ type: 'fight' },
			{ type: 'death', room: 'Crypt' },
			{ type: 'victory', gold: 57 },
			{ type: 'quest', quest: 'Clear the Crypt' },
			{ type: 'discovery', room: 'Shrine' },
			{ type: 'level' },
			{ type: 'weather', rain: true },
		];
		for (const event of events) {
			const answer = v.parse(answerSchemas.narration, JSON.parse(contentOf(answerChat(chat(narrationOf(event))))));
			expect(answer.variants).toHaveLength(4);
			expect(new Set([answer.line, ...answer.variants]).size).toBe(5);
			for (const value of Object.values(answer.slots)) expect(answer.line).toContain(value);
			for (const line of [answer.line, ...answer.variants]) expect(line).not.toMatch(/[{}]/);
		}
	});

	it('does not repeat a line spoken lately while another is left', () => {
		const first = answerSchemas.narration;
		const one = v.parse(first, JSON.parse(contentOf(answerChat(chat(narrationOf({ type: 'death' }))))));
		const two = v.parse(first, JSON.parse(contentOf(answerChat(chat(narrationOf({ type: 'death' }, 1, [one.line]))))));
		expect(two.line).not.toBe(one.line);
	});

	it('refuses what is malformed with an error object, and never throws', () => {
		const bad: unknown[] = [
			undefined,
			null,
			7,
			'text',
			[],
			{},
			{ messages: 'x' },
			{ messages: [] },
			{ messages: [{ role: 'user', content: 'text' }] },
			{ messages: [null] },
			{
				messages: [
					{
						role: 'user',
						content: [
							{ type: 'text', text: 'a' },
							{ type: 'text', text: '{"half' },
						],
					},
				],
			},
			chat({ falsework: 2 }),
			chat({ falsework: 1, ask: 'quest' }),
			chat({ falsework: 1, ask: 'perception' }),
			chat({ falsework: 1, ask: 'decision', screen: 1 }),
			chat({ falsework: 1, ask: 'narration', event: {} }),
			chat({ falsework: 1, ask: 'perception', frame: { id: 'practice.x', roi: 7 }, facts: [] }),
		];
		for (const body of bad.slice(0, -1)) {
			const reply = answerChat(body);
			expect(reply.status, JSON.stringify(body)).toBe(400);
			expect(reply.body).toHaveProperty('error.message');
		}
		expect(() => answerChat(bad.at(-1))).not.toThrow();
	});

	it('names itself as scripted and counts tokens', () => {
		const body = answerChat(chat(perceptionOf(worldOn('play')) as Question)).body as { model: string; usage: Record<string, number> };
		expect(body.model).toBe(TEACHER_MODEL);
		expect(body.usage.total_tokens).toBe((body.usage.prompt_tokens ?? 0) + (body.usage.completion_tokens ?? 0));
	});
});

describe('a way between rooms', () => {
	const places = [
		{ name: 'Village', area: 'a', x: 100, y: 100 },
		{ name: 'Village 2', area: 'a', x: 160, y: 60 },
		{ name: 'Meadow', area: 'b', x: 0, y: 0 },
	];
	const tell = (to: string) => {
		const world = worldOn('play');
		const { frame } = perceptionOf(world);
		const reply = answerChat(chat({ falsework: 1, ask: 'route', game: 'practice', tick: 1, frame, from: 'Village', to, places }));
		return reply.status === 200 ? (JSON.parse(contentOf(reply)) as { waypoints: Record<string, unknown>[] }).waypoints : reply.body;
	};

	it('is told door by door, by the asker’s own names', () => {
		expect(tell('Crypt')).toEqual([
			{ place: 'Meadow', action: { verb: 'click', args: { at: 'door-meadow' } }, terrain: 'meadow' },
			{ place: 'Crypt', action: { verb: 'click', args: { at: 'door-crypt' } }, terrain: 'crypt' },
		]);
	});

	it('is a point of the picture within a room', () => {
		expect(tell('Village 2')).toEqual([{ place: 'Village 2', x: expect.any(Number), y: expect.any(Number), terrain: 'village' }]);
	});

	it('is refused where the name says no room', () => {
		expect(JSON.stringify(tell('Atlantis'))).toContain('no room is called');
	});
});

describe('a game by the policy', () => {
	it('is won at least once within 4 game minutes on each of 5 seeds, and dies at least once over them', () => {
		const games = [1, 2, 3, 4, 5].map((seed) => playThrough(seed, 240_000));
		for (const game of games) expect(game.wins).toBeGreaterThanOrEqual(1);
		expect(games.reduce((sum, g) => sum + g.deaths, 0)).toBeGreaterThanOrEqual(1);
	});

	it('is the same game each time', () => {
		expect(playThrough(6, 120_000)).toEqual(playThrough(6, 120_000));
	});
});

describe('a faulty teacher', () => {
	const question = perceptionOf(worldOn('play'));
	const good = perceive(question);

	it('is wrong in the way that was asked for', async () => {
		for (const fault of FAULTS.filter((f) => f !== 'slow')) {
			const reply = await makeFaulty(fault)(chat(question));
			if (fault === '429' || fault === '500') {
				expect(reply.status).toBe(Number(fault));
				expect(reply.body).toHaveProperty('error.message');
				continue;
			}
			const content = contentOf(reply);
			if (fault === 'half-json') {
				expect(() => JSON.parse(content)).toThrow();
				continue;
			}
			const answer = v.parse(answerSchemas.perception, JSON.parse(content));
			if (fault === 'unknown-verb') expect(answer).toEqual(good);
			else expect(answer.elements).not.toEqual(good.elements);
			if (fault === 'boxes-outside') expect(answer.elements.every((e) => e.box[0] > 960)).toBe(true);
			if (fault === 'shifted') expect(answer.elements[0]?.box[0]).toBe((good.elements[0]?.box[0] ?? 0) + 9);
			if (fault === 'swapped-names') expect(answer.elements.map((e) => e.box)).toEqual(good.elements.map((e) => e.box));
		}
		const decision = JSON.parse(contentOf(await makeFaulty('unknown-verb')(chat(decisionOf(worldOn('play'))))));
		expect(decision.act.verb).toBe('teleport');
	});

	it('answers well, but late, when slow', async () => {
		vi.useFakeTimers();
		try {
			const reply = makeFaulty('slow', { ms: 5000 })(chat(question));
			let done = false;
			void reply.then(() => {
				done = true;
			});
			await vi.advanceTimersByTimeAsync(4999);
			expect(done).toBe(false);
			await vi.advanceTimersByTimeAsync(2);
			expect(JSON.parse(contentOf(await reply))).toEqual(good);
		} finally {
			vi.useRealTimers();
		}
	});
});

describe('a plan', () => {
	const strategyOf = (facts: readonly string[]) => ({
		...{
			falsework: 1,
			ask: 'strategy',
			game: 'practice',
			tick: 1,
			frame: { id: 'x', width: 960, height: 540 },
			screen: 'title',
			facts: {},
		},
		...{ conditions: facts.map((f) => ({ f, type: 'enum' })), goal: profile.goal, actions: profile.actions, last: '' },
	});

	it('fits the schema, and covers every step of the quest', () => {
		const reply = answerChat(chat(strategyOf(['screen', 'quest', 'thirsty'])));
		const answered = readAnswer('strategy', contentOf(reply));
		const goals = 'answer' in answered ? answered.answer.goals : [];
		for (const quest of ['Talk to Mira', 'Clear the Crypt', 'Open the chest', 'Return to Mira'])
			expect(openGoal({ goals }, new Set(), { screen: 'play', quest, thirsty: false })).toBeDefined();
		expect(openGoal({ goals }, new Set(), { screen: 'play', quest: 'Open the chest', thirsty: true })?.name).toContain('Drink');
	});

	it('speaks of offered facts only', () => {
		const answered = readAnswer('strategy', contentOf(answerChat(chat(strategyOf(['screen'])))));
		expect('answer' in answered && answered.answer.goals.map((g) => g.name)).toEqual(['Get into the game']);
	});
});
