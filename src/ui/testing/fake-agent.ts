// A scripted session for tests and for looking at the page: believable, seeded by nothing but its own tables.
import type { Cleared } from '../../core/moderation/gate.ts';
import type { Report } from '../../core/report.ts';
import type { Ask } from '../../core/question.ts';
import type { TierName } from '../../core/ledger.ts';
import type {
	Agent,
	AgentEvent,
	BackupContents,
	BoxView,
	CompanionLack,
	ConsentView,
	DecisionView,
	InstallState,
	LiveView,
	PackReview,
	Picture,
	Player,
	ReportView,
	Services,
	Settings,
	ShellState,
	SpaceView,
	StrikeView,
	Started,
	Support,
	TierView,
} from '../services.ts';
import { bestGraduation } from '../../core/graduation/conditions.ts';
import { DAY, dayOf } from '../../core/graduation/day.fixture.ts';
import { MINUTE_MS, talliesOf } from '../../core/graduation/tally.ts';
import { readProfile } from '../../core/profile.ts';
import { DEFAULTS } from '../settings/values.ts';
import { IDLE } from '../idle.ts';
import { fakeCascade, turned } from './fake-cascade.ts';
import { fakeGallery } from './fake-gallery.ts';
import { FAKE_MANIFESTS, type FakeModels, type FakeShelf, makeFakeModels } from './fake-models.ts';
import { fakeCanvas, fakePng } from './fake-picture.ts';
import { FAKE_RECORDS, fakeProtocol, fakeRows, fakeSats } from './fake-records.ts';
import { fakeScore } from './fake-score.ts';

/** Nearly graduated: nothing tells of sats, and an hour stood still. */
const fakeDay = dayOf({ sats: null, moves: (minute) => minute >= 64 });

export function fakeStrikes(): readonly StrikeView[] {
	const at = Date.UTC(2026, 10, 22, 14, 3);
	const repeats = (...texts: readonly string[]) => texts.map((text, i) => ({ n: 40 + 9 * i, at: at + i * 95_000, text }));
	const refused = 'all-refused: "hp < 4": not true in this situation';
	return [
		{
			key: 'a',
			sort: 'call',
			what: 'A model was asked what to do on shop',
			times: 3,
			repeats: repeats(
				refused,
				refused,
				'made rule; its rule "if hp < 9 then click(at: potion)" was quarantined: two harmful labels of the last three',
			),
			draft: { kind: 'rule', text: 'strategy: if screen == shop and dialog-open == true then click(at: potion)' },
		},
		{
			key: 'b',
			sort: 'takeover',
			what: 'You took over on play and did: key i, key e',
			times: 3,
			repeats: repeats('key i, key e', 'key i, key e', 'key i, key e'),
			draft: { kind: 'skill', crystal: 'skill-1', name: 'open-inventory-equip', steps: 'open-inventory(), then equip()' },
		},
		{
			key: 'c',
			sort: 'correction',
			what: 'You corrected where "hp-bar" is',
			times: 6,
			repeats: repeats('template: corrected hp-bar', 'template: corrected hp-bar', 'template: corrected hp-bar'),
			draft: {
				kind: 'places',
				crystal: 't',
				name: 'hp-bar',
				places: [
					[24, 500, 180, 16],
					[24, 20, 180, 16],
				],
			},
		},
		{
			key: 'd',
			sort: 'approval',
			what: 'You approved "hp-bar"',
			times: 3,
			repeats: repeats('template: approved hp-bar', 'template: approved hp-bar', 'template: approved hp-bar'),
			draft: { kind: 'approval', crystal: 't', pattern: 'template hp-bar' },
		},
		{
			key: 'e',
			sort: 'call',
			what: 'A model was asked what is to be seen',
			times: 3,
			repeats: repeats('answer-unknown: the model does not know this screen', 'answer-unknown', 'answer-unknown'),
			draft: { kind: 'screen', name: 'new-screen' },
		},
		{
			key: 'f',
			sort: 'call',
			what: 'A model was asked for a plan on shop',
			times: 3,
			repeats: repeats('goals.0.until.0: gold > 99: "gold" is no fact', 'goals.0.until.0: gold > 99', 'goals.0.until.0: gold > 99'),
			draft: {
				kind: 'answer',
				ask: 'strategy',
				text: 'Heal up; when hp <= 10; until hp > 90\nstrategy: if hp <= 5 then drink()',
				note: 'As it came it was no good: goals.0.until.0: gold > 99: "gold" is no fact. 1 condition was left out that can never be.',
			},
		},
	];
}

