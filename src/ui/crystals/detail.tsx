// Everything about one crystal: how it looks and where, how it did, why it is in its state, and what a person can change.
import { createEffect, createResource, createSignal, For, on, Show } from 'solid-js';
import { BROUGHT } from '../../core/crystals/crystal.ts';
import { formatDay, formatTime, formatUsd, plural } from '../primitives/format.ts';
import { ArrowLeft, Check, Lock, Pencil, Scan, X } from '../primitives/icons.ts';
import { Figure, Png } from '../primitives/parts.tsx';
import {
	type CrystalDetail,
	type CrystalView,
	type ReadingView,
	type RegionDetail,
	type StoredFrameView,
	type TemplateDetail,
	useServices,
} from '../services.ts';
import { useApp } from '../state.tsx';
import { CorrectBox } from './correct-box.tsx';
import { PersonParts, QuestParts } from './folk-parts.tsx';
import { Part } from './part.tsx';
import { PhraseParts } from './phrase-parts.tsx';
import { CrystalPicture, FramePart, LayoutMap, Look } from './pictures.tsx';
import { RuleParts } from './rule-parts.tsx';
import { ScoresChart } from './scores-chart.tsx';
import { aboutState, STATES } from './shelf.ts';
import { SkillParts } from './skill-parts.tsx';
import { ThresholdTuner } from './threshold.tsx';

