// The threshold, tried on frames that are kept: what would be hit, missed, or hit wrongly, before anything is changed.
import { createEffect, createMemo, createSignal, For, on, onCleanup, Show, untrack } from 'solid-js';
import { formatTime, plural } from '../primitives/format.ts';
import { RotateCcw } from '../primitives/icons.ts';
import { createId } from '../primitives/parts.tsx';
import { type StoredFrameView, type ThresholdTrial, useServices } from '../services.ts';
import { useApp } from '../state.tsx';
import { FramePart } from './pictures.tsx';
import { byInterest, tally, type Verdict, VERDICTS, verdictOf } from './shelf.ts';

const LEAST = 0.5;
const MOST = 0.99;
/** Two thresholds nearer than this are one. */
const SAME = 0.0005;
const PICTURES = 12;

export function ThresholdTuner(props: {
	readonly id: string;
	readonly name: string;
	readonly threshold: number;
	readonly byHand: boolean;
	readonly retired: boolean;
	readonly frames: readonly StoredFrameView[];
	readonly onRefresh: () => void;
	readonly onKept: () => void;
}) {
	const app = useApp();
	const { agent } = useServices();
	const slider = createId('threshold');
	const [value, setValue] = createSignal(props.threshold);
	const [trials, setTrials] = createSignal<readonly ThresholdTrial[]>([]);
	const [busy, setBusy] = createSignal(false);
	const of = createMemo(() => props.id);
	const stands = createMemo(() => props.threshold);
	// The threshold that stands is followed, but not from under the person's hand.
	createEffect(
		on([of, stands], ([id, threshold], before) => {
			if (before?.[0] !== id || Math.abs(untrack(value) - clamp(before[1])) <= SAME) setValue(clamp(threshold));
		}),
	);

	// One question at a time: while one is answered the slider moves on, and only where it came to rest is asked next.
	let waiting: (() => Promise<void>) | undefined;
	let running = false;
	let gone = false;
	onCleanup(() => {
		gone = true;
	});
	async function drain(): Promise<void> {
		if (running) return;
		running = true;
		setBusy(true);
		while (waiting !== undefined && !gone) {
			const next = waiting;
			waiting = undefined;
			await next().catch(() => undefined);
		}
		running = false;
		setBusy(false);
	}
	createEffect(() => {
		const { id } = props;
		const at = value();
		if (props.frames.length === 0) return void setTrials([]);
		waiting = async () => {
			const answer = await agent.tryThreshold(id, at);
			if (!gone && id === props.id) setTrials(answer);
		};
		void drain();
	});

	const counts = createMemo(() => tally(trials()));
	const pictures = createMemo(() => byInterest(trials(), value()).slice(0, PICTURES));
	const changed = () => Math.abs(value() - props.threshold) > SAME;
	const frameAt = (id: string) => props.frames.find((frame) => frame.id === id);
	const shownCounts = () => (Object.keys(VERDICTS) as Verdict[]).filter((v) => counts()[v] > 0);
	async function keep(): Promise<void> {
		const { id } = props;
		const at = value();
		if (await app.tries(() => agent.keepThreshold(id, at))) props.onKept();
	}
	return (
		<div class="flex flex-col gap-3">
			<div class="flex flex-wrap items-end gap-x-4 gap-y-2">
				<div class="min-w-0 flex-1 basis-64">
					<div class="flex items-baseline justify-between gap-2">
						<label for={slider} class="text-xs font-semibold text-muted">
							Threshold
						</label>
						<output for={slider} class="num text-sm font-semibold">
							{value().toFixed(2)}
						</output>
					</div>
					<input
						id={slider}
						type="range"
						min={LEAST}
						max={MOST}
						step="0.01"
						value={value()}
						onInput={(e) => setValue(Number(e.currentTarget.value))}
						class="mt-1 h-5 w-full cursor-pointer accent-[var(--accent-fill)]"
						aria-valuetext={`${value().toFixed(2)}: ${shownCounts()
							.map((v) => `${counts()[v]} ${VERDICTS[v].word}`)
							.join(', ')}`}
					/>
					<div class="num flex justify-between text-2xs text-faint" aria-hidden="true">
						<span>{LEAST.toFixed(2)} finds more</span>
						<span>{MOST.toFixed(2)} is surer</span>
					</div>
				</div>
				<div class="flex gap-2">
					<button type="button" class="btn" disabled={!changed()} onClick={() => setValue(clamp(props.threshold))}>
						Back to {props.threshold.toFixed(2)}
					</button>
					<button type="button" class="btn btn-primary" disabled={!changed() || props.retired} onClick={() => void keep()}>
						Keep this threshold
					</button>
				</div>
			</div>
			<div class="flex flex-wrap items-center gap-x-4 gap-y-1 text-xs" aria-busy={busy()} data-trials={trials().length}>
				<For each={shownCounts()} fallback={<span class="text-faint">No stored frame of its size to try it on.</span>}>
					{(verdict) => (
						<span class={`num ${VERDICTS[verdict].tone}`} title={VERDICTS[verdict].about}>
							<b class="font-semibold">{counts()[verdict]}</b> {VERDICTS[verdict].word}
						</span>
					)}
				</For>
				<span class="flex-1" />
				<button type="button" class="btn btn-quiet" onClick={() => props.onRefresh()}>
					<RotateCcw size={14} aria-hidden="true" /> Take the newest frames
				</button>
			</div>
			<ul class="grid grid-cols-[repeat(auto-fill,minmax(7.5rem,1fr))] gap-2" aria-label="Stored frames under this threshold">
				<For each={pictures()}>
					{(trial) => (
						<li class="min-w-0 overflow-hidden rounded-lg border border-line bg-surface" data-verdict={verdictOf(trial)} title={trial.why}>
							<div class="grid h-20 place-items-center overflow-hidden bg-stage">
								<Show when={trial.box}>
									{(box) => (
										<FramePart
											frame={trial.frame}
											part={box()}
											label={`${props.name} as that frame shows it`}
											class="max-h-20 max-w-full [image-rendering:pixelated]"
										/>
									)}
								</Show>
							</div>
							<p class="num px-2 pt-1 text-xs font-semibold">{trial.score.toFixed(2)}</p>
							<p class={`truncate px-2 text-2xs ${VERDICTS[verdictOf(trial)].tone}`}>{VERDICTS[verdictOf(trial)].word}</p>
							<p class="num truncate px-2 pb-1.5 text-2xs text-faint">
								{frameAt(trial.frame)?.live ? 'now' : formatTime(frameAt(trial.frame)?.at ?? 0)}
							</p>
						</li>
					)}
				</For>
			</ul>
			<Show when={trials().length > PICTURES}>
				<p class="text-2xs text-faint">
					{PICTURES} of {plural(trials().length, 'frame')} shown, the most telling first.
				</p>
			</Show>
			<Show when={props.byHand}>
				<p class="text-2xs text-faint">Chosen by hand; only something that looks too much like it will raise it.</p>
			</Show>
		</div>
	);
}

function clamp(threshold: number): number {
	return Math.min(MOST, Math.max(LEAST, Math.round(threshold * 100) / 100));
}
