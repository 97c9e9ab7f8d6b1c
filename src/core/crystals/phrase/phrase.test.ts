import { describe, expect, it } from 'vitest';
import type { Random } from '../../ports.ts';
import type { NarrationEvent } from '../../question.ts';
import { freshStat } from '../crystal.ts';
import { provenanceOf, scopeOf } from '../crystal.fixture.ts';
import { fill, makeSurprise, render, soundsLikeVowel, speakPhrase, type SpokenLine, voice } from './apply.ts';
import { crystallisePhrases, induce, rehearse } from './crystallise.ts';
import { PHRASE_MIGRATIONS, PHRASE_SCHEMA, type Phrase, phraseText, readPhrase } from './schema.ts';

const provenance = provenanceOf({ ask: 'narration', entry: 7 });
const scope = scopeOf('320x240');
const random: Random = { next: () => 0.5 };
const fight: NarrationEvent = { type: 'fight', foe: 'cave-bear', count: 3, hp: 41 };
let n = 0;
const id = (): string => `p${n++}`;

function text(line: string, event: NarrationEvent, slots = {}, allowed = new Set<string>()): string {
	const induced = induce(line, event, slots, allowed);
	return induced.ok ? phraseText(induced) : `refused: ${induced.why}`;
}
function make(line: string, event: NarrationEvent, past: NarrationEvent[] = [], variants: string[] = [], phrases: Phrase[] = []) {
	return crystallisePhrases({ answer: { line, slots: {}, variants }, event, phrases, past, provenance, scope, at: 1000, id });
}
function trusted(line: string, event: NarrationEvent): Phrase {
	const phrase = make(line, event).made[0] as Phrase;
	phrase.state = 'autonomous';
	phrase.stat = { ...freshStat(), k: 6, labels: 6, clean: 6 };
	return phrase;
}
const policy = (at: number, recent: SpokenLine[] = []) => ({ at, recent, random });

describe('a line', () => {
	it('gets slots where the event’s values stand, longest first', () => {
		expect(text('Three cave bears? No: 3 of the cave bear kind, with 41 hp left.', { ...fight, foe: 'cave bear' })).toBe(
			'{count} cave bears? No: {count} of the {foe} kind, with {hp} hp left.',
		);
		expect(text('A Cave Bear!', fight)).toBe('A {foe}!');
		expect(text('The cave bear of cave bear hill', { type: 'x', foe: 'cave-bear', place: 'cave-bear-hill' })).toBe('The {foe} of {place}');
	});

	it('is refused with a number or a name that no value gives', () => {
		expect(text('Only 12 hp left against the cave bear.', fight)).toContain('number 12 is no value');
		expect(text('Another seven to go.', fight)).toContain('"seven" is no value');
		expect(text('The cave bear looks like old Bruno.', fight)).toContain('name "Bruno"');
		expect(text('The cave bear looks like old Bruno.', fight, {}, new Set(['Bruno']))).toBe('The {foe} looks like old Bruno.');
		expect(text('Down to 4.1, or 41.5?', fight)).toContain('is no value');
		expect(text('Hold {on}!', fight)).toContain('braces');
		expect(text('A big beast.', fight, { foe: 'big beast' })).toContain('comes from no value');
	});

	it('keeps words that only look like names', () => {
		expect(text('Well, I think so. Onwards!', fight)).toBe('Well, I think so. Onwards!');
	});

	it('is refused when two values read alike and the answer does not say which', () => {
		const event = { type: 'x', gold: 5, keys: 5 };
		expect(text('Now with 5 of them.', event)).toContain('may be');
		expect(text('Now with 5 of them.', event, { keys: '5' })).toBe('Now with {keys} of them.');
	});

	it('without slots is a phrase of its own', () => {
		expect(text('So this is how it ends.', fight)).toBe('So this is how it ends.');
	});
});

