// What the page makes of the model host's view: models by purpose with the recommended one first, the three ways to begin, and each
// state in words with what can be clicked next.
import { PURPOSES, type Purpose } from '../../core/models/manifest.ts';
import type { Measured, ModelState, ModelsView, ModelView } from '../services.ts';
import { formatBytes, formatCount } from '../primitives/format.ts';

export interface PurposeText {
	readonly title: string;
	/** What it does in play, and what is asked in its place without it. */
	readonly about: string;
}
export const PURPOSE_TEXTS: Readonly<Record<Purpose, PurposeText>> = {
	read: {
		title: 'Reads text',
		about: 'Turns health, gold, menus and dialogue into facts. Without it nothing written on the screen is known.',
	},
	embed: {
		title: 'Compares sentences',
		about: 'Tells that two wordings mean the same, so that what was learnt of one serves the other. Without it only equal words are equal.',
	},
	think: {
		title: 'Decides and writes',
		about: 'Answers what no crystal knows yet, before any server is asked. Without it those questions go to a server, or stay open.',
	},
	see: {
		title: 'Looks at pictures',
		about: 'Names what is new on a frame, so that no picture leaves this machine. Without it a server is asked, with your consent.',
	},
	speak: { title: 'Speaks', about: 'Says the narration aloud. Without it lines are shown as captions.' },
	detect: { title: 'Finds things', about: 'Finds what a game’s profile names by a detector of its own. Without it templates have to do.' },
};

const FITS = { good: 0, slow: 1, no: 2 } as const;

/** It is here already, or somebody can be asked for it. */
export function canBeHad({ obtainable, haveBytes }: Pick<ModelView, 'obtainable' | 'haveBytes'>): boolean {
	return obtainable !== false || haveBytes > 0;
}

/** Better first: what comes with the page, what can be had, then what runs well, has no terms of its own, was run by this build, is small. */
export function byMerit(a: ModelView, b: ModelView): number {
	return (
		Number(b.manifest.embedded) - Number(a.manifest.embedded) ||
		Number(canBeHad(b)) - Number(canBeHad(a)) ||
		FITS[a.fitness.fit] - FITS[b.fitness.fit] ||
		Number(a.manifest.terms !== '') - Number(b.manifest.terms !== '') ||
		Number(b.manifest.verified) - Number(a.manifest.verified) ||
		a.totalBytes - b.totalBytes ||
		(a.manifest.id < b.manifest.id ? -1 : 1)
	);
}

export interface PurposeGroup {
	readonly purpose: Purpose;
	/** The recommended one first. */
	readonly ids: readonly string[];
	/** Absent when none of them can run here, or none can be had. */
	readonly recommended: string | undefined;
}

/** Purposes that have a model, in the order of the law's cheapest first. */
export function byPurpose(models: readonly ModelView[]): readonly PurposeGroup[] {
	return PURPOSES.flatMap((purpose) => {
		const mine = models.filter((m) => m.manifest.purpose === purpose).toSorted(byMerit);
		if (mine.length === 0) return [];
		const best = mine.find((m) => m.fitness.fit !== 'no' && m.manifest.terms === '' && canBeHad(m));
		return [{ purpose, ids: mine.map((m) => m.manifest.id), recommended: best?.manifest.id }];
	});
}

/** Here whole, or on the way without another click. */
export function isUnderWay({ state }: Pick<ModelView, 'state'>): boolean {
	return state === 'ready' || state === 'checking' || state === 'queued' || state === 'downloading';
}

/** Those of a purpose that are shown at once: the recommended one, and whatever is here or on its way. */
export function shownFirst({ ids, recommended }: PurposeGroup, models: readonly ModelView[]): readonly string[] {
	const first = ids.filter((id) => id === recommended || models.some((m) => m.manifest.id === id && m.state !== 'absent'));
	return first.length > 0 ? first : ids.slice(0, 1);
}

export interface ModelSet {
	/** The recommended model of each purpose in the set. */
	readonly ids: readonly string[];
	/** Of them, what a click would fetch. */
	readonly missing: readonly string[];
	/** Of those, bytes still to come. */
	readonly bytes: number;
	/** Purposes for which nothing can run here, or be had. */
	readonly lacks: readonly Purpose[];
	/** Purposes whose only models have terms that a person must read first. */
	readonly bound: readonly Purpose[];
	readonly done: boolean;
}

