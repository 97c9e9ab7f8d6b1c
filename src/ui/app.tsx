import { type JSX, createEffect, createSignal, lazy, Match, onCleanup, onMount, Show, Suspense, Switch } from 'solid-js';
import { ConsentDialog } from './consent/consent-dialog.tsx';
import { Crystals } from './crystals/crystals.tsx';
import { Decisions } from './decisions/decisions.tsx';
import { Game } from './game/game.tsx';
import { Models } from './models/models.tsx';
import { titleOf } from './models/shelf.ts';
import { Embed } from './embed/embed.tsx';
import { createTheme } from './primitives/create-theme.ts';
import { Scorecard } from './scorecard/scorecard.tsx';
import { type Services, ServicesProvider } from './services.ts';
import { SettingsPage } from './settings/settings.tsx';
import { Nav } from './shell/nav.tsx';
import { Notices } from './shell/notices.tsx';
import { Strikes } from './shell/strikes.tsx';
import { Actions, TopBar } from './shell/top-bar.tsx';
import { AppStateProvider, useApp } from './state.tsx';

/** Drawn by code that no other view needs. */
const MapPage = lazy(() => import('./map/map.tsx'));
const Reports = lazy(() => import('./reports/reports.tsx'));
const StoragePage = lazy(() => import('./storage/storage.tsx'));

export function App(props: { readonly services: Services }) {
	return (
		<ServicesProvider value={props.services}>
			<AppStateProvider>
				<Shell />
			</AppStateProvider>
		</ServicesProvider>
	);
}

/** What is shown once its code is there. */
function Opened(props: { readonly what: string; readonly children: JSX.Element }) {
	return <Suspense fallback={<p class="p-6 text-muted">Opening the {props.what} …</p>}>{props.children}</Suspense>;
}

/** True on a phone-sized page. The three actions exist once, so they move rather than being hidden twice. */
function createNarrow() {
	const query = matchMedia('(max-width: 767px)');
	const [narrow, setNarrow] = createSignal(query.matches);
	const listen = () => setNarrow(query.matches);
	query.addEventListener('change', listen);
	onCleanup(() => query.removeEventListener('change', listen));
	return narrow;
}

function Shell() {
	const app = useApp();
	const narrow = createNarrow();
	createTheme(() => app.settings().theme);
	const title = document.title;
	createEffect(() => {
		document.title = titleOf(title, app.shown.models?.models ?? []);
	});
	onMount(() => {
		// Esc closes what is open first (a dialog stops the event); where play is shown, and nowhere else, it stops everything.
		const onKey = (event: KeyboardEvent) => {
			if (event.key !== 'Escape' || event.defaultPrevented || !app.active() || app.view() !== 'play') return;
			if (document.querySelector('[role="dialog"], [role="alertdialog"]')) return;
			void app.stopEverything('Esc was pressed in the page');
		};
		window.addEventListener('keydown', onKey);
		onCleanup(() => window.removeEventListener('keydown', onKey));
	});
	return (
		<div class="shell">
			<TopBar narrow={narrow()} />
			<Nav />
			<main class="shell-main" tabindex="-1">
				<Show when={app.notices().length > 0 || app.refusal() !== '' || app.offersUpdate() || app.shown.strikes.length > 0}>
					<div class="flex flex-col gap-2 px-3 pt-3">
						<Notices />
						<Strikes />
					</div>
				</Show>
				{/* The play view stays mounted: the picture's canvas can be handed to a worker only once. */}
				<div class="play-grid" hidden={app.view() !== 'play'}>
					<Game />
					<Scorecard />
					<Decisions />
				</div>
				<Switch>
					<Match when={app.view() === 'map'}>
						<Opened what="map">
							<MapPage />
						</Opened>
					</Match>
					<Match when={app.view() === 'crystals'}>
						<Crystals />
					</Match>
					<Match when={app.view() === 'models'}>
						<Models />
					</Match>
					<Match when={app.view() === 'reports'}>
						<Opened what="reports">
							<Reports />
						</Opened>
					</Match>
					<Match when={app.view() === 'storage'}>
						<Opened what="storage">
							<StoragePage />
						</Opened>
					</Match>
					<Match when={app.view() === 'embed'}>
						<Embed />
					</Match>
					<Match when={app.view() === 'settings'}>
						<SettingsPage />
					</Match>
				</Switch>
			</main>
			<Show when={narrow()}>
				<section
					aria-label="Play controls"
					class="shell-act z-20 border-t border-line bg-surface p-2 pb-[max(0.5rem,env(safe-area-inset-bottom))]"
				>
					<Actions />
				</section>
			</Show>
			<div role="status" aria-live="polite" class="sr-only">
				{app.said()}
			</div>
			<ConsentDialog />
		</div>
	);
}
