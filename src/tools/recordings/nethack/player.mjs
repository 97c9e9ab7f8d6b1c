// Plays NetHack by what its terminal shows, and answers for a model about it: a list of rules, and a search over the map for the
// nearest place that has not been seen. It knows no more than the picture and what it has done.

/** Pixels of a terminal cell. */
const CELL = { width: 10, height: 18 };
const STATUS_ROW = 23;
const MORE = '--More--';
/** The map begins in the terminal's second row. */
const MAP_TOP = 1;
const BROWN = 3;
export const MODEL = 'nethack-stand-in (scripted)';
export const SIZE = { width: 80 * CELL.width, height: 24 * CELL.height };

/** Verb → step on the map. */
const STEPS = {
	north: [0, -1],
	'north-east': [1, -1],
	east: [1, 0],
	'south-east': [1, 1],
	south: [0, 1],
	'south-west': [-1, 1],
	west: [-1, 0],
	'north-west': [-1, -1],
};
const verbTo = (dx, dy) => Object.keys(STEPS).find((verb) => STEPS[verb][0] === dx && STEPS[verb][1] === dy);
const slugOf = (name) => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
const place = (x, y) => y * 80 + x;

/** @param screen  what the terminal told last */
const isDoor = ({ map, colours }, x, y) => '+|-'.includes(map[y][x]) && colours[y][x] === BROWN;
function isFloor(screen, x, y) {
	const c = screen.map[y]?.[x];
	if (c === undefined || c === ' ') return false;
	// A boulder stays where it is, and so does this player: it does not push.
	return isDoor(screen, x, y) || !'|-+ `0}'.includes(c);
}

/** What is on the terminal, as a model would be told to say it. */
export function perceive({ rows, map, monsters, player, waits }) {
	const row = (y) => y * CELL.height;
	const span = (y, from, to) => [from * CELL.width, row(y), (to - from) * CELL.width, CELL.height];
	const elements = [];
	const facts = [];
	const add = (name, kind, box, stable, text) => elements.push({ name, kind, box, stable, ...(text === undefined ? {} : { text }) });
	const more = rows.findIndex((text) => text.includes(MORE));
	const at = more < 0 ? -1 : rows[more].indexOf(MORE);
	// A long message goes on in the next row; what is told of it is the first.
	const until = more === 0 ? at : 80;
	const message = rows[0].slice(0, until).trim();
	if (message !== '') add('message', 'text', span(0, 0, until), true, message);
	if (more >= 0) add('more-prompt', 'text', span(more, at, at + MORE.length), true, MORE);
	const status = rows[STATUS_ROW];
	for (const [name, form] of Object.entries({
		depth: /Dlvl:(\d+)/,
		gold: /\$:(\d+)/,
		hp: /HP:(\d+)\(\d+\)/,
		turn: /T:(\d+)/,
	})) {
		const found = form.exec(status);
		if (!found) continue;
		add(`${name}-field`, 'text', span(STATUS_ROW, found.index, found.index + found[0].length), true, found[0]);
		facts.push({ name, value: Number(found[1]), element: `${name}-field` });
	}
	const cell = ({ x, y }) => span(y + MAP_TOP, x, x + 1);
	// A text over the map hides what lies under it.
	const shown = ({ x, y }) => rows[y + MAP_TOP][x] === map[y][x];
	if (shown(player)) add('player', 'tile', cell(player), false);
	for (const [sign, name] of [
		['>', 'stairs-down'],
		['<', 'stairs-up'],
	])
		map.forEach((line, y) => {
			for (let x = line.indexOf(sign); x >= 0; x = line.indexOf(sign, x + 1)) if (shown({ x, y })) add(name, 'tile', cell({ x, y }), false);
		});
	for (const monster of monsters)
		if ((monster.x !== player.x || monster.y !== player.y) && shown(monster)) add(slugOf(monster.name), 'tile', cell(monster), false);
	const [x, y, w, h] = cell(player);
	if (message !== '') facts.push({ name: 'message', value: message, element: 'message' });
	if (shown(player)) facts.push({ name: 'player', value: [x + w / 2, y + h / 2], element: 'player' });
	facts.push({ name: 'stairs', value: elements.filter((e) => e.name === 'stairs-down').length, element: 'stairs-down' });
	return { screen: waits, elements, facts };
}

