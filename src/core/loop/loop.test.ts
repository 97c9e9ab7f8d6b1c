import { describe, expect, it } from 'vitest';
import { makeCascade, sealModel, TierError } from '../cascade.ts';
import { crystalOf } from '../crystals/crystal.fixture.ts';
import { startRun } from '../crystals/skill/run.ts';
import type { Skill, SkillStep } from '../crystals/skill/schema.ts';
import { shopping } from '../crystals/skill/skill.fixture.ts';
import { fires, watchEffects } from '../facts/literal.ts';
import { type LedgerEntry, makeLedger, type MissReason, type QuestionEntry } from '../ledger.ts';
import { makeNavigator, type Navigator } from '../navigation/navigator.ts';
import { canvas } from '../perception/drawing.fixture.ts';
import { seeded } from '../random.fixture.ts';
import type { ActOutcome, ActRequest, InputDriver, ModelRequest } from '../ports.ts';
import type { DecisionAnswer, Facts, NarrationEvent, PerceptionAnswer } from '../question.ts';
import { INSTRUCTIONS } from '../wire.ts';
import { deskOf, handClock, openGate, profileOf, questionOf, sightOf, tierOf } from './desk.fixture.ts';
import { type Entry, type Eyes, isPassage, type Look, makeLoop, type LoopOptions, type Mind, type Voice } from './loop.ts';
import type { Planner } from './planner.ts';
import type { Truth } from './situation.ts';

/** What a frame shows, as the scripted eyes see it. */
interface View {
	/** The screen by crystals; undefined: they do not know it. */
	readonly screen?: string;
	readonly facts?: Facts;
	/** An answer about one scene holds for another picture of it. */
	readonly scene?: string;
	readonly picture?: string;
	readonly moving?: boolean;
	readonly proving?: boolean;
}
interface Seen extends Look {
	readonly view: View;
}

const decision = (more: Partial<DecisionAnswer> = {}): DecisionAnswer => ({
	act: { verb: 'drink', args: {} },
	options: [],
	because: [],
	unless: [],
	expects: [],
	until: [],
	scope: 'situation',
	confidence: 0.9,
	missing: [],
	...more,
});
const perception = (screen: string, more: Partial<PerceptionAnswer> = {}): PerceptionAnswer => ({
	screen,
	elements: [],
	facts: [],
	...more,
});
/** Effects that stay open, so that the act goes on while a test looks at other things. */
const open = [{ f: 'done', op: '==' as const, v: true, withinMs: 60_000 }];
const heals = [{ f: 'hp', op: 'up' as const, withinMs: 600 }];

interface Setup {
	/** What a rule says to do; undefined: no rule. */
	rule?: DecisionAnswer | undefined;
	/** The skill that the hit begins. */
	readonly skill?: Skill;
	readonly driver?: InputDriver['kind'];
	/** How the driver ends each act, in order; the last one for all that follow. */
	readonly outcomes?: readonly ActOutcome[];
	readonly truth?: (frameId: string) => Truth | undefined;
	readonly events?: readonly string[];
	readonly planner?: Planner;
	readonly navigator?: Navigator;
}

