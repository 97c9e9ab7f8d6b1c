// The scripted narrator's lines. For each event type, groups of five by the values they hold, so that a line and its four
// variants carry the same values; what no group covers gets plain lines made from the values' own names.
import { mix } from './random.ts';
import type { NarrationAnswer, NarrationQuestion } from '../core/question.ts';

/** `{name}` stands for an event's value. Within a group every line has the same holes. */
const LINES: Readonly<Record<string, readonly (readonly string[])[]>> = {
	quest: [
		[
			'The board says "{quest}". I have read worse orders.',
			'"{quest}", then. My boots had other plans.',
			'New line in the ledger: "{quest}". No mention of pay.',
			'So it is "{quest}". Somebody has to, and everybody is busy.',
			'They want me to do this: "{quest}". Fine, but I am taking notes.',
		],
		[
			'Another errand. Adventure is mostly walking.',
			'A quest! The word is grander than the shoes.',
			'I said yes before I heard the whole of it. Tradition.',
			'Work at last, and not even by the hour.',
			'Somebody needs a hero. I was standing nearest.',
		],
	],
	death: [
		[
			'The {room} keeps what it kills, except me, it seems.',
			'Down I go in the {room}. Mind the carpet.',
			'Here ends another fine plan, in the {room} of all places.',
			'I have died in better rooms than the {room}.',
			'Note to self: the {room} bites back.',
		],
		[
			'That went well, until it did not.',
			'I appear to be lying down. Permanently, I thought.',
			'Death again. We really must stop meeting.',
			'A short nap on a cold floor.',
			'The rats will tell this story better than I.',
		],
	],
	victory: [
		[
			'{gold} gold and a thankful village. I take both.',
			'The relic is home, and my purse says {gold}. Poetry.',
			'Victory, by {gold} gold pieces to none.',
			'They cheered. I counted: {gold}. Both were pleasant.',
			'All is well, and {gold} gold makes it better.',
		],
		[
			'The relic is home. I may sit down for a whole minute.',
			'We won. Write it large, before something else happens.',
			'Saved, the lot of them. Nobody offered soup.',
			'Victory! It smells of wet rat.',
			'And they lived, which is the main thing.',
		],
	],
	fight: [
		[
			'A {enemy} in the {room}. One of us is trespassing.',
			'The {room} sends me a {enemy}. How thoughtful.',
			'Ah, a {enemy}. The {room} was too quiet anyway.',
			'There is a {enemy} in this {room}, and soon there will not be.',
			'Dear {enemy}, the {room} is not big enough for two.',
		],
		[
			'A {enemy}. I have been looked at more kindly.',
			'Sword out: a {enemy} wants a word.',
			'The {enemy} started it. They always do.',
			'One {enemy}, fresh and angry.',
			'A {enemy} again. It must be a weekday.',
		],
		[
			'{hp} points of me left, and all of them cross.',
			'A fight at {hp} hit points. Bold, or only late.',
			'I make it {hp} hit points. Plenty, if I duck.',
			'With {hp} hit points I have seen worse mornings.',
			'My health says {hp}; my pride says more.',
		],
		[
			'Teeth at knee height. Charming.',
			'Swords first, apologies later.',
			'Something hisses. It is not the kettle.',
			'Here we go again, at close quarters.',
			'I did not come here to be chewed.',
		],
	],
	discovery: [
		[
			'The {room}. I had hoped for windows.',
			'So this is the {room}. It has a smell of its own.',
			'Behold the {room}, in all its damp.',
			'The {room} at last, and no welcome mat.',
			'I step into the {room} and touch nothing. Yet.',
		],
		[
			'Something new. I keep one hand on my purse.',
			'Well, that is not on the map.',
			'A find! Possibly not a trap.',
			'I have never seen that before, and I have seen a lot.',
			'Curious. In my trade that word costs blood.',
		],
	],
	level: [
		[
			'A little wiser, and the knees know it.',
			'I feel stronger. It may be the soup.',
			'Experience: what one gets instead of sleep.',
			'Up a step. The stairs continue.',
			'Better than yesterday, which was a low bar.',
		],
	],
};

const PLAIN: readonly string[] = [
	'Something has happened, and I was there.',
	'I make a note of it and walk on.',
	'The day goes on, and so do I.',
	'Things occur. I nod as if I had planned it.',
	'One more for the memoirs.',
];

export function narrate(question: NarrationQuestion): NarrationAnswer {
	const { type, ...values } = question.event;
	const has = (name: string): boolean => values[name] !== undefined && !Array.isArray(values[name]);
	const group = (LINES[type] ?? []).find((lines) => holesOf(lines[0] ?? '').every(has)) ?? PLAIN;
	const slots: Record<string, string> = {};
	for (const name of holesOf(group[0] ?? '')) slots[name] = String(values[name]).slice(0, 60);
	const filled = group.map((line) => line.replace(/\{([\w.-]+)\}/g, (_, name: string) => slots[name] ?? ''));
	// A line spoken lately goes to the back; among the rest the tick chooses, so that the same question has the same answer.
	const fresh = filled.filter((line) => !question.recent.includes(line));
	const from = fresh.length > 0 ? fresh : filled;
	const line = from[mix(question.tick, from.length) % from.length] as string;
	return { line, slots, variants: filled.filter((other) => other !== line) };
}

function holesOf(line: string): readonly string[] {
	return [...line.matchAll(/\{([\w.-]+)\}/g)].map((m) => m[1] as string);
}
