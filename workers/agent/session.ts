// One session of play: a source of frames, a driver, a profile. Pumps frames through the loop, watches that the source lives,
// and leaves the report.
import type { FrameSource } from '../../src/adapters/capture.ts';
import type { Store } from '../../src/adapters/store.ts';
import { type Crystal, type Scope, scopeKey, type StateChange } from '../../src/core/crystals/crystal.ts';
import type { SurpriseState } from '../../src/core/crystals/phrase/surprise.ts';
import type { Box } from '../../src/core/geometry.ts';
import type { Random } from '../../src/core/ports.ts';
import { INSTRUCTIONS } from '../../src/core/wire.ts';
import { type Cascade, makeCascade } from '../../src/core/cascade.ts';
import { importByHand } from '../../src/core/crystals/by-hand.ts';
import { forgetCascade } from '../../src/core/crystals/cascade/by-hand.ts';
import type { Dial } from '../../src/core/routing/dial.ts';
import { makeRouter, type Router, type RouterMemory } from '../../src/core/routing/router.ts';
import { type Ledger, type LedgerEntry, makeLedger, type StateEntry, type Waited } from '../../src/core/ledger.ts';
import type { Desk } from '../../src/core/loop/desk.ts';
import { type Loop, type Look, makeLoop } from '../../src/core/loop/loop.ts';
import { type EyesOptions, makeEyes } from '../../src/core/loop/eyes.ts';
import { hasFolk } from '../../src/core/loop/folk.ts';
import { makeMind, type MindMemory } from '../../src/core/loop/mind.ts';
import type { Encoder } from '../../src/core/loop/skills.ts';
import type { Situation, Truth } from '../../src/core/loop/situation.ts';
import { makeVoice } from '../../src/core/loop/voice.ts';
import { type Cleared, type Gate, makeGate } from '../../src/core/moderation/gate.ts';
import type { Words } from '../../src/core/moderation/words.ts';
import { type Follow, makeFollow } from '../../src/core/layout/follow.ts';
import { layoutText } from '../../src/core/layout/placement.ts';
import { makeMosaic, type Mosaic } from '../../src/core/navigation/mosaic.ts';
import { makeNavigator, type Navigator, withTravel } from '../../src/core/navigation/navigator.ts';
import { type Liveness, makeLivenessWatch } from '../../src/core/perception/liveness.ts';
import type { Matcher } from '../../src/core/perception/matcher.ts';
import { makeFrameMemory } from '../../src/core/perception/memory.ts';
import { hashLuma, type PictureFrame } from '../../src/core/perception/pixels.ts';
import type { Clock, Frame, InputDriver, TextReader } from '../../src/core/ports.ts';
import type { Profile } from '../../src/core/profile.ts';
import type { DrillSchedule } from '../../src/core/drill.ts';
import { type Report, ticksJsonl } from '../../src/core/report.ts';
import type { Rate } from '../../src/core/sats.ts';
import { accumulate, emptySums, type Scorecard, scorecard } from '../../src/core/scorecard.ts';
import { actOfHand } from '../../src/core/crystals/skill/hands.ts';
import type { FramePoint } from '../../src/core/geometry.ts';
import type { OwnAct } from '../../src/companion/protocol.ts';
import type { Act, Facts } from '../../src/core/question.ts';
import { type LastFrames, makeLastFrames } from '../../src/core/recording/bundle.ts';
import type {
	BoxView,
	CascadeView,
	CrystalView,
	InputView,
	IntentView,
	LiveView,
	NarrationView,
	Notice,
	Phase,
	ReportView,
	SourceView,
} from '../agent.protocol.ts';
import { costsBefore } from './costs.ts';
import { lookOf, looksAlike } from '../../src/core/strikes/near.ts';
import { marksOf, namedScreen } from '../../src/core/strikes/marks.ts';
import { type DrillDesk, makeDrillDesk } from './drill.ts';
import { type Gallery, makeGallery } from './gallery.ts';
import { cascadeView } from './routing.ts';
import { learnAnswered } from './answered.ts';
import { actText, cleared, decisionTold } from './views.ts';
import {
	type CarryOver,
	knownLayout,
	makeHomes,
	makeRegain,
	makeScaleWatch,
	pixelsHome,
	type Regain,
	type ScaleWatch,
	startCarryOver,
} from './layouts.ts';
import { writeReport } from './reports.ts';
import { makeStrikeDesk, type StrikeDesk, strikesBefore } from './strikes.ts';
import type { TierDesk } from './tiers.ts';
import { makeRulesDesk, type RulesDesk } from './rules.ts';
import { loadOlder, startUpdateCheck, type UpdateCheck } from './updates.ts';
import type { Watchers } from './watchers.ts';

