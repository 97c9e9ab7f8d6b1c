// What happened last, in one file for whoever looks into a failure.
import { createSignal, Show } from 'solid-js';
import { formatBytes } from '../primitives/format.ts';
import { Bug, LoaderCircle } from '../primitives/icons.ts';
import { createId } from '../primitives/parts.tsx';
import { useServices } from '../services.ts';
import { useApp } from '../state.tsx';

export function FailureBundle() {
	const app = useApp();
	const services = useServices();
	const heading = createId('failure-title');
	const [busy, setBusy] = createSignal(false);
	const [saved, setSaved] = createSignal('');
	async function save(): Promise<void> {
		setBusy(true);
		setSaved('');
		await app.tries(async () => {
			const bytes = await services.agent.failureBundle();
			const name = `falsework-failure-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.fwrec`;
			services.save(name, 'application/zip', bytes);
			setSaved(`Saved ${name}, ${formatBytes(bytes.byteLength)}. Its pictures show your game: look at them before you send it to anybody.`);
			return '';
		});
		setBusy(false);
	}
	return (
		<section aria-labelledby={heading} class="panel">
			<div class="flex flex-wrap items-center gap-3 p-4">
				<Bug size={20} class="shrink-0 text-faint" aria-hidden="true" />
				<div class="min-w-0 flex-1 basis-64">
					<h3 id={heading} class="font-semibold">
						Failure bundle
					</h3>
					<p class="text-[0.8125rem] text-muted">
						When something went wrong: the last pictures of play with their masks, the log, the crystals’ versions and the settings. No
						keys, and nothing that was read, said or typed. <code>npm run replay -- FILE</code> opens it.
					</p>
				</div>
				<button type="button" class="btn" disabled={busy()} onClick={() => void save()}>
					<Show when={busy()} fallback={<Bug size={15} aria-hidden="true" />}>
						<LoaderCircle size={15} class="spin" aria-hidden="true" />
					</Show>
					Save failure bundle
				</button>
			</div>
			<p role="status" class="border-t border-line px-4 py-3 text-[0.8125rem] empty:hidden">
				{saved()}
			</p>
		</section>
	);
}
