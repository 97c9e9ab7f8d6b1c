// What play earns and what thinking costs, in sats: a wallet to read, a rate, a file of payments. The wallet's secret is typed here,
// goes to the companion, and is not seen again.
import { createSignal, For, Show } from 'solid-js';
import { formatSats, type SatsChange } from '../../core/sats.ts';
import { FileButton } from '../primitives/file-button.tsx';
import { formatCount, formatDay, formatUsd, plural } from '../primitives/format.ts';
import { Upload } from '../primitives/icons.ts';
import { Field, Figure } from '../primitives/parts.tsx';
import { useServices } from '../services.ts';
import { useApp } from '../state.tsx';
import { Card, Row } from './card.tsx';
import { readPayments } from './values.ts';

export function SatsCard() {
	const app = useApp();
	const { agent } = useServices();
	const sats = () => app.shown.sats;
	const [busy, setBusy] = createSignal(false);
	const [fault, setFault] = createSignal('');
	const [said, setSaid] = createSignal('');
	const [connection, setConnection] = createSignal('');

	async function change(what: SatsChange): Promise<boolean> {
		setBusy(true);
		setSaid('');
		const done = await agent.changeSats(what);
		setFault(done.ok ? '' : done.message);
		setBusy(false);
		return done.ok;
	}
	async function connect(event: SubmitEvent): Promise<void> {
		event.preventDefault();
		const secret = connection().trim();
		// It does not stay in the page, whatever comes of it.
		setConnection('');
		if (secret !== '') await change({ do: 'connect', connection: secret });
	}
	async function setRate(field: HTMLInputElement): Promise<void> {
		const usdPerBtc = Number(field.value.replaceAll(',', ''));
		if (field.value.trim() === '') return;
		if (!(await change({ do: 'rate', usdPerBtc }))) field.value = '';
	}
	async function importFile(file: File): Promise<void> {
		const read = readPayments(await file.text());
		if (typeof read === 'string') return void setFault(`${file.name}: ${read}`);
		setBusy(true);
		const done = await agent.importSats(read, false);
		setBusy(false);
		setFault(done.ok ? '' : done.message);
		if (!done.ok) return;
		const { added, known, refused } = done.value;
		const why = [...new Set(refused)].slice(0, 3).join('; ');
		setSaid(
			`${plural(added, 'payment')} came from ${file.name}, ${formatCount(known)} were here, ${formatCount(refused.length)} were set aside${why === '' ? '' : ` (${why})`}.`,
		);
	}
	return (
		<Card title="Sats" about="What came in, against what was spent on inference: whole millisatoshis, each row with its receipt.">
			<Show
				when={sats()}
				fallback={
					<p class="px-4 py-3 text-[0.8125rem] text-muted">The companion keeps them: start it, and pair this page with it below.</p>
				}
			>
				{(now) => (
					<>
						<dl class="grid grid-cols-2 gap-3 px-4 py-3 sm:grid-cols-5">
							<Figure label="Came in" value={formatSats(now().totals.in)} />
							<Figure
								label="Spent on inference"
								value={formatSats(now().totals.out)}
								note={now().unconverted.calls > 0 ? `and ${formatUsd(now().unconverted.usd)} without a rate` : ''}
							/>
							<Figure label="Paid from the wallet" value={formatSats(now().totals.paid)} />
							<Figure label="Fees" value={formatSats(now().totals.fee)} />
							<Figure label="Pending" value={formatSats(now().totals.pending)} />
						</dl>
						<Show when={told(now().totals.simulated)}>{(text) => <p class="px-4 py-3 text-xs text-muted">{text()}</p>}</Show>
						<Row
							title="Wallet"
							about={
								now().wallet.connected
									? `${now().wallet.alias || 'A wallet'} on ${now().wallet.network || 'an unnamed network'} by ${now().wallet.relays.join(', ')}; ${
											now().wallet.readAt === 0 ? 'not read yet' : `read ${formatDay(now().wallet.readAt)}`
										}.`
									: 'By Nostr Wallet Connect, read-only. Its secret stays in a file of the companion that only you can read.'
							}
						>
							<Show
								when={now().wallet.connected}
								fallback={
									<form class="flex w-full flex-wrap items-end gap-2" onSubmit={(e) => void connect(e)}>
										<Field label="Connection secret" class="min-w-0 flex-1 basis-56">
											{(id) => (
												<input
													id={id}
													class="field"
													type="password"
													autocomplete="off"
													spellcheck={false}
													placeholder="nostr+walletconnect://…"
													value={connection()}
													onInput={(e) => setConnection(e.currentTarget.value)}
												/>
											)}
										</Field>
										<button type="submit" class="btn btn-primary" disabled={busy() || connection().trim() === ''}>
											Connect
										</button>
									</form>
								}
							>
								<div class="flex flex-wrap gap-2">
									<button type="button" class="btn" disabled={busy()} onClick={() => void change({ do: 'read' })}>
										Read now
									</button>
									<button type="button" class="btn" disabled={busy()} onClick={() => void change({ do: 'disconnect' })}>
										Disconnect
									</button>
								</div>
							</Show>
						</Row>
						<Row title="Dollars for one bitcoin" about={rateText()}>
							<div class="flex flex-wrap items-center gap-2">
								<input
									class="field num w-32!"
									aria-label="Dollars for one bitcoin"
									inputmode="decimal"
									placeholder="none yet"
									value={now().rates.at(-1)?.usdPerBtc ?? ''}
									onChange={(e) => void setRate(e.currentTarget)}
								/>
								<button
									type="button"
									class="btn"
									disabled={busy()}
									title="Asks getalby.com, and tells it nothing but that somebody asks"
									onClick={() => void change({ do: 'rate of today' })}
								>
									Today’s rate
								</button>
							</div>
						</Row>
						<Row
							title="Payments from a file"
							about="JSON or JSONL as a wallet exports it (NIP-47). What is here already is not counted twice."
						>
							<FileButton accept=".json,.jsonl,application/json" disabled={busy()} onFiles={([file]) => file && void importFile(file)}>
								<Upload size={15} aria-hidden="true" />
								Import payments
							</FileButton>
						</Row>
						<Show when={fault() || now().wallet.trouble}>
							{(text) => (
								<p role="alert" class="px-4 py-3 text-[0.8125rem] font-medium text-danger">
									{text()}
								</p>
							)}
						</Show>
						<p role="status" class="px-4 py-3 text-[0.8125rem] empty:hidden">
							{said()}
						</p>
						<Show when={now().setAside > 0}>
							<p class="px-4 py-3 text-[0.8125rem] text-warn">
								{plural(now().setAside, 'payment')} cannot be true, and {now().setAside === 1 ? 'was' : 'were'} set aside. Storage shows
								each with why.
							</p>
						</Show>
						<Show when={now().newest.length > 0}>
							<div class="max-h-72 overflow-auto" tabindex="0" role="group" aria-label="Newest rows of sats, scrollable">
								<table class="table num">
									<caption class="sr-only">The newest rows, each with its receipt</caption>
									<thead>
										<tr>
											<th scope="col">When</th>
											<th scope="col">What</th>
											<th scope="col" class="right">
												Sats
											</th>
											<th scope="col">For</th>
											<th scope="col">Receipt</th>
										</tr>
									</thead>
									<tbody>
										<For each={now().newest}>
											{(row) => (
												<tr>
													<td class="whitespace-nowrap">{formatDay(row.at)}</td>
													<td>{row.simulated ? `${row.kind}, pretended` : row.kind}</td>
													<td class="right whitespace-nowrap">{formatSats(row.msat)}</td>
													<td class="max-w-48 truncate" title={row.note}>
														{row.note}
													</td>
													<td class="max-w-48 truncate" title={row.receipt}>
														{row.receipt}
													</td>
												</tr>
											)}
										</For>
									</tbody>
								</table>
							</div>
						</Show>
					</>
				)}
			</Show>
		</Card>
	);

	function rateText(): string {
		const rate = sats()?.rates.at(-1);
		return rate === undefined
			? 'What inference cost in dollars is converted once there is one; earlier spending by the first.'
			: `Since ${formatDay(rate.at)}, ${rate.from}. What was spent before stays as it was converted.`;
	}
}

/** Sums of what is pretended; '' where nothing is. */
function told(simulated: { readonly in: number; readonly out: number }): string {
	return simulated.in + simulated.out === 0
		? ''
		: `Pretended, and counted in none of the above: ${formatSats(simulated.in)} in, ${formatSats(simulated.out)} spent.`;
}
