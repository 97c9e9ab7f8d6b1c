import type { Facts, FactValue } from '../../core/question.ts';

export interface FactChip {
	readonly name: string;
	readonly value: string;
}

export function factText(value: FactValue): string {
	if (typeof value === 'boolean') return value ? 'yes' : 'no';
	if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toFixed(1);
	if (typeof value === 'string') return value.length > 24 ? `${value.slice(0, 23)}…` : value;
	return `${Math.round(value[0])}, ${Math.round(value[1])}`;
}

/** The few facts worth a place under the picture: numbers first, then answers, then words; positions last. */
export function factChips(facts: Facts, most: number): readonly FactChip[] {
	const rank = (value: FactValue) => (typeof value === 'number' ? 0 : typeof value === 'boolean' ? 1 : typeof value === 'string' ? 2 : 3);
	return Object.entries(facts)
		.sort(([, a], [, b]) => rank(a) - rank(b))
		.slice(0, most)
		.map(([name, value]) => ({ name, value: factText(value) }));
}
