import { describe, expect, it } from 'vitest';
import { offersInstall } from './offers.ts';

const GOOD = { install: 'possible', stopped: true, playedMs: 60_000, crystals: 3 } as const;

describe('the offer to install', () => {
	it('comes after the first session that was played and learnt something', () => expect(offersInstall(GOOD)).toBe(true));
	it.each([
		['before anything was played', { stopped: false, playedMs: 0, crystals: 0 }],
		['in play', { stopped: false }],
		['after a mere look', { playedMs: 4000 }],
		['when nothing was learnt', { crystals: 0 }],
		['once refused', { install: 'dismissed' }],
		['once installed', { install: 'installed' }],
		['where the browser gives no dialog', { install: 'by-menu' }],
	] as const)('does not come %s', (_, change) => expect(offersInstall({ ...GOOD, ...change })).toBe(false));
});
