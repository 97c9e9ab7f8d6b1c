// Models on this machine as tiers named `device`: free, private, asked without consent, and slow. Each is asked in short
// (src/core/models/ask-small.ts), within a time that its measured speed allows, and only where a person lets it answer. Nobody waits for
// it but the question itself: the loop goes on meanwhile.
import { type Breaker, makeBreaker } from '../../core/budget.ts';
import { sealModel, type ModelHandle, type Tier, TierError } from '../../core/cascade.ts';
import { answerTokens, smallAsk, type SmallKind } from '../../core/models/ask-small.ts';
import { crossed } from '../../core/models/crossing.ts';
import type { Detection, Backend, Completion, RuntimeError } from '../../core/models/runtime.ts';
import type { Cancel, Clock, ModelReply, ModelRequest } from '../../core/ports.ts';
import type { NamedDetector } from '../../core/profile.ts';
import { ELEMENTS_MOST, type LiveAsk, type PerceptionAnswer } from '../../core/question.ts';
import { slugged } from '../../core/slug.ts';
import type { DeviceApi, ReadyModel } from '../../../workers/models.protocol.ts';

/** Where models answer: the model host's port, or the window's for the browser's own. Either may be called over a wall. */
export interface DeviceSource {
	ready(): Promise<readonly ReadyModel[]>;
	load(id: string): Promise<void>;
	complete(...call: Parameters<DeviceApi['complete']>): Promise<Completion>;
	/** Absent where no network of one's own runs. */
	detect?(...call: Parameters<DeviceApi['detect']>): Promise<readonly Detection[]>;
	cancel(call: string): unknown;
	onReady(listener: () => void): unknown;
}

export interface DeviceModel {
	readonly id: string;
	readonly label: string;
	readonly verified: boolean;
	readonly breaker: Breaker['state'];
	readonly calls: number;
	readonly lastError: string;
	/** What the last question was asked without, as a sentence; empty when it was whole. */
	readonly left: string;
	readonly asks: readonly { readonly ask: SmallKind; readonly on: boolean; readonly why: string }[];
}

export interface DeviceTiers {
	/** Those that may answer now; the asks that are switched off are not among theirs. */
	tiers(): readonly Tier[];
	/** All that could answer, with what each is let answer. */
	models(): readonly DeviceModel[];
	/** Asks every source again what is ready. */
	refresh(): Promise<void>;
}

export interface DeviceTiersOptions {
	readonly sources: readonly DeviceSource[];
	readonly clock: Pick<Clock, 'monotonic'>;
	/** Whether a person lets this model answer that kind of question now, and why as a clause. */
	readonly use: (model: string, ask: LiveAsk) => { readonly on: boolean; readonly why: string };
	/** What the profile in play says of its detector. */
	readonly detector: () => NamedDetector | undefined;
	/** The list, a state or a count is another. */
	readonly onChange: () => void;
	/** Names a call; random unless a test says otherwise. */
	readonly newId?: () => string;
}

const ASKS: Readonly<Partial<Record<ReadyModel['purpose'], readonly SmallKind[]>>> = {
	think: ['decision', 'narration'],
	see: ['perception', 'decision', 'narration'],
	// Beside whoever names the screen, and for the game whose profile names it.
	detect: ['perception'],
};
/** A picture takes the smallest machine a second or two; the model it is asked beside takes longer. */
const DETECT_MS = 20_000;
/** Until it was measured here a model is thought as slow as the smallest one on a busy machine. */
const SPEED_UNKNOWN = 5;
/** A prompt is read at least so fast; longer questions are cut to what can be read in a third of the time. */
const BUDGET_LEAST_MS = 20_000;
const BUDGET_MOST_MS = 180_000;
/** Reading weights into memory at the first question. */
const LOAD_MS = 20_000;
const CONTEXT_UNKNOWN = 2048;
/** No question needs more, however large the context. */
const PROMPT_MOST = 1500;
const PROMPT_LEAST = 250;

const WHERE: Readonly<Record<Backend, string>> = {
	webgpu: 'on the GPU of this machine',
	'wasm-threads': 'on the CPU of this machine',
	wasm: 'on the CPU of this machine',
	browser: 'in this browser',
};

interface Known {
	readonly source: DeviceSource;
	model: ReadyModel;
	readonly handle: ModelHandle;
	readonly breaker: Breaker;
	calls: number;
	lastError: string;
	left: string;
}

