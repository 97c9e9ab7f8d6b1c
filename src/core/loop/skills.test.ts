import { describe, expect, it } from 'vitest';
import { crystalOf } from '../crystals/crystal.fixture.ts';
import { type Crystal, freshStat } from '../crystals/crystal.ts';
import type { Rule } from '../crystals/rule/schema.ts';
import { EMBEDDING_BLOB, type Skill, type SkillData } from '../crystals/skill/schema.ts';
import { shopping } from '../crystals/skill/skill.fixture.ts';
import type { Act, DecisionAnswer } from '../question.ts';
import { deskOf, profileOf, receiptOf, situationOf } from './desk.fixture.ts';
import { makeMind } from './mind.ts';
import type { Encoder } from './skills.ts';

const drink: Act = { verb: 'drink', args: {} };
const wait: Act = { verb: 'wait', args: {} };
const rest: Act = { verb: 'rest', args: {} };
const profile = profileOf({
	goal: 'Stay alive.',
	actions: [...profileOf().actions, { verb: 'rest', does: 'rests', input: [{ waitMs: 900 }] }],
	facts: [{ name: 'hp', type: 'number', min: 0, max: 100 }],
});
const low = { facts: { hp: 20 } };

function skill(data: Partial<SkillData> = {}, more: Partial<Skill> = {}): Skill {
	return crystalOf<Skill>({
		id: 'k1',
		kind: 'skill',
		name: 'heal',
		state: 'autonomous',
		stat: { ...freshStat(), k: 20, labels: 20, clean: 20, episodes: ['a', 'b', 'c'] },
		data: {
			...shopping,
			goal: 'Stay alive.',
			params: [],
			unless: [],
			when: [{ f: 'hp', op: '<=', v: 30 }],
			steps: [{ act: drink }, { act: wait }],
			...data,
		},
		...more,
	});
}
function setUp(skills: Skill[] = [], encoder?: Encoder) {
	const desk = deskOf(profile, new Map<string, Crystal>(skills.map((s) => [s.id, s])));
	const mind = makeMind({ ...desk, random: { next: () => 0.999_999 }, ...(encoder === undefined ? {} : { encoder: () => encoder }) });
	let point = 0;
	const facts = (at = low) => mind.observe(situationOf(at), { verb: 'none', at: 'none' });
	return {
		desk,
		mind,
		facts,
		attempt: () => mind.attempt(facts(), situationOf(low), point++),
		/** A model's answer here. */
		answer: (act: Act, more: Partial<DecisionAnswer> = {}) =>
			mind.crystallise(
				facts(),
				situationOf(low),
				{ act, options: [], because: [], unless: [], expects: [], until: [], scope: 'situation', confidence: 1, missing: [], ...more },
				receiptOf(),
			),
	};
}
/** Retrieval learns from answers that the skill is right here. */
function taught(skills: Skill[]) {
	const one = setUp(skills);
	for (let i = 0; i < 40; i++) {
		one.attempt();
		one.answer(drink);
	}
	return one;
}

