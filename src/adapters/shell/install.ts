// Installing the page as an app. The browser's own offer is held back until the person has something to keep.

const DISMISSED = 'falsework-install-dismissed';

/** TypeScript's DOM library does not know it. */
interface InstallPrompt extends Event {
	prompt(): Promise<{ readonly outcome: 'accepted' | 'dismissed' }>;
}

/** `by-menu`: this browser installs by its own menu, or not at all. */
export type InstallState = 'installed' | 'possible' | 'dismissed' | 'by-menu';

export interface Installer {
	/** Told at once and with each change. */
	onChange(listener: (state: InstallState) => void): () => void;
	/** Opens the browser's dialog; must be called from a click. */
	install(): Promise<void>;
	/** The person does not want to be asked again; `install` still works. */
	dismiss(): void;
}

/** Make it before anything else: the browser offers once, early. */
export function makeInstaller(
	target: Pick<Window, 'addEventListener' | 'matchMedia'>,
	storage: () => Pick<Storage, 'getItem' | 'setItem'>,
): Installer {
	let prompt: InstallPrompt | undefined;
	let installed = target.matchMedia('(display-mode: standalone)').matches;
	let dismissed = readDismissed();
	const listeners = new Set<(state: InstallState) => void>();
	const state = (): InstallState => (installed ? 'installed' : prompt === undefined ? 'by-menu' : dismissed ? 'dismissed' : 'possible');
	const tell = () => {
		for (const listener of listeners) listener(state());
	};
	function readDismissed(): boolean {
		try {
			return storage().getItem(DISMISSED) !== null;
		} catch {
			return false;
		}
	}
	function dismiss(): void {
		dismissed = true;
		try {
			storage().setItem(DISMISSED, '1');
		} catch {
			// Refused storage costs only that it is offered again after a reload.
		}
		tell();
	}
	target.addEventListener('beforeinstallprompt', (event) => {
		event.preventDefault();
		prompt = event as InstallPrompt;
		tell();
	});
	target.addEventListener('appinstalled', () => {
		installed = true;
		prompt = undefined;
		tell();
	});
	return {
		onChange(listener) {
			listeners.add(listener);
			listener(state());
			return () => void listeners.delete(listener);
		},
		async install() {
			const asked = prompt;
			// A prompt works once; the browser gives another when it is willing.
			prompt = undefined;
			const answer = await asked?.prompt();
			if (answer?.outcome === 'dismissed') dismiss();
			else tell();
		},
		dismiss,
	};
}
