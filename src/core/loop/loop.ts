// One tick: look, settle the questions that are due, act. The loop never waits for a model: while one is asked, frames keep
// being looked at, and its answer takes effect on the frame that is new when it comes.
import type { Cascade } from '../cascade.ts';
import { isIdle, type ResolveResult } from '../facts/resolve.ts';
import type { RunEnd, RunNext, SkillRun } from '../crystals/skill/run.ts';
import type { Done } from '../crystals/skill/teach.ts';
import type { Attempt, Receipt, Settling, Tier } from '../cascade.ts';
import type { Residue } from '../crystals/crystal.ts';
import type { Reading } from '../crystals/region/apply.ts';
import { printAct, printLiteral } from '../crystals/rule/text.ts';
import { type EffectVerdict, type EffectWatch, known, truthOf } from '../facts/literal.ts';
import { type Box, iou } from '../geometry.ts';
import type { Ledger, MissReason, QuestionEntry, VerdictEntry } from '../ledger.ts';
import type { ClearedLine, Gate } from '../moderation/gate.ts';
import { linePartsOf } from '../moderation/line.ts';
import { type Navigator, TRAVEL } from '../navigation/navigator.ts';
import { joinDetections } from '../perception/beside.ts';
import { keepFrame } from '../perception/pixels.ts';
import type { ActOutcome, Cancel, Clock, Frame, InputDriver } from '../ports.ts';
import type { Profile } from '../profile.ts';
import {
	type Act,
	plainAnswer,
	type DecisionAnswer,
	type DecisionQuestion,
	type Effect,
	type Facts,
	type LiveAsk,
	type NarrationAnswer,
	type NarrationEvent,
	type NarrationQuestion,
	type PerceptionAnswer,
	questionHead,
	type StrategyAnswer,
} from '../question.ts';
import type { Aim } from './evidence.ts';
import { makeEvents } from './events.ts';
import type { Folk, Heard, Interpreter } from './folk.ts';
import { BLAME_MS, makeHarms } from './harms.ts';
import type { Planner } from './planner.ts';
import { nearestSights, type Sight, type Situation, type Truth } from './situation.ts';
import { lookOf } from '../strikes/near.ts';
import { findError } from './verdict.ts';

/** What the crystals make of one frame. */
export interface Look {
	readonly frame: Frame;
	/** Something watched changed since the last look. */
	readonly changed: boolean;
	/** So much changes from frame to frame that a picture of it would show a transition. */
	readonly moving: boolean;
	/** What was carried over from another layout is proving itself on these pictures, and will be trusted without a model. */
	readonly proving?: boolean;
	/** Something that was there a moment ago is not found; whether it is gone shows in a moment. */
	readonly settling?: boolean;
	/** Everything found, whatever the state of its crystal. */
	readonly sights: readonly Sight[];
	/** Elements that are neither there nor clearly absent. */
	readonly unsure: readonly string[];
	/** Facts read by trusted crystals. */
	readonly facts: Facts;
	/** What every region read, trusted or not, by crystal. */
	readonly readings?: ReadonlyMap<string, Reading>;
	/** Tiles in the largest block that nothing known explains, outside the world and inside, and how many of them outside are
	 *  asked about; absent where the screen is not known. */
	readonly unexplained?: { readonly outside: number; readonly inside: number; readonly level: number };
}
export interface Entry {
	/** `from>verb:target` of the last act. */
	readonly key: string;
	readonly from: string;
	/** Its effects are still awaited: the screen it was made on is a passage, and proves nothing yet. */
	readonly pending?: boolean;
}
/** True while an act may still change the screen it was made on. */
export function isPassage(entry: Entry | undefined, screen: string): boolean {
	return entry?.pending === true && entry.from === screen;
}
export interface Eyes {
	/** @param first  facts that are waited for: what they are read from is looked for before anything else that has to wait its turn */
	look(frame: Frame, cancel: Cancel, first?: readonly string[]): Promise<Look>;
	attempt(
		look: Look,
		entry: Entry | undefined,
		doubt: { readonly reason: MissReason; readonly detail: string } | undefined,
	): Attempt<PerceptionAnswer>;
	crystallise(look: Look, answer: PerceptionAnswer, receipt: Receipt, entry: Entry | undefined, visit: number): Promise<Residue>;
	/** Why a model's answer about the look is not believed; undefined when it is. */
	verify(answer: PerceptionAnswer, tier: Pick<Tier, 'boxFormat'>, look: Look): string | undefined;
	/** True when a model's answer about the earlier look can still be taken for the later one. */
	stillHolds(asked: Look, now: Look, answer: PerceptionAnswer): boolean;
	/** True when nothing in the box changed between the two looks; without a box, nothing at all. */
	rests(before: Look, now: Look, box?: Box): boolean;
	/** The model's boxes in frame pixels. */
	boxes(answer: PerceptionAnswer, tier: Pick<Tier, 'boxFormat'>, frame: Frame): ReadonlyMap<string, Box>;
	/** Whether an act may be aimed at what this look shows: two kinds of evidence, and more for what cannot be undone. */
	aim(look: Look, sight: Sight, irreversible: boolean): Aim;
	/**
	 * An act did what it should: the picture it was decided on was what it seemed. Evidence for what it aimed at, and for every
	 * element that stood in its place.
	 *
	 * @param facts  those in which the effect showed
	 */
	confirm(inSight: readonly string[], target: string | undefined, visit: number, facts: readonly string[]): void;
	known(): readonly string[];
}
export interface Mind {
	observe(situation: Situation, last: { readonly verb: string; readonly at: string }): Facts;
	question(facts: Facts, situation: Situation, tick: number, recent: DecisionQuestion['recent']): DecisionQuestion;
	attempt(
		facts: Facts,
		situation: Situation,
		/** Of the decision point: asked again before anything came of it, it is the same. */
		point: number,
	): Attempt<DecisionAnswer>;
	verify(answer: DecisionAnswer, situation: Situation): string | undefined;
	/** The decision in a text that is prose throughout; undefined when it names no act. */
	read(text: string, facts: Facts, situation: Situation): DecisionAnswer | undefined;
	crystallise(facts: Facts, situation: Situation, answer: DecisionAnswer, receipt: Receipt): Promise<Residue> | Residue;
	/** Why the answer that was just crystallised is to be had once more, on the same facts, before it is acted on; said once. */
	again(): string | undefined;
	resolve(act: Act, situation: Situation, facts: Facts): ResolveResult;
	/** Do the conditions that an answer rests on hold now? */
	stillHolds(answer: DecisionAnswer, facts: Facts): boolean;
	watch(expects: readonly Effect[], before: Facts): EffectWatch;
	/** Every rule that would have done this here: what comes of the act is evidence for all of them. */
	agreeing(act: Act, facts: Facts): readonly string[];
	/** Whether rules that fire here, trusted or not, would do the same; undefined when none fires. */
	agrees(act: Act, facts: Facts): boolean | undefined;
	/** The outcome of an act, for the crystals that speak for it; `local` when they decided it. */
	outcome(used: readonly string[], verdict: EffectVerdict, situation: Situation, local: boolean): void;
	/**
	 * Whether an act that cannot be undone and is aimed at no element has two witnesses; anything else may always be done.
	 *
	 * @param by  what wants it: a crystal, or the model's answer of this entry
	 */
	commits(act: Act, facts: Facts, by: 'crystal' | number): Aim;
	/** The run of the skill that the last attempt's hit follows; undefined when a rule decided. Its steps are no decisions. */
	begin(): SkillRun | undefined;
	/** A run of a skill that a person wants now, or why it cannot begin. */
	start(id: string, facts: Facts, situation: Situation): SkillRun | string;
	/** That run is being carried out. */
	began(run: SkillRun): void;
	/** How it ended; `dropped`: through nothing that speaks for or against it. */
	ended(run: SkillRun, end: RunEnd | RunDropped, situation: Situation): void;
	/** An act came to its end. */
	did(done: Omit<Done, 'goal'>): void;
	/** The person took a crystal out of service. */
	retire(id: string): void;
	/** A person changed one, or put it back in service; or one came in. */
	revive(id: string): void;
	/** The profile's condition for an event. */
	happens(event: string, facts: Facts): boolean | undefined;
}
export interface RunDropped {
	readonly do: 'dropped';
	readonly why: string;
}
/** What was going on when an event happened. */
export interface Around {
	readonly screen: string;
	/** Rules that speak for the newest act. */
	readonly used: readonly string[];
	/** Since the event before an act did not do what it should. */
	readonly failed: boolean;
	/** A model is asked for another line right now. */
	readonly asking: boolean;
}
export interface Voice {
	/** Whether this event gets a line at all, and from whom. */
	attempt(event: NarrationEvent, around: Around): Attempt<NarrationAnswer> | { readonly outcome: 'silence'; readonly why: string };
	question(event: NarrationEvent, frame: Situation['frame'], tick: number): NarrationQuestion;
	crystallise(event: NarrationEvent, answer: NarrationAnswer, receipt: Receipt): Residue;
	verify(answer: NarrationAnswer, event: NarrationEvent): string | undefined;
	spoken(event: NarrationEvent, line: string, used: readonly string[]): void;
}

