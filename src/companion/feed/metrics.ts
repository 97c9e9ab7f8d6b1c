// The scorecard for machines: `/metrics` in the form of Prometheus, from the same snapshot as everything else. docs/metrics.md lists
// the names.
import { Counter, Gauge, Registry } from 'prom-client';
import type { FeedSnapshot } from '../../core/feed/snapshot.ts';
import type { Feed } from './feed.ts';

type Of = (snapshot: FeedSnapshot) => number | null | Readonly<Record<string, number | null>>;
interface Told {
	readonly name: string;
	readonly help: string;
	/** A number, or one for each value of the label; null is left out, since there is no number for what is not known. */
	readonly of: Of;
	readonly label?: string;
}

const byMetric = (of: (share: FeedSnapshot['metrics']['perception']) => number | null): Of => {
	return ({ metrics: { perception, decision, narration } }) => ({
		perception: of(perception),
		decision: of(decision),
		narration: of(narration),
	});
};

const TRENDS = { 'too few': null, falling: -1, flat: 0, rising: 1 } as const;

/** They rise within a session and begin anew with the next. */
const COUNTERS: readonly Told[] = [
	{ name: 'falsework_questions_total', help: 'Counted questions, by metric.', label: 'metric', of: byMetric((s) => s.total) },
	{ name: 'falsework_local_total', help: 'Of these, answered without a model.', label: 'metric', of: byMetric((s) => s.local) },
	{
		name: 'falsework_calls_total',
		help: 'Requests to models, in the page (device) and outside it.',
		label: 'where',
		of: (s) => ({ outside: s.calls, device: s.deviceCalls }),
	},
	{ name: 'falsework_checked_total', help: 'Answers held against something other than the actor.', of: (s) => s.wrong.checked },
	{ name: 'falsework_wrong_total', help: 'Of these, wrong.', of: (s) => s.wrong.wrong },
	{ name: 'falsework_wrong_acted_total', help: 'Of the wrong ones, acted on.', of: (s) => s.wrong.acted },
	{ name: 'falsework_acts_total', help: 'Acts.', of: (s) => s.idle.acts },
	{ name: 'falsework_idle_acts_total', help: 'Of these, to do nothing.', of: (s) => s.idle.idle },
	{ name: 'falsework_rested_ticks_total', help: 'Ticks on which nothing watched had changed.', of: (s) => s.rested },
	{ name: 'falsework_unanswered_total', help: 'Questions that nobody could answer.', of: (s) => s.unanswered },
	{ name: 'falsework_violations_total', help: 'Calls that left neither an artefact nor a reason.', of: (s) => s.violations },
	{ name: 'falsework_spent_usd_total', help: 'Dollars spent; absent while a price is unknown.', of: (s) => s.spentUsd },
	{ name: 'falsework_played_seconds_total', help: 'Seconds of play, pauses left out.', of: (s) => s.playedMs / 1000 },
	{ name: 'falsework_skills_new_total', help: 'Skills learnt in this session.', of: (s) => s.metrics.skills.new },
];
const GAUGES: readonly Told[] = [
	{
		name: 'falsework_sovereignty_ratio',
		help: 'Local ÷ total, by metric; absent while there is nothing to divide by.',
		label: 'metric',
		of: byMetric((s) => s.value),
	},
	{
		name: 'falsework_sovereignty_target_ratio',
		help: 'The last milestone, by metric.',
		label: 'metric',
		of: byMetric((s) => s.target.at(-1)?.value ?? null),
	},
	{ name: 'falsework_idle_ratio', help: 'Idle acts ÷ acts; absent before the first act.', of: (s) => s.idle.value },
	{
		name: 'falsework_wrong_ratio',
		help: 'Wrong ÷ checked; absent before the first check.',
		of: (s) => (s.wrong.checked === 0 ? null : s.wrong.wrong / s.wrong.checked),
	},
	{ name: 'falsework_cost_usd_per_hour', help: 'Dollars an hour of play.', of: (s) => s.metrics.cost.perHourUsd },
	{ name: 'falsework_calls_per_hour', help: 'Requests to models outside, an hour of play.', of: (s) => s.metrics.cost.callsPerHour },
	{
		name: 'falsework_cost_trend',
		help: 'From session to session: -1 falling, 0 not told from chance, 1 rising; absent while there are too few.',
		of: ({ metrics }) => TRENDS[metrics.cost.sessions.verdict],
	},
	{ name: 'falsework_cost_sessions', help: 'Sessions that the trend is of.', of: (s) => s.metrics.cost.sessions.n },
	{ name: 'falsework_skills', help: 'Skills in the library.', of: (s) => s.metrics.skills.total },
	{ name: 'falsework_saved_usd', help: "What crystals' answers would have cost.", of: (s) => s.saved.usd },
	{
		name: 'falsework_saved_seconds',
		help: "What crystals' answers would have taken.",
		of: (s) => (s.saved.ms === null ? null : s.saved.ms / 1000),
	},
	{ name: 'falsework_simulated', help: '1 when a teacher is scripted or a price pretended.', of: (s) => (s.simulated ? 1 : 0) },
];

/** A registry that reads the feed whenever it is scraped. */
export function makeMetrics(feed: Feed, viewers: () => number): Registry {
	const registry = new Registry();
	const ofSnapshot = (told: Told) => () => (feed.newest === undefined ? null : told.of(feed.newest));
	for (const told of COUNTERS) add(registry, Counter, told, ofSnapshot(told));
	for (const told of GAUGES) add(registry, Gauge, told, ofSnapshot(told));
	const age = { name: 'falsework_feed_age_seconds', help: 'Since the page that plays was last heard; absent before the first time.' };
	add(registry, Gauge, age, () => (feed.ageMs === undefined ? null : feed.ageMs / 1000));
	add(registry, Gauge, { name: 'falsework_feed_viewers', help: 'Open streams of the feed.' }, viewers);
	add(registry, Counter, { name: 'falsework_feed_snapshots_total', help: 'Snapshots taken.' }, () => feed.taken);
	const refused = { name: 'falsework_feed_refused_total', help: 'Snapshots refused: no scorecards, or too many.' };
	add(registry, Counter, refused, () => feed.refused);
	return registry;
}

/** Sums are kept elsewhere: each scrape sets the metric anew, and what is not known is absent. */
function add(
	registry: Registry,
	Kind: typeof Counter | typeof Gauge,
	{ name, help, label }: Omit<Told, 'of'>,
	now: () => ReturnType<Of>,
): void {
	const metric = new Kind({ name, help, registers: [registry], labelNames: label === undefined ? [] : [label], collect });
	function collect(): void {
		metric.reset();
		if (label === undefined) metric.remove();
		const value = now();
		const values = typeof value === 'object' && value !== null ? Object.entries(value) : [['', value] as const];
		for (const [key, number] of values) if (number !== null) metric.inc(label === undefined ? {} : { [label]: key }, number);
	}
}
