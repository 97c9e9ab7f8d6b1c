// What the map says in words.
import type { NavView, PlaceView, PoseView, RouteView } from '../../core/navigation/view.ts';

/** Where the player is, for people. Lost is said plainly. */
export function poseWords(pose: PoseView, nameOf: (id: string) => string): { readonly title: string; readonly text: string } {
	switch (pose.state) {
		case 'fixed':
			return { title: pose.place === '' ? 'Position known' : `At ${nameOf(pose.place)}`, text: pose.why };
		case 'reckoned':
			return {
				title: pose.place === '' ? 'Position reckoned' : `Near ${nameOf(pose.place)}`,
				text: `${pose.why}${pose.sigmaPx > 0 ? `, give or take ${Math.round(pose.sigmaPx)} pixels` : ''}`,
			};
		case 'lost':
			return {
				title: 'Lost',
				text: `${pose.why}${pose.maybe.length > 1 ? `. It may be ${listed(pose.maybe.map(nameOf))}.` : ''}`,
			};
		case 'none':
			return { title: 'No position', text: pose.why };
	}
}

const TRAVEL = {
	travelling: 'On the way to',
	recovering: 'Finding the way back to',
	waiting: 'Waiting to go to',
	asking: 'Asking for a way to',
} as const;

export function travelWords({ state, name, route, why }: NonNullable<PoseView['travel']>): string {
	const left = route.length === 0 ? '' : route.length === 1 ? ', the last stretch' : `, ${route.length} stretches to go`;
	return `${TRAVEL[state]} ${name}${left}${why === '' ? '' : ` (${why})`}`;
}

/** How often a way was walked and how often that failed, as k/w. */
export function countWords({ walks, failures }: Pick<RouteView, 'walks' | 'failures'>): string {
	return `${walks}/${failures}`;
}

export function routeWords(route: RouteView): string {
	const walked = route.walks === 0 ? 'never walked' : `walked ${times(route.walks)}`;
	const parts = [
		route.planned ? 'told by a model, not walked yet' : walked,
		route.failures === 0 ? '' : `failed ${times(route.failures)}`,
		route.ms > 0 ? `${route.walks === 0 ? 'about ' : ''}${(route.ms / 1000).toFixed(1)} s` : '',
		route.blockedMs > 0 ? `blocked, tried again in ${spanWords(route.blockedMs)}` : '',
		route.danger >= 0.1 ? `interrupted ${Math.round(100 * route.danger)} % of the time${byWords(route.interrupts)}` : '',
		route.terrain,
	];
	return parts.filter((p) => p !== '').join(', ');
}

const byWords = (interrupts: readonly string[]): string => (interrupts.length === 0 ? '' : ` by ${interrupts.join(', ')}`);

export function placeWords(place: PlaceView): string {
	const parts = [
		place.seen === 0 ? 'not visited' : `visited ${times(place.seen)}`,
		place.deadEnd ? 'dead end' : '',
		place.frontiers === 0 ? '' : place.frontiers === 1 ? 'one way untried' : `${place.frontiers} ways untried`,
		place.merged.length === 0 ? '' : place.merged.length === 1 ? 'one place taken for it' : `${place.merged.length} places taken for it`,
	];
	return parts.filter((p) => p !== '').join(', ');
}

/** The picture in a sentence, for who does not see it. */
export function mapWords(nav: NavView, graph: 'world' | 'page', pose: PoseView, nameOf: (id: string) => string): string {
	const places = nav.places.filter((p) => p.graph === graph);
	const routes = nav.routes.filter((r) => r.graph === graph);
	const blocked = routes.filter((r) => r.blockedMs > 0).length;
	const what = graph === 'world' ? 'places' : 'screens';
	const where = graph === 'world' ? ` ${poseWords(pose, nameOf).title}.` : pose.screen === '' ? '' : ` ${pose.screen} shows.`;
	return `Map of ${places.length} ${what} and ${routes.length} ways, ${blocked} of them blocked.${where} The list beside it holds the same.`;
}

function times(n: number): string {
	return n === 1 ? 'once' : n === 2 ? 'twice' : `${n} times`;
}

export function spanWords(ms: number): string {
	const s = Math.ceil(ms / 1000);
	return s < 90 ? `${s} s` : s < 5400 ? `${Math.round(s / 60)} min` : `${Math.round(s / 3600)} h`;
}

function listed(names: readonly string[]): string {
	if (names.length < 3) return names.join(' or ');
	return names.length > 5 ? `one of ${names.length} places` : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
