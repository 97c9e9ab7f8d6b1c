// What a session leaves behind to be read (contracts.md §4): report.json, report.md and ticks.jsonl, all from the ledger and the
// crystals as they stand.
import type { Crystal } from './crystals/crystal.ts';
import { lacksText } from './crystals/cascade/apply.ts';
import type { CascadeCrystal } from './crystals/cascade/schema.ts';
import { floor, score, whatIsMissing } from './crystals/lifecycle.ts';
import { printAct } from './crystals/rule/text.ts';
import { type DrillScore, drillsOf, drillSentence } from './drill.ts';
import { type Change, changesOf, hourlyCosts, type SessionLine, sessionsOf, type WeekLine, weeksOf } from './history.ts';
import { graduationLines } from './graduation/markdown.ts';
import { bestGraduation, type Graduation } from './graduation/conditions.ts';
import { type SessionTally, talliesOf } from './graduation/tally.ts';
import type { LedgerEntry, MissReason, QuestionEntry, StrikeEntry, TierName } from './ledger.ts';
import { type Checklist, checkForesight, type Foresight, remedyFor } from './checklist.ts';
import { table } from './markdown.ts';
import { type Payback, paybackOf } from './payback.ts';
import type { Profile } from './profile.ts';
import type { Ask } from './question.ts';
import type { FactRequest } from './reasoning/requests.ts';
import { type ProtocolLine, protocolLines } from './protocol.ts';
import { formatSats, msatOf, type Rate, type SatsTotals } from './sats.ts';
import { type Trend, TREND_LEAST } from './trend.ts';
import { type Metrics, type Minute, type Scorecard, scorecard, type Share, sumUp, type Wrong } from './scorecard.ts';

