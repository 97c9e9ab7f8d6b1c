// What every chart shares: colours that a canvas can use, a redraw when the theme changes, a size that follows its place.
import { createEffect, createSignal, onCleanup, onMount } from 'solid-js';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useApp } from '../state.tsx';

/** A token as the browser computes it, since a canvas does not read variables. */
export function token(element: HTMLElement, name: string): string {
	const probe = document.createElement('span');
	probe.style.color = `var(${name})`;
	element.append(probe);
	const colour = getComputedStyle(probe).color;
	probe.remove();
	return colour;
}

/** Draws into `host` as long as its component lives; `options` is called anew for each theme. */
export function createPlot(host: () => HTMLElement, options: (host: HTMLElement) => uPlot.Options, data: () => uPlot.AlignedData): void {
	const app = useApp();
	const [dark, setDark] = createSignal(matchMedia('(prefers-color-scheme: dark)').matches);
	const [size, setSize] = createSignal({ width: 0, height: 0 });
	onMount(() => {
		const query = matchMedia('(prefers-color-scheme: dark)');
		const listen = () => setDark(query.matches);
		query.addEventListener('change', listen);
		const watch = new ResizeObserver(() => setSize({ width: host().clientWidth, height: host().clientHeight }));
		watch.observe(host());
		onCleanup(() => {
			query.removeEventListener('change', listen);
			watch.disconnect();
		});
	});
	const [plot, setPlot] = createSignal<uPlot>();
	createEffect(() => {
		// Colours are baked into the plot, so a change of theme draws it anew.
		dark();
		app.settings().theme;
		const made = new uPlot(options(host()), data().map(() => []) as unknown as uPlot.AlignedData, host());
		setPlot(made);
		onCleanup(() => made.destroy());
	});
	createEffect(() => plot()?.setData(data()));
	createEffect(() => {
		const { width, height } = size();
		if (width > 0 && height > 0) plot()?.setSize({ width, height });
	});
}
