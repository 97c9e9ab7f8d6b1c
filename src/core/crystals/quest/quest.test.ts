import { describe, expect, it } from 'vitest';
import type { Crystal } from '../crystal.ts';
import { crystalOf } from '../crystal.fixture.ts';
import { readKind } from '../kinds.ts';
import { live } from '../lifecycle.ts';
import { mayAnswer, movesOf, questLog } from './apply.ts';
import { editQuest } from './by-hand.ts';
import { type Quest, QUEST_MIGRATIONS, QUEST_SCHEMA, type QuestData, type QuestStage, questText, readQuest, unplayed } from './schema.ts';

const stage = (quest: string, at: string, more: Partial<QuestStage> = {}): QuestStage => ({
	quest,
	stage: at,
	objective: 'Go',
	done: false,
	...more,
});
const dataOf = (says: QuestData['says'], state: QuestData['progress']['state'] = 'told'): QuestData => ({
	fact: 'talk',
	texts: ['Bring me the relic.'],
	speaker: 'Mira',
	says,
	progress: { state, at: 5, begun: 1, ended: 0, why: 'read on screen' },
	from: ['7'],
});
let made = 0;
const questOf = (says: QuestData['says'], state?: QuestData['progress']['state'], more: Partial<Quest> = {}): Quest =>
	crystalOf<Quest>({ id: `q${made}`, kind: 'quest', createdAt: made++, state: 'shadow', data: dataOf(says, state), ...more });

describe('an entry of the log', () => {
	it('survives its schema, and reads aloud', () => {
		const data = dataOf(stage('The relic', '1', { giver: 'Mira', place: 'Crypt', done: [{ f: 'relics', op: '>', v: 0 }] }));
		expect(readQuest(JSON.parse(JSON.stringify(data)), QUEST_SCHEMA)).toEqual({ ok: true, data });
		expect(readKind('quest', QUEST_SCHEMA, data, {})).toEqual({ ok: true, schema: QUEST_SCHEMA, data });
		expect(readQuest({ ...data, texts: [] }, QUEST_SCHEMA)).toMatchObject({ ok: false, why: expect.stringContaining('texts') });
		expect(readQuest(data, QUEST_SCHEMA + 1)).toMatchObject({ ok: false });
		expect(QUEST_MIGRATIONS).toHaveLength(QUEST_SCHEMA - 1);
		expect(questText(data)).toBe('The relic, stage 1: Go; given by Mira; at Crypt; done when relics > 0. Read: “Bring me the relic.”');
		expect(questText(dataOf(null))).toBe('“Bring me the relic.” speaks of no quest');
	});

	it('answers from shadow on, and after a pack only once it is trusted', () => {
		const quest = questOf(stage('The relic', '1'));
		expect(mayAnswer(quest)).toBe(true);
		const { change } = live({ ...quest, state: 'autonomous' }, { type: 'imported' }, 3);
		const come = { ...quest, history: change === undefined ? [] : [change] };
		expect(mayAnswer(come)).toBe(false);
		expect(mayAnswer({ ...come, state: 'autonomous' })).toBe(true);
		expect(mayAnswer({ ...quest, state: 'quarantined' })).toBe(false);
	});

	it('comes from elsewhere as never played', () => {
		expect(unplayed(dataOf(stage('The relic', '1'), 'open')).progress).toMatchObject({ state: 'told', begun: 0 });
	});

	it('is put right by a person, who can take it back', () => {
		const quest = questOf(stage('The relic', '1'), 'open', { name: 'The relic, stage 1', state: 'autonomous' });
		expect(editQuest(quest, { ...stage('', '1') }, 9)).toMatchObject({ ok: false });
		const done = editQuest(quest, { quest: 'The lost relic', stage: '2', objective: 'Go' }, 9);
		expect(quest).toMatchObject({ name: 'The lost relic, stage 2', state: 'shadow', data: { says: { quest: 'The lost relic' } } });
		if (done.ok) done.act.takeBack(10);
		expect(quest).toMatchObject({ name: 'The relic, stage 1', state: 'autonomous', data: { says: { quest: 'The relic' } } });
	});
});

describe('the log', () => {
	it('puts stages of one quest together, by number, and what is open first', () => {
		const two = questOf(stage('the relic', '2'), 'open');
		const one = questOf(stage('The Relic', '1'), 'done');
		const rats = questOf(stage('Rats', '1'), 'done');
		const gone = questOf(stage('Gone', '1'), 'open', { state: 'retired' });
		const log = questLog([rats, two, one, gone, questOf(null)] as Crystal[]);
		expect(log.map(({ quest, state, stages }) => [quest, state, stages.map((s) => s.data.says?.stage)])).toEqual([
			['The Relic', 'open', ['1', '2']],
			['Rats', 'done', ['1']],
		]);
	});

	it('is moved by a text: what came before is done, what comes after is to come', () => {
		const [one, two, three] = ['1', '2', '3'].map((n) => questOf(stage('The relic', n), n === '2' ? 'told' : 'open')) as [
			Quest,
			Quest,
			Quest,
		];
		const moves = movesOf(two, [one, two, three]).map(({ quest, to }) => [quest.data.says?.stage, to]);
		expect(moves).toEqual([
			['1', 'done'],
			['3', 'told'],
			['2', 'open'],
		]);
		expect(movesOf(questOf(null), [one])).toEqual([]);
	});
});
