// A game is data: its profile is chosen, opened or dropped here, and what is wrong with one is said field by field.
import { createSignal, For, Show } from 'solid-js';
import type { ProfileFault } from '../../core/profile.ts';
import { FileButton } from '../primitives/file-button.tsx';
import { CircleAlert, FileBraces } from '../primitives/icons.ts';
import { createId } from '../primitives/parts.tsx';
import { useServices } from '../services.ts';
import { useApp } from '../state.tsx';

/** A profile is a page of text; anything much longer is another file dropped by mistake. */
const MOST_BYTES = 512 * 1024;

export function ProfilePicker() {
	const app = useApp();
	const services = useServices();
	const [over, setOver] = createSignal(false);
	const [faults, setFaults] = createSignal<{ readonly file: string; readonly faults: readonly ProfileFault[] } | null>(null);
	const id = createId('profile');

	async function take(file: File | undefined): Promise<void> {
		setFaults(null);
		if (!file) return;
		// A pack or a project was dropped where a profile is taken: it is looked over where they are.
		if (/\.(zip|falsework)$/i.test(file.name)) {
			app.setView('storage');
			await app.offerPack(file);
			return;
		}
		if (file.size > MOST_BYTES) {
			setFaults({ file: file.name, faults: [{ path: '', message: 'is too big for a profile (512 kB at most)' }] });
			return;
		}
		const read = services.profiles.read(await file.text());
		if (read.ok) app.addProfile({ profile: read.profile, from: file.name });
		else setFaults({ file: file.name, faults: read.faults });
	}
	return (
		<div
			class={`mt-6 rounded-xl border border-dashed p-3.5 ${over() ? 'border-accent bg-hover' : 'border-line-strong'}`}
			onDragOver={(e) => {
				e.preventDefault();
				setOver(true);
			}}
			onDragLeave={() => setOver(false)}
			onDrop={(e) => {
				e.preventDefault();
				setOver(false);
				void take(e.dataTransfer?.files[0]);
			}}
		>
			<div class="flex flex-wrap items-end gap-3">
				<div class="min-w-0 flex-1 basis-56">
					<label class="label" for={id}>
						Game profile for the shared window
					</label>
					<select id={id} class="field" value={app.profileId()} onChange={(e) => app.setProfileId(e.currentTarget.value)}>
						<For each={app.shown.shelf} fallback={<option value="">No profile yet: open one</option>}>
							{(entry) => (
								<option value={entry.profile.id} selected={entry.profile.id === app.profileId()}>
									{entry.profile.name} ({entry.from})
								</option>
							)}
						</For>
					</select>
				</div>
				<FileButton accept=".json,application/json" onFiles={([file]) => void take(file)}>
					<FileBraces size={15} aria-hidden="true" />
					Open a profile
				</FileButton>
			</div>
			<Show
				when={app.profile()}
				fallback={
					<p class="mt-2 text-xs text-faint">Drop a profile’s JSON file here, or open one. It tells the game’s keys, facts and goal.</p>
				}
			>
				{(profile) => (
					<p class="mt-2 text-xs text-faint">
						Looks for a window titled “{profile().window.title}”. {profile().actions.length} actions, {profile().facts.length} facts.
						Another profile can be dropped here.
					</p>
				)}
			</Show>
			<Show when={app.profile()?.note}>
				{(note) => (
					<p class="mt-2 text-xs font-medium text-muted" data-profile-note>
						{note()}
					</p>
				)}
			</Show>
			<Show when={app.profile()?.botsAllowed === false}>
				<p class="mt-2 text-xs font-medium text-danger">This game does not allow bots, so the companion will refuse to send input.</p>
			</Show>
			<Show when={faults()}>
				{(wrong) => (
					<div role="alert" class="mt-3 rounded-lg bg-sunken p-3" data-profile-faults>
						<p class="flex items-center gap-2 text-[0.8125rem] font-semibold text-danger">
							<CircleAlert size={15} aria-hidden="true" />
							{wrong().file} is not a profile yet
						</p>
						<ul class="mt-2 flex flex-col gap-1 text-xs">
							<For each={wrong().faults.slice(0, 12)}>
								{(fault) => (
									<li>
										<code class="font-mono font-semibold">{fault.path || 'the file'}</code>
										<Show when={fault.line}>
											<span class="text-faint"> line {fault.line}</span>
										</Show>
										: {fault.message}
									</li>
								)}
							</For>
						</ul>
					</div>
				)}
			</Show>
		</div>
	);
}
