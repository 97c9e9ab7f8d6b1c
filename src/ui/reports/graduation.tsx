// The graduation test as a page's first panel: five conditions, what was seen of each and what is missing, and the files that prove it.
import { createResource, createSignal, For, onCleanup, Show } from 'solid-js';
import { type Condition, type Graduation as Found } from '../../core/graduation/conditions.ts';
import { graduationMarkdown } from '../../core/graduation/markdown.ts';
import { formatCount } from '../../core/figures.ts';
import { formatDay } from '../primitives/format.ts';
import { CircleCheck, CircleDashed, Download, GraduationCap } from '../primitives/icons.ts';
import { Region } from '../primitives/parts.tsx';
import { useServices } from '../services.ts';
import { useApp } from '../state.tsx';

const AGAIN_MS = 60_000;
const TITLES: Readonly<Record<Condition['name'], string>> = {
	perception: 'Sees by itself',
	decision: 'Decides by itself',
	narration: 'Speaks by itself',
	economy: 'Pays for itself',
	operation: 'Runs by itself',
};

export function Graduation() {
	const { agent, save } = useServices();
	const app = useApp();
	const [found, { refetch }] = createResource(() => agent.graduation().catch(() => undefined));
	const timer = setInterval(() => void refetch(), AGAIN_MS);
	onCleanup(() => clearInterval(timer));
	const [busy, setBusy] = createSignal(false);
	const certificate = (window: Found) =>
		app.tries(async () => {
			setBusy(true);
			try {
				const file = await agent.certificate({ from: window.from, to: window.to });
				if (typeof file === 'string') return file;
				save(`graduation-${new Date(window.to).toISOString().slice(0, 10)}.jsonl.gz`, 'application/gzip', file);
				return '';
			} finally {
				setBusy(false);
			}
		});
	return (
		<Show when={found.latest}>
			{(now) => (
				<Region
					name="Graduation"
					icon={<GraduationCap size={16} />}
					head={
						<>
							<span class={`chip ${now().graduated ? 'chip-good' : ''}`}>
								{now().graduated ? 'graduated' : `${now().conditions.filter((c) => c.met).length} of 5`}
							</span>
							<Show when={now().simulated}>
								<span class="chip chip-warn" title="A teacher, a price or a wallet was pretended">
									simulated
								</span>
							</Show>
						</>
					}
				>
					<div class="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-4 py-2">
						<p class="min-w-0 flex-1 basis-64 text-xs text-muted">
							All five inside one window of 24 hours: the best of the last seven days, {formatDay(now().from)} to {formatDay(now().to)}.
						</p>
						<button type="button" class="btn btn-quiet" onClick={() => save('graduation.md', 'text/markdown', graduationMarkdown(now()))}>
							<Download size={14} aria-hidden="true" /> Markdown
						</button>
						<button
							type="button"
							class="btn"
							disabled={busy()}
							title="The conditions and the whole log they are counted from, hash by hash; anyone can recompute it"
							onClick={() => void certificate(now())}
						>
							<Download size={14} aria-hidden="true" /> Certificate
						</button>
					</div>
					<ul class="divide-y divide-line">
						<For each={now().conditions}>{(condition) => <Row condition={condition} />}</For>
					</ul>
				</Region>
			)}
		</Show>
	);
}

function Row(props: { readonly condition: Condition }) {
	const c = () => props.condition;
	return (
		<li class="grid grid-cols-[1.25rem_minmax(0,1fr)_auto] items-start gap-x-2.5 px-4 py-2.5">
			<span class={`mt-px ${c().met ? 'text-good' : 'text-faint'}`} role="img" aria-label={c().met ? 'met' : 'missing'}>
				<Show when={c().met} fallback={<CircleDashed size={18} />}>
					<CircleCheck size={18} />
				</Show>
			</span>
			<div class="min-w-0">
				<p class="text-[0.8125rem] font-semibold">{TITLES[c().name]}</p>
				<p class="text-xs text-muted">{c().asks}</p>
				<p class="mt-1 text-xs break-words text-faint">{c().evidence}</p>
				<Show when={c().missing}>
					<p class="mt-1 text-xs font-medium break-words text-warn">Missing: {c().missing}</p>
				</Show>
			</div>
			<span class="num pt-0.5 text-right text-xs text-muted">{figure(c())}</span>
		</li>
	);
}

function figure({ have, need, unit, name }: Condition): string {
	if (have === null) return 'none yet';
	if (unit === 'minutes') return `${formatCount(have)} of ${formatCount(name === 'operation' ? need + 1 : need)} min`;
	if (unit === 'sats') return `${have > 0 ? '+' : ''}${formatCount(have)} sats`;
	return `${formatCount(have)} ${have === 1 ? 'call' : 'calls'}`;
}
