// The map: where the player is, which places and screens are known, and how one leads to the next. Click a place to go there.
import { createEffect, createMemo, createSignal, For, Match, on, Show, Switch } from 'solid-js';
import { type NavView, NOWHERE } from '../../core/navigation/view.ts';
import { CircleAlert, CircleCheck, CircleDashed, Footprints, MapPinned, Search, X } from '../primitives/icons.ts';
import { Empty, Page, Segmented } from '../primitives/parts.tsx';
import { useServices } from '../services.ts';
import { useApp } from '../state.tsx';
import { PlacePanel } from './place-panel.tsx';
import { Stage } from './stage.tsx';
import { mapWords, placeWords, poseWords, travelWords } from './words.ts';

type Graph = 'world' | 'page';
const NOTHING: NavView = { places: [], routes: [] };
/** Of the list at once; more are found by their names. */
const LISTED_MOST = 120;

export default function MapPage() {
	const app = useApp();
	const { agent } = useServices();
	const nav = () => app.nav() ?? NOTHING;
	const pose = () => app.pose() ?? NOWHERE;
	const [chosenGraph, setGraph] = createSignal<Graph>();
	const count = (graph: Graph) => nav().places.filter((p) => p.graph === graph).length;
	/** A game without a world that scrolls still has screens. */
	const graph = createMemo((): Graph => chosenGraph() ?? (count('world') === 0 && count('page') > 0 ? 'page' : 'world'));
	/** With its name: a place that was merged or split has another id afterwards. */
	const [picked, setPicked] = createSignal({ id: '', name: '' });
	const [look, setLook] = createSignal<{ readonly id: string } | null>(null);
	const [wanted, setWanted] = createSignal('');
	const names = createMemo(() => new Map(nav().places.map((p) => [p.id, p.name])));
	const nameOf = (id: string): string => names().get(id) ?? id;
	const setChosen = (id: string) => setPicked({ id, name: names().get(id) ?? '' });
	const place = createMemo(
		() =>
			nav().places.find((p) => p.id === picked().id) ??
			(picked().name === '' ? undefined : nav().places.find((p) => p.graph === graph() && p.name === picked().name)),
	);
	const chosen = () => place()?.id ?? '';
	const listed = createMemo(() => {
		const text = wanted().trim().toLowerCase();
		return nav()
			.places.filter((p) => p.graph === graph() && (text === '' || p.name.toLowerCase().includes(text)))
			.toSorted((a, b) => b.seen - a.seen || (a.name < b.name ? -1 : 1));
	});
	createEffect(
		on(graph, () => {
			setChosen('');
			setWanted('');
		}),
	);
	const travel = () => pose().travel;
	const goTo = (id: string) => void app.tries(() => agent.goTo(id));

	return (
		<Page
			name="Map"
			about="What was walked once is known for good: places told apart by their looks, and the ways between them."
			wide
			head={
				<Segmented
					label="Which map"
					value={graph()}
					choices={[
						{ value: 'world', label: 'World', count: count('world') },
						{ value: 'page', label: 'Screens', count: count('page') },
					]}
					onChange={setGraph}
				/>
			}
		>
			<Show
				when={nav().places.length > 0}
				fallback={
					<div class="panel flex min-h-72 flex-col">
						<Empty
							icon={<MapPinned size={19} />}
							title="No map yet"
							action={
								<button type="button" class="btn btn-primary" onClick={() => app.setView('play')}>
									Go to play
								</button>
							}
						>
							{app.active()
								? 'Nothing was walked so far. Places and screens appear here as the game is played; you may also walk yourself.'
								: 'The map is drawn while a game is played: start the practice game or share a window, and come back. For a world that scrolls, choose the land “Warren” in the settings.'}
						</Empty>
					</div>
				}
			>
				<Banner />
				<div class="grid gap-4 lg:grid-cols-[minmax(0,1fr)_21rem]">
					<div class="h-[46vh] min-h-72 lg:h-[calc(100vh-17rem)] lg:min-h-96">
						<Show
							when={count(graph()) > 0}
							fallback={
								<div class="panel flex h-full flex-col">
									<Empty icon={<MapPinned size={19} />} title={graph() === 'world' ? 'No places yet' : 'No screens yet'}>
										{graph() === 'world'
											? 'This game has shown no world that scrolls or that is left through doors so far.'
											: 'Screens appear once an act was seen to lead from one to another.'}
									</Empty>
								</div>
							}
						>
							<Stage
								nav={nav()}
								pose={pose()}
								graph={graph()}
								label={mapWords(nav(), graph(), pose(), nameOf)}
								chosen={chosen()}
								onChoose={setChosen}
								look={look()}
							/>
						</Show>
					</div>
					<div class="flex min-h-0 flex-col gap-4 lg:h-[calc(100vh-17rem)] lg:min-h-96">
						<Show when={place()}>
							{(p) => (
								<PlacePanel
									place={p()}
									routes={nav().routes}
									nameOf={nameOf}
									active={app.phase() === 'playing'}
									going={travel()?.to === p().id}
									onGo={() => goTo(p().id)}
									onChoose={choose}
									onClose={() => setChosen('')}
								/>
							)}
						</Show>
						<section class="panel flex min-h-48 flex-1 flex-col overflow-hidden" aria-label={graph() === 'world' ? 'Places' : 'Screens'}>
							<div class="border-b border-line p-2.5">
								<div class="relative">
									<Search size={15} class="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-faint" aria-hidden="true" />
									<input
										class="field pl-8!"
										type="search"
										aria-label={graph() === 'world' ? 'Find a place' : 'Find a screen'}
										placeholder={graph() === 'world' ? 'Find a place' : 'Find a screen'}
										value={wanted()}
										onInput={(e) => setWanted(e.currentTarget.value)}
									/>
								</div>
							</div>
							<ul class="min-h-0 flex-1 overflow-y-auto p-1.5 max-lg:max-h-96" tabindex="-1">
								<For
									each={listed().slice(0, LISTED_MOST)}
									fallback={<li class="p-3 text-center text-[0.8125rem] text-muted">Nothing of that name.</li>}
								>
									{(p) => (
										<li>
											<button
												type="button"
												class="flex w-full items-baseline gap-2 rounded-lg px-2.5 py-1.5 text-left hover:bg-hover aria-pressed:bg-sunken"
												aria-pressed={chosen() === p.id}
												data-place={p.id}
												onClick={() => choose(p.id)}
											>
												<span class="min-w-0 flex-1">
													<span class="block truncate text-[0.8125rem] font-semibold">{p.name}</span>
													<span class="block truncate text-2xs text-muted">{placeWords(p)}</span>
												</span>
												<Show when={pose().place === p.id || pose().screen === p.name}>
													<span class="shrink-0 text-2xs font-semibold text-crystal">{p.graph === 'world' ? 'here' : 'shows'}</span>
												</Show>
											</button>
										</li>
									)}
								</For>
							</ul>
							<Show when={listed().length > LISTED_MOST}>
								<p class="border-t border-line px-3 py-2 text-2xs text-muted">
									The first {LISTED_MOST} of {listed().length}; type a part of a name to find others.
								</p>
							</Show>
						</section>
					</div>
				</div>
			</Show>
		</Page>
	);

	function choose(id: string): void {
		setChosen(id);
		setLook({ id });
	}

	/** Where the player is, and where they are going. */
	function Banner() {
		const words = () => poseWords(pose(), nameOf);
		const isLost = () => pose().state === 'lost';
		return (
			<div
				class={`panel flex flex-wrap items-center gap-x-4 gap-y-2 px-3.5 py-2.5 ${isLost() ? 'edge-warn' : ''}`}
				data-pose={pose().state}
			>
				<Switch fallback={<CircleDashed size={18} class="shrink-0 text-faint" aria-hidden="true" />}>
					<Match when={pose().state === 'fixed'}>
						<CircleCheck size={18} class="shrink-0 text-good" aria-hidden="true" />
					</Match>
					<Match when={isLost()}>
						<CircleAlert size={18} class="shrink-0 text-warn" aria-hidden="true" />
					</Match>
				</Switch>
				<p class="min-w-0 flex-1 basis-64 text-[0.8125rem]">
					<strong class={`font-semibold ${isLost() ? 'text-warn' : ''}`}>{words().title}</strong>{' '}
					<span class="text-muted">{words().text}</span>
				</p>
				<Show when={travel()}>
					{(going) => (
						<div class="flex min-w-0 items-center gap-2.5" data-travel={going().state}>
							<Footprints size={16} class="shrink-0 text-accent" aria-hidden="true" />
							<p class="min-w-0 text-[0.8125rem] font-medium" role="status">
								{travelWords(going())}
							</p>
							<button type="button" class="btn" onClick={() => void app.tries(() => agent.stopTravel())}>
								<X size={15} aria-hidden="true" /> Cancel
							</button>
						</div>
					)}
				</Show>
			</div>
		);
	}
}