export interface LoopEvents {
	/** The picture of the moment changed. */
	readonly onLook?: (look: Look, situation: Situation | undefined) => void;
	readonly onIntent?: (intent: { readonly act: Act; readonly target?: Sight; readonly advice: boolean } | null) => void;
	/** @param of  the event's type */
	readonly onSpoken?: (line: ClearedLine, of: string) => void;
	/** What a line was about is over: the event's condition does not hold any more. */
	readonly onOver?: (of: string) => void;
	readonly onAct?: (act: Act, outcome: ActOutcome, idle: boolean) => void;
}

export interface LoopOptions extends LoopEvents {
	readonly profile: Profile;
	readonly clock: Clock;
	readonly ledger: Ledger;
	readonly cascade: Cascade;
	readonly eyes: Eyes;
	readonly mind: Mind;
	readonly voice: Voice;
	/** Every line goes through it. */
	readonly gate: Pick<Gate, 'pass'>;
	/** Absent: play without a plan. */
	readonly planner?: Planner;
	/** Absent: nothing is learnt of ways. */
	readonly navigator?: Navigator;
	/** Absent: what is said in the game is not listened to. */
	readonly folk?: Folk;
	readonly driver: InputDriver;
	readonly png: (frame: Frame) => Promise<Uint8Array>;
	readonly truth?: (frameId: string) => Truth | undefined;
	readonly cancel: Cancel;
}

export interface Loop {
	/** Looks at one frame and does what is due. Calls must not overlap. */
	tick(frame: Frame): Promise<void>;
	/** Looks at one frame while somebody else plays: by crystals alone, nothing is asked and nothing done. */
	watch(frame: Frame): Promise<void>;
	/** No acts until `go`. */
	hold(): void;
	go(): void;
	/** Carries a skill out at a person's word, its steps checked as always; '' or why it cannot begin. */
	carryOut(id: string): string;
	/** What `carryOut` would say. */
	cannotCarryOut(id: string): string;
	/**
	 * Takes a person's word for what is to be seen: learnt on the next tick's picture, as a model's answer is.
	 *
	 * @param answer  boxes in frame pixels; a sentence where this picture is not the one they speak of
	 */
	explain(answer: (frame: Frame) => PerceptionAnswer | string): Promise<Residue | string>;
	readonly situation: Situation | undefined;
	readonly asking: readonly LiveAsk[];
}

/** What an act goes back to. */
type Cause = Pick<QuestionEntry, 'n' | 'tier' | 'ask'>;
/** A decision on its way into an act. */
interface Pending {
	readonly answer: DecisionAnswer;
	readonly entry: Cause;
	/** It could not be carried out yet: tried again where it was decided, for as long as it means the same. */
	readonly again?: { readonly visit: number; readonly until: number; readonly at: number; readonly waitMs: number };
}
/** A model's answer, on its way into a situation. */
interface Answered {
	readonly look: Look;
	readonly answer: PerceptionAnswer;
	readonly tier: Tier['name'];
	readonly entry: number;
	readonly boxes: ReadonlyMap<string, Box>;
}
interface Running {
	readonly act: Act;
	readonly used: readonly string[];
	readonly sights: readonly string[];
	readonly target: string | undefined;
	readonly expects: readonly Effect[];
	readonly watch: EffectWatch;
	readonly screen: string;
	readonly entry: number;
	readonly tier: QuestionEntry['tier'];
	/** Of the perception it was decided on. */
	readonly seenBy: number;
	readonly fromModel: boolean;
	/** Facts it was decided on. */
	readonly before: Facts;
	startedAt: number;
	injected: boolean;
	/** What it is a step of. */
	readonly of?: Replay;
}
/** A skill or a journey being carried out. */
interface Replay {
	readonly run: Steps;
	/** Of the question that began it, or of the person's word. */
	readonly entry: Cause;
	/** A person wants it: no decision was made that could be right or wrong, and they are a witness of all it does. */
	readonly byHand?: true;
	/** It came to its end. */
	readonly over: (end: RunEnd | RunDropped, now: Situation) => void;
	/** An act that waits for what it aims at to be seen, and how long it does. */
	waits?: { readonly next: Extract<RunNext, { do: 'act' }>; readonly until: number };
	/** Looked at again then, if nothing changes before. */
	wakeAt: number;
}

