// "A" or "an", by spelling, as far as English lets one.

/** Whether a text begins with a vowel's sound: with the usual exceptions ("an hour", "a unicorn", "an 8", "an 11th"). */
export function soundsLikeVowel(text: string): boolean {
	const word = text.toLowerCase().replace(/^["'“‘(]+/, '');
	if (/^\d/.test(word)) {
		const digits = /^\d+(?:,\d{3})*/.exec(word)?.[0].replaceAll(',', '') ?? '';
		// Only the first group of three is said first: "an 8,000", "an 11 000", "a 110".
		return digits.startsWith('8') || (/^1[18]/.test(digits) && digits.length % 3 === 2);
	}
	if (/^(?:hour|honest|honou?r|heir)/.test(word)) return true;
	if (/^[aefhilmnorsx](?:[^\p{L}]|$)/u.test(word) && !/^[a-z]\p{L}/u.test(word)) return true;
	return /^[aeiou]/.test(word) && !/^(?:uni(?!n|m)|use|usu|util|ubiq|ur(?:an|in)|eu|ewe|one\b|one-|once)/.test(word);
}

/** Puts a or an before what comes next, where the line so far ends in one. */
export function articleBefore(line: string, next: string): string {
	return line.replace(/(^|[^\p{L}\p{N}'’])(an?)( )$/iu, (_, before: string, article: string, blank: string) => {
		const wanted = soundsLikeVowel(next) ? 'an' : 'a';
		return `${before}${article.startsWith('A') ? wanted.replace('a', 'A') : wanted}${blank}`;
	});
}
