// From what was played to what is told: rows, ratios, the goals of design-crystals.md §12, the curve.
import type { BenchRatio, BenchRow } from '../types.ts';
import { rowOf } from '../types.ts';
import { bootstrap, mean, median, sum } from '../../statistics.ts';
import { auditedHarm, between, calmAfter, harmShare, type Hour, hoursOf, returnRatio } from './measure.ts';
import { HOUR, type Played } from './play.ts';
import { type ChainsRead, coverageAt, type Foretold } from './stream.ts';

export const DELTA = 0.02;
export const OURS = 'falsework';
export const ASKS = 'always ask';
export const TREE = 'plain tree';

/** Everything that one contender did in one world: a run for each seed. */
export interface Told {
	readonly who: string;
	readonly runs: readonly Told1[];
}
export interface Told1 {
	readonly seed: number;
	readonly points: number;
	readonly calls: number;
	readonly episodes: number;
	readonly hours: readonly Hour[];
	/** Over the episodes of the last quarter. */
	readonly last: Omit<Hour, 'hour'>;
	readonly ratio: number;
	readonly ratioLow: number;
	readonly ratioHigh: number;
	readonly harm: number;
	/** Harm as its own audits put it, with a 95 % interval that resamples whole episodes; undefined without audits. */
	readonly audited?: { readonly value: number; readonly low: number; readonly high: number; readonly n: number };
}

/** @param played  all runs of one world, always asking among them */
export function tellWorld(played: readonly Played[]): readonly Told[] {
	const asked = new Map(played.filter(({ who }) => who === ASKS).map(({ seed, returns }) => [seed, returns]));
	const whos = [...new Set(played.map(({ who }) => who))];
	return whos.map((who) => ({
		who,
		runs: played.filter((run) => run.who === who).map((run) => tellRun(run, asked.get(run.seed) ?? [])),
	}));
}

function tellRun(run: Played, asked: readonly number[]): Told1 {
	const points = run.called.length;
	const calls = sum(run.called);
	const whole = run.returns.length;
	const from = run.starts[Math.floor(whole * 0.75)] ?? 0;
	const { value, low, high } = returnRatio(run.returns, asked, run.seed);
	const byEpisode = [...new Set(run.audits.map((a) => a.episode))].map((e) => run.audits.filter((a) => a.episode === e));
	return {
		seed: run.seed,
		points,
		calls,
		episodes: whole,
		hours: hoursOf(run, asked),
		last: between(run, from, run.starts[whole] ?? points, asked),
		ratio: value,
		ratioLow: low,
		ratioHigh: high,
		harm: harmShare(run),
		...(byEpisode.length === 0 ? {} : { audited: { ...bootstrap(byEpisode, harmOf, run.seed), n: run.audits.length } }),
	};
}

function harmOf(episodes: readonly (readonly { readonly chance: number; readonly harmful: boolean }[])[]): number {
	return auditedHarm(episodes.flat()) ?? Number.NaN;
}

/** Rows of the table: one for each measure and contender, over the seeds. */
export function rowsOf(world: string, told: readonly Told[]): BenchRow[] {
	return told.flatMap(({ who, runs }) => {
		const row = (what: string, unit: string, of: (run: Told1) => number): BenchRow => rowOf(`${world}: ${what}`, who, runs.map(of), unit);
		return [
			row('local, last quarter', '%', (r) => 100 * r.last.local),
			row('calls per hour of 800, last quarter', 'calls', (r) => (HOUR * r.last.calls) / r.last.points),
			row('return ÷ always asking', 'ρ', (r) => r.ratio),
			row('true harm of local acts', '%', (r) => 100 * r.harm),
			...(runs.some((r) => r.audited !== undefined)
				? [row('audited harm of local acts', '%', (r) => 100 * (r.audited?.value ?? Number.NaN))]
				: []),
		];
	});
}

/** Calls of each peer for one of ours, in the same world. */
export function ratiosOf(world: string, told: readonly Told[]): BenchRatio[] {
	const calls = (who: string): number => median(told.find((t) => t.who === who)?.runs.map((r) => r.calls / r.points) ?? []);
	return told
		.filter(({ who }) => who !== OURS)
		.map(({ who }) => ({
			what: `${world}: calls`,
			against: `${who} (ρ ${fixed(median(ratios(told, who)))})`,
			value: calls(who) / calls(OURS),
		}));
}

function ratios(told: readonly Told[], who: string): number[] {
	return told.find((t) => t.who === who)?.runs.map((r) => r.ratio) ?? [];
}

export interface Goal {
	readonly n: number;
	readonly what: string;
	/** In words, each figure beside its bound. */
	readonly ours: string;
	readonly peers: string;
	readonly met: boolean;
}