export function Detail(props: { readonly crystal: CrystalView; readonly onClose: () => void }) {
	const app = useApp();
	const { agent } = useServices();
	const c = () => props.crystal;
	const [frames, { refetch: newFrames }] = createResource(
		() => c().id,
		() => agent.storedFrames(),
	);
	/** A rule and a skill are held against what is known now: each second of play. */
	const moment = () => (c().kind === 'rule' || c().kind === 'skill' ? Math.floor(app.shown.live.playedMs / 1000) : 0);
	// Told anew when what is shown changed; the rest of the time the panel rests.
	const [detail, { refetch }] = createResource(
		() =>
			[c().id, c().name, c().state, c().picture, c().text, c().pinned, Math.round(c().k), Math.round(c().w), app.phase(), moment()].join(
				'|',
			),
		() => agent.crystalDetail(c().id),
	);
	const known = (): CrystalDetail | undefined => (detail.latest?.id === c().id ? detail.latest : undefined);
	const [correcting, setCorrecting] = createSignal(false);
	const [editing, setEditing] = createSignal(false);
	createEffect(on([() => c().id, () => c().state === 'retired'], () => setEditing(false)));
	/** A rule is switched off, and can be switched on again, like all the others. */
	const off = () => (['rule', 'quest', 'person'].includes(c().kind) ? 'Disable' : 'Retire');
	const box = () => known()?.template?.places[0] ?? known()?.region?.box;
	async function correct(): Promise<void> {
		await newFrames();
		setCorrecting(true);
	}
	let head!: HTMLHeadingElement;
	createEffect(
		on(
			() => c().id,
			() => head.focus({ preventScroll: true }),
		),
	);
	return (
		<section aria-label={`Crystal ${c().name}`} class="panel min-w-0 overflow-hidden" data-detail={c().id}>
			<header class="flex flex-wrap items-start gap-3 border-b border-line p-3.5">
				<button type="button" class="btn btn-quiet btn-icon lg:hidden" aria-label="All crystals" onClick={() => props.onClose()}>
					<ArrowLeft size={16} aria-hidden="true" />
				</button>
				<CrystalPicture crystal={c()} class="size-14" />
				<div class="min-w-0 flex-1 basis-52">
					<div class="flex flex-wrap items-center gap-2">
						<h3 ref={head} tabindex="-1" class="min-w-0 truncate text-base font-semibold tracking-tight outline-none">
							{c().name}
						</h3>
						<span class={`chip ${STATES[c().state].tone}`} title={aboutState(c())}>
							{c().state}
						</span>
						<span class="text-2xs text-faint">{c().kind}</span>
					</div>
					<p class="mt-0.5 text-xs text-muted">
						{aboutState(c())}
						<Show when={known()?.missing}>{(missing) => <>; still missing: {missing()}</>}</Show>
					</p>
				</div>
				<button type="button" class="btn btn-quiet btn-icon max-lg:hidden" aria-label="Close details" onClick={() => props.onClose()}>
					<X size={16} aria-hidden="true" />
				</button>
				<div class="flex w-full flex-wrap gap-2">
					<button
						type="button"
						class="btn"
						disabled={c().state === 'autonomous' || c().state === 'retired'}
						aria-label={`Approve ${c().name}`}
						onClick={() => void app.tries(() => agent.approveCrystal(c().id))}
					>
						<Check size={14} aria-hidden="true" /> Approve
					</button>
					<Show when={box()}>
						<button
							type="button"
							class="btn"
							disabled={c().state === 'retired'}
							aria-label={`Correct the box of ${c().name}`}
							onClick={() => void correct()}
						>
							<Scan size={14} aria-hidden="true" /> Correct the box
						</button>
					</Show>
					<Show when={known()?.rule ?? known()?.phrase ?? c().quest}>
						<button
							type="button"
							class="btn"
							disabled={c().state === 'retired' || editing()}
							aria-label={`Edit ${c().name}`}
							onClick={() => setEditing(true)}
						>
							<Pencil size={14} aria-hidden="true" /> Edit
						</button>
					</Show>
					<button
						type="button"
						class="btn"
						aria-pressed={c().pinned}
						aria-label={`Pin ${c().name}`}
						title="Only a person retires what is pinned, and you are told when it is set aside"
						onClick={() => void app.tries(() => agent.pinCrystal(c().id, !c().pinned))}
					>
						<Lock size={14} aria-hidden="true" /> {c().pinned ? 'Pinned' : 'Pin'}
					</button>
					<Show
						when={c().state === 'retired'}
						fallback={
							<button
								type="button"
								class="btn"
								aria-label={`${off()} ${c().name}`}
								onClick={() => void app.tries(() => agent.retireCrystal(c().id))}
							>
								{off()}
							</button>
						}
					>
						<button
							type="button"
							class="btn"
							aria-label={`Put ${c().name} back in service`}
							onClick={() => void app.tries(() => agent.reviveCrystal(c().id))}
						>
							Put back in service
						</button>
					</Show>
					<Show when={c().kind === 'rule'}>
						<p class="w-full text-2xs text-faint">
							Your approval counts as the clean labels it still lacks, from as many episodes. It skips nothing else: a rule that was wrong
							goes back to shadow first, the harm budget still holds, and an act that cannot be undone still needs its 254 clean labels.
						</p>
					</Show>
				</div>
			</header>
			<div class="flex flex-col divide-y divide-line">
				<Part name="How it did">
					<dl class="grid grid-cols-3 gap-3 sm:grid-cols-6">
						<Figure label="Confidence" value={c().score.toFixed(2)} />
						<Figure label="Floor" value={c().floor.toFixed(2)} title="What it surely reaches, nine times of ten" />
						<Figure label="Good" value={c().k.toFixed(1)} />
						<Figure label="Harmful" value={c().w.toFixed(1)} />
						<Figure label="Used" value={String(c().used)} note={c().used === 1 ? 'time' : 'times'} />
						<Figure
							label="Alarm"
							value={(known()?.alarm ?? 0).toFixed(1)}
							title="Low at rest; it rises with each re-check that goes wrong"
						/>
					</dl>
					<Show when={known()?.rank}>{(rank) => <p class="num mt-2 text-2xs text-muted">Rank: {rank()}</p>}</Show>
				</Part>
				<Show when={known()?.template}>
					{(template) => (
						<TemplateParts
							crystal={c()}
							template={template()}
							detail={known() as CrystalDetail}
							frames={frames.latest ?? []}
							onRefresh={() => void newFrames()}
							onChanged={() => void refetch()}
						/>
					)}
				</Show>
				<Show when={known()?.region}>
					{(region) => <RegionParts crystal={c()} region={region()} detail={known() as CrystalDetail} frames={frames.latest ?? []} />}
				</Show>
				<Show when={known()?.phrase}>
					{(phrase) => <PhraseParts crystal={c()} phrase={phrase()} editing={editing()} onEditing={setEditing} />}
				</Show>
				<Show when={known()?.skill}>{(skill) => <SkillParts crystal={c()} skill={skill()} />}</Show>
				<Show
					when={known()?.rule}
					fallback={
						<Show when={c().quest === undefined && c().person === undefined}>
							<Part name="What it holds">
								<pre class="font-mono text-xs leading-relaxed whitespace-pre-wrap">{c().text}</pre>
							</Part>
						</Show>
					}
				>
					{(rule) => <RuleParts crystal={c()} rule={rule()} editing={editing()} onEditing={setEditing} />}
				</Show>
				<Show when={c().quest}>{(quest) => <QuestParts crystal={c()} quest={quest()} editing={editing()} onEditing={setEditing} />}</Show>
				<Show when={c().person}>{(person) => <PersonParts crystal={c()} person={person()} now={Date.now()} />}</Show>
				<Part name={`Why it is ${c().state}`}>
					<Show when={known()?.template?.refusedWhy}>{(why) => <p class="mb-2 text-xs text-warn">Set aside: {why()}</p>}</Show>
					<ol class="flex flex-col gap-1 text-xs" aria-label="History">
						<For each={known()?.history.toReversed()} fallback={<li class="text-muted">No change of state yet: {c().why}.</li>}>
							{(change) => (
								<li class="grid grid-cols-[4.5rem_1fr] gap-2">
									<span class="num text-faint">{formatTime(change.at)}</span>
									<span>
										<Show when={change.from !== change.to} fallback={<span class="text-muted">{change.to}</span>}>
											<span class="text-muted">{change.from} →</span> {change.to}
										</Show>
										: {change.why}
									</span>
								</li>
							)}
						</For>
					</ol>
				</Part>
				<Part name="Where it comes from">
					<p class="text-xs">
						<Show when={c().madeBy.tier !== BROUGHT} fallback={`${c().madeBy.model}: imported, no model was asked`}>
							{c().madeBy.model || c().madeBy.tier}, {known()?.cost.ask ?? ''} entry {c().madeBy.entry} of the ledger,{' '}
							<span class="num">{formatUsd(c().madeBy.usd)}</span>
							<Show when={(known()?.cost.promptTokens ?? 0) > 0}>
								{' '}
								<span class="num text-muted">
									for {plural(known()?.cost.promptTokens ?? 0, 'token')} in and {known()?.cost.completionTokens} out
								</span>
							</Show>
						</Show>
					</p>
					<p class="num text-2xs text-faint">{formatDay(c().madeBy.at)}</p>
				</Part>
			</div>
			<Show when={correcting() ? box() : undefined}>
				{(from) => (
					<CorrectBox
						open
						id={c().id}
						name={c().name}
						box={from()}
						frames={(frames.latest ?? []).filter((f) => f.width === known()?.frame.width && f.height === known()?.frame.height)}
						onClose={() => setCorrecting(false)}
					/>
				)}
			</Show>
		</section>
	);
}

