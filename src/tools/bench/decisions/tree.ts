// A plain decision tree over facts: binary splits by the least Gini impurity, grown to pure leaves of four cases or 200 leaves.
import type { Facts, FactValue } from '../../../core/question.ts';
import type { FactTold } from './world.ts';

export interface TreeCase {
	readonly facts: Facts;
	readonly act: string;
}
export type Tree =
	| { readonly label: string; readonly share: number; readonly cases: number }
	| { readonly fact: string; readonly cut: FactValue; readonly yes: Tree; readonly no: Tree };

const LEAF_LEAST = 4;
const LEAVES_MOST = 200;

export function growTree(cases: readonly TreeCase[], facts: readonly FactTold[]): Tree {
	// Best first, so that the limit on leaves cuts the least useful splits.
	interface Open {
		readonly cases: readonly TreeCase[];
		readonly split: Split | undefined;
		parts?: readonly [Open, Open];
	}
	const open = (of: readonly TreeCase[]): Open => ({ cases: of, split: bestSplit(of, facts) });
	const root = open(cases);
	const leaves: Open[] = [root];
	while (leaves.length < LEAVES_MOST) {
		const next = leaves.filter((leaf) => leaf.split !== undefined).toSorted((a, b) => (b.split?.gain ?? 0) - (a.split?.gain ?? 0))[0];
		if (next?.split === undefined) break;
		const { fact, cut } = next.split;
		next.parts = [open(next.cases.filter((c) => meets(c.facts, fact, cut))), open(next.cases.filter((c) => !meets(c.facts, fact, cut)))];
		leaves.splice(leaves.indexOf(next), 1, ...next.parts);
	}
	const close = (node: Open): Tree => {
		if (node.parts !== undefined && node.split !== undefined)
			return { fact: node.split.fact, cut: node.split.cut, yes: close(node.parts[0]), no: close(node.parts[1]) };
		const [label, n] = [...countsOf(node.cases)].toSorted((a, b) => b[1] - a[1])[0] as [string, number];
		return { label, share: n / node.cases.length, cases: node.cases.length };
	};
	return close(root);
}

export function treeSays(tree: Tree, facts: Facts): { readonly label: string; readonly share: number; readonly cases: number } {
	let node = tree;
	while ('fact' in node) node = meets(facts, node.fact, node.cut) ? node.yes : node.no;
	return node;
}

interface Split {
	readonly fact: string;
	readonly cut: FactValue;
	readonly gain: number;
}

/** A number up to the cut, anything else equal to it; what is not known goes the other way. */
function meets(facts: Facts, fact: string, cut: FactValue): boolean {
	const value = Object.hasOwn(facts, fact) ? facts[fact] : undefined;
	return typeof cut === 'number' ? typeof value === 'number' && value <= cut : value === cut;
}

function bestSplit(cases: readonly TreeCase[], facts: readonly FactTold[]): Split | undefined {
	const all = countsOf(cases);
	if (all.size < 2) return undefined;
	const impurity = gini(all, cases.length);
	let best: Split | undefined;
	for (const { id } of facts) {
		const values = new Map<FactValue, Map<string, number>>();
		for (const { facts: known, act } of cases) {
			const value = Object.hasOwn(known, id) ? known[id] : undefined;
			if (value === undefined || typeof value === 'object') continue;
			const counts = values.get(value) ?? new Map<string, number>();
			counts.set(act, (counts.get(act) ?? 0) + 1);
			values.set(value, counts);
		}
		const numbers = [...values.keys()].filter((v) => typeof v === 'number').sort((a, b) => a - b);
		const sides: [FactValue, Map<string, number>][] =
			numbers.length > 0
				? numbers.map((cut, i) => [cut, sum(numbers.slice(0, i + 1).map((v) => values.get(v) ?? new Map()))])
				: [...values];
		for (const [cut, yes] of sides) {
			const n = total(yes);
			const rest = cases.length - n;
			if (n < LEAF_LEAST || rest < LEAF_LEAST) continue;
			const no = new Map([...all].map(([act, count]) => [act, count - (yes.get(act) ?? 0)]));
			const gain = impurity - gini(yes, n) - gini(no, rest);
			if (gain > 1e-9 && gain > (best?.gain ?? 0)) best = { fact: id, cut, gain };
		}
	}
	return best;
}

function countsOf(cases: readonly TreeCase[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const { act } of cases) counts.set(act, (counts.get(act) ?? 0) + 1);
	return counts;
}
function total(counts: ReadonlyMap<string, number>): number {
	let n = 0;
	for (const count of counts.values()) n += count;
	return n;
}
function sum(parts: readonly ReadonlyMap<string, number>[]): Map<string, number> {
	const all = new Map<string, number>();
	for (const part of parts) for (const [act, count] of part) all.set(act, (all.get(act) ?? 0) + count);
	return all;
}
/** Times the number of cases, so that a gain is of the whole node. */
function gini(counts: ReadonlyMap<string, number>, n: number): number {
	let squares = 0;
	for (const count of counts.values()) squares += count * count;
	return n - squares / n;
}
