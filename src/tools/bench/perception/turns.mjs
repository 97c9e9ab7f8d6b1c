// Taking turns: within one turn every contender does the same work on the same frame, one after the other and in another order
// each turn, so that whatever else the machine does falls on all of them alike.

/** How many turns a case gets. maafw needs seconds where the others need milliseconds: it sits out the later turns. */
export const CASES = [
	{ mode: 'known', n: 10, turns: 12, turnsOf: {} },
	{ mode: 'known', n: 50, turns: 12, turnsOf: { maafw: 8 } },
	{ mode: 'known', n: 200, turns: 12, turnsOf: { maafw: 4 } },
	{ mode: 'whole', n: 10, turns: 8, turnsOf: { maafw: 4 } },
	{ mode: 'whole', n: 50, turns: 6, turnsOf: { maafw: 2 } },
	{ mode: 'whole', n: 200, turns: 3, turnsOf: { 'opencv-python': 2, maafw: 1 } },
	// Parts of ours, which say where the time goes.
	...[
		{ mode: 'change', n: 0 },
		{ mode: 'anchors', n: 50 },
		{ mode: 'anchors', n: 200 },
	].map((part) => ({ ...part, turns: 12, turnsOf: { 'opencv-python': 0, maafw: 0 } })),
];
export const MODES = {
	known: 'known place',
	whole: 'whole frame',
	change: 'change map alone',
	anchors: 'whole frame by anchors alone',
};
/** Growth with pixels: whole frames alone, the same 50 templates on pictures of five sizes. */
export const GROWTH_CASES = [{ mode: 'whole', n: 50, turns: 3, turnsOf: { 'opencv-python': 1, maafw: 1 } }];

const THRESHOLD = 0.8;
const PAD = 2;
/** Runs in a row in one turn; a search of the whole frame is one run for a peer, which takes up to a minute for it. */
const TIMES = 3;

/**
 * @param {{ who: string, run: (order: object) => Promise<{ wall: number[], cpu: number[], found: any[] }> }[]} contenders
 * @param {string[]} frames  names, taken in turn
 * @returns for each case and contender the times and, by frame, what was found
 */
export async function takeTurns(contenders, frames, cases, log) {
	const results = [];
	for (const { mode, n, turns, turnsOf } of cases) {
		const ours = (who) => who.startsWith('falsework');
		const runs = new Map(contenders.map(({ who }) => [who, { wall: [], cpu: [], turns: [], found: new Map() }]));
		const begun = Date.now();
		// Turn -1 warms up everybody but those for whom a single run takes seconds, and counts for nobody.
		for (let turn = -1; turn < turns; turn++) {
			const shift = (turn + contenders.length) % contenders.length;
			const inOrder = [...contenders.slice(shift), ...contenders.slice(0, shift)];
			const frame = frames[(turn + frames.length) % frames.length];
			for (const { who, run } of inOrder) {
				if (turn >= (turnsOf[who] ?? turns)) continue;
				if (turn < 0 && (mode === 'whole' || turnsOf[who] === 0) && !ours(who)) continue;
				const times = mode === 'known' || ours(who) ? TIMES : 1;
				const { wall, cpu, found } = await run({ mode, frame, n, pad: PAD, threshold: THRESHOLD, times });
				if (turn < 0) continue;
				const to = runs.get(who);
				to.wall.push(...wall);
				to.cpu.push(...cpu);
				to.turns.push(median(wall));
				to.found.set(frame, found);
			}
		}
		log(`${MODES[mode]}, N = ${n}: ${((Date.now() - begun) / 1000).toFixed(0)} s`);
		results.push({ mode, n, runs });
	}
	return results;
}

/** Peer ÷ ours over the turns that both took. */
export function ratioOf(runs, peer, ours) {
	const theirs = runs.get(peer)?.turns ?? [];
	const mine = runs.get(ours)?.turns ?? [];
	const both = Math.min(theirs.length, mine.length);
	return both === 0 ? undefined : median(theirs.slice(0, both)) / median(mine.slice(0, both));
}

/** Where two contenders answer alike, over the frames that both saw. */
export function compareFound(runs, ours, peer) {
	const sum = { looked: 0, both: 0, elsewhere: 0, onlyOurs: 0, onlyPeer: 0 };
	for (const [frame, theirs] of runs.get(peer)?.found ?? []) {
		const mine = runs.get(ours)?.found.get(frame) ?? [];
		theirs.forEach((their, i) => {
			const our = mine[i] ?? null;
			sum.looked++;
			if (our === null && their === null) return;
			if (their === null) sum.onlyOurs++;
			else if (our === null) sum.onlyPeer++;
			else if (Math.abs(our[1] - their[1]) <= PAD && Math.abs(our[2] - their[2]) <= PAD) sum.both++;
			else sum.elsewhere++;
		});
	}
	return sum;
}

export function median(values) {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
