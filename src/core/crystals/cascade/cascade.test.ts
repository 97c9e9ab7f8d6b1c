import { describe, expect, it } from 'vitest';
import { approveByHand, retireByHand } from '../by-hand.ts';
import { scopeOf } from '../crystal.fixture.ts';
import { asForeign, readKind } from '../kinds.ts';
import { calibrationError, cascadeText, chanceAgain, historyOf, predict, PREDICT_LEAST, successOf, verdictOf, waitOf } from './apply.ts';
import { forgetCascade } from './by-hand.ts';
import { attempted, type Attempted, makeCascadeCrystal, type Outcome, skipped, verified, weighed } from './crystallise.ts';
import {
	askedOf,
	asClaim,
	CASCADE_MIGRATIONS,
	CASCADE_SCHEMA,
	type CascadeAsk,
	type CascadeCrystal,
	type Example,
	freshCascade,
	readCascade,
} from './schema.ts';

let made = 0;
function fresh(key = 'play', ask: CascadeAsk = 'decision', model = 'small'): CascadeCrystal {
	return makeCascadeCrystal({
		id: `c${made++}`,
		scope: scopeOf(),
		at: 5,
		entry: 7,
		ask,
		key,
		tier: { name: 'device', model },
		simulated: false,
	});
}
const outcome = (what: Outcome, ms = 2000): Attempted => ({ outcome: what, ms, calls: what === 'again' ? 2 : 1, usd: 0 });
const blank = { base: 0.5, chance: undefined };
/** One question: usable, and right or wrong by its postcondition. */
function right(c: CascadeCrystal, yes = true): void {
	attempted(c, outcome('first'), 10);
	verified(c, yes, 'postcondition', blank, 10);
}
const times = (n: number, what: () => void): void => {
	for (let i = 0; i < n; i++) what();
};
const states = (c: CascadeCrystal): string[] => c.history.map((h) => h.to);

describe('the life of what is known about a tier', () => {
	it('is good enough after eight questions that were all usable and right', () => {
		const c = fresh();
		expect(c.state).toBe('trial');
		times(3, () => right(c));
		expect(c.state).toBe('trial');
		right(c);
		expect(c.state).toBe('shadow');
		times(3, () => right(c));
		expect(verdictOf({ own: c }).is).toBe('open');
		right(c);
		expect(c).toMatchObject({ state: 'autonomous', data: { verdict: 'good', by: 'both' } });
		expect(c.history.at(-1)?.why).toBe('good enough after 8 questions: right by its postcondition');
	});

	it('is not good enough while nobody checked its answers', () => {
		const c = fresh();
		times(100, () => attempted(c, outcome('first'), 10));
		expect(c.state).toBe('shadow');
		expect(verdictOf({ own: c }).is).toBe('open');
	});

	it('needs no check of a line of narration: usable is all that can be known', () => {
		const c = fresh('quest', 'narration');
		times(8, () => attempted(c, outcome('again'), 10));
		expect(c).toMatchObject({ state: 'autonomous', data: { verdict: 'good', by: 'usable' } });
	});

	it.each(['refused', 'timed-out', 'failed'] as const)('is to be skipped after seven questions that %s', (what) => {
		const c = fresh();
		times(6, () => attempted(c, outcome(what), 10));
		expect(c.state).toBe('shadow');
		attempted(c, outcome(what), 10);
		expect(c).toMatchObject({ state: 'autonomous', data: { verdict: 'skip', by: 'usable' } });
	});

	it('is to be skipped when it always answers and is always wrong', () => {
		const c = fresh();
		times(7, () => right(c, false));
		expect(c).toMatchObject({ state: 'autonomous', data: { verdict: 'skip', by: 'right' } });
	});

	it('a success costs the way to skipping more than four failures', () => {
		const c = fresh();
		times(6, () => attempted(c, outcome('refused'), 10));
		attempted(c, outcome('first'), 10);
		times(5, () => attempted(c, outcome('refused'), 10));
		expect(c.state).toBe('shadow');
		attempted(c, outcome('refused'), 10);
		expect(c.data.verdict).toBe('skip');
	});

	it('falls into quarantine when a good tier fails six times in a row, and everything is counted afresh', () => {
		const c = fresh();
		times(20, () => right(c));
		times(5, () => right(c, false));
		expect(c.state).toBe('autonomous');
		right(c, false);
		expect(c).toMatchObject({ state: 'quarantined', data: { verdict: 'open', right: { k: 0, w: 0, alarm: 0 } } });
		expect(verdictOf({ own: c }).is).toBe('open');
		// Counts for people are never forgotten.
		expect(askedOf(c.data)).toBe(26);
	});

	it('holds through failures that a good tier has', () => {
		const c = fresh();
		times(20, () => right(c));
		times(25, () => {
			times(4, () => right(c));
			right(c, false);
		});
		expect(c.state).toBe('autonomous');
	});

	it('comes back from being skipped after two usable answers in a row', () => {
		const c = fresh();
		times(7, () => attempted(c, outcome('refused'), 10));
		attempted(c, outcome('first'), 10);
		expect(c.data.verdict).toBe('skip');
		attempted(c, outcome('first'), 10);
		expect(c.state).toBe('quarantined');
		times(8, () => right(c));
		expect(c).toMatchObject({ state: 'autonomous', data: { verdict: 'good' } });
		expect(states(c)).toEqual(['shadow', 'autonomous', 'quarantined', 'shadow', 'autonomous']);
	});

	it('usable answers do not speak for a tier that was skipped because they are wrong', () => {
		const c = fresh();
		times(7, () => right(c, false));
		times(10, () => attempted(c, outcome('first'), 10));
		expect(c).toMatchObject({ state: 'autonomous', data: { verdict: 'skip' } });
	});

	it('learns nothing once it is retired', () => {
		const c = fresh();
		times(4, () => right(c));
		retireByHand(c, 11);
		const before = JSON.stringify(c);
		right(c);
		weighed(c, true);
		expect(JSON.stringify(c)).toBe(before);
	});
});

