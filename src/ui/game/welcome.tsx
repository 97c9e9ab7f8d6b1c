import { createEffect, For, Show } from 'solid-js';
import { Gamepad2, Lightbulb, MonitorUp } from '../primitives/icons.ts';
import { tierLook } from '../primitives/tier.tsx';
import { Dynamic } from 'solid-js/web';
import { useServices } from '../services.ts';
import { useApp } from '../state.tsx';
import { InstallOffer } from './install-offer.tsx';
import { ProfilePicker } from './profile-picker.tsx';

const STEPS = [
	{ tier: 'cloud', title: 'First it asks', text: 'A model is asked what is on screen and what to do, only with your consent.' },
	{
		tier: 'crystal',
		title: 'Then it remembers',
		text: 'Each answer is turned into a crystal: a picture, a rule, a phrase that can be read and retired.',
	},
] as const;

/** Without a companion nothing acts; says so before the first click, and what to do about it. */
function CompanionLine() {
	const app = useApp();
	const { support } = useServices();
	const lack = () => {
		const state = app.pairing();
		return state.state === 'absent' ? state.lack : undefined;
	};
	return (
		<Show when={app.pairing().state !== 'paired'}>
			<p class="mt-4 flex flex-wrap items-center gap-x-2 gap-y-1 text-[0.8125rem] text-muted">
				<Lightbulb size={15} class="text-accent" aria-hidden="true" />
				{lack() === undefined
					? 'The companion is not paired yet'
					: lack() === 'not-running'
						? 'No companion is running'
						: 'No companion is connected'}
				, so in a shared window it advises and you play.
				<Show
					when={app.pairing().state === 'absent'}
					fallback={
						<button type="button" class="link" onClick={() => app.setView('settings')}>
							Pair it
						</button>
					}
				>
					<button
						type="button"
						class="link"
						onClick={() => {
							// From another address it has to be looked for, and each way that can end is told there.
							if (lack() !== 'not-running') app.setView('settings');
							else app.setTrouble({ kind: support.loopbackDenied ? 'loopback-denied' : 'companion-absent', detail: '' });
						}}
					>
						How to let it act
					</button>
				</Show>
			</p>
		</Show>
	);
}

/** What this is in one sentence, and the two ways to begin. */
export function Welcome() {
	const app = useApp();
	const services = useServices();
	let share: HTMLButtonElement | undefined;
	// The browser's picker opens for a click alone, so a shortcut can only lead up to it.
	createEffect(() => {
		if (app.wanted() !== 'share') return;
		app.setWanted(null);
		share?.focus();
	});
	return (
		<div class="grid place-items-center p-5 md:p-8">
			<div class="w-full max-w-2xl">
				<Show when={app.shown.reports[0] && app.phase() === 'stopped' ? app.shown.reports[0] : undefined}>
					{(report) => (
						<div class="mb-6 flex flex-wrap items-center gap-3 rounded-xl border border-line bg-sunken px-4 py-3">
							<p class="min-w-0 flex-1">
								<strong class="font-semibold">The session has ended.</strong> <span class="text-muted">{report().endedBy}</span>
							</p>
							<button type="button" class="btn" onClick={() => app.setView('reports')}>
								Read its report
							</button>
						</div>
					)}
				</Show>
				<InstallOffer />
				<p class="text-[1.625rem] leading-tight font-semibold tracking-tight text-balance md:text-[2rem]">
					Plays the game in a window you share, and learns to stop calling models.
				</p>
				<div class="mt-6 flex flex-col gap-3 sm:flex-row">
					<button
						ref={share}
						type="button"
						class="btn btn-big btn-primary"
						disabled={app.starting()}
						onClick={() => void app.shareWindow()}
					>
						<MonitorUp size={19} aria-hidden="true" />
						Share game window
					</button>
					<button type="button" class="btn btn-big" disabled={app.starting()} onClick={() => void app.playPractice()}>
						<Gamepad2 size={19} aria-hidden="true" />
						Play the practice game
					</button>
				</div>
				<p class="mt-2.5 text-xs text-faint">
					The practice game needs no account, key, download or companion. Its teacher is scripted and its prices are simulated.
				</p>
				<CompanionLine />
				<ProfilePicker />
				<ul class="mt-6 grid gap-4 border-t border-line pt-5 sm:grid-cols-2">
					<For each={STEPS}>
						{(step) => (
							<li class="flex gap-3">
								<span class={`mt-0.5 ${tierLook(step.tier).text}`} aria-hidden="true">
									<Dynamic component={tierLook(step.tier).icon} size={18} />
								</span>
								<p class="text-[0.8125rem] text-muted">
									<strong class="block font-semibold text-text">{step.title}</strong>
									{step.text}
								</p>
							</li>
						)}
					</For>
				</ul>
				<Show when={!services.support.gpu}>
					<p class="mt-5 text-xs text-faint">No GPU was found. Nothing in this build needs one.</p>
				</Show>
			</div>
		</div>
	);
}
