// What the page and the companion say to each other over `ws://127.0.0.1:PORT/control`: types and validators, nothing that runs.
// Both sides import this file, so neither can drift. The order of a session:
//
//   page → hello                         companion → challenge (proves that it holds the token)
//   page → auth (proves the same)        companion → welcome (epoch) or refused, then closed
//   page → bind                          companion → bound or refused
//   page → calibrate                     companion → calibrated
//   page → act …, heartbeat each 100 ms  companion → acted …, beat for each heartbeat, takeover, panic, front
//
// The token itself never crosses: each side shows HMAC-SHA256(token, label + both nonces), with a label of its own, so that a
// proof cannot be sent back as one's own.
import * as v from 'valibot';
import { SNAPSHOT_LIMIT_BYTES } from '../core/feed/snapshot.ts';

/** Raised when a message changes its meaning; a page and a companion of different versions refuse each other. */
export const PROTOCOL_VERSION = 2;
/** The page sends a heartbeat this often. */
export const HEARTBEAT_MS = 100;
/** With no heartbeat for this long everything held goes up. 50 ms short of the promised 300, which pays for the releasing. */
export const HEARTBEAT_LIMIT_MS = 250;
/** An act decided on an older frame is refused. */
export const FRAME_AGE_LIMIT_MS = 500;
/** A person's own input pauses ours until this long after their last event. */
export const TAKEOVER_MS = 3000;
/** Longest message; `bind`, which carries the profile, and `score` may be longer. */
export const MESSAGE_LIMIT_BYTES = 4096;
export const BIND_LIMIT_BYTES = 65_536;
export const SCORE_LIMIT_BYTES = SNAPSHOT_LIMIT_BYTES + 256;
/** Input gestures a second, whatever the profile says, and how many may come at once. */
export const EVENTS_PER_SECOND = 30;
export const EVENTS_BURST = 60;

