// The program. Each command is a line of the table; wrong arguments end with its usage and exit 2.
import { spawn } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parentPort } from 'node:worker_threads';
import { startCompanion } from './companion.ts';
import { DEFAULT_PANIC_KEY } from './control.ts';
import { RELAY_PORT, relayKey, startRelay } from './feed/relay.ts';
import { defaultDataDir } from './files.ts';
import { DRIVER_NAMES, type DriverName } from './input/choose.ts';
import { runWatchdog } from './input/watchdog.ts';
import { MODELS_USAGE, ModelsUsageError, runModels } from './models-command.ts';
import { carryPack } from './pack.ts';
import { play, PlayError } from './play.ts';
import { explainTakenPort } from './port-owner.ts';
import { serveRecords } from './records/desk.ts';
import { findDisplay } from './x-display.ts';

/** Part of the storage's origin: another port would be a browser without its crystals. */
export const PORT = 4953;

class UsageError extends Error {
	override readonly name = 'UsageError';
}

interface Command {
	readonly name: string;
	readonly usage: string;
	readonly about: string;
	/** Not listed: run by this program itself. */
	readonly hidden?: boolean;
	readonly run: (args: readonly string[]) => Promise<number>;
}

const COMMANDS: readonly Command[] = [
	{
		name: 'start',
		usage: 'falsework [start] [--no-open] [--driver NAME] [--dry-run] [--data DIR] [--panic-key KEYS] [--origin URL]… [--feed-origin URL]…',
		about: 'serves the page and opens the browser; --feed-origin names the only sites that may read the scorecard',
		run: runStart,
	},
	{
		name: 'play',
		usage:
			'falsework play --profile FILE --window TITLE [--teacher URL --model NAME [--price IN,OUT] [--simulated] [--key-env NAME] [--box-format FORMAT]] [--minutes N] [--report DIR] [--store DIR] [--pack FILE] [--driver NAME] [--dry-run] [--wait SECONDS] [--always-ask] [--option NAME=VALUE]…\n       falsework play --profile practice [--headless] [--always-ask] [--minutes N] [--report DIR] [--store DIR]',
		about: 'plays a session unattended and writes its report',
		run: runPlay,
	},
	{
		name: 'pack',
		usage: 'falsework pack export FILE [--game ID] [--store DIR]\n       falsework pack import FILE [--store DIR]',
		about: 'the crystals that play keeps in DIR as a pack, and a pack into them, in shadow; the page does the same for its own',
		run: runPack,
	},
	{
		name: 'models',
		usage: MODELS_USAGE,
		about: 'the folder of models that the companion serves: lists it, adds what a folder holds, assembles test weights, hashes it all',
		run: runModelsCommand,
	},
	{
		name: 'relay',
		usage:
			'falsework relay [--from URL] [--delay SECONDS] [--host ADDRESS] [--port N] [--viewers N] [--feed-origin URL]… [--new-key | --no-key] [--data DIR]',
		about:
			'hands the scorecard on to a public site: one snapshot a second at most, as late as --delay says, to who has the key that it shows; reads the companion of this computer, or the relay that --from names',
		run: runRelay,
	},
	// For browser tests: the page and companion on FALSEWORK_PORT, no browser; one line of JSON says where and with which code.
	{
		name: 'serve',
		usage: 'falsework serve [--driver NAME] [--data DIR] [--panic-key KEYS] [--origin URL]… [--feed-origin URL]…',
		about: '',
		hidden: true,
		run: runServe,
	},
	{ name: 'watchdog', usage: 'falsework watchdog DRIVER', about: '', hidden: true, run: (args) => runWatchdog(args[0] ?? 'none') },
	{ name: 'records', usage: 'falsework records DIR', about: '', hidden: true, run: runRecords },
];

const out = (line: string): void => void process.stdout.write(`${line}\n`);
const log = (line: string): void => void process.stderr.write(`${line}\n`);

function help(): string {
	const commands = COMMANDS.filter((c) => !c.hidden).map((c) => `  ${c.usage}\n       ${c.about}`);
	return `Falsework plays the game in a shared window and learns to stop calling models.\n\n${commands.join('\n\n')}\n\nDrivers: ${DRIVER_NAMES.join(', ')}. Panic key: ${DEFAULT_PANIC_KEY} unless --panic-key says another.\n`;
}

export async function main(argv: readonly string[]): Promise<number> {
	const named = COMMANDS.find((c) => c.name === argv[0]);
	const command = named ?? COMMANDS[0];
	const args = named ? argv.slice(1) : argv;
	if (!command) return 2;
	if (!command.hidden && args.some((a) => a === '--help' || a === '-h')) {
		out(named ? `${command.usage}\n${command.about}` : help());
		return 0;
	}
	try {
		if (!named && argv[0] !== undefined && !argv[0].startsWith('-')) throw new UsageError(`There is no command "${argv[0]}".`);
		return await command.run(args);
	} catch (error) {
		if (error instanceof UsageError) {
			log(`${error.message}\n\nUsage: ${named || argv[0]?.startsWith('-') ? command.usage : help()}`);
			return 2;
		}
		if (error instanceof PlayError) {
			log(error.message);
			return 1;
		}
		throw error;
	}
}

