import { describe, expect, it } from 'vitest';
import { parseRule } from '../crystals/rule/text.ts';
import { asked } from '../graduation/day.fixture.ts';
import type { EntryDraft, LedgerEntry, QuestionEntry } from '../ledger.ts';
import { draftFor } from './draft.ts';
import { makeStrikes, type Strike, type StrikesMemory } from './strikes.ts';

const NAMES: Readonly<Record<string, string>> = { t1: 'hp-bar', t2: 'hp-bar', a1: 'Well done', k1: 'press-i-press-e', r1: 'a rule' };
const profile = {
	facts: [
		{ name: 'dialog-open', type: 'boolean' as const },
		{ name: 'mood', type: 'enum' as const, values: ['calm', 'cross'] },
		{ name: 'hp', type: 'number' as const },
	],
};
function play(memory?: StrikesMemory) {
	let n = 0;
	const opened: Strike[] = [];
	const strikes = makeStrikes({ name: (id) => NAMES[id], ask: (s) => opened.push(s), ...(memory === undefined ? {} : { memory }) });
	return {
		strikes,
		opened,
		times(count: number, ...drafts: EntryDraft[]) {
			for (let i = 0; i < count; i++) for (const draft of drafts) strikes.see({ ...draft, n: ++n, at: n, session: 's' } as LedgerEntry);
		},
		draft: () => draftFor(opened.at(-1) as Strike, profile, (id) => NAMES[id]),
	};
}
const decision = (more: Partial<QuestionEntry> = {}): EntryDraft =>
	asked({
		ask: 'decision',
		tier: 'cloud',
		calls: 1,
		misses: [{ tier: 'crystal', reason: 'no-crystal', detail: '' }],
		screen: 'shop',
		facts: { 'dialog-open': true, mood: 'calm', hp: 7 },
		act: { verb: 'click', args: { at: 'potion' } },
		why: 'all-refused: "hp" is not known here',
		...more,
	});
const shown = (more: object = {}): EntryDraft => ({
	type: 'intervention',
	what: 'shown',
	detail: 'key i',
	screen: 'play',
	facts: { 'dialog-open': false },
	acts: [{ verb: 'open-inventory', args: {} }],
	...more,
});
const byHand = (what: 'correct' | 'approve', crystal: string): EntryDraft => ({ type: 'intervention', what, detail: 'x', crystal });

