// The tuner's own arithmetic: what is varied, what a replay is worth, what is kept, and how it is told. Nothing here plays or reads files.
import { accepts } from '../bench/decisions/contender.ts';
import { type Noise, noisy } from '../bench/decisions/noise.ts';
import { falsework } from '../bench/decisions/ours.ts';
import { HOUR, type Recorded } from '../bench/decisions/play.ts';
import type { Description, Teaching } from '../bench/decisions/world.ts';
import { drawing, INK } from '../chart.mjs';
import { deltaTable, type Difference } from '../delta/compare.ts';
import { bootstrap, type Interval, mean, median, randomOf } from '../statistics.ts';
import { type Tuning, TUNING } from '../../core/reasoning/tuning.ts';
import type { Act } from '../../core/question.ts';

/** One number of the learner: how it is read and set, and what is tried beside what holds in play. */
export interface Knob {
	readonly name: string;
	readonly of: (tuning: Tuning) => number;
	readonly set: (tuning: Tuning, value: number) => Tuning;
	readonly values: readonly number[];
}

function strategy(key: 'delta' | 'score' | 'floor'): Pick<Knob, 'of' | 'set'> {
	return {
		of: ({ limits }) => limits.strategy[key],
		// All layers that are limited alike stay so; what cannot be undone and the way there keep limits of their own.
		set: (tuning, value) => {
			const before = tuning.limits.strategy;
			const after = { ...before, [key]: value };
			const limits = Object.fromEntries(
				Object.entries(tuning.limits).map(([layer, limit]) => [
					layer,
					limit.delta === before.delta && limit.score === before.score && limit.floor === before.floor ? after : limit,
				]),
			);
			return { ...tuning, limits: limits as Tuning['limits'] };
		},
	};
}
function plain(key: 'kappa' | 'prior' | 'doubt' | 'decay' | 'induceFrom' | 'induceEach'): Pick<Knob, 'of' | 'set'> {
	return { of: (tuning) => tuning[key], set: (tuning, value) => ({ ...tuning, [key]: value }) };
}
function tree(key: 'leafLeast' | 'cutsMost'): Pick<Knob, 'of' | 'set'> {
	return { of: ({ induce }) => induce[key], set: (tuning, value) => ({ ...tuning, induce: { ...tuning.induce, [key]: value } }) };
}

export const KNOBS: readonly Knob[] = [
	{ name: 'delta', ...strategy('delta'), values: [0.01, 0.015, 0.03, 0.04] },
	{ name: 'score', ...strategy('score'), values: [0.75, 0.85, 0.9] },
	{ name: 'floor', ...strategy('floor'), values: [0.5, 0.7, 0.8] },
	{ name: 'kappa', ...plain('kappa'), values: [0.005, 0.02] },
	{ name: 'prior', ...plain('prior'), values: [2, 8, 16] },
	{ name: 'doubt', ...plain('doubt'), values: [0.05, 0.2, 0.4] },
	{ name: 'decay', ...plain('decay'), values: [0.98, 0.99, 0.999] },
	{ name: 'induceFrom', ...plain('induceFrom'), values: [20, 80] },
	{ name: 'induceEach', ...plain('induceEach'), values: [1.1, 1.5] },
	{ name: 'leafLeast', ...tree('leafLeast'), values: [3, 6, 10] },
	{ name: 'cutsMost', ...tree('cutsMost'), values: [8, 16] },
];

export interface Setting {
	/** What differs from play, in words; empty for what holds there. */
	readonly name: string;
	readonly tuning: Tuning;
}

export const AS_IN_PLAY: Setting = { name: '', tuning: TUNING };

/** Each knob turned alone, then combinations of the knobs that were of use alone. */
export function alone(): readonly Setting[] {
	return KNOBS.flatMap((knob) => knob.values.map((value) => ({ name: `${knob.name} ${value}`, tuning: knob.set(TUNING, value) })));
}

