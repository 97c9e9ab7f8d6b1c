// What may be typed into the settings, and what a stored one must look like before it is believed.
import { defaultOptions } from '../../../workers/practice.protocol.ts';
import type { PracticeOptions, Settings } from '../services.ts';

export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16] as const;

/** How often a door of the Warren is shut, or somebody stops the hero there. */
export const CHANCES = [0, 0.1, 0.25, 0.5] as const;

export const DEFAULTS: Settings = {
	theme: 'system',
	voice: { on: false, voice: '', volume: 0.8 },
	practice: defaultOptions,
};

export function readSeed(text: string): number | undefined {
	const seed = Number(text.trim());
	return text.trim() !== '' && Number.isInteger(seed) && seed >= 0 && seed <= 0x7fff_ffff ? seed : undefined;
}

/** Six digits, with or without a gap in the middle. */
export function readCode(text: string): string | undefined {
	const digits = text.replace(/[\s-]/g, '');
	return /^\d{6}$/.test(digits) ? digits : undefined;
}

/** Settings as stored, field by field; what does not fit is the default. */
export function readSettings(text: string | null): Settings {
	let data: unknown;
	try {
		data = JSON.parse(text ?? '{}');
	} catch {
		return DEFAULTS;
	}
	const record = (value: unknown) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {});
	const { theme, voice, practice } = record(data);
	const spoken = record(voice);
	const volume = spoken['volume'];
	const named = spoken['voice'];
	const p = record(practice);
	const pick = <T>(value: unknown, allowed: readonly T[], otherwise: T) => (allowed.includes(value as T) ? (value as T) : otherwise);
	const d = DEFAULTS.practice;
	return {
		theme: pick(theme, ['system', 'light', 'dark'] as const, DEFAULTS.theme),
		voice: {
			on: spoken['on'] === true,
			voice: typeof named === 'string' && /^[\w-]{1,40}$/.test(named) ? named : '',
			volume: typeof volume === 'number' && volume >= 0 && volume <= 1 ? volume : DEFAULTS.voice.volume,
		},
		practice: {
			seed: readSeed(String(p['seed'])) ?? d.seed,
			speed: pick<number>(p['speed'], SPEEDS, d.speed),
			skin: pick<PracticeOptions['skin']>(p['skin'], ['day', 'dusk'], d.skin),
			scale: pick<PracticeOptions['scale']>(p['scale'], [1, 1.25, 1.5], d.scale),
			hud: pick<PracticeOptions['hud']>(p['hud'], ['top', 'bottom'], d.hud),
			land: pick<PracticeOptions['land']>(p['land'], ['hollow', 'warren'], d.land),
			doors: pick<number>(p['doors'], CHANCES, d.doors),
			popups: pick<number>(p['popups'], CHANCES, d.popups),
			plate: p['plate'] === true,
			// For proofs and tests; the page has no switch for them.
			lies: 0,
			patchAt: 0,
		},
	};
}

/** Payments in a file: a list, an answer of a wallet that holds one, or a payment a line. @returns a sentence where it is none of them */
export function readPayments(text: string): readonly unknown[] | string {
	const none = 'no list of payments. Export them as JSON or JSONL.';
	try {
		const data: unknown = JSON.parse(text);
		if (Array.isArray(data)) return data as unknown[];
		const { transactions } = (data ?? {}) as { readonly transactions?: unknown };
		if (Array.isArray(transactions)) return transactions as unknown[];
		if (typeof data === 'object' && data !== null && 'payment_hash' in data) return [data];
		return none;
	} catch {
		// Not one document: a payment a line.
	}
	const lines = text.split('\n').filter((line) => line.trim() !== '');
	try {
		return lines.length === 0 ? none : lines.map((line) => JSON.parse(line) as unknown);
	} catch {
		return none;
	}
}
