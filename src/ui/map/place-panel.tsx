// One place or screen: what it looks like, what leads from it, and what a person may do about it.
import { createEffect, createMemo, createResource, createSignal, For, on, Show } from 'solid-js';
import type { PlaceView, RouteView } from '../../core/navigation/view.ts';
import { Footprints, MapPinned, Pencil, Split, X } from '../primitives/icons.ts';
import { Png } from '../primitives/parts.tsx';
import { useServices } from '../services.ts';
import { useApp } from '../state.tsx';
import { countWords, placeWords, routeWords } from './words.ts';

export function PlacePanel(props: {
	readonly place: PlaceView;
	readonly routes: readonly RouteView[];
	readonly nameOf: (id: string) => string;
	/** A session plays, so there is somebody to go. */
	readonly active: boolean;
	readonly going: boolean;
	readonly onGo: () => void;
	readonly onChoose: (id: string) => void;
	readonly onClose: () => void;
}) {
	const app = useApp();
	const { agent } = useServices();
	const [naming, setNaming] = createSignal(false);
	const id = createMemo(() => props.place.id);
	createEffect(on(id, () => setNaming(false), { defer: true }));
	const isPlace = () => props.place.graph === 'world';
	const [png] = createResource(
		() => (isPlace() ? `${props.place.id} ${props.place.picture}` : undefined),
		() => agent.placePicture(props.place.id),
	);
	const out = () => props.routes.filter((r) => r.from === props.place.id).toSorted((a, b) => b.walks - a.walks);

	async function rename(event: SubmitEvent): Promise<void> {
		event.preventDefault();
		const name = String(new FormData(event.currentTarget as HTMLFormElement).get('name') ?? '');
		if (await app.tries(() => agent.renameCrystal(props.place.id, name))) setNaming(false);
	}

	return (
		<section class="panel flex max-h-[70%] flex-col overflow-hidden" aria-label={`${isPlace() ? 'Place' : 'Screen'}: ${props.place.name}`}>
			<div class="flex items-start gap-2 border-b border-line p-3">
				<Show
					when={naming()}
					fallback={
						<>
							<div class="min-w-0 flex-1">
								<h3 class="truncate font-semibold">{props.place.name}</h3>
								<p class="text-2xs text-muted">{placeWords(props.place)}</p>
							</div>
							<Show when={isPlace()}>
								<button type="button" class="btn btn-quiet btn-icon" aria-label="Rename" onClick={() => setNaming(true)}>
									<Pencil size={14} aria-hidden="true" />
								</button>
							</Show>
							<button type="button" class="btn btn-quiet btn-icon" aria-label="Close this place" onClick={() => props.onClose()}>
								<X size={15} aria-hidden="true" />
							</button>
						</>
					}
				>
					<form class="flex flex-1 items-center gap-2" onSubmit={(e) => void rename(e)}>
						<input class="field" name="name" aria-label="Name of the place" value={props.place.name} maxlength={64} required autofocus />
						<button type="submit" class="btn btn-primary">
							Save
						</button>
						<button type="button" class="btn btn-quiet btn-icon" aria-label="Leave the name" onClick={() => setNaming(false)}>
							<X size={15} aria-hidden="true" />
						</button>
					</form>
				</Show>
			</div>
			<div class="flex min-h-0 flex-col gap-3 overflow-y-auto p-3">
				<Show when={isPlace()}>
					<div class="grid aspect-[11/6] w-full place-items-center overflow-hidden rounded-lg border border-line bg-stage text-faint">
						<Show when={png.latest} fallback={<MapPinned size={22} aria-hidden="true" />}>
							{(bytes) => <Png png={bytes()} label={`What ${props.place.name} looks like, in grey`} class="h-full w-full object-contain" />}
						</Show>
					</div>
				</Show>
				<div>
					<button type="button" class="btn btn-primary w-full" disabled={!props.active || props.going} onClick={() => props.onGo()}>
						<Footprints size={16} aria-hidden="true" /> {props.going ? 'Going there' : 'Go there'}
					</button>
					<Show when={!props.active}>
						<p class="mt-1.5 text-2xs text-muted">Somebody has to play: start a session, or go on with it.</p>
					</Show>
				</div>
				<div>
					<h4 class="label">Ways from here</h4>
					<ul class="flex flex-col gap-1">
						<For
							each={out()}
							fallback={<li class="text-[0.8125rem] text-muted">None is known{props.place.deadEnd ? ': a dead end' : ''}.</li>}
						>
							{(route) => (
								<li class="flex items-start gap-2 text-[0.8125rem]" data-route={route.id}>
									<span
										class={`num mt-0.5 shrink-0 rounded bg-sunken px-1.5 text-2xs font-semibold ${route.blockedMs > 0 ? 'text-danger' : 'text-muted'}`}
										title="walked / failed"
									>
										{countWords(route)}
									</span>
									<span class="min-w-0">
										<button type="button" class="font-semibold hover:underline" onClick={() => props.onChoose(route.to)}>
											{props.nameOf(route.to)}
										</button>
										<span class="block text-2xs text-muted">
											{routeWords(route)}
											<Show when={route.moves.length > 0}>; {route.moves.join(', then ')}</Show>
										</span>
										<Show when={route.lastFail !== ''}>
											<span class="block text-2xs text-danger">last failure: {route.lastFail}</span>
										</Show>
									</span>
								</li>
							)}
						</For>
					</ul>
				</div>
				<Show when={props.place.merged.length > 0}>
					<div>
						<h4 class="label">Taken for this place</h4>
						<ul class="flex flex-col gap-1">
							<For each={props.place.merged}>
								{(id, i) => (
									<li class="flex items-center gap-2 text-[0.8125rem]">
										<span class="min-w-0 flex-1 truncate">Sighting {i() + 2}</span>
										<button type="button" class="btn btn-quiet" onClick={() => void app.tries(() => agent.splitPlace(id))}>
											<Split size={14} aria-hidden="true" /> It is another place
										</button>
									</li>
								)}
							</For>
						</ul>
					</div>
				</Show>
			</div>
		</section>
	);
}