/** @param best  turned knobs by what they were worth, the best first; of each knob the first one counts */
export function together(best: readonly Setting[], most: number): readonly Setting[] {
	const firsts = best.filter((one, i) => best.findIndex((other) => knobOf(other).name === knobOf(one).name) === i);
	const made: Setting[] = [];
	for (let n = 2; n <= firsts.length && made.length < most; n++) {
		const some = firsts.slice(0, n);
		const tuning = some.reduce((so, one) => knobOf(one).set(so, knobOf(one).of(one.tuning)), TUNING);
		made.push({ name: some.map((one) => one.name).join(', '), tuning });
	}
	return made;
}

function knobOf({ name }: Setting): Knob {
	const knob = KNOBS.find((one) => name.startsWith(`${one.name} `));
	if (knob === undefined) throw new Error(`"${name}" turns no knob.`);
	return knob;
}

/**
 * What a recorded run is replayed as. What only caution is good for (audits, second opinions, forgetting) shows where the teacher errs
 * or the world changes, and looks like waste everywhere else.
 */
export const TELLINGS = ['as recorded', 'teacher errs', 'world changes'] as const;
export type Telling = (typeof TELLINGS)[number];
const ERRS: Noise = { random: 0.1, dropped: 0.15, lying: 0.1 };

export interface Replayed {
	/** By hour of 800 decision points; the last may be short. All tellings, one after the other. */
	readonly hours: readonly { readonly local: number; readonly harm: number; readonly calls: number }[];
	/** Area under local share over the hours in which harm stayed under δ, over all hours: in [0, 1]. */
	readonly worth: number;
	/** The same for each telling, in their order. */
	readonly worths: readonly number[];
}

/** What a setting may do to be counted: the promise that holds in play, whatever δ the setting itself steers by. */
const HARM_MOST = TUNING.limits.strategy.delta;

/** A recorded run through the whole gate, once in each telling. */
export function replay(trace: readonly Recorded[], description: Description, tuning: Tuning, seed: number): Replayed {
	const each = TELLINGS.map((telling) => replayOne(trace, description, tuning, seed, telling));
	return { hours: each.flatMap(({ hours }) => hours), worth: mean(each.map(({ worth }) => worth)), worths: each.map(({ worth }) => worth) };
}

/** The world goes on as it was recorded, and each local act is held against what is true there. */
function replayOne(recorded: readonly Recorded[], description: Description, tuning: Tuning, seed: number, telling: Telling) {
	const contender = falsework(tuning)(description, seed);
	const trace = telling === 'world changes' ? swapped(recorded) : recorded;
	const next = randomOf(seed ^ 0x5eed);
	const hours: { local: number; harm: number; calls: number }[] = [];
	for (let from = 0; from < trace.length; from += HOUR) {
		const part = trace.slice(from, from + HOUR);
		let [calls, acts, harmed] = [0, 0, 0];
		part.forEach(({ answer, ...at }, i) => {
			const occasion = { ...at, point: from + i };
			const local = contender.decide(occasion);
			if (local !== undefined && local.audit === undefined) {
				acts++;
				if (!accepts(answer, local.act)) harmed++;
				return;
			}
			do {
				calls++;
				contender.learn(occasion, telling === 'teacher errs' ? noisy(answer, ERRS, description, next) : answer, local);
			} while (contender.again === true);
		});
		// A second opinion is a call more at the same decision.
		hours.push({ local: Math.max(0, 1 - calls / part.length), harm: acts === 0 ? 0 : harmed / acts, calls });
	}
	return { hours, worth: mean(hours.map(({ local, harm }) => (harm <= HARM_MOST ? local : 0))) };
}

/** From the middle on the two verbs that were answered most mean each other, with nothing in the facts to tell by. */
export function swapped(trace: readonly Recorded[]): readonly Recorded[] {
	const times = new Map<string, number>();
	for (const { answer } of trace) times.set(answer.act.verb, (times.get(answer.act.verb) ?? 0) + 1);
	const [one, other] = [...times].sort((a, b) => b[1] - a[1]).map(([verb]) => verb);
	if (one === undefined || other === undefined) return trace;
	const turned = (act: Act): Act => (act.verb === one ? { ...act, verb: other } : act.verb === other ? { ...act, verb: one } : act);
	const turn = (answer: Teaching): Teaching => ({ ...answer, act: turned(answer.act), ok: answer.ok.map(turned) });
	return trace.map((moment, i) => (i < trace.length / 2 ? moment : { ...moment, answer: turn(moment.answer) }));
}

