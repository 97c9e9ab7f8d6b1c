// The one file that knows everybody: builds the adapters, hands them to the page as services, mounts it. With `#…&play` it also
// plays by itself, for `npm run play`; with `#…&pack` it hands a pack out or takes one in.
import './adapters/trusted.ts';
import * as Comlink from 'comlink';
import { render } from 'solid-js/web';
import { type AgentClient, startAgent } from './adapters/agent.ts';
import { companionPlace } from './adapters/companion-place.ts';
import { askBuiltIn } from './adapters/models/probe.ts';
import { type ModelsClient, startModels } from './adapters/models-host.ts';
import { fromBase64, toBase64 } from './adapters/base64.ts';
import { makeOwnBackups } from './adapters/own-backups.ts';
import { carryOutPackOrder } from './adapters/pack-order.ts';
import { makePairing, type PairingClient, takeFragment } from './adapters/pairing.ts';
import { canCaptureDisplay, canProcessTracks, shareWindow, type SharedWindow, takePlayLock } from './adapters/share.ts';
import { makeOutput, makeSpeech, type Spoken, type SpeechState } from './adapters/speech.ts';
import { makeInstaller } from './adapters/shell/install.ts';
import { type LaunchQueue, makeLaunches } from './adapters/shell/launch.ts';
import { withReader } from './adapters/shell/reader.ts';
import { makeRegistration } from './adapters/shell/registration.ts';
import { makeSpace } from './adapters/space.ts';
import { exposeBuiltIn, makeBuiltIn } from './adapters/tiers/prompt-api.ts';
import { speakerOf } from './core/models/speech.ts';
import { readProfile } from './core/profile.ts';
import { frameSize, readOptions } from './practice/options.ts';
import { App } from './ui/app.tsx';
import type {
	Agent,
	AgentEvent,
	Models,
	Picture,
	Player,
	ProfileShelf,
	Services,
	Settings,
	SettingsStore,
	ShelfEntry,
	Started,
	Support,
} from './ui/services.ts';
import { readSettings } from './ui/settings/values.ts';
import type { PackOrder, PlayOrder, PlayReport } from './companion/protocol.ts';
import type { PlayOptions } from '../workers/agent.protocol.ts';
import type { PracticeApi, PracticeOptions } from '../workers/practice.protocol.ts';

/** The page's folder: the root of the companion's address, or a folder of a static host. */
const BASE = document.baseURI;
const at = (path: string): string => new URL(path, BASE).href;
/** Where the text reader's networks and its runtime are served. */
const OCR = { models: at('models/'), runtime: at('ort/') } as const;
const SETTINGS_KEY = 'falsework-settings';
/** Profiles that came with an import, each as its JSON text. */
const PROFILES_KEY = 'falsework-profiles';
/** The profiles that come with the page. */
const BUILT_IN = ['practice', 'warren', 'flare', 'openmw'] as const;
/** Those of the practice game's two lands. */
const PRACTICE_PROFILES = { hollow: 'practice', warren: 'warren' } as const;

const installer = makeInstaller(window, () => localStorage);
const launches = makeLaunches({
	base: at('./'),
	href: location.href,
	queue: (window as { readonly launchQueue?: LaunchQueue }).launchQueue,
	caches: globalThis.caches,
	channel: new BroadcastChannel('falsework-stop'),
});
const fragment = takeFragment();
const place = companionPlace(location);
const pairing = makePairing(place);
const client = startAgent();
const models = startModels();
/** The browser's own model, which no worker is shown. */
const builtIn = makeBuiltIn();
/** Given to the agent with its first boot: a port can be handed over only once. */
let agentPort: MessagePort | undefined;

/** False while nobody answers where the companion would be; the agent is not told of it then, and knocks at no door. */
let reachable = place.own;
pairing.onChange(({ state }) => {
	if (state !== 'absent') reachable = true;
});

/** Settles once the worker has been told what it needs; play waits for it, and whatever is set: it would be read over by what was set before. */
let booted: Promise<unknown> = Promise.resolve();

