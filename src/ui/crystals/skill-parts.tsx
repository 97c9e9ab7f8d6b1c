// What only skills have: what they are for, their steps as text, how sure retrieval was and whether it was right, a name, a file.
import { createSignal, For, Show } from 'solid-js';
import { Download, Pencil, Play } from '../primitives/icons.ts';
import { createId, Figure } from '../primitives/parts.tsx';
import { type CrystalView, type SkillDetail, useServices } from '../services.ts';
import { useApp } from '../state.tsx';
import { Part } from './part.tsx';

export function SkillParts(props: { readonly crystal: CrystalView; readonly skill: SkillDetail }) {
	const app = useApp();
	const services = useServices();
	const field = createId('skill-name');
	const reason = createId('skill-run');
	const [name, setName] = createSignal<string>();
	const right = () => props.skill.seen.filter(([, ok]) => ok).length;
	const promised = () => props.skill.seen.reduce((sum, [sure]) => sum + sure, 0) / Math.max(1, props.skill.seen.length);
	function rename(event: SubmitEvent): void {
		event.preventDefault();
		void app.tries(async () => {
			const why = await services.agent.renameCrystal(props.crystal.id, name() ?? props.crystal.name);
			if (why === '') setName(undefined);
			return why;
		});
	}
	return (
		<>
			<Part name="What it is for">
				<p class="text-[0.8125rem]">{props.skill.description}</p>
				<p class="mt-1 text-xs text-muted">
					Goal: {props.skill.goal.replace(/\.$/, '') || 'none named'}. Taught by {props.skill.taught}, version {props.skill.version}.
				</p>
				<form class="mt-3 flex flex-wrap items-end gap-2" onSubmit={rename}>
					<div class="min-w-0 flex-1 basis-52">
						<label for={field} class="mb-1 block text-2xs text-muted">
							{props.crystal.state === 'trial' ? 'Name it, and it is tried from now on' : 'Name'}
						</label>
						<input
							id={field}
							class="field"
							maxLength={64}
							value={name() ?? props.crystal.name}
							onInput={(e) => setName(e.currentTarget.value)}
						/>
					</div>
					<button
						type="submit"
						class="btn"
						disabled={props.crystal.state !== 'trial' && (name() ?? props.crystal.name) === props.crystal.name}
						aria-label={`Rename ${props.crystal.name}`}
					>
						<Pencil size={14} aria-hidden="true" /> {props.crystal.state === 'trial' ? 'Name it' : 'Rename'}
					</button>
					<button
						type="button"
						class="btn"
						aria-label={`Save ${props.crystal.name} as SKILL.md`}
						onClick={() => services.save('SKILL.md', 'text/markdown', props.skill.document)}
					>
						<Download size={14} aria-hidden="true" /> SKILL.md
					</button>
				</form>
			</Part>
			<Part name="Steps">
				<div class="mb-3 flex flex-wrap items-center gap-x-3 gap-y-1.5">
					<button
						type="button"
						class="btn"
						disabled={props.skill.cannotRun !== ''}
						aria-label={`Run ${props.crystal.name} now`}
						aria-describedby={reason}
						onClick={() => void app.tries(() => services.agent.runSkill(props.crystal.id))}
					>
						<Play size={14} aria-hidden="true" /> Run now
					</button>
					<p id={reason} class="min-w-0 flex-1 basis-52 text-xs text-muted">
						{props.skill.cannotRun === '' ? 'Once, each step checked as always.' : `Not now: ${props.skill.cannotRun}.`}
					</p>
				</div>
				<p class="mb-2 font-mono text-xs break-words text-muted">{props.skill.when}</p>
				<ol class="flex list-inside list-decimal flex-col gap-1 font-mono text-xs marker:text-faint">
					<For each={props.skill.steps}>{(step) => <li class="break-words">{step}</li>}</For>
				</ol>
				<Show when={props.skill.params.length > 0}>
					<dl class="mt-3 grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 text-xs">
						<For each={props.skill.params}>
							{(param) => (
								<>
									<dt class="font-mono">{`{${param.name}}`}</dt>
									<dd class="min-w-0 break-words text-muted">{param.value}</dd>
								</>
							)}
						</For>
					</dl>
				</Show>
			</Part>
			<Part name="How sure it was">
				<dl class="grid grid-cols-2 gap-3 sm:grid-cols-4">
					<Figure label="Looked at" value={String(props.skill.seen.length)} note={props.skill.seen.length === 1 ? 'time' : 'times'} />
					<Figure
						label="Said"
						value={props.skill.seen.length === 0 ? '–' : promised().toFixed(2)}
						title="How sure it was of being right, on average"
					/>
					<Figure
						label="Right"
						value={props.skill.seen.length === 0 ? '–' : (right() / props.skill.seen.length).toFixed(2)}
						title="How often it was right: the two should be alike"
					/>
					<Figure label="Needs" value={props.skill.needs.toFixed(2)} title="From here on it is followed" />
				</dl>
				<p class="mt-2 text-xs text-muted">
					{props.skill.encoder === ''
						? 'Found by its words alone: no model that compares sentences has seen it yet.'
						: `Found by its words and by ${props.skill.encoder}.`}
				</p>
			</Part>
		</>
	);
}
