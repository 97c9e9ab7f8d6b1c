// Quests and people out of the list of crystals, for the page.
import type { Crystal } from '../../core/crystals/crystal.ts';
import { attitudeAt } from '../../core/crystals/person/apply.ts';
import { attitudeWord } from '../../core/crystals/person/schema.ts';
import { questLog } from '../../core/crystals/quest/apply.ts';
import type { CrystalView } from '../services.ts';

export interface QuestShown {
	readonly quest: string;
	readonly state: 'open' | 'done' | 'told';
	readonly stages: readonly CrystalView[];
}

/** The log, as the loop itself puts it together. */
export function questsIn(crystals: readonly CrystalView[]): readonly QuestShown[] {
	const byId = new Map(crystals.map((crystal) => [crystal.id, crystal]));
	const asCrystal = ({ id, state, quest, madeBy }: CrystalView) =>
		({ id, kind: 'quest', state, createdAt: madeBy.at, data: quest }) as unknown as Crystal;
	return questLog(crystals.filter((crystal) => crystal.quest !== undefined).map(asCrystal)).map(({ quest, state, stages }) => ({
		quest,
		state,
		stages: stages.flatMap(({ id }) => byId.get(id) ?? []),
	}));
}

/** Texts that were read and speak of no quest, and entries that were taken out of service. */
export function otherTexts(crystals: readonly CrystalView[]): readonly CrystalView[] {
	return crystals.filter(({ quest, state }) => quest !== undefined && (quest.says === null || state === 'retired'));
}

export interface PersonShown {
	readonly crystal: CrystalView;
	readonly attitude: number;
	readonly word: ReturnType<typeof attitudeWord>;
}

/** Whoever something happened with last comes first. @param now  milliseconds since 1970 */
export function peopleIn(crystals: readonly CrystalView[], now: number): readonly PersonShown[] {
	return crystals
		.flatMap((crystal) => {
			if (crystal.person === undefined) return [];
			const attitude = attitudeAt(crystal.person, now);
			return [{ crystal, attitude, word: attitudeWord(attitude) }];
		})
		.toSorted(
			(a, b) =>
				Number(a.crystal.state === 'retired') - Number(b.crystal.state === 'retired') ||
				(b.crystal.person?.at ?? 0) - (a.crystal.person?.at ?? 0),
		);
}

export const QUEST_STATES = {
	open: { tone: 'chip-accent', word: 'active', about: 'told and not over yet' },
	done: { tone: 'chip-good', word: 'done', about: 'over, by what was told or by the facts' },
	told: { tone: '', word: 'known', about: 'read before, and not going on now' },
} as const;

export const HAPPENED: Readonly<Record<string, string>> = {
	talk: 'said',
	'attacked-by': 'attacked you',
	attacked: 'attacked by you',
	gave: 'gave you something',
	got: 'given something',
	hand: 'set by you',
};
