// Nothing leaves this machine before a person has seen what would leave and said yes. Pure state: the page asks, this remembers.
import { type Box, clip, type Size } from './geometry.ts';
import type { EntryDraft, TierName } from './ledger.ts';

export const CHOICES = ['never', 'session', 'always'] as const;
export type Choice = (typeof CHOICES)[number];
/** What the browser says was shared (`displaySurface`). */
export type Surface = 'window' | 'browser' | 'monitor' | 'practice';

export interface ConsentRecord {
	readonly game: string;
	/** The address's host, or the tier's name where it has none. */
	readonly provider: string;
	readonly choice: Choice;
	/** Milliseconds since 1970. */
	readonly at: number;
	/** The session it was given in; a `session` choice holds in that one only. */
	readonly session: string;
	/** Parts of the frame that are blackened before sending, frame pixels. */
	readonly masks: readonly Box[];
}
/** JSON; `session` choices of ended sessions are dropped by `openSession`. */
export interface ConsentState {
	readonly session: string;
	readonly records: readonly ConsentRecord[];
}

export function openSession(records: readonly ConsentRecord[], session: string): ConsentState {
	return { session, records: records.filter((r) => r.choice !== 'session' || r.session === session) };
}

export type ConsentVerdict =
	| { readonly send: true; readonly masks: readonly Box[] }
	| {
			readonly send: false;
			readonly reason: 'no-consent';
			/** True when a person has not decided yet, so the page may ask. */
			readonly ask: boolean;
			readonly detail: string;
	  };

/** Whether a picture of this game may go to this provider now. */
export function mayShare(
	state: ConsentState,
	what: { readonly game: string; readonly provider: string; readonly tier: Exclude<TierName, 'crystal'>; readonly surface: Surface },
): ConsentVerdict {
	if (what.tier === 'device') return { send: true, masks: [] };
	if (what.surface === 'monitor') {
		return {
			send: false,
			reason: 'no-consent',
			ask: false,
			detail: 'a whole screen was shared, and mail or a password may be on it: share the game window instead',
		};
	}
	const record = find(state, what.game, what.provider);
	if (record === undefined)
		return {
			send: false,
			reason: 'no-consent',
			ask: true,
			detail: `nobody has decided yet whether ${what.provider} may see pictures of ${what.game}`,
		};
	if (record.choice === 'never')
		return { send: false, reason: 'no-consent', ask: false, detail: `${what.provider} may not see pictures of ${what.game}` };
	return { send: true, masks: record.masks };
}

function find(state: ConsentState, game: string, provider: string): ConsentRecord | undefined {
	return state.records.findLast(
		(r) => r.game === game && r.provider === provider && (r.choice !== 'session' || r.session === state.session),
	);
}

/** A person's choice, in place of an earlier one. */
export function choose(state: ConsentState, record: Omit<ConsentRecord, 'session'>): ConsentState {
	const others = state.records.filter((r) => r.game !== record.game || r.provider !== record.provider);
	return { ...state, records: [...others, { ...record, session: state.session }] };
}

/** Takes a choice back: the person is asked again. */
export function withdraw(state: ConsentState, game: string, provider: string): ConsentState {
	return { ...state, records: state.records.filter((r) => r.game !== game || r.provider !== provider) };
}

/** `play --teacher URL` is the person's consent for that address, in this session. */
export function consentByCommand(state: ConsentState, game: string, provider: string, at: number): ConsentState {
	return choose(state, { game, provider, choice: 'session', at, masks: [] });
}

/** What the person is shown before the first picture leaves. */
export interface ConsentAsk {
	readonly game: string;
	readonly provider: string;
	readonly model: string;
	readonly tier: Exclude<TierName, 'crystal'>;
	/** The part of the frame that would be sent; its picture is drawn from the very bytes. */
	readonly crop: Box;
	readonly bytes: number;
	readonly masks: readonly Box[];
	/** In words; a simulated or unknown price says so. */
	readonly price: string;
	readonly choices: readonly Choice[];
}

export function makeConsentAsk(input: {
	readonly game: string;
	readonly provider: string;
	readonly model: string;
	readonly tier: Exclude<TierName, 'crystal'>;
	readonly frame: Size;
	readonly roi?: Box;
	readonly bytes: number;
	readonly masks?: readonly Box[];
	readonly price: { readonly inPerM: number; readonly outPerM: number } | null;
	readonly simulated: boolean;
}): ConsentAsk {
	const crop = (input.roi && clip(input.roi, input.frame)) ?? [0, 0, input.frame.width, input.frame.height];
	const { price } = input;
	const words =
		price === null
			? 'price unknown: type it in first'
			: price.inPerM === 0 && price.outPerM === 0
				? 'free of charge'
				: `$${price.inPerM} in, $${price.outPerM} out for a million tokens`;
	return {
		game: input.game,
		provider: input.provider,
		model: input.model,
		tier: input.tier,
		crop,
		bytes: input.bytes,
		masks: masksIn(input.masks ?? [], crop),
		price: input.simulated ? `${words} (simulated)` : words,
		choices: CHOICES,
	};
}

/** Masks that lie in a crop, in the crop's own pixels. */
export function masksIn(masks: readonly Box[], crop: Box): readonly Box[] {
	return masks.flatMap((m) => {
		const inside = clip([m[0] - crop[0], m[1] - crop[1], m[2], m[3]], { width: crop[2], height: crop[3] });
		return inside === undefined ? [] : [inside];
	});
}

/** Blackens masks in place, in opaque RGBA rows without padding; a mask's half pixels go too. */
export function blacken(rgba: Uint8ClampedArray, size: Size, masks: readonly Box[]): void {
	for (const mask of masks) {
		const inside = clip(mask, size);
		if (inside === undefined) continue;
		const [x, y, w, h] = inside;
		for (let row = y; row < y + h; row++) {
			for (let i = 4 * (row * size.width + x), end = i + 4 * w; i < end; i += 4) rgba.fill(0, i, i + 3);
		}
	}
}

/** The ledger's line for a picture that left. */
export function sentEntry(sent: {
	readonly to: string;
	readonly tier: TierName;
	readonly size: Size;
	readonly bytes: number;
	readonly sha256: string;
}): EntryDraft {
	return {
		type: 'sent',
		to: sent.to,
		tier: sent.tier,
		width: sent.size.width,
		height: sent.size.height,
		bytes: sent.bytes,
		sha256: sent.sha256,
	};
}