export interface FakeOptions {
	readonly support?: Partial<Support>;
	readonly pairing?: 'absent' | 'unpaired' | 'paired';
	readonly lack?: CompanionLack;
	readonly shell?: Partial<ShellState>;
	readonly install?: InstallState;
	/** What a click on either of the two ways to begin comes to. */
	readonly starts?: Started;
	readonly theme?: Settings['theme'];
	readonly models?: FakeShelf;
	/** Whether a backup that is chosen counts as made here. */
	readonly ownBackup?: boolean;
	/** Files given to the person, by name. */
	readonly saved?: Map<string, Uint8Array | string>;
	readonly profiles: readonly string[];
	readonly reports?: readonly ReportView[];
	readonly onCall?: (name: string, args: readonly unknown[]) => void;
}

export interface Fake {
	readonly services: Services;
	readonly models: FakeModels;
	emit(event: AgentEvent): void;
	show(picture: Picture | null): void;
}

const FAKE_SPACE: SpaceView = {
	shellBytes: 2_412_331,
	partsBytes: 31_204_113,
	handedBytes: 0,
	otherBytes: 0,
	usedBytes: 38_000_000,
	quotaBytes: 21_400_000_000,
	persisted: false,
};

function fakeBackup(own: boolean): BackupContents {
	return {
		madeAt: Date.UTC(2026, 10, 29, 20, 11),
		own,
		games: [
			{ game: 'flare', name: 'Flare: Empyrean Campaign', fresh: 212, known: 0 },
			{ game: 'practice', name: 'Relic Hollow', fresh: 41, known: 20 },
		],
		reports: { fresh: 7, known: 1 },
		ledger: own ? { fresh: 8_412, known: 310, taken: 0 } : { fresh: 0, known: 0, taken: 0 },
		settings: own ? ['consents', 'budget'] : [],
		models: FAKE_MANIFESTS.slice(0, 4).map(({ id, name, bytes, licence }) => ({ id, name, bytes, licence, from: 'built in', files: [] })),
		refused: [],
	};
}

const fakePack: PackReview = {
	ok: true,
	about: {
		name: 'Flare',
		game: 'flare',
		gameVersion: 'any',
		language: 'en',
		encoder: null,
		art: { holder: 'the makers of Flare', licence: 'CC BY-SA 3.0', source: 'captured from the game window' },
		madeAt: Date.UTC(2026, 10, 20, 9, 30),
	},
	byKind: [
		{ kind: 'template', count: 14 },
		{ kind: 'rule', count: 9 },
	],
	known: 3,
	refused: [{ path: 'phrasebook.json', why: 'of a kind that is not known here' }],
};