export interface Judged {
	readonly name: string;
	/** Mean over the traces it was tried on. */
	readonly worth: number;
	/** In each telling. */
	readonly worths: readonly number[];
	/** Against what holds in play, trace by trace, with its 95 % interval. */
	readonly gain: Interval;
	readonly harm: number;
	/** Traces it was tried on. */
	readonly runs: number;
}

/** @param traces  what each replay gave, in the same order for both */
export function judge(name: string, traces: readonly Replayed[], asInPlay: readonly Replayed[], seed = 1): Judged {
	const gains = traces.map((one, i) => one.worth - (asInPlay[i]?.worth ?? Number.NaN));
	return {
		name,
		worth: mean(traces.map(({ worth }) => worth)),
		worths: TELLINGS.map((_, i) => mean(traces.map(({ worths }) => worths[i] ?? Number.NaN))),
		gain: bootstrap(gains, mean, seed),
		runs: traces.length,
		harm: median(traces.map(({ hours }) => mean(hours.map(({ harm }) => harm)))),
	};
}

/** Resampling fewer runs than this says nothing about others. */
const RUNS_LEAST = 5;

/** Better on held-out traces beyond chance. */
export function isBetter({ gain, runs }: Judged): boolean {
	return runs >= RUNS_LEAST && gain.low > 0;
}

/** A check by play itself: return against always asking on held-out episodes. */
export interface Checked {
	readonly world: string;
	readonly name: string;
	readonly ratio: number;
	readonly local: number;
	readonly harm: number;
}
export const RATIO_LEAST = 0.98;

export interface Findings {
	readonly worlds: readonly string[];
	readonly trainSeeds: readonly number[];
	readonly heldSeeds: readonly number[];
	readonly points: number;
	readonly tried: readonly Judged[];
	readonly held: readonly Judged[];
	readonly checked: readonly Checked[];
	/** The five metrics over the repository's recordings, as in play against the setting that stood the play; absent where none did. */
	readonly metrics?: readonly Difference[];
	/** The setting to adopt; empty where nothing stood the test. */
	readonly kept: string;
	readonly tuning: Tuning;
}

