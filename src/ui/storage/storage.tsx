import { AlertDialog } from '@kobalte/core/alert-dialog';
import { createSignal, For, Show } from 'solid-js';
import { formatBytes, formatCount, plural } from '../primitives/format.ts';
import { Download, HardDrive, Trash, TriangleAlert } from '../primitives/icons.ts';
import { createId, Empty, Figure, Page } from '../primitives/parts.tsx';
import { useServices } from '../services.ts';
import { useApp } from '../state.tsx';
import { PackInput, PackOffer } from './import-pack.tsx';

const WORD = 'erase';

export function StoragePage() {
	const app = useApp();
	const services = useServices();
	const [exported, setExported] = createSignal('');
	const storage = () => app.shown.storage;
	const trouble = () => storage()?.trouble || services.support.storage;
	async function exportPack(): Promise<void> {
		await app.tries(async () => {
			const pack = await services.agent.exportPack();
			const name = `${app.profileId() || 'game'}.falsework`;
			services.save(name, 'application/zip', pack);
			setExported(`${name}, ${formatBytes(pack.byteLength)}. Its pictures show the game’s art: mind whose it is before you share them.`);
			return '';
		});
	}
	const most = () => Math.max(1, ...(storage()?.byKind.map((k) => k.bytes) ?? []));
	return (
		<Page
			name="Storage"
			about="Everything learnt is kept in this browser, on this machine. No frame is kept beyond the small patches that crystals hold."
			head={
				<>
					<PackInput />
					<button type="button" class="btn" onClick={() => void exportPack()}>
						<Download size={15} aria-hidden="true" />
						Export pack
					</button>
				</>
			}
		>
			<Show when={trouble()}>
				<div role="alert" class="panel flex items-start edge-warn gap-3 overflow-hidden px-4 py-3">
					<TriangleAlert size={18} class="mt-0.5 shrink-0 text-warn" aria-hidden="true" />
					<p>
						<strong class="font-semibold">Nothing is being stored.</strong>{' '}
						<span class="text-muted">{trouble()} Play goes on; what is learnt lasts until the page is closed.</span>
					</p>
				</div>
			</Show>
			<Show when={app.offered()} keyed>
				{(pack) => <PackOffer {...pack} onClose={() => app.setOffered(undefined)} />}
			</Show>
			<Show when={exported()}>
				<p role="status" class="panel px-4 py-3 text-[0.8125rem]">
					Exported {exported()}
				</p>
			</Show>
			<Show
				when={storage()}
				fallback={
					<div class="panel flex">
						<Empty icon={<HardDrive size={18} />} title="Nothing counted yet">
							The store is opened when the agent starts.
						</Empty>
					</div>
				}
			>
				{(s) => (
					<div class="panel">
						<dl class="grid grid-cols-2 gap-4 p-4 md:grid-cols-4">
							<Figure label="Used" value={formatBytes(s().usedBytes)} />
							<Figure label="Room" value={s().quotaBytes > 0 ? formatBytes(s().quotaBytes) : 'unknown'} />
							<Figure
								label="Kept when the disk is low"
								value={s().persisted === null ? 'unknown' : s().persisted ? 'yes' : 'not promised'}
								tone={s().persisted === false ? 'text-warn' : ''}
							/>
							<Figure label="Set aside as damaged" value={formatCount(s().setAside)} tone={s().setAside > 0 ? 'text-warn' : ''} />
						</dl>
						<Show when={s().persisted === false}>
							<div class="flex flex-wrap items-center gap-3 border-t border-line px-4 py-3">
								<p class="min-w-0 flex-1 basis-60 text-[0.8125rem] text-muted">
									The browser may drop everything at once when the disk runs low. Ask it not to, or export a pack now and then.
								</p>
								<button type="button" class="btn" onClick={() => void services.persist()}>
									Ask to keep it
								</button>
							</div>
						</Show>
						<div class="border-t border-line">
							<table class="table num">
								<caption class="sr-only">Bytes stored, by kind</caption>
								<thead>
									<tr>
										<th scope="col">Kind</th>
										<th scope="col" class="right">
											Records
										</th>
										<th scope="col" class="right">
											Bytes
										</th>
										<th scope="col" class="w-2/5 max-sm:hidden">
											<span class="sr-only">Share</span>
										</th>
									</tr>
								</thead>
								<tbody>
									<For each={s().byKind}>
										{(kind) => (
											<tr>
												<td class="font-medium">{kind.kind}</td>
												<td class="right">{formatCount(kind.count)}</td>
												<td class="right whitespace-nowrap">{formatBytes(kind.bytes)}</td>
												<td class="max-sm:hidden">
													<div class="meter-track mt-1.5">
														<div class="meter-fill" style={{ width: `${(100 * kind.bytes) / most()}%` }} />
													</div>
												</td>
											</tr>
										)}
									</For>
								</tbody>
							</table>
						</div>
					</div>
				)}
			</Show>
			<div class="panel flex flex-wrap items-center gap-3 p-4">
				<div class="min-w-0 flex-1 basis-64">
					<h3 class="font-semibold">Erase everything</h3>
					<p class="text-[0.8125rem] text-muted">
						Crystals, ledger, reports and settings; with a companion also its keys and vault. This cannot be undone.
					</p>
				</div>
				<EraseEverything />
			</div>
		</Page>
	);
}

function EraseEverything() {
	const app = useApp();
	const services = useServices();
	const [open, setOpen] = createSignal(false);
	const [typed, setTyped] = createSignal('');
	const [busy, setBusy] = createSignal(false);
	const id = createId('erase');
	const count = () => app.shown.crystals.length;
	async function erase(): Promise<void> {
		setBusy(true);
		const done = await app.tries(async () => {
			await services.agent.stopEverything('Everything is being erased');
			services.player.release();
			return services.agent.eraseEverything();
		});
		setBusy(false);
		setOpen(false);
		if (done) {
			services.pairing.forget();
			location.reload();
		}
	}
	return (
		<AlertDialog
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
								{plural(count(), 'crystal')}, every ledger entry, report and setting on this page go, and with a companion its keys and
								vault. What they saved will be asked and paid for again.
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
		</AlertDialog>
	);
}
