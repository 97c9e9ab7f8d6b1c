// Correcting where a crystal was cut out: the box is dragged on a frame, what learning would make of it is shown, and only that can
// be saved.
import * as Dialog from '@kobalte/core/dialog';
import { createEffect, createMemo, createSignal, For, on, onCleanup, Show } from 'solid-js';
import type { Box } from '../../core/geometry.ts';
import { formatTime } from '../primitives/format.ts';
import { Check, CircleAlert } from '../primitives/icons.ts';
import { createId, Png, Switch } from '../primitives/parts.tsx';
import { type BoxTrial, type StoredFrameView, useServices } from '../services.ts';
import { useApp } from '../state.tsx';
import { closeUp, typedBox } from './box-edit.ts';
import { BoxEditor } from './box-editor.tsx';

/** Rest of the hand after which the box is tried. */
const TRY_AFTER_MS = 120;
const NUMBERS = ['x', 'y', 'width', 'height'] as const;

export function CorrectBox(props: {
	readonly open: boolean;
	readonly onClose: (saved: boolean) => void;
	readonly id: string;
	readonly name: string;
	readonly box: Box;
	readonly frames: readonly StoredFrameView[];
}) {
	return (
		<Dialog.Root open={props.open} onOpenChange={(open) => !open && props.onClose(false)} modal>
			<Dialog.Portal>
				<Dialog.Overlay class="backdrop" />
				<div class="fixed inset-0 z-50 grid place-items-center p-3 md:p-4">
					<Dialog.Content class="dialog max-w-5xl">
						<Show
							when={props.frames[0]}
							fallback={
								<div class="p-6">
									<Dialog.Title class="text-lg font-semibold">There is no frame to correct it on</Dialog.Title>
									<p class="mt-1 text-muted">Play the game until it shows {props.name}, then try again.</p>
								</div>
							}
						>
							{(first) => <Editor {...props} first={first()} />}
						</Show>
					</Dialog.Content>
				</div>
			</Dialog.Portal>
		</Dialog.Root>
	);
}