function TemplateParts(props: {
	readonly crystal: CrystalView;
	readonly template: TemplateDetail;
	readonly detail: CrystalDetail;
	readonly frames: readonly StoredFrameView[];
	readonly onRefresh: () => void;
	readonly onChanged: () => void;
}) {
	const t = () => props.template;
	const name = () => props.crystal.name;
	return (
		<>
			<div class="grid md:grid-cols-2 md:divide-x md:divide-line">
				<Part name={t().looks.length === 1 ? 'Its look' : `Its ${t().looks.length} looks`}>
					<div class="flex flex-wrap gap-3">
						<For each={t().looks}>{(look) => <Look look={look} name={name()} />}</For>
					</div>
				</Part>
				<Part name="Where it stands">
					<LayoutMap
						frame={props.detail.frame}
						boxes={t().places}
						{...(frameOf(props.frames, props.detail) === undefined ? {} : { picture: frameOf(props.frames, props.detail) as string })}
						label={`${plural(t().places.length, 'place')} of ${name()} in a frame of ${props.detail.frame.width} by ${props.detail.frame.height}`}
					/>
					<p class="num mt-1.5 text-2xs text-muted">
						{t().fixed ? 'Looked for at its places only' : 'Moves: searched for in the play area'} ·{' '}
						{t()
							.places.map((p) => `[${p.join(', ')}]`)
							.join(' ')}
					</p>
					<Screens screens={t().screens} />
				</Part>
			</div>
			<Part name="Threshold, tried on stored frames">
				<ThresholdTuner
					id={props.crystal.id}
					name={name()}
					threshold={t().threshold}
					byHand={t().thresholdByHand}
					retired={props.crystal.state === 'retired'}
					frames={props.frames}
					onRefresh={props.onRefresh}
					onKept={props.onChanged}
				/>
			</Part>
			<div class="grid md:grid-cols-2 md:divide-x md:divide-line">
				<Part name="Scores over time">
					<Show
						when={t().scores.length > 1}
						fallback={<p class="text-xs text-muted">No scores are kept yet. They come as it is looked for in play.</p>}
					>
						<ScoresChart scores={t().scores} threshold={t().threshold} />
					</Show>
				</Part>
				<Part name="Look-alikes">
					<Show
						when={t().lookalike}
						fallback={<p class="text-xs text-muted">Nothing on the frame that it was learnt from looks like it.</p>}
					>
						{(like) => (
							<div class="flex items-start gap-3">
								<div class="grid size-20 shrink-0 place-items-center overflow-hidden rounded-lg border border-line bg-stage">
									<Show when={like().png} fallback={<span class="px-2 text-center text-2xs text-white/70">no frame shows it now</span>}>
										{(png) => (
											<Png png={png()} label={`What looks like ${name()}`} class="max-h-full max-w-full [image-rendering:pixelated]" />
										)}
									</Show>
								</div>
								<p class="num text-xs text-muted">
									Scores <b class="font-semibold text-text">{like().score.toFixed(2)}</b> at [{like().box.join(', ')}]
									<br />
									{distance(t().threshold - like().score)}
								</p>
							</div>
						)}
					</Show>
					<p class="num mt-2 text-2xs text-muted">
						{t().positives.frames === 0
							? ''
							: `${plural(t().positives.frames, 'frame')} with it; the worst score there was ${t().positives.worst.toFixed(2)}. `}
						{t().negatives.frames === 0
							? 'No frame without it has been seen yet.'
							: `${plural(t().negatives.frames, 'frame')} without it; ${t().negatives.best > 0 ? `the best score there was ${t().negatives.best.toFixed(2)}` : 'nothing there came near it'}.`}
					</p>
				</Part>
			</div>
		</>
	);
}

