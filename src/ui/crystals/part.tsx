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

/** For an editor's `onKeyDown`: Escape closes it, and stops no play, as it does elsewhere. */
export function closesOnEscape(close: () => void): (event: KeyboardEvent) => void {
	return (event) => {
		if (event.key !== 'Escape') return;
		event.stopPropagation();
		close();
	};
}
