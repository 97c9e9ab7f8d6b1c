// A page in the simulated world: the real session, loop, store, tiers, grip and link. What `agent.worker.ts` does around them in a
// browser (workers, ports to the page, the engine's choice) is left out; its glue between link, grip and session is written here
// once more, in the few lines that a run needs.
import { askTier, type CompanionLink, connectCompanion } from '../../adapters/companion.ts';
import type { NextFrame } from '../../adapters/capture.ts';
import { makeBestEngine } from '../../adapters/engine.ts';
import { openStore, type Store } from '../../adapters/store.ts';
import type { Post } from '../../adapters/tiers/chat.ts';
import { TierError } from '../../core/cascade.ts';
import type { ActOutcome, ActRequest, InputDriver, Random } from '../../core/ports.ts';
import { OPEN_DIAL } from '../../core/routing/dial.ts';
import { checkCrystal, describeCrystal } from '../../../workers/agent/crystals.ts';
import { makeGrip } from '../../../workers/agent/grip.ts';
import { type Session, startSession } from '../../../workers/agent/session.ts';
import { makeTierDesk } from '../../../workers/agent/tiers.ts';
import type { AgentEvent, LiveView } from '../../../workers/agent.protocol.ts';
import { makeWatchers } from '../../../workers/agent/watchers.ts';
import { WINDOW } from './desktop.ts';
import type { Disk } from './disk.ts';
import { FRAME_MS, type Game, PROFILE } from './game.ts';
import type { Kernel, Program } from './kernel.ts';
import { CLOUD, COMPANION, PRICE } from './network.ts';
import type { PageEnd } from './wire.ts';

export interface SimPage {
	readonly program: Program;
	readonly life: string;
	readonly session: Session | undefined;
	readonly store: Store | undefined;
	readonly link: CompanionLink | undefined;
	/** What a person would see. */
	readonly shown: LiveView | undefined;
	/** The grip on the window is ready. */
	readonly ready: boolean;
}

export interface PageOptions {
	readonly kernel: Kernel;
	readonly life: string;
	readonly random: Random;
	readonly token: string;
	readonly disk: Disk;
	readonly game: Game;
	/** False while the capture is frozen. */
	readonly capturing: () => boolean;
	/** The model server is asked straight from the page, and the page's own purse holds the caps. */
	readonly direct: boolean;
	/** Whose caps count in this life. */
	readonly onSession: (id: string) => void;
	readonly openSocket: (program: Program) => PageEnd;
	/** Stands between the loop and the link. */
	readonly watchDriver: (driver: InputDriver) => InputDriver;
	readonly watchStore: (store: Store) => Store;
	/** A planted bug between them. */
	readonly bug?: (link: CompanionLink) => (request: ActRequest) => Promise<ActOutcome>;
}

/** PNG's signature and header of a picture as large as the larger window: what is drawn is not looked at by the model server. */
const PNG = Uint8Array.from([
	0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 1, 0x20, 0, 0, 0, 0xc0, 8, 2, 0, 0, 0, 0, 0, 0,
	0,
]);
const engine = makeBestEngine();

