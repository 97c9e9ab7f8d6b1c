import { describe, expect, it } from 'vitest';
import type { Profile } from '../profile.ts';
import { blockedBy, checkEffects, fires, holds, known, literalKey, truthOf, watchEffects } from './literal.ts';
import { actFault, isIdle, resolveAct, type ResolveScene } from './resolve.ts';
import { makeFactTable, pick } from './snapshot.ts';

const profile: Pick<Profile, 'facts'> = {
	facts: [
		{ name: 'hp', type: 'number', min: 0, max: 100 },
		{ name: 'hp-max', type: 'number' },
		{ name: 'mood', type: 'enum', values: ['calm', 'angry'] },
		{ name: 'dialog-open', type: 'boolean' },
		{ name: 'title', type: 'text' },
		{ name: 'pos', type: 'position' },
		{ name: 'hurt', from: 'ratio(hp, hp-max) < 0.5' },
		{ name: 'worse', from: 'hurt and delta(hp, 1000) < 0' },
		{ name: 'wolves', from: 'count(wolf)' },
	],
};

describe('the fact table', () => {
	it('knows a fact until it is stale, and nothing has a value afterwards', () => {
		const table = makeFactTable({ facts: profile.facts.slice(0, 6) }, { staleMs: 1000 });
		expect(table.observe('hp', 30, 0)).toBeUndefined();
		expect(table.snapshot(1000).values).toEqual({ hp: 30 });
		const late = table.snapshot(1001);
		expect(late.values).toEqual({});
		expect(late.codes['hp']).toBe(-1);
		expect(holds({ f: 'hp', op: '<=', v: 50 }, late.values)).toBe(false);
		expect(holds({ f: 'hp', op: '>', v: 50 }, late.values)).toBe(false);
	});

	it('keeps what was known while nothing changes, but does not bring the forgotten back', () => {
		const table = makeFactTable({ facts: profile.facts.slice(0, 6) }, { staleMs: 1000 });
		table.observe('hp', 30, 0);
		table.refresh(900);
		expect(table.snapshot(1800).values).toEqual({ hp: 30 });
		table.refresh(5000);
		expect(table.snapshot(5000).values).toEqual({});
	});

	it('works out derived facts in the order they need each other', () => {
		const table = makeFactTable(profile);
		expect(table.faults).toEqual([]);
		table.observe('hp-max', 100, 0);
		table.observe('hp', 60, 0);
		table.see(
			new Map([
				[
					'wolf',
					[
						[0, 0, 4, 4],
						[9, 9, 4, 4],
					],
				],
			]),
			0,
		);
		expect(table.snapshot(0).values).toEqual({ hp: 60, 'hp-max': 100, hurt: false, worse: false, wolves: 2 });
		table.observe('hp', 40, 1500);
		expect(table.snapshot(1500).values).toMatchObject({ hurt: true, worse: true });
	});

	it('leaves a derived fact out where it cannot be settled', () => {
		const table = makeFactTable(profile);
		table.observe('hp', 60, 0);
		const { values } = table.snapshot(0);
		expect(Object.keys(values)).toEqual(['hp']);
	});

	it('names the fault of a derived fact, circles included', () => {
		const table = makeFactTable({
			facts: [
				{ name: 'a', from: 'b > 3' },
				{ name: 'b', from: 'a + 1' },
				{ name: 'c', from: 'hp <' },
				{ name: 'd', from: 'ghost + 1' },
			],
		});
		expect(table.faults.map((f) => f.fact)).toEqual(['a', 'b', 'c', 'd']);
		expect(table.faults[0]?.message).toContain('itself');
		expect(table.faults[3]?.message).toBe('position 0: there is no fact "ghost"');
		expect(table.snapshot(0).values).toEqual({});
	});

	it('refuses a reading of another type', () => {
		const table = makeFactTable(profile);
		expect(table.observe('hp', 'many', 0)).toBe('"hp" is a number, and "many" is a text');
		expect(table.observe('mood', 'sad', 0)).toContain('one of calm, angry');
		expect(table.observe('gold', 3, 0)).toBe('there is no fact "gold"');
		expect(table.observe('hurt', true, 0)).toContain('derived');
		expect(table.observe('hp', Number.NaN, 0)).toContain('finite');
	});

	it('takes built-in facts while it runs, and lets an open enum grow', () => {
		const table = makeFactTable(profile);
		table.define({ id: 'screen', kind: 'enum', open: true });
		table.define({ id: 'sees.wolf', kind: 'boolean' });
		expect(table.observe('screen', 'title', 0)).toBeUndefined();
		expect(table.observe('screen', 'room', 1)).toBeUndefined();
		table.observe('sees.wolf', true, 1);
		expect(table.snapshot(1)).toMatchObject({ values: { screen: 'room', 'sees.wolf': true }, codes: { screen: 2, 'sees.wolf': 1 } });
		expect(table.varies('screen')).toBe(true);
		expect(table.varies('sees.wolf')).toBe(false);
	});

	it('sends what varies and what is too new to tell, sixty at most', () => {
		const table = makeFactTable({ facts: [] });
		table.define({ id: 'screen', kind: 'enum', open: true });
		table.observe('screen', 'room', 0);
		table.define({ id: 'fixed', kind: 'number' });
		for (let i = 0; i < 80; i++) {
			table.define({ id: `n${i}`, kind: 'number' });
			for (let t = 0; t < i; t++) table.observe(`n${i}`, t, t);
		}
		for (let i = 0; i < 50; i++) table.observe('fixed', 7, 0);
		const sent = table.varying(table.snapshot(0).values);
		expect(Object.keys(sent)).toHaveLength(60);
		expect(sent['screen']).toBe('room');
		expect(sent['fixed']).toBeUndefined();
		expect(sent['n79']).toBe(78);
	});

	it('moves a threshold to a near cut only while that stays true', () => {
		const table = makeFactTable(profile);
		table.observe('hp', 30, 0);
		const { values } = table.snapshot(0);
		expect(table.snap({ f: 'hp', op: '<=', v: 35 }, values).v).toBe(35);
		expect(table.snap({ f: 'hp', op: '<=', v: 33 }, values).v).toBe(35);
		expect(table.snap({ f: 'hp', op: '<=', v: 50 }, values).v).toBe(50);
		table.observe('hp', 34, 1);
		// 35 is near 31, and 34 > 31 while 34 > 35 is not so: the literal gets a cut of its own.
		expect(table.snap({ f: 'hp', op: '>', v: 31 }, table.snapshot(1).values).v).toBe(31);
		expect(table.snapshot(1).codes['hp']).toBe(1);
	});

	it('remembers over sessions what has been seen to vary', () => {
		const table = makeFactTable(profile);
		table.observe('hp', 30, 0);
		table.observe('hp', 40, 1);
		table.snap({ f: 'hp', op: '<=', v: 35 }, {});
		const next = makeFactTable(profile);
		next.restore(JSON.parse(JSON.stringify(table.memory())) as ReturnType<typeof table.memory>);
		expect(next.varies('hp')).toBe(true);
		expect(next.memory()).toEqual(table.memory());
	});

	it('lets go of a cut that nothing has rested on for a week', () => {
		const week = 7 * 24 * 3_600_000;
		const table = makeFactTable({ facts: [{ name: 'hp', type: 'number' }] });
		table.snap({ f: 'hp', op: '<=', v: 30 }, {});
		table.snap({ f: 'hp', op: '<=', v: 70 }, {});
		const rests = (_: string, cut: number): boolean => cut === 70;
		table.tend(rests, 0);
		table.tend(rests, week - 1);
		const cuts = (): readonly number[] | undefined => table.memory()[0]?.cuts;
		expect(cuts()).toEqual([30, 70]);
		const next = makeFactTable({ facts: [{ name: 'hp', type: 'number' }] });
		next.restore(JSON.parse(JSON.stringify(table.memory())) as ReturnType<typeof table.memory>);
		next.tend(rests, week);
		expect(next.memory()[0]?.cuts).toEqual([70]);
	});

	it('says why a literal may not stand in a condition', () => {
		const table = makeFactTable(profile);
		expect(table.fault({ f: 'hp', op: '<=', v: 3 })).toBeUndefined();
		expect(table.fault({ f: 'mood', op: 'in', v: ['calm'] })).toBeUndefined();
		expect(table.fault({ f: 'title', op: '==', v: 'x' })).toContain('may not stand');
		expect(table.fault({ f: 'mood', op: '>', v: 3 })).toContain('compares numbers');
		expect(table.fault({ f: 'mood', op: '==', v: 'bored' })).toContain('one of');
		expect(table.fault({ f: 'dialog-open', op: '==', v: 'yes' })).toContain('boolean');
		expect(table.fault({ f: 'gold', op: '==', v: 3 })).toContain('no fact');
	});

	it('picks only what is known', () => {
		expect(pick({ a: 1 }, ['a', 'b', 'constructor'])).toEqual({ a: 1 });
		expect(known({ a: 1 }, 'constructor')).toBeUndefined();
	});
});

