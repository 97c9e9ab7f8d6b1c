// A session of play on the real game: its window, the stand-in teacher, and `play` between them.
import { playSession } from '../../src/tools/play-session.mjs';
import { launchFlare, TITLE } from './launch.mjs';
import { MODEL, startTeacher } from './teacher.mjs';

/**
 * @param {{minutes: number, store: string, port: number, log?: (line: string) => void}} options
 * @returns what `playSession` returns, with the number of requests that reached the teacher by ask
 */
export async function playFlare({ minutes, store, port, log }) {
	const requests = { perception: 0, decision: 0, narration: 0 };
	const teacher = await startTeacher({
		onRequest: ({ ask }) => {
			if (ask in requests) requests[ask]++;
		},
	});
	const game = await launchAgain();
	try {
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
		return { ...played, requests };
	} finally {
		await game.stop();
		await teacher.close();
	}
}

/** On a busy machine the game now and then ends before its window shows; it is started up to three times. */
async function launchAgain(tries = 3) {
	for (let left = tries - 1; ; left--) {
		try {
			return await launchFlare();
		} catch (error) {
			if (left === 0) throw error;
		}
	}
}