/** Tells the worker where the companion is; once before play, and again whenever this page has been paired anew. */
async function boot(): Promise<void> {
	const { token } = pairing;
	const companion = token === undefined || !reachable ? {} : { companion: { url: place.url, token } };
	booted = (async () => {
		// The companion's folder of models is open to any page that may ask for it; a token is not needed.
		void askBuiltIn().then((builtIn) =>
			models.api.boot({ base: at('./'), builtIn, ...(reachable ? { companion: { url: place.url } } : {}) }),
		);
		if (agentPort !== undefined) return await client.api.boot({ ocr: OCR, ...companion });
		agentPort = await models.agentPort();
		const own = exposeBuiltIn(builtIn);
		return await client.api.boot(Comlink.transfer({ ocr: OCR, ...companion, models: agentPort, builtIn: own }, [agentPort, own]));
	})();
	await booted;
}

function makeModels({ api, subscribe }: ModelsClient): Models {
	return {
		subscribe,
		download: (id) => api.download(id),
		pause: (id) => api.pause(id),
		cancel: (id) => api.cancel(id),
		remove: (id) => api.remove(id),
		check: (id) => api.check(id),
		sideload: (files) => api.sideload(files),
		setMirror: (address) => api.setMirror(address),
		trial: (id, input) => api.trial(id, input),
		unload: (id) => api.unload(id),
		eraseEverything: () => api.eraseEverything(),
	};
}

function makeAgent({ api, subscribe, onDeath }: AgentClient): Agent {
	return {
		subscribe,
		onDeath,
		pause: () => api.pause(),
		resume: () => api.resume(),
		pull: (minutes) => api.pull(minutes),
		restore: () => api.restore(),
		drillSchedule: () => api.drillSchedule(),
		async setDrillSchedule(schedule) {
			await booted;
			return await api.setDrillSchedule(schedule);
		},
		stopEverything: (why) => api.stopEverything(why),
		consent: (id, choice, masks) => api.consent(id, choice, masks),
		async setTier(setting) {
			await booted;
			return await api.setTier(setting);
		},
		async removeTier(id) {
			await booted;
			return await api.removeTier(id);
		},
		async setDial(ask, share) {
			await booted;
			return await api.setDial(ask, share);
		},
		async setLinesPerHour(lines) {
			await booted;
			return await api.setLinesPerHour(lines);
		},
		narration: () => api.narration(),
		forgetRouting: () => api.forgetRouting(),
		useDevice: (tier, ask, on) => api.useDevice(tier, ask, on),
		retireCrystal: (id) => api.retireCrystal(id),
		approveCrystal: (id) => api.approveCrystal(id),
		reviveCrystal: (id) => api.reviveCrystal(id),
		pinCrystal: (id, on) => api.pinCrystal(id, on),
		tryRule: (text) => api.tryRule(text),
		editRule: (id, text) => api.editRule(id, text),
		editQuest: (id, said) => api.editQuest(id, said),
		setAttitude: (id, attitude) => api.setAttitude(id, attitude),
		editPhrase: (id, text) => api.editPhrase(id, text),
		explainDecision: (entry) => api.explainDecision(entry),
		learning: () => api.learning(),
		exportRules: () => api.exportRules(),
		importRules: (text) => api.importRules(text),
		goTo: (place) => api.goTo(place),
		stopTravel: () => api.stopTravel(),
		placePicture: (place) => api.placePicture(place),
		splitPlace: (place) => api.splitPlace(place),
		mapTiles: (area, after) => api.mapTiles(area, after),
		renameCrystal: (id, name) => api.renameCrystal(id, name),
		ruleText: (id, allowed) => api.ruleText(id, allowed),
		async spokenIn(session) {
			await booted;
			return await api.spokenIn(session);
		},
		runSkill: (id) => api.runSkill(id),
		importSkill: (bytes, folder) => api.importSkill(bytes, folder),
		undoByHand: () => api.undoByHand(),
		crystalPicture: (id) => api.crystalPicture(id),
		crystalDetail: (id) => api.crystalDetail(id),
		storedFrames: () => api.storedFrames(),
		framePicture: (frame, part) => api.framePicture(frame, part),
		tryThreshold: (id, threshold) => api.tryThreshold(id, threshold),
		keepThreshold: (id, threshold) => api.keepThreshold(id, threshold),
		tryReader: (id) => api.tryReader(id),
		tryBox: (id, frame, box) => api.tryBox(id, frame, box),
		correctBox: (id, frame, box, says) => api.correctBox(id, frame, box, says),
		async reports() {
			// Before the store is open there are none.
			await booted;
			return await api.reports();
		},
		answerStrike: (key, accept, text) => api.answerStrike(key, accept, text),
		async graduation() {
			await booted;
			return await api.graduation();
		},
		certificate: (window) => api.certificate(window),
		exportPack: () => api.exportPack(),
		async reviewPack(bytes) {
			// The page may have been opened for just that, before the agent is ready.
			await booted;
			return await api.reviewPack(bytes);
		},
		importPack: (bytes) => api.importPack(bytes),
		failureBundle: () => api.failureBundle(),
		exportEverything: (page) => api.exportEverything(page),
		async reviewBackup(bytes, own) {
			await booted;
			return await api.reviewBackup(bytes, own);
		},
		restoreBackup: (bytes, own) => api.restoreBackup(bytes, own),
		changeSats: (change) => api.changeSats(change),
		importSats: (payments, simulated) => api.importSats(payments, simulated),
		protocol: () => api.protocol(),
		recordsView: () => api.recordsView(),
		recordRows: (asked) => api.recordRows(asked),
		removeReports: (sessions) => api.removeReports(sessions),
		dropSetAside: () => api.dropSetAside(),
		eraseEverything: () => api.eraseEverything(),
	};
}

