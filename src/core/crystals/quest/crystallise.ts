// From what a model says of a text to an entry of the quest log, or why not. Nothing may be invented: every name, place and number of
// the answer stands in the text or is known from elsewhere.
import type { FactTable } from '../../facts/snapshot.ts';
import type { Literal, QuestAnswer } from '../../question.ts';
import { canonicalJson } from '../../canonical.ts';
import { contradictionIn } from '../../facts/literal.ts';
import { standsIn, turnedRound, unheardIn } from '../../texts/claims.ts';
import { type Crystal, freshStat, type Provenance, type Refusal, type Residue, type Scope } from '../crystal.ts';
import { applyStep, live } from '../lifecycle.ts';
import { printLiteral } from '../rule/text.ts';
import { type Quest, QUEST_SCHEMA, type QuestData, questName, type QuestStage, READINGS_MOST } from './schema.ts';

export interface QuestWorld {
	readonly text: string;
	readonly speaker?: string;
	/** Quests, people and places met before. */
	readonly known: readonly string[];
	readonly table: Pick<FactTable, 'fault' | 'get'>;
}

/** Why an answer cannot be of this text; undefined when it can. Said to the model, who may answer once more. */
export function questFault(answer: QuestAnswer, { text, speaker, known }: QuestWorld): string | undefined {
	if (answer.quest === '') return undefined;
	const there = [text, speaker ?? '', ...known];
	for (const field of ['quest', 'giver', 'place'] as const) {
		const name = answer[field];
		if (name !== undefined && !standsIn(name, there)) return `${field} "${name}" stands neither in the text nor among what is known`;
	}
	const claim = unheardIn(answer.objective, there);
	if (claim !== undefined) return `objective: "${claim}" stands neither in the text nor among what is known`;
	const turned = turnedRound(answer.objective, text);
	return turned === undefined ? undefined : `objective: the text says the opposite about "${turned}"`;
}

/** The conditions of `done` that can stand; the others with why. */
function soundDone(
	answer: QuestAnswer,
	{ text, table, provenance }: QuestWorld & Pick<QuestCrystalliseInput, 'provenance'>,
): { readonly done: QuestStage['done']; readonly refused: readonly Refusal[] } {
	if (typeof answer.done === 'boolean') return { done: answer.done, refused: [] };
	const refused: Refusal[] = [];
	const sound = answer.done.filter((literal, i) => {
		// What a person says need not stand in the text.
		const heard = provenance.tier === 'hand' || isHeard(literal, text);
		const why = table.fault(literal) ?? (heard ? undefined : `the number ${String(literal.v)} stands nowhere in the text`);
		if (why !== undefined) refused.push({ what: `done.${i}: ${printLiteral(literal)}`, why });
		return why === undefined;
	});
	const never = contradictionIn(sound);
	if (never !== undefined) {
		refused.push({ what: `done: ${never.map(printLiteral).join(' and ')}`, why: 'can never be: one excludes the other' });
		return { done: false, refused };
	}
	// Without one of its conditions a stage would be over too early.
	return { done: refused.length > 0 || sound.length === 0 ? false : sound, refused };
}

/** A threshold has to be told; none left and at least one go without saying. */
function isHeard({ op, v }: Literal, text: string): boolean {
	if (typeof v !== 'number' || v === 0 || v === 1) return true;
	return unheardIn(String(v), [text]) === undefined || (op === '>' && unheardIn(String(v + 1), [text]) === undefined);
}

export interface QuestCrystalliseInput extends QuestWorld {
	readonly answer: QuestAnswer;
	/** The fact it was read as. */
	readonly fact: string;
	readonly quests: Iterable<Quest>;
	/** A crystal that has this text and may not answer yet: what is said now is a label for it. */
	readonly silent?: Quest;
	readonly provenance: Provenance;
	readonly scope: Scope;
	readonly at: number;
	readonly episode: string;
	readonly id: () => string;
}
export interface QuestCrystallised {
	readonly residue: Residue;
	/** The crystal that speaks for the text now. */
	readonly quest: Quest;
	readonly changed: readonly Quest[];
}

export function crystalliseQuest(input: QuestCrystalliseInput): QuestCrystallised {
	const { answer, text, fact, provenance, at, episode } = input;
	const { done, refused } = soundDone(answer, input);
	const says: QuestStage | null = answer.quest === '' ? null : { ...answer, done };
	const from = String(provenance.entry);
	const changed: Quest[] = [];
	const label = (quest: Quest, harmful: boolean, because: string): void => {
		applyStep(quest, live(quest, { type: 'label', harmful, because, context: { episode, at } }, at));
		changed.push(quest);
	};
	const { silent } = input;
	if (silent !== undefined) {
		const agrees = saysSame(silent.data.says, says);
		label(silent, !agrees, agrees ? 'a model said the same of this text' : 'a model said something else of this text');
		if (agrees) return { residue: { made: [], refused, labelled: [silent.id] }, quest: silent, changed };
	}
	// The same said of another reading of a text: one entry with both.
	const twin = [...input.quests].find(
		(quest) =>
			quest !== silent &&
			quest.state !== 'retired' &&
			quest.data.fact === fact &&
			quest.data.texts.length < READINGS_MOST &&
			says !== null &&
			saysSame(quest.data.says, says),
	);
	if (twin !== undefined) {
		twin.data = { ...twin.data, texts: [...twin.data.texts, text], from: [...twin.data.from, from].slice(-64) };
		label(twin, false, 'the same was said of another reading');
		return { residue: { made: [], refused, labelled: [twin.id] }, quest: twin, changed };
	}
	const data: QuestData = {
		fact,
		texts: [text],
		...(input.speaker === undefined ? {} : { speaker: input.speaker.slice(0, 80) }),
		says,
		progress: { state: 'told', at, begun: 0, ended: 0, why: 'read on screen' },
		from: [from],
	};
	const quest: Quest = {
		id: input.id(),
		kind: 'quest',
		scope: input.scope,
		name: questName(data),
		schema: QUEST_SCHEMA,
		createdAt: at,
		provenance: silent === undefined ? provenance : { ...provenance, replaces: silent.id },
		state: 'trial',
		stat: freshStat(),
		history: [],
		data,
		blobs: {},
	};
	applyStep(quest, live(quest, { type: 'admitted' }, at));
	return {
		residue: { made: [quest as Crystal], refused, labelled: silent === undefined ? [] : [silent.id] },
		quest,
		changed: [...changed, quest],
	};
}

/** The same quest, stage and end; words may differ. */
function saysSame(a: QuestStage | null, b: QuestStage | null): boolean {
	if (a === null || b === null) return a === b;
	const core = ({ quest, stage, giver, place, done }: QuestStage): string =>
		canonicalJson([quest.toLowerCase(), stage.toLowerCase(), giver?.toLowerCase() ?? '', place?.toLowerCase() ?? '', done]);
	return core(a) === core(b);
}