const fakeProject: PackReview = {
	ok: true,
	about: {
		name: 'Shop Keeper',
		game: 'maa-shop-keeper',
		gameVersion: 'any',
		language: 'en',
		encoder: null,
		art: { holder: 'the makers of the game it plays', licence: 'MIT', source: 'a MaaFramework project' },
		madeAt: Date.UTC(2026, 10, 30, 9, 30),
	},
	byKind: [
		{ kind: 'template', count: 94 },
		{ kind: 'region', count: 25 },
		{ kind: 'skill', count: 16 },
	],
	known: 0,
	refused: [{ path: 'resource/pipeline/old.json', why: 'line 12: it has no "," or "}" where one should stand' }],
	project: {
		profile: {
			falsework: 1,
			id: 'maa-shop-keeper',
			name: 'Shop Keeper',
			language: 'en',
			window: { title: 'Shop Keeper' },
			heartbeatMs: 500,
			goal: 'Do the tasks of Shop Keeper.',
			actions: [{ verb: 'wait', args: { ms: 'number' }, does: 'do nothing', input: [{ waitMs: '$ms' }] }],
			facts: [],
			safety: { keys: [], buttons: [], ratePerSecond: 5 },
		},
		counted: {
			nodes: 811,
			whole: 285,
			part: 494,
			unsupported: 32,
			reasons: [
				{ what: 'a text in a wide area: a model must show once where it stands', nodes: 450 },
				{ what: 'recognition ColorMatch', nodes: 19 },
				{ what: 'action Custom', nodes: 1 },
			],
		},
		nodes: [
			{ file: 'resource/pipeline/main.json', node: 'Start', outcome: 'whole', left: [] },
			{
				file: 'resource/pipeline/main.json',
				node: 'IsGolden',
				outcome: 'unsupported',
				left: [{ what: 'recognition ColorMatch', detail: '' }],
			},
			{
				file: 'resource/pipeline/main.json',
				node: 'Confirm',
				outcome: 'part',
				left: [{ what: 'a text in a wide area: a model must show once where it stands', detail: '' }],
			},
		],
		left: ["agent: a program of the project's own; none is ever run"],
	},
};

