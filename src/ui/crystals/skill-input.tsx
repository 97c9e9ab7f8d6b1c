// A SKILL.md from a file: read, checked and put beside what is known of the game that is played.
import { FileButton } from '../primitives/file-button.tsx';
import { Upload } from '../primitives/icons.ts';
import { useServices } from '../services.ts';
import { useApp } from '../state.tsx';

export function SkillInput() {
	const app = useApp();
	const { agent } = useServices();
	async function take(file: File): Promise<void> {
		const bytes = new Uint8Array(await file.arrayBuffer());
		await app.tries(() => agent.importSkill(bytes));
	}
	return (
		<FileButton accept=".md,text/markdown" onFiles={([file]) => void take(file)}>
			<Upload size={14} aria-hidden="true" />
			Import SKILL.md
		</FileButton>
	);
}
