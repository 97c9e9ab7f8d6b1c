// The one session that may play. A socket becomes it by proving the token; from then on every message has the session's epoch and
// a rising number, and anything that is not as agreed ends the session with everything released. The wall is here and in
// `safety.ts`: the page is believed about nothing that the companion can check itself.
import { randomBytes } from 'node:crypto';
import type * as v from 'valibot';
import { type RawData, WebSocket } from 'ws';
import { type Mapping, makeMapping, type ScreenPoint, type Size, toFrame, toScreen } from '../core/geometry.ts';
import { type Profile, readProfile } from '../core/profile.ts';
import { findAntiCheat } from './anti-cheat.ts';
import type { Desk } from './input/desk.ts';
import { type Guard, Injector, type Stop } from './input/injector.ts';
import type { Seen } from './input/own-input.ts';
import { gesturesOf, refusedAct } from './input/safety.ts';
import { equalSecrets, type Pairing, proofOf } from './pairing.ts';
import {
	type actRequest,
	BIND_LIMIT_BYTES,
	type BindMessage,
	type CompanionMessage,
	companionClaim,
	EVENTS_BURST,
	EVENTS_PER_SECOND,
	FRAME_AGE_LIMIT_MS,
	HEARTBEAT_LIMIT_MS,
	MESSAGE_LIMIT_BYTES,
	type OwnAct,
	openingMessage,
	type PageMessage,
	pageClaim,
	pageMessage,
	PROTOCOL_VERSION,
	type RefusalReason,
	readMessage,
	SCORE_LIMIT_BYTES,
	TAKEOVER_MS,
} from './protocol.ts';
import { TokenBucket } from './rate.ts';
import { readTrackLabel } from './window.ts';

/** A page has this long from connecting to its proof. */
const OPENING_LIMIT_MS = 5000;
/** While nothing is held a session without heartbeats is given this long before it is taken for dead. */
const DEAD_SESSION_MS = 10_000;
const FRONT_POLL_MS = 250;
/** A window that the person put in front with their own hands stays there until they have touched nothing for so long. */
const HANDS_OFF_MS = 30_000;
/** Another program may insist on the front as well: the window is brought back after this long, then ever more rarely. */
const BRING_BACK_MS = 250;
const BRING_BACK_MOST_MS = 30_000;
/** Bytes of the messages that may be longer than the rest. */
const LIMITS: Partial<Record<PageMessage['type'], number>> = { bind: BIND_LIMIT_BYTES, score: SCORE_LIMIT_BYTES };
/** A program that had no turn for so long was stopped or slept: what was begun before is not gone on with. */
const STOOD_STILL_MS = HEARTBEAT_LIMIT_MS;
/** Error in the pointer's place that a calibration may show. */
const CALIBRATION_LIMIT_PX = 1;

type ActRequest = v.InferOutput<typeof actRequest>;

interface Bound {
	readonly windowId: number;
	readonly title: string;
	readonly profile: Profile;
	readonly frame: Size;
	readonly rate: TokenBucket;
	/** May be brought to the front: nobody is at the desk. */
	readonly raise: boolean;
	bringBack: { waitMs: number; at: number };
	mapping: Mapping;
	/** The inside's size that was calibrated; another size wants another calibration. */
	calibrated: Size | undefined;
	inFront: boolean;
}

export interface ControlOptions {
	readonly pairing: Pairing;
	readonly desk: Desk;
	readonly log: (line: string) => void;
	/** The hotkey in words; see `panicKeyOf`. */
	readonly panicKey?: string;
	readonly antiCheat?: () => string | undefined;
	/** Hears the scorecard as the page tells it, unchecked. */
	readonly onScore: (score: unknown) => void;
	/** Milliseconds that never go back. */
	readonly now?: () => number;
}

/** Modifiers and the key itself of a hotkey such as `Control+Shift+F12`. */
export function panicKeyOf(words: string): readonly string[] {
	return words.split('+').map((part) => part.trim());
}

export class Control {
	private readonly options: ControlOptions;
	private readonly injector: Injector | undefined;
	private readonly panicKeys: readonly string[];
	private readonly personHolds = new Set<string>();
	private readonly now: () => number;
	private session: Session | undefined;
	private readonly opening = new Set<WebSocket>();
	private panicked = false;
	/** When the person's own hands were seen last, on whatever window; monotonic. */
	private ownAt = -Infinity;
	private raised = false;

