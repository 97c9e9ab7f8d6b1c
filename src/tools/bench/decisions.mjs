// Deciding: ours beside the usual ways to save calls, in other people's environments, with their own bots as the teacher. Every contender
// meets the same episodes and is given the same answers; calls, returns and harm are counted by whoever plays (decisions/play.ts).
import { availableParallelism } from 'node:os';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../files.mjs';
import { buildModule } from '../node-module.mjs';
import { log } from '../setup.mjs';
import { codeOf, keep, keptOf, keyOf, PLAYED } from './decisions/kept.mjs';
import { ensureWorld, NOT_PLAYED, startWorld, WORLDS } from './decisions/worlds.mjs';

const SEEDS = [1, 2, 3, 4, 5];
const EIGHT_HOURS = { points: 6400 };
const TWO_HOURS = { points: 1600 };
const FOUR_HOURS = { points: 3200 };
/** How long each world is played: two hours unless said. */
const LENGTHS = {
	'babyai-gotolocal': EIGHT_HOURS,
	'babyai-goto': { episodes: 400 },
	'babyai-open': EIGHT_HOURS,
	'babyai-pickuploc': EIGHT_HOURS,
	'babyai-putnextlocal': EIGHT_HOURS,
	'babyai-unlocklocal': EIGHT_HOURS,
	'overcooked-cramped-room': FOUR_HOURS,
	'overcooked-asymmetric-advantages': FOUR_HOURS,
	// A game takes seconds to make, and half a second to start.
	textworld: { episodes: 30 },
	// Five rounds of its 30 tasks, each round with other variations.
	scienceworld: { episodes: 150 },
};
/** In the noisy and the changing world. */
const STRAINED = 'babyai-gotolocal';
const NOISES = [0.05, 0.1, 0.2].map((random) => ({ random, dropped: 0.15, lying: 0.1 }));
const CHANGE_AT = 3200;
const CHANGED_POINTS = 4800;
/** Of each world's teacher so many decisions are recorded for goals 6 and 7: what a game has shown after two hours at the most. */
const RECORDED = 800;

/** Works through the tasks, as many at once as there are processors; each lane keeps the worlds that it has started. */
async function inLanes(tasks, work) {
	const open = [...tasks];
	const lane = async () => {
		const worlds = new Map();
		try {
			for (let task = open.shift(); task !== undefined; task = open.shift()) await work(task, worlds);
		} finally {
			for (const world of worlds.values()) await world.close();
		}
	};
	await Promise.all(Array.from({ length: Math.min(tasks.length, availableParallelism()) }, lane));
}

/** Why these options cannot be run; undefined when they can. */
export function faultIn({ worlds = [] }) {
	const unknown = worlds.find((name) => !Object.hasOwn(WORLDS, name));
	return unknown === undefined ? undefined : `There is no world "${unknown}"; there are ${Object.keys(WORLDS).join(', ')}.`;
}

