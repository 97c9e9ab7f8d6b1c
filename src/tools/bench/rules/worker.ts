// All that `npm run bench -- rules` measures, in one worker: the index and its peers take turns over the same rules and facts.
import { makeRuleIndex, type RuleIndex, ruleFires } from '../../../core/crystals/rule/rule-index.ts';
import type { Rule } from '../../../core/crystals/rule/schema.ts';
import type { Facts } from '../../../core/question.ts';
import { quantile } from '../../statistics.ts';
import { conditionsOf, drawRules, drawSnapshots, jsonLogicOf, makeDice } from './rule-set.ts';

export interface RulesOrder {
	/** Address of the peers' module; without it ours is measured alone. */
	readonly peers?: string;
	readonly seed: number;
	/** Rules of the main comparison. */
	readonly rules: number;
	readonly turns: number;
	/** Looks of each contender in a turn; json-rules-engine has one. */
	readonly looks: number;
	/** json-rules-engine takes part in one turn of so many. */
	readonly slowestEvery: number;
	/** First matches of ours in each turn. */
	readonly firsts: number;
	readonly sizes: readonly number[];
	/** Largest set given to json-rules-engine. */
	readonly slowestMost: number;
}
/** Milliseconds. */
export type Times = Readonly<Record<string, readonly number[]>>;
export interface RulesMeasured {
	readonly first: readonly number[];
	/** The mean look of each turn. */
	readonly full: Times;
	/** Of ours the first look in each turn, after the peers have filled the caches. */
	readonly cold: readonly number[];
	readonly add: readonly number[];
	readonly label: readonly number[];
	readonly matching: number;
	readonly compared: Readonly<Record<string, number>>;
	readonly growth: readonly GrowthPoint[];
}
/** Medians, ms, at one number of rules. */
export interface GrowthPoint {
	readonly rules: number;
	readonly first: number;
	readonly full: Readonly<Record<string, number>>;
	readonly add: number;
	readonly sizeBytes: number;
}

interface Peers {
	readonly LogicEngine: new () => { build(logic: object): (data: object) => unknown };
	readonly jsonLogic: { apply(logic: object, data: object): unknown };
	readonly Engine: new () => {
		addRule(rule: object): void;
		run(facts: object): Promise<{ events: readonly { readonly type: string }[] }>;
	};
}
interface Contender {
	readonly who: string;
	/** The rules that fire, in whatever order and form. */
	match(facts: Facts): readonly Found[] | Promise<readonly Found[]>;
}
/** A rule's id, or what holds it. */
type Found = string | Rule | { readonly type: string };
const idOf = (found: Found): string => (typeof found === 'string' ? found : 'id' in found ? found.id : found.type);

const SLOWEST = 'json-rules-engine';
const CHECKED = 40;

self.onmessage = async ({ data }: MessageEvent<RulesOrder>) => {
	try {
		self.postMessage({ ok: true, value: await measure(data) });
	} catch (error) {
		self.postMessage({ ok: false, why: error instanceof Error ? (error.stack ?? error.message) : String(error) });
	}
};
const say = (line: string): void => self.postMessage({ say: line });

function contenders(rules: readonly Rule[], index: RuleIndex, peers: Peers | undefined, slowestMost: number): Contender[] {
	const ours: Contender = { who: 'falsework', match: (facts) => index.matching(facts) };
	if (peers === undefined) return [ours];
	const ids = rules.map((rule) => rule.id);
	const logics = rules.map(jsonLogicOf);
	const engine = new peers.LogicEngine();
	const compiled = logics.map((logic) => engine.build(logic));
	const together = engine.build(logics);
	const each = (fires: (n: number, facts: Facts) => unknown) => (facts: Facts) => {
		const found: string[] = [];
		for (let n = 0; n < ids.length; n++) if (fires(n, facts) === true) found.push(ids[n] as string);
		return found;
	};
	const all: Contender[] = [
		ours,
		{ who: 'json-logic-engine, compiled one by one', match: each((n, facts) => (compiled[n] as (data: object) => unknown)(facts)) },
		{
			who: 'json-logic-engine, compiled as one',
			match(facts) {
				const fired = together(facts) as readonly unknown[];
				return ids.filter((_, n) => fired[n] === true);
			},
		},
		{ who: 'json-logic-js', match: each((n, facts) => peers.jsonLogic.apply(logics[n] as object, facts)) },
	];
	if (rules.length > slowestMost) return all;
	const slowest = new peers.Engine();
	for (const rule of rules) slowest.addRule({ conditions: conditionsOf(rule), event: { type: rule.id } });
	return [...all, { who: SLOWEST, match: async (facts) => (await slowest.run({ ...facts })).events }];
}