/** What is done step by step, without a decision for each. */
type Steps = Pick<SkillRun, 'next' | 'awaits' | 'outcome'>;

/** Two asks of one kind are at least this far apart, whatever happens: a storm of questions teaches nothing. */
const ASK_GAP_MS = 300;
/** Two plans are asked for at least this far apart: one that fails at once is not worth another. When nobody could answer, sooner. */
const PLAN_GAP_MS = 600_000;
const PLAN_RETRY_MS = 180_000;
/** When nobody could answer, the same question waits so long. */
const RETRY_MS = 2000;
/** An act without stated effects is over after this time. */
const ACT_REST_MS = 500;
/** In advice mode the person acts, and takes this long. */
const ADVICE_REST_MS = 10_000;
/** Who takes the controls within so long of an act may mean to take it back. */
const UNDO_MS = 10_000;
/** No act on an older frame (reliability.md L5). */
const STALE_FRAME_MS = 500;
/** A model's box and a crystal's mean the same place, however roughly drawn. */
const TOLD_IOU = 0.3;
/** Refusals that pass by themselves: the same act waits for its moment, and nobody is asked what to do instead. Not among them is
 *  \`disconnected\`: whether such an act was carried out is not known. */
const PASSING: ReadonlySet<string> = new Set<Extract<ActOutcome, { done: false }>['reason']>([
	'not-in-front',
	'takeover',
	'panic',
	'rate',
	'stale-frame',
	'wrong-size',
]);
/** An act that waits is tried again after this long, then after twice as long, and so on. */
const AGAIN_MS = 500;
const AGAIN_MOST_MS = 4000;
/** A point in the picture means the same thing no longer than this. */
const POINT_MS = 3000;
/** What the step of a skill aims at is waited for so long. */
const SIGHT_MS = 5000;
/** A transition is waited out this long before the picture is sent as it is. */
const SETTLE_MS = 900;

const HAND = { name: 'hand', boxFormat: 'pixels' } as const;

/** Names of places told with a decision's question. */
const PLACES_TOLD = 60;

/** What is kept of a model's own words. */
const SAID_MOST = 1500;

/** A model's reasons in its own words, or as the conditions it named. */
function wordsOf({ reasoning, because }: DecisionAnswer): string {
	return cutWords(reasoning ?? (because.length === 0 ? '' : `because ${because.map(printLiteral).join(' and ')}`));
}
/** A plan as it was told: its goals, and what to do when. */
function planWords({ goals, rules }: StrategyAnswer): string {
	const told = rules.map(({ when, action }) => `if ${when.map(printLiteral).join(' and ')} then ${printAct(action)}`);
	return cutWords([`goals: ${goals.map(({ name }) => name).join(', ')}`, ...told].join('; '));
}
function cutWords(words: string): string {
	return words.length > SAID_MOST ? `${words.slice(0, SAID_MOST)} …` : words;
}

