import { describe, expect, it } from 'vitest';
import type { PerceptionAnswer } from '../question.ts';
import { joinDetections } from './beside.ts';
import { readBox, writeBox } from './boxes.ts';

const frame = { width: 200, height: 100 };
type Elements = PerceptionAnswer['elements'];
const element = (name: string, box: [number, number, number, number]): Elements[number] => ({ name, kind: 'other', box, stable: false });
const answer = (elements: Elements): PerceptionAnswer => ({ screen: 'cave', elements, facts: [] });
const seen = (elements: Elements): PerceptionAnswer => ({ screen: 'unknown', elements, facts: [] });

describe('what a detector sees beside a model', () => {
	it.each(['pixels', 'norm1000', 'norm1000-yxyx'] as const)('stands in the answer as boxes of the model’s own format: %s', (format) => {
		const own = element('exit', [...writeBox([10, 10, 20, 20], format, frame)] as [number, number, number, number]);
		const joined = joinDetections(
			answer([own]),
			format,
			seen([element('rat', [120, 40, 30, 25]), element('door', [11, 9, 20, 20])]),
			frame,
		);
		expect(joined.screen).toBe('cave');
		expect(joined.elements.map(({ name }) => name)).toEqual(['exit', 'rat']);
		expect(readBox(joined.elements[1]?.box ?? [], format, frame)).toEqual({ ok: true, box: [120, 40, 30, 25] });
	});

	it('is left out where it is no box of this frame, and never pushes the model’s own out', () => {
		const many = Array.from({ length: 199 }, (_, i) => element(`e${i}`, [0, 0, 10, 10]));
		const joined = joinDetections(
			answer(many),
			'pixels',
			seen([
				element('far', [190, 90, 40, 40]),
				element('small', [50, 50, 3, 3]),
				element('a', [60, 60, 20, 20]),
				element('b', [90, 60, 20, 20]),
			]),
			frame,
		);
		expect(joined.elements).toHaveLength(200);
		expect(joined.elements.at(-1)?.name).toBe('a');
	});
});