describe('a literal', () => {
	it('over an unknown fact is neither true nor false', () => {
		expect(truthOf({ f: 'hp', op: '<=', v: 3 }, {})).toBeUndefined();
		expect(truthOf({ f: 'hp', op: '!=', v: 3 }, { hp: 4 })).toBe(true);
		expect(truthOf({ f: 'mood', op: 'in', v: ['calm', 3] }, { mood: 'angry' })).toBe(false);
		expect(truthOf({ f: 'hp', op: '==', v: 'three' }, { hp: 3 })).toBeUndefined();
		expect(truthOf({ f: 'pos', op: '==', v: 3 }, { pos: [1, 2] })).toBeUndefined();
	});

	it('that is unknown in unless blocks only what cannot be undone', () => {
		const unless = [{ f: 'shop-open', op: '==', v: true }] as const;
		const when = [{ f: 'hp', op: '<=', v: 50 }] as const;
		expect(fires(when, unless, { hp: 3 })).toBe(true);
		expect(fires(when, unless, { hp: 3 }, true)).toBe(false);
		expect(fires(when, unless, { hp: 3, 'shop-open': true })).toBe(false);
		expect(blockedBy(unless, { 'shop-open': false }, true)).toBeUndefined();
	});

	it('has one key however its list is ordered', () => {
		expect(literalKey({ f: 'a', op: 'in', v: ['x', 'y'] })).toBe(literalKey({ f: 'a', op: 'in', v: ['y', 'x'] }));
		expect(literalKey({ f: 'a', op: '==', v: 3 })).not.toBe(literalKey({ f: 'a', op: '==', v: '3' }));
	});
});