export interface ReportSession {
	readonly id: string;
	/** Milliseconds since 1970. */
	readonly startedAt: number;
	readonly endedAt: number;
	/** Why it ended: `time`, `person`, `share-ended`… */
	readonly endedBy: string;
}
export interface ReportCall {
	/** Ledger entry. */
	readonly n: number;
	readonly at: number;
	readonly ask: Ask;
	readonly tier: TierName;
	readonly model: string;
	readonly requests: number;
	readonly promptTokens: number;
	readonly completionTokens: number;
	readonly usd: number | null;
	readonly ms: number;
	/** First crystal the answer made. */
	readonly artefact: string | null;
	readonly artefacts: readonly string[];
	/** Why no crystal answered, and what the answer left behind. */
	readonly why: string;
	readonly answered: boolean;
	readonly simulated: boolean;
}
export interface ReportCrystal {
	readonly id: string;
	readonly kind: string;
	readonly name: string;
	readonly state: string;
	readonly confidence: number;
	readonly floor: number;
	readonly labels: number;
	readonly used: number;
	readonly createdAt: number;
	/** The answer that made it. */
	readonly from: { readonly ask: Ask; readonly entry: number; readonly tier: string; readonly model: string; readonly usd: number | null };
	/** What keeps it from answering by itself; empty when nothing does. */
	readonly missing: string;
	readonly why: string;
}
/** What a crystal cost and saved over the game's whole life here. */
export interface ReportPayback extends Payback {
	readonly name: string;
	readonly kind: string;
	/** `net.usd` at the rate of the report; null where one of them is not known. */
	readonly netMsat: number | null;
}
export interface ReportChecklist extends Checklist {
	/** Ledger entry of the call. */
	readonly n: number;
	readonly ask: Ask;
}
export interface Remaining {
	readonly ask: Ask;
	readonly reason: MissReason | 'unknown';
	readonly screen: string;
	readonly calls: number;
	readonly usd: number | null;
	readonly ms: number;
	readonly example: string;
	/** What would remove it. */
	readonly remedy: string;
}
export interface Report {
	readonly falsework: 1;
	readonly session: ReportSession & {
		readonly game: string;
		readonly profile: string;
		readonly playedMs: number;
		readonly simulated: boolean;
	};
	readonly metrics: Metrics;
	readonly minutes: readonly Minute[];
	readonly calls: readonly ReportCall[];
	readonly crystals: readonly ReportCrystal[];
	readonly wrong: Wrong & {
		readonly byAsk: Readonly<Partial<Record<Ask, Wrong>>>;
		/** What was wrong, newest last, at most 20. */
		readonly examples: readonly { readonly at: number; readonly ask: Ask; readonly tier: TierName; readonly detail: string }[];
	};
	readonly idle: Scorecard['idle'];
	/** The same for the third time: what was asked, and what became of it. */
	readonly strikes: readonly Pick<StrikeEntry, 'at' | 'event' | 'sort' | 'what' | 'times' | 'evidence' | 'draft'>[];
	/** The six answers given before each question left the machine, and how well their forecasts came true. */
	readonly checklist: readonly ReportChecklist[];
	readonly foresight: Foresight;
	/** The best window up to the session's end, over everything that is played here. */
	readonly graduation: { readonly evaluated: true } & Graduation;
	readonly spend: {
		readonly usd: number | null;
		readonly calls: number;
		readonly simulated: boolean;
		readonly by: readonly { readonly tier: TierName; readonly model: string; readonly calls: number; readonly usd: number | null }[];
	};
	/** What the session earned and spent in sats, and the rate that dollars stand at; null without a companion. */
	readonly earned: (SatsTotals & { readonly rate: Rate | null; readonly wallet: boolean }) | null;
	readonly saved: Scorecard['saved'];
	/** Beside the session of this game before; null where this is the first, or the ledger was not kept. */
	readonly since: { readonly session: string; readonly changes: readonly Change[] } | null;
	/** The last sessions of the game, this one last, at most 50. */
	readonly sessions: readonly SessionLine[];
	/** All sessions up to this one, by weeks since the first. */
	readonly weeks: readonly WeekLine[];
	/** `crystals` paid or used so far; the best twenty and all that cost more than they saved stand in `rows`, worst first. */
	readonly payback: { readonly crystals: number; readonly losing: number; readonly rows: readonly ReportPayback[] };
	/** The nine rows of the crystallisation protocol, over all sessions of the game. */
	readonly protocol: readonly ProtocolLine[];
	/** Times that the falsework was pulled, and what stood. */
	readonly drills: readonly DrillScore[];
	readonly rested: number;
	readonly unanswered: number;
	readonly violations: number;
	/** How often the clock of the computer was set during play. */
	readonly clockJumps: number;
	readonly deviceCalls: number;
	readonly misses: Readonly<Record<string, number>>;
	/** Calls that still happened in the second half, grouped, costliest first, at most ten. */
	readonly remaining: readonly Remaining[];
	/** Moments that no fact at hand tells apart, so that no rule can decide them; most answers first. Empty in reports made up later. */
	readonly unclear: readonly {
		readonly when: string;
		/** Acts that were right there, the most frequent first. */
		readonly acts: readonly string[];
		readonly labels: number;
		/** Share of them in which the first act was wrong. */
		readonly error: number;
		/** What models said is missing, the most frequent first. */
		readonly missing: readonly { readonly name: string; readonly why: string; readonly times: number }[];
	}[];
	/** Crystals that were set aside or taken out of service, in order. */
	readonly demoted: readonly {
		readonly at: number;
		readonly crystal: string;
		readonly kind: string;
		readonly name: string;
		readonly from: string;
		readonly to: string;
		readonly why: string;
	}[];
	/** Acts that were decided and not carried out, by why not, most first. */
	readonly undone: readonly {
		readonly reason: string;
		readonly acts: number;
		/** What was to be done, and all that was said of why not; the newest. */
		readonly example: string;
		readonly firstAt: number;
		readonly lastAt: number;
	}[];
	readonly interventions: readonly { readonly at: number; readonly what: string; readonly detail: string }[];
	readonly sent: readonly {
		readonly at: number;
		readonly to: string;
		readonly width: number;
		readonly height: number;
		readonly bytes: number;
		readonly sha256: string;
	}[];
	readonly notes: readonly string[];
}

const REMAINING_MOST = 10;
const SESSIONS_MOST = 50;
const PAID_MOST = 20;

