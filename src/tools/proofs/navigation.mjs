// Navigation in the practice game, played without a browser: its own world and pictures, a navigator that sees them. What stands where
// is told by the game in place of templates; where the player is, is not. No model is at hand: every question is a failure.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../files.mjs';
import { buildModule } from '../node-module.mjs';

const SEEDS = [1, 2, 3];

/** @param {{log: (line: string) => void}} options */
export async function run({ log }) {
	const { module, remove } = await buildModule(join(root, 'src', 'tools', 'proofs', 'navigation', 'measure.ts'));
	const profile = readFileSync(join(root, 'public', 'profiles', 'practice.json'), 'utf8');
	try {
		const seeds = SEEDS.map((seed) => {
			const measured = module.measure(seed, profile);
			log(`seed ${seed}: ${JSON.stringify(measured)}`);
			return { seed, ...measured };
		});
		const sum = (of) => seeds.reduce((total, one) => total + of(one), 0);
		const shown = {
			'the second journey asks no model': sum((s) => s.second.asked) === 0,
			'it arrives as often as the first': sum((s) => s.second.arrived) >= sum((s) => s.first.arrived),
			'nine of ten journeys arrive, and none where it was not to go':
				sum((s) => s.second.arrived) >= 0.9 * sum((s) => s.second.tries) && sum((s) => s.first.wrong + s.second.wrong) === 0,
			'a second journey is at most 1.1 times as long as the shortest way there is': seeds.every((s) => s.second.lengthOfShortest <= 1.1),
			'moved by a hand, it knows where it is within 30 s, 9 of 10 times': sum((s) => s.moved.found) >= 0.9 * sum((s) => s.moved.tries),
			'before a shut door, it arrives within 30 s more than the open way takes, 9 of 10 times':
				sum((s) => s.shut.arrived) >= 0.9 * sum((s) => s.shut.tries) && seeds.every((s) => s.shut.tries >= 5),
			'lost in less than 1 % of steps': seeds.every((s) => s.walked.lost < 0.01 && s.travelled.lost < 0.01),
			'half of its looks are less than half a tile off, and less than 1 % name a wrong place': seeds.every(
				(s) =>
					s.walked.medianErrorPx < 16 && s.travelled.medianErrorPx < 16 && s.walked.wrongPlaces < 0.01 && s.travelled.wrongPlaces < 0.01,
			),
		};
		return {
			ok: Object.values(shown).every(Boolean),
			seeds: SEEDS,
			results: {
				simulated:
					'no browser and no templates: what stands where is told by the game; nobody fights; where the player is, is seen in its pixels',
				shown,
				seeds,
			},
		};
	} finally {
		remove();
	}
}
