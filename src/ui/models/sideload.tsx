// Models that the person has already: dropped as a folder, zip, GGUF or ONNX, or chosen in a picker, which the keyboard reaches too.
import { createSignal, Show } from 'solid-js';
import { FolderOpen, LoaderCircle, PackageOpen } from '../primitives/icons.ts';
import { createId } from '../primitives/parts.tsx';
import { useServices } from '../services.ts';
import { type Dropped, fromFiles, takeDrop } from './dropped.ts';

export function Sideload() {
	const services = useServices();
	const files = createId('files');
	const folder = createId('folder');
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
	function choose(input: HTMLInputElement): void {
		const chosen = [...(input.files ?? [])];
		// So that the same file can be chosen once more.
		input.value = '';
		if (chosen.length > 0) void take(() => fromFiles(chosen));
	}
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
				<input id={files} type="file" multiple class="peer/files sr-only" disabled={busy()} onChange={(e) => choose(e.currentTarget)} />
				<label for={files} class="btn cursor-pointer peer-focus-visible/files:outline-2 peer-focus-visible/files:outline-accent">
					Choose files
				</label>
				<input
					id={folder}
					type="file"
					// The attribute has no other name in any browser.
					{...{ webkitdirectory: true }}
					class="peer/folder sr-only"
					disabled={busy()}
					onChange={(e) => choose(e.currentTarget)}
				/>
				<label for={folder} class="btn cursor-pointer peer-focus-visible/folder:outline-2 peer-focus-visible/folder:outline-accent">
					<FolderOpen size={15} aria-hidden="true" />
					Choose a folder
				</label>
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
