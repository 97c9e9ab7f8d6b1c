// Anybody's words as a slug: lower-case words joined by "-".

/** Letters without their accents, of which a slug could hold nothing. */
export function unaccented(text: string): string {
	return text.normalize('NFKD').replaceAll(/\p{M}/gu, '');
}

/** What a slug can hold of it; '' when that is nothing. */
export function slugged(text: string, most: number): string {
	return text
		.toLowerCase()
		.replaceAll(/[^a-z0-9]+/g, '-')
		.slice(0, most)
		.replaceAll(/^-+|-+$/g, '');
}
