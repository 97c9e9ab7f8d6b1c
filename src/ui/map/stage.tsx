// The picture of the map: moved and zoomed by mouse, touch and keys, drawn anew only when something of it changed. It shows; the
// list beside it says the same in words.
import { createEffect, createMemo, createSignal, onCleanup, onMount, untrack } from 'solid-js';
import type { Point, Size } from '../../core/geometry.ts';
import type { NavView, PoseView, RouteView } from '../../core/navigation/view.ts';
import { Minus, Plus, Scan, Target } from '../primitives/icons.ts';
import {
	boundsOf,
	clustered,
	fitted,
	layered,
	nearest,
	panned,
	placeAreas,
	shownPart,
	type Spot,
	toPlane,
	type View,
	zoomed,
} from './geometry.ts';
import { DOT, type EdgeDrawn, type NodeDrawn, paint, type Patch, SCREEN_BOX } from './paint.ts';
import { createPatches } from './patches.ts';
import { countWords } from './words.ts';

/** Dots nearer to each other than this are drawn as one, CSS pixels. */
const TOGETHER_PX = 2 * DOT + 8;
/** Few enough to be shown one by one whatever the scale. */
const APART_MOST = 60;
/** Left free under the whole, for the buttons. */
const BUTTONS_PX = 48;
const KEY_PAN_PX = 60;
const KEY_ZOOM = 1.3;

