// What happened last, in one file that a person may send away: a recording of the last pictures, which `replay` opens like any other, and
// beside it the log, the crystals' versions and the settings. It is made of what is named here and of nothing else, so that a field of
// tomorrow stays out until somebody has looked at it: no key, no text that was read, said or typed, no name of a crystal.
import { withoutSecrets } from '../backup.ts';
import type { Crystal } from '../crystals/crystal.ts';
import { clip, type Box } from '../geometry.ts';
import type { LedgerEntry } from '../ledger.ts';
import type { Frame } from '../ports.ts';
import type { Profile } from '../profile.ts';
import { utf8 } from '../utf8.ts';
import { makeFrameWriter, type Picture, pictureOf, type RecordedFrame } from './frames.ts';
import { RECORDING_SCHEMA, recordingFiles, type RecordingEvent } from './recording.ts';

export const BUNDLE_SCHEMA = 1;
const FRAMES = 12;
const FRAME_EVERY_MS = 500;
/** Of all kept pictures together: seven of 1920 × 1080. */
const FRAMES_BYTES = 24_000_000;
const LOG_ENTRIES = 1000;

/** The newest pictures of play, half a second apart at least, in memory alone. */
export interface LastFrames {
	/** @param frame  copied; one without colour is passed over */
	add(frame: Frame): void;
	/** `at`: as the frames had it; oldest first, all of one size. */
	readonly frames: readonly RecordedFrame[];
}

export function makeLastFrames(): LastFrames {
	let frames: RecordedFrame[] = [];
	return {
		get frames() {
			return frames;
		},
		add(frame) {
			if (frame.u === undefined) return;
			const { width, height } = frame;
			const last = frames.at(-1);
			if (last !== undefined && (last.picture.width !== width || last.picture.height !== height || frame.at < last.at)) frames = [];
			else if (last !== undefined && frame.at - last.at < FRAME_EVERY_MS) return;
			const { luma, u, v } = pictureOf(frame);
			const most = Math.max(2, Math.min(FRAMES, Math.floor(FRAMES_BYTES / (1.5 * width * height))));
			frames = [...frames, { at: frame.at, picture: { width, height, luma: luma.slice(), u: u.slice(), v: v.slice() } }].slice(-most);
		},
	};
}

export interface BundleContent {
	readonly profile: Profile;
	/** At least one. */
	readonly frames: readonly RecordedFrame[];
	/** Blackened, frame pixels: where a chat or names are. */
	readonly masks: readonly Box[];
	/** Of the session, oldest first. */
	readonly entries: readonly LedgerEntry[];
	/** Milliseconds since 1970 when the newest frame was taken. */
	readonly lastFrameAt: number;
	readonly crystals: Iterable<Crystal>;
	readonly settings: Readonly<Record<string, unknown>>;
	readonly madeAt: number;
	readonly session: string;
}

