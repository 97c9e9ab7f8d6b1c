import { describe, expect, it } from 'vitest';
import type { Box } from '../geometry.ts';
import { BLUE, canvas, type Canvas, RED } from '../perception/drawing.fixture.ts';
import type { PerceptionAnswer } from '../question.ts';
import { provenanceOf } from './crystal.fixture.ts';
import { crystalliseTemplates } from './template/crystallise.ts';
import type { TemplateCrystal } from './template/schema.ts';
import { makeTriage, triage, triageText } from './triage.ts';

const places = {
	heart: [16, 16, 40, 24],
	coin: [80, 16, 40, 24],
	map: [144, 16, 40, 24],
	quest: [208, 16, 40, 24],
	shop: [16, 120, 40, 24],
} as const satisfies Record<string, Box>;
type Name = keyof typeof places;
const names = Object.keys(places) as Name[];
const before = (): Canvas => names.reduce((picture, name, i) => picture.texture(places[name], i + 1, RED), canvas(320, 200));
const provenance = provenanceOf();

function learnt(): TemplateCrystal[] {
	const answer: PerceptionAnswer = {
		screen: 'play',
		elements: names.map((name) => ({ name, kind: 'icon', box: [...places[name]] as [number, number, number, number], stable: true })),
		facts: [],
	};
	const { made } = crystalliseTemplates(answer, before().frame, [], {
		scope: { game: 'g', gameVersion: '1', language: 'en', layout: '320x200' },
		provenance,
		boxFormat: 'pixels',
		exact: true,
		newId: (name) => name,
	});
	for (const crystal of made) crystal.data = { ...crystal.data, screens: { play: { seen: 9, of: 9 } } };
	return [...made];
}
const of = (cases: readonly { crystal: TemplateCrystal }[]): string[] => cases.map((c) => c.crystal.data.element);

describe('triage after an update', () => {
	it('parts what is as before from what changed, moved and went', () => {
		const after = canvas(320, 200)
			.texture(places.heart, 1, RED)
			.texture(places.coin, 2, RED)
			.texture([200, 120, 40, 24], 3, RED)
			// A third of its picture is another.
			.texture(places.quest, 4, RED)
			.texture([208, 16, 14, 24], 44, RED);
		const done = triage(learnt(), [after.frame, after.frame]);
		expect({ ok: of(done.ok), moved: of(done.moved), stale: of(done.stale), gone: of(done.gone), unseen: of(done.unseen) }).toEqual({
			ok: ['heart', 'coin'],
			moved: ['map'],
			stale: ['quest'],
			gone: ['shop'],
			unseen: [],
		});
		expect(done.moved[0]?.elsewhere).toMatchObject({ box: [200, 120, 40, 24] });
		expect(done.ok[0]).toMatchObject({ frames: 2, held: 2, atPlace: expect.closeTo(1) });
		expect(triageText(done)).toBe('2 as before; 1 changed (quest); 1 moved (map); 1 gone (shop)');
	});

	it('says nothing of a screen that was not shown', () => {
		const crystals = learnt();
		for (const crystal of crystals.slice(2)) crystal.data = { ...crystal.data, screens: { menu: { seen: 9, of: 9 } } };
		const hud = canvas(320, 200).texture(places.heart, 1, RED).texture(places.coin, 2, RED);
		const done = triage(crystals, [hud.frame]);
		expect(of(done.ok)).toEqual(['heart', 'coin']);
		expect(of(done.unseen)).toEqual(['map', 'quest', 'shop']);
		expect(of(triage(crystals, []).unseen)).toHaveLength(5);
	});

	it('does not take the same shape in another colour for the thing moved', () => {
		const after = canvas(320, 200).texture(places.heart, 1, RED).texture(places.coin, 2, RED).texture([200, 120, 40, 24], 3, BLUE);
		expect(of(triage(learnt(), [after.frame]).moved)).toEqual([]);
	});

	it('names those that may be trusted again without a model: they hold beside two others of their screen', () => {
		const watch = makeTriage(learnt());
		expect(watch.see(before().frame).map((c) => c.data.element)).toEqual(names);
		const two = canvas(320, 200).texture(places.heart, 1, RED).texture(places.coin, 2, RED);
		expect(watch.see(two.frame)).toEqual([]);
	});
});