export function makeReport(input: {
	readonly entries: readonly LedgerEntry[];
	/** Entries of all sessions of the game, these among them, in the ledger's order; these alone unless given. */
	readonly life?: readonly LedgerEntry[];
	/** Of whatever was played in the last days, this session among it; those of `life` unless given. */
	readonly tallies?: readonly SessionTally[];
	readonly crystals: readonly Crystal[];
	readonly profile: Pick<Profile, 'id' | 'name'>;
	readonly session: ReportSession;
	/** Where facts are missing at its end; the ledger does not hold them. */
	readonly unclear?: readonly FactRequest[];
	/** Of the session's time; without a companion none are known. */
	readonly sats?: Report['earned'];
	/** Sentences for the reader: who stood in for a model, what was switched off. */
	readonly notes?: readonly string[];
}): Report {
	const { entries, crystals, profile, session } = input;
	const life = input.life ?? entries;
	const sessions = sessionsOf(life);
	const here = sessions.findIndex((line) => line.session === session.id);
	const before = sessions[here - 1];
	const now = sessions[here];
	const card = scorecard(sumUp(entries), session.endedAt, hourlyCosts(sessions.slice(0, Math.max(0, here))), input.sats?.rate ?? undefined);
	const asked = entries.filter((e): e is QuestionEntry => e.type === 'question' && e.calls > 0);
	return {
		falsework: 1,
		session: { ...session, game: profile.id, profile: profile.name, playedMs: card.playedMs, simulated: card.simulated },
		metrics: card.metrics,
		minutes: card.minutes,
		calls: asked.map(callOf),
		crystals: crystals.map(crystalOf),
		wrong: { ...card.wrong, examples: wrongOnes(entries) },
		idle: card.idle,
		strikes: entries.flatMap((e) =>
			e.type === 'strike'
				? [{ at: e.at, event: e.event, sort: e.sort, what: e.what, times: e.times, evidence: e.evidence, draft: e.draft }]
				: [],
		),
		checklist: asked.flatMap((e) => (e.checklist === undefined ? [] : [{ n: e.n, ask: e.ask, ...e.checklist }])),
		foresight: checkForesight(entries, session.endedAt),
		graduation: { evaluated: true, ...bestGraduation(input.tallies ?? talliesOf(life), session.endedAt) },
		spend: { usd: card.spentUsd, calls: card.calls, simulated: card.simulated, by: spending(asked) },
		earned: input.sats ?? null,
		saved: card.saved,
		since: before === undefined || now === undefined ? null : { session: before.session, changes: changesOf(before, now) },
		sessions: sessions.slice(0, here + 1).slice(-SESSIONS_MOST),
		weeks: weeksOf(sessions.slice(0, here + 1)),
		payback: paidBack(life, crystals, input.sats?.rate ?? undefined),
		protocol: protocolLines(crystals, life),
		drills: drillsOf(entries),
		rested: card.rested,
		unanswered: card.unanswered,
		violations: card.violations,
		clockJumps: card.clockJumps,
		deviceCalls: card.deviceCalls,
		misses: card.misses,
		remaining: remainingOf(asked, session),
		unclear: (input.unclear ?? []).map(({ text, acts, labels, error, missing }) => ({
			when: text,
			acts: acts.map(printAct),
			labels,
			error,
			missing: missing.map(({ name, why, times }) => ({ name, why, times })),
		})),
		demoted: entries.flatMap((e) =>
			e.type === 'state' && (e.to === 'quarantined' || e.to === 'retired')
				? [{ at: e.at, crystal: e.crystal, kind: e.kind, name: e.name, from: e.from, to: e.to, why: e.why }]
				: [],
		),
		undone: undoneOf(entries),
		interventions: entries.flatMap((e) => (e.type === 'intervention' ? [{ at: e.at, what: e.what, detail: e.detail }] : [])),
		sent: entries.flatMap((e) =>
			e.type === 'sent' ? [{ at: e.at, to: e.to, width: e.width, height: e.height, bytes: e.bytes, sha256: e.sha256 }] : [],
		),
		notes: input.notes ?? [],
	};
}

