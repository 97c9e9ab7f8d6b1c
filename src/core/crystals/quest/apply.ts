// Which of the texts known answers for a reading, and what the log makes of them: quests with their stages, moved on by texts and by
// facts, never by a model.
import { holds, truthOf } from '../../facts/literal.ts';
import type { Facts, QuestAnswer } from '../../question.ts';
import { canonicalText } from '../../texts/same-text.ts';
import type { Crystal } from '../crystal.ts';
import type { Quest, QuestData, QuestStage } from './schema.ts';

/**
 * A text that was interpreted speaks for itself from then on, in shadow too: asked again, the same model would say the same. Nothing
 * acts on it alone, for the rules that test it have to prove themselves. What came with a pack waits for four clean labels of its own.
 */
export function mayAnswer({ state, history }: Pick<Crystal, 'state' | 'history'>): boolean {
	if (state === 'autonomous') return true;
	return state === 'shadow' && !history.some((change) => change.to === 'shadow' && change.why.startsWith('came with a pack'));
}

export function answerOf({ says }: Pick<QuestData, 'says'>): QuestAnswer {
	return says ?? { quest: '', stage: '', objective: '', done: false };
}

/** Whether the facts show a stage to be over; undefined where no fact can tell, or one is not known. */
export function isOver({ done }: QuestStage, facts: Facts): boolean | undefined {
	if (typeof done === 'boolean') return undefined;
	if (done.every((l) => holds(l, facts))) return true;
	return done.some((l) => truthOf(l, facts) === false) ? false : undefined;
}

export interface QuestEntry {
	/** As first read. */
	readonly quest: string;
	/** `done`: told to be done, or no stage of it is open and one was done. */
	readonly state: 'open' | 'done' | 'told';
	/** In the order of the ladder. */
	readonly stages: readonly Quest[];
	/** When something of it changed last, milliseconds since 1970. */
	readonly at: number;
}

/** One quest by one name, however it is written. */
export function questKey(quest: string): string {
	return canonicalText(quest);
}

/** The log: what is open first, then what was done last. */
export function questLog(crystals: Iterable<Crystal>): readonly QuestEntry[] {
	const byQuest = new Map<string, Quest[]>();
	for (const crystal of crystals) {
		if (crystal.kind !== 'quest' || crystal.state === 'retired') continue;
		const quest = crystal as Quest;
		if (quest.data.says === null) continue;
		const key = questKey(quest.data.says.quest);
		byQuest.set(key, [...(byQuest.get(key) ?? []), quest]);
	}
	const rank = { open: 0, done: 1, told: 2 } as const;
	return [...byQuest.values()]
		.map((stages): QuestEntry => {
			const ladder = stages.toSorted(byStage);
			const states = ladder.map(({ data }) => data.progress.state);
			return {
				quest: ladder[0]?.data.says?.quest ?? '',
				state: states.includes('open') ? 'open' : states.includes('done') ? 'done' : 'told',
				stages: ladder,
				at: Math.max(...ladder.map(({ data }) => data.progress.at)),
			};
		})
		.toSorted((a, b) => rank[a.state] - rank[b.state] || b.at - a.at);
}

/** Numbered stages by their number, named ones as they were met. */
export function byStage(a: Quest, b: Quest): number {
	const [x, y] = [Number(a.data.says?.stage || NaN), Number(b.data.says?.stage || NaN)];
	return (Number.isNaN(x) || Number.isNaN(y) ? 0 : x - y) || a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);
}

export interface StageMove {
	readonly quest: Quest;
	readonly to: QuestData['progress']['state'];
	readonly why: string;
}

/**
 * What changes in the log when a text is read: its stage is open and what came before it is done, or all of its quest is.
 *
 * @param all  every quest crystal in service
 */
export function movesOf(read: Quest, all: Iterable<Quest>): readonly StageMove[] {
	const { says } = read.data;
	if (says === null) return [];
	const key = questKey(says.quest);
	const moves: StageMove[] = [];
	for (const other of all) {
		if (other === read || other.data.says === null || questKey(other.data.says.quest) !== key) continue;
		const { state } = other.data.progress;
		const order = byStage(other, read);
		const same = other.data.says.stage === says.stage;
		if (says.done === true || (order < 0 && !same)) {
			if (state === 'open')
				moves.push({ quest: other, to: 'done', why: says.done === true ? 'the quest was told to be done' : 'a later stage was told' });
			// Told again from an earlier stage on: the quest begins anew.
		} else if (state !== 'told')
			moves.push({ quest: other, to: 'told', why: same ? 'told anew in other words' : 'an earlier stage was told again' });
	}
	moves.push({ quest: read, to: says.done === true ? 'done' : 'open', why: 'read on screen' });
	return moves;
}
