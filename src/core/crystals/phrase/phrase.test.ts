import { describe, expect, it } from 'vitest';
import type { Random } from '../../ports.ts';
import type { NarrationEvent } from '../../question.ts';
import { freshStat } from '../crystal.ts';
import { provenanceOf, scopeOf } from '../crystal.fixture.ts';
import { fill, speakPhrase, type SpokenLine } from './apply.ts';
import { soundsLikeVowel } from './articles.ts';
import { crystallisePhrases, rehearse } from './crystallise.ts';
import { type Names, render, renderings } from './forms.ts';
import { type Example, induce, type Lexicon } from './induce.ts';
import { PHRASE_MIGRATIONS, PHRASE_SCHEMA, type Phrase, phraseText, readPhrase } from './schema.ts';
import { HOLE, makePhraseTree } from './tree.ts';

const provenance = provenanceOf({ ask: 'narration', entry: 7 });
const scope = scopeOf('320x240');
const random: Random = { next: () => 0.5 };
const fight: NarrationEvent = { type: 'fight', foe: 'cave-bear', count: 3, hp: 41 };
let n = 0;
const id = (): string => `p${n++}`;

/** The template of one line, and behind it what is left open. */
function text(line: string, event: NarrationEvent, named = {}, lexicon: Lexicon = {}): string {
	return learnt([{ line, event, named }], lexicon);
}
function learnt(examples: Example[], lexicon: Lexicon = {}): string {
	const induced = induce(examples, lexicon);
	return induced.ok ? [phraseText(induced), ...induced.open].join(' | ') : `refused: ${induced.why}`;
}
/** What the template of these lines says of another event. */
function says(examples: Example[], event: NarrationEvent, lexicon: Lexicon = {}): string | undefined {
	const induced = induce(examples, lexicon);
	return induced.ok ? fill(induced, event, lexicon.names) : `refused: ${induced.why}`;
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
		expect(text('Three cave bears? No: 3 of the cave bear kind, with 41 hp left.', fight)).toBe(
			'{count:spelled:capital} {foe:words~count}? No: {count} of the {foe:words} kind, with {hp} hp left.',
		);
		expect(text('A Cave Bear!', fight)).toBe('A {foe:words:title}!');
		expect(text('The cave bear of cave bear hill', { type: 'x', foe: 'cave-bear', place: 'cave-bear-hill' })).toBe(
			'The {foe:words} of {place:words}',
		);
	});

	it('finds numbers spelled and in order, plurals and possessives', () => {
		expect(text('Forty-one points, the 3rd time, the cave bear’s third win', { ...fight, foe: 'cave bear' })).toContain(
			'{hp:spelled:capital} {"point"~hp}',
		);
		expect(text("Mira's 1,204 coins", { type: 'x', who: 'Mira', gold: 1204 })).toBe('{who:possessive} {gold:grouped} {"coin"~gold}');
		expect(text('The 21st rat', { type: 'x', n: 21 })).toBe('The {n:ordinal} rat');
		expect(text('The third rat', { type: 'x', n: 3 })).toBe('The {n:ordinal-word} rat');
	});

	it('waits with a number, a name or a thing of the game that no value gives', () => {
		expect(text('Only 12 hp left against the cave bear.', fight)).toContain('number 12 is no value');
		expect(text('Another seven to go.', fight)).toContain('"seven" is no value');
		expect(text('The cave bear looks like old Bruno.', fight)).toContain('name "Bruno"');
		expect(text('The cave bear looks like old Bruno.', fight, {}, { allowed: new Set(['Bruno']) })).toBe(
			'The {foe:words} looks like old Bruno.',
		);
		expect(text('Down to 4.1, or 41.5?', fight)).toContain('is no value');
		expect(text('A big beast.', fight, { foe: 'big beast' })).toContain('comes from no value');
		expect(text('Two rats at once.', { type: 'x', n: 2 }, {}, { things: new Set(['rat']) })).toContain('"rats" is no value');
		expect(text('Hold {on}!', fight)).toContain('refused: the line holds braces');
	});

	it('keeps words that only look like names', () => {
		expect(text('Well, I think so. Onwards!', fight)).toBe('Well, I think so. Onwards!');
		expect(text('So this is how it ends.', fight)).toBe('So this is how it ends.');
	});

	it('waits when two values read alike and the answer does not say which', () => {
		const event = { type: 'x', gold: 5, keys: 5 };
		expect(text('Now with 5 of them.', event)).toContain('may be gold or keys');
		expect(text('Now with 5 of them.', event, { keys: '5' })).toBe('Now with {keys} of them.');
	});

	it('is explained by a program over a value where the answer names a slot that is none', () => {
		const event = { type: 'x', quest: 'Return to Mira' };
		expect(text('To whom? To Mira.', event, { giver: 'Mira' })).toBe('To whom? To {quest:last}.');
		expect(says([{ line: 'Return, it says.', event, named: { verb: 'Return' } }], { type: 'x', quest: 'Clear the Crypt' })).toBe(
			'Clear, it says.',
		);
	});
});