describe('effects', () => {
	const heals = [{ f: 'hp', op: 'up' as const, withinMs: 2000 }];
	it('hold, fail or wait', () => {
		expect(checkEffects(heals, { hp: 3 }, { hp: 3 }, 100).outcome).toBe('pending');
		expect(checkEffects(heals, { hp: 3 }, { hp: 5 }, 100)).toMatchObject({ outcome: 'held', label: 'good' });
		expect(checkEffects(heals, { hp: 3 }, { hp: 3 }, 2000)).toMatchObject({ outcome: 'failed', label: 'harmful' });
	});

	it('that were so before prove nothing', () => {
		const expects = [{ f: 'screen', op: '==' as const, v: 'room', withinMs: 1000 }];
		expect(checkEffects(expects, { screen: 'room' }, { screen: 'room' }, 50)).toMatchObject({ outcome: 'held', label: 'none' });
		expect(checkEffects(expects, { screen: 'title' }, { screen: 'room' }, 50)).toMatchObject({ outcome: 'held', label: 'good' });
		expect(checkEffects(expects, {}, { screen: 'room' }, 50).label).toBe('none');
		expect(checkEffects([], {}, {}, 0)).toMatchObject({ outcome: 'held', label: 'none' });
	});

	it('that could not be read charge nobody', () => {
		expect(checkEffects(heals, { hp: 3 }, {}, 3000)).toMatchObject({ outcome: 'failed', label: 'none' });
	});

	it('may come one after the other', () => {
		const watch = watchEffects([...heals, { f: 'open', op: '==', v: true, withinMs: 1000 }], { hp: 3, open: false });
		expect(watch.see({ hp: 3, open: true }, 100).outcome).toBe('pending');
		expect(watch.see({ hp: 4, open: false }, 900)).toMatchObject({ outcome: 'held', label: 'good' });
	});
});

