import { describe, expect, it } from 'vitest';
import { BURST, makeMeter, OPEN_DIAL, readDial, shareOf, shareText, turnDial } from './dial.ts';

describe('the dial', () => {
	it('is turned for all asks, or for one that has a share of its own until it follows again', () => {
		const all = turnDial(OPEN_DIAL, 'all', 0.1);
		if (typeof all === 'string') throw new Error(all);
		expect(shareOf(all, 'narration')).toBe(0.1);
		const own = turnDial(all, 'narration', 0);
		if (typeof own === 'string') throw new Error(own);
		expect([shareOf(own, 'narration'), shareOf(own, 'decision')]).toEqual([0, 0.1]);
		const again = turnDial(own, 'narration', undefined);
		expect(again).toEqual(all);
		expect(shareText(null)).toBe('as needed');
		expect(shareText(0.015)).toBe('at most 1.5 %');
	});

	it.each([1.5, -0.1, Number.NaN, Infinity])('refuses %f, which is no share', (share) => {
		expect(turnDial(OPEN_DIAL, 'all', share)).toMatch(/between 0 and 100 %/);
	});

	it('is open where what was stored is no dial', () => {
		for (const stored of [undefined, null, 7, { all: 2, asks: {} }, { all: 0.5 }]) expect(readDial(stored)).toEqual(OPEN_DIAL);
		expect(readDial({ all: 0.5, asks: { decision: null } })).toEqual({ all: 0.5, asks: { decision: null } });
	});
});

describe('the meter', () => {
	it('lets one question through for every so many, and a few in a row when none came before', () => {
		const meter = makeMeter();
		let reached = 0;
		for (let i = 0; i < 100; i++) {
			meter.question(0.1);
			if (!meter.may(0.1)) continue;
			meter.spend(0.1);
			reached++;
		}
		expect(reached).toBe(11);
		for (let i = 0; i < 1000; i++) meter.question(0.1);
		let row = 0;
		for (; meter.may(0.1); row++) meter.spend(0.1);
		expect(row).toBe(BURST);
	});

	it('gives back what never left', () => {
		const meter = makeMeter();
		meter.spend(0.1);
		expect(meter.may(0.1)).toBe(false);
		meter.refund(0.1);
		expect(meter.may(0.1)).toBe(true);
	});

	it('never lets one through at zero, always as needed', () => {
		const meter = makeMeter();
		expect(meter.may(0)).toBe(false);
		for (let i = 0; i < 10; i++) meter.spend(null);
		expect(meter.may(null)).toBe(true);
	});

	it('sets the threshold at the share of the least likely answers', () => {
		const meter = makeMeter();
		for (let i = 0; i < 19; i++) meter.done({ device: true, local: false, cloud: false }, i / 20);
		expect(meter.threshold(0.2)).toBe(1);
		meter.done({ device: true, local: false, cloud: true }, 19 / 20);
		expect(meter.threshold(0.2)).toBe(0.2);
		expect(meter.threshold(null)).toBe(1);
		expect(meter.shares).toEqual({ questions: 20, device: 20, local: 0, cloud: 1 });
	});

	it('goes on where it was, and anew where its memory is damaged', () => {
		const meter = makeMeter();
		meter.question(0.5);
		meter.done({ device: false, local: true, cloud: true }, 0.4);
		expect(makeMeter(JSON.parse(JSON.stringify(meter.memory()))).memory()).toEqual(meter.memory());
		expect(makeMeter({ tokens: 1e9, reached: [], chances: [] }).memory()).toEqual(makeMeter().memory());
	});
});
