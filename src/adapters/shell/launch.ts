// What the page was opened for: a shortcut of the installed app, a pack opened from the desktop, a pack from the share sheet. The
// system may say so at the start or, since a running app is brought to the front and not reloaded, at any time later.
//
// An address can be made by anybody. Nothing here does more than show something, but for `stop`, which is always safe.
import { LAUNCH_QUERY, SHARED_CACHE, SHARED_NAME, SHARED_PACK } from '../../../workers/service-worker.protocol.ts';

export type Launch =
	| { readonly do: 'share' | 'scorecard' | 'stop' }
	/** A pack to be looked over. */
	| { readonly do: 'review'; readonly file: File }
	/** What was handed over cannot be used; `why` is a sentence. */
	| { readonly do: 'refuse'; readonly why: string };

export interface Launches {
	/** Hears what the page was opened for, at once for what came before. */
	onLaunch(listener: (launch: Launch) => void): void;
}

// TypeScript's DOM library does not know the launch queue; only what is used here is described.
interface LaunchParams {
	readonly targetURL?: string;
	readonly files?: readonly { getFile(): Promise<File> }[];
}
export interface LaunchQueue {
	setConsumer(consumer: (params: LaunchParams) => void): void;
}

export interface LaunchOptions {
	/** The page's folder. */
	readonly base: string;
	/** The address the page was opened at. */
	readonly href: string;
	readonly queue?: LaunchQueue | undefined;
	/** Where a shared pack waits; undefined where the browser has no caches. */
	readonly caches?: Pick<CacheStorage, 'open'> | undefined;
	/** To every other tab: `stop` means all of them. */
	readonly channel?: Pick<BroadcastChannel, 'postMessage' | 'onmessage'> | undefined;
}

/** The word of `?do=`, or undefined when there is none that is known. */
export function wordOf(href: string): 'share' | 'scorecard' | 'stop' | 'review' | undefined {
	const word = new URL(href).searchParams.get(LAUNCH_QUERY);
	return word === 'share' || word === 'scorecard' || word === 'stop' || word === 'review' ? word : undefined;
}

export function makeLaunches({ base, href, queue, caches, channel }: LaunchOptions): Launches {
	const waiting: Launch[] = [];
	let listener: ((launch: Launch) => void) | undefined;
	function tell(launch: Launch): void {
		if (listener === undefined) waiting.push(launch);
		else listener(launch);
	}
	async function follow(address: string): Promise<void> {
		const word = wordOf(address);
		if (word === undefined) return;
		if (word === 'stop') channel?.postMessage('stop');
		if (word !== 'review') return tell({ do: word });
		const file = await takeShared();
		// Opened from the desktop the address says the same, and the file comes with the launch.
		if (file !== undefined) tell({ do: 'review', file });
	}
	async function takeShared(): Promise<File | undefined> {
		const cache = await caches?.open(SHARED_CACHE);
		const key = new URL(SHARED_PACK, base).href;
		const found = await cache?.match(key);
		if (cache === undefined || found === undefined) return undefined;
		await cache.delete(key);
		const name = decodeURIComponent(found.headers.get(SHARED_NAME) ?? 'pack.falsework');
		return new File([await found.blob()], name);
	}
	async function open(files: NonNullable<LaunchParams['files']>): Promise<void> {
		if (files.length > 1) tell({ do: 'refuse', why: 'Packs are looked over one at a time: open them singly.' });
		else if (files[0] !== undefined) tell({ do: 'review', file: await files[0].getFile() });
	}
	const failed = (error: unknown) =>
		tell({ do: 'refuse', why: `The pack could not be opened: ${error instanceof Error ? error.message : String(error)}` });

	if (channel) channel.onmessage = ({ data }: MessageEvent) => void (data === 'stop' && tell({ do: 'stop' }));
	follow(href).catch(failed);
	let first = true;
	queue?.setConsumer(({ targetURL, files = [] }) => {
		// The launch that opened this page is told here once more.
		const again = first && targetURL === href;
		first = false;
		if (files.length > 0) open(files).catch(failed);
		else if (targetURL !== undefined && !again) follow(targetURL).catch(failed);
	});
	return {
		onLaunch(next) {
			listener = next;
			for (const launch of waiting.splice(0)) next(launch);
		},
	};
}
