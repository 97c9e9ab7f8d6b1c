import { Show } from 'solid-js';
import { Download } from '../primitives/icons.ts';
import { useServices } from '../services.ts';
import { useApp } from '../state.tsx';

/** One quiet line after the first good session; a no is remembered. */
export function InstallOffer() {
	const app = useApp();
	const { installer } = useServices();
	return (
		<Show when={app.installable()}>
			<div class="mb-6 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-xl border border-line bg-sunken px-4 py-3" data-offer="install">
				<p class="min-w-0 flex-1 basis-56 text-muted">
					<strong class="font-semibold text-text">Keep it at hand?</strong> As an app it has a window of its own and opens without a
					network.
				</p>
				<div class="ml-auto flex gap-2">
					<button type="button" class="btn btn-quiet" onClick={() => installer.dismiss()}>
						No, thanks
					</button>
					<button type="button" class="btn" onClick={() => void installer.install()}>
						<Download size={15} aria-hidden="true" />
						Install
					</button>
				</div>
			</div>
		</Show>
	);
}
