// A recording played back through the very core of the page, on the recording's own clock: the same input gives the same ledger, to
// the byte. What is decided cannot change what is seen, so an act counts as carried out where the recording holds the same one, and is
// refused where the recording went another way.
import { makeBestEngine } from '../../adapters/engine.ts';
import type { Words } from '../../core/moderation/words.ts';
import { makeCascade, type Tier } from '../../core/cascade.ts';
import type { Crystal, Scope, StateChange } from '../../core/crystals/crystal.ts';
import type { Box } from '../../core/geometry.ts';
import { actKey } from '../../core/crystals/rule/apply.ts';
import { layoutText } from '../../core/layout/placement.ts';
import { type LedgerEntry, makeLedger } from '../../core/ledger.ts';
import { makeEyes } from '../../core/loop/eyes.ts';
import { hasFolk } from '../../core/loop/folk.ts';
import { makeLoop } from '../../core/loop/loop.ts';
import { makeMind } from '../../core/loop/mind.ts';
import { makeVoice } from '../../core/loop/voice.ts';
import { makeGate } from '../../core/moderation/gate.ts';
import { makeMosaic } from '../../core/navigation/mosaic.ts';
import { makeNavigator } from '../../core/navigation/navigator.ts';
import type { Frame, InputDriver, Random, TextReader } from '../../core/ports.ts';
import type { Act } from '../../core/question.ts';
import type { Tuning } from '../../core/reasoning/tuning.ts';
import { frameOf, readFrames } from '../../core/recording/frames.ts';
import { type Recording, truthAt } from '../../core/recording/recording.ts';
import { makeReport, type Report, ticksJsonl } from '../../core/report.ts';
import { INSTRUCTIONS } from '../../core/wire.ts';

export interface ReplayOptions {
	readonly recording: Recording;
	/** Who is asked; nobody when empty. */
	readonly tiers: (frameMs: () => number) => readonly Tier[];
	readonly reader: TextReader;
	readonly words: Words;
	readonly png: (frame: Frame) => Promise<Uint8Array>;
	readonly random: Random;
	/** Known before the first frame. */
	readonly crystals?: readonly Crystal[];
	/** Of the decision learner, what differs from the values of play. */
	readonly tuning?: Partial<Tuning>;
	/** How often the recording is played, one after the other as one session; once unless given. */
	readonly laps?: number;
	/** Sentences for the report. */
	readonly notes?: readonly string[];
}
export interface Replayed {
	readonly report: Report;
	readonly ledger: readonly LedgerEntry[];
	/** `ticks.jsonl`. */
	readonly ticks: string;
	readonly crystals: readonly Crystal[];
}

/** When a replay seems to begin: no replay says the time of day. */
const EPOCH = Date.UTC(2026, 0, 1);
/** Between two laps. */
const LAP_GAP_MS = 2000;
/** What is decided now was pressed in the recording this much earlier or later. */
const SAME_ACT_MS = 1500;
/** Turns of the event loop in which a question is answered. Answers are at hand: more of them means that something waits for ever. */
const TURNS_MOST = 10_000;