/** The files of a bundle. @throws RangeError where there is no frame */
export function bundleFiles(content: BundleContent): Record<string, Uint8Array> {
	const [first] = content.frames;
	const last = content.frames.at(-1);
	if (first === undefined || last === undefined) throw new RangeError('There is no picture yet: play for a moment first.');
	const { width, height } = first.picture;
	const writer = makeFrameWriter({ width, height });
	const parts = content.frames.map(({ at, picture }) =>
		writer.add({ at: Math.round(at - first.at), picture: masked(picture, content.masks) }).slice(),
	);
	const frames = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		frames.set(part, at);
		at += part.length;
	}
	const lengthMs = Math.max(1, Math.round(last.at - first.at));
	const began = content.lastFrameAt - lengthMs;
	const events = content.entries.flatMap((entry): RecordingEvent[] =>
		entry.type === 'act' && entry.done && entry.at >= began
			? [{ type: 'input', at: Math.round(entry.at - began), act: { verb: entry.act.verb, args: withoutText(entry.act.args) } }]
			: [],
	);
	const about = {
		falsework: 1 as const,
		schema: RECORDING_SCHEMA as typeof RECORDING_SCHEMA,
		game: content.profile.id,
		profile: content.profile,
		size: { width, height },
		pixelFormat: 'i420' as const,
		lengthMs,
		art: { holder: 'whoever made the game', licence: 'unknown: do not publish', source: content.profile.name },
		teacher: 'nobody',
		simulated: false,
		how: 'The last pictures before a failure; masks are black, nobody’s answers are in it.',
	};
	const json = (value: unknown): Uint8Array => utf8(`${JSON.stringify(value, null, '\t')}\n`);
	return {
		...recordingFiles({ about, frames, events }),
		'bundle.json': json({ falsework: 1, bundle: BUNDLE_SCHEMA, madeAt: content.madeAt, session: content.session }),
		'log.jsonl': utf8(
			content.entries
				.slice(-LOG_ENTRIES)
				.map((entry) => `${JSON.stringify(logged(entry))}\n`)
				.join(''),
		),
		'crystals.json': json(
			[...content.crystals].map(({ kind, schema, state, createdAt, stat: { k, w, labels, clean, used } }, n) => ({
				n,
				kind,
				schema,
				state,
				createdAt,
				k,
				w,
				labels,
				clean,
				used,
			})),
		),
		'settings.json': json(withoutTold(withoutSecrets(content.settings))),
	};
}

/** Black where the masks are, in a copy; half pixels of a mask and of the chroma go too. */
function masked(picture: Picture, masks: readonly Box[]): Picture {
	const { width, height } = picture;
	const out = { width, height, luma: picture.luma.slice(), u: picture.u.slice(), v: picture.v.slice() };
	const half = Math.ceil(width / 2);
	for (const mask of masks) {
		const inside = clip(mask, picture);
		if (inside === undefined) continue;
		const [x, y, w, h] = inside;
		for (let row = y; row < y + h; row++) {
			out.luma.fill(16, row * width + x, row * width + x + w);
			const line = (row >> 1) * half;
			for (const plane of [out.u, out.v]) plane.fill(128, line + (x >> 1), line + Math.ceil((x + w) / 2));
		}
	}
	return out;
}

/** What of an entry tells how it went, and nothing of what was read or said. */
function logged(entry: LedgerEntry): unknown {
	const { type, n, at } = entry;
	switch (entry.type) {
		case 'question': {
			const { tick, ask, tier, latencyMs, calls, usd, simulated, violation, made, refused } = entry;
			const misses = entry.misses.map(({ tier: of, reason }) => ({ tier: of, reason }));
			return {
				type,
				n,
				at,
				tick,
				ask,
				tier,
				misses,
				latencyMs,
				calls,
				usd,
				simulated,
				violation,
				made: made.length,
				refused: refused?.length ?? 0,
			};
		}
		case 'act':
			return { type, n, at, tick: entry.tick, verb: entry.act.verb, done: entry.done, idle: entry.idle };
		case 'verdict':
			return { type, n, at, ask: entry.ask, of: entry.of, tier: entry.tier, by: entry.by, wrong: entry.wrong };
		case 'rested':
			return { type, n, at, ticks: entry.ticks };
		case 'intervention':
			return { type, n, at, what: entry.what };
		default:
			return { type, n, at };
	}
}

/** Numbers and points stay; whatever else was an argument may have been read or typed. */
function withoutText(args: Readonly<Record<string, unknown>>): Record<string, never> {
	return Object.fromEntries(
		Object.entries(args).filter(
			([, value]) => typeof value === 'number' || (Array.isArray(value) && value.every((part) => typeof part === 'number')),
		),
	) as Record<string, never>;
}

/** Of settings only what is a number, a switch, or a word of ours stays: any longer text may have been pasted. */
function withoutTold(value: unknown): unknown {
	if (typeof value === 'string') return /^[a-z][a-z-]{0,23}$/.test(value) ? value : '(left out)';
	if (Array.isArray(value)) return value.map(withoutTold);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([name, part], n) => [/^[a-zA-Z][a-zA-Z-]{0,23}$/.test(name) ? name : `(${n})`, withoutTold(part)]),
	);
}
