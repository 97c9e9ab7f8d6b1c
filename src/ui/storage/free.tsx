// Room made by a click: what to delete is proposed, least missed first, with its bytes; nothing goes before the person says so.
import { createMemo, createSignal, For, Show } from 'solid-js';
import { type Freeable, planFreeing } from '../../core/freeing.ts';
import { formatAgo, formatBytes } from '../primitives/format.ts';
import { createId, Segmented } from '../primitives/parts.tsx';
import type { SpaceView } from '../services.ts';
import { useServices } from '../services.ts';
import { useApp } from '../state.tsx';
import { freeable, oldReports } from './rows.ts';

const WANTED = [
	{ value: '100', label: '100 MB' },
	{ value: '500', label: '500 MB' },
	{ value: '1000', label: '1 GB' },
	{ value: '5000', label: '5 GB' },
] as const;

export function FreeRoom(props: { readonly space: SpaceView | undefined; readonly onFreed: () => void }) {
	const app = useApp();
	const services = useServices();
	const heading = createId('free');
	const [wanted, setWanted] = createSignal<(typeof WANTED)[number]['value']>();
	/** Proposed, and unticked by the person. */
	const [spared, setSpared] = createSignal<ReadonlySet<string>>(new Set());
	const [busy, setBusy] = createSignal(false);
	const [said, setSaid] = createSignal('');
	const plan = createMemo(() => {
		const chosen = wanted();
		if (chosen === undefined) return undefined;
		return planFreeing(Number(chosen) * 1_000_000, freeable(app.shown.storage, app.shown.models, props.space, app.shown.reports));
	});
	const ticked = () => plan()?.proposed.filter(({ id }) => !spared().has(id)) ?? [];
	const bytes = () => ticked().reduce((sum, item) => sum + item.bytes, 0);
	const why = (item: Freeable) => {
		switch (item.kind) {
			case 'partial':
				return 'begun and not whole';
			case 'model':
				return item.lastUsedAt > 0 ? `last used ${formatAgo(Date.now() - item.lastUsedAt)}` : 'never used';
			case 'set-aside':
				return 'not used for anything';
			case 'handed':
				return 'can be shared again';
			case 'reports':
				return 'all but the newest ten; the ledger stays';
		}
	};
	async function remove(item: Freeable): Promise<string> {
		switch (item.kind) {
			case 'partial':
				return await services.models.cancel(item.id);
			case 'model':
				return await services.models.remove(item.id);
			case 'set-aside':
				return await services.agent.dropSetAside();
			case 'handed':
				await services.space.dropHanded();
				return '';
			case 'reports': {
				const why = await services.agent.removeReports(oldReports(app.shown.reports).map(({ session }) => session));
				if (why === '') await app.loadReports();
				return why;
			}
		}
	}
	async function free(): Promise<void> {
		setBusy(true);
		let freed = 0;
		await app.tries(async () => {
			for (const item of ticked()) {
				const why = await remove(item);
				if (why !== '') return why;
				freed += item.bytes;
			}
			return '';
		});
		setBusy(false);
		setWanted(undefined);
		setSaid(`${formatBytes(freed)} are free again. Crystals stayed as they are.`);
		props.onFreed();
	}
	return (
		<section aria-labelledby={heading} class="panel">
			<div class="flex flex-wrap items-center gap-3 p-4">
				<div class="min-w-0 flex-1 basis-64">
					<h3 id={heading} class="font-semibold">
						Free some room
					</h3>
					<p class="text-[0.8125rem] text-muted">
						Choose how much; what could go is proposed with its bytes, least missed first. Crystals are never among it.
					</p>
				</div>
				<Segmented
					label="How much to free"
					value={wanted() ?? ''}
					choices={WANTED}
					onChange={(value) => {
						setSaid('');
						setSpared(new Set<string>());
						setWanted(value === wanted() ? undefined : (value as (typeof WANTED)[number]['value']));
					}}
				/>
			</div>
			<Show when={plan()}>
				{(now) => (
					<div class="flex flex-col gap-3 border-t border-line p-4" data-plan={now().enough ? 'enough' : 'short'}>
						<Show
							when={now().proposed.length > 0}
							fallback={
								<p class="text-[0.8125rem] text-muted">
									There is nothing to free: no model that is idle, no begun download, no old report. What is left is what was learnt.
								</p>
							}
						>
							<ul class="flex flex-col gap-2">
								<For each={now().proposed}>
									{(item) => (
										<li>
											<label class="flex cursor-pointer items-start gap-2 text-[0.8125rem]">
												<input
													type="checkbox"
													class="mt-0.5 size-4 accent-[var(--accent-fill)]"
													checked={!spared().has(item.id)}
													onChange={(e) => {
														const next = new Set(spared());
														if (e.currentTarget.checked) next.delete(item.id);
														else next.add(item.id);
														setSpared(next);
													}}
												/>
												<span class="min-w-0 flex-1 break-words">
													<span class="font-medium">{item.name}</span> <span class="text-muted">{why(item)}</span>
												</span>
												<span class="num whitespace-nowrap">{formatBytes(item.bytes)}</span>
											</label>
										</li>
									)}
								</For>
							</ul>
							<Show when={!now().enough}>
								<p class="text-xs text-warn">That is all there is, and less than you wanted.</p>
							</Show>
							<div class="flex justify-end gap-2">
								<button type="button" class="btn btn-quiet" onClick={() => setWanted(undefined)}>
									Keep all
								</button>
								<button type="button" class="btn btn-danger" disabled={busy() || ticked().length === 0} onClick={() => void free()}>
									Delete these, free {formatBytes(bytes())}
								</button>
							</div>
						</Show>
					</div>
				)}
			</Show>
			<p role="status" class="border-t border-line px-4 py-3 text-[0.8125rem] empty:hidden">
				{said()}
			</p>
		</section>
	);
}
