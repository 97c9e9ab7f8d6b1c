// The agent's worker as the page sees it. Types only. Commands go in by comlink; what the page shows comes out as events on
// the port given to `watch`, so that a slow page never holds the loop up.
import type { Checklist } from '../src/core/checklist.ts';
import type { DrillSchedule, DrillScore } from '../src/core/drill.ts';
import type { BackupModel } from '../src/core/backup.ts';
import type { State, StateChange } from '../src/core/crystals/crystal.ts';
import type { PersonData } from '../src/core/crystals/person/schema.ts';
import type { QuestByHand } from '../src/core/crystals/quest/by-hand.ts';
import type { QuestData } from '../src/core/crystals/quest/schema.ts';
import type { Layer } from '../src/core/crystals/rule/schema.ts';
import type { Box, Size } from '../src/core/geometry.ts';
import type { Counted, NodeReport } from '../src/core/import/maafw/notes.ts';
import type { StrikeEntry, TierName } from '../src/core/ledger.ts';
import type { ProtocolLine } from '../src/core/protocol.ts';
import type { RecordsView, RowsAsked, RowsTold } from '../src/core/records.ts';
import type { SatsAdded, SatsChange, SatsShown } from '../src/core/sats.ts';
import type { Cleared, ClearedPart } from '../src/core/moderation/gate.ts';
import type { NavView, PoseView } from '../src/core/navigation/view.ts';
import type { PackAbout } from '../src/core/pack.ts';
import type { Draft } from '../src/core/strikes/draft.ts';
import type { Graduation } from '../src/core/graduation/conditions.ts';
import type { Profile } from '../src/core/profile.ts';
import type { Ask, Facts, LiveAsk } from '../src/core/question.ts';
import type { Sound } from '../src/core/speech/wav.ts';
import type { Metrics, Minute } from '../src/core/scorecard.ts';
import type { PracticeOptions } from './practice.protocol.ts';

export type Phase = 'idle' | 'starting' | 'playing' | 'paused' | 'takeover' | 'stopped';

/** What is known of the picture's source. `why` is a sentence for a person when the state is not live. */
export interface SourceView extends Size {
	readonly kind: 'window' | 'tab' | 'practice' | 'none';
	readonly label: string;
	readonly state: 'none' | 'live' | 'frozen' | 'muted' | 'resized' | 'ended';
	readonly why: string;
	/** Frames a second over the last two seconds. */
	readonly fps: number;
	/** Age of the newest frame, ms. */
	readonly ageMs: number;
}

/** Something recognised, in frame pixels, with who answered. */
export interface BoxView {
	readonly name: Cleared;
	readonly kind: string;
	readonly box: Box;
	readonly by: TierName;
	readonly score: number;
}

/** The act about to be made or, in advice mode, proposed. */
export interface IntentView {
	readonly verb: string;
	readonly text: Cleared;
	/** Where it aims, frame pixels. */
	readonly at?: { readonly x: number; readonly y: number };
	readonly box?: Box;
	readonly advice: boolean;
}

/** A message that stays until its cause is gone or the person closes it. */
export interface Notice {
	readonly id: string;
	readonly level: 'info' | 'warning' | 'error';
	readonly title: string;
	readonly text: string;
	/** The next click, if there is one; the page knows what each does. */
	readonly action?:
		| 'share-again'
		| 'connect-companion'
		| 'set-up-model'
		| 'resume'
		| 'free-storage'
		| 'reload'
		| 'consent'
		| 'open-settings';
}

export interface InputView {
	readonly kind: 'companion' | 'practice' | 'advice';
	readonly state: 'ready' | 'connecting' | 'takeover' | 'refused' | 'panic' | 'off';
	readonly why: string;
}

/** A question of consent: nothing leaves until it is answered by `consent`. */
export interface ConsentView {
	readonly id: string;
	readonly game: string;
	readonly provider: string;
	readonly host: string;
	readonly model: string;
	readonly price: string;
	/** PNG of the very picture that would leave, masks applied. */
	readonly png: Uint8Array;
	readonly size: Size;
	readonly masks: readonly Box[];
}

/** Sent at most ten times a second while something changes. */
export interface LiveView {
	readonly phase: Phase;
	readonly session: string;
	readonly playedMs: number;
	readonly source: SourceView;
	readonly input: InputView;
	readonly screen: string;
	readonly facts: Facts;
	readonly boxes: readonly BoxView[];
	readonly intent: IntentView | null;
	/** Asks with a model at work right now. */
	readonly asking: readonly Ask[];
	/** What the plan pursues now; empty without one. */
	readonly goal: Cleared | '';
	readonly notices: readonly Notice[];
	/** The line being spoken, for captions. */
	readonly caption: Cleared | '';
	/** Rules whose condition holds now, in the order in which they would be followed; a hundred at most. */
	readonly firing: readonly string[];
}