const is = (f, v) => ({ f, op: '==', v });

/** Remembers where it has been, as a player does. */
export function makePlayer() {
	let depth = 0;
	let visited = new Map();
	/** Squares that a step did not lead to. */
	let blocked = new Set();
	let last;
	let searched = 0;

	/** Told of each screen once, with the act that led to it. */
	function see(screen, act) {
		const { player, stats } = screen;
		if (stats.depth !== depth) {
			depth = stats.depth;
			visited = new Map();
			blocked = new Set();
			last = undefined;
		}
		const step = STEPS[act?.verb];
		if (step !== undefined && last !== undefined && last.x === player.x && last.y === player.y) {
			const to = { x: player.x + step[0], y: player.y + step[1] };
			const foe = screen.monsters.some((m) => m.x === to.x && m.y === to.y);
			const key = `${place(player.x, player.y)} ${place(to.x, to.y)}`;
			// The first bump may have opened a door or felled a foe.
			if (!foe && visited.has(`bump ${key}`)) blocked.add(key);
			visited.set(`bump ${key}`, true);
		}
		visited.set(place(player.x, player.y), (visited.get(place(player.x, player.y)) ?? 0) + 1);
		searched = act?.verb === 'search' ? searched + 1 : 0;
		last = player;
	}

	/** The first step of the shortest way to a square that is wanted. */
	function stepTo(screen, wanted) {
		const { player } = screen;
		const from = new Map([[place(player.x, player.y), undefined]]);
		const queue = [[player.x, player.y, undefined]];
		for (let i = 0; i < queue.length; i++) {
			const [x, y, first] = queue[i];
			if (first !== undefined && wanted(x, y)) return first;
			for (const [verb, [dx, dy]] of Object.entries(STEPS)) {
				const [nx, ny] = [x + dx, y + dy];
				if (from.has(place(nx, ny)) || !isFloor(screen, nx, ny) || blocked.has(`${place(x, y)} ${place(nx, ny)}`)) continue;
				// Nobody goes through a door aslant.
				if (dx !== 0 && dy !== 0 && (isDoor(screen, x, y) || isDoor(screen, nx, ny))) continue;
				from.set(place(nx, ny), true);
				queue.push([nx, ny, first ?? verb]);
			}
		}
		return undefined;
	}

	function decide(screen, lastVerb) {
		const { player, monsters, waits } = screen;
		const stairs = screen.map.some((line) => line.includes('>'));
		if (waits === 'more')
			return { act: 'confirm', because: [is('screen', 'more')], scope: 'game', confidence: 0.95, why: 'There is more to read.' };
		if (waits === 'question')
			return { act: 'refuse', because: [is('screen', 'question')], scope: 'game', confidence: 0.9, why: 'Whatever it is: no.' };
		const foe = monsters.find(
			(m) => Math.max(Math.abs(m.x - player.x), Math.abs(m.y - player.y)) === 1 && !'@'.includes(screen.map[m.y][m.x]),
		);
		if (foe !== undefined)
			return {
				act: verbTo(foe.x - player.x, foe.y - player.y),
				because: [is('screen', 'play'), is(`sees.${slugOf(foe.name)}`, true)],
				scope: 'here',
				confidence: 0.7,
				why: `The ${foe.name} stands beside us, so it is fought.`,
				missing: 'foe-bearing',
			};
		if (!stairs && lastVerb === 'travel-down')
			return {
				act: 'descend',
				because: [is('screen', 'play'), is('stairs-seen', false), is('last.verb', 'travel-down')],
				scope: 'game',
				confidence: 0.9,
				why: 'The stairs are under our feet now.',
			};
		if (stairs && lastVerb !== 'travel-down')
			return {
				act: 'travel-down',
				because: [is('screen', 'play'), is('stairs-seen', true)],
				scope: 'game',
				confidence: 0.9,
				why: 'There are the stairs down.',
			};
		const unseen = (x, y) => Object.values(STEPS).some(([dx, dy]) => screen.map[y + dy]?.[x + dx] === ' ');
		const fresh = (x, y) => !visited.has(place(x, y));
		const way =
			(stairs ? stepTo(screen, (x, y) => screen.map[y][x] === '>') : undefined) ??
			stepTo(screen, (x, y) => fresh(x, y) && '$?!'.includes(screen.map[y][x])) ??
			stepTo(screen, (x, y) => fresh(x, y) && unseen(x, y));
		if (way !== undefined && searched !== 1)
			return {
				act: way,
				because: [is('screen', 'play')],
				scope: 'here',
				confidence: 0.4,
				why: 'The nearest place that has not been seen lies this way.',
				missing: 'map',
			};
		return {
			act: 'search',
			because: [is('screen', 'play')],
			scope: 'here',
			confidence: 0.4,
			why: 'All is seen; a door may be hidden.',
			missing: 'map',
		};
	}
	return { see, decide };
}

