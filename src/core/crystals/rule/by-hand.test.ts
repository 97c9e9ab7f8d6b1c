import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeFactTable } from '../../facts/snapshot.ts';
import { pinByHand, reviveByHand, retireByHand } from '../by-hand.ts';
import { live } from '../lifecycle.ts';
import { editRule } from './by-hand.ts';
import { makeRuleCheck, readWritten } from './check.ts';
import { ruleOf } from './rule.fixture.ts';
import { printRules, readRules, RULES_MOST } from './rules-file.ts';
import { readRule, RULE_SCHEMA } from './schema.ts';
import { printRule } from './text.ts';

const profile = {
	facts: [
		{ name: 'hp', type: 'number' as const },
		{ name: 'mood', type: 'enum' as const, values: ['calm', 'angry'] },
	],
	actions: [{ verb: 'drink' }, { verb: 'wait', args: { ms: 'number' as const } }],
};
const check = makeRuleCheck(makeFactTable(profile), profile);
const SAYS = 'strategy: if hp <= 30 then drink()';

describe('what a person writes', () => {
	it('is taken where every part is of this game', () => {
		expect(
			readWritten('reflex: if hp <= 20 unless mood == calm then wait(ms: 300) expect hp up within 900 until hp > 80', check),
		).toMatchObject({
			ok: true,
			rule: { layer: 'reflex', then: { verb: 'wait' } },
		});
	});

	it.each([
		['strategy: if hp <= 3 and hpp > 2 then drink()', 25, 'no fact "hpp"'],
		['strategy: if mood == bored then drink()', 13, 'not "bored"'],
		['strategy: if hp <= 3 unless mood > 4 then drink()', 28, 'mood'],
		['strategy: if hp <= 3 then fly()', 26, 'not an action'],
		['strategy: if hp <= 3 then wait()', 26, 'needs the argument "ms"'],
		['strategy: if hp <= 3 then drink() expect mood up within 20', 41, 'not a number'],
		['strategy: if hp <= 3 then drink() expect hp up within 9000000', 41, ''],
		['strategy: if hp <= 3 then drink() until gold > 3', 40, 'no fact "gold"'],
		[`strategy: if ${Array.from({ length: 13 }, () => 'hp > 1').join(' and ')} then drink()`, 13, ''],
		['strategy: if hp <= 3 and hp then drink()', 28, 'is expected'],
		[`strategy: if hp <= ${'3'.repeat(30_000)} then drink()`, 20_000, 'at most'],
	])('is refused with the place named: %#', (text, at, message) => {
		expect(readWritten(text, check)).toMatchObject({ ok: false, at, message: expect.stringContaining(message) });
	});

	it('never throws, whatever it is', () => {
		fc.assert(
			fc.property(
				fc.oneof(
					fc.string({ maxLength: 60 }),
					fc.string({ maxLength: 20 }).map((s) => SAYS.replace('hp', s)),
				),
				(text) => {
					const read = readWritten(text, check);
					expect(read.ok || (read.at >= 0 && read.at <= text.length && read.message !== '')).toBe(true);
				},
			),
			{ seed: 5, numRuns: 400 },
		);
	});
});

describe('a rule rewritten by hand', () => {
	it('goes back to shadow without its evidence, keeps what it said, and comes back whole', () => {
		const rule = ruleOf('heal', {});
		const was = structuredClone(rule);
		const done = editRule(rule, 'reflex: if hp <= 20 then drink()', check, 5);
		if (!done.ok) throw new Error(done.why);
		expect(rule).toMatchObject({
			name: 'reflex: if hp <= 20 then drink()',
			state: 'shadow',
			stat: { k: 0, labels: 0 },
			data: { layer: 'reflex', origin: 'hand', from: [], earlier: [{ at: 5, text: SAYS }] },
		});
		expect(readRule(JSON.parse(JSON.stringify(rule.data)), RULE_SCHEMA)).toEqual({ ok: true, data: rule.data });
		expect(done.act).toMatchObject({ what: 'edit', before: SAYS, after: 'reflex: if hp <= 20 then drink()' });
		done.act.takeBack(6);
		expect(rule).toMatchObject({ name: was.name, state: 'autonomous', stat: was.stat, data: was.data });
	});

	it('into nonsense is refused with its place, and stays as it is', () => {
		const rule = ruleOf('heal', {});
		const was = structuredClone(rule);
		expect(editRule(rule, 'strategy: if hp <= then drink()', check, 5)).toMatchObject({ ok: false, at: 19 });
		expect(editRule(rule, SAYS, check, 5)).toMatchObject({ ok: false, why: 'it says that already' });
		expect(rule).toEqual(was);
	});
});

describe('a pin', () => {
	it('keeps a crystal from retirement but by hand, and not from quarantine', () => {
		const rule = ruleOf('heal', {});
		expect(pinByHand(rule, true, 1)).toMatchObject({ ok: true, act: { before: 'free', after: 'pinned' } });
		expect(live(rule, { type: 'implied', by: 'another' }, 2).change).toBeUndefined();
		rule.stat = { ...rule.stat, last: [false, true, true], alarm: 99 };
		const harm = live(rule, { type: 'label', harmful: true, because: 'x', context: { episode: 'e', at: 3 } }, 3);
		expect(harm.change).toMatchObject({ to: 'quarantined' });
		const done = retireByHand(rule, 4);
		expect(rule.state).toBe('retired');
		expect(done.ok).toBe(true);
		expect(reviveByHand(rule, 5)).toMatchObject({ ok: true });
		expect(rule).toMatchObject({ state: 'shadow', stat: { k: 0 }, pinned: true });
	});

	it('is taken back', () => {
		const rule = ruleOf('heal', {});
		const done = pinByHand(rule, true, 1);
		if (done.ok) done.act.takeBack(2);
		expect(rule.pinned).toBe(false);
		expect(pinByHand(rule, false, 3)).toMatchObject({ ok: false });
	});
});

describe('rules.txt', () => {
	it('reads back what was printed, with comments left out', () => {
		const rules = [ruleOf('a', {}), ruleOf('b', { layer: 'reflex', when: [{ f: 'mood', op: 'in', v: ['calm', 'angry'] }] })];
		const text = printRules(rules);
		expect(text.split('\n')).toEqual([
			expect.stringContaining('# The first line'),
			'reflex: if mood in [calm, angry] then drink()   # autonomous 0.90, floor 0.77 (8/0)',
			`${SAYS}   # autonomous 0.90, floor 0.77 (8/0)`,
			'',
		]);
		const read = readRules(text, check);
		expect(read.ok && read.rules.map((r) => printRule(r))).toEqual(['reflex: if mood in [calm, angry] then drink()', SAYS]);
	});

	it('with faults is refused as a whole, each with its line and column', () => {
		expect(readRules(`# mine\n\n${SAYS}\nstrategy: if gold > 3 then drink()\n  nonsense`, check)).toEqual({
			ok: false,
			faults: [
				{ line: 4, column: 14, message: 'there is no fact "gold"' },
				{ line: 5, column: 3, message: expect.stringContaining('layer') },
			],
			more: false,
		});
	});

	it('with more rules or faults than are taken is given up there', () => {
		expect(readRules(`${SAYS}\n`.repeat(100_000), check)).toEqual({
			ok: false,
			faults: [{ line: RULES_MOST + 1, column: 1, message: `there are more than ${RULES_MOST} rules; split the file` }],
			more: true,
		});
		const many = readRules('x\n'.repeat(100_000), check);
		expect(!many.ok && [many.faults.length, many.more]).toEqual([20, true]);
	});
});
