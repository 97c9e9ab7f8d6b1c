// What the page and its service worker say to each other, and where a shared pack waits between them.

export type ShellMessage =
	/** Workbox's own word for "take over now"; the page says it once nobody plays. */
	| { readonly type: 'SKIP_WAITING' }
	/** Are all parts kept? Fetches nothing. Reply: a boolean. */
	| { readonly type: 'PARTS_KEPT' }
	/** Fetch the parts that are not kept yet. Reply: '', or the sentence why not. */
	| { readonly type: 'KEEP_PARTS' };

/** Where the system's share sheet posts a pack; relative to the service worker's scope, and named in the web manifest. */
export const SHARE_ADDRESS = 'share-pack';
/** The form field with the file. */
export const SHARE_FIELD = 'pack';
/** Cache that a shared pack waits in until the page has taken it out for review; one at a time. */
export const SHARED_CACHE = 'falsework-shared';
export const SHARED_PACK = 'shared-pack';
/** Header of the waiting pack: the file's name, URI-encoded. */
export const SHARED_NAME = 'x-falsework-name';
/** Query of an address that asks for something: `?do=share`, `scorecard`, `stop` or `review`. */
export const LAUNCH_QUERY = 'do';
