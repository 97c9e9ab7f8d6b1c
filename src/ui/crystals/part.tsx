import type { JSX } from 'solid-js';

/** A named part of a crystal's panel. */
export function Part(props: { readonly name: string; readonly children: JSX.Element }) {
	return (
		<div class="p-3.5">
			<h4 class="eyebrow mb-2">{props.name}</h4>
			{props.children}
		</div>
	);
}