type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

/** Reads options strictly; what is not in the table is a usage error. */
function readArgs(args: readonly string[], options: NonNullable<Parameters<typeof parseArgs>[0]>['options']): Values {
	try {
		return parseArgs({ args: [...args], strict: true, allowPositionals: false, ...(options ? { options } : {}) }).values as Values;
	} catch (error) {
		throw new UsageError(error instanceof Error ? error.message : String(error));
	}
}

function text(values: Values, name: string): string | undefined {
	const value = values[name];
	return typeof value === 'string' ? value : undefined;
}

function texts(values: Values, name: string): readonly string[] {
	const value = values[name];
	return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** Origins as a browser writes them: `https://example.org`, no path and no slash. */
function originsOf(values: Values, name: string): readonly string[] {
	return texts(values, name).map((given) => {
		const url = URL.canParse(given) ? new URL(given) : undefined;
		if (url === undefined || url.origin === 'null') throw new UsageError(`--${name} ${given}: an origin such as https://example.org.`);
		return url.origin;
	});
}

function driverOf(values: Values): DriverName {
	if (values['dry-run'] === true) return 'dry-run';
	const wanted = text(values, 'driver') ?? 'auto';
	const name = DRIVER_NAMES.find((known) => known === wanted);
	if (!name) throw new UsageError(`--driver ${wanted}: it is one of ${DRIVER_NAMES.join(', ')}.`);
	return name;
}

function positive(values: Values, name: string, fallback: number): number {
	const value = text(values, name);
	if (value === undefined) return fallback;
	const number = Number(value);
	if (!Number.isFinite(number) || number <= 0) throw new UsageError(`--${name} ${value}: a number above 0.`);
	return number;
}

/** The program itself, for the sibling, and the page beside it. */
function places(): { readonly entry: string; readonly pageDir: string } {
	const entry = fileURLToPath(import.meta.url);
	return { entry, pageDir: process.env.FALSEWORK_PAGE ?? resolve(dirname(entry), '..', 'page') };
}

/** Resolves with the first Ctrl+C or kill; a second one ends at once. */
function untilStopped(): { readonly signal: AbortSignal; readonly stopped: Promise<void> } {
	const controller = new AbortController();
	const stopped = new Promise<void>((done) => {
		for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
			process.on(name, () => {
				if (controller.signal.aborted) process.exit(130);
				controller.abort();
				done();
			});
		}
	});
	return { signal: controller.signal, stopped };
}

/** Where `play` keeps its browser, unless told. */
function playStore(): string {
	return join(defaultDataDir(), 'play');
}

function portOf({ FALSEWORK_PORT }: NodeJS.ProcessEnv): number {
	const port = Number(FALSEWORK_PORT ?? PORT);
	if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new UsageError(`FALSEWORK_PORT=${FALSEWORK_PORT}: no port.`);
	return port;
}

