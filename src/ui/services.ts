// What the page needs from outside, as main.tsx builds it. Nothing here knows how: the tests give a scripted agent instead.
import type { DrillSchedule } from '../core/drill.ts';
import { createContext, useContext } from 'solid-js';
import type { Box } from '../core/geometry.ts';
import type { CompanionLack, ShellState, Space } from '../core/page.ts';
import type { Profile, ProfileRead } from '../core/profile.ts';
import type {
	AgentApi,
	AgentEvent,
	BackupPage,
	BackupRestored,
	BackupReview,
	PackReview,
	ReportView,
	TierSetting,
} from '../../workers/agent.protocol.ts';
import type { ModelsApi, ModelsEvent } from '../../workers/models.protocol.ts';
import type { PracticeOptions } from '../../workers/practice.protocol.ts';

export type { AgentEvent, PracticeOptions, Profile, ReportView, TierSetting };
export type * from '../../workers/agent.protocol.ts';
export type * from '../../workers/models.protocol.ts';
export type * from '../core/page.ts';

/** What the gallery of crystals asks and does; described where the agent's worker promises it. */
export type GalleryApi = Pick<
	AgentApi,
	| 'retireCrystal'
	| 'approveCrystal'
	| 'reviveCrystal'
	| 'pinCrystal'
	| 'tryRule'
	| 'editRule'
	| 'editQuest'
	| 'setAttitude'
	| 'editPhrase'
	| 'explainDecision'
	| 'exportRules'
	| 'learning'
	| 'importRules'
	| 'renameCrystal'
	| 'ruleText'
	| 'spokenIn'
	| 'importSkill'
	| 'runSkill'
	| 'undoByHand'
	| 'crystalPicture'
	| 'crystalDetail'
	| 'storedFrames'
	| 'framePicture'
	| 'tryThreshold'
	| 'keepThreshold'
	| 'tryReader'
	| 'tryBox'
	| 'correctBox'
>;

/** What the map asks and does, likewise. */
export type MapApi = Pick<AgentApi, 'goTo' | 'stopTravel' | 'placePicture' | 'splitPlace' | 'mapTiles'>;

/** The part of the agent's worker that the page commands. Texts that come back are sentences for a person, '' = done. */
export interface Agent extends GalleryApi, MapApi {
	/** Hears every event until the returned function is called; the newest of each type is told at once. */
	subscribe(listener: (event: AgentEvent) => void): () => void;
	pause(): Promise<void>;
	resume(): Promise<string>;
	pull(minutes: number): Promise<string>;
	restore(): Promise<string>;
	drillSchedule(): Promise<DrillSchedule | null>;
	setDrillSchedule(schedule: DrillSchedule | null): Promise<void>;
	stopEverything(why: string): Promise<string>;
	consent(id: string, choice: 'never' | 'session' | 'always', masks: readonly Box[]): Promise<void>;
	setTier(setting: TierSetting): Promise<string>;
	removeTier(id: string): Promise<string>;
	/** Lets a model of this machine answer a kind of question where play is now, or not. */
	useDevice: AgentApi['useDevice'];
	setDial: AgentApi['setDial'];
	setLinesPerHour: AgentApi['setLinesPerHour'];
	narration: AgentApi['narration'];
	forgetRouting: AgentApi['forgetRouting'];
	/** The worker ended by itself; nothing plays any more. */
	onDeath(listener: (why: string) => void): void;
	reports(): Promise<readonly ReportView[]>;
	answerStrike: AgentApi['answerStrike'];
	graduation: AgentApi['graduation'];
	certificate: AgentApi['certificate'];
	exportPack(): Promise<Uint8Array>;
	/** What a pack would bring; stores nothing. */
	reviewPack(bytes: Uint8Array): Promise<PackReview>;
	importPack(bytes: Uint8Array): Promise<string>;
	/** What happened last, zipped, without keys or text. Rejects where nothing was played. */
	failureBundle(): Promise<Uint8Array>;
	/** Everything but models and keys, zipped. */
	exportEverything(page: BackupPage): Promise<Uint8Array>;
	/** What a backup would bring; stores nothing. `own`: this installation made it, byte for byte. */
	reviewBackup(bytes: Uint8Array, own: boolean): Promise<BackupReview>;
	/** Adds what is not here. */
	restoreBackup(bytes: Uint8Array, own: boolean): Promise<BackupRestored>;
	changeSats: AgentApi['changeSats'];
	importSats: AgentApi['importSats'];
	protocol: AgentApi['protocol'];
	recordsView: AgentApi['recordsView'];
	recordRows: AgentApi['recordRows'];
	removeReports(sessions: readonly string[]): Promise<string>;
	dropSetAside(): Promise<string>;
	eraseEverything(): Promise<string>;
}

