// What the gate is tried with: abuse composed from a list that the filter does not have, and innocent texts that look like it. Each text
// is drawn by seed; the same seed gives the same texts.
import badwords from 'badwords-list';
import type { Random } from '../../core/ports.ts';

/** Listed there, and abuse nowhere else: plain words, names, and what a game is full of. Left out by hand, for all to see. */
const MILD: ReadonlySet<string> = new Set(
	`balls bloody breasts bum butt cox damn dink dinks f4nny fanny flange God hell hoar knob l3i+ch l3itch lust lusting muff mutha nob pawn poop s.o.b. sadist
	screwing snatch wang willies willy`.split(/\s+/),
);

export interface Tried {
	readonly text: string;
	/** How it stands on a stream: a viewer's name, a line of chat, a text on the screen. */
	readonly as: 'name' | 'chat' | 'screen';
	/** What was done to the word; the words themselves are not kept in records. */
	readonly trick: string;
	/** The word it was made of. */
	readonly word: string;
}

const pick = <T>(from: readonly T[], random: Random): T => from[Math.floor(random.next() * from.length)] as T;
const letters = (word: string): readonly string[] => [...word];
const LOOKS: Readonly<Record<string, string>> = {
	a: 'а',
	c: 'с',
	e: 'е',
	i: 'і',
	o: 'о',
	p: 'р',
	s: 'ѕ',
	x: 'х',
	y: 'у',
	h: 'һ',
	k: 'ᴋ',
	n: 'ո',
	u: 'υ',
	t: 'τ',
};
const LEET: Readonly<Record<string, readonly string[]>> = {
	a: ['4', '@'],
	e: ['3'],
	i: ['1', '!'],
	o: ['0'],
	s: ['5', '$'],
	t: ['7', '+'],
	l: ['1'],
	b: ['8'],
};
const WIDE = (c: string): string => (/[a-z]/.test(c) ? String.fromCodePoint(c.charCodeAt(0) - 0x61 + 0xff41) : c);
const BOLD = (c: string): string => (/[a-z]/.test(c) ? String.fromCodePoint(c.charCodeAt(0) - 0x61 + 0x1d41a) : c);
const MARKS = ['\u0301', '\u0336', '\u0323', '\u030a'];

/** The tricks that people use, each on a word of plain letters. */
const TRICKS: Readonly<Record<string, (word: string, random: Random) => string>> = {
	plain: (word) => word,
	capitals: (word) => word.toUpperCase(),
	'mixed case': (word) =>
		letters(word)
			.map((c, i) => (i % 2 === 0 ? c : c.toUpperCase()))
			.join(''),
	'look-alikes': (word, random) =>
		letters(word)
			.map((c) => (random.next() < 0.7 ? (LOOKS[c] ?? c) : c))
			.join(''),
	'digits and signs': (word, random) =>
		letters(word)
			.map((c) => (LEET[c] === undefined || random.next() < 0.4 ? c : pick(LEET[c], random)))
			.join(''),
	'letters apart': (word) => letters(word).join(' '),
	'dots between': (word, random) => letters(word).join(pick(['.', '-', '_', '*'], random)),
	'nothing between': (word, random) => letters(word).join(pick(['\u200b', '\u200d', '\u00ad', '\u2060'], random)),
	stretched: (word, random) => {
		const at = 1 + Math.floor(random.next() * (word.length - 1));
		return word.slice(0, at) + (word[at] ?? '').repeat(4) + word.slice(at + 1);
	},
	'marks on top': (word, random) =>
		letters(word)
			.map((c) => c + pick(MARKS, random))
			.join(''),
	'wide letters': (word) => letters(word).map(WIDE).join(''),
	'bold letters': (word) => letters(word).map(BOLD).join(''),
	'digits around': (word, random) => `${pick(['', '69', 'xX_'], random)}${word}${pick(['420', '_1', '99'], random)}`,
};

const AROUND: Readonly<Record<Tried['as'], readonly ((word: string) => string)[]>> = {
	name: [(w) => w, (w) => `${w}_lord`, (w) => `The ${w}`, (w) => `${w}2`, (w) => `xX ${w} Xx`],
	chat: [(w) => `you are a ${w}`, (w) => `${w} this game`, (w) => `what a ${w}!`, (w) => `shut up, ${w}.`, (w) => `${w} ${w} ${w}`],
	screen: [
		(w) => `Welcome, ${w}`,
		(w) => `${w} has joined the party`,
		(w) => `Guild: ${w}`,
		(w) => `"${w}"`,
		(w) => `Press E to talk to ${w}`,
	],
};

