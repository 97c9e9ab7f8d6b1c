// The models that may be asked, and the person's consent to each. Nothing leaves before consent: an undecided question is a
// miss with its reason, the person is asked once, and play goes on.
import { type Tier, TierError } from '../../src/core/cascade.ts';
import type { Box } from '../../src/core/geometry.ts';
import type { Ledger } from '../../src/core/ledger.ts';
import type { Frame, ModelRequest } from '../../src/core/ports.ts';
import type { Profile } from '../../src/core/profile.ts';
import type { LiveAsk } from '../../src/core/question.ts';
import { type BeforeSend, makeChatTier, makeDirectPost, type Post } from '../../src/adapters/tiers/chat.ts';
import type { ConsentView, SentView, TierSetting, TierView } from '../agent.protocol.ts';

const ASKS: ReadonlySet<LiveAsk> = new Set(['perception', 'decision', 'narration']);
/** One question may take so long, its two tries included (reliability.md F18). */
const BUDGET_MS = 20_000;
const FAILURES_TO_OPEN = 3;
const OPEN_MS = 30_000;

export type Consent = 'undecided' | 'never' | 'session' | 'always';

export interface ConsentKeeper {
	/** Stored choices, by `game host`. */
	load(key: string): Promise<Consent>;
	save(key: string, choice: Consent): Promise<void>;
}

interface Known {
	readonly setting: TierSetting;
	readonly tier: Tier;
	readonly host: string;
	calls: number;
	failures: number;
	openUntil: number;
	lastError: string;
}

export interface TierDesk {
	/** Cheapest first. */
	tiers(): readonly Tier[];
	/** Adds or replaces a model server. `post` reaches it: through the companion, or straight. */
	set(setting: TierSetting, post?: Post, simulated?: boolean): void;
	remove(id: string): void;
	/** A tier that needs neither consent nor network: the practice teacher in the page. */
	setBuiltIn(tier: Tier | undefined): void;
	views(): readonly TierView[];
	sent(): readonly SentView[];
	/** The game whose consents count now. */
	enter(profile: Profile, consented: readonly string[]): Promise<void>;
	leave(): void;
	decide(id: string, choice: Exclude<Consent, 'undecided'>, masks: readonly Box[]): Promise<void>;
	masks(): readonly Box[];
}

