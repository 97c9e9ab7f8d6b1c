// The crystallisation protocol in one table: what each sort of model answer becomes, and what that has replaced in this session.
import { createResource, For, onCleanup, Show } from 'solid-js';
import type { ProtocolLine } from '../../core/protocol.ts';
import { formatCount } from '../primitives/format.ts';
import { useServices } from '../services.ts';

const EVERY_MS = 3000;

export function NineRows() {
	const { agent } = useServices();
	const [lines, { refetch }] = createResource(() => agent.protocol());
	const timer = setInterval(() => void refetch(), EVERY_MS);
	onCleanup(() => clearInterval(timer));
	return (
		<section aria-label="What model answers became" class="panel">
			<p class="border-b border-line px-4 py-3 text-[0.8125rem] text-muted">
				Of this session so far. Times are of whole answers that used such a crystal, looking and all, beside the bound for one retrieval.
			</p>
			<div class="overflow-x-auto" tabindex="0" role="group" aria-label="The nine rows, scrollable">
				<table class="table num">
					<thead>
						<tr>
							<th scope="col">Model output</th>
							<th scope="col">Becomes</th>
							<th scope="col">File in a pack</th>
							<th scope="col" class="right">
								Held
							</th>
							<th scope="col" class="right">
								By themselves
							</th>
							<th scope="col" class="right">
								Calls replaced
							</th>
							<th scope="col" class="right">
								Median
							</th>
							<th scope="col" class="right">
								99 %
							</th>
							<th scope="col" class="right">
								Bound
							</th>
						</tr>
					</thead>
					<tbody>
						<For each={lines.latest ?? []}>{(line) => <Row line={line} />}</For>
					</tbody>
				</table>
			</div>
			<Show when={lines.latest?.length === 0}>
				<p class="px-4 py-4 text-muted">Play the game first: what it keeps is counted here.</p>
			</Show>
		</section>
	);
}

function Row(props: { readonly line: ProtocolLine }) {
	const over = (ms: number | null) => (ms !== null && ms > props.line.targetMs ? 'text-warn' : '');
	return (
		<tr>
			<th scope="row" class="text-left font-medium whitespace-nowrap">
				{props.line.output}
			</th>
			<td class="whitespace-nowrap">{props.line.becomes}</td>
			<td class="font-mono text-xs">{props.line.file}</td>
			<td class="right">{formatCount(props.line.held)}</td>
			<td class="right">{formatCount(props.line.autonomous)}</td>
			<td class="right">{formatCount(props.line.replaced)}</td>
			<td class={`right whitespace-nowrap ${over(props.line.p50Ms)}`}>{time(props.line.p50Ms)}</td>
			<td class={`right whitespace-nowrap ${over(props.line.p99Ms)}`}>{time(props.line.p99Ms)}</td>
			<td class="right whitespace-nowrap text-faint">{props.line.targetMs === 1 ? '< 1 ms' : `${props.line.targetMs} ms`}</td>
		</tr>
	);
}

const time = (ms: number | null): string => (ms === null ? '–' : `${ms < 10 ? ms.toFixed(2) : ms.toFixed(0)} ms`);