function distance(by: number): string {
	return by >= 0 ? `${by.toFixed(2)} below the threshold` : `${(-by).toFixed(2)} above the threshold: its place tells them apart`;
}

function frameOf(frames: readonly StoredFrameView[], detail: CrystalDetail): string | undefined {
	return frames.find((f) => f.width === detail.frame.width && f.height === detail.frame.height)?.id;
}

function Screens(props: { readonly screens: TemplateDetail['screens'] }) {
	return (
		<ul class="mt-2 flex flex-wrap gap-1.5" aria-label="Screens">
			<For each={props.screens.filter((s) => s.seen > 0)}>
				{(screen) => (
					<li class="chip" title={`A model named it in ${screen.seen} of ${screen.of} answers about this screen`}>
						{screen.name}
						<span class="num text-faint">
							{screen.seen}/{screen.of}
						</span>
					</li>
				)}
			</For>
		</ul>
	);
}

function RegionParts(props: {
	readonly crystal: CrystalView;
	readonly region: RegionDetail;
	readonly detail: CrystalDetail;
	readonly frames: readonly StoredFrameView[];
}) {
	const { agent } = useServices();
	const r = () => props.region;
	const [readings] = createResource(
		() => (props.frames.length === 0 ? undefined : `${props.crystal.id} ${props.frames[0]?.id}`),
		async (): Promise<readonly ReadingView[]> => agent.tryReader(props.crystal.id),
	);
	return (
		<>
			<div class="grid md:grid-cols-2 md:divide-x md:divide-line">
				<Part name="What it reads">
					<Show when={r().png}>
						{(png) => (
							<div class="mb-2 grid w-fit place-items-center rounded-lg border border-line bg-stage p-2">
								<Png png={png()} label={`Where ${r().fact} is read`} class="max-h-24 min-h-8 max-w-full [image-rendering:pixelated]" />
							</div>
						)}
					</Show>
					<dl class="grid grid-cols-[7rem_1fr] gap-x-2 gap-y-1 text-xs">
						<dt class="text-faint">Fact</dt>
						<dd class="font-mono">{r().fact}</dd>
						<dt class="text-faint">Reader</dt>
						<dd>{r().reader}</dd>
						<For each={r().ways}>
							{(way) => (
								<>
									<dt class="text-faint">{way.name}</dt>
									<dd class="min-w-0 font-mono break-words">{way.value}</dd>
								</>
							)}
						</For>
					</dl>
					<Show when={r().glyphs.length > 0}>
						<ul class="mt-2 flex flex-wrap gap-1.5" aria-label="Glyphs">
							<For each={r().glyphs}>
								{(glyph) => (
									<li class="grid min-w-8 place-items-center rounded border border-line bg-sunken p-1">
										<Png png={glyph.png} label={`Glyph of ${glyph.text}`} class="h-6 [image-rendering:pixelated]" />
										<span class="font-mono text-2xs text-muted">{glyph.text}</span>
									</li>
								)}
							</For>
						</ul>
					</Show>
				</Part>
				<Part name="Where it stands">
					<Show when={r().box} fallback={<p class="text-xs text-muted">Wherever its element is found.</p>}>
						{(at) => (
							<>
								<LayoutMap
									frame={props.detail.frame}
									boxes={[at()]}
									{...(frameOf(props.frames, props.detail) === undefined ? {} : { picture: frameOf(props.frames, props.detail) as string })}
									label={`Place of ${r().fact} in a frame of ${props.detail.frame.width} by ${props.detail.frame.height}`}
								/>
								<p class="num mt-1.5 text-2xs text-muted">[{at().join(', ')}]</p>
							</>
						)}
					</Show>
					<Screens screens={r().screens} />
				</Part>
			</div>
			<Part name="Readings on stored frames">
				<ul class="flex flex-col gap-1 text-xs">
					<For
						each={readings.latest}
						fallback={<li class="text-muted">{readings.loading ? 'Reading…' : 'No stored frame of its size.'}</li>}
					>
						{(reading) => (
							<li class="flex items-center gap-3">
								<span class="num w-16 shrink-0 text-faint">{formatTime(reading.at)}</span>
								<Show when={r().box}>
									{(at) => (
										<span class="grid h-8 w-28 shrink-0 place-items-center overflow-hidden rounded bg-stage">
											<FramePart
												frame={reading.frame}
												part={at()}
												label={`${r().fact} at ${formatTime(reading.at)}`}
												class="max-h-8 max-w-full"
											/>
										</span>
									)}
								</Show>
								<Show when={reading.why === ''} fallback={<span class="text-warn">{reading.why}</span>}>
									<span class="font-mono font-semibold">{reading.value}</span>
								</Show>
							</li>
						)}
					</For>
				</ul>
			</Part>
		</>
	);
}
