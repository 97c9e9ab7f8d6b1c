// From a model's lines to phrases: each line and each variant is put beside the template it is most like, and either says the same,
// makes it more general, or becomes one of its own.
import type { NarrationAnswer, NarrationEvent } from '../../question.ts';
import { freshStat, type Provenance, type Refusal, type Residue, type Scope } from '../crystal.ts';
import { applyStep, live } from '../lifecycle.ts';
import { fill } from './apply.ts';
import type { Names } from './forms.ts';
import { induce, type Lexicon, tokensOf } from './induce.ts';
import { formOf, recombine } from './recombine.ts';
import { EXAMPLES_MAX, type Phrase, PHRASE_SCHEMA, type PhraseData, phraseText } from './schema.ts';
import { makePhraseTree } from './tree.ts';

export interface PhraseCrystalliseInput {
	readonly answer: NarrationAnswer;
	readonly event: NarrationEvent;
	readonly phrases: readonly Phrase[];
	/** Earlier events of any type; those of this one are rehearsed on. */
	readonly past: readonly NarrationEvent[];
	readonly provenance: Provenance;
	readonly scope: Scope;
	readonly at: number;
	readonly id: () => string;
	readonly lexicon?: Lexicon;
	/** Lines of one type that wait for a second one, at most; the oldest give way. 24 unless said. */
	readonly waitingMost?: number;
}
export interface PhraseCrystallised {
	readonly residue: Residue;
	readonly made: readonly Phrase[];
	/** Phrases known before that this answer said again, or made more general. */
	readonly changed: readonly Phrase[];
}

const WAITING_MOST = 24;
const CLEAN_ENOUGH = 30;

/** On trial, with nothing to show yet. */
export function newPhrase(data: PhraseData, { at, ...own }: Pick<Phrase, 'id' | 'scope' | 'provenance'> & { readonly at: number }): Phrase {
	return {
		...own,
		kind: 'phrase',
		name: nameOf(data),
		schema: PHRASE_SCHEMA,
		createdAt: at,
		state: 'trial',
		stat: freshStat(),
		history: [],
		data,
		blobs: {},
	};
}

/** One call makes as many phrases as its line and variants stand up for. */
export function crystallisePhrases(input: PhraseCrystalliseInput): PhraseCrystallised {
	const { answer, event, at } = input;
	const made: Phrase[] = [];
	const changed = new Set<Phrase>();
	const refused: Refusal[] = [];
	// One event is one piece of evidence, whether or not the caller has put it among the past already.
	const events = input.past.includes(event) ? input.past : [...input.past, event];
	const mine = input.phrases.filter((p) => p.state !== 'retired' && p.data.event === event.type);
	const tree = makePhraseTree<Phrase>();
	for (const phrase of mine) tree.add(tokensOf(phrase.data.parts), phrase);
	const admit = (phrase: Phrase): void => {
		if (phrase.data.open.length > 0 || phrase.state !== 'trial') return;
		applyStep(phrase, live(phrase, { type: 'admitted' }, at));
		for (const [i, one] of events.entries()) rehearse(phrase, one, `rehearsal ${i}`, at, input.lexicon?.names);
	};
	const add = (said: Pick<PhraseData, 'parts' | 'open' | 'only' | 'examples'>): Phrase => {
		const data: PhraseData = { event: event.type, from: [String(input.provenance.entry)], ...said };
		const phrase = newPhrase(data, { id: input.id(), scope: input.scope, provenance: input.provenance, at });
		admit(phrase);
		made.push(phrase);
		return phrase;
	};
	const learnt: Phrase[] = [];
	for (const line of new Set([answer.line, ...answer.variants])) {
		const induced = induce([{ line, event, named: answer.slots }], input.lexicon);
		if (!induced.ok) {
			refused.push({ what: `"${line}"`, why: induced.why });
			continue;
		}
		const twin = [...mine, ...made].find(
			(p) => p.data.open.length === 0 && (fill(p.data, event, input.lexicon?.names) === line || phraseText(p.data) === phraseText(induced)),
		);
		if (twin !== undefined) {
			if (!made.includes(twin)) changed.add(twin);
			continue;
		}
		const wider = tree.near(tokensOf(induced.parts)).find((p) => widen(p, line, event, input));
		if (wider !== undefined) {
			changed.add(wider);
			admit(wider);
			continue;
		}
		const { ok: _, ...said } = induced;
		if (said.open.length > 0) refused.push({ what: `"${line}"`, why: `${said.open.join('; ')}; it waits for a second line` });
		learnt.push(add({ ...said, examples: [{ line, event: { ...event } }] }));
	}
	for (const phrase of [...learnt, ...changed]) {
		if (!speaksForItself(phrase)) continue;
		const all = [...mine, ...made];
		const known = new Set(all.map((p) => formOf(p.data.parts)));
		const others = all.filter((p) => p !== phrase && speaksForItself(p)).map((p) => p.data.parts);
		for (const parts of recombine(phrase.data.parts, others)) if (!known.has(formOf(parts))) add({ parts, open: [], examples: [] });
	}
	const waiting = [...mine, ...made].filter((p) => p.state === 'trial');
	for (const phrase of waiting.slice(0, -(input.waitingMost ?? WAITING_MOST))) {
		applyStep(phrase, live(phrase, { type: 'taken-back', why: 'no second line came that is like it' }, at));
		changed.add(phrase);
	}
	if (made.length === 0 && changed.size === 0) {
		return { residue: { none: 'all-refused', detail: refused.map((r) => `${r.what}: ${r.why}`).join('; ') }, made, changed: [] };
	}
	return { residue: { made, refused, labelled: [...changed].map((p) => p.id) }, made, changed: [...changed] };
}

