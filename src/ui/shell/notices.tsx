import { For, Show } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import { CircleAlert, Info, Sparkles, TriangleAlert, X } from '../primitives/icons.ts';
import type { Notice } from '../services.ts';
import { useApp } from '../state.tsx';

const LEVELS = {
	info: { icon: Info, tone: 'text-accent', edge: 'edge-accent' },
	warning: { icon: TriangleAlert, tone: 'text-warn', edge: 'edge-warn' },
	error: { icon: CircleAlert, tone: 'text-danger', edge: 'edge-danger' },
} as const;

const ACTIONS = {
	'share-again': 'Share again',
	'connect-companion': 'Connect the companion',
	'set-up-model': 'Set up a model',
	resume: 'Go on',
	'free-storage': 'Free some storage',
	reload: 'Reload the page',
	consent: 'Decide now',
	'open-settings': 'Open settings',
} as const;

export function Notices() {
	const app = useApp();
	function act(action: NonNullable<Notice['action']>): void {
		switch (action) {
			case 'share-again':
				return void app.shareWindow();
			case 'connect-companion':
			case 'open-settings':
				return void app.setView('settings');
			case 'set-up-model':
				return void app.setView('models');
			case 'resume':
				return void app.start();
			case 'free-storage':
				return void app.setView('storage');
			case 'consent':
				return void app.setConsentOpen(true);
			case 'reload':
				location.reload();
		}
	}
	return (
		<div class="flex flex-col gap-2 empty:hidden">
			<Show when={app.refusal()}>
				<div role="alert" class="panel edge-warn flex items-center gap-3 overflow-hidden px-3.5 py-2">
					<TriangleAlert size={17} class="shrink-0 text-warn" aria-hidden="true" />
					<p class="min-w-0 flex-1 text-[0.8125rem]">{app.refusal()}</p>
					<button type="button" class="btn btn-quiet btn-icon" aria-label="Close this message" onClick={() => app.setRefusal('')}>
						<X size={15} aria-hidden="true" />
					</button>
				</div>
			</Show>
			<Show when={app.offersUpdate()}>
				<div
					role="status"
					class="panel edge-accent flex flex-wrap items-center gap-x-3 gap-y-2 overflow-hidden px-3.5 py-2"
					data-offer="update"
				>
					<Sparkles size={17} class="shrink-0 text-accent" aria-hidden="true" />
					<p class="min-w-0 flex-1 basis-56 text-[0.8125rem]">
						<strong class="font-semibold">A new version is here.</strong>{' '}
						<span class="text-muted">Loading it takes a moment; what was learnt stays.</span>
					</p>
					<div class="ml-auto flex gap-2">
						<button type="button" class="btn btn-quiet" onClick={() => app.setUpdateLater(true)}>
							Later
						</button>
						<button type="button" class="btn" onClick={() => void app.update()}>
							Load it
						</button>
					</div>
				</div>
			</Show>
			<For each={app.notices()}>
				{(notice) => (
					<div
						role={notice.level === 'error' ? 'alert' : 'status'}
						class={`panel flex flex-wrap items-center gap-x-3 gap-y-2 overflow-hidden px-3.5 py-2 ${LEVELS[notice.level].edge}`}
						data-notice={notice.id}
					>
						<Dynamic component={LEVELS[notice.level].icon} size={17} class={`shrink-0 ${LEVELS[notice.level].tone}`} aria-hidden="true" />
						<p class="min-w-0 flex-1 basis-56 text-[0.8125rem]">
							<strong class="font-semibold">{notice.title}</strong> <span class="text-muted">{notice.text}</span>
						</p>
						<Show when={notice.action}>
							{(action) => (
								<button type="button" class="btn" onClick={() => act(action())}>
									{ACTIONS[action()]}
								</button>
							)}
						</Show>
						<button
							type="button"
							class="btn btn-quiet btn-icon"
							aria-label={`Close: ${notice.title}`}
							onClick={() => app.closeNotice(notice.id)}
						>
							<X size={15} aria-hidden="true" />
						</button>
					</div>
				)}
			</For>
		</div>
	);
}
