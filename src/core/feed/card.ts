// The scorecard as it is embedded: the same rows in the custom element, in the page for a stream's browser source and in fragments.
// No style stands in the markup, since the page it lands on may forbid that: bars are drawn by attributes.
import { formatCount, formatShare } from '../figures.ts';
import { type MeterRow, meterRows } from '../meters.ts';
import { h, type Markup } from './markup.ts';
import type { EmbedOptions } from './options.ts';
import type { FeedSnapshot } from './snapshot.ts';

export interface CardState {
	/** null before the first: the rows stand there and say that there is nothing yet. */
	readonly snapshot: FeedSnapshot | null;
	/** `HH:MM:SS` of the last word; null while it is fresh. */
	readonly staleSince: string | null;
}

/** Every part is a CSS part and, with `fw-` before it, a class. */
function named(part: string): { readonly class: string; readonly part: string } {
	return {
		part,
		class: part
			.split(' ')
			.map((p) => `fw-${p}`)
			.join(' '),
	};
}

export function card({ snapshot, staleSince }: CardState, options: EmbedOptions): Markup {
	const rows = shownRows(snapshot, options);
	return h(
		'section',
		{
			...named('card'),
			'aria-label': options.title === '' ? 'Scorecard' : options.title,
			'data-theme': options.theme,
			'data-bg': options.bg,
			'data-place': options.place,
			'data-rows': rows.length,
			'data-stale': staleSince !== null,
			'data-empty': snapshot === null,
			'data-still': !options.animate,
		},
		h(
			'header',
			named('head'),
			h('span', named('title'), options.title),
			staleSince === null ? undefined : h('span', named('mark stale'), `stale since ${staleSince}`),
			snapshot === null && staleSince === null ? h('span', named('mark waiting'), 'waiting for numbers') : undefined,
			snapshot?.simulated ? h('span', named('mark simulated'), 'simulated') : undefined,
		),
		h('div', named('rows'), ...rows.map(meter)),
		foot(snapshot),
	);
}

/** The rows that the options name, in their order. */
export function shownRows(snapshot: FeedSnapshot | null, options: EmbedOptions): readonly MeterRow[] {
	const trend = snapshot?.metrics.cost.sessions.verdict ?? 'too few';
	const rows = meterRows(snapshot?.metrics).map((row) =>
		row.id === 'cost' && trend !== 'too few' ? { ...row, of: `${row.of}, ${trend}` } : row,
	);
	return options.metrics.flatMap((id) => rows.filter((row) => row.id === id));
}

const percent = (share: number): string => `${Number((100 * Math.min(1, Math.max(0, share))).toFixed(2))}%`;

/** One of the five: its name, its figure, what it is a figure of, and its bar with the target. */
export function meter(row: MeterRow): Markup {
	return h(
		'div',
		{
			...named(`row row-${row.id}`),
			role: 'meter',
			'aria-label': row.name,
			'aria-valuemin': 0,
			'aria-valuemax': 100,
			'aria-valuenow': Math.round(row.fill * 1000) / 10,
			'aria-valuetext': [row.value, row.of, row.target].filter((text) => text !== '').join(', '),
			'data-tone': row.tone,
			'data-reached': row.reached,
		},
		h('span', named('name'), row.short),
		h('span', named('of'), row.of),
		h('span', { ...named('value'), 'data-said': row.said }, row.value),
		h(
			'svg',
			{ ...named('bar'), 'aria-hidden': 'true', focusable: 'false' },
			h('rect', { ...named('track'), width: '100%', height: '100%' }),
			h('rect', { ...named('fill'), width: percent(row.fill), height: '100%' }),
			row.mark === undefined
				? undefined
				: h('rect', { ...named('target'), x: percent(Math.min(0.994, row.mark)), width: '0.6%', height: '100%' }),
		),
	);
}

/** What always stands beside sovereignty, because acting wrongly or not at all could buy it. */
export function foot(snapshot: FeedSnapshot | null): Markup {
	const { wrong, checked } = snapshot?.wrong ?? { wrong: 0, checked: 0 };
	const { idle, acts } = snapshot?.idle ?? { idle: 0, acts: 0 };
	return h(
		'footer',
		named('foot'),
		rate('wrong', 'Wrong', wrong, checked, 'checked', 'none checked yet'),
		rate('idle', 'Idle', idle, acts, 'acts', 'no acts yet'),
	);
}

function rate(part: string, name: string, some: number, all: number, of: string, none: string): Markup {
	return h(
		'span',
		{ ...named(part), 'data-some': some > 0 },
		`${name} `,
		h('b', {}, all === 0 ? none : formatShare(some, all)),
		all === 0 ? undefined : ` of ${formatCount(all)} ${of}`,
	);
}