export function makeFake(options: FakeOptions): Fake {
	const listeners = new Set<(event: AgentEvent) => void>();
	const watchers = new Set<(picture: Picture | null) => void>();
	let live: LiveView = IDLE;
	const emit = (event: AgentEvent) => {
		if (event.type === 'live') live = event.live;
		for (const listener of listeners) listener(event);
	};
	const show = (picture: Picture | null) => {
		for (const watcher of watchers) watcher(picture);
	};
	const call = (name: string, ...args: unknown[]) => options.onCall?.(name, args);
	let linesPerHour = 6;
	let cascade = fakeCascade(true);
	let strikes = fakeStrikes();
	const agent: Agent = {
		subscribe(listener) {
			listeners.add(listener);
			return () => void listeners.delete(listener);
		},
		onDeath: () => undefined,
		pause: async () => {
			call('pause');
			emit({ type: 'live', live: { ...live, phase: 'paused', intent: null } });
		},
		resume: async () => {
			call('resume');
			emit({ type: 'live', live: { ...live, phase: 'playing' } });
			return '';
		},
		pull: async (minutes) => {
			call('pull', minutes);
			emit({ type: 'score', score: { ...fakeScore(), drill: { pulled: { minutes, leftMs: minutes * 60_000 }, last: null } } });
			return '';
		},
		restore: async () => {
			call('restore');
			emit({ type: 'score', score: fakeScore() });
			return '';
		},
		drillSchedule: async () => null,
		setDrillSchedule: async (schedule) => call('setDrillSchedule', schedule),
		stopEverything: async (why) => {
			call('stopEverything', why);
			emit({ type: 'live', live: { ...live, phase: 'stopped', intent: null, boxes: [] } });
			emit({ type: 'report', report: fakeReport('now', why) });
			return '';
		},
		consent: async (id, choice, masks) => {
			call('consent', id, choice, masks);
			emit({ type: 'consent', ask: null });
		},
		setTier: async (setting) => {
			call('setTier', setting);
			return setting.base.includes('unreachable') ? 'Nobody answers at that address.' : '';
		},
		goTo: async (place) => {
			call('goTo', place);
			return '';
		},
		stopTravel: async () => {
			call('stopTravel');
			return '';
		},
		splitPlace: async (place) => {
			call('splitPlace', place);
			return '';
		},
		placePicture: async (place) => await fakePng((place.length * 37) % 256, 0, 704, 384),
		mapTiles: async () => undefined,
		setDial: async (ask, share) => {
			call('setDial', ask, share);
			cascade = turned(cascade, ask, share);
			emit({ type: 'cascade', cascade });
			return '';
		},
		changeSats: async (change) => {
			call('changeSats', change);
			return { ok: true, value: fakeSats() };
		},
		importSats: async (payments) => {
			call('importSats', payments);
			return { ok: true, value: { added: payments.length, known: 0, refused: [] } };
		},
		protocol: async () => fakeProtocol(),
		recordsView: async () => ({ ok: true, value: FAKE_RECORDS }),
		recordRows: async ({ table }) => ({ ok: true, value: { rows: fakeRows(table), next: null } }),
		setLinesPerHour: async (lines) => {
			call('setLinesPerHour', lines);
			linesPerHour = lines;
			return '';
		},
		narration: async () => ({
			linesPerHour,
			eventsPerHour: 412,
			byModelPerHour: Math.min(linesPerHour, 8.2),
			byPhraseLastHour: 61,
			threshold: 8.4,
		}),
		forgetRouting: async () => {
			call('forgetRouting');
			cascade = { ...cascade, known: false, asks: cascade.asks.map((a) => ({ ...a, kinds: [] })) };
			emit({ type: 'cascade', cascade });
			return '';
		},
		removeTier: async (id) => {
			call('removeTier', id);
			return '';
		},
		useDevice: async (tier, ask, on) => {
			call('useDevice', tier, ask, on);
			return '';
		},
		...fakeGallery(emit, call),
		reports: async () => options.reports ?? [],
		answerStrike: async (key, accept, text) => {
			call('answerStrike', key, accept, text);
			strikes = strikes.filter((s) => s.key !== key);
			emit({ type: 'strikes', strikes });
			return '';
		},
		graduation: async () => bestGraduation(talliesOf(options.reports?.length === 0 ? [] : fakeDay), DAY + 1440 * MINUTE_MS),
		certificate: async () => new Uint8Array(48_213),
		exportPack: async () => new Uint8Array(48_213),
		reviewPack: async (bytes) => (bytes.byteLength > 20 ? fakeProject : fakePack),
		importPack: async () => {
			call('importPack');
			return '';
		},
		failureBundle: async () => new Uint8Array(1_840_112),
		exportEverything: async () => new Uint8Array(1_204_331),
		reviewBackup: async (_, own) => ({ ok: true, ...fakeBackup(own) }),
		restoreBackup: async (_, own) => {
			call('restoreBackup', own);
			return { ok: true, brought: fakeBackup(own), settings: undefined, same: own };
		},
		removeReports: async (sessions) => {
			call('removeReports', sessions);
			return '';
		},
		dropSetAside: async () => {
			call('dropSetAside');
			return '';
		},
		eraseEverything: async () => {
			call('eraseEverything');
			return '';
		},
	};
	const start = async (name: string): Promise<Started> => {
		call(name);
		if (options.starts && !options.starts.ok) return options.starts;
		show({ kind: 'practice', canvas: fakeCanvas() });
		for (const event of fakeSession()) emit(event);
		return { ok: true };
	};
	const player: Player = {
		shareWindow: () => start('shareWindow'),
		playPractice: () => start('playPractice'),
		setPractice: (change) => call('setPractice', change),
		release: () => show(null),
		onPicture(watcher) {
			watchers.add(watcher);
			return () => void watchers.delete(watcher);
		},
	};
	const models = makeFakeModels(options.models ?? 'none', call);
	return {
		emit,
		show,
		models,
		services: {
			agent,
			models: models.models,
			builtIn: { state: async () => 'unavailable', fetch: async () => 'This browser has no model of its own on this machine.' },
			voice: {
				onState(listener) {
					listener({ said: 12, late: 1, cached: 9, why: '' });
					return () => undefined;
				},
				test: async (text, voice) => {
					call('say', text, voice);
					return '';
				},
				file: async () => 'Nothing was said in this session.',
			},
			player,
			support: {
				secure: true,
				displayCapture: true,
				trackProcessor: true,
				practice: true,
				gpu: true,
				loopbackDenied: false,
				storage: '',
				...options.support,
			},
			pairing: {
				onChange(listener) {
					const state = options.pairing ?? 'paired';
					listener(
						state === 'unpaired' ? { state, why: '' } : state === 'absent' ? { state, lack: options.lack ?? 'not-running' } : { state },
					);
					return () => undefined;
				},
				pair: async (code) => (code === '123456' ? '' : 'That is not the code that the companion shows now.'),
				showCode: async () => '',
				check: async () => undefined,
				forget: () => call('forget'),
			},
			profiles: {
				list: async () =>
					options.profiles.flatMap((text) => {
						const read = readProfile(text);
						return read.ok ? [{ profile: read.profile, from: 'built in' }] : [];
					}),
				read: readProfile,
				keep: (profile) => call('keepProfile', profile.id),
				erase: () => call('eraseProfiles'),
			},
			settings: {
				load: () => ({ ...DEFAULTS, theme: options.theme ?? 'system' }),
				save: (s) => call('save', s),
				chosen: () => true,
				read: () => DEFAULTS,
				erase: () => call('eraseSettings'),
			},
			zip: async (files) => new TextEncoder().encode(Object.keys(files).join('\n')),
			save: (name, _, bytes) => void options.saved?.set(name, bytes),
			shell: {
				onChange(listener) {
					listener({ offline: 'ready', why: '', parts: 'kept', waiting: false, isolation: 'done', ...options.shell });
					return () => undefined;
				},
				update: async () => {
					call('update');
					return '';
				},
				look: async () => '',
				keepParts: async () => call('keepParts'),
			},
			installer: {
				onChange(listener) {
					listener(options.install ?? 'by-menu');
					return () => undefined;
				},
				install: async () => call('install'),
				dismiss: () => call('dismiss'),
			},
			launches: { onLaunch: () => undefined },
			space: {
				look: async () => FAKE_SPACE,
				persist: async (bucket) => {
					call('persist', bucket);
					return bucket === 'models';
				},
				dropHanded: async () => call('dropHanded'),
			},
			feedUrl: 'http://127.0.0.1:4953',
			backups: {
				remember: async () => call('remember'),
				isOwn: async () => options.ownBackup ?? true,
				count: () => 2,
				forget: () => call('forgetBackups'),
			},
		},
	};
}

