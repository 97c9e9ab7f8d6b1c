// A line as what stays and what changes from time to time: only so can its pattern be approved once, and its sound be kept in pieces.
import { renderings } from '../crystals/phrase/forms.ts';
import type { NarrationEvent } from '../question.ts';
import type { LinePart } from './gate.ts';

/** The pieces of a line, which joined are the line again: what an event's value may be written as is a slot, the longest first. */
export function linePartsOf(line: string, event: NarrationEvent): readonly LinePart[] {
	const candidates = Object.entries(event)
		.filter(([name, value]) => name !== 'type' && (typeof value === 'number' || typeof value === 'string'))
		.flatMap(([slot, value]) => renderings(value).map(({ text }) => ({ slot, text })))
		.filter(({ text }) => /[\p{L}\p{N}]/u.test(text))
		.toSorted((a, b) => b.text.length - a.text.length);
	let parts: LinePart[] = [{ text: line }];
	for (const { slot, text } of candidates)
		parts = parts.flatMap((part): LinePart[] => ('slot' in part ? [part] : cut(part.text, text, slot)));
	return parts;
}

/** A text at every place where a value stands in it as a word of its own. */
function cut(whole: string, value: string, slot: string): LinePart[] {
	const parts: LinePart[] = [];
	let from = 0;
	for (let at = whole.indexOf(value); at >= 0; at = whole.indexOf(value, at + value.length)) {
		const around = (whole[at - 1] ?? ' ') + (whole[at + value.length] ?? ' ');
		if (/[\p{L}\p{N}]/u.test(around) || /^[.,]\d/.test(whole.slice(at + value.length))) continue;
		if (at > from) parts.push({ text: whole.slice(from, at) });
		parts.push({ slot, value });
		from = at + value.length;
	}
	if (from < whole.length) parts.push({ text: whole.slice(from) });
	return parts;
}
