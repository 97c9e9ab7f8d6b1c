// Nothing leaves before this is answered. The picture shown is the very one that would be sent; what is masked here is black in
// it and in all that follow.
import * as Dialog from '@kobalte/core/alert-dialog';
import { createEffect, createSignal, For, Show } from 'solid-js';
import type { Box } from '../../core/geometry.ts';
import { draggedBox } from '../game/geometry.ts';
import { OctagonX, Trash } from '../primitives/icons.ts';
import { Png } from '../primitives/parts.tsx';
import { TierIcon } from '../primitives/tier.tsx';
import type { ConsentView } from '../services.ts';
import { useApp } from '../state.tsx';

export function ConsentDialog() {
	const app = useApp();
	return (
		<Dialog.Root open={app.consentOpen() && app.consent() !== null} onOpenChange={(open) => app.setConsentOpen(open)} modal>
			<Dialog.Portal>
				<Dialog.Overlay class="backdrop" />
				<div class="fixed inset-0 z-50 grid place-items-center p-3 md:p-4">
					<Dialog.Content class="dialog max-w-3xl">
						<Show when={app.consent()}>{(ask) => <Question ask={ask()} />}</Show>
					</Dialog.Content>
				</div>
			</Dialog.Portal>
		</Dialog.Root>
	);
}

function Question(props: { readonly ask: ConsentView }) {
	const app = useApp();
	const [masks, setMasks] = createSignal<readonly Box[]>([]);
	createEffect(() => setMasks(props.ask.masks));
	return (
		<div class="flex flex-col gap-4 p-4 md:p-6">
			<div>
				<Dialog.Title class="flex items-center gap-2 text-lg font-semibold tracking-tight">
					<TierIcon tier="cloud" size={20} />
					May this picture leave?
				</Dialog.Title>
				<Dialog.Description class="mt-1 text-muted">
					No crystal knows what is here yet. {props.ask.provider} could be asked with exactly this picture of {props.ask.game}.
				</Dialog.Description>
			</div>
			<MaskEditor ask={props.ask} masks={masks()} onChange={setMasks} />
			<dl class="grid grid-cols-2 gap-3 rounded-lg bg-sunken p-3 text-[0.8125rem] md:grid-cols-4">
				<Fact name="Goes to" value={props.ask.host} />
				<Fact name="Provider" value={props.ask.provider} />
				<Fact name="Model" value={props.ask.model} />
				<Fact name="Price" value={props.ask.price || 'unknown'} />
			</dl>
			<p class="text-xs text-muted">
				The answer counts for this game and this provider. Every picture sent is listed under Models. Saying never is no harm: play goes on
				with what it knows.
			</p>
			<div class="flex flex-wrap items-center gap-2">
				<button type="button" class="btn" onClick={() => void app.answerConsent('never', masks())}>
					Never
				</button>
				<button type="button" class="btn btn-primary" onClick={() => void app.answerConsent('session', masks())}>
					This session
				</button>
				<button type="button" class="btn" onClick={() => void app.answerConsent('always', masks())}>
					Always
				</button>
				<span class="flex-1" />
				<button
					type="button"
					class="btn btn-quiet text-danger!"
					onClick={() => {
						app.setConsentOpen(false);
						void app.stopEverything('Stop everything was pressed');
					}}
				>
					<OctagonX size={15} aria-hidden="true" />
					Stop everything
				</button>
			</div>
		</div>
	);
}

function Fact(props: { readonly name: string; readonly value: string }) {
	return (
		<div class="min-w-0">
			<dt class="text-2xs font-medium text-faint">{props.name}</dt>
			<dd class="num font-medium break-words">{props.value}</dd>
		</div>
	);
}

const percent = (part: number, whole: number) => `${(100 * part) / whole}%`;

function MaskEditor(props: {
	readonly ask: ConsentView;
	readonly masks: readonly Box[];
	readonly onChange: (masks: readonly Box[]) => void;
}) {
	const [from, setFrom] = createSignal<{ x: number; y: number } | null>(null);
	const [to, setTo] = createSignal<{ x: number; y: number } | null>(null);
	const size = () => props.ask.size;
	const at = (event: PointerEvent & { readonly currentTarget: HTMLElement }) => {
		const rect = event.currentTarget.getBoundingClientRect();
		return { x: ((event.clientX - rect.left) / rect.width) * size().width, y: ((event.clientY - rect.top) / rect.height) * size().height };
	};
	const drawn = () => {
		const a = from();
		const b = to();
		return a && b ? draggedBox(a, b, size()) : undefined;
	};
	const place = ([x, y, w, h]: Box) => ({
		left: percent(x, size().width),
		top: percent(y, size().height),
		width: percent(w, size().width),
		height: percent(h, size().height),
	});
	/** Masks that need no pointer: the whole left, right, top or bottom edge of the picture. */
	function addEdge(edge: string): void {
		const { width, height } = size();
		const w = Math.round(width / 4);
		const h = Math.round(height / 5);
		const edges: Readonly<Record<string, Box>> = {
			top: [0, 0, width, h],
			bottom: [0, height - h, width, h],
			left: [0, 0, w, height],
			right: [width - w, 0, w, height],
		};
		const box = edges[edge];
		if (box) props.onChange([...props.masks, box]);
	}
	return (
		<div>
			<div class="grid place-items-center rounded-lg bg-stage">
				<div
					class="relative w-fit cursor-crosshair touch-none overflow-hidden select-none"
					data-mask-editor
					onPointerDown={(e) => {
						e.currentTarget.setPointerCapture(e.pointerId);
						setFrom(at(e));
						setTo(at(e));
					}}
					onPointerMove={(e) => from() && setTo(at(e))}
					onPointerUp={() => {
						const box = drawn();
						setFrom(null);
						setTo(null);
						if (box) props.onChange([...props.masks, box]);
					}}
					onPointerCancel={() => setFrom(null)}
				>
					<Png
						png={props.ask.png}
						label={`The picture that would leave, ${size().width} by ${size().height} pixels`}
						class="block max-h-[46dvh] max-w-full"
					/>
					<For each={props.masks}>{(mask) => <div class="absolute border border-white/60 bg-black" style={place(mask)} />}</For>
					<Show when={drawn()}>
						{(box) => <div class="absolute border-2 border-dashed border-white bg-black/70" style={place(box())} />}
					</Show>
				</div>
			</div>
			<div class="mt-2 flex flex-wrap items-center gap-2 text-xs text-muted">
				<span class="min-w-0 flex-1 basis-48">Drag over chat or names to black them out, here and in every later picture.</span>
				<select
					class="field w-auto! min-h-8! text-xs!"
					aria-label="Mask an edge of the picture"
					onChange={(e) => {
						addEdge(e.currentTarget.value);
						e.currentTarget.value = '';
					}}
				>
					<option value="">Mask an edge…</option>
					<option value="top">Top</option>
					<option value="bottom">Bottom</option>
					<option value="left">Left</option>
					<option value="right">Right</option>
				</select>
				<button
					type="button"
					class="btn btn-quiet"
					disabled={props.masks.length === 0}
					onClick={() => props.onChange(props.masks.slice(0, -1))}
				>
					<Trash size={14} aria-hidden="true" />
					Remove the last of {props.masks.length}
				</button>
			</div>
		</div>
	);
}
