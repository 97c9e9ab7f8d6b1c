// The practice game played in no time by the very loop, mind and log of the page, with a reader that makes mistakes by seed. Eyes are
// the game's own truth but for what is said; the teacher is the scripted one, on the wire.
import { makePracticeTier } from '../../../adapters/tiers/practice.ts';
import { makeCascade } from '../../../core/cascade.ts';
import type { Crystal, Scope } from '../../../core/crystals/crystal.ts';
import { crystalOf } from '../../../core/crystals/crystal.fixture.ts';
import type { Quest } from '../../../core/crystals/quest/schema.ts';
import type { TemplateCrystal, TemplateData } from '../../../core/crystals/template/schema.ts';
import { type LedgerEntry, makeLedger, type QuestionEntry } from '../../../core/ledger.ts';
import { knowingEyes, openGate } from '../../../core/loop/desk.fixture.ts';
import { makeLoop, type Voice } from '../../../core/loop/loop.ts';
import { makeMind } from '../../../core/loop/mind.ts';
import type { Sight } from '../../../core/loop/situation.ts';
import type { Frame, InputDriver } from '../../../core/ports.ts';
import { readProfile } from '../../../core/profile.ts';
import { type DecisionQuestion, questionHead } from '../../../core/question.ts';
import { seeded } from '../../../core/random.fixture.ts';
import { accepts } from '../../../core/reasoning/opinions.ts';
import { misread } from '../../../core/texts/misread.fixture.ts';
import { INSTRUCTIONS } from '../../../core/wire.ts';
import { click } from '../../../practice/input.ts';
import { defaultOptions, frameSize } from '../../../practice/options.ts';
import { ACTIONS } from '../../../practice/playthrough.ts';
import { decide } from '../../../practice/policy.ts';
import { lineOf } from '../../../practice/reading.ts';
import { truthOf } from '../../../practice/truth.ts';
import { encodeState, viewOf } from '../../../practice/view.ts';
import { makeWorld, press, step } from '../../../practice/world.ts';
import profileText from '../../../../public/profiles/practice.json?raw';

export interface RoundCount {
	/** Questions about texts and people that went to the teacher, and those that crystals answered. */
	asked: number;
	answered: number;
}
/** Decisions in a third of the play. */
export interface DecisionCount {
	total: number;
	/** By crystals alone. */
	local: number;
	/** Of the local ones: what the teacher, asked in the very same situation, would not accept. */
	harmful: number;
	/** Why the others were asked, by the ledger's reasons. */
	readonly asked: Record<string, number>;
}
export interface Played {
	readonly rounds: readonly RoundCount[];
	readonly decisions: readonly DecisionCount[];
	/** Readings that differ from what stood there. */
	readonly misread: number;
	readonly readings: number;
	/** Answers of crystals that are not what the line says. */
	readonly wrong: readonly string[];
	/** Decisions by rules that test a fact of the log. */
	readonly onQuestFacts: number;
	/** Decisions that were begun by a skill, and those of them whose run failed. */
	readonly bySkill: number;
	readonly failedSkills: number;
	readonly quests: number;
	readonly people: readonly { readonly name: string; readonly attitude: number }[];
}

const READ = ['talk', 'speaker', 'message'] as const;
const LOOK_MS = 125;

