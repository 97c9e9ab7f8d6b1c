// What the companion writes down as play goes: its tables, the newest rows of each, and all of one as a file.
import { createResource, createSignal, For, Show } from 'solid-js';
import { jsonlOf, type Row, type TableName } from '../../core/records.ts';
import { formatBytes, formatCount, formatDay, plural } from '../primitives/format.ts';
import { Database, Download, LoaderCircle } from '../primitives/icons.ts';
import { createId } from '../primitives/parts.tsx';
import { useServices } from '../services.ts';
import { useApp } from '../state.tsx';

const SHOWN = 50;
const TIMES: ReadonlySet<string> = new Set(['at', 'started_at', 'ended_at', 'changed_at', 'made_at', 'used_at', 'until', 'rate_at']);
const ABOUT: Readonly<Record<TableName, string>> = {
	ledger: 'Every entry of the ledger, in the order of writing.',
	metrics_minute: 'The scorecard’s sums for each minute of play.',
	metrics_session: 'The same for each session.',
	commands: 'Each act: the frame it was decided on, why, and what came of it.',
	crystals: 'Crystals as the ledger knows them.',
	sats: 'Millisatoshis in and out, each with its receipt.',
	rates: 'What a bitcoin was worth, and since when.',
	set_aside: 'What could not be taken, or was found damaged, with why.',
};

export function Records() {
	const { agent, save } = useServices();
	const app = useApp();
	const heading = createId('records');
	const [view, { refetch }] = createResource(() => agent.recordsView());
	const [table, setTable] = createSignal<TableName>('metrics_session');
	const [rows] = createResource(
		// Read again when the counts are.
		() => ({ table: table(), of: view.latest }),
		({ table: asked }) => agent.recordRows({ table: asked, limit: SHOWN, newest: true }),
	);
	const [busy, setBusy] = createSignal(false);
	const held = () => {
		const answer = view.latest;
		return answer?.ok === true ? answer.value : undefined;
	};
	const why = () => {
		const answer = view.latest;
		if (answer === undefined || answer.ok) return '';
		return answer.kind === 'no-companion'
			? 'With the companion running and paired, the ledger and what is counted of it are written to a database on this machine as you play.'
			: answer.message;
	};
	async function exportTable(): Promise<void> {
		setBusy(true);
		await app.tries(async () => {
			const lines: string[] = [];
			for (let after: number | null = 0; after !== null; ) {
				const told = await agent.recordRows({ table: table(), after });
				if (!told.ok) return told.message;
				for (const row of told.value.rows) lines.push(jsonlOf(row));
				after = told.value.next;
			}
			save(`${table()}.jsonl`, 'application/jsonl', new TextEncoder().encode(lines.join('')));
			return '';
		});
		setBusy(false);
	}
	return (
		<section aria-labelledby={heading} class="panel">
			<div class="flex flex-wrap items-center gap-3 p-4">
				<Database size={20} class="shrink-0 text-faint" aria-hidden="true" />
				<div class="min-w-0 flex-1 basis-64">
					<h3 id={heading} class="font-semibold">
						Records of the companion
					</h3>
					<p class="text-[0.8125rem] text-muted">
						<Show when={held()} fallback={why()}>
							{(records) => (
								<>
									One SQLite file of {formatBytes(records().bytes)}, written as play goes; {plural(records().setAside, 'row')} set aside.
								</>
							)}
						</Show>
					</p>
				</div>
				<Show when={held()}>
					<div class="flex flex-wrap gap-2">
						<button type="button" class="btn" onClick={() => void refetch()}>
							Read again
						</button>
						<button type="button" class="btn" disabled={busy()} onClick={() => void exportTable()}>
							<Show when={busy()} fallback={<Download size={15} aria-hidden="true" />}>
								<LoaderCircle size={15} class="spin" aria-hidden="true" />
							</Show>
							Export as JSONL
						</button>
					</div>
				</Show>
			</div>
			<Show when={held()?.trouble}>
				{(trouble) => (
					<p role="alert" class="border-t border-line px-4 py-3 text-[0.8125rem] font-medium text-danger">
						{trouble()}
					</p>
				)}
			</Show>
			<Show when={held()}>
				{(records) => (
					<div class="border-t border-line">
						<div class="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3">
							<select class="field w-auto! min-w-56" aria-label="Table" onChange={(e) => setTable(e.currentTarget.value as TableName)}>
								<For each={records().tables}>
									{({ name, rows: count }) => (
										<option value={name} selected={name === table()}>
											{name} ({formatCount(count)})
										</option>
									)}
								</For>
							</select>
							<p class="min-w-0 flex-1 basis-56 text-xs text-muted">{ABOUT[table()]}</p>
						</div>
						<Show when={shownRows().length > 0} fallback={<p class="px-4 pb-4 text-[0.8125rem] text-faint">{noRows()}</p>}>
							<div class="max-h-96 overflow-auto border-t border-line" tabindex="0" role="group" aria-label="Newest rows, scrollable">
								<table class="table num">
									<caption class="sr-only">The newest {SHOWN} rows at most</caption>
									<thead>
										<tr>
											<For each={Object.keys(shownRows()[0] ?? {})}>{(name) => <th scope="col">{name}</th>}</For>
										</tr>
									</thead>
									<tbody>
										<For each={shownRows()}>
											{(row) => (
												<tr>
													<For each={Object.entries(row)}>
														{([name, value]) => (
															<td class="max-w-64 truncate" title={String(value ?? '')}>
																{cell(name, value)}
															</td>
														)}
													</For>
												</tr>
											)}
										</For>
									</tbody>
								</table>
							</div>
						</Show>
					</div>
				)}
			</Show>
		</section>
	);

	function shownRows(): readonly Row[] {
		const answer = rows.latest;
		return answer?.ok === true ? answer.value.rows : [];
	}
	function noRows(): string {
		const answer = rows.latest;
		return answer === undefined || answer.ok ? 'No rows yet.' : answer.message;
	}
}

function cell(name: string, value: Row[string] | undefined): string {
	if (value === null || value === undefined) return '–';
	if (typeof value === 'string') return value;
	if (TIMES.has(name)) return formatDay(value);
	return Number.isInteger(value) ? String(value) : value.toLocaleString('en', { maximumFractionDigits: 6 });
}
