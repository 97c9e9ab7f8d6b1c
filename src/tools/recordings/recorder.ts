// Makes a recording while something is played: keeps each picture that differs, asks whoever stands in for a model about every look
// at the game, and notes truth, answers and input where they change.
import { evaluate, parseExpression } from '../../core/facts/expression.ts';
import { conditionsOffered, makeFactTable } from '../../core/facts/snapshot.ts';
import type { Box, Size } from '../../core/geometry.ts';
import { makeEvents } from '../../core/loop/events.ts';
import { makeFrame, makeFrameBuffers, type PixelFormat } from '../../core/perception/pixels.ts';
import type { Profile } from '../../core/profile.ts';
import {
	type Act,
	type Answers,
	answerSchemas,
	type DecisionAnswer,
	type Facts,
	type FactValue,
	type LiveAsk,
	type PerceptionAnswer,
	questionHead,
	type Questions,
} from '../../core/question.ts';
import { makeFrameWriter, pictureOf } from '../../core/recording/frames.ts';
import {
	RECORDING_SCHEMA,
	type Recording,
	type RecordedTruth,
	type RecordingEvent,
	recordingFiles,
} from '../../core/recording/recording.ts';
import { chatBody, INSTRUCTIONS, readChat } from '../../core/wire.ts';
import { zip } from '../../adapters/zip.ts';
import { parse } from 'valibot';

export { readProfile } from '../../core/profile.ts';

export interface RecorderOptions {
	readonly profile: Profile;
	readonly size: Size;
	/** Who answers: takes the body of a chat request, and gives the body of the reply. */
	readonly teacher: (body: Record<string, unknown>) => unknown;
	/** Who that is. */
	readonly model: string;
	/** Asks the teacher answers; the others are not put to it. */
	readonly asks: readonly LiveAsk[];
}
/** One look at the game. */
export interface Look {
	/** Milliseconds since the recording began. */
	readonly at: number;
	/** What the frame's source calls it. */
	readonly id: string;
	/** Four bytes a pixel, rows without padding. */
	readonly pixels: Uint8Array;
	readonly format: PixelFormat;
	/** The same as a data URL, for a teacher that looks at pictures. */
	readonly url: string;
	readonly truth: RecordedTruth;
	/** Facts of the loop's own that the teacher's decisions rest on, such as `last.verb`. */
	readonly own?: Facts;
}
export interface Recorder {
	/** @returns what the teacher says of it @throws when the teacher does not answer, or not in the form that is asked for */
	look(look: Look): { readonly perception: PerceptionAnswer; readonly decision: DecisionAnswer };
	/** What is pressed now. */
	press(at: number, act: Act): void;
	/** The file. */
	finish(about: Pick<Recording['about'], 'lengthMs' | 'art' | 'simulated' | 'how'>): Uint8Array;
}

/** A picture that stands still is kept this often. */
const STILL_MS = 1000;