export function makeLoop(o: LoopOptions): Loop {
	const { clock, ledger, cascade, eyes, mind, voice, profile } = o;
	let tickNo = 0;
	let rested = 0;
	let restedAt = clock.monotonic();
	/** What the newest look took. */
	let lookMs = 0;
	let held = false;
	let situation: Situation | undefined;
	/** What `situation` was made of, while its frame is the newest. */
	let current: Look | undefined;
	let visit = 0;
	const irreversible = new Set(profile.actions.filter((a) => a.irreversible === true).map((a) => a.verb));
	const isGrave = (chosen: Act): boolean => irreversible.has(chosen.verb) || o.folk?.attacksPeaceful(chosen) === true;
	const atPoint = new Set(profile.actions.filter((a) => Object.values(a.args ?? {}).includes('point')).map((a) => a.verb));
	let answered: Answered | undefined;
	/** The boxes of the answer before. */
	let toldBefore: ReadonlyMap<string, Box> = new Map();
	const asking = new Set<LiveAsk>();
	const notBefore = new Map<string, number>();
	let movingSince: number | undefined;
	/** Something changed that no perception has settled yet. */
	let unseen = false;
	let carried = false;
	let doubt: { reason: MissReason; detail: string } | undefined;
	let entry: Entry | undefined;
	let running: Running | undefined;
	let due = true;
	const last = { verb: 'none', at: 'none' };
	let recent: { act: Act; outcome: 'pending' | 'held' | 'failed' | 'unknown' }[] = [];
	let pending: Pending | undefined;
	let replay: Replay | undefined;
	/** What a person says of the next picture. */
	let said: ((look: Look) => Promise<void>) | undefined;
	/** A skill that a person wants, as soon as nothing else is being done. */
	let wanted: { readonly run: SkillRun; readonly entry: Cause } | undefined;
	let newest: Facts = {};
	let actId = 0;
	/** Of the next decision. */
	let point = 0;
	const harms = makeHarms(profile, (name, facts) => mind.happens(name, facts));
	/** The newest act that was carried out, until something is blamed on it. */
	let done: Running | undefined;
	/** It stands when a person takes the controls: what it brought about is compared with what they make of it. */
	let questioned: { readonly of: Running; readonly brought: readonly string[] } | undefined;
	const events = makeEvents(profile, (type, when) => mind.happens(type, when.facts));
	/** For the narration: rules that speak for the newest act, and whether one has failed since the event before. */
	let lastUsed: readonly string[] = [];
	let failedSince = false;
	/** Types of event that are still going on. */
	const during = new Set<string>();

	return {
		tick,
		watch,
		hold() {
			held = true;
			pending = undefined;
			question();
			drop('play was held');
		},
		go() {
			held = false;
			questioned = undefined;
			running = undefined;
			drop('play goes on from anew');
			due = true;
		},
		carryOut(id) {
			const run = begin(id);
			if (typeof run === 'string') return run;
			const detail = `carried out "${run.skill.name}"`;
			const { n } = ledger.append({ type: 'intervention', what: 'run', detail, crystal: id });
			wanted = { run, entry: { n, tier: 'crystal', ask: 'decision' } };
			due = true;
			return '';
		},
		cannotCarryOut(id) {
			const run = begin(id);
			return typeof run === 'string' ? run : '';
		},
		explain(answer) {
			return new Promise((resolve) => {
				said = async (look) => {
					const told = answer(look.frame);
					if (typeof told === 'string') return resolve(told);
					const entry = ledger.append({
						type: 'intervention',
						what: 'explain',
						detail: `said that this is ${told.screen}`,
						screen: told.screen,
					});
					const receipt = { entry: entry.n, tier: HAND, model: '', promptTokens: 0, completionTokens: 0, usd: 0 };
					resolve(await eyes.crystallise({ ...look, frame: keepFrame(look.frame) }, told, receipt, undefined, visit));
					unseen = true;
				};
			});
		},
		get situation() {
			return situation;
		},
		get asking() {
			return [...asking];
		},
	};

	async function tick(frame: Frame): Promise<void> {
		tickNo++;
		// What falls due in this tick is decided on the next look.
		const free = due && running === undefined && !held && !asking.has('decision') && !asking.has('perception');
		const before = clock.monotonic();
		const look = await eyes.look(frame, o.cancel, replay?.run.awaits());
		lookMs = clock.monotonic() - before;
		unseen ||= look.changed;
		const heard = said;
		said = undefined;
		await heard?.(look);
		if (
			!unseen &&
			!due &&
			doubt === undefined &&
			answered === undefined &&
			!pendingDue() &&
			!replayDue() &&
			!travelDue() &&
			!runningOver() &&
			o.folk?.waits !== true
		) {
			rest();
			o.navigator?.see(frame, situation);
			o.onLook?.(look, situation);
			return;
		}
		current = look;
		perceive(look);
		o.navigator?.see(frame, situation);
		o.onLook?.(look, situation);
		if (situation === undefined || situation.frame.at !== frame.at) return;
		unseen = carried;
		carried = false;
		const ways = o.navigator?.facts;
		const facts = mind.observe(ways === undefined ? situation : { ...situation, facts: { ...ways, ...situation.facts } }, last);
		newest = facts;
		plan(situation, facts);
		narrate(situation, facts);
		listen(situation, facts);
		await decide(situation, facts, free && look.settling !== true, look.settling !== true);
	}

	async function watch(frame: Frame): Promise<void> {
		const look = await eyes.look(frame, o.cancel);
		const attempt = eyes.attempt(look, undefined, undefined);
		if (attempt.outcome === 'hit') {
			const now = recognise(look, attempt.answer, 0);
			heedUndo(now, mind.observe(now, last));
		}
		o.onLook?.(look, situation);
	}

	/** Notes what the newest act has brought about of what it promised, in case a person takes it back. */
	function question(): void {
		questioned = undefined;
		if (done === undefined || clock.monotonic() - done.startedAt > UNDO_MS) return;
		const { before, expects } = done;
		const brought = [...new Set(expects.map(({ f }) => f))].filter(
			(f) => known(before, f) !== undefined && known(newest, f) !== undefined && !alike(before, newest, f),
		);
		if (brought.length > 0) questioned = { of: done, brought };
	}

	/** A person's undo is a label: all that the act had brought about is again as it was before it, by their own hands. */
	function heedUndo(now: Situation, facts: Facts): void {
		if (questioned === undefined) return;
		const { of: r, brought } = questioned;
		if (clock.monotonic() - r.startedAt > UNDO_MS + ADVICE_REST_MS) questioned = undefined;
		else if (brought.every((f) => alike(r.before, facts, f))) {
			questioned = undefined;
			if (done === r) done = undefined;
			const why = 'a person took it back';
			mind.outcome(r.used, { outcome: 'failed', label: 'harmful', why }, now, !r.fromModel);
			if (r.of?.entry.ask === 'decision' && r.of.byHand !== true) r.of.over({ do: 'failed', why }, now);
			turnedOut({ ask: 'decision', n: r.entry, tier: r.tier }, true, why, 'person');
		}
	}

	function pendingDue(): boolean {
		return pending !== undefined && clock.monotonic() >= (pending.again?.at ?? 0);
	}

	function travelDue(): boolean {
		return o.navigator?.waiting === true && replay === undefined && running === undefined && !held && !asking.has('route');
	}

	function replayDue(): boolean {
		return replay !== undefined && running === undefined && pending === undefined && !held && clock.monotonic() >= replay.wakeAt;
	}

	function runningOver(): boolean {
		return running !== undefined && clock.monotonic() - running.startedAt >= restOf(running);
	}

	function rest(): void {
		rested++;
		const now = clock.monotonic();
		if (now - restedAt < 1000) return;
		ledger.append({ type: 'rested', ticks: rested });
		rested = 0;
		restedAt = now;
	}

	/** Sets `situation` for this look, or leaves it behind (its frame is then older than the look's). */
	function perceive(newest: Look): void {
		let look = newest;
		if (answered !== undefined && eyes.stillHolds(answered.look, look, answered.answer)) {
			situation = combine(look, answered);
			toldBefore = answered.boxes;
			// What changed since the model's frame is still to be looked at by itself.
			carried = !eyes.rests(answered.look, look);
			answered = undefined;
			return;
		}
		answered = undefined;
		if (asking.has('perception')) return;
		const made = entry;
		const from = made === undefined ? undefined : { ...made, pending: running !== undefined };
		const begun = clock.monotonic();
		const attempt = eyes.attempt(look, from, doubt);
		const lookedMs = lookMs + clock.monotonic() - begun;
		if (attempt.outcome === 'miss') {
			// A transition is not worth a call: wait until the picture rests, but not for ever.
			if (look.moving) {
				movingSince ??= clock.monotonic();
				if (clock.monotonic() - movingSince < SETTLE_MS) return;
			}
			if (look.proving === true || clock.monotonic() < (notBefore.get('perception') ?? 0)) return;
		}
		movingSince = undefined;
		// The source reuses its buffers; a model's answer comes when they hold another picture.
		if (attempt.outcome === 'miss') look = { ...look, frame: keepFrame(look.frame) };
		const tiers = { boxes: new Map<string, Box>() as ReadonlyMap<string, Box> };
		const settling = cascade.settle<'perception'>(
			{
				question: {
					...questionHead('perception', profile.id, tickNo, look.frame),
					facts: profile.facts.filter((f) => f.from === undefined),
					known: eyes.known(),
				},
				// What is shown is only known afterwards; where it was asked from tells most.
				kind: situation?.screen ?? '',
				check: () => attempt,
				lookedMs,
				signs: (answer, tier) => signed(agreement(look, eyes.boxes(answer, tier, look.frame))),
				crystallise: (answer, receipt) => {
					tiers.boxes = eyes.boxes(answer, receipt.tier, look.frame);
					return eyes.crystallise(look, answer, receipt, isPassage(from, answer.screen) ? undefined : from, visit);
				},
				verify: (answer, tier) => eyes.verify(answer, tier, look),
				join: (answer, tier, seen) => joinDetections(answer, tier.boxFormat, seen, look.frame),
				png: () => o.png(look.frame),
				note: (answer) => ({ screen: answer.screen, facts: valuesOf(answer.facts) }),
				tick: tickNo,
				...(attempt.outcome === 'miss' ? { context: { look: lookOf(look.frame) } } : {}),
			},
			o.cancel,
		);
		if (settling.how === 'hit') {
			recognise(look, settling.settled.answer, settling.settled.entry.n);
			return;
		}
		asking.add('perception');
		void settling.settled.then((settled) => {
			asking.delete('perception');
			notBefore.set('perception', clock.monotonic() + (settled === undefined ? RETRY_MS : ASK_GAP_MS));
			doubt = undefined;
			if (settled === undefined || settled.answer.screen === 'unknown') return;
			// An act that was made meanwhile, or whose effect is not there yet, still has to be verified.
			if (entry === made && !isPassage(from, settled.answer.screen)) entry = undefined;
			enter(settled.answer.screen);
			answered = { look, answer: settled.answer, tier: settled.tier as Tier['name'], entry: settled.entry.n, boxes: tiers.boxes };
		});
	}

	/** What the crystals make of a look is the situation. */
	function recognise(look: Look, answer: PerceptionAnswer, settled: number): Situation {
		enter(answer.screen);
		situation = {
			frame: look.frame,
			screen: answer.screen,
			facts: valuesOf(answer.facts),
			sights: look.sights,
			unsure: look.unsure,
			by: 'crystal',
			entry: settled,
			visit,
		};
		return situation;
	}

	function enter(screen: string): void {
		if (situation?.screen === screen) return;
		visit++;
		due = true;
	}

	/** The model's answer about an earlier frame, brought up to the newest one by what the crystals find there now. */
	function combine(look: Look, a: Answered): Situation {
		const named = new Set(a.answer.elements.map((e) => e.name));
		const disputed = new Set<string>();
		const sights = look.sights.flatMap((s): Sight[] => {
			const box = a.boxes.get(s.name);
			// Of what has no place of its own the model's frame is too old to say where it is now.
			const told = named.has(s.name) && (s.fixed !== true || (box !== undefined && iou(box, s.box) >= TOLD_IOU));
			if (told) return [{ ...s, told }];
			if (s.trusted !== false) return [s];
			// What one answer made and what another says differ: one of them is wrong, so nothing is aimed at either.
			if (named.has(s.name)) disputed.add(s.name);
			return [];
		});
		const found = new Set([...sights.map((s) => s.name), ...disputed]);
		for (const element of a.answer.elements) {
			const box = a.boxes.get(element.name);
			if (box !== undefined && element.stable && !found.has(element.name) && eyes.rests(a.look, look, box)) {
				const before = toldBefore.get(element.name);
				const answers = before !== undefined && iou(before, box) >= TOLD_IOU ? 2 : 1;
				sights.push({ name: element.name, kind: element.kind, box, score: 1, by: a.tier, answers });
			}
		}
		// What the model read holds for as long as its pixels rest.
		const told = a.answer.facts.filter((f) => eyes.rests(a.look, look, f.element === undefined ? undefined : a.boxes.get(f.element)));
		return {
			frame: look.frame,
			screen: a.answer.screen,
			facts: { ...valuesOf(told), ...look.facts },
			sights,
			unsure: look.unsure,
			by: a.tier,
			entry: a.entry,
			visit,
		};
	}

	function restOf(r: Running): number {
		const base = o.driver.kind === 'advice' ? ADVICE_REST_MS : ACT_REST_MS;
		return r.expects.reduce((most, e) => Math.max(most, e.withinMs), base);
	}

	/** Writes down how what was decided turned out. */
	function turnedOut({ ask, n, tier }: Cause, wrong: boolean, detail: string, by: VerdictEntry['by'] = 'postcondition'): void {
		ledger.append({ type: 'verdict', ask, of: n, tier: tier ?? 'crystal', by, wrong, acted: true, detail });
	}

	/** A hard event: whatever the newest act promised, it was no good. */
	function blame(now: Situation, facts: Facts): void {
		for (const harm of harms.find(facts)) {
			if (done === undefined || clock.monotonic() - done.startedAt > BLAME_MS) continue;
			const { used, fromModel, entry: of, tier, expects } = done;
			done = undefined;
			const why = `${harm} followed`;
			mind.outcome(used, { outcome: 'failed', label: 'harmful', why }, now, !fromModel);
			if (replay !== undefined) finish(replay, now, { do: 'failed', why });
			// What an act promised has a verdict of its own.
			else if (expects.length === 0) turnedOut({ ask: 'decision', n: of, tier }, true, why);
		}
	}

	/** Ends the running act when its effects are there or its time is over. */
	function follow(now: Situation, facts: Facts): void {
		if (running === undefined || !running.injected) return;
		const r = running;
		const elapsed = clock.monotonic() - r.startedAt;
		const verdict = r.watch.see(facts, elapsed);
		if (verdict.outcome === 'pending' || (r.expects.length === 0 && elapsed < restOf(r))) return;
		const { outcome } = verdict;
		running = undefined;
		due = replay === undefined;
		const told = r.expects.length === 0 ? 'unknown' : outcome;
		failedSince ||= told === 'failed';
		recent = [...recent.slice(0, -1), { act: r.act, outcome: told }];
		if (replay === undefined)
			mind.did({
				act: r.act,
				before: r.before,
				expects: r.expects,
				outcome: verdict.label === 'good' ? 'good' : told === 'failed' ? 'failed' : 'unknown',
				idle: isIdle(r.act, profile),
			});
		else if (outcome === 'failed' && verdict.label === 'none') {
			// What cannot be read can neither be gone on with nor be held against it.
			drop(verdict.why);
			due = true;
		} else {
			replay.run.outcome(told, verdict.why, clock.monotonic());
			replay.wakeAt = 0;
		}
		if (r.expects.length === 0) return;
		if (o.driver.kind !== 'advice' || outcome === 'held') {
			mind.outcome(r.used, verdict, now, !r.fromModel);
			// An effect that could not be read says nothing about the act.
			if (replay === undefined && (verdict.label !== 'none' || outcome === 'held')) {
				const wrong = verdict.label === 'harmful';
				turnedOut({ ask: 'decision', n: r.entry, tier: r.tier }, wrong, verdict.why);
				cascade.verified(r.entry, !wrong, 'postcondition');
				// The picture it was decided on was what it seemed; or a trusted rule failed on it, and the picture is the likelier fault.
				if (!wrong || !r.fromModel) cascade.verified(r.seenBy, !wrong, 'postcondition');
			}
		}
		if (verdict.label === 'good')
			eyes.confirm(
				r.sights,
				r.target,
				now.visit,
				r.expects.map((e) => e.f),
			);
		// The picture may not be what it seems when an act on it does nothing: ask once, then wait for another reason.
		else if (outcome === 'failed' && o.driver.kind !== 'advice' && !r.fromModel && replay === undefined)
			doubt ??= { reason: 'act-failed', detail: `"${r.act.verb}" on ${r.screen} had no effect` };
	}

	/** @param steady  nothing is on its way out of the picture */
	async function decide(now: Situation, facts: Facts, sure: boolean, steady: boolean): Promise<void> {
		blame(now, facts);
		follow(now, facts);
		if (held || running !== undefined || o.cancel.aborted) return;
		if (wanted !== undefined) {
			pending = undefined;
			const { run } = wanted;
			mind.began(run);
			replay = { ...wanted, byHand: true, wakeAt: 0, over: (end, at) => mind.ended(run, end, at) };
			wanted = undefined;
			due = false;
		}
		if (pending !== undefined) {
			const { answer, again } = pending;
			const same = again === undefined || (again.visit === now.visit && clock.monotonic() < again.until);
			const holds = same && mind.stillHolds(answer, facts);
			if (holds && !pendingDue()) return;
			const { entry: settled } = pending;
			const aim = mind.commits(answer.act, facts, settled.tier === 'crystal' ? 'crystal' : settled.n);
			if (holds && !aim.ok) {
				// It is asked once more: the next answer has this one beside it.
				note(now, pending, aim.why);
				pending = undefined;
				due = true;
				return;
			}
			// Decided already: the eyes are asked for what is missing, and it waits for them.
			if (holds && !sees(now, answer.act)) return;
			const waited = pending;
			pending = undefined;
			due = true;
			if (holds) await act(now, facts, waited);
			else drop('what it waited for has passed');
			return;
		}
		if (replay !== undefined) {
			if (steady) await goOn(replay, now, facts);
			return;
		}
		if (steady && travels(now, facts)) return;
		if (!due || !sure || asking.has('decision')) return;
		const begun = clock.monotonic();
		const attempt = mind.attempt(facts, now, point);
		const lookedMs = clock.monotonic() - begun;
		if (attempt.outcome === 'miss' && clock.monotonic() < (notBefore.get('decision') ?? 0)) return;
		if (attempt.outcome === 'hit' && !sees(now, attempt.answer.act)) return;
		point++;
		const question = { ...mind.question(facts, now, tickNo, recent), ...(ways() ?? {}) };
		const settle = (found: typeof attempt): Settling<DecisionAnswer> =>
			cascade.settle<'decision'>(
				{
					question,
					kind: now.screen,
					check: () => found,
					lookedMs,
					signs: (answer) => ({ confidence: answer.confidence, ...signed(mind.agrees(answer.act, facts)) }),
					crystallise: (answer, receipt) => mind.crystallise(facts, now, answer, receipt),
					verify: (answer) => o.navigator?.fault(answer.act) ?? mind.verify(answer, now),
					prose: (text) => mind.read(text, facts, now),
					tick: tickNo,
					context: { screen: now.screen, facts },
					note: (answer) => ({ act: answer.act, ...(found.outcome === 'hit' ? {} : { said: wordsOf(answer) }) }),
				},
				o.cancel,
			);
		const settling = settle(attempt);
		if (settling.how === 'hit') {
			const run = mind.begin();
			if (run !== undefined) replay = { run, entry: settling.settled.entry, wakeAt: 0, over: (end, at) => mind.ended(run, end, at) };
			await act(now, facts, { answer: settling.settled.answer, entry: settling.settled.entry });
			return;
		}
		asking.add('decision');
		void settling.settled.then(async (first) => {
			let settled = first;
			for (let why = mind.again(); why !== undefined && !o.cancel.aborted; why = mind.again()) {
				const more = await settle({ outcome: 'miss', reason: 'audit', detail: why }).settled;
				// Nobody answers now: the first word is acted on, and stands alone.
				if (more === undefined) break;
				settled = more;
			}
			asking.delete('decision');
			notBefore.set('decision', clock.monotonic() + (settled === undefined ? RETRY_MS : ASK_GAP_MS));
			// A person's wish that came in between goes first.
			if (settled !== undefined && replay === undefined) pending = { answer: restingOn(settled.answer, facts), entry: settled.entry };
		});
	}

	/** Places that may be named, where any are known. */
	function ways(): Pick<DecisionQuestion, 'places'> | undefined {
		const places = o.navigator?.names().slice(0, PLACES_TOLD) ?? [];
		return places.length === 0 ? undefined : { places };
	}

	/** A journey that was chosen is set out on, or the way is asked. @returns true while that is what is done */
	function travels(now: Situation, facts: Facts): boolean {
		const { navigator } = o;
		const begun = clock.monotonic();
		const attempt = navigator?.attempt(facts);
		const lookedMs = clock.monotonic() - begun;
		if (navigator === undefined || attempt === undefined) return false;
		if (asking.has('route')) return true;
		if (attempt.outcome === 'miss' && clock.monotonic() < (notBefore.get('route') ?? 0)) return true;
		const settling = cascade.settle<'route'>(
			{
				question: navigator.question(now, tickNo),
				kind: now.screen,
				check: () => attempt,
				lookedMs,
				crystallise: (answer, receipt) => navigator.crystallise(answer, receipt),
				verify: (answer) => navigator.verify(answer),
				tick: tickNo,
				context: { screen: now.screen },
			},
			o.cancel,
		);
		if (settling.how === 'hit') {
			const run = navigator.begin();
			if (run !== undefined)
				replay = {
					run,
					entry: settling.settled.entry,
					wakeAt: 0,
					over: (end) => navigator.ended(run, end.do),
				};
			return run !== undefined;
		}
		asking.add('route');
		void settling.settled.then((settled) => {
			asking.delete('route');
			notBefore.set('route', clock.monotonic() + (settled === undefined ? RETRY_MS : ASK_GAP_MS));
			if (settled === undefined) navigator.stop();
		});
		return true;
	}

	/** The next step of a skill or a journey: its acts are carried out like all others, and are no decisions. */
	async function goOn(one: Replay, now: Situation, facts: Facts): Promise<void> {
		const at = clock.monotonic();
		const next = one.waits?.next ?? one.run.next(facts, at);
		switch (next.do) {
			case 'wait':
				one.wakeAt = next.until;
				return;
			case 'act': {
				const aim = mind.commits(next.act, facts, 'crystal');
				if (!aim.ok && !one.byHand) {
					drop(aim.why);
					due = true;
					return;
				}
				if (!sees(now, next.act)) {
					one.waits ??= { next, until: at + SIGHT_MS };
					one.wakeAt = one.waits.until;
					if (at >= one.waits.until) finish(one, now, { do: 'failed', why: `${next.place}: what it aims at is not seen well enough` });
					return;
				}
				delete one.waits;
				const answer = plainAnswer(next.act, { expects: [...next.expects], confidence: 1 });
				await act(now, facts, { answer, entry: one.entry });
				return;
			}
			default:
				finish(one, now, next);
		}
	}

	function begin(id: string): SkillRun | string {
		if (held || situation === undefined) return 'nothing is being played just now';
		if (replay !== undefined || wanted !== undefined) return 'something is being carried out already';
		return mind.start(id, newest, situation);
	}

	/** A skill has come to its end: one verdict for the decision that began it. */
	function finish(one: Replay, now: Situation, end: RunEnd): void {
		replay = undefined;
		due = true;
		one.over(end, now);
		const wrong = end.do === 'failed';
		if (!one.byHand && (wrong || end.proved)) turnedOut(one.entry, wrong, end.why);
	}

	/** A skill is broken off by something that says nothing about it. */
	function drop(why: string): void {
		if (replay !== undefined && situation !== undefined) replay.over({ do: 'dropped', why }, situation);
		replay = undefined;
		wanted = undefined;
	}

	function targetOf(now: Situation, { args }: Act): Sight | undefined {
		return typeof args['at'] === 'string' ? nearestSights(now).get(args['at']) : undefined;
	}

	/** Whether what an act aims at is seen well enough to act on; if not, a model is to look. */
	function sees(now: Situation, chosen: Act): boolean {
		const sight = targetOf(now, chosen);
		if (sight === undefined || current === undefined) return true;
		const aim = eyes.aim(current, sight, isGrave(chosen));
		if (!aim.ok) doubt = { reason: aim.reason, detail: aim.why };
		return aim.ok;
	}

	async function act(now: Situation, facts: Facts, decided: Pending): Promise<void> {
		const { answer, entry: settled } = decided;
		const chosen = answer.act;
		if (o.navigator !== undefined && chosen.verb === TRAVEL) {
			const why = o.navigator.goTo(String(chosen.args['to']));
			tell(now, decided, why === '' ? { done: true } : { done: false, reason: 'failed', detail: why }, false);
			due = why !== '';
			if (why !== '') doubt = { reason: 'act-failed', detail: why };
			return;
		}
		const resolved = mind.resolve(chosen, now, facts);
		const target = typeof chosen.args['at'] === 'string' ? chosen.args['at'] : undefined;
		const sight = targetOf(now, chosen);
		judge(now, sight);
		if (!resolved.ok) {
			note(now, decided, resolved.reason);
			if (replay === undefined) doubt = { reason: 'act-failed', detail: resolved.reason };
			else finish(replay, now, { do: 'failed', why: resolved.reason });
			return;
		}
		const idle = isIdle(chosen, profile);
		due = false;
		o.onIntent?.({ act: chosen, advice: o.driver.kind === 'advice', ...(sight === undefined ? {} : { target: sight }) });
		const ageMs = clock.monotonic() - now.frame.at;
		running = {
			act: chosen,
			used: mind.agreeing(chosen, facts),
			sights: [...new Set(now.sights.flatMap((s) => s.crystal ?? []))],
			target: sight?.crystal,
			expects: answer.expects,
			watch: mind.watch(answer.expects, facts),
			screen: now.screen,
			entry: settled.n,
			tier: settled.tier,
			seenBy: now.entry,
			fromModel: settled.tier !== 'crystal',
			before: facts,
			startedAt: clock.monotonic(),
			injected: false,
			...(replay === undefined ? {} : { of: replay }),
		};
		lastUsed = running.used;
		recent = [...recent.slice(-7), { act: chosen, outcome: 'pending' }];
		// Advice is followed by a person, who sees the game as it is.
		if (ageMs > STALE_FRAME_MS && o.driver.kind !== 'advice') {
			refused(now, decided, { done: false, reason: 'stale-frame', detail: `the frame was ${Math.round(ageMs)} ms old` }, idle);
			return;
		}
		const started = running;
		const before = entry;
		// Set now: its effect may be seen before the driver says that it is done.
		entry = { key: `${now.screen}>${chosen.verb}:${target ?? ''}`, from: now.screen };
		o.navigator?.sent(chosen);
		// Not awaited: a long press must not keep the loop from looking.
		// Ids rise, and an act that is tried again is another act for whoever carries it out.
		actId = Math.max(settled.n, actId + 1);
		void o.driver
			.act({ id: actId, verb: chosen.verb, steps: resolved.steps, frame: { width: now.frame.width, height: now.frame.height, ageMs } })
			.catch(
				(error: unknown): ActOutcome => ({ done: false, reason: 'failed', detail: error instanceof Error ? error.message : String(error) }),
			)
			.then((outcome) => {
				if (!outcome.done && outcome.reason !== 'advice-only') o.navigator?.unsent(chosen);
				// Told whatever has happened since: input that was sent must stand in the ledger.
				if (running !== started) return tell(now, decided, outcome, idle);
				if (outcome.done || outcome.reason === 'advice-only') {
					tell(now, decided, outcome, idle);
					started.startedAt = clock.monotonic();
					started.injected = true;
					done = started;
					last.verb = chosen.verb;
					last.at = target ?? 'none';
				} else {
					entry = before;
					refused(now, decided, outcome, idle);
				}
			});
	}

	/** The act was not carried out. What passes by itself is waited for; anything else is decided anew. */
	function refused(now: Situation, decided: Pending, outcome: Extract<ActOutcome, { done: false }>, idle: boolean): void {
		const { answer, entry: settled, again } = decided;
		tell(now, decided, outcome, idle);
		running = undefined;
		recent = recent.slice(0, -1);
		due = true;
		// Some of it may have been done: what cannot be undone is not begun twice on one decision.
		if (held || !PASSING.has(outcome.reason) || isGrave(answer.act)) {
			drop(`an act was not carried out: ${outcome.reason}`);
			return;
		}
		due = false;
		const at = clock.monotonic();
		// The next frame is a newer one; anything else takes its time to pass.
		const later = Math.min(AGAIN_MOST_MS, Math.max(AGAIN_MS, 2 * (again?.waitMs ?? 0)));
		const waitMs = outcome.reason === 'stale-frame' ? 0 : later;
		const until = again?.until ?? (atPoint.has(answer.act.verb) ? at + POINT_MS : Infinity);
		pending = { answer, entry: settled, again: { visit: now.visit, until, at: at + waitMs, waitMs } };
	}

	/** @param undone  why it was not carried out, '' = it was */
	function note(now: Situation, { answer, entry: settled }: Pending, undone: string, idle = false): void {
		ledger.append({
			type: 'act',
			tick: tickNo,
			frame: now.frame.id,
			of: settled.n,
			act: answer.act,
			done: undone === '',
			reason: undone,
			idle,
		});
	}

	function tell(now: Situation, decided: Pending, outcome: ActOutcome, idle: boolean): void {
		note(now, decided, outcome.done ? '' : `${outcome.reason}: ${outcome.detail}`, idle);
		o.onAct?.(decided.answer.act, outcome, idle);
	}

	/** Holds the perception that an act rests on against truth, where truth is known. */
	function judge(now: Situation, target: Sight | undefined): void {
		const truth = o.truth?.(now.frame.id);
		if (truth === undefined) return;
		const error = findError(now, truth, target);
		ledger.append({
			type: 'verdict',
			ask: 'perception',
			of: now.entry,
			tier: now.by,
			by: 'truth',
			wrong: error !== undefined,
			acted: true,
			detail: error ?? '',
		});
		cascade.verified(now.entry, error === undefined, 'truth');
	}

	/** Looks for another plan where there is none, or where the one there is has nothing left. Play goes on meanwhile. */
	function plan(now: Situation, facts: Facts): void {
		const { planner } = o;
		const begun = clock.monotonic();
		const attempt = held || asking.has('strategy') ? undefined : planner?.attempt(facts);
		const lookedMs = clock.monotonic() - begun;
		if (planner === undefined || attempt === undefined) return;
		if (attempt.outcome === 'miss' && clock.monotonic() < (notBefore.get('strategy') ?? 0)) return;
		const settling = cascade.settle<'strategy'>(
			{
				question: planner.question(facts, now, tickNo),
				check: () => attempt,
				lookedMs,
				crystallise: (answer, receipt) => planner.crystallise(facts, answer, receipt),
				verify: (answer) => planner.verify(answer),
				tick: tickNo,
				context: { screen: now.screen },
				note: (answer) => (attempt.outcome === 'hit' ? {} : { said: planWords(answer) }),
			},
			o.cancel,
		);
		if (settling.how === 'hit') {
			for (const id of attempt.outcome === 'hit' ? attempt.used : []) planner.follow(id, facts);
			return;
		}
		asking.add('strategy');
		void settling.settled.then((settled) => {
			asking.delete('strategy');
			notBefore.set('strategy', clock.monotonic() + (settled === undefined ? PLAN_RETRY_MS : PLAN_GAP_MS));
		});
	}

	/** Deals with what is read on screen, each text once while it stands there. */
	function listen(now: Situation, facts: Facts): void {
		const { folk } = o;
		if (folk === undefined) return;
		for (const heard of folk.heard()) if (!asking.has(heard.ask)) interpret(folk, heard.ask, heard, now, facts);
	}

	function interpret<A extends Heard['ask']>(folk: Folk, ask: A, heard: Heard, now: Situation, facts: Facts): void {
		const interpreter: Interpreter<A> = folk.interpreters[ask];
		const begun = clock.monotonic();
		const attempt = interpreter.attempt(heard);
		const lookedMs = clock.monotonic() - begun;
		folk.begun(heard);
		const settling = cascade.settle<A>(
			{
				question: interpreter.question(heard, facts, now, tickNo),
				kind: heard.fact,
				check: () => attempt,
				lookedMs,
				crystallise: (answer, receipt) => interpreter.crystallise(heard, answer, receipt),
				verify: (answer) => interpreter.verify(heard, answer),
				tick: tickNo,
				context: { screen: now.screen },
				note: (answer) => ({ said: cutWords(interpreter.words(answer)) }),
			},
			o.cancel,
		);
		if (settling.how === 'hit') {
			folk.known(heard, attempt.outcome === 'hit' ? attempt.used : []);
			return;
		}
		asking.add(ask);
		void settling.settled.then((settled) => {
			asking.delete(ask);
			if (settled === undefined) folk.unanswered(heard);
		});
	}

	function narrate(now: Situation, facts: Facts): void {
		const all = { ...facts, ...now.facts };
		for (const event of events.find({ screen: now.screen, facts: all })) {
			if (profile.narration?.on?.[event.type] !== undefined) during.add(event.type);
			const begun = clock.monotonic();
			const attempt = voice.attempt(event, { screen: now.screen, used: lastUsed, failed: failedSince, asking: asking.has('narration') });
			const lookedMs = clock.monotonic() - begun;
			failedSince = false;
			if (attempt.outcome === 'silence') {
				ledger.append({ type: 'silent', tick: tickNo, event: event.type, why: attempt.why });
				continue;
			}
			const settling = cascade.settle<'narration'>(
				{
					question: voice.question(event, now.frame, tickNo),
					kind: event.type,
					check: () => attempt,
					lookedMs,
					crystallise: (answer, receipt) => voice.crystallise(event, answer, receipt),
					verify: (answer) => voice.verify(answer, event),
					tick: tickNo,
					context: { screen: now.screen },
				},
				o.cancel,
			);
			if (settling.how === 'hit') speak(event, settling.settled.answer.line, settling.settled.entry);
			else {
				asking.add('narration');
				void settling.settled.then((settled) => {
					asking.delete('narration');
					if (settled !== undefined) speak(event, settled.answer.line, settled.entry);
				});
			}
		}
		leave(all);
	}

	/** Nobody wants to hear of a fight that is over. */
	function leave(facts: Facts): void {
		for (const type of during) {
			if (mind.happens(type, facts) !== false) continue;
			during.delete(type);
			o.onOver?.(type);
		}
	}

	function speak(event: NarrationEvent, line: string, settled: QuestionEntry): void {
		voice.spoken(event, line, settled.used);
		const say = (cleared: ClearedLine): void => {
			ledger.append({ type: 'spoken', of: settled.n, tier: settled.tier ?? 'crystal', event: event.type, line: cleared.text });
			o.onSpoken?.(cleared, event.type);
		};
		const passed = o.gate.pass(linePartsOf(line, event));
		if (passed instanceof Promise) void passed.then(say);
		else say(passed);
	}
}