export function nameOf(data: Pick<PhraseData, 'event' | 'parts'>): string {
	return `${data.event}: ${phraseText(data)}`;
}

/** Its namings can be told from its own lines, and its words fit everybody. */
function speaksForItself({ data }: Phrase): boolean {
	return data.open.length === 0 && data.examples.length > 0 && data.only === undefined;
}

/** Makes a phrase say this line as well, where one template says both; what is trusted is left as it is. */
function widen(phrase: Phrase, line: string, event: NarrationEvent, { provenance, lexicon }: PhraseCrystalliseInput): boolean {
	if (phrase.state !== 'trial' && phrase.state !== 'shadow') return false;
	const { data } = phrase;
	if (data.examples.length === 0) return false;
	const all = [...data.examples, { line, event: { ...event } }] as { line: string; event: NarrationEvent }[];
	const induced = induce(all.slice(-EXAMPLES_MAX), lexicon);
	if (!induced.ok || all.some((e) => fill(induced, e.event, lexicon?.names) !== e.line)) return false;
	const { only: _, ...rest } = data;
	phrase.data = {
		...rest,
		parts: induced.parts,
		open: induced.open,
		...(induced.only === undefined ? {} : { only: induced.only }),
		examples: all.slice(-EXAMPLES_MAX),
		from: [...data.from, String(provenance.entry)].slice(-64),
	};
	phrase.name = nameOf(phrase.data);
	return true;
}

/**
 * Tries a phrase on an event in silence: a clean label when every slot is filled and the line is whole, a harmful one when the
 * words around a slot turn out wrong. An event it is not meant for, or that lacks a value, says nothing.
 */
export function rehearse(
	phrase: Phrase,
	event: NarrationEvent,
	episode: string,
	at: number,
	names?: Names,
): ReturnType<typeof live> | undefined {
	if (phrase.data.event !== event.type || phrase.state === 'trial') return undefined;
	const line = fill(phrase.data, event, names);
	if (line === undefined) return undefined;
	const harmful = line.length > 300 || /[{}]|\bundefined\b|\bNaN\b| {2}/.test(line) || /(?:^|\s)(\p{L}+) \1(?=\P{L}|$)/iu.test(line);
	// Its evidence stands: each further line that reads well is no news.
	if (!harmful && phrase.state === 'autonomous' && phrase.stat.clean >= CLEAN_ENOUGH) return undefined;
	const step = live(
		phrase,
		{ type: 'label', harmful, context: { episode, at }, because: harmful ? 'the filled line does not read well' : 'filled without a gap' },
		at,
	);
	applyStep(phrase, step);
	return step;
}