describe('resolving an act', () => {
	const game: Pick<Profile, 'actions' | 'facts'> = {
		facts: [],
		actions: [
			{ verb: 'click', args: { at: 'element' }, does: 'click', input: [{ click: 'left', at: '$at' }] },
			{ verb: 'walk', args: { to: 'point' }, does: 'walk', input: [{ click: 'left', at: '$to', holdMs: 400 }] },
			{ verb: 'wait', args: { ms: 'number' }, does: 'nothing', input: [{ waitMs: '$ms' }] },
			{
				verb: 'corner',
				does: 'corner',
				input: [
					{ move: [9, 9] },
					{ keys: ['Shift', 'a'] },
					{ scroll: 'up' },
					{ hold: 'w' },
					{ release: 'w' },
					{ drag: 'left', from: [1, 1], to: [2, 2] },
					{ text: 'hi' },
				],
			},
		],
	};
	const scene: ResolveScene = {
		elements: new Map([['start', [10, 20, 30, 10]]]),
		facts: { goal: [40.4, 50], delay: 90_000 },
		frame: { width: 100, height: 80 },
	};

	it('aims at the centre of an element in sight', () => {
		expect(resolveAct({ verb: 'click', args: { at: 'start' } }, game, scene)).toEqual({
			ok: true,
			steps: [{ do: 'click', button: 'left', at: { x: 25, y: 25 }, holdMs: 100 }],
		});
	});

	it('does nothing about an element out of sight, an unknown fact or a point outside', () => {
		expect(resolveAct({ verb: 'click', args: { at: 'quit' } }, game, scene)).toEqual({
			ok: false,
			reason: 'element "quit" is not in sight',
		});
		expect(resolveAct({ verb: 'walk', args: { to: { fact: 'nowhere' } } }, game, scene)).toMatchObject({
			ok: false,
			reason: expect.stringContaining('not known'),
		});
		expect(resolveAct({ verb: 'walk', args: { to: [100, 3] } }, game, scene)).toMatchObject({
			ok: false,
			reason: expect.stringContaining('outside'),
		});
	});

	it('takes points and numbers from facts, times capped at a minute', () => {
		expect(resolveAct({ verb: 'walk', args: { to: { fact: 'goal' } } }, game, scene)).toMatchObject({
			steps: [{ at: { x: 40, y: 50 }, holdMs: 400 }],
		});
		expect(resolveAct({ verb: 'wait', args: { ms: { fact: 'delay' } } }, game, scene)).toEqual({
			ok: true,
			steps: [{ do: 'wait', ms: 60_000 }],
		});
	});

	it('carries fixed steps over', () => {
		const resolved = resolveAct({ verb: 'corner', args: {} }, game, scene);
		expect(resolved.ok && resolved.steps.map((s) => s.do)).toEqual(['move', 'key', 'scroll', 'hold', 'release', 'drag', 'text']);
	});

	it('takes fixed points to where they are in this frame, and refuses those of which nobody knows', () => {
		const moved = resolveAct({ verb: 'corner', args: {} }, game, { ...scene, fixed: (x, y) => ({ x: x + 1, y: y + 2 }) });
		const plain = resolveAct({ verb: 'corner', args: {} }, game, scene);
		if (!moved.ok || !plain.ok) throw new Error('neither was to be refused');
		const [to, was] = [moved.steps[0], plain.steps[0]];
		if (to?.do !== 'move' || was?.do !== 'move') throw new Error('it begins by moving');
		expect(to.to).toEqual({ x: was.to.x + 1, y: was.to.y + 2 });
		expect(resolveAct({ verb: 'corner', args: {} }, game, { ...scene, fixed: () => undefined })).toMatchObject({
			ok: false,
			reason: expect.stringMatching(/was named for another frame size, and where it is at 100 × 80 is not known/),
		});
		// A point that an act itself gives is of this frame.
		expect(resolveAct({ verb: 'walk', args: { to: [30, 20] } }, game, { ...scene, fixed: () => undefined })).toMatchObject({ ok: true });
	});

	it('names what is wrong with an act', () => {
		expect(actFault({ verb: 'fly', args: {} }, game)).toContain('not an action');
		expect(actFault({ verb: 'click', args: {} }, game)).toContain('needs the argument "at"');
		expect(actFault({ verb: 'corner', args: { x: 1 } }, game)).toContain('takes no argument');
		expect(actFault({ verb: 'wait', args: { ms: 'long' } }, game)).toContain('needs a number');
		expect(actFault({ verb: 'wait', args: { ms: { fact: 'hp' } } }, game, new Map([['hp', { kind: 'enum' }]]))).toContain('is none');
		expect(actFault({ verb: 'click', args: { at: { fact: 'hp' } } }, game)).toContain('cannot point at a fact');
	});

	it('knows waiting from doing', () => {
		expect(isIdle({ verb: 'wait', args: { ms: 5 } }, game)).toBe(true);
		expect(isIdle({ verb: 'corner', args: {} }, game)).toBe(false);
	});
});
