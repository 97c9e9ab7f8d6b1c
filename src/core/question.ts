// What the loop may ask, and the shape of each answer. One schema serves the check of every answer, whoever gave it, and the
// JSON Schema that is sent along so that a server can constrain its model (contracts.md §2).
import * as v from 'valibot';
import { factId, type FactWanted, slug, verbName } from './profile.ts';

export const ASKS = ['perception', 'decision', 'route', 'quest', 'npc', 'strategy', 'narration', 'moderation'] as const;
export type Ask = (typeof ASKS)[number];

export const ELEMENT_KINDS = ['button', 'icon', 'bar', 'text', 'portrait', 'tile', 'panel', 'cursor', 'other'] as const;
export type ElementKind = (typeof ELEMENT_KINDS)[number];

const num = v.pipe(v.number(), v.finite());
const shortText = v.pipe(v.string(), v.maxLength(400));
/** Characters of a text that is read on screen: somebody's whole talk, not a book. */
export const SCREEN_TEXT_MOST = 12_000;
export const factValue = v.union([num, v.boolean(), v.pipe(v.string(), v.maxLength(SCREEN_TEXT_MOST)), v.tuple([num, num])]);
export type FactValue = v.InferOutput<typeof factValue>;
export type Facts = Readonly<Record<string, FactValue>>;

export const literal = v.object({
	f: factId,
	op: v.picklist(['<=', '>', '==', '!=', 'in']),
	v: v.union([num, v.boolean(), shortText, v.pipe(v.array(v.union([num, shortText])), v.maxLength(32))]),
});
export type Literal = v.InferOutput<typeof literal>;

export const effect = v.object({
	f: factId,
	op: v.picklist(['<=', '>', '==', '!=', 'in', 'up', 'down']),
	v: v.optional(v.union([num, v.boolean(), shortText, v.pipe(v.array(v.union([num, shortText])), v.maxLength(32))])),
	withinMs: v.pipe(num, v.minValue(0), v.maxValue(600_000)),
});
export type Effect = v.InferOutput<typeof effect>;

export const argValue = v.union([num, shortText, v.object({ fact: factId }), v.tuple([num, num])]);
/** A verb of the profile and its arguments; an argument may point at a fact (`{fact: "me.pos"}`). */
export const act = v.object({ verb: verbName, args: v.optional(v.record(v.pipe(v.string(), v.maxLength(32)), argValue), {}) });
export type Act = v.InferOutput<typeof act>;

const wireBox = v.tuple([num, num, num, num]);
/** As many as an answer about one frame may name. */
export const ELEMENTS_MOST = 200;
export const perceptionAnswer = v.object({
	screen: v.union([slug, v.literal('unknown')]),
	elements: v.pipe(
		v.array(
			v.object({
				name: slug,
				kind: v.picklist(ELEMENT_KINDS),
				box: wireBox,
				text: v.optional(shortText),
				stable: v.optional(v.boolean(), true),
			}),
		),
		v.maxLength(ELEMENTS_MOST),
	),
	facts: v.pipe(v.array(v.object({ name: factId, value: factValue, element: v.optional(slug) })), v.maxLength(200)),
});
export type PerceptionAnswer = v.InferOutput<typeof perceptionAnswer>;

export const decisionAnswer = v.object({
	act,
	options: v.optional(v.pipe(v.array(v.object({ act, value: v.optional(num, 0), ok: v.boolean() })), v.maxLength(50)), []),
	because: v.pipe(v.array(literal), v.maxLength(6)),
	unless: v.optional(v.pipe(v.array(literal), v.maxLength(6)), []),
	expects: v.optional(v.pipe(v.array(effect), v.maxLength(6)), []),
	until: v.optional(v.pipe(v.array(literal), v.maxLength(6)), []),
	scope: v.optional(v.picklist(['here', 'situation', 'game', 'always']), 'situation'),
	confidence: v.optional(v.pipe(num, v.minValue(0), v.maxValue(1)), 0.5),
	missing: v.optional(
		v.pipe(v.array(v.object({ name: shortText, type: v.picklist(['num', 'enum', 'bool']), why: shortText })), v.maxLength(10)),
		[],
	),
	plan: v.optional(v.pipe(v.array(act), v.maxLength(20))),
	reasoning: v.optional(v.pipe(v.string(), v.maxLength(8000))),
	skill: v.optional(v.object({ name: slug, description: shortText })),
});
export type DecisionAnswer = v.InferOutput<typeof decisionAnswer>;

