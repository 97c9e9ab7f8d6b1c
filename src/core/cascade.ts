// The one seam. Every question is settled here, cheapest tier first: check → miss → infer → crystallise → return.
// A model can be reached only through `settle`, and `settle` cannot be called without the crystalliser: the functions that
// call models live in a map that this module does not export, and a handle is worth nothing outside it.
import * as v from 'valibot';
import { type Checklist, fillChecklist } from './checklist.ts';
import type { Residue } from './crystals/crystal.ts';
import type { Signs } from './crystals/cascade/apply.ts';
import type { Ledger, Miss, MissReason, QuestionEntry, TierName, Tried, Waited } from './ledger.ts';
import type { Cancel, Clock, ModelReply, ModelRequest } from './ports.ts';
import { type Answers, answerSchemas, type LiveAsk, type Questions, type Unused, unusedOf } from './question.ts';
import { PLAIN } from './routing/plain.ts';
import { askedInOrder } from './routing/route.ts';
import type { Routing } from './routing/walk.ts';
import { type Asking, isNear, leftNothing } from './strikes/strikes.ts';

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
			'timed-out' | 'tier-failed' | 'cap-reached' | 'breaker-open' | 'no-consent' | 'no-tier' | 'cancelled' | 'busy' | 'pulled'
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
	/** True for what adds to the answer of another and never is the answer: a detector knows boxes, and no screen. It is asked once another
	 *  has answered, and never instead. */
	readonly beside?: true;
	/** How boxes are written by this model. */
	readonly boxFormat: 'pixels' | 'norm1000' | 'norm1000-yxyx';
}

/** What the answer cost and who gave it; part of every crystal's provenance. */
export interface Receipt {
	readonly entry: number;
	/** `hand`: a person said so. */
	readonly tier: Pick<Tier, 'boxFormat'> & { readonly name: Tier['name'] | 'hand' };
	readonly model: string;
	readonly promptTokens: number;
	readonly completionTokens: number;
	readonly usd: number | null;
	/** What the answer counts for as evidence: 1 of the last tier, of another the measured chance that it is right. */
	readonly trust?: number;
}

export interface Settlement<A extends LiveAsk> {
	readonly question: Questions[A];
	/** The screen, decision point or event type: what is learnt about tiers is learnt for each. Absent: for the ask as a whole. */
	readonly kind?: string;
	/** Looks among the crystals. */
	readonly check: () => Attempt<Answers[A]>;
	/** Milliseconds that looking took, where it was done before and `check` gives it back. */
	readonly lookedMs?: number;
	/** Turns the model's answer into durable artefacts, or says why it cannot. Required: this is the law. */
	readonly crystallise: (answer: Answers[A], receipt: Receipt) => Promise<Residue> | Residue;
	/** Checks an answer against what the schema cannot know (verbs, boxes inside the frame); a text names the fault. */
	readonly verify?: (answer: Answers[A], tier: Tier) => string | undefined;
	/** What an answer comes to that is prose even after it was asked for anew; undefined where it comes to nothing. */
	readonly prose?: (text: string) => Answers[A] | undefined;
	/** What speaks for an answer before anything verifies it: the model's own word, and whether crystals in shadow say the same. */
	readonly signs?: (answer: Answers[A], tier: Tier) => Signs;
	/** The answer with what was seen beside it; without this nobody is asked beside. */
	readonly join?: (answer: Answers[A], tier: Tier, seen: Answers[A], by: Tier) => Answers[A];
	/** The picture, made only when a model is asked. */
	readonly png?: () => Promise<Uint8Array>;
	readonly tick: number;
	/** Put into the entry for the report: the screen and facts the question was asked in. */
	readonly context?: Pick<QuestionEntry, 'screen' | 'facts' | 'look'>;
	/** What of an answer belongs into the entry. */
	readonly note?: (answer: Answers[A]) => Pick<QuestionEntry, 'act' | 'screen' | 'facts' | 'said'>;
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
	/** The answer of a ledger entry was held against something other than who gave it: a label for the tier that gave it. */
	verified(entry: number, right: boolean, by: 'postcondition' | 'truth'): void;
	/** Ends what waits for a person, as play ends: nothing that is written later would tell of it. */
	endWaits(): readonly Waited[];
}

/** Even a poor tier's answer is some evidence. */
const TRUST_LEAST = 0.1;

/** What came of asking one tier. No `tried`: nothing was sent. */
type Asked<A extends LiveAsk> =
	| { readonly usable: true; readonly answer: Answers[A]; readonly model: string; readonly tried: Tried }
	/** `answer`: it could be read. */
	| { readonly usable: false; readonly miss: Miss; readonly tried: Tried | undefined; readonly answer?: Answers[A] };

