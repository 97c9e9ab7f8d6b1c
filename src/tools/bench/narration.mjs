// Script the predictable: NetHack's own messages, mined for templates by ours and by Drain. Both learn the first so many lines of a
// game and are held against those that follow; a template of ours counts only where it makes the very line again from the event's values.
import { join } from 'node:path';
import { buildModule } from '../node-module.mjs';
import { ensurePython, startProgram } from '../python.mjs';
import { log } from '../setup.mjs';

/** Whose messages. Of keys pressed by chance, which is nle's task NetHackScore as it comes: there Drain knows the 94 % that the goal was set
 *  by. Of a player who tries all that the game has, and so meets more that is new: all messages, or only what is news, without refusals that
 *  cost no time and what is told twice in a row. */
const STREAMS = [
	{ what: 'messages by chance', seeds: 20, chance: true, news: false, learn: [100, 200, 400, 800, 1600, 3200], following: 1600 },
	{ what: 'messages', seeds: 5, chance: false, news: false, learn: [100, 200, 400, 800, 1600, 3200], following: 1600 },
	{ what: 'news', seeds: 5, chance: false, news: true, learn: [100, 200, 400, 800], following: 800 },
];
const GOAL = STREAMS[0].what;
/** design-crystals.md §12, goal 8. */
const AT = 400;
const COVERED = 0.95;

const DRAIN = 'Drain (drain3)';
const MASKED = 'Drain (drain3), names and numbers masked';
const WHO = ['falsework', DRAIN, MASKED];

const share = (flags) => flags.filter(Boolean).length / flags.length;
const percent = (value) => `${(100 * value).toFixed(1)} %`;

export async function run() {
	const folder = join(import.meta.dirname, 'narration');
	const place = ensurePython({ name: 'narration', what: 'NetHack and Drain', requirements: join(folder, 'requirements.txt') });
	if (place.why !== undefined) throw new Error(`The bench needs NetHack and Drain: ${place.why}.`);
	const { module: m, remove } = await buildModule(join(folder, 'node.ts'));
	const { median, quantile } = m;
	const program = startProgram(place.python, [join(folder, 'nethack.py')], { name: 'NetHack', words: 'kept' });
	try {
		/** Stream → contender → lines learnt → share covered, one of each seed. */
		const covered = Object.fromEntries(STREAMS.map(({ what }) => [what, Object.fromEntries(WHO.map((who) => [who, {}]))]));
		const seen = { lines: 0, different: 0, steps: 0, games: 0, version: '' };
		const narrated = [];
		/** Of each stream, after AT lines: shares of lines whose like was among them, whatever they name. */
		const ofKnownKind = Object.fromEntries(STREAMS.map(({ what }) => [what, []]));
		const ms = [];
		const missed = new Map();
		for (const { what, seeds, chance, news, learn, following } of STREAMS) {
			for (let seed = 1; seed <= seeds; seed++) {
				const { lines, steps, games, version } = await program.ask({ do: 'play', seed, chance, news, lines: learn.at(-1) + following });
				seen.lines += lines.length;
				seen.different += new Set(lines.map((l) => l.text)).size;
				seen.steps += steps;
				seen.games += games;
				seen.version = version;
				let phrases = [];
				let learnt = 0;
				for (const n of learn) {
					const mined = m.mine(lines.slice(learnt, n), phrases);
					phrases = mined.phrases;
					ms.push(...mined.ms);
					learnt = n;
					const next = lines.slice(n, n + following);
					const put = (who, value) => (covered[what][who][n] ??= []).push(value);
					const ours = next.map((line) => m.covers(phrases, line));
					put('falsework', share(ours));
					for (const who of WHO.slice(1)) {
						const texts = (some) => some.map((l) => l.text);
						const told = await program.ask({ do: 'drain', learn: texts(lines.slice(0, n)), match: texts(next), masks: who === MASKED });
						put(who, share(told.matched));
					}
					if (n !== AT) continue;
					narrated.push(m.narrate(phrases, next, seed));
					ofKnownKind[what].push(share(m.ofKnownKind(lines.slice(0, n), next)));
					if (what === GOAL) for (const [i, line] of next.entries()) if (!ours[i]) missed.set(line.text, (missed.get(line.text) ?? 0) + 1);
				}
			}
			log(`${what}: ${WHO.map((who) => `${who} ${percent(median(covered[what][who][AT]))}`).join(', ')} after ${AT} lines`);
		}
		const at = (who, n, what = GOAL) => median(covered[what][who][n]);
		const rows = STREAMS.flatMap(({ what, learn }) =>
			WHO.flatMap((who) =>
				learn.map((n) => {
					const shares = covered[what][who][n];
					return {
						what: `${what} by a known template after ${n} lines`,
						who,
						unit: 'share',
						n: shares.length,
						p10: quantile(shares, 0.1),
						median: median(shares),
						p99: quantile(shares, 0.99),
					};
				}),
			),
		);
		rows.push({
			what: 'a line mined',
			who: 'falsework',
			unit: 'ms',
			n: ms.length,
			p10: quantile(ms, 0.1),
			median: median(ms),
			p99: quantile(ms, 0.99),
		});
		const repeats = narrated.reduce((sum, one) => sum + one.repeats, 0);
		const goals = [
			{
				met: at('falsework', AT) >= COVERED,
				text: `${percent(at('falsework', AT))} of NetHack's messages by template after ${AT} lines, ${percent(COVERED)} wanted`,
			},
			{ met: repeats === 0, text: `${repeats} templates said again within 20 lines, 0 wanted` },
		];
		return {
			rows,
			// Of a share more is better: ours ÷ theirs.
			ratios: STREAMS.flatMap(({ what }) =>
				WHO.slice(1).map((who) => ({
					what: `${what} by a known template after ${AT} lines`,
					against: who,
					value: Number((at('falsework', AT, what) / at(who, AT, what)).toPrecision(4)),
				})),
			),
			accuracy: {
				seeds: STREAMS.map(({ what, seeds }) => `${seeds} of ${what}`).join(', '),
				messages: seen.lines,
				different: seen.different,
				games: seen.games,
				steps: seen.steps,
				spoken: narrated.reduce((sum, one) => sum + one.spoken, 0),
				heldBack: narrated.reduce((sum, one) => sum + one.held, 0),
				repeats,
				...Object.fromEntries(
					STREAMS.map(({ what }) => [`${what} of a kind told among the first ${AT}`, Number(median(ofKnownKind[what]).toFixed(4))]),
				),
			},
			goals: goals.map((goal) => `${goal.met ? 'met' : 'missed'}: ${goal.text}`),
			notes: [
				`NetHack 3.6.6 by nle ${seen.version}; prompts are left out, and of the news also refusals that cost no time and what is told twice in a row.`,
				'What is of a kind told before is as much as a template that makes its line can know: a line counts as of one kind with another if they differ in names, numbers and articles alone. A wildcard may match more.',
				'An event’s values are the names, numbers and pack items of the moment that the game’s own tables know; the masked Drain is given the same.',
				`Most common messages by chance without a template at ${AT}: ${[...missed]
					.toSorted((a, b) => b[1] - a[1])
					.slice(0, 6)
					.map(([text, n]) => `"${text}" (${n})`)
					.join(', ')}`,
				'The ratio is ours ÷ theirs, since more is better.',
			],
			broken: goals.filter((goal) => !goal.met).map((goal) => goal.text),
		};
	} finally {
		await program.close();
		remove();
	}
}
