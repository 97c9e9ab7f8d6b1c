import { describe, expect, it } from 'vitest';
import type { BindResult, CalibrateResult, CompanionLink } from '../../src/adapters/companion.ts';
import { type GripState, makeGrip } from './grip.ts';

const request = { label: 'window:7:0', frame: { width: 640, height: 480 }, profile: {}, raise: true };
const held: BindResult = {
	ok: true,
	windowId: 7,
	title: 'Game',
	pid: null,
	placement: { x: 0, y: 0, width: 640, height: 480 },
	inFront: true,
};
const refusal = (reason: 'window-gone' | 'bots-not-allowed'): BindResult => ({ ok: false, reason, detail: reason });
const good: CalibrateResult = { ok: true, maxErrorPx: 0, detail: '6 points, at most 0 px off' };
const covered: CalibrateResult = { ok: false, maxErrorPx: null, detail: '"Game" is not in front' };
const beside: CalibrateResult = { ok: false, maxErrorPx: 40, detail: 'the pointer came to stand 40 px beside its mark' };

/** A companion that answers from lists, the last answer for all that follow; time passes only by `pass`. */
function setUp(script: { binds?: readonly BindResult[]; calibrations?: readonly CalibrateResult[]; canBind?: boolean } = {}) {
	const { binds = [held], calibrations = [good] } = script;
	const asked = { binds: 0, calibrations: 0 };
	const link = {
		connected: true,
		welcome: { capabilities: { bind: script.canBind ?? true } },
		bind: async () => binds[Math.min(asked.binds++, binds.length - 1)],
		calibrate: async () => calibrations[Math.min(asked.calibrations++, calibrations.length - 1)],
	};
	const told: GripState[] = [];
	const waiting: (() => void)[] = [];
	let present = true;
	const grip = makeGrip({
		link: () => (present ? (link as unknown as CompanionLink) : undefined),
		onChange: (state) => told.push(state),
		wait: () => new Promise((resolve) => waiting.push(resolve)),
	});
	return {
		grip,
		link,
		asked,
		told,
		away: () => void (present = false),
		/** Ends every wait that is under way. */
		async pass(times = 1): Promise<void> {
			for (let i = 0; i < times; i++) {
				await settled();
				for (const go of waiting.splice(0)) go();
				await settled();
			}
		},
		idle: () => waiting.length === 0,
	};
}
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('the grip on a window', () => {
	it('is ready once the window is bound and calibrated', async () => {
		const { grip, told, idle } = setUp();
		await grip.take(request);
		expect(grip.state).toEqual({ state: 'ready', why: good.detail, refused: false, inFront: true });
		expect(told).toHaveLength(1);
		expect(idle()).toBe(true);
	});

	it('calibrates again when the window was covered in the moment of calibrating', async () => {
		const { grip, asked, pass, idle } = setUp({ calibrations: [covered, covered, good] });
		await grip.take(request);
		expect(grip.state).toMatchObject({ state: 'waiting', why: covered.detail, refused: false });
		await pass(2);
		expect(grip.state).toMatchObject({ state: 'ready', inFront: true });
		expect(asked).toEqual({ binds: 1, calibrations: 3 });
		expect(idle()).toBe(true);
	});

	it('gives up where the pointer was shown to go astray', async () => {
		const { grip, idle } = setUp({ calibrations: [beside] });
		await grip.take(request);
		expect(grip.state).toMatchObject({ state: 'none', why: beside.detail, refused: true });
		expect(idle()).toBe(true);
	});

	it('binds again what is refused for now, and not what is refused for good', async () => {
		const { grip, pass } = setUp({ binds: [refusal('window-gone'), held] });
		await grip.take(request);
		expect(grip.state).toMatchObject({ state: 'waiting', refused: true });
		await pass();
		expect(grip.state.state).toBe('ready');

		const never = setUp({ binds: [refusal('bots-not-allowed')] });
		await never.grip.take(request);
		expect(never.grip.state).toMatchObject({ state: 'none', why: 'bots-not-allowed', refused: true });
		expect(never.idle()).toBe(true);
	});

	it('is taken when a slow companion has connected at last', async () => {
		const { grip, link, pass } = setUp();
		link.connected = false;
		const first = grip.take(request);
		await pass(20);
		await first;
		expect(grip.state).toMatchObject({ state: 'waiting', refused: false });
		await pass(5);
		link.connected = true;
		await pass(2);
		expect(grip.state.state).toBe('ready');
	});

	it('comes back with the connection, by what the link bound again', async () => {
		const { grip, pass, asked } = setUp({ calibrations: [good, covered, good] });
		await grip.take(request);
		grip.hear({ type: 'disconnected', reason: 'disconnected', detail: 'the companion went away', retryInMs: 250 });
		expect(grip.state).toMatchObject({ state: 'waiting', inFront: undefined });
		grip.hear({ type: 'rebound', request, bind: held, calibrated: covered });
		expect(grip.state).toMatchObject({ state: 'waiting', why: covered.detail, inFront: true });
		await pass(2);
		expect(grip.state.state).toBe('ready');
		expect(asked.binds).toBe(1);
	});

	it('binds the newer size when the window changed while the companion was away', async () => {
		const { grip, link, pass, asked } = setUp();
		await grip.take(request);
		link.connected = false;
		grip.hear({ type: 'disconnected', reason: 'disconnected', detail: 'the companion went away', retryInMs: 250 });
		const larger = grip.take({ ...request, frame: { width: 2 * request.frame.width, height: 2 * request.frame.height } });
		await pass(20);
		await larger;
		link.connected = true;
		grip.hear({ type: 'connected', welcome: link.welcome as never });
		grip.hear({ type: 'rebound', request, bind: held, calibrated: good });
		expect(grip.state.state).toBe('waiting');
		await pass(2);
		expect(grip.state.state).toBe('ready');
		expect(asked.binds).toBe(2);
	});

	it('follows what is in front without losing its calibration', async () => {
		const { grip } = setUp();
		await grip.take(request);
		grip.hear({ type: 'front', inFront: false });
		expect(grip.state).toMatchObject({ state: 'ready', inFront: false });
	});

	it('ends with the window, and with the session', async () => {
		const { grip, idle } = setUp();
		await grip.take(request);
		grip.hear({ type: 'window-closed', windowId: 7 });
		expect(grip.state).toMatchObject({ state: 'none', why: 'The game window was closed.' });

		const other = setUp({ calibrations: [covered] });
		await other.grip.take(request);
		other.grip.letGo();
		await other.pass(3);
		expect(other.grip.state.state).toBe('none');
		expect(other.asked.calibrations).toBe(1);
		expect(other.idle()).toBe(true);
		expect(idle()).toBe(true);
	});

	it('is none where there is no companion, or none that sends input', async () => {
		const none = setUp();
		none.away();
		await none.grip.take(request);
		expect(none.grip.state).toMatchObject({ state: 'none', why: '' });
		const advice = setUp({ canBind: false });
		await advice.grip.take(request);
		expect(advice.grip.state).toMatchObject({ state: 'none', why: '' });
		expect(advice.asked.binds).toBe(0);
	});
});
