import { describe, expect, it } from 'vitest';
import { makeInstaller } from './install.ts';

function setUp({ standalone = false, stored = new Map<string, string>() } = {}) {
	const target = Object.assign(new EventTarget(), { matchMedia: () => ({ matches: standalone }) as MediaQueryList });
	const installer = makeInstaller(target as unknown as Window, () => ({
		getItem: (key) => stored.get(key) ?? null,
		setItem: (key, value) => void stored.set(key, value),
	}));
	const states: string[] = [];
	installer.onChange((state) => states.push(state));
	const offer = (outcome: 'accepted' | 'dismissed') => {
		const event = Object.assign(new Event('beforeinstallprompt', { cancelable: true }), { prompt: () => Promise.resolve({ outcome }) });
		target.dispatchEvent(event);
		return event;
	};
	return { installer, target, states, offer, stored };
}

describe('the offer to install', () => {
	it("holds the browser's own offer back and keeps it", () => {
		const { states, offer } = setUp();
		expect(offer('accepted').defaultPrevented).toBe(true);
		expect(states).toEqual(['by-menu', 'possible']);
	});
	it('is over once the app is installed', async () => {
		const { installer, target, states, offer } = setUp();
		offer('accepted');
		await installer.install();
		target.dispatchEvent(new Event('appinstalled'));
		expect(states.at(-1)).toBe('installed');
		expect(setUp({ standalone: true }).states).toEqual(['installed']);
	});
	it('is remembered as dismissed, here and in the browser’s dialog', async () => {
		for (const by of ['here', 'dialog'] as const) {
			const { installer, stored, offer } = setUp();
			offer('dismissed');
			if (by === 'here') installer.dismiss();
			else await installer.install();
			const again = setUp({ stored });
			again.offer('accepted');
			expect(again.states.at(-1), by).toBe('dismissed');
		}
	});
	it('works without storage', () => {
		const target = Object.assign(new EventTarget(), { matchMedia: () => ({ matches: false }) as MediaQueryList });
		const installer = makeInstaller(target as unknown as Window, () => {
			throw new DOMException('refused', 'SecurityError');
		});
		expect(() => installer.dismiss()).not.toThrow();
	});
});
