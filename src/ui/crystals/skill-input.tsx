// A SKILL.md from a file: read, checked and put beside what is known of the game that is played.
import { Upload } from '../primitives/icons.ts';
import { createId } from '../primitives/parts.tsx';
import { useServices } from '../services.ts';
import { useApp } from '../state.tsx';

export function SkillInput() {
	const app = useApp();
	const { agent } = useServices();
	const id = createId('skill-file');
	async function take(input: HTMLInputElement): Promise<void> {
		const file = input.files?.[0];
		if (!file) return;
		const bytes = new Uint8Array(await file.arrayBuffer());
		// So that the same file can be chosen once more.
		input.value = '';
		await app.tries(() => agent.importSkill(bytes));
	}
	return (
		<div>
			<input id={id} type="file" accept=".md,text/markdown" class="peer sr-only" onChange={(e) => void take(e.currentTarget)} />
			<label for={id} class="btn cursor-pointer peer-focus-visible:outline-2 peer-focus-visible:outline-accent">
				<Upload size={14} aria-hidden="true" />
				Import SKILL.md
			</label>
		</div>
	);
}