/** The goals of §12 that this bench can judge. `worlds`: by name. Those of worlds that are not here are left out. */
export function goalsOf(worlds: ReadonlyMap<string, readonly Told[]>): Goal[] {
	const goals: Goal[] = [];
	const runsOf = (world: string, who = OURS): readonly Told1[] => worlds.get(world)?.find((t) => t.who === who)?.runs ?? [];
	const peersSay = (world: string, of: (runs: readonly Told1[]) => string): string =>
		(worlds.get(world) ?? [])
			.filter(({ who }) => who !== OURS && who !== ASKS)
			.map(({ who, runs }) => `${who} ${of(runs)}`)
			.join('; ');

	const local = runsOf('babyai-gotolocal');
	if (local.length > 0) {
		const within = median(local.map((r) => Math.max(...r.hours.slice(0, 3).map((h) => h.local))));
		const ratio = median(local.map((r) => r.ratio));
		const harm = median(local.map((r) => r.harm));
		const eighth = median(local.map((r) => r.hours.at(7)?.calls ?? Number.NaN));
		goals.push({
			n: 1,
			what: 'BabyAI-GoToLocal: 97 % local within 3 h at ρ ≥ 0.995, true harm ≤ 2 %, ≤ 8 calls in hour 8',
			ours: `${percent(within)} within 3 h, ρ ${fixed(ratio)}, harm ${percent(harm)}, ${eighth} calls in hour 8`,
			peers: peersSay('babyai-gotolocal', (runs) => {
				const calls = median(runs.map((r) => r.hours.at(7)?.calls ?? Number.NaN));
				return `${percent(median(runs.map((r) => Math.max(...r.hours.slice(0, 3).map((h) => h.local)))))}, ρ ${fixed(median(runs.map((r) => r.ratio)))}, harm ${percent(median(runs.map((r) => r.harm)))}, ${calls} calls`;
			}),
			met: within >= 0.97 && ratio >= 0.995 && harm <= 0.02 && eighth <= 8,
		});
	}
	const goTo = runsOf('babyai-goto');
	if (goTo.length > 0) {
		const share = median(goTo.map((r) => r.last.local));
		const ratio = median(goTo.map((r) => r.ratio));
		goals.push({
			n: 2,
			what: 'BabyAI-GoTo: ≥ 90 % local in the last quarter of the episodes at ρ ≥ 0.99',
			ours: `${percent(share)}, ρ ${fixed(ratio)}`,
			peers: peersSay(
				'babyai-goto',
				(runs) => `${percent(median(runs.map((r) => r.last.local)))}, ρ ${fixed(median(runs.map((r) => r.ratio)))}`,
			),
			met: share >= 0.9 && ratio >= 0.99,
		});
	}
	for (const world of [...worlds.keys()].filter((name) => name.startsWith('overcooked'))) {
		const runs = runsOf(world);
		if (runs.length === 0) continue;
		const fewer = median(runs.map((r) => 1 - r.calls / r.points));
		const ratio = median(runs.map((r) => r.ratio));
		goals.push({
			n: 3,
			what: `${world}: ≥ 90 % fewer queries at ρ ≥ 1`,
			ours: `${percent(fewer)} fewer, ρ ${fixed(ratio)}`,
			peers: peersSay(
				world,
				(those) => `${percent(median(those.map((r) => 1 - r.calls / r.points)))}, ρ ${fixed(median(those.map((r) => r.ratio)))}`,
			),
			// Half of the third decimal: the partner and the start positions are drawn.
			met: fewer >= 0.9 && ratio >= 0.9995,
		});
	}
	const set = [...worlds.keys()].filter((name) => name.startsWith('babyai') && runsOf(name).length > 0);
	if (set.length > 0) {
		const of = (who: string): { fewer: number; ratio: number } => {
			const all = set.flatMap((name) => runsOf(name, who));
			const bySeed = [...new Set(all.map((r) => r.seed))].map((seed) => all.filter((r) => r.seed === seed));
			return {
				fewer: median(bySeed.map((runs) => sum(runs.map((r) => r.points)) / sum(runs.map((r) => r.calls)))),
				ratio: median(bySeed.map((runs) => sum(runs.map((r) => r.ratio)) / runs.length)),
			};
		};
		const { fewer, ratio } = of(OURS);
		goals.push({
			n: 4,
			what: `expert queries ÷ 25 at ρ ≥ 0.99 on the BabyAI set (${set.map((name) => name.replace('babyai-', '')).join(', ')})`,
			ours: `÷ ${fewer.toFixed(1)}, ρ ${fixed(ratio)}`,
			peers: [...new Set(set.flatMap((name) => (worlds.get(name) ?? []).map(({ who }) => who)))]
				.filter((who) => who !== OURS && who !== ASKS)
				.map((who) => `${who} ÷ ${of(who).fewer.toFixed(1)}, ρ ${fixed(of(who).ratio)}`)
				.join('; '),
			met: fewer >= 25 && ratio >= 0.99,
		});
	}
	return goals;
}

