// Why no companion is at hand: each reason in words, with what to do next.
import type { CompanionLack } from '../services.ts';

export interface LackText {
	/** On the chip. */
	readonly title: string;
	readonly what: string;
	/** A command to copy; `ORIGIN` stands for this page's own. */
	readonly command?: string;
	/** On the button that looks for it. */
	readonly look: string;
}

export const LACKS: Readonly<Record<CompanionLack, LackText>> = {
	'not-running': {
		title: 'Not running',
		what: 'Without it this page gives advice: it watches, decides and explains, and you play. To let it act, start it in the Falsework folder and use the page it opens.',
		command: 'npm start',
		look: 'Look again',
	},
	'not-asked': {
		title: 'Not looked for yet',
		what: 'It runs on this computer and lets this page press keys in the game. The browser asks you first whether the page may reach programs on this device: choose “Allow”.',
		look: 'Look for it on this computer',
	},
	insecure: {
		title: 'This address may not ask',
		what: 'Browsers let only pages at https: ask for programs on your computer. Open this page at its https: address, or start the companion and use the page it opens.',
		command: 'npm start',
		look: 'Look again',
	},
	denied: {
		title: 'Blocked by the browser',
		what: 'This page was refused access to programs on this computer. Press the sign left of the address, allow “Apps on device”, and look again. If it is not listed there, a rule of your organisation forbids it.',
		look: 'Look again',
	},
	unanswered: {
		title: 'No answer',
		// The browser asks only once somebody is there to be reached.
		what: 'Either no companion runs on this computer, or the browser’s question was closed without an answer. Start the companion with this page’s address, look again, and choose “Allow” when the browser asks.',
		command: 'npm start -- --origin ORIGIN',
		look: 'Look again',
	},
	silent: {
		title: 'Nobody answers',
		what: 'The browser lets this page look, but no companion answers on this computer. Start it in the Falsework folder with this page’s address, so that it knows who may speak to it.',
		command: 'npm start -- --origin ORIGIN',
		look: 'Look again',
	},
	blocked: {
		title: 'Not reachable from this browser',
		what: 'Either no companion runs, or this browser lets no https: page reach this computer (Safari does not) and does not say which. Start the companion and use the page it opens: that one works everywhere.',
		command: 'npm start',
		look: 'Look again',
	},
	stranger: {
		title: 'Another program answers',
		what: 'Something that is not Falsework answers at 127.0.0.1:4953. End that program, then start the companion.',
		command: 'npm start -- --origin ORIGIN',
		look: 'Look again',
	},
	'not-told': {
		title: 'It does not know this page',
		what: 'The companion runs, but speaks only to pages it was told of. End it and start it again with this page’s address.',
		command: 'npm start -- --origin ORIGIN',
		look: 'Look again',
	},
};
