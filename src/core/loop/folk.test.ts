import { describe, expect, it } from 'vitest';
import type { Crystal } from '../crystals/crystal.ts';
import { live } from '../crystals/lifecycle.ts';
import { applyStep } from '../crystals/lifecycle.ts';
import type { Person } from '../crystals/person/schema.ts';
import type { Quest } from '../crystals/quest/schema.ts';
import { makeFactTable } from '../facts/snapshot.ts';
import type { Facts, NpcAnswer, QuestAnswer } from '../question.ts';
import { deskOf, profileOf, receiptOf, sightOf, situationOf } from './desk.fixture.ts';
import { type Folk, type Heard, makeFolk } from './folk.ts';

const profile = profileOf({
	actions: [
		{ verb: 'strike', args: { at: 'element' }, does: 'strikes', input: [{ click: 'left', at: '$at' }], attacks: 'at' },
		{ verb: 'wait', does: 'waits', input: [{ waitMs: 200 }] },
	],
	facts: [
		{ name: 'talk', type: 'text', tells: 'talk', speaker: 'speaker' },
		{ name: 'speaker', type: 'text' },
		{ name: 'board', type: 'text', tells: 'quest' },
		{ name: 'message', type: 'text' },
		{ name: 'room', type: 'enum', values: ['Village', 'Crypt'] },
		{ name: 'relics', type: 'number', min: 0, max: 9 },
	],
	signs: [
		{ in: 'message', like: 'The {name} bites you for {damage:number}.', means: 'attacked-by' },
		{ in: 'message', like: '{name} gives you {gold:number} gold', means: 'gave' },
	],
});
const RELIC = 'Beat what lurks in the Crypt and bring me the relic.';
const fetch: QuestAnswer = {
	quest: 'The relic',
	stage: '1',
	objective: 'Bring the relic',
	giver: 'Mira',
	place: 'Crypt',
	done: [{ f: 'relics', op: '>', v: 0 }],
};

function setUp(crystals = new Map<string, Crystal>()) {
	const desk = deskOf(profile, crystals);
	const table = makeFactTable(profile);
	const folk = makeFolk({ ...desk, table });
	let visit = 1;
	let entry = 1;
	const asked: string[] = [];
	/** One look. */
	function look(facts: Facts, more: Parameters<typeof situationOf>[0] = {}): Facts {
		desk.clock.at += 200;
		const situation = situationOf({ facts, visit, ...more });
		for (const fact of ['talk', 'speaker', 'board', 'message']) table.forget(fact);
		for (const [name, value] of Object.entries(facts)) table.observe(name, value, desk.clock.at);
		folk.observe(situation);
		const { values } = table.snapshot(desk.clock.at);
		folk.see(values, situation);
		return values;
	}
	/** What the loop does with what is heard; answers by the script, `undefined` when nobody can. */
	function listen(answers: { quest?: QuestAnswer; npc?: NpcAnswer } = {}): void {
		for (const heard of folk.heard()) {
			const attempt = folk.interpreters[heard.ask].attempt(heard);
			folk.begun(heard);
			if (attempt.outcome === 'hit') {
				folk.known(heard, attempt.used);
				continue;
			}
			asked.push(`${heard.ask} ${heard.text}`);
			if (!settle(folk, heard, answers)) folk.unanswered(heard);
		}
	}
	function settle(of: Folk, heard: Heard, { quest, npc }: { quest?: QuestAnswer; npc?: NpcAnswer }): boolean {
		if (heard.ask === 'quest' && quest !== undefined && of.interpreters.quest.verify(heard, quest) === undefined) {
			of.interpreters.quest.crystallise(heard, quest, receiptOf(entry++));
			return true;
		}
		if (heard.ask === 'npc' && npc !== undefined && of.interpreters.npc.verify(heard, npc) === undefined) {
			of.interpreters.npc.crystallise(heard, npc, receiptOf(entry++));
			return true;
		}
		return false;
	}
	const all = <C extends Crystal>(kind: C['kind']): C[] => [...crystals.values()].filter((c): c is C => c.kind === kind);
	return {
		folk,
		desk,
		table,
		asked,
		look,
		listen,
		/** The text stands long enough to be heard, and is. */
		say(facts: Facts, answers: { quest?: QuestAnswer; npc?: NpcAnswer } = {}) {
			visit++;
			look({ relics: 0, ...facts });
			look({ relics: 0, ...facts });
			listen(answers);
			return look({ relics: 0, ...facts });
		},
		leave: () => look({ relics: 0 }),
		quests: () => all<Quest>('quest'),
		people: () => all<Person>('person'),
	};
}
const kind: NpcAnswer = { name: 'Mira', attitude: 0.6, because: 'she asks kindly' };
const mira = (talk: string): Facts => ({ talk, speaker: 'Mira' });

