import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Caps, dearest, makeBreaker, makeBudget, readBudget } from './budget.ts';

function clockAt(start = Date.UTC(2026, 0, 1, 12)) {
	let t = 0;
	return { now: () => start + t, monotonic: () => t, pass: (ms: number) => void (t += ms) };
}
const session = { id: 's', game: 'g' };
const caps: Caps = { minute: { usd: 0.1, calls: 3 }, session: { usd: 0.25, calls: 100 }, day: { usd: 1, calls: 100 } };

describe('the budget', () => {
	it('refuses what would pass a cap before it leaves, and says which', () => {
		const clock = clockAt();
		const budget = makeBudget({ clock, session, caps });
		expect(budget.reserve('cloud', 0.1)).toMatchObject({ ok: true });
		expect(budget.reserve('cloud', 0.01)).toMatchObject({
			ok: false,
			reason: 'cap-reached',
			detail: '$0.1100 would pass the cap of $0.1 a minute',
		});
		clock.pass(60_000);
		expect(budget.reserve('cloud', 0.1).ok).toBe(true);
		clock.pass(60_000);
		expect(budget.reserve('cloud', 0.06)).toMatchObject({ detail: expect.stringContaining('a session') });
	});

	it('counts calls too, free ones included', () => {
		const budget = makeBudget({ clock: clockAt(), session, caps });
		for (let i = 0; i < 3; i++) expect(budget.reserve('local', 0).ok).toBe(true);
		expect(budget.reserve('local', 0)).toMatchObject({ detail: '3 calls a minute are used up' });
	});

	it('gives back what a request did not cost', () => {
		const budget = makeBudget({ clock: clockAt(), session, caps });
		const a = budget.reserve('cloud', 0.1);
		if (a.ok) budget.settle(a.id, 0.02);
		expect(budget.spent.session.usd).toBeCloseTo(0.02);
		const b = budget.reserve('cloud', 0.08);
		if (b.ok) budget.refund(b.id);
		if (b.ok) budget.refund(b.id);
		expect(budget.spent.minute).toMatchObject({ usd: expect.closeTo(0.02, 9), calls: 1 });
	});

	it('refuses an unknown price for the cloud only', () => {
		const budget = makeBudget({ clock: clockAt(), session });
		expect(budget.reserve('cloud', null)).toMatchObject({ ok: false, detail: expect.stringContaining('type it in') });
		expect(budget.reserve('local', null).ok).toBe(true);
		expect(budget.reserve('cloud', Number.NaN).ok).toBe(false);
		expect(dearest({ inPerM: 1, outPerM: 4 }, 1000, 500)).toBeCloseTo(0.003);
		expect(dearest(null, 1, 1)).toBeNull();
	});

	it('carries the day over sessions and starts anew at midnight, but not when the clock is set back', () => {
		const clock = clockAt();
		const budget = makeBudget({ clock, session, caps, from: { day: '2026-01-01', usd: 0.95, calls: 9 } });
		expect(budget.reserve('cloud', 0.06)).toMatchObject({ ok: false, detail: expect.stringContaining('a day') });
		clock.pass(12 * 3_600_000);
		expect(budget.reserve('cloud', 0.06).ok).toBe(true);
		expect(budget.memory()).toMatchObject({ day: '2026-01-02', usd: expect.closeTo(0.06, 9), calls: 1 });
		clock.pass(-36 * 3_600_000);
		expect(budget.memory().usd).toBeCloseTo(0.06);
	});

	it('goes on over a reload with what it spent, unsettled reservations at their most', () => {
		const clock = clockAt();
		const first = makeBudget({ clock, session, caps });
		const open = first.reserve('cloud', 0.05);
		expect(open.ok).toBe(true);
		const kept = readBudget(JSON.parse(JSON.stringify(first.memory())));
		clock.pass(30_000);
		const second = makeBudget({ clock, session: { id: 'fresh', game: 'g' }, caps, from: kept });
		expect(second.session).toEqual({ id: 's', epoch: 2 });
		expect(second.spent).toMatchObject({ minute: { usd: 0.05, calls: 1 }, session: { usd: 0.05, calls: 1 }, day: { usd: 0.05, calls: 1 } });
		clock.pass(31_000);
		expect(second.spent.minute.calls).toBe(0);
	});

	it.each([
		['was ended', (budget: ReturnType<typeof makeBudget>) => budget.end(), 0, 'g'],
		['gave no sign of life for ten minutes', () => undefined, 600_000, 'g'],
		['was of another game', () => undefined, 0, 'other'],
	] as const)('begins anew after a session that %s, and the day goes on', (_what, end, pass, game) => {
		const clock = clockAt();
		const first = makeBudget({ clock, session, caps });
		first.reserve('cloud', 0.05);
		end(first);
		const kept = first.memory();
		clock.pass(pass);
		const second = makeBudget({ clock, session: { id: 'fresh', game }, caps, from: kept });
		expect(second.session).toEqual({ id: 'fresh', epoch: 1 });
		expect(second.spent).toMatchObject({ session: { usd: 0, calls: 0 }, day: { usd: 0.05, calls: 1 } });
	});

	it('takes a memory that cannot be read for a day used up, and one of before sessions went on as it is', () => {
		expect(readBudget(undefined)).toBeUndefined();
		expect(readBudget({ day: '2026-01-01', usd: -1, calls: 0 })).toBe('damaged');
		expect(readBudget({ day: '2026-01-01', usd: 0.5, calls: 2 })).toEqual({ day: '2026-01-01', usd: 0.5, calls: 2 });
		const clock = clockAt();
		const budget = makeBudget({ clock, session, caps, from: 'damaged' });
		expect(budget.reserve('cloud', 0.01).ok).toBe(false);
		clock.pass(24 * 3_600_000);
		expect(budget.reserve('cloud', 0.01).ok).toBe(true);
	});

	it('never lets open and settled requests together pass a cap', () => {
		fc.assert(
			fc.property(
				fc.array(fc.tuple(fc.constantFrom('reserve', 'settle', 'refund'), fc.double({ min: 0, max: 0.2, noNaN: true }), fc.nat(5)), {
					maxLength: 60,
				}),
				(steps) => {
					const clock = clockAt();
					const budget = makeBudget({ clock, session, caps });
					const open: { id: number; usd: number }[] = [];
					for (const [what, usd, i] of steps) {
						clock.pass(7000);
						const one = open[i % Math.max(1, open.length)];
						if (what === 'reserve') {
							const r = budget.reserve('cloud', usd);
							if (r.ok) open.push({ id: r.id, usd });
						} else if (one !== undefined) {
							open.splice(open.indexOf(one), 1);
							if (what === 'settle') budget.settle(one.id, one.usd * 0.9);
							else budget.refund(one.id);
						}
						expect(budget.spent.session.usd).toBeLessThanOrEqual(0.25 + 1e-6);
						expect(budget.spent.minute.usd).toBeLessThanOrEqual(0.1 + 1e-6);
						expect(budget.spent.day.usd).toBeGreaterThanOrEqual(0);
					}
				},
			),
			{ seed: 3, numRuns: 100 },
		);
	});
});