export interface SessionOptions {
	readonly profile: Profile;
	readonly source: FrameSource;
	readonly sourceView: Pick<SourceView, 'kind' | 'label'>;
	readonly driver: InputDriver;
	readonly input: () => InputView;
	/** Whether the game's window is in front; undefined when nobody can tell. */
	readonly focused?: () => boolean | undefined;
	readonly store: Store;
	readonly desk: TierDesk;
	readonly watchers: Watchers;
	readonly clock: Clock;
	readonly random: Random;
	/** How many questions may reach the cloud. */
	readonly dial: () => Dial;
	/** Lines an hour that a model may speak. */
	readonly linesPerHour: () => number;
	readonly reader: TextReader;
	readonly matcher: Matcher;
	/** Tells a moving thing from its ground; see `EyesOptions`. */
	readonly learnMask: NonNullable<EyesOptions['learnMask']>;
	readonly png: (frame: PictureFrame) => Promise<Uint8Array>;
	readonly truth?: (frameId: string) => Truth | undefined;
	readonly minutes?: number;
	/** Every decision is asked, whatever is known. */
	readonly alwaysAsk: boolean;
	/** Sentences for the report: who stands in for a model, whose input it is. */
	readonly notes: readonly string[];
	/** Turns sentences into vectors, where a model for it is here. */
	readonly encoder: () => Encoder | undefined;
	readonly describe: (crystal: Crystal) => CrystalView;
	/** Hears the scorecard whenever it has changed, twice a second at most. */
	readonly onScore: (card: Scorecard) => void;
	/** What dollars are in sats; undefined while nobody has said. */
	readonly rate: () => Rate | undefined;
	/** What came in and went out in a span of time, milliseconds since 1970; null where nobody knows. */
	readonly sats: (from: number, to: number) => Promise<Report['earned']>;
	/** Hears each entry of the ledger as it is written. */
	readonly onEntry: (entry: LedgerEntry) => void;
	readonly onEnd: (report: ReportView, ticks: string, crystals: readonly Crystal[]) => Promise<void>;
	/** Drills by themselves, as the person wants them now. */
	readonly drills: () => DrillSchedule | undefined;
	readonly onSized?: (frame: PictureFrame) => Promise<void>;
}

export interface Session {
	readonly profile: Profile;
	readonly ledger: Ledger;
	/** Valid until the next frames are taken. */
	readonly lastFrame: PictureFrame;
	/** The pictures before it, for a failure bundle. */
	readonly lastFrames: LastFrames;
	readonly crystals: ReadonlyMap<string, Crystal>;
	readonly scope: Scope;
	readonly phase: Phase;
	pause(why: string): void;
	resume(): void;
	readonly drill: DrillDesk;
	/** @param what  they did since the last time, oldest first */
	takeover(on: boolean, what: readonly OwnAct[]): void;
	trackEvent(event: 'mute' | 'unmute' | 'ended'): void;
	readonly gallery: Gallery;
	readonly rules: RulesDesk;
	/** Carries a skill out at a person's word; '' or why it cannot be. */
	runSkill(id: string): string;
	/** What that would say now. */
	cannotRun(id: string): string;
	/** Takes the rules of a `rules.txt` into shadow; a sentence when it has faults. */
	importRules(text: string): Promise<string>;
	readonly strikes: Pick<StrikeDesk, 'answer'>;
	/** What is learnt about models. */
	readonly routing: CascadeView;
	/** Forgets it; a sentence when there is nothing. */
	forgetRouting(): Promise<string>;
	narration(): NarrationView;
	/** Takes crystals in that came from elsewhere; only those of this scope. */
	admit(crystals: readonly Crystal[]): void;
	/** See `AgentApi`. */
	goTo(place: string): string;
	stopTravel(): string;
	placePicture(place: string): Frame | undefined;
	splitPlace(place: string): string;
	readonly mosaic: Mosaic;
	notice(notice: Notice): void;
	unnotice(id: string): void;
	refresh(): void;
	end(why: string): Promise<ReportView>;
}

/** Acts of one takeover that are kept; a skill is short. */
const SHOWN_MOST = 40;
/** Between an input of theirs and the word of it. */
const TOLD_MS = 500;
/** Frames are looked for this often when none comes by itself. */
const WATCH_MS = 250;
const FIRST_FRAME_MS = 10_000;
const SCORE_EVERY_MS = 500;
const CRYSTALS_EVERY_MS = 1000;
const REMEMBER_EVERY_MS = 15_000;
/** With nobody there to press Start, a picture that stood still is acted on again after this long, once each time. */
const RETRY_FROZEN_MS = 15_000;

interface Memory {
	readonly mind: MindMemory;
	readonly voice: SurpriseState;
	/** Absent in stores of before. */
	readonly routing?: RouterMemory;
}
/** What the mind remembers rests on no pixels: one memory serves all layouts. */
const memoryKey = (scope: Scope): string => `memory ${scopeKey({ ...scope, layout: 'any' })}`;

