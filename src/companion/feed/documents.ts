// What the feed says as text: events of a stream, fragments for htmx, the page for an iframe or a stream's browser source.
import { card, type CardState, foot, meter, shownRows } from '../../core/feed/card.ts';
import { escapeHtml, type Markup, toHtml } from '../../core/feed/markup.ts';
import { attributeOf, type EmbedOptions, optionPairs } from '../../core/feed/options.ts';
import { formatTime } from '../../core/figures.ts';
import type { Feed } from './feed.ts';

/** Id of the fragment, which htmx finds it by. */
const FRAGMENT_ID = 'falsework-scorecard';

function stateOf(feed: Feed): CardState {
	const since = feed.staleSince;
	return { snapshot: feed.newest ?? null, staleSince: since === null ? null : formatTime(since) };
}

/** The whole scorecard as one element; `oob`: htmx puts it wherever its id stands. */
export function fragment(feed: Feed, options: EmbedOptions, oob = false): string {
	const whole = card(stateOf(feed), options);
	return toHtml({
		...whole,
		attributes: { id: FRAGMENT_ID, ...(oob ? { 'hx-swap-oob': 'true' } : {}), ...whole.attributes },
	});
}

function event(name: string, node: Markup | string): string {
	return `event: ${name}\ndata: ${typeof node === 'string' ? node : toHtml(node)}\n\n`;
}

/** Events for `sse-swap`: `scorecard` is the whole, `foot` what always stands beside, and each of the five has its own name. */
export function fragmentEvents(feed: Feed, options: EmbedOptions): string {
	const { snapshot } = stateOf(feed);
	return [
		`id: ${feed.id}\n`,
		event('scorecard', fragment(feed, options)),
		...shownRows(snapshot, options).map((row) => event(row.id, meter(row))),
		event('foot', foot(snapshot)),
	].join('');
}

export function snapshotEvent(feed: Feed): string {
	return `id: ${feed.id}\ndata: ${JSON.stringify(feed.told)}\n\n`;
}

/**
 * The page for an iframe or a browser source: nothing but the element, over nothing. All addresses lead from where it stands, so it
 * may lie below a proxy's folder.
 *
 * @param source  where its numbers come from, relative to the page
 */
export function embedPage(source: string, options: EmbedOptions): string {
	const attributes = [['src', source], ['fit', ''], ...optionPairs(options).map(([name, value]) => [attributeOf(name), value])];
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(options.title || 'Scorecard')}</title>
<script type="module" src="scorecard.js"></script>
</head>
<body>
<falsework-scorecard${attributes.map(([name, value]) => ` ${name}="${escapeHtml(value ?? '')}"`).join('')}></falsework-scorecard>
</body>
</html>
`;
}
