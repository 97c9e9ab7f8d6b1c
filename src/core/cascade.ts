// The one seam. Every question is settled here, cheapest tier first: check → miss → infer → crystallise → return.
// A model can be reached only through `settle`, and `settle` cannot be called without the crystalliser: the functions that
// call models live in a map that this module does not export, and a handle is worth nothing outside it.
import * as v from 'valibot';
import type { Residue } from './crystals/crystal.ts';
import type { Ledger, Miss, MissReason, QuestionEntry, TierName } from './ledger.ts';
import type { Cancel, Clock, ModelReply, ModelRequest } from './ports.ts';
import { type Answers, answerSchemas, type LiveAsk, type Questions } from './question.ts';

export type Attempt<A> =
	| { readonly outcome: 'hit'; readonly answer: A; readonly used: readonly string[]; readonly why: string }
	| { readonly outcome: 'miss'; readonly reason: MissReason; readonly detail: string };

/** Calls one model once. Throws a `TierError`; anything else it throws is reported as `tier-failed`. */
export type Infer = (request: ModelRequest, cancel: Cancel) => Promise<ModelReply>;

/** Why a tier could not answer. */
export class TierError extends Error {
	override readonly name = 'TierError';
	constructor(
		readonly reason: Extract<
			MissReason,
			'timed-out' | 'tier-failed' | 'cap-reached' | 'breaker-open' | 'no-consent' | 'cancelled' | 'busy'
		>,
		message: string,
		options?: ErrorOptions,
	) {
		super(message, options);
	}
}

declare const handleBrand: unique symbol;
/** Stands for a model. It has no method: only `settle` can have it asked. */
export interface ModelHandle {
	readonly [handleBrand]: true;
}
const sealed = new WeakMap<ModelHandle, Infer>();

/** Puts a model behind the seam. Tier adapters call it once, and keep no other way to their model. */
export function sealModel(infer: Infer): ModelHandle {
	const handle = Object.freeze({}) as ModelHandle;
	sealed.set(handle, infer);
	return handle;
}

export interface Tier {
	readonly id: string;
	readonly name: Exclude<TierName, 'crystal'>;
	/** For people: the model and where it runs. */
	readonly label: string;
	/** The model alone, wherever it runs: what is learnt about a tier is kept under this name. Its `id` unless given. */
	readonly modelName?: string;
	readonly asks: ReadonlySet<LiveAsk>;
	readonly budgetMs: number;
	readonly model: ModelHandle;
	/** True for a scripted stand-in: its tokens and prices are simulated, and every record says so. */
	readonly simulated: boolean;
	/** US dollars for one million tokens; null when nobody said. Local tiers are 0 unless set. */
	readonly price: { readonly inPerM: number; readonly outPerM: number } | null;
	/** How boxes are written by this model. */
	readonly boxFormat: 'pixels' | 'norm1000' | 'norm1000-yxyx';
}

/** What the answer cost and who gave it; part of every crystal's provenance. */
export interface Receipt {
	readonly entry: number;
	readonly tier: Tier;
	readonly model: string;
	readonly promptTokens: number;
	readonly completionTokens: number;
	readonly usd: number | null;
}

export interface Settlement<A extends LiveAsk> {
	readonly question: Questions[A];
	/** Looks among the crystals. */
	readonly check: () => Attempt<Answers[A]>;
	/** Turns the model's answer into durable artefacts, or says why it cannot. Required: this is the law. */
	readonly crystallise: (answer: Answers[A], receipt: Receipt) => Promise<Residue> | Residue;
	/** Checks an answer against what the schema cannot know (verbs, boxes inside the frame); a text names the fault. */
	readonly verify?: (answer: Answers[A], tier: Tier) => string | undefined;
	/** The picture, made only when a model is asked. */
	readonly png?: () => Promise<Uint8Array>;
	readonly tick: number;
	/** Put into the entry for the report: the screen and facts the question was asked in. */
	readonly context?: Pick<QuestionEntry, 'screen' | 'facts'>;
	/** What of an answer belongs into the entry. */
	readonly note?: (answer: Answers[A]) => Pick<QuestionEntry, 'act' | 'screen' | 'facts'>;
}

