// Servers that speak the OpenAI-compatible wire, and what can be known of them before asking.
import type { TierSetting } from '../services.ts';

export interface Preset {
	readonly id: string;
	readonly label: string;
	readonly name: TierSetting['name'];
	readonly base: string;
	readonly model: string;
	readonly keyNeeded: boolean;
}

export const PRESETS: readonly Preset[] = [
	{ id: 'ollama', label: 'Ollama', name: 'local', base: 'http://127.0.0.1:11434/v1', model: 'qwen2.5vl:7b', keyNeeded: false },
	{ id: 'lm-studio', label: 'LM Studio', name: 'local', base: 'http://127.0.0.1:1234/v1', model: '', keyNeeded: false },
	{ id: 'llama-cpp', label: 'llama.cpp', name: 'local', base: 'http://127.0.0.1:8080/v1', model: '', keyNeeded: false },
	{
		id: 'groq',
		label: 'Groq',
		name: 'cloud',
		base: 'https://api.groq.com/openai/v1',
		model: 'meta-llama/llama-4-scout-17b-16e-instruct',
		keyNeeded: true,
	},
	{ id: 'other', label: 'Other', name: 'cloud', base: '', model: '', keyNeeded: false },
];

export interface TierDraft {
	readonly preset: string;
	readonly name: TierSetting['name'];
	readonly base: string;
	readonly model: string;
	readonly key: string;
	readonly inPerM: string;
	readonly outPerM: string;
	readonly boxFormat: TierSetting['boxFormat'];
	/** Of its moderation endpoint; empty where it has none. */
	readonly moderation: string;
}
export type DraftField = 'base' | 'model' | 'moderation' | 'key' | 'inPerM' | 'outPerM';
export type DraftRead =
	| { readonly ok: true; readonly setting: TierSetting }
	| { readonly ok: false; readonly faults: Readonly<Partial<Record<DraftField, string>>> };

export function draftOf(preset: Preset): TierDraft {
	return {
		preset: preset.id,
		name: preset.name,
		base: preset.base,
		model: preset.model,
		key: '',
		inPerM: '',
		outPerM: '',
		boxFormat: 'pixels',
		moderation: '',
	};
}

/** @param known true when the tier exists, so that its key may stay as stored */
export function readDraft(draft: TierDraft, known: boolean): DraftRead {
	const faults: Partial<Record<DraftField, string>> = {};
	const base = draft.base.trim().replace(/\/+$/, '');
	const url = URL.canParse(base) ? new URL(base) : undefined;
	if (url?.protocol !== 'http:' && url?.protocol !== 'https:') faults.base = 'an address such as http://127.0.0.1:11434/v1';
	else if (url.username !== '' || url.password !== '') faults.base = 'no name or password in the address; the key has a field of its own';
	if (draft.model.trim() === '') faults.model = 'the name that the server gives the model';
	const preset = PRESETS.find((p) => p.id === draft.preset);
	if (preset?.keyNeeded && draft.key.trim() === '' && !known) faults.key = `${preset.label} wants a key`;
	const price = (text: string, field: 'inPerM' | 'outPerM') => {
		if (text.trim() === '') return null;
		const value = Number(text.trim().replace(',', '.'));
		if (!Number.isFinite(value) || value < 0 || value > 10_000) faults[field] = 'US dollars a million tokens, 0 to 10,000';
		return value;
	};
	const inPerM = price(draft.inPerM, 'inPerM');
	const outPerM = price(draft.outPerM, 'outPerM');
	if ((inPerM === null) !== (outPerM === null)) faults[inPerM === null ? 'inPerM' : 'outPerM'] = 'both prices or neither';
	if (Object.keys(faults).length > 0) return { ok: false, faults };
	const key = draft.key.trim();
	return {
		ok: true,
		setting: {
			id: draft.name,
			name: draft.name,
			base,
			model: draft.model.trim(),
			...(key === '' ? {} : { key }),
			price: inPerM === null || outPerM === null ? null : { inPerM, outPerM },
			boxFormat: draft.boxFormat,
			...(draft.moderation.trim() === '' ? {} : { moderation: draft.moderation.trim() }),
		},
	};
}
