import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { impatient } from './patience.ts';

describe('what is on its way', () => {
	beforeEach(() => void vi.useFakeTimers());
	afterEach(() => void vi.useRealTimers());

	it('is waited for once; then nobody waits until it is here', async () => {
		let give: (value: string) => void = () => {};
		let begun = 0;
		const ask = impatient(
			() => {
				begun++;
				return begun === 1 ? new Promise<string>((resolve) => (give = resolve)) : Promise.resolve('here');
			},
			5000,
			'It is being fetched.',
		);
		const first = ask();
		const told = expect(first).rejects.toThrow('It is being fetched.');
		await vi.advanceTimersByTimeAsync(5000);
		await told;
		await expect(ask()).rejects.toMatchObject({ name: 'NotYetError' });
		give('here');
		await vi.advanceTimersByTimeAsync(0);
		await expect(ask()).resolves.toBe('here');
		expect(begun).toBe(2);
	});

	it('that fails is told as it failed, and begun again by the next who asks', async () => {
		let begun = 0;
		const ask = impatient(() => Promise.reject(new Error(`no ${++begun}`)), 5000, 'It is being fetched.');
		await expect(ask()).rejects.toThrow('no 1');
		await expect(ask()).rejects.toThrow('no 2');
	});
});
