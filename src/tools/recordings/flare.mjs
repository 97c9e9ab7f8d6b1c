// Flare, the real game in its window, played by the rules of its stand-in teacher (e2e/flare/README.md).
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { launchFlare, SIZE } from '../../../e2e/flare/launch.mjs';
import { perceive, readLabels } from '../../../e2e/flare/eyes.mjs';
import { encodePng } from '../../../e2e/flare/png.mjs';
import { takePicture } from '../../../e2e/flare/shot.mjs';
import { decide } from '../../../e2e/flare/policy.mjs';
import { answerRequest, MODEL } from '../../../e2e/flare/teacher.mjs';
import { root } from '../files.mjs';
import { buildModule } from '../node-module.mjs';
import { log } from '../setup.mjs';

const LENGTH_MS = 66_000;
/** A walk changes the whole picture, so that the recording ends where the second round of them would begin. */
const LAST_VERB = 'walk-north';
const LOOK_MS = 400;
/** Between two acts: what an act does is seen in the looks between. */
const ACT_MS = 1400;
/** A screen is looked at this long before anything is done about it. */
const READING_MS = 1000;

export async function record() {
	const core = await buildModule(join(root, 'src', 'tools', 'recordings', 'recorder.ts'));
	try {
		const read = core.module.readProfile(readFileSync(join(root, 'public', 'profiles', 'flare.json'), 'utf8'));
		if (!read.ok) throw new Error(`flare.json: ${read.faults[0].path}: ${read.faults[0].message}`);
		const known = readLabels();
		const looks = await play(read.profile, known);
		log(`${looks.length} looks at the game; asking about each.`);
		const recorder = core.module.makeRecorder({
			profile: read.profile,
			size: SIZE,
			teacher: (body) => answerRequest(known, body).reply,
			model: MODEL,
			asks: ['perception', 'decision', 'strategy', 'narration'],
		});
		for (const [n, { at, picture, seen, lastVerb, act }] of looks.entries()) {
			recorder.look({
				at,
				id: `flare-${n}`,
				pixels: withAlpha(picture.data),
				format: 'RGBA',
				url: `data:image/png;base64,${Buffer.from(encodePng(picture)).toString('base64')}`,
				truth: {
					screen: seen.screen,
					elements: seen.elements.map(({ name, box }) => ({ name, box })),
					facts: Object.fromEntries(seen.facts.map(({ name, value }) => [name, value])),
				},
				own: { 'last.verb': lastVerb },
			});
			if (act !== undefined) recorder.press(at, act);
		}
		return recorder.finish({
			lengthMs: looks.at(-1).at + LOOK_MS,
			art: {
				holder: 'Clint Bellanger and contributors; letters: Red Hat, Inc.',
				licence: 'CC-BY-SA 3.0 or later; Liberation Sans under the SIL OFL 1.1',
				source: 'Flare: Empyrean Campaign 1.14',
			},
			simulated: true,
			how: 'node src/tools/recordings.mjs flare: the real game in a window of 1280 × 720 under Xvfb, a look about every 400 ms, played by real input as the rules of e2e/flare/policy.mjs say; truth and answers are what e2e/flare/eyes.mjs finds by labels that a person made.',
		});
	} finally {
		core.remove();
	}
}

/** Plays in real time; what is asked about each look has time until afterwards. */
async function play(profile, known) {
	const actions = new Map(profile.actions.map((action) => [action.verb, action]));
	const game = await launchFlare();
	try {
		const corner = cornerOf(game);
		const looks = [];
		let lastVerb = 'none';
		let actedAt = -Infinity;
		let since = 0;
		let began;
		for (let at = 0; at < LENGTH_MS; ) {
			const desk = await takePicture(game.display);
			began ??= performance.now();
			at = Math.round(performance.now() - began);
			const picture = cut(desk, corner);
			const seen = perceive(known, picture).answer;
			if (looks.at(-1)?.seen.screen !== seen.screen) since = at;
			const due = at - actedAt >= ACT_MS && at - since >= READING_MS && seen.screen !== 'unknown';
			const facts = { screen: seen.screen, 'last.verb': lastVerb };
			const { act } = decide({ screen: seen.screen, facts, actions: profile.actions, elements: seen.elements.map(({ name }) => name) });
			if (due && act.verb === LAST_VERB && looks.some((look) => look.act?.verb === LAST_VERB)) break;
			looks.push({ at, picture, seen, lastVerb, ...(due ? { act } : {}) });
			if (due) {
				await carryOut(game.display, corner, actions.get(act.verb), act.args, seen.elements);
				lastVerb = act.verb;
				actedAt = at;
			}
			await sleep(Math.max(0, began + at + LOOK_MS - performance.now()));
		}
		return looks;
	} finally {
		await game.stop();
	}
}

/** Where the game's content begins on the display: xdotool counts the frame of a window twice. */
function cornerOf({ display, windowId }) {
	const told = execFileSync('xwininfo', ['-display', display, '-id', windowId], { encoding: 'utf8' });
	return { x: Number(/Absolute upper-left X: +(\d+)/.exec(told)[1]), y: Number(/Absolute upper-left Y: +(\d+)/.exec(told)[1]) };
}

function cut({ width, data }, { x, y }) {
	const out = new Uint8Array(SIZE.width * SIZE.height * 3);
	for (let row = 0; row < SIZE.height; row++) {
		const from = ((y + row) * width + x) * 3;
		out.set(data.subarray(from, from + SIZE.width * 3), row * SIZE.width * 3);
	}
	return { ...SIZE, data: out };
}

function withAlpha(rgb) {
	const out = new Uint8Array((rgb.length / 3) * 4).fill(255);
	for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
		out[to] = rgb[from];
		out[to + 1] = rgb[from + 1];
		out[to + 2] = rgb[from + 2];
	}
	return out;
}

function xdotool(display, ...args) {
	return execFileSync('xdotool', args, { env: { ...process.env, DISPLAY: display }, encoding: 'utf8' });
}

/** The input of an action of the profile, by the X server's own pointer and keyboard. */
async function carryOut(display, corner, { input }, args, elements) {
	const KEYS = { Enter: 'Return' };
	const valueOf = (value) => (typeof value === 'string' && value.startsWith('$') ? args[value.slice(1)] : value);
	for (const step of input) {
		if (step.key !== undefined) xdotool(display, 'key', KEYS[step.key] ?? step.key);
		else if (step.click !== undefined) {
			const at = valueOf(step.at);
			const box = elements.find(({ name }) => name === at)?.box;
			const [x, y] = box === undefined ? at : [box[0] + box[2] / 2, box[1] + box[3] / 2];
			xdotool(display, 'mousemove', String(Math.round(corner.x + x)), String(Math.round(corner.y + y)));
			await sleep(60);
			xdotool(display, 'mousedown', '1');
			await sleep(step.holdMs ?? 60);
			xdotool(display, 'mouseup', '1');
		} else await sleep(valueOf(step.waitMs));
	}
}
