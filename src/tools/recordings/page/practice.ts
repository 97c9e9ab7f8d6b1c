// The practice game's recording, made in a real page: its pictures need a canvas and a browser's letters.
import { toBase64 } from '../../../adapters/base64.ts';
import { contextOf, draw } from '../../../practice/draw.ts';
import { defaultOptions, frameSize } from '../../../practice/options.ts';
import { momentsOf } from '../../../practice/playthrough.ts';
import { answerChat, TEACHER_MODEL } from '../../../practice/teacher.ts';
import type { Truth } from '../../../practice/truth.ts';
import { decodeState } from '../../../practice/view.ts';
import type { Act } from '../../../core/question.ts';
import { makeRecorder, readProfile } from '../recorder.ts';

/** Game ms of play that goes on after a round is won. */
const AFTERWARDS_MS = 1500;

export interface PracticeOrder {
	/** The profile's text. */
	readonly profile: string;
	/** A round each. */
	readonly seeds: readonly number[];
	/** Game ms that a round may take. */
	readonly roundMs: number;
}

/** @returns the recording in base64 */
export function record({ profile: text, seeds, roundMs }: PracticeOrder): string {
	const read = readProfile(text);
	if (!read.ok) throw new Error(`The practice game's profile is not valid: ${read.faults[0]?.message}`);
	const size = frameSize(defaultOptions);
	const canvas = new OffscreenCanvas(size.width, size.height);
	const context = contextOf(canvas);
	const recorder = makeRecorder({
		profile: read.profile,
		size,
		teacher: (body) => answerChat(body).body,
		model: TEACHER_MODEL,
		asks: ['perception', 'decision', 'strategy', 'narration', 'quest', 'npc'],
	});
	let began = 0;
	for (const seed of seeds) {
		let last = 0;
		let until = roundMs;
		for (const { question, answer, truth, act, happened, at } of momentsOf(seed, roundMs, {}, makePerson())) {
			if (happened.some(({ type }) => type === 'won')) until = at + AFTERWARDS_MS;
			if (at > until) break;
			const state = decodeState(question.frame.id);
			if (state === undefined) throw new Error(`The practice game gave a frame without its state at ${at} ms of seed ${seed}`);
			draw(context, state.view, state.options);
			const { screen, elements, facts } = truth;
			const said = recorder.look({
				at: began + at,
				id: question.frame.id,
				pixels: new Uint8Array(context.getImageData(0, 0, size.width, size.height).data.buffer),
				format: 'RGBA',
				// The scripted teacher sees by the frame's id.
				url: 'data:image/png;base64,',
				truth: { screen, elements: elements.map(({ name, box }) => ({ name, box: [...box] })), facts: { ...facts } },
			});
			if (JSON.stringify(said.decision.act) !== JSON.stringify(answer.act))
				throw new Error(`At ${at} ms of seed ${seed} the teacher decides otherwise than the policy that plays`);
			if (act !== undefined) recorder.press(began + at, act);
			last = at;
		}
		began += last + 250;
	}
	const file = recorder.finish({
		lengthMs: began,
		art: {
			holder: 'Falsework contributors',
			licence: 'MIT',
			source: 'src/practice: every picture of the game is drawn in code',
		},
		simulated: true,
		how: `node src/tools/recordings.mjs practice: one round each of the seeds ${seeds.join(' and ')}, played by the game's own policy at a look every 250 ms of game time, drawn in Chromium; a scripted person takes time to read, and opens the options, the bag and the menu.`,
	});
	return toBase64(file);
}

/** A person takes this long over a screen or a line before anything is pressed; the policy would take one look. */
const READING_MS = 900;

/** Takes time to read, and opens what the policy never opens, each once in a round; the policy then closes it. */
function makePerson(): (truth: Truth, at: number) => Act | undefined {
	const open: { readonly on: string; readonly from: number; readonly act: Act }[] = [
		{ on: 'title', from: 1000, act: { verb: 'click', args: { at: 'options' } } },
		{ on: 'play', from: 6000, act: { verb: 'open-bag', args: {} } },
		{ on: 'play', from: 18_000, act: { verb: 'close', args: {} } },
	];
	let before = '';
	let since = 0;
	return ({ screen, facts }, at) => {
		const now = `${screen} ${screen === 'talk' ? String(facts.talk) : ''}`;
		if (now !== before) since = at;
		before = now;
		if (screen !== 'play' && at - since < READING_MS) return { verb: 'wait', args: { ms: 250 } };
		const due = open.findIndex(({ on, from }) => on === screen && at >= from);
		return due < 0 ? undefined : open.splice(due, 1)[0]?.act;
	};
}