function paidBack(life: readonly LedgerEntry[], crystals: readonly Crystal[], rate: Rate | undefined): Report['payback'] {
	const named = new Map(crystals.map((c) => [c.id, c]));
	const all = paybackOf(life).map(
		(row): ReportPayback => ({
			...row,
			name: named.get(row.crystal)?.name ?? row.crystal,
			kind: named.get(row.crystal)?.kind ?? 'gone',
			netMsat: row.net.usd === null || rate === undefined ? null : msatOf(row.net.usd, rate),
		}),
	);
	const losing = all.filter((row) => row.net.usd !== null && row.net.usd < 0);
	// They stand first.
	const rest = all.slice(losing.length);
	return { crystals: all.length, losing: losing.length, rows: [...losing, ...rest.slice(-PAID_MOST)] };
}

function undoneOf(entries: readonly LedgerEntry[]): Report['undone'] {
	const by = new Map<string, Report['undone'][number]>();
	for (const entry of entries) {
		if (entry.type !== 'act' || entry.done) continue;
		const reason = entry.reason.split(':')[0] ?? '';
		const before = by.get(reason);
		by.set(reason, {
			reason,
			acts: (before?.acts ?? 0) + 1,
			example: `${entry.act.verb}: ${entry.reason}`,
			firstAt: before?.firstAt ?? entry.at,
			lastAt: entry.at,
		});
	}
	return [...by.values()].toSorted((a, b) => b.acts - a.acts);
}

/** Who was asked: the tier that answered, or the last that could not. */
function tierOf(entry: QuestionEntry): TierName {
	return entry.tier ?? entry.misses.findLast((m) => m.tier !== 'crystal')?.tier ?? 'cloud';
}

function callOf(entry: QuestionEntry): ReportCall {
	const first = entry.misses[0];
	return {
		n: entry.n,
		at: entry.at,
		ask: entry.ask,
		tier: tierOf(entry),
		model: entry.model,
		requests: entry.calls,
		promptTokens: entry.promptTokens,
		completionTokens: entry.completionTokens,
		usd: entry.usd,
		ms: entry.latencyMs,
		artefact: entry.made[0] ?? null,
		artefacts: entry.made,
		why: [first && `${first.reason}: ${first.detail}`, entry.why].filter(Boolean).join(' → '),
		answered: entry.tier !== null,
		simulated: entry.simulated,
	};
}

function crystalOf(c: Crystal): ReportCrystal {
	return {
		id: c.id,
		kind: c.kind,
		name: c.name,
		state: c.state,
		confidence: score(c.stat),
		floor: floor(c.stat),
		labels: c.stat.labels,
		used: c.stat.used,
		createdAt: c.createdAt,
		from: { ask: c.provenance.ask, entry: c.provenance.entry, tier: c.provenance.tier, model: c.provenance.model, usd: c.provenance.usd },
		missing: c.kind === 'cascade' ? lacksText(c as CascadeCrystal) : (whatIsMissing(c) ?? ''),
		why: c.history.at(-1)?.why ?? '',
	};
}

function spending(asked: readonly QuestionEntry[]): Report['spend']['by'] {
	const by = new Map<string, { tier: TierName; model: string; calls: number; usd: number | null }>();
	const add = (tier: TierName, model: string, calls: number, usd: number | null): void => {
		const key = `${tier} ${model}`;
		const row = by.get(key) ?? { tier, model, calls: 0, usd: 0 };
		by.set(key, { ...row, calls: row.calls + calls, usd: row.usd === null || usd === null ? null : row.usd + usd });
	};
	for (const entry of asked) {
		// Those that were asked in vain on the way cost as well.
		for (const t of entry.tries ?? []) add(t.tier, t.tier === entry.tier ? entry.model : t.who, t.calls, t.usd);
		if (entry.tries === undefined) add(tierOf(entry), entry.model, entry.calls, entry.usd);
	}
	return [...by.values()].toSorted((a, b) => (b.usd ?? Infinity) - (a.usd ?? Infinity) || b.calls - a.calls);
}