	constructor(options: ControlOptions) {
		this.options = options;
		this.now = options.now ?? (() => performance.now());
		const { desk } = options;
		this.injector = desk.driver ? new Injector(desk.driver, desk.watchdog, desk.own) : undefined;
		this.panicKeys = panicKeyOf(options.panicKey ?? DEFAULT_PANIC_KEY);
		desk.onOwn = (seen) => this.own(seen);
		desk.onGone = () => {
			options.log('The display is gone.');
			this.session?.windowClosed();
		};
	}

	get connected(): boolean {
		return this.session !== undefined;
	}

	/** Takes over a socket that the server has checked for Host and Origin. */
	accept(socket: WebSocket, origin: string): void {
		this.opening.add(socket);
		const end = (reason: RefusalReason, detail: string): void => {
			send(socket, { type: 'refused', reason, detail });
			socket.close(4400, reason);
		};
		const timer = setTimeout(() => end('protocol', 'no proof came in time'), OPENING_LIMIT_MS);
		const companionNonce = randomBytes(16).toString('hex');
		let pageNonce: string | undefined;
		let token: string | undefined;
		const listen = (data: RawData, binary: boolean): void => {
			const text = textOf(data, binary, MESSAGE_LIMIT_BYTES);
			if (text === undefined) return end('bad-message', 'too long, or not text');
			const read = readMessage(openingMessage, text);
			if (!read.ok) return end('bad-message', read.detail);
			if (read.message.type === 'hello') {
				if (pageNonce !== undefined) return end('protocol', 'a second hello');
				if (read.message.protocol !== PROTOCOL_VERSION) {
					return end('protocol', `this companion speaks version ${PROTOCOL_VERSION} of the protocol; reload the page`);
				}
				pageNonce = read.message.nonce;
				token = this.options.pairing.findToken(origin, read.message.tokenId);
				if (token === undefined) return end('wrong-token', 'this page is not paired with this companion');
				send(socket, { type: 'challenge', nonce: companionNonce, proof: proofOf(token, companionClaim(pageNonce, companionNonce)) });
				return;
			}
			if (pageNonce === undefined || token === undefined) return end('protocol', 'a proof before the challenge');
			if (!equalSecrets(read.message.proof, proofOf(token, pageClaim(pageNonce, companionNonce))))
				return end('wrong-token', 'the proof is wrong');
			if (this.session && !this.session.stale) return end('in-use', 'another page is playing; stop it first');
			clearTimeout(timer);
			socket.off('message', listen);
			this.opening.delete(socket);
			this.session?.end('disconnected', 'another page took its place');
			this.begin(socket);
		};
		socket.on('message', listen);
		socket.on('error', () => socket.terminate()); // too long a message, or no WebSocket at all
		socket.on('close', () => {
			clearTimeout(timer);
			this.opening.delete(socket);
		});
	}

	private begin(socket: WebSocket): void {
		const epoch = this.options.pairing.nextEpoch();
		const { desk } = this.options;
		const session = new Session(socket, epoch, { ...this.options, now: this.now }, this.injector, {
			end: () => {
				if (this.session === session) this.session = undefined;
			},
			resume: () => {
				this.panicked = false;
			},
			mayRaise: () => {
				// The first time somebody has just asked for it.
				const first = !this.raised;
				this.raised = true;
				return first || this.now() - this.ownAt >= HANDS_OFF_MS;
			},
		});
		this.session = session;
		send(socket, {
			type: 'welcome',
			epoch,
			at: this.now(),
			driver: desk.driver?.name ?? 'none',
			capabilities: {
				bind: desk.windows !== undefined && desk.driver !== undefined,
				dryRun: desk.driver?.name === 'dry-run',
				ownInput: desk.own.how,
				panicKey: desk.own.seesKeys ? this.panicKeys.join('+') : null,
				watchdog: desk.watchdog.running,
				feed: true,
			},
			notes: [...desk.notes],
		});
		if (this.panicked) session.panic(true);
	}

