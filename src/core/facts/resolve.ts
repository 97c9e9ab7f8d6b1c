// From an act in words to input in frame pixels. Nothing is guessed: an element that is not in sight, or a fact that is not
// known, is a reason, and the act is not carried out.
import { type Box, centreOf, type FramePoint, type Size } from '../geometry.ts';
import type { ResolvedStep } from '../ports.ts';
import type { Action, InputStep, Profile } from '../profile.ts';
import type { Act, Facts } from '../question.ts';
import { known } from './literal.ts';

export interface ResolveScene {
	/** The nearest or best box of each element now in sight. */
	readonly elements: ReadonlyMap<string, Box>;
	readonly facts: Facts;
	readonly frame: Size;
	/** Where a fixed point of the profile is in this frame; undefined while that is not known. As the profile has it unless given. */
	readonly fixed?: (x: number, y: number) => FramePoint | undefined;
}
export type ResolveResult =
	| { readonly ok: true; readonly steps: readonly ResolvedStep[] }
	| { readonly ok: false; readonly reason: string };

type ArgValue = Act['args'][string];
/** How long a key or button is down when nothing is said: long enough for a game that draws ten frames a second on a busy machine. */
const HOLD_MS = 100;
const HOLD_MAX_MS = 60_000;

/** Checks an act against the profile without looking at a frame: the verb, and each argument by name and type. */
export function actFault(
	act: Act,
	profile: { readonly actions: readonly Pick<Action, 'verb' | 'args'>[] },
	facts?: { get(id: string): { readonly kind: string } | undefined },
): string | undefined {
	const action = profile.actions.find((a) => a.verb === act.verb);
	if (action === undefined) return `verb "${act.verb}" is not an action of this profile`;
	const wanted = action.args ?? {};
	for (const name of Object.keys(act.args)) if (!Object.hasOwn(wanted, name)) return `"${act.verb}" takes no argument "${name}"`;
	for (const [name, type] of Object.entries(wanted)) {
		const value = Object.hasOwn(act.args, name) ? act.args[name] : undefined;
		if (value === undefined) return `"${act.verb}" needs the argument "${name}" (${type})`;
		if (isFact(value)) {
			if (type === 'element') return `"${name}" names an element, and cannot point at a fact`;
			const kind = facts?.get(value.fact)?.kind;
			if (facts !== undefined && kind === undefined) return `there is no fact "${value.fact}"`;
			if (kind !== undefined && type === 'number' && kind !== 'number') return `"${name}" needs a number, and "${value.fact}" is none`;
			if (kind !== undefined && type === 'point' && kind !== 'position') return `"${name}" needs a position, and "${value.fact}" is none`;
			continue;
		}
		const fits = type === 'number' ? typeof value === 'number' : type === 'point' ? Array.isArray(value) : typeof value === 'string';
		if (!fits) return `"${name}" of "${act.verb}" needs a ${type}, not ${JSON.stringify(value)}`;
	}
	return undefined;
}

/** Fills in an action's input. Points are whole frame pixels inside the frame; times are capped at a minute. */
export function resolveAct(act: Act, profile: Pick<Profile, 'actions'>, scene: ResolveScene): ResolveResult {
	const fault = actFault(act, profile);
	if (fault !== undefined) return { ok: false, reason: fault };
	const action = profile.actions.find((a) => a.verb === act.verb) as Action;
	try {
		return { ok: true, steps: action.input.map((step) => resolveStep(step, action, act, scene)) };
	} catch (error) {
		if (error instanceof Unresolved) return { ok: false, reason: error.message };
		throw error;
	}
}

class Unresolved extends Error {}

function isFact(value: ArgValue): value is { fact: string } {
	return typeof value === 'object' && !Array.isArray(value);
}

function resolveStep(step: InputStep, action: Action, act: Act, scene: ResolveScene): ResolvedStep {
	const argument = (
		ref: string,
	): { readonly name: string; readonly type: string; readonly value: string | number | readonly [number, number] | boolean } => {
		const name = ref.slice(1);
		const type = action.args?.[name];
		const given = act.args[name];
		if (type === undefined || given === undefined) throw new Unresolved(`"${act.verb}" has no argument "${name}"`);
		if (!isFact(given)) return { name, type, value: given };
		const value = known(scene.facts, given.fact);
		if (value === undefined) throw new Unresolved(`fact "${given.fact}" is not known now`);
		return { name, type, value };
	};
	const where = (place: string | readonly [number, number]): FramePoint => {
		const from = typeof place === 'string' ? argument(place) : undefined;
		const value = from === undefined ? place : from.value;
		let point: FramePoint;
		if (from?.type === 'element') {
			const box = scene.elements.get(String(value));
			if (box === undefined) throw new Unresolved(`element "${String(value)}" is not in sight`);
			point = centreOf(box);
		} else if (from === undefined && typeof place !== 'string' && scene.fixed !== undefined) {
			const here = scene.fixed(place[0], place[1]);
			if (here === undefined) {
				const { width, height } = scene.frame;
				throw new Unresolved(
					`the profile's point ${place[0]}, ${place[1]} was named for another frame size, and where it is at ${width} × ${height} is not known`,
				);
			}
			point = here;
		} else if (Array.isArray(value)) point = { x: Math.round(value[0] as number), y: Math.round(value[1] as number) };
		else throw new Unresolved(`"${from?.name ?? act.verb}" gives no point: ${JSON.stringify(value)}`);
		if (point.x < 0 || point.y < 0 || point.x >= scene.frame.width || point.y >= scene.frame.height) {
			throw new Unresolved(`the point ${point.x}, ${point.y} is outside the ${scene.frame.width} × ${scene.frame.height} frame`);
		}
		return point;
	};
	const amount = (value: string | number | undefined, otherwise: number): number => {
		const given = typeof value === 'string' ? argument(value).value : (value ?? otherwise);
		if (typeof given !== 'number' || !Number.isFinite(given)) throw new Unresolved(`${JSON.stringify(given)} is no number of milliseconds`);
		return Math.min(HOLD_MAX_MS, Math.max(0, Math.round(given)));
	};
	if ('click' in step) return { do: 'click', button: step.click, at: where(step.at), holdMs: amount(step.holdMs, HOLD_MS) };
	if ('drag' in step)
		return { do: 'drag', button: step.drag, from: where(step.from), to: where(step.to), holdMs: amount(step.holdMs, HOLD_MS) };
	if ('key' in step) return { do: 'key', keys: [step.key], holdMs: amount(step.holdMs, HOLD_MS) };
	if ('keys' in step) return { do: 'key', keys: step.keys, holdMs: amount(step.holdMs, HOLD_MS) };
	if ('hold' in step) return { do: 'hold', key: step.hold };
	if ('release' in step) return { do: 'release', key: step.release };
	if ('move' in step) return { do: 'move', to: where(step.move) };
	if ('scroll' in step)
		return { do: 'scroll', direction: step.scroll, times: step.times ?? 1, ...(step.at === undefined ? {} : { at: where(step.at) }) };
	if ('text' in step) {
		const value = step.text.startsWith('$') && action.args?.[step.text.slice(1)] !== undefined ? argument(step.text).value : step.text;
		return { do: 'text', text: String(value).slice(0, 200) };
	}
	return { do: 'wait', ms: amount(step.waitMs, 0) };
}

/** An act of waiting only: shown as idle. */
export function isIdle(act: Act, profile: Pick<Profile, 'actions'>): boolean {
	return profile.actions.find((a) => a.verb === act.verb)?.input.every((step) => 'waitMs' in step) ?? false;
}