/** What the companion's proof is computed over. */
export function companionClaim(pageNonce: string, companionNonce: string): string {
	return `falsework companion 1 ${pageNonce} ${companionNonce}`;
}
/** What the page's proof is computed over. */
export function pageClaim(pageNonce: string, companionNonce: string): string {
	return `falsework page 1 ${companionNonce} ${pageNonce}`;
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
const pixels = v.pipe(v.number(), v.finite(), v.minValue(-65_536), v.maxValue(65_536));
const length = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(16_384));
const ms = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(60_000));
const hex = (digits: number) => v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${digits}}$`), `${digits} hexadecimal digits`));
const framePoint = v.strictObject({ x: pixels, y: pixels });
const button = v.picklist(['left', 'right', 'middle']);
const key = v.pipe(v.string(), v.minLength(1), v.maxLength(24));

/** One literal step of an act, all arguments filled in: `ResolvedStep` of the core's ports. */
export const step = v.variant('do', [
	v.strictObject({ do: v.literal('click'), button, at: framePoint, holdMs: ms }),
	v.strictObject({ do: v.literal('drag'), button, from: framePoint, to: framePoint, holdMs: ms }),
	v.strictObject({ do: v.literal('move'), to: framePoint }),
	v.strictObject({
		do: v.literal('scroll'),
		direction: v.picklist(['up', 'down']),
		at: v.optional(framePoint),
		times: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(20)),
	}),
	v.strictObject({ do: v.literal('key'), keys: v.pipe(v.array(key), v.minLength(1), v.maxLength(4)), holdMs: ms }),
	v.strictObject({ do: v.literal('hold'), key }),
	v.strictObject({ do: v.literal('release'), key }),
	// The 64 characters are the safety rule's, answered there with a reason; this is only the parser's bound.
	v.strictObject({ do: v.literal('text'), text: v.pipe(v.string(), v.maxLength(1024)) }),
	v.strictObject({ do: v.literal('wait'), ms }),
]);
export type WireStep = v.InferOutput<typeof step>;

/** `ActRequest` of the core's ports. */
export const actRequest = v.strictObject({
	/** Rises by one with each act of a session; carried out at most once. */
	id: count,
	/** A verb of the bound profile. */
	verb: v.pipe(v.string(), v.minLength(1), v.maxLength(48)),
	steps: v.pipe(v.array(step), v.maxLength(32)),
	/** The frame the act was decided on. */
	frame: v.strictObject({ width: length, height: length, ageMs: v.pipe(v.number(), v.finite(), v.minValue(0)) }),
});

const hello = v.strictObject({
	type: v.literal('hello'),
	protocol: v.number(),
	/** 128 random bits of the page's. */
	nonce: hex(32),
	/** First 16 hexadecimal digits of the token's SHA-256: says which token, tells nothing of it. */
	tokenId: hex(16),
});
const auth = v.strictObject({
	type: v.literal('auth'),
	/** HMAC-SHA256(token, pageClaim). */
	proof: hex(64),
});
/** What a page may say before it has proved itself. */
export const openingMessage = v.variant('type', [hello, auth]);
export type OpeningMessage = v.InferOutput<typeof openingMessage>;

const envelope = {
	/** The session's, from `welcome`; a message of an earlier session is refused. */
	epoch: count,
	/** Strictly rising within the session. */
	seq: count,
};
const bind = v.strictObject({
	type: v.literal('bind'),
	...envelope,
	/** `MediaStreamTrack.label` of the shared source; on X11 `window:<X id>:0`. */
	label: v.pipe(v.string(), v.maxLength(256)),
	/** Size of the captured frames; acts on frames of another size are refused until the next bind. */
	frame: v.strictObject({ width: length, height: length }),
	/** The whole profile as JSON; the companion reads and keeps a copy of its own. */
	profile: v.unknown(),
	/** True asks to bring the window to the front, and back there when another comes up by itself. Only `play` does; a person does it
	 *  by hand. */
	raise: v.optional(v.boolean(), false),
});
const calibrate = v.strictObject({ type: v.literal('calibrate'), ...envelope });
/** The newest time of its own that the page has heard from the companion, and how long before this message: so the companion knows
 *  when it was sent, though the clocks have nothing in common and the socket may have been held up. */
const heard = v.strictObject({ at: v.pipe(v.number(), v.finite(), v.minValue(0)), agoMs: v.pipe(v.number(), v.finite(), v.minValue(0)) });
const act = v.strictObject({ type: v.literal('act'), ...envelope, act: actRequest, heard });
const heartbeat = v.strictObject({
	type: v.literal('heartbeat'),
	...envelope,
	/** Absent: it counts as sent when it came. */
	heard: v.optional(heard),
});
/** Every key and button up, now; an act in progress ends. */
const release = v.strictObject({ type: v.literal('release'), ...envelope });
/** The person pressed Start again after the panic key. */
const resume = v.strictObject({ type: v.literal('resume'), ...envelope });
/** The scorecard for the feed; only to a companion whose welcome says that it has one. What is no scorecard is refused by the feed and
 *  ends nothing. */
const score = v.strictObject({ type: v.literal('score'), ...envelope, score: v.unknown() });
/** What a proved page may say. */
export const pageMessage = v.variant('type', [bind, calibrate, act, heartbeat, release, resume, score]);
export type PageMessage = v.InferOutput<typeof pageMessage>;
export type BindMessage = v.InferOutput<typeof bind>;

export const refusalReasons = [
	// the session
	'protocol',
	'wrong-token',
	'in-use',
	'bad-message',
	'old-epoch',
	'old-seq',
	'too-many-connections',
	'forgotten',
	// the window
	'unsupported',
	'no-input',
	'monitor',
	'tab',
	'unknown-source',
	'window-gone',
	'wrong-title',
	'wrong-size',
	'bad-profile',
	'bots-not-allowed',
	'anti-cheat',
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

const placement = v.object({ x: v.number(), y: v.number(), width: v.number(), height: v.number() });

/** Something the person did with their own hands, as far as it may be told: no text, and no places outside the window. */
export const ownAct = v.object({
	/** `elsewhere` = outside the bound window or with another window in front: nothing more is said of it. */
	kind: v.picklist(['key', 'click', 'move', 'scroll', 'elsewhere']),
	/** A key of the profile's allow-list by its name, any other as `other`. */
	key: v.optional(v.string()),
	button: v.optional(v.string()),
	/** Frame pixels. */
	at: v.optional(v.object({ x: v.number(), y: v.number() })),
});
export type OwnAct = v.InferOutput<typeof ownAct>;

const actFailure = v.picklist([
	'advice-only',
	'not-in-front',
	'not-allowed',
	'rate',
	'stale-frame',
	'wrong-size',
	'takeover',
	'disconnected',
	'panic',
	'failed',
]);

/** What the companion says. */
export const companionMessage = v.variant('type', [
	v.object({
		type: v.literal('challenge'),
		/** 128 random bits of the companion's. */
		nonce: v.string(),
		/** HMAC-SHA256(token, companionClaim). A page that cannot verify it is talking to somebody else. */
		proof: v.string(),
	}),
	v.object({
		type: v.literal('welcome'),
		epoch: count,
		/** The companion's own clock, milliseconds; it comes back in `heard`. */
		at: v.number(),
		/** The input driver: `xtest`, `robotjs`, `dry-run`, or `none` for advice only. */
		driver: v.string(),
		capabilities: v.object({
			/** Windows can be bound here, so acts can be carried out. */
			bind: v.boolean(),
			/** Nothing is injected, only logged. */
			dryRun: v.boolean(),
			/** How the person's own input is noticed: `xinput2`, `uiohook`, `polling` or `none`. */
			ownInput: v.string(),
			/** The panic hotkey in words, or null where none could be had. */
			panicKey: v.nullable(v.string()),
			/** A sibling process lets everything go when this one dies. */
			watchdog: v.boolean(),
			/** `score` is understood, and told to whoever reads the feed. */
			feed: v.optional(v.boolean(), false),
		}),
		/** Sentences for the person: what does not work here and why. */
		notes: v.array(v.string()),
	}),
	v.object({
		type: v.literal('bound'),
		windowId: v.number(),
		title: v.string(),
		pid: v.nullable(v.number()),
		placement,
		inFront: v.boolean(),
	}),
	/** The answer to a heartbeat. */
	v.object({
		type: v.literal('beat'),
		/** The companion's own clock, milliseconds; it comes back in `heard`. */
		at: v.number(),
	}),
	v.object({ type: v.literal('refused'), reason: v.picklist(refusalReasons), detail: v.string() }),
	v.object({
		type: v.literal('calibrated'),
		/** True when `maxErrorPx` ≤ 1; false refuses every act until the next calibration. */
		ok: v.boolean(),
		/** Largest distance along either axis, screen pixels; null when it could not be measured. */
		maxErrorPx: v.nullable(v.number()),
		detail: v.string(),
	}),
	v.object({ type: v.literal('acted'), id: count, done: v.boolean(), reason: v.optional(actFailure), detail: v.optional(v.string()) }),
	v.object({
		type: v.literal('takeover'),
		/** True while the person plays; acts are refused. */
		on: v.boolean(),
		/** Milliseconds until ours may go on if they do nothing more. */
		untilMs: v.number(),
		/** What they did since the last such message. */
		what: v.array(ownAct),
	}),
	/** `on` until the page sends `resume`. */
	v.object({ type: v.literal('panic'), on: v.boolean() }),
	v.object({ type: v.literal('front'), inFront: v.boolean() }),
	/** The bound window is gone; bind anew. */
	v.object({ type: v.literal('window-closed'), windowId: v.number() }),
]);
export type CompanionMessage = v.InferOutput<typeof companionMessage>;
export type Welcome = Extract<CompanionMessage, { type: 'welcome' }>;
export type Bound = Extract<CompanionMessage, { type: 'bound' }>;
export type Calibrated = Extract<CompanionMessage, { type: 'calibrated' }>;

/** Why a model outside could not be asked: `error.kind` of every failure that `/tiers/{id}/…` answers with. */
export const tierFailures = [
	'no-tier',
	'bad-request',
	'price-unknown',
	'cap-reached',
	'breaker-open',
	'timeout',
	'rate-limited',
	'unreachable',
	'redirected',
	'server-error',
	'refused',
	'too-big',
	'bad-response',
] as const;
export type TierFailure = (typeof tierFailures)[number];
export const tierError = v.object({
	error: v.object({ kind: v.picklist(tierFailures), message: v.string(), retryAfterMs: v.optional(v.number()) }),
});

const usd = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(10_000));
const calls = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000));
/** A model outside, as a person sets it up by `POST /tiers`. The key is kept and never returned. */
export const tierSetup = v.strictObject({
	/** `local`, `cloud`, or another slug. */
	id: v.pipe(v.string(), v.maxLength(64), v.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'lower-case words joined by "-"')),
	/** Base URL of an OpenAI-compatible server, such as `http://127.0.0.1:11434/v1`; calls go there and nowhere else. */
	base: v.pipe(v.string(), v.maxLength(500)),
	model: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
	/** The model that `POST {base}/moderations` is asked of; absent where the server judges no texts. */
	moderation: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(200))),
	key: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(1000))),
	/** US dollars a million tokens. Null = unknown, which is free on this machine and its network and refused elsewhere. */
	price: v.optional(v.nullable(v.strictObject({ inPerM: usd, outPerM: usd })), null),
	/** How the model gives boxes; pixels of the picture sent unless said. */
	boxFormat: v.optional(v.picklist(['pixels', 'norm1000', 'norm1000-yxyx'])),
	caps: v.optional(
		v.strictObject({
			callsPerMinute: v.optional(calls),
			callsPerSession: v.optional(calls),
			callsPerDay: v.optional(calls),
			/** Over all tiers together. */
			usdPerSession: v.optional(usd),
			usdPerDay: v.optional(usd),
		}),
		{},
	),
	/** Prices of this tier are pretended: report and certificate say so. */
	simulated: v.optional(v.boolean(), false),
});
export type TierSetup = v.InferOutput<typeof tierSetup>;
export type TierInput = v.InferInput<typeof tierSetup>;
/** A tier as `GET /tiers` tells it: `hasKey` in the key's place. */
export type TierShown = Omit<TierSetup, 'key'> & { readonly hasKey: boolean; readonly local: boolean };