describe('a text', () => {
	it('is asked about once, and its quest is a fact from then on', () => {
		const t = setUp();
		const facts = t.say(mira(RELIC), { quest: fetch, npc: kind });
		expect(t.asked).toHaveLength(2);
		expect(facts).toMatchObject({
			'quest.active': 'The relic',
			'quest.stage': '1',
			'quest.place': 'Crypt',
			'quest.giver': 'Mira',
			'quest.open': 1,
		});
		t.leave();
		t.say(mira(RELIC));
		t.leave();
		t.say(mira('Beat what Iurks in theCrypt and bring rne the relic'));
		expect(t.asked).toHaveLength(2);
		expect(t.quests()).toHaveLength(1);
		expect(t.quests()[0]).toMatchObject({ state: 'shadow', stat: { used: 2 } });
	});

	it('is not dealt with before it rests, and once while it stands there', () => {
		const t = setUp();
		t.look({ board: 'Wanted: a rat catcher' });
		expect(t.folk.waits).toBe(true);
		expect(t.folk.heard()).toEqual([]);
		t.look({ board: 'Wanted: a rat catcher' });
		t.listen({ quest: { quest: 'Rat catcher', stage: '', objective: 'Catch rats', done: false } });
		for (let i = 0; i < 5; i++) {
			t.look({ board: 'Wanted: a rat catcher' });
			t.listen();
		}
		expect(t.asked).toHaveLength(1);
		expect(t.folk.waits).toBe(false);
	});

	it('that is gone at once is dealt with all the same, unless it was still being written', () => {
		const t = setUp();
		t.look({ board: 'Wanted' });
		t.look({ board: 'Wanted: a rat catcher' });
		t.look({ board: 'Closed on market days.' });
		t.look({});
		t.listen();
		expect(t.asked).toEqual(['quest Wanted: a rat catcher', 'quest Closed on market days.']);
	});

	it('that speaks of no quest is remembered as such', () => {
		const t = setUp();
		t.say({ board: 'Closed on market days.' }, { quest: { quest: '', stage: '', objective: '', done: false } });
		t.leave();
		const facts = t.say({ board: 'Closed on market days.' });
		expect(t.asked).toHaveLength(1);
		expect(t.quests()[0]).toMatchObject({ name: 'no quest: Closed on market days.', data: { says: null } });
		expect(facts['quest.active']).toBeUndefined();
	});

	it.each([
		['with another number', 'Bring me 3 wolf pelts', 'Bring me 8 wolf pelts'],
		['with a denial', 'Do enter the old mine tonight', 'Do not enter the old mine tonight'],
	])('%s is another text', (_what, first, second) => {
		const t = setUp();
		const answer = { quest: '', stage: '', objective: '', done: false };
		t.say({ board: first }, { quest: answer });
		t.say({ board: second }, { quest: answer });
		expect(t.asked).toHaveLength(2);
	});

	it.each([
		['nothing', ''],
		['a bar misread', '||||-- 1!1 ::'],
	])('that is %s asks nothing', (_what, board) => {
		const t = setUp();
		t.say({ board });
		expect(t.asked).toEqual([]);
	});

	it('of 10,000 characters is asked about once like any other', () => {
		const t = setUp();
		const long = 'I could tell you of the old wars, but who would listen? '.repeat(180);
		const answer = { quest: '', stage: '', objective: '', done: false };
		t.say({ board: long }, { quest: answer });
		t.leave();
		t.say({ board: long });
		expect(t.asked).toHaveLength(1);
	});

	it('that nobody can answer is asked again later, and later each time', () => {
		const t = setUp();
		t.say({ board: 'Wanted: a rat catcher' });
		for (let i = 0; i < 100; i++) {
			t.look({ board: 'Wanted: a rat catcher' });
			t.listen();
		}
		// After 10 s of the 20 s.
		expect(t.asked).toHaveLength(2);
	});
});