describe('what is known, put to use', () => {
	it('leans on the ask as a whole where the kind itself has seen little', () => {
		const whole = fresh('');
		times(30, () => right(whole));
		const own = fresh('shop');
		expect(historyOf({ own, whole }).right).toBeGreaterThan(0.9);
		times(4, () => right(own, false));
		expect(historyOf({ own, whole }).right).toBeLessThan(0.55);
	});

	it('follows the verdict of the ask where a kind has none, unless the kind saw the opposite', () => {
		const whole = fresh('');
		times(7, () => attempted(whole, outcome('failed'), 10));
		const own = fresh('shop');
		expect(verdictOf({ own, whole })).toMatchObject({ is: 'skip', from: whole });
		times(3, () => right(own));
		expect(verdictOf({ own, whole }).is).toBe('open');
	});

	it('follows nothing for a kind that was retired by hand', () => {
		const whole = fresh('');
		times(7, () => attempted(whole, outcome('failed'), 10));
		const own = fresh('shop');
		attempted(own, outcome('failed'), 10);
		retireByHand(own, 11);
		expect(verdictOf({ own, whole }).is).toBe('open');
	});

	it('waits twice as long as nine of ten of its answers take, once it has eight of them', () => {
		const c = fresh();
		times(7, () => attempted(c, outcome('first', 2000), 10));
		expect(waitOf({ own: c })).toBeUndefined();
		attempted(c, outcome('first', 3000), 10);
		expect(waitOf({ own: c })).toBe(6000);
		// What was given up on would have taken longer still.
		times(4, () => attempted(c, outcome('timed-out', 6000), 10));
		expect(waitOf({ own: c })).toBe(18_000);
	});

	it('gives a skipped tier a chance at a falling rate, never none', () => {
		expect(chanceAgain(0)).toBe(0.25);
		expect(chanceAgain(16)).toBe(0.05);
		expect(chanceAgain(1000)).toBe(0.02);
		const c = fresh();
		times(7, () => attempted(c, outcome('failed'), 10));
		times(3, () => skipped(c));
		expect(c.data.skips).toBe(3);
	});

	it('foretells nothing below twelve verified answers, and learns then what the signs are worth', () => {
		const whole = fresh('');
		times(PREDICT_LEAST - 1, () => right(whole));
		expect(predict({ whole }, { confidence: 0.9 }).chance).toBeUndefined();
		for (let i = 0; i < 60; i++) {
			const good = i % 2 === 0;
			attempted(whole, outcome('first'), 10);
			verified(whole, good, 'truth', { base: 0.5, chance: undefined, confidence: good ? 0.9 : 0.3, agrees: good }, 10);
		}
		const sure = predict({ whole }, { confidence: 0.9, agrees: true }).chance as number;
		const unsure = predict({ whole }, { confidence: 0.3, agrees: false }).chance as number;
		expect(sure).toBeGreaterThan(0.85);
		expect(unsure).toBeLessThan(0.25);
	});

	it('foretells by history where signs say nothing', () => {
		const whole = fresh('');
		let i = 0;
		times(60, () => {
			attempted(whole, outcome('first'), 10);
			verified(whole, i++ % 4 !== 0, 'truth', predict({ whole }, {}), 10);
		});
		expect(predict({ whole }, {}).chance).toBeCloseTo(historyOf({ whole }).right, 1);
	});

	it('measures how far predictions and outcomes lie apart', () => {
		const row = (p: number, y: 0 | 1): Example => [0.5, null, 0, p, y];
		const honest = Array.from({ length: 40 }, (_, i) => row(0.75, i % 4 === 0 ? 0 : 1));
		expect(calibrationError(honest)).toBeCloseTo(0);
		expect(calibrationError(honest.map((e) => row(0.95, e[4])))).toBeCloseTo(0.2);
		expect(calibrationError(honest.slice(0, 19))).toBeUndefined();
	});

	it('reads aloud what it knows', () => {
		const c = fresh('play', 'decision', 'SmolLM2');
		times(14, () => right(c));
		times(2, () => right(c, false));
		expect(cascadeText(c)).toBe('decision on play: SmolLM2 on this device: 16 of 16 usable, 14 of 16 right, 2.0 s; good enough');
		expect(cascadeText(fresh(''))).toBe('any decision: small on this device: not asked yet; undecided');
		const { score, floor } = successOf(c.data);
		expect(score).toBeGreaterThan(floor);
		expect(floor).toBeGreaterThan(0.5);
	});
});

