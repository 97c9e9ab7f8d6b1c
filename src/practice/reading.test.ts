import { describe, expect, it } from 'vitest';
import { readAnswer } from '../core/cascade.ts';
import { questFault } from '../core/crystals/quest/crystallise.ts';
import { npcFault } from '../core/crystals/person/crystallise.ts';
import { makeFactTable } from '../core/facts/snapshot.ts';
import type { NpcQuestion, QuestQuestion } from '../core/question.ts';
import { seeded } from '../core/random.fixture.ts';
import { misread } from '../core/texts/misread.fixture.ts';
import { judge, lineOf, readQuest } from './reading.ts';
import { answerChat } from './teacher.ts';
import { GIVER, nameOf, OFFER, THANKS, WAITING } from './warren/folk.ts';
import { NAMES } from './warren/land.ts';
import { TALKS } from './world.ts';

const questOf = (text: string, more: Partial<QuestQuestion> = {}): QuestQuestion => ({
	falsework: 1,
	ask: 'quest',
	game: 'practice',
	tick: 1,
	frame: { id: 'f', width: 960, height: 540 },
	text,
	speaker: 'Mira',
	facts: {},
	conditions: [{ f: 'quest', type: 'enum' }],
	known: { quests: [], people: [], places: ['Crypt'] },
	...more,
});
const [STIRS, BEAT] = TALKS.offer;

describe('the teacher', () => {
	it('says what a line asks for, where to go, and how it will show', () => {
		expect(readQuest(questOf(BEAT))).toEqual({
			quest: 'The relic',
			stage: '1',
			objective: 'Beat what lurks in the crypt and bring the relic',
			giver: 'Mira',
			place: 'Crypt',
			done: [{ f: 'quest', op: '==', v: 'Return to Mira' }],
		});
		expect(readQuest(questOf(STIRS)).quest).toBe('');
		expect(readQuest(questOf('A text of no game')).quest).toBe('');
	});

	it('offers no condition that was not offered, and no name that is not there', () => {
		const answer = readQuest(questOf(BEAT, { conditions: [], known: { quests: [], people: [], places: [] }, speaker: 'Olaf' }));
		expect(answer.done).toBe(false);
		expect(answer.place).toBeUndefined();
		expect(answer.giver).toBeUndefined();
	});

	it('knows every line of the Warren through the mistakes of a reader, and invents nothing about it', () => {
		const random = seeded(3);
		const table = makeFactTable({
			facts: [{ name: 'quest', type: 'enum', values: ['Return to Sela', 'Return to Bram', 'Return to Ysolde', 'Return to Odrin'] }],
		});
		let lines = 0;
		let refused = 0;
		for (const errand of ['glowcaps', 'hammer', 'letter', 'rats'] as const)
			for (const place of Object.values(NAMES).flat())
				for (const text of [...OFFER[errand](place), WAITING[errand](place), ...THANKS[errand]]) {
					const read = misread(text, random, 0.01);
					expect(lineOf(read)?.text, read).toBe(text);
					const speaker = nameOf(GIVER[errand]);
					const answer = readQuest(questOf(read, { speaker, known: { quests: [], people: [speaker], places: [place] } }));
					lines++;
					if (questFault(answer, { text: read, speaker, known: [speaker, place, 'Tovin'], table }) !== undefined) refused++;
				}
		// A name with a wrong letter in the reading stands nowhere.
		expect(refused / lines).toBeLessThan(0.03);
	});

	it('judges who speaks by what they say', () => {
		const npc: NpcQuestion = { ...questOf(BEAT), ask: 'npc', name: 'Mira' } as unknown as NpcQuestion;
		const answer = judge(npc);
		expect(answer).toMatchObject({ name: 'Mira', attitude: 0.4 });
		expect(npcFault(answer, { name: 'Mira', text: BEAT, known: [] })).toBeUndefined();
	});

	it.each(['quest', 'npc'] as const)('answers %s on the wire, and refuses a question without its text', (ask) => {
		const chat = (question: object) => ({
			messages: [
				{
					role: 'user',
					content: [
						{ type: 'text', text: 'Answer.' },
						{ type: 'text', text: JSON.stringify(question) },
					],
				},
			],
		});
		const { text, ...without } = questOf(BEAT);
		const reply = answerChat(chat({ ...without, text, ask, name: 'Mira' }));
		const content = (reply.body as { choices: { message: { content: string } }[] }).choices[0]?.message.content ?? '';
		expect(readAnswer(ask, content)).toHaveProperty('answer');
		expect(answerChat(chat({ ...without, ask, name: 'Mira' })).status).toBe(400);
	});
});
