// How an embedded scorecard looks, as it stands in the query of an address or in attributes. Somebody may be live on air: what
// cannot be read is left as usual, and nothing ends for it.
import { type MeterId, METERS } from '../meters.ts';

export const THEMES = ['auto', 'dark', 'light'] as const;
export const BACKGROUNDS = ['none', 'panel'] as const;
export const PLACES = ['fill', 'top-left', 'top-right', 'bottom-left', 'bottom-right'] as const;

export interface EmbedOptions {
	/** `auto` follows what the browser says. */
	readonly theme: (typeof THEMES)[number];
	/** Which of the five, in which order; wrong and idle are always beside them. */
	readonly metrics: readonly MeterId[];
	readonly title: string;
	/** `none` is transparent, with a halo round the letters; `panel` lays a dimmed sheet under them. */
	readonly bg: (typeof BACKGROUNDS)[number];
	/** Of the bars; '' for the theme's. */
	readonly accent: string;
	/** Part of the room that the card may fill, 0.1 to 1. */
	readonly scale: number;
	/** Where a card smaller than its room stands. */
	readonly place: (typeof PLACES)[number];
	/** False: nothing moves, as when the computer asks for reduced motion. */
	readonly animate: boolean;
}
export const USUAL: EmbedOptions = {
	theme: 'dark',
	metrics: METERS,
	title: 'Falsework',
	bg: 'none',
	accent: '',
	scale: 1,
	place: 'fill',
	animate: true,
};
const TITLE_MOST = 60;

function oneOf<T extends string>(choices: readonly T[], said: string | null, usual: T): T {
	return choices.find((choice) => choice === said) ?? usual;
}

/** @param get  the value of a name; null when it is not given */
export function readOptions(get: (name: keyof EmbedOptions) => string | null): EmbedOptions {
	const named = (get('metrics') ?? '').split(',').map((name) => name.trim());
	const metrics = [...new Set(named.flatMap((name) => METERS.filter((id) => id === name)))];
	const scale = Number(get('scale') ?? USUAL.scale);
	const accent = get('accent') ?? '';
	return {
		theme: oneOf(THEMES, get('theme'), USUAL.theme),
		metrics: metrics.length > 0 ? metrics : USUAL.metrics,
		title: (get('title') ?? USUAL.title)
			.replaceAll(/[\s\p{C}]+/gu, ' ')
			.trim()
			.slice(0, TITLE_MOST),
		bg: oneOf(BACKGROUNDS, get('bg'), USUAL.bg),
		accent: /^[0-9a-f]{6}$/i.test(accent) ? accent.toLowerCase() : '',
		scale: Number.isFinite(scale) ? Math.min(1, Math.max(0.1, scale)) : USUAL.scale,
		place: oneOf(PLACES, get('place'), USUAL.place),
		animate: get('animate') !== '0',
	};
}

export const OPTION_NAMES = Object.keys(USUAL) as readonly (keyof EmbedOptions)[];

/** As an attribute of the element: `title` would be a tooltip. */
export function attributeOf(name: keyof EmbedOptions): string {
	return name === 'title' ? 'heading' : name;
}

/** As `readOptions` takes it. */
export function optionText(options: EmbedOptions, name: keyof EmbedOptions): string {
	const value = options[name];
	return typeof value === 'boolean' ? (value ? '1' : '0') : String(value);
}

/** Those that differ from the usual, as names and values that `readOptions` takes. */
export function optionPairs(options: EmbedOptions): readonly (readonly [name: keyof EmbedOptions, value: string])[] {
	return OPTION_NAMES.filter((name) => optionText(options, name) !== optionText(USUAL, name)).map((name) => [
		name,
		optionText(options, name),
	]);
}
