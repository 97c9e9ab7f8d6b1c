// The agent: the one file of this worker that knows everybody. It builds the adapters, hands them to the core, and answers the
// page. It runs here and not on the page, because a hidden page's clock all but stops (a covered window counts as hidden).
import '../src/adapters/trusted.ts';
import * as Comlink from 'comlink';
import { makeCaptureSource, makePracticeSource } from '../src/adapters/capture.ts';
import {
	askTier,
	type Called,
	changeSats,
	type CompanionEvent,
	type CompanionLink,
	connectCompanion,
	eraseCompanion,
	heldLedger,
	type HttpOptions,
	importSats,
	listTiers,
	readSats,
	recordRows,
	recordsView,
	removeTier,
	sendLedger,
	setTier,
} from '../src/adapters/companion.ts';
import { makeBestEngine, PLAIN_NOTICE } from '../src/adapters/engine.ts';
import { filesOfPage } from '../src/adapters/models/page-files.ts';
import { makeOcrReader, type OcrReader } from '../src/adapters/ocr.ts';
import { type DrillSchedule, readDrillSchedule } from '../src/core/drill.ts';
import { encodePng, frameToRgba } from '../src/adapters/png.ts';
import { makeLedgerSender } from '../src/adapters/ledger-sender.ts';
import { makeScoreSender } from '../src/adapters/score-sender.ts';
import { somebodyPlays } from '../src/adapters/share.ts';
import { packed } from '../src/adapters/gzip.ts';
import { openStore, type Store } from '../src/adapters/store.ts';
import { makeVisionLearner, type VisionLearner } from '../src/adapters/vision.ts';
import { zip } from '../src/adapters/zip.ts';
import { ruleByHand } from '../src/core/crystals/approval/by-hand.ts';
import type { Approval } from '../src/core/crystals/approval/schema.ts';
import type { Post } from '../src/adapters/tiers/chat.ts';
import type { DeviceSource } from '../src/adapters/tiers/device.ts';
import { makePracticeTier } from '../src/adapters/tiers/practice.ts';
import { TierError } from '../src/core/cascade.ts';
import type { ConsentRecord, Surface } from '../src/core/consent.ts';
import { boxOf, importByHand } from '../src/core/crystals/by-hand.ts';
import { type Crystal, scopeKey } from '../src/core/crystals/crystal.ts';
import type { Rule } from '../src/core/crystals/rule/schema.ts';
import type { TemplateCrystal } from '../src/core/crystals/template/schema.ts';
import { readUses } from '../src/core/models/device-use.ts';
import { type Recogniser, recogniserFor } from '../src/core/perception/ocr.ts';
import type { Clock, InputDriver, Random } from '../src/core/ports.ts';
import { isLinesPerHour, LINES_MOST, LINES_PER_HOUR, readLinesPerHour } from '../src/core/crystals/phrase/surprise.ts';
import { type Dial, OPEN_DIAL, readDial, shareOf, shareText, turnDial } from '../src/core/routing/dial.ts';
import { profileFaults } from '../src/core/loop/mind.ts';
import type { Truth } from '../src/core/loop/situation.ts';
import type { Profile } from '../src/core/profile.ts';
import { protocolLines } from '../src/core/protocol.ts';
import type { Report } from '../src/core/report.ts';
import type { RowsAsked, RowsTold } from '../src/core/records.ts';
import type { SatsShown } from '../src/core/sats.ts';
import { scaled, worldBox } from '../src/practice/layout.ts';
import { frameSize } from '../src/practice/options.ts';
import { type Mosaic, TILE_PX } from '../src/core/navigation/mosaic.ts';
import { decodeState } from '../src/practice/view.ts';
import { truthOf } from '../src/practice/truth.ts';
import type { AgentApi, BootOptions, InputView, MapTiles, SessionFiles, TierSetting } from './agent.protocol.ts';
import type { DeviceApi } from './models.protocol.ts';
import type { Encoder } from '../src/core/loop/skills.ts';
import type { PracticeApi } from './practice.protocol.ts';
import { checkCrystal, describeCrystal, detailCrystal, packFiles, pictureOf } from './agent/crystals.ts';
import { endUnfinished } from './agent/unfinished.ts';
import { backupOf, openBackup, rememberGame, restore } from './agent/backups.ts';
import { bundleOf } from './agent/bundle.ts';
import { findGraduation, graduationTold } from './agent/graduation.ts';
import { makeGrip } from './agent/grip.ts';
import { importedSkill, importFault } from '../src/core/crystals/skill/crystallise.ts';
import type { Skill } from '../src/core/crystals/skill/schema.ts';
import { readSkillDocument, SKILL_FILE } from '../src/core/crystals/skill/document.ts';
import { impatient, NotYetError } from './agent/patience.ts';
import { cascadeView } from './agent/routing.ts';
import { type Session, type SessionOptions, startSession } from './agent/session.ts';
import { writeSats } from './agent/sats.ts';
import { makeTierDesk } from './agent/tiers.ts';
import { makeWatchers } from './agent/watchers.ts';

/** How long the scripted teacher of the practice game seems to think. */
const TEACHER_MS = 350;
const STORAGE_EVERY_MS = 10_000;
const HEAD_EVERY_MS = 60_000;
/** The loop does without texts rather than wait longer for the reader's files. */
const READER_MS = 5000;
const WARM_AGAIN_MS = 5000;

