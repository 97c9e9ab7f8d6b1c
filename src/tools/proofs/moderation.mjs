// What the gate lets out: abuse composed from a list that its filter does not have, and innocent texts that look like it. Counts and tricks
// are recorded, abusive words are not.
import { join } from 'node:path';
import { root } from '../files.mjs';
import { buildModule } from '../node-module.mjs';

const SEEDS = [7, 11, 13, 17];
const EACH = 500;

/** @param {{log: (line: string) => void}} options */
export async function run({ log }) {
	const { module, remove } = await buildModule(join(root, 'src', 'tools', 'moderation', 'try-gate.ts'));
	try {
		const { tryGate, abusive, innocent, seeded, words } = module;
		const results = SEEDS.map((seed) => {
			const bad = abusive(EACH, seeded(seed));
			const good = innocent(EACH, seeded(seed));
			const out = tryGate(bad).out;
			const held = tryGate(good).held;
			log(`Seed ${seed}: ${out.length} of ${bad.length} abusive texts let out, ${held.length} of ${good.length} innocent ones refused.`);
			return {
				seed,
				abusive: bad.length,
				letOut: out.length,
				byTrick: Object.fromEntries(
					[...new Set(bad.map(({ trick }) => trick))].map((trick) => [trick, out.filter((t) => t.trick === trick).length]),
				),
				innocent: good.length,
				refused: held.length,
				refusedTexts: held.map(({ text }) => text),
			};
		});
		const texts = innocent(EACH, seeded(1)).map(({ text }) => text);
		const from = performance.now();
		for (let i = 0; i < 20; i++) for (const text of texts) words.judge(text);
		const judgeUs = ((performance.now() - from) / (20 * texts.length)) * 1000;
		const shown = {
			'none of 500 abusive texts let out, first seed': results[0].letOut === 0,
			'≤ 2 % of 500 innocent look-alikes refused, first seed': results[0].refused <= 0.02 * EACH,
		};
		return {
			ok: Object.values(shown).every(Boolean),
			seeds: SEEDS,
			results: {
				shown,
				lists: { filter: ['obscenity', 'cuss', 'naughty-words', 'profane-words'], test: ['badwords-list'] },
				endpoint: 'none: the lists alone',
				judgeMicroseconds: Math.round(judgeUs * 10) / 10,
				runs: results,
			},
		};
	} finally {
		remove();
	}
}
