// Which of 10,000 rules fire: the index beside three rule engines, in one worker, in turn, over the same rules and facts.
import type { GrowthPoint, RulesMeasured, RulesOrder } from './rules/worker.ts';
import { FACTS } from './rules/rule-set.ts';
import { type BenchPage, type BenchResult, rowOf } from './types.ts';

const host = globalThis as unknown as BenchPage;

const RULES = 10_000;
const SEED = 11;
/** design-crystals.md §12, goal 5. */
const FIRST_P99_MS = 0.2;
const FASTER = 100;
const COMPILED = 'json-logic-engine, compiled';

export async function run({
	peers,
}: {
	readonly peers?: boolean;
} = {}): Promise<BenchResult & { readonly growth: readonly GrowthPoint[]; readonly goals: readonly string[] }> {
	const { first, full, cold, add, label, matching, compared, growth } = await inWorker({
		...(peers === true ? { peers: `${location.origin}/peers-js/built/peers.js` } : {}),
		seed: SEED,
		rules: RULES,
		turns: 100,
		looks: 10,
		slowestEvery: 10,
		firsts: 200,
		sizes: [100, 300, 1000, 3000, 10_000, 30_000, 100_000],
		slowestMost: RULES,
	});
	const size = RULES.toLocaleString('en');
	const rows = [
		rowOf(`first of ${size} rules`, 'falsework', first),
		...Object.entries(full).map(([who, times]) => rowOf(`all of ${size} rules that fire`, who, times)),
		rowOf('the same straight after the peers', 'falsework', cold),
		rowOf(`one rule added to ${size}`, 'falsework', add),
		rowOf('one rule labelled', 'falsework', label),
	];
	const all = rows.filter((row) => row.what.startsWith('all of'));
	const ours = all.find((row) => row.who === 'falsework')?.median ?? Number.NaN;
	const ratios = all
		.filter((row) => row.who !== 'falsework')
		.map((row) => ({ what: row.what, against: row.who, value: Number((row.median / ours).toPrecision(4)) }));
	const p99 = rows[0]?.p99 ?? Number.NaN;
	// Compiled in the way that suits it best.
	const faster = ratios.filter((ratio) => ratio.against.startsWith(COMPILED)).sort((a, b) => a.value - b.value)[0];
	const goals = [
		{ met: p99 <= FIRST_P99_MS, text: `first match p99 ${p99.toFixed(3)} ms, at most ${FIRST_P99_MS} ms wanted` },
		{
			met: faster !== undefined && faster.value >= FASTER,
			text: faster === undefined ? `${COMPILED} could not be had` : `${faster.value} × as fast as ${faster.against}, ${FASTER} × wanted`,
		},
	];
	const sizeBytes = growth.find((point) => point.rules === RULES)?.sizeBytes ?? 0;
	return {
		rows,
		ratios,
		accuracy: {
			rules: RULES,
			facts: FACTS,
			firing: Number(matching.toFixed(1)),
			snapshotsCompared: Math.min(...Object.values(compared)),
			masksMb: Number((sizeBytes / 1e6).toFixed(2)),
		},
		growth,
		goals: goals.map((goal) => `${goal.met ? 'met' : 'missed'}: ${goal.text}`),
		notes: [
			`${size} rules of 2 to 6 conditions over ${FACTS} facts, one in five with an exception, seed ${SEED}; ${matching.toFixed(0)} fire on average.`,
			`Every contender named the same rules as a look at each: ${Object.entries(compared)
				.map(([who, n]) => `${who} on ${n} sets of facts`)
				.join(', ')}.`,
			'Of all that fire a row holds the mean of ten looks a turn, except for json-rules-engine; the clock of the browser has a grain of 5 µs.',
			...growth.map(
				(point) =>
					`${point.rules} rules: first ${(1000 * point.first).toFixed(1)} µs, all ${Object.entries(point.full)
						.map(([who, ms]) => `${who} ${ms.toPrecision(3)} ms`)
						.join(', ')}; ${(point.sizeBytes / 1e6).toFixed(1)} MB, ${(1000 * point.add).toFixed(1)} µs a rule to build`,
			),
		],
		broken: goals.filter((goal) => !goal.met).map((goal) => goal.text),
	};
}

type Told = { readonly say: string } | { readonly ok: true; readonly value: RulesMeasured } | { readonly ok: false; readonly why: string };

async function inWorker(order: RulesOrder): Promise<RulesMeasured> {
	const worker = new Worker(new URL('./rules/worker.ts', import.meta.url), { type: 'module', name: 'rules' });
	try {
		return await new Promise<RulesMeasured>((resolve, reject) => {
			worker.onerror = (event) => reject(new Error(event.message));
			worker.onmessage = ({ data }: MessageEvent<Told>) => {
				if ('say' in data) void host.falseworkLog(data.say);
				else if (data.ok) resolve(data.value);
				else reject(new Error(data.why));
			};
			worker.postMessage(order);
		});
	} finally {
		worker.terminate();
	}
}