describe('a phrase', () => {
	it('hits with the new event’s values', () => {
		const phrase = trusted('A cave bear with 41 hp!', fight);
		const hit = speakPhrase([phrase], { type: 'fight', foe: 'old-wolf', hp: 12 }, policy(1e9));
		expect(hit).toMatchObject({ outcome: 'hit', line: 'An old wolf with 12 hp!' });
	});

	it('misses when the event lacks one of its values', () => {
		const phrase = trusted('A cave bear with 41 hp!', fight);
		expect(speakPhrase([phrase], { type: 'fight', foe: 'wolf' }, policy(1e9))).toMatchObject({
			outcome: 'miss',
			reason: 'no-crystal',
			detail: expect.stringContaining('none that these values fill'),
		});
		expect(speakPhrase([phrase], { type: 'death' }, policy(1e9))).toMatchObject({ reason: 'no-crystal' });
	});

	it('is stale within twenty lines or ten minutes of its last use', () => {
		const phrase = trusted('A cave bear with 41 hp!', fight);
		const said = (lines: number, at: number): SpokenLine[] => [
			{ phrase: phrase.id, line: 'x', at },
			...Array.from({ length: lines }, (_, i) => ({ phrase: 'other', line: String(i), at })),
		];
		expect(speakPhrase([phrase], fight, policy(1e9, said(19, 0)))).toMatchObject({ outcome: 'miss', reason: 'stale' });
		expect(speakPhrase([phrase], fight, policy(1e9, said(20, 1e9 - 599_999)))).toMatchObject({ reason: 'stale' });
		expect(speakPhrase([phrase], fight, policy(1e9, said(20, 1e9 - 600_000)))).toMatchObject({ outcome: 'hit' });
	});

	it('survives its schema', () => {
		const { data } = trusted('A cave bear with 41 hp, and two more.', { ...fight, more: 2 });
		expect(readPhrase(JSON.parse(JSON.stringify(data)), PHRASE_SCHEMA)).toEqual({ ok: true, data });
		expect(readPhrase({ ...data, parts: [] }, PHRASE_SCHEMA)).toMatchObject({ ok: false, why: expect.stringContaining('parts') });
		expect(readPhrase(data, 2).ok).toBe(false);
		expect(PHRASE_MIGRATIONS).toHaveLength(PHRASE_SCHEMA - 1);
	});

	it('of several things is not said of one', () => {
		const phrase = trusted('Look, 3 foes!', fight);
		expect(fill(phrase.data, { type: 'fight', count: 5 })).toBe('Look, 5 foes!');
		expect(fill(phrase.data, { type: 'fight', count: 1 })).toBeUndefined();
	});

	it('repairs its articles by sound', () => {
		expect(
			[
				'owl',
				'unicorn',
				'hour',
				'undead',
				'European bear',
				'8',
				'11',
				'18',
				'80',
				'180',
				'university',
				'uninvited guest',
				'one-eyed man',
			].map((w) => (soundsLikeVowel(w) ? 'an' : 'a')),
		).toEqual(['an', 'a', 'an', 'an', 'a', 'an', 'an', 'an', 'an', 'a', 'a', 'an', 'a']);
	});

	it('writes values in the form it learnt', () => {
		expect(render(3, 'spelled')).toBe('three');
		expect(render(33, 'spelled')).toBeUndefined();
		expect(render('cave-bear', 'words-title')).toBe('Cave Bear');
		expect(render([1, 2], 'plain')).toBeUndefined();
	});

	it('that was unused longest is the most likely', () => {
		const old = trusted('Ha!', fight);
		const recent = trusted('Ho!', fight);
		old.stat.lastUsedAt = 1;
		recent.stat.lastUsedAt = 1e9 - 700_000;
		let i = 0;
		const many = { next: () => (i++ % 1000) / 1000 };
		let olds = 0;
		for (let t = 0; t < 1000; t++)
			if ((speakPhrase([old, recent], fight, { at: 1e9, recent: [], random: many }) as { phrase?: Phrase }).phrase === old) olds++;
		expect(olds).toBeGreaterThan(950);
	});
});

