// What a page is told of the browser and the machine around it: by the adapters that look, to the views that show it.

/** The page as an app that opens without a network. */
export interface ShellState {
	/** `none`: this browser or address has no service workers. `failed`: see `why`. `ready`: opens without a network. */
	readonly offline: 'none' | 'storing' | 'ready' | 'failed';
	readonly why: string;
	/** The text reader's runtime and OpenCV are kept as well; `why` says why not. */
	readonly parts: 'no' | 'storing' | 'kept' | 'failed';
	/** A new version is here and waits. */
	readonly waiting: boolean;
	/** Threads are allowed. `later`: from the next opening on; `refused`: the service worker could not bring it about. */
	readonly isolation: 'done' | 'later' | 'refused';
}

/** Why no companion is at hand; each has its words in the settings. */
export type CompanionLack =
	/** Nobody answers at the page's own address. */
	| 'not-running'
	/** The page is from elsewhere and has not looked yet: looking raises the browser's question. */
	| 'not-asked'
	/** Only pages at https: or on this computer may ask. */
	| 'insecure'
	/** The person, or a policy, said no. */
	| 'denied'
	/** Nobody is there, or the question was closed: the browser asks only once there is somebody to be reached. */
	| 'unanswered'
	/** The page may look, and nobody is there. */
	| 'silent'
	/** The browser lets no such page reach this computer, or nobody is there: it does not say which. */
	| 'blocked'
	/** Another program answers there. */
	| 'stranger'
	/** It is there, but was not told of this page's origin. */
	| 'not-told';

/** What this origin keeps beside crystals and models, and what the browser promises of all of it. */
export interface SpaceView {
	/** The page itself, as kept for the day without a network. */
	readonly shellBytes: number;
	/** The text reader, OpenCV and the engines. */
	readonly partsBytes: number;
	/** Packs from the share sheet that were not looked at yet. */
	readonly handedBytes: number;
	/** Other caches of this origin: another Falsework in another folder, or another page. */
	readonly otherBytes: number;
	/** Of the whole origin, as the browser says; 0 when it does not. */
	readonly usedBytes: number;
	readonly quotaBytes: number;
	/** Whether the browser promised not to drop what was learnt when the disk runs low; undefined when it does not say. */
	readonly persisted: boolean | undefined;
}

export interface Space {
	look(): Promise<SpaceView>;
	/** Asks the browser to keep a bucket when the disk runs low. @returns its answer */
	persist(bucket: 'learnt' | 'models'): Promise<boolean>;
	/** Deletes packs that were handed over and never looked at. */
	dropHanded(): Promise<void>;
}