/** A line to be said aloud. */
export interface LineView {
	/** Rises with each line of a session. */
	readonly n: number;
	/** The event's type. */
	readonly of: string;
	readonly text: Cleared;
	/** What stays and what changes, to be kept apart as sound. */
	readonly parts: readonly ClearedPart[];
	/** Of the game, BCP 47. */
	readonly language: string;
	/** Milliseconds since 1970. */
	readonly at: number;
	/** Why something else is said than was meant; empty when it is the line itself. */
	readonly held: string;
}

/** A place where no fact at hand tells apart what is right. */
export interface FactRequestView {
	/** The conditions that hold there. */
	readonly when: string;
	/** Acts that were right there, the most frequent first. */
	readonly acts: readonly string[];
	readonly labels: number;
	/** Share of labels in which the first act was wrong. */
	readonly error: number;
	/** Names of what models say is missing there, the most frequent first. */
	readonly missing: readonly { readonly name: string; readonly why: string; readonly times: number }[];
}
export interface LearningView {
	readonly requests: readonly FactRequestView[];
	/** Share of local acts that may be harmful. */
	readonly delta: number;
	/** Local acts of which something else told how they turned out. */
	readonly labels: number;
	/** Harm among all local acts as these show it, with its 95 % interval; undefined without any. */
	readonly harm?: { readonly mean: number; readonly low: number; readonly high: number };
	/** The promise is rejected at 5 % from 20 on. */
	readonly evidence: number;
	/** After an alarm half of the harm is allowed, for an hour. */
	readonly strict: boolean;
	/** Answers that were held against sure rules, and the share that whoever gave them would not give again, with its 95 % interval. */
	readonly teacher: { readonly answers: number; readonly rate: number; readonly low: number; readonly high: number };
}

/** One line of the decision stream. */
export interface DecisionView {
	readonly n: number;
	readonly at: number;
	readonly ask: Ask;
	readonly tier: TierName | null;
	/** An event of which nothing was said: no question was put. */
	readonly silent?: true;
	/** What was answered: "click start", "screen play, 9 facts", the line spoken. */
	readonly what: Cleared | '';
	/** Why this, or why a model had to be asked. */
	readonly reason: Cleared | '';
	readonly model: string;
	readonly simulated: boolean;
	readonly latencyMs: number;
	readonly usd: number | null;
	readonly tokens: number;
	/** Names of crystals made (model) or used (crystal). */
	readonly crystals: readonly Cleared[];
	readonly violation: boolean;
	/** The six answers given before it left the machine; absent when it did not. */
	readonly checklist?: Checklist;
}

export interface ScoreView {
	readonly metrics: Metrics;
	readonly minutes: readonly Minute[];
	readonly wrong: { readonly checked: number; readonly wrong: number };
	readonly idle: { readonly acts: number; readonly idle: number };
	readonly rested: number;
	readonly violations: number;
	readonly simulated: boolean;
	readonly drill: DrillView;
}
/** The falsework pulled: no model outside is asked. */
export interface DrillView {
	readonly pulled: { readonly minutes: number; readonly leftMs: number } | null;
	/** The newest that is over, of this session. */
	readonly last: DrillScore | null;
}

export interface CrystalView {
	readonly id: string;
	readonly kind: string;
	readonly name: string;
	readonly state: State;
	readonly score: number;
	readonly floor: number;
	readonly k: number;
	readonly w: number;
	readonly used: number;
	/** For people: the rule as if/else, the phrase with its slots, the box and threshold. */
	readonly text: string;
	/** Another one when its newest look is; absent when it has no picture. The picture itself is fetched by `crystalPicture`. */
	readonly picture?: string;
	/** Why it is in this state, or what it still lacks. */
	readonly why: string;
	/** Retired by nobody but a person. */
	readonly pinned: boolean;
	/** Of a rule; earlier layers are followed first. */
	readonly layer: Layer | null;
	readonly quest?: QuestData;
	readonly person?: PersonData;
	/** Of an approval. */
	readonly ruling?: { readonly allowed: boolean; readonly by: 'list' | 'endpoint' | 'person' };
	readonly madeBy: {
		readonly tier: string;
		readonly model: string;
		readonly at: number;
		readonly usd: number | null;
		readonly entry: number;
	};
}

