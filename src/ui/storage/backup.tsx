// Everything out as one file, and back in after it was looked over.
import { createSignal, For, Show } from 'solid-js';
import { formatBytes, formatCount, formatDay, plural } from '../primitives/format.ts';
import { FileButton } from '../primitives/file-button.tsx';
import { Archive, LoaderCircle, Upload } from '../primitives/icons.ts';
import { createId, Figure } from '../primitives/parts.tsx';
import { isUnderWay } from '../models/shelf.ts';
import type { BackupContents, BackupRestored } from '../services.ts';
import { useServices } from '../services.ts';
import { type OfferedBackup, useApp } from '../state.tsx';

export function Backup() {
	const app = useApp();
	const services = useServices();
	const heading = createId('backup-title');
	const [busy, setBusy] = createSignal(false);
	const [saved, setSaved] = createSignal('');
	async function exportAll(): Promise<void> {
		setBusy(true);
		setSaved('');
		await app.tries(async () => {
			const here = app.shown.models?.models.filter((m) => m.state === 'ready') ?? [];
			const bytes = await services.agent.exportEverything({
				settings: services.settings.load(),
				models: here.map(({ manifest, from }) => ({
					id: manifest.id,
					name: manifest.name,
					bytes: manifest.bytes,
					licence: manifest.licence,
					from,
					files: manifest.files.map(({ path, bytes: size, sha256 }) => ({ path, bytes: size, sha256 })),
				})),
			});
			// Before the person can have the file: whoever has it may want it back at once.
			await services.backups.remember(bytes);
			const name = `falsework-backup-${new Date().toISOString().slice(0, 10)}.zip`;
			services.save(name, 'application/zip', bytes);
			setSaved(`Saved ${name}, ${formatBytes(bytes.byteLength)}. Its pictures show the games’ art: mind whose it is before you share it.`);
			return '';
		});
		setBusy(false);
	}
	async function choose(file: File): Promise<void> {
		setBusy(true);
		await app.offerBackup(file);
		setBusy(false);
	}
	return (
		<section aria-labelledby={heading} class="panel">
			<div class="flex flex-wrap items-center gap-3 p-4">
				<Archive size={20} class="shrink-0 text-faint" aria-hidden="true" />
				<div class="min-w-0 flex-1 basis-64">
					<h3 id={heading} class="font-semibold">
						Backup
					</h3>
					<p class="text-[0.8125rem] text-muted">
						One zip with a pack for each game, the ledger, every report, the settings without keys, and a list of the models with their
						hashes. The models’ own bytes stay out: they are fetched again.
					</p>
				</div>
				<div class="flex flex-wrap gap-2">
					<FileButton accept=".zip,application/zip" disabled={busy()} onFiles={([file]) => void choose(file)}>
						<Upload size={15} aria-hidden="true" />
						Restore a backup
					</FileButton>
					<button type="button" class="btn" disabled={busy()} onClick={() => void exportAll()}>
						<Show when={busy()} fallback={<Archive size={15} aria-hidden="true" />}>
							<LoaderCircle size={15} class="spin" aria-hidden="true" />
						</Show>
						Export everything
					</button>
				</div>
			</div>
			<p role="status" class="border-t border-line px-4 py-3 text-[0.8125rem] empty:hidden">
				{saved()}
			</p>
			<Show when={app.offeredBackup()} keyed>
				{(offered) => <Offer {...offered} onClose={() => app.setOfferedBackup(undefined)} />}
			</Show>
		</section>
	);
}

