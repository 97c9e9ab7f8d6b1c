// The voice as a session uses it: how fast it is here, how many lines need no synthesis, how soon they begin, that their seams do not click,
// and that a recogniser which had no part in it writes down the words that were said.
import { join } from 'node:path';
import { root } from '../files.mjs';
import { openModule } from '../in-page.mjs';
import { buildModule } from '../node-module.mjs';
import { ensureRecogniser, recognise, wordErrors } from '../recogniser/recogniser.mjs';

const SEED = 5;
const MODEL = 'kokoro-82m-v1.0-int8';
const LINES = 60;

/** Plain words: a recogniser knows no names of games. */
const WHOLE = [
	'The dungeon door is open, and the goblin is asleep.',
	'I am going to walk down to the river and wait there.',
	'That was a very long way to go for a piece of bread.',
	'Nobody told me that the bridge would be broken today.',
];
/** Slots in braces. */
const TEMPLATES = [
	'Out of the dark comes {foe}, and it looks hungry.',
	'There is nothing here but {thing} and a lot of dust.',
	'I have {count} gold left, and the shop is still open.',
	'We are back in {place}, and the sun is going down.',
	'Look at that, {thing} was lying here all the time.',
	'This is the third time today that {foe} has found me.',
];
const VALUES = {
	foe: ['a big brown bear', 'an angry old man', 'a pair of wolves', 'a very large spider'],
	thing: ['a silver spoon', 'an old wooden chair', 'a bottle of water', 'a broken window'],
	count: ['21', '104', '36', '1,204'],
	place: ['the little village', 'the market square', 'the old church', 'the northern woods'],
};

function chance(seed) {
	let state = seed;
	return () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 32;
	};
}

function partsOf(template, next) {
	return template
		.split(/(\{\w+\})/)
		.filter(Boolean)
		.map((piece) => {
			const slot = /^\{(\w+)\}$/.exec(piece)?.[1];
			return slot === undefined
				? { text: piece, slot: false }
				: { text: VALUES[slot][Math.floor(next() * VALUES[slot].length)], slot: true };
		});
}

const textOf = (parts) => parts.map(({ text }) => text).join('');
const share = (values, q) => values.toSorted((a, b) => a - b)[Math.max(0, Math.min(values.length - 1, Math.floor(q * values.length)))];
const round = (n, digits = 1) => (Number.isFinite(n) ? Math.round(n * 10 ** digits) / 10 ** digits : null);

