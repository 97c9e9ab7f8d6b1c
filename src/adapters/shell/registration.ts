// The page's one service worker: registered, kept up to date by prompt, and asked to keep the big parts.
//
// A new version is only ever taken over by a person's click, and never while any tab plays: who takes it over holds the lock of
// playing until the reload, so nobody can begin in between. Other tabs then reload too, since the files they run on are gone.
import { Workbox } from 'workbox-window';
import type { ShellMessage } from '../../../workers/service-worker.protocol.ts';
import type { ShellState } from '../../core/page.ts';
import { isolationStep, makeTriedMark } from './isolation.ts';

const SCRIPT = 'sw.js';
const LOOK_EVERY_MS = 60 * 60_000;
/** The server answers within this, or play begins without it. */
const ANSWER_MS = 3000;

export interface ShellRegistration {
	/** Told at once and with each change. */
	onChange(listener: (state: ShellState) => void): () => void;
	/** Loads the waiting version. @returns the sentence why not; when all is well the page is gone */
	update(): Promise<string>;
	/** Asks the server for a new version. @returns the sentence why it could not be asked, '' when it was */
	look(): Promise<string>;
	/** Keeps what play needs beyond the shell; does nothing when it is kept already. */
	keepParts(): Promise<void>;
	/**
	 * Whether this page's own server answers, found without a request of the page's own: at each opening the browser asks for the
	 * service worker's script anyway. True when there is no telling.
	 *
	 * @param late  called should it answer after it was given up
	 */
	serverAnswers(late: () => void): Promise<boolean>;
}

export interface RegistrationOptions {
	/** The page's folder, `document.baseURI`. */
	readonly base: string;
	/** Whether this page plays. */
	readonly playing: () => boolean;
	/** @returns what gives the lock of playing back, or undefined when another tab holds it */
	readonly lock: () => Promise<(() => void) | undefined>;
}

/** @param register  false where a service worker would be in the way: in development, and in unattended play */
export function makeRegistration({ base, playing, lock }: RegistrationOptions, register: boolean): ShellRegistration {
	const container = 'serviceWorker' in navigator && isSecureContext && register ? navigator.serviceWorker : undefined;
	const tried = makeTriedMark(() => sessionStorage);
	let state: ShellState = {
		offline: container === undefined ? 'none' : 'storing',
		why: '',
		parts: 'no',
		waiting: false,
		isolation: crossOriginIsolated ? 'done' : tried.read() || container === undefined ? 'refused' : 'later',
	};
	const listeners = new Set<(state: ShellState) => void>();
	function become(change: Partial<ShellState>): void {
		state = { ...state, ...change };
		for (const listener of listeners) listener(state);
	}
	const workbox = container === undefined ? undefined : new Workbox(new URL(SCRIPT, base).href, { scope: base, updateViaCache: 'none' });
	let registration: ServiceWorkerRegistration | undefined;
	let updating = false;

	/** What this page runs on has been replaced: it goes on with the new files, or, should it play after all, once that has ended. */
	function replaced(): void {
		if (updating || !playing()) location.reload();
	}
	function isolate(): void {
		const inUse = playing() || navigator.userActivation?.hasBeenActive === true;
		const step = isolationStep({ isolated: crossOriginIsolated, controlled: container?.controller != null, tried: tried.read(), inUse });
		if (step === 'reload' && tried.write()) location.reload();
		else become({ isolation: step === 'reload' ? 'refused' : step });
	}

	async function say(message: ShellMessage): Promise<unknown> {
		return (await workbox?.messageSW(message)) as unknown;
	}
	async function start(container: ServiceWorkerContainer, workbox: Workbox): Promise<void> {
		let controlled = container.controller !== null;
		container.addEventListener('controllerchange', () => {
			if (controlled) return replaced();
			controlled = true;
			isolate();
		});
		workbox.addEventListener('waiting', () => become({ waiting: true }));
		try {
			registration = await workbox.register();
			if (registration === undefined) return become({ offline: 'none' });
			if (controlled) isolate();
			await container.ready;
			become({ offline: 'ready' });
			if (await say({ type: 'PARTS_KEPT' })) become({ parts: 'kept' });
			setInterval(() => void registration?.update().catch(() => undefined), LOOK_EVERY_MS);
		} catch (error) {
			become({ offline: 'failed', why: error instanceof Error ? error.message : String(error) });
		}
	}
	const started = container !== undefined && workbox !== undefined ? start(container, workbox) : Promise.resolve();

	return {
		onChange(listener) {
			listeners.add(listener);
			listener(state);
			return () => void listeners.delete(listener);
		},
		async update() {
			if (!registration?.waiting) return 'There is no new version waiting.';
			const letGo = playing() ? undefined : await lock();
			if (letGo === undefined) return 'The new version waits until play has ended, here and in every other tab.';
			updating = true;
			workbox?.messageSkipWaiting();
			return await new Promise((resolve) =>
				setTimeout(() => {
					updating = false;
					letGo();
					resolve('The new version did not take over. Close every tab of Falsework and open it again.');
				}, 10_000),
			);
		},
		async look() {
			await started;
			if (registration === undefined) return 'This page has no service worker, so a reload always brings the newest version.';
			try {
				await registration.update();
				return '';
			} catch {
				return 'The server this page came from does not answer.';
			}
		},
		async keepParts() {
			await started;
			if (state.offline !== 'ready' || state.parts === 'storing' || state.parts === 'kept') return;
			become({ parts: 'storing' });
			const why = String(await say({ type: 'KEEP_PARTS' }));
			become(why === '' ? { parts: 'kept', why: '' } : { parts: 'failed', why });
		},
		async serverAnswers(late) {
			// A page that came from the server itself knows; one from the cache has to look.
			if (container?.controller == null) return true;
			const found = await container.getRegistration(base);
			if (found === undefined) return true;
			let givenUp = false;
			const answered = found.update().then(
				() => true,
				() => false,
			);
			void answered.then((yes) => yes && givenUp && late());
			const patience = new Promise<boolean>((resolve) =>
				setTimeout(() => {
					givenUp = true;
					resolve(false);
				}, ANSWER_MS),
			);
			return await Promise.race([answered, patience]);
		},
	};
}
