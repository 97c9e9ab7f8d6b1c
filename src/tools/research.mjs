// `npm run research -- [--out DIR] [--worlds NAME,…] [--points N] [--quick]`: tunes the decision learner on recorded runs of other
// people's environments. Settings are chosen on some seeds and judged on others; the bench plays yet others.
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { endWithUsage, typedPath } from './arguments.mjs';
import { ensureWorld, startWorld, WORLDS } from './bench/decisions/worlds.mjs';
import { LAPS, measure, recordingsHere } from './delta/run.mjs';
import { hashOfFile, root } from './files.mjs';
import { buildModule } from './node-module.mjs';
import { log } from './setup.mjs';

const TRAIN = [201, 202, 203, 204];
const HELD = [301, 302, 303, 304, 305];
const WORLDS_USUAL = ['babyai-gotolocal', 'babyai-goto', 'babyai-unlocklocal', 'overcooked-cramped-room'];
const POINTS = 2400;
/** Of the replays of the repository's recordings. */
const METRIC_SEEDS = [1, 2, 3];
/** Settings that go on to the held-out runs, and combinations of them. */
const ON = 6;
const TOGETHER = 4;
const cache = join(root, '.cache', 'research');

const HELP = `npm run research -- [--out DIR] [--worlds NAME,…] [--points N] [--quick]

Replays recorded runs under varied settings of the decision learner, in parallel workers, and writes report.md, report.json and
pictures to a folder. What is better on runs that it was not chosen by, returns at least 0.98 of always asking when it is played, and
leaves none of the five metrics worse over the repository's recordings, is named there; adopting it is a person's act
(src/core/reasoning/tuning.ts).

  --out DIR      where to (default: .cache/research/report)
  --worlds …     of: ${Object.keys(WORLDS).join(', ')}
                 (default: ${WORLDS_USUAL.join(', ')})
  --points N     decisions in each recorded run (default: ${POINTS})
  --quick        one world, two seeds each, 400 decisions: to see it work`;

function readArguments() {
	try {
		const { values } = parseArgs({
			options: {
				out: { type: 'string' },
				worlds: { type: 'string' },
				points: { type: 'string' },
				quick: { type: 'boolean', default: false },
				help: { type: 'boolean', short: 'h' },
			},
			strict: true,
		});
		if (values.help) endWithUsage(HELP);
		const points = values.points === undefined ? (values.quick ? 400 : POINTS) : Number(values.points);
		if (!Number.isInteger(points) || points < 1) throw new Error(`--points wants a whole number above 0, not "${values.points}".`);
		const worlds = values.worlds?.split(',') ?? (values.quick ? WORLDS_USUAL.slice(0, 1) : WORLDS_USUAL);
		for (const name of worlds) if (!Object.hasOwn(WORLDS, name)) throw new Error(`There is no world "${name}".`);
		return {
			out: values.out === undefined ? join(cache, 'report') : typedPath(values.out),
			worlds,
			points,
			train: values.quick ? TRAIN.slice(0, 2) : TRAIN,
			held: values.quick ? HELD.slice(0, 2) : HELD,
		};
	} catch (error) {
		return endWithUsage(HELP, error.message);
	}
}

/** A recorded run in the cache; made when it is not there, or when the program that plays the world has changed. */
async function recorded(m, name, python, seed, points) {
	const program = hashOfFile(join(import.meta.dirname, 'bench', 'decisions', WORLDS[name].program)).slice(0, 12);
	const file = join(cache, `${name}-${seed}-${points}-${program}.json`);
	if (existsSync(file)) return file;
	const { ask, close } = startWorld(name, python);
	const world = m.worldOf(ask, close);
	try {
		const description = await world.describe();
		const trace = await m.record(world, seed, points);
		writeFileSync(`${file}.part`, JSON.stringify({ description, trace }));
		renameSync(`${file}.part`, file);
	} finally {
		await world.close();
	}
	log(`recorded ${name}, seed ${seed}`);
	return file;
}

/** Replays in as many workers as there are processors. */
function makeWorkers(module) {
	const waiting = new Map();
	const queue = [];
	const idle = [];
	const workers = Array.from({ length: availableParallelism() }, () => {
		const worker = new Worker(new URL('./research/worker.mjs', import.meta.url), { workerData: { module } });
		worker.on('message', ({ id, replayed }) => {
			waiting.get(id).resolve(replayed);
			waiting.delete(id);
			idle.push(worker);
			next();
		});
		worker.on('error', (error) => {
			for (const { reject } of waiting.values()) reject(error);
		});
		idle.push(worker);
		return worker;
	});
	let made = 0;
	function next() {
		while (idle.length > 0 && queue.length > 0) idle.pop().postMessage(queue.shift());
	}
	return {
		replay: (file, tuning, seed) =>
			new Promise((resolvePromise, reject) => {
				const id = made++;
				waiting.set(id, { resolve: resolvePromise, reject });
				queue.push({ id, file, tuning, seed });
				next();
			}),
		close: () => Promise.all(workers.map((worker) => worker.terminate())),
	};
}