/** What would have passed the gate. */
const cleared = (text: string): Cleared => text as Cleared;

export const FAKE_BOXES: readonly BoxView[] = (
	[
		{ name: 'health-bar', kind: 'bar', box: [16, 9, 180, 16], by: 'crystal', score: 0.99 },
		{ name: 'hp-text', kind: 'text', box: [204, 8, 74, 18], by: 'crystal', score: 0.98 },
		{ name: 'player', kind: 'portrait', box: [446, 298, 30, 50], by: 'crystal', score: 0.97 },
		{ name: 'mira', kind: 'portrait', box: [604, 280, 30, 52], by: 'crystal', score: 0.97 },
		{ name: 'dialogue', kind: 'panel', box: [182, 422, 596, 92], by: 'device', score: 0.9 },
		{ name: 'slime', kind: 'portrait', box: [740, 316, 34, 30], by: 'cloud', score: 0.86 },
		{ name: 'yes', kind: 'button', box: [676, 482, 84, 22], by: 'crystal', score: 0.99 },
	] as const
).map((box) => ({ ...box, name: cleared(box.name) }));

export function fakeLive(more: Partial<LiveView> = {}): LiveView {
	return {
		...IDLE,
		phase: 'playing',
		session: 'fake',
		playedMs: 462_000,
		source: { kind: 'practice', label: 'Practice game', state: 'live', why: '', fps: 15, ageMs: 40, width: 960, height: 540 },
		input: { kind: 'practice', state: 'ready', why: 'Input goes to the practice game inside this page.' },
		screen: 'dialogue',
		facts: { hp: 42, 'hp.max': 60, gold: 118, 'dialog-open': true, speaker: 'Mira', 'me.pos': [461, 322] },
		boxes: FAKE_BOXES,
		intent: { verb: 'click', text: cleared('click yes'), at: { x: 718, y: 493 }, box: [676, 482, 84, 22], advice: false },
		asking: ['narration'],
		caption: cleared('Mira wants her relic back, and the mill has rats the size of regrets.'),
		firing: ['c4'],
		...more,
	};
}

