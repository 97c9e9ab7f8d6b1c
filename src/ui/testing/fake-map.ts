// A map for looking at the page: a warren of so many places with look-alikes, a shut way, a dead end, a journey under way.
import type { NavView, PlaceView, PoseView, RouteView } from '../../core/navigation/view.ts';

const NAMES = [
	'Fern Court',
	'Salt Store',
	'Bone Vault',
	'Lantern Hall',
	'Ore Pit',
	'Cold Forge',
	'Blue Grotto',
	'Spore Den',
	'Map Room',
	'Cistern',
];
const SCREENS = ['title', 'options', 'play', 'talk', 'inventory', 'menu', 'dead', 'victory'];
const LEADS: readonly (readonly [string, string, string, number])[] = [
	['title', 'play', 'click start', 9],
	['title', 'options', 'click options', 1],
	['options', 'title', 'click back', 1],
	['play', 'talk', 'click mira', 14],
	['talk', 'play', 'click leave', 12],
	['play', 'inventory', 'open-bag', 3],
	['inventory', 'play', 'click close', 3],
	['play', 'menu', 'close', 2],
	['menu', 'play', 'click resume', 2],
	['menu', 'title', 'click quit', 0],
	['play', 'dead', 'click rat', 2],
	['dead', 'play', 'click try-again', 2],
	['talk', 'victory', 'click leave', 1],
	['victory', 'play', 'click play-again', 1],
];

/** @param count  of places in the world */
export function fakeMap(count = 30): { readonly nav: NavView; readonly pose: PoseView } {
	const wide = Math.ceil(Math.sqrt(count * 1.25));
	const places = Array.from({ length: count }, (_, i): PlaceView => {
		const [x, y] = [(i % wide) * 640 + ((i * 37) % 90), Math.floor(i / wide) * 448 + ((i * 53) % 70)];
		return {
			id: `place-${i}`,
			name: `${NAMES[i % NAMES.length]}${i < NAMES.length ? '' : ` ${Math.floor(i / NAMES.length) + 1}`}`,
			graph: 'world',
			screen: 'play',
			area: 'area-1',
			xy: [x, y],
			view: [x - 352, y - 192, 704, 384],
			picture: '1',
			seen: 1 + ((i * 7) % 9),
			deadEnd: i % 11 === 5,
			frontiers: i % 6 === 2 ? 1 + (i % 3) : 0,
			merged: i === 4 ? ['place-900', 'place-901'] : [],
		};
	});
	const routes: RouteView[] = [];
	const join = (a: number, b: number): void => {
		if (a >= count || b >= count) return;
		for (const [from, to] of [
			[a, b],
			[b, a],
		] as const) {
			const isShut = (a * 13 + b) % 17 === 3 && from === a;
			routes.push({
				id: `route-${from}-${to}`,
				graph: 'world',
				from: `place-${from}`,
				to: `place-${to}`,
				state: 'autonomous',
				ms: 3600 + ((a * 331) % 2400),
				walks: isShut ? 3 : (a * 5 + b) % 12,
				failures: isShut ? 2 : (a + b) % 7 === 0 ? 1 : 0,
				blockedMs: isShut ? 95_000 : 0,
				lastFail: isShut ? 'the picture stood still for 2 s: something shuts the way' : '',
				terrain: 'corridor',
				danger: (a + b) % 5 === 0 ? 0.25 : 0,
				interrupts: (a + b) % 5 === 0 ? ['dialogue'] : [],
				moves: [],
				planned: (a + b) % 19 === 8,
			});
		}
	};
	for (let i = 0; i < count; i++) {
		if ((i + 1) % wide !== 0 && i % 5 !== 3) join(i, i + 1);
		if (i % 3 !== 1) join(i, i + wide);
	}
	const screens = SCREENS.map(
		(name, i): PlaceView => ({
			id: `screen:${name}`,
			name,
			graph: 'page',
			screen: name,
			area: '',
			xy: null,
			view: null,
			picture: '',
			seen: 9 - i,
			deadEnd: name === 'options',
			frontiers: 0,
			merged: [],
		}),
	);
	const leads = LEADS.map(
		([from, to, move, walks]): RouteView => ({
			id: `${from}-${to}`,
			graph: 'page',
			from: `screen:${from}`,
			to: `screen:${to}`,
			state: 'autonomous',
			ms: 620,
			walks,
			failures: 0,
			blockedMs: 0,
			lastFail: '',
			terrain: '',
			danger: 0,
			interrupts: [],
			moves: [move],
			planned: walks === 0,
		}),
	);
	const at = places[Math.min(count - 1, 8)] as PlaceView;
	return {
		nav: { places: [...places, ...screens], routes: [...routes, ...leads] },
		pose: {
			state: 'reckoned',
			why: 'walked on from Fern Court',
			screen: 'play',
			area: 'area-1',
			xy: [(at.xy?.[0] ?? 0) + 130, at.xy?.[1] ?? 0],
			sigmaPx: 24,
			place: at.id,
			maybe: [],
			travel: {
				to: `place-${Math.min(count - 1, 8 + 2 * wide)}`,
				name: 'Bone Vault 3',
				route: [8 + wide, 8 + 2 * wide].filter((i) => i < count).map((i) => `place-${i}`),
				state: 'travelling',
				why: '',
			},
		},
	};
}