export function makeDeviceTiers(o: DeviceTiersOptions): DeviceTiers {
	const known = new Map<string, Known>();
	/** In the order of the sources, the cheapest of each first. */
	let order: readonly string[] = [];
	const newId = o.newId ?? (() => crypto.randomUUID());
	let asked = 0;

	async function refresh(): Promise<void> {
		const mine = ++asked;
		const lists = await Promise.all(
			o.sources.map((source) =>
				// A source that cannot be asked has no model; what went wrong shows where it is shown.
				source.ready().then(
					(models) => models.map((model) => ({ source, model })),
					() => [],
				),
			),
		);
		// An answer that was overtaken by a newer one is old news.
		if (mine !== asked) return;
		const now = lists.flat().filter(({ model }) => ASKS[model.purpose] !== undefined);
		for (const { source, model } of now) {
			const before = known.get(model.id);
			if (before !== undefined && before.source === source) before.model = model;
			else known.set(model.id, make(source, model));
		}
		order = now.map(({ model }) => model.id);
		o.onChange();
	}

	function make(source: DeviceSource, model: ReadyModel): Known {
		const k: Known = {
			source,
			model,
			handle: sealModel((request, cancel) => (k.model.purpose === 'detect' ? look(k, request, cancel) : ask(k, request, cancel))),
			breaker: makeBreaker({ clock: o.clock }),
			calls: 0,
			lastError: '',
			left: '',
		};
		return k;
	}

	async function ask(k: Known, request: ModelRequest, cancel: Cancel): Promise<ModelReply> {
		// No tier made here answers any other.
		const ask = request.ask as SmallKind;
		const withinMs = Math.min(budgetOf(k.model, ask), request.withinMs ?? Infinity);
		const { prompt, left } = smallAsk(request, { promptTokens: promptTokens(k.model, ask, withinMs) });
		k.left = left.length === 0 ? '' : `The last question was asked without ${left.join(', ')}.`;
		return await within(k, withinMs, cancel, async (call) => {
			const done = await k.source.complete(k.model.id, prompt, call);
			if (done.finish === 'length')
				throw new TierError('tier-failed', `${labelOf(k.model)}: its answer was cut at ${done.completionTokens} tokens and is not whole.`);
			return { text: done.text, model: k.model.id, promptTokens: done.promptTokens, completionTokens: done.completionTokens };
		});
	}

	/** What a detector sees, as an answer that knows no screen. */
	async function look(k: Known, request: ModelRequest, cancel: Cancel): Promise<ModelReply> {
		const { png } = request;
		const { source } = k;
		if (png === undefined || source.detect === undefined) throw new TierError('tier-failed', `${labelOf(k.model)} was given no picture.`);
		const as = o.detector()?.as ?? {};
		const withinMs = Math.min(DETECT_MS, request.withinMs ?? Infinity);
		return await within(k, withinMs, cancel, async (call) => {
			const found = (await source.detect?.(k.model.id, png, as, call)) ?? [];
			const elements = found.flatMap(({ label, box }): PerceptionAnswer['elements'] => {
				// Names of classes are anybody's; an element's is a slug.
				const name = slugged(label, 64);
				return name === '' ? [] : [{ name, kind: 'other', box: [...box], stable: false }];
			});
			// The best come first.
			const seen: PerceptionAnswer = { screen: 'unknown', elements: elements.slice(0, ELEMENTS_MOST), facts: [] };
			return { text: JSON.stringify(seen), model: k.model.id, promptTokens: 0, completionTokens: 0 };
		});
	}

	/** One call of a model, taken back when its time is over or nobody wants it any more; what came of it is counted. */
	async function within<T>(k: Known, withinMs: number, cancel: Cancel, work: (call: string) => Promise<T>): Promise<T> {
		const label = labelOf(k.model);
		const refuses = k.breaker.refuses();
		if (refuses !== undefined) throw new TierError('breaker-open', `${label}: ${refuses}.`);
		k.calls++;
		const call = newId();
		// A question is taken back long before a slow machine has read the weights: loading goes on for the next one. What it fails of,
		// `complete` says.
		if (k.model.backend === undefined) k.source.load(k.model.id).then(refresh, () => {});
		let timer: ReturnType<typeof setTimeout> | undefined;
		let taken: () => void = () => {};
		try {
			const done = await Promise.race([
				work(call),
				new Promise<never>((_, reject) => {
					const give = (error: TierError): void => {
						void k.source.cancel(call);
						reject(error);
					};
					timer = setTimeout(
						() => give(new TierError('timed-out', `${label} did not answer within ${Math.round(withinMs / 1000)} s.`)),
						withinMs,
					);
					taken = () => give(new TierError('cancelled', `${label}: the question was taken back.`));
					if (cancel.aborted) taken();
					else cancel.addEventListener('abort', taken);
				}),
			]);
			k.breaker.succeeded();
			k.lastError = '';
			// Where it runs and how fast is known now, or better than before.
			void refresh();
			return done;
		} catch (error) {
			const why = error instanceof TierError ? error : tierError(label, crossed(error, 'crashed', 'It failed'));
			if (why.reason !== 'cancelled') k.lastError = why.message;
			// A long answer or a slow machine is no sign that the engine is broken.
			if (why.reason === 'tier-failed' && !(error instanceof TierError)) k.breaker.failed();
			throw why;
		} finally {
			clearTimeout(timer);
			cancel.removeEventListener('abort', taken);
			o.onChange();
		}
	}

	const wanted = (): string | undefined => o.detector()?.model;
	/** A detector knows the things of one game: it is none of the others' business. */
	const here = (): readonly Known[] =>
		order.flatMap((id) => known.get(id) ?? []).filter(({ model }) => model.purpose !== 'detect' || model.id === wanted());
	/** The profile names a detector that is not on this machine: each picture that is asked about says so. */
	const absent: Tier = {
		id: 'device:absent',
		name: 'device',
		label: 'the detector of the profile',
		asks: new Set(['perception']),
		budgetMs: DETECT_MS,
		model: sealModel(() =>
			Promise.reject(
				new TierError('no-tier', `The detector "${wanted() ?? ''}" that the profile names is not on this machine; get it under Models.`),
			),
		),
		simulated: false,
		price: { inPerM: 0, outPerM: 0 },
		boxFormat: 'pixels',
		beside: true,
	};
	for (const source of o.sources) void source.onReady(() => void refresh());
	void refresh();

	return {
		refresh,
		tiers: () => [
			...here().flatMap((k): Tier[] => {
				const asks = (ASKS[k.model.purpose] ?? []).filter((one) => o.use(k.model.id, one).on);
				if (asks.length === 0) return [];
				return [
					{
						id: `device:${k.model.id}`,
						name: 'device',
						label: labelOf(k.model),
						modelName: k.model.id,
						asks: new Set(asks),
						budgetMs: Math.max(...asks.map((one) => budgetOf(k.model, one))),
						model: k.handle,
						simulated: false,
						price: { inPerM: 0, outPerM: 0 },
						boxFormat: boxFormat(k.model),
						...(k.model.purpose === 'detect' ? { beside: true as const } : {}),
					},
				];
			}),
			...(wanted() === undefined || order.includes(wanted() as string) ? [] : [absent]),
		],
		models: () =>
			here().map((k) => ({
				id: k.model.id,
				label: labelOf(k.model),
				verified: k.model.verified,
				breaker: k.breaker.state,
				calls: k.calls,
				lastError: k.lastError,
				left: k.left,
				asks: (ASKS[k.model.purpose] ?? []).map((one) => ({ ask: one, ...o.use(k.model.id, one) })),
			})),
	};
}