	private own(seen: Seen): void {
		this.ownAt = this.now();
		if (seen.kind === 'key') {
			if (seen.down) this.personHolds.add(seen.key);
			else this.personHolds.delete(seen.key);
			if (seen.down && this.panicKeys.every((key) => this.personHolds.has(key))) {
				this.panicked = true;
				this.options.log('Panic key: everything is released until the page resumes.');
				this.injector?.releaseAll({ reason: 'panic', detail: 'the panic key was pressed' });
				this.session?.panic(true);
				return;
			}
		}
		this.session?.own(seen);
	}

	/** Ends the session and every connection: devices were forgotten, or the program ends. */
	dropAll(reason: RefusalReason, detail: string): void {
		for (const socket of this.opening) socket.terminate();
		this.session?.refuse(reason, detail);
		this.injector?.releaseAll({ reason: 'disconnected', detail });
	}

	close(): void {
		this.dropAll('forgotten', 'the companion ends');
	}
}

export const DEFAULT_PANIC_KEY = 'Control+Shift+F12';

type SessionOptions = ControlOptions & { readonly now: () => number };

interface SessionEvents {
	readonly end: () => void;
	readonly resume: () => void;
	/** Whether the window may be put in front of what is there now. */
	readonly mayRaise: () => boolean;
}

class Session {
	private readonly socket: WebSocket;
	private readonly epoch: number;
	private readonly options: SessionOptions;
	private readonly injector: Injector | undefined;
	private readonly on: SessionEvents;
	private readonly events: TokenBucket;
	private readonly timers: NodeJS.Timeout[] = [];
	private bound: Bound | undefined;
	private seq = -1;
	private lastAct = -1;
	private heardAt: number;
	/** When this program last had its turn. */
	private turnAt: number;
	private heartbeatLost = false;
	private takeoverUntil = 0;
	private takeoverSentAt = 0;
	private didOwn: OwnAct[] = [];
	private inPanic = false;
	private ended = false;
	/** Acts and calibrations run one after another. */
	private queue: Promise<void> = Promise.resolve();

	constructor(socket: WebSocket, epoch: number, options: SessionOptions, injector: Injector | undefined, on: SessionEvents) {
		this.socket = socket;
		this.epoch = epoch;
		this.options = options;
		this.events = new TokenBucket(EVENTS_PER_SECOND, EVENTS_BURST, options.now);
		this.heardAt = this.turnAt = options.now();
		this.injector = injector;
		this.on = on;
		socket.on('message', (data, binary) => this.message(data, binary));
		socket.on('close', () => this.end('disconnected', 'the page went away'));
		this.timers.push(setInterval(() => this.watch(), 20));
		this.timers.push(setInterval(() => void this.watchWindow(), FRONT_POLL_MS));
	}

	/** True when its page has been silent for so long that another may have its place. */
	get stale(): boolean {
		return this.socket.readyState !== WebSocket.OPEN || this.options.now() - this.heardAt > DEAD_SESSION_MS;
	}

	end(reason: Stop['reason'], detail: string): void {
		if (this.ended) return;
		this.ended = true;
		this.injector?.releaseAll({ reason, detail });
		for (const timer of this.timers) clearInterval(timer);
		this.on.end();
		if (this.socket.readyState === WebSocket.OPEN) this.socket.close(4401, reason);
	}

	refuse(reason: RefusalReason, detail: string): void {
		this.options.log(`Session ended: ${detail}.`);
		send(this.socket, { type: 'refused', reason, detail });
		this.end('disconnected', detail);
	}

	panic(on: boolean): void {
		this.inPanic = on;
		send(this.socket, { type: 'panic', on });
	}

	windowClosed(): void {
		const { bound } = this;
		if (!bound) return;
		this.bound = undefined;
		this.injector?.releaseAll({ reason: 'not-in-front', detail: 'the window closed' });
		send(this.socket, { type: 'window-closed', windowId: bound.windowId });
	}

	/** Heartbeat and takeover, 50 times a second. */
	private watch(): void {
		this.stoodStill();
		const now = (this.turnAt = this.options.now());
		// On a busy machine it may be this program that had no turn: what the page sent meanwhile is read first.
		if (now - this.heardAt > HEARTBEAT_LIMIT_MS) setImmediate(() => this.missHeartbeat());
		if (this.takeoverUntil > 0 && now >= this.takeoverUntil) {
			this.takeoverUntil = 0;
			send(this.socket, { type: 'takeover', on: false, untilMs: 0, what: this.didOwn.splice(0) });
		} else if (this.didOwn.length > 0 && now - this.takeoverSentAt > 500) this.tellTakeover(now);
	}

