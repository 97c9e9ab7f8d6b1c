import { createEffect, createMemo, createSignal, For, Match, Show, Switch } from 'solid-js';
import { formatClock, formatDay } from '../primitives/format.ts';
import { srt, timed } from '../../core/speech/subtitles.ts';
import { AudioLines, Captions, Download, FileText } from '../primitives/icons.ts';
import { Empty, Page } from '../primitives/parts.tsx';
import { useServices } from '../services.ts';
import { useApp } from '../state.tsx';
import { Graduation } from './graduation.tsx';
import { Sessions } from './sessions-chart.tsx';
import { readMarkdown, readSpans } from './markdown.ts';

export default function Reports() {
	const app = useApp();
	const services = useServices();
	const [chosen, setChosen] = createSignal('');
	createEffect(() => {
		const first = app.shown.reports[0];
		if (first && app.shown.reports.every((r) => r.session !== chosen())) setChosen(first.session);
	});
	const report = () => app.shown.reports.find((r) => r.session === chosen());
	return (
		<Page
			name="Reports"
			about="One for each session: the five metrics, what was asked and why, and what would remove the costliest calls that are left."
		>
			<Graduation />
			<Show
				when={app.shown.reports.length > 0}
				fallback={
					<div class="panel flex">
						<Empty icon={<FileText size={18} />} title="No session has ended yet">
							A report is written when a session ends, by itself or by Stop everything.
						</Empty>
					</div>
				}
			>
				<div class="grid items-start gap-4 md:grid-cols-[15rem_minmax(0,1fr)]">
					<ul class="panel flex flex-col gap-0.5 p-1.5" aria-label="Sessions, newest first">
						<For each={app.shown.reports}>
							{(r) => (
								<li>
									<button
										type="button"
										aria-current={r.session === chosen() ? 'true' : undefined}
										class="w-full rounded-lg px-3 py-2 text-left hover:bg-hover aria-[current]:bg-sunken"
										onClick={() => setChosen(r.session)}
									>
										<span class="block truncate text-[0.8125rem] font-semibold">{r.game}</span>
										<span class="num block text-2xs text-muted">
											{formatDay(r.startedAt)} · {formatClock(r.endedAt - r.startedAt)}
										</span>
									</button>
								</li>
							)}
						</For>
					</ul>
					<Show when={report()}>
						{(r) => (
							<article class="panel min-w-0">
								<div class="panel-head flex-wrap">
									<h3 class="panel-title min-w-0 flex-1 basis-52 truncate">{r().game}</h3>
									<button
										type="button"
										class="btn btn-quiet"
										onClick={() => services.save(`report-${r().session}.md`, 'text/markdown', r().markdown)}
									>
										<Download size={14} aria-hidden="true" /> Markdown
									</button>
									<Lines session={r().session} />
									<button
										type="button"
										class="btn"
										onClick={() => services.save(`report-${r().session}.json`, 'application/json', r().json)}
									>
										<Download size={14} aria-hidden="true" /> Download JSON
									</button>
								</div>
								<p class="border-b border-line px-4 py-2 text-xs text-muted">Ended: {r().endedBy}</p>
								<Sessions json={r().json} />
								<Markdown text={r().markdown} />
							</article>
						)}
					</Show>
				</div>
			</Show>
		</Page>
	);
}

/** What was said in a session, for whoever cuts a film of it. */
function Lines(props: { readonly session: string }) {
	const app = useApp();
	const services = useServices();
	const [busy, setBusy] = createSignal('');
	const lines = () => services.agent.spokenIn(props.session);
	const subtitles = () =>
		app.tries(async () => {
			const said = await lines();
			if (said.length === 0) return 'Nothing was said in this session.';
			services.save(`lines-${props.session}.srt`, 'application/x-subrip', srt(timed(said)));
			return '';
		});
	const audio = () =>
		app.tries(async () => {
			setBusy('…');
			try {
				const made = await services.voice.file(await lines(), (done, of) => setBusy(`${done} of ${of}`));
				if (typeof made === 'string') return made;
				const files = { 'lines.wav': made.wav, 'lines.srt': new TextEncoder().encode(made.srt) };
				services.save(`lines-${props.session}.zip`, 'application/zip', await services.zip(files));
				return '';
			} finally {
				setBusy('');
			}
		});
	return (
		<>
			<button
				type="button"
				class="btn btn-quiet"
				title="The lines that were said, at their times in the session"
				onClick={() => void subtitles()}
			>
				<Captions size={14} aria-hidden="true" /> Subtitles
			</button>
			<button
				type="button"
				class="btn btn-quiet"
				disabled={busy() !== ''}
				title="The lines one after the other as a WAV file, with subtitles that fit it"
				onClick={() => void audio()}
			>
				<AudioLines size={14} aria-hidden="true" /> {busy() === '' ? 'Audio' : `Audio: ${busy()}`}
			</button>
		</>
	);
}

function Spans(props: { readonly text: string }) {
	return (
		<For each={readSpans(props.text)}>
			{(span) => (
				<Show when={span.strong || span.code} fallback={span.text}>
					<Show when={span.code} fallback={<strong class="font-semibold">{span.text}</strong>}>
						<code class="rounded bg-sunken px-1 font-mono text-[0.92em]">{span.text}</code>
					</Show>
				</Show>
			)}
		</For>
	);
}

function Markdown(props: { readonly text: string }) {
	const blocks = createMemo(() => readMarkdown(props.text));
	return (
		<div class="flex flex-col gap-3 p-4 md:p-5">
			<For each={blocks()}>
				{(block) => (
					<Switch>
						<Match when={block.type === 'heading' ? block : undefined}>
							{(b) => (
								<h4 class={b().level === 1 ? 'text-lg font-semibold tracking-tight' : 'mt-2 font-semibold'}>
									<Spans text={b().text} />
								</h4>
							)}
						</Match>
						<Match when={block.type === 'paragraph' ? block : undefined}>
							{(b) => (
								<p class="max-w-prose">
									<Spans text={b().text} />
								</p>
							)}
						</Match>
						<Match when={block.type === 'list' ? block : undefined}>
							{(b) => (
								<ul class="flex max-w-prose list-disc flex-col gap-1 pl-5">
									<For each={b().items}>
										{(item) => (
											<li>
												<Spans text={item} />
											</li>
										)}
									</For>
								</ul>
							)}
						</Match>
						<Match when={block.type === 'table' ? block : undefined}>
							{(b) => (
								<div class="overflow-x-auto rounded-lg border border-line" tabindex="0" role="group" aria-label="Table, scrollable">
									<table class="table num">
										<thead>
											<tr>
												<For each={b().head}>
													{(cell) => (
														<th scope="col">
															<Spans text={cell} />
														</th>
													)}
												</For>
											</tr>
										</thead>
										<tbody>
											<For each={b().rows}>
												{(row) => (
													<tr>
														<For each={row}>
															{(cell) => (
																<td>
																	<Spans text={cell} />
																</td>
															)}
														</For>
													</tr>
												)}
											</For>
										</tbody>
									</table>
								</div>
							)}
						</Match>
						<Match when={block.type === 'code' ? block : undefined}>
							{(b) => (
								<pre class="overflow-x-auto rounded-lg bg-sunken p-3 font-mono text-xs" tabindex="0">
									{b().text}
								</pre>
							)}
						</Match>
					</Switch>
				)}
			</For>
		</div>
	);
}
