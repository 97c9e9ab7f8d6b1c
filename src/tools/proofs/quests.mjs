// Each text is interpreted once: rounds of the practice game with a reader that makes mistakes, and who had to be asked in each.
import { buildModule } from '../node-module.mjs';

const SEEDS = [1, 2, 3];
const ROUNDS = 10;
/** Chance of a mistake for each character: none, as the reader of this project does on drawn text, and four times that. */
const RATES = [0, 0.0025, 0.01];

/** @param {{log: (line: string) => void}} options */
export async function run({ log }) {
	const { module, remove } = await buildModule('src/tools/proofs/quests/play.ts');
	try {
		const runs = [];
		for (const rate of RATES)
			for (const seed of SEEDS) {
				const { rounds, ...played } = await module.play(seed, ROUNDS, rate);
				const asked = rounds.map((round) => round.asked);
				log(`seed ${seed}, ${100 * rate} % of the characters misread: asked ${asked.join(' ')} by round, ${played.wrong.length} wrong`);
				runs.push({ seed, rate, asked, answered: rounds.map((round) => round.answered), ...played });
			}
		const late = (run) => run.asked.slice(1).reduce((sum, n) => sum + n, 0);
		const shown = {
			'no text is taken for another': runs.every((run) => run.wrong.length === 0),
			'without mistakes nothing is asked after the first round': runs.filter((run) => run.rate === 0).every((run) => late(run) === 0),
			'with the usual mistakes at most one text in nine rounds is asked about again': runs
				.filter((run) => run.rate === 0.0025)
				.every((run) => late(run) <= 2),
			'decisions rest on facts of the log': runs.every((run) => run.onQuestFacts > 0),
		};
		return {
			ok: Object.values(shown).every(Boolean),
			seeds: SEEDS,
			results: {
				simulated: 'the teacher is scripted; mistakes of the reader are made by seed; the game runs in no time',
				shown,
				roundsEach: ROUNDS,
				runs,
			},
		};
	} finally {
		remove();
	}
}
