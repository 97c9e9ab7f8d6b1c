// Model tiers that speak the OpenAI-compatible wire. Each seals its model at once: `settle` is the only way to it.
import { toBase64 } from '../base64.ts';
import { sealModel, type Tier, TierError } from '../../core/cascade.ts';
import type { Cancel, ModelReply, ModelRequest } from '../../core/ports.ts';
import { chatBody, readChat, readModeration } from '../../core/wire.ts';

/** Sends one body to one model server and gives the parsed JSON back. Throws `TierError`. */
export type Post = (body: Record<string, unknown>, signal: AbortSignal) => Promise<unknown>;

/** What the person must have allowed before a request leaves; throws `TierError` with reason `no-consent`. */
export type BeforeSend = (request: ModelRequest, bytes: number) => Promise<void>;

export interface ChatTierOptions extends Omit<Tier, 'model' | 'modelName'> {
	/** The model's name as the server knows it. */
	readonly modelName: string;
	readonly post: Post;
	readonly beforeSend?: BeforeSend;
}

export function makeChatTier(options: ChatTierOptions): Tier {
	const { modelName, post, beforeSend, ...tier } = options;
	return {
		...tier,
		modelName,
		model: sealModel(async (request, cancel) => {
			const dataUrl = request.png === undefined ? undefined : `data:image/png;base64,${toBase64(request.png)}`;
			await beforeSend?.(request, request.png?.byteLength ?? 0);
			return await posted(tier, request, cancel, async (signal) => readChat(await post(chatBody(modelName, request, dataUrl), signal)));
		}),
	};
}

/** A tier that judges texts at `POST {base}/moderations`, and does nothing else. */
export function makeModerationTier(options: ChatTierOptions): Tier {
	const { modelName, post, beforeSend, ...tier } = options;
	return {
		...tier,
		modelName,
		model: sealModel(async (request, cancel) => {
			if (request.ask !== 'moderation') throw new TierError('tier-failed', `${tier.label} judges texts and answers nothing else.`);
			const { texts } = (request as ModelRequest<'moderation'>).question;
			await beforeSend?.(request, 0);
			return await posted(tier, request, cancel, async (signal) => readModeration(await post({ model: modelName, input: texts }, signal)));
		}),
	};
}

/** One post within its time, whatever goes wrong as a `TierError`. */
async function posted(
	tier: Pick<Tier, 'label' | 'budgetMs'>,
	request: ModelRequest,
	cancel: Cancel,
	post: (signal: AbortSignal) => Promise<ModelReply | string>,
): Promise<ModelReply> {
	const withinMs = Math.min(tier.budgetMs, request.withinMs ?? Infinity);
	const { signal, done } = withDeadline(cancel, withinMs);
	try {
		const reply = await post(signal);
		if (typeof reply === 'string') throw new TierError('tier-failed', `${tier.label}: ${reply}.`);
		return reply;
	} catch (error) {
		if (error instanceof TierError) throw error;
		if (cancel.aborted) throw new TierError('cancelled', `${tier.label}: the question was taken back.`);
		if (signal.aborted) throw new TierError('timed-out', `${tier.label} did not answer within ${withinMs} ms.`);
		throw new TierError('tier-failed', `${tier.label}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
	} finally {
		done();
	}
}

/** An `AbortSignal` that follows the core's cancel and a deadline. */
function withDeadline(cancel: Cancel, budgetMs: number): { signal: AbortSignal; done: () => void } {
	const controller = new AbortController();
	const abort = () => controller.abort();
	const timer = setTimeout(abort, budgetMs);
	if (cancel.aborted) abort();
	cancel.addEventListener('abort', abort);
	return {
		signal: controller.signal,
		done: () => {
			clearTimeout(timer);
			cancel.removeEventListener('abort', abort);
		},
	};
}

/** Posts straight from the page, for a static host without a companion. The server must speak CORS. */
export function makeDirectPost(base: string, key: string, route: 'chat/completions' | 'moderations' = 'chat/completions'): Post {
	const url = `${base.replace(/\/+$/, '')}/${route}`;
	return async (body, signal) => {
		const response = await fetch(url, {
			method: 'POST',
			headers: { 'content-type': 'application/json', ...(key === '' ? {} : { authorization: `Bearer ${key}` }) },
			body: JSON.stringify(body),
			redirect: 'error',
			signal,
		});
		const text = await readBounded(response, 256 * 1024);
		if (!response.ok) throw new TierError('tier-failed', `${new URL(url).host} answered ${response.status}: ${text.slice(0, 200)}`);
		return JSON.parse(text) as unknown;
	};
}

/** The body as text, given up with an error once it is longer than `limit` bytes. */
async function readBounded(response: Response, limit: number): Promise<string> {
	const reader = response.body?.getReader();
	if (reader === undefined) return '';
	const decoder = new TextDecoder();
	let text = '';
	let size = 0;
	for (;;) {
		const { done, value } = await reader.read();
		if (done) return text + decoder.decode();
		size += value.byteLength;
		if (size > limit) {
			await reader.cancel();
			throw new TierError('tier-failed', `The answer is longer than ${limit} bytes.`);
		}
		text += decoder.decode(value, { stream: true });
	}
}