/** The part of the model host that the page commands; described where its worker promises it. */
export interface Models
	extends Pick<
		ModelsApi,
		'download' | 'pause' | 'cancel' | 'remove' | 'check' | 'sideload' | 'setMirror' | 'trial' | 'unload' | 'eraseEverything'
	> {
	/** Hears every event until the returned function is called; the newest view is told at once. */
	subscribe(listener: (event: ModelsEvent) => void): () => void;
}

/** One of the ways in which the first minute can go wrong; each has its screen in shell/troubles.ts. */
export type Trouble =
	| 'insecure'
	| 'no-display-capture'
	| 'no-track-processor'
	| 'no-practice'
	| 'picker-denied'
	| 'not-readable'
	| 'monitor-refused'
	| 'share-failed'
	| 'storage-refused'
	| 'companion-absent'
	| 'loopback-denied'
	| 'other-tab'
	| 'agent-failed';

export type Started = { readonly ok: true } | { readonly ok: false; readonly trouble: Trouble; readonly detail: string };

/** What the live picture shows: a shared window's stream, or the canvas that the practice game draws on. */
export type Picture =
	| { readonly kind: 'window'; readonly stream: MediaStream }
	| { readonly kind: 'practice'; readonly canvas: HTMLCanvasElement };

/** Starts play from either source. Each call ends what was playing before. */
export interface Player {
	shareWindow(profile: Profile): Promise<Started>;
	playPractice(options: PracticeOptions): Promise<Started>;
	/** Switches of the practice game, in play. */
	setPractice(change: Partial<PracticeOptions>): void;
	/** Lets the source and the lock go; called once the agent has stopped. */
	release(): void;
	/** Told at once and with each change; null = nothing to show. */
	onPicture(listener: (picture: Picture | null) => void): () => void;
}

/** What this browser can do, asked once at start. */
export interface Support {
	readonly secure: boolean;
	readonly displayCapture: boolean;
	readonly trackProcessor: boolean;
	readonly practice: boolean;
	readonly gpu: boolean;
	/** True when the person refused this page access to programs on this computer. */
	readonly loopbackDenied: boolean;
	/** Empty when IndexedDB works, else why not. */
	readonly storage: string;
}

export type PairingState =
	| { readonly state: 'absent'; readonly lack: CompanionLack }
	| { readonly state: 'unpaired'; readonly why: string }
	| { readonly state: 'paired' };

export interface Pairing {
	onChange(listener: (state: PairingState) => void): () => void;
	/** @returns '' or the sentence why not */
	pair(code: string): Promise<string>;
	/** Asks the companion to show a new code in its terminal. @returns '' or the sentence why not */
	showCode(): Promise<string>;
	/** Looks for the companion again; from a click, since the browser may ask the person first. */
	check(): Promise<void>;
	forget(): void;
}

export interface Shell {
	onChange(listener: (state: ShellState) => void): () => void;
	/** Loads the waiting version. @returns the sentence why not; when all is well the page is gone */
	update(): Promise<string>;
	/** Asks the server for a new version. @returns the sentence why it could not be asked */
	look(): Promise<string>;
	/** Keeps what play needs beyond the page itself. */
	keepParts(): Promise<void>;
}

/** `by-menu`: this browser installs by its own menu, or not at all. */
export type InstallState = 'installed' | 'possible' | 'dismissed' | 'by-menu';
export interface Installer {
	onChange(listener: (state: InstallState) => void): () => void;
	/** Opens the browser's dialog; from a click. */
	install(): Promise<void>;
	dismiss(): void;
}

