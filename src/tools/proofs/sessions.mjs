// Five sessions of the practice game on one store, as anybody plays them. What each report says against the one before is counted again
// here, out of the ledger that the companion wrote down, by nothing of the program's.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { playPractice } from '../play-session.mjs';

const SEED = 7;
const SESSIONS = 5;
const MINUTES = 2;
const PORT = 5966;

/** All of a table, oldest first. */
function tableOf(store, sql) {
	const db = new sqlite.Database(join(store, 'companion', 'records.sqlite'), { readOnly: true });
	const rows = db.all(sql);
	db.close();
	return rows;
}

/** The figures of a session, from its entries. */
function recount(entries) {
	const questions = entries.filter((e) => e.type === 'question');
	const share = (of, local) => [of.filter(local).length, of.length];
	const byCrystal = (e) => e.tier === 'crystal';
	const outside = (e) => e.calls - (e.tries ?? []).reduce((sum, t) => sum + (t.tier === 'device' ? t.calls : 0), 0);
	const hours = entries.findLast((e) => e.type === 'session').playedMs / 3_600_000;
	const started = entries.find((e) => e.type === 'session' && e.event === 'started');
	const skills = entries.filter((e) => e.type === 'state' && e.kind === 'skill');
	const verdicts = entries.filter((e) => e.type === 'verdict');
	const acts = entries.filter((e) => e.type === 'act');
	const of = (ask) => questions.filter((e) => e.ask === ask);
	return {
		'Perception sovereignty': share(of('perception'), byCrystal),
		'Decision sovereignty': share(of('decision'), byCrystal),
		'Narration sovereignty': share(
			entries.filter((e) => e.type === 'spoken'),
			byCrystal,
		),
		'API cost an hour': questions.reduce((sum, e) => sum + e.usd, 0) / hours,
		'Calls an hour': questions.reduce((sum, e) => sum + outside(e), 0) / hours,
		'Skills in the library':
			(started.skills ?? 0) + skills.filter((e) => e.to === 'autonomous').length - skills.filter((e) => e.from === 'autonomous').length,
		'Wrong answers': share(verdicts, (e) => e.wrong),
		'Idle acts': share(acts, (e) => e.idle),
	};
}

/** Where a report's difference is not what the ledger says; empty where all are. */
function faultsOf(changes, before, now) {
	const value = (figure) => (Array.isArray(figure) ? (figure[1] === 0 ? null : figure[0] / figure[1]) : figure);
	const same = (a, b) => a === b || (typeof a === 'number' && typeof b === 'number' && Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b)));
	const names = new Set(changes.map(({ name }) => name));
	return [
		...Object.keys(now).flatMap((name) => (names.has(name) ? [] : [`${name} is not in the report`])),
		...changes.flatMap((change) =>
			['before', 'now'].flatMap((when) => {
				const counted = value((when === 'now' ? now : before)[change.name]);
				return same(change[when], counted) ? [] : [`${change.name} ${when}: ${change[when]} in the report, ${counted} in the ledger`];
			}),
		),
	];
}

/** @param {{log: (line: string) => void}} options */
export async function run({ log }) {
	const store = mkdtempSync(join(tmpdir(), 'falsework-sessions-'));
	try {
		const reports = [];
		for (let n = 1; n <= SESSIONS; n++) {
			log(`Session ${n} of ${SESSIONS} …`);
			const played = await playPractice({ minutes: MINUTES, store, port: PORT, options: { seed: SEED } });
			if (played.code !== 0) return { ok: false, seeds: [SEED], results: { session: n, said: played.said } };
			reports.push(played.report);
		}
		const ledger = tableOf(store, 'SELECT entry FROM ledger ORDER BY session, pos').map(({ entry }) => JSON.parse(entry));
		const bySession = new Map(reports.map(({ session }) => [session.id, ledger.filter((e) => e.session === session.id)]));
		const counted = reports.map(({ session }) => recount(bySession.get(session.id)));
		const differences = reports.map((report, i) =>
			i === 0
				? { session: report.session.id, faults: report.since === null ? [] : ['the first has none before it'] }
				: {
						session: report.session.id,
						faults:
							report.since?.session === reports[i - 1].session.id
								? faultsOf(report.since.changes, counted[i - 1], counted[i])
								: ['it is not held against the session before'],
					},
		);
		// The six answers of each call, as they stand in the ledger and in the report.
		const checklists = reports.map(({ session, checklist, calls }) => {
			const asked = bySession.get(session.id).filter((e) => e.type === 'question' && (e.tries ?? []).some((t) => t.tier !== 'device'));
			const opened = new Map(checklist.map((one) => [one.n, one]));
			return { calls: calls.length, left: asked.length, open: asked.filter((e) => opened.has(e.n) && e.checklist !== undefined).length };
		});
		const sums = tableOf(store, 'SELECT session, calls, usd FROM metrics_session ORDER BY started_at');
		const aside = tableOf(store, 'SELECT count(*) AS n FROM set_aside')[0].n;
		const trend = reports.at(-1).metrics.cost.sessions;
		const costs = counted.map((figures) => figures['API cost an hour']);
		for (const [i, usd] of costs.entries()) log(`Session ${i + 1}: $${usd.toFixed(3)} an hour`);
		const shown = {
			"each report's differences are what the ledger says": differences.every(({ faults }) => faults.length === 0),
			'the cost of an hour falls, p ≤ 0.05': trend.verdict === 'falling' && trend.p <= 0.05,
			'every call that left has its six answers, and they can be opened': checklists.every(({ left, open }) => left === open),
			'the records have every session, and the calls of each': reports.every(
				(report) => sums.find(({ session }) => session === report.session.id)?.calls === report.metrics.cost.calls,
			),
			'nothing was set aside': aside === 0,
		};
		return {
			ok: Object.values(shown).every(Boolean),
			seeds: [SEED],
			results: {
				simulated: 'the teacher is scripted and its prices are simulated',
				shown,
				minutesEach: MINUTES,
				usdAnHour: costs,
				trend,
				differences,
				checklists,
				// Nobody is there to answer: each holds its calls for ten minutes of the session.
				strikes: reports.map(({ strikes }) => strikes.map(({ sort, event, times, what }) => ({ sort, event, times, what }))),
				figures: counted,
			},
		};
	} finally {
		rmSync(store, { recursive: true, force: true });
	}
}