/** @param {{ quick?: boolean, worlds?: readonly string[] }} options  `worlds`: these alone; the noisy and the changing one with their own */
export async function run({ quick = false, worlds = Object.keys(WORLDS) } = {}) {
	const seeds = quick ? SEEDS.slice(0, 1) : SEEDS;
	const { module: m, remove } = await buildModule(join(import.meta.dirname, 'decisions', 'node.ts'));
	try {
		const places = new Map();
		const absent = Object.entries(NOT_PLAYED).map(([what, why]) => `${what}: not here: ${why}.`);
		for (const name of worlds) {
			const place = ensureWorld(name);
			if (place.why === undefined) places.set(name, place.python);
			else absent.push(`${name}: not here: ${place.why}.`);
		}
		const contenders = [...m.peersOf(m.DELTA), m.falsework()];
		const [asks] = contenders;
		const ours = contenders.at(-1);
		const usual = (name) => LENGTHS[name] ?? TWO_HOURS;
		const length = (name) => (!quick ? usual(name) : usual(name).episodes === undefined ? { points: 800 } : { episodes: 15 });
		const tasks = [...places.keys()].flatMap((world) =>
			seeds.flatMap((seed) => contenders.map((contending) => ({ of: world, world, seed, contending, ...length(world) }))),
		);
		const strains = !places.has(STRAINED)
			? []
			: [
					...NOISES.map((noise) => ({
						what: `teacher ${100 * noise.random} % random, ${100 * noise.dropped} % of literals dropped, ${100 * noise.lying} % lies`,
						...(quick ? { points: 1600 } : FOUR_HOURS),
						noise,
						from: 800,
					})),
					{
						what: 'left and right swapped at hour 4',
						...(quick ? { points: 1600, swapAt: 800, from: 800 } : { points: CHANGED_POINTS, swapAt: CHANGE_AT, from: CHANGE_AT }),
					},
				];
		for (const strain of strains)
			for (const seed of seeds)
				for (const contending of [asks, ours]) tasks.push({ ...strain, of: strain.what, world: STRAINED, seed, contending });

		for (const world of places.keys())
			for (const seed of seeds) tasks.push({ of: 'recorded', world, seed, record: length(world).episodes ?? RECORDED });

		const codes = { ours: await codeOf('node.ts'), peers: [await codeOf('peers.ts'), await codeOf('play.ts'), String(m.DELTA)] };
		const plain = ({ of: _, contending, ...task }) => ({
			...task,
			who: contending === undefined ? 'recorded' : contenders.indexOf(contending),
		});
		const played = new Map();
		const read = [];
		const foretold = [];
		const about = new Map();
		let done = 0;
		let before = 0;
		await inLanes(tasks, async (task, started) => {
			const key = keyOf(task.contending === undefined || task.contending === ours ? [codes.ours] : codes.peers, plain(task));
			const begun = Date.now();
			let result = keptOf(key);
			if (result !== undefined) before++;
			else {
				let world = started.get(task.world);
				// Whoever swaps the controls has a world of its own, so that nobody else meets them swapped.
				if (world === undefined || task.swapAt !== undefined) {
					const program = startWorld(task.world, places.get(task.world));
					world = m.worldOf(program.ask, program.close);
					if (task.swapAt === undefined) started.set(task.world, world);
				}
				const description = await world.describe();
				const { teacher, versions } = description;
				if (task.record === undefined) result = { teacher, versions, run: await m.play({ ...task, world, description }) };
				else {
					const trace = await m.record(world, task.seed, Math.min(RECORDED, task.record * 5));
					const told = [m.plainTree, ours].map((contending) => m.foretell(trace, description, contending, task.seed));
					result = { teacher, versions, read: m.readChains(trace, description), foretold: told };
				}
				if (task.swapAt !== undefined) await world.close();
				keep(key, result);
			}
			about.set(task.world, result);
			done++;
			if (task.record !== undefined) {
				read.push(result.read);
				foretold.push(...result.foretold);
				return;
			}
			played.set(task.of, [...(played.get(task.of) ?? []), result.run]);
			const { who, called } = result.run;
			log(
				`${done} of ${tasks.length}: ${task.of}, seed ${task.seed}, ${who}: ${m.percent(1 - m.sum(called) / called.length)} local over ${called.length} decisions, ${Math.round((Date.now() - begun) / 1000)} s`,
			);
		});

		const told = new Map([...places.keys()].map((world) => [world, m.tellWorld(inOrder(played.get(world), contenders))]));
		const goals = [...m.goalsOf(told), ...(read.length === 0 ? [] : m.streamGoals(read, foretold))];
		const strained = strains.flatMap(({ what, from }) => {
			const runs = played.get(what);
			return m.strainOf(
				what,
				runs.filter(({ who }) => who === m.OURS),
				runs.filter(({ who }) => who === m.ASKS),
				from,
			);
		});
		const rows = [...told].flatMap(([world, of]) => m.rowsOf(world, of));
		for (const one of strained) {
			const row = (what, unit, value) => ({
				what: `${one.what}: ${what}`,
				who: one.who,
				unit,
				n: seeds.length,
				p10: value,
				median: value,
				p99: value,
			});
			rows.push(
				row('decisions without a call, last hour', '%', 100 * one.lastLocal),
				row('true harm of local acts, last hour', '%', 100 * one.lastHarm),
				row('decisions until harm is under δ again', 'decisions', one.calm),
			);
		}
		const curve = told.has(STRAINED) ? m.curveOf(told.get(STRAINED)) : [];
		if (!quick && curve.length > 0)
			writeFileSync(join(root, 'docs', 'decisions-curve.svg'), m.drawCalls('Calls to a model in each hour, BabyAI-GoToLocal', curve, 1000));
		return {
			rows,
			ratios: [...told].flatMap(([world, of]) => m.ratiosOf(world, of)),
			accuracy: Object.fromEntries(goals.map(({ n, what, met }) => [`goal ${n} met: ${what}`, met ? 1 : 0])),
			goals,
			strained,
			curve,
			seeds,
			runs: { all: tasks.length, playedBefore: before },
			worlds: Object.fromEntries([...about].map(([world, { teacher, versions }]) => [world, { teacher, versions, ...length(world) }])),
			absent,
			notes: [
				...goals.flatMap(({ n, what, ours, peers, met }) => [
					`Goal ${n}${met ? '' : ' MISSED'}: ${what}`,
					`  ours: ${ours}`,
					`  peers: ${peers}`,
				]),
				...strained.map(
					(s) =>
						`${s.what}: ${m.percent(s.lastLocal)} local in the last hour at ${m.percent(s.lastHarm)} harm, under δ ${s.calm} decisions on, ${m.percent(s.local)} local over all, ρ ${m.fixed(s.ratio)}`,
				),
				...absent,
				...(before === 0
					? []
					: [`${before} of ${tasks.length} runs had been played before by the very same code, and were kept in ${PLAYED}.`]),
				'Reasons and chains are built from the reasons of each package’s own bot; similarity is the cosine of fact vectors.',
			],
			broken: [
				...goals.filter(({ met }) => !met).map(({ n, what, ours }) => `goal ${n}: ${what}; measured ${ours}`),
				...strained
					.filter(({ met }) => !met)
					.map((s) => `${s.what}: harm ${m.percent(s.lastHarm)} in the last hour, under δ only ${s.calm} decisions on`),
			],
		};
	} finally {
		remove();
	}
}

/** Runs as they are told: by contender in the order of the tables, then by seed. */
function inOrder(runs, contenders) {
	const names = contenders.map((contending) => contending({ name: '', teacher: '', facts: [], actions: [], versions: {} }, 0).who);
	return [...runs].sort((a, b) => names.indexOf(a.who) - names.indexOf(b.who) || a.seed - b.seed);
}
