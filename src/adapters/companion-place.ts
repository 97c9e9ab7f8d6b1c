// Where the companion is, seen from this page: at the page's own address when it serves the page, else on this computer at the one
// port it ever has. From elsewhere the browser asks the person first whether the page may speak to programs on this computer;
// that question is raised by a click alone, and each way it can end has a word of its own.

import type { CompanionLack } from '../core/page.ts';

/** The companion's only address: another port would be another origin, and an empty library. */
const COMPANION = 'http://127.0.0.1:4953';

export interface CompanionPlace {
	/** Origin, without a slash at the end. */
	readonly url: string;
	/** The page is the companion's own, so nobody has to be asked. */
	readonly own: boolean;
}

export function companionPlace(page: { readonly hostname: string; readonly origin: string }): CompanionPlace {
	const own = page.hostname === '127.0.0.1';
	return { url: own ? page.origin : COMPANION, own };
}

export type LoopbackPermission = 'granted' | 'denied' | 'prompt' | 'unknown';

/** Chrome's permission, `unknown` in a browser that has none. */
export async function loopbackPermission(): Promise<LoopbackPermission> {
	try {
		return (await navigator.permissions.query({ name: 'loopback-network' as PermissionName })).state;
	} catch {
		return 'unknown';
	}
}

/** Which of them it was, from what the browser says after a look that got no answer. */
export function lackAfterSilence(place: CompanionPlace, secure: boolean, permission: LoopbackPermission): CompanionLack {
	if (place.own) return 'not-running';
	if (!secure) return 'insecure';
	switch (permission) {
		case 'denied':
			return 'denied';
		case 'prompt':
			return 'unanswered';
		case 'granted':
			return 'silent';
		case 'unknown':
			return 'blocked';
	}
}
