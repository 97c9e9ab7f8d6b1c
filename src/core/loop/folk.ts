// Quests and people. A text that is read on screen is interpreted once; from then on it is known again, and the log and the attitudes
// are moved by texts, facts and events alone. What they come to are facts like any other.
import type { Attempt, Receipt } from '../cascade.ts';
import { type Crystal, type Residue, unpaid } from '../crystals/crystal.ts';
import type { Doing } from '../crystals/skill/apply.ts';
import { applyStep, type LifeStep, live, used } from '../crystals/lifecycle.ts';
import { attitudeAt, happened, heardTalk, labelOf } from '../crystals/person/apply.ts';
import { crystallisePerson, newPerson, npcFault } from '../crystals/person/crystallise.ts';
import type { Sign } from '../crystals/person/events.ts';
import type { Person } from '../crystals/person/schema.ts';
import { answerOf, isOver, mayAnswer, movesOf, type QuestEntry, questLog } from '../crystals/quest/apply.ts';
import { crystalliseQuest, questFault } from '../crystals/quest/crystallise.ts';
import type { Quest } from '../crystals/quest/schema.ts';
import { conditionsOffered, type FactTable } from '../facts/snapshot.ts';
import type { FactWanted, Profile } from '../profile.ts';
import { type Answers, type Facts, questionHead, type Questions, SCREEN_TEXT_MOST } from '../question.ts';
import { slugged, unaccented } from '../slug.ts';
import { type KnownTexts, makeKnownTexts } from '../texts/known-texts.ts';
import { canonicalText, skeletonOf } from '../texts/same-text.ts';
import { makeSigns } from '../texts/signs.ts';
import { type Desk, provenanceOf } from './desk.ts';
import { nearestSights, type Situation } from './situation.ts';

export interface FolkOptions extends Desk {
	readonly table: FactTable;
}

/** A text that is to be dealt with: what it says of a quest, or how the one who says it stands. */
export interface Heard {
	readonly ask: 'quest' | 'npc';
	readonly fact: string;
	readonly text: string;
	readonly speaker?: string;
	readonly visit: number;
}

/** What is made of a text: of a quest, or of the one who says it. */
export interface Interpreter<A extends Heard['ask']> {
	attempt(heard: Heard): Attempt<Answers[A]>;
	question(heard: Heard, facts: Facts, situation: Situation, tick: number): Questions[A];
	verify(heard: Heard, answer: Answers[A]): string | undefined;
	crystallise(heard: Heard, answer: Answers[A], receipt: Receipt): Residue;
	/** The answer in a few words, for the ledger. */
	words(answer: Answers[A]): string;
}
export type Interpreters = { readonly [A in Heard['ask']]: Interpreter<A> };

export interface Folk {
	/** Puts into the table what is open and who is near. */
	observe(situation: Situation): void;
	/** Looks at a tick: stages that are over, blows and gifts, texts that came or went. */
	see(facts: Facts, situation: Situation): void;
	/** Something read has not been dealt with: looking on makes sense though nothing changes. */
	readonly waits: boolean;
	/** What stands on screen, or stood there last, and was not dealt with since it appeared. */
	heard(): readonly Heard[];
	readonly interpreters: Interpreters;
	/** It was asked, or answered by crystals. */
	begun(heard: Heard): void;
	/** A crystal answered: what follows from its text happens again. */
	known(heard: Heard, used: readonly string[]): void;
	/** Nobody could answer: asked again later, and later each time. */
	unanswered(heard: Heard): void;
	/** The act attacks somebody who is not known to be hostile, though they are known. */
	attacksPeaceful(act: Doing): boolean;
	/** Taken out of service, or changed or put back. */
	retire(id: string): void;
	revive(id: string): void;
}

/** A text unknown so far that stood so long is not being written any more. */
const REST_MS = 150;
/** When nobody could answer, the same text waits so long, twice as long each time. */
const RETRY_MS = 10_000;
const RETRY_MOST_MS = 600_000;
/** Texts that went before anybody dealt with them. */
const PASSED_MOST = 8;
const PEOPLE_FACTS = 24;
const RUMOURS_MOST = 100;
const NAMES_SENT = 40;
const BEARERS_KEPT = 500;
/** Facts of these names tell where one is. */
const PLACE_FACT = /(?:^|[.-])(?:room|place|area|zone|map|region|location|town|level)(?:$|[.-])/;