/** `GET /play`: what an unattended session is to do. */
export interface PlayOrder {
	readonly session: string;
	/** JSON of the profile; null for the practice game, whose profile the page holds. */
	readonly profile: unknown;
	readonly practice: boolean;
	/** Exact title of the window that the browser is set to share; null for the practice game. */
	readonly window: string | null;
	readonly minutes: number;
	/** Milliseconds left of `minutes`; less than all after a restart of the browser. */
	readonly leftMs: number;
	/** How many times the browser was started anew in this session. */
	readonly restarts: number;
	/** Id of the tier to ask, or null to play on crystals alone. The command line was the person's consent for its address. */
	readonly teacher: string | null;
	/** A pack to import first, base64; null for none. */
	readonly pack: string | null;
	readonly options: Readonly<Record<string, string>>;
	/** No rule answers a decision: the play that every saving is held against. */
	readonly alwaysAsk: boolean;
}
/** `POST /play/report`. */
export const playReport = v.strictObject({
	files: v.strictObject({
		'report.json': v.string(),
		'report.md': v.string(),
		'ticks.jsonl': v.string(),
		/** base64 */
		'pack.falsework': v.optional(v.string()),
	}),
});
export type PlayReport = v.InferOutput<typeof playReport>;

/** `GET /pack`: what `falsework pack` wants done with the crystals that this browser keeps. */
export type PackOrder =
	/** `game`: null where only one can be meant. */
	| { readonly do: 'export'; readonly game: string | null }
	/** `pack`: base64 */
	| { readonly do: 'import'; readonly pack: string };
