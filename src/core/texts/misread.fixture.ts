// The mistakes of a text reader, by seed: letters that look alike, lost blanks and marks, now and then any wrong letter.
import type { Random } from '../ports.ts';

const ALIKE: Readonly<Record<string, readonly string[]>> = {
	i: ['l', 'j'],
	l: ['i', 'I'],
	I: ['l'],
	o: ['c', '0', 'e'],
	e: ['c', 'o'],
	c: ['e', 'o'],
	u: ['v'],
	v: ['u'],
	h: ['b'],
	b: ['h'],
	f: ['t'],
	t: ['f'],
	m: ['rn'],
	w: ['vv'],
	d: ['cl'],
	g: ['q'],
};

/** @param rate  chance of a mistake for each character; one in twenty of those is any letter, and never is a digit touched */
export function misread(text: string, random: Random, rate: number): string {
	let out = '';
	for (const c of text) {
		if (random.next() >= rate || /\d/.test(c)) out += c;
		else if (c === ' ' || /[.,;:!?'’]/.test(c)) continue;
		else if (random.next() < 0.05) out += String.fromCharCode(97 + Math.floor(random.next() * 26));
		else {
			const alike = ALIKE[c];
			out += alike === undefined ? c : alike[Math.floor(random.next() * alike.length)];
		}
	}
	return out;
}