function labelOf({ label, backend, verified }: ReadyModel): string {
	const where = backend === undefined ? 'on this machine' : WHERE[backend];
	return `${label} ${where}${verified ? '' : ', not verified on this build'}`;
}

function boxFormat({ options }: ReadyModel): Tier['boxFormat'] {
	const said = options?.['boxFormat'];
	return said === 'norm1000' || said === 'norm1000-yxyx' ? said : 'pixels';
}

/** Tokens a second, reading and writing alike, as measured on this machine. */
function speedOf({ measured }: ReadyModel): number {
	return measured?.what === 'tokens a second' && measured.value > 0 ? measured.value : SPEED_UNKNOWN;
}

/** Time for a whole prompt and a whole answer at its speed, and for loading it. */
function budgetOf(model: ReadyModel, ask: SmallKind): number {
	const tokens = PROMPT_LEAST + answerTokens(ask);
	const ms = LOAD_MS + (tokens / speedOf(model)) * 1000 * 1.5;
	return Math.min(BUDGET_MOST_MS, Math.max(BUDGET_LEAST_MS, ms));
}

/** What fits into its context beside the answer, and can be read in a third of the time there is. */
function promptTokens(model: ReadyModel, ask: SmallKind, withinMs: number): number {
	const context = typeof model.options?.['context'] === 'number' ? model.options['context'] : CONTEXT_UNKNOWN;
	const fits = context - answerTokens(ask) - 32;
	const inTime = (speedOf(model) * withinMs) / 3000;
	return Math.min(fits, PROMPT_MOST, Math.max(PROMPT_LEAST, inTime));
}

function tierError(label: string, why: RuntimeError): TierError {
	const reason = why.reason === 'cancelled' || why.reason === 'timed-out' ? why.reason : 'tier-failed';
	return new TierError(reason, `${label}: ${why.message}`, { cause: why });
}