/** `POST /pack/done`. */
export const packDone = v.strictObject({
	ok: v.boolean(),
	/** What came of it, for a person. */
	lines: v.pipe(v.array(v.pipe(v.string(), v.maxLength(2000))), v.maxLength(100)),
	/** base64, of an export. */
	pack: v.optional(v.string()),
});
export type PackDone = v.InferOutput<typeof packDone>;

/**
 * Parses one message of the wire. Bad input is a value.
 *
 * A key `__proto__`, however it is spelt, is refused: no honest message has it.
 */
export function readMessage<S extends v.GenericSchema>(
	schema: S,
	text: string,
): { readonly ok: true; readonly message: v.InferOutput<S> } | { readonly ok: false; readonly detail: string } {
	let data: unknown;
	try {
		data = JSON.parse(text, (name, value: unknown) => {
			if (name === '__proto__') throw new Error('a "__proto__" key');
			return value;
		});
	} catch (error) {
		return { ok: false, detail: error instanceof SyntaxError ? 'not JSON' : String((error as Error).message) };
	}
	const read = v.safeParse(schema, data);
	if (read.success) return { ok: true, message: read.output };
	const issue = read.issues[0];
	return { ok: false, detail: `${issue ? (v.getDotPath(issue) ?? 'message') : 'message'}: ${issue?.message ?? 'not as agreed'}` };
}
