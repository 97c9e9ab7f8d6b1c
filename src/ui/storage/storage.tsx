import { createMemo, createResource, createSignal, Show } from 'solid-js';
import { formatBytes } from '../primitives/format.ts';
import { Download, HardDrive, TriangleAlert } from '../primitives/icons.ts';
import { Empty, Page } from '../primitives/parts.tsx';
import { useServices } from '../services.ts';
import { useApp } from '../state.tsx';
import { Backup } from './backup.tsx';
import { EraseEverything } from './erase.tsx';
import { FailureBundle } from './failure-bundle.tsx';
import { FreeRoom } from './free.tsx';
import { PackInput, PackOffer } from './import-pack.tsx';
import { Records } from './records.tsx';
import { storageGroups } from './rows.ts';
import { Promises, Usage } from './usage.tsx';

export default function StoragePage() {
	const app = useApp();
	const services = useServices();
	const [exported, setExported] = createSignal('');
	// Counted when the page is opened, and again when something was kept or freed: reading every cache each second would be felt.
	const [space, { refetch }] = createResource(() => services.space.look());
	const storage = () => app.shown.storage;
	const counted = () => (space.state === 'errored' ? undefined : space.latest);
	const groups = createMemo(() => storageGroups(storage(), app.shown.models, counted()));
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
				{(s) => <Usage groups={groups()} storage={s()} models={app.shown.models} space={counted()} />}
			</Show>
			<Promises space={counted()} models={app.shown.models} onAsked={() => void refetch()} />
			<Backup />
			<FailureBundle />
			<Records />
			<FreeRoom space={counted()} onFreed={() => void refetch()} />
			<div class="panel flex flex-wrap items-center gap-3 p-4">
				<div class="min-w-0 flex-1 basis-64">
					<h3 class="font-semibold">Erase everything</h3>
					<p class="text-[0.8125rem] text-muted">
						Crystals, ledger, reports, settings and models; with a companion also its keys, records and vault. This cannot be undone.
					</p>
				</div>
				<EraseEverything />
			</div>
		</Page>
	);
}