const LINES: readonly (readonly [Ask, TierName | null, string, string, number | null, number, number, readonly string[]])[] = [
	['decision', 'crystal', 'click yes', 'rule “accept the quest when it is offered”', 0, 0.8, 0, ['accept-quest']],
	['perception', 'crystal', 'screen dialogue, 9 facts', '7 templates and 2 regions hit', 0, 6.2, 0, ['dialogue', 'hp-text']],
	[
		'narration',
		'cloud',
		'Mira wants her relic back, and the mill has rats the size of regrets.',
		'no phrase for “quest” with these slots',
		0.0004,
		812,
		240,
		['quest-offered'],
	],
	['decision', 'crystal', 'walk to Mira', 'rule “talk when somebody new is near”', 0, 0.6, 0, ['talk-to-new']],
	[
		'perception',
		'cloud',
		'screen town, 8 facts',
		'unexplained change at the right edge: something new moved in',
		0.0021,
		1430,
		1580,
		['slime'],
	],
	['decision', 'device', 'wait 400 ms', 'two rules disagree', 0, 320, 190, []],
	['perception', 'crystal', 'screen town, 8 facts', '6 templates and 2 regions hit', 0, 5.9, 0, ['town', 'hp-text']],
	['decision', null, 'no answer', 'the session’s cap of $0.25 is reached', 0, 0.2, 0, []],
	[
		'perception',
		'local',
		'screen town, 8 facts',
		'template “inn-door” is stale: best score 0.71 under 0.93',
		null,
		2210,
		1490,
		['inn-door'],
	],
	['narration', 'crystal', 'Forty-two hit points and a bad feeling.', 'phrase “hurt”, slot hp', 0, 0.4, 0, ['hurt']],
	['decision', 'crystal', 'walk east', 'rule “explore where nothing was seen”', 0, 0.7, 0, ['explore']],
	['perception', 'crystal', 'screen title, 2 facts', '3 templates hit', 0, 4.1, 0, ['title']],
];

export function fakeDecisions(at: number): readonly DecisionView[] {
	return Array.from({ length: 60 }, (_, i): DecisionView => {
		const [ask, tier, what, reason, usd, latencyMs, tokens, crystals] = LINES[i % LINES.length] ?? LINES[0]!;
		const model =
			tier === null || tier === 'crystal' ? '' : tier === 'device' ? 'smol-vlm' : tier === 'local' ? 'qwen2.5vl:7b' : 'scripted-teacher';
		return {
			n: 460 - i,
			at: at - i * 1400,
			ask,
			tier,
			what: cleared(what),
			reason: cleared(reason),
			model,
			simulated: tier === 'cloud',
			latencyMs,
			usd,
			tokens,
			crystals: crystals.map(cleared),
			violation: i === 32,
			...(tier === 'cloud' || tier === 'local'
				? {
						checklist: {
							artefact: 'a rule of its reasons, or a skill of its plan',
							stored: 'among this game’s crystals on this machine; rules.json, skills of its pack',
							fills: `${ask} of "town": ${reason}`,
							again: 41.2,
							ends: 'more play of this situation, or a fact in the profile that names it: the answers leave rules',
							delta: 26.4,
						},
					}
				: {}),
		};
	});
}

export const FAKE_TIERS: readonly TierView[] = [
	{
		id: 'teacher',
		name: 'cloud',
		label: 'Scripted teacher',
		host: 'in this page',
		simulated: true,
		price: 'simulated: $0.11 in, $0.34 out a million tokens',
		consent: 'not-needed',
		breaker: 'closed',
		calls: 93,
		lastError: '',
	},
	{
		id: 'local',
		name: 'local',
		label: 'Ollama, qwen2.5vl:7b',
		host: '127.0.0.1:11434',
		simulated: false,
		price: 'free',
		consent: 'undecided',
		breaker: 'open',
		calls: 12,
		lastError: 'connect ECONNREFUSED 127.0.0.1:11434; tries again in 40 s',
	},
];

