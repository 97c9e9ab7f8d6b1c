// Pictures of crystals: fetched once each, shown with their pixels as they are, what is not compared hatched.
import { createEffect, createResource, createSignal, For, type JSX, onCleanup, Show } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import type { Box, Size } from '../../core/geometry.ts';
import {
	Boxes,
	Flag,
	Footprints,
	Image,
	MessageSquareText,
	MonitorUp,
	Route,
	ScanEye,
	ScrollText,
	User,
	Workflow,
} from '../primitives/icons.ts';
import { Png } from '../primitives/parts.tsx';
import { type CrystalView, type LookView, useServices } from '../services.ts';

const KIND_ICONS: Readonly<Record<string, typeof Boxes>> = {
	template: Image,
	region: ScanEye,
	rule: Route,
	skill: Footprints,
	phrase: MessageSquareText,
	strategy: Flag,
	screen: MonitorUp,
	quest: ScrollText,
	person: User,
	cascade: Workflow,
};

const fetched = new Map<string, Uint8Array>();
/** What was fetched and may be needed again; the oldest goes first. */
const FETCHED_MAX = 400;

function keep(key: string, png: Uint8Array | undefined): Uint8Array | undefined {
	if (png !== undefined) fetched.set(key, png);
	for (const old of fetched.keys()) {
		if (fetched.size <= FETCHED_MAX) break;
		fetched.delete(old);
	}
	return png;
}

/** A crystal's newest look, or its kind's sign. */
export function CrystalPicture(props: { readonly crystal: CrystalView; readonly class?: string }) {
	const { agent } = useServices();
	const [png] = createResource(
		() => (props.crystal.picture === undefined ? undefined : { id: props.crystal.id, key: `${props.crystal.id} ${props.crystal.picture}` }),
		async ({ id, key }) => fetched.get(key) ?? keep(key, await agent.crystalPicture(id)),
	);
	return (
		<div class={`grid shrink-0 place-items-center overflow-hidden rounded-lg border border-line bg-sunken text-faint ${props.class ?? ''}`}>
			<Show
				when={props.crystal.picture === undefined ? undefined : png.latest}
				fallback={<Dynamic component={KIND_ICONS[props.crystal.kind] ?? Boxes} size={20} stroke-width={1.7} aria-hidden="true" />}
			>
				{(bytes) => (
					<Png png={bytes()} label={`Template of ${props.crystal.name}`} class="max-h-full max-w-full p-1 [image-rendering:pixelated]" />
				)}
			</Show>
		</div>
	);
}

/** A part of a stored frame. */
export function FramePart(props: {
	readonly frame: string;
	readonly part?: Box;
	readonly label: string;
	readonly class?: string;
	readonly fallback?: JSX.Element;
}) {
	const { agent } = useServices();
	const [png] = createResource(
		() => ({ frame: props.frame, part: props.part }),
		async ({ frame, part }) => {
			const key = `${frame} ${part?.join(' ') ?? 'all'}`;
			return fetched.get(key) ?? keep(key, await agent.framePicture(frame, part));
		},
	);
	return (
		<Show when={png.latest} fallback={props.fallback}>
			{(bytes) => <Png png={bytes()} label={props.label} class={props.class ?? ''} />}
		</Show>
	);
}

/** Longest side of a look on the page, CSS pixels; small ones grow by whole factors up to it. */
const LOOK_SIDE = 176;
const FACTOR_MAX = 6;

