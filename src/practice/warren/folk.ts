// Who lives in the Warren and what they want. Everything they say is printed in the talk panel and nowhere else, so that a reader
// has it from the screen or not at all; what is true of it (`questsOf`, `folkOf`) is kept beside for whoever judges the reader.
import { type Dice, mix, shuffle } from '../random.ts';
import type { Fixture, Room, Tile } from '../rooms.ts';
import { type Land, landOf, type Place } from './land.ts';

export const PEOPLE = ['sela', 'bram', 'ysolde', 'tovin', 'odrin', 'pip', 'gorm', 'pedlar'] as const;
export type Person = (typeof PEOPLE)[number];
export const ERRANDS = ['glowcaps', 'hammer', 'letter', 'rats'] as const;
export type Errand = (typeof ERRANDS)[number];

/** How each person takes to a stranger, in hundredths from -100 to 100, and what they are. */
const BORN: Readonly<Record<Person, { readonly attitude: number; readonly is: string; readonly faction: string }>> = {
	sela: { attitude: 40, is: 'herbalist', faction: 'wardens' },
	bram: { attitude: 0, is: 'smith', faction: 'guild' },
	ysolde: { attitude: 10, is: 'scholar', faction: 'archive' },
	tovin: { attitude: -40, is: 'hermit', faction: 'none' },
	odrin: { attitude: 0, is: 'guard', faction: 'wardens' },
	pip: { attitude: 70, is: 'child', faction: 'none' },
	gorm: { attitude: -70, is: 'robber', faction: 'knives' },
	pedlar: { attitude: 20, is: 'pedlar', faction: 'guild' },
};

export const nameOf = (person: Person): string => (person[0] as string).toUpperCase() + person.slice(1);

/** Things of an errand, and where they are put out. */
export interface Prop {
	readonly kind: 'glowcap' | 'hammer';
	readonly place: number;
	/** Tile of the land. */
	readonly at: Tile;
}
export interface Standing {
	readonly person: Person;
	readonly place: number;
	readonly at: Tile;
}
/** Who and what is where in a land; the same for a seed. */
export interface Cast {
	readonly standing: readonly Standing[];
	readonly props: readonly Prop[];
	/** The altar's top left tile; it heals. */
	readonly altar: Tile;
	/** The whole land as one room; people, levers and the altar are its fixtures. */
	readonly room: Room;
	/** The place each errand sends to first. */
	readonly goal: Readonly<Record<Errand, number | undefined>>;
}

const casts = new Map<number, Cast>();

export function castOf(seed: number): Cast {
	let cast = casts.get(seed);
	if (!cast) {
		if (casts.size >= 8) casts.clear();
		cast = makeCast(landOf(seed));
		casts.set(seed, cast);
	}
	return cast;
}

function makeCast(land: Land): Cast {
	const dice: Dice = { state: mix(land.seed, 0xf01c) };
	const twins = new Set(land.alike.flat());
	// Nobody stands in a look-alike place, or it would be told apart at a glance.
	const rooms = shuffle(
		dice,
		land.places.filter((p) => !twins.has(p.id) && !p.pocket && p.id !== land.start),
	);
	const standing = PEOPLE.filter((p) => p !== 'pedlar').map((person, i): Standing => {
		const place = (person === 'pip' ? land.places[land.start] : rooms[i % rooms.length]) as Place;
		return { person, place: place.id, at: spot(place, i % 2) };
	});
	const others = rooms.filter((p) => !standing.some((s) => s.place === p.id));
	const free = others.length >= 3 ? others : rooms;
	const caps = free.slice(0, 3).map((p): Prop => ({ kind: 'glowcap', place: p.id, at: spot(p, 2) }));
	const hammerPlace = (free[3] ?? free[0]) as Place;
	const altarPlace = (free[4] ?? rooms.at(-1)) as Place;
	const altar: Tile = [altarPlace.middle[0] - 2, altarPlace.middle[1] - 2];
	const fixtures: Fixture[] = standing.map((s) => ({ name: s.person, at: s.at, size: 1 }));
	fixtures.push({ name: 'altar', at: altar, size: 2 });
	for (const p of land.places) if (p.pocket) fixtures.push({ name: 'lever', at: spot(p, 1), size: 1 });
	return {
		standing,
		room: { name: 'Warren', map: land.map, doors: [], fixtures },
		altar,
		props: [...caps, { kind: 'hammer', place: hammerPlace.id, at: spot(hammerPlace, 3) }],
		goal: {
			glowcaps: caps[0]?.place,
			hammer: hammerPlace.id,
			letter: standing.find((s) => s.person === 'tovin')?.place,
			rats: undefined,
		},
	};
}

/** A floor tile beside the lanes of every shape: north west, north east, south west or south east of the middle. */
function spot({ middle: [column, row] }: Place, corner: number): Tile {
	return [column + (corner % 2 === 0 ? -1 : 2), row + (corner < 2 ? -1 : 2)];
}

