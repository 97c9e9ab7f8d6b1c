// The network as `fetch` sees it: the companion's HTTP door for the page, and the model server for the companion.
import type { Random } from '../../core/ports.ts';
import { answer, type Game } from './game.ts';
import type { Kernel, Program } from './kernel.ts';

/** What the model server does wrong, as chances. */
export interface CloudFaults {
	lies: number;
	/** Answers that are no answer: half a JSON, HTML, nothing, too much. */
	malformed: number;
	/** 500, or 429 with a time to wait. */
	errors: number;
	/** Never answers. */
	silent: number;
	away: boolean;
}
export const goodCloud = (): CloudFaults => ({ lies: 0, malformed: 0, errors: 0, silent: 0, away: false });

export const CLOUD = 'https://cloud.sim/v1';
export const COMPANION = 'http://companion.sim';
/** A call costs at most what the companion reserves for it; this much it does cost. */
export const PRICE = { inPerM: 10, outPerM: 10 } as const;

export interface Reply {
	readonly status: number;
	readonly body: string;
	readonly headers?: Readonly<Record<string, string>>;
}
export type Serve = (path: string, headers: Readonly<Record<string, string>>, body: string, signal: AbortSignal) => Promise<Reply>;

/** What reached the model server. */
export interface CloudCall {
	readonly at: number;
	/** Date of the wall clock. */
	readonly date: string;
	/** Name of the page's life that asked. */
	readonly life: string;
	readonly usd: number;
}

export interface NetworkOptions {
	readonly kernel: Kernel;
	readonly random: Random;
	readonly game: Game;
	readonly faults: CloudFaults;
	readonly companion: () => { readonly program: Program; readonly serve: Serve } | undefined;
	/** The program that asks. */
	readonly from: () => Program;
	readonly onCall: (call: CloudCall) => void;
}

/** Takes the place of `fetch`. */
export function makeFetch(o: NetworkOptions): typeof fetch {
	const { kernel, random, faults } = o;
	const latency = (): number => 0.3 + 2 * random.next();

	function cloud(body: string, reply: (reply: Reply | undefined) => void): void {
		kernel.after(
			latency(),
			() => {
				if (faults.away) return reply(undefined);
				const { messages } = JSON.parse(body) as { messages: { content: unknown }[] };
				const parts = messages.flatMap(({ content }) => (Array.isArray(content) ? (content as { text?: string }[]) : []));
				const asked = parts.map(({ text }) => text ?? '').find((text) => text.startsWith('{"falsework"')) ?? '{}';
				const question = JSON.parse(asked) as Record<string, unknown>;
				const life = ((question['frame'] as { id?: string } | undefined)?.id ?? '').split(' ')[0] ?? '';
				const usage = { prompt_tokens: 400, completion_tokens: 60 };
				const usd = (usage.prompt_tokens * PRICE.inPerM + usage.completion_tokens * PRICE.outPerM) / 1e6;
				o.onCall({ at: kernel.now, date: new Date(Date.now()).toISOString().slice(0, 10), life, usd });
				kernel.note(`asked ${String(question['ask'])} by ${life}`);
				if (random.next() < faults.silent) return;
				const content = answer(o.game, question, random, faults.lies);
				const good = JSON.stringify({ model: 'sim', usage, choices: [{ message: { role: 'assistant', content } }] });
				const kind = Math.floor(random.next() * 5);
				const bad = ['<html>', good.slice(0, good.length >> 1), '', JSON.stringify({ choices: [] }), 'x'.repeat(300_000)][kind] ?? '';
				const wrong: Reply = kind < 3 ? { status: 500, body: '' } : { status: 429, body: '', headers: { 'retry-after': '2' } };
				const dice = random.next();
				const sent: Reply = dice < faults.errors ? wrong : { status: 200, body: dice < faults.errors + faults.malformed ? bad : good };
				kernel.after(80 + 400 * random.next(), () => reply(sent), kernel.world);
			},
			kernel.world,
		);
	}

	function companion(
		of: Program,
		path: string,
		headers: Record<string, string>,
		body: string,
		signal: AbortSignal,
		reply: (r?: Reply) => void,
	) {
		const there = o.companion();
		if (there === undefined || there.program.state === 'dead') return void kernel.after(latency(), () => reply(), kernel.world);
		const { program, serve } = there;
		// A connection ends with the program at either end of it, and when the page takes its question back.
		const ended = new AbortController();
		let over = false;
		kernel.after(
			latency(),
			() =>
				void serve(path, headers, body, ended.signal).then((answered) => {
					kernel.after(latency(), () => reply(answered), kernel.world);
					over = true;
				}),
			program,
		);
		const watch = (): void => {
			if (over) return;
			if (program.state === 'dead') reply();
			else if (of.state === 'dead' || signal.aborted) kernel.after(0, () => ended.abort(), program);
			else kernel.after(50, watch, kernel.world);
		};
		kernel.after(50, watch, kernel.world);
	}

	return ((url: string, init: RequestInit = {}) => {
		const of = o.from();
		const signal = init.signal ?? new AbortController().signal;
		return new Promise<unknown>((resolve, reject) => {
			let over = false;
			const abort = (): void => {
				if (over) return;
				over = true;
				reject(signal.reason instanceof Error ? signal.reason : new DOMException('aborted', 'AbortError'));
			};
			if (signal.aborted) return abort();
			signal.addEventListener('abort', abort);
			const reply = (answered: Reply | undefined): void => {
				if (over) return;
				over = true;
				kernel.after(
					0,
					() => {
						if (answered === undefined) reject(new TypeError('fetch failed'));
						else resolve(responseOf(answered));
					},
					of,
				);
			};
			const body = typeof init.body === 'string' ? init.body : '';
			const headers = Object.fromEntries(
				Object.entries((init.headers ?? {}) as Record<string, string>).map(([name, value]) => [name.toLowerCase(), value]),
			);
			if (url.startsWith(CLOUD)) cloud(body, reply);
			else companion(of, url.slice(COMPANION.length), headers, body, signal, reply);
		});
	}) as unknown as typeof fetch;
}

/** The part of a `Response` that the programs read, with nothing behind it that runs by itself. */
function responseOf({ status, body, headers = {} }: Reply): unknown {
	let left: Uint8Array | undefined = new TextEncoder().encode(body);
	return {
		ok: status >= 200 && status < 300,
		status,
		headers: { get: (name: string) => headers[name.toLowerCase()] ?? null },
		json: async () => JSON.parse(body) as unknown,
		text: async () => body,
		body: {
			cancel: async () => undefined,
			getReader: () => ({
				cancel: async () => undefined,
				read: async () => {
					const value = left;
					left = undefined;
					return value === undefined ? { done: true } : { done: false, value };
				},
			}),
		},
	};
}