describe('one call', () => {
	it('makes a phrase of every line that stands up, and names the others', () => {
		const { residue, made } = make('A cave bear!', fight, [], ['Not 3 again.', 'Ninety-nine of them?', 'Brave old Bruno.', 'A cave bear!']);
		expect(made.map((p) => phraseText(p.data))).toEqual(['A {foe}!', 'Not {count} again.']);
		expect('refused' in residue && residue.refused).toEqual([
			{ what: '"Ninety-nine of them?"', why: 'the number "Ninety-nine" is no value of the event' },
			{ what: '"Brave old Bruno."', why: 'the name "Bruno" is no value of the event' },
		]);
	});

	it('is trusted once rehearsed on four events of its kind', () => {
		const past = ['wolf', 'owl', 'rat'].map((foe) => ({ type: 'fight', foe, count: 3, hp: 2 }));
		expect(make('A cave bear!', fight).made[0]?.state).toBe('shadow');
		const [phrase] = make('A cave bear!', fight, past).made as [Phrase];
		expect(phrase.state).toBe('autonomous');
		const young = make('The cave bear!', fight).made[0] as Phrase;
		for (const [i, event] of past.entries()) rehearse(young, event, `e${i}`, 5);
		expect(young.state).toBe('autonomous');
	});

	it('that makes a line read badly counts against the phrase', () => {
		const [phrase] = make('The big cave bear!', fight).made as [Phrase];
		rehearse(phrase, { type: 'fight', foe: 'big' }, 'e', 5);
		expect(phrase.stat.last).toEqual([false, true]);
	});

	it('that says what is known makes nothing new, and one that stands for nothing says so', () => {
		const known = make('A cave bear!', fight).made as Phrase[];
		expect(make('A wolf!', { type: 'fight', foe: 'wolf' }, [], [], known).residue).toEqual({
			made: [],
			refused: [],
			labelled: [known[0]?.id],
		});
		expect(make('Only 99 left.', fight).residue).toMatchObject({ none: 'all-refused' });
	});
});

describe('the voice', () => {
	it('asks for the first of a kind, then speaks by phrase, and is silent with a reason when all were said', () => {
		const surprise = makeSurprise();
		expect(voice(fight, [], surprise, policy(0))).toMatchObject({ how: 'ask', reason: 'surprise', why: 'first "fight"' });
		const phrases = [trusted('A cave bear!', fight)];
		const spoken = voice(fight, phrases, surprise, policy(1000));
		expect(spoken).toMatchObject({ how: 'phrase', line: 'A cave bear!' });
		const recent = [{ phrase: phrases[0]?.id ?? '', line: 'A cave bear!', at: 1000 }];
		expect(voice(fight, phrases, surprise, policy(2000, recent))).toMatchObject({
			how: 'silence',
			why: expect.stringContaining('said lately'),
		});
	});

	it('asks six times an hour at most', () => {
		const surprise = makeSurprise();
		const asks = Array.from({ length: 9 }, (_, i) => voice({ type: `kind-${i}` }, [], surprise, policy(i)).how);
		expect(asks).toEqual([...Array<string>(6).fill('ask'), ...Array<string>(3).fill('silence')]);
		expect(surprise.left(3_600_000)).toBe(1);
		expect(voice({ type: 'kind-9' }, [], surprise, policy(3_600_006)).how).toBe('ask');
	});

	it('finds an event surprising that hardly ever follows', () => {
		const surprise = makeSurprise();
		for (let i = 0; i < 400; i++) surprise.note({ type: i % 2 ? 'a' : 'b' });
		surprise.note({ type: 'c' });
		for (let i = 0; i < 100; i++) surprise.note({ type: i % 2 ? 'a' : 'b' });
		expect(surprise.note({ type: 'c' })).toMatchObject({ firstOfKind: false, surprising: true });
		surprise.note({ type: 'a' });
		expect(surprise.note({ type: 'b' }).surprising).toBe(false);
		const again = makeSurprise({ from: JSON.parse(JSON.stringify(surprise.state())) as ReturnType<typeof surprise.state> });
		expect(again.state()).toEqual(surprise.state());
	});
});
