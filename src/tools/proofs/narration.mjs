// Script the predictable: hours of the practice game, told. The facts are the game's own truth, events, voice, seam and ledger are the
// product's, and the practice teacher writes in the place of a model: whether perception reads those facts is proved elsewhere.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../files.mjs';
import { buildModule } from '../node-module.mjs';

const SEEDS = [5, 6, 7];
const HOUR_MS = 3_600_000;
/** The usual budget, and one of which an hour shows forty forms. */
const BUDGETS = [6, 12];
const DRAWN = 200;
const DRAW_SEED = 77;

/** @param {{ log: (line: string) => void }} options */
export async function run({ log }) {
	const { module: m, remove } = await buildModule(join(import.meta.dirname, 'narration', 'node.ts'));
	try {
		const read = m.readProfile(readFileSync(join(root, 'public', 'profiles', 'practice.json'), 'utf8'));
		const sessions = [];
		for (const linesPerHour of BUDGETS) {
			for (const seed of SEEDS) {
				const session = await m.playNarrated({ profile: read.profile, seed, ms: HOUR_MS, random: m.seeded(seed), linesPerHour });
				sessions.push({ seed, linesPerHour, told: session.told, pace: session.pace });
				log(`seed ${seed}, ${linesPerHour} lines an hour: ${session.told.filter((t) => t.by !== 'silence').length} lines`);
			}
		}
		const rows = sessions.map(({ seed, linesPerHour, told, pace }) => {
			const of = (by, from = 0) => told.filter((t) => t.by === by && t.at >= from).length;
			const { unreasoned, mostInAnHour } = m.asked(told);
			const [template, model] = [of('template'), of('model')];
			const late = [of('template', HOUR_MS / 2), of('model', HOUR_MS / 2)];
			return {
				seed,
				linesPerHour,
				events: told.length,
				template,
				model,
				silent: of('silence'),
				share: template / (template + model),
				shareInTheSecondHalf: late[0] / (late[0] + late[1]),
				forms: new Set(told.filter((t) => t.by === 'template').map((t) => t.form)).size,
				untrue: m.untrue(told),
				repeated: m.repeated(told),
				unreasoned,
				mostAskedInAnHour: mostInAnHour,
				eventsPerHour: Math.round(pace.eventsPerHour),
			};
		});
		const spoken = sessions.flatMap(({ seed, linesPerHour, told }) =>
			told
				.filter((t) => t.by !== 'silence')
				.map(({ at, event, by, line, form, why }) => ({ seed, linesPerHour, at, event, by, line, form, why })),
		);
		writeFileSync(join(root, 'docs', 'results', 'narration-log.jsonl'), spoken.map((t) => `${JSON.stringify(t)}\n`).join(''));
		// One hour's lines are fewer than 200; they are drawn from those of all hours, without putting any back.
		const random = m.seeded(DRAW_SEED);
		const left = [...spoken];
		const drawn = Array.from({ length: Math.min(DRAWN, left.length) }, () => left.splice(Math.floor(random.next() * left.length), 1)[0]);
		const ill = drawn.flatMap(({ line }) => m.illWritten(line).map((why) => ({ line, why })));
		const forms = new Set(drawn.map(({ by, form, line }) => (by === 'template' ? form : line)));
		const shown = {
			'at least 60 % of the lines from templates in the second half of each hour': rows.every((r) => r.shareInTheSecondHalf >= 0.6),
			'every slot right against truth': rows.every((r) => r.untrue.length === 0),
			'no template within 20 lines of itself, no words within 20 lines of a type': rows.every((r) => r.repeated.length === 0),
			'a model speaks only where the surprise says so': rows.every((r) => r.unreasoned.length === 0),
			'never more of its lines in an hour than the person allows': rows.every((r) => r.mostAskedInAnHour <= r.linesPerHour),
			[`${DRAWN} lines drawn, no unfilled slot, every a/an and plural right`]: drawn.length === DRAWN && ill.length === 0,
			'at least 40 distinct forms among them': forms.size >= 40,
			'at least 40 distinct templates in an hour of 12 lines': rows.filter((r) => r.linesPerHour === 12).every((r) => r.forms >= 40),
		};
		return {
			ok: Object.values(shown).every(Boolean),
			seeds: SEEDS,
			results: {
				simulated: 'the writer of lines is the scripted practice teacher; facts are the game’s own truth; game time runs as fast as it can',
				shown,
				hours: rows,
				drawn: { seed: DRAW_SEED, lines: drawn.length, forms: forms.size, ill },
				log: 'docs/results/narration-log.jsonl',
			},
		};
	} finally {
		remove();
	}
}
