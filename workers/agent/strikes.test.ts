import 'fake-indexeddb/auto';
import { expect, it, vi } from 'vitest';
import { openStore } from '../../src/adapters/store.ts';
import { type Crystal } from '../../src/core/crystals/crystal.ts';
import { makeRuleCheck, readWritten } from '../../src/core/crystals/rule/check.ts';
import { makeFactTable } from '../../src/core/facts/snapshot.ts';
import { type EntryDraft, type LedgerEntry, makeLedger } from '../../src/core/ledger.ts';
import { readProfile } from '../../src/core/profile.ts';
import { checkCrystal } from './crystals.ts';
import { makeStrikeDesk, strikesBefore } from './strikes.ts';

const read = readProfile(
	JSON.stringify({
		falsework: 1,
		id: 'g',
		name: 'G',
		language: 'en',
		window: { title: 'G' },
		heartbeatMs: 250,
		goal: 'Play.',
		actions: [{ verb: 'open', does: 'opens', input: [{ key: 'i' }] }],
		facts: [{ name: 'dialog-open', type: 'boolean', about: 'a dialogue is there' }],
		safety: { keys: ['i'], buttons: [], ratePerSecond: 4 },
		narration: { persona: 'dry', events: [] },
	}),
);

async function play(name: string) {
	if (!read.ok) throw new Error(JSON.stringify(read));
	const store = await openStore({ name, now: () => 1, checkData: checkCrystal });
	const crystals = new Map<string, Crystal>();
	const add = (id: string, state: Crystal['state']) => crystals.set(id, { id, name: `name of ${id}`, kind: 'skill', state } as Crystal);
	const gallery = {
		renameCrystal: vi.fn(async (_id: string, _name: string) => ''),
		retireCrystal: vi.fn(async (_id: string) => ''),
		reviveCrystal: vi.fn(async (_id: string) => ''),
		pinCrystal: vi.fn(async (_id: string, _on: boolean) => ''),
	};
	const importRules = vi.fn(async (text: string) => (text.includes('then') ? '' : 'Line 1: no rule.'));
	const onChange = vi.fn();
	const profile = read.profile;
	const memory = await strikesBefore(store, 'g');
	const ledger = makeLedger({ session: 's', next: 1, now: () => 5, persist: (entry: LedgerEntry) => desk.see(entry) });
	const desk = makeStrikeDesk({
		store,
		profile,
		memory,
		ledger: () => ledger,
		crystals: () => crystals,
		gallery: () => gallery,
		importRules,
		onChange,
	});
	const write = async (times: number, draft: EntryDraft): Promise<void> => {
		for (let i = 0; i < times; i++) ledger.append(draft);
		await Promise.resolve();
	};
	const struck = () => ledger.entries().flatMap((e) => (e.type === 'strike' ? [[e.event, e.times, e.draft]] : []));
	return { store, add, gallery, importRules, onChange, desk, write, struck };
}
const shown: EntryDraft = {
	type: 'intervention',
	what: 'shown',
	detail: 'key i',
	screen: 'play',
	facts: { 'dialog-open': false },
	acts: [{ verb: 'open', args: {} }],
};
const TEXT = 'strategy: if screen == play and dialog-open == false then open()';

it('asks at the third, takes the rule as it was edited, and tells the ledger all of it', async () => {
	const t = await play('strikes-rule');
	await t.write(3, shown);
	expect(t.struck()).toEqual([['asked', 3, TEXT]]);
	expect(t.onChange).toHaveBeenCalledTimes(1);
	const [view] = t.desk.views;
	expect(view).toMatchObject({ sort: 'takeover', times: 3, draft: { kind: 'rule', text: TEXT }, repeats: [{ n: 1 }, { n: 2 }, { n: 3 }] });
	// What is proposed passes what anything written passes.
	if (!read.ok) throw new Error('no profile');
	const table = makeFactTable(read.profile);
	table.define({ id: 'screen', kind: 'enum', open: true });
	table.observe('screen', 'play', 1);
	expect(readWritten(TEXT, makeRuleCheck(table, read.profile))).toMatchObject({ ok: true });
	const key = view?.key ?? '';
	expect(await t.desk.answer(key, true, 'nonsense')).toBe('Line 1: no rule.');
	expect(t.desk.views).toHaveLength(1);
	expect(await t.desk.answer(key, true, ` ${TEXT} `)).toBe('');
	expect(t.importRules).toHaveBeenLastCalledWith(TEXT);
	expect(t.desk.views).toEqual([]);
	expect(t.struck().at(-1)).toEqual(['accepted', 3, TEXT]);
	expect(await t.desk.answer(key, true, TEXT)).toBe('That was answered already.');
});

it('remembers in the next session what was declined, until it happened twice as often', async () => {
	const first = await play('strikes-declined');
	await first.write(3, shown);
	expect(await first.desk.answer(first.desk.views[0]?.key ?? '', false, '')).toBe('');
	await first.store.close();
	const next = await play('strikes-declined');
	await next.write(2, shown);
	expect(next.struck()).toEqual([]);
	await next.write(1, shown);
	expect(next.struck()).toEqual([['asked', 6, TEXT]]);
	await next.store.close();
});

it('keeps one copy of a skill that was shown three times, and pins what was corrected, back from retirement where it must', async () => {
	const t = await play('strikes-skill');
	const acts = [
		{ verb: 'open', args: {} },
		{ verb: 'open', args: {} },
	];
	for (const crystal of ['k1', 'k2', 'k3']) {
		t.add(crystal, 'trial');
		await t.write(1, { ...shown, acts, crystal });
	}
	expect(await t.desk.answer(t.desk.views[0]?.key ?? '', true, 'peek-twice')).toBe('');
	expect(t.gallery.retireCrystal.mock.calls).toEqual([['k1'], ['k2']]);
	expect(t.gallery.renameCrystal.mock.calls).toEqual([['k3', 'peek-twice']]);
	t.add('t1', 'retired');
	await t.write(3, { type: 'intervention', what: 'correct', detail: 'template: corrected', crystal: 't1' });
	expect(await t.desk.answer(t.desk.views[0]?.key ?? '', true, '')).toBe('');
	expect([t.gallery.reviveCrystal.mock.calls, t.gallery.pinCrystal.mock.calls]).toEqual([[['t1']], [['t1', true]]]);
});