	/** The sibling has let go of everything meanwhile, and the game has moved on. */
	private stoodStill(): Stop | undefined {
		const ms = this.options.now() - this.turnAt;
		if (ms <= STOOD_STILL_MS) return undefined;
		const stop: Stop = { reason: 'disconnected', detail: `the companion stood still for ${Math.round(ms)} ms` };
		this.injector?.releaseAll(stop);
		return stop;
	}

	private missHeartbeat(): void {
		if (this.heartbeatLost || this.ended || this.options.now() - this.heardAt <= HEARTBEAT_LIMIT_MS) return;
		this.heartbeatLost = true;
		this.injector?.releaseAll({ reason: 'disconnected', detail: 'no heartbeat from the page' });
	}

	private async watchWindow(): Promise<void> {
		const { bound } = this;
		const { windows } = this.options.desk;
		if (!bound || !windows || this.ended) return;
		const [facts, inFront] = await Promise.all([windows.find(bound.windowId), windows.inFront(bound.windowId)]);
		if (this.bound !== bound || this.ended) return;
		if (!facts) return this.windowClosed();
		if (bound.raise) await this.keepInFront(bound, inFront);
		if (inFront === bound.inFront) return;
		bound.inFront = inFront;
		if (!inFront) this.injector?.releaseAll({ reason: 'not-in-front', detail: `"${bound.title}" is not in front any more` });
		send(this.socket, { type: 'front', inFront });
	}

	/** In play with nobody at the desk a window that comes up by itself would end all acting: whoever could put it away is not there. */
	private async keepInFront(bound: Bound, inFront: boolean): Promise<void> {
		const { bringBack } = bound;
		const now = this.options.now();
		if (inFront) {
			if (now >= bringBack.at + BRING_BACK_MOST_MS) bringBack.waitMs = BRING_BACK_MS;
			return;
		}
		if (now < bringBack.at || this.inPanic || !this.on.mayRaise()) return;
		bringBack.at = now + bringBack.waitMs;
		bringBack.waitMs = Math.min(BRING_BACK_MOST_MS, 2 * bringBack.waitMs);
		this.options.log(`Another window came in front of "${bound.title}", by nobody's hand: the game is brought back.`);
		await this.options.desk.windows?.raise(bound.windowId);
	}

	own(seen: Seen): void {
		const { bound } = this;
		if (!bound) return;
		const now = this.options.now();
		const begins = this.takeoverUntil === 0;
		this.takeoverUntil = now + TAKEOVER_MS;
		this.injector?.releaseAll({ reason: 'takeover', detail: 'you took over' });
		this.note(bound, seen);
		if (begins) this.tellTakeover(now);
	}

	private note(bound: Bound, seen: Seen): void {
		let did: OwnAct;
		if (!bound.inFront) did = { kind: 'elsewhere' };
		else if (seen.kind === 'key') did = { kind: 'key', key: bound.profile.safety.keys.includes(seen.key) ? seen.key : 'other' };
		else {
			const at = toFrame(bound.mapping, seen.at);
			if (!at) did = { kind: 'elsewhere' };
			else if (seen.kind === 'button') did = { kind: 'click', button: seen.button, at: { x: at.x, y: at.y } };
			else did = { kind: seen.kind, at: { x: at.x, y: at.y } };
		}
		if ('down' in seen && !seen.down) return; // letting go ends what was told already
		const last = this.didOwn.at(-1);
		// A moving mouse is one thing done, however many events it sends.
		if (last && last.kind === did.kind && (did.kind === 'move' || did.kind === 'elsewhere')) this.didOwn.pop();
		if (this.didOwn.length < 50) this.didOwn.push(did);
	}

	private tellTakeover(now: number): void {
		this.takeoverSentAt = now;
		send(this.socket, {
			type: 'takeover',
			on: true,
			untilMs: Math.max(0, Math.round(this.takeoverUntil - now)),
			what: this.didOwn.splice(0),
		});
	}