export function startPage(o: PageOptions): SimPage {
	const { kernel, life } = o;
	const program = kernel.start(life);
	const clock = { now: () => Date.now(), monotonic: () => kernel.now };
	let store: Store | undefined;
	let session: Session | undefined;
	let link: CompanionLink | undefined;
	let canAct = false;
	let shown: LiveView | undefined;
	const watchers = makeWatchers();
	const port: Pick<MessagePort, 'postMessage'> = {
		postMessage(event: AgentEvent) {
			if (event.type === 'live') shown = event.live;
		},
	};
	watchers.add(port as MessagePort);
	const grip = makeGrip({ link: () => link, onChange: () => undefined });

	const desk = makeTierDesk({
		keeper: {
			load: async () => ({ consents: [], budget: await store?.getSetting('budget'), uses: [] }),
			saveConsents: async () => undefined,
			saveBudget: async (memory) => ((await store?.setSetting('budget', memory)) === true ? '' : 'it could not be written'),
			saveUses: async () => undefined,
		},
		clock,
		ledger: () => session?.ledger,
		onConsent: () => undefined,
		onChange: () => undefined,
		preview: async () => undefined,
	});

	const post: Post = async (body, signal) => {
		const reply = await askTier({ url: COMPANION, token: o.token, session: desk.session }, 'far', body, signal);
		if (reply.ok) return reply.body;
		const reasons = { 'cap-reached': 'cap-reached', 'breaker-open': 'breaker-open', timeout: 'timed-out' } as const;
		throw new TierError(reasons[reply.kind as keyof typeof reasons] ?? 'tier-failed', reply.message);
	};

	async function live(): Promise<void> {
		store = o.watchStore(await openStore({ now: clock.now, checkData: checkCrystal, ...o.disk.engine }));
		desk.set({ id: 'far', name: 'cloud', base: CLOUD, model: 'sim', price: PRICE, boxFormat: 'pixels' }, o.direct ? undefined : () => post);
		const entered = await desk.enter(PROFILE, 'window', life, ['far']);
		o.onSession(entered.id);
		link = connectCompanion({
			url: COMPANION,
			token: o.token,
			onEvent(event) {
				grip.hear(event);
				if (event.type === 'connected') canAct = event.welcome.capabilities.bind;
				else if (event.type === 'disconnected') {
					canAct = false;
					session?.takeover(false, []);
				} else if (event.type === 'takeover') session?.takeover(event.on, event.what);
			},
			openSocket: () => o.openSocket(program) as unknown as WebSocket,
		});
		const through = link;
		const act = o.bug?.(link) ?? ((request: ActRequest) => through.act(request));
		const driver = o.watchDriver({
			get kind() {
				return through.connected && canAct ? 'companion' : 'advice';
			},
			async act(request) {
				if (!through.connected || !canAct) return { done: false, reason: 'advice-only', detail: 'no companion' };
				if (grip.state.state !== 'ready') return { done: false, reason: 'not-in-front', detail: grip.state.why };
				return act(request);
			},
			releaseAll: () => through.releaseAll(),
		});
		session = await startSession({
			profile: PROFILE,
			source: captureOf(o),
			sourceView: { kind: 'window', label: WINDOW.title },
			driver,
			input: () => ({ kind: 'companion', state: 'ready', why: '' }),
			focused: () => grip.state.inFront,
			store,
			desk,
			watchers,
			clock,
			random: o.random,
			dial: () => OPEN_DIAL,
			linesPerHour: () => 0,
			reader: { readLine: async () => ({ text: '', confidence: 0 }) },
			matcher: engine,
			learnMask: async () => undefined,
			png: async () => PNG,
			minutes: 600,
			alwaysAsk: false,
			notes: ['A simulated world.'],
			encoder: () => undefined,
			describe: describeCrystal,
			onScore: () => undefined,
			rate: () => undefined,
			sats: async () => null,
			onEntry: () => undefined,
			onEnd: async () => undefined,
			drills: () => undefined,
			onSized: (frame) =>
				grip.take({
					label: `window:${WINDOW.id}:0`,
					frame: { width: frame.width, height: frame.height },
					profile: PROFILE,
					raise: true,
				}),
		});
	}

	kernel.after(0, () => void live(), program);
	return {
		program,
		life,
		get session() {
			return session;
		},
		get store() {
			return store;
		},
		get link() {
			return link;
		},
		get shown() {
			return shown;
		},
		get ready() {
			return link?.connected === true && grip.state.state === 'ready';
		},
	};
}

/** The newest picture of the window, four times a second. */
function captureOf(o: PageOptions) {
	let made = 0;
	let ended = false;
	let lastAt = -Infinity;
	return {
		name: WINDOW.title,
		open: 0,
		taken: 0,
		dropped: 0,
		failed: 0,
		lastFault: undefined,
		next: (signal: AbortSignal) =>
			new Promise<NextFrame>((resolve, reject) => {
				signal.addEventListener('abort', () => reject(signal.reason as Error));
				const look = (): void => {
					if (signal.aborted) return;
					if (ended) return resolve({ ended: true, reason: 'closed' });
					if (!o.capturing()) return void setTimeout(look, 50);
					lastAt = o.kernel.now;
					resolve({ ended: false, frame: o.game.frame(`${o.life} ${made++}`, lastAt), copyMs: 0 });
				};
				setTimeout(look, Math.max(0, lastAt + FRAME_MS - o.kernel.now));
			}),
		close() {
			ended = true;
		},
	};
}