const SMALL: readonly Purpose[] = ['read', 'embed', 'think', 'speak'];

/** `small`: everything but looking at pictures. `all`: one model for each purpose that there is one for. */
export function modelSet(models: readonly ModelView[], which: 'small' | 'all'): ModelSet {
	const groups = byPurpose(models).filter(({ purpose }) => which === 'all' || SMALL.includes(purpose));
	const chosen = groups.flatMap(({ recommended }) => models.filter((m) => m.manifest.id === recommended));
	const missing = chosen.filter((m) => !isUnderWay(m));
	const without = groups.filter(({ recommended }) => recommended === undefined).map(({ purpose }) => purpose);
	const possible = (purpose: Purpose) => models.filter((m) => m.manifest.purpose === purpose && m.fitness.fit !== 'no' && canBeHad(m));
	return {
		ids: chosen.map((m) => m.manifest.id),
		missing: missing.map((m) => m.manifest.id),
		bytes: missing.reduce((sum, m) => sum + Math.max(0, m.totalBytes - m.haveBytes), 0),
		lacks: without.filter((purpose) => possible(purpose).length === 0),
		bound: without.filter((purpose) => possible(purpose).length > 0 && !possible(purpose).some(isUnderWay)),
		done: chosen.length > 0 && chosen.every((m) => m.state === 'ready'),
	};
}

export const STATES: Readonly<Record<ModelState, { readonly word: string; readonly tone: string }>> = {
	absent: { word: 'Not here', tone: '' },
	queued: { word: 'Waits', tone: 'chip-accent' },
	downloading: { word: 'Coming', tone: 'chip-accent' },
	paused: { word: 'Paused', tone: 'chip-warn' },
	partial: { word: 'Begun', tone: 'chip-warn' },
	checking: { word: 'Being checked', tone: 'chip-accent' },
	ready: { word: 'Here, checked', tone: 'chip-good' },
	damaged: { word: 'Damaged', tone: 'chip-bad' },
	failed: { word: 'Failed', tone: 'chip-bad' },
	elsewhere: { word: 'Out of reach', tone: 'chip-warn' },
};

export type ModelAction = 'download' | 'pause' | 'cancel' | 'remove' | 'check' | 'unload' | 'test';

/** What can be done with it now, the likeliest first. */
export function actionsOf(model: Pick<ModelView, 'state' | 'haveBytes' | 'loaded' | 'fitness'>): readonly ModelAction[] {
	switch (model.state) {
		case 'absent':
			return ['download'];
		case 'queued':
			return ['cancel'];
		case 'downloading':
			return ['pause', 'cancel'];
		case 'paused':
		case 'partial':
			return ['download', 'cancel'];
		case 'checking':
			return [];
		case 'ready':
			return [
				...(model.fitness.fit === 'no' ? [] : (['test'] as const)),
				'check',
				...(model.loaded ? (['unload'] as const) : []),
				'remove',
			];
		case 'damaged':
			return ['download', 'remove'];
		case 'failed':
			return model.haveBytes > 0 ? ['download', 'cancel'] : ['download'];
		case 'elsewhere':
			return ['check'];
	}
}

/** On the button; a state says "again" where something was tried before. */
export function actionLabel(action: ModelAction, model: Pick<ModelView, 'state' | 'haveBytes' | 'totalBytes' | 'freesBytes'>): string {
	const left = formatBytes(Math.max(0, model.totalBytes - model.haveBytes));
	switch (action) {
		case 'download':
			if (model.state === 'damaged') return 'Fetch the damaged part again';
			if (model.state === 'failed') return `Try again${model.haveBytes > 0 ? ` (${left} left)` : ''}`;
			return model.state === 'absent' ? `Get it (${formatBytes(model.totalBytes)})` : `Resume (${left} left)`;
		case 'pause':
			return 'Pause';
		case 'cancel':
			return model.freesBytes > 0 ? `Cancel, give ${formatBytes(model.freesBytes)} back` : 'Cancel';
		case 'remove':
			return 'Delete';
		case 'check':
			return model.state === 'elsewhere' ? 'Look again' : 'Check again';
		case 'unload':
			return 'Unload';
		case 'test':
			return 'Test it';
	}
}

export const BACKENDS: Readonly<Record<Measured['backend'], string>> = {
	webgpu: 'the GPU',
	'wasm-threads': 'several threads',
	wasm: 'one thread',
	browser: 'the browser’s own model',
};