describe('an answer', () => {
	const invented: readonly (readonly [string, QuestAnswer, string])[] = [
		['a giver', { ...fetch, giver: 'Olaf' }, 'giver "Olaf"'],
		['a place', { ...fetch, place: 'Tower' }, 'place "Tower"'],
		['a quest', { ...fetch, quest: 'The dragon' }, 'quest "The dragon"'],
		['a number', { ...fetch, objective: 'Bring 2 relics' }, 'objective: "2"'],
		['a name', { ...fetch, objective: 'Bring the relic to Olaf' }, 'objective: "Olaf"'],
	];
	it.each(invented)('that invents %s is refused with the word', (_what, quest, why) => {
		const { folk } = setUp();
		expect(folk.interpreters.quest.verify({ ask: 'quest', fact: 'talk', text: RELIC, speaker: 'Mira', visit: 1 }, quest)).toContain(why);
	});

	it('that turns a denial round is refused', () => {
		const { folk } = setUp();
		const heard: Heard = { ask: 'quest', fact: 'board', text: 'Do not enter the mine.', visit: 1 };
		const answer = { quest: 'The mine', stage: '', objective: 'Enter the mine', done: false };
		expect(folk.interpreters.quest.verify(heard, answer)).toContain('the opposite');
		expect(folk.interpreters.quest.verify(heard, { ...answer, objective: 'Do not enter the mine' })).toBeUndefined();
	});

	it('loses the conditions that cannot be or are not told', () => {
		const t = setUp();
		t.say(mira(RELIC), { quest: { ...fetch, done: [{ f: 'magic', op: '==', v: true }] }, npc: kind });
		expect(t.quests()[0]?.data.says?.done).toBe(false);
		const more = setUp();
		more.say(mira(RELIC), { quest: { ...fetch, done: [{ f: 'relics', op: '>', v: 6 }] }, npc: kind });
		expect(more.quests()[0]?.data.says?.done).toBe(false);
	});

	it('about somebody else, or of a faction nobody named, is refused', () => {
		const { folk } = setUp();
		const heard: Heard = { ask: 'npc', fact: 'talk', text: RELIC, speaker: 'Mira', visit: 1 };
		expect(folk.interpreters.npc.verify(heard, { ...kind, name: 'Olaf' })).toContain('answered about "Olaf"');
		expect(folk.interpreters.npc.verify(heard, { ...kind, faction: 'Wolves' })).toContain('faction');
		expect(folk.interpreters.npc.verify(heard, { ...kind, because: 'sent by Olaf' })).toContain('Olaf');
	});
});

describe('a stage', () => {
	it('ends by its facts without anybody asked, which speaks for its text', () => {
		const t = setUp();
		t.say(mira(RELIC), { quest: fetch, npc: kind });
		t.look({ relics: 0 });
		const facts = (t.look({ relics: 1 }), t.look({ relics: 1 }));
		expect(t.quests()[0]).toMatchObject({
			stat: { labels: 1, clean: 1 },
			data: { progress: { state: 'done', ended: 1, why: 'the facts show it' } },
		});
		expect(facts).toMatchObject({ 'quest.open': 0 });
		expect(facts['quest.active']).toBeUndefined();
	});

	it('is over when a later one is told, and all are when the text says so', () => {
		const t = setUp();
		t.say(mira(RELIC), { quest: fetch, npc: kind });
		t.say(mira('Now bring the relic to the old well.'), {
			quest: { quest: 'The relic', stage: '2', objective: 'Bring it to the old well', done: false },
			npc: kind,
		});
		expect(t.quests().map((q) => q.data.progress.state)).toEqual(['done', 'open']);
		t.say(mira('The relic! You have saved us.'), { quest: { quest: 'The relic', stage: '3', objective: '', done: true }, npc: kind });
		expect(t.quests().map((q) => q.data.progress.state)).toEqual(['done', 'done', 'done']);
		// The next round of the game.
		t.say(mira(RELIC));
		expect(t.quests().map((q) => q.data.progress.state)).toEqual(['open', 'told', 'told']);
		expect(t.quests()[0]?.data.progress.begun).toBe(2);
	});

	it('whose end is there before it is told is a wrong reading: twice of three, and the text is asked about anew', () => {
		const t = setUp();
		t.say({ ...mira(RELIC), relics: 1 }, { quest: fetch, npc: kind });
		expect(t.quests()[0]?.stat.last).toEqual([true]);
		const quest = t.quests()[0] as Quest;
		applyStep(quest, { stat: quest.stat, change: { at: 1, from: 'shadow', to: 'autonomous', why: 'test' } });
		t.look({ relics: 1 });
		t.say({ ...mira(RELIC), relics: 1 });
		expect(quest.state).toBe('quarantined');
		const before = t.asked.length;
		t.leave();
		t.say(mira(RELIC), { quest: { ...fetch, done: false }, npc: kind });
		expect(t.asked.length).toBe(before + 1);
	});
});