/** An act as an answer that says nothing of it but what is given. */
export function plainAnswer(act: Act, more: Partial<DecisionAnswer> & Pick<DecisionAnswer, 'confidence'>): DecisionAnswer {
	return { act, options: [], because: [], unless: [], expects: [], until: [], scope: 'situation', missing: [], ...more };
}

export const narrationAnswer = v.object({
	line: v.pipe(v.string(), v.minLength(1), v.maxLength(300)),
	slots: v.optional(v.record(v.pipe(v.string(), v.maxLength(64)), v.pipe(v.string(), v.maxLength(200))), {}),
	variants: v.optional(v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(300))), v.maxLength(8)), []),
});
export type NarrationAnswer = v.InferOutput<typeof narrationAnswer>;

const condition = v.pipe(v.array(literal), v.maxLength(6));
/** What is to be reached: pursued while `when` holds, over once all of `until` does. Without `until` it is never over. */
export const strategyGoal = v.object({
	name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(64)),
	/** Higher goes first. */
	priority: v.optional(v.pipe(num, v.minValue(0), v.maxValue(100)), 1),
	when: v.optional(condition, []),
	until: v.optional(condition, []),
});
export type StrategyGoal = v.InferOutput<typeof strategyGoal>;
export const strategyAnswer = v.object({
	goals: v.pipe(v.array(strategyGoal), v.minLength(1), v.maxLength(12)),
	rules: v.optional(v.pipe(v.array(v.object({ when: condition, action: act })), v.maxLength(20)), []),
});
export type StrategyAnswer = v.InferOutput<typeof strategyAnswer>;

/** How to get somewhere: places known by name, points of the frame, or acts, in order. */
export const routeAnswer = v.object({
	waypoints: v.pipe(
		v.array(
			v.pipe(
				v.object({
					place: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(64))),
					x: v.optional(num),
					y: v.optional(num),
					action: v.optional(act),
					terrain: v.optional(v.pipe(v.string(), v.maxLength(40)), ''),
				}),
				v.check(
					({ place, x, y, action }) => place !== undefined || action !== undefined || (x !== undefined && y !== undefined),
					'a waypoint names a place, a point or an action',
				),
			),
		),
		v.minLength(1),
		v.maxLength(40),
	),
});
export type RouteAnswer = v.InferOutput<typeof routeAnswer>;

const nameText = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(80));
/** What a text read on screen says of a quest. */
export const questAnswer = v.object({
	/** Empty: it speaks of none. */
	quest: v.pipe(v.string(), v.trim(), v.maxLength(80)),
	/** Of the quest's stages, by number or by name. */
	stage: v.pipe(
		v.union([v.pipe(num, v.integer(), v.minValue(0), v.maxValue(999)), v.pipe(v.string(), v.trim(), v.maxLength(64))]),
		v.transform(String),
	),
	objective: v.pipe(v.string(), v.trim(), v.maxLength(300)),
	giver: v.optional(nameText),
	place: v.optional(nameText),
	/** Whether this stage is done by what the text says; or the conditions over facts by which that will show. */
	done: v.union([v.boolean(), condition]),
});
export type QuestAnswer = v.InferOutput<typeof questAnswer>;

export const npcAnswer = v.object({
	name: nameText,
	/** Towards the player: -1 hostile, 0 neither, 1 friendly. */
	attitude: v.pipe(num, v.minValue(-1), v.maxValue(1)),
	faction: v.optional(nameText),
	because: v.pipe(v.string(), v.trim(), v.maxLength(300)),
});
export type NpcAnswer = v.InferOutput<typeof npcAnswer>;

