// Writes a text as it is said: numbers, fractions, ordinals, Roman numerals and the short forms of games as words. A voice would spell
// them, skip them or read them as something else, and what is said is what is kept: two ways to write one thing are one sound.
import { ordinalWord, TENS, UNITS } from '../number-words.ts';

const LARGE = [
	[1_000_000_000_000, 'trillion'],
	[1_000_000_000, 'billion'],
	[1_000_000, 'million'],
	[1000, 'thousand'],
	[100, 'hundred'],
] as const;

/** "one thousand two hundred four". Whole numbers below 10¹⁵; beyond, and below zero, digit by digit. */
export function cardinal(n: number): string {
	if (!Number.isSafeInteger(n) || n < 0 || n >= 1e15) return digits(String(n));
	if (n < 20) return UNITS[n] as string;
	if (n < 100) return `${TENS[Math.floor(n / 10) - 2]}${n % 10 === 0 ? '' : ` ${UNITS[n % 10]}`}`;
	const [size, name] = LARGE.find(([least]) => n >= least) as (typeof LARGE)[number];
	return `${cardinal(Math.floor(n / size))} ${name}${n % size === 0 ? '' : ` ${cardinal(n % size)}`}`;
}

/** "twenty second". */
export function ordinal(n: number): string {
	const words = cardinal(n).split(' ');
	const last = words.pop() as string;
	return [...words, ordinalWord(last)].join(' ');
}

const digits = (text: string): string =>
	[...text]
		.map((c) => UNITS[Number(c)] ?? '')
		.join(' ')
		.trim();

/** The value of a Roman numeral in its canonical form; undefined for what is none. */
export function romanValue(text: string): number | undefined {
	if (!/^(?=[MDCLXVI])M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})$/.test(text)) return undefined;
	const of: Readonly<Record<string, number>> = { I: 1, V: 5, X: 10, L: 50, C: 100, D: 500, M: 1000 };
	let sum = 0;
	for (let i = 0; i < text.length; i++) {
		const value = of[text[i] as string] as number;
		sum += value < (of[text[i + 1] ?? ''] ?? 0) ? -value : value;
	}
	return sum;
}

/** Short forms of games, after a number and without one. */
const SHORT: Readonly<Record<string, readonly [one: string, many: string]>> = {
	HP: ['hit point', 'hit points'],
	MP: ['mana point', 'mana points'],
	SP: ['stamina point', 'stamina points'],
	XP: ['experience point', 'experience points'],
	EXP: ['experience point', 'experience points'],
	DMG: ['damage', 'damage'],
	ATK: ['attack', 'attack'],
	DEF: ['defence', 'defence'],
	LVL: ['level', 'levels'],
	LV: ['level', 'levels'],
	NPC: ['character', 'characters'],
	PVP: ['player versus player', 'player versus player'],
};
/** Before these a single letter is a Roman numeral as well. */
const NUMBERED = 'chapter|act|part|book|level|tier|mark|volume|episode|floor|stage|rank|phase|world|scene|version|wave|round|lv|lvl';

function number(text: string): string {
	const [whole = '', part] = text.replaceAll(',', '').split('.');
	const said = /^0\d/.test(whole) ? digits(whole) : cardinal(Number(whole));
	return part === undefined ? said : `${said} point ${digits(part)}`;
}

/**
 * The text as words. What no voice can say (signs, pictures, markup) is left out.
 *
 * @returns '' when nothing of it can be said
 */