/** One look of a template; pixels outside its mask are darkened and hatched. */
export function Look(props: { readonly look: LookView; readonly name: string }) {
	const [canvas, setCanvas] = createSignal<HTMLCanvasElement>();
	const factor = () => Math.max(1, Math.min(FACTOR_MAX, Math.floor(LOOK_SIDE / Math.max(props.look.width, props.look.height))));
	createEffect(() => {
		const target = canvas();
		const { png, mask, width, height } = props.look;
		const k = factor();
		if (!target) return;
		let gone = false;
		onCleanup(() => {
			gone = true;
		});
		createImageBitmap(new Blob([png as Uint8Array<ArrayBuffer>], { type: 'image/png' })).then(
			(bitmap) => {
				if (!gone) draw(target, bitmap, { width, height }, k, mask);
				bitmap.close();
			},
			// Bytes that are no picture leave the canvas blank; its label still says what should be here.
			() => undefined,
		);
	});
	return (
		<figure class="max-w-40 min-w-28">
			<div class="grid w-fit place-items-center rounded-lg border border-line bg-stage p-1.5">
				<canvas
					ref={setCanvas}
					role="img"
					aria-label={`${props.name}, look ${props.look.state}${props.look.mask ? ', masked parts hatched' : ''}`}
					width="1"
					height="1"
					class="max-h-60 max-w-full [image-rendering:pixelated]"
				/>
			</div>
			<figcaption class="num mt-1 text-2xs text-muted">
				<span class="font-semibold text-text">{props.look.state}</span> · {props.look.width} × {props.look.height} px · varies by{' '}
				{props.look.deviation.toFixed(0)} grey levels
				<Show when={props.look.mask}>{(mask) => <> · {ignored(mask())} not compared</>}</Show>
			</figcaption>
		</figure>
	);
}

function ignored(mask: Uint8Array): string {
	let n = 0;
	for (const value of mask) if (value === 0) n++;
	return `${Math.round((100 * n) / mask.length)} %`;
}

function draw(target: HTMLCanvasElement, bitmap: ImageBitmap, size: Size, k: number, mask: Uint8Array | undefined): void {
	target.width = size.width * k;
	target.height = size.height * k;
	const c = target.getContext('2d');
	if (!c) return;
	c.imageSmoothingEnabled = false;
	c.drawImage(bitmap, 0, 0, target.width, target.height);
	if (mask === undefined) return;
	c.save();
	c.beginPath();
	for (let i = 0; i < mask.length; i++) if (mask[i] === 0) c.rect((i % size.width) * k, Math.floor(i / size.width) * k, k, k);
	c.clip();
	c.fillStyle = 'rgb(7 9 12 / 0.62)';
	c.fillRect(0, 0, target.width, target.height);
	c.strokeStyle = 'rgb(255 255 255 / 0.75)';
	c.lineWidth = 1;
	for (let at = -target.height; at < target.width; at += 6) {
		c.beginPath();
		c.moveTo(at, target.height);
		c.lineTo(at + target.height, 0);
		c.stroke();
	}
	c.restore();
}

/** Where boxes stand in the whole picture. */
export function LayoutMap(props: {
	readonly frame: Size;
	readonly boxes: readonly Box[];
	readonly picture?: string;
	readonly label: string;
}) {
	return (
		<div
			class="relative w-full max-w-sm overflow-hidden rounded-lg border border-line bg-stage"
			style={{ 'aspect-ratio': `${props.frame.width} / ${props.frame.height}` }}
		>
			<Show when={props.picture}>
				{(frame) => <FramePart frame={frame()} label="The picture it is laid over" class="absolute inset-0 h-full w-full opacity-70" />}
			</Show>
			<svg
				viewBox={`0 0 ${props.frame.width} ${props.frame.height}`}
				class="absolute inset-0 h-full w-full"
				role="img"
				aria-label={props.label}
			>
				<For each={props.boxes}>
					{([x, y, w, h]) => (
						<>
							<rect
								x={x}
								y={y}
								width={w}
								height={h}
								fill="#3ed3b8"
								fill-opacity="0.22"
								stroke="#000"
								stroke-opacity="0.6"
								stroke-width="5"
								vector-effect="non-scaling-stroke"
							/>
							<rect x={x} y={y} width={w} height={h} fill="none" stroke="#3ed3b8" stroke-width="2" vector-effect="non-scaling-stroke" />
						</>
					)}
				</For>
			</svg>
		</div>
	);
}
