// `system` leaves the choice to the browser; the other two say it on the root element, where the tokens listen.
import { type Accessor, createEffect } from 'solid-js';

export type Theme = 'system' | 'light' | 'dark';

export function createTheme(theme: Accessor<Theme>): void {
	createEffect(() => {
		const root = document.documentElement;
		if (theme() === 'system') root.removeAttribute('data-theme');
		else root.setAttribute('data-theme', theme());
	});
}

export function nextTheme(theme: Theme): Theme {
	return theme === 'system' ? 'light' : theme === 'light' ? 'dark' : 'system';
}
