import { For, Show } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import { needsCare } from '../models/shelf.ts';
import { Brain, FileText, Gamepad2, Gem, HardDrive, MapPinned, Settings } from '../primitives/icons.ts';
import { useApp, type View } from '../state.tsx';

const ITEMS: readonly { readonly view: View; readonly label: string; readonly icon: typeof Gem }[] = [
	{ view: 'play', label: 'Play', icon: Gamepad2 },
	{ view: 'map', label: 'Map', icon: MapPinned },
	{ view: 'crystals', label: 'Crystals', icon: Gem },
	{ view: 'models', label: 'Models', icon: Brain },
	{ view: 'reports', label: 'Reports', icon: FileText },
	{ view: 'storage', label: 'Storage', icon: HardDrive },
	{ view: 'settings', label: 'Settings', icon: Settings },
];

export function Nav() {
	const app = useApp();
	const flagged = (view: View) =>
		(view === 'models' && (app.consent() !== null || needsCare(app.shown.models?.models ?? []))) ||
		(view === 'storage' && (app.shown.storage?.trouble ?? '') !== '');
	return (
		<nav
			aria-label="Views"
			class="shell-nav z-10 flex gap-1 overflow-x-auto border-line bg-surface px-2 py-1 max-md:border-b md:flex-col md:overflow-y-auto md:border-r md:px-2 md:py-3"
		>
			<For each={ITEMS}>
				{(item) => (
					<button
						type="button"
						aria-current={app.view() === item.view ? 'page' : undefined}
						class="relative flex shrink-0 items-center gap-1.5 rounded-lg px-2.5 py-2 text-xs font-medium text-muted hover:bg-hover hover:text-text aria-[current]:bg-sunken aria-[current]:font-semibold aria-[current]:text-text md:w-full md:flex-col md:gap-1 md:px-1 md:py-2.5 md:text-2xs"
						onClick={() => app.setView(item.view)}
					>
						<Dynamic component={item.icon} size={18} stroke-width={app.view() === item.view ? 2.2 : 1.8} aria-hidden="true" />
						{item.label}
						<Show when={flagged(item.view)}>
							<span class="absolute top-1.5 right-1.5 size-2 rounded-full bg-outside md:right-4" aria-hidden="true" />
							<span class="sr-only">needs attention</span>
						</Show>
					</button>
				)}
			</For>
		</nav>
	);
}
