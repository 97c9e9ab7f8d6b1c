import { quantile } from '../statistics.ts';

/** One line of a bench's table: all times of one thing done by one contender. */
export interface BenchRow {
	/** What was done: "frame to decision", "match one template". */
	readonly what: string;
	/** `falsework` or the peer. */
	readonly who: string;
	/** `ms` unless said otherwise. */
	readonly unit: string;
	readonly n: number;
	readonly p10: number;
	readonly median: number;
	readonly p99: number;
}
/** Peer ÷ ours: above 1 we are ahead. */
export interface BenchRatio {
	readonly what: string;
	readonly against: string;
	readonly value: number;
}
/** What a bench gives back; the form of `--json` is this with the bench's name in front. */
export interface BenchResult {
	readonly rows: readonly BenchRow[];
	readonly ratios: readonly BenchRatio[];
	readonly accuracy: Readonly<Record<string, number>>;
	/** Lines for people under the table. */
	readonly notes?: readonly string[];
	/** Measured limits that were broken; the command exits 1 when there are any. */
	readonly broken?: readonly string[];
}

export interface ProcessTime {
	readonly pid: number;
	/** `browser`, `renderer`, `GPU`, `utility`… */
	readonly type: string;
	/** CPU seconds since it started. */
	readonly cpuSeconds: number;
	/** CPU seconds by thread name (`DedicatedWorker`, …), where the system tells. */
	readonly threads: readonly { readonly name: string; readonly cpuSeconds: number }[];
}

/** A page module exports `run(options)`; while it runs, the page also has these functions. */
export interface BenchPage {
	/** CPU time so far of every process of the browser. */
	falseworkProcesses(): Promise<readonly ProcessTime[]>;
	/** A line of progress for the person who waits. */
	falseworkLog(line: string): Promise<void>;
}
export interface BenchOptions {
	readonly frames?: string;
}

/** One row from its samples. */
export function rowOf(what: string, who: string, samples: readonly number[], unit = 'ms'): BenchRow {
	const at = (q: number): number => quantile(samples, q);
	return { what, who, unit, n: samples.length, p10: at(0.1), median: at(0.5), p99: at(0.99) };
}