/** @throws Error when no frame comes within ten seconds */
export async function startSession(o: SessionOptions): Promise<Session> {
	const { clock, store, watchers, profile, desk } = o;
	const id = `${profile.id}-${new Date(clock.now()).toISOString().replace(/[:.]/g, '-')}`;
	const startedAt = clock.now();
	const controller = new AbortController();
	const cancel = controller.signal;
	const [first, { words }, costs, struck] = await Promise.all([
		firstFrame(o.source, cancel),
		// The lists are large, and no part of the first load.
		import('../../src/adapters/moderation/filter.ts') as Promise<{ readonly words: Words }>,
		costsBefore(store, profile.id),
		strikesBefore(store, profile.id),
	]);
	let sums = emptySums();
	const lines = new Map<number, string>();
	const ledger = makeLedger({ session: id, next: (await store.lastEntry()) + 1, now: () => clock.now(), persist: record });
	const drill = makeDrillDesk({ ledger, played, schedule: o.drills });
	const homes = makeHomes(store, clock.now);
	const strikes = makeStrikeDesk({
		store,
		profile,
		memory: struck,
		ledger: () => ledger,
		crystals: () => crystals,
		gallery: () => gallery,
		importRules,
		async nameScreen(name, look) {
			const why = held();
			if (why !== '') return `It is learnt from the picture that stands there, and ${why}.`;
			const residue = await loop.explain((frame) => {
				if (!looksAlike(look, lookOf(frame)))
					return 'The picture is another one by now. Bring back the one that was asked about, then accept.';
				const marks = marksOf(frame, worldHere);
				return marks.length === 0 ? 'The picture has no mark that it could be known by.' : namedScreen(name, marks);
			});
			if (typeof residue === 'string') return residue;
			if ('none' in residue) return residue.detail;
			const made = residue.made.filter((c) => crystals.get(c.id)?.kind === 'template').map((c) => c.id);
			return made.length === 0 ? `No mark of it could be learnt: ${residue.refused.map((r) => r.why).join('; ')}.` : made;
		},
		standing: () => ({
			literal: (literal) => mind.check.literal(literal),
			act: (act) => mind.check.act(act),
			isPlace: (name) => navigator.names().includes(name),
		}),
		learn: (draft, text, base, unused) =>
			learnAnswered(draft, text, base, unused, {
				...desks,
				ledger,
				folk: mind.folk,
				planner: mind.planner,
				navigator,
				check: mind.check,
				facts: mind.facts,
			}),
		unattended: o.minutes !== undefined,
		clock,
		onChange: tellStrikes,
	});
	/** Of the layout that shows. */
	let crystals = new Map<string, Crystal>();
	const dirty = new Set<Crystal>();
	const notices = new Map<string, Notice>();
	let scope = scopeOf(profile, first);
	let phase: Phase = 'starting';
	let playedMs = 0;
	let playingSince: number | undefined;
	let lastFrame: PictureFrame = first;
	const lastFrames = makeLastFrames();
	let look: Look | undefined;
	let intent: IntentView | null = null;
	let caption: Cleared | '' = '';
	let lineNo = 0;
	let ticks = 0;
	let captionAt = 0;
	let live: Liveness = { state: 'live', reason: '' };
	const liveness = makeLivenessWatch(clock.monotonic());
	const frameTimes: number[] = [];
	let ended: Promise<ReportView> | undefined;
	let loop: Loop;
	let mind: ReturnType<typeof makeMind>;
	let voice: ReturnType<typeof makeVoice>;
	let navigator: Navigator;
	const mosaic = makeMosaic(clock.now());
	let navShown = -1;
	let poseShown = '';
	let gate: Gate;
	let router: Router;
	let cascade: Cascade | undefined;
	/** What waited for a person when another layout came: its cascade is gone. */
	const waited: Waited[] = [];
	/** Of the takeover that is going on. */
	const shown: { act: Act; before: Facts }[] = [];
	/** Of the same, every input. */
	const done: OwnAct[] = [];
	/** Play is paused until the person has said what is to do for them what they showed. */
	let waitsForAnswer = false;
	/** Where it began. */
	let shownAt: { readonly screen: string; readonly facts: Facts } | undefined;
	const hands: { at: number; situation: Situation | undefined; facts: Facts }[] = [];
	let rememberedAt = clock.monotonic();
	let scoreDirty = true;
	let crystalsDirty = true;
	let updated: UpdateCheck | undefined;
	let carry: CarryOver | undefined;
	let scaleWatch: ScaleWatch;
	let regain: Regain;
	let follow: Follow;
	let worldHere: Box | undefined;
	let assemble: () => void = () => {};
	/** What eyes, mind and voice of this layout share. */
	let desks: Desk;

	/** Frames that a model explained, for learning and for trying things on. */
	let explained = makeFrameMemory();
	const gallery = makeGallery({
		get crystals() {
			return crystals;
		},
		ledger,
		clock,
		reader: o.reader,
		facts: profile.facts,
		world: () => worldHere,
		matcher: o.matcher,
		check: () => mind.check,
		live: () => ({ frame: lastFrame, screen: loop.situation?.screen ?? '' }),
		kept: () => explained.frames(),
		held: (sort, name) => strikes.heldHand(sort, name),
		moved: (c, change, hand) => {
			changed(c, change, scope, hand);
			if (change.to === 'retired') mind.retire(c.id);
			else mind.revive(c.id);
			if (c.kind === 'place' || c.kind === 'route') navigator.atlas.refresh();
		},
		save(c) {
			// A new name is looked for by its words.
			if (c.kind === 'skill') mind.revive(c.id);
			if (c.kind === 'place') navigator.atlas.refresh();
			return store.putCrystal(c);
		},
		onChange: () => {
			crystalsDirty = true;
			tellCrystals();
			tellGallery();
		},
	});
	const rules = makeRulesDesk({
		profile,
		scope: () => scope,
		crystals: () => crystals,
		mind: () => mind,
		clock,
		session: () => ledger.entries(),
		entries: async (numbers) => await store.entries(numbers),
	});
	await openScope(first);
	ledger.append({
		type: 'session',
		event: 'started',
		game: profile.id,
		detail: `${scope.layout}, ${crystals.size} crystals`,
		playedMs: 0,
		skills: [...crystals.values()].filter((c) => c.kind === 'skill' && c.state === 'autonomous').length,
	});
	tellStrikes();
	setPhase('playing');
	const watch = setInterval(() => void watchSource(), WATCH_MS);
	const telling = setInterval(tellScore, SCORE_EVERY_MS);
	const tellingCrystals = setInterval(tellCrystals, CRYSTALS_EVERY_MS);
	void pump();

	return {
		profile,
		ledger,
		get lastFrame() {
			return lastFrame;
		},
		lastFrames,
		get crystals() {
			return crystals;
		},
		gallery,
		rules,
		importRules,
		strikes: {
			async answer(key, accept, text) {
				const why = await strikes.answer(key, accept, text);
				if (why === '' && waitsForAnswer && !strikes.asksWhatWasShown) resume();
				return why;
			},
		},
		get routing() {
			return cascadeView(o.dial(), router, desk.tiers());
		},
		narration() {
			const { eventsPerHour, linesPerHour, threshold } = voice.pace();
			const since = clock.now() - 3_600_000;
			const lately = ledger.entries().filter((e) => e.type === 'spoken' && e.tier === 'crystal' && e.at > since);
			return {
				linesPerHour: o.linesPerHour(),
				eventsPerHour,
				byModelPerHour: linesPerHour,
				byPhraseLastHour: lately.length,
				threshold: threshold ?? null,
			};
		},
		forgetRouting: () => gallery.put(forgetCascade(router.crystals(), clock.now(), (c) => void store.putCrystal(c))),
		admit(come) {
			for (const c of come) {
				homes.put(c.scope, c);
				// What was found by its name or conditions is looked for from now on.
				if (c.kind === 'skill' && crystals.has(c.id)) mind.revive(c.id);
			}
			if (come.some(({ kind }) => kind === 'place' || kind === 'route')) navigator.atlas.refresh();
			crystalsDirty = true;
			tellCrystals();
		},
		goTo: (place) => navigator.goTo(place),
		stopTravel: () => navigator.stop(),
		placePicture: (place) => navigator.picture(place),
		mosaic,
		splitPlace(place) {
			if (!navigator.atlas.split(place, 'a person said so')) return 'That place was not taken for another.';
			tellNav();
			return '';
		},
		get scope() {
			return scope;
		},
		get phase() {
			return phase;
		},
		drill,
		runSkill(id) {
			const why = held();
			return why === '' ? loop.carryOut(id) : why;
		},
		cannotRun(id) {
			const why = held();
			return why === '' ? loop.cannotCarryOut(id) : why;
		},
		pause,
		resume,
		takeover(on, what) {
			const detail = what.map((w) => [w.kind, w.key ?? w.button ?? ''].join(' ').trim()).join(', ');
			if (phase === 'playing' || phase === 'takeover') {
				learnFrom(what);
				done.push(...what);
			}
			if (on && phase === 'playing') {
				loop.hold();
				liveness.forgive();
				setPhase('takeover');
				ledger.append({ type: 'intervention', what: 'takeover', detail });
			} else if (!on && phase === 'takeover') {
				nameWhatWasShown();
				setPhase('playing');
				// Nobody is there to answer where play ends by itself.
				if (strikes.asksWhatWasShown && o.minutes === undefined) {
					pause('the same was done by hand a third time');
					waitsForAnswer = true;
				} else if (live.state === 'live') loop.go();
			} else if (on && detail !== '') ledger.append({ type: 'intervention', what: 'takeover', detail });
		},
		trackEvent(event) {
			liveness.track(event);
			void watchSource();
		},
		notice: (n) => {
			notices.set(n.id, n);
			tellLive();
		},
		unnotice: (n) => {
			notices.delete(n);
			tellLive();
		},
		refresh: () => {
			tellLive();
			tellScore();
			tellCrystals();
			tellNav();
			tellGallery();
		},
		end: (why) => (ended ??= finish(why)),
	};

	function pause(why: string): void {
		if (phase !== 'playing' && phase !== 'takeover') return;
		waitsForAnswer = false;
		loop.hold();
		void o.driver.releaseAll();
		liveness.forgive();
		setPhase('paused');
		ledger.append({ type: 'intervention', what: 'pause', detail: why });
		ledger.append({ type: 'session', event: 'paused', game: profile.id, detail: why, playedMs: played() });
	}

	function resume(): void {
		// Start also tries a frozen picture once more: the person may know better.
		liveness.forgive();
		if (phase !== 'paused' && phase !== 'takeover') {
			void watchSource();
			return;
		}
		waitsForAnswer = false;
		setPhase('playing');
		ledger.append({ type: 'session', event: 'resumed', game: profile.id, detail: '', playedMs: played() });
		if (live.state === 'live') loop.go();
	}

	async function importRules(text: string): Promise<string> {
		const come = rules.read(text);
		if (typeof come === 'string') return come;
		for (const rule of come) keep(scope, rule);
		mind.rules.addAll(come);
		crystalsDirty = true;
		await save();
		return await gallery.put(importByHand(come, 'rules.txt'));
	}

	function tellStrikes(): void {
		watchers.tell({ type: 'strikes', strikes: strikes.views });
	}

	/** Why nothing can be carried out now. */
	function held(): string {
		if (phase === 'paused') return 'play is paused; go on first';
		if (phase === 'takeover') return 'you have the controls; let go first';
		return phase === 'playing' ? '' : 'nothing is being played';
	}

	function record(entry: LedgerEntry): void {
		store.appendLedger(entry);
		o.onEntry(entry);
		sums = accumulate(sums, entry);
		scoreDirty = true;
		if (entry.type === 'spoken') lines.set(entry.of, entry.line);
		gallery.note(entry);
		strikes.see(entry);
		const told = decisionTold(entry, (c) => crystals.get(c)?.name ?? c, lines.get(entry.n) ?? '');
		if (told === undefined) return;
		// After the entry is whole: what is refused in its words is an entry of its own.
		queueMicrotask(() => watchers.tell({ type: 'decisions', decisions: [cleared(told, gate)] }));
	}

	/** The companion tells of inputs up to half a second later: what was to be seen when they were made is kept that long. */
	async function watchHands(frame: PictureFrame): Promise<void> {
		await loop.watch(frame);
		hands.push({ at: clock.monotonic(), situation: loop.situation, facts: mind.facts });
		if (hands.length > 40) hands.shift();
	}

	/** What the person does while they play, in the words of the profile. */
	function learnFrom(what: readonly OwnAct[]): void {
		const then = clock.monotonic() - TOLD_MS;
		const now = hands.findLast((h) => h.at <= then) ?? hands[0] ?? { situation: loop.situation, facts: mind.facts };
		if (now.situation === undefined) return;
		shownAt ??= { screen: now.situation.screen, facts: now.facts };
		for (const { kind, key, button, at } of what) {
			if (kind !== 'key' && kind !== 'click') continue;
			const act = actOfHand(
				{
					...(key === undefined ? {} : { key }),
					...(button === undefined ? {} : { button }),
					...(at === undefined ? {} : { at: at as FramePoint }),
				},
				profile,
				now.situation.sights,
			);
			if (act !== undefined && shown.length < SHOWN_MOST) shown.push({ act, before: now.facts });
		}
	}

	/** A takeover is over: what was done in it is kept as a skill in trial, until the person says what it is for. */
	function nameWhatWasShown(): void {
		const acts = shown.splice(0);
		const skill = mind.skills.shown(acts, profile.goal);
		const detail = handText(done.splice(0));
		if (detail !== '') {
			const { screen = '', facts = {} } = shownAt ?? {};
			ledger.append({
				type: 'intervention',
				what: 'shown',
				detail,
				screen,
				facts,
				acts: acts.map(({ act }) => act),
				...(skill === undefined ? {} : { crystal: skill.id }),
			});
		}
		shownAt = undefined;
		mind.skills.interrupt();
		hands.length = 0;
		if (skill === undefined) return;
		notices.set('shown', {
			id: 'shown',
			level: 'info',
			title: 'You showed me how',
			text: `${skill.data.steps.length} steps are kept as "${gate?.glance(skill.name, 'something') ?? ''}". Under Crystals, give them a name to let me try them.`,
		});
	}

	/** Loads what is known for this layout, and starts a loop over it. */
	async function openScope(frame: PictureFrame, ui = 1): Promise<void> {
		const own = scopeOf(profile, frame, ui);
		scope = own;
		// A loop over another layout may still be waiting for an answer; what it learns from it stays with that layout.
		crystals = await homes.enter(own);
		explained = makeFrameMemory();
		const home = await pixelsHome(store, profile, scope);
		const there = home === scope.layout ? [] : await store.loadCrystals({ ...scope, layout: home });
		follow = makeFollow(home, scope.layout, () => [...crystals.values(), ...there]);
		worldHere = worldNow();
		const shared = {
			session: id,
			scope,
			profile,
			fixed: (x: number, y: number) => follow.point(x, y),
			crystals,
			clock,
			random: o.random,
			newId: (kind: string) => `${kind}-${crypto.randomUUID()}`,
			save: (c: Crystal) => keep(own, c),
			changed: (c: Crystal, change: StateChange) => changed(c, change, own),
		};
		desks = shared;
		await loadOlder({ store, ...shared });
		// Stores of before kept one memory a layout.
		const memory = ((await store.getSetting(memoryKey(scope))) ?? (await store.getSetting(`memory ${scopeKey(scope)}`))) as
			| Memory
			| undefined;
		mind = makeMind({
			...shared,
			profile: withTravel(profile),
			encoder: o.encoder,
			...(memory === undefined ? {} : { memory: memory.mind }),
		});
		voice = makeVoice({ ...shared, linesPerHour: o.linesPerHour, ...(memory === undefined ? {} : { memory: memory.voice }) });
		router = makeRouter({
			...shared,
			dial: o.dial,
			entry: () => ledger.next,
			...(memory?.routing === undefined ? {} : { memory: memory.routing }),
		});
		assemble = () => {
			loop = makeLoopOver(shared);
		};
		assemble();
		const layouts = { store, scope, crystals, matcher: o.matcher, clock, save: shared.save, changed: shared.changed };
		scaleWatch = makeScaleWatch(layouts);
		regain = makeRegain(layouts);
		carry = await startCarryOver({
			...layouts,
			told: (title, text) => notices.set('resized', { id: 'resized', level: 'info', title, text }),
		});
		updated = startUpdateCheck({
			...layouts,
			crystals,
			...(worldHere === undefined ? {} : { world: worldHere }),
			told: (text) =>
				notices.set('updated', {
					id: 'updated',
					level: 'info',
					title: 'The game was updated',
					text: `Known elements are checked again: ${text}.`,
				}),
		});
		await o.onSized?.(frame);
	}

	/** The world as this layout has it; undefined while that is not known. */
	function worldNow(): Box | undefined {
		return profile.world === undefined ? undefined : follow.box(profile.world as Box);
	}

	/** The elements found since may tell where the world is: then the loop begins anew with it. */
	function placeWorld(): void {
		if (worldHere !== undefined || profile.world === undefined) return;
		worldHere = worldNow();
		if (worldHere === undefined) return;
		loop.hold();
		assemble();
	}

	function makeLoopOver(shared: Desk): Loop {
		const focus = o.focused === undefined ? {} : { focused: o.focused };
		const { world: _, ...rest } = profile;
		const here: Profile = worldHere === undefined ? rest : { ...rest, world: [...worldHere] };
		const minimap = profile.minimap === undefined ? undefined : follow.box(profile.minimap as Box);
		const scrolls = profile.scrolls === undefined ? undefined : follow.box(profile.scrolls as Box);
		const ground = scrolls ?? worldHere;
		navigator = makeNavigator({
			...shared,
			random: o.random,
			mosaic,
			...(ground === undefined ? {} : { world: ground }),
			...(minimap === undefined ? {} : { minimap }),
		});
		navShown = -1;
		const eyes = makeEyes({
			...shared,
			profile: here,
			reader: o.reader,
			matcher: o.matcher,
			learnMask: o.learnMask,
			memory: explained,
			...focus,
		});
		waited.push(...(cascade?.endWaits() ?? []));
		cascade = makeCascade({
			ledger,
			clock,
			tiers: () => desk.tiers(),
			instructions: INSTRUCTIONS,
			routing: router,
			pulled: () => drill.pulled,
			held: (asking) => strikes.held(asking),
			alwaysAsk: new Set(o.alwaysAsk ? (['decision'] as const) : []),
		});
		gate = makeGate({
			...shared,
			cascade,
			words,
			endpoint: () => desk.tiers().some(({ asks }) => asks.has('moderation')),
			tick: () => ticks,
			cancel,
			onChange: () => tellLive(),
		});
		return makeLoop({
			profile,
			clock,
			ledger,
			cascade,
			gate,
			eyes: {
				...eyes,
				async look(frame, cancelled, first) {
					const seen = await eyes.look(frame, cancelled, first);
					return regain.see(seen) ? { ...seen, proving: true } : seen;
				},
			},
			mind,
			voice,
			planner: mind.planner,
			navigator,
			...(hasFolk(profile) ? { folk: mind.folk } : {}),
			driver: o.driver,
			png: (frame) => o.png(frame as PictureFrame),
			cancel,
			...(o.truth === undefined ? {} : { truth: o.truth }),
			onLook: (seen, situation) => {
				look = seen;
				tellLive(situation);
			},
			onIntent: (next) => {
				intent =
					next === null
						? null
						: {
								verb: next.act.verb,
								text: gate.glance(actText(next.act), 'something'),
								advice: next.advice,
								...(next.target === undefined
									? {}
									: {
											box: next.target.box,
											at: { x: next.target.box[0] + next.target.box[2] / 2, y: next.target.box[1] + next.target.box[3] / 2 },
										}),
							};
			},
			onSpoken: ({ text, parts, held }, of) => {
				caption = text;
				captionAt = clock.monotonic();
				watchers.tell({ type: 'line', line: { n: ++lineNo, of, text, parts, language: profile.language, at: clock.now(), held } });
			},
			onOver: (of) => watchers.tell({ type: 'line-over', of }),
			onAct: (act: Act, outcome, idle) => {
				if (outcome.done) {
					// Waiting changes nothing, so it proves nothing about the picture.
					if (!idle && o.driver.kind !== 'advice') liveness.acted(clock.monotonic());
					notices.delete('input');
				} else if (outcome.reason !== 'advice-only') {
					notices.set('input', {
						id: 'input',
						level: 'warning',
						title: 'The act was not carried out',
						text: `${gate.glance(actText(act), 'something')}: ${outcome.detail || outcome.reason}`,
					});
				}
			},
		});
	}

	/** @param home  the layout it was learnt or labelled in, which may not be the one that shows */
	function keep(home: Scope, c: Crystal): void {
		crystalsDirty = homes.put(home, c) || crystalsDirty;
		dirty.add(c);
	}

	function changed(c: Crystal, change: StateChange, home = scope, hand?: StateEntry['hand']): void {
		keep(home, c);
		const again = c.history.some((h) => h !== change && h.at <= change.at && h.to === 'autonomous');
		ledger.append({
			type: 'state',
			crystal: c.id,
			kind: c.kind,
			name: c.name,
			from: change.from,
			to: change.to,
			why: change.why,
			...(hand === undefined ? {} : { hand }),
			...(again ? { again } : {}),
		});
		if (c.pinned === true && change.to === 'quarantined')
			notices.set(`pinned ${c.id}`, {
				id: `pinned ${c.id}`,
				level: 'warning',
				title: 'A pinned crystal was set aside',
				text: `${gate?.glance(c.name, 'something') ?? ''}: ${gate?.glance(change.why, 'empty') ?? ''}. It goes on collecting labels; approve it to have it back sooner.`,
			});
	}

	async function pump(): Promise<void> {
		let fresh: PictureFrame | undefined = first;
		while (!cancel.aborted) {
			const frame: PictureFrame = fresh ?? lastFrame;
			fresh = undefined;
			if (frame.width !== lastFrame.width || frame.height !== lastFrame.height) await resize(frame);
			lastFrame = frame;
			lastFrames.add(frame);
			// Nothing new still means a tick while acts wait for their effects: time passes for them.
			if (phase === 'playing' && live.state === 'live') await carriedTick(frame);
			else if (phase === 'takeover' && live.state === 'live') await watchHands(frame);
			else tellLive();
			if (dirty.size > 0) await save();
			if (clock.monotonic() - rememberedAt > REMEMBER_EVERY_MS) await remember();
			if (o.minutes !== undefined && played() >= o.minutes * 60_000) {
				void (ended ??= finish('time'));
				return;
			}
			const next = await nextFrame(o.source, cancel, profile.heartbeatMs);
			if (next === 'ended') {
				liveness.track('ended');
				await watchSource();
				return;
			}
			if (next !== 'none') {
				fresh = next;
				frameTimes.push(clock.monotonic());
				liveness.see(next, hashLuma(next));
			}
		}
	}

	/** Known elements are found again first; the loop waits for that, for ten frames at most. */
	async function carriedTick(frame: PictureFrame): Promise<void> {
		if (carry?.see(frame) === true) {
			tellLive();
			return;
		}
		placeWorld();
		updated?.see(frame);
		await tick(frame);
		const rescaled = scaleWatch.see(frame, new Set(look?.sights.flatMap((s) => s.crystal ?? []) ?? []));
		if (rescaled === undefined) return;
		const { ui } = await knownLayout(store, scope, rescaled);
		await reopen(frame, ui);
	}

	async function tick(frame: PictureFrame): Promise<void> {
		try {
			ticks++;
			await loop.tick(frame);
			notices.delete('tick');
		} catch (error) {
			if (cancel.aborted) return;
			notices.set('tick', {
				id: 'tick',
				level: 'error',
				title: 'A tick failed',
				text: error instanceof Error ? error.message : String(error),
			});
		}
	}

	/** Another size is another layout: what was learnt for the old one waits for its return. */
	async function resize(frame: PictureFrame): Promise<void> {
		loop.hold();
		await o.driver.releaseAll();
		notices.set('resized', {
			id: 'resized',
			level: 'info',
			title: 'The game window changed its size',
			text: `It is ${frame.width} × ${frame.height} now. What was learnt at ${lastFrame.width} × ${lastFrame.height} is kept for that size.`,
		});
		await reopen(frame, 1);
		liveness.accept(frame);
	}

	/** Another size or another scale of the interface: another layout. */
	async function reopen(frame: PictureFrame, ui: number): Promise<void> {
		loop.hold();
		await o.driver.releaseAll();
		await save();
		await remember();
		await openScope(frame, ui);
		if (phase !== 'playing') loop.hold();
	}

	async function save(): Promise<void> {
		const batch = [...dirty];
		dirty.clear();
		if (batch.length > 0) await store.putCrystals(batch);
	}

	/** What the loop remembers besides crystals; losing it costs a few calls, so it is written now and then. */
	async function remember(): Promise<void> {
		rememberedAt = clock.monotonic();
		strikes.lapse();
		void strikes.keep();
		await store.setSetting(memoryKey(scope), { mind: mind.memory(), voice: voice.memory(), routing: router.memory() } satisfies Memory);
	}

	/** Tells a live source from a frozen, muted or ended one, by what the frames show. */
	async function watchSource(): Promise<void> {
		if (ended !== undefined) return;
		const now = clock.monotonic();
		const next = liveness.judge(now);
		while (frameTimes.length > 60) frameTimes.shift();
		if (next.state === live.state) {
			tellLive();
			return;
		}
		const before = live;
		live = next;
		if (next.state === 'frozen' && o.minutes !== undefined) setTimeout(() => liveness.forgive(), RETRY_FROZEN_MS);
		if (next.state === 'live') {
			notices.delete('source');
			if (phase === 'playing') loop.go();
		} else {
			loop.hold();
			await o.driver.releaseAll();
			notices.set('source', {
				id: 'source',
				level: next.state === 'ended' ? 'error' : 'warning',
				title: `The picture is ${next.state}`,
				text: `${next.reason} All acting has stopped.`,
				...(next.state === 'ended' ? { action: 'share-again' as const } : {}),
			});
			if (next.state === 'ended')
				void (ended ??= finish(before.state === 'live' ? 'source ended' : `source ended after it was ${before.state}`));
		}
		tellLive();
	}

	function played(): number {
		return playedMs + (playingSince === undefined ? 0 : clock.monotonic() - playingSince);
	}

	function setPhase(next: Phase): void {
		if (playingSince !== undefined) playedMs += clock.monotonic() - playingSince;
		phase = next;
		playingSince = next === 'playing' ? clock.monotonic() : undefined;
		tellLive();
	}

	function tellLive(situation: Situation | undefined = loop?.situation): void {
		const now = clock.monotonic();
		if (caption !== '' && now - captionAt > captionMs(caption)) caption = '';
		const recent = frameTimes.filter((t) => now - t <= 2000).length;
		const view: LiveView = {
			phase,
			session: id,
			playedMs: played(),
			source: {
				...o.sourceView,
				width: lastFrame.width,
				height: lastFrame.height,
				state: live.state,
				why: live.reason,
				fps: recent / 2,
				ageMs: now - (frameTimes.at(-1) ?? lastFrame.at),
			},
			input: o.input(),
			screen: gate?.glance(situation?.screen ?? '', 'something') ?? '',
			facts: gate === undefined ? {} : clearedFacts(situation?.facts ?? {}, gate),
			boxes: (look?.sights ?? situation?.sights ?? []).map(
				(s): BoxView => ({ name: gate.glance(s.name, 'something'), kind: s.kind, box: s.box, by: s.by, score: s.score }),
			),
			intent,
			asking: loop?.asking ?? [],
			goal: gate?.show(mind?.planner.goal ?? '', 'goal') ?? '',
			notices: [...notices.values()],
			caption,
			firing: rules.firing,
		};
		watchers.tell({ type: 'live', live: view });
		tellPose();
	}

	function tellPose(): void {
		if (navigator === undefined) return;
		const pose = navigator.pose;
		const text = JSON.stringify(pose);
		if (text === poseShown) return;
		poseShown = text;
		watchers.tell({ type: 'pose', pose });
	}

	function tellNav(): void {
		if (navigator.atlas.revision === navShown) return;
		navShown = navigator.atlas.revision;
		watchers.tell({ type: 'nav', nav: navigator.view() });
	}

	function tellScore(): void {
		drill.look();
		// What is left of a drill runs down though nothing was written.
		if (drill.pulled) scoreDirty = true;
		if (!scoreDirty) return;
		scoreDirty = false;
		const card = scorecard(sums, clock.now(), costs, o.rate());
		o.onScore(card);
		const { metrics, minutes, wrong, idle, rested, violations, simulated } = card;
		watchers.tell({
			type: 'score',
			score: {
				metrics,
				minutes: structuredClone(minutes),
				wrong,
				idle: { acts: idle.acts, idle: idle.idle },
				rested,
				violations,
				simulated,
				drill: drill.view,
			},
		});
	}

	function tellCrystals(): void {
		tellNav();
		if (!crystalsDirty) return;
		crystalsDirty = false;
		watchers.tell({ type: 'crystals', crystals: [...crystals.values()].map(o.describe) });
		watchers.tell({ type: 'cascade', cascade: cascadeView(o.dial(), router, desk.tiers()) });
	}

	function tellGallery(): void {
		watchers.tell({ type: 'gallery', gallery: gallery.view });
	}

	async function finish(why: string): Promise<ReportView> {
		clearInterval(watch);
		clearInterval(telling);
		clearInterval(tellingCrystals);
		loop.hold();
		await o.driver.releaseAll().catch(() => undefined);
		if (phase !== 'stopped') setPhase('stopped');
		ledger.append({
			type: 'session',
			event: 'ended',
			game: profile.id,
			detail: why,
			playedMs: played(),
			...(cascade === undefined ? {} : { waited: [...waited, ...cascade.endWaits()] }),
		});
		controller.abort();
		o.source.close();
		await save();
		await remember();
		const endedAt = clock.now();
		const view = await writeReport(store, {
			profile,
			session: { id, startedAt, endedAt, endedBy: why },
			sats: await o.sats(startedAt, endedAt),
			entries: ledger.entries(),
			crystals: [...crystals.values()],
			unclear: mind.requests(),
			notes: [
				...o.notes,
				...(o.alwaysAsk ? ['Every decision was asked, whatever was known: this session is for comparison.'] : []),
				...(updated === undefined ? [] : [updated.text()]),
			],
		});
		await store.flush();
		scoreDirty = crystalsDirty = true;
		tellScore();
		tellCrystals();
		tellLive();
		await o.onEnd(view, ticksJsonl(ledger.entries()), [...crystals.values()]);
		watchers.tell({ type: 'report', report: view });
		return view;
	}
}

