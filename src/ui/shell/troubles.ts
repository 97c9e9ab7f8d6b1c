// First-run failures: each has one screen that says what happened, what works here all the same, and the next click.
import type { Trouble } from '../services.ts';

export type Next = 'share' | 'practice' | 'settings' | 'reports' | 'reload' | 'storage';

export interface TroubleText {
	readonly title: string;
	readonly what: string;
	readonly works: readonly string[];
	readonly next: readonly { readonly do: Next; readonly label: string }[];
}

const AGAIN = { do: 'share', label: 'Share again' } as const;
const PRACTICE = { do: 'practice', label: 'Open the practice game' } as const;
const REPORTS = { do: 'reports', label: 'See past reports' } as const;

export const TROUBLES: Readonly<Record<Trouble, TroubleText>> = {
	insecure: {
		title: 'This address may not capture a window',
		what: 'Browsers hand out pictures of a window only to pages at https: or at 127.0.0.1. This page was opened at another address.',
		works: ['Past reports and crystal packs can be read here.', 'Opened at http://127.0.0.1:4953 everything works.'],
		next: [PRACTICE, REPORTS],
	},
	'no-display-capture': {
		title: 'This browser cannot share a window',
		what: 'It has no screen sharing for pages; most browsers on phones and tablets do not.',
		works: ['The practice game runs inside the page and needs no sharing.', 'Scorecards, reports and packs open as usual.'],
		next: [PRACTICE, REPORTS],
	},
	'no-track-processor': {
		title: 'This browser cannot hand the picture to the agent',
		what: 'Playing a shared window needs MediaStreamTrackProcessor, which Firefox and Safari do not have. Chrome, Edge and other Chromium browsers do.',
		works: ['Scorecards, reports and packs open as usual.', 'The practice game works where the browser can draw off screen.'],
		next: [PRACTICE, REPORTS],
	},
	'no-practice': {
		title: 'The practice game cannot run in this browser',
		what: 'It draws in a worker and hands video frames to the agent; this browser lacks one of the two.',
		works: ['Scorecards, reports and packs open as usual.', 'A current Chrome, Edge or Firefox runs the practice game.'],
		next: [REPORTS],
	},
	'picker-denied': {
		title: 'No window was shared',
		what: 'The picker was closed, or the browser or the system refused. Nothing was captured.',
		works: ['Sharing can be tried again at any time: choose one window, not a whole screen.', 'The practice game needs no permission.'],
		next: [AGAIN, PRACTICE],
	},
	'not-readable': {
		title: 'The window could not be read',
		what: 'The system refused to hand over its picture. A minimised window, a game in exclusive full screen or a missing screen-recording permission does this.',
		works: [
			'Set the game to windowed or borderless mode and bring it to the front, then share it again.',
			'The practice game needs no permission.',
		],
		next: [AGAIN, PRACTICE],
	},
	'monitor-refused': {
		title: 'A whole screen was chosen',
		what: 'A screen shows more than the game: messages, names, other windows. It was let go at once and no frame was kept.',
		works: ['Choose the tab “Window” in the picker, then the game.'],
		next: [AGAIN, PRACTICE],
	},
	'share-failed': {
		title: 'The window could not be played',
		what: 'Sharing began, but the agent could not start on it.',
		works: ['The practice game runs without a shared window.'],
		next: [AGAIN, PRACTICE],
	},
	'storage-refused': {
		title: 'Nothing can be stored here',
		what: 'The browser refuses storage to this page: a private window, a full disk or blocked site data.',
		works: [
			'Playing works; what is learnt lasts until the page is closed.',
			'Allow site data for this address, or open it in an ordinary window, to keep crystals.',
		],
		next: [PRACTICE, { do: 'storage', label: 'See storage' }],
	},
	'companion-absent': {
		title: 'No companion is running',
		what: 'Without it the page cannot press keys in another program. Start it with “npm start” in the Falsework folder, then pair this page.',
		works: ['Advice mode: it watches, decides, explains and draws what it would do; you play.', 'The practice game needs no companion.'],
		next: [{ do: 'settings', label: 'Pair the companion' }, PRACTICE],
	},
	'loopback-denied': {
		title: 'The browser blocks this page from the companion',
		what: 'Access to programs on this computer was refused for this page. Allow “apps on this device” in the site’s permissions, beside the address.',
		works: ['Advice mode works without it.', 'The practice game needs no companion.'],
		next: [{ do: 'reload', label: 'Reload after allowing' }, PRACTICE],
	},
	'other-tab': {
		title: 'Another tab is playing',
		what: 'Two agents on one game would fight over the keys, so only one tab plays at a time.',
		works: ['Stop the other tab, then start here.', 'Reports, crystals and settings can be read here meanwhile.'],
		next: [{ do: 'reload', label: 'Try again' }, REPORTS],
	},
	'agent-failed': {
		title: 'The agent did not start',
		what: 'Its worker ended before it could play.',
		works: ['Nothing stored was lost. A reload starts it afresh.'],
		next: [{ do: 'reload', label: 'Reload the page' }, REPORTS],
	},
};
