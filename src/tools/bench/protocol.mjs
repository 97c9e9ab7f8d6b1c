// The nine rows of the crystallisation protocol, measured where they are used: two sessions of the practice game in a real browser on one
// store, and what the ledger of both says that each answer took. Nothing is looked up for the bench's own sake.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from '../build.mjs';
import { playPractice } from '../play-session.mjs';
import { log } from '../setup.mjs';

const MINUTES = [4, 2];
const SEED = 7;
const PORT = 5967;

export async function run() {
	await ensureBuilt({ log });
	const store = mkdtempSync(join(tmpdir(), 'falsework-protocol-'));
	try {
		let played;
		for (const minutes of MINUTES) {
			log(`Playing ${minutes} minutes …`);
			played = await playPractice({ minutes, store, port: PORT, options: { seed: SEED } });
			if (played.code !== 0) throw new Error(`The session ended with code ${played.code}: ${played.said}`);
		}
		const lines = played.report.protocol;
		const told = (line) => {
			if (line.p50Ms === null) return 'never used here';
			return `median ${line.p50Ms <= line.targetMs ? 'within' : 'over'} ${line.targetMs} ms, 99 % ${line.p99Ms <= line.targetMs ? 'within' : 'over'}`;
		};
		return {
			rows: lines
				.filter((line) => line.p50Ms !== null)
				.map((line) => ({
					what: line.file,
					who: 'falsework',
					unit: 'ms',
					n: line.replaced,
					p10: line.p10Ms,
					median: line.p50Ms,
					p99: line.p99Ms,
				})),
			ratios: [],
			accuracy: Object.fromEntries(
				lines.flatMap((line) => [
					[`${line.file}: held`, line.held],
					[`${line.file}: calls replaced`, line.replaced],
				]),
			),
			notes: [
				'The teacher is scripted. Times are of whole answers that used such a crystal: one that reads a text and finds elements is in both rows.',
				...lines.map(
					(line) => `${line.output} → ${line.becomes} (${line.file}): ${line.held} held, ${line.replaced} calls replaced; ${told(line)}`,
				),
			],
		};
	} finally {
		rmSync(store, { recursive: true, force: true });
	}
}
