// The whole of seeing and acting against a game that is told of truthfully, falsely, or not in time. Scripted and seeded: every
// click is held against the game's own truth.
import { describe, expect, it } from 'vitest';
import { makeCascade, sealModel, type Tier } from '../cascade.ts';
import type { Crystal } from '../crystals/crystal.ts';
import type { TemplateCrystal } from '../crystals/template/schema.ts';
import { watchEffects } from '../facts/literal.ts';
import { resolveAct } from '../facts/resolve.ts';
import type { Box } from '../geometry.ts';
import { makeLedger, type QuestionEntry } from '../ledger.ts';
import { canvas, type Canvas } from '../perception/drawing.fixture.ts';
import type { Act, DecisionAnswer, PerceptionAnswer, PerceptionQuestion } from '../question.ts';
import { INSTRUCTIONS } from '../wire.ts';
import { deskOf, openGate, profileOf } from './desk.fixture.ts';
import { makeEyes } from './eyes.ts';
import { makeLoop, type Mind, type Voice } from './loop.ts';

const [WIDTH, HEIGHT] = [320, 200];
const LIE_PX = 20;
const TICK_MS = 100;
/** A model's answer comes so many ticks after the question. */
const ANSWER_TICKS = 5;
const ACTIONS = ['buy', 'sell', 'save', 'load', 'map', 'rest'] as const;

type Look = Record<string, { readonly box: Box; readonly seed: number }>;
const first: Look = Object.fromEntries(
	ACTIONS.map((name, i) => [name, { box: [16 + 96 * (i % 3), 24 + 72 * Math.floor(i / 3), 40, 24] as const, seed: i + 1 }]),
);
/** One has another picture, one stands elsewhere, the others are as they were. */
const patched: Look = { ...first, sell: { box: first['sell']?.box as Box, seed: 41 }, rest: { box: [208, 152, 40, 24], seed: 6 } };
/** All of them have another picture and stand a little lower. */
const redrawn: Look = Object.fromEntries(
	Object.entries(first).map(([name, { box, seed }]) => [name, { box: [box[0], box[1] + 28, box[2], box[3]] as const, seed: seed + 60 }]),
);
const lamp: Box = [280, 8, 24, 24];

function makeGame() {
	return {
		look: first,
		lit: false,
		clicks: 0,
		wrong: 0,
		draw(): Canvas {
			const picture = canvas(WIDTH, HEIGHT);
			for (const { box, seed } of Object.values(this.look)) picture.texture(box, seed);
			return this.lit ? picture.texture(lamp, 30) : picture;
		},
		elements(): { name: string; box: Box }[] {
			return [...Object.entries(this.look).map(([name, { box }]) => ({ name, box })), ...(this.lit ? [{ name: 'lamp', box: lamp }] : [])];
		},
		click(wanted: string, x: number, y: number): void {
			this.clicks++;
			const [bx, by, w, h] = (this.look[wanted] as { box: Box }).box;
			if (x >= bx && y >= by && x < bx + w && y < by + h) this.lit = !this.lit;
			else this.wrong++;
		},
	};
}
type Game = ReturnType<typeof makeGame>;

type Lie = 'shifted' | 'swapped';
/** The truth about a frame; in a lie every box is shifted, or every name changed for another's. */
function teach(game: Pick<Game, 'elements' | 'lit'>, lie: Lie | undefined): PerceptionAnswer {
	const elements = game.elements().map(({ name, box }) => ({
		name,
		kind: 'button' as const,
		box: [...box] as [number, number, number, number],
		stable: true,
	}));
	return {
		screen: 'shop',
		elements:
			lie === undefined
				? elements
				: elements.map((e, i) =>
						lie === 'shifted'
							? { ...e, box: [e.box[0] + LIE_PX, e.box[1] + LIE_PX, e.box[2], e.box[3]] }
							: { ...e, name: (elements[(i + 1) % elements.length] as typeof e).name },
					),
		facts: [{ name: 'lit', value: game.lit, element: 'lamp' }],
	};
}

