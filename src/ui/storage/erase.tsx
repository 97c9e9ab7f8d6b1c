import * as AlertDialog from '@kobalte/core/alert-dialog';
import { createSignal, Show } from 'solid-js';
import { plural } from '../primitives/format.ts';
import { Trash } from '../primitives/icons.ts';
import { createId } from '../primitives/parts.tsx';
import { useServices } from '../services.ts';
import { useApp } from '../state.tsx';

const WORD = 'erase';

export function EraseEverything() {
	const app = useApp();
	const services = useServices();
	const [open, setOpen] = createSignal(false);
	const [typed, setTyped] = createSignal('');
	const [busy, setBusy] = createSignal(false);
	const [forgets, setForgets] = createSignal(false);
	const id = createId('erase');
	const count = () => app.shown.crystals.length;
	async function erase(): Promise<void> {
		setBusy(true);
		const done = await app.tries(async () => {
			await services.agent.stopEverything('Everything is being erased');
			services.player.release();
			// Each is tried, whatever became of the one before.
			const faults = [await services.agent.eraseEverything(), await services.models.eraseEverything()];
			await services.space.dropHanded();
			services.settings.erase();
			services.profiles.erase();
			if (forgets()) services.backups.forget();
			return faults.filter(Boolean).join(' ');
		});
		setBusy(false);
		setOpen(false);
		if (done) {
			services.pairing.forget();
			location.reload();
		}
	}
	return (
		<AlertDialog.Root
			open={open()}
			onOpenChange={(next) => {
				setTyped('');
				setOpen(next);
			}}
		>
			<AlertDialog.Trigger class="btn btn-danger">
				<Trash size={15} aria-hidden="true" />
				Erase everything
			</AlertDialog.Trigger>
			<AlertDialog.Portal>
				<AlertDialog.Overlay class="backdrop" />
				<div class="fixed inset-0 z-50 grid place-items-center p-4">
					<AlertDialog.Content class="dialog max-w-md">
						<form
							class="flex flex-col gap-4 p-5"
							onSubmit={(e) => {
								e.preventDefault();
								if (typed() === WORD) void erase();
							}}
						>
							<AlertDialog.Title class="text-lg font-semibold tracking-tight">Erase everything?</AlertDialog.Title>
							<AlertDialog.Description class="text-muted">
								{plural(count(), 'crystal')}, every ledger entry, report and setting on this page go, and every model with them; with a
								companion its keys and vault too. What they saved will be asked and paid for again.
							</AlertDialog.Description>
							<div>
								<label class="label" for={id}>
									Type “{WORD}” to go on
								</label>
								<input
									id={id}
									class="field"
									autocomplete="off"
									spellcheck={false}
									value={typed()}
									onInput={(e) => setTyped(e.currentTarget.value.trim().toLowerCase())}
								/>
							</div>
							<Show when={services.backups.count() > 0}>
								<label class="flex cursor-pointer items-start gap-2 text-xs">
									<input
										type="checkbox"
										class="mt-0.5 size-4 accent-[var(--accent-fill)]"
										checked={forgets()}
										onChange={(e) => setForgets(e.currentTarget.checked)}
									/>
									<span>
										Also forget which backups were made here.{' '}
										<span class="text-muted">Otherwise their hashes stay, so that they come back as they were and not in shadow.</span>
									</span>
								</label>
							</Show>
							<div class="flex justify-end gap-2">
								<AlertDialog.CloseButton class="btn" aria-label="Keep everything">
									Keep everything
								</AlertDialog.CloseButton>
								<button type="submit" class="btn btn-danger" disabled={typed() !== WORD || busy()}>
									Erase it all
								</button>
							</div>
						</form>
					</AlertDialog.Content>
				</div>
			</AlertDialog.Portal>
		</AlertDialog.Root>
	);
}