const clock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };
const random: Random = { next: () => Math.random() };
const watchers = makeWatchers();
/** One for the worker's life, with the frames in its memory: a session before has ended when the next takes its first frame. */
const engine = makeBestEngine();
const buffers = engine.frameBuffers();
let store: Store | undefined;
let boot: BootOptions | undefined;
let reader: OcrReader | undefined;
/** Model of `reader`. */
let readingBy: Recogniser | undefined;
let modelHost: Comlink.Remote<DeviceApi> | undefined;
let learner: VisionLearner | undefined;
let link: CompanionLink | undefined;
let input: InputView = { kind: 'advice', state: 'off', why: '' };
/** The practice game needs no companion, so what becomes of one is no news while it is played. */
const PRACTICE_INPUT: InputView = { kind: 'practice', state: 'ready', why: 'Input goes straight to the practice game.' };
let practising = false;
const grip = makeGrip({ link: () => link, onChange: showGrip });
const scoreSender = makeScoreSender((snapshot) => link?.tellScore(snapshot));
const ledgerSender = makeLedgerSender({
	source: {
		counts: async () => (await store?.ledgerCounts()) ?? [],
		// What is played now is in memory, in the order of writing.
		entriesOf: async (id) =>
			session?.ledger.entries()[0]?.session === id ? [...session.ledger.entries()] : ((await store?.ledgerOf(id)) ?? []),
	},
	held: async () => await withCompanion(heldLedger),
	send: async (entries) => await withCompanion((through) => sendLedger(through, entries)),
	trouble(text) {
		if (text === '') session?.unnotice('records');
		else session?.notice({ id: 'records', level: 'warning', title: 'The companion keeps no records', text });
	},
});
/** As the companion last told them. */
let sats: SatsShown | undefined;
let satsTimer: ReturnType<typeof setInterval> | undefined;
/** One at a time: a row is written once. */
let satsWriting: Promise<void> | undefined;
let session: Session | undefined;
/** Crystals that came with a pack while nothing of their scope was played. */
const shelf = new Map<string, Crystal>();
const NOTHING_PLAYED = 'Play the game first: crystals are changed in the session that uses them.';
const NOT_STARTED = 'The agent has not been started yet; reload the page.';
let files: SessionFiles | undefined;
let dial: Dial = OPEN_DIAL;
let drills: DrillSchedule | undefined;
let linesPerHour = LINES_PER_HOUR;
let storageTimer: ReturnType<typeof setInterval> | undefined;
let headTimer: ReturnType<typeof setInterval> | undefined;

const desk = makeTierDesk({
	keeper: {
		load: async () => ({
			consents: ((await store?.getSetting('consents')) as ConsentRecord[] | undefined) ?? [],
			budget: await store?.getSetting('budget'),
			uses: readUses(await store?.getSetting('deviceUse')),
		}),
		saveConsents: async (records) => void (await store?.setSetting('consents', records)),
		saveBudget: async (memory) => {
			if (store === undefined) return NOT_STARTED;
			return (await store.setSetting('budget', memory)) ? '' : store.trouble();
		},
		saveUses: async (uses) => void (await store?.setSetting('deviceUse', uses)),
	},
	clock,
	ledger: () => session?.ledger,
	onConsent: (ask) => watchers.tell({ type: 'consent', ask }),
	onChange: () => watchers.tell({ type: 'tiers', tiers: desk.views(), sent: desk.sent() }),
	preview: async () =>
		session === undefined ? undefined : { png: await encodePng(session.lastFrame, undefined, desk.masks()), frame: session.lastFrame },
});