describe('somebody', () => {
	it('is judged once for each text, and stands near while they speak or are seen', () => {
		const t = setUp();
		expect(t.say(mira(RELIC), { quest: fetch, npc: kind })).toMatchObject({
			'near.person': 'Mira',
			'near.attitude': 0.6,
			'person.mira.attitude': 0.6,
		});
		t.leave();
		t.say(mira(RELIC));
		expect(t.asked.filter((a) => a.startsWith('npc'))).toHaveLength(1);
		expect(t.look({ relics: 0 })['near.person']).toBeUndefined();
		expect(t.look({ relics: 0 }, { sights: [sightOf('mira')] })['near.person']).toBe('Mira');
	});

	it('is moved by blows and gifts, with the line that told of them, and forgives in time', () => {
		const t = setUp();
		t.say(mira(RELIC), { quest: fetch, npc: kind });
		t.look({ message: 'The rat bites you for 3.' });
		t.look({ message: 'The rat bites you for 4.' });
		t.look({ message: 'Mira gives you 5 gold' });
		const [one, rat] = t.people() as [Person, Person];
		expect(rat.data).toMatchObject({
			name: 'rat',
			signs: { 'attacked-by': 2 },
			history: [{ from: 0, by: 'attacked-by', why: 'The rat bites you for 4.' }],
		});
		expect(rat.data.attitude).toBeLessThan(-0.8);
		expect(one.data.attitude).toBeCloseTo(0.74);
		expect(one.data.history.map(({ by }) => by)).toEqual(['talk', 'gave']);
		t.desk.clock.at += 3 * 3_600_000;
		expect(t.look({ relics: 0 })).toMatchObject({ 'person.mira.attitude': 0.6, 'person.rat.attitude': -0.6 });
		expect(t.asked.filter((a) => a.startsWith('npc'))).toHaveLength(1);
	});

	it('thought a friend who strikes again and again was misjudged', () => {
		const t = setUp();
		t.say(
			{ talk: 'Come closer, friend.', speaker: 'Wolfman' },
			{ npc: { name: 'Wolfman', attitude: 0.9, because: 'friend' }, quest: { quest: '', stage: '', objective: '', done: false } },
		);
		t.look({ message: 'The Wolfman bites you for 2.' });
		expect(t.people()[0]?.stat).toMatchObject({ labels: 1, w: 1 });
	});

	it('named in one line alone may be a slip of the reader, and is taken in with the second', () => {
		const t = setUp();
		t.look({ message: 'The rat bites you for 3.' });
		t.look({ message: 'The rzt bites you for 3.' });
		expect(t.people()).toEqual([]);
		t.look({ message: 'The rat bites you for 2.' });
		expect(t.people()).toHaveLength(1);
		expect(t.people()[0]?.data).toMatchObject({ name: 'rat', signs: { 'attacked-by': 2 } });
	});

	it('who is peaceful may not be struck like a foe', () => {
		const t = setUp();
		t.say(mira(RELIC), { quest: fetch, npc: kind });
		t.look({ message: 'The rat bites you for 3.' });
		t.look({ message: 'The rat bites you for 4.' });
		const strike = (at: string) => t.folk.attacksPeaceful({ verb: 'strike', args: { at } });
		expect([strike('mira'), strike('rat'), strike('stranger')]).toEqual([true, false, false]);
		expect(t.folk.attacksPeaceful({ verb: 'wait', args: {} })).toBe(false);
	});
});

describe('what came with a pack', () => {
	it('is asked about until four answers of its own agree, then answers', () => {
		const first = setUp();
		first.say(mira(RELIC), { quest: fetch, npc: kind });
		const crystals = new Map<string, Crystal>();
		for (const crystal of [...first.quests(), ...first.people()]) {
			applyStep(crystal, live(crystal, { type: 'imported' }, 5));
			crystal.history = [
				...crystal.history,
				{ at: 5, from: 'shadow', to: 'shadow', why: 'came with a pack: four clean labels of its own here are needed first' },
			];
			crystals.set(crystal.id, crystal);
		}
		const t = setUp(crystals);
		for (let i = 0; i < 6; i++) {
			t.say(mira(RELIC), { quest: fetch, npc: kind });
			t.leave();
		}
		expect(t.asked.filter((a) => a.startsWith('quest'))).toHaveLength(4);
		expect(t.quests()).toHaveLength(1);
		expect(t.quests()[0]?.state).toBe('autonomous');
	});
});