interface Standing {
	canonical: string;
	text: string;
	since: number;
	readonly visit: number;
	/** Who says it; absent where nobody does or it is not read. */
	speaker?: string;
	readonly dealt: Set<Heard['ask']>;
	/** The crystal that speaks for it. */
	by?: string;
}

export function makeFolk(o: FolkOptions): Folk {
	const { profile, crystals, clock, table } = o;
	const told = profile.facts.filter(isHeard);
	const signs = makeSigns(profile);
	const attacking = new Map(profile.actions.flatMap(({ verb, attacks }) => (attacks === undefined ? [] : [[verb, attacks] as const])));
	const listens = told.length > 0 || (profile.signs ?? []).length > 0;
	const texts = makeKnownTexts();
	const speech = makeKnownTexts();
	const names = makeKnownTexts();
	/** Who bears a name, '' for nobody: every element in sight is asked about at every look. */
	const bearers = new Map<string, string>();
	const shelved = new Map<string, readonly string[]>();
	const marks = new Map<string, string>();
	const standing = new Map<string, Standing>();
	/** Read in passing: whole, and gone again. */
	let passed: Heard[] = [];
	const later = new Map<string, { readonly at: number; readonly waitMs: number }>();
	/** Open stages whose end was seen not to be there yet; and those that are told although it is. */
	const armed = new Set<string>();
	const contested = new Set<string>();
	const own = new Set(profile.facts.map((fact) => fact.name));
	const mine = new Set<string>();

	if (listens) {
		for (const id of ['quest.active', 'quest.stage', 'quest.place', 'quest.giver', 'near.person']) fact(id, 'enum');
		fact('quest.open', 'number', { min: 0, max: 99 });
		fact('near.attitude', 'number', { min: -1, max: 1 });
	}

	/** A profile may have a fact of this name, which is then its own. */
	function fact(id: string, kind: 'enum' | 'number', more: { readonly min?: number; readonly max?: number } = {}): void {
		if (own.has(id) || mine.has(id)) return;
		mine.add(id);
		table.define({ id, kind, ...(kind === 'enum' ? { open: true } : more) });
	}
	function tell(id: string, value: string | number | undefined, at: number): void {
		if (!mine.has(id)) return;
		if (value === undefined) table.forget(id);
		else table.observe(id, value, at);
	}

	/** What of the crystals counts now; gone over again only when one of them changed. */
	interface Shelf {
		readonly quests: readonly Quest[];
		readonly log: readonly QuestEntry[];
		/** Whoever something happened with last comes first. */
		readonly people: readonly Person[];
	}
	let shelfNow: Shelf | undefined;
	function shelf(): Shelf {
		if (shelfNow !== undefined) return shelfNow;
		const quests: Quest[] = [];
		const people: Person[] = [];
		for (const crystal of crystals.values()) {
			if (crystal.kind === 'quest' && (crystal.state === 'shadow' || crystal.state === 'autonomous')) quests.push(crystal as Quest);
			if (crystal.kind === 'person' && inService(crystal)) people.push(crystal as Person);
		}
		people.sort((a, b) => b.data.at - a.data.at);
		return (shelfNow = { quests, log: questLog(quests), people });
	}

	/** Files a crystal under all that it is found by. */
	function shelve(crystal: Crystal): void {
		shelfNow = undefined;
		const mark = filedAs(crystal);
		if (marks.get(crystal.id) === mark) return;
		unshelve(crystal.id);
		marks.set(crystal.id, mark);
		if (!inService(crystal)) return;
		const files: { index: KnownTexts; id: string; text: string }[] = [];
		if (crystal.kind === 'quest')
			(crystal as Quest).data.texts.forEach((text, i) =>
				files.push({ index: texts, id: `${crystal.id}/${i}`, text: `${(crystal as Quest).data.fact} ${text}` }),
			);
		if (crystal.kind === 'person') {
			const { name, heard } = (crystal as Person).data;
			files.push({ index: names, id: `${crystal.id}/`, text: name });
			heard.forEach((one, i) =>
				one.texts.forEach((text, j) => files.push({ index: speech, id: `${crystal.id}/${i}.${j}`, text: `${name}: ${text}` })),
			);
		}
		for (const { index, id, text } of files) index.put(id, text);
		shelved.set(
			crystal.id,
			files.map(({ id }) => id),
		);
	}
	function unshelve(id: string): void {
		shelfNow = undefined;
		bearers.clear();
		marks.delete(id);
		for (const key of shelved.get(id) ?? []) for (const index of [texts, speech, names]) index.remove(key);
		shelved.delete(id);
	}
	const idOf = (key: string): string => key.slice(0, key.lastIndexOf('/'));

	function findQuest(heard: Pick<Heard, 'fact' | 'text'>): Quest | undefined {
		const found = texts.find(`${heard.fact} ${heard.text}`);
		return found === undefined ? undefined : (crystals.get(idOf(found.id)) as Quest | undefined);
	}
	function findPerson(name: string): Person | undefined {
		let id = bearers.get(name);
		if (id === undefined) {
			const found = names.find(name);
			id = found === undefined ? '' : idOf(found.id);
			if (bearers.size >= BEARERS_KEPT) bearers.clear();
			bearers.set(name, id);
		}
		return crystals.get(id) as Person | undefined;
	}
	/** What somebody said before, whatever the reader made of it now. */
	function findSpeech(heard: Heard): { readonly person: Person; readonly said: Person['data']['heard'][number] } | undefined {
		const found = heard.speaker === undefined ? undefined : speech.find(`${heard.speaker}: ${heard.text}`);
		const person = found && (crystals.get(idOf(found.id)) as Person | undefined);
		const said = person?.data.heard[Number(found?.id.slice(found.id.lastIndexOf('/') + 1).split('.')[0])];
		return person === undefined || said === undefined ? undefined : { person, said };
	}

	function keep(crystal: Crystal, step?: LifeStep): void {
		if (step !== undefined) applyStep(crystal, step);
		shelve(crystal);
		o.save(crystal);
		if (step?.change !== undefined) o.changed(crystal, step.change);
	}
	function labelQuest(quest: Quest, harmful: boolean, because: string, episode: string): void {
		const at = clock.now();
		keep(quest, live(quest, { type: 'label', harmful, because, context: { episode, at } }, at));
	}

	/** What follows in the log from a text that is on screen now. */
	function moveOn(quest: Quest, facts: Facts, episode: string): void {
		const at = clock.now();
		for (const { quest: moving, to, why } of movesOf(quest, shelf().quests)) setProgress(moving, to, why, at);
		const { says } = quest.data;
		if (says === null || says.done === true) return;
		if (isOver(says, facts) !== true) return;
		contested.add(quest.id);
		// Who asks for a thing asks until it is handed over; but an end that was never seen to come is none.
		if (quest.data.progress.ended === 0) labelQuest(quest, true, 'its end was there before it was told', episode);
	}
	function setProgress(quest: Quest, to: Quest['data']['progress']['state'], why: string, at: number): void {
		const { progress } = quest.data;
		if (progress.state === to && to !== 'open') return;
		const anew = progress.state !== to;
		armed.delete(quest.id);
		contested.delete(quest.id);
		quest.data = {
			...quest.data,
			progress: {
				state: to,
				at,
				begun: progress.begun + (anew && to === 'open' ? 1 : 0),
				ended: progress.ended + (anew && to === 'done' ? 1 : 0),
				why,
			},
		};
		keep(quest);
	}

	for (const crystal of crystals.values()) shelve(crystal);
	let latest: Facts = {};
	const knownNames = (): { quests: string[]; people: string[]; places: string[] } => {
		const { log, people } = shelf();
		const places = new Set<string>();
		for (const { name, values } of profile.facts) if (PLACE_FACT.test(name)) for (const value of values ?? []) places.add(value);
		for (const { stages } of log) for (const { data } of stages) if (data.says?.place !== undefined) places.add(data.says.place);
		return {
			quests: log.map(({ quest }) => quest).slice(0, NAMES_SENT),
			people: people.map(({ data }) => data.name).slice(0, NAMES_SENT),
			places: [...places].slice(0, 2 * NAMES_SENT),
		};
	};
	const allNames = (): string[] => Object.values(knownNames()).flat();
	/** A name in the spelling it is known by, if a reader may have made the one of the other. */
	function spelt(name: string, known: readonly string[]): string {
		const skeleton = skeletonOf(canonicalText(name));
		return known.find((other) => skeletonOf(canonicalText(other)) === skeleton) ?? name;
	}

	const rumours = new Map<string, { readonly sign: Sign; readonly text: string }>();
	/** Names of elements in sight. */
	let near: ReadonlySet<string> = new Set();
	function event(name: string, sign: Sign, text: string, visit: number): void {
		const at = clock.now();
		const episode = `visit ${visit}`;
		const provenance = unpaid({ at, ask: 'npc', tier: 'crystal', model: 'what was seen to happen' });
		const known = findPerson(name);
		const seen = near.has(slugged(name, 64));
		const before = rumours.get(name);
		// A name met once, in nothing but a line, is as likely a slip of the reader.
		if (known === undefined && !seen && before === undefined) {
			if (rumours.size >= RUMOURS_MOST) rumours.clear();
			rumours.set(name, { sign, text });
			return;
		}
		rumours.delete(name);
		const person = known ?? newPerson({ name, scope: o.scope, at, id: () => o.newId('person') }, provenance);
		const step = labelOf(person, sign, episode, at);
		if (before !== undefined) person.data = happened(person.data, before.sign, before.text, at);
		person.data = happened(person.data, sign, text, at);
		keep(person, step);
	}

	/** Letters enough to be somebody's words: a bar misread as text is none. */
	function isSpeech(text: string): boolean {
		const letters = text.match(/\p{L}/gu)?.length ?? 0;
		return letters >= 4 && letters >= 0.5 * text.replaceAll(/\s/g, '').length;
	}

	function watchTexts({ facts, visit }: Situation): void {
		const now = clock.monotonic();
		for (const { name: id, tells, speaker: by } of told) {
			const value = facts[id];
			const text = typeof value === 'string' ? value.slice(0, SCREEN_TEXT_MOST).trim() : '';
			if (!isSpeech(text)) {
				leave(id, '');
				continue;
			}
			const canonical = canonicalText(text);
			const before = standing.get(id);
			const speaker = tells === 'talk' && by !== undefined ? speakers.get(by) : undefined;
			// Who says it may be read a moment later.
			if (before?.canonical === canonical && before.speaker === undefined && speaker !== undefined) before.speaker = speaker;
			if (before?.canonical === canonical) continue;
			// Another reading of what stands there already.
			if (before?.by !== undefined && findQuest({ fact: id, text })?.id === before.by) {
				before.canonical = canonical;
				continue;
			}
			leave(id, canonical);
			standing.set(id, { canonical, text, since: now, visit, dealt: new Set(), ...(speaker === undefined ? {} : { speaker }) });
		}
	}
	/** What stood there goes. Unless it was still being written, it is dealt with all the same: who plays fast reads fast. */
	function leave(id: string, next: string): void {
		const before = standing.get(id);
		standing.delete(id);
		if (before === undefined || next.startsWith(before.canonical)) return;
		passed = [...passed, ...openOf(id, before)].slice(-PASSED_MOST);
	}
	const mayAsk = (key: string): boolean => (later.get(key)?.at ?? 0) <= clock.monotonic();
	const keyOf = ({ ask, text }: Pick<Heard, 'ask' | 'text'>): string => `${ask} ${canonicalText(text)}`;

	function openOf(fact: string, { dealt, text, visit, speaker }: Standing): Heard[] {
		const asks = ['quest', ...(speaker === undefined ? [] : ['npc'])] as Heard['ask'][];
		return asks
			.filter((ask) => !dealt.has(ask))
			.map((ask) => ({ ask, fact, text, visit, ...(speaker === undefined ? {} : { speaker }) }))
			.filter((heard) => mayAsk(keyOf(heard)));
	}
	const open = (): Heard[] => [...passed, ...[...standing].flatMap(([fact, here]) => openOf(fact, here))];
	/** Known already, or not being written any more. */
	function isWhole(heard: Heard): boolean {
		const here = standing.get(heard.fact);
		if (here?.text !== heard.text || clock.monotonic() - here.since >= REST_MS) return true;
		return (heard.ask === 'quest' ? findQuest(heard) : findSpeech(heard)) !== undefined;
	}
	const speakers = new Map<string, string>();

	const ofQuests: Interpreter<'quest'> = {
		attempt(heard) {
			const quest = findQuest(heard);
			if (quest === undefined) return { outcome: 'miss', reason: 'no-crystal', detail: 'this text was never interpreted' };
			if (!mayAnswer(quest))
				return { outcome: 'miss', reason: 'shadow', detail: `"${quest.name}" came with a pack and has to prove itself` };
			return { outcome: 'hit', used: [quest.id], why: `read before: ${quest.name}`, answer: answerOf(quest.data) };
		},
		question(heard, facts, { frame }, tick) {
			return {
				...questionHead('quest', profile.id, tick, frame),
				text: heard.text,
				...(heard.speaker === undefined ? {} : { speaker: heard.speaker }),
				facts: table.varying(facts, 60),
				// Not what the log itself comes to, or a stage would end by its own end.
				conditions: conditionsOffered(table, mine),
				known: knownNames(),
			};
		},
		verify: (heard, answer) => questFault(answer, { ...heard, known: allNames(), table }),
		crystallise(heard, answer, receipt) {
			const at = clock.now();
			const known = knownNames();
			const silent = findQuest(heard);
			const done = crystalliseQuest({
				...heard,
				answer: {
					...answer,
					quest: spelt(answer.quest, known.quests),
					...(answer.giver === undefined ? {} : { giver: spelt(answer.giver, known.people) }),
					...(answer.place === undefined ? {} : { place: spelt(answer.place, known.places) }),
				},
				known: Object.values(known).flat(),
				table,
				quests: shelf().quests,
				...(silent === undefined ? {} : { silent }),
				provenance: provenanceOf(receipt, at, 'quest'),
				scope: o.scope,
				at,
				episode: `visit ${heard.visit}`,
				id: () => o.newId('quest'),
			});
			later.delete(keyOf(heard));
			for (const quest of done.changed) {
				keep(quest);
				const change = quest.history.at(-1);
				if (change !== undefined && change.at === at) o.changed(quest, change);
			}
			hold(heard, done.quest.id);
			moveOn(done.quest, latest, `visit ${heard.visit}`);
			return done.residue;
		},
		words: (answer) => (answer.quest === '' ? 'no quest' : `${answer.quest}: ${answer.objective}`),
	};
	const ofPeople: Interpreter<'npc'> = {
		attempt(heard) {
			const found = findSpeech(heard);
			if (found === undefined)
				return { outcome: 'miss', reason: 'no-crystal', detail: `"${heard.speaker ?? ''}" was never heard to say this` };
			const { person, said } = found;
			if (!mayAnswer(person))
				return { outcome: 'miss', reason: 'shadow', detail: `"${person.name}" came with a pack and has to prove itself` };
			const { name, faction } = person.data;
			return {
				outcome: 'hit',
				used: [person.id],
				why: `heard before: ${said.because}`,
				answer: { name, attitude: said.attitude, because: said.because, ...(faction === undefined ? {} : { faction }) },
			};
		},
		question(heard, facts, { frame }, tick) {
			return {
				...questionHead('npc', profile.id, tick, frame),
				name: heard.speaker ?? '',
				text: heard.text,
				facts: table.varying(facts, 60),
			};
		},
		verify: (heard, answer) => npcFault(answer, { name: heard.speaker ?? '', text: heard.text, known: allNames() }),
		crystallise(heard, answer, receipt) {
			const at = clock.now();
			const name = heard.speaker ?? answer.name;
			const person = findPerson(name);
			const state = person?.state;
			const done = crystallisePerson({
				answer,
				name,
				text: heard.text,
				...(person === undefined ? {} : { person }),
				provenance: provenanceOf(receipt, at, 'npc'),
				scope: o.scope,
				at,
				episode: `visit ${heard.visit}`,
				id: () => o.newId('person'),
			});
			later.delete(keyOf(heard));
			keep(done.person);
			const change = done.person.history.at(-1);
			if (change !== undefined && done.person.state !== state) o.changed(done.person, change);
			return done.residue;
		},
		words: ({ name, attitude, because }) => `${name} ${attitude.toFixed(2)}: ${because}`,
	};

	return {
		observe({ sights, frame, facts }) {
			if (!listens) return;
			const at = clock.monotonic();
			const { log, people } = shelf();
			const first = log[0]?.state === 'open' ? log[0] : undefined;
			const stage = first?.stages.findLast(({ data }) => data.progress.state === 'open')?.data.says;
			tell('quest.active', first?.quest, at);
			tell('quest.stage', stage?.stage || undefined, at);
			tell('quest.place', stage?.place, at);
			tell('quest.giver', stage?.giver, at);
			tell('quest.open', log.length === 0 ? undefined : Math.min(99, log.filter(({ state }) => state === 'open').length), at);
			for (const { speaker } of told) {
				const name = speaker === undefined ? undefined : facts[speaker];
				if (speaker === undefined) continue;
				if (typeof name === 'string' && /\p{L}{2}/u.test(name) && name.length <= 80) speakers.set(speaker, name.trim());
				else speakers.delete(speaker);
			}
			const now = clock.now();
			const [talking] = speakers.values();
			let nearest = talking === undefined ? undefined : findPerson(talking);
			for (const name of nearestSights({ frame, sights }).keys()) nearest ??= findPerson(name.replaceAll('-', ' '));
			tell('near.person', nearest?.data.name, at);
			tell('near.attitude', nearest === undefined ? undefined : attitudeAt(nearest.data, now), at);
			for (const person of people.slice(0, PEOPLE_FACTS)) {
				const slug = slugged(unaccented(person.data.name), 40);
				if (slug === '') continue;
				fact(`person.${slug}.attitude`, 'number', { min: -1, max: 1 });
				tell(`person.${slug}.attitude`, attitudeAt(person.data, now), at);
			}
		},
		see(facts, situation) {
			if (!listens) return;
			latest = facts;
			near = new Set(situation.sights.map(({ name }) => name));
			for (const { name, sign, text } of signs.see(situation.facts)) event(name, sign, text, situation.visit);
			for (const quest of shelf().quests) {
				const { says, progress } = quest.data;
				if (progress.state !== 'open' || says === null) continue;
				const over = isOver(says, facts);
				if (over === false) {
					contested.delete(quest.id);
					armed.add(quest.id);
				}
				if (over !== true || contested.has(quest.id)) continue;
				const wasArmed = armed.has(quest.id);
				setProgress(quest, 'done', 'the facts show it', clock.now());
				if (wasArmed) labelQuest(quest, false, 'what it said would end it came about', `visit ${situation.visit}`);
			}
			watchTexts(situation);
		},
		get waits() {
			return open().length > 0;
		},
		heard: () => open().filter(isWhole),
		interpreters: { quest: ofQuests, npc: ofPeople },
		begun(heard) {
			passed = passed.filter((other) => other !== heard);
			const here = standing.get(heard.fact);
			if (here?.text === heard.text) here.dealt.add(heard.ask);
		},
		known(heard, ids) {
			const at = clock.now();
			for (const id of ids) {
				const crystal = crystals.get(id);
				if (crystal === undefined) continue;
				crystal.stat = used(crystal.stat, at);
				if (crystal.kind === 'quest') {
					hold(heard, id);
					moveOn(crystal as Quest, latest, `visit ${heard.visit}`);
				} else if (crystal.kind === 'person') {
					const person = crystal as Person;
					const said = findSpeech(heard)?.said;
					if (said !== undefined) person.data = heardTalk(person.data, said, at, false);
				}
				keep(crystal);
			}
		},
		unanswered(heard) {
			const key = keyOf(heard);
			const waitMs = Math.min(RETRY_MOST_MS, 2 * (later.get(key)?.waitMs ?? RETRY_MS / 2));
			if (later.size > 500) later.clear();
			later.set(key, { at: clock.monotonic() + waitMs, waitMs });
			const here = standing.get(heard.fact);
			if (here?.text === heard.text) here.dealt.delete(heard.ask);
		},
		attacksPeaceful({ verb, args }) {
			const arg = attacking.get(verb);
			const whom = arg === undefined ? undefined : args[arg];
			const person = typeof whom === 'string' ? findPerson(whom.replaceAll('-', ' ')) : undefined;
			return person !== undefined && person.data.history.length > 0 && attitudeAt(person.data, clock.now()) >= 0;
		},
		retire: unshelve,
		revive(id) {
			const crystal = crystals.get(id);
			if (crystal !== undefined) shelve(crystal);
		},
	};

	function hold(heard: Heard, id: string): void {
		const here = standing.get(heard.fact);
		if (here?.text === heard.text) here.by = id;
	}
}

const inService = ({ state }: Crystal): boolean => state !== 'retired' && state !== 'quarantined';

/** Changes when a crystal is to be found by something else. */
function filedAs(crystal: Crystal): string {
	const parts =
		crystal.kind === 'quest'
			? (crystal as Quest).data.texts
			: crystal.kind === 'person'
				? (crystal as Person).data.heard.flatMap(({ at, texts }) => [at, texts.length])
				: [];
	return `${inService(crystal)} ${parts.length} ${parts.join(' ').length < 400 ? parts.join(' ') : parts.map((part) => String(part).length).join(' ')}`;
}

/** Whether anything in a profile has to do with quests or people. */
export function hasFolk(profile: Pick<Profile, 'facts' | 'signs'>): boolean {
	return (profile.signs ?? []).length > 0 || profile.facts.some(isHeard);
}

/** What it says is of quests or people. */
function isHeard({ tells }: FactWanted): boolean {
	return tells === 'quest' || tells === 'talk';
}
