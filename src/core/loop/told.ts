// Events that a text on screen tells of: forms with holes, as a profile gives them.
import type { FactValue } from '../question.ts';

/** A name that a text tells, and a number. */
const HOLES = { text: '([^.!?\\n]{1,60}?)', number: '(\\d{1,9})' } as const;
const HOLE = /\{([a-z][a-z0-9-]{0,63})(?::(number))?\}/g;

/** Why a pattern of `told` cannot be read; undefined when it can. */
export function formFault(pattern: string): string | undefined {
	const names = [...pattern.matchAll(HOLE)].map(([, name]) => name);
	if (/[{}]/.test(pattern.replace(HOLE, ''))) return `"${pattern}": a value is written {name} or {name:number}`;
	if (new Set(names).size !== names.length) return `"${pattern}" has a value twice`;
	return names.includes('type') ? `"${pattern}": "type" is the event's own name` : undefined;
}

/** Reads texts of this form: the values in it, or undefined when it is another text. */
export function readsLike(pattern: string): (text: string) => Record<string, FactValue> | undefined {
	const holes = [...pattern.matchAll(HOLE)].map(([, name, type]) => ({ name: name as string, type }));
	const between = pattern.split(/\{[^}]*\}/).map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(/\s+/g, '\\s+'));
	const form = new RegExp(
		`^\\s*${between.map((text, i) => text + (holes[i] === undefined ? '' : HOLES[holes[i].type === 'number' ? 'number' : 'text'])).join('')}\\s*$`,
		'u',
	);
	return (text) => {
		const found = form.exec(text);
		if (found === null) return undefined;
		return Object.fromEntries(
			holes.map(({ name, type }, i) => [name, type === 'number' ? Number(found[i + 1]) : (found[i + 1] as string)]),
		);
	};
}
