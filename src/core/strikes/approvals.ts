// Patterns of standing approvals: a kind of crystal and a name, in which `*` stands for anything, as in `template hp-*`.
import { KINDS } from '../crystals/crystal.ts';

const PATTERN_MOST = 200;

/** '' or what is wrong with it. */
export function patternFault(pattern: string): string {
	const [kind = '', ...name] = pattern.split(' ');
	if (pattern.length > PATTERN_MOST) return `A pattern has at most ${PATTERN_MOST} characters.`;
	if (!(KINDS as readonly string[]).includes(kind))
		return `"${kind}" is no kind of crystal. A pattern is a kind and a name, as in "template hp-*".`;
	if (name.join(' ').replaceAll('*', '').trim() === '') return 'A name is needed: nobody approves of all that may come.';
	return '';
}

/** @param approved  `kind name` */
export function fitsPattern(pattern: string, approved: string): boolean {
	const [first = '', ...rest] = pattern.split('*');
	if (!approved.startsWith(first)) return false;
	let at = first.length;
	for (const [i, part] of rest.entries()) {
		const found = i === rest.length - 1 ? Math.max(at, approved.length - part.length) : approved.indexOf(part, at);
		if (found < at || !approved.startsWith(part, found)) return false;
		at = found + part.length;
	}
	return rest.length > 0 || at === approved.length;
}