/** The practice game's worker and canvas live as long as the page: a canvas can be handed to a worker only once. */
function openPractice() {
	const worker = new Worker(new URL('../workers/practice.worker.ts', import.meta.url), { type: 'module', name: 'practice' });
	const canvas = document.createElement('canvas');
	canvas.setAttribute('aria-label', 'Live picture of the practice game');
	canvas.setAttribute('role', 'img');
	return { game: Comlink.wrap<PracticeApi>(worker), canvas, started: false, land: 'hollow' as PracticeOptions['land'] };
}

interface PracticePlayer extends Player {
	/** From the start of play until its source was let go. */
	playing(): boolean;
	playPractice(options: PracticeOptions, extra?: Partial<PlayOptions>): Promise<Started>;
	shareWindow(profile: PlayOptions['profile'], extra?: Partial<PlayOptions>): Promise<Started>;
}

function makePlayer(agent: AgentClient, shelf: ProfileShelf): PracticePlayer {
	let letGo: (() => void) | undefined;
	let shared: SharedWindow | undefined;
	let practice: ReturnType<typeof openPractice> | undefined;
	let picture: Picture | null = null;
	const listeners = new Set<(picture: Picture | null) => void>();
	function show(next: Picture | null): void {
		picture = next;
		for (const listener of listeners) listener(picture);
	}
	function endSources(): void {
		shared?.stop();
		shared = undefined;
		if (practice?.started) void practice.game.stop();
		show(null);
	}
	function release(): void {
		endSources();
		letGo?.();
		letGo = undefined;
	}
	async function locked(): Promise<boolean> {
		letGo ??= await takePlayLock();
		return letGo !== undefined;
	}
	function settled(why: string): Started {
		if (why === '') return { ok: true };
		release();
		return { ok: false, trouble: 'agent-failed', detail: why };
	}
	return {
		release,
		playing: () => letGo !== undefined,
		onPicture(listener) {
			listeners.add(listener);
			listener(picture);
			return () => void listeners.delete(listener);
		},
		setPractice: (change) => {
			// Another land has another profile, so it comes with the next play.
			if (practice?.started) void practice.game.set({ ...change, land: practice.land });
		},
		async shareWindow(profile, extra = {}) {
			// The picker comes first: it needs the click that is still fresh. Until it is answered, what was playing goes on.
			const result = await shareWindow();
			if (!result.ok) return { ok: false, trouble: result.reason, detail: result.detail };
			if (!(await locked())) {
				result.shared.stop();
				return { ok: false, trouble: 'other-tab', detail: '' };
			}
			endSources();
			await booted;
			const { kind, label, frames, stream } = result.shared;
			shared = result.shared;
			shared.onEvent((event) => void agent.api.trackEvent(event));
			show({ kind: 'window', stream });
			return settled(await agent.api.playWindow(Comlink.transfer({ kind, label, frames }, [frames]), { profile, ...extra }));
		},
		async playPractice(options, extra = {}) {
			if (!(await locked())) return { ok: false, trouble: 'other-tab', detail: '' };
			endSources();
			await booted;
			const entry = (await shelf.list()).find((e) => e.profile.id === PRACTICE_PROFILES[options.land]);
			if (!entry) return settled('The practice game’s profile could not be loaded.');
			practice ??= openPractice();
			practice.land = options.land;
			if (practice.started) await practice.game.start(options);
			else {
				Object.assign(practice.canvas, frameSize(options));
				const offscreen = practice.canvas.transferControlToOffscreen();
				await practice.game.start(options, Comlink.transfer(offscreen, [offscreen]));
				practice.started = true;
			}
			show({ kind: 'practice', canvas: practice.canvas });
			const { port1, port2 } = new MessageChannel();
			await practice.game.frames(Comlink.transfer(port1, [port1]));
			// A port straight to the game's worker: this thread is in nobody's loop.
			const game = await practice.game[Comlink.createEndpoint]();
			return settled(
				await agent.api.playPractice(Comlink.transfer(game, [game]), Comlink.transfer(port2, [port2]), options, {
					profile: entry.profile,
					...extra,
				}),
			);
		},
	};
}

