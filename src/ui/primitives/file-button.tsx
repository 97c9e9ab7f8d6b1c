import type { JSX } from 'solid-js';
import { createId } from './parts.tsx';

/** A button that lets the person choose a file, several, or a folder; the keyboard reaches it too. */
export function FileButton(props: {
	/** As the picker is told: endings and types. */
	readonly accept?: string;
	readonly choose?: 'file' | 'files' | 'folder';
	readonly disabled?: boolean;
	readonly title?: string;
	/** One at least. */
	readonly onFiles: (files: readonly [File, ...File[]]) => void;
	/** What stands on it. */
	readonly children: JSX.Element;
}) {
	const id = createId('file');
	function take(input: HTMLInputElement): void {
		const [first, ...others] = input.files ?? [];
		// So that the same file can be chosen once more.
		input.value = '';
		if (first !== undefined) props.onFiles([first, ...others]);
	}
	return (
		// A box of its own without a place: the ring of one button is not that of the next.
		<span class="contents">
			<input
				id={id}
				ref={(input) => input.toggleAttribute('webkitdirectory', props.choose === 'folder')}
				type="file"
				accept={props.accept}
				multiple={props.choose === 'files' || props.choose === 'folder'}
				class="peer sr-only"
				disabled={props.disabled}
				onChange={(e) => take(e.currentTarget)}
			/>
			<label for={id} title={props.title} class="btn cursor-pointer peer-focus-visible:outline-2 peer-focus-visible:outline-accent">
				{props.children}
			</label>
		</span>
	);
}
