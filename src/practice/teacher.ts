// The scripted teacher: the practice game answering for a model, on a model's wire (contracts.md §2). Perception comes from the
// frame's own state; decisions come from the question alone (policy.ts). It is a stand-in, and says so in its model's name.
import { type Box, contains } from '../core/geometry.ts';
import type {
	DecisionAnswer,
	DecisionQuestion,
	NarrationAnswer,
	NarrationQuestion,
	NpcAnswer,
	NpcQuestion,
	PerceptionAnswer,
	PerceptionQuestion,
	QuestAnswer,
	QuestQuestion,
	StrategyAnswer,
	StrategyQuestion,
} from '../core/question.ts';
import { scaled, worldBox } from './layout.ts';
import { narrate } from './lines.ts';
import { plan } from './plan.ts';
import { decide } from './policy.ts';
import { judge, readQuest } from './reading.ts';
import { routeOfRooms } from './routes.ts';
import { FACT_ELEMENTS, truthOf } from './truth.ts';
import { nextStep, type RouteAsked, routeOf, type WaypointTold } from './warren/guide.ts';
import { decodeState } from './view.ts';

export const TEACHER_MODEL = 'practice-teacher (scripted)';

/** An HTTP reply before it is written: `body` is to be sent as JSON. */
export interface TeacherReply {
	readonly status: number;
	readonly body: object;
	readonly headers?: Readonly<Record<string, string>>;
}

/** Answers `POST {base}/chat/completions`. Bad requests are 400 with an OpenAI-style error; it never throws. */
export function answerChat(body: unknown): TeacherReply {
	try {
		const request = readRequest(body);
		if ('fault' in request) return errorReply(400, 'invalid_request_error', request.fault);
		const answer = answerQuestion(request.question);
		if ('fault' in answer) return errorReply(400, 'invalid_request_error', answer.fault);
		return chatReply(JSON.stringify(answer.answer), request.textLength, request.hasPicture);
	} catch (error) {
		// Whatever a stranger's request did to us is the request's fault on this wire, and the caller's second try or miss.
		return errorReply(400, 'invalid_request_error', `cannot read this request: ${error instanceof Error ? error.message : String(error)}`);
	}
}

export function errorReply(status: number, type: string, message: string, headers?: Readonly<Record<string, string>>): TeacherReply {
	const body = { error: { message, type, param: null, code: null } };
	return headers ? { status, body, headers } : { status, body };
}

/** A chat completion with `content` as the model's text; token counts are estimates of what a real model would report. */
export function chatReply(content: string, promptLength: number, hasPicture: boolean): TeacherReply {
	// Some 4 characters a token in English; 765 tokens is what a common vision model charges for a picture of this size.
	const prompt = 300 + Math.ceil(promptLength / 4) + (hasPicture ? 765 : 0);
	const completion = Math.ceil(content.length / 4);
	return {
		status: 200,
		body: {
			id: 'chatcmpl-practice',
			object: 'chat.completion',
			created: 0,
			model: TEACHER_MODEL,
			choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
			usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
		},
	};
}

type Loose = Readonly<Record<string, unknown>>;
type Request = { readonly question: Loose; readonly textLength: number; readonly hasPicture: boolean } | { readonly fault: string };

function readRequest(body: unknown): Request {
	if (!isRecord(body) || !Array.isArray(body.messages)) return { fault: 'the body needs "messages"' };
	const user = body.messages.findLast((m: unknown) => isRecord(m) && m.role === 'user') as Loose | undefined;
	if (!user) return { fault: 'there is no user message' };
	const parts: readonly unknown[] = Array.isArray(user.content) ? user.content : [];
	const texts = parts.filter((p): p is Loose & { text: string } => isRecord(p) && p.type === 'text' && typeof p.text === 'string');
	const json = texts[1]?.text;
	if (json === undefined) return { fault: 'the user message needs the question as JSON in its second text part' };
	let question: unknown;
	try {
		question = JSON.parse(json);
	} catch {
		return { fault: 'the second text part is not JSON' };
	}
	if (!isRecord(question) || question.falsework !== 1) return { fault: 'the question is not "falsework": 1' };
	const hasPicture = parts.some((p) => isRecord(p) && p.type === 'image_url');
	return { question, textLength: texts.reduce((sum, t) => sum + t.text.length, 0), hasPicture };
}