function makeShelf(): ProfileShelf {
	let built: Promise<readonly ShelfEntry[]> | undefined;
	function kept(): readonly ShelfEntry[] {
		try {
			const texts: unknown = JSON.parse(localStorage.getItem(PROFILES_KEY) ?? '[]');
			return (Array.isArray(texts) ? texts : []).flatMap((text): ShelfEntry[] => {
				const read = readProfile(String(text));
				return read.ok ? [{ profile: read.profile, from: 'imported' }] : [];
			});
		} catch {
			// Refused storage, or another's writing in it: the shelf has what is built in.
			return [];
		}
	}
	async function load(): Promise<readonly ShelfEntry[]> {
		const entries = await Promise.all(
			BUILT_IN.map(async (id): Promise<ShelfEntry[]> => {
				const response = await fetch(at(`profiles/${id}.json`));
				const read = response.ok ? readProfile(await response.text()) : undefined;
				return read?.ok ? [{ profile: read.profile, from: 'built in' }] : [];
			}),
		);
		return [...entries.flat(), ...kept()];
	}
	return {
		list: () => (built ??= load()),
		read: readProfile,
		keep(profile) {
			const others = kept().filter((e) => e.profile.id !== profile.id);
			try {
				localStorage.setItem(PROFILES_KEY, JSON.stringify([...others.map((e) => e.profile), profile].map((p) => JSON.stringify(p))));
			} catch {
				// It lasts until the page is closed, as all does where nothing is stored; the page says so elsewhere.
			}
		},
		erase() {
			try {
				localStorage.removeItem(PROFILES_KEY);
			} catch {
				// What cannot be read was never stored.
			}
		},
	};
}

const settings: SettingsStore = {
	load() {
		try {
			return readSettings(localStorage.getItem(SETTINGS_KEY));
		} catch {
			return readSettings(null);
		}
	},
	save(next) {
		try {
			localStorage.setItem(SETTINGS_KEY, JSON.stringify(next));
		} catch {
			// Refused storage costs only that the choice lasts until the page is closed; the page says so elsewhere.
		}
	},
	chosen() {
		try {
			return localStorage.getItem(SETTINGS_KEY) !== null;
		} catch {
			return false;
		}
	},
	read: (data) => readSettings(JSON.stringify(data)),
	erase() {
		try {
			localStorage.removeItem(SETTINGS_KEY);
		} catch {
			// What cannot be read was never stored.
		}
	},
};

type Say = (text: string, voice: string, withinMs: number) => Promise<Spoken | undefined>;