/** One way in which a template looks. */
export interface LookView extends Size {
	readonly state: string;
	readonly png: Uint8Array;
	/** A byte a pixel, 0 = not compared; absent when every pixel is. */
	readonly mask?: Uint8Array;
	/** Grey levels. */
	readonly deviation: number;
}
export interface TemplateDetail {
	readonly element: string;
	readonly elementKind: string;
	readonly fixed: boolean;
	readonly places: readonly Box[];
	readonly looks: readonly LookView[];
	readonly threshold: number;
	readonly thresholdByHand: boolean;
	readonly margin: number;
	/** Oldest first: when (ms since 1970) and how well it matched. */
	readonly scores: readonly (readonly [at: number, score: number])[];
	/** Frames in which it was told to be there, and the worst score in them. */
	readonly positives: { readonly frames: number; readonly worst: number };
	readonly negatives: { readonly frames: number; readonly best: number };
	/** What looks most like it without being it; with a picture when a stored frame still shows it. */
	readonly lookalike?: { readonly score: number; readonly box: Box; readonly png?: Uint8Array };
	readonly screens: readonly { readonly name: string; readonly seen: number; readonly of: number }[];
	readonly refusedWhy: string;
}
export interface RegionDetail {
	readonly fact: string;
	readonly reader: string;
	readonly box?: Box;
	/** The place as a stored frame shows it. */
	readonly png?: Uint8Array;
	/** What the reader goes by, in words: charset, pattern, replacements, range. */
	readonly ways: readonly { readonly name: string; readonly value: string }[];
	readonly screens: readonly { readonly name: string; readonly seen: number; readonly of: number }[];
	readonly glyphs: readonly { readonly text: string; readonly png: Uint8Array }[];
}
/** A condition held against what was known. */
export interface LiteralView {
	readonly text: string;
	/** null: the fact was not known. */
	readonly truth: boolean | null;
	/** The fact as it was known; empty when it was not. */
	readonly value: string;
}
/** A model's answer as the ledger kept it. */
export interface AnswerView {
	readonly entry: number;
	readonly at: number;
	/** The model, or who stood in for one. */
	readonly who: string;
	readonly act: string;
	/** Its own words; empty when it gave none. */
	readonly said: string;
}
export interface PhraseDetail {
	/** The type of event that it speaks of. */
	readonly event: string;
	/** Text and slots in turn; a slot says how its value is written. */
	readonly parts: readonly { readonly text: string; readonly slot: boolean; readonly how: string }[];
	/** As it is written and can be rewritten. */
	readonly text: string;
	/** What it waits for, in words. */
	readonly open: readonly string[];
	/** Values that its words fit alone, in words. */
	readonly only: readonly string[];
	/** Lines that it was learnt from. */
	readonly examples: readonly string[];
	/** Its last lines, newest first. */
	readonly said: readonly { readonly at: number; readonly line: string }[];
	/** Texts of it before, newest first. */
	readonly earlier: readonly { readonly at: number; readonly text: string }[];
}
/** How much is said. */
export interface NarrationView {
	readonly linesPerHour: number;
	/** Of the newest 500 events; 0 while there are none. */
	readonly eventsPerHour: number;
	/** Lines by a model to be expected in an hour. */
	readonly byModelPerHour: number;
	/** Lines by phrases in the last hour of this session. */
	readonly byPhraseLastHour: number;
	/** Bits from which on an event is surprising; null while that is not known. */
	readonly threshold: number | null;
}
export interface RuleDetail {
	readonly layer: Layer;
	readonly origin: string;
	/** As it is written and can be rewritten. */
	readonly text: string;
	readonly then: string;
	readonly labels: number;
	readonly episodes: number;
	/** The newest labels, oldest first: true = harmful. */
	readonly last: readonly boolean[];
	/** What its act still needs because it cannot be undone; empty for acts that can. */
	readonly irreversible: string;
	/** Against what is known at this moment. */
	readonly when: readonly LiteralView[];
	readonly unless: readonly LiteralView[];
	/** What it said before it was rewritten, newest last. */
	readonly earlier: readonly { readonly at: number; readonly text: string }[];
	/** The answers that it came from, newest first. */
	readonly from: readonly AnswerView[];
}
/** What a text would be as a rule. */
export type RuleTrial =
	| {
			readonly ok: true;
			readonly when: readonly LiteralView[];
			readonly unless: readonly LiteralView[];
			readonly then: string;
			/** Its condition holds now. */
			readonly fires: boolean;
	  }
	/** `at`: offset in the text. */
	| { readonly ok: false; readonly at: number; readonly why: string };
export type RuleEdited = { readonly ok: true } | { readonly ok: false; readonly why: string; readonly at?: number };

/** A rule at a decision of the past; the rule is as it is now. */
export interface RuleSeen {
	readonly id: string;
	readonly name: string;
	readonly state: State;
	readonly then: string;
	readonly when: readonly LiteralView[];
	readonly unless: readonly LiteralView[];
	/** Why it was not followed; empty for the one that was. */
	readonly lacks: string;
}
/** Why a decision was what it was. */
export interface WhyView {
	readonly n: number;
	readonly facts: readonly { readonly id: string; readonly value: string }[];
	/** Rules that were followed. */
	readonly followed: readonly RuleSeen[];
	/** The skill that was begun, as it is now. */
	readonly skill?: SkillSeen;
	/** The earlier decision that was done once more; where neither a rule nor a skill decided, that may. */
	readonly like?: number;
	/** The others whose condition held. */
	readonly others: readonly RuleSeen[];
	/** Rules that one condition kept from firing. */
	readonly nearly: readonly RuleSeen[];
	/** The labelled decisions most like this one, and where they differ. */
	readonly cases: readonly {
		readonly entry: number;
		readonly act: string;
		readonly differs: readonly { readonly id: string; readonly then: string; readonly here: string }[];
	}[];
	/** The answer itself, or those that the rule, the skill or the act done once more came from. */
	readonly answers: readonly AnswerView[];
	/** What came of it, as far as something else than the actor could tell. */
	readonly verdicts: readonly string[];
}