/** @throws RangeError where the frames are damaged; Error when a question is never settled */
export async function replay(o: ReplayOptions): Promise<Replayed> {
	const { about, frames, events } = o.recording;
	const { profile, size } = about;
	let now = 0;
	let inRecording = 0;
	const clock = { now: () => EPOCH + now, monotonic: () => now };
	const session = `${profile.id}-replay`;
	const entries: LedgerEntry[] = [];
	const ledger = makeLedger({ session, next: 1, now: clock.now, persist: (entry) => void entries.push(entry) });
	const crystals = new Map(o.crystals?.map((crystal) => [crystal.id, crystal]));
	const scope: Scope = {
		game: profile.id,
		gameVersion: profile.gameVersion ?? 'any',
		language: profile.language,
		layout: layoutText({ ...size, ui: 1 }),
	};
	let made = 0;
	const desk = {
		scope,
		profile,
		crystals,
		clock,
		session,
		newId: (kind: string) => `${kind}-${made++}`,
		save: (crystal: Crystal) => void crystals.set(crystal.id, crystal),
		changed(crystal: Crystal, { from, to, why }: StateChange) {
			ledger.append({ type: 'state', crystal: crystal.id, kind: crystal.kind, name: crystal.name, from, to, why });
		},
	};
	const cancel = new AbortController().signal;
	const tiers = o.tiers(() => inRecording);
	const mind = makeMind({ ...desk, random: o.random, ...(o.tuning === undefined ? {} : { tuning: o.tuning }) });
	const reader = counted(o.reader);
	const cascade = makeCascade({ ledger, clock, tiers: () => tiers, instructions: INSTRUCTIONS });
	const inputs = events.flatMap((event) => (event.type === 'input' ? [event] : []));
	let wanted: Act | undefined;
	const driver: InputDriver = {
		kind: 'companion',
		act() {
			const key = wanted === undefined ? '' : actKey(wanted);
			const same = inputs.some(({ at, act }) => Math.abs(at - inRecording) <= SAME_ACT_MS && actKey(act) === key);
			return Promise.resolve(same ? { done: true } : { done: false, reason: 'failed', detail: 'the recording went another way' });
		},
		releaseAll: () => Promise.resolve(),
	};
	let ticks = 0;
	const ground = profile.scrolls ?? profile.world;
	const world = ground === undefined ? {} : { world: ground as Box };
	const loop = makeLoop({
		profile,
		clock,
		ledger,
		cascade,
		eyes: makeEyes({ ...desk, reader, matcher: makeBestEngine(), random: o.random }),
		mind,
		voice: makeVoice({ ...desk, random: o.random }),
		gate: makeGate({ ...desk, cascade, words: o.words, endpoint: () => false, tick: () => ticks, cancel }),
		planner: mind.planner,
		navigator: makeNavigator({ ...desk, random: o.random, mosaic: makeMosaic(), ...world }),
		...(hasFolk(profile) ? { folk: mind.folk } : {}),
		driver,
		png: o.png,
		cancel,
		onIntent: (intent) => {
			wanted = intent?.act;
		},
		...(events.some(({ type }) => type === 'truth') ? { truth: () => truthAt(events, inRecording) } : {}),
	});

	const skills = () => [...crystals.values()].filter(({ kind, state }) => kind === 'skill' && state === 'autonomous').length;
	const told = { type: 'session', game: profile.id, detail: 'a recording played back' } as const;
	ledger.append({ ...told, event: 'started', playedMs: 0, skills: skills() });
	for (let lap = 0; lap < (o.laps ?? 1); lap++) {
		const from = now;
		for (const { at, picture } of readFrames(frames, size)) {
			now = from + at;
			inRecording = at;
			// The planes are the reader's: whoever holds a frame for longer copies it, as with a captured one.
			await loop.tick(frameOf(picture, `${lap}.${at}`, now));
			ticks++;
			await settled(() => loop.asking.length === 0 && reader.waiting === 0);
		}
		now = from + about.lengthMs + LAP_GAP_MS;
	}
	ledger.append({ ...told, event: 'ended', playedMs: now });
	const report = makeReport({
		entries,
		crystals: [...crystals.values()],
		unclear: mind.requests(),
		profile,
		session: { id: session, startedAt: EPOCH, endedAt: clock.now(), endedBy: 'the recording ended' },
		notes: [`Played back from a recording: ${about.how}`, `${about.teacher} answered.`, ...(o.notes ?? [])],
	});
	return { report, ledger: entries, ticks: ticksJsonl(entries), crystals: [...crystals.values()] };
}

/** Counts what is being read, so that nobody looks on before it has been. */
function counted(reader: TextReader): TextReader & { readonly waiting: number } {
	let waiting = 0;
	return {
		get waiting() {
			return waiting;
		},
		async readLine(...asked) {
			waiting++;
			try {
				return await reader.readLine(...asked);
			} finally {
				waiting--;
			}
		},
	};
}

async function settled(isSo: () => boolean): Promise<void> {
	// What was settled is taken up in the turn after.
	for (let turn = 0, calm = 0; calm < 2; turn++) {
		if (turn === TURNS_MOST) throw new Error('A question of the replay is never settled.');
		await new Promise((resolve) => setTimeout(resolve));
		calm = isSo() ? calm + 1 : 0;
	}
}
