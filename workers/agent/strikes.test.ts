import 'fake-indexeddb/auto';
import { expect, it, vi } from 'vitest';
import { openStore } from '../../src/adapters/store.ts';
import { type Crystal } from '../../src/core/crystals/crystal.ts';
import { makeRuleCheck, readWritten } from '../../src/core/crystals/rule/check.ts';
import { makeFactTable } from '../../src/core/facts/snapshot.ts';
import { type EntryDraft, type LedgerEntry, makeLedger } from '../../src/core/ledger.ts';
import type { Box } from '../../src/core/geometry.ts';
import { asked } from '../../src/core/graduation/day.fixture.ts';
import { readProfile } from '../../src/core/profile.ts';
import type { Unused } from '../../src/core/question.ts';
import type { AnsweredDraft } from '../../src/core/strikes/answered.ts';
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

async function play(name: string, unattended = false) {
	if (!read.ok) throw new Error(JSON.stringify(read));
	const store = await openStore({ name, now: () => 1, checkData: checkCrystal });
	const crystals = new Map<string, Crystal>();
	const add = (id: string, state: Crystal['state'], kind: Crystal['kind'] = 'skill') =>
		crystals.set(id, { id, name: `name of ${id}`, kind, state } as Crystal);
	const gallery = {
		renameCrystal: vi.fn(async (_id: string, _name: string) => ''),
		retireCrystal: vi.fn(async (_id: string) => ''),
		reviveCrystal: vi.fn(async (_id: string) => ''),
		pinCrystal: vi.fn(async (_id: string, _on: boolean) => ''),
		approveAsAlways: vi.fn(async (_id: string) => {}),
		keepPlaces: vi.fn(async (_id: string, _places: readonly Box[]) => ''),
	};
	const nameScreen = vi.fn(async (_name: string, look: string) => (look === 'f'.repeat(16) ? ['t9', 's9'] : 'The picture is another one.'));
	const now = { at: 5 };
	const learn = vi.fn((_draft: AnsweredDraft, text: string, _base: string, _unused: readonly Unused[]) => (text === '' ? 'Write it.' : ''));
	const importRules = vi.fn(async (text: string) => (text.includes('then') ? '' : 'Line 1: no rule.'));
	const onChange = vi.fn();
	const profile = read.profile;
	const memory = await strikesBefore(store, 'g');
	const ledger = makeLedger({ session: 's', next: 1, now: () => now.at, persist: (entry: LedgerEntry) => desk.see(entry) });
	const desk = makeStrikeDesk({
		store,
		profile,
		memory,
		ledger: () => ledger,
		crystals: () => crystals,
		gallery: () => gallery,
		importRules,
		nameScreen,
		standing: () => ({ literal: () => undefined, act: () => undefined, isPlace: () => true }),
		learn,
		unattended,
		clock: { now: () => now.at },
		onChange,
	});
	const write = async (times: number, draft: EntryDraft): Promise<void> => {
		for (let i = 0; i < times; i++) ledger.append(draft);
		await Promise.resolve();
	};
	const struck = () => ledger.entries().flatMap((e) => (e.type === 'strike' ? [[e.event, e.times, e.draft]] : []));
	return { store, add, gallery, learn, importRules, nameScreen, now, onChange, desk, write, struck };
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

const look = 'f'.repeat(16);
const nobodyKnows: EntryDraft = asked({
	tier: 'cloud',
	calls: 1,
	kind: 'title',
	screen: 'unknown',
	look,
	why: 'answer-unknown: nobody knows',
});

it('holds the fourth call until a screen is named, and approves what that made', async () => {
	const t = await play('strikes-screen');
	const question = { ask: 'perception', kind: 'title', look } as const;
	await t.write(2, nobodyKnows);
	expect(t.desk.held(question)).toBeUndefined();
	await t.write(1, nobodyKnows);
	expect(t.desk.held(question)).toContain('asked 3 times for nothing');
	expect(t.desk.held({ ...question, look: '0'.repeat(16) })).toBeUndefined();
	t.add('t9', 'trial', 'template');
	t.add('s9', 'trial', 'screen');
	const key = t.desk.views[0]?.key ?? '';
	expect(await t.desk.answer(key, true, ' ? ')).toBe('The screen needs a name of its own.');
	expect(await t.desk.answer(key, true, 'Loading  picture')).toBe('');
	expect(t.nameScreen.mock.calls).toEqual([['loading-picture', look]]);
	expect(t.gallery.approveAsAlways.mock.calls).toEqual([['t9']]);
	expect(t.desk.held(question)).toBeUndefined();
	expect(t.struck().map(([event]) => event)).toEqual(['asked', 'accepted']);
});

it('keeps a box at the places it was put to, as they were edited, and refuses what is no box', async () => {
	const t = await play('strikes-places');
	t.add('t1', 'autonomous', 'template');
	for (const y of [10, 90, 10])
		await t.write(1, { type: 'intervention', what: 'correct', detail: '', crystal: 't1', after: [20, y, 40, 16] });
	expect(t.desk.heldHand('correction', 'name of t1')).toContain('3 times');
	expect(t.desk.views[0]?.draft).toMatchObject({ kind: 'places' });
	const key = t.desk.views[0]?.key ?? '';
	expect(await t.desk.answer(key, true, '20 10 40')).toContain('"20 10 40" is no box');
	expect(await t.desk.answer(key, true, '20 10 40 16\n20, 90, 40 × 16')).toBe('');
	expect(t.gallery.keepPlaces.mock.calls).toEqual([
		[
			't1',
			[
				[20, 10, 40, 16],
				[20, 90, 40, 16],
			],
		],
	]);
	expect(t.desk.heldHand('correction', 'name of t1')).toBe('');
});

it('approves from then on what comes to be or was set back by hand, and never what harm set aside', async () => {
	const t = await play('strikes-approval');
	t.add('t1', 'autonomous', 'template');
	await t.write(3, { type: 'intervention', what: 'approve', detail: '', crystal: 't1' });
	expect(t.desk.heldHand('approval', 'name of t1')).toContain('3 times');
	expect(await t.desk.answer(t.desk.views[0]?.key ?? '', true, 'template name of *')).toBe('');
	const state = (name: string, from: 'trial' | 'quarantined' | 'autonomous', why: string, hand?: 'act' | 'undo'): EntryDraft => ({
		type: 'state',
		crystal: name,
		kind: 'template',
		name: `name of ${name}`,
		from,
		to: 'shadow',
		why,
		...(hand === undefined ? {} : { hand }),
	});
	await t.write(1, state('t2', 'trial', 'found on three later frames'));
	await t.write(1, state('t3', 'autonomous', 'the box was put elsewhere', 'act'));
	await t.write(1, state('t4', 'quarantined', 'four clean labels'));
	await t.write(1, state('t5', 'autonomous', 'the world has changed, not by hand'));
	await t.write(1, state('t6', 'trial', 'named once more', 'undo'));
	expect(t.gallery.approveAsAlways.mock.calls).toEqual([['t2'], ['t3']]);
});

it('lets go after ten minutes where nobody is there to answer, and only there', async () => {
	const [alone, attended] = [await play('strikes-alone', true), await play('strikes-attended')];
	for (const t of [alone, attended]) {
		await t.write(3, nobodyKnows);
		t.now.at += 599_000;
		t.desk.lapse();
		expect(t.desk.views).toHaveLength(1);
		t.now.at += 1000;
		t.desk.lapse();
	}
	expect(alone.struck().map(([event]) => event)).toEqual(['asked', 'lapsed']);
	expect(alone.desk.views).toEqual([]);
	expect(attended.desk.views).toHaveLength(1);
});

it('has what was answered for nothing put right, and learns it', async () => {
	const t = await play('strikes-answered');
	const plan: EntryDraft = asked({
		ask: 'strategy',
		tier: null,
		calls: 2,
		misses: [{ tier: 'cloud', reason: 'bad-answer', detail: '' }],
		why: 'goals.0: "gold" is no fact',
		unused: { ask: 'strategy', answer: { goals: [{ name: 'Get out', priority: 1, when: [], until: [] }], rules: [] }, about: {} },
	});
	await t.write(3, plan);
	expect(t.struck()).toEqual([['asked', 3, 'Get out']]);
	const key = t.desk.views[0]?.key ?? '';
	expect(await t.desk.answer(key, true, ' ')).toBe('Write it.');
	expect(t.desk.held({ ask: 'strategy' })).toContain('3 times');
	expect(await t.desk.answer(key, true, 'Get out; until dialog-open == false')).toBe('');
	expect(t.learn.mock.lastCall?.slice(1)).toEqual(['Get out; until dialog-open == false', '["strategy","",""]', expect.any(Array)]);
	expect(t.learn.mock.lastCall?.[3]).toHaveLength(3);
	expect(t.desk.held({ ask: 'strategy' })).toBeUndefined();
});

it('says whether the newest takeover is one that it asks about', async () => {
	const t = await play('strikes-shown');
	await t.write(2, shown);
	expect(t.desk.asksWhatWasShown).toBe(false);
	await t.write(1, shown);
	expect(t.desk.asksWhatWasShown).toBe(true);
	await t.write(1, { ...shown, detail: 'key e' });
	expect(t.desk.asksWhatWasShown).toBe(false);
});
