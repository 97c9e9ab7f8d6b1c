// The page is kept by the service worker, the text reader's networks by the model store. A person is told one thing: whether play works
// without a network. So the one's state is not `kept` before the other's is.
import type { ModelsEvent, ModelView } from '../../../workers/models.protocol.ts';
import type { ShellState } from '../../core/page.ts';
import type { ShellRegistration } from './registration.ts';

export interface ReaderOptions {
	readonly subscribe: (listener: (event: ModelsEvent) => void) => () => void;
	/** @returns '' or a sentence */
	readonly download: (id: string) => Promise<string>;
}

export function withReader(shell: ShellRegistration, { subscribe, download }: ReaderOptions): ShellRegistration {
	let own: ShellState | undefined;
	let readers: readonly ModelView[] = [];
	const listeners = new Set<(state: ShellState) => void>();
	let told = '';
	function tell(): void {
		if (own === undefined) return;
		const state = both(own, readers);
		// The models' view comes several times a second while something is fetched.
		const text = JSON.stringify(state);
		if (text === told) return;
		told = text;
		for (const listener of listeners) listener(state);
	}
	shell.onChange((state) => {
		own = state;
		tell();
	});
	subscribe((event) => {
		if (event.type !== 'models') return;
		readers = event.view.models.filter(({ manifest }) => manifest.embedded);
		tell();
	});
	return {
		...shell,
		onChange(listener) {
			listeners.add(listener);
			if (own !== undefined) listener(both(own, readers));
			return () => void listeners.delete(listener);
		},
		async keepParts() {
			await shell.keepParts();
			for (const { manifest, state } of readers) if (state !== 'ready' && state !== 'checking') await download(manifest.id);
		},
	};
}

/** @param readers models that come with the page */
export function both(own: ShellState, readers: readonly Pick<ModelView, 'state' | 'why'>[]): ShellState {
	if (own.parts !== 'kept') return own;
	const lacking = readers.find(({ state }) => state !== 'ready' && state !== 'checking');
	if (lacking === undefined) return readers.length > 0 ? own : { ...own, parts: 'storing' };
	const { state, why } = lacking;
	if (state === 'failed' || state === 'elsewhere') return { ...own, parts: 'failed', why };
	return { ...own, parts: state === 'absent' ? 'no' : 'storing' };
}