/** As many texts as one question of moderation holds. */
export const TEXTS_MOST = 32;
/** One result a text, in their order; the categories are the endpoint's own words. */
export const moderationAnswer = v.object({
	results: v.pipe(
		v.array(
			v.object({ flagged: v.boolean(), categories: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(64))), v.maxLength(32)), []) }),
		),
		v.maxLength(TEXTS_MOST),
	),
});
export type ModerationAnswer = v.InferOutput<typeof moderationAnswer>;

export interface FrameRef {
	/** Named by the frame's source; opaque to the loop. */
	readonly id: string;
	readonly width: number;
	readonly height: number;
	/** The part of the frame that is sent, frame pixels; absent when the whole is. */
	readonly roi?: readonly [number, number, number, number];
}
interface QuestionBase<A extends Ask> {
	readonly falsework: 1;
	readonly ask: A;
	/** Profile id. */
	readonly game: string;
	readonly tick: number;
	readonly frame: FrameRef;
}
/** What every question begins with. */
export function questionHead<A extends Ask>(ask: A, game: string, tick: number, { id, width, height }: FrameRef): QuestionBase<A> {
	return { falsework: 1, ask, game, tick, frame: { id, width, height } };
}
export interface PerceptionQuestion extends QuestionBase<'perception'> {
	readonly facts: readonly FactWanted[];
	/** Names of the elements already crystallised. */
	readonly known: readonly string[];
}
export interface ActionOffered {
	readonly verb: string;
	readonly args?: Readonly<Record<string, string>>;
	readonly does: string;
}
export interface DecisionQuestion extends QuestionBase<'decision'> {
	readonly screen: string;
	/** At most 60, those that vary. */
	readonly facts: Facts;
	/** Elements now in sight, by name; what an `element` argument may name. */
	readonly elements: readonly string[];
	readonly goal: string;
	readonly actions: readonly ActionOffered[];
	/** The last 8 acts, oldest first. */
	readonly recent: readonly { readonly act: Act; readonly outcome: 'pending' | 'held' | 'failed' | 'unknown' }[];
	readonly cases: readonly { readonly facts: Facts; readonly act: Act }[];
	/** Places that a journey may lead to, by name; absent while none is known. */
	readonly places?: readonly string[];
	/** Here the facts at hand did not suffice: where these conditions held, now one act was right and now another. */
	readonly unclear?: { readonly when: readonly Literal[]; readonly acts: readonly Act[]; readonly labels: number };
}
export interface NarrationEvent {
	readonly type: string;
	readonly [value: string]: FactValue;
}
export interface NarrationQuestion extends QuestionBase<'narration'> {
	readonly event: NarrationEvent;
	readonly persona: string;
	/** Last lines spoken, oldest first. */
	readonly recent: readonly string[];
}
export interface StrategyQuestion extends QuestionBase<'strategy'> {
	readonly screen: string;
	/** What is known now; at most 60. */
	readonly facts: Facts;
	/** Every fact that a condition may test, known now or not. */
	readonly conditions: readonly ConditionOffered[];
	/** The profile's. */
	readonly goal: string;
	readonly actions: readonly ActionOffered[];
	/** What came of the last plan, in a sentence; empty when there was none. */
	readonly last: string;
}
export interface PlaceKnown {
	readonly name: string;
	/** Pixels of a plane that all places of one area share. */
	readonly area: string;
	readonly x: number;
	readonly y: number;
	/** Names of the places that a known way leads to from here. */
	readonly leads: readonly string[];
}
export interface RouteQuestion extends QuestionBase<'route'> {
	/** Names of places; `from` is empty where the player has not been before. */
	readonly from: string;
	readonly to: string;
	/** At most 60, the nearest first. */
	readonly places: readonly PlaceKnown[];
	readonly screen: string;
	/** Elements now in sight, by name. */
	readonly elements: readonly string[];
	readonly actions: readonly ActionOffered[];
	/** Ways that failed lately, in words. */
	readonly failed: readonly string[];
}
/** A fact that a condition may test. */
export interface ConditionOffered {
	readonly f: string;
	readonly type: 'number' | 'boolean' | 'enum';
	readonly values?: readonly string[];
}
export interface QuestQuestion extends QuestionBase<'quest'> {
	/** As read on screen, mistakes of the reader included. */
	readonly text: string;
	/** Who says it, where that is read. */
	readonly speaker?: string;
	/** What is known now; at most 60. */
	readonly facts: Facts;
	/** Every fact that a condition may test, known now or not. */
	readonly conditions: readonly ConditionOffered[];
	/** Names met before: what the text may mean without naming it whole. */
	readonly known: { readonly quests: readonly string[]; readonly people: readonly string[]; readonly places: readonly string[] };
}
export interface NpcQuestion extends QuestionBase<'npc'> {
	readonly name: string;
	/** What they say, as read on screen. */
	readonly text: string;
	/** What is known now; at most 60. */
	readonly facts: Facts;
}
/** It is about no frame: its `frame` is empty. */
export interface ModerationQuestion extends QuestionBase<'moderation'> {
	readonly texts: readonly string[];
}
export interface Questions {
	readonly perception: PerceptionQuestion;
	readonly decision: DecisionQuestion;
	readonly route: RouteQuestion;
	readonly strategy: StrategyQuestion;
	readonly narration: NarrationQuestion;
	readonly quest: QuestQuestion;
	readonly npc: NpcQuestion;
	readonly moderation: ModerationQuestion;
}
export interface Answers {
	readonly perception: PerceptionAnswer;
	readonly decision: DecisionAnswer;
	readonly route: RouteAnswer;
	readonly strategy: StrategyAnswer;
	readonly narration: NarrationAnswer;
	readonly quest: QuestAnswer;
	readonly npc: NpcAnswer;
	readonly moderation: ModerationAnswer;
}
/** What an answer was about, as far as it is needed to make something of it later. */
export interface UnusedAbout {
	readonly narration: Pick<NarrationQuestion, 'event'>;
	readonly quest: Pick<QuestQuestion, 'text' | 'speaker'>;
	readonly npc: Pick<NpcQuestion, 'text' | 'name'>;
	readonly route: Pick<RouteQuestion, 'from' | 'to'>;
	readonly strategy: Record<never, never>;
}
export type UnusedAsk = keyof UnusedAbout;
/** An answer that could be read and left nothing. */
export type Unused = {
	readonly [A in UnusedAsk]: { readonly ask: A; readonly answer: Answers[A]; readonly about: UnusedAbout[A] };
}[UnusedAsk];