	private message(data: RawData, binary: boolean): void {
		if (this.ended) return;
		const text = textOf(data, binary, BIND_LIMIT_BYTES);
		if (text === undefined) return this.refuse('bad-message', 'a message too long, or not text');
		const read = readMessage(pageMessage, text);
		if (!read.ok) return this.refuse('bad-message', read.detail);
		const { message } = read;
		const limit = LIMITS[message.type] ?? MESSAGE_LIMIT_BYTES;
		if (Buffer.byteLength(text) > limit) return this.refuse('bad-message', `a message over ${limit} bytes`);
		if (message.epoch !== this.epoch) return this.refuse('old-epoch', `epoch ${message.epoch}, this session's is ${this.epoch}`);
		if (message.seq <= this.seq) return this.refuse('old-seq', `message ${message.seq} after ${this.seq}`);
		this.seq = message.seq;
		this.heardAt = Math.max(this.heardAt, this.sentAt(message));
		if (this.options.now() - this.heardAt <= HEARTBEAT_LIMIT_MS) this.heartbeatLost = false;
		this.dispatch(message);
	}

	/** On our clock. The page's is another: it says how long before the message it heard which of our beats. On a socket that was held
	 *  up, or read late, a page that is gone by now would else count as there, and an old frame as new. */
	private sentAt(message: PageMessage): number {
		const now = this.options.now();
		const heard = 'heard' in message ? message.heard : undefined;
		return heard === undefined ? now : Math.min(now, heard.at + heard.agoMs);
	}

	private dispatch(message: PageMessage): void {
		switch (message.type) {
			case 'heartbeat':
				send(this.socket, { type: 'beat', at: this.options.now() });
				return;
			case 'score':
				this.options.onScore(message.score);
				return;
			case 'release':
				this.injector?.releaseAll({ reason: 'failed', detail: 'released by the page' });
				return;
			case 'resume':
				if (!this.inPanic) return;
				this.on.resume();
				this.panic(false);
				return;
			case 'bind':
				this.enqueue(() => this.bind(message));
				return;
			case 'calibrate':
				this.enqueue(() => this.calibrate());
				return;
			case 'act': {
				const frameAt = this.sentAt(message) - message.act.frame.ageMs;
				this.enqueue(() => this.act(message.act, frameAt));
				return;
			}
		}
	}

	private enqueue(job: () => Promise<void>): void {
		this.queue = this.queue
			.then(job)
			.catch((error: unknown) =>
				this.refuse('bad-message', `it could not be done: ${error instanceof Error ? error.message : String(error)}`),
			);
	}

	private async bind(message: BindMessage): Promise<void> {
		const refuse = (reason: RefusalReason, detail: string): void => send(this.socket, { type: 'refused', reason, detail });
		this.bound = undefined;
		this.injector?.releaseAll({ reason: 'failed', detail: 'another window is bound' });
		const { desk } = this.options;
		const read = readProfile(JSON.stringify(message.profile));
		if (!read.ok) {
			const fault = read.faults[0];
			return refuse('bad-profile', `The profile is not valid: ${fault ? `${fault.path}: ${fault.message}` : 'no fault named'}`);
		}
		const { profile } = read;
		if (profile.botsAllowed === false)
			return refuse('bots-not-allowed', `The profile of "${profile.name}" says that bots are not allowed; nothing is injected.`);
		if (!desk.driver) return refuse('no-input', desk.notes.join(' ') || 'There is no input driver: advice only.');
		if (!desk.windows) return refuse('unsupported', desk.notes.join(' ') || 'Windows cannot be bound on this system: advice only.');
		const source = readTrackLabel(message.label);
		if (source.kind === 'refused') return refuse(source.reason, source.detail);
		const facts = await desk.windows.find(source.id);
		if (!facts) return refuse('window-gone', `There is no window ${source.id} to be seen: it closed, or is minimised.`);
		if (!facts.title.includes(profile.window.title)) {
			return refuse(
				'wrong-title',
				`The shared window is called "${facts.title}", but the profile "${profile.id}" is for "${profile.window.title}".`,
			);
		}
		const antiCheat = (this.options.antiCheat ?? findAntiCheat)();
		if (antiCheat !== undefined) return refuse('anti-cheat', `${antiCheat} is running: nothing is injected while it does.`);
		const mapped = makeMapping(message.frame, facts.placement);
		if (!mapped.ok) return refuse('wrong-size', `Input cannot be placed: ${mapped.reason}.`);
		if (message.raise && this.on.mayRaise()) await this.raise(source.id);
		this.bound = {
			windowId: source.id,
			title: facts.title,
			profile,
			frame: message.frame,
			raise: message.raise,
			bringBack: { waitMs: BRING_BACK_MS, at: 0 },
			rate: new TokenBucket(profile.safety.ratePerSecond, Math.max(1, Math.ceil(profile.safety.ratePerSecond)), this.options.now),
			mapping: mapped.mapping,
			calibrated: undefined,
			inFront: await desk.windows.inFront(source.id),
		};
		send(this.socket, {
			type: 'bound',
			windowId: source.id,
			title: facts.title,
			pid: facts.pid,
			placement: facts.placement,
			inFront: this.bound.inFront,
		});
	}

