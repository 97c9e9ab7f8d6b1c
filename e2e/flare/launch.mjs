#!/usr/bin/env node
// The real game, always in the same state: its own display, its own home, written settings, one saved hero and one menu
// background. Nothing of the installed game is changed; what the launcher wants different stands in a mod of its own home.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

/** The game's own title; its window manager frame is not part of the window. */
export const TITLE = 'Flare';
/** The labels, the profile's fixed points and the teacher are all in pixels of this size. */
export const SIZE = { width: 1280, height: 720 };
const GAME_PATHS = ['/usr/games/flare', '/usr/local/games/flare', '/usr/bin/flare'];
const DEADLINE_MS = 30_000;

/**
 * The game's settings file. What is not named here keeps the game's default.
 *
 * @param {{width: number, height: number}} [size]
 */
export function settingsText(size = SIZE) {
	const settings = {
		// Without this the title screen asks first how to move.
		move_type_dimissed: 1,
		// The hero walks while the left button is held; keys stay free for the panels.
		mouse_move: 1,
		fullscreen: 0,
		resolution_w: size.width,
		resolution_h: size.height,
		language: 'en',
		// Numbers on the bars at all times, so that hit points can be read, and bars that never hide.
		statbar_labels: 1,
		statbar_autohide: 0,
		// The pointer is drawn into the picture, so a capture shows it in every browser alike.
		hardware_cursor: 0,
		// Without a GPU the software renderer costs less, and 30 frames a second leave the processor to the player.
		renderer: 'sdl',
		vsync: 0,
		max_fps: 30,
		music_volume: 0,
		sound_volume: 0,
		enable_joystick: 0,
		minimap_mode: 0,
		subtitles: 0,
		show_fps: 0,
		dev_mode: 0,
		low_hp_warning_type: 0,
	};
	return `${Object.entries(settings)
		.map(([name, value]) => `${name}=${value}`)
		.join('\n')}\n`;
}

/** The backstory has been seen, the tutorial has not, so a dialogue opens by itself. */
export const BEGUN = ['empyrean_backstory'];
/** The tutorial has been heard too: the hero stands in the open world at once. */
export const TUTORED = [...BEGUN, 'emp_arrival'];

/** A hero at the campaign's first place. @param {readonly string[]} [statuses]  what the campaign knows as done */
export function saveText(statuses = BEGUN) {
	const none = (count) => Array(count).fill(0).join(',');
	return `## flare-engine save file ##
name=Percival
permadeath=0
option=male,head_short,images/portraits/male17.png
class=Brute,Exiled
xp=0
build=5,1,1,2
equipped_quantity=1,0,1,0,1,1,1,0,0,1,${none(10)}
equipped=7,0,8,0,4,5,6,0,0,11,${none(10)}
active_equipment_set=1
carried_quantity=5,5,${none(38)}
carried=2,3,${none(38)}
spawn=maps/arrival.txt,20,20
actionbar=162,163,0,0,0,0,0,0,0,0,1,7
transformed=
powers=7,1,42,116
campaign=${statuses.join(',')}
time_played=0
engine_version=1.14
questlog_dismissed=1
stash_tab=0
`;
}

/**
 * Everything written into the game's home, by path below it.
 *
 * @param {{width: number, height: number}} [size]
 * @param {readonly string[]} [statuses]  see `saveText`
 * @returns {Record<string, string>}
 */
export function homeFiles(size = SIZE, statuses = BEGUN) {
	return {
		'config/flare/settings.txt': settingsText(size),
		'config/flare/mods.txt': 'fantasycore\nempyrean_campaign\none-background\n',
		'data/flare/mods/one-background/settings.txt':
			'description=One menu background instead of three drawn by chance\ngame=flare-game\nversion=1.14\n',
		'data/flare/mods/one-background/engine/menu_backgrounds.txt': 'background=images/menus/backgrounds/ice_palace.png\n',
		'data/flare/saves/empyrean/1/avatar.txt': saveText(statuses),
	};
}

/**
 * The window manager's settings with one rule for the game: above the browser that watches it, since pointer input goes to
 * whatever window is on top. The rule goes by class, for the game has no title yet when its window first shows.
 *
 * @param {string} system  the window manager's own settings file, as text
 */
export function openboxText(system) {
	const rule = '<application class="flare"><layer>above</layer><focus>yes</focus></application>';
	return system.replace('</applications>', `${rule}</applications>`);
}

