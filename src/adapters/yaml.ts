// YAML as little as possible: mappings of plain texts, as the front matter of a skill file is. What YAML can do beyond that is
// refused by name: anchors and aliases (a few lines can stand for billions of nodes), tags, merge keys, a key that stands twice.
import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, visit } from 'yaml';
import type { FrontMatter, ReadYaml } from '../core/crystals/skill/document.ts';

/** @returns every value a text, an object of such, or a list; or the first fault with its line in `text`, from 1 */
export const readYaml: ReadYaml = (text) => {
	const lines = new LineCounter();
	const at = (node: Pick<Node, 'range'> | null | undefined): number => lines.linePos(node?.range?.[0] ?? 0).line;
	try {
		const document = parseDocument(text, {
			schema: 'failsafe',
			version: '1.2',
			strict: true,
			uniqueKeys: true,
			merge: false,
			logLevel: 'silent',
			lineCounter: lines,
		});
		const [error] = [...document.errors, ...document.warnings];
		if (error !== undefined)
			return {
				ok: false,
				line: lines.linePos(error.pos[0]).line,
				why: (error.message.split('\n')[0] ?? '').replace(/ at line \d+.*$/, ''),
			};
		let odd: { line: number; why: string } | undefined;
		const refuse = (node: Node, why: string): symbol => {
			odd = { line: at(node), why };
			return visit.BREAK;
		};
		visit(document, {
			Alias: (_, node) => refuse(node, 'aliases are not taken'),
			Value: (_, node) => {
				if ('anchor' in node && node.anchor !== undefined) return refuse(node, 'anchors are not taken');
				return node.tag === undefined ? undefined : refuse(node, `the tag "${node.tag}" is not taken`);
			},
		});
		if (odd !== undefined) return { ok: false, ...odd };
		const top = document.contents;
		if (top === null) return { ok: false, line: 1, why: 'it is empty' };
		return { ok: true, value: valueOf(top), lineOf: (key) => lineOf(top, key, at) };
	} catch (error) {
		// A thousand brackets deep, its own recursion ends.
		return {
			ok: false,
			line: 1,
			why: error instanceof RangeError ? 'it is nested too deep' : error instanceof Error ? error.message : String(error),
		};
	}
};

function valueOf(node: unknown): FrontMatter {
	if (isMap(node)) {
		// No prototype: a key may be called anything.
		const out = Object.create(null) as Record<string, FrontMatter>;
		for (const { key, value } of node.items) out[isScalar(key) ? String(key.value) : '?'] = valueOf(value);
		return out;
	}
	if (isSeq(node)) return node.items.map(valueOf);
	return isScalar(node) ? String(node.value ?? '') : '';
}

function lineOf(top: unknown, wanted: string, at: (node: Pick<Node, 'range'> | null | undefined) => number): number {
	if (!isMap(top)) return 1;
	const pair = top.items.find(({ key }: Pair) => isScalar(key) && String(key.value) === wanted);
	return at(pair?.key as Node | undefined);
}
