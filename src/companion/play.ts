// `play`: a whole session with nobody at the desk. The companion starts a browser, the page asks what to do, plays, and hands its
// report over; everything ends by itself. The exit code says whether the session ran its time.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as v from 'valibot';
import { type Profile, readProfile } from '../core/profile.ts';
import { type Chrome, findChrome, startChrome } from './chrome.ts';
import { type Companion, startCompanion } from './companion.ts';
import type { DriverName } from './input/choose.ts';
import { type PlayOrder, type PlayReport, playReport, type TierSetup } from './protocol.ts';
import type { Route } from './server.ts';
import { isLocalHost, readBase } from './tiers.ts';
import { openX11Windows } from './window-x11.ts';
import { findDisplay } from './x-display.ts';

export interface PlayOptions {
	/** Path of a profile, or `practice`. */
	readonly profile: string;
	readonly window: string | undefined;
	readonly teacher: string | undefined;
	readonly model: string | undefined;
	/** `IN,OUT` US dollars a million tokens. */
	readonly price: string | undefined;
	/** The price is pretended, and the report says so. */
	readonly simulated: boolean;
	/** Environment variable that holds the teacher's key; a key never stands on the command line. */
	readonly keyEnv: string | undefined;
	readonly boxFormat: TierSetup['boxFormat'];
	readonly minutes: number;
	readonly report: string;
	readonly store: string;
	readonly pack: string | undefined;
	readonly headless: boolean;
	readonly alwaysAsk: boolean;
	readonly driver: DriverName;
	readonly waitSeconds: number;
	readonly port: number;
	readonly pageDir: string;
	readonly entry: string | undefined;
	readonly options: Readonly<Record<string, string>>;
	readonly env: NodeJS.ProcessEnv;
	readonly log: (line: string) => void;
	readonly signal: AbortSignal;
}

/** What the person can put right; printed as it is, exit 1. */
export class PlayError extends Error {
	override readonly name = 'PlayError';
}

/** The page has this long to ask for its order after the browser started. */
const PAGE_LIMIT_MS = 60_000;
/** And this long beyond the session's time to hand the report over. */
const REPORT_GRACE_MS = 120_000;
const RESTARTS = 3;
const PROGRESS_MS = 10_000;
const REPORT_LIMIT_BYTES = 64 * 1024 * 1024;

type Ending = { readonly ok: true } | { readonly ok: false; readonly reason: string };

const progress = v.object({ line: v.pipe(v.string(), v.maxLength(500)) });
const ended = v.object({ reason: v.pipe(v.string(), v.maxLength(1000)) });

/** Plays once. @throws PlayError when it cannot begin; a listen error when the port is taken */
export async function play(options: PlayOptions): Promise<Ending> {
	const { log, env } = options;
	const practice = options.profile === 'practice';
	const profile = practice ? null : loadProfile(options.profile);
	const teacher = teacherOf(options, practice);
	const pack = options.pack === undefined ? null : readFile(options.pack, 'pack').toString('base64');
	const program = findChrome(env);
	if (program === undefined)
		throw new PlayError('No Chrome or Chromium was found. Install one, or name it in the environment variable CHROME.');
	const display = findDisplay(env);
	if (process.platform === 'linux' && display === undefined && !options.headless) {
		throw new PlayError(
			'There is no display (DISPLAY is not set). Run it in a desktop session or under Xvfb; the practice game also plays with --headless.',
		);
	}
	if (options.headless && !practice) throw new PlayError('--headless is for the practice game: a real game has a window.');
	const window = practice ? undefined : await waitForWindow(options, display);

	const session = `play-${Date.now().toString(36)}-${randomBytes(4).toString('hex')}`;
	const state = new PlayState(options.minutes * 60_000);
	const order = (): PlayOrder => ({
		session,
		profile,
		practice,
		window: window ?? null,
		minutes: options.minutes,
		leftMs: state.leftMs(),
		restarts: state.restarts,
		teacher: teacher?.id ?? null,
		pack,
		options: options.options,
		alwaysAsk: options.alwaysAsk,
	});
	const companion = await startCompanion({
		port: options.port,
		dataDir: join(options.store, 'companion'),
		pageDir: options.pageDir,
		entry: options.entry,
		driver: practice ? 'none' : options.driver,
		log,
		env,
		extraRoutes: playRoutes(state, order, options),
	});
	try {
		if (!practice) for (const note of companion.notes) log(note);
		if (teacher) {
			const set = companion.tiers.set({ ...teacher, base: teacher.base.replace('{self}', companion.server.origin) });
			if (!set.ok) throw new PlayError(`--teacher: ${set.message}`);
		}
		log(
			`Session ${session}: ${practice ? 'the practice game' : `"${window}"`} for ${options.minutes} minutes, ${teacher ? `teacher ${teacher.model} at ${baseOf(companion, teacher.id)}` : 'no teacher'}.`,
		);
		return await run(options, state, companion, program, window);
	} finally {
		await companion.close();
	}
}