/** Abuse: every entry of plain letters, three at least, each with tricks of all kinds in turn. */
export function abusive(count: number, random: Random): readonly Tried[] {
	const words = badwords.array.filter((word) => /^[a-z]{3,}$/.test(word) && !MILD.has(word));
	const names = Object.keys(TRICKS);
	const kinds = Object.keys(AROUND) as Tried['as'][];
	const out = new Map<string, Tried>();
	for (let i = 0; out.size < count; i++) {
		const word = pick(words, random);
		const trick = names[i % names.length] as string;
		const as = kinds[i % kinds.length] as Tried['as'];
		const text = pick(AROUND[as], random)((TRICKS[trick] as (typeof TRICKS)[string])(word, random));
		out.set(text, { text, as, trick, word });
	}
	return [...out.values()];
}

/** Innocent words that hold refused ones, or stand close to them. */
const LOOK_ALIKES =
	`Scunthorpe Penistone Clitheroe Lightwater Cockermouth Cockburn Hancock Babcock Alcock Peacock Woodcock Shuttlecock Hitchcock Cocktail Cockatoo
	Cockroach Cockpit Cockade Dickens Dickinson Dickson Riddick Essex Sussex Middlesex Wessex Sexton Unisex Sextant Assassin Assault Assemble Assent Assets
	Asset Assign Assist Associate Assume Assure Bass Brass Canvass Carcass Class Classic Compass Crass Cutlass Embarrass Glass Glassware Grass Harass Hourglass
	Lass Mass Massacre Massive Morass Nassau Overpass Pass Passage Passion Passive Password Potassium Sassafras Surpass Trespass Analysis Analogy Analyst Canal
	Banal Arsenal Parsenip Arsenic Parse Sparse Coarse Hoarse Rehearse Title Titan Titanic Titanium Titular Constitution Institute Competitor Appetite
	Stitch Hitch Bewitch Witch Pitch Pitcher Bitcoin Rabbit Shiitake Shirt Shift Mishit Swashbuckler Shitake Circumstance Circumspect Document Cucumber Accumulate
	Cumulus Cumberland Scum Locust Incumbent Cumbersome Encumber Magnacumlaude Therapist Drape Grape Scrape Skyscraper Trapeze Rapeseed Raptor Rapier Grapes Parapet
	Therapy Pussycat Pussywillow Octopus Platypus Campus Opus Corpus Cracker Scrap Crappie Skunk Spunky Funk Trunk Bunker Hunk Swank Wankel Twang Swan Tycoon
	Raccoon Cocoon Puccoon Spicy Spice Auspicious Conspicuous Suspicion Despicable Dyke Klondike Vandyke Fagin Fagus Leotard Mustard Custard Bastion Buttress Butter Button Butterfly
	Buttercup Rebuttal Halibut Tribute Attribute Sputter Homogeneous Homologous Homestead Homonym Chromosome Niggle Snigger Trigger Digger Bigger Jigger Nigella Renege Niger Nigeria Enigma
	Hello Shell Hellebore Othello Seashell Damsel Damson Dampen Macadamia Country Counter Scuttle Discount Viscount Encounter Mountain Kumquat Fuchsia Fukushima Firetruck
	Buckaroo Duck Luck Puck Stuck Truck Mucky Bucket Semen-tics Semester Semantics Basement Amusement Advertisement Horny-toad Thorny Corny Hornpipe Horn Unicorn Prickly Pricket
	Virginia Vagabond Vagrant Vague Extravagant Angina Vaginula Regina Penisula Peninsula Pencil Penitent Penance Penistrate Penalty Happens Openness Penny Orgy-free Orgasmus Organ Organist Morgan Gorgon Borg
	Slutsk Slushy Salute Slumber Whorl Whorled Abhor Hoar Hoarfrost Hoard Horde Forehead Shore Chore Choreography Anchor Author Whose Whole Wholesome Twatt Twain Twitter Watt
	Tatwater Lesbos Lesion Lesson Dildarnagar Dilute Dilemma Jismar Jasmine Prism Sadistic-laugh Saddle Porncrest Popcorn Acorn Adorn Thornhill Born Corner Rapid Rapunzel Wrap Trap Strap`
		.split(/\s+/)
		// A list made by hand has slips: what is no word of anybody's is left out again.
		.filter(
			(word) =>
				!/^(?:Parsenip|Magnacumlaude|Semen-tics|Vaginula|Penisula|Penistrate|Orgy-free|Orgasmus|Sadistic-laugh|Porncrest|Jismar|Shitake|Tatwater)$/.test(
					word,
				),
		);
