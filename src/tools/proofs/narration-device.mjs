// Narration by the smallest real model, in the page of a real browser: which of its lines become phrases, and that what the phrases say is
// so. How well it writes is no promise of this project; that nothing false or ill-written is learnt from it is.
import { openModule } from '../in-page.mjs';

const SEED = 5;
const MODEL = 'smollm2-135m-instruct';
const HOUR_MS = 3_600_000;
const LINES_PER_HOUR = 6;

/** @param {{ log: (line: string) => void }} options */
export async function run({ log }) {
	const page = await openModule('writer', { mode: 'speech', weights: [MODEL] });
	try {
		const told = await page.call('tellAnHour', SEED, HOUR_MS, LINES_PER_HOUR);
		const lines = told.asked.filter(({ line }) => line !== '').length;
		log(
			`${told.asked.length} questions, ${lines} lines, ${told.phrases.length} phrases; ${told.template} lines by templates, ${told.untrue.length} of them not so.`,
		);
		const shown = {
			'the model was asked, and no phrase is half a sentence':
				told.asked.length > 0 && told.phrases.every(({ text }) => /[.!?…]["'”’)\]]*$/.test(text)),
			'every answer left a phrase, or says why none': told.asked.every(({ made, why }) => made > 0 || why !== ''),
			'no template says what is not so': told.untrue.length === 0,
			'no template has an open slot, a wrong article or a wrong plural': told.illWritten.length === 0,
		};
		return {
			ok: Object.values(shown).every(Boolean),
			seeds: [SEED],
			results: {
				shown,
				model: MODEL,
				simulated: 'facts are the game’s own truth; game time stands while the model writes',
				linesPerHour: LINES_PER_HOUR,
				asked: told.asked.length,
				lines,
				msOfAnAnswer: told.tookMs.toSorted((a, b) => a - b)[told.tookMs.length >> 1] ?? null,
				template: told.template,
				silent: told.silent,
				untrue: told.untrue,
				illWritten: told.illWritten,
				phrases: told.phrases,
				questions: told.asked,
				spokenByTemplates: told.spokenByTemplates.slice(0, 40),
			},
		};
	} finally {
		await page.close();
	}
}
