// NetHack itself, by the package nle, played by a script.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../files.mjs';
import { buildModule } from '../node-module.mjs';
import { ensurePython, startProgram } from '../python.mjs';
import { log } from '../setup.mjs';
import { makePlayer, MODEL, perceive, reply, SIZE } from './nethack/player.mjs';

const folder = join(root, 'src', 'tools', 'recordings', 'nethack');
const FONT = '/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf';
const SEED = 16;
const ACTS = 320;
/** From one act to the next. */
const TURN_MS = 300;
const GAME = {
	seed: SEED,
	character: 'Agent-val-dwa-fem-law',
	options: [
		'color',
		'autopickup',
		'pickup_types:$',
		'nobones',
		'nocmdassist',
		'nolegacy',
		'nosparkle',
		'runmode:teleport',
		'time',
		'pettype:none',
		'number_pad:0',
	],
};
const CODES = { Enter: 13, Escape: 27 };

export async function record({ seed = SEED, pixels = true, acts = ACTS } = {}) {
	if (!existsSync(FONT)) throw new Error(`No font at ${FONT}; on Debian: apt-get install fonts-dejavu-core`);
	const made = ensurePython({ name: 'nle', what: 'NetHack and what draws its terminal', requirements: join(folder, 'requirements.txt') });
	if (made.why !== undefined) throw new Error(`NetHack cannot be played here: ${made.why}`);
	const core = await buildModule(join(root, 'src', 'tools', 'recordings', 'recorder.ts'));
	const game = startProgram(made.python, [join(folder, 'terminal.py'), FONT], { name: 'NetHack' });
	try {
		const read = core.module.readProfile(readFileSync(join(root, 'e2e', 'recordings', 'nethack.profile.json'), 'utf8'));
		if (!read.ok) throw new Error(`nethack.profile.json: ${read.faults[0].path}: ${read.faults[0].message}`);
		const keysOf = new Map(read.profile.actions.map(({ verb, input }) => [verb, input.map(({ key }) => CODES[key] ?? key.charCodeAt(0))]));
		const player = makePlayer();
		let screen = await game.ask({ reset: { ...GAME, seed }, pixels });
		let decision;
		const recorder = core.module.makeRecorder({
			profile: read.profile,
			size: SIZE,
			teacher: (body) => reply(body, screen, decision),
			model: MODEL,
			asks: ['perception', 'decision', 'strategy', 'narration'],
		});
		let act;
		let turn = 0;
		for (; turn < acts && !screen.done && screen.stats.hp > 0; turn++) {
			const at = turn * TURN_MS;
			const lastVerb = act?.verb ?? 'none';
			player.see(screen, act);
			decision = player.decide(screen, lastVerb);
			act = { verb: decision.act, args: {} };
			if (pixels) {
				const { screen: name, elements, facts } = perceive(screen);
				recorder.look({
					at,
					id: `nethack-${turn}`,
					pixels: new Uint8Array(Buffer.from(screen.pixels, 'base64')),
					format: 'RGBA',
					// The script sees by the terminal's characters.
					url: 'data:image/png;base64,',
					truth: {
						screen: name,
						elements: elements.map(({ name: element, box }) => ({ name: element, box })),
						facts: Object.fromEntries(facts.map(({ name: fact, value }) => [fact, value])),
					},
					own: { 'last.verb': lastVerb },
				});
				recorder.press(at, act);
			}
			for (const key of keysOf.get(act.verb)) screen = await game.ask({ key, pixels });
		}
		log(
			`Seed ${seed}: ${turn} acts, level ${screen.stats.depth}, turn ${screen.stats.turn}, ${screen.stats.hp} hit points, ${screen.stats.gold} gold.`,
		);
		if (!pixels) return undefined;
		return recorder.finish({
			lengthMs: turn * TURN_MS,
			art: {
				holder: 'NetHack: Stichting Mathematisch Centrum and M. Stephenson; letters: Bitstream, Inc. and the DejaVu project',
				licence: 'NetHack General Public License; Bitstream Vera licence',
				source: 'NetHack 3.6 in the package nle 1.3.0; DejaVu Sans Mono of fonts-dejavu-core',
			},
			simulated: true,
			how: `node src/tools/recordings.mjs nethack: NetHack 3.6 (nle 1.3.0, seed ${seed}) played by a script at an act every 300 ms; its terminal of 80 × 24 is drawn here in cells of 10 × 18 pixels, as a terminal would draw it.`,
		});
	} finally {
		await game.close();
		core.remove();
	}
}