describe('by hand', () => {
	it('puts what the outcomes lean to into force, and takes that back', () => {
		const c = fresh();
		times(3, () => attempted(c, outcome('refused'), 10));
		const before = structuredClone({ state: c.state, verdict: c.data.verdict });
		const done = approveByHand(c, 20);
		expect(done).toMatchObject({ ok: true, act: { what: 'approve', said: `approved ${c.name} as to be skipped` } });
		expect(verdictOf({ own: c }).is).toBe('skip');
		if (done.ok) done.act.takeBack(21);
		expect({ state: c.state, verdict: c.data.verdict }).toEqual(before);
	});

	it('does not approve what was never asked, is retired or is followed already', () => {
		const c = fresh();
		expect(approveByHand(c, 20)).toMatchObject({ ok: false });
		times(8, () => right(c));
		expect(approveByHand(c, 20)).toMatchObject({ ok: false });
		retireByHand(c, 21);
		expect(approveByHand(c, 22)).toMatchObject({ ok: false });
	});

	it('forgets all of it at once, and takes that back', () => {
		const [a, b, never] = [fresh(''), fresh('play'), fresh('shop')];
		times(9, () => right(a));
		times(3, () => right(b));
		const before = structuredClone([a.data, b.data, a.state, b.state]);
		const saved: string[] = [];
		const done = forgetCascade([a, b, never], 30, (c) => saved.push(c.id));
		expect(saved).toEqual([a.id, b.id]);
		expect([a.state, b.state, askedOf(a.data), askedOf(b.data)]).toEqual(['trial', 'trial', 0, 0]);
		expect(done).toMatchObject({ ok: true, act: { what: 'forget', said: 'forgot what was learnt about 1 model' } });
		if (done.ok) done.act.takeBack(31);
		expect([a.data, b.data, a.state, b.state]).toEqual(before);
	});

	it('says that there is nothing to forget', () => {
		expect(forgetCascade([fresh()], 30, () => {})).toMatchObject({ ok: false });
	});
});

describe('its schema', () => {
	it('reads back what it wrote', () => {
		const c = fresh('');
		times(9, () => right(c));
		attempted(c, outcome('timed-out'), 10);
		weighed(c, true);
		const stored = JSON.parse(JSON.stringify(c.data)) as unknown;
		expect(readCascade(stored, CASCADE_SCHEMA)).toEqual({ ok: true, data: c.data });
		expect(readKind('cascade', c.schema, stored, {})).toMatchObject({ ok: true });
	});

	it.each([
		['a verdict of another sort', { verdict: 'best' }],
		['counts below zero', { outcomes: { first: -1, again: 0, refused: 0, timedOut: 0, failed: 0 } }],
		['a tier that is none', { tier: { name: 'crystal', model: 'm' } }],
		['times that are none', { ms: [Number.NaN] }],
		['more times than are kept', { ms: Array.from({ length: 65 }, () => 1) }],
	])('refuses %s, and names the field', (_, part) => {
		const read = readCascade({ ...freshCascade('decision', '', { name: 'device', model: 'm' }, false), ...part }, 1);
		expect(read).toMatchObject({ ok: false, why: expect.stringContaining(Object.keys(part)[0] as string) as string });
	});

	it('refuses a version that it does not know', () => {
		expect(readCascade({}, CASCADE_SCHEMA + 1)).toMatchObject({ ok: false });
		expect(CASCADE_MIGRATIONS).toHaveLength(CASCADE_SCHEMA - 1);
	});
});

describe('what came with a pack', () => {
	it('is a claim: no count, time or verdict of it is in force', () => {
		const there = fresh('');
		times(12, () => right(there));
		const here = asForeign('cascade', there.data);
		expect(here).toEqual({
			...freshCascade('decision', '', { name: 'device', model: 'small' }, false),
			claimed: { verdict: 'good', good: 12, of: 12, ms: 2000 },
		});
	});

	it('is taken up after four outcomes here that agree, and not when one does not', () => {
		const there = fresh();
		times(12, () => right(there));
		const here = (): CascadeCrystal => ({ ...fresh(), state: 'shadow', data: asClaim(there.data) });
		const agreeing = here();
		times(3, () => right(agreeing));
		expect(agreeing.state).toBe('shadow');
		right(agreeing);
		expect(agreeing).toMatchObject({ state: 'autonomous', data: { verdict: 'good' } });
		const differing = here();
		right(differing, false);
		times(5, () => right(differing));
		expect(differing.state).toBe('shadow');
	});
});
