// Holds what the loop believed against the game's own truth. Used where truth is known; it changes nothing in play.
import { iou } from '../geometry.ts';
import type { FactValue } from '../question.ts';
import type { Sight, Situation, Truth } from './situation.ts';

/** Half a sprite: a position is wrong when it names another place, not when a moving thing was met a pixel later. */
const POSITION_SLACK = 16;

/** The first thing that is wrong, as a sentence; undefined when all that can be checked is right. `target` is where an act aims. */
export function findError(situation: Situation, truth: Truth, target?: Sight): string | undefined {
	if (situation.screen !== truth.screen) return `screen is "${truth.screen}", not "${situation.screen}"`;
	for (const [name, value] of Object.entries(situation.facts)) {
		const real = truth.facts[name];
		if (real !== undefined && !sameValue(value, real)) return `${name} is ${String(real)}, not ${String(value)}`;
	}
	if (target !== undefined) {
		const { name, box } = target;
		if (!truth.elements.some((e) => e.name === name && iou(e.box, box) >= 0.3)) return `"${name}" is not at ${box.join(', ')}`;
	}
	return undefined;
}

function sameValue(a: FactValue, b: FactValue): boolean {
	if (Array.isArray(a) && Array.isArray(b)) return Math.hypot(a[0] - b[0], a[1] - b[1]) <= POSITION_SLACK;
	return a === b;
}