/** Whether a fact has the same value in both; unknown is no value. */
function alike(a: Facts, b: Facts, id: string): boolean {
	const [x, y] = [known(a, id), known(b, id)];
	return x !== undefined && y !== undefined && JSON.stringify(x) === JSON.stringify(y);
}

function valuesOf(facts: PerceptionAnswer['facts']): Facts {
	return Object.fromEntries(facts.map((f) => [f.name, f.value]));
}

/** An answer with those of its conditions that were so when it was asked for: on the others it never rested, however often it says so. */
function restingOn(answer: DecisionAnswer, facts: Facts): DecisionAnswer {
	return {
		...answer,
		because: answer.because.filter((l) => truthOf(l, facts) === true),
		unless: answer.unless.filter((l) => truthOf(l, facts) !== true),
	};
}

/** What is found in the frame without the answer, against what the answer says: undefined when they have nothing in common. */
function agreement({ sights }: Look, told: ReadonlyMap<string, Box>): boolean | undefined {
	let same = 0;
	let other = 0;
	for (const { name, box } of sights) {
		const said = told.get(name);
		if (said === undefined) continue;
		if (iou(said, box) >= TOLD_IOU) same++;
		else other++;
	}
	return same + other === 0 ? undefined : same > other;
}
function signed(agrees: boolean | undefined): { readonly agrees?: boolean } {
	return agrees === undefined ? {} : { agrees };
}
