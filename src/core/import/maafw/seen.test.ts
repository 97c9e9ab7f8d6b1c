import { describe, expect, it } from 'vitest';
import type { Crystal } from '../../crystals/crystal.ts';
import { inLayout } from '../../layout/brought.ts';
import { deskOf } from '../../loop/desk.fixture.ts';
import { makeEyes } from '../../loop/eyes.ts';
import type { Eyes } from '../../loop/loop.ts';
import type { Cancel } from '../../ports.ts';
import { importMaa } from './maafw.ts';
import { placeOf, screen, screenProject, screenTools, type Screen } from './screen.fixture.ts';

const never: Cancel = { aborted: false, addEventListener: () => {}, removeEventListener: () => {} };

async function eyesAt(scale: number): Promise<{ readonly eyes: Eyes; readonly show: (which: Screen) => Promise<readonly string[]> }> {
	const done = await importMaa(screenProject(), screenTools);
	if (!done.ok) throw new Error(done.why);
	const layout = `${228 * scale}x${128 * scale}`;
	const brought = scale === 1 ? done.import.crystals : done.import.crystals.flatMap((c) => inLayout(c, { ...c.scope, layout }, 1) ?? []);
	const desk = deskOf(done.import.profile, new Map(brought.map((c): [string, Crystal] => [c.id, c])));
	const eyes = makeEyes({ ...desk, reader: { readLine: async () => ({ text: '', confidence: 1 }) } });
	return {
		eyes,
		async show(which) {
			let sights: readonly string[] = [];
			// Each template has its turn.
			for (let i = 0; i < 4; i++) {
				desk.clock.at += 250;
				sights = (await eyes.look(screen(which, scale).shot(desk.clock.at), never)).sights.map((s) => `${s.name} ${s.box.join(' ')}`);
			}
			return [...sights].sort();
		},
	};
}

describe('templates of a project', () => {
	it.each([1, 2])('are found on the screens they were cut from, drawn at %i ×', async (scale) => {
		const { show } = await eyesAt(scale);
		const at = (...things: Parameters<typeof placeOf>[0][]): string[] => things.map((t) => `${t} ${placeOf(t, scale).join(' ')}`);
		expect(await show('menu')).toEqual(at('shop'));
		expect(await show('counter')).toEqual(at('buy', 'shop'));
		expect(await show('advert')).toEqual(at('ad', 'shop'));
		expect(await show('done')).toEqual(at('shop', 'sold'));
	});
});
