// Teachers that go wrong in the ways models and servers do, for the tests of everybody who asks.
import { answerChat, errorReply, type TeacherReply } from './teacher.ts';

export const FAULTS = ['slow', '429', '500', 'half-json', 'boxes-outside', 'unknown-verb', 'shifted', 'swapped-names'] as const;
export type Fault = (typeof FAULTS)[number];

export interface FaultSettings {
	/** How long `slow` waits before it answers. */
	readonly ms?: number;
	/** How far `shifted` moves each box, in pixels to the right and down. */
	readonly by?: number;
}

/** A handler in place of `answerChat` that has one fault; what the fault does not touch is answered well. */
export function makeFaulty(fault: Fault, { ms = 30_000, by = 9 }: FaultSettings = {}): (body: unknown) => Promise<TeacherReply> {
	return async (body) => {
		if (fault === '429') return errorReply(429, 'rate_limit_error', 'too many requests, try again in 1 s', { 'retry-after': '1' });
		if (fault === '500') return errorReply(500, 'server_error', 'the server had an error');
		if (fault === 'slow') await new Promise((resolve) => setTimeout(resolve, ms));
		const reply = answerChat(body);
		return reply.status === 200 ? withContent(reply, (text) => spoil(fault, text, by)) : reply;
	};
}

function spoil(fault: Fault, text: string, by: number): string {
	if (fault === 'half-json') return text.slice(0, Math.floor(text.length / 2));
	const answer = JSON.parse(text) as { elements?: { name: string; box: number[] }[]; act?: { verb: string } };
	if (fault === 'unknown-verb' && answer.act) answer.act.verb = 'teleport';
	const elements = answer.elements ?? [];
	if (fault === 'boxes-outside') for (const e of elements) e.box[0] = (e.box[0] ?? 0) + 100_000;
	if (fault === 'shifted') for (const e of elements) e.box = e.box.map((n, i) => (i < 2 ? n + by : n));
	if (fault === 'swapped-names') {
		const names = elements.map((e) => e.name);
		elements.forEach((e, i) => {
			e.name = names[(i + 1) % names.length] as string;
		});
	}
	return JSON.stringify(answer);
}

function withContent(reply: TeacherReply, change: (content: string) => string): TeacherReply {
	const body = structuredClone(reply.body) as { choices: { message: { content: string } }[] };
	for (const choice of body.choices) choice.message.content = change(choice.message.content);
	return { ...reply, body };
}
