// The shortest way over both graphs: A* over flat arrays, with landmarks where there are many nodes. Packages that find paths keep
// nodes and links as objects, and are several times too slow for a millisecond over 10,000 places (`npm run bench -- routes`); the heap
// is a package's.
import FlatQueue from 'flatqueue';

/** A directed way. `cost` is finite and positive; what is not is left out. */
export interface Road {
	/** Of the route; unique. */
	readonly id: string;
	readonly from: string;
	readonly to: string;
	/** Expected ms. */
	readonly cost: number;
}
export interface Way {
	/** Ids of roads, in order; empty when one is there already. */
	readonly roads: readonly string[];
	/** Expected ms. */
	readonly cost: number;
}
export interface Roads {
	/**
	 * The cheapest way; undefined when there is none, or a node is unknown.
	 *
	 * @param open  whether a road may be walked now; all may unless given
	 */
	find(from: string, to: string, open?: (road: string) => boolean): Way | undefined;
	/** A road's cost has changed. */
	recost(road: string, cost: number): void;
}

/** Fewer nodes are searched so fast that landmarks cost more than they save. */
const LANDMARKS_FROM = 1500;
const LANDMARKS = 12;
/** Costs that fell below this share of what landmarks were made for make them anew. */
const SLACK = 0.7;

