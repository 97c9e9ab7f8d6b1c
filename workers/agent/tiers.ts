// The models that may be asked, and the person's consent to each. Nothing leaves before consent: an undecided question is a
// miss with its reason, the person is asked once, and play goes on.
import { sha256 } from '../../src/adapters/hex.ts';
import { type BeforeSend, makeChatTier, makeDirectPost, makeModerationTier, type Post } from '../../src/adapters/tiers/chat.ts';
import { type Breaker, type BudgetMemory, dearest, makeBreaker, readBudget } from '../../src/core/budget.ts';
import { type Tier, TierError } from '../../src/core/cascade.ts';
import {
	choose,
	type Choice,
	consentByCommand,
	type ConsentRecord,
	type ConsentState,
	makeConsentAsk,
	mayShare,
	openSession,
	sentEntry,
	type Surface,
} from '../../src/core/consent.ts';
import { type DeviceModel, type DeviceSource, type DeviceTiers, makeDeviceTiers } from '../../src/adapters/tiers/device.ts';
import type { Box } from '../../src/core/geometry.ts';
import type { Ledger } from '../../src/core/ledger.ts';
import { type Allowed, type DeviceUse, mayAnswer, mayTeach, switchUse } from '../../src/core/models/device-use.ts';
import type { Clock, Frame, ModelRequest } from '../../src/core/ports.ts';
import { namedDetector, type Profile } from '../../src/core/profile.ts';
import type { LiveAsk } from '../../src/core/question.ts';
import type { ConsentView, SentView, TierSetting, TierView } from '../agent.protocol.ts';
import { makePurse, type Purse } from './purse.ts';

const ASKS: ReadonlySet<LiveAsk> = new Set(['perception', 'decision', 'route', 'strategy', 'narration', 'quest', 'npc']);
const MODERATES: ReadonlySet<LiveAsk> = new Set(['moderation']);
/** A line that waits longer for its ruling is late. */
const RULING_MS = 5000;
/** One question may take so long, its two tries included (reliability.md F18). */
const BUDGET_MS = 20_000;
/** A reservation is made for the most that a question can cost: a big picture, a long answer. */
const PROMPT_MOST = 8000;
const COMPLETION_MOST = 2000;

export interface DeskKeeper {
	load(): Promise<{
		readonly consents: readonly ConsentRecord[];
		/** As it was stored. */
		readonly budget: unknown;
		readonly uses: readonly DeviceUse[];
	}>;
	saveConsents(records: readonly ConsentRecord[]): Promise<void>;
	/** @returns '' once it is on the disk to stay, else why not */
	saveBudget(memory: BudgetMemory): Promise<string>;
	saveUses(uses: readonly DeviceUse[]): Promise<void>;
}

interface Known {
	readonly setting: TierSetting;
	readonly tier: Tier;
	/** Its moderation endpoint. */
	readonly moderation?: Tier;
	readonly host: string;
	readonly breaker: Breaker;
	calls: number;
	lastError: string;
}

export interface TierDesk {
	/** Cheapest first. */
	tiers(): readonly Tier[];
	/** Adds or replaces a model server. `post` reaches it through the companion, which keeps key and caps; without it, straight. */
	set(setting: TierSetting, post?: (route: 'chat/completions' | 'moderations') => Post, simulated?: boolean): void;
	remove(id: string): void;
	/** A tier that needs neither consent nor network: the practice teacher in the page. */
	setBuiltIn(tier: Tier | undefined): void;
	/** Where models of this machine answer: the model host, the browser's own. Asked before every server. */
	setDevices(sources: readonly DeviceSource[]): Promise<void>;
	/** Lets a model of this machine, or the practice teacher, answer a kind of question where play is now, or not. @returns '' or a sentence why not */
	useDevice(id: string, ask: LiveAsk, on: boolean): Promise<string>;
	views(): readonly TierView[];
	sent(): readonly SentView[];
	/**
	 * The game whose consents count now; `consented` names tiers that the person allowed elsewhere.
	 *
	 * @returns the session whose caps and consents hold: another than was asked for when one goes on whose page went away
	 */
	enter(profile: Profile, surface: Surface, session: string, consented: readonly string[]): Promise<Purse['session']>;
	/** The session of `enter`; '' before the first. */
	readonly session: string;
	/** Gives the sign of life that a session goes on by. */
	alive(): Promise<void>;
	/** The session is over. */
	leave(): void;
	decide(id: string, choice: Choice, masks: readonly Box[]): Promise<void>;
	/** Parts of the frame that are blackened before anything leaves. */
	masks(): readonly Box[];
}

