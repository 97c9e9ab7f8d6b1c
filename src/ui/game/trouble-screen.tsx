import { For, Show } from 'solid-js';
import { Check, TriangleAlert } from '../primitives/icons.ts';
import { TROUBLES, type Next } from '../shell/troubles.ts';
import { type TroubleShown, useApp } from '../state.tsx';

export function TroubleScreen(props: { readonly trouble: TroubleShown }) {
	const app = useApp();
	const text = () => TROUBLES[props.trouble.kind];
	function go(next: Next): void {
		if (next === 'share') void app.shareWindow();
		else if (next === 'practice') void app.playPractice();
		else if (next === 'reload') location.reload();
		else {
			app.setTrouble(null);
			app.setView(next);
		}
	}
	return (
		<div class="grid place-items-center p-6 md:p-10" role="alert" data-trouble={props.trouble.kind}>
			<div class="w-full max-w-xl">
				<span class="mb-4 grid size-11 place-items-center rounded-full bg-sunken text-warn" aria-hidden="true">
					<TriangleAlert size={22} />
				</span>
				<h3 class="text-xl font-semibold tracking-tight">{text().title}</h3>
				<p class="mt-2 text-muted">{text().what}</p>
				<Show when={props.trouble.detail}>
					<p class="mt-2 rounded-lg bg-sunken px-3 py-2 font-mono text-xs break-words text-muted">{props.trouble.detail}</p>
				</Show>
				<h4 class="eyebrow mt-5 mb-2">What works here</h4>
				<ul class="flex flex-col gap-1.5">
					<For each={text().works}>
						{(works) => (
							<li class="flex gap-2">
								<Check size={16} class="mt-0.5 shrink-0 text-good" aria-hidden="true" />
								{works}
							</li>
						)}
					</For>
				</ul>
				<div class="mt-6 flex flex-wrap gap-2">
					<For each={text().next}>
						{(next, i) => (
							<button type="button" class={`btn btn-big ${i() === 0 ? 'btn-primary' : ''}`} onClick={() => go(next.do)}>
								{next.label}
							</button>
						)}
					</For>
					<button type="button" class="btn btn-big btn-quiet" onClick={() => app.setTrouble(null)}>
						Back
					</button>
				</div>
			</div>
		</div>
	);
}