type Answered =
	| {
			readonly answer:
				| PerceptionAnswer
				| DecisionAnswer
				| StrategyAnswer
				| NarrationAnswer
				| QuestAnswer
				| NpcAnswer
				| { readonly waypoints: readonly WaypointTold[] };
	  }
	| { readonly fault: string };

/** What was on the frame that a question is about, as far as its id tells. */
function stateOf(frame: unknown): ReturnType<typeof decodeState> {
	return isRecord(frame) && typeof frame.id === 'string' ? decodeState(frame.id) : undefined;
}

function answerQuestion(q: Loose): Answered {
	const frame = q.frame;
	if (q.ask === 'perception') {
		if (!isRecord(frame) || typeof frame.id !== 'string') return { fault: 'perception needs frame.id' };
		const question = { ...q, facts: Array.isArray(q.facts) ? q.facts : [] } as unknown as PerceptionQuestion;
		return { answer: lie(frame.id, typeof q.tick === 'number' ? q.tick : 0, perceive(question)) };
	}
	if (q.ask === 'decision') {
		if (typeof q.screen !== 'string' || !isRecord(q.facts)) return { fault: 'a decision needs "screen" and "facts"' };
		const names = Array.isArray(q.elements) ? q.elements.filter((e) => typeof e === 'string') : [];
		const actions = Array.isArray(q.actions) ? q.actions.filter((a) => isRecord(a) && typeof a.verb === 'string') : [];
		const recent = Array.isArray(q.recent) ? q.recent.filter((r) => isRecord(r) && isRecord(r.act)) : [];
		const width = isRecord(frame) && typeof frame.width === 'number' ? frame.width : 960;
		const tick = typeof q.tick === 'number' ? Math.abs(Math.trunc(q.tick)) : 0;
		const state = stateOf(frame);
		const warren = state?.view.warren;
		return {
			answer: decide(
				{
					...q,
					elements: names,
					actions,
					recent,
					tick,
					frame: { ...(isRecord(frame) ? frame : {}), width },
				} as unknown as DecisionQuestion,
				warren && state ? () => nextStep(state.view, warren, state.options, tick) : undefined,
			),
		};
	}
	if (q.ask === 'route') {
		const state = stateOf(frame);
		if (!state) return { fault: 'a route is told by the id of a frame' };
		if (typeof q.from !== 'string' || typeof q.to !== 'string' || !Array.isArray(q.places))
			return { fault: 'a route needs "from", "to" and "places"' };
		const places = q.places.filter((p) => isRecord(p) && typeof p.name === 'string' && typeof p.x === 'number' && typeof p.y === 'number');
		const asked = { from: q.from, to: q.to, places } as RouteAsked;
		const waypoints = state.view.warren ? routeOf(asked, state.view.warren, state.options) : routeOfRooms(asked, state.view, state.options);
		return waypoints ? { answer: { waypoints } } : { fault: `no room is called ${JSON.stringify(q.to)}` };
	}
	if (q.ask === 'strategy') {
		const conditions = Array.isArray(q.conditions) ? q.conditions.filter((c) => isRecord(c) && typeof c.f === 'string') : [];
		const actions = Array.isArray(q.actions) ? q.actions.filter((a) => isRecord(a) && typeof a.verb === 'string') : [];
		return { answer: plan({ ...q, conditions, actions } as unknown as StrategyQuestion) };
	}
	if (q.ask === 'narration') {
		if (!isRecord(q.event) || typeof q.event.type !== 'string') return { fault: 'narration needs event.type' };
		const recent = Array.isArray(q.recent) ? q.recent : [];
		return { answer: narrate({ ...q, recent, tick: typeof q.tick === 'number' ? q.tick : 0 } as unknown as NarrationQuestion) };
	}
	if (q.ask === 'quest') {
		if (typeof q.text !== 'string') return { fault: 'a quest needs "text"' };
		const conditions = Array.isArray(q.conditions) ? q.conditions.filter((c) => isRecord(c) && typeof c.f === 'string') : [];
		const known = isRecord(q.known) ? q.known : {};
		const names = (of: unknown): unknown[] => (Array.isArray(of) ? of.filter((name) => typeof name === 'string') : []);
		return {
			answer: readQuest({
				...q,
				conditions,
				known: { quests: names(known.quests), people: names(known.people), places: names(known.places) },
			} as unknown as QuestQuestion),
		};
	}
	if (q.ask === 'npc') {
		if (typeof q.name !== 'string' || typeof q.text !== 'string') return { fault: 'npc needs "name" and "text"' };
		return { answer: judge(q as unknown as NpcQuestion) };
	}
	return { fault: `this teacher does not answer "${String(q.ask)}"` };
}

