// What one text read on screen says of a quest, kept beside the text: the same text is never interpreted again. The quest log is
// nothing but these, put together by quest and stage.
import * as v from 'valibot';
import { literal, SCREEN_TEXT_MOST } from '../../question.ts';
import { factId } from '../../profile.ts';
import type { Crystal } from '../crystal.ts';
import { type Migrations, readStored, type Stored } from '../stored.ts';
import { printLiteral } from '../rule/text.ts';

export const QUEST_SCHEMA = 1;
/** Readings of one text that are kept as they were read. */
export const READINGS_MOST = 8;

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(80));
export const questStage = v.object({
	quest: name,
	/** A number or a name. */
	stage: v.pipe(v.string(), v.maxLength(64)),
	objective: v.pipe(v.string(), v.maxLength(300)),
	giver: v.optional(name),
	place: v.optional(name),
	/** Whether the text itself says that this is over; or the conditions over facts by which it shows. */
	done: v.union([v.boolean(), v.pipe(v.array(literal), v.minLength(1), v.maxLength(6))]),
});
export type QuestStage = v.InferOutput<typeof questStage>;

export const questData = v.object({
	/** The fact it is read as. */
	fact: factId,
	/** As read; the first is the one that was interpreted. */
	texts: v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(SCREEN_TEXT_MOST))), v.minLength(1), v.maxLength(READINGS_MOST)),
	/** Who said it; absent for a text that nobody says. */
	speaker: v.optional(name),
	/** null: it speaks of no quest. */
	says: v.nullable(questStage),
	progress: v.object({
		/** `told`: read, and neither open nor done now. */
		state: v.picklist(['told', 'open', 'done']),
		/** Milliseconds since 1970. */
		at: v.number(),
		/** Times it was begun, and times it was done. */
		begun: v.number(),
		ended: v.number(),
		/** Why it is in this state, in a few words. */
		why: v.pipe(v.string(), v.maxLength(200)),
	}),
	/** Ledger entries it came from. */
	from: v.pipe(v.array(v.string()), v.maxLength(64)),
});
export type QuestData = v.InferOutput<typeof questData>;
export type Quest = Crystal<'quest', QuestData>;

/** Each takes data of version `index + 1` to the next. */
export const QUEST_MIGRATIONS: Migrations = [];

export function readQuest(data: unknown, version: number): Stored<QuestData> {
	return readStored('quest', { schema: questData, newest: QUEST_SCHEMA, migrations: QUEST_MIGRATIONS }, data, version);
}

/** Nothing of it has happened here. */
export function unplayed(data: QuestData): QuestData {
	return { ...data, progress: { state: 'told', at: 0, begun: 0, ended: 0, why: 'came from elsewhere' } };
}

/** For people, e.g. `The relic, stage 1`. */
export function questName({ texts, says }: Pick<QuestData, 'texts' | 'says'>): string {
	const [text = ''] = texts;
	if (says === null) return `no quest: ${text}`.slice(0, 120);
	return `${says.quest}${says.stage === '' ? '' : `, stage ${says.stage}`}`;
}

/** The entry in one line. */
export function questText({ texts, says }: Pick<QuestData, 'texts' | 'says'>): string {
	const [text = ''] = texts;
	const read = `“${text.length > 160 ? `${text.slice(0, 160)}…` : text}”`;
	if (says === null) return `${read} speaks of no quest`;
	const { objective, giver, place, done } = says;
	const parts = [
		`${questName({ texts, says })}: ${objective}`,
		giver === undefined ? '' : `given by ${giver}`,
		place === undefined ? '' : `at ${place}`,
		doneText(done),
	];
	return `${parts.filter(Boolean).join('; ')}. Read: ${read}`;
}

export function doneText(done: QuestStage['done']): string {
	if (typeof done === 'boolean') return done ? 'told to be done' : '';
	return `done when ${done.map(printLiteral).join(' and ')}`;
}