describe('the breaker', () => {
	it('opens at the third failure in a row, tries one request after 30 s, and closes when it works', () => {
		const clock = clockAt();
		const breaker = makeBreaker({ clock });
		breaker.failed();
		breaker.failed();
		breaker.succeeded();
		breaker.failed();
		breaker.failed();
		expect(breaker.refuses()).toBeUndefined();
		breaker.failed();
		expect(breaker.state).toBe('open');
		expect(breaker.refuses()).toBe('3 failures in a row; tried again in 30 s');
		clock.pass(30_000);
		expect(breaker.state).toBe('half-open');
		expect(breaker.refuses()).toBeUndefined();
		expect(breaker.refuses()).toContain('one request is trying');
		breaker.succeeded();
		expect(breaker.state).toBe('closed');
	});

	it('waits longer after a try that failed, and tries again when one never came back', () => {
		const clock = clockAt();
		const breaker = makeBreaker({ clock });
		for (let i = 0; i < 3; i++) breaker.failed();
		clock.pass(30_000);
		breaker.refuses();
		breaker.failed();
		clock.pass(30_000);
		expect(breaker.state).toBe('open');
		clock.pass(30_000);
		expect(breaker.refuses()).toBeUndefined();
		clock.pass(60_000);
		expect(breaker.refuses()).toBeUndefined();
	});
});
