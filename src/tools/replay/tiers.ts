// Who is asked in a replay: the answers of the recording, or a server.
import { makeChatTier } from '../../adapters/tiers/chat.ts';
import { type Tier, TierError } from '../../core/cascade.ts';
import { type LiveAsk, answerSchemas } from '../../core/question.ts';
import { type Recording, recordedModel } from '../../core/recording/recording.ts';

const ALL: ReadonlySet<LiveAsk> = new Set(Object.keys(answerSchemas) as LiveAsk[]);
/** Made up, in the order of a small vision model's. */
const SIMULATED_PRICE = { inPerM: 0.15, outPerM: 0.6 };

/** The answers that were recorded, on the wire of a model. What was never answered then is a miss now. */
export function recordedTier({ about, events }: Recording, frameMs: () => number): Tier {
	const model = recordedModel(events);
	return makeChatTier({
		id: 'recorded',
		name: 'local',
		label: `the answers of the recording (${about.teacher})`,
		asks: new Set([...ALL].filter((ask) => events.some((event) => event.type === 'answer' && event.ask === ask))),
		budgetMs: 60_000,
		simulated: true,
		price: SIMULATED_PRICE,
		boxFormat: 'pixels',
		modelName: 'recorded',
		post: (body) => {
			const question = questionOf(body);
			const told = model.answer(question.ask, frameMs(), keyOf(question));
			if (told === undefined) throw new TierError('tier-failed', `The recording holds no answer to ${question.ask} here.`);
			return Promise.resolve({
				model: 'recorded',
				choices: [{ message: { role: 'assistant', content: JSON.stringify(told.answer) } }],
				usage: { prompt_tokens: told.promptTokens, completion_tokens: told.completionTokens },
			});
		},
	});
}

/** A server that speaks the wire. @param base  ends before `/chat/completions` */
export function serverTier(base: string, modelName: string): Tier {
	return makeChatTier({
		id: 'server',
		name: 'local',
		label: `${modelName} at ${base}`,
		asks: ALL,
		budgetMs: 120_000,
		simulated: false,
		price: { inPerM: 0, outPerM: 0 },
		boxFormat: 'pixels',
		modelName,
		post: async (body, signal) => {
			const reply = await fetch(`${base.replace(/\/$/, '')}/chat/completions`, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify(body),
				signal,
			});
			if (!reply.ok) throw new TierError('tier-failed', `${base} answered ${reply.status}.`);
			return await reply.json();
		},
	});
}

interface Asked {
	readonly ask: LiveAsk;
	readonly text?: string;
	readonly event?: { readonly type: string };
}
function questionOf(body: Record<string, unknown>): Asked {
	const messages = body.messages as readonly { readonly role: string; readonly content: readonly { readonly text?: string }[] }[];
	return JSON.parse(messages.find(({ role }) => role === 'user')?.content[1]?.text ?? '') as Asked;
}
const keyOf = ({ ask, text, event }: Asked): string | undefined => (ask === 'narration' ? event?.type : text);