function remainingOf(asked: readonly QuestionEntry[], session: ReportSession): readonly Remaining[] {
	const from = session.startedAt + (session.endedAt - session.startedAt) / 2;
	const groups = new Map<string, QuestionEntry[]>();
	for (const entry of asked) {
		if (entry.at < from) continue;
		const key = `${entry.ask} ${entry.misses[0]?.reason ?? 'unknown'} ${entry.screen ?? ''}`;
		groups.set(key, [...(groups.get(key) ?? []), entry]);
	}
	const tokens = (group: readonly QuestionEntry[]): number => group.reduce((sum, e) => sum + e.promptTokens + e.completionTokens, 0);
	const usd = (group: readonly QuestionEntry[]): number | null =>
		group.reduce<number | null>((sum, e) => (sum === null || e.usd === null ? null : sum + e.usd), 0);
	return [...groups.values()]
		.toSorted((a, b) => (usd(b) ?? Infinity) - (usd(a) ?? Infinity) || tokens(b) - tokens(a) || b.length - a.length)
		.slice(0, REMAINING_MOST)
		.map((group) => {
			const last = group.at(-1) as QuestionEntry;
			const reason = last.misses[0]?.reason ?? 'unknown';
			return {
				ask: last.ask,
				reason,
				screen: last.screen ?? '',
				calls: group.reduce((sum, e) => sum + e.calls, 0),
				usd: usd(group),
				ms: group.reduce((sum, e) => sum + e.latencyMs, 0),
				example: last.misses[0]?.detail ?? '',
				remedy: remedyFor(reason, last.ask),
			};
		});
}

/** One line for each counted question. */
export function ticksJsonl(entries: readonly LedgerEntry[]): string {
	const outcomes = new Map<number, string>();
	for (const e of entries) if (e.type === 'verdict') outcomes.set(e.of, e.wrong ? 'failed' : 'held');
	return entries
		.filter((e): e is QuestionEntry => e.type === 'question')
		.map((e) => {
			const outcome = outcomes.get(e.n);
			return `${JSON.stringify({
				at: e.at,
				ask: e.ask,
				tier: e.tier,
				...(e.screen === undefined ? {} : { screen: e.screen }),
				...(e.facts === undefined ? {} : { facts: e.facts }),
				...(e.act === undefined ? {} : { act: e.act }),
				...(outcome === undefined ? {} : { outcome }),
			})}\n`;
		})
		.join('');
}

function wrongOnes(entries: readonly LedgerEntry[]): Report['wrong']['examples'] {
	return entries
		.flatMap((e) => (e.type === 'verdict' && e.wrong ? [{ at: e.at, ask: e.ask, tier: e.tier, detail: e.detail }] : []))
		.slice(-20);
}

