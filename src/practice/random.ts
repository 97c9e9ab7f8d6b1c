// Chance in the game is a number kept in the world, so that the same inputs at the same game times give the same game.

/** The generator's whole state; any 32-bit integer will do. */
export interface Dice {
	state: number;
}

/** Uniform in [0, 1). Mulberry32: one multiplication chain, full period of 2^32, plenty for a small game. */
export function roll(dice: Dice): number {
	dice.state = (dice.state + 0x6d2b79f5) | 0;
	let t = Math.imul(dice.state ^ (dice.state >>> 15), 1 | dice.state);
	t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
	return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}

/** A whole number from `low` to `high`, both included. */
export function between(dice: Dice, low: number, high: number): number {
	return low + Math.floor(roll(dice) * (high - low + 1));
}

export function within(dice: Dice, [low, high]: readonly [number, number]): number {
	return between(dice, low, high);
}

/** Puts a list in another order, in place. */
export function shuffle<T>(dice: Dice, list: T[]): T[] {
	for (let i = list.length - 1; i > 0; i--) {
		const j = between(dice, 0, i);
		[list[i], list[j]] = [list[j] as T, list[i] as T];
	}
	return list;
}

/** Mixes whole numbers into one 32-bit number: seeds of rounds, and textures that never move. */
export function mix(...parts: readonly number[]): number {
	let h = 0x811c9dc5;
	for (const part of parts) {
		h = Math.imul(h ^ (part | 0), 0x01000193);
		h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
		h ^= h >>> 12;
	}
	return h >>> 0;
}
