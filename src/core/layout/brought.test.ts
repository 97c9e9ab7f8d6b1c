import { describe, expect, it } from 'vitest';
import type { Crystal } from '../crystals/crystal.ts';
import { readKind } from '../crystals/kinds.ts';
import type { RegionCrystal } from '../crystals/region/schema.ts';
import type { Skill } from '../crystals/skill/schema.ts';
import type { TemplateCrystal } from '../crystals/template/schema.ts';
import { fakePng, project, tools } from '../import/maafw/maafw.fixture.ts';
import { importMaa } from '../import/maafw/maafw.ts';
import { inLayout } from './brought.ts';

async function brought(): Promise<readonly Crystal[]> {
	const done = await importMaa(
		project(
			{
				A: {
					recognition: 'TemplateMatch',
					template: 'a.png',
					green_mask: true,
					roi: [640, 100, 600, 200],
					action: 'Click',
					next: ['B', 'C'],
				},
				B: { recognition: 'OCR', expected: 'Sold', roi: [100, 600, 200, 40], action: 'Click' },
				C: { action: 'Swipe', begin: [100, 200], end: [300, 400] },
			},
			{ 'resource/image/a.png': fakePng(24, 16, 3, { green: true }) },
		),
		tools,
	);
	if (!done.ok) throw new Error(done.why);
	return done.import.crystals;
}
const to = (crystals: readonly Crystal[], layout: string): Crystal[] =>
	crystals.flatMap((c) => inLayout(c, { ...c.scope, layout }, 5) ?? []);
const of = <C extends Crystal>(crystals: readonly Crystal[], kind: C['kind']): C => crystals.find((c): c is C => c.kind === kind) as C;

describe('what was brought from another program', () => {
	it('is drawn to the size that shows: looks, masks, areas, boxes and points', async () => {
		const crystals = to(await brought(), '1920x1080');
		expect(crystals.map((c) => c.kind).sort()).toEqual(['region', 'skill', 'template']);
		for (const c of crystals) {
			expect(readKind(c.kind, c.schema, c.data, c.blobs), c.id).toMatchObject({ ok: true });
			expect(c).toMatchObject({ state: 'shadow', scope: { layout: '1920x1080' }, createdAt: 5 });
			expect(c.id).toMatch(/\.1920x1080$/);
		}
		const template = of<TemplateCrystal>(crystals, 'template');
		expect(template.data).toMatchObject({ roi: [960, 150, 900, 300], size: [36, 24] });
		expect(template.blobs[template.data.exemplars[0]?.mask ?? '']).toHaveLength(36 * 24);
		expect(of<RegionCrystal>(crystals, 'region').data.box).toEqual([150, 900, 300, 60]);
		const points = of<Skill>(crystals, 'skill').data.steps.flatMap((s) => Object.values(s.act?.args ?? {}).filter(Array.isArray));
		expect(points).toEqual([
			[300, 930],
			[150, 300],
			[450, 600],
		]);
	});

	it('keeps to the height of a wider frame, as the program it came from would', async () => {
		expect(of<TemplateCrystal>(to(await brought(), '1680x720'), 'template').data).toMatchObject({
			roi: [640, 100, 600, 200],
			size: [24, 16],
		});
	});

	it('is left out where too little of it would be left to be told', async () => {
		expect(to(await brought(), '426x240').map((c) => c.kind)).toEqual(['skill', 'region']);
	});

	it('has its place by sight once it has one, and leaves what was learnt here alone', async () => {
		const crystals = await brought();
		const template = of<TemplateCrystal>(crystals, 'template');
		expect(
			inLayout({ ...template, data: { ...template.data, fixed: true } } as Crystal, { ...template.scope, layout: '1920x1080' }, 5),
		).toBeUndefined();
		const own = { ...template, provenance: { ...template.provenance, tier: 'cloud' } };
		expect(inLayout(own, { ...template.scope, layout: '1920x1080' }, 5)).toBeUndefined();
	});
});