describe('two lines', () => {
	const rat = { type: 'fight', foe: 'rat', room: 'Crypt' };
	const owl = { type: 'fight', foe: 'owl', room: 'Meadow' };

	it('show that what stands in both belongs there, whoever it is', () => {
		const bruno = (event: NarrationEvent): Example => ({ line: `A ${event.foe as string}, says old Bruno.`, event });
		expect(learnt([bruno(rat)])).toContain('Bruno" is no value');
		expect(learnt([bruno(rat), { ...bruno(rat), event: { ...owl, foe: 'rat' } }])).toBe('A {foe}, says old Bruno.');
		// The same event again is the same evidence.
		expect(learnt([bruno(rat), bruno(rat)])).toContain('Bruno" is no value');
	});

	it('differ only where a slot explains it', () => {
		const both = [
			{ line: 'A rat of the Crypt.', event: rat },
			{ line: 'An owl of the Meadow.', event: owl },
		];
		expect(learnt(both)).toBe('A {foe} of the {room}.');
		expect(says(both, { ...owl, foe: 'ogre', room: 'Mill' })).toBe('An ogre of the Mill.');
		expect(
			learnt([
				{ line: 'A rat, fast.', event: rat },
				{ line: 'An owl, slow.', event: owl },
			]),
		).toContain('no value explains');
	});

	it('tell which of two values was meant', () => {
		const line = (event: NarrationEvent, n: number): Example => ({ line: `Now ${n}.`, event });
		expect(learnt([line({ type: 'x', gold: 5, keys: 5 }, 5), line({ type: 'x', gold: 9, keys: 2 }, 2)])).toBe('Now {keys}.');
	});

	it('show that a noun follows its number', () => {
		const both = [
			{ line: 'I count 3 rats.', event: { type: 'x', n: 3 } },
			{ line: 'I count 1 rat.', event: { type: 'x', n: 1 } },
		];
		expect(says(both, { type: 'x', n: 7 })).toBe('I count 7 rats.');
		expect(says(both, { type: 'x', n: 1 })).toBe('I count 1 rat.');
	});
});