	private async raise(id: number): Promise<void> {
		const { windows } = this.options.desk;
		await windows?.raise(id);
		// The window manager answers when it likes; half a second is what a person would wait.
		for (let i = 0; i < 20 && !(await windows?.inFront(id)); i++) await new Promise((resolve) => setTimeout(resolve, 25));
	}

	/** Reads the placement anew, and says why nothing may be injected now. */
	private async check(bound: Bound): Promise<Stop | undefined> {
		const { windows } = this.options.desk;
		const stop = this.pause();
		if (stop) return stop;
		if (!windows || this.bound !== bound) return { reason: 'not-in-front', detail: 'no window is bound' };
		const [facts, inFront] = await Promise.all([windows.find(bound.windowId), windows.inFront(bound.windowId)]);
		if (!facts) {
			this.windowClosed();
			return { reason: 'not-in-front', detail: `"${bound.title}" closed` };
		}
		if (!inFront) return { reason: 'not-in-front', detail: `"${bound.title}" is not in front: bring it to the front and it goes on` };
		const mapped = makeMapping(bound.frame, facts.placement);
		if (!mapped.ok) return { reason: 'wrong-size', detail: mapped.reason };
		bound.mapping = mapped.mapping;
		const { calibrated } = bound;
		if (calibrated && (calibrated.width !== facts.placement.width || calibrated.height !== facts.placement.height))
			return { reason: 'wrong-size', detail: 'the window changed its size since the calibration' };
		return this.pause();
	}

	private pause(): Stop | undefined {
		if (this.ended) return { reason: 'disconnected', detail: 'the session ended' };
		if (this.inPanic) return { reason: 'panic', detail: 'the panic key was pressed; resume on the page' };
		if (this.takeoverUntil > this.options.now())
			return { reason: 'takeover', detail: 'you are playing; ours goes on 3 s after your last key or move' };
		if (this.heartbeatLost) return { reason: 'disconnected', detail: 'no heartbeat from the page' };
		return this.stoodStill();
	}

	private async calibrate(): Promise<void> {
		const { bound } = this;
		const { driver, windows } = this.options.desk;
		const answer = (ok: boolean, maxErrorPx: number | null, detail: string): void =>
			send(this.socket, { type: 'calibrated', ok, maxErrorPx, detail });
		if (!bound || !driver || !windows) return answer(false, null, 'no window is bound');
		bound.calibrated = undefined;
		const { width, height } = bound.frame;
		const marks = [
			[0.5, 0.5],
			[0.05, 0.05],
			[0.95, 0.05],
			[0.05, 0.95],
			[0.95, 0.95],
			[0.33, 0.66],
		] as const;
		let worst = 0;
		for (const [fx, fy] of marks) {
			const stop = await this.check(bound);
			if (stop) return answer(false, null, stop.detail);
			const to = toScreen(bound.mapping, { x: Math.floor(width * fx), y: Math.floor(height * fy) });
			if (!to) return answer(false, null, 'a mark fell outside the frame');
			this.options.desk.own.announceMove(to);
			driver.moveTo(to);
			await driver.settle();
			// The dry run has no pointer to read back; it stays what it is, a rehearsal.
			const inside =
				driver.name === 'dry-run'
					? { x: to.x - bound.mapping.placement.x, y: to.y - bound.mapping.placement.y }
					: await windows.pointerInside(bound.windowId);
			worst = Math.max(
				worst,
				Math.abs(inside.x - (to.x - bound.mapping.placement.x)),
				Math.abs(inside.y - (to.y - bound.mapping.placement.y)),
			);
		}
		const ok = worst <= CALIBRATION_LIMIT_PX;
		if (ok) bound.calibrated = { width: bound.mapping.placement.width, height: bound.mapping.placement.height };
		answer(
			ok,
			worst,
			ok ? `${marks.length} points, at most ${worst} px off` : `the pointer came to stand ${worst} px beside its mark; nothing is injected`,
		);
	}