describe('a skill in play', () => {
	it('is not followed before retrieval has learnt to trust what it finds', () => {
		const { attempt } = setUp([skill()]);
		expect(attempt()).toMatchObject({
			outcome: 'miss',
			reason: 'no-crystal',
			detail: expect.stringContaining('"heal": 0.50 sure, 0.80 needed') as string,
		});
	});

	it('decides where no rule does, and its run begins with its first act', () => {
		const { attempt, mind, desk } = taught([skill()]);
		expect(attempt()).toMatchObject({ outcome: 'hit', used: ['k1'], answer: { act: drink } });
		const run = mind.begin();
		expect(run?.skill.id).toBe('k1');
		expect((desk.crystals.get('k1') as Skill).stat.used).toBe(1);
	});

	it('decides between two rules that contradict each other, where it begins as one of them would', () => {
		const rule = (id: string, then: Act): Rule =>
			crystalOf<Rule>({
				id,
				kind: 'rule',
				name: id,
				state: 'autonomous',
				stat: { ...freshStat(), k: 20, labels: 20, clean: 20, episodes: ['a', 'b', 'c'] },
				data: {
					layer: 'strategy',
					when: [{ f: 'hp', op: '<=', v: 30 }],
					unless: [],
					then,
					expects: [],
					until: [],
					origin: 'because',
					from: [],
				},
			});
		const { skills } = taught([skill()]).mind.memory();
		const decided = (...acts: Act[]) => {
			const crystals = [skill(), ...acts.map((act, i) => rule(`r${i}`, act))].map((c) => [c.id, c] as const);
			const desk = deskOf(profile, new Map<string, Crystal>(crystals));
			const mind = makeMind({
				...desk,
				random: { next: () => 0.999_999 },
				memory: { facts: [], ...(skills === undefined ? {} : { skills }) },
			});
			return mind.attempt(mind.observe(situationOf(low), { verb: 'none', at: 'none' }), situationOf(low), 1);
		};
		expect(decided(drink, wait)).toMatchObject({ outcome: 'hit', used: ['k1'], answer: { act: drink } });
		expect(decided(wait, rest)).toMatchObject({ outcome: 'miss', reason: 'conflict' });
	});

	it('that failed is asked about, not tried again at once', async () => {
		const { attempt, mind, answer, desk } = taught([skill()]);
		attempt();
		const run = mind.begin();
		if (run === undefined) throw new Error('no run');
		mind.ended(run, { do: 'failed', why: 'the potion was gone' }, situationOf(low));
		expect((desk.crystals.get('k1') as Skill).stat.w).toBe(1);
		expect(attempt()).toMatchObject({ outcome: 'miss', reason: 'act-failed', detail: '"heal": the potion was gone' });
		await answer(drink);
		expect(attempt()).toMatchObject({ outcome: 'hit' });
	});

	it('is labelled by answers, which prove it in shadow and take it down when they disagree', async () => {
		const { attempt, answer, desk } = setUp([skill({}, { state: 'shadow', stat: freshStat() })]);
		const now = () => desk.crystals.get('k1') as Skill;
		attempt();
		await answer(drink);
		expect(now()).toMatchObject({ state: 'shadow', stat: { labels: 1 }, data: { seen: [[0.5, true]] } });
		for (let i = 0; i < 3; i++) {
			attempt();
			await answer(wait);
		}
		expect(now().stat.w).toBeGreaterThan(2);
	});

	describe('while play goes on by other means', () => {
		const hpUp = { f: 'hp', op: 'up', withinMs: 1000 } as const;
		const steps = [{ act: drink, expects: [hpUp] }, { act: wait }, { act: drink, expects: [hpUp] }];
		function shadowed(data: Partial<SkillData> = {}) {
			const one = setUp([skill({ steps, ...data }, { state: 'shadow', stat: freshStat() })]);
			const done = (act: Act, outcome: 'good' | 'failed' | 'unknown'): void =>
				one.mind.did({ act, before: one.facts(), expects: act === drink ? [hpUp] : [], outcome, idle: act === wait });
			return { ...one, done, now: () => one.desk.crystals.get('k1') as Skill, sure: () => one.mind.skills.library.get('k1') };
		}

		it('proves itself where play went as it would, once for each time', () => {
			const { attempt, done, now } = shadowed();
			for (let i = 0; i < 2; i++) {
				attempt();
				done(drink, 'good');
				done(wait, 'unknown');
				done(drink, 'good');
			}
			attempt();
			expect(now()).toMatchObject({
				stat: { labels: 2, w: 0, clean: 2 },
				data: {
					seen: [
						[0.5, true],
						[expect.any(Number), true],
					],
				},
			});
		});

		it('is charged where its own step failed, and with nothing where another act was chosen', () => {
			const failed = shadowed();
			failed.attempt();
			failed.done(drink, 'failed');
			expect(failed.now().stat).toMatchObject({ labels: 1, w: 1 });
			const other = shadowed();
			other.attempt();
			other.done({ verb: 'click', args: { at: 'door' } }, 'good');
			other.attempt();
			expect(other.now().stat.labels).toBe(0);
			// The other act may have been no better, so retrieval is as sure as before.
			expect(other.attempt()).toMatchObject({ outcome: 'miss', detail: expect.stringContaining('0.50 sure') as string });
		});

		it('learns words for what it does where play did all of it under them, and not for what they turn round', () => {
			const played = (goal: string) => {
				const one = shadowed({ goal });
				one.attempt();
				for (const [act, outcome] of [
					[drink, 'good'],
					[wait, 'unknown'],
					[drink, 'good'],
				] as const)
					one.done(act, outcome);
				return { ...one, detail: JSON.stringify(one.attempt()) };
			};
			const other = played('Endure alive.');
			expect(other.now().data.words).toContain(profile.goal);
			expect(other.detail).toContain('"heal\\": 0.50 sure');
			expect(other.now().stat.labels).toBe(0);
			const opposite = played('Do not stay alive.');
			expect(opposite.now().data.words).not.toContain(profile.goal);
			expect(opposite.detail).not.toContain('sure');
		});

		it('learns nothing from what was broken off', () => {
			const { attempt, done, now, mind } = shadowed();
			attempt();
			done(drink, 'good');
			mind.skills.interrupt();
			done(wait, 'unknown');
			done(drink, 'good');
			attempt();
			expect(now().stat.labels).toBe(0);
		});
	});

	it('comes of a model’s plan, and counts as what the call left behind', async () => {
		const { attempt, answer, mind } = setUp();
		attempt();
		const residue = await answer(drink, {
			because: [{ f: 'hp', op: '<=', v: 30 }],
			plan: [wait],
			skill: { name: 'heal-and-rest', description: 'Drinks and rests.' },
		});
		expect(residue).toMatchObject({
			made: [{ kind: 'rule' }, { kind: 'skill', name: 'heal-and-rest', state: 'shadow', provenance: { model: 'm' } }],
		});
		expect(mind.skills.library.all().map((s) => s.data.steps.length)).toEqual([2]);
		attempt();
		const bad = await answer(drink, { plan: [{ verb: 'fly', args: {} }], skill: { name: 'flee', description: 'Flies.' } });
		expect(JSON.stringify(bad)).toContain('not an action');
	});

	it('comes of the same success three times', () => {
		const { mind, facts, desk } = setUp();
		for (let i = 0; i < 3; i++) {
			for (const act of [drink, wait, drink])
				mind.did({ act, before: facts(), expects: [], outcome: act === drink ? 'good' : 'unknown', idle: act === wait });
			mind.did({ act: wait, before: facts(), expects: [], outcome: 'failed', idle: true });
		}
		const made = [...desk.crystals.values()].filter((c): c is Skill => c.kind === 'skill');
		expect(made).toMatchObject([{ state: 'shadow', data: { origin: 'repeat', goal: 'Stay alive.' } }]);
	});

	it('gets a vector from the encoder of now, again when that changes, and is found by words until then', async () => {
		const encoder: Encoder = { id: 'e1', embed: async (texts) => texts.map(() => new Float32Array([1, 0])) };
		const { attempt, desk } = setUp([skill({ encoder: 'old' }, { blobs: { [EMBEDDING_BLOB]: new Uint8Array(8) } })], encoder);
		attempt();
		await new Promise((resolve) => setTimeout(resolve));
		const now = desk.crystals.get('k1') as Skill;
		expect(now.data.encoder).toBe('e1');
		expect([...new Float32Array((now.blobs[EMBEDDING_BLOB] as Uint8Array).slice().buffer)]).toEqual([1, 0]);
	});

	it('remembers what retrieval learnt', () => {
		const first = taught([skill()]);
		const memory = JSON.parse(JSON.stringify(first.mind.memory())) as ReturnType<typeof first.mind.memory>;
		const desk = deskOf(profile, new Map<string, Crystal>([['k1', skill()]]));
		const again = makeMind({ ...desk, random: { next: () => 0.999_999 }, memory });
		const facts = again.observe(situationOf(low), { verb: 'none', at: 'none' });
		expect(again.attempt(facts, situationOf(low), 1)).toMatchObject({ outcome: 'hit', used: ['k1'] });
	});
});