/** A child that the kernel ends when this process ends, however it ends. */
function startChild(command, args, env, log) {
	const guard = spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true']).status === 0;
	const [file, list] = guard ? ['setpriv', ['--pdeathsig', 'KILL', command, ...args]] : [command, args];
	const sink = openSync(log, 'a');
	return spawn(file, list, { env, stdio: ['ignore', sink, sink, 'pipe'] });
}

async function endChild(child) {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const ended = new Promise((resolve) => child.once('exit', resolve));
	child.kill('SIGTERM');
	const hard = setTimeout(() => child.kill('SIGKILL'), 2000);
	await ended;
	clearTimeout(hard);
}

/** The number that Xvfb writes once it has found a free display. */
function readDisplay(child) {
	return new Promise((resolve, reject) => {
		let text = '';
		const late = setTimeout(() => reject(new Error('Xvfb named no display within 30 s')), DEADLINE_MS);
		child.stdio[3].on('data', (data) => {
			text += data;
			if (!text.includes('\n')) return;
			clearTimeout(late);
			resolve(`:${text.trim()}`);
		});
		child.once('exit', (code) => {
			clearTimeout(late);
			reject(new Error(`Xvfb ended with ${code} before it had a display`));
		});
	});
}

const xdotool = (display, ...args) => spawnSync('xdotool', args, { env: { ...process.env, DISPLAY: display }, encoding: 'utf8' });

/** @returns {Promise<{windowId: string, width: number, height: number}>} once the window is there with the size asked for */
async function waitForWindow(display, size, game, log) {
	const until = Date.now() + DEADLINE_MS;
	let seen = 'no window';
	while (Date.now() < until) {
		if (game.exitCode !== null) throw new Error(`The game ended with ${game.exitCode}:\n${readFileSync(log, 'utf8')}`);
		const windowId = xdotool(display, 'search', '--all', '--onlyvisible', '--pid', String(game.pid), '--name', `^${TITLE}$`)
			.stdout.trim()
			.split('\n')
			.at(-1);
		if (windowId) {
			const geometry = xdotool(display, 'getwindowgeometry', '--shell', windowId).stdout;
			const width = Number(/WIDTH=(\d+)/.exec(geometry)?.[1]);
			const height = Number(/HEIGHT=(\d+)/.exec(geometry)?.[1]);
			if (width === size.width && height === size.height) return { windowId, width, height };
			seen = `a window of ${width} x ${height}`;
		}
		await sleep(100);
	}
	throw new Error(`No ${size.width} x ${size.height} window titled "${TITLE}" within ${DEADLINE_MS} ms; saw ${seen}`);
}

/** The window is there before the title screen is; the game's log names the skipped intro just before it draws the title. */
async function waitForTitle(log) {
	const until = Date.now() + 5000;
	while (Date.now() < until && !readFileSync(log, 'utf8').includes('cutscenes/intro.txt')) await sleep(50);
	await sleep(500);
}

/** Commands that are missing here, with the Debian package that has each. */
export function missingCommands() {
	const needed = { Xvfb: 'xvfb', openbox: 'openbox', xdotool: 'xdotool' };
	const missing = Object.entries(needed).filter(([command]) => spawnSync('which', [command]).status !== 0);
	if (!GAME_PATHS.some((path) => existsSync(path))) missing.push(['flare', 'flare-game']);
	return missing.map(([command, debian]) => ({ command, debian }));
}

/**
 * Starts a display (unless one is given), a window manager and the game, and waits for the game's window.
 *
 * @param {object} [options]
 * @param {string} [options.display]  an X display that already runs, such as ":7", with its own window manager
 * @param {{width: number, height: number}} [options.size]  the game's window
 * @param {{width: number, height: number}} [options.screen]  the display made when none is given
 * @param {readonly string[]} [options.statuses]  of the hero, see `saveText`
 * @returns {Promise<{display: string, windowId: string, title: string, home: string, stop: () => Promise<void>}>}
 *   `stop` ends everything started here and removes the home; it may be called twice
 * @throws when a command is missing or no window comes up; everything started is stopped first
 */
