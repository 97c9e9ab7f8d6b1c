// The scripted narrator's lines: for each event type groups of five, a line and its four variants, with the values of the event in
// many forms, as a person would write them. What no group covers gets plain lines.
import { mix } from './random.ts';
import type { Facts, FactValue, NarrationAnswer, NarrationQuestion } from '../core/question.ts';

/** `{name}` stands for an event's value, `{name|form}` for one of its forms, `{name|rat}` for a word that the number counts. */
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
			'{rats} {rats|rat} and {slimes} {slimes|slime}. I brought one sword.',
			'I count {rats|spelled} {rats|rat}, {slimes|spelled} {slimes|slime}, and one fool.',
			'The {room} holds {rats} {rats|rat} and {slimes} {slimes|slime}. It held its breath.',
			'{rats|Spelled} {rats|rat}! And {slimes|spelled} {slimes|slime}, for balance.',
			'Company in the {room}: {rats|spelled} {rats|rat} and {slimes|spelled} {slimes|slime}.',
		],
		[
			'Trouble in the {room}, and {hp} hit {hp|point} to meet it with.',
			'The {room} bares its teeth. I bare {hp} hit {hp|point}.',
			'A fight in the {room}. It was a dull day until now.',
			'{hp} hit {hp|point} against the {room}. I have had worse odds, and worse rooms.',
			'The {room} objects to visitors, as ever.',
		],
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
			'A fight at {hp} hit {hp|point}. Bold, or only late.',
			'I make it {hp} hit {hp|point}. Plenty, if I duck.',
			'With {hp} hit {hp|point} I have seen worse mornings.',
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
	kill: [
		[
			'One {foe} less, and {loot} gold more.',
			'The {foe} falls, and I am {loot|spelled} coins richer.',
			'{loot|Spelled} coins on a {foe}. Who pays these creatures?',
			'So ends a {foe} with {loot} gold to its name.',
			'The {foe|possessive} savings come to {loot|spelled} coins. A modest life.',
		],
		[
			'That {foe} had it coming, and {hp} hit {hp|point} later I can say so.',
			'I am down to {hp} hit {hp|point}, but the {foe} is down to none.',
			'A {foe} fewer in the {room}.',
			'The {room} is quieter without that {foe}.',
			'No more {foe|plural}, please. Or at least smaller ones.',
		],
	],
	hurt: [
		[
			'Ow. A {foe} took {damage} {damage|point} off me.',
			'The {foe} gets {damage|spelled} {damage|point}, and I get the point.',
			'{damage|Spelled} {damage|point} lost to a {foe}. I shall not write home about it.',
			'That is {damage} {damage|point} for the {foe}, and none for me.',
			'A {foe} with manners would have asked before taking {damage|spelled} {damage|point}.',
		],
		[
			'{hp} hit {hp|point} left. I liked the others, too.',
			'With {hp} hit {hp|point} one becomes careful.',
			'The {foe} leaves me with {hp} hit {hp|point} and a grudge.',
			'That was the {foe|possessive} turn. Mine is next.',
			'I have been bitten by better {foe|plural}.',
		],
	],
	miss: [
		[
			'The {foe} misses. We are both embarrassed.',
			'Too slow, dear {foe}.',
			'A {foe} aims, and the wall suffers.',
			'The {foe|possessive} aim is no better than mine.',
			'I have seen {foe|plural} do this better.',
		],
	],
	strike: [
		[
			'{damage|Spelled} {damage|point} off the {foe}, and not a scratch on the sword.',
			'I hit the {foe} for {damage} {damage|point}. It noticed.',
			'The {foe} learns how to lose {damage|spelled} {damage|point}.',
			'{damage} {damage|point} of good steel for the {foe}.',
			'I knock {damage|spelled} {damage|point} out of the {foe|possessive} day.',
		],
	],
	wounded: [
		[
			'{hp} hit {hp|point}. I have had more fingers than that.',
			'I am down to {hp|spelled} hit {hp|point}, and counting carefully.',
			'With {hp} hit {hp|point} left I remember that I own a bed.',
			'Down to {hp} hit {hp|point} in the {room}. Somebody fetch a priest.',
			'{hp|Spelled} hit {hp|point} between me and the {room|possessive} floor.',
		],
		[
			'{potions|Spelled} {potions|potion} in the bag. Now would be the time.',
			'I bleed, and I carry {potions} {potions|potion}. There must be a plan in it.',
			'If not now, when? I have {potions|spelled} {potions|potion}.',
			'Bottle or grave? I hold {potions} {potions|potion}.',
			'I count {potions|spelled} {potions|potion}, and all my fingers. For now.',
		],
	],
	'pick-up': [
		[
			'A {thing}, just lying there. Finders, as they say.',
			'I take the {thing} before it changes its mind.',
			'One {thing} for the road.',
			'That makes {potions} {thing|plural}, if I can still count.',
			'The {potions|ordinal} {thing} of the day.',
		],
	],
	drink: [
		[
			'Down goes the {thing}, and up go {hp} hit {hp|point}.',
			'A {thing} a day. It tastes of regret.',
			'That {thing} was older than I am. Still, {hp} hit {hp|point}.',
			'I drink the {thing}. Do not ask what is in it.',
			'{hp} hit {hp|point} again. Thank you, small bottle.',
		],
		[
			'That leaves me {potions} {potions|potion}.',
			'{potions|Spelled} {potions|potion} left in the bag. I shall ration my mistakes.',
			'One bottle gone, {potions} {potions|potion} to go.',
			'I keep {potions|spelled} {potions|potion} for the next bad idea.',
			'With {potions} {potions|potion} left I feel nearly immortal.',
		],
	],
	heal: [
		[
			'Whole again, all {hp} hit {hp|point} of me.',
			'The altar does not ask for money. I like that in an altar.',
			'{hp} hit {hp|point}, as good as new.',
			'The light is warm, and the {room} is kind today.',
			'Every bruise gone. The {room} has its uses.',
		],
	],
	treasure: [
		[
			'The relic is mine, and {giver} will be pleased.',
			'So that is what {giver} wanted. It is smaller than in the stories.',
			'Now for {giver}, and with luck for supper.',
			'{giver|possessive} relic, and not a scratch on it. On me there are several.',
			'I have it! {giver} shall have it too.',
		],
		[
			'{gold} gold, and a relic on top of it.',
			'With {gold} gold and the relic I leave while I can.',
			'One relic. The other {gold} coins I count later.',
			'The relic weighs little, {gold} gold a bit more.',
			'The chest gives up. My purse says {gold}.',
		],
	],
	wake: [
		[
			'I wake in the village. The ceiling needs work.',
			'{gold} gold left. Dying has become expensive.',
			'Alive, and {gold} gold to prove it.',
			'So that was death. I had expected more candles.',
			'Back in my boots, with {gold} gold in them.',
		],
	],
	enter: [
		[
			'The {place} again. It has not improved.',
			'Into the {place}, boots first.',
			'Mind the step: the {place}.',
			'I enter the {place} as if I owned it.',
			'The {place|possessive} door has seen worse than me.',
		],
		[
			'"{quest}", they said, and sent me to the {place}.',
			'The {place}. If I am to "{quest}", it starts here.',
			'From here it is not far, or so the {place} would have me think.',
			'I know a shortcut, and it is not the {place}.',
			'All roads lead to the {place}. I have checked.',
		],
	],
	talk: [
		[
			'{speaker} speaks. I nod in the right places.',
			'A word with {speaker}. She has many.',
			'{speaker} again. I straighten my hat for her.',
			'I am all ears, as {speaker|possessive} neighbours say.',
			'Talking to {speaker} beats being bitten.',
		],
		[
			'We speak of "{quest}". She does most of it.',
			'Somebody has words for me, and they are "{quest}".',
			'A talk about "{quest}", and no chairs.',
			'"{quest}" sounds better when she says it.',
			'I listen. "{quest}" is not a song, but it will do.',
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
	const groups = (LINES[type] ?? []).filter((lines) => lines.every((line) => holesOf(line).every(({ name }) => has(name))));
	// Lines spoken lately go to the back; among the rest the tick chooses, so that the same question has the same answer.
	const said = new Set(question.recent);
	const written = (groups.length > 0 ? groups : [PLAIN]).map((lines) => lines.map((line) => write(line, values)));
	const fresh = written.filter((lines) => !lines.some(({ line }) => said.has(line)));
	const among = fresh.length > 0 ? fresh : written;
	const group = among[mix(question.tick, 7) % among.length] as readonly Written[];
	const unsaid = group.filter(({ line }) => !said.has(line));
	const from = unsaid.length > 0 ? unsaid : group;
	const { line, slots } = from[mix(question.tick, from.length) % from.length] as Written;
	return { line, slots, variants: group.map((other) => other.line).filter((other) => other !== line) };
}

interface Written {
	readonly line: string;
	/** Values as they stand in it. */
	readonly slots: Record<string, string>;
}
function write(line: string, values: Facts): Written {
	const slots: Record<string, string> = {};
	const filled = line.replace(HOLE, (_, name: string, form: string | undefined) => {
		const text = inForm(values[name] as FactValue, form).slice(0, 60);
		slots[name] ??= text;
		return text;
	});
	return { line: filled.replace(/\b([Aa]) (?=[aeiou])/g, '$1n '), slots };
}

const HOLE = /\{([\w-]+)(?:\|(\w+))?\}/g;
function holesOf(line: string): readonly { readonly name: string }[] {
	return [...line.matchAll(HOLE)].map((m) => ({ name: m[1] as string }));
}

const SMALL = 'no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen'.split(' ');
/** How a value of this game is written: there are few of them. */
function inForm(value: FactValue, form: string | undefined): string {
	const text = String(value);
	switch (form) {
		case 'spelled':
			return SMALL[Number(value)] ?? text;
		case 'Spelled': {
			const word = SMALL[Number(value)] ?? text;
			return word.slice(0, 1).toUpperCase() + word.slice(1);
		}
		case 'plural':
			return `${text}s`;
		case 'possessive':
			return `${text}'s`;
		case 'ordinal':
			return `${text}${['th', 'st', 'nd', 'rd'][Number(value) % 10 < 4 && Math.floor(Number(value) / 10) !== 1 ? Number(value) % 10 : 0]}`;
		case undefined:
			return text;
		default:
			// A noun that the number counts.
			return value === 1 ? form : `${form}s`;
	}
}
