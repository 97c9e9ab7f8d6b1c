import { createEffect, createSignal, For, Match, Show, Switch as Choose } from 'solid-js';
import { Captions, Flag, Gamepad2, Lightbulb, LoaderCircle, ScanEye } from '../primitives/icons.ts';
import { Region, Switch } from '../primitives/parts.tsx';
import type { Picture } from '../services.ts';
import { useApp } from '../state.tsx';
import { factChips } from './facts.ts';
import { Overlay, TierKey } from './overlay.tsx';
import { SourceBanner } from './source-banner.tsx';
import { TroubleScreen } from './trouble-screen.tsx';
import { Welcome } from './welcome.tsx';

export function Game() {
	const app = useApp();
	const [boxes, setBoxes] = createSignal(true);
	const [names, setNames] = createSignal(false);
	const live = () => app.shown.live;
	const showing = () => app.picture() !== null && (app.active() || app.starting());
	const aspect = () => (live().source.width > 0 ? `${live().source.width} / ${live().source.height}` : '16 / 9');
	return (
		<Region
			name="Game"
			icon={<Gamepad2 size={16} />}
			class="play-game overflow-hidden"
			head={
				<>
					<Show when={showing()}>
						<span class="min-w-0 truncate text-xs text-muted" title={live().source.label}>
							{live().source.kind === 'practice' ? 'Practice game' : live().source.label}
						</span>
					</Show>
					<div class="flex-1" />
					<Show when={showing()}>
						<div class="hidden items-center gap-3 sm:flex">
							<TierKey />
							<span class="h-4 w-px bg-line" aria-hidden="true" />
						</div>
						<Switch label="Boxes" checked={boxes()} onChange={setBoxes} />
						<Switch label="Names" checked={names()} onChange={setNames} />
					</Show>
				</>
			}
		>
			<Show
				when={showing()}
				fallback={
					<div class="stage stage-free grid">
						<Choose fallback={<Welcome />}>
							<Match when={app.trouble()}>{(trouble) => <TroubleScreen trouble={trouble()} />}</Match>
							<Match when={app.starting()}>
								<div class="grid place-items-center p-10 text-muted" role="status">
									<span class="flex items-center gap-2">
										<LoaderCircle size={18} class="spin" aria-hidden="true" /> Starting…
									</span>
								</div>
							</Match>
						</Choose>
					</div>
				}
			>
				<div class="stage" style={{ 'aspect-ratio': aspect() }}>
					<Show when={app.picture()} keyed>
						{(picture) => <LivePicture picture={picture} />}
					</Show>
					<Show when={boxes() && live().source.width > 0}>
						<Overlay names={names()} />
					</Show>
					<SourceBanner />
				</div>
				<div class="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1.5 border-t border-line px-3.5 py-2">
					<span class="chip chip-accent" title="The screen it believes to see">
						<ScanEye size={12} aria-hidden="true" />
						<span class="sr-only">Screen: </span>
						{live().screen || 'looking…'}
					</span>
					<Show when={live().goal}>
						<span class="chip" title="The goal of the plan that is pursued now">
							<Flag size={12} aria-hidden="true" />
							<span class="sr-only">Goal: </span>
							{live().goal}
						</span>
					</Show>
					<Show when={live().input.kind === 'advice' && app.phase() === 'playing'}>
						<span class="chip chip-accent" data-advice title={live().input.why}>
							<Lightbulb size={12} aria-hidden="true" />
							advice: you play, it says what it would do
						</span>
					</Show>
					<For each={factChips(live().facts, 6)}>
						{(fact) => (
							<span class="num text-xs text-muted">
								{fact.name} <strong class="font-semibold text-text">{fact.value}</strong>
							</span>
						)}
					</For>
					<Show when={live().asking.length > 0}>
						<span class="ml-auto inline-flex items-center gap-1.5 text-xs font-medium text-outside">
							<LoaderCircle size={13} class="spin" aria-hidden="true" /> asking a model: {live().asking.join(', ')}
						</span>
					</Show>
				</div>
				<div class="flex min-h-9 items-center gap-2 border-t border-line bg-sunken px-3.5 py-1.5 text-[0.8125rem]">
					<Captions size={15} class="shrink-0 text-faint" aria-hidden="true" />
					<span class="sr-only">Caption: </span>
					<Show when={live().caption} fallback={<span class="text-faint">Nothing being said</span>}>
						<span class="italic">{live().caption}</span>
					</Show>
				</div>
			</Show>
		</Region>
	);
}

function LivePicture(props: { readonly picture: Picture }) {
	const [video, setVideo] = createSignal<HTMLVideoElement>();
	createEffect(() => {
		const target = video();
		if (target && props.picture.kind === 'window') target.srcObject = props.picture.stream;
	});
	return (
		<Show
			when={props.picture.kind === 'practice' ? props.picture : undefined}
			fallback={<video ref={setVideo} autoplay muted playsinline aria-label="Live picture of the shared window" />}
		>
			{(practice) => practice().canvas}
		</Show>
	);
}
