// The page as an app: whether it opens without a network, in which version, and how it is installed.
import { createSignal, Show } from 'solid-js';
import { Download, RotateCcw } from '../primitives/icons.ts';
import { useServices } from '../services.ts';
import { useApp } from '../state.tsx';
import { Card, Row } from './card.tsx';

export function AppCard() {
	const app = useApp();
	const services = useServices();
	const [looked, setLooked] = createSignal('');
	const [busy, setBusy] = createSignal(false);
	async function look(): Promise<void> {
		setBusy(true);
		const why = await services.shell.look();
		setLooked(why === '' ? 'This is the newest version.' : why);
		setBusy(false);
	}
	const offline = () => {
		const { offline, parts, why } = app.shell();
		switch (offline) {
			case 'none':
				return 'No: this address or browser keeps no pages.';
			case 'storing':
				return 'Being stored…';
			case 'failed':
				return `No: ${why}`;
			case 'ready':
				if (parts === 'kept') return 'Yes, with the practice game and its text reader.';
				if (parts === 'storing') return 'Yes; the text reader is being stored…';
				return parts === 'failed' ? `Yes, but without reading text. ${why}` : 'Yes. The text reader is stored once play has used it.';
		}
	};
	const version = () => {
		if (!app.shell().waiting) return looked() || 'A new one is loaded only when you say so.';
		return app.active() ? 'A new one is here. It waits until play has ended.' : 'A new one is here.';
	};
	const threads = {
		done: 'Yes.',
		later: 'From the next opening on.',
		refused: 'No. Text is read with one thread, which is slower.',
	} as const;
	const installed = {
		installed: 'Yes.',
		possible: 'Not yet.',
		dismissed: 'Not yet.',
		'by-menu': 'By the browser’s own menu, where it has one: “Install” or “Add to Home Screen”.',
	} as const;
	return (
		<Card title="App">
			<Row title="Opens without a network" about={offline()}>
				<></>
			</Row>
			<Row title="Version" about={version()}>
				<Show
					when={app.shell().waiting}
					fallback={
						<button type="button" class="btn" disabled={busy()} onClick={() => void look()}>
							Look for a new version
						</button>
					}
				>
					<button type="button" class="btn" disabled={app.active() || app.starting()} onClick={() => void app.update()}>
						<RotateCcw size={15} aria-hidden="true" />
						Load the new version
					</button>
				</Show>
			</Row>
			<Row title="Uses several threads" about={threads[app.shell().isolation]}>
				<></>
			</Row>
			<Row title="Installed as an app" about={installed[app.install()]}>
				<Show when={app.install() === 'possible' || app.install() === 'dismissed'}>
					<button type="button" class="btn" onClick={() => void services.installer.install()}>
						<Download size={15} aria-hidden="true" />
						Install
					</button>
				</Show>
			</Row>
		</Card>
	);
}