/** @param lies  which of the model's answers is a lie, counted from 1: this one and every tenth after it */
function play(lies?: { readonly first: number; readonly kind: Lie }) {
	let answers = 0;
	const game = makeGame();
	const profile = profileOf({ facts: [{ name: 'lit', type: 'boolean', element: 'lamp' }] });
	const desk = deskOf(profile);
	const { clock } = desk;
	const ledger = makeLedger({ session: 's', next: 1, now: () => clock.now(), persist: () => {} });
	const waiting: { ticks: number; resolve: () => void }[] = [];
	const model: Tier = {
		id: 'far',
		name: 'cloud',
		label: 'far',
		asks: new Set(['perception'] as const),
		budgetMs: 1000,
		model: sealModel(async (request) => {
			const { frame } = request.question as PerceptionQuestion;
			const lying = lies !== undefined && (++answers - lies.first) % 10 === 0;
			const answer = teach(truths.get(frame.id) as Pick<Game, 'elements' | 'lit'>, lying ? lies.kind : undefined);
			await new Promise<void>((resolve) => waiting.push({ ticks: ANSWER_TICKS, resolve }));
			return { text: JSON.stringify(answer), model: 'm', promptTokens: 1, completionTokens: 1 };
		}),
		simulated: true,
		price: null,
		boxFormat: 'pixels',
	};
	const truths = new Map<string, Pick<Game, 'elements' | 'lit'>>();
	let next = 0;
	const mind: Mind = {
		observe: (situation) => situation.facts,
		question: (facts, situation, tick, recent) => ({
			falsework: 1,
			ask: 'decision',
			game: 'g',
			tick,
			frame: situation.frame,
			screen: situation.screen,
			facts,
			elements: [],
			goal: '',
			actions: [],
			recent,
			cases: [],
		}),
		attempt(facts) {
			const act: Act = { verb: 'click', args: { at: ACTIONS[next % ACTIONS.length] as string } };
			const expects = typeof facts['lit'] === 'boolean' ? [{ f: 'lit', op: '==' as const, v: !facts['lit'], withinMs: 800 }] : [];
			const answer: DecisionAnswer = {
				act,
				options: [],
				because: [],
				unless: [],
				expects,
				until: [],
				scope: 'game',
				confidence: 1,
				missing: [],
			};
			return { outcome: 'hit', answer, used: [], why: 'the rule' };
		},
		verify: () => undefined,
		read: () => undefined,
		crystallise: () => ({ none: 'confirmed-existing', detail: '' }),
		again: () => undefined,
		resolve: (act, situation, facts) =>
			resolveAct(act, profile, { elements: new Map(situation.sights.map((s) => [s.name, s.box])), facts, frame: situation.frame }),
		stillHolds: () => true,
		watch: watchEffects,
		agreeing: () => [],
		agrees: () => undefined,
		outcome: () => {},
		retire: () => {},
		revive: () => {},
		begin: () => undefined,
		ended: () => undefined,
		did: () => undefined,
		happens: () => undefined,
		commits: () => ({ ok: true, note: '' }),
		start: () => 'no skill',
		began: () => {},
	};
	const loop = makeLoop({
		profile,
		clock,
		ledger,
		cascade: makeCascade({ ledger, clock, tiers: () => [model], instructions: INSTRUCTIONS }),
		eyes: makeEyes({
			...desk,
			session: 's',
			reader: {
				async readLine() {
					return { text: '', confidence: 0 };
				},
			},
		}),
		mind,
		voice: { attempt: () => undefined } as unknown as Voice,
		gate: openGate,
		driver: {
			kind: 'practice',
			async act({ steps }) {
				const [step] = steps;
				if (step !== undefined && 'at' in step && step.at !== undefined)
					game.click(ACTIONS[next % ACTIONS.length] as string, step.at.x, step.at.y);
				next++;
				return { done: true };
			},
			releaseAll: async () => {},
		},
		png: async () => new Uint8Array(1),
		cancel: new AbortController().signal,
		truth: (id) => {
			const truth = truths.get(id);
			return truth === undefined ? undefined : { screen: 'shop', facts: { lit: truth.lit }, elements: truth.elements() };
		},
	});
	let n = 0;
	return {
		game,
		crystals: desk.crystals,
		changes: desk.changes,
		async ticks(count: number, until: () => boolean = () => false): Promise<void> {
			for (let i = 0; i < count && !until(); i++) {
				clock.at += TICK_MS;
				const id = `f${n++}`;
				const { lit } = game;
				const elements = game.elements();
				truths.set(id, { lit, elements: () => elements });
				await loop.tick({ ...game.draw().shot(clock.at), id });
				for (const one of waiting) one.ticks--;
				for (const one of waiting.splice(0, waiting.length).filter((w) => (w.ticks > 0 ? (waiting.push(w), false) : true))) one.resolve();
				await new Promise((resolve) => setTimeout(resolve));
			}
		},
		asked: () => ledger.entries().filter((e): e is QuestionEntry => e.type === 'question' && e.ask === 'perception' && e.calls > 0),
		judged: () => ledger.entries().flatMap((e) => (e.type === 'verdict' && e.by === 'truth' ? [e] : [])),
		named: (name: string): TemplateCrystal[] =>
			[...desk.crystals.values()].filter(
				(c: Crystal): c is TemplateCrystal => c.kind === 'template' && (c as TemplateCrystal).data.element === name,
			),
	};
}
const ROUND = 4000;