export interface SkillSeen extends Pick<SkillDetail, 'description' | 'taught' | 'when' | 'steps'> {
	readonly id: string;
	readonly name: string;
	readonly state: State;
}

/** Everything about one crystal; fetched when a person opens it. */
export interface CrystalDetail {
	readonly id: string;
	/** Frame pixels of the layout it was learnt in. */
	readonly frame: Size;
	readonly history: readonly StateChange[];
	/** What it still lacks, in words; empty when it answers on its own. */
	readonly missing: string;
	/** The alarm over its re-checks: low at rest, it rises with what goes wrong. */
	readonly alarm: number;
	/** Its place on the long ladder, in words; empty while there is none. */
	readonly rank: string;
	readonly cost: { readonly ask: string; readonly promptTokens: number; readonly completionTokens: number; readonly usd: number | null };
	readonly template?: TemplateDetail;
	readonly region?: RegionDetail;
	readonly rule?: RuleDetail;
	readonly skill?: SkillDetail;
	readonly phrase?: PhraseDetail;
}

/** What a skill's card says besides its text. */
export interface SkillDetail {
	readonly goal: string;
	readonly description: string;
	readonly version: number;
	/** How it was taught, in words. */
	readonly taught: string;
	/** The gate, in words. */
	readonly when: string;
	readonly steps: readonly string[];
	readonly params: readonly { readonly name: string; readonly value: string }[];
	/** How sure retrieval was each time it was looked at, and whether it was the right thing to do; newest last. */
	readonly seen: readonly (readonly [sure: number, right: boolean])[];
	/** How sure it must be to be followed. */
	readonly needs: number;
	/** The encoder of its vector; empty: it is found by words alone. */
	readonly encoder: string;
	/** Its SKILL.md. */
	readonly document: string;
	/** Why it cannot be carried out now; empty: it can. */
	readonly cannotRun: string;
}

/** A frame that is kept for trying things out. */
export interface StoredFrameView extends Size {
	readonly id: string;
	/** Milliseconds since 1970. */
	readonly at: number;
	readonly screen: string;
	/** What the game showed when it was asked for; nobody has said what is on it. */
	readonly live: boolean;
}
/** One frame under a threshold that is only tried. */
export interface ThresholdTrial {
	readonly frame: string;
	readonly score: number;
	readonly hit: boolean;
	/** Whether a model named the element there; null when nobody was asked. */
	readonly named: boolean | null;
	/** Where it was found, or where it was looked for. */
	readonly box?: Box;
	readonly why: string;
}
/** What a reader makes of one frame. */
export interface ReadingView {
	readonly frame: string;
	readonly at: number;
	readonly value: string;
	/** Why nothing was read; empty when something was. */
	readonly why: string;
}
export type BoxTrial =
	/** Of a reader of text: what it reads there, and the value that it takes this for, or the text where it knows none. */
	| { readonly ok: true; readonly box: Box; readonly png: Uint8Array; readonly reads?: string; readonly value?: string }
	/** A sentence. */
	| { readonly ok: false; readonly why: string };

/** Something that a model named and that was not learnt. */
export interface RefusalView {
	readonly what: string;
	readonly why: string;
	readonly times: number;
	/** Of the newest, with the entry of the ledger that says so. */
	readonly at: number;
	readonly entry: number;
	readonly model: string;
}
export interface GalleryView {
	/** The newest act by hand that can be taken back, in the past tense; empty when there is none. */
	readonly undo: string;
	readonly undoable: number;
	readonly refused: readonly RefusalView[];
}