export interface Settled<A> {
	readonly entry: QuestionEntry;
	readonly answer: A;
	readonly tier: TierName;
	readonly confidence: number;
}
export type Settling<A> =
	/** A crystal answered: no model was called. */
	| { readonly how: 'hit'; readonly settled: Settled<A> }
	/** A model is being asked. The promise never rejects: undefined when no tier could answer. */
	| { readonly how: 'asking'; readonly miss: Miss; readonly settled: Promise<Settled<A> | undefined> };

export interface Cascade {
	settle<A extends LiveAsk>(settlement: Settlement<A>, cancel: Cancel): Settling<Answers[A]>;
}

/** Instructions that go in front of each question, in prose. */
export type Instructions = Readonly<Record<LiveAsk, string>>;

export function makeCascade(options: {
	readonly ledger: Ledger;
	readonly clock: Clock;
	/** Cheapest first; read at each question, so that a tier may come and go. */
	readonly tiers: () => readonly Tier[];
	readonly instructions: Instructions;
}): Cascade {
	const { ledger, clock } = options;
	return {
		settle(settlement, cancel) {
			const begun = clock.monotonic();
			const { question, tick } = settlement;
			const attempt = settlement.check();
			if (attempt.outcome === 'hit') {
				const entry = ledger.append({
					type: 'question',
					tick,
					ask: question.ask,
					tier: 'crystal',
					misses: [],
					latencyMs: clock.monotonic() - begun,
					model: '',
					calls: 0,
					promptTokens: 0,
					completionTokens: 0,
					usd: 0,
					simulated: false,
					made: [],
					used: attempt.used,
					why: attempt.why,
					violation: false,
					...settlement.context,
					...settlement.note?.(attempt.answer),
				}) as QuestionEntry;
				return { how: 'hit', settled: { entry, answer: attempt.answer, tier: 'crystal', confidence: 1 } };
			}
			const miss: Miss = { tier: 'crystal', reason: attempt.reason, detail: attempt.detail };
			return { how: 'asking', miss, settled: infer(settlement, miss, begun, cancel) };
		},
	};

	async function infer<A extends LiveAsk>(
		s: Settlement<A>,
		first: Miss,
		begun: number,
		cancel: Cancel,
	): Promise<Settled<Answers[A]> | undefined> {
		const misses: Miss[] = [first];
		let calls = 0;
		let promptTokens = 0;
		let completionTokens = 0;
		let usd: number | null = 0;
		let simulated = false;
		const tiers = options.tiers().filter((tier) => tier.asks.has(s.question.ask));
		if (tiers.length === 0)
			misses.push({ tier: 'cloud', reason: 'no-tier', detail: `no model answers ${s.question.ask} questions; set one up under Models` });
		for (const tier of tiers) {
			// A session that was stopped in mid-question must not send its picture to the next model.
			if (cancel.aborted) {
				misses.push({ tier: tier.name, reason: 'cancelled', detail: 'the question was taken back' });
				break;
			}
			let fault: string | undefined;
			// One repair: an answer that fails is asked once more with the fault named, then it is a miss.
			for (let turn = 0; turn < 2; turn++) {
				let reply: ModelReply;
				try {
					const png = s.png ? await s.png() : undefined;
					const request = {
						ask: s.question.ask,
						instruction: options.instructions[s.question.ask],
						question: s.question,
						...(png ? { png } : {}),
						...(fault === undefined ? {} : { fault }),
					} as ModelRequest;
					reply = await ask(tier, request, cancel);
				} catch (error) {
					const known = error instanceof TierError;
					if (!known || error.reason === 'timed-out' || error.reason === 'tier-failed') calls++;
					misses.push({
						tier: tier.name,
						reason: known ? error.reason : 'tier-failed',
						detail: error instanceof Error ? error.message : String(error),
					});
					break;
				}
				calls++;
				simulated ||= tier.simulated;
				promptTokens += reply.promptTokens;
				completionTokens += reply.completionTokens;
				const paid =
					tier.price === null ? null : (reply.promptTokens * tier.price.inPerM + reply.completionTokens * tier.price.outPerM) / 1e6;
				usd = usd === null || paid === null ? null : usd + paid;
				const read = readAnswer<A>(s.question.ask as A, reply.text);
				fault = 'fault' in read ? read.fault : s.verify?.(read.answer, tier);
				if (fault !== undefined || 'fault' in read) {
					if (turn === 1) misses.push({ tier: tier.name, reason: 'bad-answer', detail: fault ?? '' });
					continue;
				}
				const receipt: Receipt = { entry: ledger.next, tier, model: reply.model, promptTokens, completionTokens, usd };
				const residue = await crystallise(s, read.answer, receipt);
				const entry = ledger.append({
					type: 'question',
					tick: s.tick,
					ask: s.question.ask,
					tier: tier.name,
					misses,
					latencyMs: clock.monotonic() - begun,
					model: reply.model,
					calls,
					promptTokens,
					completionTokens,
					usd,
					simulated,
					used: [],
					...residue,
					...s.context,
					...s.note?.(read.answer),
				}) as QuestionEntry;
				return { entry, answer: read.answer, tier: tier.name, confidence: 0.5 };
			}
		}
		ledger.append({
			type: 'question',
			tick: s.tick,
			ask: s.question.ask,
			tier: null,
			misses,
			latencyMs: clock.monotonic() - begun,
			model: '',
			calls,
			promptTokens,
			completionTokens,
			usd,
			simulated,
			made: [],
			used: [],
			why: misses.at(-1)?.detail ?? '',
			violation: false,
			...s.context,
		});
		return undefined;
	}

	/** Asks a sealed model within its time. */
	async function ask(tier: Tier, request: ModelRequest, cancel: Cancel): Promise<ModelReply> {
		const infer = sealed.get(tier.model);
		if (infer === undefined) throw new TierError('tier-failed', `Tier "${tier.id}" has no model behind it.`);
		return infer(request, cancel);
	}
}