/** What the page was opened for: a shortcut, a pack from the desktop or the share sheet. */
export type Launch =
	| { readonly do: 'share' | 'scorecard' | 'stop' }
	| { readonly do: 'review'; readonly file: File }
	| { readonly do: 'refuse'; readonly why: string };
export interface Launches {
	onLaunch(listener: (launch: Launch) => void): void;
}

export interface ShelfEntry {
	readonly profile: Profile;
	/** `built in`, `imported`, or the name of the file it was opened from. */
	readonly from: string;
}
export interface ProfileShelf {
	list(): Promise<readonly ShelfEntry[]>;
	read(text: string): ProfileRead;
	/** Stays on the shelf for later visits. */
	keep(profile: Profile): void;
	/** Forgets what was kept. */
	erase(): void;
}

/** Lines said aloud; captions stay either way. */
export interface VoiceSettings {
	readonly on: boolean;
	/** '' = the model's first. */
	readonly voice: string;
	/** 0 to 1. */
	readonly volume: number;
}
/** What became of the lines since the voice was switched on, and why none is heard now; '' = they are. */
export interface VoiceState {
	readonly said: number;
	/** Too late to be said, over, or given way to what matters more. */
	readonly late: number;
	/** Of the lines said: those that nothing had to be made for. */
	readonly cached: number;
	readonly why: string;
}
export interface Voice {
	onState(listener: (state: VoiceState) => void): () => void;
	/** Says a line now; from a click. @returns '' or the sentence why not */
	test(text: string, voice: string): Promise<string>;
	/** What was said, as one sound with its subtitles; a sentence when there is none. @param told  lines done, of all */
	file(
		lines: readonly { readonly text: string }[],
		told: (done: number, of: number) => void,
	): Promise<{ readonly wav: Uint8Array; readonly srt: string } | string>;
}

export interface Settings {
	readonly theme: 'system' | 'light' | 'dark';
	readonly voice: VoiceSettings;
	readonly practice: PracticeOptions;
}
export interface SettingsStore {
	load(): Settings;
	save(settings: Settings): void;
	/** Whether the person ever chose anything here. */
	chosen(): boolean;
	/** Settings out of a backup, checked like stored ones. */
	read(data: unknown): Settings;
	erase(): void;
}

/** Which backups were made by this installation, by their SHA-256; outlives an erasure unless it is told to forget. */
export interface OwnBackups {
	remember(bytes: Uint8Array): Promise<void>;
	isOwn(bytes: Uint8Array): Promise<boolean>;
	count(): number;
	forget(): void;
}

/** The browser's own model. */
export interface BuiltIn {
	state(): Promise<'absent' | 'unavailable' | 'downloadable' | 'downloading' | 'available'>;
	/** Has the browser fetch it; from a click. @param told  share in [0, 1] and words @returns '' or a sentence why not */
	fetch(told: (share: number, words: string) => void): Promise<string>;
}

export interface Services {
	readonly agent: Agent;
	readonly models: Models;
	readonly builtIn: BuiltIn;
	readonly voice: Voice;
	readonly player: Player;
	readonly support: Support;
	readonly pairing: Pairing;
	readonly profiles: ProfileShelf;
	readonly settings: SettingsStore;
	readonly shell: Shell;
	readonly installer: Installer;
	readonly launches: Launches;
	/** Files as one zip, by their paths in it. */
	zip(files: Readonly<Record<string, Uint8Array>>): Promise<Uint8Array>;
	/** Gives the person a file. */
	save(name: string, type: string, bytes: Uint8Array | string): void;
	readonly space: Space;
	readonly backups: OwnBackups;
	/** Origin of the companion, whose feed others read; nobody may answer there. */
	readonly feedUrl: string;
}

const ServicesContext = createContext<Services>();
export const ServicesProvider = ServicesContext.Provider;

export function useServices(): Services {
	const services = useContext(ServicesContext);
	if (!services) throw new Error('useServices needs a ServicesProvider above it');
	return services;
}