export function makeTierDesk(options: {
	readonly keeper: DeskKeeper;
	readonly clock: Clock;
	readonly ledger: () => Ledger | undefined;
	readonly onConsent: (ask: ConsentView | null) => void;
	readonly onChange: () => void;
	/** The very picture that would leave, masks applied. */
	readonly preview: () => Promise<{ readonly png: Uint8Array; readonly frame: Frame } | undefined>;
}): TierDesk {
	const { clock, keeper } = options;
	const known = new Map<string, Known>();
	const sent: SentView[] = [];
	let builtIn: Tier | undefined;
	let devices: DeviceTiers | undefined;
	let uses: readonly DeviceUse[] = [];
	let profile: Profile | undefined;
	let surface: Surface = 'window';
	let consents: ConsentState = { session: '', records: [] };
	let purse: Purse | undefined;
	let open: { readonly id: string; readonly tier: string } | undefined;
	/** Nobody is asked about a session that is over. */
	let playing = false;

	function beforeSend(id: string): BeforeSend {
		return async (request: ModelRequest, bytes: number) => {
			const k = known.get(id);
			if (k === undefined || profile === undefined) throw new TierError('tier-failed', `The model server "${id}" was removed.`);
			const refuses = k.breaker.refuses();
			if (refuses !== undefined) throw new TierError('breaker-open', `${k.tier.label}: ${refuses}`);
			const verdict = mayShare(consents, { game: profile.id, provider: k.host, tier: k.tier.name, surface });
			if (!verdict.send) {
				if (verdict.ask) void askPerson(id);
				throw new TierError('no-consent', verdict.detail);
			}
			k.calls++;
			if (request.png === undefined) return;
			const hash = await sha256(request.png);
			const { width, height } = request.question.frame;
			options.ledger()?.append(sentEntry({ to: k.host, tier: k.tier.name, size: { width, height }, bytes, sha256: hash }));
			sent.push({ at: clock.now(), to: k.host, width, height, bytes });
			options.onChange();
		};
	}

	async function askPerson(id: string): Promise<void> {
		const k = known.get(id);
		if (!playing || open !== undefined || k === undefined || profile === undefined) return;
		const mine = { id: crypto.randomUUID(), tier: id };
		open = mine;
		const preview = await options.preview();
		if (preview === undefined || open !== mine) {
			if (open === mine) open = undefined;
			return;
		}
		const ask = makeConsentAsk({
			game: profile.name,
			provider: k.host,
			model: k.setting.model,
			tier: k.tier.name,
			frame: preview.frame,
			bytes: preview.png.byteLength,
			masks: masks(),
			price: k.tier.price,
			simulated: k.tier.simulated,
		});
		options.onConsent({
			id: mine.id,
			game: ask.game,
			provider: k.tier.label,
			host: k.host,
			model: ask.model,
			price: ask.price,
			png: preview.png,
			size: { width: preview.frame.width, height: preview.frame.height },
			masks: ask.masks,
		});
	}

	/** Feeds the breaker, holds the caps of a straight post, and passes errors on. */
	function guarded(id: string, post: Post, direct: boolean): Post {
		return async (body, signal) => {
			const k = known.get(id);
			if (k === undefined) throw new TierError('tier-failed', `The model server "${id}" was removed.`);
			const send = async (): Promise<unknown> => {
				const reply = await post(body, signal);
				k.breaker.succeeded();
				k.lastError = '';
				return reply;
			};
			try {
				// Through the companion its caps hold, which are on its disk before anything leaves.
				if (!direct) return await send();
				if (purse === undefined) throw new TierError('tier-failed', 'Nothing is played.');
				const { price, name } = k.tier;
				return await purse.spend(name, dearest(price, PROMPT_MOST, COMPLETION_MOST), send, (reply) => costOf(reply, price));
			} catch (error) {
				const refused = error instanceof TierError && (error.reason === 'cap-reached' || error.reason === 'breaker-open');
				if (!refused) k.breaker.failed();
				if (!refused || direct) k.lastError = error instanceof Error ? error.message : String(error);
				throw error;
			} finally {
				options.onChange();
			}
		};
	}

	function masks(): readonly Box[] {
		return consents.records.filter((r) => r.game === profile?.id).flatMap((r) => r.masks);
	}

	function consentOf(host: string): TierView['consent'] {
		return consents.records.find((r) => r.game === profile?.id && r.provider === host)?.choice ?? 'undecided';
	}

	/** The teacher for what it is let answer. */
	function letTeach(tier: Tier): Tier {
		return { ...tier, asks: new Set([...tier.asks].filter((ask) => mayTeach(uses, tier.id, ask).on)) };
	}

	const place = () => (builtIn === undefined ? 'game' : 'practice');

	return {
		tiers: () => [
			...(devices?.tiers() ?? []),
			...(builtIn === undefined ? [] : [letTeach(builtIn)]),
			...[...known.values()].sort((a, b) => rank(a) - rank(b)).flatMap(({ tier, moderation }) => [tier, moderation ?? []].flat()),
		],
		set(setting, post, simulated = false) {
			const host = new URL(setting.base).host;
			const by = (route: 'chat/completions' | 'moderations'): Post =>
				guarded(setting.id, post?.(route) ?? makeDirectPost(setting.base, setting.key ?? '', route), post === undefined);
			const common = { name: setting.name, simulated, boxFormat: setting.boxFormat, beforeSend: beforeSend(setting.id) };
			const tier = makeChatTier({
				...common,
				id: setting.id,
				label: `${setting.model} at ${host}`,
				asks: ASKS,
				budgetMs: BUDGET_MS,
				price: setting.price ?? (setting.name === 'local' ? { inPerM: 0, outPerM: 0 } : null),
				modelName: setting.model,
				post: by('chat/completions'),
			});
			const moderation =
				setting.moderation === undefined
					? {}
					: {
							moderation: makeModerationTier({
								...common,
								id: `${setting.id}-moderation`,
								label: `${setting.moderation} at ${host}`,
								asks: MODERATES,
								budgetMs: RULING_MS,
								// It is counted in calls, not in tokens.
								price: { inPerM: 0, outPerM: 0 },
								modelName: setting.moderation,
								post: by('moderations'),
							}),
						};
			known.set(setting.id, { setting, tier, ...moderation, host, breaker: makeBreaker({ clock }), calls: 0, lastError: '' });
			options.onChange();
		},
		remove(id) {
			known.delete(id);
			options.onChange();
		},
		setBuiltIn(tier) {
			builtIn = tier;
			options.onChange();
		},
		async setDevices(sources) {
			uses = (await keeper.load()).uses;
			devices = makeDeviceTiers({
				sources,
				clock,
				detector: () => namedDetector(profile?.detector),
				use: (model, ask) => mayAnswer(uses, model, ask, place()),
				onChange: options.onChange,
			});
			await devices.refresh();
		},
		async useDevice(id, ask, on) {
			const switched = (model: string, one: DeviceUse['ask']) => switchUse(uses, { model, ask: one, place: place(), on });
			if (builtIn?.id === id) uses = switched(id, ask);
			else {
				const model = devices?.models().find((one) => `device:${one.id}` === id);
				if (model === undefined) return 'That model is not here any more.';
				const one = model.asks.find((asked) => asked.ask === ask);
				if (one === undefined) return `${model.label} does not answer such questions.`;
				uses = switched(model.id, one.ask);
			}
			await keeper.saveUses(uses);
			options.onChange();
			return '';
		},
		views: () => [
			...(devices?.models() ?? []).map(deviceView),
			...(builtIn === undefined ? [] : [builtInView(builtIn, (ask) => mayTeach(uses, builtIn?.id ?? '', ask))]),
			...[...known.values()].map(
				(k): TierView => ({
					id: k.setting.id,
					name: k.setting.name,
					label: k.tier.label,
					host: k.host,
					simulated: k.tier.simulated,
					price: priceText(k.tier),
					consent: consentOf(k.host),
					breaker: k.breaker.state,
					calls: k.calls,
					lastError: k.lastError,
					...(k.setting.moderation === undefined ? {} : { moderates: k.setting.moderation }),
				}),
			),
		],
		sent: () => sent,
		async enter(next, what, session, consented) {
			profile = next;
			playing = true;
			surface = what;
			const kept = await keeper.load();
			uses = kept.uses;
			purse = await makePurse({
				clock,
				from: readBudget(kept.budget),
				session: { id: session, game: next.id },
				save: (memory) => keeper.saveBudget(memory),
			});
			consents = openSession(kept.consents, purse.session.id);
			for (const k of known.values()) {
				if (consented.includes(k.setting.id)) consents = consentByCommand(consents, next.id, k.host, clock.now());
			}
			options.onChange();
			return purse.session;
		},
		get session() {
			return purse?.session.id ?? '';
		},
		async alive() {
			await purse?.alive();
		},
		leave() {
			playing = false;
			void purse?.end();
			open = undefined;
			options.onConsent(null);
		},
		async decide(id, choice, chosen) {
			if (open?.id !== id) return;
			const k = known.get(open.tier);
			open = undefined;
			if (k !== undefined && profile !== undefined) {
				consents = choose(consents, { game: profile.id, provider: k.host, choice, at: clock.now(), masks: chosen });
				await keeper.saveConsents(consents.records);
			}
			options.onConsent(null);
			options.onChange();
		},
		masks,
	};
}

