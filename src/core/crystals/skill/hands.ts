// What a person's keys and clicks were, in the words of the profile: the act whose input is just that.
import { type Box, contains, type FramePoint } from '../../geometry.ts';
import type { Action, InputStep, Profile } from '../../profile.ts';
import type { Act } from '../../question.ts';

/** One thing the person did, in frame pixels. */
export interface HandInput {
	readonly key?: string;
	readonly button?: string;
	readonly at?: FramePoint;
}
export interface InSight {
	readonly name: string;
	readonly box: Box;
}
/** A fixed point of a profile is hit by a click this near to it. */
const NEAR_PX = 12;

/** Undefined where no action of the profile is done by this input alone, or nothing known lies under it. */
export function actOfHand(input: HandInput, profile: Pick<Profile, 'actions'>, sights: readonly InSight[]): Act | undefined {
	for (const action of profile.actions) {
		const [step, ...more] = action.input;
		if (step === undefined || more.length > 0) continue;
		const act = input.key === undefined ? byClick(input, action, step, sights) : byKey(input.key, action, step);
		if (act !== undefined) return act;
	}
	return undefined;
}

function byKey(key: string, { verb, args = {} }: Action, step: InputStep): Act | undefined {
	return 'key' in step && step.key === key && Object.keys(args).length === 0 ? { verb, args: {} } : undefined;
}

function byClick({ button, at }: HandInput, { verb, args = {} }: Action, step: InputStep, sights: readonly InSight[]): Act | undefined {
	if (at === undefined || !('click' in step) || step.click !== button) return undefined;
	if (typeof step.at !== 'string')
		return Object.keys(args).length === 0 && Math.hypot(step.at[0] - at.x, step.at[1] - at.y) <= NEAR_PX ? { verb, args: {} } : undefined;
	const name = step.at.slice(1);
	if (Object.keys(args).join() !== name) return undefined;
	if (args[name] === 'point') return { verb, args: { [name]: [Math.round(at.x), Math.round(at.y)] } };
	if (args[name] !== 'element') return undefined;
	// Of elements that lie in each other the smallest is meant.
	const [under] = sights
		.filter(({ box }) => contains(box, [at.x, at.y, 1, 1]))
		.toSorted((a, b) => a.box[2] * a.box[3] - b.box[2] * b.box[3]);
	return under === undefined ? undefined : { verb, args: { [name]: under.name } };
}
