// A SKILL.md from a file: read, checked and put beside what is known of the game that is played.
import { SKILL_FILE_MAX_BYTES } from '../../core/crystals/skill/document.ts';
import { FileButton } from '../primitives/file-button.tsx';
import { Upload } from '../primitives/icons.ts';
import { useServices } from '../services.ts';
import { useApp } from '../state.tsx';

export function SkillInput() {
	const app = useApp();
	const { agent } = useServices();
	const take = (file: File): Promise<unknown> =>
		app.tries(async () => {
			if (file.size > SKILL_FILE_MAX_BYTES) return `${file.name} is too long: a SKILL.md has at most 1 MB.`;
			return await agent.importSkill(new Uint8Array(await file.arrayBuffer()));
		});
	return (
		<FileButton accept=".md,text/markdown" onFiles={([file]) => void take(file)}>
			<Upload size={14} aria-hidden="true" />
			Import SKILL.md
		</FileButton>
	);
}
