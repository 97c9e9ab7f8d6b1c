// Acts over a connection that is torn again and again, on a real window: each act clicks on a pixel of its own, so the window's
// own record says how often it was carried out. The same at full length on simulated time: src/tools/simulator/exactly-once.ts.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import type { ActOutcome } from '../core/ports.ts';
import { seeded } from '../core/random.fixture.ts';
import { openCompanion, openPage, profile, type TestCompanion } from './testing/companion.ts';
import { startDisplay, type TestDisplay, type TestWindow, until } from './testing/display.ts';

const FRAME = { width: 640, height: 480 };
/** The companion lets 30 gestures a second through. */
const GAP_MS = 40;

describe('acts over a connection that is torn', () => {
	let display: TestDisplay;
	let companion: TestCompanion;
	let game: TestWindow;
	let page: ReturnType<typeof openPage> | undefined;

	beforeAll(async () => {
		display = await startDisplay();
	}, 20_000);
	afterAll(() => display.stop());
	afterEach(async () => {
		page?.link.close();
		await companion.close();
		await game.close().catch(() => undefined);
	});

	it('are carried out once or told as lost: 120 acts, 6 disconnects', { timeout: 120_000 }, () => play(120, 6));
	it('are carried out once or told as lost: 1,200 acts, 40 disconnects @full', { timeout: 240_000 }, () => play(1200, 40));

	async function play(acts: number, disconnects: number): Promise<void> {
		companion = await openCompanion({ driver: 'xtest', env: display.env });
		game = await display.openWindow('Test game: level 1');
		const sockets: WebSocket[] = [];
		page = openPage(companion.server.origin, companion.token(), companion.server.origin, (socket) => sockets.push(socket));
		await page.connected;
		const { link, events } = page;
		expect(await link.bind({ label: `window:${game.id}:0`, frame: FRAME, profile })).toMatchObject({ ok: true });
		expect(await link.calibrate()).toMatchObject({ ok: true });
		const random = seeded(9);
		const torn = new Set<number>();
		while (torn.size < disconnects) torn.add(1 + Math.floor((acts - 1) * random.next()));
		const outcomes: Promise<ActOutcome>[] = [];
		for (let id = 1; id <= acts; id++) {
			const at = { x: id % FRAME.width, y: 20 + Math.floor(id / FRAME.width) };
			outcomes.push(
				link.act({ id, verb: 'click', steps: [{ do: 'click', button: 'left', at, holdMs: 0 }], frame: { ...FRAME, ageMs: 0 } }),
			);
			const rebound = events.filter(({ type }) => type === 'rebound').length;
			if (torn.has(id)) {
				// In the middle of the act, most often.
				await new Promise((resolve) => setTimeout(resolve, 60 * random.next()));
				sockets.at(-1)?.terminate();
				await until(() => events.filter(({ type }) => type === 'rebound').length > rebound, 15_000);
			} else await Promise.race([outcomes.at(-1), new Promise((resolve) => setTimeout(resolve, 300))]);
			await new Promise((resolve) => setTimeout(resolve, GAP_MS));
		}
		const told = await Promise.all(outcomes);
		await display.x.sync();
		await new Promise((resolve) => setTimeout(resolve, 200));
		const pressed = (id: number): number => {
			const line = `button 1 down ${id % FRAME.width},${20 + Math.floor(id / FRAME.width)}`;
			return game.got.filter((got) => got === line).length;
		};
		const twice = told.filter((_, i) => pressed(i + 1) > 1);
		const unreported = told.filter((outcome, i) => outcome.done && pressed(i + 1) !== 1);
		expect({ twice, unreported }).toEqual({ twice: [], unreported: [] });
		expect(told.filter((outcome) => !outcome.done && outcome.reason !== 'disconnected')).toEqual([]);
		expect(told.filter(({ done }) => done).length).toBeGreaterThanOrEqual(acts - disconnects);
		expect(await display.keysDown()).toEqual([]);
	}
});
