// Each text is interpreted once: rounds of the practice game with a reader that makes mistakes, and who had to be asked in each.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildModule } from '../node-module.mjs';

const SEEDS = [1, 2, 3];
const ROUNDS = 10;
/** Chance of a mistake for each character. Assumed, not measured: `bench -- regions` reads 99 of 100 unseen lines without one. */
const RATES = [0, 0.0025, 0.01];

/** Where Debian puts Flare's campaign; its words stay there. */
const FLARE = '/usr/share/games/flare/mods/empyrean_campaign';

/** What is said and asked for in Flare; empty where it is not installed. */
function flareTexts() {
	const texts = [];
	for (const folder of ['npcs', 'quests']) {
		const path = join(FLARE, folder);
		if (!existsSync(path)) continue;
		for (const name of readdirSync(path).filter((file) => file.endsWith('.txt')))
			for (const [, text] of readFileSync(join(path, name), 'utf8').matchAll(/^(?:him|her|you|quest_text)=(.{9,})$/gm))
				texts.push(text.trim());
	}
	return texts;
}

const sum = (runs, key) => runs.reduce((all, run) => all + run[key], 0);

/** @param {{log: (line: string) => void}} options */
export async function run({ log }) {
	const { module, remove } = await buildModule('src/tools/proofs/quests/node.ts');
	try {
		const runs = [];
		for (const rate of RATES)
			for (const seed of SEEDS) {
				const { rounds, ...played } = await module.play(seed, ROUNDS, rate);
				const asked = rounds.map((round) => round.asked);
				log(
					`seed ${seed}, ${100 * rate} % of the characters misread: asked ${asked.join(' ')} by round, ${played.wrong.length} wrong, ${played.bySkill} decided by skills`,
				);
				const shares = played.decisions.map(({ local, total }) => Math.round((100 * local) / total));
				log(`  decisions local in each third: ${shares.join(', ')} %`);
				runs.push({ seed, rate, asked, answered: rounds.map((round) => round.answered), ...played });
			}
		const texts = flareTexts();
		const flare = texts.length === 0 ? 'not installed' : RATES.map((rate) => ({ rate, ...module.reread(texts, SEEDS[0], rate) }));
		if (texts.length > 0)
			for (const { rate, known, readings, takenForAnother } of flare)
				log(`Flare, ${100 * rate} % misread: ${known} of ${readings} known again, ${takenForAnother} taken for another`);
		const late = (run) => run.asked.slice(1).reduce((sum, n) => sum + n, 0);
		const shown = {
			'no text is taken for another': runs.every((run) => run.wrong.length === 0),
			'without mistakes nothing is asked after the first round': runs.filter((run) => run.rate === 0).every((run) => late(run) === 0),
			'with 1 character in 400 misread at most one text in nine rounds is asked about again': runs
				.filter((run) => run.rate === 0.0025)
				.every((run) => late(run) <= 2),
			'no text of Flare is taken for another': texts.length === 0 || flare.every((run) => run.takenForAnother === 0 && run.confused === 0),
			'decisions rest on facts of the log': runs.every((run) => run.onQuestFacts > 0),
			'skills decide where rules do not, and most of what they begin comes about':
				sum(runs, 'bySkill') > 0 && sum(runs, 'failedSkills') * 2 < sum(runs, 'bySkill'),
		};
		return {
			ok: Object.values(shown).every(Boolean),
			seeds: SEEDS,
			results: {
				simulated: 'the teacher is scripted; mistakes of the reader are made by seed; the game runs in no time',
				shown,
				roundsEach: ROUNDS,
				runs,
				flare,
			},
		};
	} finally {
		remove();
	}
}