async function measure(order: RulesOrder): Promise<RulesMeasured> {
	const peers = order.peers === undefined ? undefined : ((await import(/* @vite-ignore */ order.peers)) as Peers);
	const rules = drawRules(order.rules, order.seed);
	const snapshots = drawSnapshots(300, order.seed + 1);
	const index = makeRuleIndex(rules);
	const all = contenders(rules, index, peers, order.slowestMost);
	const compared = await compare(rules, all, snapshots);
	for (const facts of snapshots) {
		index.first(facts);
		index.matching(facts);
	}
	const first: number[] = [];
	const full: Record<string, number[]> = Object.fromEntries(all.map(({ who }) => [who, []]));
	const dice = makeDice(order.seed + 2);
	const cold: number[] = [];
	let matching = 0;
	for (let turn = 0; turn < order.turns; turn++) {
		for (let n = 0; n < order.firsts; n++) {
			const facts = snapshots[dice(snapshots.length)] as Facts;
			first.push(timed(() => void index.first(facts)));
		}
		for (let k = 0; k < all.length; k++) {
			// Another one goes first each time.
			const { who, match } = all[(turn + k) % all.length] as Contender;
			if (who === SLOWEST && turn % order.slowestEvery !== 0) continue;
			const looks = who === SLOWEST ? 1 : order.looks;
			const begun = performance.now();
			for (let look = 0; look < looks; look++) {
				const found = await match(snapshots[(turn * order.looks + look) % snapshots.length] as Facts);
				if (who !== 'falsework') continue;
				matching += found.length;
				if (look === 0) cold.push(performance.now() - begun);
			}
			full[who]?.push((performance.now() - begun) / looks);
		}
		if ((turn + 1) % 20 === 0) say(`${turn + 1} of ${order.turns} turns`);
	}
	const add: number[] = [];
	const label: number[] = [];
	for (const rule of drawRules(1000, order.seed + 3)) {
		const own = { ...rule, id: `new ${rule.id}` };
		add.push(timed(() => index.add(own)));
		own.stat = { ...own.stat, k: own.stat.k + 1 };
		label.push(timed(() => index.add(own)));
		index.remove(own.id);
	}
	const growth: GrowthPoint[] = [];
	for (const n of order.sizes) {
		say(`${n} rules …`);
		growth.push(await grow(n, order, peers));
	}
	return { first, full, cold, add, label, matching: matching / (order.turns * order.looks), compared, growth };
}

/** Everybody must say the same before anything is timed. */
async function compare(rules: readonly Rule[], all: readonly Contender[], snapshots: readonly Facts[]): Promise<Record<string, number>> {
	const compared: Record<string, number> = {};
	for (const { who, match } of all) {
		const some = snapshots.slice(0, who === SLOWEST ? 3 : CHECKED);
		for (const facts of some) {
			const expected = rules.flatMap((rule) => (ruleFires(rule, facts) ? [rule.id] : [])).sort();
			const found = (await match(facts)).map(idOf).sort();
			if (found.join() !== expected.join()) throw new Error(`${who} finds ${found.length} rules where ${expected.length} fire.`);
		}
		compared[who] = some.length;
	}
	return compared;
}

async function grow(n: number, order: RulesOrder, peers: Peers | undefined): Promise<GrowthPoint> {
	const rules = drawRules(n, order.seed + n);
	const snapshots = drawSnapshots(200, order.seed + n + 1);
	const begun = performance.now();
	const index = makeRuleIndex(rules);
	const add = (performance.now() - begun) / n;
	const first = inBatches(snapshots, (facts) => void index.first(facts));
	const full: Record<string, number> = {};
	for (const { who, match } of contenders(rules, index, peers, order.slowestMost)) {
		if (who === 'falsework') {
			full[who] = inBatches(snapshots, match);
			continue;
		}
		// So many looks that they take about as long for everybody.
		const times: number[] = [];
		for (const facts of snapshots.slice(0, who === SLOWEST ? 1 : Math.max(3, Math.min(100, Math.round(100_000 / n))))) {
			const at = performance.now();
			await match(facts);
			times.push(performance.now() - at);
		}
		full[who] = quantile(times, 0.5);
	}
	return { rules: n, first, full, add, sizeBytes: index.sizeBytes };
}

/** Median of the means of ten looks: one look is under the clock's grain. */
function inBatches(snapshots: readonly Facts[], look: (facts: Facts) => unknown): number {
	const times: number[] = [];
	for (let round = 0; round < 5; round++) {
		for (let from = 0; from < snapshots.length; from += 10) {
			const batch = snapshots.slice(from, from + 10);
			const took = timed(() => batch.forEach(look)) / batch.length;
			// The first round is for the compiler.
			if (round > 0) times.push(took);
		}
	}
	return quantile(times, 0.5);
}

function timed(work: () => void): number {
	const begun = performance.now();
	work();
	return performance.now() - begun;
}
