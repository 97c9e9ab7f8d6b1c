// The page's picture of the session: the agent's events poured into one store. Components read it and decide nothing.
import { type Accessor, batch, createContext, createMemo, createSignal, type JSX, onCleanup, useContext } from 'solid-js';
import { createStore, reconcile, unwrap } from 'solid-js/store';
import { IDLE } from './idle.ts';
import { takeDecisions } from './decisions/stream.ts';
import type {
	BackupRestored,
	BackupReview,
	CascadeView,
	ConsentView,
	CrystalView,
	DecisionView,
	GalleryView,
	InstallState,
	Launch,
	LiveView,
	ModelsView,
	Notice,
	PackReview,
	PairingState,
	Picture,
	Profile,
	ReportView,
	ScoreView,
	SentView,
	Settings,
	ShelfEntry,
	ShellState,
	Started,
	StorageView,
	StrikeView,
	TierView,
	Trouble,
} from './services.ts';
import { useServices } from './services.ts';
import type { NavView, PoseView } from '../core/navigation/view.ts';
import type { SatsShown } from '../core/sats.ts';
import { BACKUP_MAX_BYTES, looksLikeBackup } from '../core/backup.ts';
import { MAA_MAX_BYTES, sortMaaPath } from '../core/import/maafw/paths.ts';
import { formatBytes } from './primitives/format.ts';
import { newsOf } from './models/shelf.ts';
import { offersInstall } from './shell/offers.ts';
import { TROUBLES } from './shell/troubles.ts';

export const VIEWS = ['play', 'map', 'crystals', 'models', 'reports', 'storage', 'settings', 'embed'] as const;
/** Lines of the model host that stand at once. */
const TOLD_MOST = 3;
export type View = (typeof VIEWS)[number];

interface Shown {
	live: LiveView;
	decisions: DecisionView[];
	score: ScoreView | null;
	crystals: readonly CrystalView[];
	gallery: GalleryView;
	/** null until the model host has told of them. */
	models: ModelsView | null;
	/** Lines of the model host, newest last. */
	told: readonly Notice[];
	tiers: readonly TierView[];
	sent: readonly SentView[];
	cascade: CascadeView;
	strikes: readonly StrikeView[];
	storage: StorageView | null;
	sats: SatsShown | null;
	reports: readonly ReportView[];
	shelf: readonly ShelfEntry[];
	closedNotices: Record<string, true>;
}

export interface TroubleShown {
	readonly kind: Trouble;
	readonly detail: string;
}

/** A pack that is being looked over; nothing of it is stored yet. */
export interface OfferedPack {
	/** Of the file. */
	readonly name: string;
	readonly review: Extract<PackReview, { readonly ok: true }>;
	readonly bytes: Uint8Array;
}

/** A backup that is being looked over; nothing of it is stored yet. */
export interface OfferedBackup {
	/** Of the file. */
	readonly name: string;
	readonly review: Extract<BackupReview, { readonly ok: true }>;
	readonly bytes: Uint8Array;
	/** Once it was. */
	readonly restored?: Extract<BackupRestored, { readonly ok: true }>;
}

export type AppState = ReturnType<typeof createAppState>;

