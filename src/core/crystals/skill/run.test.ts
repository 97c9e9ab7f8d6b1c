import { describe, expect, it } from 'vitest';
import type { Facts } from '../../question.ts';
import { crystalOf } from '../crystal.fixture.ts';
import { firstAct, type RunNext, type SkillRun, startRun } from './run.ts';
import type { Skill, SkillData, SkillStep } from './schema.ts';
import { shopping } from './skill.fixture.ts';

function started(data: Partial<SkillData>, facts: Facts = {}, now = 0): SkillRun {
	const skill = crystalOf<Skill>({ id: 's', kind: 'skill', data: { ...shopping, params: [], unless: [], ...data } });
	const run = startRun(skill, facts, now);
	if (typeof run === 'string') throw new Error(run);
	return run;
}
const act = (verb: string, more: Partial<SkillStep> = {}): SkillStep => ({ act: { verb, args: {} }, ...more });
const verb = (next: RunNext): string => (next.do === 'act' ? next.act.verb : `${next.do}${'why' in next ? `: ${next.why}` : ''}`);
/** Carries out what comes, each act `held` unless `of` says otherwise, and gives the verbs. */
function play(run: SkillRun, facts: (now: number) => Facts, of: (verb: string) => 'held' | 'failed' | 'unknown' = () => 'held'): string[] {
	const said: string[] = [];
	for (let now = 0; now < 300_000 && said.length < 60; ) {
		const next = run.next(facts(now), now);
		if (next.do === 'wait') {
			now = Math.min(next.until, now + 100);
			continue;
		}
		said.push(verb(next));
		if (next.do !== 'act') return said;
		run.outcome(of(next.act.verb), `${next.act.verb} was seen`, now);
	}
	return [...said, 'no end'];
}
const sees = (f: string) => [{ f: `sees.${f}`, op: '==' as const, v: true }];
const brings = (f: string) => [{ f, op: '==' as const, v: true, withinMs: 500 }];

describe('a plain sequence', () => {
	it('does its steps in order, and is proved by what they brought about', () => {
		const run = started({ steps: [act('a', { expects: brings('x') }), act('b'), act('c')] });
		expect(play(run, () => ({}))).toEqual(['a', 'b', 'c', 'done: all steps are done']);
		expect(run.next({}, 99)).toMatchObject({ do: 'done', proved: true });
		const unproved = started({ steps: [act('a'), act('b')] });
		play(unproved, () => ({}));
		expect(unproved.next({}, 99)).toMatchObject({ do: 'done', proved: false });
	});
	it('stops at the first step that did not do what it should', () => {
		const run = started({ steps: [act('a'), act('b', { expects: brings('x') }), act('c')] });
		expect(
			play(
				run,
				() => ({}),
				(v) => (v === 'b' ? 'failed' : 'held'),
			),
		).toEqual(['a', 'b', 'failed: b was seen']);
	});
	it('waits for the condition of a step, and not for ever', () => {
		const steps = [act('a'), act('b', { when: sees('door'), timeoutMs: 1000 })];
		expect(play(started({ steps }), (now) => ({ 'sees.door': now > 400 }))).toEqual(['a', 'b', 'done: all steps are done']);
		expect(play(started({ steps: [act('a', { timeoutMs: 1000 }), steps[1] as SkillStep] }), () => ({}))).toEqual([
			'a',
			expect.stringContaining('failed: none of step 2'),
		]);
	});
	it('is forbidden by its exceptions at every step, over as soon as its end is so, and held to its promise', () => {
		expect(
			play(started({ steps: [act('a'), act('b')], unless: [{ f: 'hp', op: '<=', v: 5 }] }), (now) => ({ hp: now > -1 ? 3 : 9 })),
		).toEqual(['failed: hp forbids it now']);
		const done = { until: [{ f: 'gold', op: '>' as const, v: 10 }], steps: [act('a', { restMs: 300 }), act('b')] };
		expect(play(started(done), (now) => ({ gold: now > 100 ? 20 : 0 }))).toEqual(['a', 'done: what it goes on until is so']);
		const promise = { expects: [{ f: 'gold', op: 'up' as const, withinMs: 700 }], steps: [act('a')] };
		expect(play(started(promise, { gold: 1 }), (now) => ({ gold: now > 300 ? 2 : 1 }))).toEqual([
			'a',
			expect.stringContaining('done: gold going up came about'),
		]);
		expect(play(started(promise, { gold: 1 }), () => ({ gold: 1 }))).toEqual([
			'a',
			expect.stringContaining('failed: gold going up did not come about'),
		]);
	});
	it('fills its parameters in once, from facts or from what it was told', () => {
		const params = [
			{ name: 'thing', type: 'element' as const, fact: 'wanted', value: 'potion' },
			{ name: 'count', type: 'number' as const, value: 2 },
		];
		const steps = [{ act: { verb: 'buy', args: { at: { param: 'thing' }, n: { param: 'count' } } } }];
		const skill = crystalOf<Skill>({ id: 's', kind: 'skill', data: { ...shopping, params, steps } });
		expect(firstAct(skill, { wanted: 'sword' })).toEqual({ verb: 'buy', args: { at: 'sword', n: 2 } });
		expect(firstAct(skill, {})).toEqual({ verb: 'buy', args: { at: 'potion', n: 2 } });
		const bare = crystalOf<Skill>({
			id: 's',
			kind: 'skill',
			data: { ...shopping, params: [{ name: 'thing', type: 'element', fact: 'wanted' }] },
		});
		expect(startRun(bare, {}, 0)).toBe('nothing says what "thing" is');
		expect(startRun(bare, { wanted: 7 }, 0)).toBe('nothing says what "thing" is');
	});
});

