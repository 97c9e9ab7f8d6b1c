// A session of play on the real game: its window, the stand-in teacher, and `play` between them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { playSession } from '../../src/tools/play-session.mjs';
import { launchFlare, TITLE } from './launch.mjs';
import { keepPicture } from './shot.mjs';
import { MODEL, startTeacher } from './teacher.mjs';

/** The desk is looked at this often, for the evidence. */
const PICTURE_MS = 20_000;

/**
 * @param {{minutes: number, store: string, port: number, log?: (line: string) => void, evidence?: string, policy?: (question: any) => any, statuses?: readonly string[]}} options
 *   policy: answers decisions in place of the round; evidence: a folder for what a person needs who has to understand a run that went wrong
 *   statuses: of the hero, see `saveText`
 * @returns what `playSession` returns, with the number of requests that reached the teacher by ask
 */
export async function playFlare({ minutes, store, port, log, evidence, policy, statuses }) {
	const requests = { perception: 0, decision: 0, narration: 0 };
	const asked = [];
	const teacher = await startTeacher({
		policy,
		onRequest: (line) => {
			if (line.ask in requests) requests[line.ask]++;
			asked.push(line);
		},
	});
	const game = await launchAgain(statuses);
	let looking;
	try {
		if (evidence !== undefined) {
			mkdirSync(evidence, { recursive: true });
			let looks = 0;
			looking = setInterval(
				() => void keepPicture(game.display, join(evidence, `desk-${++looks * (PICTURE_MS / 1000)}-s.png`)),
				PICTURE_MS,
			);
		}
		const played = await playSession({
			args: [
				'--profile',
				'public/profiles/flare.json',
				'--window',
				TITLE,
				'--teacher',
				teacher.url,
				'--model',
				MODEL,
				'--simulated',
				'--minutes',
				String(minutes),
				'--store',
				store,
			],
			port,
			env: { DISPLAY: game.display },
			limitMs: minutes * 60_000 + 180_000,
			...(log === undefined ? {} : { log }),
		});
		if (evidence !== undefined) {
			await keepPicture(game.display, join(evidence, 'desk-at-the-end.png'));
			keepWords(evidence, played, asked);
		}
		return { ...played, requests };
	} finally {
		clearInterval(looking);
		await game.stop();
		await teacher.close();
	}
}

function keepWords(folder, { said, report, markdown, ticks }, asked) {
	const lines = (list) => list.map((line) => `${JSON.stringify(line)}\n`).join('');
	writeFileSync(join(folder, 'said.txt'), said);
	writeFileSync(join(folder, 'teacher.jsonl'), lines(asked));
	writeFileSync(join(folder, 'ticks.jsonl'), lines(ticks));
	writeFileSync(join(folder, 'report.md'), markdown);
	if (report !== undefined) writeFileSync(join(folder, 'report.json'), JSON.stringify(report, null, '\t'));
}

/** What a run came to, in the few lines that fit beside a failed expectation. */
export function tellRun({ said, report, ticks }, evidence) {
	const decided = ticks
		.filter((t) => t.ask === 'decision')
		.slice(-6)
		.map(
			(t) =>
				`  ${new Date(t.at).toISOString().slice(11, 19)} ${t.tier ?? 'nobody'} on ${t.screen}: ${t.act?.verb ?? '-'} ${t.outcome ?? ''}`,
		);
	const list = (what, lines) => (lines.length === 0 ? [] : [`${what}:`, ...lines]);
	return [
		...list(
			'said',
			said
				.trim()
				.split('\n')
				.slice(-12)
				.map((line) => `  ${line}`),
		),
		...list('the last decisions', decided),
		...list(
			'not carried out',
			(report?.undone ?? []).map((u) => `  ${u.acts} × ${u.example}`),
		),
		...list(
			'the person',
			(report?.interventions ?? []).map((i) => `  ${i.what}: ${i.detail}`),
		),
		`All of it, with pictures of the desk: ${evidence}`,
	].join('\n');
}

/** On a busy machine the game now and then ends before its window shows; it is started up to three times. */
async function launchAgain(statuses, tries = 3) {
	for (let left = tries - 1; ; left--) {
		try {
			return await launchFlare({ statuses });
		} catch (error) {
			if (left === 0) throw error;
		}
	}
}