const LINES = {
	depth: ['Level {is}. The air does not improve.', 'Down from {was} to {is}, as the manual says.'],
	kill: ['The {foe} will not be missed.', 'One {foe} fewer, and {hp} hit points to tell of it.'],
	struck: ['The {foe} disagrees with me.', 'That {foe} left me {hp} hit points.'],
	missed: ['I meant to miss the {foe}.', 'The {foe} is quicker than it looks.'],
	find: ['So this is {thing}.', 'Somebody left {thing} here.'],
	gold: ['{is} gold pieces. I was at {was}.', 'My purse says {is} now.'],
	wounded: ['{hp} hit points. I have read how this ends.', 'Down to {hp}. The manual is silent.'],
	door: ['The door {does}. Good manners.', 'It {does}, with a noise.'],
};

export function narrate({ event, tick }) {
	const { type, ...values } = event;
	const form = (LINES[type] ?? ['So it goes.'])[tick % 2] ?? 'So it goes.';
	const slots = {};
	const line = form.replaceAll(/\{([a-z-]+)\}/g, (_, name) => {
		slots[name] = String(values[name]);
		return slots[name];
	});
	return { line, slots };
}

export const PLAN = {
	goals: [
		{ name: 'Go down', priority: 2, when: [is('stairs-seen', true)], until: [is('stairs-seen', false)] },
		{ name: 'Look for the stairs', priority: 1, when: [], until: [] },
	],
	rules: [],
};

/** A decision in the full form of the wire. */
export function decisionOf({ act, because, scope, confidence, why, missing }, facts) {
	return {
		act: { verb: act, args: {} },
		options: [{ act: { verb: act, args: {} }, value: 1, ok: true }],
		because: because.filter(({ f, v }) => facts[f] === v),
		unless: [],
		expects: [],
		until: [],
		scope,
		confidence,
		missing: missing === undefined ? [] : [{ name: missing, type: 'enum', why: 'it says which way to go' }],
		reasoning: why,
	};
}

/** A chat completion about the screen that is shown; what it costs is estimated: four characters a token, a token for 750 pixels. */
export function reply(body, screen, decision) {
	const parts = body.messages.flatMap(({ content }) => (typeof content === 'string' ? [{ type: 'text', text: content }] : content));
	const question = JSON.parse(parts.filter(({ type }) => type === 'text')[2].text);
	const answer = {
		perception: () => perceive(screen),
		decision: () => decisionOf(decision, question.facts),
		strategy: () => PLAN,
		narration: () => narrate(question),
	}[question.ask]();
	const content = JSON.stringify(answer);
	const prompt = parts.reduce(
		(sum, part) => sum + Math.ceil(part.type === 'text' ? part.text.length / 4 : (SIZE.width * SIZE.height) / 750),
		0,
	);
	return {
		model: MODEL,
		choices: [{ message: { role: 'assistant', content } }],
		usage: { prompt_tokens: prompt, completion_tokens: Math.ceil(content.length / 4) },
	};
}
