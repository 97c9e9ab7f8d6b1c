import { describe, expect, it } from 'vitest';
import { blacken, choose, consentByCommand, makeConsentAsk, mayShare, openSession, sentEntry, withdraw } from './consent.ts';

const what = { game: 'flare', provider: 'api.example', tier: 'cloud', surface: 'window' } as const;
const given = (choice: 'never' | 'session' | 'always') =>
	choose(openSession([], 's1'), { game: 'flare', provider: 'api.example', choice, at: 1, masks: [[0, 0, 4, 4]] });

describe('consent', () => {
	it('is asked for once, and its absence is a miss', () => {
		expect(mayShare(openSession([], 's1'), what)).toMatchObject({ send: false, reason: 'no-consent', ask: true });
		expect(mayShare(given('never'), what)).toMatchObject({ send: false, ask: false, detail: 'api.example may not see pictures of flare' });
		expect(mayShare(given('always'), what)).toEqual({ send: true, masks: [[0, 0, 4, 4]] });
	});

	it('holds for one game and one provider', () => {
		expect(mayShare(given('always'), { ...what, game: 'practice' })).toMatchObject({ ask: true });
		expect(mayShare(given('always'), { ...what, provider: 'other.example' })).toMatchObject({ ask: true });
	});

	it('for a session ends with it', () => {
		const state = given('session');
		expect(mayShare(state, what).send).toBe(true);
		expect(mayShare(openSession(state.records, 's2'), what)).toMatchObject({ ask: true });
		expect(mayShare(openSession(given('always').records, 's2'), what).send).toBe(true);
		expect(mayShare(openSession(given('never').records, 's2'), what)).toMatchObject({ ask: false });
	});

	it('can be changed and taken back', () => {
		const state = choose(given('always'), { game: 'flare', provider: 'api.example', choice: 'never', at: 2, masks: [] });
		expect(mayShare(state, what)).toMatchObject({ send: false, ask: false });
		expect(state.records).toHaveLength(1);
		expect(mayShare(withdraw(state, 'flare', 'api.example'), what)).toMatchObject({ ask: true });
	});

	it('never covers a whole screen, and is not needed for a model in the page', () => {
		expect(mayShare(given('always'), { ...what, surface: 'monitor' })).toMatchObject({
			send: false,
			ask: false,
			detail: expect.stringContaining('share the game window'),
		});
		expect(mayShare(openSession([], 's1'), { ...what, tier: 'device', surface: 'monitor' }).send).toBe(true);
	});

	it('is given by naming a teacher on the command line', () => {
		expect(mayShare(consentByCommand(openSession([], 's1'), 'flare', 'api.example', 1), what).send).toBe(true);
	});

	it('shows the very crop, the price and the masks inside it', () => {
		const ask = makeConsentAsk({
			game: 'flare',
			provider: 'api.example',
			model: 'm',
			tier: 'cloud',
			frame: { width: 100, height: 80 },
			roi: [90, 10, 40, 20],
			bytes: 999,
			masks: [
				[0, 0, 95, 15],
				[0, 60, 10, 10],
			],
			price: { inPerM: 1, outPerM: 4 },
			simulated: true,
		});
		expect(ask).toMatchObject({
			crop: [90, 10, 10, 20],
			masks: [[0, 0, 5, 5]],
			price: '$1 in, $4 out for a million tokens (simulated)',
			choices: ['never', 'session', 'always'],
		});
		expect(makeConsentAsk({ ...ask, frame: { width: 9, height: 9 }, price: null, simulated: false }).price).toContain('unknown');
	});

	it('blackens what is masked and leaves the rest', () => {
		const rgba = new Uint8ClampedArray(4 * 9).fill(7);
		blacken(rgba, { width: 3, height: 3 }, [[1, 0.5, 9, 1]]);
		const [kept, black] = [
			[7, 7, 7, 7],
			[0, 0, 0, 7],
		];
		expect([...rgba]).toEqual([kept, black, black, kept, black, black, kept, kept, kept].flat());
	});

	it('lists every picture that left', () => {
		expect(sentEntry({ to: 'api.example', tier: 'cloud', size: { width: 4, height: 3 }, bytes: 99, sha256: 'ab' })).toEqual({
			type: 'sent',
			to: 'api.example',
			tier: 'cloud',
			width: 4,
			height: 3,
			bytes: 99,
			sha256: 'ab',
		});
	});
});