export interface TierView {
	readonly id: string;
	readonly name: Exclude<TierName, 'crystal'>;
	readonly label: string;
	readonly host: string;
	readonly simulated: boolean;
	readonly price: string;
	readonly consent: 'not-needed' | 'undecided' | 'never' | 'session' | 'always';
	readonly breaker: 'closed' | 'open' | 'half-open';
	readonly calls: number;
	readonly lastError: string;
	/** The model of its moderation endpoint, where it has one. */
	readonly moderates?: string;
	/** Of a model on this machine and of the practice teacher: what it is let answer where play is now, and why. */
	readonly answers?: readonly { readonly ask: LiveAsk; readonly on: boolean; readonly why: string }[];
	/** A sentence about its last question; empty when there is nothing to say. */
	readonly note?: string;
}
/** One model as the cascade knows it for one kind of question. */
export interface RoutedView {
	/** Of the crystal; what is learnt is approved, retired and taken back there. */
	readonly crystal: string;
	readonly tier: Exclude<TierName, 'crystal'>;
	readonly model: string;
	readonly simulated: boolean;
	readonly state: State;
	/** In force or not, see `words`. */
	readonly verdict: 'open' | 'good' | 'skip';
	readonly words: string;
	readonly asked: number;
	readonly usable: number;
	/** Of those that were checked. */
	readonly right: number;
	readonly checked: number;
	/** Chance that an answer is usable and right, and the floor under it. */
	readonly score: number;
	readonly floor: number;
	readonly medianMs: number | null;
	/** So long it is waited for while another follows; null: as long as its own budget. */
	readonly waitMs: number | null;
	readonly usd: number;
	/** What a pack says of it; empty when it was learnt here. */
	readonly claimed: string;
}
/** One kind of question, with the models in the order in which they would be asked now. */
export interface RoutedKindView {
	/** Empty: the ask as a whole. */
	readonly key: string;
	readonly title: string;
	readonly models: readonly RoutedView[];
}
export interface RoutedAskView {
	readonly ask: LiveAsk;
	/** Share that may reach the cloud, in [0, 1]; null: as needed. */
	readonly dial: number | null;
	/** It has a share of its own and does not follow "all". */
	readonly own: boolean;
	readonly patienceMs: number;
	/** Of the last questions that no crystal answered: how many there were, and how many reached each tier. */
	readonly reached: { readonly questions: number; readonly device: number; readonly local: number; readonly cloud: number };
	/** Answers less likely right than this go on while another may be asked; null while too little is known. */
	readonly threshold: number | null;
	/** Verified answers that predictions were compared with, and how far off they were on average; null below twenty. */
	readonly calibration: { readonly n: number; readonly error: number | null };
	readonly kinds: readonly RoutedKindView[];
}
/** What is learnt about models and what the person allows. Without a session: the dial alone. */
export interface CascadeView {
	/** Share that may reach the cloud, in [0, 1]; 0: never; null: as needed. */
	readonly all: number | null;
	readonly asks: readonly RoutedAskView[];
	/** Something was learnt that can be forgotten. */
	readonly known: boolean;
}

export interface SentView {
	readonly at: number;
	readonly to: string;
	readonly width: number;
	readonly height: number;
	readonly bytes: number;
}
export interface StorageView {
	readonly usedBytes: number;
	readonly quotaBytes: number;
	readonly persisted: boolean | null;
	readonly byKind: readonly { readonly kind: string; readonly count: number; readonly bytes: number }[];
	/** Records that failed their hash or schema and were set aside. */
	readonly setAside: number;
	/** Why nothing is being stored, empty when all is well. */
	readonly trouble: string;
}
export interface ReportView {
	readonly session: string;
	readonly game: string;
	readonly startedAt: number;
	readonly endedAt: number;
	readonly endedBy: string;
	readonly json: string;
	readonly markdown: string;
}

/** A pack as the person sees it before it is imported. */
export type StoredPack =
	| { readonly ok: true; readonly about: PackAbout; readonly crystals: number /** Zipped. */; readonly bytes: Uint8Array }
	| { readonly ok: false; readonly why: string };
export type PackReview =
	| {
			readonly ok: true;
			readonly about: PackAbout;
			/** Crystals that are not here yet. */
			readonly byKind: readonly { readonly kind: string; readonly count: number }[];
			/** Crystals that are here already and stay as they are. */
			readonly known: number;
			readonly refused: readonly { readonly path: string; readonly why: string }[];
			/** It was translated from a project of MaaFramework. */
			readonly project?: ProjectReview;
	  }
	/** A sentence. */
	| { readonly ok: false; readonly why: string };

/** What came of a MaaFramework project. */
export interface ProjectReview {
	/** For the game that it plays; to be kept when its crystals are. */
	readonly profile: Profile;
	readonly counted: Counted;
	/** Every node. */
	readonly nodes: readonly NodeReport[];
	/** What besides nodes was left, a line each. */
	readonly left: readonly string[];
}