function Editor(props: {
	readonly onClose: (saved: boolean) => void;
	readonly id: string;
	readonly name: string;
	readonly box: Box;
	readonly frames: readonly StoredFrameView[];
	readonly first: StoredFrameView;
}) {
	const app = useApp();
	const { agent } = useServices();
	const frameField = createId('frame');
	const [frameId, setFrameId] = createSignal(props.first.id);
	const frame = createMemo(() => props.frames.find((f) => f.id === frameId()) ?? props.first);
	const [box, setBox] = createSignal<Box>(props.box);
	const [whole, setWhole] = createSignal(false);
	const [view, setView] = createSignal<Box>(closeUp(props.box, props.first));
	const [trial, setTrial] = createSignal<BoxTrial>();
	const [saving, setSaving] = createSignal(false);
	const shown = (): Box => (whole() ? [0, 0, frame().width, frame().height] : view());
	let timer: ReturnType<typeof setTimeout> | undefined;
	let asked = 0;
	onCleanup(() => clearTimeout(timer));
	createEffect(
		on([frameId, box], ([id, at]) => {
			clearTimeout(timer);
			const mine = ++asked;
			setTrial(undefined);
			timer = setTimeout(() => {
				void agent.tryBox(props.id, id, at).then(
					(answer) => mine === asked && setTrial(answer),
					(error: unknown) => mine === asked && setTrial({ ok: false, why: error instanceof Error ? error.message : String(error) }),
				);
			}, TRY_AFTER_MS);
		}),
	);
	const good = () => {
		const now = trial();
		return now?.ok === true ? now : undefined;
	};
	const bad = () => {
		const now = trial();
		return now?.ok === false ? now.why : undefined;
	};
	/** What stands there: as the reader takes it, until the person says otherwise. */
	const [typed, setTyped] = createSignal<string>();
	const says = () => typed() ?? good()?.value ?? '';
	/** On another frame something else may stand there. */
	function look(id: string): void {
		setTyped(undefined);
		setFrameId(id);
	}
	async function save(): Promise<void> {
		setSaving(true);
		const done = await app.tries(() => agent.correctBox(props.id, frameId(), box(), says()));
		setSaving(false);
		if (done) props.onClose(true);
		else setTrial({ ok: false, why: app.refusal() });
	}
	return (
		<div class="flex flex-col gap-3 p-4 md:p-5">
			<div>
				<Dialog.Title class="text-lg font-semibold tracking-tight">Correct the box of {props.name}</Dialog.Title>
				<Dialog.Description class="mt-0.5 text-[0.8125rem] text-muted">
					Drag the box or its handles. Arrow keys move it by a pixel, shift and an arrow resize it.
				</Dialog.Description>
			</div>
			<div class="grid items-start gap-4 md:grid-cols-[minmax(0,1fr)_15rem]">
				<div class="min-w-0">
					<BoxEditor
						name={props.name}
						frame={frameId()}
						size={frame()}
						view={shown()}
						box={box()}
						{...(good() ? { snapped: good()?.box as Box } : {})}
						onChange={setBox}
					/>
					<div class="mt-2 flex flex-wrap items-center gap-3">
						<label for={frameField} class="text-xs font-semibold text-muted">
							Frame
						</label>
						<select id={frameField} class="field w-auto!" value={frameId()} onChange={(e) => look(e.currentTarget.value)}>
							<For each={props.frames}>
								{(f) => (
									<option value={f.id}>
										{f.live ? 'As it was when this opened' : formatTime(f.at)}
										{f.screen === '' ? '' : `, ${f.screen}`}
									</option>
								)}
							</For>
						</select>
						<span class="flex-1" />
						<Switch label="Whole frame" checked={whole()} onChange={setWhole} />
						<button type="button" class="btn btn-quiet" onClick={() => setView(closeUp(box(), frame()))} disabled={whole()}>
							Centre on the box
						</button>
					</div>
				</div>
				<div class="flex flex-col gap-3">
					<div class="grid grid-cols-2 gap-2">
						<For each={NUMBERS}>
							{(name, i) => (
								<label class="text-2xs font-medium text-faint">
									{name}
									<input
										type="number"
										class="field num mt-0.5"
										value={box()[i() as 0]}
										onChange={(e) => setBox(typedBox(box(), i() as 0, e.currentTarget.valueAsNumber, frame()))}
									/>
								</label>
							)}
						</For>
					</div>
					<div
						class="rounded-lg border border-line bg-sunken p-3"
						role="status"
						data-box-trial={trial() === undefined ? 'asking' : good() ? 'good' : 'bad'}
					>
						<Show when={good()}>
							{(found) => (
								<>
									<p class="flex items-center gap-1.5 text-xs font-semibold text-good">
										<Check size={14} aria-hidden="true" /> Can be learnt from here
									</p>
									<div class="mt-2 grid place-items-center rounded-md bg-stage p-2">
										<Png
											png={found().png}
											label={`What ${props.name} would look like`}
											class="max-h-32 max-w-full [image-rendering:pixelated]"
										/>
									</div>
									<p class="num mt-2 text-2xs text-muted">
										[{found().box.join(', ')}]{snappedWords(found().box, box())}
									</p>
									<Show when={found().reads !== undefined}>
										<p class="mt-1 text-xs">
											Reads “<span class="font-mono">{found().reads}</span>”
										</p>
										<label class="mt-2 block text-2xs font-medium text-faint">
											What it says
											<input
												class="field mt-0.5"
												value={says()}
												maxLength={300}
												autocomplete="off"
												onInput={(e) => setTyped(e.currentTarget.value)}
											/>
										</label>
										<p class="mt-1 text-2xs text-muted">Kept as a case: the reader is held to it, and it counts as a clean label.</p>
									</Show>
								</>
							)}
						</Show>
						<Show when={bad()}>
							{(why) => (
								<p class="flex items-start gap-1.5 text-xs text-warn">
									<CircleAlert size={14} class="mt-0.5 shrink-0" aria-hidden="true" /> {why()}
								</p>
							)}
						</Show>
						<Show when={trial() === undefined}>
							<p class="text-xs text-faint">Looking at what stands there…</p>
						</Show>
					</div>
					<p class="text-2xs text-muted">Saving cuts it out anew. It then answers silently until four clean labels have proved it.</p>
					<div class="flex gap-2">
						<button type="button" class="btn btn-primary flex-1" disabled={good() === undefined || saving()} onClick={() => void save()}>
							Save the box
						</button>
						<button type="button" class="btn" onClick={() => props.onClose(false)}>
							Cancel
						</button>
					</div>
				</div>
			</div>
		</div>
	);
}

function snappedWords(found: Box, drawn: Box): string {
	return found.every((value, i) => value === drawn[i]) ? ', as drawn' : `, snapped from [${drawn.join(', ')}]`;
}