export function Stage(props: {
	readonly nav: NavView;
	readonly pose: PoseView;
	readonly graph: 'world' | 'page';
	readonly label: string;
	readonly chosen: string;
	readonly onChoose: (id: string) => void;
	/** A place that the eye is to be led to; a new object leads anew. */
	readonly look: { readonly id: string } | null;
}) {
	let canvas: HTMLCanvasElement | undefined;
	const [size, setSize] = createSignal<Size>({ width: 0, height: 0 });
	const [view, setView] = createSignal<View>();
	const [hovered, setHovered] = createSignal('');
	/** Until a person moves the picture, it is fitted to what is known and follows it. */
	const [held, setHeld] = createSignal(false);

	const places = createMemo(() => props.nav.places.filter((p) => p.graph === props.graph));
	const routes = createMemo(() => props.nav.routes.filter((r) => r.graph === props.graph));
	const areas = createMemo(() => {
		const at = places().flatMap((p) => (p.xy === null ? [] : [{ area: p.area, x: p.xy[0], y: p.xy[1] }]));
		return new Map(placeAreas(at).map((a) => [a.area, a]));
	});
	const inPlane = (area: string, [x, y]: readonly [number, number]): Point => {
		const moved = areas().get(area);
		return { x: x + (moved?.dx ?? 0), y: y + (moved?.dy ?? 0) };
	};
	const spots = createMemo<readonly Spot[]>(() => {
		if (props.graph === 'world') return places().flatMap((p) => (p.xy === null ? [] : [{ id: p.id, ...inPlane(p.area, p.xy) }]));
		const roots = places()
			.toSorted((a, b) => b.seen - a.seen)
			.map((p) => p.id);
		const first = roots.filter((id) => id === 'screen:title');
		return layered(
			places().map((p) => p.id),
			routes(),
			[...first, ...roots],
		);
	});
	const spotOf = createMemo(() => new Map(spots().map((s) => [s.id, s])));
	const nodes = createMemo(
		() =>
			new Map<string, NodeDrawn>(places().map((p) => [p.id, { name: p.name, deadEnd: p.deadEnd, frontiers: p.frontiers, seen: p.seen }])),
	);
	const patches = createPatches({
		places: () => (props.graph === 'world' ? places() : []),
		inPlane,
		view: () => view(),
		size,
	});
	const shownView = () => view() ?? fitted([0, 0, 0, 0], size());
	const clusters = createMemo(() => {
		const v = shownView();
		const cell = props.graph === 'page' || spots().length <= APART_MOST ? 0 : TOGETHER_PX / v.scale;
		return clustered(spots(), shownPart(v, size(), props.graph === 'page' ? SCREEN_BOX.w : 2 * DOT), cell);
	});
	const travelled = createMemo(() => {
		const { travel, place, screen } = props.pose;
		const on = new Set<string>();
		if (!travel) return on;
		let from = props.graph === 'world' ? place : `screen:${screen}`;
		for (const to of travel.route) {
			on.add(`${from} ${to}`);
			from = to;
		}
		return on;
	});
	const lines = createMemo(() => {
		const at = spotOf();
		// Two ways between the same two places are one line; the better walked one speaks.
		const best = new Map<string, RouteView>();
		for (const route of routes()) {
			const key = `${route.from} ${route.to}`;
			if ((best.get(key)?.walks ?? -1) < route.walks) best.set(key, route);
		}
		return [...best].flatMap(([key, route]): EdgeDrawn[] => {
			const [from, to] = [at.get(route.from), at.get(route.to)];
			if (!from || !to) return [];
			return [
				{
					from,
					to,
					count: route.walks + route.failures === 0 ? '' : countWords(route),
					walks: route.walks,
					blocked: route.blockedMs > 0,
					planned: route.planned,
					onRoute: travelled().has(key),
					paired: best.has(`${route.to} ${route.from}`),
				},
			];
		});
	});
	const edges = createMemo(() => {
		const part = shownPart(shownView(), size(), 40);
		return lines().filter(({ from, to }) => !outside(from, to, part));
	});
	const you = createMemo(() => {
		const { pose, graph } = props;
		if (graph !== 'world' || pose.xy === null || pose.state === 'lost' || pose.state === 'none') return null;
		return { at: inPlane(pose.area, pose.xy), state: pose.state, sigmaPx: pose.sigmaPx };
	});

	const everything = () => {
		const { w, h } = props.graph === 'page' ? SCREEN_BOX : { w: 700, h: 400 };
		const [left, top, width, height] = boundsOf(spots());
		return [left - w / 2, top - h / 2, width + w, height + h] as const;
	};
	function fit(): void {
		if (size().width === 0) return;
		const free = { ...size(), height: size().height - BUTTONS_PX };
		setView(panned(fitted(everything(), free, 16, props.graph === 'page' ? 1.3 : 0.5), 0, -BUTTONS_PX / 2));
	}
	createEffect(() => {
		// What is known grew, or the stage did.
		everything();
		size();
		if (!untrack(held)) fit();
	});
	createEffect(() => {
		const at = props.look === null ? undefined : spotOf().get(props.look.id);
		const old = untrack(view);
		if (!at || !old) return;
		const [x, y, w, h] = shownPart(old, untrack(size), -40);
		// What is in sight already stays where the eye found it.
		if (at.x >= x && at.x <= x + w && at.y >= y && at.y <= y + h && untrack(clusters).some((c) => c.ids.length === 1 && c.ids[0] === at.id))
			return;
		setHeld(true);
		setView({ ...old, x: at.x, y: at.y, scale: Math.max(old.scale, props.graph === 'world' ? 0.18 : 0.7) });
	});

	let asked = 0;
	createEffect(() => {
		const scene = {
			view: shownView(),
			size: size(),
			graph: props.graph,
			patches: patches() as readonly Patch[],
			edges: edges(),
			clusters: clusters(),
			node: (id: string) => nodes().get(id),
			chosen: props.chosen,
			hovered: hovered(),
			goal: props.pose.travel?.to ?? '',
			maybe: new Set(props.pose.state === 'lost' ? props.pose.maybe : []),
			you: you(),
			current: props.pose.screen === '' ? '' : `screen:${props.pose.screen}`,
		};
		cancelAnimationFrame(asked);
		asked = requestAnimationFrame(() => {
			const c = canvas?.getContext('2d');
			if (!canvas || !c || scene.size.width === 0) return;
			const dense = Math.min(2, devicePixelRatio);
			const [w, h] = [Math.round(scene.size.width * dense), Math.round(scene.size.height * dense)];
			if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
			c.setTransform(dense, 0, 0, dense, 0, 0);
			paint(c, scene);
		});
	});
	onCleanup(() => cancelAnimationFrame(asked));

	onMount(() => {
		if (!canvas) return;
		const watched = canvas;
		const watch = new ResizeObserver(() => setSize({ width: watched.clientWidth, height: watched.clientHeight }));
		watch.observe(watched);
		onCleanup(() => watch.disconnect());
		// By hand, because a listener that Solid adds is passive and could not keep the page from scrolling.
		const onWheel = (event: WheelEvent) => {
			event.preventDefault();
			zoom(pointIn(event), Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.06 : 0.0018)));
		};
		watched.addEventListener('wheel', onWheel, { passive: false });
		onCleanup(() => watched.removeEventListener('wheel', onWheel));
	});

	const pointIn = (event: { readonly clientX: number; readonly clientY: number }): Point => {
		const box = canvas?.getBoundingClientRect();
		return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) };
	};
	const middle = (): Point => ({ x: size().width / 2, y: size().height / 2 });
	function zoom(at: Point, factor: number): void {
		setHeld(true);
		setView(zoomed(shownView(), size(), at, factor));
	}
	function pan(dx: number, dy: number): void {
		setHeld(true);
		setView(panned(shownView(), dx, dy));
	}

	const pointers = new Map<number, Point>();
	let moved = 0;
	function clusterAt(at: Point) {
		const within = props.graph === 'page' ? SCREEN_BOX.w / 2 : (DOT + 12) / shownView().scale;
		return nearest(clusters(), toPlane(shownView(), size(), at), within);
	}
	function onDown(event: PointerEvent): void {
		if (event.button !== 0) return;
		(event.currentTarget as Element).setPointerCapture(event.pointerId);
		pointers.set(event.pointerId, pointIn(event));
		if (pointers.size === 1) moved = 0;
	}
	function onMove(event: PointerEvent): void {
		const at = pointIn(event);
		const before = pointers.get(event.pointerId);
		if (!before) {
			const cluster = clusterAt(at);
			setHovered(cluster?.ids.length === 1 ? (cluster.ids[0] as string) : '');
			return;
		}
		const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
		pointers.set(event.pointerId, at);
		moved += Math.hypot(at.x - before.x, at.y - before.y);
		if (!other) {
			if (moved > 4) pan(at.x - before.x, at.y - before.y);
			return;
		}
		// Two fingers: what is between them stays between them.
		const [was, is] = [Math.hypot(before.x - other.x, before.y - other.y), Math.hypot(at.x - other.x, at.y - other.y)];
		pan((at.x - before.x) / 2, (at.y - before.y) / 2);
		if (was > 0) zoom({ x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 }, is / was);
	}
	function onUp(event: PointerEvent): void {
		const at = pointers.get(event.pointerId);
		pointers.delete(event.pointerId);
		if (!at || moved > 4 || pointers.size > 0 || event.type === 'pointercancel') return;
		const cluster = clusterAt(at);
		if (!cluster) return props.onChoose('');
		if (cluster.ids.length === 1) return props.onChoose(cluster.ids[0] as string);
		setHeld(true);
		setView(fitted(boundsOf(cluster.ids.flatMap((id) => spotOf().get(id) ?? [])), size(), 90));
	}
	function onKey(event: KeyboardEvent): void {
		const steps: Record<string, () => void> = {
			ArrowLeft: () => pan(KEY_PAN_PX, 0),
			ArrowRight: () => pan(-KEY_PAN_PX, 0),
			ArrowUp: () => pan(0, KEY_PAN_PX),
			ArrowDown: () => pan(0, -KEY_PAN_PX),
			'+': () => zoom(middle(), KEY_ZOOM),
			'=': () => zoom(middle(), KEY_ZOOM),
			'-': () => zoom(middle(), 1 / KEY_ZOOM),
			'0': whole,
		};
		const step = steps[event.key];
		if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
		event.preventDefault();
		step();
	}
	function whole(): void {
		setHeld(false);
		fit();
	}
	function toPlayer(): void {
		const at = you()?.at ?? spotOf().get(`screen:${props.pose.screen}`);
		if (!at) return;
		setHeld(true);
		setView({ x: at.x, y: at.y, scale: Math.max(shownView().scale, props.graph === 'world' ? 0.2 : 0.8) });
	}

	return (
		<div class="relative h-full min-h-0 overflow-hidden rounded-xl border border-line bg-stage">
			{/* biome-ignore lint/a11y/noNoninteractiveTabindex: it is moved by keys */}
			<canvas
				ref={canvas}
				role="img"
				aria-label={props.label}
				aria-keyshortcuts="ArrowLeft ArrowRight ArrowUp ArrowDown + - 0"
				tabindex="0"
				class="absolute inset-0 h-full w-full cursor-grab touch-none active:cursor-grabbing"
				data-places={spots().length}
				onPointerDown={onDown}
				onPointerMove={onMove}
				onPointerUp={onUp}
				onPointerCancel={onUp}
				onPointerLeave={() => setHovered('')}
				onKeyDown={onKey}
			/>
			<div class="absolute right-2 bottom-2 flex gap-1.5" role="group" aria-label="View of the map">
				<button type="button" class="btn btn-icon" aria-label="Zoom in" onClick={() => zoom(middle(), KEY_ZOOM)}>
					<Plus size={16} aria-hidden="true" />
				</button>
				<button type="button" class="btn btn-icon" aria-label="Zoom out" onClick={() => zoom(middle(), 1 / KEY_ZOOM)}>
					<Minus size={16} aria-hidden="true" />
				</button>
				<button type="button" class="btn btn-icon" aria-label="Show all" onClick={whole}>
					<Scan size={16} aria-hidden="true" />
				</button>
				<button type="button" class="btn btn-icon" aria-label="Show where the player is" onClick={toPlayer}>
					<Target size={16} aria-hidden="true" />
				</button>
			</div>
		</div>
	);
}

function outside(a: Point, b: Point, [x, y, w, h]: readonly [number, number, number, number]): boolean {
	return Math.max(a.x, b.x) < x || Math.min(a.x, b.x) > x + w || Math.max(a.y, b.y) < y || Math.min(a.y, b.y) > y + h;
}