export function sayable(text: string): string {
	const NUMBER = String.raw`\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?`;
	return (
		text
			.normalize('NFC')
			.replace(/[’‘ʼ`]/g, "'")
			.replace(/[“”„«»]/g, '"')
			.replace(/…|\.{3,}/g, '.')
			.replace(/\s*[–—]\s*/g, ', ')
			.replace(/[_\t\n\r]+/g, ' ')
			// "41HP" is "41 HP"; what stands in capitals is said, not spelt.
			.replace(/(\d)([A-Za-z]{2,})/g, (whole, digit: string, word: string) =>
				/^(?:st|nd|rd|th)$/i.test(word) ? whole : `${digit} ${word}`,
			)
			.replace(
				new RegExp(`(^|[^\\p{L}\\p{N}])(${Object.keys(SHORT).join('|')})\\b\\.?`, 'giu'),
				(whole, before: string, short: string, at: number, all: string) => {
					const forms = SHORT[short.toUpperCase()];
					if (forms === undefined || (short !== short.toUpperCase() && !/^lvl?$/i.test(short))) return whole;
					const counted = /(\d[\d,.]*)$/.exec(all.slice(0, at));
					const word = counted?.[1] === '1' || (counted === null && /^(?:LVL?|NPC)$/i.test(short)) ? forms[0] : forms[1];
					return before + word;
				},
			)
			.replace(new RegExp(`\\b(${NUMBERED}) ([IVXLCDM]+)\\b`, 'giu'), (whole, word: string, numeral: string) => {
				const value = romanValue(numeral);
				return value === undefined ? whole : `${word} ${cardinal(value)}`;
			})
			// A king is the eighth; "Final Quest VII" is as well, which nobody minds.
			.replace(/\b(\p{Lu}\p{Ll}+) ([IVX]{2,})\b/gu, (whole, word: string, numeral: string) => {
				const value = romanValue(numeral);
				return value === undefined ? whole : `${word} the ${ordinal(value)}`;
			})
			.replace(/\b(\d{1,2}):(\d{2})\b/g, (_, hours: string, minutes: string) => {
				const rest = minutes === '00' ? "o'clock" : minutes.startsWith('0') ? `oh ${cardinal(Number(minutes))}` : cardinal(Number(minutes));
				return `${cardinal(Number(hours))} ${rest}`;
			})
			.replace(/\b(\d[\d,]*)(?:st|nd|rd|th)\b/gi, (_, n: string) => ordinal(Number(n.replaceAll(',', ''))))
			.replace(new RegExp(`(${NUMBER})\\s*\\/\\s*(${NUMBER})`, 'g'), (_, a: string, b: string) => `${number(a)} of ${number(b)}`)
			.replace(new RegExp(`(^|\\s)[x×](${NUMBER})\\b`, 'g'), (_, before: string, n: string) => `${before}times ${number(n)}`)
			.replace(new RegExp(`(^|[\\s(])\\+\\s?(${NUMBER})`, 'g'), (_, before: string, n: string) => `${before}plus ${number(n)}`)
			.replace(new RegExp(`(^|[\\s(])[-−](${NUMBER})`, 'g'), (_, before: string, n: string) => `${before}minus ${number(n)}`)
			.replace(new RegExp(NUMBER, 'g'), (n: string, at: number, all: string) => {
				const near = (c: string | undefined): boolean => c !== undefined && /\p{L}/u.test(c);
				return `${near(all[at - 1]) ? ' ' : ''}${number(n)}${near(all[at + n.length]) ? ' ' : ''}`;
			})
			.replace(/\s*%/g, ' percent')
			.replace(/\s*&\s*/g, ' and ')
			.replace(/\s*→\s*/g, ' to ')
			.replace(/#(?=\p{L})/gu, '')
			.replace(/#/g, 'number ')
			.replace(/\b\p{Lu}{4,}\b/gu, (word) => word.charAt(0) + word.slice(1).toLowerCase())
			.replace(/[^\p{L}\p{N}\s.,!?;:'"()-]/gu, ' ')
			.replace(/\s+([.,!?;:])/g, '$1')
			.replace(/([.,!?;:])(?:\s*[.,;:])+/g, '$1')
			.replace(/\s+/g, ' ')
			.trim()
			.replace(/^[^\p{L}\p{N}]+$/u, '')
	);
}
