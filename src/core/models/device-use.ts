// Which kinds of question a model on this machine is let answer. A person may switch each; until they do, it answers in a real game,
// where it saves money and keeps pictures at home, and not in the practice game, whose scripted teacher is at hand and quick. The teacher
// can be switched off as well: then this machine's models have all the time they need.
import * as v from 'valibot';
import type { LiveAsk } from '../question.ts';

/** Where it is played: with the practice game's teacher at hand, or not. */
export type Place = 'practice' | 'game';

const use = v.object({
	model: v.pipe(v.string(), v.maxLength(80)),
	ask: v.picklist(['perception', 'decision', 'route', 'strategy', 'narration', 'quest', 'npc', 'moderation']),
	place: v.picklist(['practice', 'game']),
	on: v.boolean(),
});
/** What a person switched; the newest of its kind counts. */
export type DeviceUse = v.InferOutput<typeof use>;

export interface Allowed {
	readonly on: boolean;
	/** A sentence for a person. */
	readonly why: string;
}

export function mayAnswer(uses: readonly DeviceUse[], model: string, ask: LiveAsk, place: Place): Allowed {
	const unsaid =
		place === 'practice'
			? { on: false, why: 'Off in the practice game, whose teacher answers at once.' }
			: { on: true, why: 'On: it is asked before any server.' };
	return saidOf(uses, model, ask, place) ?? unsaid;
}

/** The same of the practice game's teacher, which answers until it is told not to. */
export function mayTeach(uses: readonly DeviceUse[], teacher: string, ask: LiveAsk): Allowed {
	return saidOf(uses, teacher, ask, 'practice') ?? { on: true, why: 'On: it stands in for a large model.' };
}

/** A person's word; undefined where they said none. */
function saidOf(uses: readonly DeviceUse[], model: string, ask: LiveAsk, place: Place): Allowed | undefined {
	const said = uses.findLast((one) => one.model === model && one.ask === ask && one.place === place);
	return said && { on: said.on, why: said.on ? 'You switched it on.' : 'You switched it off.' };
}

export function switchUse(uses: readonly DeviceUse[], next: DeviceUse): readonly DeviceUse[] {
	return [...uses.filter((one) => one.model !== next.model || one.ask !== next.ask || one.place !== next.place), next];
}

/** Stored data is checked on the way in; what is none of it is left out. */
export function readUses(data: unknown): readonly DeviceUse[] {
	return Array.isArray(data) ? data.flatMap((one) => (v.is(use, one) ? [one] : [])) : [];
}
