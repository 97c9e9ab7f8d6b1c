// What can be told from a recorded run alone, without playing: how much of the teacher's prose is read and how much of that is so, and
// how sure a contender is of its act before it hears each answer.
import { readChain } from '../../../core/crystals/rule/chain.ts';
import { truthOf } from '../../../core/facts/literal.ts';
import { calibrationError, mean } from '../../statistics.ts';
import { accepts, type Contending } from './contender.ts';
import { tableOf } from './ours.ts';
import type { Recorded } from './play.ts';
import type { Description } from './world.ts';

export interface ChainsRead {
	readonly chains: number;
	/** Chains of which at least one literal is admitted: known to the table, and true of that very moment. */
	readonly yielding: number;
	/** Literals found. */
	readonly found: number;
	/** Of these so many were true before anything was checked. */
	readonly trueRaw: number;
	readonly admitted: number;
	/** Held against the recorded facts once more, by value. */
	readonly admittedTrue: number;
}

export function readChains(trace: readonly Recorded[], description: Description): ChainsRead {
	const table = tableOf(description);
	let [yielding, found, trueRaw, admitted, admittedTrue] = [0, 0, 0, 0, 0];
	trace.forEach(({ facts, answer }, at) => {
		for (const [id, value] of Object.entries(facts)) table.observe(id, value, at);
		const chain = readChain(answer.chain, { facts, table, actions: description.actions, elements: [] });
		const literals = [...chain.because, ...chain.unless];
		const so = chain.because.filter((l) => table.fault(l) === undefined && truthOf(l, facts) === true);
		found += literals.length;
		trueRaw +=
			chain.because.filter((l) => truthOf(l, facts) === true).length + chain.unless.filter((l) => truthOf(l, facts) === false).length;
		admitted += so.length;
		admittedTrue += so.filter(({ f, op, v }) => {
			const value = facts[f];
			if (op === 'in') return Array.isArray(v) && (v as unknown[]).includes(value);
			return op === '==' ? value === v : op === '!=' ? value !== v : op === '<=' ? Number(value) <= Number(v) : Number(value) > Number(v);
		}).length;
		if (so.length > 0) yielding++;
	});
	return { chains: trace.length, yielding, found, trueRaw, admitted, admittedTrue };
}

export interface Foretold {
	readonly who: string;
	/** Share of the points at which it was at least this sure. */
	readonly coverage: number;
	/** Share of those at which the answer accepted its act. */
	readonly agreement: number;
	/** Mean distance between confidence and agreement, over bins of a twentieth, weighed by how many fell into each. */
	readonly calibrationError: number;
	/** Of all points, told apart by how sure it was: so sure, and whether the answer accepted its act. */
	readonly said: readonly (readonly [p: number, right: boolean])[];
	readonly points: number;
}

const SURE_FROM = 0.8;
const BINS = 20;

/** Asks for an act before each answer, and learns from every answer. Try-outs are drawn, not meant, and do not count. */
export function foretell(trace: readonly Recorded[], description: Description, contending: Contending, seed: number): Foretold {
	const contender = contending(description, seed);
	const said: [p: number, right: boolean][] = [];
	trace.forEach(({ answer, ...at }, point) => {
		const occasion = { ...at, point };
		const local = contender.decide(occasion);
		contender.learn(occasion, answer, local);
		const sure = local?.confidence ?? 0;
		if (local === undefined || local.tried === true || sure < SURE_FROM) return;
		said.push([sure, accepts(answer, local.act)]);
	});
	return {
		who: contender.who,
		coverage: said.length / trace.length,
		agreement: mean(said.map(([, right]) => (right ? 1 : 0))),
		calibrationError: calibrationError(said, BINS),
		said,
		points: trace.length,
	};
}

/** The largest share of all points, the surest first, at which no smaller share of acts is agreed with; equally sure ones go together. */
export function coverageAt(agreement: number, foretold: readonly Pick<Foretold, 'said' | 'points'>[]): number {
	const surest = foretold.flatMap(({ said }) => said).toSorted(([a], [b]) => b - a);
	let right = 0;
	let most = 0;
	surest.forEach(([p, agreed], i) => {
		if (agreed) right++;
		if (surest[i + 1]?.[0] !== p && right >= agreement * (i + 1)) most = i + 1;
	});
	return most / foretold.reduce((sum, { points }) => sum + points, 0);
}