function isTaken(error: unknown): boolean {
	return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

/** A thread of the companion; see `records/desk.ts`. */
async function runRecords(args: readonly string[]): Promise<number> {
	if (parentPort === null || args[0] === undefined) return 2;
	await serveRecords(args[0], parentPort);
	return 0;
}

async function runServe(args: readonly string[]): Promise<number> {
	const values = readArgs(args, {
		driver: { type: 'string' },
		'dry-run': { type: 'boolean' },
		data: { type: 'string' },
		'panic-key': { type: 'string' },
		origin: { type: 'string', multiple: true },
		'feed-origin': { type: 'string', multiple: true },
	});
	const port = Number(process.env.FALSEWORK_PORT ?? 0);
	const { stopped } = untilStopped();
	const panicKey = text(values, 'panic-key');
	try {
		const companion = await startCompanion({
			port,
			dataDir: text(values, 'data') ?? defaultDataDir(),
			...places(),
			driver: driverOf(values),
			log,
			extraOrigins: texts(values, 'origin'),
			feedOrigins: originsOf(values, 'feed-origin'),
			...(panicKey === undefined ? {} : { panicKey }),
		});
		for (const note of companion.notes) log(note);
		out(JSON.stringify({ origin: companion.server.origin, code: companion.pairing.makeOneTimeCode() }));
		await stopped;
		await companion.close();
		return 0;
	} catch (error) {
		if (!isTaken(error)) throw error;
		log(await explainTakenPort(port));
		return 1;
	}
}

async function runPack(args: readonly string[]): Promise<number> {
	const [verb, file, ...rest] = args;
	if (verb !== 'export' && verb !== 'import')
		throw new UsageError(verb === undefined ? 'What is to be done?' : `There is no "pack ${verb}".`);
	if (file === undefined || file.startsWith('-')) throw new UsageError(`pack ${verb} takes one file.`);
	const values = readArgs(rest, { store: { type: 'string' }, ...(verb === 'export' ? { game: { type: 'string' } } : {}) });
	const port = portOf(process.env);
	const { entry, pageDir } = places();
	const { signal } = untilStopped();
	try {
		const done = await carryPack({
			do: verb,
			file,
			game: text(values, 'game'),
			store: text(values, 'store') ?? playStore(),
			port,
			pageDir,
			entry,
			env: process.env,
			log,
			signal,
		});
		return done ? 0 : 1;
	} catch (error) {
		if (!isTaken(error)) throw error;
		log(await explainTakenPort(port));
		return 1;
	}
}

async function runModelsCommand(args: readonly string[]): Promise<number> {
	let read: ReturnType<typeof parseArgs>;
	try {
		read = parseArgs({
			args: [...args],
			strict: true,
			allowPositionals: true,
			options: { json: { type: 'boolean' }, data: { type: 'string' } },
		});
	} catch (error) {
		throw new UsageError(error instanceof Error ? error.message : String(error));
	}
	try {
		return await runModels({
			words: read.positionals,
			json: read.values.json === true,
			dataDir: text(read.values as Values, 'data') ?? defaultDataDir(),
			...places(),
			out,
			log,
		});
	} catch (error) {
		if (error instanceof ModelsUsageError) throw new UsageError(error.message);
		throw error;
	}
}

const DELAY_MOST_S = 3600;

async function runRelay(args: readonly string[]): Promise<number> {
	const values = readArgs(args, {
		from: { type: 'string' },
		delay: { type: 'string' },
		host: { type: 'string' },
		port: { type: 'string' },
		viewers: { type: 'string' },
		'feed-origin': { type: 'string', multiple: true },
		'new-key': { type: 'boolean' },
		'no-key': { type: 'boolean' },
		data: { type: 'string' },
	});
	const given = text(values, 'from') ?? `http://127.0.0.1:${PORT}`;
	const from = URL.canParse(given) ? new URL(given) : undefined;
	if (from === undefined || !/^https?:$/.test(from.protocol))
		throw new UsageError(`--from ${given}: an address such as http://127.0.0.1:${PORT}.`);
	const delay = values.delay === '0' ? 0 : positive(values, 'delay', 0);
	if (delay > DELAY_MOST_S) throw new UsageError(`--delay ${delay}: ${DELAY_MOST_S} seconds at most.`);
	const port = positive(values, 'port', RELAY_PORT);
	if (!Number.isInteger(port) || port > 65_535) throw new UsageError(`--port ${port}: no port.`);
	const viewers = positive(values, 'viewers', 1000);
	if (!Number.isInteger(viewers)) throw new UsageError(`--viewers ${viewers}: a whole number.`);
	if (values['new-key'] === true && values['no-key'] === true) throw new UsageError('--new-key and --no-key exclude each other.');
	const key = values['no-key'] === true ? undefined : relayKey(text(values, 'data') ?? defaultDataDir(), values['new-key'] === true);
	const { stopped } = untilStopped();
	let relay: Awaited<ReturnType<typeof startRelay>>;
	try {
		relay = await startRelay({
			from,
			host: text(values, 'host') ?? '127.0.0.1',
			port,
			delayMs: delay * 1000,
			mostViewers: viewers,
			origins: originsOf(values, 'feed-origin'),
			key,
			pageDir: places().pageDir,
			log,
		});
	} catch (error) {
		if (!(error instanceof Error && 'code' in error)) throw error;
		log(isTaken(error) ? `Port ${port} is taken: stop the other program, or name another by --port.` : error.message);
		return 1;
	}
	out(`The scorecard is at ${relay.origin}/embed/scorecard${key === undefined ? '' : `?key=${key}`}`);
	out(
		key === undefined
			? 'Anybody who reaches it may read it.'
			: 'The key reads and does nothing else; --new-key makes another, and the old one is void.',
	);
	await stopped;
	await relay.close();
	return 0;
}

async function runStart(args: readonly string[]): Promise<number> {
	const values = readArgs(args, {
		'no-open': { type: 'boolean' },
		driver: { type: 'string' },
		'dry-run': { type: 'boolean' },
		data: { type: 'string' },
		'panic-key': { type: 'string' },
		origin: { type: 'string', multiple: true },
		'feed-origin': { type: 'string', multiple: true },
	});
	const driver = driverOf(values);
	if (process.env.FALSEWORK_PORT) {
		log(
			`FALSEWORK_PORT is for tests and play. Start always uses port ${PORT}: the browser keeps your crystals by address, and another port would open an empty library.`,
		);
		return 2;
	}
	const { stopped } = untilStopped();
	const panicKey = text(values, 'panic-key');
	const { entry, pageDir } = places();
	let companion: Awaited<ReturnType<typeof startCompanion>>;
	try {
		companion = await startCompanion({
			port: PORT,
			dataDir: text(values, 'data') ?? defaultDataDir(),
			pageDir,
			entry,
			driver,
			log,
			extraOrigins: texts(values, 'origin'),
			feedOrigins: originsOf(values, 'feed-origin'),
			...(panicKey === undefined ? {} : { panicKey }),
		});
	} catch (error) {
		if (!isTaken(error)) throw error;
		log(await explainTakenPort(PORT));
		return 1;
	}
	const url = `${companion.server.origin}/#code=${companion.pairing.makeOneTimeCode()}`;
	out(`Falsework is at ${url}`);
	out('The code in it works once, for ten minutes. Another page asks for a code of six digits, which is then shown here.');
	for (const note of companion.notes) log(note);
	if (values['no-open'] !== true) openBrowser(url);
	await stopped;
	await companion.close();
	return 0;
}

function openBrowser(url: string): void {
	const [program, ...args] =
		process.platform === 'darwin'
			? ['open', url]
			: process.platform === 'win32'
				? ['cmd', '/c', 'start', '""', url.replaceAll('&', '^&')]
				: ['xdg-open', url];
	if (program === undefined) return;
	if (process.platform === 'linux' && findDisplay() === undefined && !process.env.WAYLAND_DISPLAY) return;
	const child = spawn(program, args, { stdio: 'ignore', detached: true });
	child.on('error', () => log('The browser could not be opened; open the address above by hand.'));
	child.unref();
}

async function runPlay(args: readonly string[]): Promise<number> {
	const values = readArgs(args, {
		profile: { type: 'string' },
		window: { type: 'string' },
		teacher: { type: 'string' },
		model: { type: 'string' },
		price: { type: 'string' },
		simulated: { type: 'boolean' },
		'key-env': { type: 'string' },
		'box-format': { type: 'string' },
		minutes: { type: 'string' },
		report: { type: 'string' },
		store: { type: 'string' },
		pack: { type: 'string' },
		headless: { type: 'boolean' },
		'always-ask': { type: 'boolean' },
		driver: { type: 'string' },
		'dry-run': { type: 'boolean' },
		wait: { type: 'string' },
		option: { type: 'string', multiple: true },
	});
	const profile = text(values, 'profile');
	if (profile === undefined) throw new UsageError('play needs --profile FILE, or --profile practice.');
	const window = text(values, 'window');
	if (profile !== 'practice' && window === undefined)
		throw new UsageError('play needs --window TITLE: part of the title of the window to share.');
	if (profile === 'practice' && window !== undefined) throw new UsageError('The practice game is in the page; it takes no --window.');
	const boxFormat = text(values, 'box-format');
	if (boxFormat !== undefined && boxFormat !== 'pixels' && boxFormat !== 'norm1000' && boxFormat !== 'norm1000-yxyx') {
		throw new UsageError(`--box-format ${boxFormat}: pixels, norm1000 or norm1000-yxyx.`);
	}
	const port = portOf(process.env);
	const extra = texts(values, 'option').map((one) => {
		const [name, ...rest] = one.split('=');
		if (!name || rest.length === 0) throw new UsageError(`--option ${one}: NAME=VALUE.`);
		return [name, rest.join('=')] as const;
	});
	const { entry, pageDir } = places();
	const { signal } = untilStopped();
	try {
		const ending = await play({
			profile,
			window,
			teacher: text(values, 'teacher'),
			model: text(values, 'model'),
			price: text(values, 'price'),
			simulated: values.simulated === true,
			keyEnv: text(values, 'key-env'),
			boxFormat,
			minutes: positive(values, 'minutes', 10),
			report: text(values, 'report') ?? 'falsework-report',
			store: text(values, 'store') ?? playStore(),
			pack: text(values, 'pack'),
			headless: values.headless === true,
			alwaysAsk: values['always-ask'] === true,
			driver: driverOf(values),
			waitSeconds: positive(values, 'wait', 60),
			port,
			pageDir,
			entry,
			options: Object.fromEntries(extra),
			env: process.env,
			log,
			signal,
		});
		if (!ending.ok) log(ending.reason);
		return ending.ok ? 0 : 1;
	} catch (error) {
		if (!isTaken(error)) throw error;
		log(await explainTakenPort(port));
		return 1;
	}
}

process.exitCode = await main(process.argv.slice(2));
// Chrome, the display and stdin may keep handles; the work is over.
process.exit();