/** What a person reads when something they asked for could not be done. */
function sentence(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

/** Comes with the page. */
const EMBEDDED_RECOGNISER: Recogniser = 'ppocr-v6-tiny';

/** Loads the text reader ahead of need, and says so when it cannot be had; while it is still on its way, again and again. */
async function warm(of: OcrReader): Promise<void> {
	for (;;) {
		try {
			await of.warm();
			return session?.unnotice('ocr');
		} catch (error) {
			session?.notice({ id: 'ocr', level: 'warning', title: 'Text cannot be read', text: sentence(error) });
			if (!(error instanceof Error && error.cause instanceof NotYetError) || of !== reader) return;
		}
		await new Promise((resolve) => setTimeout(resolve, WARM_AGAIN_MS));
	}
}

async function begin(
	options: Omit<
		SessionOptions,
		| 'store'
		| 'desk'
		| 'watchers'
		| 'clock'
		| 'random'
		| 'dial'
		| 'linesPerHour'
		| 'reader'
		| 'matcher'
		| 'learnMask'
		| 'png'
		| 'onScore'
		| 'onEntry'
		| 'rate'
		| 'sats'
		| 'onEnd'
		| 'input'
		| 'describe'
		| 'drills'
		| 'encoder'
	>,
	consented: readonly string[],
): Promise<string> {
	if (store === undefined || boot === undefined) return NOT_STARTED;
	if (session !== undefined && session.phase !== 'stopped') await session.end('another session was started');
	const faults = profileFaults(options.profile);
	if (faults.length > 0) return `The profile "${options.profile.id}" has faults: ${faults.join('; ')}`;
	const { models, runtime } = boot.ocr;
	const wanted = recogniserFor(options.profile.language);
	const recogniser = wanted === EMBEDDED_RECOGNISER || (await isHere(wanted)) ? wanted : EMBEDDED_RECOGNISER;
	if (recogniser !== readingBy) {
		reader?.close();
		reader = undefined;
	}
	readingBy = recogniser;
	reader ??= makeOcrReader({
		model: recogniser,
		runtime,
		files: impatient(
			async () => {
				const embedded = () => filesOfPage(models, EMBEDDED_RECOGNISER);
				if (modelHost === undefined) return await embedded();
				// A store that is out of reach or full keeps nobody from reading what lies beside the page.
				return await modelHost.files(recogniser).catch((error: unknown) => {
					if (recogniser === EMBEDDED_RECOGNISER) return embedded();
					throw error;
				});
			},
			READER_MS,
			'The text reader is still being fetched; until it is here, text is not read.',
		),
		start: () => new Worker(new URL('./ocr.worker.ts', import.meta.url), { type: 'module', name: 'ocr' }),
	});
	void warm(reader);
	const surfaces: Readonly<Record<string, Surface>> = { window: 'window', tab: 'browser', practice: 'practice' };
	learner ??= makeVisionLearner({
		start: () => new Worker(new URL('./opencv.worker.ts', import.meta.url), { type: 'module', name: 'opencv' }),
	});
	const teacher = learner;
	shelf.clear();
	await rememberGame(store, options.profile);
	const entered = await desk.enter(options.profile, surfaces[options.sourceView.kind] ?? 'window', crypto.randomUUID(), consented);
	files = undefined;
	try {
		session = await startSession({
			...options,
			notes: entered.epoch === 1 ? options.notes : [...options.notes, goesOnNote(entered.epoch)],
			store,
			desk,
			watchers,
			clock,
			random,
			dial: () => dial,
			linesPerHour: () => linesPerHour,
			reader,
			matcher: engine,
			learnMask: async (seen) => {
				const learnt = await teacher.learnMask(seen);
				return learnt.ok ? learnt.value : undefined;
			},
			encoder: () => encoder,
			describe: describeCrystal,
			drills: () => drills,
			input: () => (practising ? PRACTICE_INPUT : input),
			focused: () => (practising ? undefined : grip.state.inFront),
			png: (frame) => encodePng(frame, undefined, desk.masks()),
			onScore: scoreSender.tell,
			onEntry: ledgerSender.tell,
			rate: () => sats?.rates.at(-1),
			sats: satsBetween,
			onEnd: async (report, ticks, crystals) => {
				desk.leave();
				grip.letGo();
				void tellGraduation();
				files = {
					session: report.session,
					'report.json': report.json,
					'report.md': report.markdown,
					'ticks.jsonl': ticks,
					'pack.falsework': zip(await packFiles(options.profile, crystals, clock.now())),
				};
			},
		});
	} catch (error) {
		return sentence(error);
	}
	showGrip();
	clearInterval(storageTimer);
	storageTimer = setInterval(() => {
		if (session?.phase === 'playing') void tellStorage();
	}, STORAGE_EVERY_MS);
	clearInterval(headTimer);
	headTimer = setInterval(() => {
		if (session?.phase === 'stopped') return;
		void tellGraduation();
		void desk.alive();
	}, HEAD_EVERY_MS);
	void tellGraduation();
	if (recogniser !== wanted)
		session.notice({
			id: 'recogniser',
			level: 'warning',
			title: "Few of this game's signs can be read",
			text: `The text reader that comes with the page knows few signs of the language "${options.profile.language}". Fetch "PP-OCRv6 small" on the Models page, then start again.`,
		});
	if (engine.kind === 'plain')
		session.notice({ id: 'engine', level: 'warning', title: 'Pictures are compared slowly', text: PLAIN_NOTICE });
	const trouble = store.trouble();
	if (trouble !== '')
		session.notice({ id: 'storage', level: 'warning', title: 'Nothing is being stored', text: trouble, action: 'free-storage' });
	return '';
}

const goesOnNote = (page: number): string =>
	`The page went away in the middle of play and came back: this is page ${page} of one session for its caps and consents, which went on as they stood.`;

/** The person's hands, the window and the connection, as the companion tells of them. */
function onCompanion(event: CompanionEvent): void {
	grip.hear(event);
	switch (event.type) {
		case 'connected':
			input = event.welcome.capabilities.bind
				? { kind: 'companion', state: 'connecting', why: `input by ${event.welcome.driver}` }
				: { kind: 'advice', state: 'ready', why: event.welcome.notes.join(' ') || 'The companion cannot send input here: advice only.' };
			session?.unnotice('companion');
			scoreSender.again();
			ledgerSender.connected();
			followSats();
			void refreshTiers();
			break;
		case 'disconnected':
			ledgerSender.disconnected();
			clearInterval(satsTimer);
			input = { kind: 'advice', state: event.retryInMs === null ? 'refused' : 'connecting', why: event.detail };
			// A companion that went away can no longer tell that the person's hands are off.
			session?.takeover(false, []);
			if (practising) break;
			session?.notice({
				id: 'companion',
				level: 'warning',
				title: 'The companion is away',
				text: `${event.detail}. Its keys are up; what I would do is shown instead.`,
				action: 'connect-companion',
			});
			break;
		case 'rebound':
		case 'front':
			break; // the grip has told
		case 'takeover':
			input = event.on
				? { ...input, state: 'takeover', why: 'You are playing; I go on three seconds after your last move.' }
				: { ...input, state: 'ready', why: '' };
			showGrip();
			session?.takeover(event.on, event.what);
			break;
		case 'panic':
			input = event.on
				? { ...input, state: 'panic', why: 'The panic key was pressed. Press Start to go on.' }
				: { ...input, state: 'ready', why: '' };
			showGrip();
			if (event.on) session?.pause('panic key');
			break;
		case 'window-closed':
			session?.unnotice('bind');
			session?.notice({
				id: 'window',
				level: 'error',
				title: 'The game window was closed',
				text: 'Open the game and share its window again.',
				action: 'share-again',
			});
			break;
	}
	session?.refresh();
}

function http(): HttpOptions | undefined {
	return boot?.companion === undefined ? undefined : { ...boot.companion, ...(desk.session === '' ? {} : { session: desk.session }) };
}

const NO_COMPANION = { ok: false, kind: 'no-companion', message: 'No companion is paired with this page.' } as const;

async function withCompanion<T>(ask: (through: HttpOptions) => Promise<Called<T>>): Promise<Called<T>> {
	const through = http();
	return through === undefined ? NO_COMPANION : await ask(through);
}

const SATS_EVERY_MS = 30_000;
/** A report does not wait longer for them. */
const SATS_WAIT_MS = 3000;

/** Keeps what the page shows of sats as the companion has it. */
function followSats(): void {
	clearInterval(satsTimer);
	const read = async (): Promise<void> => {
		const told = tellSats(await withCompanion(readSats));
		if (told.ok) await writeSatsDown(told.value.rows);
	};
	satsTimer = setInterval(() => void read(), SATS_EVERY_MS);
	void read();
}

/** Into the ledger of the session that runs; without one they wait in the companion. */
async function writeSatsDown(rows: number): Promise<void> {
	if (store === undefined || session === undefined || session.phase === 'stopped') return;
	const read = async (asked: RowsAsked): Promise<RowsTold | undefined> => {
		const page = await withCompanion((through) => recordRows(through, asked));
		return page.ok ? page.value : undefined;
	};
	satsWriting ??= writeSats({ store, ledger: session.ledger, rows, read }).finally(() => {
		satsWriting = undefined;
	});
	await satsWriting;
}

function tellSats(told: Called<SatsShown>): Called<SatsShown> {
	if (told.ok) {
		sats = told.value;
		watchers.tell({ type: 'sats', sats });
	}
	return told;
}

async function satsBetween(from: number, to: number): Promise<Report['earned']> {
	const told = async (): Promise<Report['earned']> => {
		await ledgerSender.flush();
		const read = await withCompanion((through) => readSats(through, { from, to }));
		return read.ok ? { ...read.value.totals, rate: read.value.rates.at(-1) ?? null, wallet: read.value.wallet.connected } : null;
	};
	return await Promise.race([told(), new Promise<null>((resolve) => setTimeout(resolve, SATS_WAIT_MS, null))]);
}

/** Asks a model server through the companion, which holds the key and the caps. */
const companionPost =
	(id: string) =>
	(route: 'chat/completions' | 'moderations'): Post => {
		return async (body, signal) => {
			const through = http();
			if (through === undefined) throw new TierError('tier-failed', 'The companion is away.');
			const reply = await askTier(through, id, body, signal, route);
			if (reply.ok) return reply.body;
			const reason =
				reply.kind === 'cap-reached'
					? 'cap-reached'
					: reply.kind === 'breaker-open'
						? 'breaker-open'
						: reply.kind === 'timeout'
							? 'timed-out'
							: 'tier-failed';
			throw new TierError(reason, reply.message);
		};
	};

/** Longer than the model host ever takes to name what it holds; one that hangs must not keep a session from its start. */
const NAMES_MS = 3000;

async function isHere(model: string): Promise<boolean> {
	if (modelHost === undefined) return false;
	const names = modelHost.ready().then(
		(ready) => ready.some(({ id }) => id === model),
		() => false,
	);
	return await Promise.race([names, new Promise<boolean>((resolve) => setTimeout(resolve, NAMES_MS, false))]);
}

/** Reading what comes from outside is rare, and no part of starting. */
const packs = () => import('./agent/packs.ts');

/** The model that makes sentences comparable, once one is here; asked for anew when the models on this machine change. */
let encoder: Encoder | undefined;

function followEncoder(host: Comlink.Remote<DeviceApi>): void {
	const find = async (): Promise<void> => {
		const [model] = (await host.ready()).filter(({ purpose }) => purpose === 'embed');
		if (model?.id === encoder?.id) return;
		encoder =
			model === undefined
				? undefined
				: {
						id: model.id,
						async embed(texts) {
							const { vectors, dimensions } = await host.embed(texts);
							return texts.map((_, i) => vectors.slice(i * dimensions, (i + 1) * dimensions));
						},
					};
	};
	// A host that cannot say what it holds has no encoder either.
	const look = (): void => void find().catch(() => undefined);
	look();
	void host.onReady(Comlink.proxy(look));
}

/** Models of this machine, on a port of their own: what they take never passes through the page. */
function deviceOn(device: Comlink.Remote<DeviceApi>): DeviceSource {
	return {
		ready: () => device.ready(),
		load: (id) => device.load(id),
		complete: (...call) => device.complete(...call),
		detect: (...call) => device.detect(...call),
		cancel: (call) => device.cancel(call),
		onReady: (listener) => device.onReady(Comlink.proxy(listener)),
	};
}

async function refreshTiers(): Promise<void> {
	const through = http();
	if (through === undefined) return;
	const list = await listTiers(through);
	if (!list.ok) return;
	for (const t of list.value.tiers) {
		desk.set(
			{
				id: t.id,
				name: t.local ? 'local' : 'cloud',
				base: t.base,
				model: t.model,
				...(t.moderation === undefined ? {} : { moderation: t.moderation }),
				price: t.price,
				boxFormat: t.boxFormat ?? 'pixels',
			},
			companionPost(t.id),
			t.simulated,
		);
	}
}

const advice: InputDriver = {
	kind: 'advice',
	act: async () => ({ done: false, reason: 'advice-only', detail: 'No companion: this is what I would do.' }),
	releaseAll: async () => {},
};

/** The companion where it can act, else advice; decided anew at each act, since companions come and go. */
function makeDriver(): InputDriver {
	const now = (): InputDriver => (link !== undefined && link.connected && input.kind === 'companion' ? link : advice);
	return {
		get kind() {
			return now().kind;
		},
		async act(request) {
			const driver = now();
			if (driver.kind === 'companion' && grip.state.state !== 'ready')
				return { done: false, reason: 'not-in-front', detail: grip.state.why || 'the window is not held yet' };
			return driver.act(request);
		},
		releaseAll: async () => {
			await link?.releaseAll();
		},
	};
}

/** What the grip on the window means for input, unless the person's hands or the panic key come first. */
function showGrip(): void {
	const { state, why, refused, inFront } = grip.state;
	if (input.state === 'takeover' || input.state === 'panic') return;
	if (state === 'ready') {
		input = { kind: 'companion', state: 'ready', why: inFront === false ? 'The game window is not in front: acts wait until it is.' : why };
		session?.unnotice('bind');
	} else if (why !== '' && link?.connected === true) {
		input =
			state === 'none' ? { kind: 'advice', state: 'refused', why } : { kind: 'companion', state: refused ? 'refused' : 'connecting', why };
		session?.notice({
			id: 'bind',
			level: 'warning',
			title: state === 'none' ? 'No input to this window' : 'Input waits',
			text: `${why}${/[.!?]$/.test(why) ? '' : '.'} ${state === 'none' ? 'What I would do is shown instead.' : 'It is tried again by itself.'}`,
		});
	}
	session?.refresh();
}

function practiceTruth(id: string): Truth | undefined {
	const state = decodeState(id);
	return state === undefined ? undefined : truthOf(state.view, state.options);
}

/** So many squares go at once: a page that has just opened is filled in a few turns. */
const TILES_AT_ONCE = 24;

/** Squares of the map in colours, and the buffers that go over with them. */
function mapTilesOf(mosaic: Mosaic, area: string, after: number): [MapTiles, ArrayBuffer[]] {
	const changed = mosaic.tiles(area, after, TILES_AT_ONCE);
	const tiles = changed.map(({ column, row, picture, seen }) => {
		const { width, data } = frameToRgba(picture);
		for (let i = 0; i < seen.length; i++) if (seen[i] === 0) data[4 * i + 3] = 0;
		return { column, row, sidePx: TILE_PX, width, rgba: new Uint8Array(data.buffer) };
	});
	// Squares of one revision may have been parted; they come again.
	const revision = changed.length < TILES_AT_ONCE ? mosaic.revision : (changed.at(-1)?.revision ?? 1) - 1;
	return [{ revision, tiles }, tiles.map((t) => t.rgba.buffer)];
}

function crystalOf(id: string): Crystal | undefined {
	return session?.crystals.get(id) ?? shelf.get(id);
}

/** Shows what came with a pack at once: beside the crystals of the session that it belongs to, else by itself. */
function shelve(come: readonly Crystal[]): void {
	if (session !== undefined && come.some((c) => scopeKey(c.scope) === scopeKey((session as Session).scope))) {
		session.admit(come);
		return;
	}
	for (const crystal of come) shelf.set(crystal.id, crystal);
	watchers.tell({ type: 'crystals', crystals: [...shelf.values()].map(describeCrystal) });
}

function tellCascade(): void {
	watchers.tell({ type: 'cascade', cascade: session?.routing ?? cascadeView(dial, undefined, desk.tiers()) });
}

function nowPlayed(): Parameters<typeof findGraduation>[2] {
	const entries = session?.ledger.entries();
	const id = entries?.[0]?.session;
	return entries === undefined || id === undefined ? undefined : { session: id, entries };
}

/** How graduation stands and where the chain does, for the feed. */
async function tellGraduation(): Promise<void> {
	if (store === undefined) return;
	scoreSender.tellGraduation(await graduationTold(store, await findGraduation(store, clock.now(), nowPlayed())));
}

async function tellStorage(): Promise<void> {
	if (store !== undefined) watchers.tell({ type: 'storage', storage: await store.usage() });
}

/** Writes the reports that a page which went away still owes. */
async function reportUnfinished(of: Store): Promise<void> {
	const before = clock.now();
	if (session !== undefined || (await somebodyPlays())) return;
	const reports = await endUnfinished(of, before);
	for (const report of reports) watchers.tell({ type: 'report', report, late: true });
	if (reports.length > 0 && link?.connected === true) ledgerSender.connected();
}

const api: AgentApi = {
	async boot(options) {
		boot = options;
		store ??= await openStore({ now: clock.now, checkData: checkCrystal });
		store.onTrouble((trouble) => {
			if (trouble === '') session?.unnotice('storage');
			else session?.notice({ id: 'storage', level: 'warning', title: 'Nothing is being stored', text: trouble, action: 'free-storage' });
			void tellStorage();
		});
		const ports = [options.models, options.builtIn].filter((port) => port !== undefined);
		const devices = ports.map((port) => Comlink.wrap<DeviceApi>(port));
		// The browser's own model comes by a port too, and holds no files.
		modelHost = options.models === undefined ? undefined : devices[0];
		if (modelHost !== undefined) followEncoder(modelHost);
		// Which models are here is asked beside everything else: nothing waits for it.
		if (devices.length > 0) void desk.setDevices(devices.map(deviceOn));
		if (options.companion !== undefined) {
			link?.close();
			link = connectCompanion({ ...options.companion, onEvent: onCompanion });
			await refreshTiers();
		} else {
			const settings = ((await store.getSetting('tiers')) as TierSetting[] | undefined) ?? [];
			for (const setting of settings) desk.set(setting);
		}
		dial = readDial(await store.getSetting('dial'));
		drills = readDrillSchedule(await store.getSetting('drills'));
		linesPerHour = readLinesPerHour(await store.getSetting('lines per hour'));
		tellCascade();
		void tellStorage();
		void reportUnfinished(store);
		return store.trouble();
	},
	watch(port) {
		watchers.add(port);
	},
	async playWindow(source, options) {
		practising = false;
		desk.setBuiltIn(undefined);
		if (boot?.companion === undefined)
			input = { kind: 'advice', state: 'ready', why: 'No companion is connected: I show what I would do.' };
		const frames = makeCaptureSource(source.frames, { clock, name: source.kind, buffers });
		return begin(
			{
				profile: options.profile,
				source: frames,
				sourceView: { kind: source.kind, label: source.label },
				driver: makeDriver(),
				notes: [],
				onSized: (frame) =>
					grip.take({
						label: source.label,
						frame: { width: frame.width, height: frame.height },
						profile: options.profile,
						raise: options.raise ?? false,
					}),
				alwaysAsk: options.alwaysAsk ?? false,
				...(options.minutes === undefined ? {} : { minutes: options.minutes }),
			},
			options.consented ?? [],
		);
	},
	async playPractice(gamePort, framePort, practice, options) {
		// The status bar and the scale move the play area, so the profile cannot name it once for all.
		const [x, y, w, h] = scaled(worldBox(practice.hud), practice.scale);
		const { width, height } = frameSize(practice);
		const profile: Profile = { ...options.profile, frame: [width, height], world: [x, y, w, h] };
		const game = Comlink.wrap<PracticeApi>(gamePort);
		practising = true;
		grip.letGo();
		desk.setBuiltIn((options.consented ?? []).length === 0 ? makePracticeTier(TEACHER_MS) : undefined);
		const driver: InputDriver = {
			kind: 'practice',
			async act(request) {
				await game.input(request.steps);
				return { done: true };
			},
			async releaseAll() {
				await game.releaseAll();
			},
		};
		return begin(
			{
				profile,
				source: makePracticeSource(framePort, { clock, name: 'practice', buffers }),
				sourceView: { kind: 'practice', label: options.profile.name },
				driver,
				notes: [
					'The teacher of the practice game is scripted: it reads the answers from the game itself, and its tokens and prices are simulated.',
				],
				truth: practiceTruth,
				alwaysAsk: options.alwaysAsk ?? false,
				...(options.minutes === undefined ? {} : { minutes: options.minutes }),
			},
			options.consented ?? [],
		);
	},
	trackEvent(event) {
		session?.trackEvent(event);
	},
	pause() {
		session?.pause('Pause');
	},
	pull: (minutes) => (session === undefined || session.phase === 'stopped' ? 'Nothing is played.' : session.drill.pull(minutes, 'by hand')),
	answerStrike: async (key, accept, text) => (await session?.strikes.answer(key, accept, text)) ?? NOTHING_PLAYED,
	restore: () => session?.drill.restore('by hand') ?? 'Nothing is played.',
	drillSchedule: () => drills ?? null,
	async setDrillSchedule(schedule) {
		drills = readDrillSchedule(schedule);
		await store?.setSetting('drills', drills ?? null);
	},
	async resume() {
		if (session === undefined || session.phase === 'stopped') return 'Nothing is being played. Share a game window first.';
		if (input.state === 'panic') link?.resume();
		session.resume();
		return '';
	},
	async stopEverything(why) {
		await link?.releaseAll();
		if (session === undefined || session.phase === 'stopped') return '';
		try {
			await session.end(why);
			await tellStorage();
			return '';
		} catch (error) {
			return sentence(error);
		}
	},
	consent(id, choice, masks) {
		void desk.decide(id, choice, masks);
	},
	async setTier(setting) {
		if (setting.name === 'cloud' && setting.price === null) return 'Type in the price first: a model whose price is unknown is not asked.';
		const through = http();
		try {
			new URL(setting.base);
		} catch {
			return `"${setting.base}" is not an address such as http://127.0.0.1:11434/v1.`;
		}
		if (through !== undefined) {
			const { name: _, key, ...tier } = setting;
			const done = await setTier(through, { ...tier, ...(key === undefined || key === '' ? {} : { key }) });
			if (!done.ok) return done.message;
			desk.set(setting, companionPost(setting.id));
			return '';
		}
		desk.set(setting);
		// A key lives in memory only here: without the companion there is no safe place to keep it (see README, models).
		const settings = ((await store?.getSetting('tiers')) as TierSetting[] | undefined) ?? [];
		const { key: _key, ...kept } = setting;
		await store?.setSetting('tiers', [...settings.filter((s) => s.id !== setting.id), kept]);
		return '';
	},
	async removeTier(id) {
		const through = http();
		if (through !== undefined) {
			const done = await removeTier(through, id);
			if (!done.ok) return done.message;
		} else {
			const settings = ((await store?.getSetting('tiers')) as TierSetting[] | undefined) ?? [];
			await store?.setSetting(
				'tiers',
				settings.filter((s) => s.id !== id),
			);
		}
		desk.remove(id);
		return '';
	},
	useDevice: (tier, ask, on) => desk.useDevice(tier, ask, on),
	async setDial(ask, share) {
		const next = turnDial(dial, ask, share);
		if (typeof next === 'string') return next;
		const before = ask === 'all' ? dial.all : shareOf(dial, ask);
		dial = next;
		const after = ask === 'all' ? dial.all : shareOf(dial, ask);
		if (session !== undefined && session.phase !== 'stopped')
			session.ledger.append({
				type: 'intervention',
				what: 'dial',
				detail: `${ask === 'all' ? 'all questions' : ask} to the cloud: ${shareText(before)} → ${shareText(after)}`,
			});
		await store?.setSetting('dial', dial);
		tellCascade();
		return '';
	},
	async setLinesPerHour(lines) {
		if (!isLinesPerHour(lines)) return `Lines an hour go from 0 to ${LINES_MOST}.`;
		const before = linesPerHour;
		linesPerHour = lines;
		if (session !== undefined && session.phase !== 'stopped')
			session.ledger.append({
				type: 'intervention',
				what: 'lines',
				detail: `lines an hour by a model: ${before} → ${lines}`,
				before,
				after: lines,
			});
		await store?.setSetting('lines per hour', lines);
		return '';
	},
	narration: async () =>
		session?.narration() ?? { linesPerHour, eventsPerHour: 0, byModelPerHour: 0, byPhraseLastHour: 0, threshold: null },
	editPhrase: async (id, text) => (await session?.gallery.editPhrase(id, text)) ?? NOTHING_PLAYED,
	forgetRouting: async () => {
		const why = (await session?.forgetRouting()) ?? NOTHING_PLAYED;
		tellCascade();
		return why;
	},
	retireCrystal: async (id) => (await session?.gallery.retireCrystal(id)) ?? NOTHING_PLAYED,
	approveCrystal: async (id) => (await session?.gallery.approveCrystal(id)) ?? NOTHING_PLAYED,
	reviveCrystal: async (id) => (await session?.gallery.reviveCrystal(id)) ?? NOTHING_PLAYED,
	pinCrystal: async (id, on) => (await session?.gallery.pinCrystal(id, on)) ?? NOTHING_PLAYED,
	tryRule: async (text) => session?.rules.trial(text) ?? { ok: false, at: 0, why: NOTHING_PLAYED },
	editRule: async (id, text) => (await session?.gallery.editRule(id, text)) ?? { ok: false, why: NOTHING_PLAYED },
	editQuest: async (id, said) => (await session?.gallery.editQuest(id, said)) ?? NOTHING_PLAYED,
	setAttitude: async (id, attitude) => (await session?.gallery.setAttitude(id, attitude)) ?? NOTHING_PLAYED,
	explainDecision: async (entry) => session?.rules.explain(entry),
	learning: async () => session?.rules.learning(),
	async exportRules() {
		if (session === undefined) throw new Error(NOTHING_PLAYED);
		return session.rules.print();
	},
	importRules: async (text) => (await session?.importRules(text)) ?? NOTHING_PLAYED,
	async ruleText(id, allowed) {
		const crystal = crystalOf(id);
		if (session === undefined || crystal?.kind !== 'approval') return NOTHING_PLAYED;
		return await session.gallery.put(ruleByHand(crystal as Approval, allowed, clock.now()));
	},
	async sound(key) {
		const sound = await store?.sounds.get(key);
		return sound && Comlink.transfer(sound, [sound.pcm.buffer as ArrayBuffer]);
	},
	keepSound: async (key, sound) => await store?.sounds.put(key, sound),
	async spokenIn(id) {
		const entries = (await store?.ledgerOf(id)) ?? [];
		const from = entries[0]?.at ?? 0;
		return entries.flatMap((e) => (e.type === 'spoken' ? [{ atMs: e.at - from, text: e.line }] : []));
	},
	renameCrystal: async (id, name) => (await session?.gallery.renameCrystal(id, name)) ?? NOTHING_PLAYED,
	async runSkill(id) {
		const why = session === undefined ? NOTHING_PLAYED : session.runSkill(id);
		return why === '' || why === NOTHING_PLAYED ? why : `It was not begun: ${why}.`;
	},
	async importSkill(bytes, folder) {
		if (session === undefined) return NOTHING_PLAYED;
		const { readYaml } = await import('../src/adapters/yaml.ts');
		const read = readSkillDocument(bytes, readYaml, folder);
		if (!read.ok) return `The skill cannot be used: ${read.where}: ${read.why}.`;
		const fault = importFault(read.name, read.data, {
			skills: [...session.crystals.values()].filter((c): c is Skill => c.kind === 'skill'),
			verbs: new Set(session.profile.actions.map(({ verb }) => verb)),
		});
		if (fault !== undefined) return `The skill cannot be used: ${fault}.`;
		const skill = importedSkill(read.name, read.data, {
			id: `skill-${crypto.randomUUID()}`,
			scope: session.scope,
			file: SKILL_FILE,
			at: clock.now(),
		});
		await store?.putCrystal(skill);
		session.admit([skill]);
		return await session.gallery.put(importByHand([skill], SKILL_FILE));
	},
	undoByHand: async () => (await session?.gallery.undoByHand()) ?? NOTHING_PLAYED,
	goTo: async (place) => session?.goTo(place) ?? NOTHING_PLAYED,
	stopTravel: async () => session?.stopTravel() ?? NOTHING_PLAYED,
	placePicture: async (id) => {
		const frame = session?.placePicture(id);
		return frame === undefined ? undefined : await encodePng(frame);
	},
	splitPlace: async (id) => session?.splitPlace(id) ?? NOTHING_PLAYED,
	mapTiles: async (area, after) => (session === undefined ? undefined : Comlink.transfer(...mapTilesOf(session.mosaic, area, after))),
	crystalPicture: async (id) => pictureOf(crystalOf(id)),
	async crystalDetail(id) {
		const crystal = crystalOf(id);
		if (crystal === undefined) return undefined;
		const lookalike = crystal.kind === 'template' ? await session?.gallery.lookalike(crystal as TemplateCrystal) : undefined;
		const box = crystal.kind === 'region' ? boxOf(crystal) : undefined;
		const place = box === undefined ? undefined : await session?.gallery.picture(box);
		const rule = crystal.kind === 'rule' ? await session?.rules.detail(crystal as Rule) : undefined;
		return detailCrystal(crystal, {
			...(lookalike ? { lookalike } : {}),
			...(place ? { place } : {}),
			...(rule ? { rule } : {}),
			...(session === undefined || crystal.kind !== 'skill' ? {} : { cannotRun: session.cannotRun(id) }),
		});
	},
	storedFrames: async () => (await session?.gallery.storedFrames()) ?? [],
	framePicture: async (frame, part) => session?.gallery.framePicture(frame, part),
	tryThreshold: async (id, threshold) => (await session?.gallery.tryThreshold(id, threshold)) ?? [],
	keepThreshold: async (id, threshold) => (await session?.gallery.keepThreshold(id, threshold)) ?? NOTHING_PLAYED,
	tryReader: async (id) => (await session?.gallery.tryReader(id)) ?? [],
	tryBox: async (id, frame, box) => (await session?.gallery.tryBox(id, frame, box)) ?? { ok: false, why: NOTHING_PLAYED },
	correctBox: async (id, frame, box, says) => (await session?.gallery.correctBox(id, frame, box, says)) ?? NOTHING_PLAYED,
	reports: async () => (await store?.reports()) ?? [],
	async graduation() {
		if (store === undefined) throw new Error(NOT_STARTED);
		return await findGraduation(store, clock.now(), nowPlayed());
	},
	async certificate(window) {
		if (store === undefined) return NOT_STARTED;
		const file = await store.certificate(window);
		return typeof file === 'string' ? file : await packed(file);
	},
	sessionFiles: async () => files,
	async exportPack() {
		if (session === undefined) throw new Error('Play a game first: a pack holds the crystals of one game.');
		return zip(await packFiles(session.profile, [...session.crystals.values()], clock.now()));
	},
	async exportStored(game) {
		return store === undefined ? { ok: false, why: NOT_STARTED } : await (await packs()).storedPack(store, game, clock.now());
	},
	async reviewPack(bytes) {
		if (store === undefined) return { ok: false, why: NOT_STARTED };
		const { openPack, reviewOf } = await packs();
		return reviewOf(await openPack(bytes, store, clock.now));
	},
	async importPack(bytes, game) {
		if (store === undefined) return NOT_STARTED;
		const pack = await (await packs()).openPack(bytes, store, clock.now);
		if (!pack.ok) return pack.why;
		if (game !== undefined && pack.about.game !== game) return `The pack is of the game "${pack.about.game}" and not of "${game}".`;
		if (pack.fresh.length + pack.known === 0) return 'The pack holds no crystal that can be used.';
		// Play has its crystals in memory and writes them back: what came in meanwhile would be overwritten or not be seen.
		if (session !== undefined && session.phase !== 'stopped' && session.profile.id === pack.about.game)
			return `${session.profile.name} is being played. Stop it first, then import the pack.`;
		await store.putCrystals(pack.fresh);
		shelve(pack.fresh);
		await tellStorage();
		return '';
	},
	async failureBundle() {
		if (store === undefined) throw new Error(NOT_STARTED);
		if (session === undefined) throw new Error('Nothing was played since the page was opened, so there is no failure to save.');
		return await bundleOf(session, store, desk.masks(), clock.now());
	},
	async exportEverything(page) {
		if (store === undefined) throw new Error(NOT_STARTED);
		return await backupOf(store, page, clock.now());
	},
	async reviewBackup(bytes, own) {
		if (store === undefined) return { ok: false, why: NOT_STARTED };
		const opened = await openBackup(bytes, own, store, clock.now);
		return opened.ok ? { ok: true, ...opened.contents } : opened;
	},
	async restoreBackup(bytes, own) {
		if (store === undefined) return { ok: false, why: NOT_STARTED };
		// Play has its crystals in memory and writes them back; and its ledger counts on.
		if (session !== undefined && session.phase !== 'stopped')
			return { ok: false, why: 'Something is being played. Stop it first, then restore.' };
		const opened = await openBackup(bytes, own, store, clock.now);
		if (!opened.ok) return opened;
		const restored = await restore(opened, store);
		if (restored.ok) {
			shelve(opened.fresh);
			if (boot?.companion === undefined && opened.contents.settings.includes('tiers'))
				for (const setting of ((await store.getSetting('tiers')) as TierSetting[] | undefined) ?? []) desk.set(setting);
		}
		await tellStorage();
		return restored;
	},

	changeSats: async (change) => tellSats(await withCompanion((through) => changeSats(through, change))),
	async importSats(payments, simulated) {
		const added = await withCompanion((through) => importSats(through, payments, simulated));
		tellSats(await withCompanion(readSats));
		return added;
	},
	protocol: async () => (session === undefined ? [] : protocolLines(session.crystals.values(), session.ledger.entries())),
	recordsView: () => withCompanion(recordsView),
	recordRows: (asked) => withCompanion((through) => recordRows(through, asked)),
	async removeReports(sessions) {
		const why = (await store?.removeReports(sessions)) ?? NOT_STARTED;
		await tellStorage();
		return why;
	},
	async dropSetAside() {
		const why = (await store?.dropSetAside()) ?? NOT_STARTED;
		await tellStorage();
		return why;
	},
	async eraseEverything() {
		if (session !== undefined && session.phase !== 'stopped') await session.end('erase everything');
		session = undefined;
		scoreSender.forget();
		sats = undefined;
		watchers.tell({ type: 'sats', sats: null });
		shelf.clear();
		files = undefined;
		const through = http();
		if (through !== undefined) {
			const done = await eraseCompanion(through);
			if (!done.ok) return `The companion kept its keys: ${done.message}`;
		}
		const failed = await store?.eraseEverything();
		dial = OPEN_DIAL;
		drills = undefined;
		linesPerHour = LINES_PER_HOUR;
		tellCascade();
		await tellStorage();
		return failed ?? '';
	},
};

Comlink.expose(api);
