// Hands out pieces of one block of memory and takes them back. First fit over a list of gaps sorted by address: ten thousand
// patches come and go, and what is freed joins its neighbours, so that memory returns.

export interface Arena {
	/** Bytes handed out now. */
	readonly used: number;
	/** Bytes from the start to the end of the last piece: what the memory must hold. */
	readonly top: number;
	/** Address of `bytes` bytes, a multiple of 64. */
	take(bytes: number): number;
	/** @param at  what `take` gave */
	free(at: number): void;
	/** Length of the piece at an address. */
	lengthOf(at: number): number;
}

const round = (bytes: number): number => Math.max(64, Math.ceil(bytes / 64) * 64);

/** @param first  address of the first piece; never 0, which means "none" to the kernels */
export function makeArena(first = 64): Arena {
	const lengths = new Map<number, number>();
	const gaps: { at: number; bytes: number }[] = [];
	let top = first;
	let used = 0;
	/** Index of the first gap after an address. */
	function after(at: number): number {
		let low = 0;
		let high = gaps.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if ((gaps[middle] as { at: number }).at < at) low = middle + 1;
			else high = middle;
		}
		return low;
	}
	return {
		get used() {
			return used;
		},
		get top() {
			return top;
		},
		take(asked) {
			const bytes = round(asked);
			used += bytes;
			const index = gaps.findIndex((gap) => gap.bytes >= bytes);
			const gap = gaps[index];
			let at = top;
			if (gap === undefined) top += bytes;
			else {
				at = gap.at;
				gap.at += bytes;
				gap.bytes -= bytes;
				if (gap.bytes === 0) gaps.splice(index, 1);
			}
			lengths.set(at, bytes);
			return at;
		},
		free(at) {
			const bytes = lengths.get(at);
			if (bytes === undefined) throw new Error(`No piece of memory begins at ${at}; it was freed before or never taken.`);
			lengths.delete(at);
			used -= bytes;
			const index = after(at);
			const gap = { at, bytes };
			const before = gaps[index - 1];
			const next = gaps[index];
			if (next !== undefined && at + bytes === next.at) {
				gap.bytes += next.bytes;
				gaps.splice(index, 1);
			}
			if (before !== undefined && before.at + before.bytes === at) before.bytes += gap.bytes;
			else gaps.splice(index, 0, gap);
			const last = gaps.at(-1);
			if (last !== undefined && last.at + last.bytes === top) {
				top = last.at;
				gaps.pop();
			}
		},
		lengthOf: (at) => lengths.get(at) ?? 0,
	};
}