export async function launchFlare({ display, size = SIZE, screen = { width: 1600, height: 1000 }, statuses = BEGUN } = {}) {
	const missing = missingCommands().filter(({ command }) => !(display && (command === 'Xvfb' || command === 'openbox')));
	if (missing.length > 0) {
		const names = missing.map(({ command }) => command).join(', ');
		throw new Error(`Not installed: ${names}. On Debian: apt-get install ${missing.map((m) => m.debian).join(' ')}`);
	}
	const home = mkdtempSync(join(tmpdir(), 'falsework-flare-'));
	const children = [];
	const stopNow = () => {
		for (const child of children) child.kill('SIGKILL');
		rmSync(home, { recursive: true, force: true });
	};
	process.once('exit', stopNow);
	const stop = async () => {
		// Last started, first ended: the game closes its window before the display goes.
		for (const child of children.splice(0).reverse()) await endChild(child);
		process.removeListener('exit', stopNow);
		rmSync(home, { recursive: true, force: true });
	};
	try {
		for (const [path, text] of Object.entries(homeFiles(size, statuses))) {
			mkdirSync(dirname(join(home, path)), { recursive: true });
			writeFileSync(join(home, path), text);
		}
		const log = join(home, 'log.txt');
		const env = {
			...process.env,
			HOME: home,
			XDG_CONFIG_HOME: join(home, 'config'),
			XDG_DATA_HOME: join(home, 'data'),
			SDL_AUDIODRIVER: 'dummy',
			SDL_VIDEODRIVER: 'x11',
			LC_ALL: 'C.UTF-8',
		};
		if (!display) {
			const area = `${screen.width}x${screen.height}x24`;
			const args = ['-displayfd', '3', '-screen', '0', area, '-nolisten', 'tcp', '-noreset'];
			const server = startChild('Xvfb', args, process.env, log);
			children.push(server);
			display = await readDisplay(server);
			const rules = join(home, 'openbox.xml');
			writeFileSync(rules, openboxText(readFileSync('/etc/xdg/openbox/rc.xml', 'utf8')));
			children.push(startChild('openbox', ['--config-file', rules], { ...env, DISPLAY: display }, log));
			// A window that is mapped before its manager is there gets neither frame nor rule.
			for (const until = Date.now() + 5000; Date.now() < until; await sleep(50)) {
				if (
					spawnSync('xprop', ['-display', display, '-root', '_NET_SUPPORTING_WM_CHECK'], { encoding: 'utf8' }).stdout?.includes('window id')
				)
					break;
			}
		}
		const game = startChild(
			GAME_PATHS.find((path) => existsSync(path)),
			[],
			{ ...env, DISPLAY: display },
			log,
		);
		children.push(game);
		const { windowId } = await waitForWindow(display, size, game, log);
		// SDL centres its window after any rule was applied, so the corner is taken afterwards.
		xdotool(display, 'windowmove', '--sync', windowId, '0', '0');
		// Where the display was given, its window manager has no rule for the game: there it only starts on top.
		xdotool(display, 'windowactivate', '--sync', windowId);
		await waitForTitle(log);
		return { display, windowId, title: TITLE, home, stop };
	} catch (cause) {
		await stop();
		throw cause;
	}
}

const USAGE = `Usage: node e2e/flare/launch.mjs [--display :N] [--size 1280x720] [--screen 1600x1000]

Starts the game Flare in a window of its own, always in the same state, and prints {display, windowId, title} as JSON.
Runs until it is interrupted; then everything it started is gone.

  --display :N   use this running display and its window manager (default: a new Xvfb with openbox)
  --size WxH     the game's window (the labels and the profile are made for 1280x720)
  --screen WxH   the new display`;

/** @returns {{width: number, height: number} | undefined} */
export function parseSize(text) {
	const parts = /^(\d+)x(\d+)$/.exec(text);
	return parts ? { width: Number(parts[1]), height: Number(parts[2]) } : undefined;
}

async function main() {
	let values;
	try {
		({ values } = parseArgs({
			options: {
				help: { type: 'boolean' },
				display: { type: 'string' },
				size: { type: 'string', default: '1280x720' },
				screen: { type: 'string', default: '1600x1000' },
			},
		}));
	} catch (error) {
		console.error(`${error.message}\n\n${USAGE}`);
		process.exit(2);
	}
	if (values.help) return console.log(USAGE);
	const size = parseSize(values.size);
	const screen = parseSize(values.screen);
	if (!size || !screen) {
		console.error(`A size looks like 1280x720\n\n${USAGE}`);
		process.exit(2);
	}
	const { stop, ...flare } = await launchFlare({ display: values.display, size, screen });
	console.log(JSON.stringify(flare));
	const hold = setInterval(() => {}, 1 << 30);
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
		process.once(signal, async () => {
			clearInterval(hold);
			await stop();
			process.exit(0);
		});
	}
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