/** @param rate  chance of a mistake for each character read */
export async function play(seed: number, rounds: number, rate: number): Promise<Played> {
	const profile = readProfile(profileText);
	if (!profile.ok) throw new Error(profile.faults[0]?.message);
	const random = seeded(seed);
	const noise = seeded(seed + 1000);
	const options = { ...defaultOptions, seed };
	const world = makeWorld(seed);
	let now = 0;
	const clock = { now: () => 1_700_000_000_000 + now, monotonic: () => now };
	const crystals = new Map<string, Crystal>();
	const counts: RoundCount[] = [{ asked: 0, answered: 0 }];
	const wrong: string[] = [];
	const readAs = new Map<string, string>();
	let onQuestFacts = 0;
	const bySkill = new Set<number>();
	let failedSkills = 0;
	const decided: { readonly asked?: string; readonly harmful: boolean }[] = [];
	let inSight: readonly string[] = [];
	let said = '';
	let misreadings = 0;
	let readings = 0;
	const ledger = makeLedger({ session: 's', next: 1, now: clock.now, persist: note });
	const scope: Scope = { game: 'practice', gameVersion: '1', language: 'en', layout: '960x540' };
	let ids = 0;
	const desk = {
		scope,
		profile: profile.profile,
		crystals,
		clock,
		session: 's',
		newId: (kind: string) => `${kind}-${ids++}`,
		save: (crystal: Crystal) => void crystals.set(crystal.id, crystal),
		changed: () => {},
	};
	const mind = makeMind({ ...desk, random });

	/** What the log says of the text that stands there, against the line that it is; and who decided. */
	function note(entry: LedgerEntry): void {
		if (entry.type === 'verdict' && entry.wrong && bySkill.has(entry.of)) failedSkills++;
		if (entry.type !== 'question') return;
		const round = counts.at(-1) as RoundCount;
		if (entry.ask === 'quest' || entry.ask === 'npc') {
			if (entry.tier === 'crystal') round.answered++;
			else round.asked++;
		}
		if (entry.ask === 'quest' && entry.tier === 'crystal') {
			const quest = crystals.get(entry.used[0] ?? '') as Quest;
			const line = lineOf(said)?.quest;
			if ((quest.data.says?.quest ?? '') !== (line?.quest ?? '') || (quest.data.says?.stage ?? '') !== (line?.stage ?? ''))
				wrong.push(`"${said}" taken for ${quest.name}`);
		}
		if (entry.ask === 'decision') decided.push(decisionOf(entry));
		if (entry.ask === 'decision' && entry.tier === 'crystal') {
			const rule = crystals.get(entry.used[0] ?? '');
			if (rule?.kind === 'skill') bySkill.add(entry.n);
			if (/\bquest\.(?:active|stage|place|giver|open)\b/.test(rule?.name ?? '')) onQuestFacts++;
		}
	}

	function decisionOf({ tier, misses, screen = '', facts = {}, act: done, tick }: QuestionEntry): (typeof decided)[number] {
		if (tier !== 'crystal') return { asked: misses.find((miss) => miss.tier === 'crystal')?.reason ?? 'nobody answered', harmful: false };
		const question: DecisionQuestion = {
			...questionHead('decision', 'practice', tick, { id: '', ...frameSize(options) }),
			screen,
			facts,
			elements: [...inSight],
			goal: '',
			actions: ACTIONS,
			recent: [],
			cases: [],
		};
		return { harmful: done !== undefined && !accepts(decide(question), done) };
	}

	/** A text as the reader has it: the same while it stands there. */
	const standing = new Map<string, { readonly text: string; readonly read: string }>();
	function read(fact: string, text: string): string {
		const before = standing.get(fact);
		if (before?.text === text) return before.read;
		const as = fact === 'speaker' ? text : misread(text, noise, rate);
		readings++;
		if (as !== text) misreadings++;
		standing.set(fact, { text, read: as });
		readAs.set(as, text);
		return as;
	}

	/** What was seen once is looked for from then on, as a template would be: that it is gone is known too. */
	function lookFor(element: string, screen: string): void {
		const id = `template ${element}`;
		const screens = { ...(crystals.get(id) as TemplateCrystal | undefined)?.data.screens, [screen]: { seen: 1, of: 1 } };
		// Of the picture nothing is kept: the eyes know it without.
		crystals.set(id, crystalOf<TemplateCrystal>({ id, kind: 'template', state: 'autonomous', data: { element, screens } as TemplateData }));
	}

	interface Seen extends Frame {
		readonly screen: string;
		readonly facts: Record<string, string | number | boolean | [number, number]>;
		readonly sights: readonly Sight[];
	}
	const eyes = knowingEyes((frame) => frame as Seen);
	const voice = { attempt: () => ({ outcome: 'silence', why: 'not listened to' }) } as unknown as Voice;
	const driver: InputDriver = {
		kind: 'practice',
		async act({ steps }) {
			for (const one of steps) {
				if (one.do === 'click') click(world, { x: one.at.x + 0.5, y: one.at.y + 0.5 }, options.hud);
				if (one.do === 'key') for (const key of one.keys) press(world, key);
			}
			return { done: true };
		},
		releaseAll: async () => {},
	};
	const tier = makePracticeTier(0);
	const loop = makeLoop({
		profile: { ...profile.profile, narration: { persona: '', events: [] } },
		clock,
		ledger,
		cascade: makeCascade({ ledger, clock, tiers: () => [tier], instructions: INSTRUCTIONS }),
		eyes,
		mind,
		voice,
		folk: mind.folk,
		gate: openGate,
		driver,
		png: async () => new Uint8Array(),
		cancel: new AbortController().signal,
	});

	for (let looks = 0; counts.length <= rounds && looks < rounds * 6000; looks++) {
		now += LOOK_MS;
		for (const event of step(world, LOOK_MS)) if (event.type === 'won') counts.push({ asked: 0, answered: 0 });
		const view = viewOf(world);
		const truth = truthOf(view, options);
		const facts: Seen['facts'] = { ...truth.facts } as Seen['facts'];
		for (const fact of READ) {
			const text = facts[fact];
			if (typeof text === 'string') facts[fact] = read(fact, text);
			else standing.delete(fact);
		}
		said = standing.get('talk')?.text ?? said;
		inSight = [...new Set(truth.elements.map(({ name }) => name))];
		for (const name of inSight) lookFor(name, truth.screen);
		const size = frameSize(options);
		const frame: Seen = {
			...size,
			id: encodeState(view, options),
			at: now,
			luma: new Uint8Array(),
			stride: size.width,
			screen: truth.screen,
			facts,
			sights: truth.elements.map(({ name, kind, box }) => ({ name, kind, box, score: 1, by: 'crystal', trusted: true })),
		};
		await loop.tick(frame);
		// Whatever the teacher was asked, it answers before the next look.
		await new Promise((resolve) => setTimeout(resolve));
	}
	// What crystals learnt from each text, against the line that stood there.
	for (const crystal of crystals.values()) {
		if (crystal.kind !== 'quest') continue;
		const { texts, says } = (crystal as Quest).data;
		for (const text of texts) {
			const line = lineOf(readAs.get(text) ?? text)?.quest;
			if ((says?.quest ?? '') !== (line?.quest ?? '') || (says?.stage ?? '') !== (line?.stage ?? ''))
				wrong.push(`"${text}" learnt as ${crystal.name}`);
		}
	}
	const decisions = [0, 1, 2].map((n): DecisionCount => {
		const third = decided.slice(Math.floor((decided.length * n) / 3), Math.floor((decided.length * (n + 1)) / 3));
		const asked: Record<string, number> = {};
		for (const { asked: why } of third) if (why !== undefined) asked[why] = (asked[why] ?? 0) + 1;
		const local = third.filter((one) => one.asked === undefined).length;
		return { total: third.length, local, harmful: third.filter(({ harmful }) => harmful).length, asked };
	});
	return {
		rounds: counts.slice(0, rounds),
		decisions,
		misread: misreadings,
		readings,
		wrong,
		onQuestFacts,
		bySkill: bySkill.size,
		failedSkills,
		quests: [...crystals.values()].filter(({ kind }) => kind === 'quest').length,
		people: [...crystals.values()]
			.flatMap((c) => (c.kind === 'person' ? [c.data as { name: string; attitude: number }] : []))
			.map(({ name, attitude }) => ({ name, attitude })),
	};
}