async function crystallise<A extends LiveAsk>(
	s: Settlement<A>,
	answer: Answers[A],
	receipt: Receipt,
): Promise<Pick<QuestionEntry, 'made' | 'why' | 'refused' | 'violation'>> {
	let residue: Residue;
	try {
		residue = await s.crystallise(answer, receipt);
	} catch (error) {
		return { made: [], why: `crystallising failed: ${error instanceof Error ? error.message : String(error)}`, violation: true };
	}
	if ('none' in residue) return { made: [], why: `${residue.none}: ${residue.detail}`, violation: false };
	const refused = residue.refused.map((r) => `${r.what}: ${r.why}`).join('; ');
	if (residue.made.length === 0 && residue.labelled.length === 0 && refused === '')
		return { made: [], why: 'no artefact and no reason', violation: true };
	const made = residue.made.length === 0 ? '' : `made ${residue.made.map((c) => `${c.kind} "${c.name}"`).join(', ')}`;
	const labelled = residue.labelled.length === 0 ? '' : `checked ${residue.labelled.length} crystals`;
	return {
		made: residue.made.map((c) => c.id),
		why: [made, labelled, refused && `refused ${refused}`].filter(Boolean).join('; '),
		...(residue.refused.length === 0 ? {} : { refused: residue.refused }),
		violation: false,
	};
}

/** Parses and checks an answer's text; a fault is a sentence that can be sent back to the model. */
export function readAnswer<A extends LiveAsk>(ask: A, text: string): { readonly answer: Answers[A] } | { readonly fault: string } {
	let data: unknown;
	try {
		data = JSON.parse(text);
	} catch (error) {
		return { fault: `the answer is not one JSON object: ${error instanceof Error ? error.message : String(error)}` };
	}
	const read = v.safeParse(answerSchemas[ask] as unknown as v.GenericSchema<unknown, Answers[A]>, data);
	if (read.success) return { answer: read.output };
	const issue = read.issues[0];
	return { fault: `field "${v.getDotPath(issue) ?? ''}": ${issue.message}` };
}
