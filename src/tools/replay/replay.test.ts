import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TextReader } from '../../core/ports.ts';
import { makeFrameWriter, readFrames } from '../../core/recording/frames.ts';
import type { Recording } from '../../core/recording/recording.ts';
import { openReader, openRecording, play } from './node.ts';

const root = join(import.meta.dirname, '..', '..', '..');
let reader: Promise<TextReader> | undefined;
const theReader = () => (reader ??= openReader(join(root, 'models', 'ppocr-v6-tiny')));

/** The beginning of the practice game's recording. */
function beginning(ms: number): Recording {
	const { about, frames, events } = openRecording(join(root, 'e2e', 'recordings', 'practice.fwrec'));
	const writer = makeFrameWriter(about.size);
	const parts: Uint8Array[] = [];
	for (const frame of readFrames(frames, about.size)) {
		if (frame.at > ms) break;
		parts.push(writer.add(frame).slice());
	}
	return { about: { ...about, lengthMs: ms }, frames: Buffer.concat(parts), events: events.filter(({ at }) => at <= ms) };
}

describe('a replay', () => {
	it('gives the same ledger for the same input, to the byte, and answers by crystals in the second lap', { timeout: 120_000 }, async () => {
		const recording = beginning(12_000);
		const run = async () => await play(recording, { teacher: 'recorded', seed: 3, reader: await theReader(), laps: 2 });
		const first = await run();
		expect(first.ledger.filter((e) => e.type === 'question' && e.tier === 'crystal').length).toBeGreaterThan(10);
		expect((await run()).ledgerText).toBe(first.ledgerText);
	});

	it('with nobody to ask counts every question as unanswered, and calls nobody', { timeout: 60_000 }, async () => {
		const { report } = await play(beginning(3000), { teacher: 'none', seed: 1, reader: await theReader() });
		expect(report.metrics.cost.calls).toBe(0);
		expect(report.metrics.perception.local).toBe(0);
		expect(report.metrics.perception.total).toBeGreaterThan(0);
	});

	it('says of a file that is no recording what is wrong with it', () => {
		expect(() => openRecording(join(root, 'package.json'))).toThrow(/package\.json .*zip/);
	});
});
