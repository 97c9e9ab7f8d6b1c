import { describe, expect, it } from 'vitest';
import { mayAim } from './evidence.ts';

const trusted = { score: 0.95, state: 'autonomous', rank: 'probation' } as const;

describe('an act aimed at an element', () => {
	it('is let go with two channels, whatever the score', () => {
		expect(mayAim('start', { ...trusted, channels: ['shape', 'colour'], score: 0.81 }, false)).toEqual({
			ok: true,
			note: '"start" by shape and colour',
		});
	});

	it('is let go by shape alone only at a high score, and that is noted', () => {
		expect(mayAim('start', { ...trusted, channels: ['shape'] }, false)).toEqual({ ok: true, note: '"start" by shape alone' });
		expect(mayAim('start', { ...trusted, channels: ['shape'], score: 0.89 }, false)).toMatchObject({
			ok: false,
			reason: 'below-threshold',
		});
	});

	it('waits for a model while its crystal is not trusted', () => {
		const young = { ...trusted, state: 'shadow', channels: ['shape', 'colour', 'neighbours'] } as const;
		expect(mayAim('start', young, false)).toMatchObject({ ok: false, reason: 'shadow' });
		expect(mayAim('start', { ...young, channels: ['shape', 'model'] }, false)).toMatchObject({ ok: true });
		expect(mayAim('start', { channels: ['model'], score: 1 }, false)).toMatchObject({ ok: true, note: '"start" by model alone' });
	});

	it('waits for a second answer where one alone says so, by a crystal made of it or without', () => {
		const young = { score: 0.95, state: 'shadow', rank: 'probation', channels: ['shape', 'model'] } as const;
		expect(mayAim('start', { ...young, answers: 1 }, false)).toMatchObject({
			ok: false,
			why: '"start" by shape and model: one answer alone says so',
		});
		expect(mayAim('start', { ...young, answers: 2 }, false).ok).toBe(true);
		expect(mayAim('start', { channels: ['model'], score: 1, answers: 1 }, false).ok).toBe(false);
		expect(mayAim('start', { channels: ['model'], score: 1, answers: 2 }, false).ok).toBe(true);
		expect(mayAim('start', { ...trusted, channels: ['shape', 'model'], answers: 1 }, false).ok).toBe(true);
	});

	it('that cannot be undone needs two channels, and a sovereign crystal or a model that names it now', () => {
		const sovereign = { ...trusted, rank: 'sovereign' } as const;
		expect(mayAim('sell', { ...sovereign, channels: ['shape', 'neighbours'] }, true).ok).toBe(true);
		expect(mayAim('sell', { ...sovereign, channels: ['shape'], score: 1 }, true)).toMatchObject({ ok: false, reason: 'below-threshold' });
		expect(mayAim('sell', { ...trusted, rank: 'trusted', channels: ['shape', 'colour'] }, true)).toMatchObject({
			ok: false,
			reason: 'shadow',
		});
		expect(mayAim('sell', { ...trusted, channels: ['shape', 'model'] }, true).ok).toBe(true);
		expect(mayAim('sell', { channels: ['model'], score: 1 }, true).ok).toBe(false);
	});
});