export function makeRoads(nodes: readonly string[], roads: readonly Road[]): Roads {
	const index = new Map(nodes.map((id, i) => [id, i] as const));
	const n = nodes.length;
	const usable = roads.filter(({ from, to, cost }) => from !== to && index.has(from) && index.has(to) && Number.isFinite(cost) && cost > 0);
	const out = links(n, usable, ({ from }) => index.get(from) as number);
	const roadAt = new Map<string, number>();
	const to = new Int32Array(usable.length);
	const cost = new Float64Array(usable.length);
	const names: string[] = [];
	for (let slot = 0; slot < usable.length; slot++) {
		const road = usable[out.order[slot] as number] as Road;
		roadAt.set(road.id, slot);
		names.push(road.id);
		to[slot] = index.get(road.to) as number;
		cost[slot] = road.cost;
	}
	/** Costs that the landmarks were made for, and the least share of them that any cost is now. */
	let builtFor: Float64Array | undefined;
	let ratio = 1;
	let ahead: Float64Array[] = [];
	let behind: Float64Array[] = [];

	const best = new Float64Array(n);
	const via = new Int32Array(n);
	const came = new Int32Array(n);
	const touched = new Int32Array(n);
	const closed = new Int32Array(n);
	const guessed = new Float64Array(n);
	let turn = 0;
	const queue = new FlatQueue<number>();

	return {
		find(fromId, toId, open) {
			const from = index.get(fromId);
			const goal = index.get(toId);
			if (from === undefined || goal === undefined) return undefined;
			if (from === goal) return { roads: [], cost: 0 };
			if (n >= LANDMARKS_FROM && (builtFor === undefined || ratio < SLACK)) landmark();
			turn++;
			queue.clear();
			best[from] = 0;
			touched[from] = turn;
			came[from] = -1;
			queue.push(from, 0);
			for (;;) {
				const at = queue.pop();
				if (at === undefined) return undefined;
				if (closed[at] === turn) continue;
				if (at === goal) break;
				closed[at] = turn;
				const last = out.first[at + 1] as number;
				for (let slot = out.first[at] as number; slot < last; slot++) {
					const next = to[slot] as number;
					if (closed[next] === turn) continue;
					const reach = (best[at] as number) + (cost[slot] as number);
					const seen = touched[next] === turn;
					if (seen && reach >= (best[next] as number)) continue;
					if (open !== undefined && !open(names[slot] as string)) continue;
					if (!seen) guessed[next] = guess(next, goal);
					touched[next] = turn;
					best[next] = reach;
					via[next] = slot;
					came[next] = at;
					queue.push(next, reach + (guessed[next] as number));
				}
			}
			const way: string[] = [];
			for (let at = goal; at !== from; at = came[at] as number) way.push(names[via[at] as number] as string);
			return { roads: way.reverse(), cost: best[goal] as number };
		},
		recost(road, now) {
			const slot = roadAt.get(road);
			if (slot === undefined || !Number.isFinite(now) || now <= 0) return;
			cost[slot] = now;
			if (builtFor !== undefined) ratio = Math.min(ratio, now / (builtFor[slot] as number));
		},
	};

	/** What is left at least: by the triangle that a landmark makes with both. Never too much while no cost fell under `ratio`. */
	function guess(at: number, goal: number): number {
		let most = 0;
		for (let l = 0; l < ahead.length; l++) {
			const [a, b] = [ahead[l] as Float64Array, behind[l] as Float64Array];
			const after = (a[goal] as number) - (a[at] as number);
			const before = (b[at] as number) - (b[goal] as number);
			if (after > most && after < Infinity) most = after;
			if (before > most && before < Infinity) most = before;
		}
		return most * ratio;
	}

	/** Places landmarks far from each other. See A. Goldberg and C. Harrelson, "Computing the Shortest Path: A* Search Meets Graph Theory". */
	function landmark(): void {
		builtFor = cost.slice();
		ratio = 1;
		ahead = [];
		behind = [];
		const back = links(n, usable, ({ to: end }) => index.get(end) as number);
		const slotOf = Int32Array.from(back.order, (i) => roadAt.get((usable[i] as Road).id) as number);
		const start = Int32Array.from(back.order, (i) => index.get((usable[i] as Road).from) as number);
		const forward = (at: number, each: (next: number, ms: number) => void): void => {
			for (let slot = out.first[at] as number; slot < (out.first[at + 1] as number); slot++) each(to[slot] as number, cost[slot] as number);
		};
		const backward = (at: number, each: (next: number, ms: number) => void): void => {
			for (let i = back.first[at] as number; i < (back.first[at + 1] as number); i++)
				each(start[i] as number, cost[slotOf[i] as number] as number);
		};
		const nearest = new Float64Array(n).fill(Infinity);
		let at = farthest(distances(0, forward));
		for (let l = 0; l < LANDMARKS; l++) {
			const from = distances(at, forward);
			ahead.push(from);
			behind.push(distances(at, backward));
			for (let i = 0; i < n; i++) nearest[i] = Math.min(nearest[i] as number, from[i] as number);
			at = farthest(nearest);
		}
	}

	function distances(from: number, each: (at: number, visit: (next: number, ms: number) => void) => void): Float64Array {
		const far = new Float64Array(n).fill(Infinity);
		far[from] = 0;
		queue.clear();
		queue.push(from, 0);
		for (;;) {
			const ms = queue.peekValue();
			const at = queue.pop();
			if (at === undefined || ms === undefined) return far;
			if (ms > (far[at] as number)) continue;
			each(at, (next, more) => {
				if (ms + more >= (far[next] as number)) return;
				far[next] = ms + more;
				queue.push(next, ms + more);
			});
		}
	}
}

function farthest(far: Float64Array): number {
	let at = 0;
	for (let i = 0; i < far.length; i++) {
		const value = far[i] as number;
		if (value < Infinity && value > ((far[at] as number) === Infinity ? -1 : (far[at] as number))) at = i;
	}
	return at;
}

/** Roads sorted by a node: those of node i are `order[first[i]]` up to `order[first[i + 1]]`. */
function links(n: number, roads: readonly Road[], of: (road: Road) => number): { readonly first: Int32Array; readonly order: Int32Array } {
	const first = new Int32Array(n + 1);
	for (const road of roads) first[of(road) + 1] = (first[of(road) + 1] as number) + 1;
	for (let i = 0; i < n; i++) first[i + 1] = (first[i + 1] as number) + (first[i] as number);
	const next = first.slice();
	const order = new Int32Array(roads.length);
	roads.forEach((road, i) => {
		const node = of(road);
		order[next[node] as number] = i;
		next[node] = (next[node] as number) + 1;
	});
	return { first, order };
}
