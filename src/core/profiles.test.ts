import { describe, expect, it } from 'vitest';
import { makeFactTable } from './facts/snapshot.ts';
import { readProfile } from './profile.ts';

const texts = import.meta.glob<string>('../../public/profiles/*.json', { query: '?raw', import: 'default', eager: true });

describe('the profiles that are built in', () => {
	it('are those of the two lands of the practice game, Flare and OpenMW', () => {
		expect(Object.keys(texts).map((path) => path.split('/').at(-1))).toEqual(['flare.json', 'openmw.json', 'practice.json', 'warren.json']);
	});

	it.each(Object.entries(texts))('%s is valid, named by its id, and its derived facts add up', (path, text) => {
		const read = readProfile(text);
		expect(read).toMatchObject({ ok: true });
		if (!read.ok) return;
		expect(path).toContain(`/${read.profile.id}.json`);
		expect(makeFactTable(read.profile).faults).toEqual([]);
	});

	it('say of OpenMW that it is not tested, and what it must not do lightly', () => {
		const read = readProfile(texts['../../public/profiles/openmw.json'] ?? '');
		if (!read.ok) throw new Error('not valid');
		expect(read.profile.note).toMatch(/^Not tested: needs the game's own data\./);
		expect(read.profile.actions.filter((a) => a.irreversible).map((a) => a.verb)).toEqual(['use', 'quick-save']);
	});
});