/** @param {{log: (line: string) => void}} options */
export async function run({ log }) {
	const next = chance(SEED);
	const { module, remove } = await buildModule(join(root, 'src', 'core', 'speech', 'say.ts'));
	const { sayable } = module;
	const page = await openModule('voice', { mode: 'speech', weights: [MODEL] });
	try {
		const [load, ...made] = await page.call('realTime', ['Go.', ...WHOLE.slice(0, 3)]);
		const factor = made.reduce((sum, { ms }) => sum + ms, 0) / 1000 / made.reduce((sum, { seconds }) => sum + seconds, 0);
		log(`Loaded and said a word in ${round(load.ms / 1000)} s; then ${round(factor, 2)} s for a second of speech.`);

		// A session: the first time each piece is made, later it is found.
		const session = Array.from({ length: LINES }, (_, i) => ({
			parts:
				i % 6 === 5
					? [{ text: WHOLE[Math.floor(next() * WHOLE.length)], slot: false }]
					: partsOf(TEMPLATES[Math.floor(next() * TEMPLATES.length)], next),
		}));
		const first = await page.call('sayLines', session, false);
		const cachedShare = first.filter(({ cached }) => cached).length / LINES;
		log(
			`${round(100 * cachedShare)} % of ${LINES} lines needed no synthesis; of the second half ${round((100 * first.slice(LINES / 2).filter(({ cached }) => cached).length) / (LINES / 2))} %.`,
		);

		// Each line in an opening of its own: every sound comes from the store, and a line's bends are held against its own pieces.
		const again = [];
		for (const line of session) again.push(...(await page.call('sayLines', [line], true)));
		const gaps = again.filter(({ cached }) => cached).map(({ gapMs }) => gapMs);
		const bends = again.map(({ bend }) => bend);
		log(
			`From the store ${gaps.length} of ${LINES} lines; first sound after p50 ${round(share(gaps, 0.5))} ms, p95 ${round(share(gaps, 0.95))} ms.`,
		);

		const recogniser = ensureRecogniser();
		const heard = [];
		if (!('why' in recogniser)) {
			const seen = new Set();
			for (const [i, { pcm, rate }] of again.entries()) {
				const said = sayable(textOf(session[i].parts));
				if (seen.has(said) || pcm === '') continue;
				seen.add(said);
				const text = recognise(recogniser.python, Buffer.from(pcm, 'base64'), rate);
				heard.push({ said, heard: text, spliced: session[i].parts.some(({ slot }) => slot), ...wordErrors(said, text) });
			}
		}
		const rateOf = (list) =>
			list.reduce((sum, { errors }) => sum + errors, 0) /
			Math.max(
				1,
				list.reduce((sum, { words }) => sum + words, 0),
			);
		log(`Read back: ${round(100 * rateOf(heard))} % word errors in ${heard.length} lines.`);
		const broken = await page.call('sayDamaged', session[0]);

		const shown = {
			'first sound from the store p95 ≤ 150 ms': gaps.length > 0 && share(gaps, 0.95) <= 150,
			'every line of the next opening comes from the store': gaps.length === LINES,
			'no silence: every line between -35 and -12 dB, peak above 0.1': again.every(
				({ levelDb, peak }) => levelDb > -35 && levelDb < -12 && peak > 0.1,
			),
			'no click: no bend at a seam sharper than in the voice itself, by half': Math.max(...bends) <= 1.5,
			'word error ≤ 10 %': heard.length > 0 && rateOf(heard) <= 0.1,
			'a damaged sound is made anew': broken.damaged > 0 && broken.cached === false && broken.finite,
		};
		return {
			ok: Object.values(shown).every(Boolean),
			seeds: [SEED],
			results: {
				shown,
				model: MODEL,
				loadAndFirstWordMs: Math.round(load.ms),
				realTimeFactor: round(factor, 2),
				lines: LINES,
				tooLate: {
					first: first.filter(({ gapMs }) => !Number.isFinite(gapMs)).length,
					again: again.filter(({ gapMs }) => !Number.isFinite(gapMs)).length,
				},
				fromCache: {
					all: round(cachedShare, 3),
					secondHalf: round(first.slice(LINES / 2).filter(({ cached }) => cached).length / (LINES / 2), 3),
				},
				gapMs: {
					madeNow: {
						p50: round(
							share(
								first.filter(({ cached, gapMs }) => !cached && Number.isFinite(gapMs)).map(({ gapMs }) => gapMs),
								0.5,
							),
						),
					},
					fromStore: { n: gaps.length, p50: round(share(gaps, 0.5)), p95: round(share(gaps, 0.95)), max: round(Math.max(...gaps)) },
					note: 'until the loudspeaker is given the samples; the audio device’s own latency and the hop to the agent’s worker are not in it',
				},
				sharpestBend: { p50: round(share(bends, 0.5), 2), max: round(Math.max(...bends), 2) },
				recogniser: 'why' in recogniser ? recogniser.why : 'pocketsphinx with its own English model',
				wordError: {
					all: round(rateOf(heard), 3),
					whole: round(rateOf(heard.filter(({ spliced }) => !spliced)), 3),
					spliced: round(rateOf(heard.filter(({ spliced }) => spliced)), 3),
					lines: heard.length,
				},
				readBack: heard.map(({ said, heard: text, errors }) => ({ said, heard: text, errors })),
				damaged: broken,
			},
		};
	} finally {
		await page.close();
		remove();
	}
}