export function makeTierDesk(options: {
	readonly keeper: ConsentKeeper;
	readonly now: () => number;
	readonly monotonic: () => number;
	readonly ledger: () => Ledger | undefined;
	readonly onConsent: (ask: ConsentView | null) => void;
	readonly onChange: () => void;
	/** Makes the picture that would leave, masks applied. */
	readonly preview: () => Promise<{ readonly png: Uint8Array; readonly frame: Frame } | undefined>;
}): TierDesk {
	const known = new Map<string, Known>();
	const consents = new Map<string, Consent>();
	const sent: SentView[] = [];
	let builtIn: Tier | undefined;
	let profile: Profile | undefined;
	let masks: readonly Box[] = [];
	let open: { id: string; tier: string } | undefined;

	const keyOf = (host: string): string => `${profile?.id ?? ''} ${host}`;

	function beforeSend(id: string): BeforeSend {
		return async (request: ModelRequest, bytes: number) => {
			const k = known.get(id);
			if (k === undefined) throw new TierError('tier-failed', `The model server "${id}" was removed.`);
			if (k.openUntil > options.monotonic()) {
				throw new TierError('breaker-open', `${k.tier.label} failed ${FAILURES_TO_OPEN} times; it is left alone for ${Math.ceil((k.openUntil - options.monotonic()) / 1000)} s.`);
			}
			const consent = consents.get(keyOf(k.host)) ?? 'undecided';
			if (consent === 'never') throw new TierError('no-consent', `You chose that nothing of this game goes to ${k.host}.`);
			if (consent === 'undecided') {
				void askPerson(id);
				throw new TierError('no-consent', `Waiting for your consent to send a picture to ${k.host}.`);
			}
			k.calls++;
			if (request.png === undefined) return;
			const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', request.png as Uint8Array<ArrayBuffer>));
			const sha256 = [...hash].map((b) => b.toString(16).padStart(2, '0')).join('');
			const { width, height } = request.question.frame;
			options.ledger()?.append({ type: 'sent', to: k.host, tier: k.tier.name, width, height, bytes, sha256 });
			sent.push({ at: options.now(), to: k.host, width, height, bytes });
			options.onChange();
		};
	}

	async function askPerson(id: string): Promise<void> {
		const k = known.get(id);
		if (open !== undefined || k === undefined || profile === undefined) return;
		open = { id: crypto.randomUUID(), tier: id };
		const preview = await options.preview();
		if (preview === undefined || open === undefined) {
			open = undefined;
			return;
		}
		options.onConsent({
			id: open.id,
			game: profile.name,
			provider: k.tier.label,
			host: k.host,
			model: k.setting.model,
			price: priceText(k.setting),
			png: preview.png,
			size: { width: preview.frame.width, height: preview.frame.height },
			masks,
		});
	}

	/** Counts failures, opens the breaker, and passes the error on. */
	function guarded(id: string, post: Post): Post {
		return async (body, signal) => {
			const k = known.get(id);
			try {
				const reply = await post(body, signal);
				if (k !== undefined) {
					k.failures = 0;
					k.lastError = '';
				}
				return reply;
			} catch (error) {
				if (k !== undefined && !(error instanceof TierError && (error.reason === 'cap-reached' || error.reason === 'breaker-open'))) {
					k.failures++;
					k.lastError = error instanceof Error ? error.message : String(error);
					if (k.failures >= FAILURES_TO_OPEN) {
						k.openUntil = options.monotonic() + OPEN_MS;
						k.failures = 0;
					}
				}
				throw error;
			} finally {
				options.onChange();
			}
		};
	}

	return {
		tiers: () => [...(builtIn === undefined ? [] : [builtIn]), ...[...known.values()].sort((a, b) => rank(a) - rank(b)).map((k) => k.tier)],
		set(setting, post, simulated = false) {
			const host = new URL(setting.base).host;
			const tier = makeChatTier({
				id: setting.id,
				name: setting.name,
				label: `${setting.model} at ${host}`,
				asks: ASKS,
				budgetMs: BUDGET_MS,
				simulated,
				price: setting.price ?? (setting.name === 'local' ? { inPerM: 0, outPerM: 0 } : null),
				boxFormat: setting.boxFormat,
				modelName: setting.model,
				post: guarded(setting.id, post ?? makeDirectPost(setting.base, setting.key ?? '')),
				beforeSend: beforeSend(setting.id),
			});
			known.set(setting.id, { setting, tier, host, calls: 0, failures: 0, openUntil: 0, lastError: '' });
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
		views: () => [
			...(builtIn === undefined ? [] : [builtInView(builtIn)]),
			...[...known.values()].map((k): TierView => ({
				id: k.setting.id,
				name: k.setting.name,
				label: k.tier.label,
				host: k.host,
				simulated: k.tier.simulated,
				price: priceText(k.setting),
				consent: consents.get(keyOf(k.host)) ?? 'undecided',
				breaker: k.openUntil > options.monotonic() ? 'open' : k.openUntil > 0 && k.lastError !== '' ? 'half-open' : 'closed',
				calls: k.calls,
				lastError: k.lastError,
			})),
		],
		sent: () => sent,
		async enter(next, consented) {
			profile = next;
			masks = [];
			for (const k of known.values()) {
				const allowed = consented.includes(k.setting.id) || consented.includes(k.host);
				consents.set(keyOf(k.host), allowed ? 'session' : await options.keeper.load(keyOf(k.host)));
			}
			options.onChange();
		},
		leave() {
			for (const [key, consent] of consents) if (consent === 'session') consents.delete(key);
			open = undefined;
			options.onConsent(null);
		},
		async decide(id, choice, chosen) {
			if (open?.id !== id) return;
			const k = known.get(open.tier);
			open = undefined;
			masks = chosen;
			if (k !== undefined) {
				consents.set(keyOf(k.host), choice);
				if (choice !== 'session') await options.keeper.save(keyOf(k.host), choice);
			}
			options.onConsent(null);
			options.onChange();
		},
		masks: () => masks,
	};
}

function rank(k: Known): number {
	return k.setting.name === 'local' ? 0 : 1;
}

function priceText(setting: TierSetting): string {
	if (setting.price !== null) return `$${setting.price.inPerM} in, $${setting.price.outPerM} out per million tokens`;
	return setting.name === 'local' ? 'free: runs on your network' : 'unknown';
}

function builtInView(tier: Tier): TierView {
	const price = tier.price === null ? 'unknown' : `$${tier.price.inPerM} in, $${tier.price.outPerM} out per million tokens (simulated)`;
	return { id: tier.id, name: tier.name, label: tier.label, host: 'this page', simulated: tier.simulated, price, consent: 'not-needed', breaker: 'closed', calls: 0, lastError: '' };
}