export interface FolkState {
	/** Per errand: 0 not begun, 1 under way, 2 to be reported, 3 done. */
	stage: Record<Errand, number>;
	/** Of the errand's countable things. */
	count: Record<Errand, number>;
	/** The errand last spoken of or moved on. */
	tracked: Errand | undefined;
	/** Hundredths, -100 to 100. */
	attitude: Record<Person, number>;
	met: Person[];
	/** Indices of `Cast.props` that were taken. */
	taken: number[];
	talk: Talk | undefined;
}
export type TalkEnd = 'accept' | 'leave' | 'choice' | 'buy' | 'pay';
/** A talk as it goes on: the lines still to be said, and what the last one offers. */
export interface Talk {
	readonly person: Person;
	readonly lines: readonly string[];
	readonly line: number;
	readonly end: TalkEnd;
	/** Of whose errand it is, where accepting or ending it moves one on. */
	readonly errand?: Errand;
}

export const GLOWCAPS = 3;
export const RATS = 4;
const NEEDED: Readonly<Record<Errand, number>> = { glowcaps: GLOWCAPS, hammer: 1, letter: 1, rats: RATS };
export const GIVER: Readonly<Record<Errand, Person>> = { glowcaps: 'sela', hammer: 'bram', letter: 'ysolde', rats: 'odrin' };
/** The errand that a person gives; not everybody has one. */
export const errandOf = (person: Person): Errand | undefined => ERRANDS.find((errand) => GIVER[errand] === person);
const TITLE: Readonly<Record<Errand, string>> = {
	glowcaps: 'Light for the sick',
	hammer: 'The lost hammer',
	letter: 'A letter below',
	rats: 'The rat wager',
};

export function makeFolk(): FolkState {
	return {
		stage: { glowcaps: 0, hammer: 0, letter: 0, rats: 0 },
		count: { glowcaps: 0, hammer: 0, letter: 0, rats: 0 },
		tracked: undefined,
		attitude: Object.fromEntries(PEOPLE.map((p) => [p, BORN[p].attitude])) as Record<Person, number>,
		met: [],
		taken: [],
		talk: undefined,
	};
}

/** As printed in the quest panel, at most 22 letters. */
export function objective(errand: Errand, stage: number, count: number): string {
	if (stage >= 3) return 'Done';
	const open: Record<Errand, string> = {
		glowcaps: `Find glowcaps (${count}/${GLOWCAPS})`,
		hammer: 'Find the hammer',
		letter: 'Take letter to Tovin',
		rats: `Beat rats (${count}/${RATS})`,
	};
	const back: Record<Errand, string> = {
		glowcaps: 'Return to Sela',
		hammer: 'Return to Bram',
		letter: 'Return to Ysolde',
		rats: 'Return to Odrin',
	};
	return stage === 1 ? open[errand] : back[errand];
}

/** A quest as a judge of readers wants it; the wire's `quest` answer holds the same fields (contracts.md §2). */
export interface QuestTruth {
	readonly quest: string;
	readonly giver: string;
	/** 1 under way, 2 to be reported, 3 done. */
	readonly stage: number;
	readonly objective: string;
	readonly place?: string;
	readonly done: boolean;
}
export function questsOf(seed: number, folk: Pick<FolkState, 'stage' | 'count'>): readonly QuestTruth[] {
	const land = landOf(seed);
	const cast = castOf(seed);
	return ERRANDS.filter((e) => folk.stage[e] > 0).map((errand) => {
		const stage = folk.stage[errand];
		const giver = GIVER[errand];
		const at = stage === 1 ? cast.goal[errand] : cast.standing.find((s) => s.person === giver)?.place;
		const place = at === undefined ? undefined : land.places[at]?.name;
		return {
			quest: TITLE[errand],
			giver: nameOf(giver),
			stage,
			objective: objective(errand, stage, folk.count[errand]),
			...(place === undefined ? {} : { place }),
			done: stage >= 3,
		};
	});
}

export interface PersonTruth {
	readonly name: string;
	readonly is: string;
	readonly faction: string;
	/** -1 to 1. */
	readonly attitude: number;
	readonly met: boolean;
	/** Where they stand; the pedlar wanders. */
	readonly place?: string;
}
export function folkOf(seed: number, folk: Pick<FolkState, 'attitude' | 'met'>): readonly PersonTruth[] {
	const land = landOf(seed);
	return PEOPLE.map((person) => {
		const at = castOf(seed).standing.find((s) => s.person === person)?.place;
		return {
			name: nameOf(person),
			is: BORN[person].is,
			faction: BORN[person].faction,
			attitude: folk.attitude[person] / 100,
			met: folk.met.includes(person),
			...(at === undefined ? {} : { place: land.places[at]?.name as string }),
		};
	});
}

export function like(folk: FolkState, person: Person, by: number): void {
	folk.attitude[person] = Math.max(-100, Math.min(100, folk.attitude[person] + by));
}

