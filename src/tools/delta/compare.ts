// The sovereignty delta of a change: the five metrics over the same recordings before and after it, and whether one got worse by more
// than chance. Chance is how far they differ between runs that only the seed tells apart.

/** What one replay measured; null where nothing was asked. Shares from 0 to 1. */
export interface Measured {
	readonly recording: string;
	readonly seed: number;
	readonly perception: number | null;
	readonly decision: number | null;
	readonly narration: number | null;
	/** US dollars an hour of play. */
	readonly cost: number | null;
	/** Skills learnt. */
	readonly skills: number | null;
	/** Of the answers checked, the share that was wrong: no metric, and never bought by the five. */
	readonly wrong: number | null;
}

export type Metric = 'perception' | 'decision' | 'narration' | 'cost' | 'skills' | 'wrong';
export interface MetricSpec {
	readonly metric: Metric;
	readonly name: string;
	readonly better: 'higher' | 'lower';
	/** Worse by less than this is no matter, whatever the noise: the same code on another machine may round otherwise. */
	readonly floor: number;
	readonly unit: '%' | '$/h' | '';
}
export const METRICS: readonly MetricSpec[] = [
	{ metric: 'perception', name: 'Perception sovereignty', better: 'higher', floor: 0.005, unit: '%' },
	{ metric: 'decision', name: 'Decision sovereignty', better: 'higher', floor: 0.005, unit: '%' },
	{ metric: 'narration', name: 'Narration sovereignty', better: 'higher', floor: 0.005, unit: '%' },
	{ metric: 'cost', name: 'API cost', better: 'lower', floor: 0.005, unit: '$/h' },
	{ metric: 'skills', name: 'Skill library growth', better: 'higher', floor: 0.5, unit: '' },
	{ metric: 'wrong', name: 'Verified wrong', better: 'lower', floor: 0.005, unit: '%' },
];

export interface Difference extends MetricSpec {
	/** Means over the recordings; null where no recording asks anything of the kind. */
	readonly before: number | null;
	readonly after: number | null;
	/** After − before. */
	readonly delta: number | null;
	/** A difference within this is chance. */
	readonly noise: number;
	readonly worse: boolean;
}

/** One-sided 0.1 % points of Student's t for 1, 2, 3 … degrees of freedom; beyond the table that of the normal distribution. */
const T = [
	318.31, 22.33, 10.21, 7.17, 5.89, 5.21, 4.79, 4.5, 4.3, 4.14, 4.02, 3.93, 3.85, 3.79, 3.73, 3.69, 3.65, 3.61, 3.58, 3.55, 3.53, 3.5, 3.48,
	3.47, 3.45, 3.43, 3.42, 3.41, 3.4, 3.39,
];
const NORMAL = 3.09;

/** Each metric before and after, over the recordings that both sides measured. @throws RangeError when there are none */
export function compare(before: readonly Measured[], after: readonly Measured[]): readonly Difference[] {
	const names = new Set(before.map(({ recording }) => recording));
	const shared = [...new Set(after.map(({ recording }) => recording))].filter((name) => names.has(name));
	if (shared.length === 0) throw new RangeError('the two sides share no recording');
	return METRICS.map((spec) => {
		const sides = shared.flatMap((name) => {
			const [was, is] = [before, after].map((side) =>
				side.filter(({ recording }) => recording === name).flatMap((run) => run[spec.metric] ?? []),
			) as [number[], number[]];
			return was.length === 0 && is.length === 0 ? [] : [{ was, is }];
		});
		// Where one side asks what the other never does, there is nothing to compare.
		const both = sides.filter(({ was, is }) => was.length > 0 && is.length > 0);
		if (both.length === 0) return { ...spec, before: null, after: null, delta: null, noise: 0, worse: false };
		const mean = (values: readonly number[]) => values.reduce((all, value) => all + value, 0) / values.length;
		const over = (side: 'was' | 'is') => mean(both.map((one) => mean(one[side])));
		const delta = over('is') - over('was');
		const noise = Math.max(spec.floor, noiseOf(both.map(({ was, is }) => [was, is])));
		const drop = spec.better === 'higher' ? -delta : delta;
		return { ...spec, before: over('was'), after: over('is'), delta, noise, worse: drop > noise };
	});
}

/** How far the mean over recordings may differ by chance, from the spread within each side of each. */
function noiseOf(recordings: readonly (readonly [readonly number[], readonly number[]])[]): number {
	let variance = 0;
	let freedom = 0;
	for (const sides of recordings) {
		const mean = sides.map((side) => side.reduce((all, value) => all + value, 0) / side.length);
		const squares = sides.flatMap((side, i) => side.map((value) => (value - (mean[i] as number)) ** 2)).reduce((all, one) => all + one, 0);
		const free = sides[0].length + sides[1].length - 2;
		freedom += free;
		if (free > 0) variance += (squares / free) * (1 / sides[0].length + 1 / sides[1].length);
	}
	const t = freedom === 0 ? 0 : (T[freedom - 1] ?? NORMAL);
	return (t * Math.sqrt(variance)) / recordings.length;
}

/** The differences as a table in Markdown, for a terminal and for a pull request. */
export function deltaTable(differences: readonly Difference[]): string {
	const shown = (value: number | null, { unit }: MetricSpec, sign = false) => {
		if (value === null) return '–';
		const plus = sign && value > 0 ? '+' : '';
		if (unit === '%') return `${plus}${(100 * value).toFixed(1)} %`;
		return unit === '$/h' ? `${plus}$${value.toFixed(3)}/h`.replace('$-', '−$') : `${plus}${value.toFixed(1)}`;
	};
	const rows = differences.map((d) => [
		d.name,
		shown(d.before, d),
		shown(d.after, d),
		shown(d.delta, d, true),
		`± ${shown(d.noise, d)}`,
		d.delta === null ? 'not asked' : d.worse ? '**worse**' : Math.abs(d.delta) <= d.noise ? 'the same' : 'better',
	]);
	return [['metric', 'before', 'after', 'delta', 'noise', ''], ['---', '---:', '---:', '---:', '---:', '---'], ...rows]
		.map((row) => `| ${row.join(' | ')} |`)
		.join('\n');
}