/** Instructions that go in front of each question, in prose. */
export type Instructions = Readonly<Record<LiveAsk, string>>;

/** Nothing but a person's word ends these; a retry every two seconds says nothing new. */
const WAITS_FOR_PERSON: ReadonlySet<MissReason> = new Set(['held', 'no-consent']);
type Waiting = Pick<QuestionEntry, 'kind' | 'screen' | 'facts' | 'look' | 'misses' | 'why'>;

function isSameWait(a: Waiting, b: Waiting): boolean {
	const reasons = ({ misses }: Waiting): string => misses.map(({ tier, reason }) => `${tier} ${reason}`).join();
	return a.kind === b.kind && a.screen === b.screen && a.why === b.why && reasons(a) === reasons(b) && isNear(a, b);
}

export function makeCascade(options: {
	readonly ledger: Ledger;
	readonly clock: Clock;
	/** Cheapest first; read at each question, so that a tier may come and go. */
	readonly tiers: () => readonly Tier[];
	readonly instructions: Instructions;
	/** Kinds of question that no crystal answers: the play that every saving is held against. */
	readonly alwaysAsk?: ReadonlySet<LiveAsk>;
	/** Whether no model outside may be asked now; read before each request, repairs included. */
	readonly pulled?: () => boolean;
	/** Why no model is asked this for now; undefined where one may be. What checks a crystal is never held. */
	readonly held?: (asking: Asking) => string | undefined;
	/** What is known of the tiers; without it they are asked in order, and nothing is learnt about them. */
	readonly routing?: Routing;
}): Cascade {
	const { ledger, clock } = options;
	const routing = options.routing ?? PLAIN;
	/** What waits for a person, by ask: near-same ones that would wait with it are counted, not written. */
	const waits = new Map<LiveAsk, { readonly entry: QuestionEntry; times: number }>();
	return {
		verified: (entry, right, by) => routing.verified(entry, right, by),
		endWaits: () => [...waits.keys()].flatMap((ask) => endWait(ask).waited ?? []),
		settle(settlement, cancel) {
			const begun = clock.monotonic();
			const { question, tick } = settlement;
			const found = settlement.check();
			const attempt: typeof found =
				found.outcome === 'hit' && options.alwaysAsk?.has(question.ask) === true
					? { outcome: 'miss', reason: 'audit', detail: `asked all the same, to compare: ${found.why}` }
					: found;
			if (attempt.outcome === 'hit') {
				const entry = ledger.append({
					type: 'question',
					tick,
					ask: question.ask,
					tier: 'crystal',
					misses: [],
					latencyMs: clock.monotonic() - begun + (settlement.lookedMs ?? 0),
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
					...(settlement.kind === undefined ? {} : { kind: settlement.kind }),
					...settlement.context,
					...settlement.note?.(attempt.answer),
					...endWait(question.ask),
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
		const ask = s.question.ask as A;
		const misses: Miss[] = [first];
		const tries: Tried[] = [];
		let unused: Unused | undefined;
		let checklist: Checklist | undefined;
		const able = askedInOrder(ask, options.tiers());
		const tiers = able.filter((tier) => tier.beside !== true);
		if (tiers.length === 0)
			misses.push({ tier: 'cloud', reason: 'no-tier', detail: `no model answers ${ask} questions; set one up under Models` });
		const held =
			first.reason === 'audit' ? undefined : options.held?.({ ask, ...(s.kind === undefined ? {} : { kind: s.kind }), ...s.context });
		if (held !== undefined) misses.push({ tier: tiers[0]?.name ?? 'cloud', reason: 'held', detail: held });
		const walk = routing.walk({ ask, key: s.kind ?? '' }, held === undefined ? tiers : [], begun);
		for (let turn = walk.next(); turn !== undefined; turn = walk.next()) {
			if ('miss' in turn) {
				misses.push(turn.miss);
				continue;
			}
			const { tier, withinMs } = turn;
			// A session that was stopped in mid-question must not send its picture to the next model.
			if (cancel.aborted) {
				misses.push({ tier: tier.name, reason: 'cancelled', detail: 'the question was taken back' });
				walk.tried(undefined);
				break;
			}
			if (tier.name !== 'device' && checklist === undefined) {
				const about = { ask, kind: s.kind ?? '', reason: first.reason, detail: first.detail };
				const filled = fillChecklist(about, ledger.entries(), clock.now());
				if (typeof filled === 'string') {
					misses.push({ tier: tier.name, reason: 'no-checklist', detail: filled });
					walk.tried(undefined);
					continue;
				}
				checklist = filled;
			}
			const asked = await askTier(s, tier, withinMs, cancel);
			if (asked.tried !== undefined) tries.push(asked.tried);
			walk.tried(asked.tried);
			if (!asked.usable) {
				misses.push(asked.miss);
				if (asked.answer !== undefined) unused = unusedOf(s.question, asked.answer);
				continue;
			}
			const doubted = walk.weigh(asked.answer, asked.model, s.signs?.(asked.answer, tier) ?? {});
			if (doubted !== undefined) misses.push(doubted);
		}
		let best = walk.best();
		// After the answer, not along with it: most questions that nobody may answer would run a network for nothing.
		for (const by of able) {
			if (by.beside !== true || best === undefined || s.join === undefined) continue;
			const seen = await askTier(plainly(s), by, by.budgetMs, cancel);
			if (seen.tried !== undefined) tries.push(seen.tried);
			if (seen.usable) best = { ...best, answer: s.join(best.answer, best.tier, seen.answer, by) };
			else misses.push(seen.miss);
		}
		const sums = {
			calls: tries.reduce((sum, t) => sum + t.calls, 0),
			promptTokens: tries.reduce((sum, t) => sum + t.promptTokens, 0),
			completionTokens: tries.reduce((sum, t) => sum + t.completionTokens, 0),
			usd: tries.reduce<number | null>((sum, t) => (sum === null || t.usd === null ? null : sum + t.usd), 0),
		};
		const common = {
			type: 'question',
			tick: s.tick,
			ask,
			misses,
			...sums,
			...(tries.length === 0 ? {} : { tries }),
			simulated: able.some((tier) => tier.simulated && tries.some((t) => t.who === tier.label)),
			used: [],
			...(s.kind === undefined ? {} : { kind: s.kind }),
			...(checklist !== undefined && tries.some((t) => t.tier !== 'device') ? { checklist } : {}),
			...s.context,
		} as const;
		if (best === undefined) {
			const why = misses.at(-1)?.detail ?? '';
			const forPerson = sums.calls === 0 && misses.some(({ reason }) => WAITS_FOR_PERSON.has(reason));
			const wait = waits.get(ask);
			if (forPerson && wait !== undefined && isSameWait(wait.entry, { ...common, why })) {
				wait.times++;
				walk.over(wait.entry.n);
				return undefined;
			}
			const entry = ledger.append({
				...common,
				...endWait(ask),
				tier: null,
				latencyMs: clock.monotonic() - begun,
				model: '',
				made: [],
				why,
				violation: false,
				...(unused === undefined ? {} : { unused }),
			}) as QuestionEntry;
			if (forPerson) waits.set(ask, { entry, times: 0 });
			walk.over(entry.n);
			return undefined;
		}
		const { promptTokens, completionTokens, usd } = sums;
		const trust = best.tier === tiers.at(-1) ? 1 : Math.min(1, Math.max(TRUST_LEAST, best.chance ?? 1));
		// What the answer makes names the entry that paid for it, and changes of state are written down before it.
		const n = ledger.reserve();
		const receipt: Receipt = { entry: n, tier: best.tier, model: best.model, promptTokens, completionTokens, usd, trust };
		const residue = await crystallise(s, best.answer, receipt);
		unused = leftNothing({ ...residue, tier: best.tier.name, misses }) ? unusedOf(s.question, best.answer) : undefined;
		const draft = {
			...common,
			tier: best.tier.name,
			latencyMs: clock.monotonic() - begun,
			model: best.model,
			...residue,
			...s.note?.(best.answer),
			...(unused === undefined ? {} : { unused }),
			...endWait(ask),
		};
		const entry = ledger.append(draft, n) as QuestionEntry;
		walk.over(entry.n);
		return { entry, answer: best.answer, tier: best.tier.name, confidence: best.chance ?? 0.5 };
	}

	/** Whatever is written next of that ask says how many were not. */
	function endWait(ask: LiveAsk): Pick<QuestionEntry, 'waited'> {
		const wait = waits.get(ask);
		waits.delete(ask);
		return wait === undefined || wait.times === 0 ? {} : { waited: { of: wait.entry.n, times: wait.times } };
	}

	/** Asks one tier, and once more with the fault named when its answer fails. Both tries share the time. */
	async function askTier<A extends LiveAsk>(s: Settlement<A>, tier: Tier, withinMs: number, cancel: Cancel): Promise<Asked<A>> {
		const begun = clock.monotonic();
		const sum = { calls: 0, promptTokens: 0, completionTokens: 0, usd: 0 as number | null };
		const tried = (outcome: Tried['outcome']): Tried => ({
			tier: tier.name,
			who: tier.label,
			outcome,
			ms: clock.monotonic() - begun,
			...sum,
		});
		const missed = (reason: MissReason, detail: string): Miss => ({ tier: tier.name, reason, detail });
		let fault: string | undefined;
		let prose: { readonly text: string; readonly model: string } | undefined;
		let readable: Answers[A] | undefined;
		for (let turn = 0; turn < 2; turn++) {
			let reply: ModelReply;
			try {
				const png = s.png ? await s.png() : undefined;
				const leftMs = withinMs - (clock.monotonic() - begun);
				if (turn > 0 && leftMs <= 0) break;
				const request = {
					ask: s.question.ask,
					instruction: options.instructions[s.question.ask],
					question: s.question,
					withinMs: leftMs,
					...(png ? { png } : {}),
					...(fault === undefined ? {} : { fault }),
				} as ModelRequest;
				reply = await ask(tier, request, cancel);
			} catch (error) {
				const reason = error instanceof TierError ? error.reason : 'tier-failed';
				const miss = missed(reason, error instanceof Error ? error.message : String(error));
				// Whatever else kept it from answering, nothing was sent: that says nothing about the model.
				const outcome = reason === 'timed-out' ? reason : reason === 'tier-failed' ? 'failed' : undefined;
				if (outcome !== undefined) sum.calls++;
				return { usable: false, miss, tried: outcome !== undefined ? tried(outcome) : sum.calls > 0 ? tried('refused') : undefined };
			}
			sum.calls++;
			sum.promptTokens += reply.promptTokens;
			sum.completionTokens += reply.completionTokens;
			const { price } = tier;
			const paid = price === null ? null : (reply.promptTokens * price.inPerM + reply.completionTokens * price.outPerM) / 1e6;
			sum.usd = sum.usd === null || paid === null ? null : sum.usd + paid;
			const read = readAnswer<A>(s.question.ask as A, reply.text);
			fault = 'fault' in read ? read.fault : s.verify?.(read.answer, tier);
			if (fault === undefined && 'answer' in read)
				return { usable: true, answer: read.answer, model: reply.model, tried: tried(turn === 0 ? 'first' : 'again') };
			if ('answer' in read) readable = read.answer;
			if ('prose' in read) prose = { text: read.prose, model: reply.model };
		}
		const read = prose && s.prose?.(prose.text);
		if (prose !== undefined && read !== undefined) {
			fault = s.verify?.(read, tier);
			if (fault === undefined) return { usable: true, answer: read, model: prose.model, tried: tried('again') };
		}
		const answer = readable === undefined ? {} : { answer: readable };
		return { usable: false, miss: missed('bad-answer', fault ?? ''), tried: tried('refused'), ...answer };
	}

	/** Asks a sealed model within its time. */
	async function ask(tier: Tier, request: ModelRequest, cancel: Cancel): Promise<ModelReply> {
		if (tier.name !== 'device' && options.pulled?.() === true)
			throw new TierError('pulled', 'The falsework is pulled: no model outside is asked.');
		const infer = sealed.get(tier.model);
		if (infer === undefined) throw new TierError('tier-failed', `Tier "${tier.id}" has no model behind it.`);
		return infer(request, cancel);
	}
}

/** What is asked beside gives no answer of its own, so nothing checks it as one. */
function plainly<A extends LiveAsk>({ verify: _, ...s }: Settlement<A>): Settlement<A> {
	return s;
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

/** No answer that passes its schema comes near this; what is longer is not even parsed. Characters. */
export const ANSWER_MAX = 1_000_000;
/** A fault may quote what it found; it is sent back and kept, so it stays short. Characters. */
const FAULT_MAX = 300;

export type AnswerRead<A extends LiveAsk> =
	| { readonly answer: Answers[A] }
	| { readonly fault: string }
	/** Words, and no JSON at all. */
	| { readonly fault: string; readonly prose: string };

/** Parses and checks an answer's text; a fault is a sentence that can be sent back to the model. */
export function readAnswer<A extends LiveAsk>(ask: A, text: string): AnswerRead<A> {
	if (text.length > ANSWER_MAX) return { fault: `the answer is ${text.length} characters long; at most ${ANSWER_MAX} are read` };
	let data: unknown;
	try {
		data = JSON.parse(text);
	} catch (error) {
		const fault = `the answer is not one JSON object: ${error instanceof Error ? error.message : String(error)}`.slice(0, FAULT_MAX);
		// Broken JSON is no prose: its keys would be read as words.
		return /^\s*(?:[[{]|```)/.test(text) ? { fault } : { fault, prose: text };
	}
	if (typeof data === 'string') return { fault: 'the answer is a text, not one JSON object', prose: data };
	const read = v.safeParse(answerSchemas[ask] as unknown as v.GenericSchema<unknown, Answers[A]>, data);
	if (read.success) return { answer: read.output };
	const issue = read.issues[0];
	return { fault: `field "${v.getDotPath(issue) ?? ''}": ${issue.message}`.slice(0, FAULT_MAX) };
}
