// What a person takes away to embed the scorecard, for one set of options.
import { escapeHtml } from '../../core/feed/markup.ts';
import { attributeOf, type EmbedOptions, optionPairs } from '../../core/feed/options.ts';

export const WAYS = ['obs', 'iframe', 'html', 'htmx'] as const;
export type Way = (typeof WAYS)[number];
export const WAY_NAMES: Readonly<Record<Way, string>> = { obs: 'OBS', iframe: 'iframe', html: 'HTML', htmx: 'htmx' };

/** What only matters where the card fills a window. */
const ROOM: ReadonlySet<keyof EmbedOptions> = new Set(['scale', 'place']);

/** Address of the page for a browser source or an iframe. */
export function embedUrl(base: string, options: EmbedOptions): string {
	return `${base}/embed/scorecard${queryOf(options)}`;
}

function queryOf(options: EmbedOptions, without: ReadonlySet<keyof EmbedOptions> = new Set()): string {
	// A list keeps its commas, and a person can go on editing.
	const query = optionPairs(options)
		.filter(([name]) => !without.has(name))
		.map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('%2C', ',')}`);
	return query.length === 0 ? '' : `?${query.join('&')}`;
}

/** The text to copy. */
export function snippet(way: Way, base: string, options: EmbedOptions, size: { readonly width: number; readonly height: number }): string {
	switch (way) {
		case 'obs':
			return embedUrl(base, options);
		case 'iframe':
			return `<iframe src="${escapeHtml(embedUrl(base, options))}" width="${size.width}" height="${size.height}" style="border: 0; color-scheme: light" title="Scorecard"></iframe>`;
		case 'html': {
			const attributes = optionPairs(options)
				.filter(([name]) => !ROOM.has(name))
				.map(([name, value]) => ` ${attributeOf(name)}="${escapeHtml(value)}"`);
			return `<script type="module" src="${base}/embed/scorecard.js"></script>\n<falsework-scorecard src="${base}"${attributes.join('')}></falsework-scorecard>`;
		}
		case 'htmx':
			return [
				`<link rel="stylesheet" href="${base}/embed/scorecard.css" />`,
				`<div hx-ext="sse" sse-connect="${escapeHtml(`${base}/embed/scorecard/events${queryOf(options, ROOM)}`)}">`,
				'  <div sse-swap="scorecard"></div>',
				'</div>',
			].join('\n');
	}
}
