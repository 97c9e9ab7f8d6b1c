import { describe, expect, it } from 'vitest';
import { formatBytes, formatClock, formatLatency, formatRate, formatShare, formatUsd, plural } from './format.ts';

describe('formatUsd', () => {
	it('tells unknown, free and tiny apart', () => {
		expect([null, 0, 0.00001, 0.0004, 0.25, 12.5].map(formatUsd)).toEqual(['unknown', 'free', '<$0.0001', '$0.0004', '$0.2500', '$12.50']);
	});
});

describe('formatShare', () => {
	it('has nothing to say about nothing', () => expect(formatShare(0, 0)).toBe('too few to say'));
	it('keeps 100 % for all of them', () => {
		expect(formatShare(450, 450)).toBe('100 %');
		expect(formatShare(9999, 10_000)).toBe('99.9 %');
		expect(formatShare(448, 450)).toBe('99.5 %');
	});
	it('keeps 0 % for none of them', () => {
		expect(formatShare(0, 450)).toBe('0 %');
		expect(formatShare(1, 450)).toBe('<1 %');
	});
	it('rounds in between', () => expect(formatShare(412, 450)).toBe('92 %'));
});

it('shows hours only when there are some', () => {
	expect([0, 7_900, 754_000, 3_723_000].map(formatClock)).toEqual(['0:00', '0:07', '12:34', '1:02:03']);
});
it('shows latencies in the unit a person would use', () => {
	expect([0.3, 12.4, 640, 1234, 12_600].map(formatLatency)).toEqual(['<1 ms', '12 ms', '640 ms', '1.2 s', '13 s']);
});
it('shows bytes in decimal units', () => {
	expect([0, 999, 1500, 3_100_000, 250_000_000].map(formatBytes)).toEqual(['0 B', '999 B', '1.5 kB', '3.1 MB', '250 MB']);
});
it('gives a rate of nothing as a figure', () => expect(formatRate(0)).toBe('$0.00'));
it('counts one as one', () => {
	expect(plural(1, 'call')).toBe('1 call');
	expect(plural(1200, 'call')).toBe('1,200 calls');
});