/** A longer one is not kept. Characters of its JSON. */
const UNUSED_MOST = 4000;
const ABOUT: { readonly [A in UnusedAsk]: readonly string[] } = {
	narration: ['event'],
	quest: ['text', 'speaker'],
	npc: ['text', 'name'],
	route: ['from', 'to'],
	strategy: [],
};

/** An answer to be kept with its entry, of the asks whose draft a person could make something of; undefined for others. */
export function unusedOf(question: Question, answer: Answers[LiveAsk]): Unused | undefined {
	const { ask } = question;
	if (!(ask in ABOUT)) return undefined;
	const about = Object.fromEntries(Object.entries(question).filter(([name]) => ABOUT[ask as UnusedAsk].includes(name)));
	const unused = { ask, answer, about } as unknown as Unused;
	return JSON.stringify(unused).length <= UNUSED_MOST ? unused : undefined;
}

/** The asks this build settles; the others of `ASKS` have names on the wire and no kind here yet. */
export type LiveAsk = keyof Questions;
export type Question = Questions[LiveAsk];

export const answerSchemas = {
	perception: perceptionAnswer,
	decision: decisionAnswer,
	route: routeAnswer,
	strategy: strategyAnswer,
	narration: narrationAnswer,
	quest: questAnswer,
	npc: npcAnswer,
	moderation: moderationAnswer,
} as const;