/** What is in a backup, with `Restore` under it. */
function Offer(props: OfferedBackup & { readonly onClose: () => void }) {
	const app = useApp();
	const services = useServices();
	const heading = createId('backup-offer');
	const [busy, setBusy] = createSignal(false);
	const done = () => props.restored;
	const review = () => props.review;
	const crystals = () => sumOf(review().games);
	const nothing = () => crystals().fresh + review().reports.fresh + review().ledger.fresh + review().settings.length === 0;
	const missing = () =>
		review().models.filter(({ id }) => app.shown.models?.models.some((m) => m.manifest.id === id && !isUnderWay(m)) ?? false);
	async function restore(): Promise<void> {
		setBusy(true);
		await app.tries(async () => {
			const restored = await services.agent.restoreBackup(props.bytes, review().own);
			if (!restored.ok) return restored.why;
			// What was chosen here since stays, as everything else does.
			if (review().own && restored.settings !== undefined && !services.settings.chosen())
				app.changeSettings(services.settings.read(restored.settings));
			await app.loadReports();
			app.setOfferedBackup({ name: props.name, review: review(), bytes: props.bytes, restored });
			return '';
		});
		setBusy(false);
	}
	async function fetchModels(): Promise<void> {
		await app.tries(async () => {
			for (const { id } of missing()) {
				const why = await services.models.download(id);
				if (why !== '') return why;
			}
			app.setView('models');
			return '';
		});
	}
	return (
		<section aria-labelledby={heading} class="flex flex-col gap-4 border-t border-line p-4" data-backup={done() ? 'restored' : 'offered'}>
			<div>
				<h4 id={heading} class="font-semibold break-words">
					{props.name}
				</h4>
				<p class="text-[0.8125rem] text-muted">
					Made {formatDay(review().madeAt)}.{' '}
					{review().own
						? 'This installation made it, so everything comes back as it was.'
						: 'It is not known to have been made here: its crystals come in shadow until four checks of their own were right, and its ledger and settings stay out.'}
				</p>
			</div>
			<dl class="grid grid-cols-2 gap-4 md:grid-cols-4">
				<Figure label="New crystals" value={formatCount(crystals().fresh)} note={hereToo(crystals().known)} />
				<Figure label="New reports" value={formatCount(review().reports.fresh)} note={hereToo(review().reports.known)} />
				<Figure label="New ledger entries" value={formatCount(review().ledger.fresh)} note={hereToo(review().ledger.known)} />
				<Figure label="Size" value={formatBytes(props.bytes.byteLength)} />
			</dl>
			<ul class="flex flex-col gap-1 text-[0.8125rem]">
				<For each={review().games}>
					{(game) => (
						<li class="break-words">
							<span class="font-medium">{game.name}</span>{' '}
							<span class="text-muted">
								{plural(game.fresh, 'new crystal')}
								{game.known > 0 ? `, ${formatCount(game.known)} here already` : ''}
							</span>
						</li>
					)}
				</For>
				<Show when={review().settings.length > 0}>
					<li>
						<span class="font-medium">Settings</span>{' '}
						<span class="text-muted">{plural(review().settings.length, 'setting')} that are not set here</span>
					</li>
				</Show>
				<Show when={review().models.length > 0}>
					<li>
						<span class="font-medium">Models that were here</span>{' '}
						<span class="text-muted break-words">
							{review()
								.models.map(({ name }) => name)
								.join(', ')}
						</span>
					</li>
				</Show>
			</ul>
			<Show when={review().ledger.taken > 0}>
				<p class="text-xs text-warn">
					{plural(review().ledger.taken, 'ledger entry', 'ledger entries')} stay out: their numbers were given to others since. Their
					reports come all the same.
				</p>
			</Show>
			<Show when={review().refused.length > 0}>
				<details class="text-[0.8125rem]">
					<summary class="cursor-pointer font-medium">{plural(review().refused.length, 'part')} refused</summary>
					<ul class="mt-2 flex max-h-60 flex-col gap-1 overflow-auto">
						<For each={review().refused}>
							{(part) => (
								<li class="break-words">
									<code>{part.path}</code> <span class="text-muted">{part.why}</span>
								</li>
							)}
						</For>
					</ul>
				</details>
			</Show>
			<p role="status" class="text-[0.8125rem] empty:hidden">
				{said(done())}
			</p>
			<Show when={!done()}>
				<p class="text-[0.8125rem] text-muted">A restore only adds: whatever is here already stays as it is.</p>
			</Show>
			<div class="flex flex-wrap justify-end gap-2">
				<button type="button" class="btn" onClick={() => props.onClose()}>
					{done() ? 'Close' : 'Leave it'}
				</button>
				<Show
					when={done()}
					fallback={
						<button type="button" class="btn btn-primary" disabled={busy() || nothing()} onClick={() => void restore()}>
							{nothing() ? 'Nothing to restore' : 'Restore'}
						</button>
					}
				>
					<Show when={missing().length > 0}>
						<button type="button" class="btn btn-primary" onClick={() => void fetchModels()}>
							Fetch its models again ({formatBytes(missing().reduce((sum, { bytes }) => sum + bytes, 0))})
						</button>
					</Show>
				</Show>
			</div>
		</section>
	);
}

function sumOf(games: BackupContents['games']): { readonly fresh: number; readonly known: number } {
	return games.reduce((sum, { fresh, known }) => ({ fresh: sum.fresh + fresh, known: sum.known + known }), { fresh: 0, known: 0 });
}

function hereToo(known: number): string {
	return known > 0 ? `+ ${formatCount(known)} here already` : '';
}

function said(done: Extract<BackupRestored, { readonly ok: true }> | undefined): string {
	if (done === undefined) return '';
	const { brought, same } = done;
	const crystals = plural(sumOf(brought.games).fresh, 'crystal');
	if (!brought.own) return `Restored ${crystals}, in shadow, and ${plural(brought.reports.fresh, 'report')}.`;
	return same
		? `Restored. What is here now is to the last byte what the backup was made of (${crystals} brought back).`
		: `Restored ${crystals}, ${plural(brought.reports.fresh, 'report')} and ${plural(brought.ledger.fresh, 'ledger entry', 'ledger entries')}, beside what was here.`;
}