/** The report for a person; pictures lie beside it. */
export function tell(f: Findings): string {
	const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
	const rows = (judged: readonly Judged[]): string[] => [
		line(['setting', 'worth', 'gain', '95 % interval', 'harm of local acts', ...TELLINGS]),
		line(['---', '--:', '--:', '--:', '--:', ...TELLINGS.map(() => '--:')]),
		...judged.map((j) =>
			line([
				j.name || 'as in play',
				j.worth.toFixed(4),
				signed(j.gain.value),
				`${signed(j.gain.low)} … ${signed(j.gain.high)}`,
				`${(100 * j.harm).toFixed(2)} %`,
				...j.worths.map((worth) => worth.toFixed(4)),
			]),
		),
	];
	return [
		'# Tuning the decision learner',
		'',
		f.kept === ''
			? '**Nothing is better than what holds in play**, on runs that no setting was chosen by.'
			: `**Better on runs that it was not chosen by: ${f.kept}.**`,
		'',
		`Recorded runs of ${f.worlds.join(', ')}, ${f.points} decisions each; chosen on seeds ${f.trainSeeds.join(', ')}, judged on seeds ${f.heldSeeds.join(', ')}. The bench plays other seeds.`,
		'',
		`Worth is the share of decisions made without a call, over the hours in which at most ${100 * HARM_MOST} % of the local acts were ones that are truly wrong there; an hour above that counts nothing. Each run is replayed three times, and its worth is their mean: as it was recorded; with a teacher that errs (${100 * ERRS.random} % random acts, ${100 * ERRS.lying} % lies, ${100 * ERRS.dropped} % of reasons left out); and in a world in which two acts mean each other from the middle on. Without the latter two, everything that caution costs would look like waste. What no figure here counts is the promise about harm, which comes from audits: fewer of them (kappa) widen its interval.`,
		'',
		`In a replay the world goes on as it was recorded. So what is about to be kept is played as well, and has to return ρ ≥ ${RATIO_LEAST} of always asking in every world; and it is held against the five metrics over the repository's own recordings, of which none may be worse beyond its noise.`,
		'',
		'## On held-out runs',
		'',
		'![Worth of each setting on held-out runs](held.svg)',
		'',
		...rows(f.held),
		'',
		'## By play',
		'',
		...(f.checked.length === 0
			? ['Nothing was left to check.']
			: [
					line(['world', 'setting', 'ρ', 'local', 'true harm']),
					line(['---', '---', '--:', '--:', '--:']),
					...f.checked.map((c) =>
						line([
							c.world,
							c.name || 'as in play',
							c.ratio.toFixed(3),
							`${(100 * c.local).toFixed(1)} %`,
							`${(100 * c.harm).toFixed(2)} %`,
						]),
					),
				]),
		'',
		'## The five metrics',
		'',
		...(f.metrics === undefined
			? ['No setting came so far.']
			: [`As in play against ${f.checked.at(-1)?.name ?? ''}:`, '', deltaTable(f.metrics)]),
		'',
		'## Each knob alone, on the runs to choose by',
		'',
		'![What each knob is worth when it is turned alone](knobs.svg)',
		'',
		...rows([...f.tried].sort((a, b) => b.gain.value - a.gain.value)),
		'',
	].join('\n');
}

function signed(value: number): string {
	const text = Math.abs(value).toFixed(4);
	return `${value < 0 && Number(text) > 0 ? '−' : '+'}${text}`;
}

const [LEFT, WIDE, ROW, TOP] = [210, 550, 22, 40];
/** Pixels that a letter of a name takes at most. */
const LETTER = 7;

/** Gains as points with their intervals, one row each; zero is a line. */
export function drawGains(title: string, judged: readonly Judged[]): string {
	const reach = Math.max(1e-4, ...judged.flatMap(({ gain }) => [Math.abs(gain.low), Math.abs(gain.high)]));
	// Names of settings that are combined run long.
	const left = Math.max(LEFT, 20 + LETTER * Math.max(...judged.map(({ name }) => name.length)));
	const right = left + WIDE;
	const x = (gain: number): string => (left + ((gain + reach) / (2 * reach)) * WIDE).toFixed(1);
	const height = TOP + ROW * judged.length + 36;
	return drawing({ width: right + 40, height, title }, [
		`<text x="${left}" y="20" font-size="13" font-weight="600">${title}</text>`,
		`<path d="M${x(0)} ${TOP - 8}V${height - 30}" stroke="${INK}"/>`,
		...judged.flatMap(({ name, gain }, i) => {
			const y = TOP + ROW * i + ROW / 2;
			const colour = gain.low > 0 ? '#1a9c4b' : gain.high < 0 ? '#d6336c' : INK;
			return [
				`<text x="${left - 10}" y="${y}" dy=".35em" text-anchor="end">${name || 'as in play'}</text>`,
				`<path d="M${x(gain.low)} ${y}H${x(gain.high)}" stroke="${colour}" stroke-width="2"/>`,
				`<circle cx="${x(gain.value)}" cy="${y}" r="4" fill="${colour}"/>`,
			];
		}),
		`<text x="${left}" y="${height - 10}">−${reach.toFixed(3)}</text>`,
		`<text x="${right}" y="${height - 10}" text-anchor="end">+${reach.toFixed(3)}</text>`,
	]);
}

/** Which of the tried settings go on to the held-out runs, the best first: better than play on average where they were chosen. */
export function promising(tried: readonly Judged[], most: number): readonly Judged[] {
	return tried
		.filter(({ name, gain }) => name !== '' && gain.value > 0)
		.sort((a, b) => b.gain.value - a.gain.value)
		.slice(0, most);
}