function rank(k: Known): number {
	return k.setting.name === 'local' ? 0 : 1;
}

/** What a reply says it cost; null when it does not say, and then the whole reservation stands. */
function costOf(reply: unknown, price: Tier['price']): number | null {
	const usage = (reply as { usage?: { prompt_tokens?: unknown; completion_tokens?: unknown } } | null)?.usage;
	const [prompt, completion] = [usage?.prompt_tokens, usage?.completion_tokens];
	return price !== null && typeof prompt === 'number' && typeof completion === 'number' ? dearest(price, prompt, completion) : null;
}

function priceText({ price, name, simulated }: Tier): string {
	if (price === null) return 'unknown';
	if (price.inPerM === 0 && price.outPerM === 0) return name === 'local' ? 'free: it runs on your network' : 'free of charge';
	return `$${price.inPerM} in, $${price.outPerM} out per million tokens${simulated ? ' (simulated)' : ''}`;
}

function builtInView(tier: Tier, allowed: (ask: LiveAsk) => Allowed): TierView {
	return {
		id: tier.id,
		name: tier.name,
		label: tier.label,
		host: 'this page',
		simulated: tier.simulated,
		price: priceText(tier),
		consent: 'not-needed',
		breaker: 'closed',
		calls: 0,
		lastError: '',
		answers: [...tier.asks].map((ask) => ({ ask, ...allowed(ask) })),
	};
}

function deviceView(model: DeviceModel): TierView {
	return {
		id: `device:${model.id}`,
		name: 'device',
		label: model.label,
		host: 'this machine',
		simulated: false,
		price: 'free: it runs on this machine',
		consent: 'not-needed',
		breaker: model.breaker,
		calls: model.calls,
		lastError: model.lastError,
		answers: model.asks,
		note: model.left,
	};
}