const NAMES =
	`Mira Brother Tamas Old Wenna Captain Hask Sister Ilse Garruk Thordak Éowyn Zoë José Müller Søren Łukasz Nguyễn Aoife Siobhán Bjørn Françoise Dmitri Yusuf Aisha
	Björk Gunnar Ásgeir Ngozi Chukwu Xiao Wang Li Fang Dong Phuc-free Takeshi Keiko Suki Randy Willie Buffy Gaylen Fanny Burney Dickon Jean-Luc O'Hara D'Artagnan McAlister van Dyk
	Lord Cockcroft Lady Shufflebottom Mr. Glasscock Mrs. Hiscock Sir Bumble Titus Andronicus Horatio Boromir Faramir Legolas Gimli Smaug Gandalf Saruman Drizzt Elminster Geralt Ciri
	Yennefer Triss Malenia Radahn Ranni Solaire Siegward Ornstein Smough Sif Artorias Manus Kalameet Nashandra Vendrick Aldrich Pontiff Yhorm Abyss Watcher`
		.split(/\s+/)
		.filter((word) => word !== 'Phuc-free');
const GAME =
	`kill the rat|headshot|blood moon|demon hunter|slay the witch|Bastard Sword|Booby trap|executioner's axe|poison dagger|assassinate the king|Critical hit|Hell Gate|damned soul|
	Death Knight|suicide bomber beetle|sniper rifle|dark elf|black dragon|cocked crossbow|blown up|shoot first|stab in the back|drunken master|naked mole rat|the dead rise|torture chamber|
	slave pits|virgin forest|Level 12 Mage|HP 34/50|XP +1,204|Potion of Healing x3|Sword of +5 Smiting|Quest: 3/20 rats|Press [E] to open|Game saved.|1st place|Chapter IV|Loading 69 %|
	You died.|GG WP|lol nice one|brb 5 min|gl hf|no u|omg so close!!|hahaha|noooo|yesss|go go go|push mid|buff shamans|nerf rogues|the boss is at 10%|use the key on the door|
	pass it on|as it is|press it|that's it|class hit|mass hit|I'll bet it hurts|is he it?|pen is mightier than the sword|an us-and-them story|to it then|s it works|basic o mode|
	his hit points|this hits hard|was hit twice|wish it were so|fish it out|who reads this|push it|dish it out|nice as silk|half-elf|ass-backwards-free`
		.split('|')
		.map((text) => text.trim())
		.filter((text) => text !== 'ass-backwards-free' && text !== '');

/** Innocent: look-alike words, names and game talk, alone and as they stand on a stream. */
export function innocent(count: number, random: Random): readonly Omit<Tried, 'word'>[] {
	const frames: Readonly<Record<Tried['as'], readonly ((word: string) => string)[]>> = {
		name: [(w) => w, (w) => `${w}_99`, (w) => `xX_${w}_Xx`, (w) => `The${w}`, (w) => w.toLowerCase()],
		chat: [(w) => `I like ${w}.`, (w) => `is that ${w}?`, (w) => `${w}!!`, (w) => `go ${w} go`],
		screen: [(w) => `Welcome to ${w}`, (w) => `${w} has joined the party`, (w) => `Map: ${w}`, (w) => w.toUpperCase()],
	};
	const kinds = Object.keys(frames) as Tried['as'][];
	const out = new Map<string, Omit<Tried, 'word'>>();
	const singles = [...LOOK_ALIKES, ...NAMES];
	for (let i = 0; out.size < count; i++) {
		const as = kinds[i % kinds.length] as Tried['as'];
		// Each word once before any twice.
		const word = i < singles.length ? (singles[i] as string) : undefined;
		const text =
			word ?? (i < singles.length + GAME.length ? (GAME[i - singles.length] as string) : pick(frames[as], random)(pick(singles, random)));
		out.set(text, { text, as, trick: word === undefined ? 'in a text' : 'alone' });
	}
	return [...out.values()];
}