/** Lines of the session aloud, when the person has switched that on. */
function makeVoice(agent: AgentClient, say: Say): { readonly voice: Services['voice']; set(settings: Settings): void } {
	let state: SpeechState = { said: 0, late: 0, cached: 0, found: 0, made: 0, why: '' };
	/** What speaks, as far as the model host has told. */
	let speaker = '';
	models.subscribe((event) => {
		if (event.type === 'models') speaker = speakerOf(event.view.models.filter((m) => m.state === 'ready'))?.manifest.id ?? '';
	});
	const listeners = new Set<(state: SpeechState) => void>();
	const speech = makeSpeech({
		say,
		shelf: { get: (key) => agent.api.sound(key), put: (key, sound) => agent.api.keepSound(key, sound) },
		speaker: () => speaker,
		output: makeOutput(),
		clock: { monotonic: () => performance.now() },
		onState(next) {
			state = next;
			for (const listener of listeners) listener(next);
		},
	});
	agent.subscribe((event) => {
		if (event.type === 'line') speech.line(event.line);
		else if (event.type === 'line-over') speech.over(event.of);
		else if (event.type === 'live' && event.live.phase !== 'playing') speech.silence();
	});
	return {
		set: (next) => speech.set(next.voice),
		voice: {
			onState(listener) {
				listeners.add(listener);
				listener(state);
				return () => void listeners.delete(listener);
			},
			test: (text, voice) => speech.test(text, voice),
			file: async (lines, told) => await (await import('./adapters/spoken-file.ts')).spokenFile(lines, (text) => speech.render(text), told),
		},
	};
}

async function askSupport(): Promise<Support> {
	return {
		secure: isSecureContext,
		displayCapture: canCaptureDisplay(),
		trackProcessor: canProcessTracks(),
		practice: 'VideoFrame' in globalThis && 'transferControlToOffscreen' in HTMLCanvasElement.prototype,
		gpu:
			'gpu' in navigator && (await (navigator.gpu as { requestAdapter(): Promise<unknown> }).requestAdapter().catch(() => null)) !== null,
		loopbackDenied: await isLoopbackDenied(),
		storage: await tryStorage(),
	};
}

async function isLoopbackDenied(): Promise<boolean> {
	try {
		return (await navigator.permissions.query({ name: 'loopback-network' as PermissionName })).state === 'denied';
	} catch {
		// A browser that does not know the permission does not ask for it either.
		return false;
	}
}

/** '' when IndexedDB opens, else why not. */
async function tryStorage(): Promise<string> {
	return await new Promise((resolve) => {
		try {
			const request = indexedDB.open('falsework-probe');
			request.onsuccess = () => {
				request.result.close();
				indexedDB.deleteDatabase('falsework-probe');
				resolve('');
			};
			request.onerror = () => resolve(`The browser refuses storage: ${request.error?.message ?? 'no reason given'}.`);
		} catch (error) {
			resolve(`The browser refuses storage: ${error instanceof Error ? error.message : String(error)}.`);
		}
	});
}