const { out, worlds, points, train, held } = readArguments();
mkdirSync(cache, { recursive: true });
mkdirSync(out, { recursive: true });
const { file: module, module: m, remove } = await buildModule(join(import.meta.dirname, 'research', 'node.ts'));
const workers = makeWorkers(pathToFileURL(module).href);
try {
	const here = [];
	for (const name of worlds) {
		const { python, why } = ensureWorld(name);
		if (why === undefined) here.push({ name, python });
		else log(`${name} is not here: ${why}.`);
	}
	if (here.length === 0) throw new Error('None of the worlds can be had here, so there is nothing to tune on.');
	const record = async (seeds) => {
		const files = [];
		for (const { name, python } of here)
			for (const seed of seeds) files.push({ seed, file: await recorded(m, name, python, seed, points) });
		return files;
	};
	const over = (setting, files) => Promise.all(files.map(({ file, seed }) => workers.replay(file, setting.tuning, seed)));
	const judged = async (settings, files) => {
		const asInPlay = await over(m.AS_IN_PLAY, files);
		const all = [m.judge('', asInPlay, asInPlay)];
		for (const setting of settings) {
			all.push(m.judge(setting.name, await over(setting, files), asInPlay));
			log(`${setting.name}: ${all.at(-1).gain.value.toFixed(4)}`);
		}
		return all;
	};

	const toChoose = await record(train);
	const single = m.alone();
	const tried = await judged(single, toChoose);
	const best = m.promising(tried, ON).map(({ name }) => single.find((setting) => setting.name === name));
	const finalists = [...best, ...m.together(best, TOGETHER)];
	const toJudge = await record(held);
	const heldOut = await judged(finalists, toJudge);

	// What is better so far is played, since a replay cannot tell what a harmful act would have led to.
	const better = heldOut.filter(m.isBetter).sort((a, b) => b.gain.value - a.gain.value);
	const checked = [];
	let kept = m.AS_IN_PLAY;
	let metrics;
	for (const { name } of better) {
		const setting = finalists.find((one) => one.name === name);
		const results = [];
		for (const { name: world, python } of here) {
			const { ask, close } = startWorld(world, python);
			const playing = m.worldOf(ask, close);
			const description = await playing.describe();
			const play = (contending) => m.play({ world: playing, description, contending, seed: held[0], points });
			const asked = await play(m.alwaysAsk);
			const run = await play(m.falsework(setting.tuning));
			await playing.close();
			const calls = m.sum(run.called);
			results.push({
				world,
				name,
				ratio: m.returnRatio(run.returns, asked.returns, 1).value,
				local: 1 - calls / run.called.length,
				harm: m.harmShare(run),
			});
		}
		checked.push(...results);
		if (results.some(({ ratio }) => ratio < m.RATIO_LEAST)) continue;
		log(`${name}: the five metrics over ${recordingsHere().length} recordings …`);
		metrics = m.compare(
			await measure(root, recordingsHere(), METRIC_SEEDS),
			await measure(root, recordingsHere(), METRIC_SEEDS, setting.tuning),
		);
		if (metrics.some(({ worse }) => worse)) continue;
		kept = setting;
		break;
	}
	const findings = {
		worlds: here.map(({ name }) => name),
		trainSeeds: train,
		heldSeeds: held,
		points,
		tried,
		held: heldOut,
		checked,
		...(metrics === undefined ? {} : { metrics, laps: LAPS, metricSeeds: METRIC_SEEDS }),
		kept: kept.name,
		tuning: kept.tuning,
	};
	writeFileSync(join(out, 'report.md'), m.tell(findings));
	writeFileSync(join(out, 'report.json'), `${JSON.stringify(findings, undefined, '\t')}\n`);
	writeFileSync(join(out, 'knobs.svg'), m.drawGains('Gain in worth of each knob alone, runs to choose by', tried));
	writeFileSync(join(out, 'held.svg'), m.drawGains('Gain in worth on held-out runs', heldOut));
	process.stdout.write(
		`${kept.name === '' ? 'Nothing is better than what holds in play' : `Better: ${kept.name}`}; ${join(out, 'report.md')}\n`,
	);
} finally {
	await workers.close();
	remove();
}