const UNITS: Readonly<Record<Measured['what'], string>> = {
	'tokens a second': 'tokens/s',
	'times real time': '× real time',
	'ms a line': 'ms a line',
	'ms a text': 'ms a text',
	'ms a picture': 'ms a picture',
};

/** "7.4 tokens/s". */
export function formatSpeed({ what, value }: Measured): string {
	const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
	return `${value >= 1000 ? formatCount(value) : Number(value.toFixed(digits))} ${UNITS[what]}`;
}

/** "7.4 tokens/s on one thread". */
export function formatMeasured(measured: Measured): string {
	return `${formatSpeed(measured)} on ${BACKENDS[measured.backend]}`;
}

/** "25 s left", "4 min left"; nobody counts the seconds of an hour. */
export function formatLeft(ms: number): string {
	const seconds = Math.max(1, Math.round(ms / 1000));
	if (seconds < 60) return `${seconds} s left`;
	const minutes = Math.round(seconds / 60);
	return minutes < 60 ? `${minutes} min left` : `${Math.floor(minutes / 60)} h ${minutes % 60} min left`;
}

/** What a moving or resting download says of itself, in parts. */
export function progressParts(
	model: Pick<ModelView, 'state' | 'haveBytes' | 'landingBytes' | 'totalBytes' | 'speed' | 'etaMs' | 'via' | 'ahead'>,
): readonly string[] {
	const parts = [`${formatBytes(cameBytes(model))} of ${formatBytes(model.totalBytes)}`];
	if (model.state === 'downloading') {
		parts.push(model.speed > 0 ? `${formatBytes(model.speed)}/s` : '0 B/s: no bytes are coming; it waits and goes on by itself');
		if (model.speed > 0 && model.etaMs !== undefined) parts.push(formatLeft(model.etaMs));
		if (model.via !== '') parts.push(`from ${model.via}`);
	}
	if (model.state === 'queued') parts.push(model.ahead === undefined || model.ahead === 0 ? 'next in line' : `${model.ahead} before it`);
	return parts;
}

export function hasProgress({ state, haveBytes }: Pick<ModelView, 'state' | 'haveBytes'>): boolean {
	return ['queued', 'downloading', 'paused', 'partial', 'checking'].includes(state) || (state === 'failed' && haveBytes > 0);
}

/** Verified, and on the way to it. */
function cameBytes({ haveBytes, landingBytes = 0 }: Pick<ModelView, 'haveBytes' | 'landingBytes'>): number {
	return haveBytes + landingBytes;
}

/** Share of bytes here, in [0, 1]. */
export function shareOf(model: Pick<ModelView, 'haveBytes' | 'landingBytes' | 'totalBytes'>): number {
	return model.totalBytes > 0 ? Math.min(1, cameBytes(model) / model.totalBytes) : 0;
}

/** Of the document, while something comes: "43 % · Falsework". */
export function titleOf(title: string, models: readonly ModelView[]): string {
	const coming = models.filter((m) => m.state === 'downloading' || m.state === 'queued');
	if (!coming.some((m) => m.state === 'downloading')) return title;
	const total = coming.reduce((sum, m) => sum + m.totalBytes, 0);
	const have = coming.reduce((sum, m) => sum + cameBytes(m), 0);
	const still = coming.every((m) => m.speed === 0);
	return `${still ? 'waiting, ' : ''}${Math.floor(100 * (total > 0 ? have / total : 0))} % · ${title}`;
}

/** What happened between two views that a person who looks elsewhere should hear; empty when nothing did. */
export function newsOf(before: ModelsView | null, after: ModelsView): string {
	const was = new Map(before?.models.map((m) => [m.manifest.id, m.state]));
	const said = after.models.flatMap(({ manifest: { id, name }, state }) => {
		const old = was.get(id);
		if (old === undefined || old === state) return [];
		if (state === 'ready') return [old === 'checking' || old === 'downloading' ? `${name} is here and checked.` : `${name} is here.`];
		if (state === 'failed') return [`${name} could not be fetched.`];
		if (state === 'damaged') return [`${name} is damaged.`];
		if (state === 'downloading') return [`${name} is being fetched.`];
		return [];
	});
	return said.join(' ');
}

export function needsCare(models: readonly ModelView[]): boolean {
	return models.some(({ state }) => state === 'damaged' || state === 'failed');
}
