// A pack comes from somebody else, and so does a MaaFramework project: what is in it is shown first, and only then may it come in.
import { createSignal, For, type JSX, Show } from 'solid-js';
import { formatBytes, formatDay, plural } from '../primitives/format.ts';
import { FileButton } from '../primitives/file-button.tsx';
import { FolderOpen, Upload } from '../primitives/icons.ts';
import { createId, Figure } from '../primitives/parts.tsx';
import { useServices } from '../services.ts';
import { type OfferedPack, useApp } from '../state.tsx';
import { ProjectReport } from './project-report.tsx';

/** Lets the person choose a file, which is then looked over. */
export function PackInput() {
	const app = useApp();
	return (
		<>
			<FileButton accept=".falsework,application/zip" onFiles={([file]) => void app.offerPack(file)}>
				<Upload size={15} aria-hidden="true" />
				Import pack
			</FileButton>
			<FileButton
				choose="folder"
				title="The folder of a MaaFramework project. A zip of one goes by “Import pack”."
				onFiles={(files) => void app.offerFolder(files)}
			>
				<FolderOpen size={15} aria-hidden="true" />
				Import project folder
			</FileButton>
		</>
	);
}

/** What is in a pack, with `Import` under it. */
export function PackOffer(props: OfferedPack & { readonly onClose: () => void }) {
	const app = useApp();
	const services = useServices();
	const heading = createId('pack-offer');
	const [busy, setBusy] = createSignal(false);
	const [imported, setImported] = createSignal('');
	const about = () => props.review.about;
	const fresh = () => props.review.byKind.reduce((sum, { count }) => sum + count, 0);
	async function bringIn(): Promise<void> {
		setBusy(true);
		const done = await app.tries(() => services.agent.importPack(props.bytes));
		setBusy(false);
		const profile = props.review.project?.profile;
		if (done && profile !== undefined) {
			services.profiles.keep(profile);
			app.addProfile({ profile, from: 'imported' });
		}
		if (done) setImported(`Imported ${plural(fresh(), 'crystal')} of ${about().name}, in shadow.`);
	}
	const row = (title: string, value: JSX.Element) => (
		<div>
			<dt class="label">{title}</dt>
			<dd class="text-[0.8125rem] break-words">{value}</dd>
		</div>
	);
	return (
		<section aria-labelledby={heading} class="panel flex flex-col gap-4 p-4" data-pack={imported() === '' ? 'offered' : 'imported'}>
			<h3 id={heading} class="font-semibold break-words">
				{props.review.project === undefined ? 'Pack' : 'MaaFramework project'} {props.name}
			</h3>
			<dl class="grid grid-cols-2 gap-4 md:grid-cols-4">
				<Figure label="New crystals" value={String(fresh())} />
				<Figure label="Here already" value={String(props.review.known)} />
				<Figure label="Refused" value={String(props.review.refused.length)} />
				<Figure label="Size" value={formatBytes(props.bytes.byteLength)} />
			</dl>
			<dl class="grid gap-3 sm:grid-cols-2">
				{row('Game', `${about().name} (${about().game}), version ${about().gameVersion}, language ${about().language}`)}
				{row('Made', formatDay(about().madeAt))}
				{row('Crystals', props.review.byKind.map(({ kind, count }) => plural(count, kind)).join(', ') || 'none that are new')}
				{row('Whose pictures', `${about().art.holder}; licence: ${about().art.licence}; ${about().art.source}`)}
			</dl>
			<Show when={props.review.project}>
				{(project) => <ProjectReport name={about().name} project={project()} refused={props.review.refused} />}
			</Show>
			<Show when={props.review.refused.length > 0}>
				<details class="text-[0.8125rem]">
					<summary class="cursor-pointer font-medium">{plural(props.review.refused.length, 'part')} refused</summary>
					<ul class="mt-2 flex max-h-60 flex-col gap-1 overflow-auto">
						<For each={props.review.refused}>
							{(part) => (
								<li class="break-words">
									<code>{part.path}</code> <span class="text-muted">{part.why}</span>
								</li>
							)}
						</For>
					</ul>
				</details>
			</Show>
			<Show
				when={imported()}
				fallback={
					<p class="text-[0.8125rem] text-muted">
						Everything starts in shadow: it answers silently until four checks of its own here were right. What is here already stays as it
						is.
						<Show when={props.review.project}>
							{' '}
							A profile for the game comes with it: see that its window title is right before you play.
						</Show>
					</p>
				}
			>
				<p role="status" class="text-[0.8125rem]">
					{imported()}
				</p>
			</Show>
			<div class="flex justify-end gap-2">
				<button type="button" class="btn" onClick={() => props.onClose()}>
					{imported() === '' ? 'Leave it' : 'Close'}
				</button>
				<Show when={imported() === ''}>
					<button type="button" class="btn btn-primary" disabled={busy() || fresh() === 0} onClick={() => void bringIn()}>
						Import
					</button>
				</Show>
			</div>
		</section>
	);
}
