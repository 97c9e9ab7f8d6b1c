import { createMemo, Show } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import { formatClock } from '../primitives/format.ts';
import { nextTheme } from '../primitives/create-theme.ts';
import {
	Gamepad2,
	Hand,
	Lightbulb,
	LoaderCircle,
	Moon,
	OctagonX,
	Pause,
	Play,
	PlugZap,
	Sun,
	SunMoon,
	TriangleAlert,
} from '../primitives/icons.ts';
import { Mark } from '../primitives/mark.tsx';
import { useApp } from '../state.tsx';

const PHASES = {
	idle: { word: 'Ready', tone: '' },
	starting: { word: 'Starting', tone: 'chip-accent' },
	playing: { word: 'Playing', tone: 'chip-good' },
	paused: { word: 'Paused', tone: 'chip-warn' },
	takeover: { word: 'You have the controls', tone: 'chip-warn' },
	stopped: { word: 'Stopped', tone: '' },
} as const;

export function TopBar(props: { readonly narrow: boolean }) {
	const app = useApp();
	const phase = () => PHASES[app.phase()];
	const theme = () => app.settings().theme;
	const themeIcon = createMemo(() => ({ system: SunMoon, light: Sun, dark: Moon })[theme()]);
	return (
		<header class="shell-bar z-20 flex items-center gap-3 border-b border-line bg-surface px-3 md:px-4">
			<div class="flex items-center gap-2.5">
				<Mark />
				<h1 class="text-[0.9375rem] font-semibold tracking-tight">Falsework</h1>
			</div>
			<span class={`chip ${phase().tone}`} data-phase={app.phase()}>
				<span class={`size-1.5 rounded-full bg-current ${app.phase() === 'playing' ? 'pulse' : ''}`} aria-hidden="true" />
				{phase().word}
			</span>
			<Show when={app.active() || app.shown.live.playedMs > 0}>
				<span class="num text-[0.8125rem] font-semibold" title="Time played, pauses left out">
					<span class="sr-only">Time played </span>
					{formatClock(app.shown.live.playedMs)}
				</span>
			</Show>
			<div class="hidden items-center gap-2 lg:flex">
				<Show when={app.shown.live.source.kind !== 'none'}>
					<span class="chip num" title={`Source: ${app.shown.live.source.label}`}>
						{app.shown.live.source.width} × {app.shown.live.source.height} · {Math.round(app.shown.live.source.fps)} fps
					</span>
				</Show>
				<Show when={app.active()}>
					<InputChip />
				</Show>
			</div>
			<div class="flex-1" />
			<button
				type="button"
				class="btn btn-quiet btn-icon"
				aria-label={`Theme: ${theme()}. Change`}
				title={`Theme: ${theme()}`}
				onClick={() => app.changeSettings({ theme: nextTheme(theme()) })}
			>
				<Dynamic component={themeIcon()} size={17} aria-hidden="true" />
			</button>
			<Show when={!props.narrow}>
				<Actions />
			</Show>
		</header>
	);
}

function InputChip() {
	const app = useApp();
	const input = () => app.shown.live.input;
	const look = () => {
		const { kind, state } = input();
		if (state === 'panic' || state === 'refused')
			return { tone: 'chip-bad', icon: TriangleAlert, word: state === 'panic' ? 'Panic key pressed' : 'Input refused' };
		if (state === 'takeover') return { tone: 'chip-warn', icon: Hand, word: 'You have the controls' };
		if (state === 'connecting') return { tone: 'chip-accent', icon: LoaderCircle, word: 'Input connecting' };
		if (kind === 'advice' || state === 'off') return { tone: 'chip-accent', icon: Lightbulb, word: 'Advice only' };
		if (kind === 'practice') return { tone: 'chip-good', icon: Gamepad2, word: 'Practice input' };
		return { tone: 'chip-good', icon: PlugZap, word: 'Companion input' };
	};
	return (
		<span class={`chip ${look().tone}`} title={input().why}>
			<Dynamic component={look().icon} size={12} aria-hidden="true" />
			{look().word}
		</span>
	);
}

/** Start, Pause, Stop everything. They stand in the bar, or at the thumb on a phone; always in reach. */
export function Actions() {
	const app = useApp();
	const canStart = () => {
		if (app.starting()) return false;
		if (app.phase() === 'paused' || app.phase() === 'takeover') return true;
		return !app.active() && app.lastSource() !== null;
	};
	return (
		<div role="group" aria-label="Play" class="flex items-center gap-2">
			<button
				type="button"
				class={`btn flex-1 ${canStart() ? 'btn-primary' : ''}`}
				disabled={!canStart()}
				title={
					app.lastSource() === null && !app.active()
						? 'Share a game window or open the practice game first'
						: 'Goes on, or plays the last source once more'
				}
				onClick={() => void app.start()}
			>
				<Play size={15} aria-hidden="true" />
				Start
			</button>
			<button
				type="button"
				class="btn flex-1"
				disabled={app.phase() !== 'playing' && app.phase() !== 'takeover'}
				title="Stops acting and asking; the session stays open"
				onClick={() => void app.pause()}
			>
				<Pause size={15} aria-hidden="true" />
				Pause
			</button>
			<button
				type="button"
				class="btn btn-danger flex-[1.4]"
				aria-keyshortcuts={app.view() === 'play' ? 'Escape' : undefined}
				title="All keys and buttons up, nothing acts, the session ends with its report. On the Play page Esc does it too."
				onClick={() => void app.stopEverything('Stop everything was pressed')}
			>
				<OctagonX size={15} aria-hidden="true" />
				Stop everything
			</button>
		</div>
	);
}
