import { describe, expect, it } from 'vitest';
import { parseRule } from '../crystals/rule/text.ts';
import { asked } from '../graduation/day.fixture.ts';
import type { EntryDraft, LedgerEntry, QuestionEntry } from '../ledger.ts';
import type { Box } from '../geometry.ts';
import { fitsPattern } from './approvals.ts';
import { draftFor, NEW_SCREEN } from './draft.ts';
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
	const strikes = makeStrikes({
		name: (id) => NAMES[id],
		kind: () => 'template',
		ask: (s) => opened.push(s),
		...(memory === undefined ? {} : { memory }),
	});
	return {
		strikes,
		opened,
		times(count: number, ...drafts: EntryDraft[]) {
			for (let i = 0; i < count; i++) for (const draft of drafts) strikes.see({ ...draft, n: ++n, at: n, session: 's' } as LedgerEntry);
		},
		draft: () =>
			draftFor(
				opened.at(-1) as Strike,
				profile,
				(id) => NAMES[id],
				() => true,
				{ literal: () => undefined, act: () => undefined, isPlace: () => true },
			),
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
const unknown = (look = '0000ffff0000ffff') =>
	asked({ tier: 'cloud', calls: 1, kind: '', screen: 'unknown', look, why: 'answer-unknown: the model does not know this screen' });
const byHand = (what: 'correct' | 'approve', crystal: string): EntryDraft => ({ type: 'intervention', what, detail: 'x', crystal });

describe('the third near-same', () => {
	it.each<[Strike['sort'], EntryDraft, object]>([
		['call', decision(), { kind: 'rule' }],
		['takeover', shown(), { kind: 'rule', text: 'strategy: if screen == play and dialog-open == false then open-inventory()' }],
		['correction', byHand('correct', 't1'), { kind: 'template', crystal: 't1' }],
		['approval', byHand('approve', 'a1'), { kind: 'approval', crystal: 'a1', pattern: 'template Well done' }],
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

describe('what is asked about', () => {
	it('stops: the near-same is held until it is answered, and nothing else is', () => {
		const t = play();
		const question = { ask: 'decision', screen: 'shop', facts: { 'dialog-open': true, mood: 'calm', hp: 7 } } as const;
		t.times(2, decision());
		expect(t.strikes.holds(question)).toBeUndefined();
		t.times(1, decision());
		expect(t.strikes.holds(question)).toMatchObject({ times: 3 });
		expect(t.strikes.holds({ ...question, facts: { ...question.facts, hp: 7.2 } })).toMatchObject({ times: 3 });
		expect(t.strikes.holds({ ...question, facts: { 'dialog-open': false, mood: 'calm', hp: 90 } })).toBeUndefined();
		expect(t.strikes.holds({ ...question, screen: 'map' })).toBeUndefined();
		expect(t.strikes.holds({ ...question, ask: 'route' })).toBeUndefined();
		t.strikes.answer(t.opened[0]?.key ?? '');
		expect(t.strikes.holds(question)).toBeUndefined();
		t.times(3, byHand('correct', 't1'), byHand('approve', 'a1'));
		expect(t.strikes.holdsHand('correction', 'hp-bar')).toMatchObject({ times: 3 });
		expect(t.strikes.holdsHand('approval', 'Well done')).toMatchObject({ times: 3 });
		expect(t.strikes.holdsHand('approval', 'hp-bar')).toBeUndefined();
	});

	it('is a picture where one was asked about: another is not near-same', () => {
		const t = play();
		t.times(2, unknown());
		t.times(2, unknown('ffff0000ffff0000'));
		expect(t.opened).toEqual([]);
		t.times(1, unknown('0000ffff0000fffe'));
		expect(t.opened).toMatchObject([{ times: 3 }]);
		expect(t.strikes.holds({ ask: 'perception', kind: '', look: '0000ffff0000ffff' })).toMatchObject({ times: 3 });
		expect(t.strikes.holds({ ask: 'perception', kind: '', look: 'ffff0000ffff0000' })).toBeUndefined();
	});

	it('starts anew once a crystal has answered it', () => {
		const t = play();
		t.times(2, decision());
		t.times(1, decision({ tier: 'crystal', calls: 0, misses: [] }));
		t.times(2, decision());
		expect(t.opened).toEqual([]);
		t.times(1, decision());
		expect(t.opened).toHaveLength(1);
	});
});

describe('a standing approval', () => {
	it('is of a kind and a name with `*` for anything, lives from session to session, and ends with an undo or a retirement', () => {
		const t = play();
		expect(t.strikes.approveLike('tomplate hp-bar')).toContain('no kind of crystal');
		expect(t.strikes.approveLike('template *')).toContain('A name is needed');
		expect(t.strikes.approveLike('template hp-*')).toBe('');
		const later = play(JSON.parse(JSON.stringify(t.strikes.memory())) as StrikesMemory);
		expect(['hp-bar', 'hp-', 'mp-bar'].map((name) => later.strikes.approves('template', name))).toEqual([true, true, false]);
		expect(later.strikes.approves('region', 'hp-bar')).toBe(false);
		later.times(1, { type: 'intervention', what: 'retire', detail: '', crystal: 'a1' });
		expect(later.strikes.approves('template', 'hp-bar')).toBe(true);
		later.times(1, { type: 'intervention', what: 'retire', detail: '', crystal: 't1' });
		expect(later.strikes.approves('template', 'hp-bar')).toBe(false);
	});

	it.each([
		['a*c', 'a c', true],
		['a*b*c', 'a b b c', true],
		['a*b*c', 'a c b', false],
		['*a', 'a b a', true],
		['a', 'a b', false],
		['a*a', 'a', false],
	])('%s of %s: %s', (pattern, approved, fits) => {
		expect(fitsPattern(pattern, approved)).toBe(fits);
	});
});

describe('a draft', () => {
	it('is a rule of what the moments share, which reads as a rule', () => {
		const t = play();
		// One of eleven facts differs: near-same all the same.
		const facts = { 'dialog-open': true, mood: 'calm', hp: 7, a: 1, b: 2, c: 3, d: 4, e: 5, f: true, g: false, h: 'x' };
		t.times(1, decision({ facts }), decision({ facts: { ...facts, mood: 'cross' } }), decision({ facts }));
		const draft = t.draft();
		expect(draft).toEqual({
			kind: 'rule',
			text: 'strategy: if screen == shop and dialog-open == true then click(at: potion)',
		});
		expect(draft.kind === 'rule' && parseRule(draft.text)).toMatchObject({ ok: true });
	});

	it('says why there is none', () => {
		const t = play();
		t.times(3, shown({ acts: [], detail: 'key F7' }));
		expect(t.draft()).toMatchObject({ kind: 'none', why: expect.stringContaining('"input": [{ "key": "F7" }]') });
		t.times(3, asked({ ask: 'quest', tier: 'cloud', calls: 1, screen: 'x', why: 'answer-unknown: nobody knows' }));
		expect(t.draft()).toMatchObject({ kind: 'none', why: expect.stringContaining('nobody knows') });
	});

	it.each([
		['narration', 'level-up', `take it out of the profile's narration.events`],
		['quest', 'journal', 'take `tells` from that fact'],
		['npc', 'speech', 'What "speech" reads'],
		['route', 'play', 'a place that the map has a way to'],
		['strategy', '', 'rules of the layer strategy'],
	] as const)('of a %s that left nothing is none, and says what ends it', (ask, kind, what) => {
		const t = play();
		t.times(3, asked({ ask, kind, tier: 'cloud', calls: 1, screen: 'x', why: 'all-refused: nobody knows' }));
		expect(t.draft()).toEqual({ kind: 'none', why: expect.stringContaining(what) });
	});

	it('of lines that were refused is a template of them', () => {
		const t = play();
		const said = (line: string, foe: string): EntryDraft =>
			asked({
				ask: 'narration',
				kind: 'fight',
				tier: null,
				calls: 2,
				misses: [{ tier: 'cloud', reason: 'bad-answer', detail: 'x' }],
				why: 'the line was said lately; say it in other words',
				unused: { ask: 'narration', answer: { line, slots: {}, variants: [] }, about: { event: { type: 'fight', foe } } },
			});
		t.times(1, said('The wolf falls.', 'wolf'), said('The boar falls.', 'boar'), said('The wolf falls.', 'wolf'));
		expect(t.draft()).toMatchObject({
			kind: 'answer',
			ask: 'narration',
			text: 'The {foe} falls.',
			note: expect.stringContaining('said lately'),
		});
	});

	it('is the last that was done, with a word about it, where each time it was something else', () => {
		const t = play();
		for (const verb of ['a', 'b', 'c']) t.times(1, decision({ act: { verb, args: {} } }));
		expect(t.draft()).toMatchObject({
			kind: 'rule',
			text: expect.stringContaining('then c()'),
			note: expect.stringContaining('each time'),
		});
	});

	it('of a picture that nobody could name is a screen, and of a box put to two places is both', () => {
		const t = play();
		t.times(3, unknown());
		expect(t.draft()).toEqual({ kind: 'screen', name: NEW_SCREEN });
		const put = (...after: Box) => ({ ...byHand('correct', 't1'), after }) as EntryDraft;
		t.times(1, put(10, 10, 40, 20), put(10, 90, 40, 20), put(11, 10, 40, 20));
		expect(t.draft()).toEqual({
			kind: 'places',
			crystal: 't1',
			name: 'hp-bar',
			places: [
				[11, 10, 40, 20],
				[10, 90, 40, 20],
			],
		});
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
