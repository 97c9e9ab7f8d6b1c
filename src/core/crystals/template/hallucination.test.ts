// Three hundred answers as bad models give them. None may leave a crystal behind that is not one of the things really there.
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { provenanceOf, scopeOf } from '../crystal.fixture.ts';
import { type Box, iou } from '../../geometry.ts';
import { canvas, noise } from '../../perception/drawing.fixture.ts';
import { type PerceptionAnswer, perceptionAnswer } from '../../question.ts';
import { recogniseTemplate } from './apply.ts';
import { crystalliseTemplates } from './crystallise.ts';
import type { TemplateCrystal } from './schema.ts';
import { makeTrials } from './trial.ts';

const W = 640;
const H = 360;
const real: Readonly<Record<string, Box>> = { play: [40, 300, 96, 32], quit: [500, 300, 96, 32], logo: [260, 40, 120, 60] };
const fire: Box = [300, 180, 48, 48];
const picture = (flame: number) => {
	const page = canvas(W, H);
	Object.values(real).forEach((box, i) => page.texture(box, i + 1));
	return page.texture(fire, 1000 + flame).frame;
};

const roll = noise(4953);
const int = (from: number, to: number): number => from + Math.floor(roll() * (to - from + 1));
type Wire = { name: string; box: readonly number[]; kind?: string; stable?: boolean };
/** Each a kind of fault, drawn anew each time. */
const faults: Readonly<Record<string, () => Wire[]>> = {
	negative: () => [{ name: 'play', box: [-int(20, 400), int(0, 300), 96, 32] }],
	outside: () => [{ name: 'play', box: [W + int(0, 500), int(0, 300), 96, 32] }],
	'zero area': () => [{ name: 'play', box: [40, 300, int(0, 1) * 96, 0] }],
	'whole frame': () => [{ name: 'play', box: [int(0, 3), int(0, 3), W - int(4, 20), H - int(4, 20)] }],
	'swapped axes': () => [{ name: 'quit', box: [300 - int(0, 3), 500, 32, 96] }],
	'units of 0 to 1': () => [{ name: 'logo', box: [260 / W, 40 / H, 120 / W, 60 / H] }],
	'absent object': () => [{ name: 'dragon', box: [int(20, 150), int(60, 200), int(20, 60), int(20, 60)] }],
	'not a number': () => [{ name: 'play', box: [Number.NaN, 300, Number.POSITIVE_INFINITY, 32] }],
	'three numbers': () => [{ name: 'play', box: [40, 300, 96] }],
	'name too long': () => [{ name: 'a'.repeat(int(65, 300)), box: real.play as Box }],
	'name no slug': () => [{ name: ['Play!', '', '../x', 'ü'][int(0, 3)] as string, box: real.play as Box }],
	'unknown kind': () => [{ name: 'play', box: real.play as Box, kind: 'spaceship' }],
	'too thin': () => [{ name: 'play', box: [40, 300, 96, int(1, 7)] }],
	animated: () => [{ name: `flame-${int(0, 9)}`, box: [fire[0] + int(-2, 2), fire[1] + int(-2, 2), 44, 44] }],
	'second name for one thing': () => [
		{ name: 'play', box: real.play as Box },
		{ name: 'start', box: real.play as Box },
	],
	'one thing twice': () => [
		{ name: 'play', box: real.play as Box },
		{ name: 'play', box: real.play as Box },
	],
};

describe('answers of bad models', () => {
	const kinds = Object.entries(faults);
	it.each(kinds)('%s: 20 of them leave no bad crystal', (_, make) => {
		for (let n = 0; n < 20; n++) {
			const wire = make();
			// On the wire JSON has no NaN; one that slips through as null is no number either.
			const json: unknown = JSON.parse(
				JSON.stringify({ screen: 'menu', elements: wire.map((w) => ({ kind: 'button', ...w, box: [...w.box] })), facts: [] }),
			);
			const read = v.safeParse(perceptionAnswer, json);
			const answers: PerceptionAnswer[] = [
				...(read.success ? [read.output] : []),
				// A tier that checks nothing: names and kinds aside, the crystalliser must hold by itself.
				...(wire.every((w) => /^[a-z0-9-]{1,64}$/.test(w.name) && w.kind === undefined)
					? [
							{
								screen: 'menu',
								facts: [],
								elements: wire.map((w) => ({
									name: w.name,
									kind: 'button' as const,
									box: [...w.box] as [number, number, number, number],
									stable: true,
								})),
							},
						]
					: []),
			];
			for (const answer of answers)
				for (const crystal of kept(answer, n)) {
					expect(crystal.name in real).toBe(true);
					expect(crystal.data.places.every((place) => iou(place, real[crystal.name] as Box) > 0.5)).toBe(true);
				}
		}
	});
	it('are three hundred at least', () => {
		expect(kinds.length * 20).toBeGreaterThanOrEqual(300);
	});
});

/** What is left of an answer after three later frames of the same picture. */
function kept(answer: PerceptionAnswer, n: number): TemplateCrystal[] {
	let made = 0;
	const harvest = crystalliseTemplates(answer, picture(10 * n), [], {
		scope: scopeOf(`${W}x${H}`),
		provenance: provenanceOf({ at: n }),
		boxFormat: 'pixels',
		newId: (name) => `${name}-${made++}`,
	});
	const trials = makeTrials();
	return harvest.made.filter((crystal) => {
		const verdicts = [1, 2, 3].map((i) => {
			const later = picture(10 * n + i);
			return trials.see(crystal, later, recogniseTemplate(crystal, later), true, i * 250)?.is;
		});
		return verdicts[2] === 'found';
	});
}
