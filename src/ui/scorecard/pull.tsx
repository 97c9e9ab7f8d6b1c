// Pull the falsework: no model outside is asked for some minutes, and what still stands is counted.
import { createSignal, For, onMount, Show } from 'solid-js';
import { DRILL_EVERY, DRILL_MINUTES, type DrillSchedule, drillSentence } from '../../core/drill.ts';
import { formatClock } from '../primitives/format.ts';
import { Unplug } from '../primitives/icons.ts';
import { createId } from '../primitives/parts.tsx';
import { useServices } from '../services.ts';
import { useApp } from '../state.tsx';

const minutesText = (minutes: number): string => (minutes === 1 ? '1 minute' : `${minutes} minutes`);

export function Pull() {
	const app = useApp();
	const { agent } = useServices();
	const [minutes, setMinutes] = createSignal<DrillSchedule['minutes']>(5);
	const [every, setEvery] = createSignal<DrillSchedule['everyMinutes'] | 0>(0);
	const [why, setWhy] = createSignal('');
	const long = createId('drill');
	const often = createId('drill');
	const drill = () => app.shown.score?.drill;
	onMount(() =>
		agent
			.drillSchedule()
			.then((schedule) => {
				if (schedule === null) return;
				setMinutes(schedule.minutes);
				setEvery(schedule.everyMinutes);
			})
			// Without an agent there is nothing to pull either.
			.catch(() => undefined),
	);
	const keep = (everyMinutes: number, lasting: number): void => {
		const next = DRILL_EVERY.find((known) => known === everyMinutes && known >= lasting);
		setMinutes(DRILL_MINUTES.find((known) => known === lasting) ?? 5);
		setEvery(next ?? 0);
		void agent.setDrillSchedule(next === undefined ? null : { everyMinutes: next, minutes: minutes() });
	};
	return (
		<section class="border-t border-line px-3.5 py-3" aria-label="Pull the falsework">
			<Show
				when={drill()?.pulled}
				fallback={
					<>
						<button
							type="button"
							class="btn w-full justify-center"
							disabled={!app.active()}
							onClick={() => void agent.pull(minutes()).then(setWhy)}
						>
							<Unplug size={14} aria-hidden="true" /> Pull the falsework
						</button>
						<div class="mt-2 flex flex-wrap items-center gap-x-2 gap-y-1.5 text-xs text-muted">
							<label for={long}>for</label>
							<select id={long} class="field w-auto!" value={minutes()} onChange={(e) => keep(every(), Number(e.currentTarget.value))}>
								<For each={DRILL_MINUTES}>{(m) => <option value={m}>{minutesText(m)}</option>}</For>
							</select>
							<label for={often}>by itself</label>
							<select id={often} class="field w-auto!" value={every()} onChange={(e) => keep(Number(e.currentTarget.value), minutes())}>
								<option value={0}>never</option>
								<For each={DRILL_EVERY}>
									{(m) => (
										<option value={m} disabled={m < minutes()}>
											every {minutesText(m)}
										</option>
									)}
								</For>
							</select>
						</div>
					</>
				}
			>
				{(pulled) => (
					<div class="flex items-center gap-2">
						<Unplug size={16} class="text-warn" aria-hidden="true" />
						<p class="min-w-0 flex-1 text-[0.8125rem] font-medium">
							The falsework is down: no model outside is asked. <span class="num">{formatClock(pulled().leftMs)}</span> left.
						</p>
						<button type="button" class="btn" onClick={() => void agent.restore().then(setWhy)}>
							Put it back
						</button>
					</div>
				)}
			</Show>
			<p class="mt-2 text-xs text-muted" role="status">
				<Show when={why()} fallback={last(drill()?.last)}>
					{why()}
				</Show>
			</p>
		</section>
	);
}

function last(score: Parameters<typeof drillSentence>[0] | null | undefined): string {
	return score ? drillSentence(score) : 'Cuts every model outside for a while and counts what still stands.';
}
