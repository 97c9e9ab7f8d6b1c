// Models that the person has already: dropped as a folder, zip, GGUF or ONNX, or chosen in a picker, which the keyboard reaches too.
import { createSignal, Show } from 'solid-js';
import { FileButton } from '../primitives/file-button.tsx';
import { FolderOpen, LoaderCircle, PackageOpen } from '../primitives/icons.ts';
import { useServices } from '../services.ts';
import { type Dropped, fromFiles, takeDrop } from './dropped.ts';

export function Sideload() {
	const services = useServices();
	const [over, setOver] = createSignal(false);
	const [busy, setBusy] = createSignal(false);
	const [said, setSaid] = createSignal<{ readonly ok: boolean; readonly text: string }>();
	async function take(read: () => Promise<Dropped> | Dropped): Promise<void> {
		setBusy(true);
		setSaid(undefined);
		try {
			const dropped = await read();
			const why = dropped.ok ? await services.models.sideload(dropped.files) : dropped.why;
			setSaid(why === '' ? { ok: true, text: 'Taken in. It is listed above; every byte is being checked.' } : { ok: false, text: why });
		} catch (error) {
			setSaid({ ok: false, text: error instanceof Error ? error.message : String(error) });
		}
		setBusy(false);
	}
	const choose = (chosen: readonly File[]) => void take(() => fromFiles(chosen));
	return (
		<section
			aria-label="Models you have already"
			data-drop="models"
			class={`flex flex-wrap items-center gap-x-4 gap-y-3 rounded-xl border border-dashed p-4 ${over() ? 'border-accent bg-hover' : 'border-line-strong'}`}
			onDragOver={(e) => {
				if (!e.dataTransfer?.types.includes('Files')) return;
				e.preventDefault();
				setOver(true);
			}}
			onDragLeave={() => setOver(false)}
			onDrop={(e) => {
				e.preventDefault();
				setOver(false);
				if (e.dataTransfer && !busy()) void take(takeDrop(e.dataTransfer));
			}}
		>
			<PackageOpen size={20} class="shrink-0 text-faint" aria-hidden="true" />
			<div class="min-w-0 flex-1 basis-64">
				<h4 class="font-semibold">Have a model already?</h4>
				<p class="text-[0.8125rem] text-muted">
					Drop its folder, a zip, a GGUF or an ONNX file here. It is copied, and known models are held against their hashes.
				</p>
			</div>
			<div class="flex flex-wrap gap-2">
				<FileButton choose="files" disabled={busy()} onFiles={choose}>
					Choose files
				</FileButton>
				<FileButton choose="folder" disabled={busy()} onFiles={choose}>
					<FolderOpen size={15} aria-hidden="true" />
					Choose a folder
				</FileButton>
			</div>
			<div role="status" class="w-full text-xs empty:hidden">
				<Show when={busy()}>
					<span class="inline-flex items-center gap-1.5 text-muted">
						<LoaderCircle size={13} class="spin" aria-hidden="true" /> It is being looked at…
					</span>
				</Show>
				<Show when={said()}>{(now) => <p class={now().ok ? 'text-muted' : 'font-medium text-danger'}>{now().text}</p>}</Show>
			</div>
		</section>
	);
}
