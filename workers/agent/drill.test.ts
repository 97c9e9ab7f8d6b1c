import { describe, expect, it } from 'vitest';
import type { DrillSchedule } from '../../src/core/drill.ts';
import { makeLedger } from '../../src/core/ledger.ts';
import { makeDrillDesk } from './drill.ts';

function setUp(schedule?: DrillSchedule) {
	let played = 0;
	const ledger = makeLedger({ session: 's', next: 1, now: () => played, persist: () => {} });
	const desk = makeDrillDesk({ ledger, played: () => played, schedule: () => schedule });
	return {
		desk,
		play(minutes: number) {
			played += minutes * 60_000;
			desk.look();
		},
		events: () => ledger.entries().map((e) => (e.type === 'drill' ? `${e.event} ${e.detail}` : e.type)),
	};
}

describe('a drill', () => {
	it('lasts its minutes of play, then says what stood', () => {
		const { desk, play, events } = setUp();
		expect(desk.pull(5, 'by hand')).toBe('');
		play(2);
		expect(desk.pulled).toBe(true);
		expect(desk.view.pulled).toEqual({ minutes: 5, leftMs: 180_000 });
		play(3);
		expect(desk.pulled).toBe(false);
		expect(desk.view).toMatchObject({ pulled: null, last: { minutes: 5, early: false } });
		expect(events()).toEqual(['pulled by hand', 'restored its time is over']);
	});

	it('can be ended early, and is refused twice over or without end', () => {
		const { desk } = setUp();
		expect(desk.restore('by hand')).toBe('The falsework is up.');
		expect(desk.pull(0, 'by hand')).not.toBe('');
		expect(desk.pull(Number.NaN, 'by hand')).not.toBe('');
		desk.pull(5, 'by hand');
		expect(desk.pull(5, 'by hand')).toBe('The falsework is pulled already.');
		expect(desk.restore('by hand')).toBe('');
		expect(desk.view.last?.early).toBe(true);
	});

	it('comes by its schedule, counted from the end of the last', () => {
		const { desk, play, events } = setUp({ everyMinutes: 15, minutes: 5 });
		play(14);
		expect(desk.pulled).toBe(false);
		play(1);
		expect(desk.pulled).toBe(true);
		play(5);
		expect(desk.pulled).toBe(false);
		play(14);
		expect(desk.pulled).toBe(false);
		play(1);
		expect(events()).toEqual(['pulled the schedule', 'restored its time is over', 'pulled the schedule']);
	});
});
