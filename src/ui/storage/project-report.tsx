// What came of a MaaFramework project, node by node, before any of it comes in.
import { createMemo, For, Show } from 'solid-js';
import { leftText, reportMarkdown } from '../../core/import/maafw/report.ts';
import type { ProjectReview } from '../../../workers/agent.protocol.ts';
import { plural } from '../primitives/format.ts';
import { Download } from '../primitives/icons.ts';
import { Figure } from '../primitives/parts.tsx';
import { useServices } from '../services.ts';

/** More rows than this are in the saved report alone. */
const ROWS_MAX = 200;
const SAID = { whole: 'whole', part: 'in part', unsupported: 'not imported' } as const;
const ORDER = ['unsupported', 'part', 'whole'] as const;

export function ProjectReport(props: {
	readonly name: string;
	readonly project: ProjectReview;
	readonly refused: readonly { readonly path: string; readonly why: string }[];
}) {
	const services = useServices();
	const counted = () => props.project.counted;
	const rows = createMemo(() =>
		props.project.nodes.toSorted((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome)).slice(0, ROWS_MAX),
	);
	const share = (count: number) => `${count} (${Math.round((100 * count) / Math.max(1, counted().nodes))} %)`;
	function save(): void {
		const { counted, nodes, left } = props.project;
		const text = reportMarkdown(props.name, { counted, nodes, left, faults: props.refused });
		services.save(`${props.project.profile.id}-import.md`, 'text/markdown', text);
	}
	return (
		<div class="flex flex-col gap-3" data-project>
			<dl class="grid grid-cols-2 gap-4 md:grid-cols-4">
				<Figure label="Nodes" value={String(counted().nodes)} />
				<Figure label="Imported whole" value={share(counted().whole)} />
				<Figure label="In part" value={share(counted().part)} />
				<Figure label="Not imported" value={share(counted().unsupported)} />
			</dl>
			<Show when={counted().reasons.length > 0}>
				<details class="text-[0.8125rem]" open>
					<summary class="cursor-pointer font-medium">What was left, and of how many nodes</summary>
					<ul class="mt-2 flex max-h-48 flex-col gap-1 overflow-auto" tabindex="0" aria-label="Reasons">
						<For each={counted().reasons}>
							{(reason) => (
								<li class="flex gap-3">
									<span class="w-12 shrink-0 text-right tabular-nums">{reason.nodes}</span>
									<span class="min-w-0 break-words text-muted">{reason.what}</span>
								</li>
							)}
						</For>
					</ul>
				</details>
			</Show>
			<details class="text-[0.8125rem]">
				<summary class="cursor-pointer font-medium">Every node</summary>
				<ul class="mt-2 flex max-h-60 flex-col gap-1 overflow-auto" tabindex="0" aria-label="Nodes">
					<For each={rows()}>
						{(node) => (
							<li class="break-words">
								<code title={node.file}>{node.node}</code>{' '}
								<span class="text-muted">
									{SAID[node.outcome]}
									<Show when={node.left.length > 0}>: {node.left.map(leftText).join('; ')}</Show>
								</span>
							</li>
						)}
					</For>
				</ul>
				<Show when={props.project.nodes.length > ROWS_MAX}>
					<p class="mt-1 text-faint">{props.project.nodes.length - ROWS_MAX} more are in the report.</p>
				</Show>
			</details>
			<Show when={props.project.left.length > 0}>
				<details class="text-[0.8125rem]">
					<summary class="cursor-pointer font-medium">{plural(props.project.left.length, 'other part')} of the project left</summary>
					<ul class="mt-2 flex max-h-48 flex-col gap-1 overflow-auto text-muted" tabindex="0" aria-label="Other parts">
						<For each={props.project.left}>{(line) => <li class="break-words">{line}</li>}</For>
					</ul>
				</details>
			</Show>
			<div>
				<button type="button" class="btn" onClick={save}>
					<Download size={15} aria-hidden="true" />
					Save the report
				</button>
			</div>
		</div>
	);
}
