// A recording of play, `NAME.fwrec`: a zip of `recording.json`, `frames.bin` (frames.ts) and `events.jsonl`. It holds what a replay
// needs and nothing else: the pictures, what was pressed, what a model answered, and the truth where somebody knows it.
import * as v from 'valibot';
import { oddity } from '../foreign.ts';
import { profileSchema, slug } from '../profile.ts';
import { act, answerSchemas, ASKS, factValue } from '../question.ts';
import { textOfUtf8, utf8 } from '../utf8.ts';

export const RECORDING_SCHEMA = 1;
/** Of the file; contracts.md §5. */
export const RECORDING_MAX_BYTES = 20_000_000;
/** Of what comes out of it together: pictures of a game that stands still pack a hundred times smaller. */
export const RECORDING_MAX_UNPACKED = 500_000_000;

const sentence = v.pipe(v.string(), v.minLength(1), v.maxLength(400));
const side = v.pipe(v.number(), v.integer(), v.minValue(16), v.maxValue(8192));

const aboutSchema = v.object({
	falsework: v.literal(1),
	schema: v.literal(RECORDING_SCHEMA),
	game: slug,
	profile: profileSchema,
	size: v.object({ width: side, height: side }),
	pixelFormat: v.literal('i420'),
	/** Milliseconds from the first frame to the end. */
	lengthMs: v.pipe(v.number(), v.integer(), v.minValue(1)),
	/** Whose pictures these are. */
	art: v.object({ holder: sentence, licence: sentence, source: sentence }),
	/** Who answered, for people: a model's name, or what stood in for one. */
	teacher: sentence,
	/** True when the answers are a stand-in's, or their prices made up. */
	simulated: v.boolean(),
	/** How it was made, for people. */
	how: sentence,
});
export type RecordingAbout = v.InferOutput<typeof aboutSchema>;

const at = v.pipe(v.number(), v.integer(), v.minValue(0));
const tokens = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000_000));

const truth = v.object({
	screen: slug,
	elements: v.pipe(v.array(v.object({ name: slug, box: v.tuple([v.number(), v.number(), v.number(), v.number()]) })), v.maxLength(200)),
	facts: v.record(v.pipe(v.string(), v.maxLength(64)), factValue),
});

/** Events in the order of `at`, milliseconds since the recording began. */
const eventSchema = v.variant('type', [
	/** What was pressed, as an act of the profile. */
	v.object({ type: v.literal('input'), at, act }),
	/**
	 * What a model answered. Of perception, decision, route and strategy it holds from `at` until the next one of its kind; of quest,
	 * npc and narration it belongs to `key`: the text that was read, or the event's type.
	 */
	v.object({
		type: v.literal('answer'),
		at,
		ask: v.picklist(ASKS),
		key: v.optional(v.pipe(v.string(), v.maxLength(12_000))),
		answer: v.unknown(),
		promptTokens: tokens,
		completionTokens: tokens,
	}),
	/** What is on the picture from here on, known by something other than a model. */
	v.object({ type: v.literal('truth'), at, truth }),
]);
export type RecordingEvent = v.InferOutput<typeof eventSchema>;
export type RecordedAnswer = Extract<RecordingEvent, { type: 'answer' }>;
export type RecordedTruth = v.InferOutput<typeof truth>;

export interface Recording {
	readonly about: RecordingAbout;
	/** `frames.bin`. */
	readonly frames: Uint8Array;
	readonly events: readonly RecordingEvent[];
}

/** The files of a recording. */
export function recordingFiles({ about, frames, events }: Recording): Record<string, Uint8Array> {
	return {
		'recording.json': utf8(`${JSON.stringify(about, null, '\t')}\n`),
		'frames.bin': frames,
		'events.jsonl': utf8(events.map((event) => `${JSON.stringify(event)}\n`).join('')),
	};
}

export type RecordingRead =
	| { readonly ok: true; readonly recording: Recording }
	/** `why` names the file and the line, and is a sentence. */
	| { readonly ok: false; readonly why: string };

