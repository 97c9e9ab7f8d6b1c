import { expect, it } from 'vitest';
import { canonicalJson } from './canonical.ts';

it('gives equal values equal texts', () => {
	expect(canonicalJson({ b: 1, a: [{ d: 1, c: undefined }] })).toBe('{"a":[{"d":1}],"b":1}');
	expect(canonicalJson({ a: [{ d: 1 }], b: 1 })).toBe(canonicalJson({ b: 1, a: [{ d: 1 }] }));
});