	/** @param frameAt  when the frame was taken that it was decided on, on this companion's clock at the earliest */
	private async act(request: ActRequest, frameAt: number): Promise<void> {
		const stop = await this.tryAct(request, frameAt);
		send(this.socket, { type: 'acted', id: request.id, done: stop === undefined, ...(stop ?? {}) });
	}

	private async tryAct(
		request: ActRequest,
		frameAt: number,
	): Promise<{ reason: Stop['reason'] | 'advice-only' | 'rate'; detail: string } | undefined> {
		const { bound, injector } = this;
		const { driver, windows } = this.options.desk;
		if (request.id <= this.lastAct)
			return { reason: 'failed', detail: `act ${request.id} was already asked for; an act is carried out once at most` };
		this.lastAct = request.id;
		if (!injector || !driver || !windows) return { reason: 'advice-only', detail: 'there is no input here' };
		if (!bound) return { reason: 'not-in-front', detail: 'no window is bound' };
		const paused = this.pause();
		if (paused) return paused;
		const stale = this.tooOld(frameAt);
		if (stale) return stale;
		if (request.frame.width !== bound.frame.width || request.frame.height !== bound.frame.height) {
			return {
				reason: 'wrong-size',
				detail: `the frame is ${request.frame.width} × ${request.frame.height}, bound were ${bound.frame.width} × ${bound.frame.height}`,
			};
		}
		const refused = refusedAct(bound.profile, request.verb, request.steps, injector.held().keys, driver);
		if (refused !== undefined) {
			this.options.log(`Refused: ${refused}.`);
			return { reason: 'not-allowed', detail: refused };
		}
		if (!bound.rate.take() || !this.events.take(gesturesOf(request.steps))) {
			return { reason: 'rate', detail: `more than ${bound.profile.safety.ratePerSecond} acts or ${EVENTS_PER_SECOND} gestures a second` };
		}
		const stop = await this.check(bound);
		if (stop) {
			injector.releaseAll(stop);
			return stop;
		}
		if (!bound.calibrated)
			return { reason: 'not-allowed', detail: 'not calibrated: the pointer has not been shown to go where it is sent' };
		return injector.run(request.steps, this.guard(bound, frameAt));
	}

	private tooOld(frameAt: number): Stop | undefined {
		const ageMs = this.options.now() - frameAt;
		if (ageMs <= FRAME_AGE_LIMIT_MS) return undefined;
		return { reason: 'stale-frame', detail: `the frame is ${Math.round(ageMs)} ms old; ${FRAME_AGE_LIMIT_MS} at most` };
	}

	private guard(bound: Bound, frameAt: number): Guard {
		const { windows } = this.options.desk;
		let begun = false;
		return {
			mayInject: async () => {
				const stop = await this.check(bound);
				if (stop || begun) return stop;
				// Asking the desktop takes its time; once begun, an act may last.
				begun = true;
				return this.tooOld(frameAt);
			},
			mayPress: async () => {
				if (this.options.desk.driver?.name === 'dry-run') return undefined;
				const ours = (await windows?.underPointer(bound.windowId)) ?? false;
				return ours ? undefined : { reason: 'not-in-front', detail: `another window lies over "${bound.title}" where the pointer is` };
			},
			toScreen: (point): ScreenPoint | undefined => toScreen(bound.mapping, point),
		};
	}
}

function textOf(data: RawData, binary: boolean, limit: number): string | undefined {
	if (binary) return undefined;
	const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as ArrayBuffer);
	return bytes.length > limit ? undefined : bytes.toString('utf8');
}

function send(socket: WebSocket, message: CompanionMessage): void {
	if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}