/** The report for a person. */
export function reportMarkdown(report: Report): string {
	const { metrics: m, session } = report;
	const lines: string[] = [
		`# ${session.profile}: session ${session.id}`,
		'',
		`Played ${minutes(session.playedMs)}, from ${time(session.startedAt)} to ${time(session.endedAt)}; ended by ${session.endedBy}.`,
		...(session.simulated
			? ['', '**Simulated**: a scripted stand-in answered for a model; tokens and prices are its own and no money was spent.']
			: []),
		...report.notes.flatMap((note) => ['', note]),
		'',
		'## Scorecard',
		'',
		...table(
			['metric', 'local', 'of', 'share', 'target'],
			[
				['Perception', ...shareCells(m.perception)],
				['Decisions', ...shareCells(m.decision)],
				['Narration (lines spoken)', ...shareCells(m.narration)],
			],
		),
		'',
		`- API cost: ${m.cost.perHourUsd === null ? 'unknown' : `${usd(m.cost.perHourUsd)} an hour`}; ${m.cost.calls} calls${m.cost.callsPerHour === null ? '' : `, ${m.cost.callsPerHour.toFixed(0)} an hour`}; ${usd(report.spend.usd)} spent.`,
		`- Saved by crystals: ${usd(report.saved.usd)} and ${report.saved.ms === null ? 'an unknown time' : minutes(report.saved.ms)} of waiting, at what the models' answers cost here.`,
		`- Sats: ${satsText(report.earned)}`,
		...(report.clockJumps === 0
			? []
			: [`- The clock of this computer was set ${report.clockJumps} times during play; play is counted on evenly.`]),
		`- Wrong: ${report.wrong.wrong} of ${report.wrong.checked} answers that were checked by something other than the actor; ${report.wrong.acted} of them acted upon.`,
		`- Idle: ${report.idle.idle} of ${report.idle.acts} acts did nothing. Rested: ${report.rested} ticks on which nothing watched had changed.`,
		`- Skills: ${m.skills.new} new, ${m.skills.total} in all.`,
		`- Questions nobody could answer: ${report.unanswered}. Calls that left neither an artefact nor a reason: ${report.violations}. Calls to a model in the page: ${report.deviceCalls}.`,
		'',
		'## Since the last session',
		'',
		...(report.since === null
			? ['This is the first session of this game here.']
			: table(
					['figure', 'before', 'now', 'change'],
					report.since.changes.map((c) => [c.name, figure(c, c.before, c.of?.before), figure(c, c.now, c.of?.now), changeText(c)]),
				)),
		'',
		trendText(m.cost.sessions),
		'',
		'## Week by week',
		'',
		'Since the first session of this game. In brackets what was projected.',
		'',
		...table(
			['week', 'sessions', 'played', 'perception', 'decisions', 'lines', 'calls an hour', 'cost an hour', 'new skills', 'wrong', 'idle'],
			report.weeks.map((w) => [
				String(w.week),
				String(w.sessions),
				minutes(w.playedMs),
				ratio(w.perception),
				`${ratio(w.decision)} (${(100 * w.projected.sovereignty).toFixed(0)} %)`,
				ratio(w.narration),
				`${w.callsPerHour === null ? 'unknown' : w.callsPerHour.toFixed(0)} (${w.projected.callsPerHour})`,
				`${w.perHourUsd === null ? 'unknown' : usd(w.perHourUsd)} (${usd(w.projected.perHourUsd)})`,
				String(w.skillsNew),
				ratio({ local: w.wrong.wrong, total: w.wrong.checked }),
				ratio({ local: w.idle.idle, total: w.idle.acts }),
			]),
		),
		'',
		'## Minute by minute',
		'',
		...table(
			['minute', 'perception', 'decisions', 'lines', 'calls', 'cost', 'idle'],
			report.minutes.map((x) => [
				String(x.minute + 1),
				ratio(x.perception),
				ratio(x.decision),
				ratio(x.narration),
				String(x.calls),
				x.unpriced > 0 ? 'unknown' : usd(x.usd),
				ratio({ local: x.idle, total: x.acts }),
			]),
		),
		'',
		'## The ten costliest calls that remain',
		'',
		...(report.remaining.length === 0
			? ['None: no model was called in the second half of the session.']
			: table(
					['ask', 'where', 'why', 'calls', 'cost', 'what would remove it'],
					report.remaining.map((r) => [
						r.ask,
						r.screen || '–',
						`${r.reason}${r.example ? `: ${r.example}` : ''}`,
						String(r.calls),
						usd(r.usd),
						r.remedy,
					]),
				)),
		'',
		...(report.unclear.length === 0
			? []
			: [
					'## Facts that are missing',
					'',
					'Here no fact at hand tells which act is right, so a model goes on being asked. A fact is added in the game’s profile: read from the screen, or derived from others.',
					'',
					...table(
						['where', 'right there', 'answers', 'a rule would be wrong', 'what models miss'],
						report.unclear.map((one) => [
							one.when,
							one.acts.join(' or '),
							String(one.labels),
							`${(100 * one.error).toFixed(0)} %`,
							one.missing.map(({ name, why, times }) => `${name} (${times} ×, ${why})`).join('; ') || 'nothing was named',
						]),
					),
					'',
				]),
		...(report.drills.length === 0
			? []
			: ['## The falsework pulled', '', ...report.drills.map((d) => `- ${time(d.startedAt)}: ${drillSentence(d)}`), '']),
		...(report.strikes.length === 0
			? []
			: [
					'## Three strikes',
					'',
					...table(
						['when', 'what', 'times', 'became', 'draft'],
						report.strikes.map((s) => [time(s.at), s.what, String(s.times), s.event, s.draft || '–']),
					),
					'',
				]),
		'## The falsework checklist',
		'',
		foresightText(report.foresight, report.checklist.length),
		'',
		'## Who was asked',
		'',
		...(report.spend.by.length === 0
			? ['Nobody.']
			: table(
					['tier', 'model', 'calls', 'cost'],
					report.spend.by.map((s) => [s.tier, s.model || '–', String(s.calls), usd(s.usd)]),
				)),
		'',
		'## Crystals',
		'',
		...(report.crystals.length === 0
			? ['None yet.']
			: table(['kind', 'in all', 'trial', 'shadow', 'autonomous', 'quarantined', 'retired', 'answers'], kinds(report.crystals))),
		'',
		...(report.payback.rows.length === 0
			? []
			: [
					'## What was learnt paid back',
					'',
					`${report.payback.crystals} crystals, of which ${report.payback.losing} have cost more than they saved so far (the worst first); over all sessions of this game.`,
					'',
					...table(
						['kind', 'name', 'cost', 'tokens', 'used', 'saved', 'net', 'net in sats', 'waiting saved'],
						shownRows(report.payback).map((r) => [
							r.kind,
							r.name,
							usd(r.cost.usd),
							r.cost.tokens.toFixed(0),
							String(r.used),
							usd(r.saved.usd),
							usd(r.net.usd),
							r.netMsat === null ? '–' : formatSats(r.netMsat),
							r.net.ms === null ? 'unknown' : `${(r.net.ms / 1000).toFixed(1)} s`,
						]),
					),
					'',
				]),
		'## What model answers became',
		'',
		'Over all sessions of this game. The times are of whole answers that used such a crystal, beside the bound for one retrieval.',
		'',
		...table(
			['model output', 'becomes', 'file', 'held', 'by themselves', 'calls replaced', 'median', '99 %', 'bound'],
			report.protocol.map((row) => [
				row.output,
				row.becomes,
				row.file,
				String(row.held),
				String(row.autonomous),
				String(row.replaced),
				milliseconds(row.p50Ms),
				milliseconds(row.p99Ms),
				row.targetMs === 1 ? '< 1 ms' : `${row.targetMs} ms`,
			]),
		),
		'',
		...(report.demoted.length === 0
			? []
			: [
					'## Set aside',
					'',
					...table(
						['when', 'kind', 'name', 'from', 'to', 'why'],
						report.demoted.map((d) => [time(d.at), d.kind, d.name, d.from, d.to, d.why]),
					),
					'',
				]),
		...(report.undone.length === 0
			? []
			: [
					'## Acts that were not carried out',
					'',
					...table(
						['why', 'acts', 'the newest', 'first', 'last'],
						report.undone.map((u) => [u.reason, String(u.acts), u.example, time(u.firstAt), time(u.lastAt)]),
					),
					'',
				]),
		'## Graduation',
		'',
		...graduationLines(report.graduation),
		'',
		...(report.interventions.length === 0
			? []
			: ['## What the person did', '', ...report.interventions.map((i) => `- ${time(i.at)} ${i.what}: ${i.detail}`), '']),
		...(report.sent.length === 0
			? []
			: [
					'## Pictures that left',
					'',
					...table(
						['when', 'to', 'size', 'bytes', 'sha256'],
						report.sent.map((s) => [time(s.at), s.to, `${s.width} × ${s.height}`, String(s.bytes), s.sha256.slice(0, 12)]),
					),
					'',
				]),
	];
	return `${lines.join('\n').trimEnd()}\n`;
}

