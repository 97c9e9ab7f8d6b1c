// A frame with one box on it that is dragged by its middle, its corners and its sides; arrow keys do the same.
import { createSignal, For, Show } from 'solid-js';
import type { Box, Point, Size } from '../../core/geometry.ts';
import { type Handle, HANDLES, keyedBox, movedBox, resizedBox } from './box-edit.ts';
import { FramePart } from './pictures.tsx';

const SPOTS: Readonly<Record<Handle, readonly [left: number, top: number, cursor: string]>> = {
	nw: [0, 0, 'nwse-resize'],
	n: [50, 0, 'ns-resize'],
	ne: [100, 0, 'nesw-resize'],
	e: [100, 50, 'ew-resize'],
	se: [100, 100, 'nwse-resize'],
	s: [50, 100, 'ns-resize'],
	sw: [0, 100, 'nesw-resize'],
	w: [0, 50, 'ew-resize'],
};

export function BoxEditor(props: {
	readonly name: string;
	readonly frame: string;
	readonly size: Size;
	/** The part of the frame that is shown. */
	readonly view: Box;
	readonly box: Box;
	/** Where learning would put it. */
	readonly snapped?: Box;
	readonly onChange: (box: Box) => void;
}) {
	const [drag, setDrag] = createSignal<{ readonly from: Point; readonly box: Box; readonly by: Handle | 'move' }>();
	let stage!: HTMLDivElement;
	const at = (event: PointerEvent): Point => {
		const rect = stage.getBoundingClientRect();
		const [x, y, w, h] = props.view;
		return { x: x + ((event.clientX - rect.left) / rect.width) * w, y: y + ((event.clientY - rect.top) / rect.height) * h };
	};
	const place = ([x, y, w, h]: Box) => ({
		left: `${(100 * (x - props.view[0])) / props.view[2]}%`,
		top: `${(100 * (y - props.view[1])) / props.view[3]}%`,
		width: `${(100 * w) / props.view[2]}%`,
		height: `${(100 * h) / props.view[3]}%`,
	});
	function begin(event: PointerEvent, by: Handle | 'move'): void {
		event.preventDefault();
		event.stopPropagation();
		(event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
		setDrag({ from: at(event), box: props.box, by });
	}
	function follow(event: PointerEvent): void {
		const now = drag();
		if (now === undefined) return;
		const to = at(event);
		const [dx, dy] = [to.x - now.from.x, to.y - now.from.y];
		props.onChange(now.by === 'move' ? movedBox(now.box, dx, dy, props.size) : resizedBox(now.box, now.by, dx, dy, props.size));
	}
	return (
		<div
			ref={stage}
			class="relative w-full touch-none overflow-hidden rounded-lg bg-stage select-none"
			style={{ 'aspect-ratio': `${props.view[2]} / ${props.view[3]}` }}
			data-box-editor
		>
			<div
				class="absolute"
				style={{
					left: `${(-100 * props.view[0]) / props.view[2]}%`,
					top: `${(-100 * props.view[1]) / props.view[3]}%`,
					width: `${(100 * props.size.width) / props.view[2]}%`,
					height: `${(100 * props.size.height) / props.view[3]}%`,
				}}
			>
				<FramePart
					frame={props.frame}
					label={`The frame on which ${props.name} is corrected`}
					class="block h-full w-full [image-rendering:pixelated]"
				/>
			</div>
			<Show when={props.snapped}>
				{(box) => <div class="pointer-events-none absolute border-2 border-dashed border-[#3ed3b8]" style={place(box())} data-snapped />}
			</Show>
			<div
				class="absolute cursor-move border-2 border-white shadow-[0_0_0_1px_rgb(0_0_0/0.7),inset_0_0_0_1px_rgb(0_0_0/0.5)]"
				style={place(props.box)}
				role="group"
				tabindex="0"
				aria-label={`Box of ${props.name}: x ${props.box[0]}, y ${props.box[1]}, ${props.box[2]} by ${props.box[3]} pixels. Arrow keys move it, shift and an arrow resize it.`}
				data-box
				onPointerDown={(e) => begin(e, 'move')}
				onPointerMove={follow}
				onPointerUp={() => setDrag(undefined)}
				onPointerCancel={() => setDrag(undefined)}
				onKeyDown={(e) => {
					const next = keyedBox(props.box, e.key, e.shiftKey, props.size);
					if (next === undefined) return;
					e.preventDefault();
					props.onChange(next);
				}}
			>
				<For each={HANDLES}>
					{(handle) => (
						<span
							class="absolute -mt-2.5 -ml-2.5 grid size-5 place-items-center"
							style={{ left: `${SPOTS[handle][0]}%`, top: `${SPOTS[handle][1]}%`, cursor: SPOTS[handle][2] }}
							data-handle={handle}
							onPointerDown={(e) => begin(e, handle)}
							onPointerMove={follow}
							onPointerUp={() => setDrag(undefined)}
							onPointerCancel={() => setDrag(undefined)}
						>
							<span class="size-2 rounded-[2px] border border-black/70 bg-white" />
						</span>
					)}
				</For>
			</div>
		</div>
	);
}