export async function fakeConsent(): Promise<ConsentView> {
	return {
		id: 'ask-1',
		game: 'Flare: Empyrean Campaign',
		provider: 'Groq',
		host: 'api.groq.com',
		model: 'llama-4-scout-17b',
		price: '$0.11 in, $0.34 out a million tokens; about $0.0021 a picture',
		png: await fakePng(0, 0, 960, 540),
		size: { width: 960, height: 540 },
		masks: [[10, 380, 160, 140]],
	};
}

const FAKE_TREND = { verdict: 'falling', n: 6, s: -13, p: 0.0083 };

/** Six evenings whose calls fall. */
function fakeSessions(): Report['sessions'] {
	return [612, 388, 402, 171, 93, 38].map((callsPerHour, evening) => ({
		session: `s${evening}`,
		startedAt: Date.UTC(2026, 10, 2 + 4 * evening, 19),
		playedMs: (40 + 9 * evening) * 60_000,
		ended: true,
		perception: { local: 260 + 90 * evening, total: 500 + 60 * evening },
		decision: { local: 90 + 105 * evening, total: 420 + 60 * evening },
		narration: { local: 4 * evening, total: 12 + 3 * evening },
		calls: callsPerHour,
		callsPerHour,
		usd: callsPerHour * 0.0005,
		perHourUsd: callsPerHour * 0.0005,
		wrong: { checked: 380, wrong: evening % 2 },
		idle: { idle: 22, acts: 196 },
		skills: { new: 3, total: 3 * (evening + 1) },
		simulated: true,
	}));
}

export function fakeReport(session: string, endedBy: string): ReportView {
	return {
		session,
		game: 'Relic Hollow (the practice game)',
		startedAt: Date.UTC(2026, 10, 22, 14, 2),
		endedAt: Date.UTC(2026, 10, 22, 14, 12),
		endedBy,
		json: JSON.stringify({ falsework: 1, metrics: { cost: { sessions: FAKE_TREND } }, sessions: fakeSessions() }),
		markdown:
			'# Relic Hollow, 10 minutes\n\nThe teacher was **scripted** and its prices are **simulated**.\n\n| metric | value | of | target |\n| --- | --- | --- | --- |\n| Perception sovereignty | 92 % | 412 of 450 | 90 % at hour 1 |\n| Decision sovereignty | 73 % | 143 of 196 | 80 % at week 4 |\n| API cost | $0.07 / h | 93 calls | |\n\n## The costliest calls that are left\n\n- `perception` on screen `town`: the slime has no template yet; three more frames of it would remove 11 calls.\n- `narration` of `quest`: two more lines would fill the phrase.\n',
	};
}

export function* fakeSession(at = Date.UTC(2026, 10, 22, 14, 9, 42)): Generator<AgentEvent> {
	yield { type: 'live', live: fakeLive() };
	yield { type: 'decisions', decisions: fakeDecisions(at) };
	yield { type: 'score', score: fakeScore() };
	yield {
		type: 'tiers',
		tiers: FAKE_TIERS,
		sent: [
			{ at: at - 61_000, to: 'api.groq.com', width: 960, height: 540, bytes: 214_311 },
			{ at: at - 21_000, to: 'api.groq.com', width: 320, height: 200, bytes: 41_020 },
		],
	};
	yield {
		type: 'storage',
		storage: {
			usedBytes: 3_412_000,
			quotaBytes: 21_400_000_000,
			persisted: false,
			byKind: [
				{ kind: 'template', count: 48, bytes: 2_204_000 },
				{ kind: 'region', count: 9, bytes: 212_000 },
				{ kind: 'rule', count: 61, bytes: 200_000 },
				{ kind: 'ledger', count: 2210, bytes: 702_000 },
				{ kind: 'reports', count: 3, bytes: 94_000 },
			],
			setAside: 0,
			trouble: '',
		},
	};
}
