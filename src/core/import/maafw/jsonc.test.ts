import { describe, expect, it } from 'vitest';
import { parseJsonc } from './jsonc.ts';

const valueOf = (text: string): unknown => {
	const read = parseJsonc(text);
	if (!read.ok) throw new Error(`${read.line}: ${read.why}`);
	return JSON.parse(JSON.stringify(read.value)) as unknown;
};

describe('parseJsonc', () => {
	it('reads what JSON.parse reads', () => {
		for (const text of ['{"a":[1,-2.5e3,true,null,"x\\u00e9\\n\\"\\\\/"]}', '[]', '{}', '"点"', '0', ' [ {} , [ ] ] '])
			expect(valueOf(text)).toEqual(JSON.parse(text));
	});

	it('takes comments, trailing commas and a byte order mark', () => {
		expect(valueOf('\uFEFF// head\n{ "a": 1, /* b, */ "c": [1, 2,], // "d": 3\n}')).toEqual({ a: 1, c: [1, 2] });
		expect(valueOf('{"url":"http://x/*y*/"}')).toEqual({ url: 'http://x/*y*/' });
	});

	it.each([
		['{"a":1', 1, 'no "," or "}"'],
		['{\n"a" 1}', 2, 'no ":"'],
		['[1 2]', 1, 'no "," or "]"'],
		['"abc', 1, 'never ends'],
		['"a\nb"', 1, 'never ends'],
		['/* x', 1, 'never ends'],
		['{}\n{}', 2, 'behind its end'],
		['[01]', 1, 'no "," or "]"'],
		['["\\x"]', 1, 'unknown escape'],
		['', 1, 'ends too early'],
		['{,}', 1, 'no name'],
		['nul', 1, 'where a value should stand'],
	])('names the line of what is wrong in %j', (text, line, why) => {
		const read = parseJsonc(text);
		expect(read.ok).toBe(false);
		if (read.ok) return;
		expect(read.line).toBe(line);
		expect(read.why).toContain(why);
	});

	it('refuses depth without overflowing', () => {
		expect(parseJsonc('['.repeat(100_000))).toMatchObject({ ok: false, why: 'is nested deeper than 64' });
		expect(parseJsonc('{"a":'.repeat(100_000))).toMatchObject({ ok: false, why: 'is nested deeper than 64' });
	});

	it('gives keys no way to a prototype', () => {
		const read = parseJsonc('{"__proto__":{"polluted":1},"constructor":2}');
		expect(read.ok && Object.keys(read.value as object)).toEqual(['__proto__', 'constructor']);
		expect(({} as { polluted?: number }).polluted).toBeUndefined();
	});
});