/** Goals 6 and 7, on the benches' own chains and recorded teachers: a sum over worlds and seeds. */
export function streamGoals(read: readonly ChainsRead[], foretold: readonly Foretold[]): Goal[] {
	const of = (key: keyof ChainsRead): number => sum(read.map((r) => r[key]));
	const yielding = of('yielding') / of('chains');
	const honest = of('admittedTrue') / of('admitted');
	const says = (who: string): { coverage: number; agreement: number; error: number } => {
		const all = foretold.filter((f) => f.who === who);
		return {
			coverage: mean(all.map((f) => f.coverage)),
			agreement: mean(all.map((f) => f.agreement).filter((a) => !Number.isNaN(a))),
			error: mean(all.map((f) => f.calibrationError).filter((e) => !Number.isNaN(e))),
		};
	};
	const [ours, tree] = [says(OURS), says(TREE)];
	const equally = coverageAt(
		ours.agreement,
		foretold.filter((f) => f.who === TREE),
	);
	return [
		{
			n: 6,
			what: 'chains (the benches’ own): ≥ 70 % yield an admitted literal, ≥ 99 % of admitted are true',
			ours: `${percent(yielding)} of ${of('chains')} yield one, ${percent(honest)} of ${of('admitted')} true`,
			peers: `raw: ${percent(of('trueRaw') / of('found'))} of ${of('found')} found are true`,
			met: yielding >= 0.7 && honest >= 0.99,
		},
		{
			n: 7,
			what: 'recorded answers (the benches’ own teachers): calibration error ≤ 0.05; coverage at 0.8 confidence ≥ 2× the plain tree',
			ours: `error ${fixed(ours.error)}, ${percent(ours.coverage)} covered at ${percent(ours.agreement)} agreement`,
			peers: `${TREE}: error ${fixed(tree.error)}, ${percent(tree.coverage)} covered at ${percent(tree.agreement)}, ${percent(equally)} where it is as right as ours`,
			met: ours.error <= 0.05 && ours.coverage >= 2 * tree.coverage,
		},
	];
}

export interface Strain {
	/** What the teacher or the world did to it. */
	readonly what: string;
	readonly who: string;
	readonly local: number;
	readonly ratio: number;
	/** Of the last hour: true harm of local acts, and the share of decisions without a call. */
	readonly lastHarm: number;
	readonly lastLocal: number;
	/** Decisions after the change until 100 in a row held no more than δ of harmful local acts; of a noisy teacher, after its first hour. */
	readonly calm: number;
	readonly met: boolean;
}

/** How ours stands what is done to it: medians over the seeds. `from`: the decision point of the change. */
export function strainOf(what: string, played: readonly Played[], asked: readonly Played[], from: number): Strain[] {
	const whos = [...new Set(played.map(({ who }) => who))];
	return whos.map((who) => {
		const runs = played.filter((run) => run.who === who);
		const calm = median(runs.map((run) => calmAfter(run.harmed, from, 100, DELTA)));
		const lastHarm = median(runs.map((run) => harmShare(run, run.harmed.length - HOUR)));
		const lastLocal = median(runs.map((run) => 1 - sum(run.called.subarray(run.called.length - HOUR)) / HOUR));
		return {
			what,
			who,
			local: median(runs.map((run) => 1 - sum(run.called) / run.called.length)),
			ratio: median(runs.map((run) => returnRatio(run.returns, asked.find((a) => a.seed === run.seed)?.returns ?? [], run.seed).value)),
			lastHarm,
			lastLocal,
			calm,
			met: calm <= 100 && lastHarm <= DELTA,
		};
	});
}

/** Calls in each hour, the median over the seeds: what the picture draws. */
export function curveOf(told: readonly Told[]): { readonly who: string; readonly calls: readonly number[]; readonly ratio: number }[] {
	return told.map(({ who, runs }) => {
		const hours = Math.min(...runs.map((r) => r.hours.length));
		return {
			who,
			calls: Array.from({ length: hours }, (_, h) => median(runs.map((r) => r.hours[h]?.calls ?? Number.NaN))),
			ratio: median(runs.map((r) => r.ratio)),
		};
	});
}

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
export const fixed = (value: number): string => value.toFixed(3);