/** What a person says when spoken to, and what comes of it. A line has at most 58 letters. */
export function speak(seed: number, folk: FolkState, person: Person): Talk {
	if (!folk.met.includes(person)) folk.met.push(person);
	const land = landOf(seed);
	const goal = castOf(seed).goal;
	const at = (errand: Errand): string => land.places[goal[errand] ?? 0]?.name ?? 'Warren';
	const attitude = folk.attitude[person];
	const errand = errandOf(person);
	const says = (end: TalkEnd, ...lines: string[]): Talk => ({
		person,
		lines,
		line: 0,
		end,
		...(errand && end !== 'choice' ? { errand } : {}),
	});
	if (person === 'pedlar') return says('buy', 'Hold, traveller! A fresh potion for five gold?');
	if (person === 'gorm' && attitude < 0) return says('pay', 'Your purse or your teeth. Ten gold, and quick!');
	if (person === 'tovin' && folk.stage.letter === 1) {
		return {
			person,
			lines: ['A letter? From Ysolde? She still writes, then.', 'Tell her the lower well is poisoned.'],
			line: 0,
			end: 'leave',
			errand: 'letter',
		};
	}
	if (attitude < -30) return says('choice', COLD[person]);
	if (errand && folk.stage[errand] === 0) return says('accept', ...OFFER[errand](at(errand)));
	if (errand && folk.stage[errand] === 1) return says('choice', WAITING[errand](at(errand)));
	if (errand && folk.stage[errand] === 2) return says('leave', ...THANKS[errand]);
	return says('choice', attitude > 30 ? WARM[person] : PLAIN[person]);
}

export const OFFER: Readonly<Record<Errand, (place: string) => readonly string[]>> = {
	glowcaps: (place) => ['The sick lie in the dark, and I have no light for them.', `Bring me three glowcaps. One grows in the ${place}.`],
	hammer: (place) => ['No hammer, no forge. No forge, no bread.', `I left my hammer in the ${place}. Fetch it for me.`],
	letter: (place) => ['You have legs, and I have ink. Let us trade.', `Take this letter to Tovin in the ${place}.`],
	rats: () => ['I have a wager with the captain about you.', 'Beat four rats, anywhere below, and tell me of it.'],
};
export const WAITING: Readonly<Record<Errand, (place: string) => string>> = {
	glowcaps: (place) => `Three glowcaps. Have you been to the ${place}?`,
	hammer: (place) => `The ${place}. It has a red grip; you cannot miss it.`,
	letter: (place) => `Tovin lives in the ${place}. He bites only a little.`,
	rats: () => 'Four rats, I said. My money is on you.',
};
export const THANKS: Readonly<Record<Errand, readonly string[]>> = {
	glowcaps: ['They shine! The sick will see the morning.', 'Take eight gold, and my thanks with it.'],
	hammer: ['My hammer! You have a friend at the forge now.', 'Here is twelve gold, still warm.'],
	letter: ['Poisoned? Then we have no hour to lose. Thank you.', 'Ten gold from the archive. Spend it far from wells.'],
	rats: ['Four! The captain owes me a barrel.', 'Six gold is your share of it.'],
};
export const WARM: Readonly<Record<Person, string>> = {
	sela: 'Good to see you, friend. Mind the wet steps.',
	bram: 'Friend of the forge! Come in and get warm.',
	ysolde: 'Ah, my favourite reader. Ask me anything.',
	tovin: 'Hm. You again. It is... not unpleasant.',
	odrin: 'There goes the pride of the watch!',
	pip: 'Look, look! I can whistle with two fingers!',
	gorm: 'All right, all right. You are one of ours.',
	pedlar: 'Always a pleasure, best customer.',
};
export const PLAIN: Readonly<Record<Person, string>> = {
	sela: 'Yes? I have herbs to dry.',
	bram: 'If you buy nothing, do not stand in the light.',
	ysolde: 'Quietly, please. The books are asleep.',
	tovin: 'What now.',
	odrin: 'Move along. Nothing to see but rats.',
	pip: 'Are you a real knight?',
	gorm: 'I am not robbing anybody today. Walk on.',
	pedlar: 'Wares, good wares.',
};
export const COLD: Readonly<Record<Person, string>> = {
	sela: 'You have done enough harm here. Go.',
	bram: 'Out of my forge, before I forget myself.',
	ysolde: 'I have nothing to say to people like you.',
	tovin: 'Go away. I hate visitors, and I hate you most.',
	odrin: 'One more step and I call the watch.',
	pip: 'You are mean! I am telling everybody.',
	gorm: 'I have a long memory and a short knife.',
	pedlar: 'My wares are not for you.',
};

/** What an errand pays. */
export const REWARD: Readonly<Record<Errand, number>> = { glowcaps: 8, hammer: 12, letter: 10, rats: 6 };

/** One more of an errand's things is done; tells whether it counted. */
export function advance(folk: FolkState, errand: Errand): boolean {
	if (folk.stage[errand] !== 1) return false;
	folk.count[errand] += 1;
	folk.tracked = errand;
	if (folk.count[errand] >= NEEDED[errand]) folk.stage[errand] = 2;
	return true;
}
