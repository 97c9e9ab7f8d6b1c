// A person corrects what a text was taken to say.
import * as v from 'valibot';
import { type ByHand, moves } from '../by-hand.ts';
import { freshStat } from '../crystal.ts';
import { type Quest, questName, type QuestStage, questStage } from './schema.ts';

/** What a person may write; its conditions stay as they are. `null`: the text speaks of no quest. */
export type QuestByHand = Omit<QuestStage, 'done'> | null;

export function editQuest(quest: Quest, said: QuestByHand, at: number): ByHand {
	if (quest.state === 'retired') return { ok: false, why: `"${quest.name}" is retired: take that back first` };
	const { data, name, state, stat } = quest;
	const read = said === null ? undefined : v.safeParse(questStage, { ...said, done: data.says?.done ?? false });
	if (read?.success === false) return { ok: false, why: `${v.getDotPath(read.issues[0]) ?? 'it'}: ${read.issues[0].message}` };
	quest.data = { ...data, says: read?.output ?? null };
	quest.name = questName(quest.data);
	const change = moves(quest, 'shadow', 'corrected by hand', at, { ...freshStat(), used: stat.used, lastUsedAt: stat.lastUsedAt });
	return {
		ok: true,
		act: {
			what: 'edit',
			crystal: quest,
			said: `corrected ${name}`,
			before: name,
			after: quest.name,
			change,
			takeBack: (then) => {
				quest.data = { ...data, progress: quest.data.progress };
				quest.name = name;
				return moves(quest, state, 'taken back: corrected by hand', then, { ...stat, used: quest.stat.used });
			},
		},
	};
}
