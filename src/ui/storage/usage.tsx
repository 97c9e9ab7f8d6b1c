// How many bytes, of what, and what the browser promises about them.
import { createSignal, For, Show } from 'solid-js';
import { formatBytes, formatCount } from '../primitives/format.ts';
import { createId, Figure } from '../primitives/parts.tsx';
import type { ModelsView, SpaceView, StorageView } from '../services.ts';
import { useServices } from '../services.ts';
import type { StorageGroup } from './rows.ts';

const COLOURS: Readonly<Record<StorageGroup['name'], string>> = {
	Learnt: 'var(--crystal)',
	Models: 'var(--device)',
	'The app': 'var(--faint)',
};

export function Usage(props: {
	readonly groups: readonly StorageGroup[];
	readonly storage: StorageView | null;
	readonly models: ModelsView | null;
	readonly space: SpaceView | undefined;
}) {
	const total = () => props.groups.reduce((sum, { bytes }) => sum + bytes, 0);
	const most = () => Math.max(1, ...props.groups.flatMap(({ rows }) => rows.map(({ bytes }) => bytes)));
	const quota = () => props.space?.quotaBytes ?? props.storage?.quotaBytes ?? 0;
	const room = () => props.models?.freeBytes ?? (quota() > 0 ? Math.max(0, quota() - total()) : undefined);
	const told = () => props.groups.map(({ name, bytes }) => `${name} ${formatBytes(bytes)}`).join(', ');
	return (
		<div class="panel">
			<dl class="grid grid-cols-2 gap-4 p-4 md:grid-cols-4">
				<Figure label="Used, as counted here" value={formatBytes(total())} />
				<Figure label="Room left" value={room() === undefined ? 'unknown' : formatBytes(room() ?? 0)} />
				<Figure label="The browser’s limit" value={quota() > 0 ? formatBytes(quota()) : 'unknown'} />
				<Figure
					label="Set aside as damaged"
					value={formatCount(props.storage?.setAside ?? 0)}
					tone={(props.storage?.setAside ?? 0) > 0 ? 'text-warn' : ''}
				/>
			</dl>
			<div class="px-4 pb-4">
				<div class="flex h-2.5 gap-px overflow-hidden rounded-full bg-sunken" role="img" aria-label={`Share of each: ${told()}`}>
					<For each={props.groups}>
						{(group) => (
							<Show when={group.bytes > 0}>
								<span
									class="h-full min-w-1"
									style={{ width: `${(100 * group.bytes) / Math.max(1, total())}%`, background: COLOURS[group.name] }}
								/>
							</Show>
						)}
					</For>
				</div>
			</div>
			<div class="overflow-x-auto border-t border-line" tabindex="0" role="group" aria-label="Bytes by kind, scrollable">
				<table class="table num">
					<caption class="sr-only">Bytes stored, by kind</caption>
					<thead>
						<tr>
							<th scope="col">Kind</th>
							<th scope="col" class="right">
								Count
							</th>
							<th scope="col" class="right">
								Bytes
							</th>
							<th scope="col" class="w-1/3 max-sm:hidden">
								<span class="sr-only">Share</span>
							</th>
						</tr>
					</thead>
					<For each={props.groups}>
						{(group) => (
							<tbody>
								<tr>
									<th scope="rowgroup" colspan="2" class="pt-3! text-text!">
										<span class="inline-flex items-center gap-1.5">
											<span class="size-2 rounded-full" style={{ background: COLOURS[group.name] }} aria-hidden="true" />
											{group.name}
										</span>
									</th>
									<td class="right pt-3! font-semibold whitespace-nowrap">{formatBytes(group.bytes)}</td>
									<td class="max-sm:hidden" />
								</tr>
								<For each={group.rows}>
									{(row) => (
										<tr data-kind={row.name}>
											<td>
												<span class="font-medium">{row.name}</span> <span class="text-xs text-muted">{row.about}</span>
											</td>
											<td class="right">{row.count === undefined ? '' : formatCount(row.count)}</td>
											<td class="right whitespace-nowrap">{formatBytes(row.bytes)}</td>
											<td class="max-sm:hidden">
												<div class="meter-track mt-1.5">
													<div class="meter-fill" style={{ width: `${(100 * row.bytes) / most()}%`, background: COLOURS[group.name] }} />
												</div>
											</td>
										</tr>
									)}
								</For>
							</tbody>
						)}
					</For>
				</table>
			</div>
		</div>
	);
}

const NO = 'The browser says no for now. It says yes to pages that are installed or opened often; asking again costs nothing.';

/** What is kept when the disk runs low, bucket by bucket, and a button that asks. */
export function Promises(props: {
	readonly space: SpaceView | undefined;
	readonly models: ModelsView | null;
	readonly onAsked: () => void;
}) {
	const services = useServices();
	const [answers, setAnswers] = createSignal<Readonly<Partial<Record<'learnt' | 'models', boolean>>>>({});
	const [busy, setBusy] = createSignal(false);
	const heading = createId('promises');
	async function ask(bucket: 'learnt' | 'models'): Promise<void> {
		setBusy(true);
		const answer = await services.space.persist(bucket).catch(() => false);
		setAnswers((old) => ({ ...old, [bucket]: answer }));
		setBusy(false);
		props.onAsked();
	}
	const row = (bucket: 'learnt' | 'models', name: string, about: string, told: boolean | undefined) => {
		const kept = () => answers()[bucket] ?? told;
		return (
			<li class="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3" data-bucket={bucket}>
				<div class="min-w-0 flex-1 basis-56">
					<p class="font-medium">
						{name}{' '}
						<span class={`chip ml-1 ${kept() === undefined ? '' : kept() ? 'chip-good' : 'chip-warn'}`}>
							{kept() === undefined ? 'the browser does not say' : kept() ? 'kept' : 'not promised'}
						</span>
					</p>
					<p class="text-xs text-muted" role="status">
						{answers()[bucket] === false ? NO : about}
					</p>
				</div>
				<Show when={kept() !== true}>
					<button type="button" class="btn" disabled={busy()} aria-label={`Ask to keep it: ${name}`} onClick={() => void ask(bucket)}>
						Ask to keep it
					</button>
				</Show>
			</li>
		);
	};
	return (
		<section aria-labelledby={heading} class="panel">
			<div class="border-b border-line px-4 py-3">
				<h3 id={heading} class="font-semibold">
					When the disk runs low
				</h3>
				<p class="mt-0.5 text-[0.8125rem] text-muted">
					A browser may then drop what a page stored, all of a bucket at once, unless it has promised to keep it.
				</p>
			</div>
			<ul class="divide-y divide-line">
				{row(
					'learnt',
					'What was learnt',
					'Crystals, ledger, reports, settings: cannot be had again without asking models.',
					props.space?.persisted,
				)}
				{row(
					'models',
					'Models',
					props.models === null ? 'The store of models is not open yet.' : `Kept in ${props.models.keptIn}; they can be fetched again.`,
					props.models?.persisted,
				)}
			</ul>
		</section>
	);
}
