// What a person does to a phrase besides what they do to every crystal (../by-hand.ts): write it anew.
import { type ByHand, moves } from '../by-hand.ts';
import { freshStat } from '../crystal.ts';
import { applyStep, live } from '../lifecycle.ts';
import { nameOf, newPhrase } from './crystallise.ts';
import { OPS, type Op } from './forms.ts';
import { EARLIER_MAX, type Phrase, type PhrasePart, phraseText, type SlotPart } from './schema.ts';

const HOLE = /\{([^{}]*)\}/g;
/** A line that is spoken. */
const LINE_MOST = 300;

/** Reads what `phraseText` writes: `{slot:op:op~count}` is a slot, `{"noun"~count}` a word that follows a number. */
export function readText(text: string): { readonly ok: true; readonly parts: PhrasePart[] } | { readonly ok: false; readonly why: string } {
	const no = (why: string) => ({ ok: false as const, why });
	if (text.trim() === '') return no('a phrase of nothing says nothing');
	if (text.length > LINE_MOST) return no(`a phrase has ${LINE_MOST} characters at most, not ${text.length}`);
	if (/[{}]/.test(text.replace(HOLE, ''))) return no('a brace is open: a slot is written {name}');
	if (/[<>]/.test(text)) return no('a phrase holds no markup');
	const parts: PhrasePart[] = [];
	let at = 0;
	for (const hole of text.matchAll(HOLE)) {
		if (hole.index > at) parts.push({ text: text.slice(at, hole.index) });
		at = hole.index + hole[0].length;
		const [how = '', by] = (hole[1] as string).split('~');
		const noun = /^"(.+)"$/.exec(how)?.[1];
		if (noun !== undefined && by !== undefined) {
			parts.push({ noun, by });
			continue;
		}
		const [slot = '', ...ops] = how.split(':');
		if (slot === '') return no(`"${hole[0]}" names no value`);
		const unknown = ops.find((op) => !(OPS as readonly string[]).includes(op));
		if (unknown !== undefined) return no(`"${unknown}" in "${hole[0]}" is no way to write a value; there are ${OPS.join(', ')}`);
		parts.push({ slot, ops: ops as Op[], ...(by === undefined ? {} : { by }) });
	}
	if (at < text.length) parts.push({ text: text.slice(at) });
	return { ok: true, parts };
}

/** A phrase that a person wrote for an event, or why it is none. It is tried in silence before it speaks. */
export function writePhrase(
	text: string,
	event: string,
	own: Parameters<typeof newPhrase>[1],
): { readonly ok: true; readonly phrase: Phrase } | { readonly ok: false; readonly why: string } {
	const read = readText(text);
	if (!read.ok) return read;
	const data = { event, parts: read.parts, from: [String(own.provenance.entry)], examples: [], open: [] };
	const phrase = newPhrase(data, own);
	applyStep(phrase, live(phrase, { type: 'admitted' }, own.at));
	return { ok: true, phrase };
}

/** Gives a phrase another text. It speaks again once it has been tried in silence; what it said before is kept. */
export function editPhrase(phrase: Phrase, text: string, at: number): ByHand {
	if (phrase.state === 'retired') return { ok: false, why: `"${phrase.name}" is retired: put it back in service first` };
	const read = readText(text);
	if (!read.ok) return read;
	const before = phraseText(phrase.data);
	const parts = read.parts.map((part) => ('slot' in part ? kept(phrase, part) : part));
	if (phraseText({ parts }) === before) return { ok: false, why: 'it says that already' };
	const { data, stat, state, name } = phrase;
	const earlier = [...(data.earlier ?? []), { at, text: before }].slice(-EARLIER_MAX);
	phrase.data = { ...data, parts, earlier, open: [], examples: [] };
	phrase.name = nameOf(phrase.data);
	const change = moves(phrase, 'shadow', 'rewritten by hand', at, { ...freshStat(), used: stat.used, lastUsedAt: stat.lastUsedAt });
	return {
		ok: true,
		act: {
			what: 'edit',
			crystal: phrase,
			said: `rewrote ${name}`,
			before,
			after: phraseText({ parts }),
			change,
			takeBack(then) {
				phrase.data = data;
				phrase.name = name;
				return moves(phrase, state, 'taken back: rewritten by hand', then, { ...stat, used: phrase.stat.used });
			},
		},
	};
}

/** A slot that was there goes on speaking of one or of several. */
function kept(phrase: Phrase, part: SlotPart): PhrasePart {
	const before = phrase.data.parts.find((p) => 'slot' in p && phraseText({ parts: [p] }) === phraseText({ parts: [part] }));
	return before ?? part;
}