/** What the page keeps by itself and gives to a backup. */
export interface BackupPage {
	/** JSON; comes back as it was given, to one's own backup alone. */
	readonly settings: unknown;
	readonly models: readonly BackupModel[];
}
/** How many of something a backup would bring, and how many are here already and stay as they are. */
export interface BackupCount {
	readonly fresh: number;
	readonly known: number;
}
export interface BackupContents {
	readonly madeAt: number;
	/** Made by this installation, byte for byte: everything comes back as it was. Else crystals come in shadow. */
	readonly own: boolean;
	/** By game; of each its name, and crystals in any layout. */
	readonly games: readonly (BackupCount & { readonly game: string; readonly name: string })[];
	readonly reports: BackupCount;
	/** `taken`: entries whose numbers belong to others here, which stay out. */
	readonly ledger: BackupCount & { readonly taken: number };
	/** Names of the agent's settings that would be set; those that are set here stay. */
	readonly settings: readonly string[];
	readonly models: readonly BackupModel[];
	readonly refused: readonly { readonly path: string; readonly why: string }[];
}
/** A backup as the person sees it before it is restored. */
export type BackupReview = ({ readonly ok: true } & BackupContents) | { readonly ok: false; readonly why: string };
export type BackupRestored =
	| {
			readonly ok: true;
			readonly brought: BackupContents;
			/** The page's own settings, of one's own backup. */
			readonly settings: unknown;
			/** Whether the crystals here now have the very hash of those in the backup; only one's own can. */
			readonly same: boolean;
	  }
	/** A sentence. */
	| { readonly ok: false; readonly why: string };

/** The files of contracts.md §4 and §5. */
export interface SessionFiles {
	readonly session: string;
	readonly 'report.json': string;
	readonly 'report.md': string;
	readonly 'ticks.jsonl': string;
	readonly 'pack.falsework': Uint8Array;
}

/** The land as it was seen, in squares of an area's plane. */
export interface MapTiles {
	/** To ask after the next time. More may be left; they come then. */
	readonly revision: number;
	readonly tiles: readonly {
		/** Of the square, counted from the plane's origin. */
		readonly column: number;
		readonly row: number;
		/** Side in pixels of the plane. */
		readonly sidePx: number;
		/** Pixels of the picture in a row, and rows. */
		readonly width: number;
		/** Transparent where nothing was seen. */
		readonly rgba: Uint8Array;
	}[];
}

/** Of the companion. */
export type Reply<T> =
	| { readonly ok: true; readonly value: T }
	/** A sentence; `no-companion`: none is there. */
	| { readonly ok: false; readonly kind: string; readonly message: string };
/** The same for the third time, with what could do it from now on. */
export interface StrikeView {
	readonly key: string;
	readonly sort: StrikeEntry['sort'];
	readonly what: string;
	readonly times: number;
	/** The newest last. */
	readonly repeats: readonly { readonly n: number; readonly at: number; readonly text: string }[];
	readonly draft: Draft;
}

export type AgentEvent =
	| { readonly type: 'live'; readonly live: LiveView }
	| { readonly type: 'line'; readonly line: LineView }
	/** What lines of that event speak of does not go on any more. */
	| { readonly type: 'line-over'; readonly of: string }
	| { readonly type: 'decisions'; readonly decisions: readonly DecisionView[] }
	| { readonly type: 'score'; readonly score: ScoreView }
	| { readonly type: 'crystals'; readonly crystals: readonly CrystalView[] }
	| { readonly type: 'gallery'; readonly gallery: GalleryView }
	/** Ways and places; and where the player is among them. */
	| { readonly type: 'nav'; readonly nav: NavView }
	| { readonly type: 'pose'; readonly pose: PoseView }
	| { readonly type: 'tiers'; readonly tiers: readonly TierView[]; readonly sent: readonly SentView[] }
	| { readonly type: 'cascade'; readonly cascade: CascadeView }
	| { readonly type: 'strikes'; readonly strikes: readonly StrikeView[] }
	| { readonly type: 'consent'; readonly ask: ConsentView | null }
	| { readonly type: 'storage'; readonly storage: StorageView }
	/** null: none are known. */
	| { readonly type: 'sats'; readonly sats: SatsShown | null }
	/** `late`: of a session whose page went away, written by the one that opened after it. */
	| { readonly type: 'report'; readonly report: ReportView; readonly late?: true };

export interface BootOptions {
	/** Where OCR weights and the ONNX runtime are served. */
	readonly ocr: { readonly models: string; readonly runtime: string };
	/** Origin of the companion, `http://127.0.0.1:4953`, and the pairing token; absent on a static host. */
	readonly companion?: { readonly url: string; readonly token: string };
	/** A `DeviceApi` (models.protocol.ts), spoken to by comlink; at the first boot. */
	readonly models?: MessagePort;
	/** The same for the browser's own model, which only a window can reach; at the first boot. */
	readonly builtIn?: MessagePort;
}

export interface WindowSource {
	readonly kind: 'window' | 'tab';
	/** The track's label; on X11 `window:<X id>:0`. */
	readonly label: string;
	readonly frames: ReadableStream<VideoFrame>;
}
export interface PlayOptions {
	readonly profile: Profile;
	/** Ends the session by itself after so many minutes of play. */
	readonly minutes?: number;
	/** The person gave consent elsewhere (`play --teacher URL`) for this tier. */
	readonly consented?: readonly string[];
	/** May raise the game's window (unattended play only). */
	readonly raise?: boolean;
	/** Every decision is asked, whatever is known: the play that every saving is held against. */
	readonly alwaysAsk?: boolean;
}