/** Reads the files of a recording, which comes from strangers like any pack. */
export function readRecording(files: Readonly<Record<string, Uint8Array>>): RecordingRead {
	const [head, frames, lines] = ['recording.json', 'frames.bin', 'events.jsonl'].map((name) => files[name]);
	for (const [name, bytes] of [
		['recording.json', head],
		['frames.bin', frames],
		['events.jsonl', lines],
	] as const)
		if (bytes === undefined) return { ok: false, why: `The recording lacks its file ${name}.` };
	const [told, text] = [head, lines].map((bytes) => textIn(bytes as Uint8Array));
	if (told === undefined) return { ok: false, why: 'recording.json is not UTF-8.' };
	if (text === undefined) return { ok: false, why: 'events.jsonl is not UTF-8.' };
	const about = readJson(told, aboutSchema);
	if (typeof about === 'string') return { ok: false, why: `recording.json: ${about}.` };
	const events: RecordingEvent[] = [];
	for (const [n, line] of text.split('\n').entries()) {
		if (line === '') continue;
		const event = readJson(line, eventSchema);
		if (typeof event === 'string') return { ok: false, why: `events.jsonl, line ${n + 1}: ${event}.` };
		if (event.at < (events.at(-1)?.at ?? 0)) return { ok: false, why: `events.jsonl, line ${n + 1}: it is earlier than the line before.` };
		if (event.type === 'answer') {
			const fault = faultOfAnswer(event);
			if (fault !== undefined) return { ok: false, why: `events.jsonl, line ${n + 1}: ${fault}.` };
		}
		events.push(event);
	}
	return { ok: true, recording: { about, frames: frames as Uint8Array, events } };
}

function faultOfAnswer({ ask, answer }: RecordedAnswer): string | undefined {
	const read = v.safeParse(answerSchemas[ask], answer);
	return read.success ? undefined : `its answer to ${ask} is none: ${read.issues[0].message}`;
}

function textIn(bytes: Uint8Array): string | undefined {
	try {
		return textOfUtf8(bytes);
	} catch {
		return undefined;
	}
}

function readJson<S extends v.GenericSchema>(text: string, schema: S): v.InferOutput<S> | string {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return 'it is not JSON';
	}
	const odd = oddity(value);
	if (odd !== undefined) return `it ${odd}`;
	const read = v.safeParse(schema, value);
	if (read.success) return read.output;
	const [issue] = read.issues;
	const path = v.getDotPath(issue);
	return `${path === null ? '' : `${path}: `}${issue.message}`;
}

/** What a recorded model says to questions: the answer that held at that moment, or nothing. */
export interface RecordedModel {
	/**
	 * @param atMs  since the recording began: of the frame that the question is about
	 * @param key  of quest, npc and narration
	 */
	answer(ask: (typeof ASKS)[number], atMs: number, key?: string): RecordedAnswer | undefined;
}

const BY_KEY: ReadonlySet<string> = new Set(['quest', 'npc', 'narration', 'moderation']);

export function recordedModel(events: readonly RecordingEvent[]): RecordedModel {
	const byAsk = new Map<string, RecordedAnswer[]>();
	for (const event of events) {
		if (event.type !== 'answer') continue;
		const key = keyOf(event.ask, event.key);
		const before = byAsk.get(key);
		if (before === undefined) byAsk.set(key, [event]);
		else before.push(event);
	}
	/** How often each key was asked: lines about one event are told in their turn. */
	const asked = new Map<string, number>();
	return {
		answer(ask, atMs, key) {
			const of = keyOf(ask, key);
			const answers = byAsk.get(of) ?? [];
			if (!BY_KEY.has(ask)) return answers.findLast((answer) => answer.at <= atMs);
			const turn = asked.get(of) ?? 0;
			asked.set(of, turn + 1);
			return answers[turn % Math.max(1, answers.length)];
		},
	};
}

function keyOf(ask: string, key: string | undefined): string {
	return BY_KEY.has(ask) ? `${ask} ${key ?? ''}` : ask;
}

/** The truth that held at a moment. */
export function truthAt(events: readonly RecordingEvent[], atMs: number): RecordedTruth | undefined {
	const told = events.findLast((event) => event.type === 'truth' && event.at <= atMs);
	return told?.type === 'truth' ? told.truth : undefined;
}