function setUp(setup: Setup = {}) {
	const clock = handClock(0);
	const ledger = makeLedger({ session: 's', next: 1, now: () => clock.now(), persist: () => {} });
	const asked: { request: ModelRequest; answer(answer: unknown): void; fail(reason: 'tier-failed'): void }[] = [];
	const model = tierOf(
		sealModel(
			(request) =>
				new Promise((resolve, reject) => {
					asked.push({
						request,
						answer: (answer) => resolve({ text: JSON.stringify(answer), model: 'm', promptTokens: 10, completionTokens: 1 }),
						fail: (reason) => reject(new TierError(reason, 'no answer')),
					});
				}),
		),
		{ asks: new Set(['perception', 'decision', 'strategy', 'narration']) },
	);
	const cancel = new AbortController();
	/** `commits` and `harm` as the mind says them. */
	const script = { rule: setup.rule, resolvable: true, commits: true, harm: undefined as boolean | undefined, doubts: [] as string[] };
	const log = {
		attempts: [] as { entry: Entry | undefined; doubt: MissReason | undefined }[],
		entries: [] as (string | undefined)[],
		confirmed: [] as (readonly [inSight: readonly string[], target: string | undefined])[],
		last: [] as string[],
		outcomes: [] as { used: readonly string[]; label: string; outcome: string }[],
		/** Labels for the tiers that answered, by ask. */
		verified: [] as (readonly [ask: string | undefined, right: boolean, by: string])[],
		acts: [] as ActRequest[],
		ended: [] as object[],
		did: [] as string[],
		intents: [] as { verb: string; advice: boolean }[],
		spoken: [] as string[],
	};

	let before: string | undefined;
	const eyes: Eyes = {
		async look(frame) {
			const { view } = frame as typeof frame & { view: View };
			const picture = `${view.scene}/${view.picture}`;
			const changed = picture !== before;
			before = picture;
			const seen: Seen = {
				frame,
				changed,
				moving: view.moving ?? false,
				proving: view.proving ?? false,
				sights: [sightOf('start', undefined, 't-start'), sightOf('quit', [16, 80, 32, 24], 't-quit')],
				unsure: [],
				facts: view.facts ?? {},
				view,
			};
			return seen;
		},
		attempt(look, entry, doubt) {
			const { view } = look as Seen;
			log.attempts.push({ entry, doubt: doubt?.reason });
			if (doubt !== undefined) return { outcome: 'miss', ...doubt };
			if (view.screen === undefined) return { outcome: 'miss', reason: 'no-crystal', detail: 'never seen' };
			if (entry !== undefined && !isPassage(entry, view.screen) && entry.from !== view.screen && !log.entries.includes(entry.key))
				return { outcome: 'miss', reason: 'unverified-transition', detail: entry.key };
			const facts = Object.entries(view.facts ?? {}).map(([name, value]) => ({ name, value }));
			return { outcome: 'hit', used: ['s1'], why: 'known', answer: perception(view.screen, { facts }) };
		},
		async crystallise(_look, _answer, _receipt, entry) {
			log.entries.push(entry?.key);
			return { made: [], refused: [], labelled: ['s1'] };
		},
		verify: () => undefined,
		stillHolds: (then, now) => (then as Seen).view.scene === (now as Seen).view.scene,
		rests: (then, now) => {
			const [a, b] = [(then as Seen).view, (now as Seen).view];
			return a.scene === b.scene && a.picture === b.picture;
		},
		boxes: () => new Map(),
		aim: () => ({ ok: true, note: '' }),
		confirm: (inSight, target) => void log.confirmed.push([inSight, target]),
		known: () => [],
	};
	const mind: Mind = {
		observe(situation, last) {
			log.last.push(`${last.verb}:${last.at}`);
			return { ...situation.facts, screen: situation.screen };
		},
		question: questionOf,
		attempt() {
			return script.rule === undefined
				? { outcome: 'miss', reason: 'no-crystal', detail: 'no rule' }
				: { outcome: 'hit', used: ['r1'], why: 'a rule', answer: script.rule };
		},
		verify: () => undefined,
		read: () => undefined,
		crystallise: () => ({ made: [], refused: [], labelled: ['r1'] }),
		again: () => script.doubts.shift(),
		resolve: () =>
			script.resolvable
				? { ok: true, steps: [{ do: 'key', keys: ['q'], holdMs: 60 }] }
				: { ok: false, reason: 'element "start" is not in sight' },
		stillHolds: (answer, facts) => fires(answer.because, answer.unless, facts),
		watch: watchEffects,
		agreeing: () => ['r1', 'r2'],
		agrees: () => undefined,
		outcome: (used, { label, outcome }) => void log.outcomes.push({ used, label, outcome }),
		retire: () => {},
		revive: () => {},
		begin() {
			const run = setup.skill === undefined ? undefined : startRun(setup.skill, {}, clock.monotonic());
			if (typeof run !== 'object') return undefined;
			run.next({}, clock.monotonic());
			return run;
		},
		start: (id) => (setup.skill?.id === id ? startRun(setup.skill, {}, clock.monotonic()) : 'it is retired: put it back in service first'),
		began: () => {},
		ended: (_run, end) => void log.ended.push(end),
		did: (done) => void log.did.push(done.outcome),
		happens: () => script.harm,
		commits: () => (script.commits ? { ok: true, note: '' } : { ok: false, reason: 'below-threshold', why: '"sell" by model alone' }),
	};
	const voice: Voice = {
		attempt: (event, { asking }) =>
			event.type === 'level'
				? asking
					? { outcome: 'silence', why: 'a line is being asked for' }
					: { outcome: 'miss', reason: 'surprise', detail: 'first' }
				: { outcome: 'hit', used: ['p1'], why: 'a phrase', answer: { line: `It is ${event.type}.`, slots: {}, variants: [] } },
		question: (event: NarrationEvent, frame, tick) => ({
			falsework: 1,
			ask: 'narration',
			game: 'g',
			tick,
			frame,
			event,
			persona: '',
			recent: [],
		}),
		crystallise: () => ({ made: [], refused: [], labelled: ['p1'] }),
		verify: () => undefined,
		spoken: (_event, line) => void log.spoken.push(line),
	};
	const outcomes = setup.outcomes ?? [{ done: true }];
	const driver: InputDriver = {
		kind: setup.driver ?? 'practice',
		async act(request) {
			log.acts.push(request);
			return outcomes[Math.min(log.acts.length, outcomes.length) - 1] as ActOutcome;
		},
		releaseAll: async () => {},
	};
	const options: LoopOptions = {
		profile: profileOf({
			actions: [
				...profileOf().actions,
				{ verb: 'walk', args: { to: 'point' }, does: 'walks', input: [{ click: 'left', at: '$to' }] },
				{ verb: 'sell', does: 'sells all', input: [{ key: 'q' }], irreversible: true },
			],
			facts: [{ name: 'level', type: 'number' }],
			harms: { death: 'hp == 0' },
			...(setup.events === undefined ? {} : { narration: { persona: '', events: [...setup.events] } }),
		}),
		clock,
		ledger,
		cascade: {
			...makeCascade({ ledger, clock, tiers: () => [model], instructions: INSTRUCTIONS }),
			verified(entry, right, by) {
				const of = ledger.entries().find((e) => e.n === entry);
				log.verified.push([of?.type === 'question' ? of.ask : undefined, right, by]);
			},
		},
		eyes,
		mind,
		voice,
		gate: openGate,
		driver,
		png: async () => new Uint8Array(1),
		cancel: cancel.signal,
		onIntent: (intent) => void (intent && log.intents.push({ verb: intent.act.verb, advice: intent.advice })),
		...(setup.truth === undefined ? {} : { truth: setup.truth }),
		...(setup.planner === undefined ? {} : { planner: setup.planner }),
		...(setup.navigator === undefined ? {} : { navigator: setup.navigator }),
	};
	const loop = makeLoop(options);
	const pixels = canvas(32, 16);
	let n = 0;
	return {
		loop,
		script,
		log,
		asked,
		clock,
		stop: () => cancel.abort(),
		/** One frame, captured `ageMs` before it is looked at, and everything that follows from it at once. */
		async tick(view: View, { afterMs = 100, ageMs = 0 } = {}): Promise<void> {
			clock.at += afterMs;
			const full: View = { scene: view.screen ?? 'a', picture: JSON.stringify(view.facts ?? {}), ...view };
			await loop.tick({ ...pixels.shot(clock.at - ageMs), id: `f${n++}`, view: full } as ReturnType<typeof pixels.shot>);
			await settled();
		},
		watch: (view: View) => loop.watch({ ...pixels.shot((clock.at += 100)), id: `w${n++}`, view } as ReturnType<typeof pixels.shot>),
		entries: <T extends LedgerEntry['type']>(type: T) =>
			ledger.entries().filter((e): e is Extract<LedgerEntry, { type: T }> => e.type === type),
		questions: (ask: QuestionEntry['ask']) => ledger.entries().filter((e): e is QuestionEntry => e.type === 'question' && e.ask === ask),
	};
}
/** Lets every promise that can go on do so. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

const play: View = { screen: 'play' };

const step = (verb: string, more: Partial<SkillStep> = {}): SkillStep => ({ act: { verb, args: {} }, ...more });
const skillOf = (steps: SkillStep[]) => crystalOf<Skill>({ id: 'k1', kind: 'skill', data: { ...shopping, params: [], unless: [], steps } });

describe("a skill at a person's word", () => {
	const skill = skillOf([step('drink'), step('sell')]);

	it('is carried out though nothing was decided, and counts as no decision', async () => {
		const { loop, tick, log, entries, asked, questions } = setUp({ skill });
		expect(loop.carryOut(skill.id)).toBe('nothing is being played just now');
		await tick(play);
		expect(loop.cannotCarryOut('other')).toContain('retired');
		expect(loop.carryOut(skill.id)).toBe('');
		expect(loop.carryOut(skill.id)).toContain('carried out already');
		asked[0]?.answer(decision({ act: { verb: 'click', args: { at: 'start' } } }));
		for (let i = 0; i < 20; i++) await tick(play);
		expect(log.acts.map((a) => a.verb).slice(0, 2)).toEqual(['drink', 'sell']);
		expect(log.ended).toMatchObject([{ do: 'done' }]);
		expect(entries('intervention')).toMatchObject([{ what: 'run', crystal: skill.id }]);
		expect(questions('decision').filter((q) => q.tier === 'crystal')).toEqual([]);
		expect(entries('verdict')).toEqual([]);
	});

	it('ends when play is held, and cannot begin then', async () => {
		const { loop, tick, log } = setUp({ skill, outcomes: [] });
		await tick(play);
		expect(loop.carryOut(skill.id)).toBe('');
		loop.hold();
		for (let i = 0; i < 5; i++) await tick(play);
		expect(log.acts).toEqual([]);
		expect(loop.cannotCarryOut(skill.id)).toBe('nothing is being played just now');
	});
});

describe('what a person says is to be seen', () => {
	it('is learnt from the next picture as an answer is, with an entry of its own and no call', async () => {
		const { loop, tick, entries, asked } = setUp();
		const told = loop.explain((frame) => perception(`seen-${frame.width}`));
		await tick(play);
		expect(await told).toMatchObject({ labelled: ['s1'] });
		const [entry] = entries('intervention');
		expect(entry).toMatchObject({ what: 'explain', screen: expect.stringMatching(/^seen-/) });
		expect(asked.every(({ request }) => request.ask !== 'perception')).toBe(true);
		const refused = loop.explain(() => 'another picture');
		await tick(play);
		expect(await refused).toBe('another picture');
		expect(entries('intervention')).toHaveLength(1);
	});
});

describe('watching somebody else play', () => {
	it('sees by crystals alone: nothing is asked, done or written down', async () => {
		const { loop, watch, asked, log, entries } = setUp({ rule: decision() });
		loop.hold();
		await watch({ screen: 'shop', facts: { gold: 3 } });
		expect(loop.situation).toMatchObject({ screen: 'shop', facts: { gold: 3 } });
		await watch({ facts: {} });
		expect(loop.situation?.screen).toBe('shop');
		expect(asked).toHaveLength(0);
		expect(log.acts).toHaveLength(0);
		expect(entries('question')).toEqual([]);
	});
});

describe('a skill', () => {
	const shop = [{ f: 'shop', op: '==' as const, v: true, withinMs: 600 }];
	const begins = decision({ expects: shop });

	it('is one decision, however many acts it has, and one verdict at its end', async () => {
		const { tick, log, questions, entries, asked } = setUp({
			rule: begins,
			skill: skillOf([step('drink', { expects: shop }), step('sell'), step('drink', { when: [{ f: 'shop', op: '==', v: true }] })]),
		});
		await tick(play);
		for (let i = 0; i < 14; i++) await tick({ screen: 'play', facts: { shop: true } });
		expect(log.acts.slice(0, 3).map((a) => a.verb)).toEqual(['drink', 'sell', 'drink']);
		expect(log.ended[0]).toMatchObject({ do: 'done', proved: true });
		const [first] = questions('decision');
		expect(entries('verdict').filter((v) => v.ask === 'decision')[0]).toMatchObject({ of: first?.n, wrong: false, by: 'postcondition' });
		// What was decided after it is another decision.
		expect(questions('decision').every((q) => q.tick === first?.tick || q.tick > 10)).toBe(true);
		expect(asked).toHaveLength(0);
		expect(log.did).toEqual([]);
	});

	it('stops at the first step that fails, and what to do then is decided anew', async () => {
		const { tick, log, entries, script } = setUp({ rule: begins, skill: skillOf([step('drink', { expects: shop }), step('sell')]) });
		await tick(play);
		script.rule = undefined;
		for (let i = 0; i < 10; i++) await tick({ screen: 'play', facts: { shop: false } });
		expect(log.acts.map((a) => a.verb)).toEqual(['drink']);
		expect(log.ended).toMatchObject([{ do: 'failed', why: expect.stringContaining('shop') as string }]);
		expect(entries('verdict').filter((v) => v.ask === 'decision')).toMatchObject([{ wrong: true }]);
	});

	it('is dropped without a verdict when what it expects cannot be read', async () => {
		const { tick, log, entries, script } = setUp({ rule: begins, skill: skillOf([step('drink', { expects: shop }), step('sell')]) });
		await tick(play);
		script.rule = undefined;
		for (let i = 0; i < 10; i++) await tick(play);
		expect(log.acts.map((a) => a.verb)).toEqual(['drink']);
		expect(log.ended).toMatchObject([{ do: 'dropped', why: 'shop could not be read in time' }]);
		expect(entries('verdict')).toEqual([]);
	});

	it('is dropped without a verdict when play is held, and when an act was not carried out', async () => {
		const held = setUp({ rule: begins, skill: skillOf([step('drink', { expects: open }), step('sell')]) });
		await held.tick(play);
		held.loop.hold();
		expect(held.log.ended).toMatchObject([{ do: 'dropped' }]);
		const refused = setUp({
			rule: begins,
			skill: skillOf([step('drink'), step('sell')]),
			outcomes: [{ done: false, reason: 'failed', detail: '' }],
		});
		await refused.tick(play);
		expect(refused.log.ended).toMatchObject([{ do: 'dropped', why: expect.stringContaining('failed') as string }]);
		expect(refused.entries('verdict')).toEqual([]);
	});

	it('waits through a still picture without looking at it again and again', async () => {
		const { tick, log, questions } = setUp({ rule: decision(), skill: skillOf([step('drink', { restMs: 3000 }), step('sell')]) });
		for (let i = 0; i < 20; i++) await tick(play);
		const before = questions('perception').length;
		for (let i = 0; i < 10; i++) await tick(play);
		expect(questions('perception')).toHaveLength(before);
		for (let i = 0; i < 20; i++) await tick(play);
		expect(log.acts.map((a) => a.verb).slice(0, 2)).toEqual(['drink', 'sell']);
	});
});

describe('a hit', () => {
	it('acts without a model, on the frame it was seen in', async () => {
		const { tick, log, asked, entries } = setUp({ rule: decision() });
		await tick(play, { ageMs: 40 });
		expect(asked).toHaveLength(0);
		expect(log.acts).toMatchObject([{ verb: 'drink', steps: [{ do: 'key', keys: ['q'] }], frame: { ageMs: 40, width: 32 } }]);
		expect(entries('act')).toMatchObject([{ done: true, reason: '', idle: false }]);
		expect(entries('question').map((e) => [e.ask, e.tier])).toEqual([
			['perception', 'crystal'],
			['decision', 'crystal'],
		]);
	});

	it('does not act again before the act is over', async () => {
		const { tick, log } = setUp({ rule: decision() });
		for (let i = 0; i < 5; i++) await tick(play);
		expect(log.acts).toHaveLength(1);
		for (let i = 0; i < 3; i++) await tick(play);
		expect(log.acts).toHaveLength(2);
	});

	it('does nothing once the session was stopped', async () => {
		const { tick, log, stop } = setUp({ rule: decision() });
		stop();
		await tick(play);
		expect(log.acts).toHaveLength(0);
	});
});

describe('a miss of perception', () => {
	const strange: View = { scene: 'a' };
	it('asks once, and asks nothing more while the model is at work', async () => {
		const { tick, asked, loop } = setUp({ rule: decision() });
		for (let i = 0; i < 30; i++) await tick({ ...strange, picture: String(i) });
		expect(asked.map((a) => a.request.ask)).toEqual(['perception']);
		expect(loop.asking).toEqual(['perception']);
		expect(loop.situation).toBeUndefined();
	});

	it('takes the answer for the newest frame while it still holds', async () => {
		const { tick, asked, loop, log } = setUp({ rule: decision() });
		for (let i = 0; i < 6; i++) await tick({ ...strange, picture: String(i) });
		asked[0]?.answer(perception('play'));
		await settled();
		expect(loop.situation).toBeUndefined();
		await tick({ ...strange, picture: 'new' }, { ageMs: 30 });
		expect(loop.situation).toMatchObject({ screen: 'play', by: 'cloud', frame: { id: 'f6' } });
		expect(log.acts).toMatchObject([{ frame: { ageMs: 30 } }]);
		expect(asked).toHaveLength(1);
	});

	it('drops the answer when the scene has gone, and asks about the new one', async () => {
		const { tick, asked, loop, log } = setUp({ rule: decision() });
		await tick(strange);
		asked[0]?.answer(perception('play'));
		await tick({ scene: 'b' }, { afterMs: 400 });
		await tick({ scene: 'b' }, { afterMs: 400 });
		expect(loop.situation).toBeUndefined();
		expect(log.acts).toHaveLength(0);
		expect(asked).toHaveLength(2);
	});

	it('looks again by itself at what changed while the model was asked', async () => {
		for (const [then, looks] of [
			['first', 0],
			['second', 1],
		] as const) {
			const { tick, asked, log, loop } = setUp({ rule: decision({ expects: open }) });
			await tick({ ...strange, picture: 'first' });
			asked[0]?.answer(perception('play'));
			await settled();
			await tick({ ...strange, picture: then });
			expect(loop.situation?.by).toBe('cloud');
			expect(log.acts).toHaveLength(1);
			const before = log.attempts.length;
			await tick({ scene: 'a', screen: 'play', picture: then });
			expect(log.attempts.length - before).toBe(looks);
		}
	});

	it('waits two seconds with the next try when nobody could answer', async () => {
		const { tick, asked, clock } = setUp();
		await tick(strange);
		asked[0]?.fail('tier-failed');
		await settled();
		const failedAt = clock.at;
		while (clock.at < failedAt + 1900) await tick(strange);
		expect(asked).toHaveLength(1);
		await tick(strange);
		expect(asked).toHaveLength(2);
	});

	it('leaves two questions 300 ms apart when the answer is of no use', async () => {
		const { tick, asked, clock } = setUp();
		await tick(strange);
		asked[0]?.answer(perception('unknown'));
		await settled();
		const answeredAt = clock.at;
		while (clock.at < answeredAt + 200) await tick(strange);
		expect(asked).toHaveLength(1);
		await tick(strange);
		expect(asked).toHaveLength(2);
	});

	it('does not send a transition before it has settled', async () => {
		const { tick, asked } = setUp();
		for (let i = 0; i < 3; i++) await tick({ scene: String(i), moving: true });
		expect(asked).toHaveLength(0);
		await tick({ scene: 'there' });
		expect(asked).toHaveLength(1);
	});

	it('does not ask while what was carried over proves itself', async () => {
		const { tick, asked } = setUp();
		for (let i = 0; i < 9; i++) await tick({ proving: true });
		expect(asked).toHaveLength(0);
		await tick(strange);
		expect(asked).toHaveLength(1);
	});

	it('sends what never rests after 900 ms', async () => {
		const { tick, asked } = setUp();
		for (let i = 0; i < 9; i++) await tick({ scene: String(i), moving: true });
		expect(asked).toHaveLength(0);
		await tick({ scene: 'x', moving: true });
		expect(asked).toHaveLength(1);
	});
});

describe('a miss of decision', () => {
	const low: View = { screen: 'play', facts: { hp: 20 } };
	const because = [{ f: 'hp', op: '<=' as const, v: 30 }];
	it('asks once and acts on the newest frame when the answer comes', async () => {
		const { tick, asked, log } = setUp();
		for (let i = 0; i < 10; i++) await tick({ ...low, picture: String(i) });
		expect(asked.map((a) => a.request.ask)).toEqual(['decision']);
		asked[0]?.answer(decision({ because }));
		await settled();
		expect(log.acts).toHaveLength(0);
		await tick({ ...low, facts: { hp: 12 } }, { ageMs: 25 });
		expect(log.acts).toMatchObject([{ verb: 'drink', frame: { ageMs: 25 } }]);
	});

	it('asks once more on the same facts where an answer is doubted, and acts on the last word', async () => {
		const { tick, asked, log, script, questions } = setUp();
		await tick(low);
		script.doubts.push('it contradicts a sure rule');
		asked[0]?.answer(decision({ because, act: { verb: 'sell', args: {} } }));
		await settled();
		await tick({ ...low, facts: { hp: 21 } });
		expect(asked.map((a) => a.request.question)).toEqual([asked[0]?.request.question, asked[0]?.request.question]);
		expect(log.acts).toHaveLength(0);
		asked[1]?.answer(decision({ because }));
		await settled();
		await tick(low);
		expect(log.acts).toMatchObject([{ verb: 'drink' }]);
		// Both were calls, and both stand in the ledger.
		expect(questions('decision').map((q) => [q.calls, q.misses[0]?.reason])).toEqual([
			[1, 'no-crystal'],
			[1, 'audit'],
		]);
	});

	it('acts on the first word when nobody gives a second', async () => {
		const { tick, asked, log, script } = setUp();
		await tick(low);
		script.doubts.push('it contradicts a sure rule');
		asked[0]?.answer(decision({ because }));
		await settled();
		asked[1]?.fail('tier-failed');
		await settled();
		await tick(low);
		expect(log.acts).toMatchObject([{ verb: 'drink' }]);
	});

	it('drops the answer once its reasons do not hold any more, and decides anew', async () => {
		const { tick, asked, log } = setUp();
		await tick(low);
		asked[0]?.answer(decision({ because }));
		await settled();
		const well: View = { screen: 'play', facts: { hp: 80 } };
		await tick(well);
		expect(log.acts).toHaveLength(0);
		for (let i = 0; i < 4; i++) await tick(well);
		expect(asked.map((a) => a.request.ask)).toEqual(['decision', 'decision']);
	});

	it('waits two seconds with the next try when nobody could answer', async () => {
		const { tick, asked, clock } = setUp();
		await tick(low);
		asked[0]?.fail('tier-failed');
		await settled();
		const failedAt = clock.at;
		while (clock.at < failedAt + 1900) await tick(low);
		expect(asked).toHaveLength(1);
		await tick(low);
		expect(asked).toHaveLength(2);
	});
});

describe('a resting picture', () => {
	it('asks nothing and is counted, in one entry a second', async () => {
		const { tick, entries, log, asked } = setUp({ rule: decision({ expects: open }) });
		await tick(play);
		const [questions, attempts] = [entries('question').length, log.attempts.length];
		for (let i = 0; i < 8; i++) await tick(play);
		expect(entries('rested')).toEqual([]);
		await tick(play);
		expect(entries('rested')).toMatchObject([{ ticks: 9 }]);
		for (let i = 0; i < 10; i++) await tick(play);
		expect(entries('rested').map((e) => e.ticks)).toEqual([9, 10]);
		expect([entries('question').length, log.attempts.length]).toEqual([questions, attempts]);
		expect(asked).toHaveLength(0);
	});

	it('is left at the first change', async () => {
		const { tick, log } = setUp({ rule: decision({ expects: open }) });
		for (let i = 0; i < 3; i++) await tick(play);
		const before = log.attempts.length;
		await tick({ ...play, picture: 'changed' });
		expect(log.attempts.length).toBe(before + 1);
	});
});

describe('an act', () => {
	it('is not carried out on a frame older than 500 ms', async () => {
		const { tick, log, entries } = setUp({ rule: decision() });
		for (let i = 0; i < 3; i++) await tick(play, { ageMs: 501 });
		expect(log.acts).toHaveLength(0);
		expect(entries('act')).toHaveLength(3);
		expect(entries('act')).toMatchObject(Array(3).fill({ done: false, reason: expect.stringContaining('stale-frame') }));
		await tick(play, { ageMs: 500 });
		expect(log.acts).toHaveLength(1);
	});

	it('waits while held, and goes on after', async () => {
		const { tick, log, loop, asked } = setUp({ rule: decision() });
		loop.hold();
		for (let i = 0; i < 5; i++) await tick({ ...play, picture: String(i) });
		expect(log.acts).toHaveLength(0);
		expect(loop.situation?.screen).toBe('play');
		loop.go();
		await tick(play);
		expect(log.acts).toHaveLength(1);
		expect(asked).toHaveLength(0);
	});

	it('that a model chooses during the hold waits for its end', async () => {
		const { tick, log, loop, asked } = setUp();
		await tick(play);
		loop.hold();
		asked[0]?.answer(decision());
		await settled();
		for (let i = 0; i < 3; i++) await tick({ ...play, picture: String(i) });
		expect(log.acts).toHaveLength(0);
		loop.go();
		await tick(play);
		expect(log.acts).toHaveLength(1);
	});

	it('that a model chose before the hold is forgotten', async () => {
		const { tick, log, loop, asked } = setUp();
		await tick(play);
		asked[0]?.answer(decision());
		await settled();
		loop.hold();
		loop.go();
		await tick(play);
		expect(log.acts).toHaveLength(0);
	});

	it('whose effect came about is confirmed, for its rules and for what stood in sight', async () => {
		const { tick, log, entries, asked } = setUp({ rule: decision({ act: { verb: 'click', args: { at: 'start' } }, expects: heals }) });
		await tick({ ...play, facts: { hp: 20 } });
		await tick({ ...play, facts: { hp: 70 } });
		expect(log.outcomes).toEqual([{ used: ['r1', 'r2'], label: 'good', outcome: 'held' }]);
		expect(entries('verdict')).toMatchObject([{ by: 'postcondition', ask: 'decision', wrong: false, acted: true, tier: 'crystal' }]);
		expect(log.confirmed).toEqual([[['t-start', 't-quit'], 't-start']]);
		// Whoever gave the decision was right, and so was whoever saw the picture.
		expect(log.verified).toEqual([
			['decision', true, 'postcondition'],
			['perception', true, 'postcondition'],
		]);
		expect(asked).toHaveLength(0);
	});

	it('that a model chose and whose effect failed says nothing against whoever saw the picture', async () => {
		const { tick, log, asked } = setUp();
		const same: View = { ...play, facts: { hp: 20 } };
		await tick(same);
		asked[0]?.answer(decision({ expects: heals }));
		await settled();
		for (let i = 0; i < 8; i++) await tick(same);
		expect(log.verified).toEqual([['decision', false, 'postcondition']]);
	});

	it('whose effect failed labels its rules, and has the picture doubted once', async () => {
		const { tick, log, entries, asked } = setUp({ rule: decision({ expects: heals }) });
		const same: View = { ...play, facts: { hp: 20 } };
		for (let i = 0; i < 8; i++) await tick(same);
		expect(log.outcomes).toEqual([{ used: ['r1', 'r2'], label: 'harmful', outcome: 'failed' }]);
		expect(entries('verdict')).toMatchObject([{ by: 'postcondition', wrong: true, detail: 'hp going up did not come about' }]);
		expect(log.confirmed).toEqual([]);
		// A trusted rule failed on it: the picture is the likelier fault.
		expect(log.verified).toEqual([
			['decision', false, 'postcondition'],
			['perception', false, 'postcondition'],
		]);
		expect(asked.map((a) => a.request.ask)).toEqual(['perception']);
		asked[0]?.answer(perception('play', { facts: [{ name: 'hp', value: 20 }] }));
		await settled();
		await tick(same);
		expect(entries('question').find((e) => e.tier === 'cloud')?.misses[0]).toMatchObject({ reason: 'act-failed' });
		expect(asked).toHaveLength(1);
	});

	it('that a model chose does not have the picture doubted when it fails', async () => {
		const { tick, log, asked } = setUp();
		const same: View = { ...play, facts: { hp: 20 } };
		await tick(same);
		asked[0]?.answer(decision({ expects: heals }));
		await settled();
		for (let i = 0; i < 9; i++) await tick(same);
		expect(log.outcomes).toMatchObject([{ outcome: 'failed' }]);
		expect(log.attempts.map((a) => a.doubt)).not.toContain('act-failed');
	});

	it('whose effect could not be read gets no verdict', async () => {
		const { tick, log, entries } = setUp({ rule: decision({ expects: heals }) });
		await tick({ ...play, facts: { hp: 20 } });
		for (let i = 0; i < 8; i++) await tick(play);
		expect(log.outcomes).toEqual([{ used: ['r1', 'r2'], label: 'none', outcome: 'failed' }]);
		expect(entries('verdict')).toEqual([]);
		expect(log.confirmed).toEqual([]);
	});

	it('that the driver refuses is over, and nothing is pretended', async () => {
		const refusal: ActOutcome = { done: false, reason: 'not-allowed', detail: 'another key' };
		const { tick, log, entries } = setUp({ rule: decision({ expects: heals }), outcomes: [refusal, { done: true }] });
		await tick({ ...play, facts: { hp: 20 } });
		expect(entries('act')).toMatchObject([{ done: false, reason: 'not-allowed: another key' }]);
		await tick({ ...play, facts: { hp: 70 } });
		expect(log.outcomes).toEqual([]);
		expect(entries('verdict')).toEqual([]);
		expect(log.last).toEqual(['none:none', 'none:none']);
		expect(log.attempts.at(-1)?.entry).toBeUndefined();
		expect(log.acts).toHaveLength(2);
	});

	it('is told to whoever finds the way before it is done, and taken back where it was not', async () => {
		const told: string[] = [];
		const navigator: Navigator = {
			...makeNavigator({ ...deskOf(profileOf()), random: seeded(1) }),
			sent: () => void told.push(`sent, ${log.acts.length} done before`),
			unsent: () => void told.push('taken back'),
		};
		const refusal: ActOutcome = { done: false, reason: 'not-allowed', detail: 'another key' };
		const { tick, log } = setUp({ rule: decision(), navigator, outcomes: [refusal, { done: true }] });
		await tick(play);
		expect(told).toEqual(['sent, 0 done before', 'taken back']);
		for (let i = 0; i < 3 && log.acts.length < 2; i++) await tick(play);
		expect(told.slice(2)).toEqual(['sent, 1 done before']);
	});

	it('that has to wait is tried again under a new number, ever later, and nobody is asked', async () => {
		const refusal: ActOutcome = { done: false, reason: 'not-in-front', detail: 'another window' };
		const { tick, log, asked, questions } = setUp({ outcomes: [refusal, refusal, refusal, { done: true }] });
		await tick(play);
		asked[0]?.answer(decision());
		await settled();
		const at: number[] = [];
		for (let i = 0; i < 60 && log.acts.length < 4; i++) {
			const before = log.acts.length;
			await tick(play);
			if (log.acts.length > before) at.push(i);
		}
		expect(at.map((n, i) => n - (at[i - 1] ?? n))).toEqual([0, 5, 10, 20]);
		const ids = log.acts.map((a) => a.id);
		expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => a - b));
		expect(asked).toHaveLength(1);
		expect(questions('decision')).toHaveLength(1);
	});

	it('that waits is dropped where another screen shows, and decided anew there', async () => {
		const refusal: ActOutcome = { done: false, reason: 'rate', detail: 'too many' };
		const { tick, log, asked } = setUp({ outcomes: [refusal, { done: true }] });
		await tick(play);
		asked[0]?.answer(decision());
		await settled();
		await tick(play);
		expect(log.acts).toHaveLength(1);
		for (let i = 0; i < 10; i++) await tick({ screen: 'shop' });
		expect(log.acts).toHaveLength(1);
		expect(asked.map((a) => a.request.ask)).toEqual(['decision', 'decision']);
	});

	it.each([
		['could have been carried out', { done: false, reason: 'disconnected', detail: 'cut' }, 'drink'],
		['cannot be undone', { done: false, reason: 'not-in-front', detail: 'another window' }, 'sell'],
	] as const)('that %s is not tried again, but decided anew', async (_, refusal, verb) => {
		const { tick, log, asked } = setUp({ outcomes: [refusal, { done: true }] });
		await tick(play);
		asked[0]?.answer(decision({ act: { verb, args: {} } }));
		await settled();
		for (let i = 0; i < 8; i++) await tick(play);
		expect(log.acts).toHaveLength(1);
		expect(asked).toHaveLength(2);
	});

	it('that lacks its second witness is not done: it is asked once more', async () => {
		const { tick, log, asked, script, entries } = setUp();
		script.commits = false;
		await tick(play);
		asked[0]?.answer(decision({ act: { verb: 'sell', args: {} } }));
		await settled();
		for (let i = 0; i < 8; i++) await tick(play);
		expect(log.acts).toHaveLength(0);
		expect(entries('act')).toMatchObject([{ done: false, reason: '"sell" by model alone' }]);
		expect(asked).toHaveLength(2);
		script.commits = true;
		asked[1]?.answer(decision({ act: { verb: 'sell', args: {} } }));
		await settled();
		for (let i = 0; i < 2; i++) await tick(play);
		expect(log.acts.map((a) => a.verb)).toEqual(['sell']);
	});

	it('is blamed for a hard event that follows at once, and only for that', async () => {
		const { tick, log, entries, script } = setUp({ rule: decision() });
		script.harm = false;
		await tick(play);
		script.harm = true;
		await tick({ ...play, facts: { hp: 0 } });
		expect(log.outcomes).toMatchObject([{ used: ['r1', 'r2'], label: 'harmful', outcome: 'failed' }]);
		expect(entries('verdict')).toMatchObject([{ wrong: true, detail: 'death followed' }]);
		for (let i = 0; i < 5; i++) await tick({ ...play, facts: { hp: 0 } });
		expect(log.outcomes.filter(({ label }) => label === 'harmful')).toHaveLength(1);
	});

	describe('that a person takes back', () => {
		const opens = decision({ expects: [{ f: 'open', op: '==', v: true, withinMs: 600 }] });
		const shut: View = { ...play, facts: { open: false } };
		const open: View = { ...play, facts: { open: true } };

		it('by their own hands counts against its rules, once, though it did what it promised', async () => {
			const { tick, watch, loop, log, entries } = setUp({ rule: opens });
			await tick(shut);
			await tick(open);
			loop.hold();
			await watch({ ...open, scene: 'a', picture: '1' });
			expect(log.outcomes.map(({ label }) => label)).toEqual(['good']);
			for (const picture of ['2', '3']) await watch({ ...shut, scene: 'a', picture });
			expect(log.outcomes.map(({ label }) => label)).toEqual(['good', 'harmful']);
			expect(entries('verdict').map(({ by, wrong }) => [by, wrong])).toEqual([
				['postcondition', false],
				['person', true],
			]);
		});

		it('counts against the skill that it was a step of', async () => {
			const steps = [step('drink', { expects: opens.expects }), step('sell', { when: [{ f: 'gold', op: '>', v: 9 }] })];
			const { tick, watch, loop, log } = setUp({ rule: opens, skill: skillOf(steps) });
			await tick(shut);
			await tick(open);
			loop.hold();
			await watch({ ...shut, scene: 'a', picture: '1' });
			expect(log.ended).toMatchObject([{ do: 'dropped' }, { do: 'failed', why: 'a person took it back' }]);
		});

		it('is no label when the agent itself had changed nothing, or when it was long ago', async () => {
			const idle = setUp({ rule: opens });
			await idle.tick(open);
			idle.loop.hold();
			await idle.watch({ ...open, scene: 'a', picture: '1' });
			const late = setUp({ rule: opens });
			await late.tick(shut);
			await late.tick(open);
			late.script.rule = undefined;
			await late.tick(open, { afterMs: 11_000 });
			late.loop.hold();
			await late.watch({ ...shut, scene: 'a', picture: '1' });
			expect([...idle.log.outcomes, ...late.log.outcomes].map(({ label }) => label)).not.toContain('harmful');
		});
	});

	it('that names a point waits three seconds at most', async () => {
		const refusal: ActOutcome = { done: false, reason: 'not-in-front', detail: 'another window' };
		const { tick, asked } = setUp({ outcomes: [refusal] });
		await tick(play);
		asked[0]?.answer(decision({ act: { verb: 'walk', args: { to: [3, 4] } } }));
		await settled();
		for (let i = 0; i < 29; i++) await tick(play);
		expect(asked).toHaveLength(1);
		for (let i = 0; i < 10; i++) await tick(play);
		expect(asked).toHaveLength(2);
	});

	it('whose target is out of sight is not sent, and has the picture doubted', async () => {
		const { tick, log, entries, asked, script } = setUp({ rule: decision() });
		script.resolvable = false;
		await tick(play);
		expect(log.acts).toHaveLength(0);
		expect(entries('act')).toMatchObject([{ done: false, reason: 'element "start" is not in sight' }]);
		await tick(play);
		expect(asked.map((a) => a.request.ask)).toEqual(['perception']);
	});
});

describe('advice', () => {
	const advice: Setup = {
		driver: 'advice',
		outcomes: [{ done: false, reason: 'advice-only', detail: '' }],
		rule: decision({ expects: heals }),
	};
	it('shows the intent, and learns when the person does it', async () => {
		const { tick, log, entries } = setUp(advice);
		await tick({ ...play, facts: { hp: 20 } });
		expect(log.intents).toEqual([{ verb: 'drink', advice: true }]);
		expect(entries('act')).toMatchObject([{ done: false, reason: expect.stringContaining('advice-only') }]);
		await tick({ ...play, facts: { hp: 70 } });
		expect(log.outcomes).toMatchObject([{ label: 'good', outcome: 'held' }]);
		expect(entries('verdict')).toMatchObject([{ wrong: false }]);
		expect(log.confirmed).toHaveLength(1);
	});

	it('is given on an old frame too: the person sees the game as it is', async () => {
		const { tick, entries } = setUp(advice);
		await tick({ ...play, facts: { hp: 20 } }, { ageMs: 900 });
		expect(entries('act')).toMatchObject([{ reason: expect.stringContaining('advice-only') }]);
	});

	it('blames nobody when the person does something else', async () => {
		const { tick, log, entries } = setUp(advice);
		await tick({ ...play, facts: { hp: 20 } });
		await tick({ ...play, facts: { hp: 10 } }, { afterMs: 11_000 });
		await tick({ ...play, facts: { hp: 10 } });
		expect(log.outcomes).toEqual([]);
		expect(entries('verdict')).toEqual([]);
		expect(log.attempts.map((a) => a.doubt)).not.toContain('act-failed');
		expect(log.intents).toHaveLength(2);
	});
});

describe('a transition', () => {
	const start = decision({
		act: { verb: 'click', args: { at: 'start' } },
		expects: [{ f: 'screen', op: '==', v: 'play', withinMs: 3000 }],
	});
	it('that was never verified is asked about once', async () => {
		const { tick, asked, log, script } = setUp({ rule: start });
		await tick({ screen: 'title' });
		script.rule = decision({ expects: open });
		await tick(play);
		expect(log.attempts.at(-1)?.entry).toMatchObject({ key: 'title>click:start', from: 'title' });
		expect(asked.map((a) => a.request.ask)).toEqual(['perception']);
		asked[0]?.answer(perception('play'));
		await settled();
		expect(log.entries).toEqual(['title>click:start']);
		for (let i = 0; i < 5; i++) await tick({ ...play, picture: String(i) });
		expect(asked).toHaveLength(1);
	});

	it('is verified where it ends, not on the screen that it leaves', async () => {
		const { tick, asked, log, script } = setUp({ rule: start });
		await tick({ screen: 'title' });
		// A fade: the crystals do not know it, and the model still calls it by the old name.
		await tick({ scene: 'fade' });
		asked[0]?.answer(perception('title'));
		await settled();
		expect(log.entries).toEqual([undefined]);
		await tick({ scene: 'fade', screen: 'title' }, { afterMs: 400 });
		script.rule = decision({ expects: open });
		await tick(play, { afterMs: 400 });
		asked[1]?.answer(perception('play'));
		await settled();
		expect(log.entries).toEqual([undefined, 'title>click:start']);
	});
});

describe('truth', () => {
	it.each([
		['right', 'play', false, ''],
		['wrong', 'title', true, 'screen is "title", not "play"'],
	])('judges the perception of an act: %s', async (_, screen, wrong, detail) => {
		const { tick, log, entries } = setUp({ rule: decision(), truth: () => ({ screen, facts: {}, elements: [] }) });
		await tick(play);
		const [perceived] = entries('question');
		expect(log.verified).toEqual([['perception', !wrong, 'truth']]);
		expect(entries('verdict')).toMatchObject([{ by: 'truth', ask: 'perception', of: perceived?.n, wrong, acted: true, detail }]);
	});

	it('says nothing of a frame that it does not know', async () => {
		const { tick, entries } = setUp({ rule: decision(), truth: () => undefined });
		await tick(play);
		expect(entries('verdict')).toEqual([]);
	});
});

describe('narration', () => {
	it('speaks a phrase at once', async () => {
		const { tick, log, entries, asked } = setUp({ rule: decision({ expects: open }), events: ['gold'] });
		for (const gold of [5, 5, 9]) await tick({ ...play, facts: { gold } });
		expect(log.spoken).toEqual(['It is gold.']);
		expect(entries('spoken')).toMatchObject([{ event: 'gold', line: 'It is gold.', tier: 'crystal' }]);
		expect(asked).toHaveLength(0);
	});

	it('asks for one line at a time, and speaks it when it comes', async () => {
		const { tick, log, asked, entries } = setUp({ rule: decision({ expects: open }), events: ['level'] });
		for (let level = 1; level <= 4; level++) await tick({ ...play, facts: { level } });
		expect(asked.map((a) => a.request.ask)).toEqual(['narration']);
		// The others are told to have been passed over.
		expect(entries('silent')).toMatchObject([{ event: 'level', why: 'a line is being asked for' }, { event: 'level' }]);
		asked[0]?.answer({ line: 'Up it goes.' });
		await settled();
		expect(log.spoken).toEqual(['Up it goes.']);
	});
});

describe('a plan', () => {
	const answer = { goals: [{ name: 'Win', priority: 1, when: [], until: [] }], rules: [] };
	/** Whether a plan is held, and what is done with answers. */
	function planning(attempt: () => ReturnType<Planner['attempt']>) {
		const log = { followed: [] as string[], made: 0 };
		const planner: Planner = {
			goal: undefined,
			see: () => {},
			attempt,
			question: (facts, { frame, screen }, tick) => ({
				...{ falsework: 1, ask: 'strategy', game: 'g', tick, frame, screen, facts },
				...{ conditions: [], goal: 'win', actions: [], last: '' },
			}),
			verify: () => undefined,
			crystallise() {
				log.made++;
				return { made: [], refused: [], labelled: ['s1'] };
			},
			follow: (id) => void log.followed.push(id),
			memory: () => ({ reached: {}, open: '' }),
		};
		return { planner, log };
	}

	it('is asked for once, and play goes on meanwhile', async () => {
		const { planner, log: plans } = planning(() =>
			plans.made > 0 ? undefined : { outcome: 'miss', reason: 'no-crystal', detail: 'none' },
		);
		const { tick, asked, log, loop, questions } = setUp({ rule: decision(), planner });
		for (let i = 0; i < 12; i++) await tick(play);
		expect(asked.map(({ request }) => request.ask)).toEqual(['strategy']);
		expect(loop.asking).toEqual(['strategy']);
		expect(log.acts.length).toBeGreaterThan(1);
		asked[0]?.answer(answer);
		for (let i = 0; i < 12; i++) await tick(play);
		expect(plans.made).toBe(1);
		expect(questions('strategy')).toMatchObject([{ tier: 'cloud', violation: false, screen: 'play' }]);
	});

	it('that nobody could make is asked for again after three minutes only', async () => {
		const { planner } = planning(() => ({ outcome: 'miss', reason: 'no-crystal', detail: 'none' }));
		const { tick, asked } = setUp({ rule: decision(), planner });
		await tick(play);
		asked[0]?.fail('tier-failed');
		await settled();
		for (let i = 0; i < 3; i++) await tick({ ...play, facts: { hp: i } }, { afterMs: 59_000 });
		expect(asked).toHaveLength(1);
		await tick(play, { afterMs: 60_000 });
		expect(asked).toHaveLength(2);
	});

	it('learnt before is followed without a model', async () => {
		let held = false;
		const { planner, log: plans } = planning(() => (held ? undefined : { outcome: 'hit', used: ['p7'], why: 'fits', answer }));
		const { tick, asked, questions } = setUp({
			rule: decision(),
			planner: { ...planner, follow: (id) => ((held = true), planner.follow(id, {})) },
		});
		for (let i = 0; i < 4; i++) await tick(play);
		expect(plans.followed).toEqual(['p7']);
		expect(asked).toEqual([]);
		expect(questions('strategy')).toMatchObject([{ tier: 'crystal', used: ['p7'], calls: 0 }]);
	});
});
