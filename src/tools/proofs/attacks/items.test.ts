import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../../files.mjs';
import { without } from './copy.mjs';
import { type Guard, ITEMS } from './items.mjs';

it('names every attack of the checklist once, and guards that stand where it says', () => {
	expect(ITEMS.map(({ item }) => item)).toEqual(Array.from({ length: 26 }, (_, i) => i + 1));
	for (const { item, guards, tests } of ITEMS) {
		expect([item, guards.length > 0, tests.length > 0]).toEqual([item, true, true]);
		const all = guards.flatMap((guard): Guard[] => (guard.also === undefined ? [guard] : [guard, guard.also]));
		for (const guard of all) {
			const source = readFileSync(join(root, guard.in), 'utf8');
			expect(without(source, guard)).not.toBe(source);
		}
		for (const [file, title] of tests) expect(readFileSync(join(root, file), 'utf8'), file).toContain(title);
	}
});

it('refuses a guard that is not there, or there twice', () => {
	const guard = { in: 'a.ts', text: 'if (bad)', instead: '' };
	expect(() => without('', guard)).toThrow('stands 0 times');
	expect(() => without('if (bad) if (bad)', guard)).toThrow('stands 2 times');
});