/** For a person: the worst and the best; all of them stand in report.json. */
function shownRows({ rows, losing }: Report['payback']): readonly ReportPayback[] {
	return [...rows.slice(0, Math.min(losing, PAID_MOST)), ...rows.slice(losing)];
}

function foresightText(f: Foresight, answered: number): string {
	if (answered === 0) return 'No question left the machine.';
	const head = `${answered} questions left the machine, each with its six answers (report.json has them).`;
	return f.calls === 0
		? `${head} None is old enough to hold its forecast against what came.`
		: `${head} Of ${f.calls} forecasts that could be held against what came: ${f.predicted.toFixed(1)} calls an hour to be removed by each on average, ${f.realised.toFixed(1)} were; off by ${f.error.toFixed(1)} on average.`;
}

function satsText(earned: Report['earned']): string {
	if (earned === null) return 'not known without the companion.';
	const { in: came, out, paid, fee, pending, simulated, rate } = earned;
	const spent = rate === null ? 'spending not converted, for there is no rate' : `${formatSats(out)} spent on inference`;
	const rest = [
		`${formatSats(paid)} paid from the wallet`,
		`${formatSats(fee)} of fees`,
		`${formatSats(pending)} pending`,
		...(simulated.out + simulated.in > 0 ? [`pretended: ${formatSats(simulated.in)} in, ${formatSats(simulated.out)} out`] : []),
	];
	return `${formatSats(came)} came in, ${spent}; ${rest.join(', ')}.`;
}