describe('an honest teacher', () => {
	it('is asked a few times and then not again, and no click goes wrong', async () => {
		const p = play();
		await p.ticks(ROUND, () => p.game.clicks >= 100);
		const asks = p.asked().length;
		expect(asks).toBeLessThan(15);
		await p.ticks(ROUND, () => p.game.clicks >= 300);
		expect(p.game.clicks).toBe(300);
		expect(p.asked()).toHaveLength(asks);
		expect(p.game.wrong).toBe(0);
		expect(p.judged().filter((v) => v.wrong)).toEqual([]);
	});
});

describe('a teacher who lies in one answer of ten', () => {
	for (const kind of ['shifted', 'swapped'] as const) {
		for (const first of [1, 2, 6]) {
			it(`by ${kind} boxes or names, first in answer ${first}, causes wrong acts in at most 1 % of 300`, async () => {
				const p = play({ first, kind });
				await p.ticks(3 * ROUND, () => p.game.clicks >= 300);
				expect(p.game.clicks).toBe(300);
				expect(p.judged().length).toBeGreaterThanOrEqual(300);
				expect(p.asked().length).toBeGreaterThanOrEqual(first);
				expect(p.game.wrong).toBeLessThanOrEqual(3);
				expect(p.judged().filter((v) => v.wrong).length).toBeLessThanOrEqual(3);
			});
		}
	}
});

describe('a change of the interface half-way', () => {
	for (const [what, after, changed] of [
		['of two elements of six', patched, ['sell', 'rest']],
		['of all of them', redrawn, [...ACTIONS]],
	] as const) {
		it(`${what} is noticed, quarantined and learnt anew without a wrong act`, async () => {
			const p = play();
			await p.ticks(ROUND, () => p.game.clicks >= 100);
			const asks = p.asked().length;
			p.game.look = after;
			await p.ticks(ROUND, () => p.game.clicks >= 200);
			expect(p.game.clicks).toBe(200);
			expect(p.game.wrong).toBe(0);
			expect(p.asked().length).toBeGreaterThan(asks);
			for (const name of changed) {
				const [old, fresh] = p.named(name);
				expect({ name, state: old?.state }).toEqual({ name, state: 'quarantined' });
				expect(fresh).toMatchObject({ state: 'autonomous', provenance: { replaces: old?.id } });
			}
			// And it is over: nothing is asked any more.
			const settled = p.asked().length;
			await p.ticks(300);
			expect(p.asked()).toHaveLength(settled);
			expect(p.game.wrong).toBe(0);
		});
	}
});