/** How far a lie puts each box from its place, pixels to the right and down. */
const LIE_PX = 20;

/** Spoils the answer when the game's options ask for lies; which answers are lies depends on the frame's id and the question's tick. */
function lie(id: string, tick: number, answer: PerceptionAnswer): PerceptionAnswer {
	const lies = decodeState(id)?.options.lies ?? 0;
	let hash = 0x811c9dc5 ^ Math.imul(tick, 0x9e3779b1);
	for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
	hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
	if ((hash >>> 8) / 2 ** 24 >= lies) return answer;
	const { elements } = answer;
	return {
		...answer,
		elements:
			(hash & 1) === 0
				? elements.map((e) => ({ ...e, box: [e.box[0] + LIE_PX, e.box[1] + LIE_PX, e.box[2], e.box[3]] as const }))
				: elements.map((e, i) => ({ ...e, name: (elements[(i + 1) % elements.length] as typeof e).name })),
	};
}

/** True boxes of the frame, or of the part of it that was sent; `unknown` when the frame's id is not the practice game's. */
export function perceive(question: PerceptionQuestion): PerceptionAnswer {
	const state = decodeState(question.frame.id);
	if (!state) return { screen: 'unknown', elements: [], facts: [] };
	const truth = truthOf(state.view, state.options);
	const { roi } = question.frame;
	const inSight = (box: Box): boolean => !roi || contains(roi, box);
	const [dx, dy] = roi ?? [0, 0];
	const elements = truth.elements.filter((e) => inSight(e.box));
	const sent = new Set(elements.map((e) => e.name));
	const world = scaled(worldBox(state.options.hud), state.options.scale);
	const wanted = new Map(question.facts.filter((f) => f.from === undefined).map((f) => [f.name, f]));
	const facts = Object.entries(truth.facts).flatMap(([name, value]) => {
		const element = FACT_ELEMENTS[name] as string;
		if (wanted.size > 0 && !wanted.has(name)) return [];
		// A count is known only to who sees the whole place where the counted may be.
		const seen = typeof value === 'number' && (name === 'rats' || name === 'slimes') ? inSight(world) : sent.has(element);
		if (!seen) return [];
		const here = Array.isArray(value) ? ([value[0] - dx, value[1] - dy] as [number, number]) : value;
		return [{ name, value: here, element }];
	});
	return {
		screen: truth.screen,
		elements: elements.map(({ name, kind, box: [x, y, w, h], text, stable }) => ({
			name,
			kind,
			box: [x - dx, y - dy, w, h],
			stable,
			...(text === undefined ? {} : { text }),
		})),
		facts,
	};
}

function isRecord(value: unknown): value is Loose {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
