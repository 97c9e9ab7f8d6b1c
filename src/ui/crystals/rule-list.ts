// Rules in the order in which they are followed, by layer; and where in a text an offset stands.
import type { Layer } from '../../core/crystals/rule/schema.ts';
import type { CrystalView } from '../services.ts';

/** Earlier is followed first, with what each layer is for. */
export const LAYER_WORDS = {
	reflex: 'at once, before anything else',
	combat: 'in a fight',
	strategy: 'what to do next',
	dialogue: 'in talk',
	quest: 'for a quest',
	travel: 'on the way',
	idle: 'when there is nothing else',
} as const satisfies Record<Layer, string>;

export interface LayerOfRules<R> {
	readonly layer: Layer;
	readonly rules: readonly R[];
}

type Ranked = Pick<CrystalView, 'layer' | 'score' | 'state' | 'id'>;

/** Layers that have rules, each in the order in which its rules are followed; those of equal score by id, retired ones last. */
export function byLayer<R extends Ranked>(rules: readonly R[]): readonly LayerOfRules<R>[] {
	return (Object.keys(LAYER_WORDS) as Layer[]).flatMap((layer) => {
		const of = rules
			.filter((rule) => rule.layer === layer)
			.toSorted(
				(a, b) =>
					Number(a.state === 'retired') - Number(b.state === 'retired') || b.score - a.score || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
			);
		return of.length === 0 ? [] : [{ layer, rules: of }];
	});
}

/** What stands at an offset, the line and column of it counted from 1, and the text around it. */
export function placeIn(
	text: string,
	offset: number,
): { readonly line: number; readonly column: number; readonly before: string; readonly at: string; readonly after: string } {
	const before = text.slice(0, offset);
	const line = before.split('\n').length;
	const column = offset - (before.lastIndexOf('\n') + 1) + 1;
	const at = /^(?:[\w.$-]+|"[^"]*"?|\S)?/.exec(text.slice(offset))?.[0] ?? '';
	return { line, column, before, at, after: text.slice(offset + at.length) };
}
