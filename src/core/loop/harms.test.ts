import { expect, it } from 'vitest';
import { makeHarms } from './harms.ts';

const harms = { death: 'hp == 0' };
const happens = (_: string, { hp }: { hp?: unknown }): boolean | undefined => (hp === undefined ? undefined : hp === 0);

it('tells of a hard event as it comes about, not while it lasts', () => {
	const watch = makeHarms({ harms }, happens);
	expect([{ hp: 5 }, { hp: 0 }, { hp: 0 }, { hp: 3 }, { hp: 0 }].map((facts) => watch.find(facts))).toEqual([
		[],
		['death'],
		[],
		[],
		['death'],
	]);
});

it('is not fooled by what is unknown for a while, and blames nobody for what was so from the start', () => {
	const watch = makeHarms({ harms }, happens);
	expect([{ hp: 0 }, {}, { hp: 0 }, { hp: 4 }, {}, { hp: 0 }].map((facts) => watch.find(facts))).toEqual([[], [], [], [], [], ['death']]);
});
