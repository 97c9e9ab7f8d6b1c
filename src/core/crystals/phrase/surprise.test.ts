import { describe, expect, it } from 'vitest';
import type { NarrationEvent } from '../../question.ts';
import { seeded } from '../../random.fixture.ts';
import { beliefMoved, makeSurprise, type Setting, type Surprise } from './surprise.ts';

const SECOND = 1000;
/** With an event in so many milliseconds the usual budget is the top 2 %. */
const SLOW = 12 * SECOND;
const setting = (at = 0, more: Partial<Setting> = {}): Setting => ({ at, layer: 'fight', place: 'play', moved: 0, failed: false, ...more });
/** `n` events, that come in turn. */
function turns(surprise: Surprise, n: number, types = ['a', 'b'], from = 0, apart = SECOND): void {
	for (const type of types) surprise.told(type);
	for (let i = 0; i < n; i++) surprise.note({ type: types[i % types.length] as string }, setting(from + i * apart));
}

describe('surprise', () => {
	it('is the first of a kind until a line about it is known', () => {
		const surprise = makeSurprise();
		expect(surprise.note({ type: 'a' }, setting())).toMatchObject({
			firstOfKind: true,
			surprising: true,
			why: expect.stringContaining('first "a"'),
		});
		expect(surprise.note({ type: 'a' }, setting()).firstOfKind).toBe(true);
		surprise.told('a');
		expect(surprise.note({ type: 'a' }, setting())).toMatchObject({ firstOfKind: false, surprising: false });
	});

	it('is what hardly ever follows here, and not the tenth rat', () => {
		const surprise = makeSurprise();
		surprise.told('c');
		turns(surprise, 400, ['a', 'b'], 0, SLOW);
		surprise.note({ type: 'c' }, setting(400 * SLOW));
		turns(surprise, 100, ['a', 'b'], 401 * SLOW, SLOW);
		expect(surprise.note({ type: 'c' }, setting(502 * SLOW))).toMatchObject({ firstOfKind: false, surprising: true });
		surprise.note({ type: 'a' }, setting(503 * SLOW));
		expect(surprise.note({ type: 'b' }, setting(504 * SLOW)).surprising).toBe(false);
	});

	it('grows with a rare value, another place, an act that failed, and a belief that moved', () => {
		const bits = (event: NarrationEvent, more: Partial<Setting> = {}): number => {
			const surprise = makeSurprise();
			for (let i = 0; i < 60; i++) surprise.note({ type: 'fight', foe: i % 20 === 19 ? 'owl' : 'rat' }, setting(i * SECOND));
			return surprise.note(event, setting(60 * SECOND, more)).bits;
		};
		const usual = bits({ type: 'fight', foe: 'rat' });
		expect(bits({ type: 'fight', foe: 'owl' })).toBeGreaterThan(usual + 2);
		expect(bits({ type: 'fight', foe: 'dragon' })).toBeGreaterThan(bits({ type: 'fight', foe: 'owl' }));
		expect(bits({ type: 'fight', foe: 'rat' }, { failed: true })).toBeCloseTo(usual + 3);
		expect(bits({ type: 'fight', foe: 'rat' }, { moved: 1.5 })).toBeCloseTo(usual + 1.5);
	});

	it('may be a lesser one for who pays for more lines, and is none when the hour’s are spent', () => {
		const random = seeded(3);
		const types = 'abcdefghijklmnop'.split('');
		const spoken = (perHour: number): number => {
			const surprise = makeSurprise({ perHour: () => perHour });
			for (const type of types) surprise.told(type);
			let asked = 0;
			// Four hours with an event every five seconds; the rarer of them half as often as the one before.
			for (let i = 0; i < 4 * 720; i++) {
				const at = i * 5 * SECOND;
				const type = types[Math.min(types.length - 1, Math.floor(-Math.log2(random.next())))] as string;
				if (surprise.note({ type }, setting(at)).surprising && surprise.take(at)) asked++;
			}
			return asked / 4;
		};
		const lines = [3, 6, 24].map(spoken);
		expect(lines[0]).toBeLessThanOrEqual(3);
		expect(lines[1]).toBeLessThanOrEqual(6);
		expect(lines[1]).toBeGreaterThan(3);
		expect(lines[2]).toBeGreaterThan(12);
		expect(lines[2]).toBeLessThanOrEqual(24);
	});

	it('may speak of half the hour’s at once, of the others evenly, and of none when they are spent', () => {
		const surprise = makeSurprise();
		const minute = 60 * SECOND;
		const taken = Array.from({ length: 120 }, (_, i) => i).filter((i) => surprise.take(i * minute));
		expect(taken).toEqual([0, 1, 2, 10, 20, 30, 60, 61, 62, 70, 80, 90]);
		const fresh = makeSurprise();
		// What is new and nothing else leaves the last one.
		expect([fresh.take(0, false), fresh.take(0, false), fresh.take(0, false), fresh.take(0, true)]).toEqual([true, true, false, true]);
		const busy = makeSurprise({ perHour: () => 1 });
		expect([busy.take(0), busy.take(1), busy.left(59 * minute), busy.take(60 * minute)]).toEqual([true, false, 0, true]);
	});

	it('tells what the budget comes to at this pace', () => {
		const surprise = makeSurprise();
		turns(surprise, 100);
		expect(surprise.pace()).toMatchObject({
			eventsPerHour: expect.closeTo(3600, -2),
			share: expect.closeTo(6 / 3600),
			linesPerHour: expect.closeTo(6),
		});
	});

	it('goes on from what it was, also from what an older version kept', () => {
		const surprise = makeSurprise();
		turns(surprise, 80);
		surprise.take(5);
		const kept = JSON.parse(JSON.stringify(surprise.state())) as ReturnType<Surprise['state']>;
		expect(makeSurprise({ from: kept }).state()).toEqual(surprise.state());
		const old = makeSurprise({ from: { counts: { '>a': 3, 'a>a': 2 }, bits: [1, 2], last: 'a', asked: [] } });
		expect(old.note({ type: 'a' }, setting()).bits).toBeLessThan(1);
	});
});

it('measures how far a belief moved', () => {
	expect(beliefMoved({ k: 3, w: 1 }, { k: 3, w: 1 })).toBeCloseTo(0, 9);
	const one = beliefMoved({ k: 20, w: 0 }, { k: 20, w: 1 });
	expect(one).toBeGreaterThan(beliefMoved({ k: 20, w: 0 }, { k: 21, w: 0 }));
	// KL(Beta(2, 1) ‖ Beta(1, 1)) = ln 2 − 1/2 nats.
	expect(beliefMoved({ k: 0, w: 0 }, { k: 1, w: 0 })).toBeCloseTo((Math.LN2 - 0.5) / Math.LN2, 6);
});
