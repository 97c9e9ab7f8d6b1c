import { Show } from 'solid-js';
import { TriangleAlert } from '../primitives/icons.ts';
import { useApp } from '../state.tsx';

const WHAT = {
	frozen: 'The picture stands still',
	muted: 'The window sends no picture',
	resized: 'The window changed its size',
	ended: 'Sharing has ended',
} as const;

/** What happened to the source, that nothing acts meanwhile, and the next click. */
export function SourceBanner() {
	const app = useApp();
	const source = () => app.shown.live.source;
	const broken = () => {
		const state = source().state;
		return state === 'live' || state === 'none' ? undefined : state;
	};
	return (
		<Show when={broken()}>
			{(state) => (
				<div
					role="alert"
					class="absolute inset-x-0 bottom-0 flex flex-wrap items-center gap-3 bg-[#2a1d05]/95 px-4 py-3 text-white"
					data-source-state={state()}
				>
					<TriangleAlert size={20} class="shrink-0 text-[#f0c060]" aria-hidden="true" />
					<div class="min-w-0 flex-1 basis-60">
						<p class="font-semibold">{WHAT[state()]}. Nothing acts meanwhile.</p>
						<p class="text-[0.8125rem] text-white/85">{source().why}</p>
					</div>
					<Show
						when={source().kind !== 'practice'}
						fallback={
							<button type="button" class="btn" onClick={() => void app.playPractice()}>
								Open the practice game anew
							</button>
						}
					>
						<button type="button" class="btn" onClick={() => void app.shareWindow()}>
							Share the window again
						</button>
					</Show>
				</div>
			)}
		</Show>
	);
}