function baseOf(companion: Companion, id: string): string {
	return companion.tiers.list().find((t) => t.id === id)?.base ?? '';
}

/** What the page told about the session. */
class PlayState {
	readonly totalMs: number;
	restarts = 0;
	/** monotonic; set when the page asks for its order the first time */
	startedAt: number | undefined;
	askedAt: number | undefined;
	line = 'waiting for the page';
	settle: (ending: Ending) => void = () => undefined;
	readonly ending: Promise<Ending>;

	constructor(totalMs: number) {
		this.totalMs = totalMs;
		this.ending = new Promise((resolve) => {
			this.settle = resolve;
		});
	}

	leftMs(): number {
		return this.startedAt === undefined ? this.totalMs : Math.max(0, this.totalMs - (performance.now() - this.startedAt));
	}
}

function playRoutes(state: PlayState, order: () => PlayOrder, options: PlayOptions): readonly Route[] {
	return [
		{
			method: 'GET',
			path: '/play',
			needs: 'token',
			handle: () => ({ status: 200, body: order() }),
		},
		{
			// The order alone starts no clock: a GET has no effect. The page says when it begins.
			method: 'POST',
			path: '/play/begin',
			needs: 'token',
			handle: () => {
				state.startedAt ??= performance.now();
				state.askedAt = performance.now();
				return { status: 200, body: { leftMs: state.leftMs() } };
			},
		},
		{
			method: 'POST',
			path: '/play/progress',
			needs: 'token',
			handle: ({ body }) => {
				const read = v.safeParse(progress, body);
				if (read.success) state.line = read.output.line.replace(/[\p{C}]/gu, ' ');
				state.startedAt ??= performance.now();
				state.askedAt = performance.now();
				return { status: read.success ? 200 : 400, body: { leftMs: state.leftMs() } };
			},
		},
		{
			method: 'POST',
			path: '/play/report',
			needs: 'token',
			limitBytes: REPORT_LIMIT_BYTES,
			handle: ({ body }) => {
				const read = v.safeParse(playReport, body);
				if (!read.success) return { status: 400, body: { error: { kind: 'bad-request', message: read.issues[0].message } } };
				writeReport(options.report, read.output);
				options.log(`Report written to ${resolve(options.report)}.`);
				// A little later, so that the page gets its answer before the browser ends.
				setTimeout(() => state.settle({ ok: true }), 300);
				return { status: 200 };
			},
		},
		{
			method: 'POST',
			path: '/play/ended',
			needs: 'token',
			handle: ({ body }) => {
				const read = v.safeParse(ended, body);
				const reason = read.success ? read.output.reason : 'no reason given';
				setTimeout(() => state.settle({ ok: false, reason: `The page ended early: ${reason}` }), 300);
				return { status: 200 };
			},
		},
	];
}

async function run(
	options: PlayOptions,
	state: PlayState,
	companion: Companion,
	program: string,
	share: string | undefined,
): Promise<Ending> {
	let chrome: Chrome | undefined;
	let over = false;
	const ticker = setInterval(() => options.log(`${clock(state)} ${state.line}`), PROGRESS_MS);
	const limits = setInterval(() => {
		if (state.startedAt !== undefined && performance.now() - state.startedAt > state.totalMs + REPORT_GRACE_MS) {
			state.settle({ ok: false, reason: `The page handed no report over within ${REPORT_GRACE_MS / 1000} s after its time.` });
		}
	}, 1000);
	const stop = (): void => state.settle({ ok: false, reason: 'Stopped from the terminal.' });
	options.signal.addEventListener('abort', stop);
	const browse = async (): Promise<void> => {
		while (!over) {
			state.askedAt = undefined;
			const launched = performance.now();
			chrome = startChrome({
				program,
				userDataDir: resolve(options.store, 'chrome'),
				url: `${companion.server.origin}/#code=${companion.pairing.makeOneTimeCode()}&play`,
				share,
				headless: options.headless,
				env: options.env,
			});
			const never = setInterval(() => {
				if (state.askedAt === undefined && performance.now() - launched > PAGE_LIMIT_MS) {
					state.settle({ ok: false, reason: `The page did not begin within ${PAGE_LIMIT_MS / 1000} s after the browser started.` });
				}
			}, 1000);
			const code = await chrome.exited;
			clearInterval(never);
			if (over) return;
			if (state.restarts >= RESTARTS)
				return state.settle({ ok: false, reason: `The browser ended (${code ?? 'killed'}) ${RESTARTS + 1} times.` });
			state.restarts += 1;
			options.log(`The browser ended (${code ?? 'killed'}); starting it again, ${state.restarts} of ${RESTARTS}.`);
			await new Promise((done) => setTimeout(done, 1000));
		}
	};
	const browsing = browse();
	try {
		if (options.signal.aborted) stop();
		return await state.ending;
	} finally {
		over = true;
		clearInterval(ticker);
		clearInterval(limits);
		options.signal.removeEventListener('abort', stop);
		await chrome?.close();
		await browsing;
	}
}

