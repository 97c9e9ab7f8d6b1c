import { describe, expect, it } from 'vitest';
import type { NarrationEvent } from '../../question.ts';
import { fill } from './apply.ts';
import { type Example, induce } from './induce.ts';
import { formOf, recombine } from './recombine.ts';
import { type PhraseData, phraseText } from './schema.ts';

function parts(line: string, values: Omit<NarrationEvent, 'type'>): PhraseData['parts'] {
	const induced = induce([{ line, event: { ...values, type: 'x' } } as Example]);
	if (!induced.ok) throw new Error(induced.why);
	return induced.parts;
}
/** What is new among what follows. */
function texts(fresh: PhraseData['parts'], known: PhraseData['parts'][]): string[] {
	const had = new Set([fresh, ...known].map(formOf));
	return recombine(fresh, known)
		.filter((made) => !had.has(formOf(made)))
		.map((made) => phraseText({ parts: made }));
}

const orange = { pet: 'kitten', thing: 'orange', blessing: 'uncursed' };
const sword = { pet: 'kitten', thing: 'sword' };

describe('namings', () => {
	it('that stood in one place may stand wherever one of them does', () => {
		const known = [parts('You see here a sword.', sword), parts('You see here a scroll of light.', { thing: 'light' })];
		expect(texts(parts('The kitten drops a scroll of light.', { pet: 'kitten', thing: 'light' }), known)).toEqual([
			'The {pet} drops a {thing}.',
		]);
	});

	it('are so without their attributes, and an attribute goes where it was said of the same', () => {
		const made = recombine(parts('You see here an uncursed orange.', orange), [parts('The kitten drops a sword.', sword)]);
		const event = { type: 'x', pet: 'dog', blessing: 'cursed', thing: 'axe' };
		expect(made.map((p) => fill({ parts: p }, event)).toSorted()).toEqual(['The dog drops a cursed axe.', 'You see here an axe.']);
	});

	it('are not exchanged where nothing shows that they name alike', () => {
		const known = [parts('The kitten sleeps beside a sword.', sword)];
		expect(texts(parts('You read a scroll of light.', { thing: 'light' }), known)).toEqual([]);
		// A clause is no naming, whatever stood in its place.
		const clause = [parts('You see here a sword.', sword), parts('You see here a kitten that ate an orange.', orange)];
		expect(texts(parts('The kitten drops a sword.', sword), clause)).toEqual([]);
	});

	it('are numbered as they are told of', () => {
		const known = [parts('You see here a wolf.', { foe: 'wolf' }), parts('You see here a sword.', { thing: 'sword' })];
		const bites = parts('The wolf bites a rat.', { foe: 'wolf', 'foe-2': 'rat' });
		expect(texts(parts('The wolf finds a sword.', { foe: 'wolf', thing: 'sword' }), [...known, bites]).toSorted()).toEqual([
			'The {foe} bites a {thing}.',
			'The {foe} finds a {foe-2}.',
		]);
		// A second foe is a value that no event of these has.
		expect(texts(parts('The wolf finds a sword.', { foe: 'wolf', thing: 'sword' }), known)).toEqual([]);
	});
});
