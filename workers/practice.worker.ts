// The practice game on a worker's clock: a covered or hidden page slows requestAnimationFrame and page timers, not these.
// The game is drawn on a canvas of its own, from which frames are made; the page's canvas, if any, only gets a copy, so that
// whatever the browser does to a canvas nobody sees cannot hold up the frames.
import { expose } from 'comlink';
import type { ResolvedStep } from '../src/core/ports.ts';
import { contextOf, makePainter } from '../src/practice/draw.ts';
import { click } from '../src/practice/input.ts';
import { frameSize, practiceChannel, readOptions } from '../src/practice/options.ts';
import { encodeState, viewOf } from '../src/practice/view.ts';
import { converse, holdGate, teleport } from '../src/practice/warren/rules.ts';
import { makeWorld, press, step, type World } from '../src/practice/world.ts';
import type { PracticeApi, PracticeFrame, PracticeOptions, PracticeShown, PracticeWant } from './practice.protocol.ts';

/** Thirty turns a second: twice the rate of the frames handed over, smooth enough for a watcher. */
const TURN_MS = 33;
const HANDOVER_MS = 66;
const RESEND_MS = 250;
/** A worker that was stopped for longer (a debugger, a sleeping laptop) lets the rest of the time go. */
const CATCH_UP_MS = 500;

interface Game {
	world: World;
	options: PracticeOptions;
	/** `performance.now()` up to which the world has been stepped. */
	steppedAt: number;
	readonly openedAt: number;
	patched: boolean;
}

const canvas = new OffscreenCanvas(960, 540);
// Without alpha a VideoFrame of this canvas is opaque, and needs no blending on its way.
const ctx = contextOf(canvas, { alpha: false });
const paint = makePainter(canvas, ctx);

let game: Game | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
let frozen = false;
let drawnId = '';
let page: { canvas: OffscreenCanvas; ctx: OffscreenCanvasRenderingContext2D } | undefined;
let receiver: MessagePort | undefined;
let wanted = false;
let handedId = '';
let handedAt = Number.NEGATIVE_INFINITY;
let channel: BroadcastChannel | undefined;
let toldAt = Number.NEGATIVE_INFINITY;
let toldId = '';

function turn(): void {
	if (!game) return;
	// Armed first, so that a fault in drawing costs one turn and not the game.
	timer = setTimeout(turn, TURN_MS);
	advance(game);
	show(game);
}

/** Brings the world up to now, so that input meets it at the game time it was given. */
function advance(g: Game): void {
	const now = performance.now();
	step(g.world, Math.min(CATCH_UP_MS, now - g.steppedAt) * g.options.speed);
	g.steppedAt = now;
	const { patchAt, skin } = g.options;
	if (patchAt > 0 && !g.patched && now - g.openedAt >= patchAt * 1000) {
		g.patched = true;
		g.options = { ...g.options, skin: skin === 'day' ? 'dusk' : 'day' };
	}
}

function show(g: Game): void {
	if (frozen) return;
	const view = viewOf(g.world);
	const id = encodeState(view, g.options);
	const now = performance.now();
	const isDue = wanted && now - handedAt >= HANDOVER_MS && (id !== handedId || now - handedAt >= RESEND_MS);
	// Nobody looking means nothing drawn.
	if (id !== drawnId && (page || channel || isDue)) {
		paint(view, g.options);
		drawnId = id;
		copyToPage();
	}
	if (isDue) handOver(id, now);
	if (channel && (drawnId !== toldId || now - toldAt >= RESEND_MS)) tell(drawnId, now);
}

function copyToPage(): void {
	if (!page) return;
	if (page.canvas.width !== canvas.width || page.canvas.height !== canvas.height) {
		Object.assign(page.canvas, { width: canvas.width, height: canvas.height });
	}
	page.ctx.drawImage(canvas, 0, 0);
}

function handOver(id: string, now: number): void {
	if (!receiver) return;
	const frame = new VideoFrame(canvas, { timestamp: Math.round(now * 1000) });
	const message: PracticeFrame = { frame, id };
	receiver.postMessage(message, [frame]);
	wanted = false;
	handedId = id;
	handedAt = now;
}

function tell(id: string, now: number): void {
	const message: PracticeShown = { at: performance.timeOrigin + now, id };
	channel?.postMessage(message);
	toldId = id;
	toldAt = now;
}

async function carryOut(g: Game, input: ResolvedStep): Promise<void> {
	const { scale, hud } = g.options;
	advance(g);
	switch (input.do) {
		case 'click':
			if (input.button === 'left') click(g.world, { x: (input.at.x + 0.5) / scale, y: (input.at.y + 0.5) / scale }, hud);
			show(g);
			return pause(input.holdMs);
		case 'key':
			for (const key of input.keys) press(g.world, key);
			show(g);
			return pause(input.holdMs);
		case 'hold':
			press(g.world, input.key);
			return;
		case 'wait':
			return pause(input.ms);
		default:
			// The game knows no dragging, hovering, scrolling, typing or letting go.
			return;
	}
}

async function pause(ms: number): Promise<void> {
	if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
}

const api: PracticeApi = {
	start(options, shown) {
		if (shown) page = { canvas: shown, ctx: contextOf(shown, { alpha: false, willReadFrequently: false }) };
		open(readOptions({ ...options }));
	},
	set(change) {
		if (!game) return;
		advance(game);
		const options = readOptions({ ...game.options, ...change });
		if (options.seed !== game.options.seed || options.land !== game.options.land) open(options);
		else {
			game.options = options;
			if (game.world.warren) game.world.warren.settings = options;
		}
	},
	frames(port) {
		receiver?.close();
		receiver = port;
		wanted = false;
		handedId = '';
		port.onmessage = ({ data }: MessageEvent<PracticeWant>) => {
			if (data?.want !== true) return;
			wanted = true;
			if (game) show(game);
		};
	},
	announce(on) {
		channel?.close();
		channel = on ? new BroadcastChannel(practiceChannel) : undefined;
		toldId = '';
	},
	async input(steps) {
		for (const input of steps) if (game) await carryOut(game, input);
	},
	releaseAll() {
		// Keys act when they go down and are never kept down, so there is nothing to let go.
	},
	meddle(deed) {
		if (!game) return;
		advance(game);
		const { world } = game;
		const { warren } = world;
		if (!warren) return;
		if (deed.do === 'teleport') teleport(world, warren, deed.place);
		else if (deed.do === 'hold-gate') holdGate(warren, deed.gate, deed.shut ?? undefined);
		else if (world.screen === 'play') converse(world, warren, 'pedlar');
	},
	freeze(on) {
		frozen = on;
	},
	stop() {
		clearTimeout(timer);
		game = undefined;
		receiver?.close();
		receiver = undefined;
		wanted = false;
		channel?.close();
		channel = undefined;
	},
};

function open(options: PracticeOptions): void {
	clearTimeout(timer);
	const now = performance.now();
	game = { world: makeWorld(options.seed, options), options, steppedAt: now, openedAt: now, patched: false };
	Object.assign(canvas, frameSize(options));
	// A canvas whose size was set is blank, whatever was drawn on it.
	drawnId = '';
	handedId = '';
	turn();
}

expose(api);