describe('the tree', () => {
	it('keeps lines of one length and beginning together, the most alike first', () => {
		const tree = makePhraseTree<string>();
		tree.add(['A', HOLE, 'falls', '.'], 'falls');
		tree.add(['A', HOLE, 'bites', '.'], 'bites');
		tree.add([HOLE, 'and', 'again', '.'], 'again');
		tree.add(['A', 'short', 'one'], 'short');
		expect(tree.near(['A', 'rat', 'bites', '.'])).toEqual(['bites', 'falls']);
		expect(tree.near(['Rats', 'and', 'again', '.'])).toEqual(['again']);
		expect(tree.near(['No', 'such', 'line', '!'])).toEqual([]);
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
			{ event: 'fight', phrase: phrase.id, line: 'x', at },
			...Array.from({ length: lines }, (_, i) => ({ event: 'other', phrase: 'other', line: String(i), at })),
		];
		expect(speakPhrase([phrase], fight, policy(1e9, said(19, 0)))).toMatchObject({ outcome: 'miss', reason: 'stale' });
		expect(speakPhrase([phrase], fight, policy(1e9, said(20, 1e9 - 599_999)))).toMatchObject({ reason: 'stale' });
		expect(speakPhrase([phrase], fight, policy(1e9, said(20, 1e9 - 600_000)))).toMatchObject({ outcome: 'hit' });
	});

	it('does not say the same words of its type within twenty lines of it, nor what sounds like another line', () => {
		const phrase = trusted('So this is how it ends today.', fight);
		const lines = (event: string, n: number, line: string): SpokenLine[] => [
			{ event, phrase: '', line, at: 0 },
			...Array.from({ length: n }, (_, i) => ({ event, phrase: `o${i}`, line: `line ${i}`, at: 0 })),
		];
		const others = Array.from({ length: 40 }, (_, i) => ({ event: 'x', phrase: `x${i}`, line: `x ${i}`, at: 0 }));
		expect(speakPhrase([phrase], fight, policy(1e9, [...lines('fight', 19, 'So this is how it ends today.'), ...others]))).toMatchObject({
			reason: 'stale',
		});
		expect(speakPhrase([phrase], fight, policy(1e9, [...lines('fight', 20, 'So this is how it ends today.'), ...others]))).toMatchObject({
			outcome: 'hit',
		});
		expect(speakPhrase([phrase], fight, policy(1e9, lines('y', 29, 'And so this is how it ends.')))).toMatchObject({ reason: 'stale' });
		expect(speakPhrase([phrase], fight, policy(1e9, lines('y', 30, 'And so this is how it ends.')))).toMatchObject({ outcome: 'hit' });
	});

	it('rests a while after a line about its type', () => {
		const said = [{ event: 'fight', phrase: 'o', line: 'Ho ho ho.', at: 1e9 }];
		expect(speakPhrase([trusted('Ha!', fight)], fight, policy(1e9 + 7999, said))).toMatchObject({
			detail: expect.stringContaining('rests 1 s'),
		});
		expect(speakPhrase([trusted('Ha!', fight)], fight, policy(1e9 + 8000, said))).toMatchObject({ outcome: 'hit' });
	});

	it('survives its schema, and its former one', () => {
		const { data } = trusted('A cave bear with 41 hp, and two more.', { ...fight, more: 2 });
		expect(readPhrase(JSON.parse(JSON.stringify(data)), PHRASE_SCHEMA)).toEqual({ ok: true, data });
		expect(readPhrase({ ...data, parts: [] }, PHRASE_SCHEMA)).toMatchObject({ ok: false, why: expect.stringContaining('parts') });
		expect(readPhrase(data, 3).ok).toBe(false);
		expect(PHRASE_MIGRATIONS).toHaveLength(PHRASE_SCHEMA - 1);
		const old = { event: 'fight', parts: [{ text: 'A ' }, { slot: 'foe', form: 'words-title' }], from: ['7'] };
		const read = readPhrase(old, 1);
		expect(read).toMatchObject({ ok: true, data: { examples: [], open: [] } });
		expect(read.ok && fill(read.data, fight)).toBe('A Cave Bear');
	});

	it('has its nouns follow the number, or is not said', () => {
		const look = trusted('Look, 3 foes!', fight);
		expect(fill(look.data, { type: 'fight', count: 5 })).toBe('Look, 5 foes!');
		expect(fill(look.data, { type: 'fight', count: 1 })).toBe('Look, 1 foe!');
		const them = trusted('Look, 3 foes, and all of them cross!', fight);
		expect(fill(them.data, { type: 'fight', count: 1 })).toBeUndefined();
		expect(fill(trusted('Three cave bears!', fight).data, { type: 'fight', count: 2, foe: 'wolf' })).toBe('Two wolves!');
		expect(fill(trusted('Three cave bears!', fight).data, { type: 'fight', count: 1, foe: 'wolf' })).toBe('One wolf!');
		expect(fill(trusted('1 to go.', { type: 'x', n: 1 }).data, { type: 'x', n: 2 })).toBeUndefined();
	});

	it('speaks of him or her only where it is known who', () => {
		const names: Names = new Map([
			['Mira', 'she'],
			['Otto', 'he'],
		]);
		const line = { line: 'Mira smiles. She means it, and I tell her.', event: { type: 'talk', who: 'Mira' } };
		expect(says([line], { type: 'talk', who: 'Otto' }, { names })).toBe('Otto smiles. He means it, and I tell him.');
		expect(says([line], { type: 'talk', who: 'Ada' }, { names })).toBeUndefined();
		// Nobody says how one speaks of them: the words hold for whom they were said of.
		expect(says([line], { type: 'talk', who: 'Otto' })).toBeUndefined();
		expect(says([line], { type: 'talk', who: 'Mira' })).toBe(line.line);
	});

	it('is not learnt from a line that counts one and speaks of several', () => {
		expect(text('I hold 1 potions.', { type: 'x', n: 1 })).toBe('refused: "1" is one, and what it counts several');
		expect(text('I hold 1 potion.', { type: 'x', n: 1 })).toBe('I hold {n} potion.');
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
				'8,000',
				'11th',
				'university',
				'uninvited guest',
				'one-eyed man',
			].map((w) => (soundsLikeVowel(w) ? 'an' : 'a')),
		).toEqual(['an', 'a', 'an', 'an', 'a', 'an', 'an', 'an', 'an', 'a', 'an', 'an', 'a', 'an', 'a']);
	});

	it('writes values as its program says, and each text has one', () => {
		expect(render(3, ['spelled'])).toBe('three');
		expect(render(42, ['spelled', 'capital'])).toBe('Forty-two');
		expect([1, 2, 3, 11, 22, 113].map((x) => render(x, ['ordinal']))).toEqual(['1st', '2nd', '3rd', '11th', '22nd', '113th']);
		expect([1, 5, 12, 20, 31].map((x) => render(x, ['ordinal-word']))).toEqual(['first', 'fifth', 'twelfth', 'twentieth', 'thirty-first']);
		expect(render(333, ['spelled'])).toBeUndefined();
		expect(render('cave-bear', ['words', 'plural', 'title'])).toBe('Cave Bears');
		expect(render([1, 2], [])).toBeUndefined();
		const texts = renderings('cave-bear').map((r) => r.text);
		expect(new Set(texts).size).toBe(texts.length);
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
	it('makes a phrase of every line, and says which of them wait and for what', () => {
		const { residue, made } = make('A cave bear!', fight, [], ['Not 3 again.', 'Ninety-nine of them?', 'Hold {on}!', 'A cave bear!']);
		expect(made.map((p) => [phraseText(p.data), p.state])).toEqual([
			['A {foe:words}!', 'shadow'],
			['Not {count} again.', 'shadow'],
			['Ninety-nine of them?', 'trial'],
		]);
		expect('refused' in residue && residue.refused).toEqual([
			{ what: '"Ninety-nine of them?"', why: 'the number "Ninety-nine" is no value of the event; it waits for a second line' },
			{ what: '"Hold {on}!"', why: 'the line holds braces' },
		]);
	});

	it('lets a line that waits into service when a second one says the same of another event', () => {
		const first = make('So says old Bruno: a cave bear.', fight).made;
		expect(first[0]?.state).toBe('trial');
		const wolf = { ...fight, foe: 'wolf' };
		expect(speakPhrase(first, wolf, policy(1e9))).toMatchObject({ reason: 'no-crystal' });
		const again = make('So says old Bruno: a wolf.', wolf, [], [], [...first]);
		expect(again.made).toHaveLength(0);
		expect(again.changed).toEqual(first);
		expect([first[0]?.state, phraseText((first[0] as Phrase).data)]).toEqual(['shadow', 'So says old Bruno: a {foe:words}.']);
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
		expect(make('Only {n} left.', fight).residue).toMatchObject({ none: 'all-refused' });
	});
});
