import { describe, expect, it } from 'vitest';
import { isolationStep, makeTriedMark } from './isolation.ts';

const FRESH = { isolated: false, controlled: true, tried: false, inUse: false } as const;

describe('isolating a page whose host sends no headers', () => {
	it('reloads once the service worker answers for it', () => {
		expect(isolationStep({ ...FRESH, controlled: false })).toBe('later');
		expect(isolationStep(FRESH)).toBe('reload');
	});
	it('leaves a page alone that somebody uses', () => expect(isolationStep({ ...FRESH, inUse: true })).toBe('later'));
	it('leaves an isolated page alone', () => expect(isolationStep({ ...FRESH, isolated: true, tried: true })).toBe('done'));
	it('never reloads twice, however often it is asked', () => {
		const stored = new Map<string, string>();
		const mark = makeTriedMark(() => ({
			getItem: (key) => stored.get(key) ?? null,
			setItem: (key, value) => void stored.set(key, value),
		}));
		let reloads = 0;
		for (let load = 0; load < 10; load++) {
			if (isolationStep({ ...FRESH, tried: mark.read() }) === 'reload' && mark.write()) reloads++;
		}
		expect(reloads).toBe(1);
		expect(isolationStep({ ...FRESH, tried: mark.read() })).toBe('refused');
	});
	it('never reloads where the try cannot be remembered', () => {
		const refuses = makeTriedMark(() => {
			throw new DOMException('no storage here', 'SecurityError');
		});
		expect(isolationStep({ ...FRESH, tried: refuses.read() })).toBe('refused');
		const forgets = makeTriedMark(() => ({ getItem: () => null, setItem: () => undefined }));
		expect(forgets.read()).toBe(false);
		expect(forgets.write()).toBe(false);
	});
});