export interface TierSetting {
	readonly id: string;
	readonly name: 'local' | 'cloud';
	readonly base: string;
	readonly model: string;
	/** The model that judges texts at `/moderations`; absent where the server has none. */
	readonly moderation?: string;
	/** Absent: keep the stored one. */
	readonly key?: string;
	readonly price: { readonly inPerM: number; readonly outPerM: number } | null;
	readonly boxFormat: 'pixels' | 'norm1000' | 'norm1000-yxyx';
}

/** Exposed by comlink. Every method resolves to a sentence when it could not do what was asked, else to ''. */
export interface AgentApi {
	boot(options: BootOptions): Promise<string>;
	watch(port: MessagePort): void;
	playWindow(source: WindowSource, options: PlayOptions): Promise<string>;
	/** `game` talks to the practice worker by comlink; frames come on `frames`. */
	playPractice(game: MessagePort, frames: MessagePort, practice: PracticeOptions, options: PlayOptions): Promise<string>;
	/** Track events the window hears and the worker cannot. */
	trackEvent(event: 'mute' | 'unmute' | 'ended'): void;
	pause(): void;
	resume(): Promise<string>;
	/** Asks no model outside for so many minutes of play; a sentence why not. */
	pull(minutes: number): string;
	restore(): string;
	/** When that happens by itself; kept. */
	drillSchedule(): DrillSchedule | null;
	setDrillSchedule(schedule: DrillSchedule | null): Promise<void>;
	/**
	 * What becomes of a strike; a declined one is not asked again until it happened twice as often.
	 *
	 * @param text  of a rule its sentence, of a skill its name, as the person wants it
	 */
	answerStrike(key: string, accept: boolean, text: string): Promise<string>;
	/** Everything up, nothing acts, session ended and reported. */
	stopEverything(why: string): Promise<string>;
	consent(id: string, choice: 'never' | 'session' | 'always', masks: readonly Box[]): void;
	setTier(setting: TierSetting): Promise<string>;
	removeTier(id: string): Promise<string>;
	/** Lets a model of this machine answer a kind of question where play is now, or not. */
	useDevice(tier: string, ask: LiveAsk, on: boolean): Promise<string>;
	/** How many of the questions that no crystal answers may reach the cloud: a share in [0, 1], null as needed, undefined as all. */
	/** Lines an hour that a model may speak, 0 to 600. */
	setLinesPerHour(lines: number): Promise<string>;
	/** What that comes to at the pace of play. */
	narration(): Promise<NarrationView>;
	/** Gives a phrase another text, its slots in braces; a sentence when it has a fault. */
	editPhrase(id: string, text: string): Promise<string>;
	setDial(ask: LiveAsk | 'all', share: number | null | undefined): Promise<string>;
	/** Forgets what was learnt about models; can be taken back by `undoByHand`. */
	forgetRouting(): Promise<string>;
	retireCrystal(id: string): Promise<string>;
	approveCrystal(id: string): Promise<string>;
	/** Back from retirement, into shadow. */
	reviveCrystal(id: string): Promise<string>;
	pinCrystal(id: string, on: boolean): Promise<string>;
	/** A text as a rule of this game, held against this moment; changes nothing. */
	tryRule(text: string): Promise<RuleTrial>;
	editRule(id: string, text: string): Promise<RuleEdited>;
	/** Corrects what a text was taken to say; null: it speaks of no quest. */
	editQuest(id: string, said: QuestByHand): Promise<string>;
	/** @param attitude  from -1, hostile, to 1 */
	setAttitude(id: string, attitude: number): Promise<string>;
	/** Why the decision of that ledger entry was what it was; undefined when there is no such decision. */
	explainDecision(entry: number): Promise<WhyView | undefined>;
	/** What keeps decisions from being local, and how the promise about them stands; undefined before anything was played. */
	learning(): Promise<LearningView | undefined>;
	/** `rules.txt`. */
	exportRules(): Promise<string>;
	/** Takes the rules of a `rules.txt` into shadow, all or none; a sentence names each fault by line and column. */
	importRules(text: string): Promise<string>;
	/** Of a skill. */
	renameCrystal(id: string, name: string): Promise<string>;
	/** Allows a text to be said and shown, or revokes that; by the id of its approval. */
	ruleText(id: string, allowed: boolean): Promise<string>;
	/** A sound kept under this key; undefined when there is none, or it was damaged. */
	sound(key: string): Promise<Sound | undefined>;
	keepSound(key: string, sound: Sound): Promise<void>;
	/** What was said in a session, oldest first; `atMs` from its start. */
	spokenIn(session: string): Promise<readonly { readonly atMs: number; readonly text: string }[]>;
	/** Carries a skill out once, its steps checked as always. */
	runSkill(id: string): Promise<string>;
	/** A SKILL.md for the game that is played; it starts in shadow. @param folder  it lay in, where that is known */
	importSkill(bytes: Uint8Array, folder?: string): Promise<string>;
	/** Takes the newest act by hand back. */
	undoByHand(): Promise<string>;
	/** PNG of a template's newest look. */
	crystalPicture(id: string): Promise<Uint8Array | undefined>;
	crystalDetail(id: string): Promise<CrystalDetail | undefined>;
	/** Frames to try things on, newest first; they stay until they are asked for again. */
	storedFrames(): Promise<readonly StoredFrameView[]>;
	/** PNG of a stored frame or of a part of it. */
	framePicture(frame: string, part?: Box): Promise<Uint8Array | undefined>;
	/** A template on every stored frame, as if it had this threshold. */
	tryThreshold(id: string, threshold: number): Promise<readonly ThresholdTrial[]>;
	keepThreshold(id: string, threshold: number): Promise<string>;
	/** What a region reads on the stored frames, newest first. */
	tryReader(id: string): Promise<readonly ReadingView[]>;
	/** What would be cut out there, or why nothing. */
	tryBox(id: string, frame: string, box: Box): Promise<BoxTrial>;
	/** @param says  of a reader of text, what stands there by the person's word; '' where they say nothing */
	correctBox(id: string, frame: string, box: Box, says?: string): Promise<string>;
	/** Goes to a node of the map, by the ways that are known; a model is asked where none is. */
	goTo(place: string): Promise<string>;
	/** Gives up on the way there. */
	stopTravel(): Promise<string>;
	/** PNG in grey of what a place looks like, of the view's shape. */
	placePicture(place: string): Promise<Uint8Array | undefined>;
	/** Takes back that a place was taken for another. @param place  one of `merged` */
	splitPlace(place: string): Promise<string>;
	/** Squares of the stitched land of an area that changed after a revision; undefined while nothing plays. */
	mapTiles(area: string, after: number): Promise<MapTiles | undefined>;
	reports(): Promise<readonly ReportView[]>;
	/** How the graduation test stands in the best 24 hours of the last seven days, whatever was played. */
	graduation(): Promise<Graduation>;
	/** The certificate of a window as a file; a sentence why there can be none. */
	certificate(window: Pick<Graduation, 'from' | 'to'>): Promise<Uint8Array | string>;
	/** What the last session of this page left, once it has ended. */
	sessionFiles(): Promise<SessionFiles | undefined>;
	/** The pack of the current game, zipped. */
	exportPack(): Promise<Uint8Array>;
	/** The pack of a game that nobody need be playing; without a game of the only one there is. */
	exportStored(game?: string): Promise<StoredPack>;
	/** What a zipped pack would bring, and what of it is refused; stores nothing. */
	reviewPack(bytes: Uint8Array): Promise<PackReview>;
	/** Stores a zipped pack's crystals in shadow; those whose id is here already stay as they are. `game`: only if it is of this one. */
	importPack(bytes: Uint8Array, game?: string): Promise<string>;
	/** What happened last, zipped: pictures, log, crystals' versions and settings, without keys or text. @throws Error where nothing was played */
	failureBundle(): Promise<Uint8Array>;
	/** Everything kept here but models and keys, zipped. */
	exportEverything(page: BackupPage): Promise<Uint8Array>;
	/**
	 * What a zipped backup would bring; stores nothing.
	 *
	 * @param own  this installation made it, byte for byte
	 */
	reviewBackup(bytes: Uint8Array, own: boolean): Promise<BackupReview>;
	/** Adds what is not here; what is here stays as it is. */
	restoreBackup(bytes: Uint8Array, own: boolean): Promise<BackupRestored>;
	/** Of the wallet or the rate; what came of it is told as an event too. */
	changeSats(change: SatsChange): Promise<Reply<SatsShown>>;
	/** Payments as a wallet exports them. */
	importSats(payments: readonly unknown[], simulated: boolean): Promise<Reply<SatsAdded>>;
	/** The nine rows of the crystallisation protocol, of this session so far; none while nothing was played. */
	protocol(): Promise<readonly ProtocolLine[]>;
	/** What the companion's records hold. */
	recordsView(): Promise<Reply<RecordsView>>;
	/** Rows of one of their tables. */
	recordRows(asked: RowsAsked): Promise<Reply<RowsTold>>;
	/** Deletes the reports of these sessions. */
	removeReports(sessions: readonly string[]): Promise<string>;
	/** Deletes the records that were set aside as damaged. */
	dropSetAside(): Promise<string>;
	/** Crystals, ledger, reports, settings; the companion's keys and vault too when it is there. */
	eraseEverything(): Promise<string>;
}
