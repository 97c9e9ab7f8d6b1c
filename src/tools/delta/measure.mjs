// Replays recordings with several seeds and prints what came of each as a line of JSON (compare.ts, `Measured`). A program of its own,
// because the code of another commit is measured by that commit's own copy of it: its arguments and lines stay as they are.
//   node src/tools/delta/measure.mjs RECORDING… --seeds 1,2,3 --laps N [--tuning JSON]
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { buildReplay, READER } from '../replay.mjs';

const { values, positionals } = parseArgs({
	options: { seeds: { type: 'string', default: '1,2,3' }, laps: { type: 'string', default: '3' }, tuning: { type: 'string' } },
	allowPositionals: true,
	strict: true,
});
const tuning = values.tuning === undefined ? {} : { tuning: JSON.parse(values.tuning) };
const { module: m, remove } = await buildReplay();
try {
	const reader = await m.openReader(READER);
	for (const path of positionals) {
		const recording = m.openRecording(path);
		for (const seed of values.seeds.split(',').map(Number)) {
			const { report } = await m.play(recording, { teacher: 'recorded', seed, reader, laps: Number(values.laps), ...tuning });
			const { metrics, wrong } = report;
			const share = ({ value, total }) => (total === 0 ? null : value);
			process.stdout.write(
				`${JSON.stringify({
					recording: basename(path, '.fwrec'),
					seed,
					perception: share(metrics.perception),
					decision: share(metrics.decision),
					narration: share(metrics.narration),
					cost: metrics.cost.perHourUsd,
					skills: metrics.skills.new,
					wrong: wrong.checked === 0 ? null : wrong.wrong / wrong.checked,
				})}\n`,
			);
		}
	}
} finally {
	remove();
}
