import { expect, it } from 'vitest';
import { DEFAULTS, readCode, readSeed, readSettings } from './values.ts';

it('takes a code with a gap and nothing shorter or longer', () => {
	expect(readCode('123 456')).toBe('123456');
	expect(readCode('12345')).toBeUndefined();
	expect(readCode('1234567')).toBeUndefined();
	expect(readCode('12a456')).toBeUndefined();
});
it('takes whole seeds that the game can hold', () => {
	expect(readSeed('0')).toBe(0);
	expect(readSeed('')).toBeUndefined();
	expect(readSeed('1.5')).toBeUndefined();
	expect(readSeed('2147483648')).toBeUndefined();
});
it('believes stored settings field by field', () => {
	expect(readSettings(null)).toEqual(DEFAULTS);
	expect(readSettings('{half')).toEqual(DEFAULTS);
	expect(readSettings('{"theme":"dark","practice":{"seed":9,"speed":99,"skin":"dusk"}}')).toEqual({
		...DEFAULTS,
		theme: 'dark',
		practice: { ...DEFAULTS.practice, seed: 9, skin: 'dusk' },
	});
	expect(readSettings('[]')).toEqual(DEFAULTS);
	expect(readSettings('{"voice":{"on":true,"voice":"af_heart","volume":0.3}}').voice).toEqual({ on: true, voice: 'af_heart', volume: 0.3 });
	expect(readSettings('{"voice":{"on":"yes","voice":"../x","volume":7}}').voice).toEqual(DEFAULTS.voice);
});