function clock(state: PlayState): string {
	const seconds = Math.round((state.totalMs - state.leftMs()) / 1000);
	return `[${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}]`;
}

function readFile(path: string, what: string): Buffer {
	try {
		return readFileSync(path);
	} catch (error) {
		throw new PlayError(`The ${what} ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
	}
}

function loadProfile(path: string): Profile {
	const read = readProfile(readFile(path, 'profile').toString('utf8'));
	if (read.ok) {
		if (read.profile.botsAllowed === false) throw new PlayError(`The profile "${read.profile.id}" says that bots are not allowed.`);
		return read.profile;
	}
	const faults = read.faults.map((f) => `  ${path}${f.line === undefined ? '' : `:${f.line}`} ${f.path}: ${f.message}`);
	throw new PlayError(`The profile is not valid:\n${faults.join('\n')}`);
}

/** The tier that `--teacher` asks for; naming an address on the command line is the person's consent for it. */
function teacherOf(options: PlayOptions, practice: boolean): TierSetup | undefined {
	// The practice game brings its scripted teacher along, at a pretended price.
	const address = options.teacher ?? (practice ? '{self}/practice/v1' : undefined);
	if (address === undefined || address === 'none') return undefined;
	const scripted = address.startsWith('{self}');
	const price = readPrice(options.price);
	if (scripted) {
		return {
			id: 'cloud',
			base: address,
			model: options.model ?? 'scripted-teacher',
			price: price ?? { inPerM: 0.15, outPerM: 0.6 },
			simulated: true,
			caps: { callsPerMinute: 600 },
		};
	}
	const base = readBase(address);
	if (!base.ok) throw new PlayError(`--teacher: ${base.message}`);
	if (options.model === undefined) throw new PlayError('--teacher needs --model NAME.');
	const local = isLocalHost(base.url.hostname);
	if (!local && price === null)
		throw new PlayError(`The price at ${base.url.hostname} is not known: give --price IN,OUT in US dollars a million tokens.`);
	const key = options.keyEnv === undefined ? undefined : options.env[options.keyEnv];
	if (options.keyEnv !== undefined && !key) throw new PlayError(`The environment variable ${options.keyEnv} is empty.`);
	return {
		id: local ? 'local' : 'cloud',
		base: address,
		model: options.model,
		price: price ?? { inPerM: 0, outPerM: 0 },
		simulated: options.simulated,
		caps: local ? { callsPerMinute: 600 } : {},
		...(key === undefined ? {} : { key }),
		...(options.boxFormat === undefined ? {} : { boxFormat: options.boxFormat }),
	};
}

function readPrice(text: string | undefined): { inPerM: number; outPerM: number } | null {
	if (text === undefined) return null;
	const match = /^(\d+(?:\.\d+)?),(\d+(?:\.\d+)?)$/.exec(text);
	if (!match) throw new PlayError(`--price ${text}: it should look like 0.15,0.6`);
	return { inPerM: Number(match[1]), outPerM: Number(match[2]) };
}

async function waitForWindow(options: PlayOptions, display: string | undefined): Promise<string> {
	const part = options.window;
	if (part === undefined) throw new PlayError('--window TITLE says which window to share.');
	if (display === undefined) {
		// Without X11 the window cannot be looked for; its title is taken as it stands.
		return part;
	}
	const windows = await openX11Windows(display, () => undefined);
	try {
		const until = performance.now() + options.waitSeconds * 1000;
		let said = false;
		for (;;) {
			const found = await windows.findByTitle(part);
			const first = found[0];
			if (first) {
				if (found.length > 1) options.log(`${found.length} windows hold "${part}"; taking "${first.title}".`);
				return first.title;
			}
			if (options.signal.aborted) throw new PlayError('Stopped from the terminal.');
			if (performance.now() > until)
				throw new PlayError(
					`No window whose title holds "${part}" appeared within ${options.waitSeconds} s. Start the game first, and check the title.`,
				);
			if (!said) options.log(`Waiting for a window whose title holds "${part}"…`);
			said = true;
			await new Promise((done) => setTimeout(done, 250));
		}
	} finally {
		windows.close();
	}
}

function writeReport(dir: string, report: PlayReport): void {
	mkdirSync(dir, { recursive: true });
	const { files } = report;
	writeFileSync(join(dir, 'report.json'), files['report.json']);
	writeFileSync(join(dir, 'report.md'), files['report.md']);
	writeFileSync(join(dir, 'ticks.jsonl'), files['ticks.jsonl']);
	const pack = files['pack.falsework'];
	if (pack !== undefined) writeFileSync(join(dir, 'pack.falsework'), Buffer.from(pack, 'base64'));
}