describe('a flow', () => {
	const flow = (steps: SkillStep[], facts: (now: number) => Facts, of?: Parameters<typeof play>[2]) => play(started({ steps }), facts, of);
	it('takes the first successor whose condition holds', () => {
		const steps = [
			act('look', { next: ['shop', 'inn'] }),
			act('buy', { id: 'shop', when: sees('shop'), next: [] }),
			act('sleep', { id: 'inn', when: sees('inn'), next: [] }),
		];
		expect(flow(steps, () => ({ 'sees.inn': true }))).toEqual(['look', 'sleep', 'done: all steps are done']);
		expect(flow(steps, () => ({ 'sees.inn': true, 'sees.shop': true }))[1]).toBe('buy');
	});
	it('repeats an act until something holds, or fails in time', () => {
		const steps = [act('dig', { until: [{ f: 'ore', op: '>', v: 0 }], restMs: 200, timeoutMs: 2000 })];
		expect(flow(steps, (now) => ({ ore: now > 500 ? 1 : 0 }))).toEqual(['dig', 'dig', 'dig', 'done: all steps are done']);
		expect(flow(steps, () => ({ ore: 0 })).at(-1)).toContain('failed: step 1 did not come to its end in time');
	});
	it('goes on elsewhere when a step fails', () => {
		const steps = [
			act('open', { expects: brings('open'), onError: ['force'] }),
			act('enter', { id: 'enter' }),
			act('kick', { id: 'force', next: [] }),
		];
		expect(
			flow(
				steps,
				() => ({}),
				(v) => (v === 'open' ? 'failed' : 'held'),
			),
		).toEqual(['open', 'kick', 'done: all steps are done']);
		const late = [
			act('a', { next: ['b'], timeoutMs: 300, onError: ['c'] }),
			act('b', { id: 'b', when: sees('never') }),
			act('c', { id: 'c', next: [] }),
		];
		expect(flow(late, () => ({}))).toEqual(['a', 'c', 'done: all steps are done']);
	});
	it('comes back from an interruption to where it was taken from', () => {
		const steps = [
			act('start', { next: [{ step: 'popup', back: true }, 'goal'] }),
			act('close', { id: 'popup', when: sees('popup'), times: 5, next: [] }),
			act('claim', { id: 'goal', when: sees('goal'), next: [] }),
		];
		let closed = 0;
		const facts = (): Facts => ({ 'sees.popup': closed < 2, 'sees.goal': closed >= 2 });
		const said = flow(steps, facts, (v) => {
			if (v === 'close') closed++;
			return 'held';
		});
		expect(said).toEqual(['start', 'close', 'close', 'claim', 'done: all steps are done']);
	});
	it('ends, whatever circle it goes in', () => {
		const circle = [act('a', { id: 'a', next: ['b'], times: 3 }), act('b', { id: 'b', next: ['a'], times: 1000, timeoutMs: 500 })];
		const said = flow(circle, () => ({}));
		expect(said.filter((v) => v === 'a')).toHaveLength(3);
		expect(said.at(-1)).toContain('failed');
		expect(flow([{ id: 'a', next: ['a'], times: 1000 }], () => ({})).at(-1)).toContain('circles');
		const long = [act('a', { id: 'a', next: ['a'], times: 1000, restMs: 5000 })];
		expect(flow(long, () => ({})).at(-1)).toBe('failed: it took too long');
	});
});
