import { describe, expect, it } from 'vitest';
import { crossed, crossing } from './crossing.ts';
import { RuntimeError } from './runtime.ts';

/** What comlink leaves of an error. */
function overTheWall(error: Error): Error {
	return Object.assign(new Error(error.message), { name: error.name });
}

describe('an error on its way out of a worker', () => {
	it('keeps its reason and its sentence', () => {
		const thrown = new RuntimeError('bad-input', 'The text "a: b" is empty: nothing to say.');
		const back = crossed(overTheWall(crossing(thrown)));
		expect(back).toBeInstanceOf(RuntimeError);
		expect([back.reason, back.message]).toEqual(['bad-input', 'The text "a: b" is empty: nothing to say.']);
	});

	it('sorts the words of engines', () => {
		const reason = (said: unknown) => crossed(overTheWall(crossing(said))).reason;
		expect(reason(new RangeError('Array buffer allocation failed'))).toBe('out-of-memory');
		expect(reason(new Error('Aborted(OOM)'))).toBe('out-of-memory');
		expect(reason(new Error('failed to call OrtRun(). std::bad_alloc'))).toBe('out-of-memory');
		expect(reason(new Error('A valid external Instance reference no longer exists.'))).toBe('gpu-lost');
		expect(reason('ModelNotFoundError: Cannot find model record')).toBe('crashed');
		expect(crossed('a bare text', 'load-failed', 'Voice could not be loaded').message).toBe('Voice could not be loaded: a bare text');
	});

	it('believes no reason that is not on the list', () => {
		const odd = Object.assign(new Error('bored: it had enough'), { name: 'RuntimeError' });
		expect(crossed(odd)).toMatchObject({ reason: 'crashed', message: 'It failed: bored: it had enough' });
	});
});