export function makeRecorder({ profile, size, teacher, model, asks }: RecorderOptions): Recorder {
	const writer = makeFrameWriter(size);
	const buffers = makeFrameBuffers();
	const pieces: Uint8Array[] = [];
	const log: RecordingEvent[] = [];
	const conditions = conditionsOffered(makeFactTable(profile));
	const actions = profile.actions.map(({ verb, args, does }) => ({ verb, does, ...(args === undefined ? {} : { args }) }));
	const told = makeEvents(profile, (type, { facts }) => valueOf(profile.narration?.on?.[type] ?? '', facts, []) === true);
	/** By ask and key: what was answered last, or every line of a type of event. */
	const before = new Map<string, string>();
	const names = { seen: new Set<string>(), people: new Set<string>(), places: new Set<string>(), quests: new Set<string>() };
	const lines: string[] = [];
	let keptAt = -Infinity;
	let kept: Uint8Array | undefined;
	let truthNow = '';
	let ticks = 0;

	function ask<A extends LiveAsk>(
		what: A,
		at: number,
		question: Questions[A],
		{ key, url }: { key?: string; url?: string } = {},
	): Answers[A] {
		const reply = readChat(teacher(chatBody(model, { ask: what, instruction: INSTRUCTIONS[what], question }, url)));
		if (typeof reply === 'string') throw new Error(`The teacher of "${profile.id}" did not answer ${what} at ${at} ms: ${reply}`);
		const answer = parse(answerSchemas[what], JSON.parse(reply.text)) as Answers[A];
		// A line is told again when its event comes again; all else holds until it changes.
		const place = what === 'narration' ? `${what} ${key} ${reply.text}` : `${what} ${key ?? ''}`;
		if (before.get(place) !== reply.text) {
			before.set(place, reply.text);
			const { promptTokens, completionTokens } = reply;
			log.push({ type: 'answer', at, ask: what, ...(key === undefined ? {} : { key }), answer, promptTokens, completionTokens });
		}
		return answer;
	}

	function keep({ at, id, pixels, format }: Look): void {
		if (kept !== undefined && at - keptAt < STILL_MS && same(kept, pixels)) return;
		const planes = [{ offset: 0, stride: size.width * 4 }];
		const frame = makeFrame({ ...size, format, data: pixels, planes }, id, at, buffers);
		pieces.push(writer.add({ at, picture: pictureOf(frame) }).slice());
		kept = pixels.slice();
		keptAt = at;
	}

	return {
		look(look) {
			const { at, url, own = {} } = look;
			keep(look);
			const text = JSON.stringify(look.truth);
			if (text !== truthNow) log.push({ type: 'truth', at, truth: look.truth });
			truthNow = text;

			const head = <A extends LiveAsk>(what: A) => questionHead(what, profile.id, ticks, { id: look.id, ...size });
			ticks++;
			const wanted = profile.facts.filter(({ from }) => from === undefined);
			const perception = ask('perception', at, { ...head('perception'), facts: wanted, known: [] }, { url });
			const facts = { ...Object.fromEntries(perception.facts.map(({ name, value }) => [name, value])) } as Record<string, FactValue>;
			for (const { name, from } of profile.facts) {
				const value = from === undefined ? undefined : valueOf(from, facts, perception.elements);
				if (value !== undefined) facts[name] = value;
			}
			for (const { name } of perception.elements) names.seen.add(name);
			const elements = [...new Set(perception.elements.map(({ name }) => name))];
			const { screen } = perception;
			const offered: Facts = {
				screen,
				...facts,
				...Object.fromEntries([...names.seen].map((name) => [`sees.${name}`, elements.includes(name)])),
				...own,
			};
			const { goal } = profile;
			if (ticks === 1) ask('strategy', at, { ...head('strategy'), screen, facts: offered, conditions, goal, actions, last: '' });
			const decision = ask('decision', at, { ...head('decision'), screen, facts: offered, elements, goal, actions, recent: [], cases: [] });
			for (const { name, tells, speaker } of profile.facts) {
				const said = facts[name];
				if (typeof said !== 'string' || said === '' || tells === undefined) continue;
				if (tells === 'place') names.places.add(said);
				if (tells === 'place' || before.has(`quest ${said}`)) continue;
				const who = speaker === undefined ? undefined : facts[speaker];
				if (typeof who === 'string') names.people.add(who);
				if (asks.includes('quest')) {
					const known = { quests: [...names.quests], people: [...names.people], places: [...names.places] };
					const by = typeof who === 'string' ? { speaker: who } : {};
					const { quest } = ask('quest', at, { ...head('quest'), text: said, ...by, facts: offered, conditions, known }, { key: said });
					if (quest !== '') names.quests.add(quest);
				}
				if (asks.includes('npc') && typeof who === 'string')
					ask('npc', at, { ...head('npc'), name: who, text: said, facts: offered }, { key: said });
			}
			for (const event of told.find({ screen, facts })) {
				const { line } = ask(
					'narration',
					at,
					{ ...head('narration'), event, persona: profile.narration?.persona ?? '', recent: lines.slice(-8) },
					{ key: event.type },
				);
				lines.push(line);
			}
			return { perception, decision };
		},
		press(at, act) {
			log.push({ type: 'input', at, act });
		},
		finish(about) {
			const frames = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
			let to = 0;
			for (const piece of pieces) {
				frames.set(piece, to);
				to += piece.length;
			}
			const whole: Recording['about'] = {
				falsework: 1,
				schema: RECORDING_SCHEMA,
				game: profile.id,
				profile,
				size,
				pixelFormat: 'i420',
				teacher: model,
				...about,
			};
			return zip(recordingFiles({ about: whole, frames, events: log }));
		},
	};
}

/** What an expression of the profile comes to at one look: nothing is known of before. */
function valueOf(
	expression: string,
	facts: Facts,
	elements: readonly { readonly name: string; readonly box: Box }[],
): FactValue | undefined {
	const parsed = parseExpression(expression);
	if (!parsed.ok) return undefined;
	const instances = new Map<string, Box[]>();
	for (const name of namesIn(expression))
		instances.set(
			name,
			elements.filter((e) => e.name === name).map(({ box }) => box),
		);
	return evaluate(parsed.expr, {
		facts: new Map(Object.entries(facts)),
		instances,
		history: { valueAt: () => undefined, changedAt: () => undefined },
		now: 0,
	});
}

/** Every word of an expression, names of elements among them: what is in no picture was looked for all the same. */
function namesIn(expression: string): readonly string[] {
	return expression.match(/[a-z][a-z0-9-]*/g) ?? [];
}

function same(a: Uint8Array, b: Uint8Array): boolean {
	if (a.length !== b.length) return false;
	for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
	return true;
}
