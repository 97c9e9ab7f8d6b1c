// What a stranger's data may not hold, and how its words are shown.

/** Keys that reach an object's prototype where they are assigned carelessly. */
export const NO_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const MAX_DEPTH = 32;

/** What no honest file holds: keys of the prototype, or a depth that would overflow whoever walks it. */
export function oddity(value: unknown, depth = 0): string | undefined {
	if (typeof value !== 'object' || value === null) return undefined;
	if (depth > MAX_DEPTH) return `is nested deeper than ${MAX_DEPTH}`;
	for (const key of Object.keys(value)) {
		if (NO_KEYS.has(key)) return `has the key "${key}"`;
		const odd = oddity((value as Record<string, unknown>)[key], depth + 1);
		if (odd !== undefined) return odd;
	}
	return undefined;
}

/** Foreign text for a sentence: short, on one line. */
export function shown(text: string): string {
	const plain = text.replaceAll(/\p{C}/gu, '�');
	return plain.length > 80 ? `${plain.slice(0, 79)}…` : plain;
}