function figure(change: Change, value: number | null, of: { readonly local: number; readonly total: number } | undefined): string {
	if (value === null) return '–';
	if (change.unit === 'usd') return usd(value);
	return change.unit === 'count' ? value.toFixed(0) : `${(100 * value).toFixed(1)} % of ${of?.total ?? 0}`;
}

function changeText({ before, now, unit, more }: Change): string {
	if (before === null || now === null) return '–';
	const by = now - before;
	const amount =
		unit === 'usd' ? usd(Math.abs(by)) : unit === 'count' ? Math.abs(by).toFixed(0) : `${(100 * Math.abs(by)).toFixed(1)} points`;
	return by === 0 ? 'the same' : `${by > 0 ? '+' : '−'}${amount}, ${by > 0 === (more === 'better') ? 'better' : 'worse'}`;
}

function trendText(trend: Trend): string {
	if (trend.verdict === 'too few') return `Cost an hour from session to session: too few sessions to say (${trend.n} of ${TREND_LEAST}).`;
	return `Cost an hour from session to session: ${trend.verdict} (Mann–Kendall over ${trend.n} sessions, S = ${trend.s}, p = ${trend.p.toPrecision(2)}).`;
}

function kinds(crystals: readonly ReportCrystal[]): string[][] {
	return [...new Set(crystals.map((c) => c.kind))].sort().map((kind) => {
		const mine = crystals.filter((c) => c.kind === kind);
		const states = ['trial', 'shadow', 'autonomous', 'quarantined', 'retired'].map((state) =>
			String(mine.filter((c) => c.state === state).length),
		);
		return [kind, String(mine.length), ...states, String(mine.reduce((sum, c) => sum + c.used, 0))];
	});
}

function shareCells(share: Share): string[] {
	const target = share.target.map(
		(t) =>
			`${(100 * t.value).toFixed(0)} %${t.afterHours === undefined ? '' : ` at hour ${t.afterHours}`}${t.afterWeeks === undefined ? '' : ` at week ${t.afterWeeks}`}`,
	);
	return [String(share.local), String(share.total), share.value === null ? '–' : `${(100 * share.value).toFixed(1)} %`, target.join(', ')];
}
function ratio({ local, total }: { readonly local: number; readonly total: number }): string {
	return total === 0 ? '–' : `${local}/${total}`;
}
function usd(amount: number | null): string {
	return amount === null ? 'unknown' : `$${amount.toFixed(amount !== 0 && amount < 0.01 ? 5 : 2)}`;
}
function milliseconds(ms: number | null): string {
	return ms === null ? '–' : `${ms < 10 ? ms.toFixed(2) : ms.toFixed(0)} ms`;
}
function minutes(ms: number): string {
	const s = Math.round(ms / 1000);
	return `${Math.floor(s / 60)} min ${s % 60} s`;
}
function time(at: number): string {
	return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
