import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cloudCalls, deviceCalls, type EntryDraft, type LedgerEntry } from '../ledger.ts';
import { bestGraduation, type ConditionName, graduation, WINDOW_MINUTES } from './conditions.ts';
import { asked, call, DAY, dayOf, type DayOptions, scribe } from './day.fixture.ts';
import { MINUTE_MS, talliesOf } from './tally.ts';

const judge = (entries: readonly LedgerEntry[]) => graduation(talliesOf(entries), DAY / MINUTE_MS);
const states = (o: DayOptions) => Object.fromEntries(judge(dayOf(o)).conditions.map((c) => [c.name, c.met]));
const only = (missed: ConditionName) => ({
	perception: true,
	decision: true,
	narration: true,
	economy: true,
	operation: true,
	[missed]: false,
});
/** The same in every minute, or in some. */
const every =
	(n: number, draft: EntryDraft) =>
	(minute: number): EntryDraft[] =>
		minute % n === 0 ? [draft] : [];

describe('the graduation test', () => {
	it('is passed by a day that meets all five, and says what it saw', () => {
		const found = judge(dayOf());
		expect(found).toMatchObject({ graduated: true, simulated: false, from: DAY, to: DAY + 24 * 60 * MINUTE_MS });
		expect(found.conditions.map(({ missing }) => missing)).toEqual(['', '', '', '', '']);
		for (const { evidence } of found.conditions) expect(evidence).toMatch(/\d/);
	});

	it('misses perception alone where a vision model is asked every 59 minutes, also one in the page', () => {
		expect(states({ also: every(59, call('perception', 'device')) })).toEqual(only('perception'));
		expect(states({ also: (minute) => (minute % 59 === 0 && minute < 600 ? [call('perception', 'device')] : []) })).toMatchObject({
			perception: true,
		});
	});

	it('counts no hour before minute 15 of a session, and none in which nothing was looked at', () => {
		const begun = (minutes: number, seen: number): LedgerEntry[] => {
			const s = scribe('s');
			s.write(0, { type: 'session', event: 'started', game: 'g', detail: '', playedMs: 0 });
			for (let minute = 0; minute < minutes; minute++) {
				s.write(minute, asked({ ask: 'decision' }));
				if (minute >= 15 && minute < 15 + seen) s.write(minute, asked());
			}
			return s.entries;
		};
		const met = (minutes: number, seen: number) => judge(begun(minutes, seen)).conditions[0]?.met;
		expect([met(75, 60), met(74, 60), met(75, 59)]).toEqual([true, false, false]);
	});

	it('misses decision alone where each whole session has five calls to the cloud; a server nearby is told and not counted', () => {
		const inTheFirst = (n: number) => (minute: number) =>
			minute < n || (minute >= 700 && minute < 720) ? [call('decision', 'cloud')] : [];
		expect(states({ also: inTheFirst(5) })).toEqual(only('decision'));
		expect(states({ also: inTheFirst(4) })).toMatchObject({ decision: true });
		expect(states({ also: every(1, call('decision', 'local')) })).toMatchObject({ decision: true });
		expect(judge(dayOf({ also: every(1, call('decision', 'local')) })).conditions[1]?.evidence).toContain('660 calls to servers');
	});

	it('asks for a session that began and ended inside the window and was played for an hour', () => {
		const short = scribe('s');
		short.write(0, { type: 'session', event: 'started', game: 'g', detail: '', playedMs: 0 });
		short.write(1, asked({ ask: 'decision' }));
		short.write(90, { type: 'session', event: 'ended', game: 'g', detail: '', playedMs: 59 * MINUTE_MS });
		expect(judge(short.entries).conditions[1]).toMatchObject({ met: false, have: null });
		const cutOff = dayOf().filter((e) => !(e.type === 'session' && e.event === 'started'));
		expect(judge(cutOff).conditions[1]).toMatchObject({ met: false, have: null });
	});

	it.each(['narration', 'moderation'] as const)('misses narration alone for one %s call to the cloud', (ask) => {
		expect(states({ also: (minute) => (minute === 1000 ? [call(ask, 'cloud')] : []) })).toEqual(only('narration'));
	});

	it('misses narration where nothing was said', () => {
		expect(states({ speaks: false })).toEqual(only('narration'));
	});

	it.each([
		['as much spent as earned', { earnedMsat: 1000, spentMsat: 1000 }, /0\.001 sats more must be earned/],
		['nothing recorded yet', null, /wallet or an import/],
	])('misses the economy alone with %s', (_, sats, missing) => {
		expect(states({ sats })).toEqual(only('economy'));
		expect(judge(dayOf({ sats })).conditions[3]?.missing).toMatch(missing);
		expect(states({ sats: { earnedMsat: 1001, spentMsat: 1000 } })).toMatchObject({ economy: true });
	});

	it('counts money when it moved, and not when it was told', () => {
		const old: EntryDraft = { type: 'sats', movedAt: DAY - 1, direction: 'in', msat: 1e6, receipt: 'r', detail: '' };
		expect(states({ sats: null, also: (minute) => (minute === 700 ? [old] : []) })).toEqual(only('economy'));
		const fee: EntryDraft = { ...old, movedAt: DAY, direction: 'fee', msat: 4000 };
		expect(states({ also: (minute) => (minute === 700 ? [fee] : []) })).toEqual(only('economy'));
	});

	it('misses operation alone with 23.5 hours of progress, and counts no minute in which a person took part', () => {
		expect(states({ moves: (minute) => minute >= 30 })).toEqual(only('operation'));
		expect(states({ moves: (minute) => minute >= 29 })).toMatchObject({ operation: true });
		const hand: EntryDraft = { type: 'intervention', what: 'takeover', detail: 'key w' };
		expect(states({ also: (minute) => (minute < 30 ? [hand] : []) })).toEqual(only('operation'));
		const strike = (event: 'asked' | 'lapsed' | 'declined'): EntryDraft => ({
			type: 'strike',
			event,
			sort: 'call',
			key: 'k',
			what: 'A model was asked',
			times: 3,
			evidence: [],
			draft: '',
		});
		// Nobody is at hand where nobody answers.
		expect(states({ also: (minute) => (minute < 30 ? [strike('asked'), strike('lapsed')] : []) })).toMatchObject({ operation: true });
		expect(states({ also: (minute) => (minute < 30 ? [strike('declined')] : []) })).toEqual(only('operation'));
	});

	it('counts no more minutes of a session than were played: a clock that is set forward makes no day', () => {
		const set = dayOf().map((e) => (e.type === 'session' && e.event === 'ended' ? { ...e, playedMs: 6 * 60 * MINUTE_MS } : e));
		expect(judge(set).conditions[4]).toMatchObject({ met: false, have: 2 * (6 * 60 + 1) });
	});

	it('calls a day simulated in which a teacher, a price or a wallet was', () => {
		expect(judge(dayOf({ also: every(700, asked({ simulated: true })) })).simulated).toBe(true);
		const paid: EntryDraft = { type: 'sats', movedAt: DAY, direction: 'in', msat: 1, receipt: 'r', detail: '', simulated: true };
		expect(judge(dayOf({ also: every(700, paid) })).simulated).toBe(true);
	});

	it('finds the window that meets all among days that do not', () => {
		const shift = 7 * 60 * MINUTE_MS;
		const late = dayOf().map((e) => ({ ...e, at: e.at + shift, ...(e.type === 'sats' ? { movedAt: e.movedAt + shift } : {}) }));
		const before = scribe('before', 90_000);
		before.write(0, { type: 'session', event: 'started', game: 'g', detail: '', playedMs: 0 });
		before.write(1, call('narration', 'cloud'));
		const until = DAY + 50 * 60 * MINUTE_MS;
		const found = bestGraduation(talliesOf([...before.entries, ...late]), until);
		expect(found).toMatchObject({ graduated: true });
		expect(found.from).toBeGreaterThan(DAY + MINUTE_MS);
		expect(bestGraduation([], until)).toMatchObject({ graduated: false, to: until + MINUTE_MS });
	});

	it('tallies what a recount over the ledger gives, whatever was written', () => {
		const drafts: fc.Arbitrary<EntryDraft> = fc.oneof(
			fc
				.record({
					ask: fc.constantFrom('perception' as const, 'decision' as const, 'narration' as const),
					tier: fc.constantFrom('crystal' as const, 'device' as const, 'local' as const, 'cloud' as const, null),
					calls: fc.nat(3),
				})
				.map((more) => asked(more)),
			fc
				.record({ direction: fc.constantFrom('in' as const, 'out' as const, 'fee' as const), msat: fc.nat(1e6) })
				.map((m) => ({ type: 'sats', movedAt: DAY, receipt: '', detail: '', ...m }) as EntryDraft),
			fc
				.constantFrom('crystal' as const, 'cloud' as const)
				.map((tier) => ({ type: 'spoken', of: 1, tier, event: 'e', line: 'l' }) as EntryDraft),
		);
		const entries = fc
			.array(fc.tuple(fc.nat(WINDOW_MINUTES - 1), fc.constantFrom('a', 'b'), drafts), { maxLength: 60 })
			.map((all) => all.map(([minute, session, draft], n) => ({ ...draft, n, at: DAY + minute * MINUTE_MS, session }) as LedgerEntry));
		fc.assert(
			fc.property(entries, (ledger) => {
				const minutes = talliesOf(ledger).flatMap((s) => s.minutes);
				const add = (of: (m: (typeof minutes)[number]) => number) => minutes.reduce((sum, m) => sum + of(m), 0);
				const questions = ledger.flatMap((e) => (e.type === 'question' ? [e] : []));
				const sats = ledger.flatMap((e) => (e.type === 'sats' ? [e] : []));
				const total = (of: (q: (typeof questions)[number]) => number) => questions.reduce((sum, q) => sum + of(q), 0);
				expect(add((m) => m.cloud)).toBe(total(cloudCalls));
				expect(add((m) => m.cloud + m.local)).toBe(total((q) => q.calls - deviceCalls(q)));
				expect(add((m) => m.vlm)).toBe(total((q) => (q.ask === 'perception' ? q.calls : 0)));
				expect(add((m) => m.seen)).toBe(total((q) => (q.ask === 'perception' && q.tier === 'crystal' ? 1 : 0)));
				expect(add((m) => m.spoken)).toBe(ledger.filter((e) => e.type === 'spoken').length);
				const moved = talliesOf(ledger).flatMap((s) => s.sats);
				expect(moved.reduce((sum, m) => sum + m.earnedMsat - m.spentMsat, 0)).toBe(
					sats.reduce((sum, s) => sum + (s.direction === 'in' ? s.msat : -s.msat), 0),
				);
			}),
			{ seed: 8, numRuns: 200 },
		);
	});
});