/** Keys and buttons in order, one pressed again and again once; where a pointer went is nobody's habit. */
function handText(what: readonly OwnAct[]): string {
	const words = what
		.filter(({ kind }) => kind === 'key' || kind === 'click')
		.map(({ kind, key, button }) => `${kind} ${key ?? button ?? ''}`.trim());
	return words
		.filter((word, i) => word !== words[i - 1])
		.slice(0, SHOWN_MOST)
		.join(', ');
}

/** So long a caption stands: a person reads some fifteen characters a second. */
const captionMs = (caption: string): number => Math.max(6000, 70 * caption.length);

/** Texts read off the screen may be anybody's. */
function clearedFacts(facts: Facts, gate: Gate): Facts {
	return Object.fromEntries(
		Object.entries(facts).map(([name, value]) => [name, typeof value === 'string' ? gate.glance(value, 'something') : value]),
	);
}

/** @throws Error when none comes within ten seconds */
async function firstFrame(source: FrameSource, cancel: AbortSignal): Promise<PictureFrame> {
	const next = await nextFrame(source, cancel, FIRST_FRAME_MS);
	if (typeof next !== 'string') return next;
	source.close();
	throw new Error('No picture came from the game within ten seconds. Is its window open and not minimised?');
}

async function nextFrame(source: FrameSource, cancel: AbortSignal, withinMs: number): Promise<PictureFrame | 'none' | 'ended'> {
	try {
		const next = await source.next(AbortSignal.any([cancel, AbortSignal.timeout(withinMs)]));
		return next.ended ? 'ended' : next.frame;
	} catch {
		// The time was over or the session is: both are told by what follows.
		return 'none';
	}
}

export function scopeOf(profile: Profile, frame: { readonly width: number; readonly height: number }, ui = 1): Scope {
	return {
		game: profile.id,
		gameVersion: profile.gameVersion ?? 'any',
		language: profile.language,
		layout: layoutText({ width: frame.width, height: frame.height, ui }),
	};
}