function saveFile(name: string, type: string, bytes: Uint8Array | string): void {
	const url = URL.createObjectURL(new Blob([bytes as BlobPart], { type }));
	const link = document.createElement('a');
	link.href = url;
	link.download = name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** `npm run play`: the companion says what to play, and is told how it goes and how it ended. */
async function playUnattended(companion: PairingClient, player: PracticePlayer): Promise<void> {
	const order = (await companion.ask('GET', '/play')) as PlayOrder;
	let toldAt = 0;
	let over = false;
	const end = (reason: string) => {
		if (over) return;
		over = true;
		void companion.ask('POST', '/play/ended', { reason }).catch(() => undefined);
	};
	const hear = async (event: AgentEvent): Promise<void> => {
		if (over) return;
		if (event.type === 'live' && Date.now() - toldAt > 5000) {
			toldAt = Date.now();
			const { phase, screen, source, playedMs, input } = event.live;
			const line = [
				`${phase}, ${Math.round(playedMs / 1000)} s played, screen ${screen || 'unknown'}, ${Math.round(source.fps)} fps`,
				...(source.state === 'live' ? [] : [`the picture is ${source.state}: ${source.why}`]),
				...(input.state === 'ready' ? [] : [`input ${input.kind}, ${input.state}: ${input.why}`]),
			].join('; ');
			await companion.ask('POST', '/play/progress', { line });
		} else if (event.type === 'report' && event.late !== true) {
			over = true;
			const left = await client.api.sessionFiles();
			const files: PlayReport['files'] = {
				'report.json': event.report.json,
				'report.md': event.report.markdown,
				'ticks.jsonl': left?.['ticks.jsonl'] ?? '',
				...(left === undefined ? {} : { 'pack.falsework': toBase64(left['pack.falsework']) }),
			};
			await companion.ask('POST', '/play/report', { files });
		}
	};
	client.subscribe((event) => void hear(event).catch(() => undefined));
	client.onDeath(end);
	const extra: Partial<PlayOptions> = {
		minutes: order.leftMs / 60_000,
		consented: order.teacher === null ? [] : [order.teacher],
		raise: true,
		alwaysAsk: order.alwaysAsk,
	};
	const why = await importOrdered(order);
	if (why !== '') return end(why);
	await companion.ask('POST', '/play/begin');
	const started = await begin(order, player, extra);
	if (!started.ok) end(`${started.trouble}: ${started.detail || 'no detail'}`);
}

/** The pack of `--pack`. Not starting says more than playing without it. @returns '' or the sentence why not */
async function importOrdered({ pack, practice, options, profile }: PlayOrder): Promise<string> {
	if (pack === null) return '';
	// Whether it is a profile at all is found out when play begins.
	const game = practice ? PRACTICE_PROFILES[readOptions(options).land] : String((profile as { readonly id?: unknown } | null)?.id ?? '');
	try {
		return await client.api.importPack(fromBase64(pack), game);
	} catch (error) {
		return `The pack could not be imported: ${error instanceof Error ? error.message : String(error)}`;
	}
}

async function begin(order: PlayOrder, player: PracticePlayer, extra: Partial<PlayOptions>): Promise<Started> {
	if (order.practice) return await player.playPractice(readOptions(order.options), extra);
	const read = readProfile(JSON.stringify(order.profile));
	if (!read.ok) {
		const fault = read.faults[0];
		return { ok: false, trouble: 'share-failed', detail: `${fault?.path ?? 'profile'}: ${fault?.message ?? 'not a profile'}` };
	}
	return await player.shareWindow(read.profile, extra);
}

async function main(): Promise<void> {
	const shelf = makeShelf();
	const player = makePlayer(client, shelf);
	const support = await askSupport();
	// Unattended play takes the page as it is served now, and leaves nothing behind.
	const registration = makeRegistration(
		{ base: at('./'), playing: () => player.playing(), lock: takePlayLock },
		!import.meta.env.DEV && !fragment.play && !fragment.pack,
	);
	const shell = withReader(registration, { subscribe: models.subscribe, download: (id) => models.api.download(id) });
	const aloud = makeVoice(client, (text, voice, withinMs) => models.api.say(text, voice, withinMs));
	aloud.set(settings.load());
	const services: Services = {
		agent: makeAgent(client),
		models: makeModels(models),
		builtIn: { state: () => askBuiltIn(), fetch: (told) => builtIn.fetch(told) },
		voice: aloud.voice,
		player,
		support,
		pairing: {
			onChange: (listener) => pairing.onChange(listener),
			async pair(code) {
				const why = await pairing.pair(code);
				if (why === '') await boot();
				return why;
			},
			showCode: () => pairing.showCode(),
			async check() {
				const before = reachable;
				await pairing.check(true);
				if (reachable && !before) await boot();
			},
			forget: () => pairing.forget(),
		},
		profiles: shelf,
		settings: {
			...settings,
			save(next) {
				settings.save(next);
				aloud.set(next);
			},
		},
		// Packing is rare, and its code is no part of the first load.
		zip: async (files) => (await import('./adapters/zip.ts')).zip(files),
		save: saveFile,
		shell,
		installer,
		launches,
		space: makeSpace({
			base: at('./'),
			caches: globalThis.caches,
			storage: navigator.storage,
			buckets: (navigator as { readonly storageBuckets?: unknown }).storageBuckets,
		}),
		backups: makeOwnBackups(() => localStorage),
		feedUrl: place.url,
	};
	const root = document.getElementById('root');
	if (!root) throw new Error('index.html has no #root');
	const ready = (async () => {
		// Who hands over a code is there.
		if (fragment.code !== '') await pairing.pair(fragment.code);
		if (place.own && fragment.code === '') reachable = await shell.serverAnswers(() => void services.pairing.check());
		if (reachable || !place.own) await pairing.check(false);
		await boot();
	})();
	booted = ready;
	render(() => <App services={services} />, root);
	await ready;
	// From this computer to this computer costs nothing; elsewhere the parts are kept once play has used them.
	if (place.own) void shell.keepParts();
	if (fragment.play) await playUnattended(pairing, player);
	if (fragment.pack) {
		const order = (await pairing.ask('GET', '/pack')) as PackOrder;
		await pairing.ask('POST', '/pack/done', await carryOutPackOrder(order, client.api));
	}
}

void main();
