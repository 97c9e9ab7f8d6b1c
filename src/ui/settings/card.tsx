// The panels that settings stand in.
import { type JSX, Show } from 'solid-js';

export function Card(props: { readonly title: string; readonly about?: string; readonly children: JSX.Element }) {
	return (
		<div class="panel">
			<div class="border-b border-line px-4 py-3">
				<h3 class="font-semibold">{props.title}</h3>
				<Show when={props.about}>
					<p class="mt-0.5 text-[0.8125rem] text-muted">{props.about}</p>
				</Show>
			</div>
			<div class="divide-y divide-line">{props.children}</div>
		</div>
	);
}

/** A setting: what it is, and its control. */
export function Row(props: { readonly title: string; readonly about: string; readonly children: JSX.Element }) {
	return (
		<div class="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
			<div class="min-w-0 flex-1 basis-56">
				<p class="font-medium">{props.title}</p>
				<p class="text-xs text-muted">{props.about}</p>
			</div>
			{props.children}
		</div>
	);
}