export function createAppState() {
	const services = useServices();
	const [shown, setShown] = createStore<Shown>({
		live: IDLE,
		decisions: [],
		score: null,
		crystals: [],
		gallery: { undo: '', undoable: 0, refused: [] },
		models: null,
		told: [],
		tiers: [],
		sent: [],
		cascade: { all: null, asks: [], known: false },
		strikes: [],
		storage: null,
		sats: null,
		reports: [],
		shelf: [],
		closedNotices: {},
	});
	const [view, setView] = createSignal<View>('play');
	/** Taken as a whole: a store would compare ten thousand places with each change. */
	const [nav, setNav] = createSignal<NavView | null>(null);
	const [pose, setPose] = createSignal<PoseView | null>(null);
	const [consent, setConsent] = createSignal<ConsentView | null>(null);
	const [consentOpen, setConsentOpen] = createSignal(false);
	const [picture, setPicture] = createSignal<Picture | null>(null);
	const [pairing, setPairing] = createSignal<PairingState>({ state: 'absent', lack: 'not-running' });
	const [shell, setShell] = createSignal<ShellState>({ offline: 'none', why: '', parts: 'no', waiting: false, isolation: 'refused' });
	const [install, setInstall] = createSignal<InstallState>('by-menu');
	const [updateLater, setUpdateLater] = createSignal(false);
	const [offered, setOffered] = createSignal<OfferedPack>();
	const [offeredBackup, setOfferedBackup] = createSignal<OfferedBackup>();
	/** Where the eye is led to by a shortcut; the panel takes the focus and clears it. */
	const [wanted, setWanted] = createSignal<'share' | 'scorecard' | null>(null);
	const [settings, setSettings] = createSignal<Settings>(services.settings.load());
	const [profileId, setProfileId] = createSignal('');
	const [trouble, setTrouble] = createSignal<TroubleShown | null>(
		services.support.storage === '' ? null : { kind: 'storage-refused', detail: services.support.storage },
	);
	const [starting, setStarting] = createSignal(false);
	const [lastSource, setLastSource] = createSignal<'window' | 'practice' | null>(null);
	const [said, setSaid] = createSignal('');

	onCleanup(
		services.agent.subscribe((event) =>
			batch(() => {
				switch (event.type) {
					case 'live':
						// A session that ends by itself lets the window and the lock go like one that was stopped.
						if (event.live.phase === 'stopped' && shown.live.phase !== 'stopped') {
							services.player.release();
							setUpdateLater(false);
							void services.shell.keepParts();
						}
						setShown('live', reconcile(event.live as LiveView, { key: null }));
						break;
					case 'decisions':
						setShown('decisions', (old) => takeDecisions(old, event.decisions));
						break;
					case 'sats':
						setShown('sats', event.sats);
						break;
					case 'score':
						setShown('score', event.score);
						break;
					case 'crystals':
						setShown('crystals', reconcile(event.crystals as CrystalView[], { key: 'id' }));
						break;
					case 'gallery':
						setShown('gallery', reconcile(event.gallery as GalleryView, { key: 'what' }));
						break;
					case 'nav':
						setNav(event.nav);
						break;
					case 'pose':
						setPose(event.pose);
						break;
					case 'tiers':
						setShown('tiers', reconcile(event.tiers as TierView[], { key: 'id' }));
						setShown('sent', event.sent);
						break;
					case 'strikes':
						setShown('strikes', reconcile([...event.strikes], { key: 'key' }));
						break;
					case 'cascade':
						setShown('cascade', reconcile(event.cascade as CascadeView, { key: 'crystal' }));
						break;
					case 'consent':
						setConsent(event.ask);
						setConsentOpen(event.ask !== null);
						if (event.ask) setSaid(`${event.ask.provider} would like to see a picture. Your answer is needed.`);
						break;
					case 'storage':
						setShown('storage', event.storage);
						break;
					case 'line':
					case 'line-over':
						break; // the voice hears them
					case 'report':
						setShown('reports', (old) =>
							[event.report, ...old.filter((r) => r.session !== event.report.session)].toSorted((a, b) => b.endedAt - a.endedAt),
						);
						setSaid(
							event.late === true ? 'A session that was cut off has its report now.' : 'The session has ended and its report is ready.',
						);
						break;
				}
			}),
		),
	);
	let lines = 0;
	onCleanup(
		services.models.subscribe((event) =>
			batch(() => {
				if (event.type === 'models') {
					const news = newsOf(shown.models, event.view);
					setShown('models', reconcile(event.view, { key: null }));
					if (news !== '') setSaid(news);
					return;
				}
				const { level, title, text } = event;
				const line: Notice = { id: `models-${++lines}`, level, title, text };
				// The same line told again replaces itself; more than a few are not read by anybody.
				setShown('told', (old) => [...old.filter((l) => l.title !== title || l.text !== text), line].slice(-TOLD_MOST));
			}),
		),
	);
	onCleanup(services.player.onPicture(setPicture));
	services.agent.onDeath((why) => {
		services.player.release();
		setShown('live', (old) => ({ ...old, phase: 'stopped' as const }));
		setTrouble({ kind: 'agent-failed', detail: why });
	});
	onCleanup(services.pairing.onChange(setPairing));
	onCleanup(services.shell.onChange(setShell));
	onCleanup(services.installer.onChange(setInstall));
	/** After some were brought in or deleted. */
	async function loadReports(): Promise<void> {
		const reports = await services.agent.reports().catch(() => shown.reports);
		setShown(
			'reports',
			reports.toSorted((a, b) => b.startedAt - a.startedAt),
		);
	}
	void services.agent.reports().then(
		(reports) => {
			const newestFirst = reports.toSorted((a, b) => b.startedAt - a.startedAt);
			setShown('reports', (old) => [...old, ...newestFirst.filter((r) => old.every((o) => o.session !== r.session))]);
		},
		() => undefined,
	);
	void services.profiles.list().then(
		(shelf) => {
			setShown('shelf', shelf);
			// The practice game has a button of its own; who shares a window has another game in mind.
			const first = shelf.find((e) => e.profile.id !== 'practice' && e.profile.id !== 'warren') ?? shelf[0];
			if (profileId() === '' && first) setProfileId(first.profile.id);
		},
		() => undefined,
	);

	const phase = () => shown.live.phase;
	const active = createMemo(() => phase() === 'starting' || phase() === 'playing' || phase() === 'paused' || phase() === 'takeover');
	const profile: Accessor<Profile | undefined> = () => shown.shelf.find((e) => e.profile.id === profileId())?.profile;
	/** Never while something plays: the page would go away under it. */
	const offersUpdate = () => shell().waiting && !updateLater() && !active() && !starting();
	const installable = () =>
		offersInstall({ install: install(), stopped: phase() === 'stopped', playedMs: shown.live.playedMs, crystals: shown.crystals.length });
	const notices = createMemo(() => [...shown.live.notices, ...shown.told].filter((n) => !shown.closedNotices[n.id]));

	async function starts(source: 'window' | 'practice', run: () => Promise<Started>): Promise<void> {
		if (starting()) return;
		setStarting(true);
		setTrouble(null);
		setLastSource(source);
		setView('play');
		try {
			const started = await run();
			if (!started.ok) fails(started.trouble, started.detail);
		} catch (error) {
			setTrouble({ kind: 'agent-failed', detail: error instanceof Error ? error.message : String(error) });
		} finally {
			setStarting(false);
		}
	}
	/** While something plays, its picture stays and the failure is a message; else the failure has the stage. */
	function fails(kind: Trouble, detail: string): void {
		if (active()) setRefusal(`${TROUBLES[kind].title}. ${detail || TROUBLES[kind].what}`);
		else setTrouble({ kind, detail });
	}
	/** A sentence that came back instead of '' is said and shown; it never only flashes by. */
	const [refusal, setRefusal] = createSignal('');
	async function tries(run: () => Promise<string | undefined>): Promise<boolean> {
		let why = '';
		// What was refused before is over when something else is tried; what is refused meanwhile stays.
		setRefusal('');
		try {
			why = (await run()) ?? '';
		} catch (error) {
			why = error instanceof Error ? error.message : String(error);
		}
		if (why !== '') setRefusal(why);
		return why === '';
	}

	const commands = {
		async shareWindow() {
			const { support } = services;
			const chosen = profile();
			if (!support.secure) return void setTrouble({ kind: 'insecure', detail: '' });
			if (!support.displayCapture) return void setTrouble({ kind: 'no-display-capture', detail: '' });
			if (!support.trackProcessor) return void setTrouble({ kind: 'no-track-processor', detail: '' });
			if (!chosen) return void setTrouble({ kind: 'share-failed', detail: 'No game profile is loaded: open one first.' });
			// The profile goes on to a worker, and a store's proxy cannot be cloned.
			await starts('window', () => services.player.shareWindow(unwrap(chosen)));
		},
		async playPractice() {
			if (!services.support.practice) return void setTrouble({ kind: 'no-practice', detail: '' });
			await starts('practice', () => services.player.playPractice(settings().practice));
		},
		async start() {
			if (phase() === 'paused' || phase() === 'takeover') await tries(() => services.agent.resume());
			else if (lastSource() === 'practice') await commands.playPractice();
			else if (lastSource() === 'window') await commands.shareWindow();
		},
		async pause() {
			await tries(async () => {
				await services.agent.pause();
				return '';
			});
		},
		async stopEverything(why: string) {
			setSaid('Everything stopped. Keys and buttons are up.');
			await tries(() => services.agent.stopEverything(why));
			services.player.release();
		},
		changeSettings(change: Partial<Settings>) {
			setSettings((old) => ({ ...old, ...change }));
			services.settings.save(settings());
			if (change.practice) services.player.setPractice(change.practice);
		},
		addProfile(entry: ShelfEntry) {
			setShown('shelf', (old) => [...old.filter((e) => e.profile.id !== entry.profile.id), entry]);
			setProfileId(entry.profile.id);
		},
		async answerConsent(choice: 'never' | 'session' | 'always', masks: readonly (readonly [number, number, number, number])[]) {
			const ask = consent();
			if (!ask) return;
			setConsentOpen(false);
			setConsent(null);
			await tries(async () => {
				await services.agent.consent(ask.id, choice, masks);
				return '';
			});
		},
		/** Shows what is in a pack, or says why it cannot be used; it comes in only from there. */
		async offerPack(file: File) {
			// A zip is a zip to the share sheet; which of the two it is stands at its beginning.
			if (looksLikeBackup(new Uint8Array(await file.slice(0, 64).arrayBuffer()))) return await commands.offerBackup(file);
			await tries(async () => {
				// A pack has fewer; how many, is said once it is known to be one.
				if (file.size > MAA_MAX_BYTES)
					return `${file.name} has ${formatBytes(file.size)}; a pack or project has at most ${formatBytes(MAA_MAX_BYTES)}.`;
				return await commands.offerBytes(file.name, new Uint8Array(await file.arrayBuffer()));
			});
		},
		/** The same of a folder, which can only be a MaaFramework project. */
		async offerFolder(files: readonly File[]) {
			await tries(async () => {
				const wanted = files.filter((f) => sortMaaPath(f.webkitRelativePath || f.name) === 'take');
				const size = wanted.reduce((sum, f) => sum + f.size, 0);
				if (wanted.length === 0) return 'The folder holds no JSON files and no pictures.';
				if (size > MAA_MAX_BYTES)
					return `The folder’s JSON files and pictures have ${formatBytes(size)}; ${formatBytes(MAA_MAX_BYTES)} are the most.`;
				const entries = await Promise.all(
					wanted.map(async (f) => [f.webkitRelativePath || f.name, new Uint8Array(await f.arrayBuffer())] as const),
				);
				const name = (wanted[0]?.webkitRelativePath ?? '').split('/')[0] || 'folder';
				return await commands.offerBytes(name, await services.zip(Object.fromEntries(entries)));
			});
		},
		/** @returns why not, empty when it is offered */
		async offerBytes(name: string, bytes: Uint8Array): Promise<string> {
			const review = await services.agent.reviewPack(bytes);
			if (!review.ok) return review.why;
			setOffered({ name, review, bytes });
			return '';
		},
		/** Shows what is in a backup, or says why it cannot be used; it is restored only from there. */
		async offerBackup(file: File) {
			await tries(async () => {
				if (file.size > BACKUP_MAX_BYTES)
					return `${file.name} has ${formatBytes(file.size)}; a backup has at most ${formatBytes(BACKUP_MAX_BYTES)}.`;
				const bytes = new Uint8Array(await file.arrayBuffer());
				if (!looksLikeBackup(bytes)) return `${file.name} is no backup of Falsework. A pack of one game is brought in by “Import pack”.`;
				const review = await services.agent.reviewBackup(bytes, await services.backups.isOwn(bytes));
				if (!review.ok) return review.why;
				setOfferedBackup({ name: file.name, review, bytes });
				return '';
			});
		},
		loadReports,
		async update() {
			await tries(() => services.shell.update());
		},
		closeNotice(id: string) {
			setShown('closedNotices', id, true);
		},
	};

	async function launched(launch: Launch): Promise<void> {
		switch (launch.do) {
			case 'stop':
				return await commands.stopEverything('Stop everything was chosen from the app’s menu');
			case 'share':
			case 'scorecard':
				setView('play');
				return void setWanted(launch.do);
			case 'review':
				setView('storage');
				return await commands.offerPack(launch.file);
			case 'refuse':
				return void setRefusal(launch.why);
		}
	}
	services.launches.onLaunch((launch) => void launched(launch));

	return {
		shown,
		view,
		setView,
		nav,
		pose,
		phase,
		active,
		starting,
		lastSource,
		consent,
		consentOpen,
		setConsentOpen,
		picture,
		pairing,
		shell,
		install,
		installable,
		offersUpdate,
		setUpdateLater,
		offered,
		setOffered,
		offeredBackup,
		setOfferedBackup,
		wanted,
		setWanted,
		settings,
		profile,
		profileId,
		setProfileId,
		trouble,
		setTrouble,
		notices,
		refusal,
		setRefusal,
		said,
		tries,
		...commands,
	};
}

const AppContext = createContext<AppState>();

export function AppStateProvider(props: { readonly children: JSX.Element }) {
	const state = createAppState();
	return <AppContext.Provider value={state}>{props.children}</AppContext.Provider>;
}

export function useApp(): AppState {
	const state = useContext(AppContext);
	if (!state) throw new Error('useApp needs an AppStateProvider above it');
	return state;
}
