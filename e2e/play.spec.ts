// `npm run play`, as typed: the practice game without a window, and the real game in its real window with real input.
// The full lengths are in `npm run prove`; here a minute or two of each show that the path is whole.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callsOf, screensOf } from '../src/tools/proofs/flare.mjs';
import { type Played, playSession } from '../src/tools/play-session.mjs';
import { expect, freePort, test } from './fixtures/test.ts';
import { playFlare, tellRun } from './flare/session.mjs';

test('plays the practice game unattended and leaves the report of the contract', async () => {
	test.setTimeout(180_000);
	const store = mkdtempSync(join(tmpdir(), 'falsework-e2e-'));
	try {
		const played = await playSession({
			args: ['--profile', 'practice', '--headless', '--minutes', '0.75', '--store', store, '--option', 'seed=3', '--option', 'speed=2'],
			port: await freePort(),
			limitMs: 150_000,
		});
		expect(played.said).toContain('Report written');
		expect(played.code).toBe(0);
		const { report } = played;
		expect(Object.keys(report)).toEqual(
			expect.arrayContaining([
				'falsework',
				'session',
				'metrics',
				'minutes',
				'calls',
				'crystals',
				'wrong',
				'idle',
				'strikes',
				'checklist',
				'graduation',
				'spend',
				'earned',
			]),
		);
		expect(report.session).toMatchObject({ game: 'practice', endedBy: 'time', simulated: true });
		expect(report.metrics.perception.local).toBeGreaterThan(0);
		expect(report.metrics.decision.total).toBeGreaterThan(3);
		// Truth is the game's own: no act rested on a wrong perception.
		expect(report.wrong.byAsk.perception.checked).toBeGreaterThan(3);
		expect(report.wrong.byAsk.perception.acted, JSON.stringify(report.wrong.examples)).toBe(0);
		// The line per counted question and the sums say the same.
		for (const ask of ['perception', 'decision']) expect(played.ticks.filter((t) => t.ask === ask)).toHaveLength(report.metrics[ask].total);
		expect(played.packBytes).toBeGreaterThan(1000);
		expect(played.markdown).toContain('Simulated');
	} finally {
		rmSync(store, { recursive: true, force: true });
	}
});

test('plays Flare in its real window, and asks less the second time @full', async ({}, info) => {
	// A minute is enough on two quiet cores; on a machine that is taken up the way to the inventory alone takes one.
	test.setTimeout(540_000);
	const store = mkdtempSync(join(tmpdir(), 'falsework-e2e-'));
	try {
		// One port for both: another one would be another origin, without the first run's crystals.
		const port = await freePort();
		const run = async (name: string) => {
			const evidence = info.outputPath(name);
			const played = await playFlare({ minutes: 1.5, store, port, evidence });
			const told = `the ${name} run\n${tellRun(played, evidence)}\n`;
			expect(played.code, told).toBe(0);
			expect(screensOf(played.ticks), told).toEqual(expect.arrayContaining(['inventory', 'play', 'title']));
			return played;
		};
		const first = await run('first');
		const second = await run('second');
		// On the same way, from the title into the first panel: how far a run gets beyond it depends on the machine.
		const asked = [callsOnTheWay(first), callsOnTheWay(second)] as const;
		expect(asked[0]).toBeGreaterThan(0);
		expect(asked[1]).toBeLessThan(asked[0] / 2);
		expect(second.ticks.some((t) => t.tier === 'crystal' && t.facts?.hp === 280)).toBe(true);
		expect(second.report.idle.acts).toBeGreaterThan(5);
	} finally {
		rmSync(store, { recursive: true, force: true });
	}
});

/** Requests about pictures until the first decision on the inventory. */
function callsOnTheWay({ report, ticks }: Played): number {
	const there = ticks.find((t) => t.ask === 'decision' && t.screen === 'inventory')?.at ?? 0;
	return callsOf({ calls: (report.calls as { at: number }[]).filter((call) => call.at <= there) }, 'perception');
}