describe('the third near-same', () => {
	it.each<[Strike['sort'], EntryDraft, object]>([
		['call', decision(), { kind: 'rule' }],
		['takeover', shown(), { kind: 'rule', text: 'strategy: if screen == play and dialog-open == false then open-inventory()' }],
		['correction', byHand('correct', 't1'), { kind: 'template', crystal: 't1' }],
		['approval', byHand('approve', 'a1'), { kind: 'template', crystal: 'a1' }],
	])('%s asks for an automation once, with its evidence and a draft', (sort, entry, draft) => {
		const t = play();
		t.times(2, entry);
		expect(t.opened).toEqual([]);
		t.times(3, entry);
		expect(t.opened).toHaveLength(1);
		expect(t.opened[0]).toMatchObject({ sort, times: 3, repeats: [{ n: 1 }, { n: 2 }, { n: 3 }] });
		expect(t.strikes.open.map((s) => s.times)).toEqual([5]);
		expect(t.draft()).toMatchObject(draft);
	});

	it('is not asked again after an answer until it happened twice as often, also in another session', () => {
		const t = play();
		t.times(3, decision());
		expect(t.strikes.answer(t.opened[0]?.key ?? '')).toMatchObject({ times: 3 });
		expect(t.strikes.open).toEqual([]);
		expect(t.strikes.answer(t.opened[0]?.key ?? '')).toBeUndefined();
		t.times(2, decision());
		const later = play(JSON.parse(JSON.stringify(t.strikes.memory())) as StrikesMemory);
		expect(later.strikes.open).toEqual([]);
		later.times(1, decision());
		expect(later.opened).toMatchObject([{ times: 6 }]);
	});

	it('stays open from session to session without being told anew', () => {
		const t = play();
		t.times(3, shown());
		const later = play(JSON.parse(JSON.stringify(t.strikes.memory())) as StrikesMemory);
		expect(later.strikes.open).toHaveLength(1);
		later.times(1, shown());
		expect(later.opened).toEqual([]);
	});

	it('is no call that taught or bore out something, nor an audit, a hit, or a provider that was away', () => {
		const t = play();
		t.times(9, decision({ why: 'checked 2 crystals; refused "hp": not known' }));
		t.times(9, decision({ why: 'confirmed-existing: a rule' }));
		t.times(9, decision({ made: ['x'], why: 'made rule "x"' }));
		t.times(9, decision({ misses: [{ tier: 'crystal', reason: 'audit', detail: '' }] }));
		t.times(9, decision({ tier: 'crystal', calls: 0 }));
		t.times(9, decision({ tier: null, misses: [{ tier: 'cloud', reason: 'timed-out', detail: '' }] }));
		expect(t.opened).toEqual([]);
		t.times(3, decision({ tier: null, misses: [{ tier: 'cloud', reason: 'bad-answer', detail: '' }] }));
		expect(t.opened).toHaveLength(1);
	});

	it('counts a call whose crystal came to nothing when it is set aside', () => {
		const t = play();
		const gone = (crystal: string): EntryDraft => ({
			type: 'state',
			crystal,
			kind: 'rule',
			name: 'a rule',
			from: 'shadow',
			to: 'quarantined',
			why: 'two harmful labels',
		});
		for (const id of ['r1', 'r2', 'r3']) t.times(1, decision({ made: [id], why: 'made rule' }));
		t.times(1, gone('r1'), gone('r1'), gone('r2'));
		expect(t.opened).toEqual([]);
		t.times(1, gone('r3'));
		expect(t.opened).toMatchObject([{ times: 3 }]);
		expect(t.opened[0]?.repeats[0]?.text).toContain('was quarantined: two harmful labels');
	});

	it('is not what was taken back', () => {
		const t = play();
		t.times(5, byHand('correct', 't1'), { type: 'intervention', what: 'undo', detail: '', crystal: 't1' });
		expect(t.opened).toEqual([]);
		t.times(3, byHand('correct', 't1'));
		expect(t.opened).toMatchObject([{ times: 3 }]);
	});

	it('is not another screen, other keys or another element', () => {
		const t = play();
		t.times(2, decision(), decision({ screen: 'map' }), shown(), shown({ detail: 'key e' }), shown({ screen: 'shop' }));
		t.times(2, byHand('correct', 't1'));
		expect(t.opened).toEqual([]);
		// A crystal that was learnt anew is still the same element.
		t.times(1, byHand('correct', 't2'));
		expect(t.opened).toMatchObject([{ sort: 'correction' }]);
	});
});

describe('a draft', () => {
	it('is a rule of what the moments share, which reads as a rule', () => {
		const t = play();
		t.times(1, decision(), decision({ facts: { 'dialog-open': true, mood: 'cross', hp: 7 } }), decision());
		const draft = t.draft();
		expect(draft).toEqual({
			kind: 'rule',
			text: 'strategy: if screen == shop and dialog-open == true then click(at: potion)',
		});
		expect(draft.kind === 'rule' && parseRule(draft.text)).toMatchObject({ ok: true });
	});

	it('says why there is none', () => {
		const t = play();
		for (const verb of ['a', 'b', 'c']) t.times(1, decision({ act: { verb, args: {} } }));
		expect(t.draft()).toMatchObject({ kind: 'none', why: expect.stringContaining('each time') });
		t.times(3, shown({ acts: [], detail: 'key F7' }));
		expect(t.draft()).toMatchObject({ kind: 'none', why: expect.stringContaining('No action of the profile') });
		t.times(3, asked({ tier: 'cloud', calls: 1, screen: 'x', why: 'answer-unknown: nobody knows' }));
		expect(t.draft()).toMatchObject({ kind: 'none', why: expect.stringContaining('nobody knows') });
	});

	it('of several keys is the skill that was shown', () => {
		const t = play();
		const acts = [
			{ verb: 'press', args: { key: 'i' } },
			{ verb: 'press', args: { key: 'e' } },
		];
		t.times(3, shown({ acts, detail: 'key i, key e', crystal: 'k1' }));
		expect(t.draft()).toEqual({ kind: 'skill', crystal: 'k1', name: 'press-i-press-e', steps: 'press(key: i), then press(key: e)' });
	});
});
